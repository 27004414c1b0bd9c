// The gradients, from δ.
#include <algorithm>

#include "diagnosis/options.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr std::size_t many = 20000;  // numbers of a gradient

/// The patterns that a sum of products goes over: all of them, as they count, or a row that stands for them all.
const Real& taken(const Real& values, Patterns how, const std::vector<double>& counts, Real& row) {
    if (how == Patterns::all) return values;
    if (how == Patterns::weighed) {
        row = values;
        for (std::size_t q = 0; q < counts.size(); ++q)
            for (double& each : row.row(q)) each *= counts[q];
        return row;
    }
    const bool mean = how == Patterns::product_of_means;
    row = Real(1, values.cols);
    for (std::size_t q = mean ? 0 : values.rows - 1; q < values.rows; ++q)
        for (std::size_t i = 0; i < values.cols; ++i)
            row(0, i) += values(q, i) / (mean ? double(values.rows) : 1);
    return row;
}

/// Σ_q of the values, times a factor.
Real summed(const Real& values, double factor) {
    Real row(1, values.cols);
    for (std::size_t q = 0; q < values.rows; ++q)
        for (std::size_t i = 0; i < values.cols; ++i) row(0, i) += values(q, i);
    for (double& each : row.values) each *= factor;
    return row;
}

}  // namespace

/// What δ of a layer is multiplied by.
const Real& Workings::multiplied(const GradientRules& rules, const Forward& pass, std::size_t l, Real& rolled) const {
    const Real& right = below(pass, l);
    const Input input = rules.input;
    if (rules.input_at != 0 && rules.input_at != l) return right;
    if (input == Input::pattern_before || input == Input::pattern_after) {
        rolled = right;
        const std::size_t N = right.rows, by = input == Input::pattern_after ? 1 : N - 1;
        for (std::size_t q = 0; q < N; ++q) std::ranges::copy(right.row((q + by) % N), rolled.row(q).begin());
        return rolled;
    }
    if (input == Input::reversed) {
        rolled = right;
        for (std::size_t q = 0; q < right.rows; ++q) std::ranges::copy(right.row(right.rows - 1 - q), rolled.row(q).begin());
        return rolled;
    }
    if (input == Input::binary) return rolled = each(right, [](double x) { return double(x > 0.5); });
    if (input == Input::squared) return rolled = each(right, [](double x) { return x * x; });
    if (input == Input::mean || input == Input::centred) {
        Real mean = summed(right, 1 / double(right.rows));
        rolled = right;
        for (std::size_t q = 0; input == Input::mean && q < rolled.rows; ++q) std::ranges::copy(mean.row(0), rolled.row(q).begin());
        if (input == Input::mean) return rolled;
        for (std::size_t q = 0; q < rolled.rows; ++q)
            for (std::size_t i = 0; i < rolled.cols; ++i) rolled(q, i) -= mean(0, i);
        return rolled;
    }
    const Real* other = &right;
    if (input == Input::own) other = &pass.h[l - 1];
    if (input == Input::x) other = pass.x;
    if (input == Input::target) other = &c_.y;
    if (input == Input::activity) other = &pass.h[rules.input_of - 1];
    if (input == Input::net_input) other = &pass.s[rules.input_of - 1];
    if (l > 1 && input == Input::net_input_below) other = &pass.s[l - 2];
    if (l > 1 && input == Input::before_dropout) other = &pass.h[l - 2];
    return other->cols == right.cols && (rules.input_at != 0 || net_.layer(l).kind == Kind::dense) ? *other : right;
}

/// Σ_q δ h of units of layer l (gradient, convolve-gradient).
std::shared_ptr<const Real> Workings::weight_sums(const Rules& rules, std::size_t l, Units units) {
    Key of{l, needed_by(What::delta, l, rules, net_), units};
    of.rules.back.kernel_gradient = rules.back.kernel_gradient;
    of.rules.back.window_gradient = rules.back.window_gradient;
    of.rules.gradient.patterns = rules.gradient.patterns;
    of.rules.gradient.input = rules.gradient.input;
    of.rules.gradient.input_at = rules.gradient.input_at;
    of.rules.gradient.input_of = rules.gradient.input_of;
    return products_.get(of, [&](const Key& key) {
        const Patterns patterns_of = key.rules.gradient.patterns;
        const auto pass = forward(key.rules.forward);
        const auto whole = delta(key.rules, l, units);
        Real delta_row, input_row, rolled;
        const Real* deltas = &taken(*whole, patterns_of, counts_, delta_row);
        const Real* input = &multiplied(key.rules.gradient, *pass, l, rolled);
        if (patterns_of != Patterns::weighed) input = &taken(*input, patterns_of, {}, input_row);
        if (dense_ && patterns_of == Patterns::product_of_means) {
            // Divided in the order that the files of `vectors` have it, to the last bit.
            delta_row = summed(*whole, 1 / double(patterns()));
            input_row = summed(below(*pass, l), 1);
        }
        const WindowSums window =
            window_under(key.rules.forward, key.rules.back.kernel_gradient, l);
        const WindowBack& other = key.rules.back.window_gradient;
        if (has_window(net_.layer(l)) && is_of(other, net_.layer(l)))
            return gradient_by_window(net_, l, tied(window, other.ties), other.ties, *deltas, *input);
        return LayerProducts(net_, l, window).by_weight(*deltas, *input);
    });
}

