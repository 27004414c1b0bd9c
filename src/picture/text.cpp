// A font of 5 × 7 cells with two more below the base line, drawn for these figures. A letter is not
// a pattern of little boxes but a stroke through the middles of its marked cells: neighbours are
// joined, diagonal ones only where no cell beside them already leads around the corner.
#include <algorithm>
#include <cmath>
#include <string>

#include "picture/canvas.hpp"

namespace autoencoder::canvas {
namespace {

constexpr std::size_t columns = 5, rows = 9;
constexpr std::size_t per_band = 16;               // characters side by side, as in tables of ASCII
constexpr std::size_t line = per_band * (columns + 1);  // of the drawing, with the end of the line

// ASCII 32 … 127, 16 a band.
constexpr std::string_view drawing =
R"(
..... ..#.. .#.#. ..... ..#.. ##..# .##.. ..#.. ...#. .#... ..... ..... ..... ..... ..... ....#
..... ..#.. .#.#. .#.#. .#### ##.#. #..#. ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..... ..... ....#
..... ..#.. ..... ##### #.#.. ...#. #.#.. ..... .#... ...#. #.#.# ..#.. ..... ..... ..... ...#.
..... ..#.. ..... .#.#. .###. ..#.. .#... ..... .#... ...#. .###. ##### ..... ####. ..... ..#..
..... ..#.. ..... ##### ..#.# .#... #.#.# ..... .#... ...#. #.#.# ..#.. ..... ..... ..... .#...
..... ..... ..... .#.#. ####. .#.## #..#. ..... ..#.. ..#.. ..#.. ..#.. ..... ..... ..... #....
..... ..#.. ..... ..... ..#.. #..## .##.# ..... ...#. .#... ..... ..... ..#.. ..... ..#.. #....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..#.. ..... ..... .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... .....
.###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###. ..... ..... ....# ..... #.... .###.
#...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...# ..... ..... ...#. ..... .#... #...#
#...# ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# ..#.. ..#.. ..#.. ####. ..#.. ....#
#...# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .#### ..... ..... .#... ..... ...#. ...#.
#...# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....# ..... ..... ..#.. ####. ..#.. ..#..
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#. ..... ..... ...#. ..... .#... .....
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .##.. ..#.. ..#.. ....# ..... #.... ..#..
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..#.. ..... ..... ..... .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... .....
.###. ..#.. ####. .###. ####. ##### ##### .###. #...# .###. ....# #...# #.... #...# #...# .###.
#...# .#.#. #...# #...# #...# #.... #.... #...# #...# ..#.. ....# #..#. #.... ##.## ##..# #...#
#.### #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ....# #.#.. #.... #.#.# #.#.# #...#
#.#.# #...# ####. #.... #...# ####. ####. #..## ##### ..#.. ....# ##... #.... #.#.# #.#.# #...#
#.### ##### #...# #.... #...# #.... #.... #...# #...# ..#.. ....# #.#.. #.... #...# #..## #...#
#.... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #...# #..#. #.... #...# #...# #...#
.###. #...# ####. .###. ####. ##### #.... .###. #...# .###. .###. #...# ##### #...# #...# .###.
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
####. .###. ####. .#### ##### #...# #...# #...# #...# #...# ##### .##.. #.... ..##. ..#.. .....
#...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....# .#... #.... ...#. .#.#. .....
#...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. .#... .#... ...#. #...# .....
####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. .#... ..#.. ...#. ..... .....
#.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... .#... ...#. ...#. ..... .....
#.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .#... ....# ...#. ..... .....
#.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .##.. ....# ..##. ..... .....
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... #####
..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
.#... ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .#... ..... ..... .....
..#.. ..... #.... ..... ....# ..... .#... ..... #.... ..... ..... #.... .#... ..... ..... .....
..... .###. ####. .###. .#### .###. ###.. .#### ####. ..#.. ...#. #..#. .#... ####. ####. .###.
..... ....# #...# #.... #...# #...# .#... #...# #...# ..#.. ...#. #.#.. .#... #.#.# #...# #...#
..... .#### #...# #.... #...# ##### .#... #...# #...# ..#.. ...#. ##... .#... #.#.# #...# #...#
..... #...# #...# #.... #...# #.... .#... #...# #...# ..#.. ...#. #.#.. .#... #.#.# #...# #...#
..... .#### ####. .###. .#### .###. .#... .#### #...# ..#.. ...#. #..#. ..#.. #.#.# #...# .###.
..... ..... ..... ..... ..... ..... ..... ....# ..... ..... ...#. ..... ..... ..... ..... .....
..... ..... ..... ..... ..... ..... ..... .###. ..... ..... .##.. ..... ..... ..... ..... .....
..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ...#. ..#.. .#... ..... .....
..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ..#.. ..#.. ..#.. ..... .....
####. .#### #.##. .#### ###.. #...# #...# #.#.# #...# #...# ##### ..#.. ..#.. ..#.. .#..# .....
#...# #...# ##... #.... .#... #...# #...# #.#.# .#.#. #...# ...#. .#... ..#.. ...#. #.#.# .....
#...# #...# #.... .###. .#... #...# .#.#. #.#.# ..#.. #...# ..#.. ..#.. ..#.. ..#.. #..#. .....
#...# #...# #.... ....# .#... #...# .#.#. #.#.# .#.#. #...# .#... ..#.. ..#.. ..#.. ..... .....
####. .#### #.... ####. ..##. .#### ..#.. .#.#. #...# .#### ##### ...#. ..#.. .#... ..... .....
#.... ....# ..... ..... ..... ..... ..... ..... ..... ....# ..... ..... ..#.. ..... ..... .....
#.... ....# ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... ..#.. ..... ..... .....
)";
constexpr std::size_t first_line = 1;  // the drawing opens with an empty one
static_assert(drawing.size() == first_line + 6 * rows * line);

/// One character's cells and the columns it takes.
struct Glyph {
    std::size_t index, left = 0, width = columns;

