#include "diagnosis/remade.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autoencoder/convolution.hpp"
#include "diagnosis/window.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

using Make = std::function<void(Source&)>;
using Blocks = std::vector<Block>;

Make factors(const Block& of, const std::function<double(std::size_t)>& times) {
    return [=](Source& source) {
        for (std::size_t i = 0; i < of.size; ++i) source.times[of.offset + i] *= times(i);
    };
}
Make places(const Block& of, const std::function<std::size_t(std::size_t)>& from) {
    return [=](Source& source) {
        for (std::size_t i = 0; i < of.size; ++i) source.from[of.offset + i] = of.offset + from(i);
    };
}
/// One block stands for another; back too where they are exchanged.
Make taken(const Block& to, const Block& from, bool exchanged, const std::function<std::size_t(std::size_t)>& place) {
    return [=](Source& source) {
        for (std::size_t i = 0; i < to.size; ++i) {
            source.from[to.offset + i] = from.offset + place(i);
            if (exchanged) source.from[from.offset + i] = to.offset + place(i);
        }
    };
}
std::size_t itself(std::size_t i) { return i; }

class All {
public:
    explicit All(const Case& c) : net_(c.network) {
        for (const Block& block : layout_in_file(net_).blocks) {
            std::size_t l = 1;
            while (l < net_.depth() && block.offset >= layout(net_).blocks[2 * l].offset) ++l;
            (block.shape.size() == 1 ? biases_ : weights_).push_back(block);
            (block.shape.size() == 1 ? bias_layers_ : layers_).push_back(l);
        }
        for (std::size_t k = 0; k < weights_.size(); ++k)
            has_window(net_.layer(layers_[k])) ? kernels(weights_[k], net_.layer(layers_[k])) : matrix(weights_[k]);
        of_kind();
        scaled();
        biases();
        exchanged();
        by_names();
    }
    std::vector<Remade> rows;

private:
    void weights(const std::string& words, Make make, const char* tag = "encode") { rows.push_back({"other-weights", tag, words, std::move(make)}); }

