#include "lecture/number.hpp"

#include <algorithm>
#include <cstdio>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/text.hpp"

namespace autoencoder::lecture {
namespace {

using Shared = std::shared_ptr<const Text>;

constexpr std::size_t longest_sum = 16, front_terms = 6;

/// What a text is made of; a constant of a formula, 1 or ½, is its own text.
Text text_of(const Number& number) {
    if (number.text) return *number.text;
    const std::string digits = (number.value < 0 ? "−" : "") + shortest(std::fabs(number.value));
    return {.as = {digits, digits}};
}

bool constant(const Number& number, double value) { return !number.text && number.value == value; }

/// In parentheses where it would be read wrongly: what binds less, and a sign behind another sign.
std::string operand(const Text& text, std::size_t v, Text::Binds least, bool sign_may_lead) {
    const bool sign = text.as[v].starts_with("−");
    if (text.binds >= least && (!sign || sign_may_lead)) return text.as[v];
    return "(" + text.as[v] + ")";
}

/// The names that stand for something, once each.
void gather(std::vector<Shared>& names, const Shared& text) {
    if (!text) return;
    const auto add = [&](const Shared& name) {
        const auto same = [&](const Shared& other) { return other->as[0] == name->as[0]; };
        if (std::none_of(names.begin(), names.end(), same)) names.push_back(name);
    };
    for (const Shared& name : text->where) add(name);
    if (text->made) add(text);
}

Number function(double value, const Number& x, const char* before, const char* behind) {
    if (!x.text) return value;
    Text text;
    for (std::size_t v = 0; v < 2; ++v) text.as[v] = before + x.text->as[v] + behind;
    gather(text.where, x.text);
    return {value, std::make_shared<const Text>(std::move(text))};
}

}  // namespace

std::string written(double value, const Digits& digits) {
    int decimals = digits.significant - 1;
    if (value != 0 && std::isfinite(value))
        decimals -= int(std::floor(std::log10(std::fabs(value))));
    char buffer[64];
    const bool tiny = digits.decimals > 99 && (decimals > 9 || decimals < -2);
    if (tiny)
        std::snprintf(buffer, sizeof buffer, "%.*g", digits.significant, value);
    else
        std::snprintf(buffer, sizeof buffer, "%.*f", std::clamp(decimals, 0, digits.decimals),
                      value);
    std::string text = buffer;
    if (text.find('.') != std::string::npos && !tiny) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    if (text == "-0" || text == "-nan") text.erase(0, 1);
    return text[0] == '-' ? "−" + text.substr(1) : text;
}

Shared Number::joined(const Number& a, char sign, const Number& b) {
    const bool sum = sign == '+' || sign == '-';
    if (sum && constant(b, 0)) return a.text;
    if (sum && constant(a, 0)) return sign == '+' ? b.text : negative(b);
    if (sign == '*' && (constant(a, 0) || constant(b, 0))) return nullptr;  // outside of an image
    if (sign == '*' && constant(a, 1)) return b.text;
    if (!sum && constant(b, 1)) return a.text;

    const Text left = text_of(a), right = text_of(b);
    Text text;
    text.binds = sum ? Text::sum : Text::product;
    text.terms = !sum ? 1 : left.binds == Text::sum ? left.terms + 1 : 2;
    const char* between = sign == '+' ? " + " : sign == '-' ? " − " : sign == '*' ? "·" : "/";
    const Text::Binds of_left = sum ? Text::sum : Text::product;
    const Text::Binds of_right = sign == '+' ? Text::sum : sign == '/' ? Text::atom : Text::product;
    const bool sign_leads = sum || left.binds != Text::atom, shortened = text.terms > longest_sum;
    if (text.terms > front_terms) text.front = left.front ? left.front : a.text;
    for (std::size_t v = 0; v < 2; ++v)
        text.as[v] =
            (shortened ? text.front->as[v] + " + …" : operand(left, v, of_left, sign_leads)) +
            between + operand(right, v, of_right, false);
    gather(text.where, shortened ? text.front : a.text);
    gather(text.where, b.text);
    return std::make_shared<const Text>(std::move(text));
}

Shared Number::negative(const Number& a) {
    Text text;
    text.binds = Text::product;
    for (std::size_t v = 0; v < 2; ++v)
        text.as[v] = "−" + operand(*a.text, v, Text::product, false);
    gather(text.where, a.text);
    return std::make_shared<const Text>(std::move(text));
}

Number exponential(const Number& x) {
    return function(autoencoder::exponential(x.value), x, "e^(", ")");
}
Number logarithm(const Number& x) {
    return function(autoencoder::logarithm(x.value), x, "log(", ")");
}
Number root(const Number& x) { return function(std::sqrt(x.value), x, "√(", ")"); }
Number magnitude(const Number& x) { return function(std::fabs(x.value), x, "|", "|"); }

Number fma(const Number& a, const Number& b, const Number& c) {
    return {std::fma(a.value, b.value, c.value), (c + a * b).text};
}

Number named(std::string letters, double value, const Digits& digits) {
    Text text;
    text.as = {std::move(letters), written(value, digits)};
    return {value, std::make_shared<const Text>(std::move(text))};
}

Number named(std::string letters, const Number& made, const Digits& digits) {
    if (!made.text) return made;
    Text text;
    text.as = {std::move(letters), written(made.value, digits)};
    text.made = made.text;
    text.value = made.value;
    return {made.value, std::make_shared<const Text>(std::move(text))};
}

}  // namespace autoencoder::lecture
