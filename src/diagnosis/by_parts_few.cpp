// Of few numbers: those that one weight changes, those of one unit.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "diagnosis/by_parts.hpp"
#include "diagnosis/words.hpp"

namespace autoencoder::diagnosis {

std::vector<std::vector<Weight>> one_changed(const Against& against, const Given& given) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    std::vector<Weight> usual = comparison.weighing(structure, frame, given).weights;
    const std::vector<double>& wanted = comparison.in_our_order(given, frame);
    std::vector<std::shared_ptr<const Real>> numbers;
    Real ours(1, wanted.size());
    for (Weight& each : usual) {
        each.value = each.usual;
        numbers.push_back(numbers_of(workings, structure, each.part, given.term));
        if (numbers.back()->values.size() != wanted.size()) return {};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            ours.values[i] += each.value * numbers.back()->values[i];
    }
    std::set<std::vector<bool>> choices;
    const auto choose = [&](const auto& moves) {
        std::vector<bool> choice;
        for (const Weight& each : usual) choice.push_back(moves(each));
        choices.insert(choice);
    };
    choose([](const Weight& each) { return each.usual != 0; });
    for (const Weight& one : usual)
        choose([&](const Weight& each) {
            return each.part == one.part ||
                   (group_of(one.part) > 0 && group_of(each.part) == group_of(one.part));
        });
    const Allowed allowed = comparison.allowed(given.term, ours);
    std::vector<std::vector<Weight>> ways;
    for (const std::vector<bool>& choice : choices) {
        double along = 0, square = 0, size = 0;  // of what moves, in tolerances
        std::size_t telling = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            double by = 0;
            for (std::size_t k = 0; k < usual.size(); ++k)
                if (choice[k]) by += numbers[k]->values[i];
            const double tolerance = std::max(allowed.of(i, wanted[i], ours.values[i]), 1e-100);
            along += by / tolerance * ((wanted[i] - ours.values[i]) / tolerance);
            square += by / tolerance * (by / tolerance);
            size += std::abs(by / tolerance);
            telling += by != 0;
        }
        constexpr double visible = 1e6;
        if (telling < 3 || !(square > visible) || !std::isfinite(along)) continue;
        std::vector<Weight> weights = usual;
        for (std::size_t k = 0; k < weights.size(); ++k) {
            weights[k].off_by = size / square;
            if (choice[k]) weights[k].value += along / square;
        }
        ways.push_back(std::move(weights));
    }
    return ways;
}

std::vector<double> sparsity_by_unit(const Against& against, const Given& given) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Term& term = given.term;
    const Case& c = workings.given();
    if (structure != Rules{} || term.what != What::weights || !c.network.sparse(term.layer) || c.x.rows < 2) return {};
    const auto ours = workings.term({}, term), first = numbers_of(workings, {}, {Share::first, term.layer}, term),
               second = numbers_of(workings, {}, {Share::second, term.layer}, term);
    const std::vector<double>& numbers = comparison.in_our_order(given, frame);
    const std::size_t units = term.shape[0], of_unit = numbers.size() / units;
    constexpr std::size_t enough = 3;  // numbers of a unit, for its factor
    if (units < 2 || of_unit < enough || numbers.size() != ours->values.size() || numbers.size() != first->values.size()) return {};
    const Allowed allowed = comparison.allowed(term, *ours, true);
    std::vector<double> factors;
    for (std::size_t j = 0; j < units; ++j) {
        double along = 0, square = 0;
        const auto part = [&](std::size_t i) { return first->values[i] + second->values[i]; };
        for (std::size_t i = j * of_unit; i < (j + 1) * of_unit; ++i)
            along += (numbers[i] - ours->values[i]) * part(i), square += part(i) * part(i);
        const double more = along / square;
        for (std::size_t i = j * of_unit; i < (j + 1) * of_unit; ++i)
            if (!same_number(numbers[i], ours->values[i] + more * part(i), 2 * allowed.of(i, numbers[i], ours->values[i]))) return {};
        factors.push_back(1 + more);
    }
    const auto [least, most] = std::ranges::minmax(factors);
    return most - least > 1e-3 * std::max(std::abs(least), std::abs(most)) ? factors : std::vector<double>{};
}

