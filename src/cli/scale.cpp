// The scale of patterns: taken from those that are learned, kept in the model, undone in what it gives back.
#include <algorithm>
#include <array>
#include <cmath>

#include "autoencoder/error.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {
namespace {

std::vector<double> numbers_noted(const Model& model, const char* key) {
    const Array* array = noted(model, key);
    return array ? array->doubles() : std::vector<double>();
}

}  // namespace

std::string_view name(Scaling scaling) {
    constexpr std::array<std::string_view, 3> names = {"none", "unit", "standard"};
    return names[std::size_t(scaling)];
}

Scale scale_of(Scaling scaling, const Dataset& patterns) {
    if (scaling == Scaling::none) return {};
    const Matrix<float>& x = patterns.x;
    const std::size_t scales = patterns.image.maps > 0 ? 1 : x.cols, of_each = x.rows * x.cols / scales;
    std::vector<double> least(scales, HUGE_VAL), most(scales, -HUGE_VAL), mean(scales), square(scales);
    const auto each = [&](auto take) {
        for (std::size_t i = 0; i < x.values.size(); ++i)
            take(scales == 1 ? 0 : i % scales, double(x.values[i]));
    };
    each([&](std::size_t k, double value) {
        least[k] = std::min(least[k], value);
        most[k] = std::max(most[k], value);
        mean[k] += value / double(of_each);
    });
    each([&](std::size_t k, double value) { square[k] += (value - mean[k]) * (value - mean[k]); });
    Scale scale{scaling == Scaling::unit ? least : mean, std::vector<double>(scales, 1)};
    for (std::size_t k = 0; k < scales; ++k) {
        const double size = scaling == Scaling::unit ? most[k] - least[k]
                                                     : std::sqrt(square[k] / double(of_each));
        if (most[k] > least[k] && size > 0 && std::isfinite(1 / size)) scale.factor[k] = 1 / size;
    }
    return scale;
}

void Scale::apply(Matrix<float>& x) const {
    if (shift.empty()) return;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        const std::size_t k = shift.size() == 1 ? 0 : i % shift.size();
        x.values[i] = float((double(x.values[i]) - shift[k]) * factor[k]);
    }
}

template <class T>
void Scale::undo(Matrix<T>& x) const {
    if (shift.empty()) return;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        const std::size_t k = shift.size() == 1 ? 0 : i % shift.size();
        x.values[i] = T(double(x.values[i]) / factor[k] + shift[k]);
    }
}

template void Scale::undo(Matrix<float>&) const;
template void Scale::undo(Matrix<double>&) const;

Scale scale_of(const Model& model) {
    const Scale scale{numbers_noted(model, "scale_shift"), numbers_noted(model, "scale_factor")};
    const std::size_t n = scale.shift.size();
    const bool fits = n == scale.factor.size() && (n <= 1 || n == model.network.inputs);
    const auto good = [](double factor) { return factor > 0 && std::isfinite(factor); };
    if (!fits || !std::ranges::all_of(scale.factor, good))
        fail(noted(model, n > 0 ? "scale_shift" : "scale_factor")->origin,
             "expected a shift and a factor above 0 for every input, or one of each");
    return scale;
}

void Sets::set_scale(Scale its) {
    scale = std::move(its);
    for (Dataset* each : {&train, &test}) {
        scale.apply(each->x);
        scale.apply(each->y);
    }
}

}  // namespace autoencoder::cli
