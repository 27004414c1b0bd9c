// Rows of a layer, of a head, of what weights and masks are made of, of what is carried back, of norms. Each is named;
// the right program agrees; numbers beside it that are nearly so have no name.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "autoencoder/convolution.hpp"
#include "exchange/network.hpp"
#include "program.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Named, in float64 and float32, and not where one number of a gradient is another.
void is_named(const char* what, const Case& c, const Archive& theirs, const std::string& id, const std::string& words) {
    check(what, c, theirs, id, words);
    check(what, c, in_single(theirs), id, words);
    Archive odd = theirs;
    for (const auto& entry : theirs.entries)
        if (entry.first.starts_with("grad_W") || entry.first.starts_with("grad_enc_W")) {
            std::vector<double>& numbers = block(odd, entry.first);
            numbers[numbers.size() / 2] = numbers[numbers.size() / 2] * 1.01 + 1e-3;
        }
    check(what, c, odd, "");
}

std::span<double> parameters(Case& c, const std::string& name) {
    return part<double>(c.theta, layout_in_file(c.network).find(name));
}
Case without_penalty(Case c) {
    c.network.weight_penalty = 0;
    return c;
}
/// Dense layers of 5 units each.
Case square(Activation hidden = Activation::sigmoid) {
    Case c = random_case(Sort::linear_output, 4);
    c.network = autoencoder_network(5, std::vector<std::size_t>{5, 5}, hidden, Activation::linear);
    c.theta = Buffer<double>(layout(c.network).size);
    Random random(5);
    for (const Block& of : layout(c.network).blocks)
        for (double& each : part<double>(c.theta, of)) each = random.uniform(-1, 1);
    c.x = Matrix<double>(9, 5);
    for (double& each : c.x.values) each = random.uniform(0.05, 0.95);
    c.y = c.x;
    return c;
}

