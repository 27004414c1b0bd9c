// From an archive to a case: its network, and then the patterns that it is evaluated on, in this
// order, so that the first complaint is about what the others follow from.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/classifier.hpp"
#include "autoencoder/conformance.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "exchange/keys.hpp"
#include "exchange/names.hpp"
#include "exchange/network.hpp"
#include "base/numbers.hpp"

namespace autoencoder {
namespace {

/// N patterns as h^l has them: (N, units) or (N, maps, height, width).
Array::Shape shape_of(const Network& network, std::size_t l, std::size_t N) {
    Array::Shape shape = pattern_shape(network, l);
    shape.insert(shape.begin(), N);
    return shape;
}

/// Numbers of that shape; a row for the first of its dimensions.
Matrix<double> matrix_at(const Archive& archive, const std::string& key,
                         const Array::Shape& shape) {
    const std::vector<double> values = numbers(archive, key, shape);
    Matrix<double> result(shape[0], values.size() / shape[0]);
    std::copy(values.begin(), values.end(), result.values.begin());
    return result;
}

/// One-hot targets of classes counted from 0.
Matrix<double> targets_of(const std::vector<std::int64_t>& labels, std::size_t classes,
                          const std::string& where) {
    for (std::size_t q = 0; q < labels.size(); ++q) {
        if (labels[q] < 0 || static_cast<std::size_t>(labels[q]) >= classes) {
            fail(where, "row " + std::to_string(q) + ": expected a class from 0 to " +
                            std::to_string(classes - 1) + ", found " + std::to_string(labels[q]));
        }
    }
    return one_hot<double>(std::vector<int>(labels.begin(), labels.end()), classes);
}

Matrix<double> read_x(const Archive& archive, const Network& network, const Dataset* patterns) {
    const std::string inputs = std::to_string(network.inputs);
    if (!patterns && has_window(network.layer(1)))
        return matrix_at(archive, "x", shape_of(network, 0, archive.at("x").shape[0]));
    if (!patterns) {
        const Array& x = shaped(archive, "x", {0, network.inputs},
                                "expected numbers of shape (N, " + inputs + ")");
        return matrix_at(archive, "x", x.shape);
    }
    if (const Array* x = archive.find("x")) {
        fail(place(archive, "x"), "expected none beside the data set " + patterns->name +
                                      ", found " + x->description());
    }
    if (patterns->x.cols != network.inputs) {
        fail(patterns->name, "expected patterns of " + inputs +
                                 " numbers, as many as W1 takes, found " +
                                 std::to_string(patterns->x.cols));
    }
    Matrix<double> x(patterns->x.rows, patterns->x.cols);
    std::copy(patterns->x.values.begin(), patterns->x.values.end(), x.values.begin());
    return x;
}

/// Labels make sense where one unit of the output stands for one class.
bool takes_labels(const Network& network) {
    return network.layers.back().activation == Activation::softmax ||
           network.loss == Loss::squared_error;
}

Matrix<double> read_labels(const Archive& archive, const Network& network, std::size_t N) {
    const Array& labels = archive.at("labels");
    const std::string where = place(archive, "labels");
    if (archive.find("y")) fail(where, "expected either y or labels, found both");
    if (!takes_labels(network))
        fail(where, "expected a softmax output or the loss 'squared_error', found '" +
                        std::string(name(network.loss)) + "' of a " +
                        std::string(name(network.layers.back().activation)) + " output");
    if (!has_shape(labels, {N})) {
        fail(where,
             "expected integers of shape " + shape_text({N}) + ", found " + labels.description());
    }
    return targets_of(labels.integers(), network.units(network.depth()), where);
}

/// y, or one-hot labels, or x itself: the first that there is.
Matrix<double> read_y(const Archive& archive, const Network& network, const Matrix<double>& x,
                      const Dataset* patterns) {
    const std::size_t outputs = network.units(network.depth());
    if (archive.find("labels")) return read_labels(archive, network, x.rows);
    const Array::Shape shape = shape_of(network, network.depth(), x.rows);
    if (archive.find("y")) return matrix_at(archive, "y", shape);
    const bool classes =
        network.layers.back().activation == Activation::softmax || outputs != network.inputs;
    if (patterns && classes) {
        if (patterns->labels.empty()) {
            fail(patterns->name, "expected labels for a network that classifies, found none");
        }
        return targets_of({patterns->labels.begin(), patterns->labels.end()}, outputs,
                       patterns->name + ": labels");
    }
    if (outputs == network.inputs) return x;
    fail(place(archive, "y"), "expected targets of shape " + shape_text(shape) +
                                  ", or labels, found none");
}

/// Dropout's m of layer l; empty where there is none.
Matrix<double> read_mask(const Archive& archive, const Network& network, std::size_t l,
                         std::size_t N) {
    const std::string key = numbered("mask", l);
    const Array* given = archive.find(key);
    if (!given) return {};
    if (!network.droppable(l)) {
        fail(place(archive, key), "expected none, since dropout is of dense hidden layers and layer " +
                                      std::to_string(l) + " makes maps, found " + given->description());
    }
    Matrix<double> mask = matrix_at(archive, key, {N, network.units(l)});
    for (std::size_t i = 0; i < mask.values.size(); ++i) {
        if (mask.values[i] == 0 || mask.values[i] == 1) continue;
        fail(place(archive, key), row_and_column(archive.at(key), i) + ": expected 0 or 1, found " +
                                      shortest(mask.values[i]));
    }
    return mask;
}

/// A cross-entropy is one of probabilities.
void require_probabilities(const Archive& archive, const Case& c, const Dataset* patterns) {
    if (c.network.loss != Loss::cross_entropy) return;
    for (std::size_t i = 0; i < c.y.values.size(); ++i) {
        const double y = c.y.values[i];
        if (y >= 0 && y <= 1) continue;
        const char* key = archive.find("y") ? "y" : "x";
        fail(patterns && !archive.find(key) ? patterns->name : place(archive, key),
             "row " + std::to_string(i / c.y.cols) + ", column " + std::to_string(i % c.y.cols) +
                 ": expected targets from 0 to 1 for the cross-entropy, found " + shortest(y));
    }
}

}  // namespace

Case read_case(const Archive& theirs, const Dataset* patterns) {
    const Understood understood = case_in_our_keys(theirs);
    const Archive& archive = understood.archive;
    Case c;
    c.remarks = understood.remarks;
    c.unrolled = understood.unrolled;
    c.network = read_network(archive, true);
    c.theta = read_parameters<double>(archive, c.network);
    c.x = read_x(archive, c.network, patterns);
    if (const std::size_t code = c.network.gaussian_layer()) {
        c.y = c.x;
        if (!patterns || archive.find("eps"))
            c.noise = matrix_at(archive, "eps", {c.x.rows, c.network.units(code)});
        require_probabilities(archive, c, patterns);
        return c;
    }
    c.y = read_y(archive, c.network, c.x, patterns);
    require_probabilities(archive, c, patterns);
    for (std::size_t l = 1; l < c.network.depth(); ++l)
        c.masks.push_back(read_mask(archive, c.network, l, c.x.rows));
    return c;
}

}  // namespace autoencoder
