// Convolution and deconvolution on panels: which rows of an image meet which, and the sums over them; one file, since
// the tables of rows, and the sums that run along them, are not to be understood apart.
#include "autoencoder/convolution.hpp"

#include <algorithm>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"

namespace autoencoder {
namespace {

using kernels::panel_width;

std::size_t lanes_of(const Maps& maps) { return (maps.count + 15) / 16 * 16; }

/// Along one axis: the positions of the image written that have the same taps. A tap is an index into
/// the kernel and a position of the image read, counted from the first that its place reads.
struct AxisGroup {
    struct AxisTap {
        std::size_t kernel, step;
        bool operator==(const AxisTap&) const = default;
    };
    struct AxisPlace {
        std::size_t to, from;
    };
    std::vector<AxisTap> taps;
    std::vector<AxisPlace> places;
};

std::vector<AxisGroup> axis_groups(bool to_fine, std::size_t fine, std::size_t coarse,
                                   std::size_t kernel, std::size_t stride, std::size_t pad) {
    std::vector<AxisGroup> groups;
    for (std::size_t to = 0; to < (to_fine ? fine : coarse); ++to) {
        std::vector<AxisGroup::AxisTap> taps;
        for (std::size_t a = 0; a < kernel; ++a) {
            if (to_fine) {  // who reads me: stride · u + a − pad = to
                if (to + pad < a || (to + pad - a) % stride != 0) continue;
                const std::size_t u = (to + pad - a) / stride;
                if (u < coarse) taps.push_back({a, u});
            } else {  // whom I read
                const std::size_t i = stride * to + a;
                if (i >= pad && i - pad < fine) taps.push_back({a, i - pad});
            }
        }
        std::size_t from = taps.empty() ? 0 : taps[0].step;
        for (const auto& tap : taps) from = std::min(from, tap.step);
        for (auto& tap : taps) tap.step -= from;
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const AxisGroup& g) { return g.taps == taps; });
        if (group == groups.end()) group = groups.insert(groups.end(), AxisGroup{taps, {}});
        group->places.push_back({to, from});
    }
    return groups;
}

}  // namespace

template <class T>
Convolution<T>::Convolution(const Network& network, std::size_t l, std::size_t patterns)
    : transposed_(network.layer(l).kind == Kind::deconvolution), window_(network.layer(l).window) {
    fine_ = {window_.maps, window_.height, window_.width};
    coarse_ = output_maps(network, l);
    if (transposed_) std::swap(fine_, coarse_);
    const std::size_t taps = window_.kernel_height * window_.kernel_width;
    const std::size_t panels = (patterns + panel_width - 1) / panel_width;
    const std::size_t lanes = lanes_of(coarse_);
    weights_ = Buffer<T>(coarse_.count * fine_.count * taps);
    by_pattern_ = Buffer<T>(times(panels, coarse_.places(), panel_width, lanes));
    total_ = Buffer<T>(times(fine_.count, taps, lanes));
    panel_sums_ = Buffer<T>(times(panels, total_.size()));
    require_memory(times(taps, coarse_.places(), sizeof(std::uint32_t)),
                   "a convolution of " + std::to_string(taps) + " weights on " +
                       std::to_string(coarse_.places()) + " places");
    to_coarse_ = gather_groups(false);
    to_fine_ = gather_groups(true);
    find_sums();
}

template <class T>
auto Convolution<T>::gather_groups(bool to_fine) const -> std::vector<Group> {
    const Maps &from = to_fine ? coarse_ : fine_, &to = to_fine ? fine_ : coarse_;
    const auto rows = axis_groups(to_fine, fine_.height, coarse_.height, window_.kernel_height,
                                  window_.stride, window_.pad);
    const auto columns = axis_groups(to_fine, fine_.width, coarse_.width, window_.kernel_width,
                                     window_.stride, window_.pad);
    const auto taps_of = [](const std::vector<AxisGroup>& all) {
        std::size_t taps = 0;
        for (const AxisGroup& each : all) taps += each.taps.size();
        return taps;
    };
    require_memory(times(taps_of(rows), taps_of(columns), from.count, sizeof(kernels::Tap)),
                   "a convolution's table of taps");
    std::vector<Group> groups;
    for (const AxisGroup& row : rows) {
        for (const AxisGroup& column : columns) {
            Group& group = groups.emplace_back();
            for (std::size_t map = 0; map < from.count; ++map) {
                for (const auto& a : row.taps) {
                    for (const auto& b : column.taps) {
                        const std::size_t tap =
                            (map * window_.kernel_height + a.kernel) * window_.kernel_width + b.kernel;
                        const std::size_t unit = (map * from.height + a.step) * from.width + b.step;
                        group.taps.push_back({std::uint32_t(tap * to.count),
                                              std::uint32_t(unit * panel_width)});
                    }
                }
            }
            for (const auto& u : row.places) {
                for (const auto& v : column.places)
                    group.places.push_back(
                        {std::uint32_t((u.from * from.width + v.from) * panel_width),
                         std::uint32_t((u.to * to.width + v.to) * panel_width)});
            }
        }
    }
    return groups;
}

