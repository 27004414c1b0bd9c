// Gradients that no weights of their parts give: as a function of our numbers, or with something added.
#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/by_parts.hpp"
#include "diagnosis/patterns.hpp"
#include "diagnosis/words.hpp"

namespace autoencoder::diagnosis {
namespace {

double sign(double x) { return double((x > 0) - (x < 0)); }

/// What a program may have made of its right gradient.
struct Made {
    std::string words;
    std::vector<double> numbers;
};

std::vector<Made> made_of(std::span<const double> ours, std::span<const double> theta, std::span<const double> theirs) {
    std::vector<Made> all;
    const auto add = [&](const std::string& words, const auto& f) {
        all.push_back({words, {}});
        for (std::size_t i = 0; i < ours.size(); ++i) all.back().numbers.push_back(f(i));
    };
    double most = 0, mean = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        most = std::max(most, std::abs(theirs[i]));
        mean += ours[i] / double(ours.size());
    }
    add("ours held between −" + rounded(most, 4) + " and " + rounded(most, 4), [&](std::size_t i) { return std::clamp(ours[i], -most, most); });
    add("the sign of ours", [&](std::size_t i) { return sign(ours[i]); });
    add("the size of ours, without its sign", [&](std::size_t i) { return std::abs(ours[i]); });
    add("the square of ours", [&](std::size_t i) { return ours[i] * ours[i]; });
    add("the mean of ours, everywhere", [&](std::size_t) { return mean; });
    add("ours less its mean", [&](std::size_t i) { return ours[i] - mean; });
    add("ours times the parameter itself", [&](std::size_t i) { return ours[i] * theta[i]; });
    return all;
}

/// What may be added to the gradient of a parameter.
std::vector<Made> added_to(const Term& term, std::span<const double> theta) {
    const std::string name = term.key.substr(5);
    std::vector<Made> all = {{"the sign of " + name, {}}, {name + " cubed", {}}, {"a constant", {}}};
    for (const double w : theta) {
        all[0].numbers.push_back(sign(w));
        all[1].numbers.push_back(w * w * w);
        all[2].numbers.push_back(1);
    }
    return all;
}

}  // namespace

std::string by_numbers(const Against& against, const Given& given) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Term& term = given.term;
    if (structure != Rules{} || !term.is_gradient() || !comparison.lost().empty() || theirs.printed.any()) return "";
    const auto ours = workings.term({}, term);
    const std::vector<double>& wanted = comparison.in_our_order(given, frame);
    const std::span<const double> theta = workings.parameters(term);
    constexpr std::size_t enough = 4, many = 100000;
    if (wanted.size() != ours->values.size() || wanted.size() < enough || theta.size() != wanted.size()) return "";
    for (const Made& made : made_of(numbers(*ours), theta, wanted)) {
        Real as(1, wanted.size());
        std::ranges::copy(made.numbers, as.values.begin());
        if (comparison.gives(frame, given, term, as, {})) return made.words;
    }
    if (const std::size_t input = only_wrong(against, given, Line::input); input > 0) return "ours but for what belongs to input " + std::to_string(input);
    if (wanted.size() > many) return "";  // they would take their time
    std::vector<Weight> parts;
    std::vector<std::shared_ptr<const Real>> columns;
    for (const Part& part : parts_of(workings.given(), {}, term)) {
        const double usual = weight_of({}, part, term, workings.given().network);
        columns.push_back(numbers_of(workings, {}, part, term));
        parts.push_back({part, usual, usual});
    }
    if (term.shape.size() == 2 && term.shape[0] == term.shape[1] && parts[0].part.share == Share::data) {
        std::vector<std::shared_ptr<const Real>> turned = columns;
        Real data = *columns[0];
        for (std::size_t i = 0, n = term.shape[0]; i < n * n; ++i) data.values[i] = columns[0]->values[i % n * n + i / n];
        turned[0] = std::make_shared<const Real>(std::move(data));
        const Weighing fit = as_sum(against, given, term, parts, turned);
        const auto as_usual = [](const Weight& each) { return !each.said() || each.is(each.usual); };
        if (fit.possible && fit.decided && std::ranges::all_of(fit.weights, as_usual)) return "ours with the data's part transposed, Σ h δᵀ for Σ δ hᵀ";
    }
    parts.push_back({{Share::data, term.layer}, 0, 0});
    columns.emplace_back();
    if (parts.size() + enough > wanted.size()) return "";
    for (const Made& added : added_to(term, theta)) {
        Real of(1, wanted.size());
        std::ranges::copy(added.numbers, of.values.begin());
        columns.back() = std::make_shared<const Real>(std::move(of));
        const Weighing fit = as_sum(against, given, term, parts, columns);
        const Weight& more = fit.weights.back();
        if (!fit.possible || !fit.decided || !more.said() || more.is(0)) continue;
        const bool rest = std::all_of(fit.weights.begin(), fit.weights.end() - 1,
                                      [](const Weight& each) { return !each.said() || each.is(each.usual); });
        if (rest || fit.weights[1].is(0))
            return "ours" + std::string(rest ? "" : " without λ" + term.key.substr(5)) + " with " +
                   factor_of(more.value, more.off_by, workings.given()).words() + " times " + added.words + " added";
    }
    return "";
}

}  // namespace autoencoder::diagnosis
