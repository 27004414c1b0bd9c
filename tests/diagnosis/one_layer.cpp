// Another line at one layer of several, a unit that is off beside it, numbers that were stored in float32: each is named,
// the right program agrees, and a number beside it is wrong without a name.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "program.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Dense layers as somebody writes them, line by line.
struct Chain {
    const Case& c;
    std::vector<std::function<double(double s)>> f = {};              // by layer
    std::vector<std::function<double(double s, double h)>> slope = {};
    std::vector<Matrix<double>> back = {};  // what δ of a layer is multiplied by beside f'; none: the mask
    std::function<double(double w)> carried = [](double w) { return w; };
    std::function<double(double sum, double slope)> through = [](double sum, double by_s) { return sum * by_s; };
    std::function<double(double y, double out, double delta)> last = [](double, double, double delta) { return delta; };

    explicit Chain(const Case& of) : c(of) {
        for (std::size_t l = 1; l <= c.network.depth(); ++l) {
            f.push_back([](double s) { return 1 / (1 + std::exp(-s)); });
            slope.push_back([](double, double h) { return h * (1 - h); });
        }
        back.resize(f.size());
    }
    double mask(std::size_t l, std::size_t q, std::size_t j, bool backward) const {
        if (backward && back[l - 1].rows > 0) return back[l - 1](q, j);
        return l <= c.masks.size() && c.masks[l - 1].rows > 0 ? c.masks[l - 1](q, j) / (1 - c.network.dropout) : 1;
    }
    Archive results() const {
        const Network& net = c.network;
        const std::size_t L = net.depth(), N = c.x.rows;
        std::vector<Matrix<double>> s, h, taken = {c.x}, delta(L);
        double cost = 0;
        for (std::size_t l = 1; l <= L; ++l) {
            Matrix<double> sums(N, net.units(l)), own = sums, dropped = sums;
            const auto W = part<const double>(c.theta, layout(net).blocks[2 * l - 2]), b = part<const double>(c.theta, layout(net).blocks[2 * l - 1]);
            for (std::size_t q = 0; q < N; ++q)
                for (std::size_t j = 0; j < sums.cols; ++j) {
                    sums(q, j) = b[j];
                    for (std::size_t k = 0; k < taken.back().cols; ++k) sums(q, j) += W[j * taken.back().cols + k] * taken.back()(q, k);
                    own(q, j) = f[l - 1](sums(q, j));
                    dropped(q, j) = own(q, j) * mask(l, q, j, false);
                }
            for (const double w : W) cost += net.weight_penalty / 2 * w * w;
            s.push_back(sums), h.push_back(own), taken.push_back(dropped);
        }
        Archive result;
        std::vector<std::pair<std::string, Array>> gradients;
        const bool crossed = net.loss == Loss::cross_entropy;
        for (std::size_t l = L; l >= 1; --l) {
            Matrix<double>& d = delta[l - 1] = Matrix<double>(N, net.units(l));
            std::vector<double> by_rho(d.cols);
            for (std::size_t j = 0; net.sparse(l) && j < d.cols; ++j) {
                double rho = 0;
                for (std::size_t q = 0; q < N; ++q) rho += h[l - 1](q, j) / double(N);
                const double t = net.sparsity_target;
                cost += net.sparsity_weight * (t * std::log(t / rho) + (1 - t) * std::log((1 - t) / (1 - rho)));
                by_rho[j] = net.sparsity_weight * ((1 - t) / (1 - rho) - t / rho);
            }
            for (std::size_t q = 0; q < N; ++q)
                for (std::size_t j = 0; j < d.cols; ++j) {
                    const double y = l == L ? c.y(q, j) : 0, out = h[l - 1](q, j), slopes = slope[l - 1](s[l - 1](q, j), out);
                    if (l == L) {
                        cost += (crossed ? -y * std::log(out) - (1 - y) * std::log(1 - out) : (y - out) * (y - out) / 2) / double(N);
                        d(q, j) = last(y, out, crossed ? y - out : (y - out) * slopes);
                        continue;
                    }
                    const auto W = part<const double>(c.theta, layout(net).blocks[2 * l]);
                    double sum = 0;
                    for (std::size_t i = 0; i < delta[l].cols; ++i) sum += carried(W[i * d.cols + j]) * delta[l](q, i);
                    d(q, j) = through(sum * mask(l, q, j, true) - by_rho[j], slopes);
                }
            const Matrix<double>& below = taken[l - 1];
            const auto W = part<const double>(c.theta, layout(net).blocks[2 * l - 2]);
            std::vector<double> of_W(W.size()), of_b(d.cols);
            for (std::size_t j = 0; j < d.cols; ++j)
                for (std::size_t q = 0; q < N; ++q) {
                    of_b[j] -= d(q, j) / double(N);
                    for (std::size_t k = 0; k < below.cols; ++k) of_W[j * below.cols + k] -= d(q, j) * below(q, k) / double(N);
                }
            for (std::size_t i = 0; i < W.size(); ++i) of_W[i] += net.weight_penalty * W[i];
            gradients.push_back({"grad_b" + std::to_string(l), Array({d.cols}, std::move(of_b))});
            gradients.push_back({"grad_W" + std::to_string(l), Array({d.cols, below.cols}, std::move(of_W))});
        }
        result.add("cost", Array(cost));
        for (auto& [key, array] : gradients) result.add(key, std::move(array));
        return result;
    }
};

