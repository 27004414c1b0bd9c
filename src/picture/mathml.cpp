#include "picture/mathml.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace autoencoder {
namespace {

std::string tagged(const char* tag, const std::string& text) {
    return "<" + std::string(tag) + ">" + text + "</" + tag + ">";
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// Raised and lowered characters, and what they are on the line.
constexpr std::pair<std::string_view, std::string_view> raised[] = {
    {"⁻", "−"}, {"ᵀ", "T"}, {"⁽", "("}, {"⁾", ")"}, {"⁰", "0"}, {"¹", "1"}, {"²", "2"},
    {"³", "3"}, {"⁴", "4"}, {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"}, {"⁹", "9"}};
constexpr std::pair<std::string_view, std::string_view> lowered[] = {{"₁", "1"}, {"₂", "2"}};

struct Marked {
    std::string_view written, letter, mark;
};
constexpr Marked marked[] = {{"ρ̄", "ρ", "¯"}, {"ŷ", "y", "^"}, {"x̂", "x", "^"}, {"x̄", "x", "¯"},
                             {"x̃", "x", "~"}, {"h̃", "h", "~"}};

class Setter {
public:
    Setter(std::string_view text, bool flat) : rest_(text), flat_(flat) {}

    /// Everything: words as they are, formulas as <math>.
    std::string line() {
        std::string html;
        std::vector<Item> items;
        const auto end = [&] {
            if (!items.empty()) html += tagged("math", tagged("mrow", text_of(items)));
            items.clear();
            first_ = true;
        };
        while (!rest_.empty()) {
            const bool apart = take(" "), gap = apart && take(" ");
            while (take(" ")) {}
            after_blank_ |= apart;
            const std::string words = words_ahead();
            const bool breaks = apart && begins({"= ", "+ ", "− ", "< ", "> ", "← ", "~ "});
            if (apart && !items.empty() && !items.back().closing.empty()) end();  // a product of long factors
            const bool said = !words.empty() || begins({",", ";", ":", ".", "?", "&", "`"}) || (open_ == 0 && closes());
            if (said || gap || breaks) end();
            if (apart && !breaks && items.empty() && (said || gap || !html.ends_with("</math>"))) html += gap ? "\u2003" : " ";
            if (!words.empty()) html += words;
            else if (take("`")) html += tagged("code", escaped(up_to_quote()));
            else if (said) html += (apart ? "" : "\u2060") + escaped(character());  // no line begins with it
            else if (breaks) items.push_back(whole("<mo form=\"infix\">" + escaped(character()) + "</mo>")), first_ = true;
            else if (stays_flat()) items.push_back(item(true));
            else if (!rest_.empty()) next(items);
        }
        end();
        return html;
    }

private:
    struct Item {
        std::string all, inner;     // inner: without the parentheses that a fraction can do without
        std::string closing = {};   // the last of `all`, where that is a parenthesis: scripts are its
    };
    static std::string text_of(const std::vector<Item>& items) {
        std::string text;
        for (const Item& each : items) text += each.all;
        return text;
    }

    std::string row() {
        std::vector<Item> items;
        first_ = true;
        while (!rest_.empty() && !closes()) {
            if (take(" ")) after_blank_ = true;
            else next(items);
        }
        return text_of(items);
    }
    /// The next item, behind these, or below the last of them.
    void next(std::vector<Item>& items) {
        if (!take("/")) return items.push_back(item());
        if (items.empty()) items.push_back({"", ""});
        first_ = true;
        while (take(" ")) {}
        std::string below = item().inner;
        const bool begun = below.find("Σ") != std::string::npos || below.ends_with("<mi>log</mi></mrow>");
        if (begun && take(" ")) below += item().inner;
        if (below.find("∂") != std::string::npos && rest_.starts_with("(")) below += item().all;
        items.back() = whole("<mfrac>" + tagged("mrow", items.back().inner) + tagged("mrow", below) + "</mfrac>");
    }

    /// Whether a sign ahead stands for itself: of a flat formula, and a parenthesis around no fraction, so that a
    /// line may break within it.
    bool stays_flat() const {
        if (flat_ || begins({")", "]"})) return begins({"(", ")", "[", "]", "/", "√("});
        if (!begins({"(", "["})) return false;
        int open = 0;
        std::size_t end = 0;
        do open += rest_[end] == '(' || rest_[end] == '[' ? 1 : rest_[end] == ')' || rest_[end] == ']' ? -1 : 0;
        while (open > 0 && ++end < rest_.size());
        const std::string_view inside = rest_.substr(0, end), behind = rest_.substr(std::min(end + 1, rest_.size()));
        return inside.find('/') == inside.npos && inside.find("½") == inside.npos && !behind.starts_with('/') &&
               !behind.starts_with(" / ");
    }
    bool begins(std::initializer_list<std::string_view> texts) const {
        return std::ranges::any_of(texts, [&](std::string_view text) { return rest_.starts_with(text); });
    }
    std::string up_to_quote() {
        const std::size_t size = std::min(rest_.find('`'), rest_.size());
        const std::string text(rest_.substr(0, size));
        rest_.remove_prefix(std::min(size + 1, rest_.size()));
        return text;
    }
    /// Takes a word, perhaps with a parenthesis before it, that is no name in a formula; or nothing.
    std::string words_ahead() {
        const std::size_t open = rest_.starts_with('(') ? 1 : 0;
        const auto at = [&](std::size_t i) { return i < rest_.size() ? rest_[i] : ' '; };
        std::size_t n = open;
        if (begins({"(`"})) return character();
        while (letter(at(n)) || (n > open && (at(n) == '-' || at(n) == '\'' || at(n) == '.') && letter(at(n + 1)))) ++n;
        const std::string_view word = rest_.substr(open, n - open);
        const bool article = (word == "a" || word == "A") && at(n) == ' ' && letter(at(n + 1)) && letter(at(n + 2));
        const bool name = word == "log" || word == "KL" || begins({"(log", "(KL"}) ||
                          std::string_view("(_^/{").find(at(n)) != std::string_view::npos || rest_.substr(n).starts_with("·");
        if ((word.size() < 2 && !article) || name) return "";
        const std::string text(rest_.substr(0, n));
        rest_.remove_prefix(n);
        return text;
    }
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    bool closes() const {
        if (rest_.empty()) return false;
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
        if (take("{") || take("(")) {
            const std::string inner = row();
            if (!take("}")) take(")");
            return tagged("mrow", inner);
        }
        if (!rest_.starts_with("·") && !letter(rest_[0]) && !digit(rest_[0])) return tagged("mi", character());
        std::string run = rest_.starts_with("·") ? character() : "";
        while (!rest_.empty() && (letter(rest_[0]) || digit(rest_[0]) ||
                                  (rest_[0] == ',' && rest_.size() > 1 && (digit(rest_[1]) || (of_sum && letter(rest_[1]))))))
            run += rest_[0], rest_.remove_prefix(1);
        if (run.size() > 3 && letter(run[1])) return tagged("mtext", run);
        std::string single;  // w_ij has two indices, not one called ij
        for (std::size_t i = 0, size; i < run.size(); i += size) {
            size = letter(run[i]) || run[i] == ',' ? 1 : digit(run[i]) ? std::min(run.find_first_not_of("0123456789", i), run.size()) - i : 2;
            single += tagged(digit(run[i]) ? "mn" : letter(run[i]) ? "mi" : "mo", run.substr(i, size));
        }
        return single;
    }
    Item item(bool flat = false) {
        const bool apart = after_blank_;
        after_blank_ = false;
        Item base = flat ? on_the_line() : unscripted(apart);
        if (take("'")) base = whole(tagged("mrow", base.all + "<mo lspace=\"0.2em\" rspace=\"0\">′</mo>"));
        const bool of_sum = base.all == "<mo>Σ</mo>";
        std::string below, above, high, low;
        for (bool more = true; more;) {
            more = false;
            if (take("_")) below = script(of_sum), more = true;
            if (take("^")) above = script(false), more = true;
            for (const auto& [sign, meant] : raised)
                if (take(sign)) high += meant, more = true;
            for (const auto& [sign, meant] : lowered)
                if (take(sign)) low += meant, more = true;
        }
        if (!high.empty()) above += tagged("mn", high);
        if (!low.empty()) below += tagged("mn", low);
        if (below.empty() && above.empty()) return base.closing.empty() ? base : Item{tagged("mrow", base.all), base.inner, base.closing};
        const char* tag = above.empty() ? "msub" : below.empty() ? "msup" : "msubsup";
        std::string scripts;
        for (const std::string& each : {below, above})
            if (!each.empty()) scripts += tagged("mrow", each);
        if (base.closing.empty()) return whole(tagged(tag, base.all + scripts));
        const std::string opening = base.all.substr(0, base.all.size() - base.closing.size());
        return whole(tagged("mrow", opening + tagged(tag, base.closing + scripts)));
    }
    /// A parenthesis, / or √ that stands for itself.
    Item on_the_line() {
        open_ += begins({"(", "["}) ? 1 : begins({")", "]"}) ? -1 : 0;
        first_ = !begins({")", "]"});
        return whole("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">" + character() + "</mo>");
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
            const std::string closing = sign + close + "</mo>";
            return {sign + open + "</mo>" + inner + closing, inner, closing};
        }
        if (rest_.starts_with("‖") && !in_norm_ && (apart || first_)) {
            take("‖");
            in_norm_ = true;
            const std::string inner = row();
            in_norm_ = false;
            take("‖");
            return whole("<mrow><mo>‖</mo>" + inner + "<mo>‖</mo></mrow>");
        }
        const bool leads = std::exchange(first_, false);
        if (take("√")) return whole(tagged("msqrt", item().inner));
        if (take("∂")) return whole(tagged("mrow", "<mi>∂</mi>" + item().all));
        if (digit(rest_[0])) {
            std::string number;
            while (!rest_.empty() && (digit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && digit(rest_[1]))))
                number += rest_[0], rest_.remove_prefix(1);
            return whole(tagged("mn", number));
        }
        if (letter(rest_[0]) && !(rest_.size() > 1 && rest_[1] == char(0xcc))) {
            const std::string run(rest_.begin(), std::find_if_not(rest_.begin(), rest_.end(), letter));
            rest_.remove_prefix(run.size());
            return whole(run.size() > 1 && run != "log" && run != "KL" ? "<mtext>\u2009" + run + "\u2009</mtext>" : tagged("mi", run));
        }
        const std::string sign = character();
        for (const auto& [letter_, below, mark] : marked)
            if (sign == letter_) return whole("<mover><mi>" + std::string(below) + "</mi><mo>" + std::string(mark) + "</mo></mover>");
        const bool greek = sign[0] == char(0xce) || sign[0] == char(0xcf) || sign[0] == char(0xc5);
        if (sign == "½") return whole("<mfrac><mn>1</mn><mn>2</mn></mfrac>");
        if (greek && sign != "Σ") return whole(tagged("mi", sign));
        first_ = true;  // what follows an operator may open
        if (sign == "−" && leads) return whole("<mo form=\"prefix\">−</mo>");
        return whole(tagged(sign == "|" ? "mi" : "mo", escaped(sign)));
    }
    static Item whole(const std::string& text) { return {text, text}; }

    std::string_view rest_;
    const bool flat_;
    int open_ = 0;  // parentheses of a flat formula
    bool in_norm_ = false, after_blank_ = true, first_ = true;
};

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

std::string typeset(std::string_view line, bool flat) { return Setter(line, flat).line(); }

}  // namespace autoencoder
