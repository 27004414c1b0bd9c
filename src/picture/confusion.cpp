// The confusion matrix of a classifier: rows are what the patterns are, columns what they were
// taken for. Hits are blue, confusions orange; at the right the share of hits of each class.
#include <algorithm>
#include <cmath>
#include <string>

#include "autoencoder/text.hpp"
#include "picture/canvas.hpp"

namespace autoencoder {
namespace {

using canvas::Align;
using canvas::Colour;

constexpr Colour hit{28, 78, 140}, confusion{205, 92, 24};
constexpr Colour zero{196, 199, 204};  // the zeros step back behind the counts
constexpr std::size_t cell_height = 52, narrowest_cell = 60;
constexpr std::size_t margin = 28, gap = 14, wide_gap = 26;
constexpr double text_height = canvas::cap_height();

double as_double(std::size_t value) { return static_cast<double>(value); }

/// The colour that lies `share` of the way from the page to `full`.
Colour shade(Colour full, double share) {
    Colour mixed{};
    for (std::size_t c = 0; c < 3; ++c) {
        mixed[c] = static_cast<std::uint8_t>(canvas::page[c] +
                                             share * (full[c] - canvas::page[c]) + 0.5);
    }
    return mixed;
}

/// "97.3%"; "-" of nothing.
std::string percent(std::size_t part, std::size_t whole) {
    if (whole == 0) return "-";
    const std::size_t thousandths = (1000 * part + whole / 2) / whole;
    return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + "%";
}

}  // namespace

Picture confusion_matrix(View<const std::size_t> counts, std::span<const std::string> names) {
    const std::size_t k = counts.rows;
    require(k > 0 && counts.cols == k, [&] {
        return "confusion_matrix: expected square counts, found " + size_text(counts);
    });
    require(names.empty() || names.size() == k, [&] {
        return "confusion_matrix: " + std::to_string(k) + " classes and " +
               std::to_string(names.size()) + " names";
    });
    const auto name = [&](std::size_t i) { return names.empty() ? std::to_string(i) : names[i]; };
    double widest_name = canvas::text_width("true"), widest_count = 0;
    std::size_t total = 0, hits = 0;
    std::vector<std::size_t> row_total(k);
    for (std::size_t i = 0; i < k; ++i) {
        widest_name = std::max(widest_name, canvas::text_width(name(i)));
        for (std::size_t j = 0; j < k; ++j) {
            widest_count = std::max(widest_count, canvas::text_width(std::to_string(counts(i, j))));
            row_total[i] += counts(i, j);
        }
        total += row_total[i];
        hits += counts(i, i);
    }
    const auto wanted = static_cast<std::size_t>(std::max(widest_name, widest_count));
    const std::size_t cell_width = std::max(narrowest_cell, wanted + gap);
    const std::size_t left = margin + static_cast<std::size_t>(widest_name) + gap;
    const std::size_t line = static_cast<std::size_t>(text_height) + gap;
    const std::size_t top = margin + 2 * line;
    const std::size_t right = left + k * cell_width, bottom = top + k * cell_height;
    const auto share_width = static_cast<std::size_t>(canvas::text_width("correct"));
    Picture picture =
        canvas::blank(right + wide_gap + share_width + margin, bottom + line + margin, 3);

    const double head = as_double(margin);
    canvas::draw_text(picture, {as_double(left + right) / 2, head}, "predicted", canvas::quiet,
                      Align::centre);
    const double names_y = head + as_double(line);
    canvas::draw_text(picture, {as_double(left - gap), names_y}, "true", canvas::quiet,
                      Align::right);
    const double share_x = as_double(right + wide_gap + share_width);
    canvas::draw_text(picture, {share_x, names_y}, "correct", canvas::quiet, Align::right);
    for (std::size_t i = 0; i < k; ++i) {
        const std::size_t y = top + i * cell_height;
        const double text_y = as_double(y) + (cell_height - text_height) / 2;
        const double column_middle = as_double(left + i * cell_width) + as_double(cell_width) / 2;
        canvas::draw_text(picture, {column_middle, names_y}, name(i), canvas::ink, Align::centre);
        canvas::draw_text(picture, {as_double(left - gap), text_y}, name(i), canvas::ink,
                          Align::right);
        canvas::draw_text(picture, {share_x, text_y}, percent(counts(i, i), row_total[i]),
                          canvas::quiet, Align::right);
        for (std::size_t j = 0; j < k; ++j) {
            const std::size_t x = left + j * cell_width, count = counts(i, j);
            const double share =
                count > 0 ? std::sqrt(as_double(count) / as_double(row_total[i])) : 0;
            canvas::fill(picture, x, y, cell_width, cell_height, canvas::hairline);
            canvas::fill(picture, x + 1, y + 1, cell_width - 2, cell_height - 2,
                         shade(i == j ? hit : confusion, share));
            const Colour on_cell = share > 0.6 ? canvas::page : count > 0 ? canvas::ink : zero;
            canvas::draw_text(picture, {as_double(x) + as_double(cell_width) / 2, text_y},
                              std::to_string(count), on_cell, Align::centre);
        }
    }
    canvas::draw_text(picture, {as_double(left), as_double(bottom + gap)},
                      std::to_string(hits) + " of " + std::to_string(total) + " correct: " +
                          percent(hits, total));
    return picture;
}

}  // namespace autoencoder
