#include "diagnosis/fingerprint.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Where to look, if this term is the first that is wrong and those before it agree.
std::string cause(const Term& term, const Network& net) {
    const std::string l = std::to_string(term.layer), next = std::to_string(term.layer + 1);
    switch (term.kind) {
        case TermKind::s:
            return "look at the weighted sum W" + l + " h + b" + l;
        case TermKind::h:
            return "look at the activation of layer " + l;
        case TermKind::rho:
            return "look at the mean over the patterns";
        case TermKind::kl:
            return "look at KL(ρ̄‖ρ_j)";
        case TermKind::cost_data:
            return "look at the sum of the errors";
        case TermKind::cost_weight_penalty:
            return "look at (λ/2) Σ w²";
        case TermKind::cost_sparsity:
            return "look at γ Σ KL";
        case TermKind::cost:
            return "look at how the parts add up";
        case TermKind::delta:
            if (term.layer == net.depth()) return "look at y − ŷ and f' of the output";
            return "look at the sum W" + next + "ᵀ δ" + next + " and f' of layer " + l +
                   (net.sparse(term.layer) ? ", and at the sparsity term between them" : "");
        case TermKind::grad_W:
            return "look at the product of δ" + l + " with the activity below it" +
                   (net.weight_penalty > 0 ? ", and at λw" : "");
        case TermKind::grad_b:
            break;
    }
    return "look at the sum of δ" + l + " over the patterns";
}

/// What the term is computed from.
std::vector<Term> sources(const Term& term, const Network& net) {
    const std::size_t l = term.layer, L = net.depth();
    switch (term.kind) {
        case TermKind::s:
            return l == 1 ? std::vector<Term>{} : std::vector<Term>{{TermKind::h, l - 1}};
        case TermKind::h:
            return {{TermKind::s, l}};
        case TermKind::rho:
            return {{TermKind::h, l}};
        case TermKind::kl:
            return {{TermKind::rho, l}};
        case TermKind::cost_data:
            return {{TermKind::h, L}};
        case TermKind::delta:
            return {l == L ? Term{TermKind::h, L} : Term{TermKind::delta, l + 1}};
        case TermKind::grad_W:
        case TermKind::grad_b:
            return {{TermKind::delta, l}};
        default:
            return {};
    }
}

/// The words for a simple factor, or "": "N is 7".
std::string simple_factor(double factor, const Case& c, std::size_t layer) {
    const double N = double(c.x.rows), n = double(c.network.units(layer)),
                 out = double(c.network.units(c.network.depth()));
    const auto is = [&](double value) { return std::abs(factor / value - 1) < 1e-5; };
    const auto count = [](double value) { return std::to_string(std::size_t(value)); };
    if (is(-1)) return "the other sign";
    if (is(N)) return "N is " + count(N);
    if (is(1 / N)) return "1/N is 1/" + count(N);
    if (is(n) && layer > 0) return "layer " + std::to_string(layer) + " has " + count(n) + " units";
    if (is(1 / n) && layer > 0)
        return "layer " + std::to_string(layer) + " has " + count(n) + " units";
    if (is(out)) return "there are " + count(out) + " outputs";
    if (is(1 / out)) return "there are " + count(out) + " outputs";
    if (is(2) || is(0.5)) return "perhaps a ½";
    return "";
}

/// Their gradient in θ's order without gaps, if they have all of it.
std::vector<double> whole_gradient(const Theirs& theirs, Comparison& comparison, Workings& workings,
                                   const Frame& frame) {
    std::vector<double> whole;
    for (std::size_t l = 1; l <= workings.given().network.depth(); ++l) {
        for (const TermKind kind : {TermKind::grad_W, TermKind::grad_b}) {
            const Given* given = theirs.find({kind, l});
            if (!given || given->fit == Fit::other_size) return {};
            const std::vector<double> values =
                comparison.in_our_order(*given, frame, *workings.term({}, given->term));
            whole.insert(whole.end(), values.begin(), values.end());
        }
    }
    return whole;
}

