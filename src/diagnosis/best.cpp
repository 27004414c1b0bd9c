#include "diagnosis/best.hpp"

#include <algorithm>

#include "diagnosis/guards.hpp"

namespace autoencoder::diagnosis {

namespace {

Guards both(Guards guards, const Guards& more) {
    if (more.rho) guards.rho = more.rho;
    if (more.rho_slope) guards.rho_slope = more.rho_slope;
    if (more.output) guards.output = more.output;
    if (more.output_slope) guards.output_slope = more.output_slope;
    return guards;
}

}  // namespace

Best best_explained(const Theirs& theirs, Workings& workings, const std::vector<Entry>& entries,
                    const std::function<void(double)>& progress) {
    constexpr Levels first = {0, 1}, then = {2, 3};
    Best plain{std::make_unique<Comparison>(workings, theirs)};
    plain.found = explain(*plain.comparison, entries, first, progress);
    if (!plain.found.empty()) return plain;
    struct Way : Best {
        Guards guards;
    };
    std::vector<Way> sure;
    const auto hold = [&](const Guards& guards, Best& against, Levels levels) {
        workings.guard(guards);
        if (!against.comparison)
            against.comparison = std::make_unique<Comparison>(workings, theirs);
        against.found = explain(*against.comparison, entries, levels, progress);
        return !against.found.empty();
    };
    std::vector<Guess> all = guesses(*plain.comparison, theirs, workings, entries);
    std::vector<Real> unguarded;
    for (const Given& given : theirs.given)
        unguarded.push_back(all.empty() ? Real() : *workings.term({}, given.term));
    // Whether numbers of the gradient that are as they are by a guard are enough.
    const auto confirmed = [&](Way& way) {
        std::size_t told = 0;
        for (std::size_t i = 0; i < unguarded.size(); ++i)
            if (theirs.given[i].term.has_parts())
                told += way.comparison->told_from(way.found[0].frame, theirs.given[i], unguarded[i]);
        return (way.guards.rho_slope || way.guards.output_slope) && told >= 3;
    };
    const std::size_t first_guesses = all.size();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Guess guess = all[i];
        Way way{{}, guess.guards};
        if (hold(guess.guards, way, {0, 0})) {
            if (guess.sure || confirmed(way)) return Best(std::move(way));
            if (plain.perhaps.empty()) plain.perhaps = guess.guards.words();
        }
        constexpr std::size_t most = 4;
        if (!guess.sure || sure.size() == most) continue;
        // Beside one in the logarithms of ρ another may stand in those of ŷ.
        for (const Guess& more : guesses(*way.comparison, theirs, workings, entries))
            if (i < first_guesses) all.push_back({both(guess.guards, more.guards), more.sure});
        sure.push_back(std::move(way));
    }
    for (Way& way : sure)
        if (hold(way.guards, way, {1, 1})) return Best(std::move(way));
    if (hold({}, plain, then)) return plain;
    const auto right = [&](const Way& way) {
        workings.guard(way.guards);
        return way.comparison->nearest().agreeing;
    };
    std::ranges::stable_sort(sure, std::greater{}, right);
    for (Way& way : sure)
        if (hold(way.guards, way, then)) return Best(std::move(way));
    if (sure.empty()) return plain;
    workings.guard(sure[0].guards);
    return Best(std::move(sure[0]));
}

}  // namespace autoencoder::diagnosis
