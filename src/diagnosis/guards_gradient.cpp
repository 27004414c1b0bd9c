// The ε of a guard by the numbers of a gradient: of each form that which leaves least.
#include <algorithm>
#include <cmath>

#include "diagnosis/guards.hpp"

namespace autoencoder::diagnosis {
namespace {

class ByGradient {
public:
    explicit ByGradient(const Asked& asked)
        : comparison_(asked.comparison),
          theirs_(asked.theirs),
          workings_(asked.workings),
          net_(asked.workings.given().network),
          of_rho_(asked.of_rho),
          step_(asked.step) {}

    /// Of the uppermost layer whose gradient has it.
    std::vector<Guess> found() {
        std::size_t l = net_.depth();
        const bool softmax = net_.layer(l).activation == Activation::softmax;
        while (of_rho_ && !net_.sparse(l)) --l;
        if (of_rho_ && net_.layer(l).kind != Kind::dense) return {};
        const Given* best = nullptr;
        for (const Given& given : theirs_.given)
            if (given.term.layer == l && given.term.has_parts() && given.fit != Fit::other_size &&
                (!best || given.term.what == What::weights))
                best = &given;
        if (!best) return {};
        const Frame* frame = nullptr;
        double least = HUGE_VAL;
        for (const Frame& each : comparison_.frames()) {
            const Weighing& fit = comparison_.weighing({}, each, *best);
            if (fit.possible) return {};
            if (fit.remainder >= least) continue;
            least = fit.remainder;
            frame = &each;
        }
        if (!frame) return {};
        std::vector<Guard> all = forms(of_rho_, !of_rho_ && softmax, step_);
        std::erase_if(all, [](const Guard& each) { return each.form == Form::with_target; });
        if (!of_rho_ && !softmax) all.push_back({Form::product, 0, true, true, false, step_});
        for (const Guard& form : all) tell(*best, *frame, form);
        return std::move(found_);
    }

private:
    /// ε by the numbers of a gradient, whatever the weights of its parts.
    void tell(const Given& given, const Frame& frame, Guard guard) {
        const Term rows = workings_.sample_of(given.term);
        const auto left = [&](double log_epsilon) {
            guard.epsilon = std::exp(log_epsilon);
            const Weighing fit = comparison_.weighed_under({}, frame, given, [&](const Part& part) {
                return numbers_with(guard, part, rows);
            });
            return fit.decided || fit.possible ? fit.remainder : std::max(fit.remainder, 3.0);
        };
        double best = 0, least = HUGE_VAL;
        for (double power = -3; power >= -17; --power)
            if (const double at = left(power * std::log(10)); at < least)
                least = at, best = power * std::log(10);
        // What is less, by a third of a decade, leaves less.
        if (least > 0.95 * comparison_.weighing({}, frame, given).remainder) return;
        constexpr double golden = 0.618033988749895;
        double low = best - 2.4, high = best + 2.4;
        double a = high - golden * (high - low), b = low + golden * (high - low);
        double at_a = left(a), at_b = left(b);
        while (high - low > 1e-6) {
            if (at_a < at_b) {
                high = b, b = a, at_b = at_a;
                at_a = left(a = high - golden * (high - low));
            } else {
                low = a, a = b, at_a = at_b;
                at_b = left(b = low + golden * (high - low));
            }
        }
        const double middle = (low + high) / 2;
        if (!(left(middle) < 2) || std::exp(middle) > largest_guard) return;
        for (const double each : usual_near(std::exp(middle))) {
            if (left(std::log(each)) > 2) continue;
            guard.epsilon = each;
            const double near = std::min(1.0, 2 * std::log(2) /
                                                  std::min(left(std::log(2 * each)),
                                                           left(std::log(each / 2))));
            if (near > 0.3) continue;
            guard.epsilon = each;
            for (const Guard& cost : {guard, Guard{}}) {
                if (cost.form == Form::product) continue;
                const Guards all = of_rho_ ? Guards{cost, guard, {}, {}} : Guards{{}, {}, cost, guard};
                found_.push_back({all, near < 0.01});
            }
        }
    }

    /// The numbers of a part of the gradient, with a guard in it.
    std::shared_ptr<const Real> numbers_with(const Guard& guard, const Part& part,
                                             const Term& rows) {
        Rules rules;
        if (!of_rho_ && part.share == Share::data) rules.forward.guard_slope = guard;
        const auto right = numbers_of(workings_, rules, part, rows);
        const bool first = part.share == Share::first;
        if (!of_rho_ || (!first && part.share != Share::second)) return right;
        const std::vector<Rho>& rho = workings_.right_rho(rows.layer);
        const double target = first ? net_.sparsity_target : 1 - net_.sparsity_target;
        const std::size_t n = rho.size(), per_unit = rows.what == What::weights ? rows.shape[1] : 1,
                          before = rows.what == What::delta ? 0 : rows.first / per_unit;
        Real numbers = *right;
        std::vector<double> times;
        for (const Rho& each : rho) {
            const double a = first ? each.on : each.off;
            times.push_back(a * guard.slope_of(a, target, first ? Side::on : Side::off));
        }
        for (std::size_t i = 0; i < numbers.values.size(); ++i)
            numbers.values[i] *= times[rows.what == What::delta ? i % n : before + i / per_unit];
        return std::make_shared<const Real>(std::move(numbers));
    }

    Comparison& comparison_;
    const Theirs& theirs_;
    Workings& workings_;
    const Network& net_;
    bool of_rho_;
    double step_;
    std::vector<Guess> found_;
};

}  // namespace

std::vector<Guard> forms(bool of_rho, bool softmax, double step) {
    std::vector<Guard> all;
    const auto add = [&](Form form, bool on = true, bool off = true) {
        all.push_back({form, 0, on, off, false, step});
    };
    add(Form::plus);
    add(Form::clip);
    if (of_rho) add(Form::moved);
    add(Form::floor);
    if (!softmax) add(Form::plus, true, false);
    if (of_rho) add(Form::with_target);
    if (of_rho) add(Form::fraction);
    if (!softmax) add(Form::plus, false, true);
    if (!of_rho) add(Form::clip_plus);
    return all;
}

std::vector<double> usual_near(double epsilon) {
    const double power = std::log10(epsilon);
    std::vector<double> all;
    for (const double each : {std::pow(10, std::floor(power)), std::pow(10, std::ceil(power)),
                              0x1p-23, 0x1p-52, std::exp(-100)})
        if (std::abs(std::log10(each) - power) <= 1) all.push_back(each);
    return all;
}

std::vector<Guess> guesses_by_gradient(const Asked& asked) { return ByGradient(asked).found(); }

}  // namespace autoencoder::diagnosis
