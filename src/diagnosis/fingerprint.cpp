#include "diagnosis/fingerprint.hpp"

#include "autoencoder/convolution.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Where to look for what is wrong in δ of a hidden layer, or of a code.
std::string cause_of_delta(std::size_t l, const Network& net) {
    const std::string of = std::to_string(l), next = std::to_string(l + 1);
    if (net.layer(l).kind == Kind::gaussian)
        return "look at what δ" + next + " is for z, at ∂z/∂log σ², and at the slope of the divergence";
    const std::string weights = names_of(net, l + 1, false);
    return (has_window(net.layer(l + 1))
                ? "look at how the window of " + weights + " takes δ" + next + " back"
                : "look at the sum " + weights + "ᵀ δ" + next) +
           " and f' of layer " + of + (net.sparse(l) ? ", and at the sparsity term between them" : "");
}

/// Where to look, if this term is the first that is wrong and those before it agree.
std::string cause(const Term& term, const Network& net) {
    const std::string l = std::to_string(term.layer);
    const bool window = term.layer > 0 && has_window(net.layer(term.layer));
    switch (term.what) {
        case What::s: {
            const std::string b = names_of(net, term.layer, true);
            if (net.layer(term.layer).kind == Kind::gaussian)
                return "look at the weighted sums of " + names_of(net, term.layer, false) + ", and at " + b;
            return (window ? "look at the window's sums with " : "look at the weighted sum ") +
                   names_of(net, term.layer, false) + (window ? " and at " : " h + ") + b;
        }
        case What::h:
            if (net.layer(term.layer).kind == Kind::gaussian) return "look at μ + σ ⊙ ε";
            return "look at the activation of layer " + l;
        case What::rho:
            return "look at the mean over the patterns";
        case What::kl:
            return "look at KL(ρ̄‖ρ_j)";
        case What::cost_data:
            return "look at the sum of the errors";
        case What::cost_weight_penalty:
            return "look at (λ/2) Σ w²";
        case What::cost_sparsity:
            return "look at γ Σ KL";
        case What::cost_kl:
            return "look at −½ Σ (1 + log σ² − μ² − σ²)";
        case What::cost:
            return "look at how the parts add up";
        case What::delta:
            if (term.layer == net.depth()) return "look at y − ŷ and f' of the output";
            return cause_of_delta(term.layer, net);
        case What::weights:
            return "look at the product of δ" + l + (window ? " with what each window sees" : " with the activity below it") +
                   (net.weight_penalty > 0 ? ", and at λw" : "");
        case What::biases:
            break;
    }
    return "look at the sum of δ" + l + " over the patterns" + (window ? " and the places" : "");
}

/// The key of theirs that the term is computed from, or "".
std::string source(const Term& term, const Theirs& theirs, const Network& net) {
    const std::size_t l = term.layer, L = net.depth();
    const auto key = [&](What what, std::size_t layer) {
        for (const Given& given : theirs.given)
            if (given.term.what == what && given.term.layer == layer) return given.term.key;
        return std::string();
    };
    switch (term.what) {
        case What::s:
            return key(What::h, l - 1);
        case What::h:
            return key(What::s, l);
        case What::rho:
            return key(What::h, l);
        case What::kl:
            return key(What::rho, l);
        case What::cost_data:
            return key(What::h, L);
        case What::cost_kl:
            return key(What::s, net.gaussian_layer());
        case What::delta:
            return l == L ? key(What::h, L) : key(What::delta, l + 1);
        case What::weights:
        case What::biases:
            return key(What::delta, l);
        default:
            return "";
    }
}

}  // namespace

std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net) {
    const Term& term = given.term;
    const std::string from = source(term, theirs, net);
    return "the first term to go wrong is " + term.key + ", " + term.words +
           (from.empty() ? "" : ", while " + from + " agrees") + ": " + cause(term, net) + " [" +
           term.tag + "]";
}

}  // namespace autoencoder::diagnosis
