// Other functions, other readings of the case, other factors, errors that count otherwise; one file, since all are changed lines
// of one program. Each is named, and numbers beside it that are nearly so are not.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "autoencoder/sparsity.hpp"
#include "exchange/network.hpp"
#include "program.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// The usual program with another line.
Objective of(Program::F f1, Program::F f2, const std::function<Dual(const Program&, const Rows&)>& data) {
    return [=](Program p) {
        p.f1 = f1;
        p.f2 = f2;
        const Rows h = p.hidden(p.c.x);
        return data(p, p.output(h)) + (p.gamma > 0 ? p.rest(h) : p.penalty());
    };
}
Objective sum_of(const std::function<Dual(double, Dual)>& J) {
    return of(sigmoid, sigmoid, [=](const Program& p, const Rows& y) { return p.mean(y, p.c.y, J); });
}
Objective to(const Matrix<double>& y) {
    return of(sigmoid, sigmoid, [=](const Program& p, const Rows& found) {
        return p.mean(found, y, [](double wanted, Dual is) { return Dual(0.5) * (is - wanted) * (is - wanted); });
    });
}
Objective weighed(const std::function<double(std::size_t, std::size_t)>& weight) {
    return of(sigmoid, sigmoid, [=](const Program& p, const Rows& found) {
        Dual sum = 0;
        for (std::size_t q = 0; q < p.N; ++q)
            for (std::size_t i = 0; i < p.O; ++i) {
                const Dual error = found[q][i] - p.c.y(q, i);
                sum = sum + Dual(weight(q, i) / 2) * error * error;
            }
        return sum / double(p.N);
    });
}

Dual huber(Dual error, double d) {
    return std::abs(error.v) <= d ? Dual(0.5) * error * error : Dual(d) * (abs(error) - d / 2);
}

/// Gradients of layer 1 with this for f'.
Archive sloped(const Case& c, const std::function<double(double)>& slope) {
    const Archive right = compute_terms(c);
    Archive theirs = few(right);
    const std::vector<double> h = right.at("h1").doubles(), delta = right.at("delta1").doubles();
    std::vector<double>&W = block(theirs, "grad_W1"), &b = block(theirs, "grad_b1");
    const std::size_t H = b.size(), V = W.size() / H, N = c.x.rows;
    const auto theta = part<const double>(c.theta, layout(c.network).blocks[0]);
    for (std::size_t j = 0; j < H; ++j) {
        b[j] = 0;
        for (std::size_t k = 0; k < V; ++k) W[j * V + k] = c.network.weight_penalty * theta[j * V + k];
        for (std::size_t q = 0; q < N; ++q) {
            const double a = h[q * H + j], d = delta[q * H + j] / (a * (1 - a)) * slope(a) / double(N);
            b[j] -= d;
            for (std::size_t k = 0; k < V; ++k) W[j * V + k] -= d * c.x(q, k);
        }
    }
    return theirs;
}

