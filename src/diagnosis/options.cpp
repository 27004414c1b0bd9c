#include "diagnosis/options.hpp"

#include <algorithm>

namespace autoencoder::diagnosis {
namespace {

double mask_of(const Case& c, const ForwardRules& rules, std::size_t l, std::size_t i) {
    const double m = c.masks[l - 1].values[i];
    return rules.mask == Mask::inverted ? 1 - m : rules.mask == Mask::none ? 1 : m;
}

}  // namespace

Real wanted(const Case& c, Target target) {
    if (target == Target::given) return c.y;
    if (target == Target::noisy_input) return c.x;
    Real y(c.y.rows, c.y.cols);
    const std::size_t step = target == Target::class_before ? y.cols - 1 : 1;
    for (std::size_t q = 0; q < y.rows; ++q)
        for (std::size_t i = 0; i < y.cols; ++i) y(q, (i + step) % y.cols) = c.y(q, i);
    return y;
}

bool masked(const Case& c, std::size_t l) { return l <= c.masks.size() && c.masks[l - 1].rows > 0; }

Real dropped(const Case& c, const ForwardRules& rules, const Real& h, std::size_t l) {
    const Rescale rescale = rules.rescale;
    const double p = c.network.dropout;
    double scale = 1 / (1 - p);
    if (rescale == Rescale::never) scale = 1;
    if (rescale == Rescale::by_dropout) scale = 1 / p;
    if (rescale == Rescale::twice) scale *= scale;
    Real result = h;
    for (std::size_t i = 0; i < h.values.size(); ++i)
        result.values[i] *= mask_of(c, rules, l, i) * scale;
    return result;
}

Real backward_mask(const Case& c, const ForwardRules& rules, BackwardMask mask, std::size_t l) {
    Real ones(c.x.rows, c.network.units(l));
    std::fill(ones.values.begin(), ones.values.end(), 1);
    if (mask == BackwardMask::none) return ones;
    if (mask == BackwardMask::own) return dropped(c, {}, ones, l);
    if (mask == BackwardMask::without_scale)
        for (std::size_t i = 0; i < ones.values.size(); ++i)
            ones.values[i] = mask_of(c, rules, l, i);
    if (mask == BackwardMask::without_scale) return ones;
    if (mask == BackwardMask::whole) return dropped(c, rules, ones, l);
    for (double& each : ones.values) each /= 1 - c.network.dropout;
    return ones;
}

}  // namespace autoencoder::diagnosis
