// Pictures: the figures of the lecture, drawn into plain arrays of pixels and written as PNG; and charts, as
// SVG.
//
//     feature_tiles      "Features found by a Sparse Autoencoder": the weights of each hidden unit
//     image_groups       "Clean | Noisy | AE": grids of images side by side
//     image_rows         input above output
//     captioned_images   single images, each with what is to be said of it
//     line_chart         the cost over the iterations
//     confusion_matrix   which class was taken for which
//     scatter            two-dimensional codes, coloured by class
//
// The same arguments give the same bytes on every machine. A figure does not interpret what it
// shows: a value that is not finite is refused, and what is clipped or scaled is said below.
// Captions are printable ASCII, anything else is refused; what does not fit is cut at the edge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/file.hpp"
#include "autoencoder/matrix.hpp"

namespace autoencoder {

/// Pixels of 8 bits, row by row from the top left corner, the channels of a pixel together.
struct Picture {
    std::size_t width = 0, height = 0;
    std::size_t channels = 1;          // 1: grey, 0 black … 255 white.  3: red, green, blue
    std::vector<std::uint8_t> pixels;  // height · width · channels
};

/// The bytes of a PNG file. Throws std::invalid_argument for an empty picture, and where the
/// number of pixels does not fit the size.
Bytes encode_png(const Picture& picture);

/// Writes a PNG file in one piece (see file.hpp). Throws as encode_png and write_file do.
void write_png(const std::string& path, const Picture& picture);

/// How tiles are laid out. All lengths are in pixels of the finished picture.
struct TileOptions {
    std::size_t columns = 0;  // tiles side by side (in a group); 0: near-square
    std::size_t magnify = 0;  // each value becomes a square of this side; 0: about 1050 px in all
    std::size_t border = 2;   // between tiles: thin, so that neighbours can be compared
    std::size_t margin = 28;  // around the whole
};

// Images have one map, then they are grey, or three, one after the other, then they are red, green and blue.

/// The weights (h × maps·height·width) of each hidden unit as an image, one tile a unit.
/// Each tile is scaled alone, by its largest absolute weight m: −m is black, 0 is the grey 128, m
/// is white; of colours, each likewise. So tiles show shapes and signs, not sizes; a unit of zero weights is plain grey.
/// `order`: the units to show, in this order; empty: all, as they come.
/// Throws std::invalid_argument if the weights have another number of columns, a weight is not
/// finite, there is nothing to show, or `order` names a unit that is not there.
Picture feature_tiles(View<const float> weights, std::size_t height, std::size_t width,
                      std::span<const std::size_t> order = {}, const TileOptions& options = {});

/// Rows of images under each other, a caption at the left of each: rows[r] is
/// (count × maps·height·width), one image a row of the view. 0 is black, 1 is white; values outside are
/// clipped, in the display only. `options.columns` is not used.
/// Throws std::invalid_argument if sizes or the numbers of rows and captions differ, a value is not
/// finite, or there is nothing to show.
Picture image_rows(std::span<const View<const float>> rows, std::size_t height, std::size_t width,
                   std::span<const std::string> captions, const TileOptions& options = {});

/// Grids of images side by side, a caption above each; values and errors as in image_rows.
/// With a single group and the caption "": a plain sheet of images.
Picture image_groups(std::span<const View<const float>> groups, std::size_t height,
                     std::size_t width, std::span<const std::string> captions,
                     const TileOptions& options = {});

/// Images (count × maps·height·width) in a near-square grid, values as above, each with its own caption
/// below. Throws std::invalid_argument as image_rows does, and if an image has no caption.
Picture captioned_images(View<const float> images, std::size_t height, std::size_t width,
                         std::span<const std::string> captions, const TileOptions& options = {});

/// One curve: y over x, in the order given.
struct Series {
    std::string name;
    std::vector<double> x, y;
};

/// What stands around a chart, and its size in pixels.
struct ChartOptions {
    std::string title = {}, x_label = {}, y_label = {};
    bool log_y = false;  // a logarithmic y axis: costs that fall over several decades
    std::size_t width = 640, height = 400;
};

/// Writes a chart as a file of its own, in one piece.
void write_svg(const std::string& path, const std::string& svg);

/// Curves with axes, ticks, a grid and a legend, in colour, as an <svg> element that takes font and
/// colour from the page that it stands in.
/// Throws std::invalid_argument if there is no point at all, x and y differ in length, a value is
/// not finite or beyond 1e300 (on a logarithmic axis: below 1e-300), the size is below 320 × 240,
/// or the legend leaves no room.
std::string line_chart(std::span<const Series> series, const ChartOptions& options = {});

/// Counts (K × K), row: the true class, column: the predicted one; in colour, each count in its
/// cell. A cell's shade is the square root of its share of the row, so that rare confusions show.
/// `names`: K names; empty: the numbers 0 … K−1.
/// Throws std::invalid_argument if the counts are not square, are empty, or names are missing.
std::string confusion_matrix(View<const std::size_t> counts,
                             std::span<const std::string> names = {});

/// Points (N × 2) as discs coloured by their label, with axes and a legend; x and y have a scale
/// each. Discs are drawn in the order of the points. `names`: one for each label; empty: the
/// labels' numbers. With `labels` empty all points have one colour.
/// Throws std::invalid_argument if shapes differ, a value is not finite, there is no point, a label
/// has no name, or the size is below 320 × 240.
std::string scatter(View<const float> points, std::span<const std::uint8_t> labels,
                    std::span<const std::string> names = {},
                    const ChartOptions& options = {.width = 900, .height = 900});

}  // namespace autoencoder
