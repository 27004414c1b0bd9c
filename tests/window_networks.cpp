// Networks in which windows and dense layers follow on each other: training, batches, dropout.
#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/training.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// A small autoencoder of both kinds with a dense code between them, or a classifier on top.
Network mixed_network(bool classifier) {
    using enum Activation;
    Network network;
    network.inputs = 81;
    Window w{1, 9, 9, 3, 2, 2, 1, 0};
    network.layers.push_back(window_layer(Kind::convolution, w, 3, sigmoid));
    const Maps first = output_maps(network, 1);
    Window second{3, first.height, first.width, 2, 3, 1, 0, 0};
    network.layers.push_back(window_layer(Kind::convolution, second, 4, relu));
    const Maps code = output_maps(network, 2);
    if (classifier) {
        network.layers.push_back({7, tanh});
        network.layers.push_back({3, softmax});
        network.loss = Loss::cross_entropy;
        return network;
    }
    network.layers.push_back({6, tanh});
    network.layers.push_back({code.units(), relu});
    Window back{4, code.height, code.width, 2, 3, 1, 0, 0};
    network.layers.push_back(window_layer(Kind::deconvolution, back, 3, relu));
    Window last{3, first.height, first.width, 3, 3, 2, 1, 0};
    network.layers.push_back(window_layer(Kind::deconvolution, last, 1, sigmoid));
    return network;
}

}  // namespace

TEST_SUITE("convolution") {
    TEST_CASE("training leaves the same bits on every unit and thread count, resumed or not") {
        Matrix<float> x(90, 81);
        x.values = random_numbers<float>(x.values.size(), 7);
        for (float& value : x.values) value = std::fabs(value);
        const Network network = mixed_network(false);
        TrainingOptions options;
        options.optimizer = Optimizer::adam;
        options.learning_rate = 1e-3;
        options.batch = 40;
        options.epochs = 3;
        options.corruption = {Noise::masking, 0.2};
        Buffer<float> first;
        everywhere([&](const char* unit, std::size_t threads) {
            auto theta = initial_parameters<float>(network, 5);
            TrainingState<float> state;
            TrainingOptions part = options;
            part.epochs = threads;  // then go on from there
            train<float>(network, {x.view(), {}}, part, theta, {}, &state);
            train<float>(network, {x.view(), {}}, options, theta, {}, &state);
            if (first.size() == 0) first = theta;
            INFO(unit << " " << threads << " threads");
            CHECK(same_bits(theta, first));
        });
    }

    TEST_CASE("a pattern's activity has the same bits alone, in any batch, and in training") {
        const Network network = mixed_network(false);
        const auto theta = initial_parameters<float>(network, 2);
        Matrix<float> x(70, 81);
        x.values = random_numbers<float>(x.values.size(), 8);
        Panels<float> panels(x.rows, x.cols);
        to_panels<float>(x.view(), panels);
        Evaluation<float> evaluation(network, x.rows, true);
        cost_and_gradient<float>(network, theta, {panels, panels, {}, {}}, {}, evaluation);
        for (std::size_t l = 1; l <= network.depth(); ++l) {
            const Matrix<float> all = activity<float>(network, theta, x, l);
            Matrix<float> trained(x.rows, all.cols);
            from_panels<float>(evaluation.layers[l - 1].h, trained);
            CHECK(same_bits(all.values, trained.values));
            for (std::size_t q : {0u, 31u, 33u, 69u}) {
                const Matrix<float> alone = activity<float>(network, theta, x.view().slice(q, 1), l);
                CHECK(same_bits<float>(alone.row(0), all.row(q)));
            }
        }
    }

    TEST_CASE("the fused step has the bits of the gradient and then the step, in one chunk or several") {
        const Network network = mixed_network(false);
        Panels<float> x = random_panels<float>(600, 81, 9);
        const auto start = initial_parameters<float>(network, 3);
        for (std::size_t N : {45u, 600u}) {
            const Batch<float> batch{x.view().slice(0, N), x.view().slice(0, N), {}, {}};
            Evaluation<float> evaluation(network, N);
            Buffer<float> fused = start, apart = start, gradient(start.size());
            Adam<float> one, two;
            for (int i = 0; i < 2; ++i) {
                cost_and_step<float>(network, one.next(fused), batch, gradient, evaluation);
                cost_and_gradient<float>(network, apart, batch, gradient, evaluation);
                two.step(apart, gradient);
            }
            CHECK(same_bits(fused, apart));
            CHECK_FALSE(same_bits(fused, start));
        }
    }

    TEST_CASE("[dropout]: masks are of dense hidden layers, never of maps") {
        Network network = mixed_network(true);
        network.dropout = 0.5;
        const std::size_t L = network.depth(), N = 40;
        for (std::size_t l = 1; l <= L; ++l)
            CHECK(network.droppable(l) == (l < L && !has_window(network.layer(l))));
        Panels<float> x = random_panels<float>(N, network.inputs, 9);
        Panels<float> y = random_panels<float>(N, network.units(L), 10);
        const Buffer<float> theta = initial_parameters<float>(network, 3);
        Evaluation<float> evaluation(network, N);
        CHECK(evaluation.layers[0].masked.patterns == 0);  // no memory for what is never dropped
        for (std::size_t l = 1; l < L; ++l) {
            const Panels<float> kept = random_panels<float>(N, network.units(l), 1);
            Batch<float> batch{x, y, {}, {}};
            batch.masks.resize(L - 1);
            batch.masks[l - 1] = kept;
            const auto evaluate = [&] {
                cost_and_gradient<float>(network, theta, batch, {}, evaluation);
            };
            CAPTURE(l);
            if (network.droppable(l)) CHECK_NOTHROW(evaluate());
            else CHECK_THROWS_AS(evaluate(), std::invalid_argument);
        }
    }

    TEST_CASE("windows that do not follow on the layer before are refused with their sizes") {
        Network network = mixed_network(false);
        network.layers[1].window.maps = 2;
        CHECK_THROWS_WITH_AS(validate(network),
                             "layer 2: the window takes 2 maps of 5×5, but the layer before has 75 units",
                             std::invalid_argument);
        network = mixed_network(false);
        network.layers[0].units = 76;
        CHECK_THROWS_WITH_AS(validate(network), "layer 1: expected units for whole maps of 5×5, found 76",
                             std::invalid_argument);
        CHECK_THROWS_AS(initial_parameters<float>(network, 1), std::invalid_argument);
    }
}