std::shared_ptr<const Real> Workings::kept_gradient(const Rules& rules, const Term& term) {
    constexpr std::size_t most = 1 << 24;
    if (term.size >= many) return std::make_shared<const Real>(gradient(rules, term));
    auto& kept = gradients_[{
        term.number, needed_by(term.what, term.layer, rules, net_), {term.first, term.size}}];
    if (kept) return kept;
    const auto result = kept = std::make_shared<const Real>(gradient(rules, term));
    if ((kept_ += term.size) > most) {
        gradients_.clear();
        kept_ = 0;
    }
    return result;
}

Term Workings::sample_of(const Term& term) const {
    const bool hidden = term.layer < net_.depth(), weights = term.what == What::weights;
    if (!term.is_gradient() || net_.layer(term.layer).kind != Kind::dense ||
        (weights ? term.size < many : !hidden || term.size * patterns() < many))
        return term;
    Term sample = term;
    sample.shape[0] = std::min<std::size_t>(weights ? 8 : 16, term.shape[0]);
    const std::size_t row = term.size / term.shape[0];
    sample.first += term.shape[0] / 2 / sample.shape[0] * sample.shape[0] * row;
    sample.size = sample.shape[0] * row;
    return sample;
}

/// Σ_q δ of units of layer l, over the places that share a bias.
Real Workings::bias_sums(const Rules& rules, std::size_t l, Units of) {
    const BiasOf sums_of = rules.gradient.biases_of;
    const bool hidden = l < net_.depth() && net_.layer(l).kind != Kind::gaussian;
    if (sums_of == BiasOf::over_units || sums_of == BiasOf::everything) {
        const Real all_units = other_bias_sums(rules, l);
        Real some(1, of.count * b(l).size() / net_.net_inputs(l), unset);
        std::copy_n(all_units.data() + of.first * b(l).size() / net_.net_inputs(l), some.cols, some.data());
        return some;
    }
    const bool flat = hidden && (sums_of == BiasOf::before_slope || rules.forward.bias_after);
    const auto whole = flat ? std::make_shared<const Real>(before_slope(rules, l, of)) : delta(rules, l, of);
    const std::size_t places = net_.net_inputs(l) / b(l).size(), units = whole->cols / places;
    if (rules.gradient.patterns == Patterns::all && places == 1) return summed(*whole, 1);
    // A product of means leaves the mean as it is.
    if (dense_ && rules.gradient.patterns == Patterns::product_of_means) return summed(*whole, 1);
    Real row;
    const Real& deltas = taken(*whole, rules.gradient.patterns, counts_, row);
    const Places how = rules.back.places_at == 0 || rules.back.places_at == l ? rules.back.places : Places::all;
    Real sums(1, units);
    for (std::size_t q = 0; q < deltas.rows; ++q)
        for (std::size_t i = 0; i < deltas.cols; ++i) {
            const std::size_t place = i % places;
            if (how == Places::first && place != 0) continue;
            if (how == Places::last && place != places - 1) continue;
            sums(0, i / places) += deltas(q, i) / (how == Places::mean ? double(places) : 1);
        }
    return sums;
}

/// Σ δ over all of a layer, for each bias; or over the units of a pattern, for as many biases as there are patterns.
Real Workings::other_bias_sums(const Rules& rules, std::size_t l) {
    const auto whole = delta(rules, l, all(l));
    Real sums(1, b(l).size());
    const bool everything = rules.gradient.biases_of == BiasOf::everything;
    const bool fits = whole->rows == b(l).size();  // N times the mean over the units
    for (std::size_t q = 0; q < whole->rows; ++q)
        for (std::size_t i = 0; i < whole->cols; ++i) {
            if (everything)
                for (double& each : sums.values) each += (*whole)(q, i);
            else
                sums.values[fits ? q : i * b(l).size() / whole->cols] += (*whole)(q, i) * (fits ? double(patterns()) / double(whole->cols) : 1);
        }
    return sums;
}

