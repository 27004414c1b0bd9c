// [convolve] [deconvolve] [convolve-gradient]: a window is a dense layer most of whose weights are 0 and
// whose others are shared, so the dense reference, with the shared weights put where the definition
// says, is a second opinion on every term. The twins turn the kernel round where it must not be.
#include <algorithm>
#include <memory>

#include "autoencoder/convolution.hpp"
#include "autoencoder/random.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

using enum Activation;

/// Unit `in` reaches unit `out` with this weight.
struct Tie {
    std::size_t out, in, weight;
};

/// All that the window of layer l ties together, by the definition; with `flipped` the kernel is turned
/// round, which no longer is [convolve], and for a deconvolution no longer the transpose of one.
std::vector<Tie> ties(const Network& network, std::size_t l, bool flipped) {
    const Window& w = network.layer(l).window;
    const bool transposed = network.layer(l).kind == Kind::deconvolution;
    Maps fine{w.maps, w.height, w.width}, coarse = output_maps(network, l);
    if (transposed) std::swap(fine, coarse);
    std::vector<Tie> result;
    const auto tie = [&](std::size_t o, std::size_t u, std::size_t v, std::size_t c, std::size_t a,
                         std::size_t b) {
        const std::size_t i = w.stride * u + a, j = w.stride * v + b;  // + pad
        if (i < w.pad || j < w.pad || i - w.pad >= fine.height || j - w.pad >= fine.width) return;
        const std::size_t fine_unit = (c * fine.height + i - w.pad) * fine.width + j - w.pad;
        const std::size_t coarse_unit = (o * coarse.height + u) * coarse.width + v;
        const std::size_t row = flipped ? w.kernel_height - 1 - a : a;
        const std::size_t column = flipped ? w.kernel_width - 1 - b : b;
        const std::size_t k = ((o * fine.count + c) * w.kernel_height + row) * w.kernel_width + column;
        if (transposed) result.push_back({fine_unit, coarse_unit, k});  // [deconvolve]
        else result.push_back({coarse_unit, fine_unit, k});             // [convolve]
    };
    for (std::size_t place = 0; place < coarse.places(); ++place)
        for (std::size_t o = 0; o < coarse.count; ++o)
            for (std::size_t c = 0; c < fine.count; ++c)
                for (std::size_t a = 0; a < w.kernel_height; ++a)
                    for (std::size_t b = 0; b < w.kernel_width; ++b)
                        tie(o, place / coarse.width, place % coarse.width, c, a, b);
    return result;
}

/// The same network with dense layers only; `flipped`: the kind whose kernels are turned round.
Example dense(const Example& example, Kind flipped) {
    Example result = example;
    const Network& network = example.network;
    for (Layer& layer : result.network.layers) layer.kind = Kind::dense;
    const Layout from = layout(network), to = layout(result.network);
    result.theta = Buffer<double>(to.size);
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const Block &W = from.blocks[2 * l - 2], &b = from.blocks[2 * l - 1];
        const std::span<const double> weights = part<const double>(example.theta, W);
        const std::span<const double> biases = part<const double>(example.theta, b);
        const View<double> dense_W = matrix<double>(result.theta, to.blocks[2 * l - 2]);
        const std::span<double> dense_b = part<double>(result.theta, to.blocks[2 * l - 1]);
        for (std::size_t i = 0; i < dense_b.size(); ++i)
            dense_b[i] = biases[i / (dense_b.size() / biases.size())];
        if (!has_window(network.layer(l))) {
            std::copy(weights.begin(), weights.end(), dense_W.data);
            continue;
        }
        for (const Tie& tie : ties(network, l, network.layer(l).kind == flipped))
            dense_W(tie.out, tie.in) += weights[tie.weight];
    }
    return result;
}

/// The terms of the dense network, its gradient added up over what shares a weight.
Terms unrolled_terms(const Example& example, Kind flipped = Kind::dense) {
    const Example other = dense(example, flipped);
    Terms terms = reference_terms(other);
    const Network& network = example.network;
    const Layout to = layout(network), from = layout(other.network);
    Buffer<double> gradient(to.size);
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const View<double> dense_W = matrix<double>(terms.gradient, from.blocks[2 * l - 2]);
        const std::span<double> dense_b = part<double>(terms.gradient, from.blocks[2 * l - 1]);
        const std::span<double> W = part<double>(gradient, to.blocks[2 * l - 2]);
        const std::span<double> b = part<double>(gradient, to.blocks[2 * l - 1]);
        const std::size_t places = dense_b.size() / b.size();
        for (std::size_t i = 0; i < dense_b.size(); ++i) b[i / places] += dense_b[i];
        if (!has_window(network.layer(l))) {
            std::copy_n(dense_W.data, W.size(), W.begin());
            continue;
        }
        for (const Tie& tie : ties(network, l, false)) W[tie.weight] += dense_W(tie.out, tie.in);
    }
    terms.gradient = std::move(gradient);
    return terms;
}

