// Building multi-stage autoencoders: an encoder on the codes of the one before.
//
//     stage t learns x ← h^{t−1}, the codes h_j = f(Σ_k w_jk x_k + b_j) of stage t−1       [greedy]
//
// Its encoder joins the stack, its decoder is dropped, or kept to unroll the stack into a deep
// autoencoder: that is the network here, in which layer L − t + 1 undoes layer t. On the way to a stage
// nothing is dropped or corrupted.
#include <algorithm>

#include "autoencoder/stacked.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

Matrix<double> Lecture::through_layer(size_t l, const Matrix<double>& x) const {
    Matrix<double> code(x.rows, net.units(l));
    for (size_t q = 0; q < x.rows; ++q) {
        for (size_t j = 0; j < code.cols; ++j)
            code(q, j) = f(activation(l), into_stage(l, x.row(q), j)).value;
    }
    return code;
}

Number Lecture::into_stage(size_t l, std::span<const double> x, size_t j) const {
    Number s = b(l, j);
    for (size_t k = 0; k < x.size(); ++k) s += w(l, j, k) * unit("x", k, x[k]);  // [greedy]
    return s;
}

Matrix<double> Lecture::patterns_of_stage(size_t stage) const {
    Matrix<double> x = example.x;
    for (size_t before = 1; before < stage; ++before) x = through_layer(before, x);
    return x;
}

// Made fast in
//     src/methods/stacked.cpp  train_greedy  greedy

namespace {

/// Stacks whose codes are as wide as their patterns: else nobody could take one for the other.
std::vector<Example> stacks() {
    using enum Activation;
    std::vector<Example> examples;
    const auto add = [&](std::vector<size_t> hidden, Activation f, size_t N) {
        Network deep = autoencoder_network(4, hidden, f, sigmoid);
        deep.weight_penalty = 0.01;
        deep.sparsity_target = 0.1;
        deep.sparsity_weight = f == linear ? 0 : 3;
        examples.push_back(make_example(deep, N, examples.size() + 1));
    };
    add({4, 4, 4}, sigmoid, 9);
    add({4, 4, 4}, linear, 33);
    add({4, 4, 4, 4, 4}, tanh, 20);
    return examples;
}

/// The stages as they are trained, with the patterns that they are handed.
std::vector<Example> handed_stages(const Example& deep) {
    std::vector<Example> stages;
    Buffer<double> theta = deep.theta;
    train_greedy<double>(
        deep.network, deep.x, theta,
        [&](size_t, const Network& network, View<const double> codes, std::span<double> own) {
            Example stage{network, Buffer<double>(own.size()), {}, {}, {}};
            std::ranges::copy(own, stage.theta.begin());
            stage.x = Matrix<double>(codes.rows, codes.cols);
            for (size_t q = 0; q < codes.rows; ++q)
                std::ranges::copy(codes.row(q), stage.x.row(q).begin());
            stage.y = stage.x;
            stages.push_back(stage);
            return true;
        });
    return stages;
}

CheckResult greedy_check() {
    Findings findings;
    for (const Example& deep : stacks()) {
        const std::vector<Example> stages = handed_stages(deep);
        const Lecture lecture(deep);
        const LearnsReconstructions twin(deep);
        for (size_t t = 1; t <= stages.size(); ++t) {
            const Example& stage = stages[t - 1];
            const auto on = [&](const Matrix<double>& patterns) {
                Example other = stage;
                other.x = other.y = patterns;
                return other;
            };
            const Matrix<double> codes = lecture.patterns_of_stage(t);
            const Layout blocks = layout(stage.network);
            const Buffer<double> quotients =
                difference_quotients(lecture_cost(on(codes)), stage.theta, blocks);
            const auto error = [&](std::span<const double> gradient) {
                return gradient_error(compare_gradients(gradient, quotients, blocks));
            };
            findings.found(blocks.parameters(), error(production_terms(stage).gradient),
                           gradient_tolerance);
            findings.found(0, relative_difference(stage.x.values, codes.values), term_tolerance);
            if (t == 1) continue;
            const Terms mistaken = lecture_terms(on(twin.patterns_of_stage(t)));
            findings.twin_found(error(mistaken.gradient), gradient_tolerance);
        }
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"greedy", "its reconstructions for them", greedy_check},
};

}  // namespace

std::span<const Check> stage_checks() { return checks; }

}  // namespace autoencoder::lecture