/// The gradients of the layers below the last two where this comes back to layer 2 and layer 1, before f'.
using Carried = std::function<double(std::size_t q, std::size_t l, std::size_t j, const std::vector<double>& delta)>;
Archive carried(const Case& c, const Carried& back, const std::function<double(double)>& slope, bool flat_biases = false) {
    const Archive right = compute_terms(c);
    Archive theirs = few(right);
    const std::size_t N = c.x.rows, n = 5;
    std::vector<double> delta = right.at("delta3").doubles();
    for (std::size_t l = 2; l >= 1; --l) {
        const std::string number = std::to_string(l);
        const std::vector<double> h = right.at("h" + number).doubles(), below = l == 1 ? std::vector<double>(c.x.values.begin(), c.x.values.end()) : right.at("h1").doubles();
        std::vector<double> next(N * n);
        std::vector<double>&W = block(theirs, "grad_W" + number), &b = block(theirs, "grad_b" + number);
        std::ranges::fill(W, 0);
        std::ranges::fill(b, 0);
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t j = 0; j < n; ++j) {
                const double e = back(q, l, j, delta);
                next[q * n + j] = e * slope(h[q * n + j]);
                b[j] -= (flat_biases ? e : next[q * n + j]) / double(N);
                for (std::size_t k = 0; k < n; ++k) W[j * n + k] -= next[q * n + j] * below[q * n + k] / double(N);
            }
        delta = next;
    }
    return theirs;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("another f at one layer of many is named, and so are inputs, targets and masks that are made of ours") {
        Case deep = square(), other = deep;
        other.network.layers[1].activation = Activation::linear;
        is_named("linear", deep, few(compute_terms(other)), "other-activation", "layer 2 is linear");
        const auto data = [&](const std::function<double(double)>& f, bool both) {
            Case c = deep;
            for (double& each : c.x.values) each = f(each);
            if (both) c.y = c.x;
            return few(compute_terms(c));
        };
        is_named("squashed", deep, data([](double x) { return 0.8 * x + 0.1; }, true), "other-inputs", "inputs and targets are squashed to 0.8 x + 0.1");
        is_named("whole", deep, data([](double x) { return double(x > 0.5); }, false), "other-inputs", "the inputs are 0 or 1, cut at ½, the targets not");
        check("of no name", deep, data([](double x) { return 0.77 * x * x + 0.1; }, true), "");
        const Case dropped = random_case(Sort::dropout, 3);
        other = dropped;
        other.masks[1] = {};
        is_named("one mask", dropped, few(compute_terms(other)), "other-mask", "nothing is dropped at layer 2");
        other = dropped;
        other.masks[1] = dropped.masks[0];
        is_named("another mask", dropped, few(compute_terms(other)), "other-mask", "the mask of layer 1 is used at layer 2");
        other = dropped;
        for (Matrix<double>& mask : other.masks)
            for (double& each : mask.values) each = 0.49;
        is_named("as in tests", dropped, few(compute_terms(other)), "other-mask", "multiplied by 1 − p, as in tests");
    }

    TEST_CASE("weights and biases that are scaled, exchanged, left out or tied are named") {
        const Case c = without_penalty(square());
        Case other = c;
        for (const char* W : {"W1", "W2", "W3"})
            for (double& each : parameters(other, W)) each /= 5;
        Archive theirs = few(compute_terms(other));
        for (const char* W : {"grad_W1", "grad_W2", "grad_W3"})
            for (double& each : block(theirs, W)) each /= 5;
        is_named("scaled", c, theirs, "other-weights", "all weights are divided by the number of inputs of a unit");
        other = c;
        std::ranges::swap_ranges(parameters(other, "b1"), parameters(other, "b2"));
        theirs = few(compute_terms(other));
        std::swap(block(theirs, "grad_b1"), block(theirs, "grad_b2"));
        is_named("exchanged", c, theirs, "other-biases", "b1 and b2 are exchanged");
        other = c;
        const auto without = [](std::span<double> W) {
            for (std::size_t k = 0; k < W.size(); k += 5) W[k] = 0;
        };
        for (const char* W : {"W1", "W2", "W3"}) without(parameters(other, W));
        theirs = few(compute_terms(other));
        for (const char* W : {"grad_W1", "grad_W2", "grad_W3"}) without(block(theirs, W));
        is_named("without a column", c, theirs, "other-weights", "all weights are without their first column");
        other = c;
        for (double& each : parameters(other, "b2")) each *= 0.7;
        theirs = few(compute_terms(other));
        for (double& each : block(theirs, "grad_b2")) each *= 0.7;
        check("of no name", c, theirs, "");

        const Case code = without_penalty(random_case(Sort::one_hidden, 3));
        other = code;
        for (const char* of : {"_W", "_b"})
            std::ranges::swap_ranges(parameters(other, "mu" + std::string(of)), parameters(other, "logvar" + std::string(of)));
        theirs = few(compute_terms(other));
        for (const char* of : {"_W", "_b"})
            std::swap(block(theirs, "grad_mu" + std::string(of)), block(theirs, "grad_logvar" + std::string(of)));
        is_named("heads", code, theirs, "other-weights", "the heads of μ and log σ² are exchanged");
        const Case images = without_penalty(random_case(Sort::alike, 3));
        other = images;
        const auto first_map = [](std::span<double> W) {
            for (std::size_t k = 0; k < W.size(); ++k)
                if (k / 9 % 2 == 1) W[k] = 0;
        };
        first_map(parameters(other, "W2"));
        theirs = few(compute_terms(other));
        first_map(block(theirs, "grad_W2"));
        is_named("one map", images, theirs, "other-weights", "only the first map goes into W2");
    }

    TEST_CASE("what comes back otherwise to a layer is named") {
        const Case c = without_penalty(square());
        const auto W = [&](std::size_t l) {
            Case copy = c;
            const auto of = parameters(copy, "W" + std::to_string(l));
            return std::vector<double>(of.begin(), of.end());
        };
        const std::vector<double> W2 = W(2), W3 = W(3);
        const auto through = [&](const std::vector<double>& weights, const std::vector<double>& delta, std::size_t q, std::size_t j) {
            double sum = 0;
            for (std::size_t i = 0; i < 5; ++i) sum += weights[i * 5 + j] * delta[q * 5 + i];
            return sum;
        };
        const auto right = [&](std::size_t q, std::size_t l, std::size_t j, const std::vector<double>& delta) { return through(l == 2 ? W3 : W2, delta, q, j); };
        const auto sigmoid_slope = [](double h) { return h * (1 - h); };
        CHECK(diagnose(c, carried(c, right, sigmoid_slope)).agrees);
        is_named("as it is", c, carried(c, [](std::size_t q, std::size_t, std::size_t j, const auto& delta) { return delta[q * 5 + j]; }, sigmoid_slope),
                 "other-carry", "δ goes back as it is, without the weights");
        is_named("other weights", c, carried(c, [&](std::size_t q, std::size_t, std::size_t j, const auto& delta) { return through(W3, delta, q, j); }, sigmoid_slope),
                 "other-carry", "δ goes back through W3, not W2");
        is_named("biases", c, carried(c, right, sigmoid_slope, true), "other-bias-gradient", "what comes back before f'");
        is_named("mean", c, carried(c, [&](std::size_t, std::size_t l, std::size_t j, const auto& delta) {
                     double sum = 0;
                     for (std::size_t p = 0; p < 9; ++p) sum += through(l == 2 ? W3 : W2, delta, p, j) / 9;
                     return sum;
                 }, sigmoid_slope), "other-carry", "the mean of δ over the patterns goes back");
        const Case rectified = without_penalty(square(Activation::relu));
        is_named("guided", rectified, carried(rectified, [&](std::size_t q, std::size_t l, std::size_t j, const auto& delta) {
                     const double e = through(l == 2 ? W3 : W2, delta, q, j);
                     return e < 0 ? e : 0;
                 }, [](double) { return 1.0; }), "other-carry", "δ goes on where ∂J/∂h is above 0, whatever s is");
        is_named("guided the other way", rectified, carried(rectified, [&](std::size_t q, std::size_t l, std::size_t j, const auto& delta) {
                     return std::max(through(l == 2 ? W3 : W2, delta, q, j), 0.0);
                 }, [](double h) { return double(h > 0); }), "other-carry", "δ goes on where ∂J/∂h is below 0 alone, beside f'");
        is_named("root", c, carried(c, right, [](double h) { return std::sqrt(h * (1 - h)); }), "exchanged-derivative", "√(h(1 − h))");
        check("of no name", c, carried(c, [&](std::size_t q, std::size_t l, std::size_t j, const auto& delta) { return right(q, l, j, delta) + 0.01 * std::cos(double(3 * j + q)); }, sigmoid_slope), "");
    }

    TEST_CASE("another sample of a code, other heads and another divergence are named") {
        const Case c = without_penalty(random_case(Sort::one_hidden, 3));
        CHECK(diagnose(c, CodeProgram().of(c)).agrees);
        const auto with = [&](const std::function<void(CodeProgram&)>& change) {
            CodeProgram program;
            change(program);
            return program.of(c);
        };
        is_named("exchanged", c, with([](CodeProgram& p) { p.z = [](Dual m, Dual v, double e) { return m * e + exp(v / 2); }; }), "other-sample", "z is μ ε + σ");
        is_named("both", c, with([](CodeProgram& p) { p.z = [](Dual m, Dual v, double e) { return (m + exp(v / 2)) * e; }; }), "other-sample", "z is (μ + σ) ε");
        is_named("tanh", c, with([](CodeProgram& p) { p.heads = [](Dual& m, Dual&) { m = tanh(m); }; }), "other-head", "μ is the first head through tanh");
        is_named("both tanh", c, with([](CodeProgram& p) { p.heads = [](Dual& m, Dual& v) { m = tanh(m), v = tanh(v); }; }), "other-head",
                 "both heads go through tanh");
        is_named("at the sample", c, with([](CodeProgram& p) {
                     p.kl = [](Dual m, Dual v, double e) {
                         const Dual z = m + exp(v / 2) * e;
                         return Dual(0.5) * (z * z - v - e * e);
                     };
                 }), "other-divergence", "the divergence is taken at the sample");
        is_named("one head", c, with([](CodeProgram& p) { p.hold_log = true; }), "other-carry", "δ of the head of μ alone goes back");
        check("of no name", c, with([](CodeProgram& p) { p.z = [](Dual m, Dual v, double e) { return m + exp(v / 2) * (0.7 * e + 0.1); }; }), "");
    }

    TEST_CASE("a penalty of some of the weights, of activities, or of another norm is named") {
        const Case c = random_case(Sort::sparse, 3);
        const auto penalised = [](const std::function<Dual(const Program&, std::size_t, std::size_t, std::size_t)>& of) {
            return [=](Program& p) {
                const Rows h = p.hidden(p.c.x), y = p.output(h);
                Dual sum = 0;
                for (std::size_t i = 0; i < p.H; ++i)
                    for (std::size_t j = 0; j < p.V; ++j) sum = sum + of(p, 0, i, j);
                for (std::size_t i = 0; i < p.O; ++i)
                    for (std::size_t j = 0; j < p.H; ++j) sum = sum + of(p, 2, i, j);
                return p.squared(y) + Dual(p.lambda / 2) * sum + Dual(p.gamma) * p.kl(p.rho(h));
            };
        };
        const auto w = [](const Program& p, std::size_t of, std::size_t i, std::size_t j) { return of == 0 ? p.W1(i, j) : p.W2(i, j); };
        CHECK(diagnose(c, results(c, penalised([=](const Program& p, std::size_t of, std::size_t i, std::size_t j) { return w(p, of, i, j) * w(p, of, i, j); }))).agrees);
        is_named("first column", c, results(c, penalised([=](const Program& p, std::size_t of, std::size_t i, std::size_t j) {
                     return j == 0 ? Dual(0) : w(p, of, i, j) * w(p, of, i, j);
                 })), "other-penalty", "the first column of each matrix is not penalised");
        check("of no name", c, penalised([=](const Program& p, std::size_t of, std::size_t i, std::size_t j) {
                  return (i + j) % 3 == 0 ? Dual(0) : w(p, of, i, j) * w(p, of, i, j);
              }), "");
        Archive theirs = few(compute_terms(c));
        for (const char* b : {"grad_b1", "grad_b2"})
            for (double& each : block(theirs, b)) each += c.network.weight_penalty;
        is_named("ones", c, theirs, "other-penalty", "as of a column of ones");
        is_named("activities", c, results(c, [](Program& p) {
                     const Rows h = p.hidden(p.c.x), y = p.output(h);
                     Dual sum = 0;
                     for (const Rows& of : {h, y})
                         for (const auto& row : of)
                             for (const Dual& each : row) sum = sum + each * each;
                     return p.squared(y) + Dual(p.lambda / 2 / double(p.N)) * sum + Dual(p.gamma) * p.kl(p.rho(h));
                 }), "other-penalty", "(λ/2) Σ h² of all layers");
        is_named("ρ of squares", c, results(c, [](Program& p) {
                     Rows h = p.hidden(p.c.x);
                     const Dual data = p.squared(p.output(h)) + p.penalty();
                     for (auto& row : h)
                         for (Dual& each : row) each = each * each;
                     return data + Dual(p.gamma) * p.kl(p.rho(h));
                 }), "other-sparsity", "ρ is the mean of h²");
    }

    TEST_CASE("layers that are normalised are named") {
        Case c = with(Sort::sparse, Activation::sigmoid, Activation::linear);
        c.network.sparsity_weight = 0;
        const auto normalised = [](const std::function<void(Rows&, const Program&)>& of_s, const std::function<void(std::vector<Dual>&)>& of_h) {
            return [=](Program& p) {
                p.f1 = Program::itself;
                Rows h = p.hidden(p.c.x);
                of_s(h, p);
                for (auto& row : h) {
                    for (Dual& each : row) each = sigmoid(each);
                    of_h(row);
                }
                p.f2 = Program::itself;
                return p.squared(p.output(h)) + p.penalty();
            };
        };
        const auto batch = [](double epsilon) {
            return [=](Rows& s, const Program& p) {
                for (std::size_t j = 0; j < p.H; ++j) {
                    Dual mean = 0, variance = 0;
                    for (std::size_t q = 0; q < p.N; ++q) mean = mean + s[q][j] / double(p.N);
                    for (std::size_t q = 0; q < p.N; ++q) variance = variance + (s[q][j] - mean) * (s[q][j] - mean) / double(p.N);
                    for (std::size_t q = 0; q < p.N; ++q) s[q][j] = (s[q][j] - mean) / sqrt(variance + epsilon);
                }
            };
        };
        const auto as_it_is = [](Rows&, const Program&) {};
        const auto nothing = [](std::vector<Dual>&) {};
        CHECK(diagnose(c, results(c, normalised(as_it_is, nothing))).agrees);
        is_named("length", c, results(c, normalised(as_it_is, [](std::vector<Dual>& h) {
                     Dual squares = 0;
                     for (const Dual& each : h) squares = squares + each * each;
                     for (Dual& each : h) each = each / sqrt(squares);
                 })), "normalised", "h is divided by its norm");
        check("of no name", c, normalised(batch(0.3), nothing), "");
    }
}