/// The gradient of W2 with another factor than h1.
Archive multiplied(const Case& c, const std::function<double(std::size_t, std::size_t)>& factor) {
    const Archive right = compute_terms(c);
    Archive theirs = few(right);
    const std::vector<double> delta = right.at("delta2").doubles();
    std::vector<double>& W = block(theirs, "grad_W2");
    const std::size_t O = c.y.cols, H = W.size() / O, N = c.x.rows;
    const auto theta = part<const double>(c.theta, layout(c.network).blocks[2]);
    for (std::size_t i = 0; i < O; ++i)
        for (std::size_t j = 0; j < H; ++j) {
            W[i * H + j] = c.network.weight_penalty * theta[i * H + j];
            for (std::size_t q = 0; q < N; ++q) W[i * H + j] -= delta[q * O + i] * factor(q, j) / double(N);
        }
    return theirs;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("another loss is named by the table of functions, and one that is not in it by nothing") {
        const Activation s = Activation::sigmoid;
        const Case plain = with(Sort::sparse, s, s), crossed = with(Sort::sparse, s, s, Loss::cross_entropy);
        const auto error = [](const std::function<Dual(Dual)>& J) {
            return sum_of([=](double y, Dual p) { return J(p - y); });
        };
        check("Huber", plain, error([](Dual e) { return huber(e, 0.1); }), "other-loss", "the Huber loss");
        check("log cosh", plain, error([](Dual e) { return log((exp(e) + exp(Dual(0) - e)) / 2); }), "other-loss", "log cosh");
        check("fourth power", plain, error([](Dual e) { return e * e * e * e / 4; }), "other-loss", "fourth power");
        check("focal", crossed, sum_of([](double y, Dual p) {
                  return Dual(0) - Dual(y) * (Dual(1) - p) * (Dual(1) - p) * log(p) - Dual(1 - y) * p * p * log(Dual(1) - p);
              }),
              "other-loss", "the focal loss, of γ = 2");
        check("cosine", plain, of(sigmoid, sigmoid, [](const Program& p, const Rows& found) {
                  Dual sum = 0;
                  for (std::size_t q = 0; q < p.N; ++q) {
                      Dual yp = 0, yy = 0, pp = 0;
                      for (std::size_t i = 0; i < p.O; ++i) {
                          yp = yp + Dual(p.c.y(q, i)) * found[q][i];
                          yy = yy + Dual(p.c.y(q, i)) * p.c.y(q, i);
                          pp = pp + found[q][i] * found[q][i];
                      }
                      sum = sum + Dual(1) - yp / sqrt(yy * pp);
                  }
                  return sum / double(p.N);
              }),
              "other-loss", "cosine");
        check("another power", plain, error([](Dual e) { return e * e * sqrt(abs(e)); }), "");
        check("another threshold", plain, error([](Dual e) { return huber(e, 0.137); }), "");
        check("another focus", crossed, sum_of([](double y, Dual p) {
                  return Dual(0) - Dual(y) * sqrt(Dual(1) - p) * (Dual(1) - p) * log(p) - Dual(1 - y) * p * sqrt(p) * log(Dual(1) - p);
              }),
              "");
    }

    TEST_CASE("another activation is named by the table of functions, and one that is not in it by nothing") {
        const Activation s = Activation::sigmoid;
        const Case plain = with(Sort::sparse, s, s), rectified = with(Sort::sparse, Activation::relu, Activation::linear);
        const auto squared = [](const Program& p, const Rows& y) { return p.squared(y); };
        const auto f = [&](Program::F f1) { return of(f1, Program::itself, squared); };
        check("ELU", rectified, f([](Dual x) { return x.v > 0 ? x : exp(x) - 1; }), "other-activation", "ELU");
        check("softplus", rectified, f([](Dual x) { return log(Dual(1) + exp(x)); }), "other-activation", "softplus");
        check("SiLU", rectified, f([](Dual x) { return x * sigmoid(x); }), "other-activation", "SiLU");
        check("twice", plain, of([](Dual x) { return sigmoid(sigmoid(x)); }, sigmoid, squared), "other-activation", "sigmoid of sigmoid");
        check("steeper", plain,
              of([](Dual x) { return sigmoid(Dual(2) * x); }, [](Dual x) { return sigmoid(Dual(2) * x); }, squared),
              "other-activation", "all layers are sigmoid of 2s");
        check("another slope", rectified, f([](Dual x) { return x * sigmoid(Dual(1.3) * x); }), "");
        check("another steepness", plain, of([](Dual x) { return sigmoid(Dual(1.7) * x); }, sigmoid, squared), "");
    }

    TEST_CASE("what is taken for f' is named, and where it is a multiple of f' said as such") {
        const Case c = random_case(Sort::sparse, 3);
        check("h", c, sloped(c, [](double h) { return h; }), "exchanged-derivative", "f' is taken as h ");
        check("h(1 + h)", c, sloped(c, [](double h) { return h * (1 + h); }), "exchanged-derivative", "h(1 + h)");
        check("squared", c, sloped(c, [](double h) { return std::pow(h * (1 - h), 2); }), "exchanged-derivative", "squared");
        check("half", c, sloped(c, [](double h) { return h * (1 - h) / 2; }), "", "1/2");
        check("another power", c, sloped(c, [](double h) { return std::pow(h, 1.5); }), "");
    }

    TEST_CASE("other targets, biases left out, other noise and kernels that lie otherwise are named") {
        const Activation s = Activation::sigmoid;
        const Case plain = with(Sort::sparse, s, s);
        Matrix<double> smooth = plain.y, turned = plain.y, bent = plain.y;
        for (double& y : smooth.values) y = 0.8 * y + 0.1;
        for (std::size_t q = 0; q < turned.rows; ++q) std::ranges::reverse(turned.row(q));
        for (double& y : bent.values) y = y * y;
        check("smoothed", plain, to(smooth), "other-targets", "the targets are 0.8 y + 0.1");
        check("turned", plain, to(turned), "targets-shifted", "reversed order");
        check("bent", plain, to(bent), "");
        const auto biased = [](double by) {
            return [=](Program p) {
                for (std::size_t j = 0; j < p.H; ++j) {
                    Dual& b = p.theta[layout(p.c.network).blocks[1].offset + j];
                    b = Dual(by) * b;
                }
                const Rows h = p.hidden(p.c.x);
                return p.squared(p.output(h)) + p.rest(h);
            };
        };
        check("without b1", plain, biased(0), "other-biases", "b1 is left out");
        check("minus b1", plain, biased(-1), "other-biases", "taken off");
        check("half of b1", plain, biased(0.5), "");

        const Case code = random_case(Sort::one_hidden, 3);
        Case other = code;
        for (double& each : other.noise.values) each = -each;
        check("−ε", code, few(compute_terms(other)), "other-noise", "z is μ − σ ⊙ ε");
        for (double& each : other.noise.values) each *= 0.9;
        check("0.9 ε", code, few(compute_terms(other)), "");

        const Case images = random_case(Sort::two_windows, 3);
        const std::size_t of = 3 * 3;
        const auto turn = [&](std::span<double> W) {
            for (std::size_t k = 0; k < W.size(); k += of)
                for (std::size_t a = 0; a < of; a += 3) std::swap(W[k + a], W[k + a + 2]);
        };
        Case kernels = images;
        turn(part<double>(kernels.theta, layout(images.network).blocks[0]));
        Archive theirs = few(compute_terms(kernels));
        turn(block(theirs, "grad_W1"));
        check("turned over", images, theirs, "other-weights", "the kernels of W1 are turned over from left to right");
    }

    TEST_CASE("errors that count otherwise by output, by pattern, by class, or where there is noise are named") {
        const Activation s = Activation::sigmoid;
        const Case plain = with(Sort::sparse, s, s), noisy = random_case(Sort::denoising, 3);
        Case some = noisy;
        for (std::size_t i = 0; i < some.x.values.size(); ++i)
            if (i % 3 > 0) some.x.values[i] = some.y.values[i];
        check("unit", plain, weighed([](std::size_t, std::size_t i) { return i == 2 ? 3 : 1; }), "weighed-errors",
              "the error of output unit 3 counts 3 times");
        check("pattern", plain, weighed([](std::size_t q, std::size_t) { return q == 1 ? 0 : 1; }), "weighed-errors",
              "the error of pattern 2 is left out");
        check("noise", some, weighed([&](std::size_t q, std::size_t i) { return some.x(q, i) == some.y(q, i) ? 0 : 1; }),
              "weighed-errors", "what the noise has left alone is left out");
        check("each otherwise", plain, weighed([](std::size_t q, std::size_t i) { return 1 + 0.3 * std::sin(double(7 * q + i * i)); }), "");
        Archive left = results(plain, weighed([](std::size_t, std::size_t i) { return i == 2 ? 0 : 1; }));
        block(left, "cost")[0] *= 1.01;
        check("and another cost", plain, left, "");
        const Case classes = random_case(Sort::classifier, 3);
        const auto by_class = [&](double first) {
            return [=](Program p) {
                const Rows h = p.hidden(p.c.x);
                p.f2 = Program::itself;
                const Rows found = Program::softmax(p.output(h));
                Dual sum = 0;
                for (std::size_t q = 0; q < p.N; ++q)
                    for (std::size_t i = 0; i < p.O; ++i)
                        if (p.c.y(q, i) == 1) sum = sum - Dual(i == 1 ? first : 1) * log(found[q][i]);
                return sum / double(p.N) + p.rest(h);
            };
        };
        check("class", classes, by_class(2.5), "weighed-errors", "the error of class 1 counts 2.5 times");
    }

    TEST_CASE("another factor of a product is named, and a sparsity term of another form") {
        const Case c = random_case(Sort::sparse, 3);
        const Archive right = compute_terms(c);
        const std::vector<double> s1 = right.at("s1").doubles(), h1 = right.at("h1").doubles();
        const std::size_t H = c.network.units(1), N = c.x.rows;
        check("the next pattern's", c, multiplied(c, [&](std::size_t q, std::size_t j) { return h1[(q + 1) % N * H + j]; }),
              "other-factor", "the gradient of W2 has δ2 times h1 of the pattern after, not h1");
        check("centred", c, multiplied(c, [&](std::size_t q, std::size_t j) {
                  double mean = 0;
                  for (std::size_t p = 0; p < N; ++p) mean += h1[p * H + j] / double(N);
                  return h1[q * H + j] - mean;
              }),
              "other-factor", "less its mean over the patterns");
        check("a mean of both", c, multiplied(c, [&](std::size_t q, std::size_t j) { return h1[q * H + j] + 0.3 * std::cos(s1[q * H + j]); }), "");
        const auto sparse = [](const std::function<Dual(Dual, double)>& term) {
            return [=](Program p) {
                const Rows h = p.hidden(p.c.x);
                Dual sum = 0;
                for (const Dual& rho : p.rho(h)) sum = sum + term(rho, p.target);
                return p.squared(p.output(h)) + p.penalty() + Dual(p.gamma) * sum;
            };
        };
        const auto kl = [](Dual a, Dual b) { return a * log(a / b) + (Dual(1) - a) * log((Dual(1) - a) / (Dual(1) - b)); };
        check("Jensen and Shannon", c, sparse([=](Dual rho, double to) {
                  const Dual m = (rho + to) / 2;
                  return (kl(rho, m) + kl(to, m)) / 2;
              }),
              "other-sparsity", "Jensen");
        check("another target", c, sparse([=](Dual rho, double) { return kl(0.05, rho); }), "other-sparsity", "KL with 0.05 for ρ̄");
        const Archive theirs = results(c, sparse([=](Dual rho, double to) {
                                           return rho.v > 0.45 ? kl(to, 0.45) : kl(to, rho) + rho * rho * rho;
                                       }));
        check("of no name", c, theirs, "", "another sparsity term, of ρ too");
        CHECK_FALSE(said(diagnose(c, theirs), "in no way that is known"));
    }

    TEST_CASE("a gradient that is a function of ours, or has something added, is said, and a loss beside the own one") {
        const Activation s = Activation::sigmoid;
        const Case c = random_case(Sort::sparse, 3), crossed = with(Sort::sparse, s, s, Loss::cross_entropy);
        const auto theta = part<const double>(c.theta, layout(c.network).blocks[0]);
        const auto changed = [&](const std::function<double(double, double)>& f) {
            Archive theirs = few(compute_terms(c));
            std::vector<double>& W = block(theirs, "grad_W1");
            for (std::size_t i = 0; i < W.size(); ++i) W[i] = f(W[i], theta[i]);
            return theirs;
        };
        check("held", c, changed([](double g, double) { return std::clamp(g, -0.1, 0.1); }), "", "ours held between −0.1 and 0.1");
        check("sign", c, changed([](double g, double) { return double((g > 0) - (g < 0)); }), "", "the sign of ours");
        check("added", c, changed([](double g, double w) { return g + 0.02 * (w > 0 ? 1 : -1); }), "", "times the sign of W1 added");
        check("bent", c, changed([](double g, double) { return std::tanh(g); }), "", "in no way that is known");
        check("added otherwise", c, changed([](double g, double w) { return g + 0.02 * std::cos(9 * w); }), "", "in no way that is known");
        check("positive counts", crossed, sum_of([](double y, Dual p) {
                  return Dual(0) - Dual(3 * y) * log(p) - Dual(1 - y) * log(Dual(1) - p);
              }),
              "other-loss", "the first term of the cross-entropy alone, −y log ŷ, is added, 2 times");
    }

    TEST_CASE("images that go on with something else than 0 are named") {
        Case c = random_case(Sort::conv_tied, 3);
        for (double& w : part<double>(c.theta, layout(c.network).blocks[2])) w = std::cos(5 * w);  // no longer tied
        const Window& own = c.network.layers[0].window;
        const long height = long(own.height), width = long(own.width);
        /// The same by images that have their border around them.
        const auto bordered = [&](const std::function<double(long, long)>& place, double times) {
            Case large = c;
            Window& window = large.network.layers[0].window;
            window.height += 2;
            window.width += 2;
            window.pad = 0;
            large.network.inputs = window.height * window.width;
            large.x = Matrix<double>(c.x.rows, large.network.inputs);
            for (std::size_t q = 0; q < c.x.rows; ++q)
                for (long i = -1; i <= height; ++i)
                    for (long j = -1; j <= width; ++j) {
                        const bool inside = i >= 0 && j >= 0 && i < height && j < width;
                        const long from = long(place(i, height)) * width + long(place(j, width));
                        large.x(q, std::size_t((i + 1) * (width + 2) + j + 1)) = c.x(q, std::size_t(from)) * (inside ? 1 : times);
                    }
            return few(compute_terms(large));
        };
        const auto edge = [](long i, long n) { return double(std::clamp(i, 0L, n - 1)); };
        const auto mirrored = [](long i, long n) { return double(i < 0 ? -i : i < n ? i : 2 * (n - 1) - i); };
        const auto circular = [](long i, long n) { return double((i + n) % n); };
        CHECK(diagnose(c, bordered(edge, 0)).agrees);
        check("edge", c, bordered(edge, 1), "conv-padding", "their edge");
        check("mirrored", c, bordered(mirrored, 1), "conv-padding", "mirror");
        check("circular", c, bordered(circular, 1), "conv-padding", "other side");
        check("half of it", c, bordered(circular, 0.5), "");
    }

    TEST_CASE("the divergence of a code is split by latent unit") {
        const Case code = random_case(Sort::one_hidden, 3);
        // What the divergence of unit 1 gives to the heads, once more.
        const Archive right = compute_terms(code);
        const std::vector<double> mu = right.at("mu").doubles(), log = right.at("logvar").doubles(), h = right.at("h1").doubles();
        const std::size_t N = code.x.rows, z = mu.size() / N, H = h.size() / N;
        Archive theirs = only(right, {"grad_mu_W", "grad_mu_b", "grad_logvar_W", "grad_logvar_b"});
        for (std::size_t q = 0; q < N; ++q) {
            const double by_mu = mu[q * z] / double(N), by_log = (std::exp(log[q * z]) - 1) / 2 / double(N);
            block(theirs, "grad_mu_b")[0] += by_mu;
            block(theirs, "grad_logvar_b")[0] += by_log;
            for (std::size_t j = 0; j < H; ++j) {
                block(theirs, "grad_mu_W")[j] += by_mu * h[q * H + j];
                block(theirs, "grad_logvar_W")[j] += by_log * h[q * H + j];
            }
        }
        check("twice", code, theirs, "weighed-divergence", "the divergence of latent unit 1 counts 2 times");
        for (std::size_t j = 0; j < H; ++j) block(theirs, "grad_mu_W")[H + j] *= 1 + 0.1 * double(j);
        check("otherwise", code, theirs, "");
    }
}
