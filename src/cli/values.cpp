#include "cli/values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "autoencoder/report.hpp"
#include "base/utf8.hpp"

namespace autoencoder::cli {
namespace {

// The whole text as a number, or nothing.
template <class T>
std::optional<T> parsed(const std::string& text) {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "step:20:0.5": after every 20 epochs the half.
Schedule schedule_of(const std::string& text) {
    if (text == "constant") return {};
    if (text == "cosine") return {.decay = Decay::cosine};
    const std::size_t colon = text.rfind(':');
    if (text.starts_with("step:") && colon > 5 && colon != std::string::npos) {
        const auto every = parsed<std::size_t>(text.substr(5, colon - 5));
        const auto factor = number_of(text.substr(colon + 1));
        if (every && *every > 0 && factor && *factor > 0 && *factor <= 1)
            return {.decay = Decay::steps, .every = *every, .factor = *factor};
    }
    unexpected("constant, cosine or step:EPOCHS:FACTOR with a factor of at most 1", text);
}

std::string name_of(const Schedule& schedule) {
    if (schedule.decay == Decay::constant) return "constant";
    if (schedule.decay == Decay::cosine) return "cosine";
    return "step:" + std::to_string(schedule.every) + ":" + shortest(schedule.factor);
}

double real_of(const std::string& text, const Range& range) {
    const std::optional<double> number = number_of(text);
    if (!number || !std::isfinite(*number) || !range.holds(*number)) unexpected(range.words, text);
    return *number;
}

constexpr std::size_t most_count =
    std::numeric_limits<std::int64_t>::max();  // what a file can hold

std::size_t count_of(const std::string& text, std::size_t least) {
    const std::optional<std::size_t> number = parsed<std::size_t>(text);
    if (!number || *number < least || *number > most_count)
        unexpected("an integer ≥ " + std::to_string(least) + " and < 2^63", text);
    return *number;
}

/// Several values with commas between them; take(one, all) says what each of them is.
template <class T, class Take, class Show>
Value list(std::vector<T>& variable, std::string placeholder, Take take, Show show,
           char between = ',') {
    return {std::move(placeholder),
            [&variable, take, between](const std::string& text) {
                std::vector<T> values;
                for (std::size_t begin = 0; begin <= text.size();) {
                    const std::size_t end = std::min(text.find(between, begin), text.size());
                    values.push_back(take(text.substr(begin, end - begin), text));
                    begin = end + 1;
                }
                variable = std::move(values);
            },
            [&variable, show, between] {
                std::vector<std::string> texts;
                for (const T& value : variable) texts.push_back(show(value));
                return joined(texts, std::string(1, between));
            }};
}

}  // namespace

void unexpected(const std::string& expected, const std::string& found) {
    throw std::invalid_argument("expected " + expected + ", found '" + found + "'");
}

Range at_least_zero() {
    return {"a number ≥ 0", [](double x) { return x >= 0; }};
}
Range above_zero() {
    return {"a number > 0", [](double x) { return x > 0; }};
}
Range between_zero_and_one() {
    return {"a number strictly between 0 and 1", [](double x) { return x > 0 && x < 1; }};
}
Range from_zero_below_one() {
    return {"a number ≥ 0 and < 1", [](double x) { return x >= 0 && x < 1; }};
}

Value text(std::string& variable, std::string placeholder) {
    const std::string expected = placeholder;
    return {std::move(placeholder),
            [&variable, expected](const std::string& text) {
                if (text.empty()) unexpected(expected, text);
                if (!code_points(text)) unexpected(expected + " in UTF-8", text);  // as files hold it
                variable = text;
            },
            [&variable] { return variable; }};
}

Value real(double& variable, std::string placeholder, Range range) {
    return {std::move(placeholder),
            [&variable, range](const std::string& text) { variable = real_of(text, range); },
            [&variable] { return shortest(variable); }};
}

Value real(std::optional<double>& variable, std::string placeholder, Range range) {
    return {std::move(placeholder),
            [&variable, range](const std::string& text) { variable = real_of(text, range); },
            [&variable] { return variable ? shortest(*variable) : std::string(); }};
}

Value count(std::size_t& variable, std::size_t least, std::string zero) {
    return {"N",
            [&variable, least, zero](const std::string& text) {
                variable = !zero.empty() && text == zero ? 0 : count_of(text, least);
            },
            [&variable, zero] {
                return variable == 0 && !zero.empty() ? zero : std::to_string(variable);
            }};
}

Value seed(std::uint64_t& variable) {
    return {"N",
            [&variable](const std::string& text) {
                const std::optional<std::int64_t> number = parsed<std::int64_t>(text);
                if (!number || *number < 0) unexpected("an integer from 0 to 2^63 - 1", text);
                variable = static_cast<std::uint64_t>(*number);
            },
            [&variable] { return std::to_string(variable); }};
}

Value counts(std::vector<std::size_t>& variable) {
    const auto take = [](const std::string& one, const std::string& text) {
        const auto number = parsed<std::size_t>(one);
        if (!number || *number == 0 || *number > most_count)
            unexpected("integers ≥ 1 and < 2^63 with commas between them", text);
        return *number;
    };
    return list(variable, "N,N,…", take, [](std::size_t number) { return std::to_string(number); });
}

Value reals(std::vector<double>& variable, std::string placeholder, Range range) {
    const auto take = [range](const std::string& one, const std::string&) { return real_of(one, range); };
    return list(variable, placeholder + "," + placeholder + ",…", take, shortest);
}

Value sides(std::vector<std::size_t>& variable) {
    const auto take = [](const std::string& one, const std::string& text) {
        const auto number = parsed<std::size_t>(one);
        if (!number || *number == 0 || *number > 1u << 20 || std::ranges::count(text, 'x') > 2 ||
            one == text)
            unexpected("a shape as 28x28, 28x28x3 or 3x28x28", text);
        return *number;
    };
    return list(
        variable, "HxW[xC]", take, [](std::size_t number) { return std::to_string(number); }, 'x');
}

Value noise(Corruption& variable) {
    return {"KIND:LEVEL",
            [&variable](const std::string& text) { variable = corruption_of(text); },
            [&variable] { return name(variable); }};
}

Value schedule(Schedule& variable) {
    return {"NAME", [&variable](const std::string& text) { variable = schedule_of(text); },
            [&variable] { return name_of(variable); }};
}

Value flag(bool& variable) {
    return {"", [&variable](const std::string&) { variable = true; }, [] { return std::string(); }};
}

Value kept_flag(bool& variable) {
    Value value = flag(variable);
    value.show = [&variable] { return std::string(variable ? "yes" : ""); };
    return value;
}

Value either(bool& variable, const std::string& no, const std::string& yes) {
    return {no + "|" + yes,
            [&variable, no, yes](const std::string& text) {
                if (text != no && text != yes) unexpected(no + " or " + yes, text);
                variable = text == yes;
            },
            [&variable, no, yes] { return variable ? yes : no; }, {no, yes}};
}

}  // namespace autoencoder::cli
