// Random cases on which mistakes can be told apart: V ≠ H ≠ N, unequal ρ_j, one unit nearly off.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/diagnosis.hpp"
#include "autoencoder/random.hpp"

namespace autoencoder::test {

enum class Sort {
    sparse,
    tanh,
    linear_output,
    deep,
    classifier,
    dropout,
    denoising,
    tied,
    one_hot
};

inline Case random_case(Sort sort, std::uint64_t seed) {
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

inline constexpr Sort sorts[] = {Sort::sparse,    Sort::tanh,       Sort::linear_output,
                                 Sort::deep,      Sort::classifier, Sort::dropout,
                                 Sort::denoising, Sort::tied,       Sort::one_hot};

}  // namespace autoencoder::test
