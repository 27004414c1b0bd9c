// What an option's value may be: each function ties a variable to a text, both ways. So a default
// stands in one place, the variable, and the help, the parser and a checkpoint all use it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/corruption.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/optimize.hpp"
#include "cli/text.hpp"

namespace autoencoder::cli {

/// A variable as an option sees it.
struct Value {
    std::string placeholder;                       // "N"; empty: a switch, which takes no value
    std::function<void(const std::string&)> take;  // sets it; std::invalid_argument "expected …"
    std::function<std::string()> show;             // what `take` would make the same value of
    std::vector<std::string> names = {};           // of all values, where they are names
};

/// Which real numbers are allowed, and how a complaint says it.
struct Range {
    std::string words;
    std::function<bool(double)> holds;
};
Range at_least_zero();
Range above_zero();
Range between_zero_and_one();  // both excluded
Range from_zero_below_one();

Value text(std::string& variable, std::string placeholder);
Value real(double& variable, std::string placeholder, Range range);
/// Without a value it is shown as "".
Value real(std::optional<double>& variable, std::string placeholder, Range range);
/// "0.004,0.002".
Value reals(std::vector<double>& variable, std::string placeholder, Range range);
/// An integer from `least` up; `zero`: what 0 is called in the help.
Value count(std::size_t& variable, std::size_t least = 1, std::string zero = "");
/// 0 … 2⁶³ − 1: what a file can hold.
Value seed(std::uint64_t& variable);
/// "500,250,30"; may be empty where it begins empty.
Value counts(std::vector<std::size_t>& variable);
/// "28x28", "28x28x3": the sides of an image and its maps, in the order that its numbers have.
Value sides(std::vector<std::size_t>& variable);
/// A switch; a kept one is shown as "yes" where it is set, so that a checkpoint can keep it.
Value flag(bool& variable);
Value kept_flag(bool& variable);

/// "masking:0.3", "salt-pepper:0.2", "gaussian:0.5" or "none".
Value noise(Corruption& variable);
/// "constant", "step:EVERY:FACTOR" or "cosine".
Value schedule(Schedule& variable);

[[noreturn]] void unexpected(const std::string& expected, const std::string& found);

/// One of several values by its name; `name_of` gives the name of each.
template <class T, class NameOf>
Value choice(T& variable, std::vector<T> values, NameOf name_of) {
    std::vector<std::string> names;
    for (const T value : values) names.emplace_back(name_of(value));
    const auto take = [&variable, values = std::move(values), names](const std::string& text) {
        const auto found = std::ranges::find(names, text);
        if (found == names.end()) unexpected(listed(names), text);
        variable = values[std::size_t(found - names.begin())];
    };
    return {"NAME", take, [&variable, name_of] { return std::string(name_of(variable)); }, names};
}
/// One of two names: "single|double" sets false or true.
Value either(bool& variable, const std::string& no, const std::string& yes);

}  // namespace autoencoder::cli
