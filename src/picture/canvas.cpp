// Boxes and strokes. A stroke is drawn by distance: a pixel whose centre is d away from the nearest
// segment is covered by radius + ½ − d, between none and all of it. All segments of a stroke are
// put together before they are blended, so that joints and overlaps are not darker than the rest.
#include "picture/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace autoencoder::canvas {
namespace {

double distance(Point p, const Segment& segment) {
    const double dx = segment.to.x - segment.from.x, dy = segment.to.y - segment.from.y;
    const double px = p.x - segment.from.x, py = p.y - segment.from.y;
    const double square = dx * dx + dy * dy;
    const double along = square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0.0;
    const double rx = px - along * dx, ry = py - along * dy;
    return std::sqrt(rx * rx + ry * ry);
}

/// Whole pixels from … to − 1.
struct Extent {
    std::size_t from, to;
    std::size_t size() const { return to - from; }
};

/// The pixels between two coordinates that are inside of 0 … limit.
Extent pixels_between(double low, double high, std::size_t limit) {
    const auto inside = [&](double value) {
        return static_cast<std::size_t>(std::clamp(value, 0.0, static_cast<double>(limit)));
    };
    const std::size_t from = inside(std::floor(low));
    return {from, std::max(from, inside(std::ceil(high)))};
}

Extent columns_of(const Segment& s, double reach, std::size_t limit) {
    return pixels_between(std::min(s.from.x, s.to.x) - reach, std::max(s.from.x, s.to.x) + reach,
                          limit);
}

Extent rows_of(const Segment& s, double reach, std::size_t limit) {
    return pixels_between(std::min(s.from.y, s.to.y) - reach, std::max(s.from.y, s.to.y) + reach,
                          limit);
}

}  // namespace

Picture blank(std::size_t width, std::size_t height, std::size_t channels) {
    Picture picture{width, height, channels, {}};
    const std::size_t size = times(width, height, channels);
    require_memory(size, "a picture");
    picture.pixels.resize(size);
    fill(picture, 0, 0, width, height, page);
    return picture;
}

void fill(Picture& picture, std::size_t x, std::size_t y, std::size_t width, std::size_t height,
          Colour colour) {
    const std::size_t right = std::min(x + width, picture.width);
    const std::size_t bottom = std::min(y + height, picture.height);
    for (std::size_t j = y; j < bottom; ++j) {
        for (std::size_t i = x; i < right; ++i) {
            std::uint8_t* pixel = &picture.pixels[(j * picture.width + i) * picture.channels];
            std::copy_n(colour.begin(), picture.channels, pixel);
        }
    }
}

void stroke(Picture& picture, std::span<const Segment> segments, double radius, Colour colour,
            double opacity) {
    if (segments.empty()) return;
    const double reach = radius + 1;
    Extent all_x{picture.width, 0}, all_y{picture.height, 0};
    for (const Segment& segment : segments) {
        const Extent x = columns_of(segment, reach, picture.width);
        const Extent y = rows_of(segment, reach, picture.height);
        all_x = {std::min(all_x.from, x.from), std::max(all_x.to, x.to)};
        all_y = {std::min(all_y.from, y.from), std::max(all_y.to, y.to)};
    }
    std::vector<double> covered(all_x.size() * all_y.size());
    for (const Segment& segment : segments) {
        const Extent x = columns_of(segment, reach, picture.width);
        const Extent y = rows_of(segment, reach, picture.height);
        for (std::size_t j = y.from; j < y.to; ++j) {
            for (std::size_t i = x.from; i < x.to; ++i) {
                const Point centre{static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5};
                const double share = std::clamp(radius + 0.5 - distance(centre, segment), 0.0, 1.0);
                double& known = covered[(j - all_y.from) * all_x.size() + i - all_x.from];
                known = std::max(known, share);
            }
        }
    }
    for (std::size_t j = all_y.from; j < all_y.to; ++j) {
        for (std::size_t i = all_x.from; i < all_x.to; ++i) {
            const double share =
                opacity * covered[(j - all_y.from) * all_x.size() + i - all_x.from];
            std::uint8_t* pixel = &picture.pixels[(j * picture.width + i) * picture.channels];
            for (std::size_t c = 0; c < picture.channels; ++c) {
                const double mixed = pixel[c] + share * (colour[c] - pixel[c]);
                pixel[c] = static_cast<std::uint8_t>(mixed + 0.5);
            }
        }
    }
}

}  // namespace autoencoder::canvas