template <class T>
void Convolution<T>::find_sums() {
    const std::size_t all = window_.kernel_height * window_.kernel_width;
    // A tap of one or two maps leaves most registers of a tile idle: then several make a group.
    constexpr std::size_t rows_together = 12;
    const std::size_t together = std::max(rows_together / fine_.count, std::size_t{1});
    for (std::size_t first = 0; first < all; first += together) {
        Sums& sums = sums_.emplace_back();
        sums.first_tap = first;
        sums.taps = std::min(together, all - first);
        for (std::size_t place = 0; place < coarse_.places(); ++place) {
            std::vector<std::uint32_t> rows;
            bool inside = false;
            for (std::size_t tap = first; tap < first + sums.taps; ++tap) {
                const std::size_t u = place / coarse_.width, v = place % coarse_.width;
                const std::size_t i = window_.stride * u + tap / window_.kernel_width;
                const std::size_t j = window_.stride * v + tap % window_.kernel_width;
                const bool here = i >= window_.pad && i - window_.pad < fine_.height &&
                                  j >= window_.pad && j - window_.pad < fine_.width;
                const std::size_t unit = (i - window_.pad) * fine_.width + j - window_.pad;
                rows.push_back(here ? std::uint32_t(unit * panel_width)
                                    : kernels::Correlation<T>::outside);
                inside = inside || here;
            }
            if (!inside) continue;
            sums.places.push_back(std::uint32_t(place));
            sums.rows.insert(sums.rows.end(), rows.begin(), rows.end());
        }
    }
}

// Forward and backward ------------------------------------------------------------------------------

template <class T>
void Convolution<T>::gather(bool to_fine, std::span<const T> W, PanelView<const T> from,
                            PanelView<T> to, const T* bias, const kernels::Epilogue<T>& epilogue) {
    const Maps &read = to_fine ? coarse_ : fine_, &written = to_fine ? fine_ : coarse_;
    require(W.size() == weights_.size() && from.units == read.units() &&
                to.units == written.units() && from.patterns == to.patterns,
            [&] {
                const auto found = [](const auto& x) {
                    return std::to_string(x.patterns) + "×" + std::to_string(x.units);
                };
                return "convolution: reads " + found(from) + ", writes " + found(to) + ", with " +
                       std::to_string(W.size()) + " weights; expected " +
                       std::to_string(read.units()) + " units, " +
                       std::to_string(written.units()) + " units and " +
                       std::to_string(weights_.size());
            });
    const auto& table = kernels::current().table<T>();
    const std::size_t taps = window_.kernel_height * window_.kernel_width;
    if (to_fine) {  // (o, c, a, b) to (o, a, b, c)
        const std::size_t size = fine_.count * taps;
        for (std::size_t o = 0; o < coarse_.count; ++o)
            table.transpose(W.data() + o * size, taps, fine_.count, taps,
                            weights_.data() + o * size, fine_.count);
    } else {  // to (c, a, b, o)
        table.transpose(W.data(), fine_.count * taps, coarse_.count, fine_.count * taps,
                        weights_.data(), coarse_.count);
    }

    // A panel at a time; where there are fewer panels than threads, they share its places.
    const std::size_t panels = from.panels();
    const std::size_t parts = panels == 0 ? 0 : (kernels::threads() + panels - 1) / panels;
    in_parallel(panels * parts, 1, [&](std::size_t item, std::size_t) {
        const std::size_t p = item / parts, part = item % parts;
        kernels::Gathered<T> g;
        g.maps = written.count;
        g.a = weights_.data();
        g.b = from.panel(p);
        g.c = to.panel(p);
        g.c_map = written.places() * panel_width;
        g.bias = bias;
        g.epilogue = epilogue;
        const std::size_t offset = p * written.units() * panel_width;
        if (epilogue.other.data) g.epilogue.other.data += offset;
        if (epilogue.mask.data) g.epilogue.mask.data += offset;
        for (const Group& group : to_fine ? to_fine_ : to_coarse_) {
            const std::size_t begin = part * group.places.size() / parts;
            const std::size_t end = (part + 1) * group.places.size() / parts;
            g.taps = group.taps;
            g.places = std::span(group.places).subspan(begin, end - begin);
            table.gathered(g);
        }
    });
}

template <class T>
void Convolution<T>::forward(std::span<const T> W, std::span<const T> b, Activation f,
                             PanelView<const T> x, PanelView<T> h) {
    require(b.size() == out().count, [&] {
        return "convolution: expected " + std::to_string(out().count) + " biases, found " +
               std::to_string(b.size());
    });
    kernels::Epilogue<T> epilogue;
    epilogue.kind = leaves_sums(f) ? kernels::Finish::none : kernels::Finish::activate;
    epilogue.f = f;
    gather(transposed_, W, x, h, b.data(), epilogue);
}

