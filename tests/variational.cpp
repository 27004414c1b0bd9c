// The variational autoencoder: z, its divergence, what is generated, how likely patterns are; one file, since all share
// its networks and patterns.
#include <doctest/doctest.h>

#include <numeric>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/training.hpp"
#include "autoencoder/variational.hpp"
#include "network/gaussian.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

Matrix<float> patterns(std::size_t N, std::size_t n) {
    Matrix<float> x(N, n);
    Random random(3);
    for (float& value : x.values) value = random.uniform() < 0.5 ? 0.0f : float(random.uniform());
    return x;
}

Network example(std::size_t inputs, std::size_t code) {
    const std::size_t hidden[] = {17, 9};
    return variational_network(inputs, hidden, code);
}

TrainingOptions adam(std::size_t epochs) {
    TrainingOptions options;
    options.optimizer = Optimizer::adam;
    options.learning_rate = 0.005;
    options.batch = 64;
    options.epochs = epochs;
    return options;
}

std::string refusal(const Network& network) {
    try {
        validate(network);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

/// log p(x) of one binary pixel whose decoder is a sigmoid of w z + b, by Simpson's rule over z.
double by_quadrature(double w, double b, bool x) {
    constexpr int steps = 4000;
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
        const double z = -10 + 20.0 * i / steps;
        const double s = w * z + b, p = 1 / (1 + exponential(x ? -s : s));
        const double weight = i == 0 || i == steps ? 1 : i % 2 ? 4 : 2;
        sum += weight * p * exponential(-z * z / 2);
    }
    return logarithm(sum * 20 / steps / 3 / std::sqrt(2 * 3.14159265358979323846));
}

}  // namespace