bool is_given_by_units(const Against& against, const Given& biases, const std::vector<double>& factors) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Term& term = biases.term;
    Real numbers = *workings.term({}, term);
    if (structure != Rules{} || term.what != What::biases || numbers.values.size() != factors.size()) return false;
    for (const Share share : {Share::first, Share::second}) {
        const auto part = numbers_of(workings, {}, {share, term.layer}, term);
        for (std::size_t j = 0; j < factors.size(); ++j) numbers.values[j] += (factors[j] - 1) * part->values[j];
    }
    return comparison.gives(frame, biases, term, numbers, {});
}

Weight weight_in(const std::vector<Weight>& other, const Weight& wanted) {
    Weight data = wanted;
    data.value = wanted.usual;
    for (const Weight& each : other) {
        if (each.part.share == wanted.part.share &&
            (each.part.layer == wanted.part.layer || each.usual == 0))
            return each;
        if (each.part.share == Share::data && wanted.usual != 0) data = each;
    }
    return data;
}

bool is_met_by_any(const Case& c, const Given& given, const std::vector<Weight>& weights) {
    std::map<std::size_t, std::vector<const Weight*>> through;  // by layer of ρ; 0: through a pattern
    for (const Weight& each : weights) {
        const bool is_sparsity = each.part.share == Share::first || each.part.share == Share::second;
        if (!each.said() || each.is(each.usual) || (c.x.rows > 1 && !is_sparsity)) continue;
        std::vector<const Weight*>& others = through[c.x.rows > 1 ? each.part.layer : 0];
        const auto alike = [&](const Weight* other) { return same(*other, each); };
        if (std::ranges::none_of(others, alike)) others.push_back(&each);
    }
    return std::ranges::any_of(through, [&](const auto& of) {
        const std::size_t units = of.first > 0 ? c.network.units(of.first) : given.term.shape[0];
        const std::size_t spare = of.first == 0 ? 1 : 0;  // one pattern may be met by chance
        return of.second.size() > 1 && of.second.size() + spare >= units;
    });
}

std::vector<Weight> settled(const Against& against, const Given& given, std::vector<Weight> weights) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Term& term = given.term;
    std::vector<double> left = comparison.in_our_order(given, frame);
    Real usual(1, left.size());
    std::vector<std::size_t> moved;
    std::vector<Weight> parts;
    std::vector<std::shared_ptr<const Real>> columns;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        auto numbers = numbers_of(workings, structure, weights[k].part, term);
        if (!weights[k].is(weights[k].usual)) {
            moved.push_back(k);
            parts.push_back(weights[k]);
            columns.push_back(std::move(numbers));
            continue;
        }
        weights[k].value = weights[k].usual;
        if (weights[k].said()) weights[k].off_by = 1e-13;
        for (std::size_t i = 0; i < left.size(); ++i)
            usual.values[i] += weights[k].usual * numbers->values[i];
    }
    if (moved.empty() || moved.size() == weights.size()) return weights;
    for (std::size_t i = 0; i < left.size(); ++i) left[i] -= usual.values[i];
    const Weighing closer = weighed(left, parts, columns, 1, [&](Real ours) {
        for (std::size_t i = 0; i < left.size(); ++i) ours.values[i] += usual.values[i];
        return against.comparison.allowed(term, ours, true);
    });
    for (std::size_t k = 0; k < moved.size(); ++k) weights[moved[k]] = closer.weights[k];
    return weights;
}

std::size_t only_wrong(const Against& against, const Given& given, Line of) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const auto right = workings.term({}, given.term);
    const std::vector<double>& numbers = comparison.in_our_order(given, frame);
    const bool fits = of == Line::unit ? given.term.is_gradient() : given.term.what == What::weights && given.term.shape.size() == 2;
    const std::size_t units = fits ? given.term.shape[0] : 0;
    if (structure != Rules{} || units == 0 || numbers.size() != right->values.size()) return 0;
    const std::size_t n = numbers.size() / units;
    if ((of == Line::unit ? units : n) < 2) return 0;
    const Allowed allowed = comparison.allowed(given.term, *right);
    std::set<std::size_t> wrong;
    for (std::size_t i = 0; i < numbers.size() && wrong.size() < 2; ++i)
        if (const double ours = right->values[i]; !same_number(numbers[i], ours, allowed.of(i, numbers[i], ours)))
            wrong.insert((of == Line::unit ? i / n : i % n) + 1);
    return wrong.size() == 1 ? *wrong.begin() : 0;
}

}  // namespace autoencoder::diagnosis