std::vector<double> our_gradient(Workings& workings, const Rules& rules) {
    std::vector<double> whole;
    for (std::size_t l = 1; l <= workings.given().network.depth(); ++l) {
        for (const TermKind kind : {TermKind::grad_W, TermKind::grad_b}) {
            const auto ours = workings.term(rules, {kind, l});
            whole.insert(whole.end(), ours->values.begin(), ours->values.end());
        }
    }
    return whole;
}

}  // namespace

std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net) {
    const std::string key = name(given.term);
    std::vector<std::string> known;
    for (const Term& source : sources(given.term, net))
        if (theirs.find(source)) known.push_back(name(source));
    std::string text = "the first term to go wrong is " + key + ", " + words(given.term);
    if (!known.empty()) text += ", while " + known[0] + " agrees";
    return text + ": " + cause(given.term, net) + " [" + std::string(tag(given.term, net)) + "]";
}

std::string fingerprint(const Given& given, Comparison& comparison, Workings& workings) {
    const auto ours = workings.term({}, given.term);
    const Frame frame = comparison.frames()[0];
    const std::vector<double> theirs = comparison.in_our_order(given, frame, *ours);
    if (theirs.size() != ours->values.size() || comparison.difference({}, frame, given).agrees)
        return "";
    double product = 0, square = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        product += theirs[i] * ours->values[i];
        square += ours->values[i] * ours->values[i];
    }
    if (square == 0) return "";
    const double factor = product / square;
    if (!std::isfinite(factor) || factor == 0) return "";
    const double tolerance = comparison.tolerance(given.term) * std::max(std::abs(factor), 1.0);
    for (std::size_t i = 0; i < theirs.size(); ++i)
        if (!(std::abs(theirs[i] - factor * ours->values[i]) <= tolerance)) return "";
    const std::string reason = simple_factor(factor, workings.given(), given.term.layer);
    if (theirs.size() == 1 && reason.empty())
        return "";  // one number is always a multiple of another
    return "their " + name(given.term) + " is " + rounded(factor, 6) + " times ours" +
           (reason.empty() ? "" : ", and " + reason);
}

bool belongs_together(const Theirs& theirs, Comparison& comparison, Workings& workings,
                      const std::vector<Explanation>& found, std::vector<std::string>& sentences) {
    const Nudges& nudges = theirs.nudges;
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    std::vector<double> gradient = whole_gradient(theirs, comparison, workings, frame);
    const bool own = !gradient.empty();
    if (!own)
        gradient =
            our_gradient(workings, found.empty() ? Rules{} : changed_by(found[0].conventions));
    double largest_cost = 0, largest_slope = 0;
    for (const double g : gradient)
        largest_slope = std::max(largest_slope, std::abs(g));
    for (const double J : nudges.plus)
        largest_cost = std::max(largest_cost, std::abs(J));
    const double epsilon = nudges.epsilon, unit = theirs.single ? 0x1p-23 : 0x1p-46;
    // What the cost is rounded to, and what a central difference leaves of the third derivative.
    const double tolerance = 8 * unit * largest_cost / epsilon +
                             (30 * epsilon * epsilon + 1e-9) * std::max(1.0, largest_slope);
    double worst = -1;
    std::size_t at = 0;
    for (std::size_t i = 0; i < nudges.coordinates.size(); ++i) {
        const double slope = (nudges.plus[i] - nudges.minus[i]) / (2 * epsilon);
        const double apart = std::abs(slope - gradient[nudges.coordinates[i]]);
        if (!(apart <= worst)) {
            worst = apart;
            at = nudges.coordinates[i];
        }
        if (std::isnan(apart)) break;
    }
    const bool fits = worst <= tolerance;
    const std::string whose =
        own ? "their gradient" : "our gradient (they have not given all of theirs)";
    sentences.push_back(
        fits ? "their cost and " + whose + " belong together: central differences agree to " +
                   rounded(std::max(worst, 0.0), 2)
             : "their cost and " + whose + " do not belong together: at coordinate " +
                   std::to_string(at) + " the central difference is off by " + rounded(worst, 3) +
                   ", and " + rounded(tolerance, 2) + " is allowed");
    return fits;
}

}  // namespace autoencoder::diagnosis
