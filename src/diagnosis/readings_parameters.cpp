#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "diagnosis/readings.hpp"
#include "diagnosis/remade.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

using Blocks = std::vector<Block>;

/// The rows, or the columns, of a matrix divided by their length.
void normalise(std::span<double> W, const Block& block, bool columns) {
    const std::size_t out = block.shape[0], in = block.size / out;
    for (std::size_t k = 0; k < (columns ? in : out); ++k) {
        double squares = 0;
        const auto each = [&](std::size_t i) -> double& { return columns ? W[i * in + k] : W[k * in + i]; };
        for (std::size_t i = 0; i < (columns ? out : in); ++i) squares += each(i) * each(i);
        for (std::size_t i = 0; squares > 0 && i < (columns ? out : in); ++i) each(i) /= std::sqrt(squares);
    }
}

class Parameters {
public:
    explicit Parameters(const Case& c) : c_(c), blocks_(layout_in_file(c.network).blocks) {
        for (const Remade& row : remade_parameters(c))
            add(row.id, row.tag, row.words, [row](Case& other) { other.theta = Used(other, row).theta; });
        lengths();
        digits();
        places();
        activations();
    }
    std::vector<Reading> all;

private:
    void add(const char* id, const char* tag, const std::string& words, const std::function<void(Case&)>& change) {
        all.push_back({id, tag, words + ", and gradients and penalty are those of what is used", change});
    }
    void lengths() {
        for (const bool columns : {false, true})
            for (const Block& block : blocks_)
                if (block.shape.size() > 1)
                    add("other-weights", "encode", std::string("the ") + (columns ? "columns" : "rows") + " of " + block.name + " are brought to length 1",
                        [=](Case& c) { normalise(part<double>(c.theta, block), block, columns); });
    }
    void digits() {
        for (int digits = 1; digits <= 4; ++digits)
            for (const bool biases : {false, true}) {
                const double unit = std::pow(10, digits);
                add("other-weights", "encode",
                    std::string(biases ? "weights and biases" : "weights") + " are rounded to " + std::to_string(digits) + (digits == 1 ? " decimal" : " decimals"),
                    [=, blocks = blocks_](Case& c) {
                        for (const Block& block : blocks)
                            for (double& each : part<double>(c.theta, block))
                                if (biases || block.shape.size() > 1) each = std::nearbyint(each * unit) / unit;
                    });
            }
    }
    /// Of one vector W1, W2, …, b1, b2, …: a block that is read one number too early or too late.
    void places() {
        Blocks order;
        for (const bool biases : {false, true})
            for (const Block& block : blocks_)
                if ((block.shape.size() == 1) == biases) order.push_back(block);
        for (std::size_t k = 0; k < order.size(); ++k)
            for (const bool early : {true, false}) {
                if (early ? k == 0 : k + 1 == order.size()) continue;
                const Block own = order[k], other = order[early ? k - 1 : k + 1];
                add("other-weights", "encode", own.name + " is read one number too " + (early ? "early" : "late") + " in W1, W2, …, b1, b2, …", [=](Case& c) {
                    const std::span<double> of = part<double>(c.theta, own), beside = part<double>(c.theta, other);
                    if (early) std::shift_right(of.begin(), of.end(), 1), of.front() = beside.back();
                    else std::shift_left(of.begin(), of.end(), 1), of.back() = beside.front();
                });
            }
    }

    /// Each layer has f of the next one, or of the one before; the last that of the first, and the reverse.
    void activations() {
        const std::size_t L = c_.network.depth();
        if (c_.network.gaussian_layer() > 0) return;
        for (const bool next : {true, false}) {
            const auto change = [=, of = c_.network](Case& c) {
                for (std::size_t l = 0; l < L; ++l) c.network.layers[l].activation = of.layers[(l + (next ? 1 : L - 1)) % L].activation;
            };
            const Activation last = c_.network.layers[next ? 0 : L - 2].activation;
            if ((last == Activation::softmax) != (c_.network.layers[L - 1].activation == Activation::softmax)) continue;
            all.push_back({"other-activation", "encode", std::string("each layer has f of the ") + (next ? "next one" : "one before") + ", in a circle", change});
        }
    }

    const Case& c_;
    Blocks blocks_;
};

}  // namespace

std::vector<Reading> readings_of_parameters(const Case& c) { return Parameters(c).all; }

}  // namespace autoencoder::diagnosis
