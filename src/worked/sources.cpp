#include "worked/sources.hpp"

#include <algorithm>

#include "autoencoder/checks.hpp"
#include "autoencoder/error.hpp"

namespace autoencoder::lecture {
namespace {

const Chapter files[] = {
#include "chapters.inc"
};

/// "     a  b " → "a  b", no more than two blanks in a row.
std::string tidied(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == ' ' && (result.empty() || result.ends_with("  "))) continue;
        result += c;
    }
    while (result.ends_with(' ')) result.pop_back();
    return result;
}

bool has_check(const Chapter& chapter, std::string_view tag) {
    return chapter.text.find("    {\"" + std::string(tag) + "\", \"") != std::string_view::npos;
}

}  // namespace

std::string Chapter::id() const {
    std::string id(path.substr(path.rfind('/') + 1));
    id.resize(id.rfind('.'));
    std::ranges::replace(id, '_', '-');
    return id;
}

std::string Chapter::title() const {
    return std::string(text.substr(3, text.find_first_of(":.", 3) - 3));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t end; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
        end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
    }
    return lines;
}

std::span<const Chapter> chapters() {
    static const std::vector<Chapter> in_order = [] {
        std::vector<Chapter> order;
        for (const Check& check : all_checks()) {
            const auto file = std::ranges::find_if(
                files, [&](const Chapter& one) { return has_check(one, check.tag); });
            require(file != std::end(files), "[" + std::string(check.tag) + "] is in no chapter");
            if (order.empty() || order.back().path != file->path) order.push_back(*file);
            order.back().tags.push_back(check.tag);
        }
        return order;
    }();
    return in_order;
}

Formula formula(std::string_view tag) {
    const std::string mark = "[" + std::string(tag) + "]";
    Formula found;
    for (const Chapter& chapter : chapters())
        if (std::ranges::find(chapter.tags, tag) != chapter.tags.end()) found.chapter = &chapter;
    require(found.chapter != nullptr, [&] { return "there is no equation " + mark; });

    const std::vector<std::string_view> lines = lines_of(found.chapter->text);
    std::string statement;
    bool said = false, pointers = false;
    std::size_t begin = 0;  // of the function that is being read
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = lines[i];
        if (line.starts_with("// Made fast in")) pointers = true;
        if (!line.starts_with(' ') && line.ends_with('{')) begin = i + 1;
        if (line == "}" && found.line >= begin && begin > 0 && found.last == 0 && found.line > 0)
            found.first = begin, found.last = i + 1;
        if (line.ends_with("// " + mark) && found.line == 0) found.line = i + 1;
        if (!line.starts_with("//     ")) {
            if (!said) statement.clear();
            continue;
        }
        const std::string_view text = line.substr(7);
        if (pointers &&
            (std::string(text) + ",").find(" " + std::string(tag) + ",") != std::string::npos) {
            const std::string words = tidied(text);
            const std::size_t gap = words.find("  ");
            found.fast = words.substr(0, words.find("  ", gap + 2));
        }
        if (said || pointers) continue;
        const std::size_t other = text.find('[', text.find("  ["));
        if (text.ends_with(mark)) {
            statement += (statement.empty() ? "" : " ") +
                         std::string(text.substr(0, text.size() - mark.size()));
            said = true;
        } else if (text.ends_with(']') && other != std::string_view::npos) {
            statement.clear();
        } else {
            statement += " " + std::string(text);
        }
    }
    found.text = tidied(statement);
    if (found.text.ends_with(')') && found.text.size() > 5 &&
        found.text.substr(found.text.size() - 5, 2) == "  ")
        found.text = tidied(found.text.substr(0, found.text.size() - 3));  // the deck's number
    return found;
}

}  // namespace autoencoder::lecture
