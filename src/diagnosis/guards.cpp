#include "diagnosis/guards.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr double smallest = 1e-45;
constexpr std::size_t many = 100000;  // numbers of the output: of more the usual ways are tried
constexpr double by_chance = 0.01;   // that a wrong number is met

/// ŷ(1 − ŷ) of PyTorch's binary cross-entropy is no less than 1e-12f.
Guard pytorch(double step) { return {Form::product, 1e-12f, true, true, false, step}; }

/// What stands in the gradient beside a form in the cost: the same, where it holds nothing, no guard, PyTorch's.
std::vector<Guard> slopes_of(const Guard& cost, bool of_output) {
    std::vector<Guard> all = {cost, {}};
    const bool holds =
        cost.form == Form::clip || cost.form == Form::floor || cost.form == Form::clip_plus;
    if (holds) {
        all.insert(all.begin(), cost);
        all[0].stops = true;
    }
    if (of_output && cost.form == Form::floor)
        all.push_back(pytorch(cost.step));
    return all;
}

/// Where an increasing or decreasing function of ε is `wanted`, as nearly as to tell the usual ones; 0: nowhere.
template <class F>
double solved(const F& at, double wanted) {
    double low = std::log(smallest), high = std::log(largest_guard);
    const bool rises = at(largest_guard) > at(smallest);
    if (!(at(rises ? smallest : largest_guard) < wanted && wanted < at(rises ? largest_guard : smallest)))
        return 0;
    while (high - low > 1) {
        const double middle = (low + high) / 2;
        ((at(std::exp(middle)) < wanted) == rises ? low : high) = middle;
    }
    return std::exp((low + high) / 2);
}

class Search {
public:
    Search(Comparison& comparison, const Theirs& theirs, Workings& workings,
           const std::vector<Entry>& entries)
        : comparison_(comparison),
          theirs_(theirs),
          workings_(workings),
          c_(workings.given()),
          net_(c_.network),
          L_(net_.depth()),
          step_(theirs.single ? 0x1p-24 : 0x1p-53),
          softmax_(net_.layer(L_).activation == Activation::softmax),
          logs_(net_.loss == Loss::cross_entropy &&
                (softmax_ || net_.layer(L_).activation == Activation::sigmoid)) {
        const Guards& known = workings.guards();
        for (std::size_t l = 1; l < L_; ++l) sparse_ |= net_.sparse(l);
        sparse_ = sparse_ && !known.rho && !known.rho_slope;
        logs_ = logs_ && !known.output && !known.output_slope;
        weights_.push_back({});
        std::vector<const Entry*> of_weights;
        for (const Entry& entry : entries) {
            const Rules rules = changed_by({&entry});
            if (entry.convention && rules.forward == ForwardRules{}) of_weights.push_back(&entry);
        }
        for (const Entry* a : of_weights) weights_.push_back(changed_by({a}));
        for (const Entry* a : of_weights)
            for (const Entry* b : of_weights)
                if (a < b) weights_.push_back(changed_by({a, b}));
    }

    std::vector<Guess> found() {
        if (!sparse_ && !logs_) return {};
        const auto saturated = [](const Output& each) { return each.on * each.off < 1e-12; };
        if (logs_ && !softmax_ && std::ranges::any_of(outputs(), saturated))  // PyTorch's
            add({{}, {}, {Form::floor, std::exp(-100), true, true, false, step_},
                 pytorch(step_)}, false);
        for (const Given& given : theirs_.given)
            if (given.term.layer == 0 || given.term.what == What::kl) by_cost(given);
        for (const bool of_rho : {true, false})
            if (of_rho ? sparse_ : logs_ && c_.x.rows * net_.units(L_) <= many)
                for (const Guess& guess :
                     guesses_by_gradient({comparison_, theirs_, workings_, of_rho, step_}))
                    add(guess.guards, guess.sure);
        return std::move(found_);
    }

private:
    void add(const Guards& guards, bool sure) {
        const auto before = std::ranges::find(found_, guards, &Guess::guards);
        if (before != found_.end())
            before->sure = before->sure || sure;
        else
            found_.push_back({guards, sure});
    }
    /// With all that may stand in the gradient beside it.
    void add_all(const Guard& rho, const Guard& output, bool sure) {
        const std::vector<Guard> none = {{}};
        for (const Guard& rho_slope : rho ? slopes_of(rho, false) : none)
            for (const Guard& output_slope : output ? slopes_of(output, true) : none)
                if (!rho || !output || bool(rho_slope) == bool(output_slope))
                    add({rho, rho_slope, output, output_slope}, sure);
    }

