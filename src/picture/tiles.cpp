// Images as tiles: the lecture's figures of features ("Features found by a Sparse Autoencoder") and
// of inputs beside outputs ("Clean | Noisy | AE"). A value becomes a square of `magnify` pixels,
// without interpolation: what is seen is what is in the matrix.
//
//     margin | border tile border tile … border | margin          a grid; features are framed dark
#include <algorithm>
#include <cmath>

#include "autoencoder/text.hpp"
#include "picture/canvas.hpp"

namespace autoencoder {
namespace {

using canvas::Colour;

constexpr Colour frame{24, 24, 24};        // around features, whose grounds are grey
constexpr Colour separator{176, 178, 182};  // around images, whose grounds are black or white

constexpr std::size_t caption_gap = 14;  // between a caption and its images
constexpr std::size_t group_gap = 26;    // between groups of images
constexpr std::size_t usual_width = 1050;
constexpr canvas::Font caption_font{3, 1.25};

void require_images(const char* caller, View<const float> images, std::size_t height,
                    std::size_t width) {
    require(height > 0 && width > 0 && images.rows > 0, [&] {
        return std::string(caller) + ": nothing to show: " + std::to_string(images.rows) +
               " tiles of " + size_text(height, width);
    });
    require(images.cols == height * width || images.cols == 3 * height * width, [&] {
        return std::string(caller) + ": tiles of " + size_text(height, width) + " need " +
               std::to_string(height * width) +
               " columns, in colour three times as many, but the matrix is " +
               size_text(images.rows, images.cols);
    });
    for (std::size_t i = 0; i < images.rows; ++i) {
        for (std::size_t j = 0; j < images.cols; ++j) {
            require(std::isfinite(images(i, j)), [&] {
                return std::string(caller) + ": row " + std::to_string(i) + ", column " +
                       std::to_string(j) + " is not finite";
            });
        }
    }
}

/// One map is grey, three are red, green and blue.
std::size_t channels_of(View<const float> images, std::size_t height, std::size_t width) {
    return images.cols / (height * width);
}

/// The columns of a near-square grid: one without empty places if it is at most a quarter wider
/// than the square, else the square with its last places empty.
std::size_t near_square(std::size_t count) {
    std::size_t side = 1;
    while (side * side < count) ++side;
    for (std::size_t columns = side; 4 * columns <= 5 * side; ++columns) {
        if (count % columns == 0) return columns;
    }
    return side;
}

/// The factor that brings the width closest to the usual one; `fixed` pixels do not grow.
std::size_t fitting_factor(std::size_t natural, std::size_t fixed) {
    const std::size_t room = usual_width > fixed ? usual_width - fixed : 0;
    return std::max<std::size_t>(1, (2 * room + natural) / (2 * natural));
}

/// A grid of equal tiles; all lengths are in pixels of the picture.
struct Grid {
    std::size_t count, columns, rows;
    std::size_t tile_width, tile_height, border;

