// From an archive to a case: every key of conformance.hpp with its type, shape, range and default.
// The network is read before the patterns, so that the first complaint is about what the others
// follow from.
#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "autoencoder/conformance.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/variational.hpp"
#include "conformance/convolutional.hpp"
#include "conformance/keys.hpp"
#include "conformance/variational.hpp"
#include "io/npy.hpp"
#include "io/utf8.hpp"

namespace autoencoder {
namespace {

std::string numbered(const char* stem, std::size_t l) { return stem + std::to_string(l); }

std::string row_and_column(const Array& array, std::size_t i) {
    if (array.shape.size() < 2) return "element " + std::to_string(i);
    return "row " + std::to_string(i / array.shape[1]) + ", column " +
           std::to_string(i % array.shape[1]);
}

/// The numbers of an array that must have this shape and be finite.
std::vector<double> numbers(const Archive& archive, const std::string& key,
                            const Array::Shape& shape) {
    const Array& array = archive.at(key);
    if (array.is_text() || array.shape != shape) {
        fail(place(archive, key),
             "expected numbers of shape " + shape_text(shape) + ", found " + array.description());
    }
    std::vector<double> values = array.doubles();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) continue;
        fail(place(archive, key), row_and_column(array, i) + ": expected a finite number, found " +
                                      shortest(values[i]));
    }
    return values;
}

Matrix<double> matrix_at(const Archive& archive, const std::string& key, std::size_t rows,
                         std::size_t cols) {
    const std::vector<double> values = numbers(archive, key, {rows, cols});
    Matrix<double> result(rows, cols);
    std::copy(values.begin(), values.end(), result.values.begin());
    return result;
}

/// N patterns as h^l has them: (N, units) or (N, maps, height, width).
Matrix<double> patterns_at(const Archive& archive, const std::string& key, std::size_t N,
                           const Network& network, std::size_t l) {
    Array::Shape shape = pattern_shape(network, l);
    shape.insert(shape.begin(), N);
    const std::vector<double> values = numbers(archive, key, shape);
    Matrix<double> result(N, network.units(l));
    std::copy(values.begin(), values.end(), result.values.begin());
    return result;
}

/// The rows of a matrix of `cols` columns, at least one; `what` names them: "(n_1, 5)".
std::size_t rows_of(const Archive& archive, const std::string& key, std::size_t cols,
                    const std::string& what) {
    const Array& array = archive.at(key);
    if (!array.is_text() && array.shape.size() == 2 && array.shape[0] > 0 && array.shape[1] == cols)
        return array.shape[0];
    fail(place(archive, key),
         "expected numbers of shape " + what + ", found " + array.description());
}

template <class Valid>
double scalar(const Archive& archive, const std::string& key, double otherwise,
              const std::string& expected, Valid valid) {
    const Array* array = archive.find(key);
    if (!array) return otherwise;
    const double value = array->number();
    if (!valid(value)) {
        fail(place(archive, key), "expected " + expected + ", found " + shortest(value));
    }
    return value;
}

/// The choice that a text names.
template <class Choice>
Choice choice(const Archive& archive, const std::string& key,
              std::initializer_list<Choice> choices) {
    const std::string text = archive.at(key).text();
    std::string expected;
    for (const Choice c : choices) {
        if (name(c) == text) return c;
        expected += (expected.empty() ? "'" : ", '") + std::string(name(c)) + "'";
    }
    fail(place(archive, key), "expected one of " + expected + ", found " + in_quotes(text));
}

// The network -------------------------------------------------------------------------------------

/// Where the activation of layer l stands: its own key goes before the one for all.
std::string activation_key(const Archive& archive, std::size_t l) {
    const std::string own = numbered("activation", l);
    return archive.find(own) ? own : "activation";
}

Activation read_activation(const Archive& archive, std::size_t l, std::size_t L) {
    const std::string key = activation_key(archive, l);
    if (!archive.find(key)) return Activation::sigmoid;
    const Activation activation =
        choice(archive, key, {Activation::sigmoid, Activation::tanh, Activation::relu,
                              Activation::linear, Activation::softmax});
    if (activation == Activation::softmax && l < L) {
        fail(place(archive, key), "layer " + std::to_string(l) + " of " + std::to_string(L) +
                                      ": expected softmax on the last layer only, found 'softmax'");
    }
    return activation;
}

