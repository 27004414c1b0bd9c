#include "autoencoder/stacked.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "autoencoder/random.hpp"

namespace autoencoder {
namespace {

/// Far from the streams of weights, orders and masks (training.cpp).
constexpr std::uint64_t stage_stream = 1u << 22;

/// W and b of the encoder and of the decoder of stage t, as blocks of the deep network, in the
/// order of the stage's own.
std::array<Block, 4> stage_blocks(const Network& deep, std::size_t t) {
    const std::size_t S = stages(deep);
    require(t >= 1 && t <= S, [&] {
        return "stage: expected 1 to " + std::to_string(S) + ", found " + std::to_string(t);
    });
    const Layout blocks = layout(deep);
    const std::size_t encoder = 2 * (t - 1), decoder = 2 * (2 * S - t);
    return {blocks.blocks[encoder], blocks.blocks[encoder + 1], blocks.blocks[decoder],
            blocks.blocks[decoder + 1]};
}

}  // namespace

std::size_t stages(const Network& deep) {
    const std::size_t L = deep.depth();
    require(L >= 2 && L % 2 == 0, [&] {
        return "a stack needs as many decoders as encoders, found " + std::to_string(L) + " layers";
    });
    for (std::size_t l = 0; l <= L / 2; ++l) {
        require(deep.units(l) == deep.units(L - l), [&] {
            return "a stack needs a decoder as wide as what it undoes: layer " + std::to_string(l) +
                   " has " + std::to_string(deep.units(l)) + " units but layer " +
                   std::to_string(L - l) + " has " + std::to_string(deep.units(L - l));
        });
    }
    for (const Layer& layer : deep.layers)
        require(layer.kind == Kind::dense, "a stack is made of dense layers");
    return L / 2;
}

Network stage(const Network& deep, std::size_t t) {
    const std::size_t S = stages(deep);
    require(t >= 1 && t <= S, [&] {
        return "stage: expected 1 to " + std::to_string(S) + ", found " + std::to_string(t);
    });
    Network network = deep;
    network.inputs = deep.units(t - 1);
    network.layers = {deep.layer(t), deep.layer(2 * S - t + 1)};
    return network;
}

std::uint64_t stage_seed(std::uint64_t seed, std::size_t t) {
    return t == 1 ? seed : Random(seed, stage_stream + t).bits() >> 1;
}

template <class T>
Buffer<T> stage_parameters(const Network& deep, std::span<const T> theta, std::size_t t) {
    const Layout blocks = layout(stage(deep, t));
    const std::array<Block, 4> from = stage_blocks(deep, t);
    Buffer<T> result(blocks.size);
    for (std::size_t i = 0; i < from.size(); ++i)
        std::ranges::copy(part(theta, from[i]), part<T>(result, blocks.blocks[i]).begin());
    return result;
}

template <class T>
void set_stage_parameters(const Network& deep, std::size_t t, std::span<const T> of_stage,
                          std::span<T> theta) {
    const Layout blocks = layout(stage(deep, t));
    const std::array<Block, 4> to = stage_blocks(deep, t);
    for (std::size_t i = 0; i < to.size(); ++i)
        std::ranges::copy(part(of_stage, blocks.blocks[i]), part(theta, to[i]).begin());
}

template <class T>
Buffer<T> initial_stack(const Network& deep, std::uint64_t seed) {
    Buffer<T> theta(layout(deep).size);
    for (std::size_t t = 1; t <= stages(deep); ++t) {
        const Buffer<T> own = initial_parameters<T>(stage(deep, t), stage_seed(seed, t));
        set_stage_parameters<T>(deep, t, own, theta);
    }
    return theta;
}

template <class T>
Matrix<T> codes_of(const Network& network, std::span<const T> theta, View<const T> x, std::size_t depth,
                   const std::function<void()>& between) {
    constexpr std::size_t some = 512;
    Matrix<T> codes(x.rows, network.units(depth));
    for (std::size_t q = 0; q < x.rows; q += some) {
        if (between) between();
        const Matrix<T> share = activity<T>(network, theta, x.slice(q, std::min(some, x.rows - q)), depth);
        std::ranges::copy(share.values, codes.row(q).begin());
    }
    return codes;
}

template <class T>
bool train_greedy(const Network& deep, View<const T> x, std::span<T> theta,
                  const TrainStage<T>& train_stage, const std::function<void()>& between) {
    require(theta.size() == layout(deep).size, "train_greedy: θ does not belong to this network");
    Matrix<T> codes;
    for (std::size_t t = 1; t <= stages(deep); ++t) {
        if (t > 1) codes = codes_of<T>(deep, theta, x, t - 1, between);  // of the stage before [greedy]
        Buffer<T> own = stage_parameters<T>(deep, theta, t);
        const bool go_on = train_stage(t, stage(deep, t), t == 1 ? x : codes.view(), own);
        set_stage_parameters<T>(deep, t, own, theta);
        if (!go_on) return false;
    }
    return true;
}

template <class T>
Outcome train_greedy(const Network& deep, View<const T> x, const TrainingOptions& options,
                     std::span<T> theta,
                     const std::function<bool(std::size_t t, const TrainingStep&)>& report) {
    Outcome outcome = Outcome::iterations_done;
    train_greedy<T>(deep, x, theta,
                    [&](std::size_t t, const Network& network, View<const T> codes,
                        std::span<T> own) {
                        TrainingOptions its = options;
                        its.seed = stage_seed(options.seed, t);
                        TrainingSet<T> set;
                        set.x = codes;
                        outcome = train<T>(network, set, its, own, [&](const TrainingStep& step) {
                            return !report || report(t, step);
                        });
                        return outcome != Outcome::stopped && outcome != Outcome::not_finite;
                    });
    return outcome;
}

Network first_layers(const Network& network, std::size_t count) {
    require(count <= network.depth(), [&] {
        return "first_layers: expected at most " + std::to_string(network.depth()) + ", found " +
               std::to_string(count);
    });
    Network result = network;
    result.layers.resize(count);
    return result;
}

Network joined(const Network& below, const Network& above) {
    const std::size_t width = below.units(below.depth());
    require(width == above.inputs, [&] {
        return "joined: the network below has " + std::to_string(width) +
               " outputs but the one above takes " + std::to_string(above.inputs) + " inputs";
    });
    Network result = above;
    result.inputs = below.inputs;
    result.layers.insert(result.layers.begin(), below.layers.begin(),
                         below.layers.end());  // [fine-tune]
    return result;
}

template <class T>
Buffer<T> joined(std::span<const T> theta_below, std::span<const T> theta_above) {
    Buffer<T> result(theta_below.size() + theta_above.size());
    std::ranges::copy(theta_above, std::ranges::copy(theta_below, result.begin()).out);
    return result;
}

template Buffer<float> stage_parameters(const Network&, std::span<const float>, std::size_t);
template Buffer<double> stage_parameters(const Network&, std::span<const double>, std::size_t);
template void set_stage_parameters(const Network&, std::size_t, std::span<const float>,
                                   std::span<float>);
template void set_stage_parameters(const Network&, std::size_t, std::span<const double>,
                                   std::span<double>);
template Buffer<float> initial_stack(const Network&, std::uint64_t);
template Buffer<double> initial_stack(const Network&, std::uint64_t);
template Matrix<float> codes_of(const Network&, std::span<const float>, View<const float>, std::size_t,
                                const std::function<void()>&);
template Matrix<double> codes_of(const Network&, std::span<const double>, View<const double>, std::size_t,
                                 const std::function<void()>&);
template bool train_greedy(const Network&, View<const float>, std::span<float>,
                           const TrainStage<float>&, const std::function<void()>&);
template bool train_greedy(const Network&, View<const double>, std::span<double>,
                           const TrainStage<double>&, const std::function<void()>&);
template Outcome train_greedy(const Network&, View<const float>, const TrainingOptions&,
                              std::span<float>,
                              const std::function<bool(std::size_t, const TrainingStep&)>&);
template Outcome train_greedy(const Network&, View<const double>, const TrainingOptions&,
                              std::span<double>,
                              const std::function<bool(std::size_t, const TrainingStep&)>&);
template Buffer<float> joined(std::span<const float>, std::span<const float>);
template Buffer<double> joined(std::span<const double>, std::span<const double>);

}  // namespace autoencoder