    bool marked(std::size_t column, std::size_t row) const {
        if (column >= columns || row >= rows) return false;
        const std::size_t band = index / per_band, place = index % per_band;
        return drawing[first_line + (band * rows + row) * line + place * (columns + 1) + column] ==
               '#';
    }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters take the columns they need; digits all of them, so that numbers line up.
Glyph glyph(char c) {
    require(c >= ' ' && c <= '~', [&] {
        return "draw_text: expected printable ASCII, found the byte " +
               std::to_string(static_cast<unsigned char>(c));
    });
    Glyph found{static_cast<std::size_t>(c - ' ')};
    if (is_digit(c)) return found;
    if (c == ' ') return {found.index, 0, 3};
    std::size_t right = 0;
    found.left = columns;
    for (std::size_t column = 0; column < columns; ++column) {
        for (std::size_t row = 0; row < rows; ++row) {
            if (!found.marked(column, row)) continue;
            found.left = std::min(found.left, column);
            right = column + 1;
        }
    }
    found.width = right - found.left;
    return found;
}

/// Adds the strokes of a glyph whose top left corner is at `corner`.
void add_strokes(std::vector<Segment>& strokes, const Glyph& shape, Point corner, double cell) {
    const auto middle = [&](std::size_t column, std::size_t row) {
        return Point{
            corner.x + (static_cast<double>(column) - static_cast<double>(shape.left) + 0.5) * cell,
            corner.y + (static_cast<double>(row) + 0.5) * cell};
    };
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            if (!shape.marked(column, row)) continue;
            const Point here = middle(column, row);
            strokes.push_back({here, here});
            const bool right = shape.marked(column + 1, row), below = shape.marked(column, row + 1);
            if (right) strokes.push_back({here, middle(column + 1, row)});
            if (below) strokes.push_back({here, middle(column, row + 1)});
            if (!right && !below && shape.marked(column + 1, row + 1)) {
                strokes.push_back({here, middle(column + 1, row + 1)});
            }
            const bool left = column > 0 && shape.marked(column - 1, row);
            if (!left && !below && column > 0 && shape.marked(column - 1, row + 1)) {
                strokes.push_back({here, middle(column - 1, row + 1)});
            }
        }
    }
}

}  // namespace

double text_width(std::string_view text, Font font) {
    std::size_t cells = 0;
    for (const char c : text) cells += glyph(c).width + 1;
    return cells == 0 ? 0 : static_cast<double>(cells - 1) * font.cell;
}

void draw_text(Picture& picture, Point at, std::string_view text, Colour colour, Align align,
               Font font) {
    const double share = align == Align::left ? 0 : align == Align::centre ? 0.5 : 1;
    std::vector<Segment> strokes;
    // On whole pixels, so that upright strokes stay crisp.
    Point corner{std::floor(at.x - share * text_width(text, font) + 0.5), std::floor(at.y + 0.5)};
    for (const char c : text) {
        const Glyph shape = glyph(c);
        add_strokes(strokes, shape, corner, font.cell);
        corner.x += static_cast<double>(shape.width + 1) * font.cell;
    }
    stroke(picture, strokes, font.radius, colour);
}

}  // namespace autoencoder::canvas