Loss read_loss(const Archive& archive, Activation output) {
    if (!archive.find("loss"))
        return output == Activation::softmax ? Loss::cross_entropy : Loss::squared_error;
    const Loss loss = choice(archive, "loss", {Loss::squared_error, Loss::cross_entropy});
    const bool probability = output == Activation::sigmoid || output == Activation::softmax;
    const bool fits = loss == Loss::cross_entropy ? probability : output != Activation::softmax;
    if (fits) return loss;
    const Loss other = loss == Loss::cross_entropy ? Loss::squared_error : Loss::cross_entropy;
    fail(place(archive, "loss"), "expected '" + std::string(name(other)) + "' with a " +
                                     std::string(name(output)) + " output, found '" +
                                     std::string(name(loss)) + "'");
}

/// Which hidden layers are sparse: all of them, or those that the list names.
void read_sparse_layers(const Archive& archive, Network& network) {
    const Array* array = archive.find("sparse_layers");
    if (!array) return;
    for (Layer& layer : network.layers) layer.sparse = false;
    const std::string where = place(archive, "sparse_layers");
    const std::size_t hidden = network.depth() - 1;
    if (array->is_text() || array->shape.size() > 1)
        fail(where, "expected a list of hidden layers, found " + array->description());
    if (array->size() == 0) return;  // NumPy's empty list is one of floats
    for (const std::int64_t l : array->integers()) {
        if (l < 1 || static_cast<std::size_t>(l) > hidden) {
            fail(where, "expected hidden layers from 1 to " + std::to_string(hidden) + ", found " +
                            std::to_string(l));
        }
        bool& sparse = network.layers[static_cast<std::size_t>(l) - 1].sparse;
        if (sparse) fail(where, "expected each layer once, found " + std::to_string(l) + " again");
        sparse = true;
    }
}

/// Shapes of the layers of a dense network.
Network read_dense(const Archive& archive, std::size_t L) {
    Network network;
    const Array& W1 = archive.at("W1");
    if (W1.is_text() || W1.shape.size() != 2 || W1.size() == 0) {
        fail(place(archive, "W1"),
             "expected numbers of shape (n_1, n_0), found " + W1.description());
    }
    network.inputs = W1.shape[1];
    for (std::size_t l = 1; l <= L; ++l) {
        const std::size_t before = network.units(l - 1);
        Layer layer;
        layer.units = rows_of(archive, numbered("W", l), before,
                              "(n_" + std::to_string(l) + ", " + std::to_string(before) + ")");
        network.layers.push_back(layer);
    }
    return network;
}

Network read_network(const Archive& archive) {
    const bool windows = model_of(archive) == "convolutional";
    if (!windows && model_of(archive) != "network") {
        fail(place(archive, "model"), "expected 'network' or 'convolutional', found " +
                                          in_quotes(model_of(archive)));
    }
    const std::size_t L = depth_of(archive);
    std::vector<std::string> known = windows ? convolutional_keys(L) : network_keys(L);
    if (windows) known.insert(known.end(), {"x", "y", "labels"});
    for (std::size_t l = 1; windows && l < L; ++l) known.push_back(numbered("mask", l));
    refuse_unknown_keys(archive, known);
    Network network = windows ? read_windows(archive, L) : read_dense(archive, L);
    for (std::size_t l = 1; l <= L; ++l)
        network.layers[l - 1].activation = read_activation(archive, l, L);
    network.loss = read_loss(archive, network.layers.back().activation);
    const auto not_negative = [](double value) { return value >= 0 && std::isfinite(value); };
    network.weight_penalty =
        scalar(archive, "weight_penalty", 0, "λ of 0 or more", not_negative);
    network.sparsity_target = scalar(archive, "sparsity_target", 0.05, "ρ̄ between 0 and 1",
                                     [](double value) { return value > 0 && value < 1; });
    network.sparsity_weight =
        scalar(archive, "sparsity_weight", 0, "γ of 0 or more", not_negative);
    network.dropout = scalar(archive, "dropout", 0, "p of 0 or more and less than 1",
                             [](double value) { return value >= 0 && value < 1; });
    read_sparse_layers(archive, network);
    for (std::size_t l = 1; l < L; ++l) {
        const Activation f = network.layer(l).activation;
        if (!network.sparse(l) || f == Activation::sigmoid || f == Activation::tanh) continue;
        fail(place(archive, activation_key(archive, l)),
             "expected 'sigmoid' or 'tanh' for layer " + std::to_string(l) +
                 ", which is sparse, found '" + std::string(name(f)) + "'");
    }
    return network;
}