/// Sigmoid layers of 5 units, three of them hidden, 9 patterns.
Case chain() {
    Case c = random_case(Sort::linear_output, 4);
    c.network = autoencoder_network(5, std::vector<std::size_t>{5, 5, 5}, Activation::sigmoid, Activation::sigmoid);
    c.network.weight_penalty = 2e-3;
    c.theta = Buffer<double>(layout(c.network).size);
    Random random(6);
    for (double& each : c.theta) each = random.uniform(-1, 1);
    c.x = Matrix<double>(9, 5);
    for (double& each : c.x.values) each = random.uniform(0.05, 0.95);
    c.y = c.x;
    return c;
}
Case sparse(std::vector<std::size_t> layers) {
    Case c = chain();
    c.network.sparsity_weight = 0.3;
    c.network.sparsity_target = 0.2;
    for (std::size_t l = 1; l < c.network.depth(); ++l) c.network.layers[l - 1].sparse = std::ranges::find(layers, l) != layers.end();
    return c;
}
Case masked() {
    Case c = chain();
    c.network.dropout = 0.4;
    c.masks.assign(2, Matrix<double>(9, 5));
    Random random(8);
    for (Matrix<double>& mask : c.masks)
        for (double& each : mask.values) each = random.uniform(0, 1) > 0.4;
    return c;
}

