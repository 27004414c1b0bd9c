#include "diagnosis/patterns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "diagnosis/finding.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Where the patterns may be cut, so that those between count alike: everywhere, or if these are too many, where
/// the first or the last are lost, or a half, or a mini-batch.
std::vector<Indices> cuts_of(std::size_t N, std::size_t numbers, bool small) {
    std::vector<Indices> ways;
    if (N <= 64 && N + 4 <= numbers) ways.push_back(from_to(0, N + 1));
    Indices some = {0, 1, N / 2, N - 1, N};
    for (std::size_t size = 2; size < N; size *= 2)
        for (const std::size_t of : {size, 5 * size})
            if (of < N) some.insert(some.end(), {of, N - of, N - N % of});
    for (const std::size_t of : {50u, 100u, 250u, 500u, 1000u})
        if (of < N) some.insert(some.end(), {of, N - of, N - N % of});
    std::ranges::sort(some);
    some.erase(std::unique(some.begin(), some.end()), some.end());
    ways.push_back(std::move(some));
    // Perhaps too few numbers for so many: each cut alone, and each pattern.
    for (std::size_t q = 1; q < N && small && N <= 64; ++q) ways.push_back({0, q, N});
    for (std::size_t q = 1; q + 1 < N && small && N <= 64; ++q) ways.push_back({0, q, q + 1, N});
    return ways;
}

}  // namespace

Case with_patterns(const Case& c, const Indices& inputs, const Indices& targets) {
    const auto rows = [](const Matrix<double>& of, const Indices& which) {
        Matrix<double> some(of.rows == 0 ? 0 : which.size(), of.cols);
        for (std::size_t i = 0; i < some.rows; ++i) std::ranges::copy(of.row(which[i]), some.row(i).begin());
        return some;
    };
    Case result = c;
    result.x = rows(c.x, inputs);
    result.y = rows(c.y, targets);
    result.noise = rows(c.noise, inputs);
    for (Matrix<double>& mask : result.masks) mask = rows(mask, inputs);
    return result;
}

Indices from_to(std::size_t begin, std::size_t end) {
    Indices all(end - begin);
    std::iota(all.begin(), all.end(), begin);
    return all;
}

const Given* largest_gradient(const Theirs& theirs, std::size_t l) {
    const Given* best = nullptr;
    for (const Given& given : theirs.given)
        if (given.term.is_gradient() && given.term.layer == l && given.fit != Fit::other_size &&
            !is_unsummed(given) && (!best || given.term.size > best->term.size))
            best = &given;
    return best;
}

const Given* of_other_patterns(const Against& against) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Given* given = largest_gradient(theirs, workings.given().network.depth());
    return given && workings.patterns() > 1 && comparison.lost().empty() &&
                   !comparison.weighing({}, frame, *given).possible
               ? given
               : nullptr;
}

Weighing as_sum(const Against& against, const Given& given, const Term& rows, std::vector<Weight> parts,
                const std::vector<std::shared_ptr<const Real>>& numbers) {
    Comparison& comparison = against.comparison;
    return weighed(comparison.theirs(given, against.frame, rows), std::move(parts), numbers,
                   against.theirs.single ? 3 : 1,
                   [&](const Real& ours) { return comparison.allowed(rows, ours, true); });
}

Weighing as_sum(const Against& against, const Given& given, const std::vector<Shared>& cases) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Term term = workings.sample_of(given.term);
    std::vector<Weight> parts;
    std::vector<std::shared_ptr<const Real>> columns;
    for (const Shared& each : cases) {
        Workings there(each.c);
        Real column = *numbers_of(there, {}, {Share::data}, term);
        for (double& number : column.values) number *= each.share;
        columns.push_back(std::make_shared<const Real>(std::move(column)));
        parts.push_back({{Share::data}});
    }
    const Part own{term.what == What::weights ? Share::penalty : Share::biases, term.layer};
    const double weight = weight_of({}, own, term, workings.given().network);
    columns.push_back(numbers_of(workings, {}, own, term));
    parts.push_back({own, weight, weight});
    return as_sum(against, given, term, std::move(parts), columns);
}

Indices counts_of(const Against& against) {
    const Case& c = against.workings.given();
    const std::size_t N = c.x.rows;
    const Given* given = of_other_patterns(against);
    if (!given) return {};
    for (const Indices& cuts : cuts_of(N, against.workings.sample_of(given->term).size,
                                       N * c.theta.size() < 2000000)) {
        std::vector<Shared> some;
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
            const Indices rows = from_to(cuts[i], cuts[i + 1]);
            some.push_back({with_patterns(c, rows, rows), double(rows.size()) / double(N)});
        }
        const Weighing fit = as_sum(against, *given, some);
        if (!fit.possible || !fit.decided) continue;
        double least = HUGE_VAL;
        for (std::size_t i = 0; i < some.size(); ++i)
            if (const Weight& of = fit.weights[i]; std::abs(of.value) > 0.05)
                least = std::min(least, std::abs(of.value));
        Indices counts;
        for (std::size_t i = 0; i < some.size(); ++i) {
            const Weight& of = fit.weights[i];
            const double count = std::round(of.value / least);
            if (!of.said() || !(of.off_by < 0.05 * least) || count < 0 || count > 2 ||
                std::abs(of.value - count * least) > 4 * of.off_by + 1e-6 * least)
                break;
            counts.resize(cuts[i + 1], std::size_t(count));
        }
        if (counts.size() == N)
            return std::ranges::count(counts, counts[0]) == std::ptrdiff_t(N) ? Indices{} : counts;
    }
    return {};
}

std::string words_of(const Indices& counts) {
    const std::size_t N = counts.size();
    std::vector<std::string> lost, twice;
    std::size_t first = N, last = 0, kept = 0;
    for (std::size_t q = 0; q < N; ++q) {
        if (counts[q] != 1) (counts[q] == 0 ? lost : twice).push_back(std::to_string(q + 1));
        if (counts[q] == 0) continue;
        first = std::min(first, q + 1);
        last = q + 1;
        ++kept;
    }
    const auto some = [](const std::vector<std::string>& of, const char* is, const char* are) {
        return (of.size() == 1 ? "pattern " : "patterns ") + listed(of) + (of.size() == 1 ? is : are);
    };
    if (lost.size() > 1 && twice.empty() && kept == last + 1 - first)
        return kept == 1 ? "only pattern " + std::to_string(first) + " of " + std::to_string(N) + " is taken"
                         : "only patterns " + std::to_string(first) + " to " + std::to_string(last) + " of " +
                               std::to_string(N) + " are taken";
    std::vector<std::string> clauses;
    if (!lost.empty()) clauses.push_back(some(lost, " is left out", " are left out"));
    if (!twice.empty()) clauses.push_back(some(twice, " counts twice", " count twice"));
    return listed(clauses);
}

}  // namespace autoencoder::diagnosis