template <class T>
void Convolution<T>::back_propagate(std::span<const T> W, PanelView<const T> delta,
                                    const BackPropagation<T>& rule, PanelView<T> before) {
    require(rule.h.units == before.units && rule.h.patterns == before.patterns,
            "convolution: h and Δ′ differ in size");
    kernels::Epilogue<T> epilogue;
    epilogue.kind = kernels::Finish::back_propagate;
    epilogue.f = rule.f;
    epilogue.term = rule.term;
    epilogue.other.data = rule.h.data;
    epilogue.mask.data = rule.mask.data;
    epilogue.scale = rule.mask_scale;
    gather(!transposed_, W, delta, before, nullptr, epilogue);  // by the input: the transpose
}

// Gradient ------------------------------------------------------------------------------------------

template <class T>
void Convolution<T>::weight_gradient(PanelView<const T> delta, PanelView<const T> h,
                                     const Share<T>& share, std::span<const T> W,
                                     std::span<T> gradient) {
    const PanelView<const T> coarse = transposed_ ? h : delta, fine = transposed_ ? delta : h;
    const std::size_t lanes = lanes_of(coarse_), places = coarse_.places(), panels = coarse.panels();
    require(coarse.units == coarse_.units() && fine.units == fine_.units() &&
                coarse.patterns == fine.patterns && gradient.size() == weights_.size() &&
                panels * total_.size() <= panel_sums_.size(),
            "convolution: shapes of δ, h and the gradient do not fit");
    const auto& table = kernels::current().table<T>();
    const std::size_t panel_size = places * panel_width * lanes;
    in_parallel(panels, 1, [&](std::size_t p, std::size_t) {  // maps into the lanes
        for (std::size_t place = 0; place < places; ++place)
            table.transpose(coarse.panel(p) + place * panel_width, places * panel_width, coarse_.count,
                            panel_width,
                            by_pattern_.data() + p * panel_size + place * panel_width * lanes, lanes);
    });
    const std::size_t taps = window_.kernel_height * window_.kernel_width;
    in_parallel(panels * sums_.size(), 1, [&](std::size_t item, std::size_t) {
        const std::size_t p = item / sums_.size();
        const Sums& sums = sums_[item % sums_.size()];
        kernels::Correlation<T> k;
        k.places = sums.places;
        k.rows = sums.rows.data();
        k.taps = sums.taps;
        k.maps = fine_.count;
        k.patterns = std::min(panel_width, coarse.patterns - p * panel_width);
        k.coarse = by_pattern_.data() + p * panel_size;
        k.lanes = lanes;
        k.fine = fine.panel(p);
        k.fine_map = fine_.places() * panel_width;
        k.sums = panel_sums_.data() + p * total_.size() + sums.first_tap * lanes;
        k.sums_map = taps * lanes;
        table.correlation(k);
    });
    if (share.first) std::fill(total_.begin(), total_.end(), T(0));
    in_parallel(total_.size(), 1024, [&](std::size_t begin, std::size_t end) {
        for (std::size_t p = 0; p < panels; ++p)
            table.blend(T(1), panel_sums_.data() + p * total_.size() + begin, T(1),
                        total_.data() + begin, end - begin);
    });
    if (!share.last) return;
    table.transpose(total_.data(), lanes, fine_.count * taps, coarse_.count, gradient.data(),
                    fine_.count * taps);
    table.blend(share.weight_penalty, W.data(), share.scale, gradient.data(), W.size());
    if (share.step) table.step(*share.step, gradient.data(), gradient.size());
}

template <class T>
void Convolution<T>::add_sums(PanelView<const T> delta, std::span<double> sums) const {
    const Maps& maps = out();
    require(sums.size() == maps.count && delta.units == maps.units(), "convolution: one sum a map");
    const auto& table = kernels::current().table<T>();
    const std::size_t map_size = maps.places() * panel_width;
    const std::size_t whole = delta.patterns / panel_width, rest = delta.patterns % panel_width;
    const std::size_t grain = maps.count / kernels::threads() + 1;
    in_parallel(maps.count, grain, [&](std::size_t begin, std::size_t end) {
        double* const to = sums.data() + begin;
        kernels::Operand<const T> rows{delta.data + begin * map_size, map_size};
        for (std::size_t p = 0; p < whole; ++p, rows.data += maps.units() * panel_width)
            table.row_sums(rows, end - begin, map_size, T(0), T(1), to);  // a map is one piece
        for (std::size_t place = 0; rest > 0 && place < maps.places(); ++place) {
            table.row_sums(rows, end - begin, rest, T(0), T(1), to);  // of a padded panel, place by place
            rows.data += panel_width;
        }
    });
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace autoencoder
