// Random cases of every model on which mistakes can be told apart: V ≠ H ≠ N, unequal ρ_j, one unit
// nearly off; images that are not square.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/diagnosis.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/text.hpp"
#include "autoencoder/variational.hpp"

namespace autoencoder::test {

enum class Sort {
    sparse,  // dense layers
    tanh,
    linear_output,
    deep,
    classifier,
    dropout,
    denoising,
    tied,
    one_hot,
    strided = 100,    // conv and deconv by 2, an output padding, images that are not square
    plain,            // stride 1, no padding, squared error, kernels that are not square
    two_windows,      // two convolutions and back, a sparsity term
    conv_classifier,  // a convolution and a dense softmax
    no_hidden,        // variational: 0, 1, 2 hidden layers
    one_hidden,
    two_hidden,
    alike,           // as two_windows, of layers of one size and with a sigmoid output
    conv_dropout,    // a classifier with a dense hidden layer and its mask, sparse
    conv_denoising,  // as plain, from noisy inputs
    conv_tied        // one kernel for the convolution and its transpose
};

inline constexpr Sort dense_sorts[] = {Sort::sparse,    Sort::tanh,       Sort::linear_output,
                                       Sort::deep,      Sort::classifier, Sort::dropout,
                                       Sort::denoising, Sort::tied,       Sort::one_hot};
/// With windows, or with a code that is a distribution.
inline constexpr Sort other_sorts[] = {
    Sort::strided,    Sort::plain,      Sort::two_windows, Sort::conv_classifier,
    Sort::no_hidden,  Sort::one_hidden, Sort::two_hidden,  Sort::alike,
    Sort::conv_dropout, Sort::conv_denoising, Sort::conv_tied};

inline Case dense_case(Sort sort, std::uint64_t seed) {
    Random random(seed, std::uint64_t(sort));
    const auto between = [&](std::size_t low, std::size_t high) {
        return low + random.below(high - low + 1);
    };
    const std::size_t V = between(6, 8), H = between(3, 4), N = between(10, 14);
    Case c;
    const std::vector<std::size_t> hidden = sort == Sort::deep || sort == Sort::dropout
                                                ? std::vector<std::size_t>{H, H}
                                                : std::vector<std::size_t>{H};
    const Activation f = sort == Sort::tanh ? Activation::tanh : Activation::sigmoid;
    Activation output = sort == Sort::linear_output ? Activation::linear : f;
    if (sort == Sort::classifier) output = Activation::softmax;
    c.network = autoencoder_network(V, hidden, f, output);
    if (sort == Sort::classifier || sort == Sort::one_hot) c.network.layers.back().units = 5;
    if (sort == Sort::classifier) c.network.loss = Loss::cross_entropy;
    c.network.weight_penalty = random.uniform(0.01, 0.1);
    c.network.sparsity_target = random.uniform(0.05, 0.3);
    c.network.sparsity_weight = random.uniform(0.2, 3);
    if (sort == Sort::dropout) c.network.dropout = 0.3;
    const Layout blocks = layout(c.network);
    c.theta = Buffer<double>(blocks.size);
    for (const Block& block : blocks.blocks)
        for (double& value : part<double>(c.theta, block)) value = random.uniform(-1, 1);
    part<double>(c.theta, blocks.blocks[1])[0] = -4;  // a unit that is nearly off
    if (sort == Sort::tied) {
        const View<double> W1 = matrix<double>(c.theta, blocks.blocks[0]),
                           W2 = matrix<double>(c.theta, blocks.blocks[2]);
        for (std::size_t i = 0; i < H; ++i)
            for (std::size_t j = 0; j < V; ++j) W2(j, i) = W1(i, j);
    }
    c.x = Matrix<double>(N, V);
    for (double& value : c.x.values) value = random.uniform(0.05, 0.95);
    c.y = c.x;
    if (sort == Sort::denoising)
        for (double& value : c.y.values) value = random.uniform(0.05, 0.95);
    if (sort == Sort::classifier || sort == Sort::one_hot) {
        c.y = Matrix<double>(N, 5);
        for (std::size_t q = 0; q < N; ++q) c.y(q, random.below(5)) = 1;
    }
    for (std::size_t l = 1; sort == Sort::dropout && l <= 2; ++l) {
        Matrix<double> mask(N, H);
        for (double& value : mask.values) value = random.uniform() < 0.7 ? 1 : 0;
        c.masks.push_back(mask);
    }
    return c;
}

inline Network windows(Sort sort) {
    Network net;
    const auto window = [&](Kind kind, Window w, std::size_t maps, Activation f) {
        if (!net.layers.empty()) {
            const Maps before = output_maps(net, net.depth());
            w.maps = before.count;
            w.height = before.height;
            w.width = before.width;
        } else {
            net.inputs = w.maps * w.height * w.width;
        }
        net.layers.push_back(window_layer(kind, w, maps, f));
    };
    const Activation sigmoid = Activation::sigmoid, tanh = Activation::tanh;
    if (sort == Sort::strided) {
        window(Kind::convolution, {2, 6, 4, 3, 3, 2, 1, 0}, 3, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 3, 2, 1, 1}, 2, sigmoid);
        net.loss = Loss::cross_entropy;
    } else if (sort == Sort::plain || sort == Sort::conv_denoising) {
        window(Kind::convolution, {1, 5, 4, 2, 3, 1, 0, 0}, 2, sigmoid);
        window(Kind::deconvolution, {1, 0, 0, 2, 3, 1, 0, 0}, 1, sigmoid);
    } else if (sort == Sort::conv_tied) {
        window(Kind::convolution, {1, 5, 4, 3, 2, 1, 1, 0}, 2, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 2, 1, 1, 0}, 1, sigmoid);
    } else if (sort == Sort::two_windows) {
        window(Kind::convolution, {1, 5, 6, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::convolution, {1, 0, 0, 3, 2, 2, 1, 0}, 3, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 2, 2, 1, 0}, 1, Activation::linear);
        net.sparsity_weight = 0.3;
        net.sparsity_target = 0.2;
    } else if (sort == Sort::alike) {
        window(Kind::convolution, {1, 4, 3, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::convolution, {1, 0, 0, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::deconvolution, {1, 0, 0, 3, 3, 1, 1, 0}, 1, sigmoid);
        net.sparsity_weight = 0.4;
        net.sparsity_target = 0.15;
    } else if (sort == Sort::conv_dropout) {
        window(Kind::convolution, {1, 5, 4, 3, 2, 2, 1, 0}, 2, sigmoid);
        net.layers.push_back({5, sigmoid});
        net.layers.push_back({3, Activation::softmax});
        net.loss = Loss::cross_entropy;
        net.sparsity_weight = 0.3;
        net.dropout = 0.3;
    } else {
        window(Kind::convolution, {1, 5, 4, 3, 2, 2, 1, 0}, 3, Activation::relu);
        net.layers.push_back({4, Activation::softmax});
        net.loss = Loss::cross_entropy;
    }
    return net;
}

inline Network other_network(Sort sort) {
    if (sort == Sort::no_hidden) return variational_network(6, {}, 3);
    const std::size_t hidden[] = {5, 4};
    if (sort == Sort::one_hidden) return variational_network(6, {hidden, 1}, 3, Activation::tanh);
    if (sort == Sort::two_hidden) return variational_network(7, {hidden, 2}, 2);
    return windows(sort);
}

inline Case other_case(Sort sort, std::uint64_t seed) {
    Random random(seed, std::uint64_t(sort));
    Case c;
    c.network = other_network(sort);
    c.network.weight_penalty = random.uniform(0.01, 0.1);
    const Network& net = c.network;
    const Layout blocks = layout(net);
    c.theta = Buffer<double>(blocks.size);
    for (const Block& block : blocks.blocks)
        for (double& value : part<double>(c.theta, block)) value = random.uniform(-0.8, 0.8);
    if (sort == Sort::conv_tied) {
        const auto W1 = part<double>(c.theta, blocks.blocks[0]);
        std::copy(W1.begin(), W1.end(), part<double>(c.theta, blocks.blocks[2]).begin());
    }
    const std::size_t N = 9 + random.below(3), outputs = net.units(net.depth());
    c.x = Matrix<double>(N, net.inputs);
    for (double& value : c.x.values) value = random.uniform(0.05, 0.95);
    c.y = c.x;
    if (outputs != net.inputs) {
        c.y = Matrix<double>(N, outputs);
        for (std::size_t q = 0; q < N; ++q) c.y(q, random.below(outputs)) = 1;
    }
    if (sort == Sort::conv_denoising)
        for (double& value : c.y.values) value = random.uniform(0.05, 0.95);
    if (sort == Sort::conv_dropout) {
        c.masks.resize(2);
        c.masks[1] = Matrix<double>(N, net.units(2));
        for (double& value : c.masks[1].values) value = random.uniform() < 0.7 ? 1 : 0;
    }
    if (const std::size_t code = net.gaussian_layer(); code > 0) {
        c.noise = Matrix<double>(N, net.units(code));
        for (double& value : c.noise.values) value = random.normal();
    }
    return c;
}

inline Case random_case(Sort sort, std::uint64_t seed) {
    return sort < Sort::strided ? dense_case(sort, seed) : other_case(sort, seed);
}

/// What somebody gives of their terms.
inline Archive only(const Archive& all, const std::vector<std::string>& beginnings) {
    Archive some;
    for (const auto& [key, array] : all.entries)
        for (const std::string& beginning : beginnings)
            if (key == beginning || (beginning.back() == '_' && key.starts_with(beginning)))
                some.add(key, array);
    return some;
}

inline Archive in_single(const Archive& all) {
    Archive rounded;
    for (const auto& [key, array] : all.entries)
        rounded.add(key, Array(array.shape, array.floats()));
    return rounded;
}

/// Whether the ids are what a finding says, in mistakes or conventions, and nothing else.
inline bool names(const Diagnosis& diagnosis, std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    return std::any_of(
        diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
            std::vector<std::string> found = finding.mistakes;
            found.insert(found.end(), finding.conventions.begin(), finding.conventions.end());
            std::sort(found.begin(), found.end());
            return found == ids;
        });
}

