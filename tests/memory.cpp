// Sizes that do not fit: into 64 bits, into the machine's memory.
#include "autoencoder/memory.hpp"

#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/training.hpp"
#include "io/scratch.hpp"
#include "less_memory.hpp"

using namespace autoencoder;

namespace {

constexpr std::size_t most = std::numeric_limits<std::size_t>::max();

}  // namespace

TEST_SUITE("memory") {
    TEST_CASE("products and sums end at the largest number") {
        CHECK(times(3, 4) == 12);
        CHECK(times(0, most) == 0);
        CHECK(times(most, 0) == 0);
        CHECK(times(most, 1) == most);
        CHECK(times(std::size_t{1} << 32, std::size_t{1} << 32) == most);
        CHECK(times(784, 13779212271757549072u) == most);
        CHECK(times(std::size_t{1} << 32, 2, std::size_t{1} << 32) == most);
        CHECK(plus(most, 0) == most);
        CHECK(plus(most - 1, 1) == most);
        CHECK(plus(most, 1) == most);
        CHECK(plus(1, 2, most) == most);
    }

    TEST_CASE("what is more than there is is refused, in words") {
        const LessMemory less("3000000000");
        require_memory(3'000'000'000, "this");
        CHECK(complaint([] { require_memory(3'000'000'001, "this"); }) ==
              "this needs 3.0 GB of memory, there are 3.0 GB");
        CHECK(complaint([] { require_memory(999'600'000'000, "this"); }) ==
              "this needs 1.0 TB of memory, there are 3.0 GB");
        CHECK(complaint([] { require_memory(most, "this"); }) ==
              "this needs more than 18 EB of memory, there are 3.0 GB");
        CHECK(contains(complaint([] { Matrix<float>(1 << 20, 1 << 20); }), "needs 4.4 TB"));
        CHECK(contains(complaint([] { Matrix<float>(most / 2, 3); }), "needs more than 18 EB"));
        CHECK(contains(complaint([] { Panels<double>(most, most); }), "needs more than 18 EB"));
        CHECK(contains(complaint([] { Buffer<double>(most / 8 + 1); }), "needs more than 18 EB"));
    }

    TEST_CASE(
        "there is never more than the machine has, and what is no number of bytes is refused") {
        const std::size_t machine = machine_memory();
        CHECK(machine > std::size_t{1} << 27);
        {
            const LessMemory more("18446744073709551615");
            CHECK(machine_memory() == machine);
        }
        const LessMemory none("2 GB");
        CHECK_THROWS_WITH(machine_memory(),
                          "AUTOENCODER_MEMORY: expected a number of bytes, found '2 GB'");
    }

    TEST_CASE("a network of any width has a layout, and is refused by its size") {
        for (const std::size_t units : {std::size_t{1} << 40, std::size_t{1} << 60,
                                        std::size_t{13779212271757549072u}, most}) {
            const Network network =
                autoencoder_network(784, {&units, 1}, Activation::sigmoid, Activation::sigmoid);
            const Layout blocks = layout(network);
            CHECK(blocks.size >= times(784, units) / 16 * 16);
            CHECK(blocks.parameters() >= times(784, units));
            CHECK(contains(complaint([&] { initial_parameters<float>(network, 1); }), "needs "));
            for (const Optimizer optimizer : {Optimizer::lbfgs, Optimizer::adam, Optimizer::sgd}) {
                TrainingOptions options;
                options.optimizer = optimizer;
                CHECK(training_memory<float>(network, 10, options) >= times(784 * 4, units));
            }
        }
    }

    TEST_CASE("the estimate of a training counts what its optimiser remembers") {
        const std::size_t units = 500;
        const Network network =
            autoencoder_network(784, {&units, 1}, Activation::sigmoid, Activation::sigmoid);
        const std::size_t theta = layout(network).size * sizeof(float);
        TrainingOptions options;
        options.optimizer = Optimizer::sgd;
        const std::size_t sgd = training_memory<float>(network, 1000, options);
        CHECK(sgd > 2 * theta + 1000 * 784 * 4);
        options.optimizer = Optimizer::adam;
        CHECK(training_memory<float>(network, 1000, options) == sgd + 2 * theta);
        CHECK(training_memory<double>(network, 1000, options) == 2 * (sgd + 2 * theta));
        options.optimizer = Optimizer::lbfgs;
        CHECK(training_memory<float>(network, 1000, options) > 46 * theta);
    }

    TEST_CASE("a window of any size is refused in words or has whole maps") {
        const std::size_t sizes[] = {
            0,   1, 3, 57, 58, std::size_t{1} << 16, std::size_t{1} << 32, std::size_t{1} << 63,
            most};
        std::size_t refused = 0, made = 0;
        for (const std::size_t kernel : sizes) {
            for (const std::size_t stride : sizes) {
                for (const std::size_t maps : sizes) {
                    try {
                        const std::size_t encoder[] = {maps};
                        const Network network =
                            convolutional_autoencoder({1, 28, 28}, encoder, kernel, stride);
                        CHECK(network.units(2) == 784);
                        CHECK(kernel <= 57);
                        ++made;
                    } catch (const std::invalid_argument&) {
                        ++refused;
                    }
                }
            }
        }
        CHECK(made > 50);
        CHECK(refused > 300);
        for (const Kind kind : {Kind::convolution, Kind::deconvolution}) {
            for (const std::size_t a : sizes) {
                for (const std::size_t b : sizes) {
                    for (const std::size_t c : sizes) {
                        Window window;
                        window.height = window.width = a;
                        window.kernel_height = window.kernel_width = b;
                        window.pad = window.stride = c;
                        try {
                            const std::size_t units = output_maps(kind, window, 2).units();
                            CHECK(units < std::size_t{1} << 27);
                            ++made;
                        } catch (const std::invalid_argument&) {
                            ++refused;
                        }
                    }
                }
            }
        }
    }

    TEST_CASE("endless patience is not none") {
        const std::size_t units = 2;
        Network network =
            autoencoder_network(3, {&units, 1}, Activation::sigmoid, Activation::sigmoid);
        Matrix<double> x(8, 3);
        for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = double(i % 5) / 5;
        Buffer<double> theta = initial_parameters<double>(network, 1);
        TrainingOptions options;
        options.optimizer = Optimizer::sgd;
        options.epochs = 4;
        options.validation = 2;
        options.patience = most;
        TrainingSet<double> set;
        set.x = x;
        CHECK(train<double>(network, set, options, theta) == Outcome::iterations_done);
        options.validation = most;
        CHECK_THROWS_AS(train<double>(network, set, options, theta), std::invalid_argument);
    }
}
