#include "picture/mathml.hpp"

#include <algorithm>
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

using Pair = std::pair<std::string_view, std::string_view>;

/// Raised and lowered characters, and what they are on the line; marks above a letter, and what they are alone.
constexpr Pair raised[] = {{"⁻", "−"}, {"ᵀ", "T"}, {"⁽", "("}, {"⁾", ")"}, {"⁰", "0"},
                           {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"}, {"⁵", "5"},
                           {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"}, {"⁹", "9"}};
constexpr Pair lowered[] = {{"₁", "1"}, {"₂", "2"}};
constexpr Pair marks[] = {{"\u0304", "¯"}, {"\u0302", "^"}, {"\u0303", "~"}};

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
            while (take(" ")) {
            }
            const std::string words = words_ahead();
            const bool breaks = apart && begins({"= ", "+ ", "− ", "< ", "> ", "← ", "~ "});
            const bool said = !words.empty() || begins({",", ";", ":", ".", "?", "&", "`"}) ||
                              (open_ == 0 && closes());
            if (said || gap || breaks) end();
            if (apart && !breaks && items.empty()) html += gap ? "\u2003" : " ";
            if (!words.empty())
                html += words;
            else if (take("`"))
                html += tagged("code", escaped(up_to_quote()));
            else if (said)
                html += (apart ? "" : "\u2060") + escaped(character());  // no line begins with it
            else if (stays_flat())
                items.push_back(item(true));
            else if (!rest_.empty())
                next(items);
            if (breaks)
                items.back() = whole("<mo form=\"infix\"" +
                                     items.back().all.substr(items.back().all.find('>')));
        }
        end();
        return html;
    }

private:
    struct Item {
        std::string all, inner;  // inner: without the parentheses that a fraction can do without
        std::string closing =
            {};  // the last of `all`, where that is a parenthesis: scripts are its
    };
    static Item whole(const std::string& text) { return {text, text}; }
    static std::string text_of(const std::vector<Item>& items) {
        std::string text;
        for (const Item& each : items) text += each.all;
        return text;
    }

    bool begins(std::initializer_list<std::string_view> texts) const {
        return std::ranges::any_of(texts,
                                   [&](std::string_view text) { return rest_.starts_with(text); });
    }
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    std::string take_first(std::size_t size) {
        const std::string text(rest_.substr(0, size));
        rest_.remove_prefix(text.size());
        return text;
    }
    char at(std::size_t i) const { return i < rest_.size() ? rest_[i] : ' '; }
    bool closes() const { return begins({")", "]", "}"}); }
    /// The next character, with the marks above it.
    std::string character() {
        std::size_t size = 1;
        while ((at(size) & 0xc0) == 0x80) ++size;
        while (at(size) == char(0xcc)) size += 2;
        return take_first(size);
    }
    std::string up_to_quote() {
        const std::string text = take_first(rest_.find('`'));
        take("`");
        return text;
    }
    /// Takes a word, perhaps with a parenthesis before it, that is no name in a formula; or nothing.
    std::string words_ahead() {
        if (begins({"(`"})) return character();
        const std::size_t open = begins({"("}) ? 1 : 0;
        std::size_t n = open;
        while (letter(at(n)) ||
               (n > open && std::string_view("-'.").find(at(n)) != std::string_view::npos &&
                letter(at(n + 1))))
            ++n;
        const std::string_view word = rest_.substr(open, n - open);
        const bool article =
            (word == "a" || word == "A") && at(n) == ' ' && letter(at(n + 1)) && letter(at(n + 2));
        const bool name = word == "log" || word == "KL" || rest_.substr(n).starts_with("·") ||
                          std::string_view("(_^/{").find(at(n)) != std::string_view::npos;
        return (word.size() < 2 && !article) || name ? "" : take_first(n);
    }
    /// Whether a sign ahead stands for itself: of a flat formula, and a parenthesis around no fraction, so that a
    /// line may break within it.
    bool stays_flat() const {
        if (flat_ || begins({")", "]"})) return begins({"(", ")", "[", "]", "/", "√("});
        if (!begins({"(", "["})) return false;
        std::size_t end = 0;
        for (int open = 1; open > 0 && ++end < rest_.size();)
            open += at(end) == '(' || at(end) == '['   ? 1
                    : at(end) == ')' || at(end) == ']' ? -1
                                                       : 0;
        const std::string_view inside = rest_.substr(0, end);
        const bool above = at(end + 1) == '/' || (at(end + 1) == ' ' && at(end + 2) == '/');
        return !above && inside.find('/') == inside.npos && inside.find("½") == inside.npos;
    }

    std::string row() {
        std::vector<Item> items;
        first_ = true;
        while (!rest_.empty() && !closes())
            if (!take(" ")) next(items);
        return text_of(items);
    }
    /// The next item, behind these, or below the last of them.
    void next(std::vector<Item>& items) {
        if (!take("/")) return items.push_back(item());
        if (items.empty()) items.push_back({});
        first_ = true;
        take(" ");
        std::string below = item().inner;
        if (below.find("∂") != std::string::npos && begins({"("})) below += item().all;
        items.back() = whole("<mfrac>" + tagged("mrow", items.back().inner) +
                             tagged("mrow", below) + "</mfrac>");
    }
    std::string script() {
        if (take("{") || take("(")) {
            const std::string inner = row();
            if (!take("}")) take(")");
            return tagged("mrow", inner);
        }
        const auto goes_on = [&](std::size_t i) { return letter(at(i)) || digit(at(i)); };
        std::string run = character(), single;
        while (goes_on(0) || (at(0) == ',' && goes_on(1))) run += take_first(1);
        if (run.size() > 3 && letter(run[0]) && letter(run[1])) return tagged("mtext", run);
        for (std::size_t i = 0, size; i < run.size();
             i += size) {  // w_ij has two indices, not one called ij
            size = digit(run[i]) ? std::min(run.find_first_not_of("0123456789", i), run.size()) - i
                                 : 1;
            while (i + size < run.size() && (run[i + size] & 0xc0) == 0x80) ++size;
            const bool is_letter = letter(run[i]) || (run[i] & 0x80) != 0;  // where a char has no sign too
            single += tagged(digit(run[i]) ? "mn" : is_letter ? "mi" : "mo",
                             run.substr(i, size));
        }
        return single;
    }
    Item item(bool flat = false) {
        const Item base = flat ? on_the_line() : unscripted();
        std::string below, above, high, low;
        for (bool more = true; more;) {
            more = false;
            if (take("_")) below = script(), more = true;
            if (take("^")) above = script(), more = true;
            for (const auto& [sign, meant] : raised)
                if (take(sign)) high += meant, more = true;
            for (const auto& [sign, meant] : lowered)
                if (take(sign)) low += meant, more = true;
        }
        if (!high.empty()) above += tagged("mn", high);
        if (!low.empty()) below += tagged("mn", low);
        const bool group = !base.closing.empty();
        if (below.empty() && above.empty())
            return group ? Item{tagged("mrow", base.all), base.inner} : base;
        const char* tag = above.empty() ? "msub" : below.empty() ? "msup" : "msubsup";
        std::string scripts;
        for (const std::string& each : {below, above})
            if (!each.empty()) scripts += tagged("mrow", each);
        if (!group) return whole(tagged(tag, base.all + scripts));
        const std::string opening = base.all.substr(0, base.all.size() - base.closing.size());
        return whole(tagged("mrow", opening + tagged(tag, base.closing + scripts)));
    }
    /// A parenthesis, / or √ that stands for itself.
    Item on_the_line() {
        open_ += begins({"(", "["}) ? 1 : closes() ? -1 : 0;
        first_ = !closes();
        return whole("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">" + character() + "</mo>");
    }
    Item unscripted() {
        const bool leads = std::exchange(first_, false);
        std::string sign = character();
        if (sign == "(" || sign == "[") {
            const std::string inner = row(), close = sign == "(" ? ")" : "]";
            take(close);
            const bool fraction = inner.starts_with("<mfrac>") && inner.rfind("<mfrac>") == 0 &&
                                  inner.ends_with("</mfrac>");
            if (fraction) return whole(inner);
            const std::string mo =
                inner.find("<mfrac>") == std::string::npos ? "<mo stretchy=\"false\">" : "<mo>";
            return {mo + sign + "</mo>" + inner + mo + close + "</mo>", inner,
                    mo + close + "</mo>"};
        }
        for (const auto& [mark, alone] : marks)
            if (sign.ends_with(mark))
                return whole("<mover><mi>" + sign.substr(0, sign.size() - mark.size()) +
                             "</mi><mo>" + std::string(alone) + "</mo></mover>");
        if (sign == "√") return whole(tagged("msqrt", item().inner));
        if (sign == "∂") {
            const bool log = begins({"log "});
            std::string of = item().all;
            if (log && take(" ")) of += item().all;
            return whole(tagged("mrow", "<mi>∂</mi>" + of));
        }
        if (sign == "½") return whole("<mfrac><mn>1</mn><mn>2</mn></mfrac>");
        if (digit(sign[0])) {
            while (digit(at(0)) || (at(0) == '.' && digit(at(1)))) sign += take_first(1);
            return whole(tagged("mn", sign));
        }
        if (letter(sign[0])) {
            while (letter(at(0)) && at(1) != char(0xcc)) sign += take_first(1);
            const bool name = sign.size() == 1 || sign == "log" || sign == "KL";
            if (sign == "log") sign = "\u2009log" + std::string(at(0) == '(' ? "" : "\u2009");
            const std::string text =
                name ? tagged("mi", sign) : tagged("mtext", "\u2009" + sign + "\u2009");
            return whole(take("'")
                             ? tagged("mrow", text + "<mo lspace=\"0.2em\" rspace=\"0\">′</mo>")
                             : text);
        }
        const bool greek = (sign[0] == char(0xce) || sign[0] == char(0xcf)) && sign != "Σ";
        if (greek || sign == "|" || sign == "‖") return whole(tagged("mi", sign));
        first_ = true;  // what follows an operator may have a sign
        return whole(sign == "−" && leads ? "<mo form=\"prefix\">−</mo>"
                                          : tagged("mo", escaped(sign)));
    }

    std::string_view rest_;
    const bool flat_;
    int open_ = 0;  // parentheses that stand for themselves
    bool first_ = true;
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

std::string typeset(std::string_view line, bool flat) {
    std::string text(line);  // with every mark apart from its letter
    for (std::size_t i; (i = text.find("ŷ")) != std::string::npos;) text.replace(i, 2, "y\u0302");
    return Setter(text, flat).line();
}

}  // namespace autoencoder