void is_named(const std::string& words, const Case& c, const Archive& theirs, const std::string& id) {
    check(words.c_str(), c, theirs, id, words);
    Archive odd = theirs;
    std::vector<double>& numbers = block(odd, "grad_W1");
    numbers[numbers.size() / 2] = numbers[numbers.size() / 2] * 1.01 + 1e-3;
    check(words.c_str(), c, odd, "");
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("another f, or what is taken for f', of one layer of several is named") {
        for (const Case& c : {chain(), sparse({1, 2}), masked()}) CHECK(diagnose(c, Chain(c).results()).agrees);
        const Case c = chain();
        Chain other(c);
        other.f[1] = [](double s) { return s / (1 + std::abs(s)); };
        other.slope[1] = [](double s, double) { return 1 / std::pow(1 + std::abs(s), 2); };
        is_named("layer 2 is softsign", c, other.results(), "other-activation");
        for (const Case& of : {chain(), sparse({1, 2})}) {
            Chain taken(of), tanh(of);
            taken.slope[0] = [](double, double h) { return h * (1 + h); };
            is_named("f' is taken as h(1 + h) at layer 1", of, taken.results(), "exchanged-derivative");
            tanh.slope[1] = [](double, double h) { return 1 - h * h; };
            is_named("f' is 1 − h², as of tanh at layer 2", of, tanh.results(), "exchanged-derivative");
        }
    }

    TEST_CASE("what is taken for f' at a linear output is named") {
        Case c = chain();
        c.network.layers.back().activation = Activation::linear;
        Chain taken(c);
        taken.f[3] = [](double s) { return s; };
        taken.slope[3] = [](double, double) { return 1.0; };
        CHECK(diagnose(c, taken.results()).agrees);
        taken.slope[3] = [](double, double h) { return 1 - h * h; };
        is_named("f' is 1 − h², as of tanh at the output", c, taken.results(), "exchanged-derivative");
    }

    TEST_CASE("masks of one layer of several are named, on the way forward and back") {
        const Case c = masked();
        const auto read = [&](const std::string& words, const std::function<void(Case&)>& change) {
            Case other = c;
            change(other);
            is_named(words, c, Chain(other).results(), "other-mask");
        };
        read("the masks of layers 1 and 2 are exchanged", [](Case& o) { std::swap(o.masks[0], o.masks[1]); });
        read("1/(1 − p) is missing at layer 2", [](Case& o) {
            for (double& each : o.masks[1].values) each *= 1 - o.network.dropout;
        });
        read("what the mask keeps is dropped: 1 − m for m, at layer 1", [](Case& o) {
            for (double& each : o.masks[0].values) each = 1 - each;
        });
        read("what is kept is divided by √(1 − p)", [](Case& o) {
            for (Matrix<double>& mask : o.masks)
                for (double& each : mask.values) each *= std::sqrt(1 - o.network.dropout);
        });
        Chain back(c);
        back.back[1] = Matrix<double>(9, 5);
        std::ranges::fill(back.back[1].values, 1);
        is_named("the mask is missing in the backward pass at layer 2", c, back.results(), "dropout-no-backward-mask");
    }

    TEST_CASE("sparsity of other layers is named, and δ that goes back through other weights") {
        const Case c = sparse({1, 2});
        for (const auto& [layers, words] : {std::pair(std::vector<std::size_t>{1, 3}, "layers 1 and 3, not of layers 1 and 2"),
                                            {{1, 2, 3}, "layers 1, 2 and 3, not of layers 1 and 2"}}) {
            const Case other = sparse(layers);
            is_named(std::string("the sparsity is that of ") + words, c, Chain(other).results(), "other-sparse-layers");
        }
        Chain through(c);
        through.carried = [](double w) { return std::abs(w); };
        is_named("δ goes back through |w|", c, through.results(), "other-carry");
        through.carried = [](double w) { return double((w > 0) - (w < 0)); };
        is_named("δ goes back through the signs of the weights", c, through.results(), "other-carry");
    }

    TEST_CASE("another error at the output is named, what its sign lets go on, and W1 transposed for W2") {
        Case c = chain();
        Chain choice(c);
        choice.last = [](double y, double out, double) { return (y - double(out > 0.5)) * out * (1 - out); };
        is_named("δ of the output has ŷ cut at ½ to 0 or 1", c, choice.results(), "other-delta");
        c.network.loss = Loss::cross_entropy;
        Chain bare(c);
        bare.last = [](double y, double out, double) { return y / out - (1 - y) / (1 - out); };
        is_named("δ of the output is −∂J/∂ŷ, without f'", c, bare.results(), "other-delta");
        for (Layer& layer : c.network.layers)
            if (&layer != &c.network.layers.back()) layer.activation = Activation::relu;
        Chain by_sign(c);
        for (std::size_t l = 0; l < 3; ++l) {
            by_sign.f[l] = [](double s) { return std::max(s, 0.0); };
            by_sign.slope[l] = [](double s, double) { return double(s > 0); };
        }
        CHECK(diagnose(c, by_sign.results()).agrees);
        by_sign.through = [](double sum, double) { return std::max(sum, 0.0); };
        is_named("δ goes on where ∂J/∂h is below 0, whatever s is", c, by_sign.results(), "other-carry");

        constexpr std::size_t V = 5, H = 4;
        Case tied = chain();
        tied.network = autoencoder_network(V, std::vector<std::size_t>{H}, Activation::sigmoid, Activation::sigmoid);
        tied.theta = Buffer<double>(layout(tied.network).size);
        std::copy_n(c.theta.begin(), tied.theta.size(), tied.theta.begin());
        Case turned = tied;
        const auto W1 = part<double>(turned.theta, layout(tied.network).find("W1")), W2 = part<double>(turned.theta, layout(tied.network).find("W2"));
        for (std::size_t k = 0; k < W2.size(); ++k) W2[k] = W1[k % H * V + k / H];
        Archive theirs = Chain(turned).results();
        is_named("W2 is the transpose of W1, and each has a gradient of its own", tied, theirs, "other-weights");
        std::ranges::fill(block(theirs, "grad_W2"), 0);
        is_named("W2 is the transpose of W1, and has no gradient", tied, theirs, "other-weights");
    }

    TEST_CASE("a unit that is off hides no mistake, and no right program that stored its numbers in float32 is refused") {
        for (const double bias : {-6.0, -12.0, -20.0}) {
            Case c = chain();
            c.network.loss = Loss::cross_entropy;
            part<double>(c.theta, layout(c.network).blocks[1])[2] = bias;
            Chain flat(c);
            for (std::size_t l = 0; l < 3; ++l) flat.slope[l] = [](double, double) { return 1.0; };
            is_named("f' is missing at the hidden layers", c, flat.results(), "no-hidden-derivative");
            Chain tanh(c);  // where it is off too, of 1 − h² no digits are left
            for (std::size_t l = 0; l < 3; ++l) {
                tanh.f[l] = [](double s) { return std::tanh(s); };
                tanh.slope[l] = [](double, double h) { return 1 - h * h; };
            }
            is_named("the hidden layers are of tanh", c, tanh.results(), "other-activation");
        }
        for (const double bias : {17.0, 25.0, 30.0}) {
            Case c = sparse({1, 2});
            part<double>(c.theta, layout(c.network).blocks[1])[2] = bias;
            Archive theirs = Chain(c).results();
            const Diagnosis d = diagnose(c, in_single(theirs));
            INFO(all_of(d));
            CHECK(d.agrees);
            CHECK(d.findings.empty());
            block(theirs, "grad_b2")[0] *= 1.001;
            CHECK_FALSE(diagnose(c, in_single(theirs)).agrees);
        }
        Case c = sparse({1, 2});
        part<double>(c.theta, layout(c.network).blocks[1])[2] = 33;
        CHECK(said(diagnose(c, Chain(c).results()), "the cost was compared to within"));
    }

    TEST_CASE("a cost alone that is a root, a logarithm or has other parts is named, and one gradient that is transposed") {
        const Case c = chain();
        const Archive right = Chain(c).results();
        const double all = right.at("cost").number(), data = compute_terms(c).at("cost_data").number(), rest = all - data;
        const auto alone = [&](double cost, const std::string& words) {
            Archive theirs = right;
            block(theirs, "cost")[0] = cost;
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK_FALSE(d.agrees);
            CHECK(said(d, words) == !words.empty());
        };
        alone(rest + std::sqrt(2 * data), "ours with √((1/N) Σ (y − ŷ)²) for the squared error");
        alone(std::log(all), "the logarithm of ours");
        Archive turned = right;
        const auto W = part<const double>(c.theta, layout(c.network).blocks[2]);
        const std::vector<double> own = right.at("grad_W2").doubles();
        for (std::size_t i = 0; i < 25; ++i) {
            const std::size_t other = i % 5 * 5 + i / 5;
            block(turned, "grad_W2")[i] = own[other] + c.network.weight_penalty * (W[i] - W[other]);
        }
        CHECK(said(diagnose(c, turned), "their grad_W2 is ours with the data's part transposed"));
        Archive parts = right;
        parts.add("cost_data", Array(all));
        const Diagnosis d = diagnose(c, parts);
        INFO(all_of(d));
        CHECK(said(d, "ours and the weight penalty"));
    }
}
