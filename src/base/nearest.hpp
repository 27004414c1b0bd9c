// The known name that comes nearest to a mistyped one, so that a complaint can suggest it.
//   Edit distance: Levenshtein 1965, a row of the table at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autoencoder {

/// The fewest insertions, removals and replacements of a byte that turn one word into the other.
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j - 1] + 1, row[j] + 1});
        }
    }
    return row.back();
}

/// The known word at the smallest distance, the first of them; "" if there are none.
inline std::string nearest(std::string_view word, std::span<const std::string> known) {
    const auto closer = [&](const std::string& a, const std::string& b) {
        return edit_distance(word, a) < edit_distance(word, b);
    };
    const auto best = std::min_element(known.begin(), known.end(), closer);
    return best == known.end() ? std::string() : *best;
}

/// Whether a known word is near enough to be the one that was meant.
inline bool is_near(std::string_view word, std::string_view known) {
    return 2 * edit_distance(word, known) <= std::max(word.size(), known.size());
}

/// "WHAT, the nearest is 'cost'" where one is near enough to be meant, else "WHAT ('cost', 'h1', …)".
inline std::string near_words(const std::string& what, std::string_view word,
                              std::span<const std::string> known) {
    const std::string best = nearest(word, known);
    if (!best.empty() && is_near(word, best))
        return what + ", the nearest is '" + best + "'";
    std::string some;
    for (std::size_t i = 0; i < std::min<std::size_t>(known.size(), 8); ++i)
        some += (i > 0 ? ", '" : "'") + known[i] + "'";
    return what + " (" + some + (known.size() > 8 ? ", …)" : ")");
}

}  // namespace autoencoder