Real Workings::remade_sums(const Rules& rules, std::size_t l, bool biases) {
    const auto source = used(rules.forward);
    const Block& own = blocks_.blocks[2 * l - (biases ? 1 : 2)];
    Real result(1, own.size);
    for (std::size_t k = 0; k < blocks_.blocks.size(); ++k) {
        const Block& block = blocks_.blocks[k];
        const auto is_own = [&](std::size_t i) {
            const std::size_t from = source->source.from[block.offset + i];
            return source->source.times[block.offset + i] != 0 && from >= own.offset && from < own.offset + own.size;
        };
        std::shared_ptr<const Real> sums;
        for (std::size_t i = 0; i < block.size; ++i) {
            if (!is_own(i)) continue;
            if (!sums)
                sums = k % 2 == 1 ? std::make_shared<const Real>(bias_sums(rules, k / 2 + 1, all(k / 2 + 1)))
                                  : weight_sums(rules, k / 2 + 1, all(k / 2 + 1));
            result.values[source->source.from[block.offset + i] - own.offset] += source->source.times[block.offset + i] * sums->values[i];
        }
    }
    return result;
}

/// −(1/N) Σ_q … + λ W (weight-penalty-gradient).
Real Workings::gradient(const Rules& rules, const Term& term) {
    const bool biases = term.what == What::biases;
    const GradientRules& how = rules.gradient;
    const std::size_t L = net_.depth(), l = term.layer;
    const bool is_matrix = term.shape.size() == 2;
    const std::size_t rows = is_matrix ? term.shape[0] : 1, cols = is_matrix ? term.shape[1] : term.size;
    if (!biases) {
        if (how.tied != Tied::no) return tied_gradient(rules, term);
        if (how.assigned == Assigned::swapped || how.assigned == Assigned::swapped_transposed) {
            Rules plain = rules;
            plain.gradient.assigned = Assigned::right;
            const Real other = gradient_of(plain, L + 1 - l);
            return how.assigned == Assigned::swapped ? other : transposed(other);
        }
        const bool none = how.assigned == Assigned::none ||
                          (how.assigned == Assigned::none_first && l == 1) ||
                          (how.assigned == Assigned::none_last && l == L);
        if (none) return Real(rows, cols);
    }
    const std::span<const double> of = biases ? b(l) : W(l);
    const bool remade = rules.forward.remade != 0 && !how.apart;
    const bool some = !remade && net_.layer(l).kind == Kind::dense && term.size < of.size();
    const std::size_t per_unit = of.size() / net_.net_inputs(l);
    const Units units = some ? Units{term.first / per_unit, term.size / per_unit} : all(l);
    const auto sums = remade ? std::make_shared<const Real>(remade_sums(rules, l, biases))
                      : biases ? std::make_shared<const Real>(bias_sums(rules, l, units))
                             : weight_sums(rules, l, units);
    const double N = double(patterns());
    // What a row that stands for all patterns counts for.
    const bool whole = how.patterns == Patterns::last_undivided ||
                       (how.patterns == Patterns::product_of_means && !dense_);
    double factor = -(biases ? how.biases : how.weights) * (whole ? N : 1) / N;
    if (biases && l == L) factor *= how.output_bias;
    const bool penalised = how.decay.only == 0 || how.decay.only == l;
    const double decay =
        penalised ? (biases ? how.decay.biases : how.decay.weights) * net_.weight_penalty : 0;
    Real result(rows, cols, unset);
    const Real other = how.decay.of == Norm::squares ? Real() : decayed(how.decay.of, term);
    for (std::size_t i = 0; i < term.size; ++i)
        result.values[i] =
            factor * sums->values[(some ? 0 : term.first) + i] +
            decay * (other.rows > 0 ? other.values[i] : of[term.first + i]);
    return result;
}

/// Of the weights of layer l, which are one block.
Real Workings::gradient_of(const Rules& rules, std::size_t l) {
    return gradient(rules, at("grad_" + names_of(net_, l, false)));
}

/// With W2 = W1ᵀ one matrix, or both kernels one: what the encoder's term and the decoder's term add
/// up to, its penalty once.
Real Workings::tied_gradient(const Rules& rules, const Term& term) {
    Rules apart = rules;
    apart.gradient.tied = Tied::no;
    const bool matrices = term.shape.size() == 2;
    const auto turned = [&](Real values) { return matrices ? transposed(values) : values; };
    const std::size_t l = term.layer;
    const Real encoder = gradient_of(apart, 1), decoder = gradient_of(apart, 2);
    if (rules.gradient.tied == Tied::encoder_term) return l == 1 ? encoder : turned(encoder);
    if (rules.gradient.tied == Tied::decoder_term) return l == 2 ? decoder : turned(decoder);
    Real sum = turned(decoder);
    const double once = rules.gradient.decay.weights * net_.weight_penalty;
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += encoder.values[i] - once * W(1)[i];
    return l == 1 ? sum : turned(sum);
}

}  // namespace autoencoder::diagnosis
