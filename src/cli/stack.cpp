#include "cli/stack.hpp"

#include <algorithm>

#include "cli/checkpoint.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {

std::vector<Group> stack_options(StackSettings& settings) {
    TrainSettings& s = settings.stage;
    std::vector<Group> groups = deciding_options(s);
    const auto each = [&](const std::string& name, std::vector<double>& list, double& first, Range range) {
        if (list.empty()) list = {first};
        for (Group& group : groups) {
            for (Option& option : group.options) {
                if (option.name != name) continue;
                option.value = reals(list, option.value.placeholder, std::move(range));
                option.value.take = [take = option.value.take, &list, &first](const std::string& text) {
                    take(text);
                    first = list.front();
                };
                return;
            }
        }
    };
    each("--weight-penalty", settings.weight_penalty, s.weight_penalty, at_least_zero());
    each("--sparsity-target", settings.sparsity_target, s.sparsity_target, between_zero_and_one());
    each("--sparsity-weight", settings.sparsity_weight, s.sparsity_weight, at_least_zero());
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
    const std::pair<const char*, const std::vector<double>&> lists[] = {
        {"--weight-penalty", settings.weight_penalty},
        {"--sparsity-target", settings.sparsity_target},
        {"--sparsity-weight", settings.sparsity_weight}};
    for (const auto& [name, list] : lists) {
        if (list.size() != 1 && list.size() != S)
            throw std::invalid_argument(std::string(name) + ": expected one number, or one for each of " +
                                        std::to_string(S) + " stages, found " + std::to_string(list.size()));
    }
    for (std::size_t t = 1; t <= S; ++t) with_objective(stage(deep, t), stage_settings(settings, t));
    return deep;
}

TrainSettings stage_settings(const StackSettings& settings, std::size_t t) {
    TrainSettings own = settings.stage;
    const auto of_stage = [t](const std::vector<double>& list) { return list[std::min(t, list.size()) - 1]; };
    own.weight_penalty = of_stage(settings.weight_penalty);
    own.sparsity_target = of_stage(settings.sparsity_target);
    own.sparsity_weight = of_stage(settings.sparsity_weight);
    own.training.seed = stage_seed(own.training.seed, t);
    return own;
}

template <class T>
void require_room_for_stages(const TrainSettings& s, const Network& deep, const Sets& sets) {
    for (const std::size_t theta : {std::size_t{0}, layout(deep).size}) {  // first the stage that is too large alone
        for (std::size_t t = 1; t <= stages(deep); ++t) {
            const Network network = stage(deep, t);
            const std::size_t codes = t == 1 ? 0 : times(sets.train.x.rows, network.inputs);
            require_room_for<T>("train " + s.kind + ": stage " + std::to_string(t), network, sets,
                                s.training, times(plus(theta, codes), sizeof(T)));
        }
    }
}

template <class T>
Buffer<T> begin_stages(const Run<T>& run, const Network& deep, std::uint64_t seed) {
    std::vector<Network> all;
    for (std::size_t t = 1; t <= stages(deep); ++t) all.push_back(stage(deep, t));
    return run.begin(all, [&] { return initial_stack<T>(deep, seed); });
}

template <class T>
bool train_stages(Run<T>& run, const Network& deep, const StackSettings& settings,
                  View<const T> x, std::span<T> theta) try {
    return train_greedy<T>(deep, x, theta,
                           [&](std::size_t t, const Network& network, View<const T> codes,
                               std::span<T> own) {
                               const TrainSettings its = stage_settings(settings, t);
                               return run.train("stage" + std::to_string(t), with_objective(network, its),
                                                {codes, {}}, its.training, own);
                           },
                           require_waited_for);
} catch (const NotWaitedFor&) {
    return false;
}

template void require_room_for_stages<float>(const TrainSettings&, const Network&, const Sets&);
template void require_room_for_stages<double>(const TrainSettings&, const Network&, const Sets&);
template Buffer<float> begin_stages(const Run<float>&, const Network&, std::uint64_t);
template Buffer<double> begin_stages(const Run<double>&, const Network&, std::uint64_t);
template bool train_stages(Run<float>&, const Network&, const StackSettings&, View<const float>,
                           std::span<float>);
template bool train_stages(Run<double>&, const Network&, const StackSettings&, View<const double>,
                           std::span<double>);

}  // namespace autoencoder::cli
