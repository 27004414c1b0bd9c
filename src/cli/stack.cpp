#include "cli/stack.hpp"

#include <algorithm>

#include "cli/words.hpp"

namespace autoencoder::cli {

std::vector<Group> stack_options(StackSettings& settings) {
    std::vector<Group> groups = deciding_options(settings.stage);
    for (Group& group : groups) {
        if (group.title != "network") continue;
        group.options.push_back({"--code-activation", activation_value(settings.code_activation),
                                 "the same, of the top code", "encode", "--activation's"});
    }
    return groups;
}

Network stack_network(const StackSettings& settings, const Dataset& patterns) {
    Network deep = make_network(settings.stage, patterns);
    const std::size_t S = stages(deep);
    if (settings.code_activation) deep.layers[S - 1].activation = *settings.code_activation;
    for (std::size_t l = S + 1; l <= deep.depth(); ++l) deep.layers[l - 1].sparse = false;
    for (std::size_t t = 1; t <= S; ++t) validate(stage(deep, t));
    return deep;
}

template <class T>
void require_room_for(const std::string& what, const Network& network, std::size_t patterns,
                      const TrainingOptions& options) {
    require_memory(training_memory<T>(network, patterns, options),
                   what + " (" + network_words(network) + ")");
}

template <class T>
void require_room_for_stages(const TrainSettings& s, const Network& deep, std::size_t patterns) {
    std::size_t most = 0;
    for (std::size_t t = 1; t <= stages(deep); ++t) {
        const Network network = stage(deep, t);
        require_room_for<T>("train " + s.kind + ": stage " + std::to_string(t), network, patterns,
                            s.training);
        most = std::max(most, training_memory<T>(network, patterns, s.training));
    }
    require_memory(plus(most, times(layout(deep).size, sizeof(T))),
                   "train " + s.kind + " (" + network_words(deep) + ")");
}

template <class T>
Buffer<T> begin_stages(const Run<T>& run, const Network& deep, std::uint64_t seed) {
    std::vector<Network> all;
    for (std::size_t t = 1; t <= stages(deep); ++t) all.push_back(stage(deep, t));
    return run.begin(all, [&] { return initial_stack<T>(deep, seed); });
}

template <class T>
bool train_stages(Run<T>& run, const Network& deep, const TrainingOptions& options,
                  View<const T> x, std::span<T> theta) {
    return train_greedy<T>(deep, x, theta,
                           [&](std::size_t t, const Network& network, View<const T> codes,
                               std::span<T> own) {
                               TrainingOptions its = options;
                               its.seed = stage_seed(options.seed, t);
                               return run.train("stage" + std::to_string(t), network, {codes, {}},
                                                its, own);
                           });
}

template void require_room_for<float>(const std::string&, const Network&, std::size_t,
                                      const TrainingOptions&);
template void require_room_for<double>(const std::string&, const Network&, std::size_t,
                                       const TrainingOptions&);
template void require_room_for_stages<float>(const TrainSettings&, const Network&, std::size_t);
template void require_room_for_stages<double>(const TrainSettings&, const Network&, std::size_t);
template Buffer<float> begin_stages(const Run<float>&, const Network&, std::uint64_t);
template Buffer<double> begin_stages(const Run<double>&, const Network&, std::uint64_t);
template bool train_stages(Run<float>&, const Network&, const TrainingOptions&, View<const float>,
                           std::span<float>);
template bool train_stages(Run<double>&, const Network&, const TrainingOptions&, View<const double>,
                           std::span<double>);

}  // namespace autoencoder::cli
