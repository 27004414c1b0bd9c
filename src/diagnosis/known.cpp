// The list of ids, and terms with a mistake made on purpose.
#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/convolution.hpp"
#include "autoencoder/diagnosis.hpp"
#include "diagnosis/axes.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/search.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder {
namespace {

using namespace diagnosis;

// In the order of the lecture.
// clang-format off
constexpr std::string_view conventions[] = {
    "sum-not-mean", "mean-over-elements", "no-half", "penalty-over-2m",
    "penalty-no-half-consistent", "head-only-penalty", "beta-for-gamma", "tied-weights",
    "log-guard", "conv-same-padding", "conv-maps-last", "delta-sign", "delta-over-n",
    "transposed-weights", "transposed-kernels", "channels-last", "column-samples"};
constexpr std::string_view mistakes[] = {
    "gradient-sum-cost-mean", "bias-gradient-sum", "output-bias-gradient-sum", "last-pattern-only",
    "product-of-means", "output-delta-sign", "no-output-derivative", "no-hidden-derivative",
    "derivative-of-net-input", "derivative-at-activation", "tanh-derivative-lecun",
    "encoder-for-decoder", "gradient-for-weight", "tied-one-term", "error-spectral",
    "exchanged-derivative", "error-carried-back", "net-input-for-activity", "activity-of-the-layer",
    "other-loss", "cost-of-delta", "other-activation", "activation-twice", "softmax-over-patterns",
    "output-activation", "classes-for-patterns", "weight-gradients-swapped",
    "weight-gradients-zero", "bias-gradient-not-summed", "row-major-unroll", "bias-penalised",
    "bias-penalised-gradient", "penalty-missing", "penalty-missing-gradient",
    "penalty-missing-cost", "penalty-no-half", "penalty-double-gradient", "penalty-sqrt",
    "penalty-inside-mean", "penalty-spectral", "penalty-last-layer-only",
    "penalty-all-gradient-head", "kl-outside-derivative", "kl-sign", "kl-missing",
    "kl-missing-gradient", "kl-missing-cost", "kl-weight-missing-gradient", "kl-reversed",
    "other-sparsity", "kl-weight-first-term", "kl-first-term-only", "kl-mean-over-units",
    "kl-extra-1-over-m", "kl-times-m", "kl-per-pattern", "kl-per-pattern-gradient",
    "kl-over-visible", "rho-over-units", "rho-running-mean", "rho-minibatch", "rho-double-sigmoid",
    "rho-sum", "tanh-rho-half", "tanh-rho-unmapped", "wrong-layer-rho", "kl-sign-first-term",
    "kl-on-output", "denoise-noisy-target", "denoise-swapped", "dropout-no-rescale",
    "dropout-keep-swapped", "dropout-rescaled-twice", "dropout-mask-inverted",
    "dropout-no-backward-mask", "softmax-squared-delta", "labels-off-by-one", "conv-flipped",
    "deconv-not-transpose", "conv-bias-one-position", "vae-logvar-as-sigma",
    "vae-logvar-as-logsigma", "vae-kl-sign", "vae-kl-mean-latent", "vae-kl-over-pixels",
    "vae-no-sampling", "vae-kl-log-squared", "vae-no-half-logvar", "vae-mean-reconstruction",
    "vae-one-eps-per-row"};
// clang-format on

bool same(std::span<const double> a, std::span<const double> b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

bool is_dense(const Network& network) {
    return std::all_of(network.layers.begin(), network.layers.end(),
                       [](const Layer& layer) { return layer.kind == Kind::dense; });
}

/// Conventions and mistakes that are not in the computation but in how its results are laid out.
struct Storage {
    bool delta_sign = false, delta_over_n = false;
    bool transposed_weights = false, transposed_kernels = false, channels_last = false;
    bool column_samples = false;
    bool biases_by_pattern = false, misplaced_weights = false;  // mistakes
};
constexpr std::pair<std::string_view, bool Storage::*> layouts[] = {
    {"delta-sign", &Storage::delta_sign},
    {"delta-over-n", &Storage::delta_over_n},
    {"transposed-weights", &Storage::transposed_weights},
    {"transposed-kernels", &Storage::transposed_kernels},
    {"channels-last", &Storage::channels_last},
    {"column-samples", &Storage::column_samples},
    {"bias-gradient-not-summed", &Storage::biases_by_pattern},
    {"row-major-unroll", &Storage::misplaced_weights}};

/// The gradient of biases as it is before the sum over the patterns: −δ/N, over the places.
Array by_pattern(Workings& workings, const Rules& rules, const Term& biases) {
    const auto delta = workings.term(rules, workings.at("delta" + std::to_string(biases.layer)));
    const Layer& layer = workings.given().network.layer(biases.layer);
    const std::size_t N = delta->rows, places = has_window(layer) ? delta->cols / biases.size : 1;
    // Where δ is 0 the files of `vectors` keep the sign of their zeros.
    std::vector<double> values(N * biases.size, is_dense(workings.given().network) ? -0.0 : 0.0);
    for (std::size_t q = 0; q < N; ++q)
        for (std::size_t k = 0; k < biases.size * places; ++k)
            values[q * biases.size + k / places] -=
                (*delta)(q, biases.first * places + k) / double(N);
    return {{N, biases.size}, std::move(values)};
}

/// What a column-major reader makes of a row-major vector, in the same shape.
std::vector<double> misplaced(const Array::Shape& shape, const std::vector<double>& values) {
    Axes backwards;
    for (std::size_t axis = shape.size(); axis-- > 0;) backwards.push_back(axis);
    std::vector<double> result;
    for (const std::size_t place : places_in(shape, backwards)) result.push_back(values[place]);
    return result;
}

Array laid_out(const Case& c, const Term& term, const Real& of, const Storage& asked) {
    std::vector<double> values(of.values.begin(), of.values.end());
    for (double& value : values)  // the sign of what is no number differs by machine
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    if (term.what == What::delta)
        for (double& value : values)
            value /= (asked.delta_sign ? -1 : 1) * (asked.delta_over_n ? double(c.x.rows) : 1);
    const Sort sort = sort_of(c.network, term);
    // By mistake the gradient of another matrix stands there.
    const bool matrix = sort == Sort::weights;
    const Array::Shape shape = matrix ? Array::Shape{of.rows, of.cols} : term.shape;
    if (term.what == What::weights && asked.misplaced_weights)
        return {shape, misplaced(shape, values)};
    if (sort == Sort::other) {
        const bool by_unit = term.what == What::rho || term.what == What::kl;  // or by pattern
        return {by_unit ? Array::Shape{values.size()} : shape, std::move(values)};
    }
    const bool kernels = sort == Sort::convolution || sort == Sort::deconvolution;
    const bool transposed = kernels ? asked.transposed_kernels : asked.transposed_weights;
    const Axes& order = order_of(sort, transposed, asked.channels_last, asked.column_samples);
    const Array::Shape axes = matrix ? shape : axes_of(c.network, term);
    std::vector<double> ordered;
    for (const std::size_t place : places_in(axes, order)) ordered.push_back(values[place]);
    return {shape_in(sort, axes, order), std::move(ordered)};
}

/// Whether an id of a layout changes anything of the right results. Of dense networks every one that
/// they can have is listed, even where N = 1 leaves nothing to see.
bool shows(const Case& c, Workings& workings, bool Storage::*id) {
    Storage storage;
    storage.*id = true;
    if (is_dense(c.network)) return !storage.transposed_kernels && !storage.channels_last;
    if (storage.biases_by_pattern) return c.x.rows > 1;
    return std::any_of(workings.terms().begin(), workings.terms().end(), [&](const Term& term) {
        const auto values = workings.term({}, term);
        const Array theirs = laid_out(c, term, *values, storage);
        return theirs.shape != term.shape || !same(theirs.doubles(), values->values);
    });
}

}  // namespace

std::span<const KnownMistake> known_mistakes() {
    static const std::vector<KnownMistake> all = [] {
        std::vector<KnownMistake> list;
        for (const std::string_view id : conventions) list.push_back({id, true});
        for (const std::string_view id : mistakes) list.push_back({id});
        return list;
    }();
    return all;
}

Archive terms_with(const Case& c, std::span<const std::string> ids) {
    const std::vector<Entry> entries = entries_for(c);
    Candidate chosen;
    Storage asked;
    for (const std::string& id : ids) {
        const auto layout = std::find_if(std::begin(layouts), std::end(layouts),
                                         [&](const auto& each) { return each.first == id; });
        if (layout != std::end(layouts))
            asked.*layout->second = true;
        else
            chosen.push_back(&entry_of(entries, id));
    }
    const Rules rules = changed_by(chosen);
    Workings workings(c);
    Archive archive;
    for (const Term& term : workings.terms())
        archive.add(term.key, term.what == What::biases && asked.biases_by_pattern
                                  ? by_pattern(workings, rules, term)
                                  : laid_out(c, term, *workings.term(rules, term), asked));
    return archive;
}

std::vector<std::string> ids_for(const Case& c) {
    Workings workings(c);
    std::vector<std::string> ids;
    for (const Entry& entry : entries_for(c)) {
        if (std::find(ids.begin(), ids.end(), entry.id) != ids.end()) continue;
        const Rules rules = changed_by({&entry});
        const bool differs =
            std::any_of(workings.terms().begin(), workings.terms().end(), [&](const Term& term) {
                const auto wrong = workings.term(rules, term), right = workings.term({}, term);
                return !same(wrong->values, right->values);
            });
        if (differs) ids.push_back(entry.id);
    }
    for (const auto& [id, of] : layouts)
        if (shows(c, workings, of)) ids.emplace_back(id);
    return ids;
}

}  // namespace autoencoder
