// Drawing on a picture: boxes of whole pixels, and smooth strokes. Curves, dots and letters are all
// strokes. Private to the figures; what falls outside the picture is not drawn.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "autoencoder/picture.hpp"

namespace autoencoder::canvas {

/// Red, green, blue. A grey picture takes the first channel, so draw on it in greys.
using Colour = std::array<std::uint8_t, 3>;

constexpr Colour page{255, 255, 255};
constexpr Colour ink{38, 40, 46};  // captions

/// A picture of the page's colour.
Picture blank(std::size_t width, std::size_t height, std::size_t channels);

/// Paints the box from (x, y), `width` by `height` pixels.
void fill(Picture& picture, std::size_t x, std::size_t y, std::size_t width, std::size_t height,
          Colour colour);

struct Point {
    double x, y;  // pixel (i, j) covers i … i+1 by j … j+1
};

/// A straight piece of a stroke; a dot where both ends are one.
struct Segment {
    Point from, to;
};

/// Draws all segments as one stroke of a round pen, smoothed at the edge; `opacity` from 0 to 1.
void stroke(Picture& picture, std::span<const Segment> segments, double radius, Colour colour,
            double opacity = 1);

/// Side of a font cell in pixels. A line of text is 7 cells high, and 2 below the base line.
struct Font {
    double cell = 2;
    double radius = 0.92;  // of the pen
};

constexpr Font plain{};

/// The height from the top of a capital to the base line, in pixels.
constexpr double cap_height(Font font = plain) { return 7 * font.cell; }

/// How far the text reaches, in pixels.
double text_width(std::string_view text, Font font = plain);

/// Where a text stands with respect to its point: the share of its width to the left of it.
enum class Align { left, centre, right };

/// Draws a line of text whose capitals begin at height y. Throws std::invalid_argument for a
/// character that is not printable ASCII.
void draw_text(Picture& picture, Point at, std::string_view text, Colour colour = ink,
               Align align = Align::left, Font font = plain);

}  // namespace autoencoder::canvas