Buffer<double> read_parameters(const Archive& archive, const Layout& blocks) {
    Buffer<double> theta(blocks.size);
    for (const Block& block : blocks.blocks) {
        const std::vector<double> values = numbers(archive, block.name, block.shape);
        std::copy(values.begin(), values.end(), part<double>(theta, block).begin());
    }
    return theta;
}

// The patterns ------------------------------------------------------------------------------------

/// One-hot targets of classes counted from 0.                                               [head]
Matrix<double> one_hot(const std::vector<std::int64_t>& labels, std::size_t classes,
                       const std::string& where) {
    Matrix<double> y(labels.size(), classes);
    for (std::size_t q = 0; q < labels.size(); ++q) {
        if (labels[q] < 0 || static_cast<std::size_t>(labels[q]) >= classes) {
            fail(where, "row " + std::to_string(q) + ": expected a class from 0 to " +
                            std::to_string(classes - 1) + ", found " + std::to_string(labels[q]));
        }
        y(q, static_cast<std::size_t>(labels[q])) = 1;
    }
    return y;
}

Matrix<double> read_x(const Archive& archive, const Network& network, const Dataset* patterns) {
    const std::string inputs = std::to_string(network.inputs);
    if (!patterns && has_window(network.layer(1)))
        return patterns_at(archive, "x", archive.at("x").shape[0], network, 0);
    if (!patterns) {
        const std::size_t N = rows_of(archive, "x", network.inputs, "(N, " + inputs + ")");
        return matrix_at(archive, "x", N, network.inputs);
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
    if (!labels.is_integer() || labels.shape != Array::Shape{N}) {
        fail(where,
             "expected integers of shape " + shape_text({N}) + ", found " + labels.description());
    }
    return one_hot(labels.integers(), network.units(network.depth()), where);
}

/// y, or one-hot labels, or x itself: the first that there is.
Matrix<double> read_y(const Archive& archive, const Network& network, const Matrix<double>& x,
                      const Dataset* patterns) {
    const std::size_t outputs = network.units(network.depth());
    if (archive.find("labels")) return read_labels(archive, network, x.rows);
    if (archive.find("y")) return patterns_at(archive, "y", x.rows, network, network.depth());
    const bool classes =
        network.layers.back().activation == Activation::softmax || outputs != network.inputs;
    if (patterns && classes) {
        if (patterns->labels.empty()) {
            fail(patterns->name, "expected labels for a network that classifies, found none");
        }
        return one_hot({patterns->labels.begin(), patterns->labels.end()}, outputs,
                       patterns->name + ": labels");
    }
    if (outputs == network.inputs) return x;
    Array::Shape shape = pattern_shape(network, network.depth());
    shape.insert(shape.begin(), x.rows);
    fail(place(archive, "y"), "expected targets of shape " + shape_text(shape) +
                                  ", or labels, found none");
}

/// Dropout's m of layer l; empty where there is none.                                    [dropout]
Matrix<double> read_mask(const Archive& archive, const Network& network, std::size_t l,
                         std::size_t N) {
    const std::string key = numbered("mask", l);
    const Array* given = archive.find(key);
    if (!given) return {};
    if (!network.droppable(l)) {
        fail(place(archive, key), "expected none, since dropout is of dense hidden layers and layer " +
                                      std::to_string(l) + " makes maps, found " + given->description());
    }
    Matrix<double> mask = matrix_at(archive, key, N, network.units(l));
    for (std::size_t i = 0; i < mask.values.size(); ++i) {
        if (mask.values[i] == 0 || mask.values[i] == 1) continue;
        fail(place(archive, key), row_and_column(archive.at(key), i) + ": expected 0 or 1, found " +
                                      shortest(mask.values[i]));
    }
    return mask;
}

}  // namespace

Case read_case(const Archive& archive, const Dataset* patterns) {
    Case c;
    c.network = read_network(archive);
    c.theta = read_parameters(archive, layout(c.network));
    c.x = read_x(archive, c.network, patterns);
    c.y = read_y(archive, c.network, c.x, patterns);
    for (std::size_t l = 1; l < c.network.depth(); ++l)
        c.masks.push_back(read_mask(archive, c.network, l, c.x.rows));
    return c;
}

Case read_variational_case(const Archive& archive, const Dataset* patterns) {
    Case c;
    c.network = read_variational(archive, {"x", "eps"});
    c.theta = read_parameters(archive, variational_layout(c.network));
    c.x = read_x(archive, c.network, patterns);
    c.y = c.x;
    if (!patterns || archive.find("eps"))
        c.noise = matrix_at(archive, "eps", c.x.rows, c.network.units(c.network.gaussian_layer()));
    return c;
}

}  // namespace autoencoder