TEST_SUITE("variational") {
    TEST_CASE("normal numbers drawn together are those drawn one by one") {
        Random one(5), many(5);
        for (std::size_t n : {1u, 2u, 64u, 65u, 7u, 200u, 0u, 3u}) {
            std::vector<double> expected(n), found(n);
            for (double& x : expected) x = one.normal();
            many.normal(found);
            CHECK(same_bits<double>(found, expected));
        }
        CHECK(one.bits() == many.bits());
    }

    TEST_CASE("the noise of a pattern depends on seed, epoch and pattern, not on its batch") {
        const std::vector<std::size_t> all = {4, 9, 2, 7}, some = {7, 4};
        Panels<float> a(4, 5), b(2, 5), later(2, 5);
        draw_noise<float>(1, 3, all, a);
        draw_noise<float>(1, 3, some, b);
        draw_noise<float>(1, 4, some, later);
        for (std::size_t k = 0; k < 5; ++k) {
            CHECK(b(0, k) == a(3, k));
            CHECK(b(1, k) == a(0, k));
            CHECK(b(0, k) != b(1, k));
            CHECK(b(0, k) != later(0, k));
        }
        const Panels<double> many = drawn_noise<double>(2, 5000, 20);
        double moment[5] = {};
        for (std::size_t q = 0; q < 5000; ++q) {
            for (std::size_t k = 0; k < 20; ++k) {
                double power = 1;
                for (int p = 1; p < 5; ++p) moment[p] += (power *= many(q, k)) / 1e5;
            }
        }
        CHECK(std::fabs(moment[1]) < 0.02);
        CHECK(std::fabs(moment[2] - 1) < 0.03);
        CHECK(std::fabs(moment[3]) < 0.07);
        CHECK(std::fabs(moment[4] - 3) < 0.2);
    }

    TEST_CASE_TEMPLATE("[reparameterise]: every unit samples with the same bits", T, float, double) {
        const std::size_t units = 5, columns = 21;
        const auto s = random_numbers<T>(2 * units * 32, 1), noise = random_numbers<T>(units * 32, 2);
        const auto delta_z = random_numbers<T>(units * 32, 3);
        Buffer<T> first_z, first_cost, first_delta;
        for (const kernels::Unit* unit : kernels::available()) {
            INFO(unit->name);
            auto sigma = poison<T>(units * 32), z = poison<T>(units * 32);
            auto delta = poison<T>(2 * units * 32);
            Buffer<T> cost(32);
            const kernels::Code<T> code{units,     columns,     s.data(),      noise.data(), sigma.data(),
                                        z.data(), cost.data(), delta_z.data(), delta.data()};
            unit->table<T>().sample(code);
            unit->table<T>().sample_slope(code);
            if (first_z.size() == 0) {
                first_z = z;
                first_cost = cost;
                first_delta = delta;
            }
            CHECK(same_bits(z, first_z));
            CHECK(same_bits(cost, first_cost));
            CHECK(same_bits(delta, first_delta));
            for (std::size_t q = columns; q < 32; ++q) CHECK(cost[q] == 0);  // padding has no cost
        }
    }

    TEST_CASE("training leaves the same bits on every unit, with any number of threads") {
        const auto x = patterns(700, 50);
        const Network network = example(50, 6);
        for (Optimizer optimizer : {Optimizer::adam, Optimizer::lbfgs}) {
            Buffer<float> first;
            everywhere([&](const char* unit, std::size_t threads) {
                auto options = adam(2);
                options.optimizer = optimizer;
                options.iterations = 5;
                auto theta = initial_parameters<float>(network, 5);
                train<float>(network, {x.view(), {}}, options, theta);
                if (first.size() == 0) first = theta;
                INFO(name(optimizer) << " " << unit << " " << threads << " threads");
                CHECK(same_bits(theta, first));
            });
        }
    }

    TEST_CASE("a resumed run continues with the same bits") {
        const auto x = patterns(300, 20);
        const Network network = example(20, 3);
        const auto start = initial_parameters<float>(network, 1);
        Buffer<float> whole = start, parts = start;
        train<float>(network, {x.view(), {}}, adam(4), whole);
        TrainingState<float> state;
        train<float>(network, {x.view(), {}}, adam(2), parts, {}, &state);
        train<float>(network, {x.view(), {}}, adam(4), parts, {}, &state);
        CHECK(same_bits(whole, parts));
    }

    TEST_CASE("training raises the bound, and both parts are in the report") {
        const auto x = patterns(500, 30);
        const Network network = example(30, 4);
        auto theta = initial_parameters<float>(network, 1);
        const Elbo before = elbo<float>(network, theta, x.view(), 1);
        std::vector<Cost> costs;
        train<float>(network, {x.view(), {}}, adam(20), theta, [&](const TrainingStep& step) {
            costs.push_back(step.cost);
            return true;
        });
        const Elbo after = elbo<float>(network, theta, x.view(), 1);
        CHECK(after.total() > before.total() + 1);
        CHECK(after.kl > 0);
        CHECK(after.reconstruction < 0);
        CHECK(costs.size() == 20);
        CHECK(costs.back().total() == costs.back().data + costs.back().kl);
        CHECK(costs.back().total() < costs.front().total());
        CHECK(std::fabs(costs.back().total() + after.total()) < 1);
    }

    TEST_CASE("patterns held out are measured by the bound, with noise that does not change") {
        const std::size_t hidden[] = {7};
        const Network network = variational_network(12, hidden, 3);
        const Matrix<float> x = patterns(40, 12);
        TrainingOptions options = adam(3);
        options.validation = 16;
        options.learning_rate = 0;  // θ stays: so must the measure
        Buffer<float> theta = initial_parameters<float>(network, 1);
        std::vector<double> measured;
        train<float>(network, {x.view(), {}}, options, theta, [&](const TrainingStep& step) {
            measured.push_back(step.validation.value_or(0));
            return true;
        });
        REQUIRE(measured.size() == 3);
        CHECK(measured[0] == measured[1]);
        CHECK(measured[0] == measured[2]);

        // The same by hand.
        std::vector<std::size_t> order(16);
        std::iota(order.begin(), order.end(), std::size_t{24});
        Panels<float> held(16, 12), noise(16, 3);
        to_panels<float>(x.view().slice(24, 16), held);
        draw_noise<float>(options.seed, evaluation_round, order, noise);
        Evaluation<float> evaluation(network, 16);
        Batch<float> batch{held, held, {}, {}};
        batch.noise = noise;
        const Cost cost = cost_and_gradient<float>(network, theta, batch, {}, evaluation);
        CHECK(cost.kl > 0);
        CHECK(measured[0] == cost.data + cost.kl);
    }

    TEST_CASE("in evaluation the code is the mean, and so is a batch without noise") {
        const auto x = patterns(40, 12);
        const Network network = example(12, 3);
        const auto theta = initial_parameters<float>(network, 4);
        const std::size_t l = network.gaussian_layer();
        CHECK(l == 3);
        const Posterior<float> q = posterior<float>(network, theta, x.view());
        const Matrix<float> code = activity<float>(network, theta, x.view(), l);
        CHECK(same_bits(code.values, q.mu.values));
        Panels<float> panels(40, 12);
        to_panels<float>(x.view(), panels);
        Evaluation<float> evaluation(network, 40, true);
        cost_and_gradient<float>(network, theta, {panels, panels, {}, {}}, {}, evaluation);
        for (std::size_t i = 0; i < 40; ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                CHECK(evaluation.layers[l - 1].h(i, k) == q.mu(i, k));
                CHECK(evaluation.layers[l - 1].s(i, 3 + k) == q.log_variance(i, k));
            }
        }
    }

    TEST_CASE("the estimate of log p(x) is the integral over all codes, and above the bound") {
        // One pixel, one code unit, and a posterior that is not the true one.
        const Network network = variational_network(1, {}, 1);
        Buffer<double> theta(layout(network).size);
        const Layout blocks = variational_layout(network);
        const auto set = [&](const char* name, double value) {
            part<double>(theta, blocks.find(name))[0] = value;
        };
        set("mu_W", 0.8);
        set("mu_b", -0.2);
        set("logvar_b", -0.4);
        set("dec_W1", 2);
        set("dec_b1", -0.5);
        Matrix<double> x(2, 1);
        x(0, 0) = 1;
        const double expected = (by_quadrature(2, -0.5, true) + by_quadrature(2, -0.5, false)) / 2;
        const auto estimate = [&](std::size_t samples) {
            return log_likelihood<double>(network, theta, x.view(), samples, 1);
        };
        CHECK(std::fabs(estimate(20000) - expected) < 0.01);
        double bound = 0;
        for (std::uint64_t seed = 1; seed <= 2000; ++seed)
            bound += elbo<double>(network, theta, x.view(), seed).total() / 2000;
        CHECK(bound < expected - 0.01);
        CHECK(bound > expected - 0.5);
    }

    TEST_CASE("the estimate stays finite where single weights under- and overflow") {
        const auto x = patterns(3, 2000);  // p(x|z) is below e^−1000, which no double is
        const Network network = example(2000, 4);
        auto theta = initial_parameters<float>(network, 1);
        for (float& w : theta) w *= 3;
        const double estimate = log_likelihood<float>(network, theta, x.view(), 10, 1);
        CHECK(std::isfinite(estimate));
        CHECK(estimate < -1000);
    }

    TEST_CASE("log p(x) has the same bits on every unit, with any threads, alone and among others") {
        const Restore restore;
        const auto x = patterns(520, 20);
        const Network network = example(20, 3);
        const auto theta = initial_parameters<float>(network, 2);
        double first = 0;
        for (const kernels::Unit* unit : kernels::available()) {
            for (std::size_t threads : {1u, 3u}) {
                kernels::choose(unit->name);
                kernels::set_threads(threads);
                const double found = log_likelihood<float>(network, theta, x.view(), 3, 9);
                if (first == 0) first = found;
                CHECK(found == first);
            }
        }
    }

    TEST_CASE("[generate]: the first of many patterns are those of few, and another seed has others") {
        const Network network = example(10, 4);
        const auto theta = initial_parameters<float>(network, 1);
        const auto few = generate<float>(network, theta, 3, 7), many = generate<float>(network, theta, 50, 7);
        CHECK(many.rows == 50);
        CHECK(many.cols == 10);
        for (std::size_t i = 0; i < 3; ++i) CHECK(same_bits<float>(few.row(i), std::as_const(many).row(i)));
        CHECK(!same_bits(few.values, generate<float>(network, theta, 3, 8).values));
        CHECK(generate<float>(network, theta, 0, 7).rows == 0);
    }

    TEST_CASE("a walk begins and ends at its codes; the plane has its corners where it says") {
        const Network network = example(10, 2);
        const auto theta = initial_parameters<float>(network, 1);
        const std::size_t l = network.gaussian_layer();
        const auto decoded = [&](float a, float b) {
            Matrix<float> z(1, 2);
            z(0, 0) = a, z(0, 1) = b;
            return activity_from<float>(network, theta, z.view(), l);
        };
        const std::vector<float> from = {-1, 2}, to = {0.5f, -3};
        const Matrix<float> path = walk<float>(network, theta, from, to, 4);
        CHECK(path.rows == 4);
        CHECK(same_bits<float>(std::as_const(path).row(0), decoded(-1, 2).row(0)));
        CHECK(same_bits<float>(std::as_const(path).row(3), decoded(0.5f, -3).row(0)));
        const Matrix<float> plane = code_plane<float>(network, theta, 3, 2);
        CHECK(plane.rows == 9);
        CHECK(same_bits<float>(std::as_const(plane).row(0), decoded(-2, 2).row(0)));
        CHECK(same_bits<float>(std::as_const(plane).row(2), decoded(2, 2).row(0)));
        CHECK(same_bits<float>(std::as_const(plane).row(7), decoded(0, -2).row(0)));
        CHECK_THROWS_AS(walk<float>(network, theta, from, to, 1), std::invalid_argument);
        CHECK_THROWS_AS(code_plane<float>(example(10, 3), theta, 3, 2), std::invalid_argument);
    }

    TEST_CASE("a network whose code contradicts its other options is refused") {
        const Network good = example(8, 2);
        CHECK(refusal(good) == "accepted");
        const auto changed = [&](const auto& change) {
            Network network = good;
            change(network);
            return refusal(network);
        };
        CHECK(changed([](Network& n) { n.layers[4].kind = Kind::gaussian; })
                  .starts_with("layer 5: a gaussian layer is the only one"));
        CHECK(changed([](Network& n) { n.layers.resize(3); })
                  .starts_with("layer 3: a gaussian layer is hidden"));
        CHECK(changed([](Network& n) { n.layers[2].activation = Activation::relu; }) ==
              "layer 3: a gaussian layer is linear, found relu");
        CHECK(changed([](Network& n) { n.loss = Loss::squared_error; }) ==
              "layer 3: a gaussian layer needs a sigmoid output with cross_entropy, found sigmoid "
              "with squared_error");
        CHECK(changed([](Network& n) { n.dropout = 0.5; })
                  .starts_with("layer 3: a gaussian layer has noise of its own"));
        Network sparse = good;
        sparse.sparsity_weight = 1;
        for (Layer& layer : sparse.layers) layer.sparse = false;
        CHECK(refusal(sparse).starts_with("layer 3: a gaussian layer has a divergence of its own"));

        const std::size_t hidden[] = {4};
        const Network dense = autoencoder_network(8, hidden);
        const auto theta = initial_parameters<float>(dense, 1);
        CHECK_THROWS_AS(generate<float>(dense, theta, 1, 1), std::invalid_argument);
        Panels<float> x(5, 8), noise(5, 4);
        Evaluation<float> evaluation(dense, 5);
        CHECK_THROWS_AS(cost_and_gradient<float>(dense, theta, {x, x, {}, {}, noise}, {}, evaluation),
                        std::invalid_argument);
    }
}
