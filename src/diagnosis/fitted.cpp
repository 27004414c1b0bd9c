// Entries with a number that theirs say.
#include <cmath>
#include <numeric>

#include "autoencoder/report.hpp"
#include "diagnosis/other_case.hpp"

namespace autoencoder::diagnosis {
double plainest(double value, double off_by) {
    if (std::abs(value) <= 2 * off_by || std::abs(value) < 1e-12) return 0;
    for (int digits = 1; digits < 7; ++digits)
        if (const double plain = std::stod(rounded(value, digits)); std::abs(plain - value) <= 2 * off_by)
            return plain;
    return value;
}

std::vector<Entry> fitted_entries(const Against& against, const Indices& counts) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    std::vector<Entry> entries;
    if (!comparison.lost().empty()) return entries;
    const std::size_t N = workings.patterns(), L = workings.given().network.depth();
    if (!counts.empty()) {
        workings.weigh({counts.begin(), counts.end()});
        const double r = double(N) / double(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
        for (const double divided : {1.0, r}) {
            entries.push_back({"patterns-lost", words_of(counts) + " in the sums of the gradient", "gradient"});
            entries.back().change = [=](Rules& rules) {
                rules.gradient.patterns = Patterns::weighed;
                rules.gradient.weights = rules.gradient.biases = divided;
            };
        }
    }
    add_shares(against, entries, false);
    add_latent(against, entries);
    for (const double divided : {double(N) - 1, double(N) + 1})
        if (N > 2) add_counts(entries, double(N), divided);
    for (std::size_t l = L; l > 1; --l) {
        // A gradient of the layer below is linear in the step.
        const Given* below = largest_gradient(theirs, l - 1);
        if (!below) continue;
        const Term term = workings.sample_of(below->term);
        Rules moved;
        moved.back.carry = Carry::stepped;
        moved.back.step = 1;
        moved.back.stepped_at = l;
        Real by_step = *workings.term(moved, term);
        const auto right = workings.term({}, term);
        for (std::size_t i = 0; i < by_step.values.size(); ++i) by_step.values[i] -= right->values[i];
        std::vector<Weight> parts;
        std::vector<std::shared_ptr<const Real>> columns;
        for (const Part& part : parts_of(workings.given(), {}, term)) {
            const double weight = weight_of({}, part, term, workings.given().network);
            columns.push_back(numbers_of(workings, {}, part, term));
            parts.push_back({part, weight, weight});
        }
        columns.push_back(std::make_shared<const Real>(std::move(by_step)));
        parts.push_back({{Share::data, l}, 0, 0});
        const Weighing fit = as_sum(against, *below, term, parts, columns);
        const Weight &data = fit.weights[0], &step = fit.weights.back();
        if (!fit.possible || !fit.decided || !step.said() || step.is(0) || data.is(0)) continue;
        moved.back.step = plainest(step.value / data.value, step.off_by / std::abs(data.value));
        for (const std::size_t at : {std::size_t{0}, l}) {
            if (at == 0 && l < L) continue;
            entries.push_back({"stepped-weights",
                               (at == 0 && L > 2 ? "all weights" : names_of(workings.given().network, l, false)) +
                                   " moved before δ went back, with a learning rate of " +
                                   rounded(moved.back.step, 4),
                               "delta-hidden"});
            moved.back.stepped_at = at;
            entries.back().change = [moved](Rules& rules) {
                rules.back.carry = moved.back.carry;
                rules.back.step = moved.back.step;
                rules.back.stepped_at = moved.back.stepped_at;
            };
            if (L == 2) break;  // all is this one
        }
    }
    return entries;
}

}  // namespace autoencoder::diagnosis
