#include "cli/step_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace autoencoder::cli {
namespace {

constexpr std::array<std::string_view, 6> not_chosen = {
    "--loss",          "--sparsity-target", "--sparsity-weight",
    "--sparse-layers", "--mean-activity",   "--seed"};

std::string longer(const std::string& name, const std::string& prefix) {
    return "--" + prefix + "-" + name.substr(2);
}

}  // namespace

Group step_options(TrainSettings& step, const std::string& prefix, std::string title) {
    Group result{std::move(title), {}};
    for (const Group& group : deciding_options(step)) {
        if (group.title != "objective" && group.title != "training") continue;
        for (Option option : group.options) {
            if (std::ranges::find(not_chosen, option.name) != not_chosen.end()) continue;
            option.name = longer(option.name, prefix);
            result.options.push_back(std::move(option));
        }
    }
    return result;
}

void settle_step(TrainSettings& step, const std::string& prefix,
                 const std::set<std::string>& given) {
    std::set<std::string> own;
    const std::string begin = "--" + prefix + "-";
    for (const std::string& name : given) {
        if (name.starts_with(begin)) own.insert("--" + name.substr(begin.size()));
    }
    try {
        settle(step, own);
    } catch (const std::invalid_argument& error) {
        std::string message = error.what();
        for (std::size_t at = 0; (at = message.find("--", at)) != std::string::npos;
             at += begin.size())
            message.replace(at, 2, begin);
        throw std::invalid_argument(message);
    }
}

void refuse_step(const std::string& prefix, const std::set<std::string>& given,
                 const std::string& reason) {
    for (const std::string& name : given) {
        if (name.starts_with("--" + prefix + "-"))
            throw std::invalid_argument(name + ": has no effect " + reason);
    }
}

Network with_objective(Network network, const TrainSettings& settings) {
    set_terms(network, settings);
    validate(network);
    return network;
}

Value kept_flag(bool& variable) {
    return {"", [&variable](const std::string&) { variable = true; },
            [&variable] { return std::string(variable ? "yes" : ""); }};
}

}  // namespace autoencoder::cli