    std::size_t width() const { return columns * (tile_width + border) + border; }
    std::size_t height() const { return rows * (tile_height + border) + border; }
};

Grid make_grid(std::size_t count, std::size_t columns, std::size_t height, std::size_t width,
               std::size_t magnify, std::size_t border) {
    return {count, columns, (count + columns - 1) / columns, width * magnify, height * magnify,
            border};
}

/// Draws a tile with its border; the top left corner of the border is at (x, y). `shade` maps a
/// value to its byte; the values are a map for each channel of the picture.
template <class Shade>
void draw_tile(Picture& picture, std::size_t x, std::size_t y, const Grid& grid, Colour border,
               std::span<const float> values, std::size_t magnify, Shade shade) {
    canvas::fill(picture, x, y, grid.tile_width + 2 * grid.border,
                 grid.tile_height + 2 * grid.border, border);
    const std::size_t channels = picture.channels, map = values.size() / channels;
    for (std::size_t j = 0; j < grid.tile_height; ++j) {
        std::uint8_t* pixel =
            &picture.pixels[((y + grid.border + j) * picture.width + x + grid.border) * channels];
        const float* row = values.data() + j / magnify * (grid.tile_width / magnify);
        for (std::size_t i = 0; i < grid.tile_width; ++i)
            for (std::size_t c = 0; c < channels; ++c) *pixel++ = shade(row[c * map + i / magnify]);
    }
}

/// Top left corner of tile number t in a grid at (x, y).
std::pair<std::size_t, std::size_t> place(const Grid& grid, std::size_t t, std::size_t x,
                                          std::size_t y) {
    return {x + t % grid.columns * (grid.tile_width + grid.border),
            y + t / grid.columns * (grid.tile_height + grid.border)};
}

std::uint8_t image_shade(float value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f);
}

void draw_images(Picture& picture, std::size_t x, std::size_t y, const Grid& grid,
                 View<const float> images, std::size_t magnify) {
    for (std::size_t t = 0; t < grid.count; ++t) {
        const auto [left, top] = place(grid, t, x, y);
        draw_tile(picture, left, top, grid, separator, images.row(t), magnify, image_shade);
    }
}

/// What image_rows and image_groups ask of their parts: as many captions, all of one shape.
void require_parts(const char* caller, std::span<const View<const float>> parts,
                   std::size_t height, std::size_t width, std::size_t captions) {
    require(!parts.empty() && parts.size() == captions, [&] {
        return std::string(caller) + ": " + std::to_string(parts.size()) + " sets of images and " +
               std::to_string(captions) + " captions";
    });
    for (const View<const float>& part : parts) {
        require_images(caller, part, height, width);
        require(part.rows == parts[0].rows, [&] {
            return std::string(caller) + ": " + std::to_string(part.rows) + " images beside " +
                   std::to_string(parts[0].rows);
        });
        require(part.cols == parts[0].cols,
                [&] { return std::string(caller) + ": grey images beside coloured ones"; });
    }
}

double as_double(std::size_t value) { return static_cast<double>(value); }

std::size_t widest(std::span<const std::string> captions) {
    double width = 0;
    for (const auto& caption : captions) {
        width = std::max(width, canvas::text_width(caption, caption_font));
    }
    return static_cast<std::size_t>(std::ceil(width));
}

}  // namespace

Picture feature_tiles(View<const float> weights, std::size_t height, std::size_t width,
                      std::span<const std::size_t> order, const TileOptions& options) {
    require_images("feature_tiles", weights, height, width);
    const std::size_t count = order.empty() ? weights.rows : order.size();
    const std::size_t columns = options.columns > 0 ? options.columns : near_square(count);
    const std::size_t fixed = 2 * options.margin + (columns + 1) * options.border;
    const std::size_t magnify =
        options.magnify > 0 ? options.magnify : fitting_factor(columns * width, fixed);
    const Grid grid = make_grid(count, columns, height, width, magnify, options.border);
    Picture picture =
        canvas::blank(grid.width() + 2 * options.margin, grid.height() + 2 * options.margin,
                      channels_of(weights, height, width));
    for (std::size_t t = 0; t < count; ++t) {
        const std::size_t unit = order.empty() ? t : order[t];
        require(unit < weights.rows, [&] {
            return "feature_tiles: order names unit " + std::to_string(unit) + " of " +
                   std::to_string(weights.rows);
        });
        float largest = 0;
        for (const float w : weights.row(unit)) largest = std::max(largest, std::abs(w));
        const auto shade = [largest](float w) {
            const float scaled = largest > 0 ? w / largest : 0.0f;
            return static_cast<std::uint8_t>(127.5f + 127.5f * scaled + 0.5f);
        };
        const auto [x, y] = place(grid, t, options.margin, options.margin);
        draw_tile(picture, x, y, grid, frame, weights.row(unit), magnify, shade);
    }
    return picture;
}

