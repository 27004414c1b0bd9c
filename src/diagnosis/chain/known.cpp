// Terms of a chain with a mistake made on purpose.
#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/error.hpp"
#include "diagnosis/chain/diagnosis.hpp"
#include "diagnosis/chain/mistakes.hpp"
#include "diagnosis/chain/workings.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

/// Conventions that are not in the computation but in how its results are laid out.
enum class Layouts { delta_sign, delta_over_n, transposed_weights };
constexpr std::pair<std::string_view, Layouts> layouts[] = {
    {"delta-sign", Layouts::delta_sign},
    {"delta-over-n", Layouts::delta_over_n},
    {"transposed-weights", Layouts::transposed_weights}};

bool dense_weights(const Term& term) {
    return term.what == What::weights && term.shape.size() == 2;
}

Array laid_out(const Term& term, std::vector<double> values, const std::vector<Layouts>& asked,
               double N) {
    Array::Shape shape = term.shape;
    for (double& value : values)  // the sign of what is no number differs by machine
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    for (const Layouts layout : asked) {
        if (term.what == What::delta && layout != Layouts::transposed_weights)
            for (double& value : values) value /= layout == Layouts::delta_sign ? -1 : N;
        if (layout != Layouts::transposed_weights || !dense_weights(term)) continue;
        const std::vector<double> before = values;
        const std::size_t rows = shape[0], cols = shape[1];
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < cols; ++j) values[j * rows + i] = before[i * cols + j];
        shape = {cols, rows};
    }
    return {std::move(shape), std::move(values)};
}

}  // namespace

bool is_for(const Case& c) {
    return std::any_of(c.network.layers.begin(), c.network.layers.end(),
                       [](const Layer& layer) { return layer.kind != Kind::dense; });
}

Archive terms_with(const Case& c, std::span<const std::string> ids) {
    const std::vector<Entry> entries = entries_for(c);
    CandidateOf<Rules> chosen;
    std::vector<Layouts> asked;
    for (const std::string& id : ids) {
        const auto layout = std::find_if(std::begin(layouts), std::end(layouts),
                                         [&](const auto& each) { return each.first == id; });
        if (layout != std::end(layouts)) {
            asked.push_back(layout->second);
            continue;
        }
        const auto entry = std::find_if(entries.begin(), entries.end(),
                                        [&](const Entry& each) { return each.id == id; });
        require(entry != entries.end(), "this case cannot show '" + id + "'");
        chosen.push_back(&*entry);
    }
    const Rules rules = changed_by<Rules>(chosen);
    Workings workings(c);
    Archive archive;
    for (const Term& term : workings.terms())
        archive.add(term.key,
                    laid_out(term, workings.values(rules, term), asked, double(c.x.rows)));
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
    ids.emplace_back("delta-sign");
    if (c.x.rows > 1) ids.emplace_back("delta-over-n");
    if (std::any_of(workings.terms().begin(), workings.terms().end(), dense_weights))
        ids.emplace_back("transposed-weights");
    return ids;
}

}  // namespace autoencoder::diagnosis::chain
