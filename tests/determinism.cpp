// Bits are a promise: one result, whatever the unit, the threads, the batch, the way through memory.
#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/encoder.hpp"
#include "autoencoder/online.hpp"
#include "autoencoder/training.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Like images: a lit middle with gaps, dark borders.
Matrix<float> patterns(std::size_t N, std::size_t n) {
    Matrix<float> x(N, n);
    Random random(11);
    for (std::size_t q = 0; q < N; ++q) {
        for (std::size_t j = n / 4; j < n; ++j)
            x(q, j) = random.uniform() < 0.5 ? 0.0f : float(random.uniform());
    }
    return x;
}

Network sparse_network(std::size_t inputs) {
    const std::size_t hidden[] = {67, 21};  // the first layer large enough to be searched for zeros
    Network network = autoencoder_network(inputs, hidden);
    network.weight_penalty = 1e-3;
    network.sparsity_weight = 1;
    network.sparsity_target = 0.2;
    return network;
}

}  // namespace

TEST_SUITE("determinism") {
    TEST_CASE("every optimiser leaves the same bits on every unit, with any number of threads") {
        const auto x = patterns(700, 50);
        const Network network = sparse_network(50);
        for (Optimizer optimizer : {Optimizer::online, Optimizer::sgd, Optimizer::momentum,
                                    Optimizer::adam, Optimizer::lbfgs}) {
            TrainingOptions options;
            options.optimizer = optimizer;
            options.epochs = 2;
            options.iterations = 8;
            options.corruption = {Noise::masking, 0.2};
            Buffer<float> first;
            everywhere([&](const char* unit, std::size_t threads) {
                auto theta = initial_parameters<float>(network, 5);
                train<float>(network, {x.view(), {}}, options, theta);
                if (first.size() == 0) first = theta;
                INFO(name(optimizer) << " " << unit << " " << threads << " threads");
                CHECK(same_bits(theta, first));
            });
        }
    }

    TEST_CASE("a pattern's code has the same bits alone and in any batch, by every way") {
        const auto x = patterns(300, 61);
        const Network network = sparse_network(61);
        const auto theta = initial_parameters<float>(network, 2);
        const std::span<const float> view(theta);
        const Layout blocks = layout(network);
        const Matrix<float> all = activity<float>(network, view, x.view(), 1);
        const Encoder<float> encoder(matrix(view, blocks.find("W1")), part(view, blocks.find("b1")),
                                     Activation::sigmoid);
        Panels<float> panels(x.rows, x.cols), h(x.rows, network.units(1));
        to_panels<float>(x.view(), panels);
        Evaluation<float> evaluation(network, x.rows, true);
        cost_and_gradient<float>(network, view, {panels, panels, {}, {}}, {}, evaluation);
        for (std::size_t q = 0; q < x.rows; ++q) {
            const Matrix<float> alone = activity<float>(network, view, x.view().slice(q, 1), 1);
            Buffer<float> encoded(network.units(1)), trained(network.units(1));
            encoder.encode(x.row(q), encoded);
            for (std::size_t j = 0; j < trained.size(); ++j) trained[j] = evaluation.layers[0].h(q, j);
            CHECK(same_bits(all.row(q), alone.row(0)));
            CHECK(same_bits<float>(all.row(q), encoded));
            CHECK(same_bits<float>(all.row(q), trained));
        }
    }

    TEST_CASE_TEMPLATE("the fused step has the bits of the gradient and then the step", T, float, double) {
        const auto x = patterns(1300, 40);
        const Network network = sparse_network(40);
        Matrix<T> rows(x.rows, x.cols);
        for (std::size_t i = 0; i < x.values.size(); ++i) rows.values[i] = T(x.values[i]);
        Panels<T> panels(x.rows, x.cols);
        to_panels<T>(rows.view(), panels);
        for (std::size_t N : {100u, 450u, 1300u}) {  // in one chunk, in several blocks of it, in several chunks
            for (bool by_rows : {false, true}) {
                Batch<T> batch{panels.view().slice(0, N), panels.view().slice(0, N), {}, {}};
                if (by_rows) batch.x_rows = rows.view().slice(0, N);
                Evaluation<T> evaluation(network, N);
                const auto start = initial_parameters<T>(network, 3);
                Buffer<T> fused = start, apart = start, gradient(start.size());
                Adam<T> one, two;
                for (int i = 0; i < 3; ++i) {
                    cost_and_step<T>(network, one.next(fused), batch, gradient, evaluation);
                    cost_and_gradient<T>(network, apart, batch, gradient, evaluation);
                    two.step(apart, gradient);
                }
                CHECK(same_bits(fused, apart));
            }
        }
    }

    TEST_CASE_TEMPLATE("weights of the first layer kept by inputs learn the same bits", T, float, double) {
        const auto x = patterns(600, 83);
        Network network = sparse_network(83);
        Matrix<T> rows(x.rows, x.cols);
        for (std::size_t i = 0; i < x.values.size(); ++i) rows.values[i] = T(x.values[i]);
        Panels<T> panels(x.rows, x.cols);
        to_panels<T>(rows.view(), panels);
        for (std::size_t N : {30u, 100u, 600u}) {
            Batch<T> batch{panels.view().slice(0, N), panels.view().slice(0, N), rows.view().slice(0, N), {}};
            Evaluation<T> by_units(network, N), by_inputs(network, N);
            by_inputs.keep_first_by_inputs();
            const Block W = layout(network).blocks[0];
            const auto turned = [&](const Buffer<T>& theta) {
                Buffer<T> result = theta;
                for (std::size_t i = 0; i < W.shape[0]; ++i) {
                    for (std::size_t j = 0; j < W.shape[1]; ++j)
                        result[W.offset + j * W.shape[0] + i] = theta[W.offset + i * W.shape[1] + j];
                }
                return result;
            };
            Buffer<T> theta = initial_parameters<T>(network, 3), other = turned(theta);
            Buffer<T> gradient(theta.size()), g(theta.size());
            Momentum<T> one, two;
            for (int i = 0; i < 3; ++i) {
                cost_and_gradient<T>(network, theta, batch, gradient, by_units);
                cost_and_gradient<T>(network, other, batch, g, by_inputs);
                CHECK(same_bits(g, turned(gradient)));
                const Cost cost = cost_and_step<T>(network, one.next(theta), batch, gradient, by_units);
                const Cost found = cost_and_step<T>(network, two.next(other), batch, g, by_inputs);
                CHECK(found.data == cost.data);
                CHECK(found.sparsity == cost.sparsity);
                CHECK(std::fabs(found.weight_penalty - cost.weight_penalty) < 1e-6 * cost.weight_penalty);
            }
            CHECK(same_bits(other, turned(theta)));
        }
    }
}

