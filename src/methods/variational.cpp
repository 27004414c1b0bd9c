#include "autoencoder/variational.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/random.hpp"
#include "network/gaussian.hpp"

namespace autoencoder {
namespace {

std::size_t code_of(const Network& network) {
    const std::size_t l = network.gaussian_layer();
    require(l > 0, "expected a variational autoencoder, found no gaussian layer");
    return l;
}

/// The layers above the code as a network of its own.
Network decoder_of(const Network& network) {
    const std::size_t l = code_of(network);
    Network decoder = network;
    decoder.inputs = network.units(l);
    decoder.layers.erase(decoder.layers.begin(), decoder.layers.begin() + std::ptrdiff_t(l));
    decoder.weight_penalty = decoder.sparsity_weight = 0;
    return decoder;
}

/// Its parameters: the last part of θ, gaps and all.
template <class T>
std::span<const T> decoder_part(const Network& network, std::span<const T> theta) {
    const Layout blocks = layout(network);
    require(theta.size() == blocks.size, "θ does not belong to this network");
    return theta.subspan(blocks.blocks[2 * code_of(network)].offset);
}

/// log (1/k) Σ_i e^{w_i}, without leaving the range of numbers.
double log_mean_exp(std::span<const double> w) {
    const double largest = *std::max_element(w.begin(), w.end());
    double sum = 0;
    for (const double each : w) sum += exponential(each - largest);
    return largest + logarithm(sum / double(w.size()));
}

/// Importance samples for some patterns, at most a chunk of them.
template <class T>
struct Importance {
    const Network& decoder;
    std::span<const T> theta;
    std::size_t samples;
    std::uint64_t seed;

    /// Σ_q of the estimates of log p(x^q); `first` is the number of the first pattern.
    double operator()(const Posterior<T>& q, View<const T> x, std::size_t first) const {
        const std::size_t N = x.rows, units = q.mu.cols;
        Matrix<T> sigma(N, units), z(N, units);
        for (std::size_t i = 0; i < sigma.values.size(); ++i)
            sigma.values[i] = T(0.5) * q.log_variance.values[i];
        map<T>(kernels::Function::exp, sigma.values, sigma.values);
        std::vector<Random> random;
        constexpr std::uint64_t stream = std::uint64_t{3} << 62;  // far from ε of training
        for (std::size_t i = 0; i < N; ++i) random.emplace_back(seed, stream | (first + i));

        Panels<T> codes(N, units), targets(N, x.cols);
        to_panels<T>(x, targets);
        Evaluation<T> evaluation(decoder, N);
        Matrix<double> weights(N, samples);
        for (std::size_t k = 0; k < samples; ++k) {
            in_parallel(N, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
                std::vector<double> noise(units);
                for (std::size_t i = begin; i < end; ++i) {
                    random[i].normal(noise);
                    double ratio = 0;  // log p(z) − log q(z|x) = Σ ½ (log σ² + ε² − z²)
                    for (std::size_t j = 0; j < units; ++j) {
                        z(i, j) = q.mu(i, j) + sigma(i, j) * T(noise[j]);
                        const double code = double(z(i, j)), drawn = double(T(noise[j]));
                        ratio += double(q.log_variance(i, j)) + drawn * drawn - code * code;
                    }
                    weights(i, k) = ratio / 2;
                }
            });
            to_panels<T>(z, codes);
            cost_and_gradient<T>(decoder, theta, {codes, targets, {}, {}}, {}, evaluation);
            for (std::size_t i = 0; i < N; ++i)
                weights(i, k) -= double(evaluation.pattern_cost[i]);  // + log p(x|z)
        }
        double sum = 0;
        for (std::size_t i = 0; i < N; ++i) sum += log_mean_exp(weights.row(i));
        return sum;
    }
};

}  // namespace

Network variational_network(std::size_t inputs, std::span<const std::size_t> hidden,
                            std::size_t code, Activation activation) {
    Network network;
    network.inputs = inputs;
    network.loss = Loss::cross_entropy;
    const auto add = [&](std::size_t units) { network.layers.push_back({units, activation}); };
    std::for_each(hidden.begin(), hidden.end(), add);
    network.layers.push_back({code, Activation::linear, false, Kind::gaussian});
    std::for_each(hidden.rbegin(), hidden.rend(), add);
    network.layers.push_back({inputs, Activation::sigmoid});
    return network;
}

Network variational_network(std::size_t inputs, std::span<const std::size_t> hidden, std::size_t code) {
    return variational_network(inputs, hidden, code, Activation::relu);
}

Layout variational_layout(const Network& network) {
    const std::size_t code = code_of(network);
    const Layout numbered = layout(network);
    Layout result;
    result.size = numbered.size;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const Block &W = numbered.blocks[2 * l - 2], &b = numbered.blocks[2 * l - 1];
        if (l == code) {
            const std::size_t units = network.units(l), size = W.size / 2;
            result.blocks.push_back({"mu_W", {units, W.shape[1]}, W.offset, size});
            result.blocks.push_back({"mu_b", {units}, b.offset, units});
            result.blocks.push_back({"logvar_W", {units, W.shape[1]}, W.offset + size, size});
            result.blocks.push_back({"logvar_b", {units}, b.offset + units, units});
            continue;
        }
        const std::string part = l < code ? "enc_" : "dec_";
        const std::string number = std::to_string(l < code ? l : l - code);
        result.blocks.push_back({part + "W" + number, W.shape, W.offset, W.size});
        result.blocks.push_back({part + "b" + number, b.shape, b.offset, b.size});
    }
    return result;
}

