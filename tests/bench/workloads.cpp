// Our side of the workloads, through public functions, as a user would call them; one file, since each is a row of one table:
//
//     W1   one cost and gradient of the sparse autoencoder 784-196-784 over 10,000 images
//     W2   one epoch of the denoising autoencoder 784-500-784: 30 % of the pixels set to 0 anew,
//          mini-batches of 100, momentum
//     W3   one epoch of the classifier 784-500-500-10: mini-batches of 100, momentum
//     W4   one epoch of the variational autoencoder 784-400-20-400-784: mini-batches of 128, Adam
//     W5   200 batches of 128 of the convolutional autoencoder: 16 and 32 maps of 3×3, stride 2,
//          and back, Adam
//     W7   the online rule, 3,000 patterns one at a time, 784-196-784
//     W8a  the code of one image (784 to 196): the mean of 2,000 calls
//     W8b  the codes of 10,000 images at once
//
// Settings, weights and the order of patterns are those of peers/*.py, and the losses they end with
// are known: J of W1 is 316.1508244 in double precision.
#include <numeric>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/encoder.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/training.hpp"
#include "autoencoder/variational.hpp"
#include "case.hpp"
#include "flops.hpp"
#include "inputs.hpp"

namespace autoencoder::bench {
namespace {

constexpr std::size_t all_images = 60'000, some_images = 10'000;

View<const float> images(const std::string& folder, std::size_t count) {
    return training_images(folder).x.view().slice(0, count);
}

// W1 ----------------------------------------------------------------------------------------------

Case full_batch(const std::string& folder) {
    const std::size_t hidden[] = {196};
    Network network = autoencoder_network(784, hidden);
    network.weight_penalty = 3e-3;
    network.sparsity_target = 0.1;
    network.sparsity_weight = 3;

    Case w;
    w.workload = w.request = "W1";
    w.unit = {"ms", 1e3, false};
    w.flops = training_flops(network) * double(some_images);
    w.loss = 316.1508;
    w.tolerance = 5e-4;
    w.prepare = [network, folder] {
        struct State {
            Network network;
            View<const float> rows;
            Panels<float> x;
            Buffer<float> theta, gradient;
            Evaluation<float> evaluation;
        };
        const View<const float> rows = images(folder, some_images);
        const auto state = std::make_shared<State>(State{network,
                                                         rows,
                                                         Panels<float>(rows.rows, rows.cols),
                                                         portable_parameters(network),
                                                         {},
                                                         Evaluation<float>(network, rows.rows)});
        state->gradient = Buffer<float>(state->theta.size());
        to_panels<float>(rows, state->x);
        return [state] {
            const Batch<float> batch{state->x, state->x, state->rows, {}};
            Turn turn;
            turn.seconds = seconds_of([&] {
                turn.loss = cost_and_gradient<float>(state->network, state->theta, batch,
                                                     state->gradient, state->evaluation)
                                .total();
            });
            return turn;
        };
    };
    return w;
}

// W2, W3, W4, W7 ----------------------------------------------------------------------------------

/// Rows of the images laid out so that `train`, which shuffles by its own seed, visits them in the
/// portable order of the first `pool` images.
struct Arranged {
    Matrix<float> x, y;
};
Arranged arrange(const Dataset& data, std::size_t pool, std::size_t count, std::uint64_t seed,
                 std::size_t classes) {
    constexpr std::uint64_t order_stream = 1u << 20;  // src/learn/ways.hpp's, for the first epoch
    std::vector<std::size_t> visited(count);
    std::iota(visited.begin(), visited.end(), std::size_t{0});
    Random(seed, order_stream).shuffle<std::size_t>(visited);
    const std::vector<std::size_t> order = portable_order(pool);
    Arranged arranged{Matrix<float>(count, data.x.cols),
                      Matrix<float>(classes ? count : 0, classes)};
    for (std::size_t i = 0; i < count; ++i) {
        const std::span<const float> image = data.x.row(order[i]);
        std::copy(image.begin(), image.end(), arranged.x.row(visited[i]).begin());
        if (classes) arranged.y(visited[i], std::size_t(data.labels[order[i]])) = 1;
    }
    return arranged;
}

/// A turn that trains from the portable weights for one epoch; its loss is the epoch's mean.
std::function<Turn()> epoch(const Network& network, const TrainingOptions& options,
                            Arranged arranged) {
    struct State {
        Network network;
        TrainingOptions options;
        Arranged data;
        Buffer<float> begin;
    };
    const auto state = std::make_shared<State>(
        State{network, options, std::move(arranged), portable_parameters(network)});
    state->options.epochs = 1;
    return [state] {
        Buffer<float> theta = state->begin;
        TrainingSet<float> set{state->data.x, {}};
        if (state->data.y.rows) set.y = state->data.y;
        Turn turn;
        turn.seconds = seconds_of([&] {
            train<float>(state->network, set, state->options, theta, [&](const TrainingStep& step) {
                turn.loss = step.cost.total();
                return true;
            });
        });
        return turn;
    };
}

/// W2 to W5: one epoch of training on mini-batches of the first `patterns` images in the portable
/// order; with classes, their labels are the targets.
Case mini_batches(const char* name, const Network& network, const TrainingOptions& options,
                  std::size_t patterns, std::size_t classes, const std::string& folder) {
    Case w;
    w.workload = w.request = name;
    w.unit = {"samples/s", double(patterns)};
    w.flops = training_flops(network) * double(patterns);
    w.images = all_images;
    w.reps = 5;
    w.prepare = [=] {
        return epoch(network, options, arrange(training_images(folder), all_images, patterns,
                                               options.seed, classes));
    };
    return w;
}

TrainingOptions with_momentum() {
    TrainingOptions options;
    options.optimizer = Optimizer::momentum;  // η 0.1, μ 0.9, batches of 100: the defaults
    return options;
}

TrainingOptions with_adam() {
    TrainingOptions options;
    options.optimizer = Optimizer::adam;
    options.learning_rate = 1e-3;
    options.batch = 128;
    return options;
}

Case denoising(const std::string& folder) {
    const std::size_t hidden[] = {500};
    TrainingOptions options = with_momentum();
    options.corruption = {Noise::masking, 0.3};
    Case w = mini_batches("W2", autoencoder_network(784, hidden), options, all_images, 0, folder);
    w.loss = 12.11;
    w.tolerance = 0.02;  // everybody draws noise of their own
    return w;
}

Case classifier(const std::string& folder) {
    Network network;
    network.inputs = 784;
    network.layers = {{500}, {500}, {10, Activation::softmax}};
    network.loss = Loss::cross_entropy;
    Case w = mini_batches("W3", network, with_momentum(), all_images, 10, folder);
    w.loss = 0.616882;
    w.tolerance = 2e-6;
    return w;
}

Case variational(const std::string& folder) {
    constexpr std::size_t patterns = 468 * 128;  // full batches only
    const std::size_t hidden[] = {400};
    const Network network = variational_network(784, hidden, 20);
    Case w = mini_batches("W4", network, with_adam(), patterns, 0, folder);
    w.loss = 164.5;
    w.tolerance = 1;  // everybody draws noise of their own
    return w;
}

Case convolutional(const std::string& folder) {
    const std::size_t maps[] = {16, 32};
    const Network network = convolutional_autoencoder({1, 28, 28}, maps, 3, 2);
    Case w = mini_batches("W5", network, with_adam(), 200 * 128, 0, folder);
    w.loss = 25.4620;
    w.tolerance = 2e-3;
    return w;
}

Case online(const std::string& folder) {
    constexpr std::size_t patterns = 3'000;
    const std::size_t hidden[] = {196};
    const Network network = autoencoder_network(784, hidden);
    TrainingOptions options;
    options.optimizer = Optimizer::online;

    Case w;
    w.workload = w.request = "W7";
    w.unit = {"patterns/s", double(patterns)};
    w.flops = training_flops(network) * double(patterns);
    w.loss = 11.1321;
    w.tolerance = 2e-5;
    w.prepare = [=] {
        return epoch(network, options,
                     arrange(training_images(folder), some_images, patterns, options.seed, 0));
    };
    return w;
}

// W8 ----------------------------------------------------------------------------------------------

/// The first layer of the network that W8 encodes with.
Network encoder_network() {
    const std::size_t hidden[] = {196};
    return autoencoder_network(784, hidden);
}

/// One image at a time: a program that waits for each code.
Case encode_one(const std::string& folder) {
    constexpr std::size_t image = 7, calls = 2'000;
    const Network network = encoder_network();
    Case w;
    w.workload = w.request = "W8a";
    w.unit = {"us/call", 1e6, false};
    w.flops = 2.0 * 784 * 196;
    w.loss = 98.044755;
    w.tolerance = 5e-5;
    w.prepare = [=]() -> std::function<Turn()> {
        const Buffer<float> theta = portable_parameters(network);
        const Layout blocks = layout(network);
        const auto encoder = std::make_shared<Encoder<float>>(
            matrix<const float>(theta, blocks.find("W1")), part<const float>(theta, blocks.find("b1")),
            network.layer(1).activation);
        const View<const float> x = images(folder, image + 1).slice(image, 1);
        return [=] {
            Buffer<float> h(196);
            Turn turn;
            turn.seconds = seconds_of([&] {
                for (std::size_t i = 0; i < calls; ++i) encoder->encode(x.row(0), h);
            });
            turn.seconds /= double(calls);
            for (const float value : h) turn.loss += double(value);
            return turn;
        };
    };
    return w;
}

Case encode_all(const std::string& folder) {
    const Network network = encoder_network();
    Case w;
    w.workload = w.request = "W8b";
    w.unit = {"samples/s", double(some_images)};
    w.flops = 2.0 * 784 * 196 * double(some_images);
    w.loss = 983619.56;
    w.tolerance = 0.5;
    w.prepare = [=]() -> std::function<Turn()> {
        struct State {
            Buffer<float> theta;
            Layout blocks;
            Matrix<float> h;  // kept, as the peers keep theirs
        };
        const auto state = std::make_shared<State>(State{
            portable_parameters(network), layout(network), Matrix<float>(some_images, network.units(1))});
        const View<const float> x = images(folder, some_images);
        return [=] {
            Turn turn;
            turn.seconds = seconds_of([&] {
                forward<float>(matrix<const float>(state->theta, state->blocks.find("W1")),
                               part<const float>(state->theta, state->blocks.find("b1")),
                               network.layer(1).activation, x, state->h.view());
            });
            for (const float value : state->h.values) turn.loss += double(value);
            return turn;
        };
    };
    return w;
}

}  // namespace

std::vector<Case> workload_cases(const std::string& name, const std::string& folder) {
    if (name == "W1") return {full_batch(folder)};
    if (name == "W2") return {denoising(folder)};
    if (name == "W3") return {classifier(folder)};
    if (name == "W4") return {variational(folder)};
    if (name == "W5") return {convolutional(folder)};
    if (name == "W7") return {online(folder)};
    if (name == "W8") return {encode_one(folder), encode_all(folder)};
    return {};
}

}  // namespace autoencoder::bench