    /// Whether what 1 − ρ is rounded to may be taken for ε.
    bool is_rounding(double epsilon) const {
        constexpr double some = 16;
        if (epsilon > some * step_ || epsilon < step_ / 2) return false;
        bool any = false;
        for (std::size_t l = 1; l < L_; ++l)
            for (const Rho& rho : net_.sparse(l) ? workings_.right_rho(l) : std::vector<Rho>{})
                any |= std::min(rho.off, net_.layer(l).activation == Activation::tanh ? rho.on : 1) < some * step_;
        return any;
    }
    static constexpr std::size_t all_units = std::size_t(-1);
    /// By how much a guard moves KL of a unit of a layer, or of all layers, times γ; `off_by`: of what 1 − ρ is rounded to.
    double moved_kl(const Guard& guard, std::size_t only, std::size_t unit, double* off_by = nullptr) const {
        const double target = net_.sparsity_target;
        double sum = 0;
        for (std::size_t l = 1; l < L_; ++l) {
            if (!net_.sparse(l) || (only != 0 && only != l)) continue;
            const double rounded = step_ * (1.2 * std::sqrt(double(c_.x.rows)) + 3.5);
            std::size_t j = 0;
            for (const Rho& rho : workings_.right_rho(l)) {
                if (unit != all_units && unit != j++) continue;
                if (off_by)
                    *off_by += net_.sparsity_weight * (1 - target) *
                               spread(guard, rho.off, rounded, 1 - target);
                const Rho logs = guard.logs_of(rho, target);
                sum += target * (rho.log_on - logs.log_on) +
                       (1 - target) * (rho.log_off - logs.log_off);
            }
        }
        return only == 0 ? net_.sparsity_weight * sum : sum;
    }

    /// Between what logarithms a number lies that is rounded so.
    static double spread(const Guard& guard, double a, double rounded, double target) {
        if (guard.is_gone(a)) return 0;
        const auto at = [&](double x) {
            return guard.log_of(x, std::log(std::max(x, 1e-300)), target, Side::off);
        };
        return at(a + rounded) - at(std::max(a - rounded, 0.0));
    }

    struct Output {
        double y, on, off, log_on, log_off;
    };
    const std::vector<Output>& outputs() {
        if (!outputs_.empty()) return outputs_;
        const std::string l = std::to_string(L_);
        const auto s = workings_.term({}, workings_.at("s" + l)),
                   h = workings_.term({}, workings_.at("h" + l));
        const Real soft = softmax_ ? Real() : softplus(*s);
        for (std::size_t q = 0; q < s->rows; ++q) {
            const double total = softmax_ ? log_of_sum(s->row(q)) : 0;
            for (std::size_t i = 0; i < s->cols; ++i) {
                const double log_off = softmax_ ? 0 : -soft(q, i),
                             log_on = softmax_ ? (*s)(q, i) - total : (*s)(q, i) + log_off;
                outputs_.push_back({c_.y(q, i), (*h)(q, i), std::exp(log_off), log_on, log_off});
            }
        }
        return outputs_;
    }
    double moved_error(const Guard& guard, double* off_by = nullptr) {
        const auto [known, is_new] = moved_errors_.try_emplace(guard, 0);
        if (!is_new && !off_by) return known->second;
        double sum = 0;
        for (const Output& each : outputs()) {
            if (each.y != 0)
                sum += each.y *
                       (each.log_on - guard.log_of(each.on, each.log_on, 1, Side::on));
            if (softmax_ || each.y == 1) continue;
            const double off = guard.left_of(each.off);
            if (off_by && each.off > 0.4 * step_)
                *off_by += (1 - each.y) * spread(guard, off, 2.5 * step_, 1) / double(c_.x.rows);
            sum += (1 - each.y) *
                   (each.log_off - guard.log_of(off, off > 0 ? each.log_off : -HUGE_VAL, 1,
                                                Side::off));
        }
        return known->second = sum / double(c_.x.rows);
    }