    void matrix(const Block& block) {
        const std::size_t out = block.shape[0], in = block.shape[1];
        if (out == in) return;
        weights(block.name + " is read row by row, where its columns lie one behind the other", places(block, [=](std::size_t k) { return k % out * in + k / out; }));
        weights(block.name + " is read column by column, where its rows lie one behind the other", places(block, [=](std::size_t k) { return k % in * out + k / in; }));
    }
    static std::size_t transposed(std::size_t k, std::size_t n) {
        return k / (n * n) * n * n + k % n * n + k / n % n;
    }
    void kernels(const Block& block, const Layer& layer) {
        const std::size_t kh = layer.window.kernel_height, kw = layer.window.kernel_width, n = kh * kw;
        const std::size_t outer = block.shape[0], inner = block.size / outer / n;
        const auto add = [&](const std::string& words, const auto& place) {
            weights("the kernels of " + block.name + " are " + words,
                    places(block, [=](std::size_t k) { return k / n * n + place(k % n / kw, k % kw); }), "convolve");
        };
        add("turned over from left to right", [=](std::size_t a, std::size_t b) { return a * kw + kw - 1 - b; });
        add("turned upside down", [=](std::size_t a, std::size_t b) { return (kh - 1 - a) * kw + b; });
        add("turned by 180°", [=](std::size_t a, std::size_t b) { return n - 1 - a * kw - b; });
        if (kh == kw) add("turned by 90° to the left", [=](std::size_t a, std::size_t b) { return b * kw + kw - 1 - a; });
        if (kh == kw) add("turned by 90° to the right", [=](std::size_t a, std::size_t b) { return (kw - 1 - b) * kw + a; });
        if (kh == kw) add("transposed", [=](std::size_t a, std::size_t b) { return b * kw + a; });
        if (inner == outer && inner > 1)
            weights("input and output maps of " + block.name + " are exchanged", places(block, [=](std::size_t k) {
                        return k / n % inner * inner * n + k / n / inner * n + k % n;
                    }), "convolve");
        const bool first_is_input = layer.kind == Kind::deconvolution;
        const std::size_t maps = first_is_input ? outer : inner, others = first_is_input ? inner : outer;
        for (const auto& [by, words] : {std::pair(maps, "the number of input maps"), {n, "the number of its places"}})
            if (by > 1) weights("each kernel of " + block.name + " is divided by " + words, factors(block, [by = by](std::size_t) { return 1 / double(by); }), "convolve");
        if (others > 1)
            weights("the output maps of " + block.name + " stand in reversed order", places(block, [=](std::size_t k) {
                        return first_is_input ? k / (n * inner) * n * inner + (inner - 1 - k / n % inner) * n + k % n
                                              : (outer - 1 - k / (n * inner)) * n * inner + k % (n * inner);
                    }), "convolve");
        for (const std::size_t one : {std::size_t{0}, maps - 1})
            if (maps > 1)
                weights("only the " + std::string(one == 0 ? "first" : "last") + " map goes into " + block.name,
                        factors(block, [=](std::size_t k) {
                            return double((first_is_input ? k / (n * inner) : k / n % inner) == one);
                        }), "convolve");
    }
    /// All kernels of the convolutions, or of the deconvolutions.
    void of_kind() {
        for (const Kind kind : {Kind::convolution, Kind::deconvolution}) {
            std::vector<Make> all;
            for (std::size_t k = 0; k < weights_.size(); ++k) {
                const Layer& layer = net_.layer(layers_[k]);
                const std::size_t n = layer.window.kernel_width;
                if (layer.kind == kind && n == layer.window.kernel_height)
                    all.push_back(places(weights_[k], [=](std::size_t i) { return transposed(i, n); }));
            }
            if (all.size() > 1)
                weights(std::string("the kernels of all ") + (kind == Kind::convolution ? "convolutions" : "deconvolutions") + " are transposed",
                        together(all), "convolve");
        }
    }
    static Make together(const std::vector<Make>& all) {
        return [=](Source& source) {
            for (const Make& each : all) each(source);
        };
    }
    /// Each block, and all of them if there are more.
    void of_each(const Blocks& blocks, const std::string& each, const std::string& all, const std::function<Make(const Block&)>& make,
                 const char* id, bool first_columns = false) {
        std::vector<Make> every;
        for (const Block& block : blocks) {
            every.push_back(make(block));
            rows.push_back({id, "encode", block.name + " is " + each, every.back(), first_columns});
        }
        if (blocks.size() > 1) rows.push_back({id, "encode", all, together(every), first_columns});
    }
    void scaled() {
        for (const bool inverse : {true, false})
            of_each(weights_, std::string(inverse ? "divided" : "multiplied") + " by the number of inputs of a unit",
                    std::string("all weights are ") + (inverse ? "divided" : "multiplied") + " by the number of inputs of a unit",
                    [=](const Block& block) {
                        const double n = double(block.size / block.shape[0]);
                        return factors(block, [=](std::size_t) { return inverse ? 1 / n : n; });
                    },
                    "other-weights");
        for (const bool first : {true, false})
            of_each(weights_, std::string("without its ") + (first ? "first" : "last") + " column",
                    std::string("all weights are without their ") + (first ? "first" : "last") + " column",
                    [=](const Block& block) {
                        const std::size_t n = block.size / block.shape[0];
                        return factors(block, [=](std::size_t i) { return double(i % n != (first ? 0 : n - 1)); });
                    },
                    "other-weights", first);
    }
    void biases() {
        const std::pair<double, const char*> factors_of[] = {{0, "left out"}, {-1, "taken off, not added"}, {2, "added twice"}};
        for (const auto& [factor, words] : factors_of)
            of_each(biases_, words, std::string("all biases are ") + words,
                    [factor = factor](const Block& block) { return factors(block, [=](std::size_t) { return factor; }); }, "other-biases");
        std::vector<Make> all;
        for (std::size_t k = 0; k < biases_.size(); ++k) {
            const Layer& layer = net_.layer(bias_layers_[k]);
            const double maps = double(layer.window.maps);
            if (!has_window(layer) || maps < 2) continue;
            all.push_back(factors(biases_[k], [=](std::size_t) { return maps; }));
            rows.push_back({"other-biases", "convolve", biases_[k].name + " is added once for each input map", all.back()});
        }
        if (all.size() > 1) rows.push_back({"other-biases", "convolve", "the biases are added once for each input map", together(all)});
    }
    /// Blocks of one shape, or of a shape and its transpose, for one another.
    void exchanged() {
        for (std::size_t a = 0; a < weights_.size(); ++a)
            for (std::size_t b = a + 1; b < weights_.size(); ++b) {
                const Block &first = weights_[a], &second = weights_[b];
                const std::string both = first.name + " and " + second.name;
                const bool heads = layers_[a] == layers_[b];
                if (first.shape == second.shape) {
                    const Make swap = taken(first, second, true, itself);
                    if (!heads) weights(both + " are exchanged", swap);
                    if (biases_[a].shape == biases_[b].shape)
                        weights(heads ? "the heads of μ and log σ² are exchanged" : both + " are exchanged, and their biases",
                                together({swap, taken(biases_[a], biases_[b], true, itself)}));
                    if (!heads) weights(second.name + " is " + first.name, taken(second, first, false, itself));
                }
                if (mirror(net_, layers_[b]) == layers_[a] && second.shape.size() == 2 && !heads) {
                    const std::size_t out = second.shape[0], in = second.shape[1];
                    const Make tied = taken(second, first, false, [=](std::size_t k) { return k % in * out + k / in; });
                    if (first.shape[0] == in && first.shape[1] == out)
                        rows.push_back({"other-weights", "encode", second.name + " is the transpose of " + first.name, tied, false, true});
                }
            }
        for (std::size_t a = 0; a < biases_.size(); ++a)
            for (std::size_t b = 0; b < biases_.size(); ++b) {
                const Block &first = biases_[a], &second = biases_[b];
                if (a == b || first.shape != second.shape || bias_layers_[a] == bias_layers_[b]) continue;
                if (a < b)
                    rows.push_back({"other-biases", "encode", first.name + " and " + second.name + " are exchanged",
                                    taken(first, second, true, itself)});
                rows.push_back({"other-biases", "encode", first.name + " stands for " + second.name, taken(second, first, false, itself)});
            }
    }

