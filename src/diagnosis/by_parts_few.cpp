// Of few numbers: those that one weight changes, those of one unit.
#include <algorithm>
#include <cmath>
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

std::size_t only_wrong_unit(const Against& against, const Given& given) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const auto right = workings.term({}, given.term);
    const std::vector<double>& numbers = comparison.in_our_order(given, frame);
    const std::size_t units = given.term.is_gradient() ? given.term.shape[0] : 0;
    if (structure != Rules{} || units < 2 || numbers.size() != right->values.size()) return 0;
    const Allowed allowed = comparison.allowed(given.term, *right);
    std::set<std::size_t> wrong;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (const double ours = right->values[i];
            !same_number(numbers[i], ours, allowed.of(i, numbers[i], ours)))
            wrong.insert(i / (numbers.size() / units) + 1);
    return wrong.size() == 1 ? *wrong.begin() : 0;
}

}  // namespace autoencoder::diagnosis