    void by_cost(const Given& given) {
        const What what = given.term.what;
        const bool whole = what == What::cost;
        const bool of_rho = sparse_ && (whole || what == What::cost_sparsity || what == What::kl),
                   of_output = logs_ && (whole || what == What::cost_data);
        if (given.values.empty()) return;
        std::size_t unit = all_units;
        double theirs = given.values[0];
        if (what == What::kl) {  // the unit that it moves most: of several the sum may hardly move
            const auto right = workings_.term({}, given.term);
            double most = 0;
            for (std::size_t j = 0; j < std::min(given.values.size(), right->values.size()); ++j)
                if (const double by = std::abs(given.values[j] - right->values[j]); by > most)
                    most = by, unit = j, theirs = given.values[j];
            if (most == 0) return;
        }
        int tried = 0;
        const bool large = of_output && c_.x.rows * net_.units(L_) > many;
        for (const Rules& rules : std::span(weights_).first(large ? 1 : weights_.size())) {
            const auto ours = workings_.term(rules, given.term);
            const double before = ours->values[unit == all_units ? 0 : unit], size = std::abs(before),
                         wanted = theirs - before,
                         terms = double(c_.x.rows * net_.units(L_)),
                         own = std::min(comparison_.tolerance_of(given.term),
                                        (20 + 2 * std::sqrt(terms)) * step_ *
                                            std::max(size, std::abs(theirs)));
            if (!std::isfinite(wanted) || std::abs(wanted) < own) continue;
            const std::size_t layer = what == What::kl ? given.term.layer : 0;
            const double of_kl = what == What::kl ? 1 : rules.sparsity_cost.weight,
                         of_error = rules.cost.data;
            const auto tell = [&](const Guard& form, bool rho, bool output, const Guard& beside = {}) {
                const auto with = [&](double epsilon) {
                    Guard guard = form;
                    guard.epsilon = epsilon;
                    return guard;
                };
                const double of_library = beside ? of_error * moved_error(beside) : 0;
                const auto moved = [&](double epsilon) {
                    const Guard guard = with(epsilon);
                    return (rho ? of_kl * moved_kl(guard, layer, unit) : 0) +
                           (output ? of_error * moved_error(guard) : 0) + of_library;
                };
                ++tried;
                const double epsilon = solved(moved, wanted);
                if (epsilon == 0) return;
                for (const double each : usual_near(epsilon)) {
                    const Guard guard = with(each);
                    if (is_rounding(each)) continue;
                    double off_by = own;
                    if (rho) moved_kl(guard, layer, unit, &off_by);
                    if (output) moved_error(guard, &off_by);
                    const double apart = std::abs(moved(each) - wanted),
                                 by_epsilon = std::abs(moved(2 * each) - moved(each / 2)),
                                 near = std::log(4) * off_by / by_epsilon;
                    if (apart <= 1.5 * off_by && std::abs(wanted) >= 3 * off_by && near < 0.5)
                        add_all(rho ? guard : Guard{}, output ? guard : beside,
                                1.5 * near * tried < by_chance);
                }
            };
            if (of_rho)
                for (const Guard& form : forms(true, false, step_)) tell(form, true, false);
            if (of_output)
                for (const Guard& form : forms(false, softmax_, step_)) tell(form, false, true);
            if (of_rho && of_output)
                for (const Guard& form : forms(false, softmax_, step_)) tell(form, true, true);
            if (of_rho && of_output && &rules == &weights_[0])  // a library's beside one of their own
                for (const auto& [form_of, epsilon] :
                     {std::pair(Form::floor, std::exp(-100)), {Form::clip, 1e-7}, {Form::clip_plus, 1e-7}})
                    for (const Guard& form : forms(true, false, step_))
                        tell(form, true, false, {form_of, epsilon, true, true, false, step_});
        }
    }

    Comparison& comparison_;
    const Theirs& theirs_;
    Workings& workings_;
    const Case& c_;
    const Network& net_;
    std::size_t L_;
    double step_;
    bool softmax_, logs_, sparse_ = false;
    std::vector<Rules> weights_;  // in which their cost may have its parts
    std::vector<Output> outputs_;
    std::map<Guard, double> moved_errors_;
    std::vector<Guess> found_;
};

}  // namespace

std::vector<Guess> guesses(Comparison& comparison, const Theirs& theirs, Workings& workings,
                           const std::vector<Entry>& entries) {
    std::vector<Guess> all = Search(comparison, theirs, workings, entries).found();
    std::ranges::stable_sort(all, [](const Guess& a, const Guess& b) { return a.sure > b.sure; });
    return all;
}

}  // namespace autoencoder::diagnosis
