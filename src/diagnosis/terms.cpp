#include "autoencoder/activation.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

std::string name(const Term& term) {
    const std::string l = std::to_string(term.layer);
    switch (term.kind) {
        case TermKind::s:
            return "s" + l;
        case TermKind::h:
            return "h" + l;
        case TermKind::rho:
            return "rho" + l;
        case TermKind::kl:
            return "kl" + l;
        case TermKind::cost_data:
            return "cost_data";
        case TermKind::cost_weight_penalty:
            return "cost_weight_penalty";
        case TermKind::cost_sparsity:
            return "cost_sparsity";
        case TermKind::cost:
            return "cost";
        case TermKind::delta:
            return "delta" + l;
        case TermKind::grad_W:
            return "grad_W" + l;
        case TermKind::grad_b:
            break;
    }
    return "grad_b" + l;
}

std::string_view tag(const Term& term, const Network& network) {
    const bool output = term.layer == network.depth();
    const bool softmax = network.layers.back().activation == Activation::softmax;
    switch (term.kind) {
        case TermKind::s:
        case TermKind::h:
            return !output ? "encode" : softmax ? "head" : "decode";
        case TermKind::rho:
            return "mean-activity";
        case TermKind::kl:
            return "kl";
        case TermKind::cost_data:
            return softmax ? "head" : "cost";
        case TermKind::cost_weight_penalty:
            return "weight-penalty";
        case TermKind::cost_sparsity:
            return "sparse-cost";
        case TermKind::cost:
            return "scale";
        case TermKind::delta:
            if (output) return softmax ? "head" : "delta-output";
            return network.sparse(term.layer) ? "delta-sparse" : "delta-hidden";
        case TermKind::grad_W:
            return network.weight_penalty > 0 ? "weight-penalty-gradient" : "gradient";
        case TermKind::grad_b:
            break;
    }
    return "gradient";
}

std::string words(const Term& term) {
    const std::string of_layer = " of layer " + std::to_string(term.layer);
    switch (term.kind) {
        case TermKind::s:
            return "the net input" + of_layer;
        case TermKind::h:
            return "the activity" + of_layer;
        case TermKind::rho:
            return "the mean activity" + of_layer;
        case TermKind::kl:
            return "the divergence" + of_layer;
        case TermKind::cost_data:
            return "the data's part of the cost";
        case TermKind::cost_weight_penalty:
            return "the weight penalty's part of the cost";
        case TermKind::cost_sparsity:
            return "the sparsity's part of the cost";
        case TermKind::cost:
            return "the cost";
        case TermKind::delta:
            return "δ" + of_layer;
        case TermKind::grad_W:
            return "the gradient of the weights" + of_layer;
        case TermKind::grad_b:
            break;
    }
    return "the gradient of the biases" + of_layer;
}

std::vector<Term> terms_of(const Network& network) {
    std::vector<Term> terms;
    const std::size_t L = network.depth();
    for (std::size_t l = 1; l <= L; ++l) {
        terms.push_back({TermKind::s, l});
        terms.push_back({TermKind::h, l});
        if (!network.sparse(l)) continue;
        terms.push_back({TermKind::rho, l});
        terms.push_back({TermKind::kl, l});
    }
    for (const TermKind kind : {TermKind::cost_data, TermKind::cost_weight_penalty,
                                TermKind::cost_sparsity, TermKind::cost})
        terms.push_back({kind, 0});
    for (std::size_t l = L; l >= 1; --l) terms.push_back({TermKind::delta, l});
    for (std::size_t l = L; l >= 1; --l) {
        terms.push_back({TermKind::grad_b, l});
        terms.push_back({TermKind::grad_W, l});
    }
    return terms;
}

}  // namespace autoencoder::diagnosis