struct Step {
    Kind kind;
    std::size_t maps, kernel_height, kernel_width, stride, pad, output_pad;
    Activation activation;
};

/// Windows one behind the other, from one image.
Network chain(const Maps& image, const std::vector<Step>& steps) {
    Network network;
    network.inputs = image.units();
    Maps maps = image;
    for (const Step& s : steps) {
        const Window window{maps.count, maps.height,  maps.width, s.kernel_height,
                            s.kernel_width, s.stride, s.pad,      s.output_pad};
        network.layers.push_back(window_layer(s.kind, window, s.maps, s.activation));
        maps = output_maps(network, network.depth());
    }
    return network;
}

/// Autoencoders of maps, on images that are not square; a dense head; more patterns than a panel.
std::vector<Example> convolutional() {
    using enum Kind;
    const Network shallow = chain({1, 5, 4}, {{convolution, 2, 3, 3, 2, 1, 0, sigmoid},
                                              {deconvolution, 1, 3, 2, 2, 1, 0, sigmoid}});
    const Network deep = chain({2, 4, 6}, {{convolution, 3, 2, 3, 1, 0, 0, tanh},
                                           {convolution, 2, 3, 2, 2, 2, 0, sigmoid},
                                           {deconvolution, 3, 2, 3, 3, 2, 2, tanh},
                                           {deconvolution, 1, 1, 2, 1, 0, 0, linear}});
    Network bernoulli = chain({1, 4, 5}, {{convolution, 3, 4, 3, 3, 2, 0, tanh},
                                          {deconvolution, 2, 4, 4, 2, 0, 1, sigmoid}});
    bernoulli.loss = Loss::cross_entropy;
    Network head = chain({2, 5, 3}, {{deconvolution, 2, 2, 2, 1, 1, 0, tanh},
                                     {convolution, 3, 2, 2, 1, 0, 0, sigmoid}});
    head.layers.push_back({4, tanh});
    head.layers.push_back({3, softmax});
    head.loss = Loss::cross_entropy;
    return {make_example(shallow, 7, 1), make_example(deep, 33, 2), make_example(bernoulli, 3, 3),
            make_example(head, 5, 4)};
}

/// Classifiers on maps and an autoencoder with a dense code, with dropout: its masks, held fixed, are
/// those of dense hidden layers.                                                          [dropout]
std::vector<Example> dropped_out() {
    using enum Kind;
    const Network maps = chain({1, 6, 5}, {{convolution, 3, 3, 3, 2, 1, 0, tanh},
                                           {convolution, 4, 2, 2, 1, 0, 0, sigmoid}});
    const auto with_dense = [](Network network, const std::vector<Layer>& layers, Loss loss) {
        network.layers.insert(network.layers.end(), layers.begin(), layers.end());
        network.loss = loss;
        return network;
    };
    const Network wide = chain({3, 4, 3}, {{convolution, 2, 3, 2, 1, 1, 0, sigmoid}});
    Network code = with_dense(wide, {{6, tanh}, {2 * 2 * 3, sigmoid}}, Loss::squared_error);
    const Window back{2, 2, 3, 2, 2, 2, 0, 0};  // its maps are what a dense layer says
    code.layers.push_back(window_layer(deconvolution, back, 2, linear));
    const Network all[] = {with_dense(maps, {{5, softmax}}, Loss::cross_entropy),
                           with_dense(maps, {{7, tanh}, {3, softmax}}, Loss::cross_entropy),
                           with_dense(maps, {{6, sigmoid}, {4, tanh}, {2, linear}}, Loss::squared_error),
                           with_dense(wide, {{9, sigmoid}, {4, softmax}}, Loss::cross_entropy), code};
    std::vector<Example> result;
    for (Network network : all) {
        network.dropout = 0.4;
        network.input_dropout = result.size() % 2 == 0 ? 0 : 0.2;
        result.push_back(make_example(network, 4 + 9 * result.size(), 20 + result.size()));
    }
    return result;
}

/// Every term against the dense network's and the gradient against difference quotients.
void examine_window(Findings& findings, const Example& example, Kind flipped) {
    const Layout blocks = layout(example.network);
    const Objective<double> J = production_objective(example);
    findings.found(blocks.parameters(), gradient_error(check_gradient(J, example.theta, blocks)),
                   gradient_tolerance);
    const Terms terms = production_terms(example);
    findings.found(0, terms_difference(blocks, terms, unrolled_terms(example)), term_tolerance);
    if (flipped == Kind::dense) return;
    const Terms mistaken = unrolled_terms(example, flipped);
    findings.twin_found(terms_difference(blocks, terms, mistaken), term_tolerance);
}

Panels<double> image(std::span<const double> units) {
    Panels<double> panels(1, units.size());
    for (std::size_t i = 0; i < units.size(); ++i) panels(0, i) = units[i];
    return panels;
}

/// A window alone, as a function of its input, its weights and its biases: J = ½ ‖s − y‖².
struct Alone {
    Layout blocks;
    Buffer<double> theta, y;
    Objective<double> objective;

