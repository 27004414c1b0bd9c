#include "diagnosis/quotients.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

/// What is wrong with differences of a cost.
Entry mistake(const char* clause) { return {"difference-quotient", clause, "gradient"}; }
const Entry by_half = mistake("(J(θ + h) − J(θ − h)) is divided by h in place of 2h"),
            left_there = mistake("θ stays where the last step has left it while the next number's steps are gone"),
            too_large = mistake("the cost is taken for a line over a step that is too large"),
            too_small = mistake("the step is so small that little but rounding is left of the costs' difference");

constexpr double small = 1e-6, large = 0.015;  // of steps

/// A step, and how it is gone; backwards where it is below 0.
struct Step {
    double h;
    bool central;
    enum { whole, as_rounded, by_size } divisor;  // h; (θ + h) − θ; that with h · max(1, |θ|), signed as θ
    bool five_points = false;
    const Entry* wrong = nullptr;

    double at(double theta) const {
        return divisor == by_size ? h * std::copysign(std::max(1.0, std::abs(theta)), theta) : h;
    }
    /// What the difference is divided by.
    double over(double theta) const {
        const double step = at(theta);
        if (five_points) return 12 * step;
        if (wrong == &by_half) return step;
        if (divisor == whole) return central ? 2 * step : step;
        return (theta + step) - (central ? theta - step : theta);
    }
    std::string words() const {
        const std::string quotient = five_points        ? "(8 (J(θ + h) − J(θ − h)) − J(θ + 2h) + J(θ − 2h))/12h"
                                     : wrong == &by_half ? "(J(θ + h) − J(θ − h))/h"
                                     : central           ? "(J(θ + h) − J(θ − h))/2h"
                                     : h < 0             ? "(J(θ) − J(θ − h))/h"
                                                         : "(J(θ + h) − J(θ))/h";
        return "differences of their cost, " + quotient +
               " with h about " + rounded(std::abs(h), 3) +
               (divisor == by_size ? " · max(1, |θ|)" : "");
    }
};

/// What is wrong with quotients by this step; null: nothing. `near`: they are near the gradient.
const Entry* wrong_with(const Step& step, bool near) {
    if (step.wrong) return step.wrong;
    if (std::abs(step.h) > large) return &too_large;
    if (near) return nullptr;
    return std::abs(step.h) < small ? &too_small : &too_large;
}

/// Those that are usual, the usual ones first.
std::vector<Step> steps() {
    std::vector<double> sizes;
    for (const int times : {1, 2, 3, 5})
        for (int k = 1; k <= 12; ++k) sizes.push_back(times * std::pow(10, -k));
    sizes.insert(sizes.begin() + 12, {0x1p-26, std::cbrt(0x1p-52)});
    std::vector<Step> all;
    for (const double h : sizes)
        for (const auto divisor : {Step::whole, Step::as_rounded, Step::by_size}) {
            all.push_back({h, true, divisor});
            all.push_back({h, false, divisor});
            all.push_back({-h, false, divisor});
        }
    for (const double h : sizes) all.push_back({h, true, Step::whole, true});
    for (const Entry* wrong : {&by_half, &left_there})
        for (const double h : sizes) all.push_back({h, true, Step::whole, false, wrong});
    return all;
}

/// A gradient of theirs, beside its place in θ.
struct Gradient {
    const Given* given;
    std::size_t offset;
    std::vector<double> values;
};

class Differences {
public:
    Differences(Comparison& comparison, const Theirs& theirs, Workings& workings)
        : comparison_(comparison), theirs_(theirs), workings_(workings), c_(workings.given()) {
        for (const Given& given : theirs.given) {
            if (!given.term.is_gradient()) continue;
            const std::vector<double>& values = comparison.in_our_order(given, frame());
            if (values.size() != given.term.size) continue;
            slopes_.push_back(
                {&given, layout_in_file(c_.network).find(given.term.key.substr(5)).offset, values});
            numbers_ += values.size();
        }
        std::ranges::sort(slopes_, {}, &Gradient::offset);
    }

    /// Whether all of them are whole multiples of what their cost is rounded to; by chance that are few.
    bool whole(const Step& step, double cost) const {
        const double unit = theirs_.single ? 0x1p-24 : 0x1p-53;
        const double rounded_to = std::exp2(std::floor(std::log2(std::abs(cost)))) * unit;
        double bits = 0;
        for (const Gradient& of : slopes_)
            for (std::size_t i = 0; i < of.values.size(); ++i) {
                const double multiple =
                                 of.values[i] * step.over(c_.theta[of.offset + i]) / rounded_to,
                             slack = std::max(4 * unit * std::abs(multiple), 1e-9);
                if (slack > 0.1 || multiple == 0) continue;
                if (std::round(multiple) == 0 || !(std::abs(multiple - std::round(multiple)) <= slack))
                    return false;
                bits -= std::log2(2 * slack);
            }
        return bits > 60;
    }

