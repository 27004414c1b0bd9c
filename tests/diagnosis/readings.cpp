// A case that somebody has read otherwise: other parameters, of which penalty and gradients are too, another f at each
// layer, images with the maps elsewhere, numbers of classes for targets. Each is named; beside it, it is not.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "exchange/network.hpp"
#include "program.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

std::span<double> parameters(Case& c, const std::string& name) {
    return part<double>(c.theta, layout_in_file(c.network).find(name));
}

/// Named, and not where one number of a gradient is another.
void is_read(const Case& c, const std::string& id, const std::string& words, const std::function<void(Case&)>& change) {
    Case other = c;
    change(other);
    Archive theirs = few(compute_terms(other));
    check(words.c_str(), c, theirs, id, words);
    for (const auto& entry : theirs.entries)
        if (entry.first.starts_with("grad_W")) {
            std::vector<double>& numbers = block(theirs, entry.first);
            numbers[numbers.size() / 2] = numbers[numbers.size() / 2] * 1.01 + 1e-3;
        }
    check(words.c_str(), c, theirs, "");
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("parameters that somebody read otherwise are named, where penalty and gradients are those of what is used") {
        const Case c = random_case(Sort::sparse, 3);
        is_read(c, "other-biases", "b2 is left out, and gradients and penalty", [](Case& o) { std::ranges::fill(parameters(o, "b2"), 0); });
        is_read(c, "other-weights", "the rows of W1 are brought to length 1", [](Case& o) {
            const std::span<double> W = parameters(o, "W1");
            const std::size_t in = o.x.cols;
            for (std::size_t j = 0; j < W.size() / in; ++j) {
                double squares = 0;
                for (std::size_t i = 0; i < in; ++i) squares += W[j * in + i] * W[j * in + i];
                for (std::size_t i = 0; i < in; ++i) W[j * in + i] /= std::sqrt(squares);
            }
        });
        is_read(c, "other-weights", "weights are rounded to 1 decimal", [](Case& o) {
            for (const char* name : {"W1", "W2"})
                for (double& each : parameters(o, name)) each = std::nearbyint(each * 10) / 10;
        });
        is_read(c, "other-weights", "b1 is read one number too early", [](Case& o) {
            const double last = parameters(o, "W2").back();
            const std::span<double> b = parameters(o, "b1");
            std::shift_right(b.begin(), b.end(), 1);
            b.front() = last;
        });
        is_read(c, "other-weights", "W1 is read column by column, where its rows lie one behind the other", [](Case& o) {
            const std::span<double> W = parameters(o, "W1");
            const std::vector<double> before(W.begin(), W.end());
            const std::size_t in = o.x.cols, out = W.size() / in;
            for (std::size_t k = 0; k < W.size(); ++k) W[k] = before[k % in * out + k / in];
        });
    }

    TEST_CASE("layers in the order of their names as text are named, and those that have f of another") {
        Case c = random_case(Sort::sparse, 4);
        c.network = autoencoder_network(4, std::vector<std::size_t>(9, 4), Activation::tanh, Activation::linear);
        c.theta = Buffer<double>(layout(c.network).size);
        Random random(5);
        for (double& each : c.theta) each = random.uniform(-1, 1);
        c.x = Matrix<double>(9, 4);
        for (double& each : c.x.values) each = random.uniform(0.05, 0.95);
        c.y = c.x;
        is_read(c, "other-weights", "in the order of their names as text", [](Case& o) {
            const Buffer<double> before = o.theta;
            const auto blocks = layout(o.network).blocks;
            const std::size_t order[] = {1, 10, 2, 3, 4, 5, 6, 7, 8, 9};
            for (std::size_t k = 0; k < blocks.size(); ++k)
                std::copy_n(before.data() + blocks[2 * order[k / 2] - 2 + k % 2].offset, blocks[k].size, o.theta.data() + blocks[k].offset);
        });
        is_read(c, "other-activation", "each layer has f of the next one, in a circle", [](Case& o) {
            o.network.layers[8].activation = Activation::linear;
            o.network.layers[9].activation = Activation::tanh;
        });
    }

    TEST_CASE("inputs cut to whole numbers, maps elsewhere and numbers of classes are named") {
        Case c = random_case(Sort::linear_output, 4);
        for (double& each : c.x.values) each = 4 * each - 2;
        is_read(c, "other-inputs", "cut to whole numbers", [](Case& o) {
            for (double& each : o.x.values) each = std::trunc(each);
        });
        const Case images = random_case(Sort::strided, 3);
        const std::size_t maps = images.network.layers[0].window.maps, places = images.x.cols / maps;
        REQUIRE(maps > 1);
        is_read(images, "other-inputs", "read with the maps last, where they are first", [=](Case& o) {
            const Matrix<double> before = o.x;
            for (std::size_t q = 0; q < o.x.rows; ++q)
                for (std::size_t k = 0; k < o.x.cols; ++k) o.x(q, k) = before(q, k % places * maps + k / places);
            o.y = o.x;
        });
        Case classes = random_case(Sort::linear_output, 4);
        for (std::size_t q = 0; q < classes.y.rows; ++q)
            for (std::size_t i = 0; i < classes.y.cols; ++i) classes.y(q, i) = double(i == q % classes.y.cols);
        is_read(classes, "other-targets", "the number of the class, at every output", [](Case& o) {
            for (std::size_t q = 0; q < o.y.rows; ++q) std::ranges::fill(o.y.row(q), double(q % o.y.cols));
        });
    }
}
