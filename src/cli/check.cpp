// `check`: the proofs, a row an equation. Each row has its twin, the same check with a deliberate
// mistake; both must come out as they should.
#include <iostream>

#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/tags.hpp"
#include "worked/sources.hpp"

namespace autoencoder::cli {
namespace {

/// `harmless`: the twin computes the same numbers.
std::vector<std::string> row(const Check& check, const CheckResult& result, bool harmless) {
    return {"[" + std::string(check.tag) + "]",
            fitted(lecture::formula(check.tag).text, 60),
            grouped(result.parameters),
            scientific(result.error),
            result.passed ? "holds" : "FAILS",
            (result.twin_caught ? "caught: "
             : harmless         ? "no mistake here: "
                                : "NOT CAUGHT: ") +
                std::string(check.mistake)};
}

std::string json(const Check& check, const CheckResult& result) {
    return Json()
        .add("tag", check.tag)
        .add("formula", lecture::formula(check.tag).text)
        .add("parameters", result.parameters)
        .add("error", result.error)
        .add("passed", result.passed)
        .add("mistake", check.mistake)
        .add("mistake_error", result.twin_error)
        .add("mistake_caught", result.twin_caught)
        .line();
}

/// Their results; with an activation nothing where a check has none to choose, unless it was asked for.
std::vector<std::optional<CheckResult>> results_of(const std::vector<const Check*>& checks,
                                                   std::optional<Activation> f, bool asked_for) {
    std::vector<std::optional<CheckResult>> results;
    for (const Check* check : f ? checks : std::vector<const Check*>()) {
        try {
            results.push_back(run(*check, *f));
        } catch (const std::invalid_argument&) {
            if (asked_for) throw;
            results.emplace_back();
        }
        if (asked_for && !results.back())
            throw std::invalid_argument("--activation: the networks of [" +
                                        std::string(check->tag) +
                                        "] have activations of their own");
    }
    if (!f)
        for (const CheckResult& result : run(checks)) results.emplace_back(result);
    return results;
}

}  // namespace

std::vector<std::string> take_tags(const Command& command, Arguments& arguments) {
    std::vector<std::string> tags;
    Arguments rest;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool option = arguments[i].starts_with("-");
        (option ? rest : tags).push_back(arguments[i]);
        const Option* known = find_option(command.groups, arguments[i]);
        const bool takes_value = known && !known->value.placeholder.empty();
        if (takes_value && i + 1 < arguments.size()) rest.push_back(arguments[++i]);
    }
    arguments = rest;
    return tags;
}

const Check& find_check(std::string tag) {
    if (tag.size() > 2 && tag.front() == '[' && tag.back() == ']')
        tag = tag.substr(1, tag.size() - 2);
    std::vector<std::string> known;
    for (const Check& check : all_checks()) {
        if (check.tag == tag) return check;
        known.emplace_back(check.tag);
    }
    throw std::invalid_argument("there is no check [" + tag + "]" + nearest_words(tag, known));
}

int check(Arguments arguments) {
    bool as_json = false;
    std::optional<Activation> f;
    Command command{
        "check",
        "gradient checks, a row an equation",
        {},
        {{"networks",
          {{"--activation", activation_value(f), activation_names(), "encode",
            "those of each check"}}},
         {"what is printed",
          {{"--json", flag(as_json), "a JSON object a row, for other programs"}}},
         machine_options()},
        "Without a tag all equations are checked: make equations lists the tags.\n"
        "On at least three small networks each: the gradient against central differences in "
        "double\n"
        "on every parameter, every term against the lecture's formula in plain loops, and a twin\n"
        "with a deliberate mistake, which must be caught. Exit status 1 if anything else "
        "happens. With --activation the autoencoders have this f at every layer that is not\n"
        "linear, and only what they prove is checked.\n"};
    const std::vector<std::string> tags = take_tags(command, arguments);
    if (parse(command, arguments).help) {
        command.words = {"[TAG…]"};
        return print_help(command);
    }
    if (f == Activation::linear)
        throw std::invalid_argument(
            "--activation: linear, with f' = 1, leaves no mistake to catch");
    std::vector<const Check*> chosen;
    for (const std::string& tag : tags) chosen.push_back(&find_check(tag));
    if (tags.empty())
        for (const Check& each : all_checks()) chosen.push_back(&each);

    std::vector<std::vector<std::string>> rows = {
        {"equation", "", "parameters", "error", "", "its twin, with a mistake"}};
    std::size_t parameters = 0, passed = 0, caught = 0, checked = 0, harmless_ones = 0;
    const auto results = results_of(chosen, f, !tags.empty());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        if (!results[i]) continue;
        const Check& each = *chosen[i];
        const CheckResult& result = *results[i];
        ++checked;
        parameters += result.parameters;
        passed += result.passed ? 1 : 0;
        const bool harmless =
            f && result.twin_error <= result.error;  // as f' at h for relu, which is f' at s
        harmless_ones += harmless ? 1 : 0;
        caught += result.twin_caught ? 1 : 0;
        if (as_json)
            std::cout << json(each, result) << "\n";
        else
            rows.push_back(row(each, result, harmless));
    }
    const std::string all = std::to_string(checked);
    if (!as_json) {
        std::cout << aligned(rows) << "\n"
                  << passed << " of " << all << " equations hold, on " << grouped(parameters)
                  << " parameters; " << caught << " of " << all
                  << " deliberate mistakes are caught\n";
    }
    return passed == checked && caught + harmless_ones == checked ? 0 : 1;
}

}  // namespace autoencoder::cli