    struct Fit {
        std::map<std::string, double> tolerance;
        double apart = 0;  // in the mean
        bool near = true;  // to the gradient
        std::size_t apart_from_it = 0;  // numbers that are no derivative, for sure
    };
    /// Whether theirs are the quotients of the cost under these rules.
    std::optional<Fit> are_of(const Step& step, const Rules& rules) {
        Fit result;
        Case moved = c_;
        const Term& J = workings_.at("cost");
        const auto cost = [&] { return (*Workings(moved).term(rules, J))(0, 0); };
        constexpr double unit = 0x1p-52;
        const double here = cost(),
                     noise = 4 * (comparison_.cost_tolerance() *
                                      std::max(1.0, std::abs(here / (*workings_.term({}, J))(0, 0))) +
                                  unit * std::abs(here));
        double largest = 0;
        for (const Gradient& of : slopes_)
            for (const double each : workings_.term(rules, of.given->term)->values)
                largest = std::max(largest, std::abs(each));
        for (const Gradient& of : slopes_) {
            const Real right = *workings_.term(rules, of.given->term);
            double& most = result.tolerance[of.given->term.key];
            for (std::size_t i = 0; i < of.values.size(); ++i) {
                double& theta = moved.theta[of.offset + i];
                const double before = theta, h = step.at(before), over = step.over(before);
                const auto by = [&](double way) { return theta = before + way, cost(); };
                double difference = by(h) - (step.central ? by(-h) : here);
                if (step.five_points) difference = 8 * difference - (by(2 * h) - by(-2 * h));
                const double quotient = difference / over, left = std::abs(quotient - right.values[i]),
                             allowed = (step.five_points ? 9 : 1) * noise / std::abs(over) + 8 * unit * std::abs(quotient);
                theta = step.wrong == &left_there ? before - h : before;
                if (!(std::abs(of.values[i] - quotient) <= allowed)) return {};
                result.near = result.near && left + allowed <= 0.02 * largest;
                result.apart_from_it += left > telling * allowed ? 1 : 0;
                most = std::max(most, left + allowed);
                result.apart += std::abs(of.values[i] - quotient) / double(numbers_);
            }
        }
        return result;
    }

    /// Whether nothing but the gradients differs.
    bool agree_otherwise(const Rules& rules) {
        return std::ranges::all_of(theirs_.given, [&](const Given& given) {
            return given.term.is_gradient() || comparison_.row(rules, frame(), given).agrees;
        });
    }
    std::size_t numbers() const { return numbers_; }
    /// Few enough for as many passes.
    bool possible() const {
        const double passes = double(numbers_) * 2, pass = double(c_.x.rows) * double(c_.theta.size());
        return numbers_ > 0 && comparison_.lost().empty() && passes * pass < 2e9;
    }

private:
    const Frame& frame() const { return comparison_.frames()[0]; }

    Comparison& comparison_;
    const Theirs& theirs_;
    Workings& workings_;
    const Case& c_;
    std::vector<Gradient> slopes_;
    std::size_t numbers_ = 0;
};

}  // namespace

std::optional<Quotients> quotients_of(Comparison& comparison, const Theirs& theirs,
                                      Workings& workings, const std::vector<Entry>& entries) {
    const Given* cost = theirs.find("cost");
    Differences differences(comparison, theirs, workings);
    if (!cost || !(std::abs(cost->values[0]) > 0) || !std::isfinite(cost->values[0]) ||
        !differences.possible())
        return {};
    const Frame& frame = comparison.frames()[0];
    std::vector<Step> possible = steps();
    std::erase_if(possible, [&](const Step& step) { return !differences.whole(step, cost->values[0]); });
    // Multiples of the step that was gone give whole numbers too: it is the least, or twice that.
    double least = HUGE_VAL;
    for (const Step& step : possible) least = std::min(least, std::abs(step.over(1)));
    std::erase_if(possible, [&](const Step& step) { return std::abs(step.over(1)) > 2.1 * least; });
    if (theirs.single && possible.empty()) return {};
    if (theirs.single) return Quotients{{{}, {&too_small}, frame, {}}, {}, possible[0].words()};
    const auto by = [&](const std::vector<Step>& some, const Candidate& candidate, bool by_size = false) -> std::optional<Quotients> {
        const Rules rules = changed_by(candidate);
        if ((!candidate.empty() && rules == Rules{}) || !differences.agree_otherwise(rules)) return {};
        std::optional<Quotients> result;
        double nearest = HUGE_VAL;
        for (const Step& step : some)
            if (auto fit = differences.are_of(step, rules); fit && fit->apart <= 0.7 * nearest && (!by_size || 2 * fit->apart_from_it > differences.numbers())) {
                nearest = fit->apart;
                const Entry* wrong = wrong_with(step, fit->near);
                result = {{{}, {}, frame, rules}, std::move(fit->tolerance), step.words()};
                if (wrong) result->way.mistakes = {wrong};
            }
        if (!result) return {};
        for (const Entry* entry : candidate)
            (entry->convention ? result->way.conventions : result->way.mistakes).push_back(entry);
        return result;
    };
    if (auto result = by(possible, {})) return result;
    for (const bool convention : {true, false})
        for (const Entry& entry : entries)
            if (entry.convention != convention || possible.empty()) continue;
            else if (auto result = by(possible, {&entry})) return result;
    // Of large steps rounding tells nothing, but their quotients are no gradient.
    possible = steps();
    std::erase_if(possible, [](const Step& step) { return std::abs(step.h) < large; });
    return by(possible, {}, true);
}

}  // namespace autoencoder::diagnosis