    Alone(const Network& network, std::size_t l, bool bias_of_one_place) {
        const auto convolution = std::make_shared<Convolution<double>>(network, l, 1);
        blocks.add("x", {convolution->in().units()});
        blocks.add("W", weight_shape(network, l));
        blocks.add("b", {convolution->out().count});
        theta = Buffer<double>(blocks.size);
        y = Buffer<double>(convolution->out().units());
        Random random(l);
        for (const Block& block : blocks.blocks)
            for (double& value : part<double>(theta, block)) value = random.uniform(-1, 1);
        for (double& value : y) value = random.uniform(-1, 1);
        objective = [convolution, blocks = blocks, y = y, bias_of_one_place](
                        std::span<const double> at, std::span<double> gradient) {
            const Panels<double> x = image(part(at, blocks.blocks[0]));
            const std::span<const double> W = part(at, blocks.blocks[1]);
            const std::span<const double> b = part(at, blocks.blocks[2]);
            Panels<double> delta(1, y.size()), before(1, x.units);
            convolution->forward(W, b, kernels::Function::linear, x, delta);
            double J = 0;
            for (std::size_t i = 0; i < y.size(); ++i) {
                delta(0, i) = y[i] - delta(0, i);
                J += delta(0, i) * delta(0, i) / 2;
            }
            if (gradient.empty()) return J;
            std::fill(gradient.begin(), gradient.end(), 0.0);
            BackPropagation<double> rule;
            rule.h = x;
            convolution->back_propagate(W, delta, rule, before);  // ∂J/∂x = −Aᵀ δ    [convolve-gradient]
            for (std::size_t i = 0; i < x.units; ++i) gradient[i] = -before(0, i);
            Share<double> share;
            share.scale = -1;
            convolution->weight_gradient(delta, x, share, W, part(gradient, blocks.blocks[1]));
            std::vector<double> sums(b.size());
            convolution->add_sums(delta, sums);
            const std::size_t places = y.size() / b.size();
            const std::span<double> by_b = part(gradient, blocks.blocks[2]);
            for (std::size_t o = 0; o < b.size(); ++o)
                by_b[o] = bias_of_one_place ? -delta(0, o * places) : -sums[o];
            return J;
        };
    }
    double error() const { return gradient_error(check_gradient(objective, theta, blocks)); }
};

/// ⟨A x, y⟩ against ⟨x, Aᵀ y⟩ of layer l.
double adjoint_difference(const Network& network, std::size_t l) {
    const Alone alone(network, l, false);
    Convolution<double> convolution(network, l, 1);
    const Panels<double> x = image(part<const double>(alone.theta, alone.blocks.blocks[0]));
    const Panels<double> y = image(alone.y);
    const std::span<const double> W = part<const double>(alone.theta, alone.blocks.blocks[1]);
    const Buffer<double> no_bias(convolution.out().count);
    Panels<double> Ax(1, y.units), Aty(1, x.units);
    convolution.forward(W, no_bias, kernels::Function::linear, x, Ax);
    BackPropagation<double> rule;
    rule.h = x;
    convolution.back_propagate(W, y, rule, Aty);
    double left = 0, right = 0;
    for (std::size_t i = 0; i < y.units; ++i) left += Ax(0, i) * y(0, i);
    for (std::size_t i = 0; i < x.units; ++i) right += x(0, i) * Aty(0, i);
    return relative_difference({&left, 1}, {&right, 1});
}

}  // namespace

CheckResult convolve_check() {
    Findings findings;
    for (const Example& example : convolutional()) examine_window(findings, example, Kind::convolution);
    return findings.result();
}

CheckResult deconvolve_check() {
    Findings findings;
    for (const Example& example : convolutional()) {
        examine_window(findings, example, Kind::deconvolution);
        for (std::size_t l = 1; l <= example.network.depth(); ++l)
            if (has_window(example.network.layer(l)))
                findings.found(1, adjoint_difference(example.network, l), term_tolerance);
    }
    return findings.result();
}

CheckResult convolve_gradient_check() {
    Findings findings;
    for (const Example& example : dropped_out()) examine_window(findings, example, Kind::dense);
    for (const Example& each : convolutional()) {
        Network network = each.network;
        network.weight_penalty = 0.01;
        network.dropout = 0.3;
        const Example example = make_example(network, each.patterns(), 9);
        const Layout blocks = layout(network);
        const GradientCheck whole =
            check_gradient(production_objective(example), example.theta, blocks);
        findings.found(blocks.parameters(), gradient_error(whole), gradient_tolerance);
        for (std::size_t l = 1; l <= network.depth(); ++l) {
            if (!has_window(network.layer(l))) continue;
            const Alone alone(network, l, false);
            findings.found(alone.blocks.parameters(), alone.error(), gradient_tolerance);
            findings.twin_found(Alone(network, l, true).error(), gradient_tolerance);
        }
    }
    return findings.result();
}

}  // namespace autoencoder::checks