template <class T>
Posterior<T> posterior(const Network& network, std::span<const T> theta, View<const T> x) {
    const std::size_t l = code_of(network);
    Matrix<T> before;
    if (l > 1) before = activity<T>(network, theta, x, l - 1);
    const View<const T> h = l > 1 ? before.view() : x;
    const Layout blocks = variational_layout(network);
    require(theta.size() == blocks.size, "posterior: θ does not belong to this network");
    const auto head = [&](const char* W, const char* b) {
        Matrix<T> result(x.rows, network.units(l));
        forward<T>(matrix(theta, blocks.find(W)), part(theta, blocks.find(b)),
                   Activation::linear, h, result);
        return result;
    };
    return {head("mu_W", "mu_b"), head("logvar_W", "logvar_b")};
}

template <class T>
Elbo elbo(const Network& network, std::span<const T> theta, View<const T> x, std::uint64_t seed) {
    const std::size_t l = code_of(network);
    require(x.rows > 0, "elbo: expected at least one pattern");
    Panels<T> panels(x.rows, x.cols);
    to_panels<T>(x, panels);
    const Panels<T> noise = drawn_noise<T>(seed, x.rows, network.units(l));
    Evaluation<T> evaluation(network, x.rows);
    Batch<T> batch{panels, panels, {}, {}};
    batch.noise = noise;
    const Cost cost = cost_and_gradient<T>(network, theta, batch, {}, evaluation);
    return {-cost.data, cost.kl};  // −J^q, mean over q
}

template <class T>
double log_likelihood(const Network& network, std::span<const T> theta, View<const T> x,
                      std::size_t samples, std::uint64_t seed) {
    require(x.rows > 0, "log_likelihood: expected at least one pattern");
    require(samples > 0, "log_likelihood: expected at least one sample");
    const Network decoder = decoder_of(network);
    const Posterior<T> q = posterior<T>(network, theta, x);
    const Importance<T> estimate{decoder, decoder_part(network, theta), samples, seed};
    double sum = 0;
    for (std::size_t first = 0; first < x.rows; first += kernels::sum_block) {
        const std::size_t count = std::min(kernels::sum_block, x.rows - first);
        const auto rows = [&](const Matrix<T>& all) {
            Matrix<T> some(count, all.cols);
            std::copy_n(all.data() + first * all.cols, some.values.size(), some.data());
            return some;
        };
        sum += estimate({rows(q.mu), rows(q.log_variance)}, x.slice(first, count), first);
    }
    return sum / double(x.rows);
}

template <class T>
Matrix<T> generate(const Network& network, std::span<const T> theta, std::size_t count,
                   std::uint64_t seed) {
    const std::size_t l = code_of(network);
    Matrix<T> z(count, network.units(l));
    Random random(seed);
    for (T& each : z.values) each = T(random.normal());
    return activity_from<T>(network, theta, z, l);  // z ~ N(0, I), decode            [generate]
}

template <class T>
Matrix<T> walk(const Network& network, std::span<const T> theta, std::span<const T> from,
               std::span<const T> to, std::size_t steps) {
    const std::size_t l = code_of(network), units = network.units(l);
    require(from.size() == units && to.size() == units, [&] {
        return "walk: expected codes of " + std::to_string(units) + " numbers, found " +
               std::to_string(from.size()) + " and " + std::to_string(to.size());
    });
    require(steps >= 2, "walk: expected at least 2 steps, found " + std::to_string(steps));
    Matrix<T> z(steps, units);
    for (std::size_t i = 0; i < steps; ++i) {
        const T share = T(i) / T(steps - 1);
        for (std::size_t k = 0; k < units; ++k) z(i, k) = (1 - share) * from[k] + share * to[k];
    }
    return activity_from<T>(network, theta, z, l);
}

template <class T>
Matrix<T> code_plane(const Network& network, std::span<const T> theta, std::size_t side,
                     double reach) {
    const std::size_t l = code_of(network);
    require(network.units(l) == 2, "code_plane: expected a code of 2 units, found " +
                                       std::to_string(network.units(l)));
    require(side >= 2, "code_plane: expected at least 2 a side, found " + std::to_string(side));
    Matrix<T> z(side * side, 2);
    const auto place = [&](std::size_t i) { return reach * (2 * double(i) / double(side - 1) - 1); };
    for (std::size_t i = 0; i < z.rows; ++i) {
        z(i, 0) = T(place(i % side));
        z(i, 1) = T(-place(i / side));
    }
    return activity_from<T>(network, theta, z, l);
}

#define AUTOENCODER_INSTANTIATE(T)                                                                \
    template Posterior<T> posterior(const Network&, std::span<const T>, View<const T>);           \
    template Elbo elbo(const Network&, std::span<const T>, View<const T>, std::uint64_t);         \
    template double log_likelihood(const Network&, std::span<const T>, View<const T>,             \
                                   std::size_t, std::uint64_t);                                   \
    template Matrix<T> generate(const Network&, std::span<const T>, std::size_t, std::uint64_t);  \
    template Matrix<T> walk(const Network&, std::span<const T>, std::span<const T>,               \
                            std::span<const T>, std::size_t);                                     \
    template Matrix<T> code_plane(const Network&, std::span<const T>, std::size_t, double);
AUTOENCODER_INSTANTIATE(float)
AUTOENCODER_INSTANTIATE(double)

}  // namespace autoencoder
