// Forward, and a term by its name.
#include "diagnosis/workings.hpp"

#include <algorithm>

#include "diagnosis/options.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {
namespace {

/// How many results of the widest layer fit into an eighth of a gigabyte.
std::size_t capacity(const Case& c) {
    std::size_t widest = c.network.inputs;
    for (std::size_t l = 1; l <= c.network.depth(); ++l)
        widest = std::max(widest, c.network.net_inputs(l));
    const std::size_t bytes = c.x.rows * widest * sizeof(double);
    return std::clamp((std::size_t{1} << 27) / std::max(bytes, std::size_t{1}), std::size_t{4},
                      std::size_t{48});
}

}  // namespace

Workings::Workings(const Case& c)
    : c_(c),
      net_(c.network),
      blocks_(layout(c.network)),
      terms_(terms_of(c)),
      dense_(std::all_of(net_.layers.begin(), net_.layers.end(),
                         [](const Layer& layer) { return layer.kind == Kind::dense; })),
      forwards_(std::min<std::size_t>(capacity(c), 8)),
      slopes_(std::min<std::size_t>(capacity(c), 16)),
      carried_(capacity(c)),
      deltas_(capacity(c)),
      products_(capacity(c)) {}

const Term& Workings::at(const std::string& key) const {
    return *std::find_if(terms_.begin(), terms_.end(),
                         [&](const Term& term) { return term.key == key; });
}

std::span<const double> Workings::W(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 2]);
}
std::span<const double> Workings::b(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 1]);
}

std::shared_ptr<const Used> Workings::used(const ForwardRules& rules) {
    if (rules.remade == 0) return {};
    if (remade_.empty()) remade_ = remade_parameters(c_);
    return used_.get(rules.remade, [&](std::size_t row) { return Used(c_, remade_[row - 1]); });
}
std::span<const double> Workings::W(std::size_t l, const ForwardRules& rules) {
    const auto other = used(rules);
    return other ? part<const double>(other->theta, blocks_.blocks[2 * l - 2]) : W(l);
}
std::span<const double> Workings::b(std::size_t l, const ForwardRules& rules) {
    const auto other = used(rules);
    return other ? part<const double>(other->theta, blocks_.blocks[2 * l - 1]) : b(l);
}

Activation Workings::f(const ForwardRules& rules, std::size_t l) const {
    const Shape shape = this->shape(rules, l);
    if (shape == Shape::own || net_.layer(l).kind == Kind::gaussian)
        return net_.layer(l).activation;
    return curve_of(shape) ? Activation::linear : Activation(int(shape) - int(Shape::sigmoid));
}
const Curve* Workings::curve(const ForwardRules& rules, std::size_t l) const {
    return net_.layer(l).kind == Kind::gaussian ? nullptr : curve_of(shape(rules, l));
}

/// What layer l takes.
const Real& Workings::below(const Forward& pass, std::size_t l) const {
    if (l == 1) return *pass.x;
    return pass.taken[l - 2].rows > 0 ? pass.taken[l - 2] : pass.h[l - 2];
}

/// s = W h + b (encode); with a window places of a map share a bias (convolve, deconvolve).
Real Workings::net_input(const ForwardRules& rules, const Real& below, std::size_t l) {
    Real s = LayerProducts(net_, l, window_under(rules, rules.kernel, l)).onward(W(l, rules), below);
    if (rules.bias_after && l < net_.depth() && net_.layer(l).kind != Kind::gaussian) return s;
    add_by_map(s, b(l, rules));
    return s;
}

/// To each unit its bias; places of a map share one.
void Workings::add_by_map(Real& s, std::span<const double> biases) {
    const std::size_t places = s.cols / biases.size();  // that share a bias
    for (std::size_t q = 0; q < s.rows; ++q) {
        double* row = s.row(q).data();
        for (const double bias : biases)
            for (std::size_t place = 0; place < places; ++place) *row++ += bias;
    }
}

double Workings::noise(Noise how, std::size_t q, std::size_t k) const {
    if (c_.noise.rows == 0 || how == Noise::none) return 0;
    if (how == Noise::first_of_row) return c_.noise(q, 0);
    if (how == Noise::last_of_row) return c_.noise(q, c_.noise.cols - 1);
    return c_.noise(q, k);
}

/// The window of layer l as it is under these rules.
WindowSums Workings::window_under(const ForwardRules& rules, const Flipped& flipped,
                                  std::size_t l) const {
    const Layer& layer = net_.layer(l);
    if (!has_window(layer)) return {};
    WindowSums window = window_of(net_, l);
    const bool transposed = layer.kind == Kind::deconvolution;
    window.flipped = transposed ? flipped.of_deconvolution : flipped.of_convolution;
    if (!transposed) window.border = rules.border;
    if (!transposed && rules.start != Start::own) {
        const long pad = long(window.window.pad), by = rules.start == Start::one_on ? 1 : rules.start == Start::padded_at_end ? pad : -pad;
        window.down = window.right = by;
    }
    if (transposed && rules.output_pad_before)
        window.down = window.right = long(window.window.output_pad);
    if (transposed ? rules.pad_after.of_deconvolution : rules.pad_after.of_convolution)
        pad_after(window);
    return window;
}

