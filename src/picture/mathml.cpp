#include "picture/mathml.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/utf8.hpp"

namespace autoencoder {
namespace {

std::string tagged(const char* tag, const std::string& text) {
    return "<" + std::string(tag) + ">" + text + "</" + tag + ">";
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Raised and lowered characters, and what they are on the line.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> raised = {
    {{"⁻²", "−2"}, {"⁻¹", "−1"}, {"²", "2"}, {"ᵀ", "T"}, {"¹", "1"}, {"³", "3"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> lowered = {{{"₁", "1"}, {"₂", "2"}}};

struct Marked {
    std::string_view written, letter, mark;
};
constexpr Marked marked[] = {{"ρ̄", "ρ", "¯"}, {"ŷ", "y", "^"}, {"x̂", "x", "^"}, {"x̄", "x", "¯"},
                             {"x̃", "x", "~"}, {"h̃", "h", "~"}};

class Setter {
public:
    explicit Setter(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    /// A parenthesis that nothing opened.
    std::string stray() { return done() ? "" : "<mo>" + character() + "</mo>"; }

    std::string row() {
        std::vector<Item> items;
        while (!rest_.empty() && !closes()) {
            if (take(" / ") || take("/")) {
                if (items.empty()) items.push_back({"", ""});
                const std::string above = items.back().inner;
                first_ = true;
                while (take(" ")) {}
                std::string below = item().inner;
                const bool begun = below.find("Σ") != std::string::npos || below.ends_with("<mi>log</mi></mrow>");
                if (begun && take(" ")) below += item().inner;
                if (below.find("∂") != std::string::npos && rest_.starts_with("(")) below += item().all;
                items.back().all = "<mfrac><mrow>" + above + "</mrow><mrow>" + below + "</mrow></mfrac>";
                items.back().inner = items.back().all;
            } else if (take(" ")) {
                after_blank_ = true;
            } else {
                items.push_back(item());
            }
        }
        std::string text;
        for (const Item& each : items) text += each.all;
        return text;
    }

private:
    struct Item {
        std::string all, inner;  // inner: without the parentheses that a fraction can do without
    };

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    bool closes() const {
        return rest_[0] == ')' || rest_[0] == ']' || rest_[0] == '}' ||
               (in_norm_ && rest_.starts_with("‖"));
    }
    /// The next character, with the marks above it.
    std::string character() {
        std::size_t size = 1;
        const auto continues = [&](std::size_t i) { return i < rest_.size() && (rest_[i] & 0xc0) == 0x80; };
        while (continues(size)) ++size;
        while (size + 1 < rest_.size() && (rest_[size] == char(0xcc) || rest_[size] == char(0xcd))) size += 2;
        const std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return text;
    }
    std::string script(bool of_sum) {
        if (take("{")) {
            const std::string inner = row();
            take("}");
            return tagged("mrow", inner);
        }
        if (!rest_.starts_with("·") && !letter(rest_[0]) && !digit(rest_[0])) return tagged("mi", character());
        std::string run = rest_.starts_with("·") ? character() : "";
        while (!rest_.empty() && (letter(rest_[0]) || digit(rest_[0]) ||
                                  (of_sum && rest_[0] == ',' && rest_.size() > 1 && letter(rest_[1]))))
            run += rest_[0], rest_.remove_prefix(1);
        if (run.size() > 3 && letter(run[1])) return tagged("mtext", run);
        std::string single;  // w_ij has two indices, not one called ij
        for (std::size_t i = 0, size; i < run.size(); i += size) {
            size = letter(run[i]) || digit(run[i]) || run[i] == ',' ? 1 : 2;
            single += tagged(digit(run[i]) ? "mn" : letter(run[i]) ? "mi" : "mo", run.substr(i, size));
        }
        return single;
    }
    Item item() {
        const bool apart = after_blank_;
        after_blank_ = false;
        Item base = unscripted(apart);
        if (take("'")) base = whole(tagged("mrow", base.all + "<mo lspace=\"0\" rspace=\"0\">′</mo>"));
        const bool of_sum = base.all == "<mo>Σ</mo>";
        std::string below, above;
        for (bool more = true; more;) {
            more = false;
            if (take("_")) below = script(of_sum), more = true;
            if (take("^")) above = script(false), more = true;
            for (const auto& [sign, meant] : raised)
                if (take(sign)) above += tagged("mn", std::string(meant)), more = true;
            for (const auto& [sign, meant] : lowered)
                if (take(sign)) below += tagged("mn", std::string(meant)), more = true;
        }
        if (below.empty() && above.empty()) return base;
        const char* tag = above.empty() ? "msub" : below.empty() ? "msup" : "msubsup";
        std::string text = base.all;
        for (const std::string& each : {below, above})
            if (!each.empty()) text += tagged("mrow", each);
        return {tagged(tag, text), tagged(tag, text)};
    }
    Item unscripted(bool apart) {
        for (const auto& [open, close] : {std::pair{"(", ")"}, {"[", "]"}}) {
            if (!take(open)) continue;
            const bool before = std::exchange(in_norm_, false);
            const std::string inner = row();
            take(close);
            in_norm_ = before;
            const bool fraction = inner.starts_with("<mfrac>") && inner.rfind("<mfrac>") == 0 &&
                                  inner.ends_with("</mfrac>");
            if (fraction) return {inner, inner};
            const std::string sign = inner.find("<mfrac>") == std::string::npos ? "<mo stretchy=\"false\">" : "<mo>";
            return {tagged("mrow", sign + open + "</mo>" + inner + sign + close + "</mo>"), inner};
        }
        if (rest_.starts_with("‖") && !in_norm_ && (apart || first_)) {
            take("‖");
            in_norm_ = true;
            const std::string inner = row();
            in_norm_ = false;
            take("‖");
            return whole("<mrow><mo>‖</mo>" + inner + "<mo>‖</mo></mrow>");
        }
        first_ = false;
        if (take("√")) return whole(tagged("msqrt", item().inner));
        if (take("∂")) return whole(tagged("mrow", "<mi>∂</mi>" + item().all));
        if (digit(rest_[0])) {
            std::string number;
            while (!rest_.empty() && (digit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && digit(rest_[1]))))
                number += rest_[0], rest_.remove_prefix(1);
            return whole(tagged("mn", number));
        }
        if (letter(rest_[0]) && !(rest_.size() > 1 && rest_[1] == char(0xcc))) {
            const auto end = std::find_if_not(rest_.begin(), rest_.end(), letter);
            const std::string run(rest_.begin(), end);
            const bool article = run == "a" && rest_.size() > 3 && rest_[1] == ' ' && letter(rest_[2]) && letter(rest_[3]);
            if (run == "log" || run == "KL") rest_.remove_prefix(run.size());
            else if (run.size() > 1 || article) return word(run);
            else return whole(tagged("mi", character()));
            return whole(tagged("mi", run));
        }
        const std::string sign = character();
        for (const auto& [letter_, below, mark] : marked)
            if (sign == letter_) return whole("<mover><mi>" + std::string(below) + "</mi><mo>" + std::string(mark) + "</mo></mover>");
        const bool greek = sign[0] == char(0xce) || sign[0] == char(0xcf) || sign[0] == char(0xc5);
        if (sign == "½") return whole("<mfrac><mn>1</mn><mn>2</mn></mfrac>");
        if (greek && sign != "Σ") return whole(tagged("mi", sign));
        first_ = true;  // what follows an operator may open
        return whole(tagged("mo", escaped(sign)));
    }
    Item word(const std::string& run) {
        rest_.remove_prefix(run.size());
        if (take("'s")) return whole(tagged("mtext", "\u2009" + run + "'s\u2009"));
        return whole("<mtext>\u2009" + run + "\u2009</mtext>");
    }
    static Item whole(const std::string& text) { return {text, text}; }

    std::string_view rest_;
    bool in_norm_ = false, after_blank_ = true, first_ = true;
};

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    each_character(text, [&](std::string_view bytes, std::optional<char32_t>) {
        switch (bytes[0]) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\n':
                result += '\n';
                break;
            default:
                result += harmless(bytes);
        }
    });
    return result;
}

std::string mathml(std::string_view formula) {
    std::string result;
    while (!formula.empty()) {
        const std::size_t gap = std::min(formula.find("  "), formula.size());
        std::string_view part = formula.substr(0, gap);
        formula.remove_prefix(gap);
        while (formula.starts_with(' ')) formula.remove_prefix(1);
        std::string row;
        for (Setter setter(part); !setter.done(); row += setter.stray()) row += setter.row();
        result += (result.empty() ? "" : " ") + tagged("math", tagged("mrow", row));
    }
    return result;
}

}  // namespace autoencoder
