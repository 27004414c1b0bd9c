// The gradients, from δ.
#include "autoencoder/products.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr std::size_t many = 20000;  // numbers of a gradient

/// The patterns that a sum of products goes over: all of them, or a row that stands for them all.
const Real& taken(const Real& values, Patterns how, Real& row) {
    if (how == Patterns::all) return values;
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

Real transposed(const Real& values) {
    Real result(values.cols, values.rows);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j) result(j, i) = values(i, j);
    return result;
}

}  // namespace

/// What δ of a layer is multiplied by.
const Real& Workings::multiplied(const Rules& rules, const Forward& pass, std::size_t l) const {
    const Real& right = below(pass, l);
    const bool own = rules.gradient.input == Input::own;
    if (rules.gradient.input == Input::below || (!own && l == 1)) return right;
    const Real& other = own                                ? pass.h[l - 1]
                        : rules.gradient.input == Input::x ? *pass.x
                                                           : pass.s[l - 2];
    return other.cols == right.cols && net_.layer(l).kind == Kind::dense ? other : right;
}

/// Σ_q δ h of layer l (gradient, convolve-gradient).
std::shared_ptr<const Real> Workings::weight_sums(const Rules& rules, std::size_t l) {
    Key of{l, needed_by(What::delta, l, rules, net_)};
    of.rules.back.kernel_gradient = rules.back.kernel_gradient;
    of.rules.gradient.patterns = rules.gradient.patterns;
    of.rules.gradient.input = rules.gradient.input;
    return products_.get(of, [&](const Key& key) {
        const auto pass = forward(key.rules);
        const auto whole = delta(key.rules, l);
        Real delta_row, input_row;
        const Real* deltas = &taken(*whole, key.rules.gradient.patterns, delta_row);
        const Real* input =
            &taken(multiplied(key.rules, *pass, l), key.rules.gradient.patterns, input_row);
        if (dense_ && key.rules.gradient.patterns == Patterns::product_of_means) {
            // Divided in the order that the files of `vectors` have it, to the last bit.
            delta_row = summed(*whole, 1 / double(patterns()));
            input_row = summed(below(*pass, l), 1);
        }
        const Kind kind = net_.layer(l).kind;
        const std::size_t weights = W(l).size();
        const WindowSums window =
            window_under(key.rules.forward, key.rules.back.kernel_gradient, l);
        if (kind == Kind::convolution) return by_weight(window, weights, *deltas, *input);
        if (kind == Kind::deconvolution) return by_weight(window, weights, *input, *deltas);
        Real sums(deltas->cols, input->cols);
        multiply<double>(deltas->view(), true, input->view(), false, sums.view());
        return sums;
    });
}

/// The same for the units whose rows a term has.
Real Workings::weight_sums_of(const Rules& rules, const Term& rows) {
    const auto pass = forward(rules);
    const std::size_t l = rows.layer;
    const Real& input = multiplied(rules, *pass, l);
    const Units units = {rows.first / input.cols, rows.size / input.cols};
    Real some(input.rows, units.count), sums(units.count, input.cols);
    if (l < net_.depth() && net_.layer(l).kind == Kind::dense) {
        some = hidden_delta(rules, l, units);
    } else {
        const auto whole = delta(rules, l);
        for (std::size_t q = 0; q < some.rows; ++q)
            for (std::size_t i = 0; i < some.cols; ++i) some(q, i) = (*whole)(q, units.first + i);
    }
    multiply<double>(some.view(), true, input.view(), false, sums.view());
    return sums;
}

std::shared_ptr<const Real> Workings::kept_gradient(const Rules& rules, const Term& term) {
    constexpr std::size_t most = 1 << 24;
    if (term.size >= many) return std::make_shared<const Real>(gradient(rules, term));
    auto& kept = gradients_[{term.number, needed_by(term.what, term.layer, rules, net_)}];
    if (kept) return kept;
    const auto result = kept = std::make_shared<const Real>(gradient(rules, term));
    if ((kept_ += term.size) > most) {
        gradients_.clear();
        kept_ = 0;
    }
    return result;
}

Term Workings::sample_of(const Term& term) const {
    constexpr std::size_t units = 8;
    if (term.what != What::weights || net_.layer(term.layer).kind != Kind::dense ||
        term.size < many)
        return term;
    Term sample = term;
    sample.shape[0] = std::min(units, term.shape[0]);
    sample.first += term.shape[0] / 2 / sample.shape[0] * sample.shape[0] * term.shape[1];
    sample.size = sample.shape[0] * term.shape[1];
    return sample;
}

/// Σ_q δ of layer l, over the places that share a bias.
Real Workings::bias_sums(const Rules& rules, std::size_t l) {
    const auto whole = delta(rules, l);
    const std::size_t units = b(l).size(), places = whole->cols / units;
    if (rules.gradient.patterns == Patterns::all && places == 1) return summed(*whole, 1);
    // A product of means leaves the mean as it is.
    if (dense_ && rules.gradient.patterns == Patterns::product_of_means) return summed(*whole, 1);
    Real row;
    const Real& deltas = taken(*whole, rules.gradient.patterns, row);
    const Places how = rules.back.places;
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

/// −(1/N) Σ_q … + λ W (weight-penalty-gradient).
Real Workings::gradient(const Rules& rules, const Term& term) {
    const bool biases = term.what == What::biases;
    const GradientRules& how = rules.gradient;
    const std::size_t L = net_.depth(), l = term.layer;
    const bool is_matrix = term.shape.size() == 2;
    Real result(is_matrix ? term.shape[0] : 1, is_matrix ? term.shape[1] : term.size);
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
        if (none) return result;
    }
    Real own;
    std::shared_ptr<const Real> kept;
    const bool some = !biases && dense_ && term.size < W(l).size() && how.patterns == Patterns::all;
    if (biases)
        own = bias_sums(rules, l);
    else if (some)
        own = weight_sums_of(rules, term);
    else
        kept = weight_sums(rules, l);
    const Real& sums = kept ? *kept : own;
    const double N = double(patterns());
    // What a row that stands for all patterns counts for.
    const bool whole = how.patterns == Patterns::last_undivided ||
                       (how.patterns == Patterns::product_of_means && !dense_);
    double factor = -(biases ? how.biases : how.weights) * (whole ? N : 1) / N;
    if (biases && l == L) factor *= how.output_bias;
    const bool penalised = how.penalised == 0 || how.penalised == l;
    const double decay =
        penalised ? (biases ? how.bias_penalty : how.penalty) * net_.weight_penalty : 0;
    const std::span<const double> of = biases ? b(l) : W(l);
    for (std::size_t i = 0; i < term.size; ++i)
        result.values[i] =
            factor * sums.values[(some ? 0 : term.first) + i] + decay * of[term.first + i];
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
    const double once = rules.gradient.penalty * net_.weight_penalty;
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += encoder.values[i] - once * W(1)[i];
    return l == 1 ? sum : turned(sum);
}

}  // namespace autoencoder::diagnosis