TEST_SUITE("online") {
    TEST_CASE("[update]: the rule learns what one step a pattern along the gradient learns") {
        const auto x = patterns(40, 30);
        for (double penalty : {0.0, 0.01}) {
            const std::size_t hidden[] = {17, 9};
            Network network = autoencoder_network(30, hidden);
            network.weight_penalty = penalty;
            Matrix<double> data(x.rows, x.cols);
            for (std::size_t i = 0; i < x.values.size(); ++i) data.values[i] = double(x.values[i]);
            auto theta = initial_parameters<double>(network, 4), expected = theta;
            std::vector<std::size_t> order;
            for (std::size_t q = 0; q < x.rows; ++q) order.push_back((q * 7) % x.rows);
            OnlineNetwork<double> online(network, std::span<const double>(theta), 0.3);
            const OnlineCost cost = online.learn(data.view(), data.view(), order);
            online.parameters(theta);

            Evaluation<double> evaluation(network, 1);
            Buffer<double> gradient(theta.size());
            Panels<double> pattern(1, 30);
            double mean = 0;
            for (std::size_t q : order) {
                to_panels<double>(data.view().slice(q, 1), pattern);
                mean += cost_and_gradient<double>(network, expected, {pattern, pattern, {}, {}}, gradient, evaluation).data / 40;
                for (std::size_t i = 0; i < theta.size(); ++i) expected[i] -= 0.3 * gradient[i];
            }
            double worst = 0, moved = 0;
            const auto start = initial_parameters<double>(network, 4);
            for (std::size_t i = 0; i < theta.size(); ++i) {
                worst = std::max(worst, std::fabs(theta[i] - expected[i]));
                moved = std::max(moved, std::fabs(theta[i] - start[i]));
            }
            CHECK(worst < 1e-13);
            CHECK(moved > 1e-2);
            CHECK(std::fabs(cost.data - mean) < 1e-12);
        }
    }
}
