// Terms of a chain with a mistake made on purpose.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "autoencoder/convolution.hpp"
#include "diagnosis/chain/axes.hpp"
#include "diagnosis/chain/diagnosis.hpp"
#include "diagnosis/chain/mistakes.hpp"
#include "diagnosis/chain/workings.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

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
    const std::vector<Term>& terms = workings.terms();
    const Term& term = *std::find_if(terms.begin(), terms.end(), [&](const Term& each) {
        return each.what == What::delta && each.layer == biases.layer;
    });
    const std::vector<double> delta = workings.values(rules, term);
    const Network& net = workings.given().network;
    const Layer& layer = net.layer(biases.layer);
    const std::size_t N = workings.given().x.rows, cols = delta.size() / N,
                      places = has_window(layer) ? cols / biases.size : 1;
    std::vector<double> values(N * biases.size);
    for (std::size_t q = 0; q < N; ++q)
        for (std::size_t k = 0; k < biases.size * places; ++k)
            values[q * biases.size + k / places] -=
                delta[q * cols + biases.first * places + k] / double(N);
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

Array laid_out(const Case& c, const Term& term, std::vector<double> values, const Storage& asked) {
    for (double& value : values)  // the sign of what is no number differs by machine
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    if (term.what == What::delta)
        for (double& value : values)
            value /= (asked.delta_sign ? -1 : 1) * (asked.delta_over_n ? double(c.x.rows) : 1);
    if (term.what == What::weights && asked.misplaced_weights)
        return {term.shape, misplaced(term.shape, values)};
    const Sort sort = sort_of(c.network, term);
    if (sort == Sort::other) {
        const bool by_unit = term.what == What::rho || term.what == What::kl;  // or by pattern
        return {by_unit ? Array::Shape{values.size()} : term.shape, std::move(values)};
    }
    const bool kernels = sort == Sort::convolution || sort == Sort::deconvolution;
    const bool transposed = kernels ? asked.transposed_kernels : asked.transposed_weights;
    const Axes& order = order_of(sort, transposed, asked.channels_last, asked.column_samples);
    const Array::Shape axes = axes_of(c.network, term);
    std::vector<double> ordered;
    for (const std::size_t place : places_in(axes, order)) ordered.push_back(values[place]);
    return {shape_in(sort, axes, order), std::move(ordered)};
}

}  // namespace

bool is_for(const Case& c) {
    return std::any_of(c.network.layers.begin(), c.network.layers.end(),
                       [](const Layer& layer) { return layer.kind != Kind::dense; });
}

Archive terms_with(const Case& c, std::span<const std::string> ids) {
    const std::vector<Entry> entries = entries_for(c);
    CandidateOf<Rules> chosen;
    Storage asked;
    for (const std::string& id : ids) {
        const auto layout = std::find_if(std::begin(layouts), std::end(layouts),
                                         [&](const auto& each) { return each.first == id; });
        if (layout != std::end(layouts)) {
            asked.*layout->second = true;
            continue;
        }
        chosen.push_back(&entry_of(entries, id));
    }
    const Rules rules = changed_by<Rules>(chosen);
    Workings workings(c);
    Archive archive;
    for (const Term& term : workings.terms())
        archive.add(term.key, term.what == What::biases && asked.biases_by_pattern
                                  ? by_pattern(workings, rules, term)
                                  : laid_out(c, term, workings.values(rules, term), asked));
    return archive;
}

std::vector<std::string> ids_for(const Case& c) {
    Workings workings(c);
    std::vector<std::string> ids;
    for (const Entry& entry : entries_for(c)) {
        if (std::find(ids.begin(), ids.end(), entry.id) != ids.end()) continue;
        const Rules rules = changed_by<Rules>({&entry});
        const bool shows = std::any_of(
            workings.terms().begin(), workings.terms().end(), [&](const Term& term) {
                return workings.values(rules, term) != workings.values({}, term);
            });
        if (shows) ids.push_back(entry.id);
    }
    const bool patterns = c.x.rows > 1;
    for (const auto& [id, of] : layouts) {
        Storage storage;
        storage.*of = true;
        const bool shows = std::any_of(
            workings.terms().begin(), workings.terms().end(), [&](const Term& term) {
                if (storage.biases_by_pattern) return patterns;
                const std::vector<double> values = workings.values({}, term);
                const Array theirs = laid_out(c, term, values, storage);
                return theirs.shape != term.shape || theirs.doubles() != values;
            });
        if (shows) ids.emplace_back(id);
    }
    return ids;
}

}  // namespace autoencoder::diagnosis::chain