Picture image_rows(std::span<const View<const float>> rows, std::size_t height, std::size_t width,
                   std::span<const std::string> captions, const TileOptions& options) {
    require_parts("image_rows", rows, height, width, captions.size());
    const std::size_t count = rows[0].rows, text = widest(captions);
    const std::size_t left = options.margin + text + (text > 0 ? caption_gap : 0);
    const std::size_t fixed = left + options.margin + (count + 1) * options.border;
    const std::size_t magnify =
        options.magnify > 0 ? options.magnify : fitting_factor(count * width, fixed);
    const Grid grid = make_grid(count, count, height, width, magnify, options.border);
    const std::size_t step = grid.tile_height + grid.border;
    Picture picture = canvas::blank(left + grid.width() + options.margin,
                                    rows.size() * step + grid.border + 2 * options.margin,
                                    channels_of(rows[0], height, width));
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::size_t top = options.margin + r * step;
        draw_images(picture, left, top, grid, rows[r], magnify);
        const double middle = as_double(top) + as_double(grid.height()) / 2;
        canvas::draw_text(picture,
                          {as_double(left - caption_gap),
                           middle - canvas::cap_height(caption_font) / 2},
                          captions[r], canvas::ink, canvas::Align::right, caption_font);
    }
    return picture;
}

Picture image_groups(std::span<const View<const float>> groups, std::size_t height,
                     std::size_t width, std::span<const std::string> captions,
                     const TileOptions& options) {
    require_parts("image_groups", groups, height, width, captions.size());
    const std::size_t count = groups[0].rows, n = groups.size();
    const std::size_t columns = options.columns > 0 ? options.columns : near_square(count);
    const std::size_t fixed =
        2 * options.margin + (n - 1) * group_gap + n * (columns + 1) * options.border;
    const std::size_t magnify =
        options.magnify > 0 ? options.magnify : fitting_factor(n * columns * width, fixed);
    const Grid grid = make_grid(count, columns, height, width, magnify, options.border);
    const auto text = static_cast<std::size_t>(canvas::cap_height(caption_font));
    const std::size_t top =
        options.margin + (widest(captions) > 0 ? text + caption_gap : 0);
    Picture picture =
        canvas::blank(2 * options.margin + n * grid.width() + (n - 1) * group_gap,
                      top + grid.height() + options.margin, channels_of(groups[0], height, width));
    for (std::size_t g = 0; g < n; ++g) {
        const std::size_t left = options.margin + g * (grid.width() + group_gap);
        draw_images(picture, left, top, grid, groups[g], magnify);
        const double middle = as_double(left) + as_double(grid.width()) / 2;
        canvas::draw_text(picture, {middle, as_double(options.margin)}, captions[g], canvas::ink,
                          canvas::Align::centre, caption_font);
    }
    return picture;
}

Picture captioned_images(View<const float> images, std::size_t height, std::size_t width,
                         std::span<const std::string> captions, const TileOptions& options) {
    require_parts("captioned_images", {&images, 1}, height, width, 1);
    require(captions.size() == images.rows, [&] {
        return "captioned_images: " + std::to_string(images.rows) + " images and " +
               std::to_string(captions.size()) + " captions";
    });
    const std::size_t count = images.rows;
    const std::size_t columns = options.columns > 0 ? options.columns : near_square(count);
    const std::size_t fixed = 2 * options.margin + columns * (2 * options.border + group_gap);
    const std::size_t magnify =
        options.magnify > 0 ? options.magnify : fitting_factor(columns * width, fixed);
    const Grid one = make_grid(1, 1, height, width, magnify, options.border);
    const auto text = static_cast<std::size_t>(canvas::cap_height(caption_font));
    const std::size_t across = std::max(one.width(), widest(captions)) + group_gap;
    const std::size_t down = one.height() + caption_gap + text + group_gap;
    const std::size_t rows = (count + columns - 1) / columns;
    Picture picture = canvas::blank(2 * options.margin + columns * across - group_gap,
                                    2 * options.margin + rows * down - group_gap,
                                    channels_of(images, height, width));
    for (std::size_t t = 0; t < count; ++t) {
        const std::size_t left = options.margin + t % columns * across;
        const std::size_t top = options.margin + t / columns * down;
        const std::size_t indent = (across - group_gap - one.width()) / 2;
        draw_images(picture, left + indent, top, one, images.slice(t, 1), magnify);
        const double middle = as_double(left) + as_double(across - group_gap) / 2;
        canvas::draw_text(picture, {middle, as_double(top + one.height() + caption_gap)},
                          captions[t], canvas::ink, canvas::Align::centre, caption_font);
    }
    return picture;
}

}  // namespace autoencoder