    /// The layers in the order of their names as text: W1, W10, W2, …
    void by_names() {
        const Blocks of = layout(net_).blocks;
        std::vector<std::size_t> order(net_.depth());
        std::iota(order.begin(), order.end(), std::size_t{1});
        std::ranges::sort(order, {}, [](std::size_t l) { return std::to_string(l); });
        if (std::ranges::is_sorted(order)) return;
        std::vector<Make> all;
        for (std::size_t k = 0; k < of.size(); ++k) {
            const Block& from = of[2 * order[k / 2] - 2 + k % 2];
            if (from.shape != of[k].shape) return;
            all.push_back(taken(of[k], from, false, itself));
        }
        weights("the layers are in the order of their names as text, W10 before W2", together(all));
    }

    const Network& net_;
    Blocks weights_, biases_;
    std::vector<std::size_t> layers_, bias_layers_;
};

}  // namespace

std::vector<Remade> remade_parameters(const Case& c) { return All(c).rows; }

Used::Used(const Case& c, const Remade& how) : theta(c.theta) {
    source.from.resize(c.theta.size());
    std::iota(source.from.begin(), source.from.end(), std::size_t{0});
    source.times.assign(c.theta.size(), 1);
    how.make(source);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = source.times[i] * c.theta[source.from[i]];
}

}  // namespace autoencoder::diagnosis
