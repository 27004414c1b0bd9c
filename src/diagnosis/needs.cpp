#include "diagnosis/needs.hpp"

#include "diagnosis/divergence.hpp"
#include "diagnosis/norms.hpp"

namespace autoencoder::diagnosis {
namespace {

/// ρ of a layer, and the divergences of its units.
Sparsity divergences(Sparsity rules) {
    rules.weight = 1;
    rules.only = 0;
    rules.mean_over_units = rules.over_visible = rules.on_output = false;
    return rules;
}

/// δ of a layer: the rules of its own, and of the layers above it.
Rules backward(const Rules& rules, const Network& network, std::size_t l) {
    Rules needed;
    needed.forward = rules.forward;
    needed.back = rules.back;
    const std::size_t L = network.depth();
    bool sparse_from_here = false;
    for (std::size_t m = l; m <= L; ++m)
        sparse_from_here |= sparse(network, rules.sparsity_slope.on_output, m);
    const Sparsity& slope = rules.sparsity_slope;
    const bool below = slope.only != 0 && slope.only < l;  // the layer that has one
    if (sparse_from_here) needed.sparsity_slope = slope;
    if (sparse_from_here &&
        (below || slope.weight == 0 || (slope.first == 0 && slope.second == 0))) {
        needed.sparsity_slope = {};
        needed.sparsity_slope.weight = 0;
    }
    if (rules.back.error_factor == 0) {  // whatever the error
        needed.forward.target = Target::given;
        needed.forward.error = needed.forward.added = Error::own;
        needed.forward.times_added = 0;
        needed.forward.shares = 0;
    }
    needed.forward.guard = {};
    BackRules& back = needed.back;
    const BackRules right;
    back.kernel_gradient = right.kernel_gradient;
    back.window_gradient = {};
    back.places = right.places;
    back.places_at = right.places_at;
    if (back.no_slope_at < l) back.no_slope_at = 0;
    if (back.slope_at != 0 && back.slope_at < l) {
        back.slope = Slope::right;
        back.slope_at = 0;
    }
    if (back.mask_at != 0 && back.mask_at < l) {
        back.mask = BackwardMask::whole;
        back.mask_at = 0;
    }
    if (back.stepped_at != 0 && back.stepped_at <= l) {
        back.carry = Carry::weights;
        back.step = 0;
        back.stepped_at = back.carried_by = 0;
    }
    const bool of_head = back.carry == Carry::of_mean_head || back.carry == Carry::of_log_head;
    if (of_head && l >= network.gaussian_layer()) back.carry = Carry::weights;
    if (l > network.gaussian_layer()) {
        back.code = {};
        back.sample_by_head = right.sample_by_head;
        back.sample_slope = 0;
    }
    if (l < L) return needed;
    back.no_slope_at = 0;
    back.carry = Carry::weights;
    back.step = 0;
    back.stepped_at = back.carried_by = 0;
    back.through = Through::all;
    if (back.of_activity != OfActivity::squares) back.of_activity = OfActivity::none;
    back.window = {};
    back.kernel = right.kernel;
    back.mask = BackwardMask::whole;
    back.mask_at = back.slope_at = 0;
    if (back.slope_where == Where::hidden) back.slope = Slope::right;
    back.slope_where = Where::everywhere;
    return needed;
}

}  // namespace

ForwardRules of_activities(ForwardRules rules) {
    rules.target = Target::given;
    rules.error = rules.added = Error::own;
    rules.times_added = 0;
    rules.shares = 0;
    rules.guard = rules.guard_slope = {};
    return rules;
}

ForwardRules activities(ForwardRules rules, const Network& network, std::size_t l) {
    rules = of_activities(rules);
    if (l < network.depth()) {
        rules.output = Shape::own;
        rules.twice = false;
        rules.softmax_over = SoftmaxOver::classes;
        rules.temperature = 1;
    }
    if (l == 1) {  // h is before dropout
        rules.rescale = Rescale::once;
        rules.mask = Mask::own;
        if (rules.hidden_at > 1) {
            rules.hidden = Shape::own;
            rules.normal = {};
            rules.hidden_at = 0;
        }
        rules.flat = 0;
    }
    if (l < network.gaussian_layer()) {
        rules.head = Head::log_variance;
        rules.noise = Noise::own;
        rules.sample = rules.mean = 0;
    }
    return rules;
}

Rules needed_by(What what, std::size_t l, const Rules& rules, const Network& network) {
    Rules needed;
    const std::size_t L = network.depth();
    switch (what) {
        case What::s:
        case What::h:
            needed.forward = activities(rules.forward, network, l);
            break;
        case What::rho:
        case What::kl:
            needed.forward = activities(rules.forward, network, L);
            needed.sparsity_cost = divergences(rules.sparsity_cost);
            break;
        case What::cost_data:
            needed.forward = rules.forward;
            needed.cost.data = rules.cost.data;
            needed.cost.data_spectral = rules.cost.data_spectral;
            needed.cost.of_delta = rules.cost.of_delta;
            needed.cost.of_activity = rules.cost.of_activity;
            if (rules.cost.of_delta) needed.back = backward(rules, network, L).back;
            break;
        case What::cost_weight_penalty:
            needed.cost.decay = rules.cost.decay;
            break;
        case What::cost_sparsity:
            needed.forward = activities(rules.forward, network, L);
            needed.sparsity_cost = rules.sparsity_cost;
            break;
        case What::cost_kl:
            needed.forward = activities(rules.forward, network, L);
            needed.cost.code = rules.cost.code;
            break;
        case What::cost:
            needed.forward = rules.forward;
            needed.cost = rules.cost;
            needed.sparsity_cost = rules.sparsity_cost;
            if (rules.cost.of_delta) needed.back = backward(rules, network, L).back;
            break;
        case What::delta:
            return backward(rules, network, l);
        case What::weights: {
            const GradientRules& how = rules.gradient;
            const bool alone = how.tied == Tied::no && how.assigned != Assigned::swapped &&
                               how.assigned != Assigned::swapped_transposed;
            needed = backward(rules, network, alone && rules.forward.remade == 0 ? l : 1);
            needed.back.kernel_gradient = rules.back.kernel_gradient;
            needed.back.window_gradient = rules.back.window_gradient;
            needed.gradient = how;
            if (alone && how.input_at != 0 && how.input_at != l) {
                needed.gradient.input = Input::below;
                needed.gradient.input_at = needed.gradient.input_of = 0;
            }
            needed.gradient.biases = needed.gradient.output_bias = 1;
            needed.gradient.biases_of = BiasOf::delta;
            needed.gradient.decay.biases = 0;
            break;
        }
        case What::biases: {
            needed = backward(rules, network, rules.forward.remade == 0 ? l : 1);
            if (rules.back.places_at == 0 || rules.back.places_at == l) {
                needed.back.places = rules.back.places;
                needed.back.places_at = rules.back.places_at;
            }
            GradientRules& how = needed.gradient;
            how.biases = rules.gradient.biases;
            how.biases_of = rules.gradient.biases_of;
            how.decay.biases = rules.gradient.decay.biases;
            how.decay.only = rules.gradient.decay.only;
            const NormRow* norm = norm_in(rules.gradient.decay.of);
            if (how.decay.biases != 0 || (norm && norm->of_biases)) how.decay.of = rules.gradient.decay.of;
            if (l == L) how.output_bias = rules.gradient.output_bias;
            // A product of means leaves the mean as it is.
            if (rules.gradient.patterns != Patterns::product_of_means)
                how.patterns = rules.gradient.patterns;
            break;
        }
    }
    return needed;
}

}  // namespace autoencoder::diagnosis
