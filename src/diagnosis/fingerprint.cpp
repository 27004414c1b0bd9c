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
    const Allowed allowed = comparison.allowed(given.term, 0);
    const double scale = 4 * std::max(std::abs(factor), 1.0);
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        const double expected = factor * ours->values[i];
        if (!(std::abs(theirs[i] - expected) <= scale * std::max((*allowed.errors)[i], 64 * allowed.unit * std::abs(expected)))) return "";
    }
    const std::string reason = simple_factor(factor, workings.given(), given.term.layer);
    if (theirs.size() == 1 && reason.empty())
        return "";  // one number is always a multiple of another
    return "their " + name(given.term) + " is " + rounded(factor, 6) + " times ours" +
           (reason.empty() ? "" : ", and " + reason);
}

}  // namespace autoencoder::diagnosis