inline bool is_convention(const std::string& id) {
    const auto known = known_mistakes();
    return std::any_of(known.begin(), known.end(),
                       [&](const KnownMistake& m) { return m.id == id && m.convention; });
}

/// How often a mistake was named.
struct Rate {
    int tried = 0, named = 0;
    void count(bool is_named) {
        ++tried;
        named += is_named ? 1 : 0;
    }
    double share() const { return tried == 0 ? 0 : double(named) / tried; }
};

/// The keys of the costs and the gradients.
inline Archive few(const Archive& all) { return only(all, {"cost", "grad_"}); }

/// The keys of the gradients that there are.
inline std::vector<std::string> gradients(const Archive& archive) {
    std::vector<std::string> keys;
    for (const auto& entry : archive.entries)
        if (entry.first.starts_with("grad_")) keys.push_back(entry.first);
    return keys;
}

/// The numbers of an array of theirs, to be changed.
inline std::vector<double>& block(Archive& theirs, const std::string& key) {
    for (auto& [name, array] : theirs.entries)
        if (name == key) return std::get<std::vector<double>>(array.values);
    throw std::invalid_argument("no " + key);
}

/// What is said, a sentence a line.
inline std::string all_of(const Diagnosis& d) {
    std::string text;
    for (const std::string& sentence : d.sentences) text += sentence + "\n";
    return text;
}
/// And how each term compares.
inline std::string all_with_rows(const Diagnosis& d) {
    std::string text = all_of(d);
    for (const TermRow& row : d.rows)
        text += row.key + " " + rounded(row.absolute, 3) + " of " + rounded(row.tolerance, 3) +
                (row.agrees ? "\n" : " DIFFERS\n");
    return text;
}

inline bool said(const Diagnosis& d, std::string_view part) {
    return std::any_of(d.sentences.begin(), d.sentences.end(), [&](const std::string& sentence) {
        return sentence.find(part) != std::string::npos;
    });
}

}  // namespace autoencoder::test