/// Whether the layer above a window takes its maps last.
bool Workings::taken_flat(const ForwardRules& rules, std::size_t l) const {
    return rules.flat > 0 && l < net_.depth() && has_window(net_.layer(l)) &&
           !has_window(net_.layer(l + 1));
}

Real Workings::activities(const ForwardRules& rules, std::size_t l, const Real& s) const {
    const Activation f_l = f(rules, l);
    if (const Curve* other = curve(rules, l)) return each(s, other->f);
    if (f_l == Activation::softmax && rules.temperature != 1 && l == net_.depth())
        return softmax(each(s, [&](double x) { return x / rules.temperature; }), rules.softmax_over);
    if (f_l == Activation::softmax) return softmax(s, rules.softmax_over);
    Real h = activity(f_l, s);
    if (f_l == Activation::relu && rules.leak > 0)
        for (std::size_t i = 0; i < h.values.size(); ++i)
            if (s.values[i] < 0) h.values[i] = rules.leak * s.values[i];
    return h;
}

/// J^q, where it is one of those that are named.
Error Workings::error_of(const ForwardRules& rules) const {
    if (rules.error != Error::own) return rules.error;
    if (net_.loss == Loss::squared_error) return Error::squared;
    if (rules.output != Shape::own)
        return net_.layers.back().activation == Activation::softmax ? Error::categorical : Error::bernoulli;
    return f(rules, net_.depth()) == Activation::softmax ? Error::categorical : Error::bernoulli;
}

bool Workings::has_other_error(const ForwardRules& rules) const {
    return is_other_error(rules) || rules.output == Shape::softmax ||
           (rules.output != Shape::own && net_.loss == Loss::cross_entropy);
}

/// z = μ + σ ⊙ ε (reparameterise).
Real Workings::sample(const ForwardRules& rules, const Real& s) const {
    const std::size_t n = s.cols / 2;
    Real z(s.rows, n, unset);
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k)
            z(q, k) = rules.sample > 0 ? samples()[rules.sample - 1].z(s(q, k), s(q, n + k), noise(rules.noise, q, k))
                                       : mean_of(rules, s(q, k)) + deviation(rules.head, s(q, n + k)) * noise(rules.noise, q, k);
    return z;
}

std::shared_ptr<const Workings::Forward> Workings::forward(const ForwardRules& rules) {
    return forwards_.get(of_activities(rules), [&](const ForwardRules& how) {
        Forward pass;
        pass.x = how.exchanged ? &c_.y : &c_.x;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            Real s = net_input(how, below(pass, l), l);
            Real scale;
            if (is_normal(how, l, true)) normalise(how.normal, s, scale);
            if (how.mask_of_input && masked(c_, l)) s = dropped(c_, how, s, l);
            Real h = net_.layer(l).kind == Kind::gaussian ? sample(how, s) : activities(how, l, s);
            if (is_normal(how, l, false)) normalise(how.normal, h, scale);
            pass.scale.push_back(std::move(scale));
            if (how.bias_after && l < net_.depth() && net_.layer(l).kind != Kind::gaussian) add_by_map(h, b(l, how));
            if (how.twice && l == net_.depth()) h = activities(how, l, pass.once = std::move(h));
            pass.taken.push_back(masked(c_, l) && !how.mask_of_input ? dropped(c_, how, h, l)
                                 : taken_flat(how, l) ? flattened(net_, l, h, how.flat, true)
                                                      : Real());
            pass.s.push_back(std::move(s));
            pass.h.push_back(std::move(h));
        }
        return pass;
    });
}

std::shared_ptr<const Real> Workings::target(const Rules& rules) {
    return targets_.get(rules.forward.target, [&](Target target) { return wanted(c_, target); });
}

Archive Workings::right_terms() {
    Archive all;
    for (const Term& each : terms_) all.add(each.key, Array(each.shape, term({}, each)->values));
    return all;
}

std::shared_ptr<const Real> Workings::term(const Rules& unguarded, const Term& term) {
    Rules rules = unguarded;
    if (guards_.any()) set_guards(rules, guards_);
    const auto owned = [](Real values) { return std::make_shared<const Real>(std::move(values)); };
    const auto inside = [](const auto& owner, const Real& values) {  // keeps the owner alive
        return std::shared_ptr<const Real>(owner, &values);
    };
    const std::size_t at = term.layer - 1;
    switch (term.what) {
        case What::s: {
            const auto pass = forward(rules.forward);
            const Real& s = pass->s[at];
            if (term.size == s.cols) return inside(pass, s);
            Real columns(s.rows, term.size, unset);
            for (std::size_t q = 0; q < s.rows; ++q)
                for (std::size_t k = 0; k < term.size; ++k) columns(q, k) = s(q, term.first + k);
            return owned(std::move(columns));
        }
        case What::h: {
            const auto pass = forward(rules.forward);
            return inside(pass, pass->h[at]);
        }
        case What::rho:
            return owned(rho_row(rules, term.layer));
        case What::kl: {
            const auto all = divergences(rules);
            return inside(all, (*all)[at]);
        }
        case What::delta:
            return delta(rules, term.layer, all(term.layer));
        case What::weights:
        case What::biases:
            return kept_gradient(rules, term);
        default:
            break;
    }
    Real scalar(1, 1);
    scalar(0, 0) = cost(rules, term.what);
    return owned(std::move(scalar));
}

}  // namespace autoencoder::diagnosis
