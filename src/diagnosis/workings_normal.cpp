// Layers whose net inputs, or activities, are normalised, forward and back.
#include <algorithm>
#include <cmath>
#include <vector>

#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

bool of_inputs(Normal::Of of) { return of == Normal::batch || of == Normal::units; }

/// Where a line of numbers that are normalised together has its numbers: a column, or a row.
double& place(Real& values, bool by_column, std::size_t line, std::size_t k) { return by_column ? values(k, line) : values(line, k); }

}  // namespace

bool Workings::is_normal(const ForwardRules& rules, std::size_t l, bool of_s) const {
    return rules.normal.of != Normal::none && of_inputs(rules.normal.of) == of_s && l < net_.depth() && net_.layer(l).kind == Kind::dense &&
           (rules.hidden_at == 0 || rules.hidden_at == l);
}

/// The numbers normalised, and what each was divided by.
void Workings::normalise(const Normal& how, Real& values, Real& scale) {
    const bool by_column = how.of == Normal::batch;
    const std::size_t lines = by_column ? values.cols : values.rows, n = by_column ? values.rows : values.cols;
    scale = values;
    for (std::size_t line = 0; line < lines; ++line) {
        std::vector<double> all;
        double mean = 0, squares = 0;
        for (std::size_t k = 0; k < n; ++k) all.push_back(place(values, by_column, line, k));
        for (const double each : all) mean += of_inputs(how.of) ? each / double(n) : 0;
        for (const double each : all) squares += (each - mean) * (each - mean) / (of_inputs(how.of) ? double(n) : 1);
        double by = std::sqrt(squares + (of_inputs(how.of) ? how.epsilon : 0));
        std::vector<double> sorted = all;
        std::ranges::sort(sorted, std::greater{});
        const double least = how.of == Normal::largest ? sorted[std::min(how.kept, n) - 1] : 0;
        for (std::size_t k = 0; k < n; ++k) {
            if (how.of == Normal::largest) by = all[k] >= least ? 1 : 0;
            place(scale, by_column, line, k) = by;
            place(values, by_column, line, k) = by == 0 ? 0 : (all[k] - mean) / by;
        }
    }
}

/// From −∂J/∂ of what was normalised to that of the numbers before; `after`: the normalised ones.
void Workings::normal_back(const Normal& how, const Real& scale, Real after, Real& e) {
    const bool by_column = how.of == Normal::batch;
    const std::size_t lines = by_column ? e.cols : e.rows, n = by_column ? e.rows : e.cols;
    for (std::size_t line = 0; line < lines; ++line) {
        double mean = 0, along = 0;
        for (std::size_t k = 0; k < n; ++k) {
            mean += of_inputs(how.of) ? place(e, by_column, line, k) / double(n) : 0;
            along += place(e, by_column, line, k) * place(after, by_column, line, k) / (of_inputs(how.of) ? double(n) : 1);
        }
        for (std::size_t k = 0; k < n; ++k) {
            double& each = place(e, by_column, line, k);
            const double by = by_column ? scale(k, line) : scale(line, k);
            if (how.of == Normal::largest)
                each *= by;
            else
                each = by == 0 ? 0 : (each - mean - place(after, by_column, line, k) * along) / by;
        }
    }
}

}  // namespace autoencoder::diagnosis
