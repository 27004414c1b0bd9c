#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

std::string name(const Term& term) {
    const std::string l = std::to_string(term.layer);
    switch (term.kind) {
        case Kind::s:
            return "s" + l;
        case Kind::h:
            return "h" + l;
        case Kind::rho:
            return "rho" + l;
        case Kind::kl:
            return "kl" + l;
        case Kind::cost_data:
            return "cost_data";
        case Kind::cost_weight_penalty:
            return "cost_weight_penalty";
        case Kind::cost_sparsity:
            return "cost_sparsity";
        case Kind::cost:
            return "cost";
        case Kind::delta:
            return "delta" + l;
        case Kind::grad_W:
            return "grad_W" + l;
        case Kind::grad_b:
            break;
    }
    return "grad_b" + l;
}

std::string_view tag(const Term& term, const Network& network) {
    const bool output = term.layer == network.depth();
    const bool softmax = network.layers.back().activation == Activation::softmax;
    switch (term.kind) {
        case Kind::s:
        case Kind::h:
            return !output ? "encode" : softmax ? "head" : "decode";
        case Kind::rho:
            return "mean-activity";
        case Kind::kl:
            return "kl";
        case Kind::cost_data:
            return softmax ? "head" : "cost";
        case Kind::cost_weight_penalty:
            return "weight-penalty";
        case Kind::cost_sparsity:
            return "sparse-cost";
        case Kind::cost:
            return "scale";
        case Kind::delta:
            if (output) return softmax ? "head" : "delta-output";
            return network.sparse(term.layer) ? "delta-sparse" : "delta-hidden";
        case Kind::grad_W:
            return network.weight_penalty > 0 ? "weight-penalty-gradient" : "gradient";
        case Kind::grad_b:
            break;
    }
    return "gradient";
}

std::string words(const Term& term) {
    const std::string of_layer = " of layer " + std::to_string(term.layer);
    switch (term.kind) {
        case Kind::s:
            return "the net input" + of_layer;
        case Kind::h:
            return "the activity" + of_layer;
        case Kind::rho:
            return "the mean activity" + of_layer;
        case Kind::kl:
            return "the divergence" + of_layer;
        case Kind::cost_data:
            return "the data's part of the cost";
        case Kind::cost_weight_penalty:
            return "the weight penalty's part of the cost";
        case Kind::cost_sparsity:
            return "the sparsity's part of the cost";
        case Kind::cost:
            return "the cost";
        case Kind::delta:
            return "δ" + of_layer;
        case Kind::grad_W:
            return "the gradient of the weights" + of_layer;
        case Kind::grad_b:
            break;
    }
    return "the gradient of the biases" + of_layer;
}

std::vector<Term> terms_of(const Network& network) {
    std::vector<Term> terms;
    const std::size_t L = network.depth();
    for (std::size_t l = 1; l <= L; ++l) {
        terms.push_back({Kind::s, l});
        terms.push_back({Kind::h, l});
        if (!network.sparse(l)) continue;
        terms.push_back({Kind::rho, l});
        terms.push_back({Kind::kl, l});
    }
    for (const Kind kind :
         {Kind::cost_data, Kind::cost_weight_penalty, Kind::cost_sparsity, Kind::cost})
        terms.push_back({kind, 0});
    for (std::size_t l = L; l >= 1; --l)
        terms.push_back({Kind::delta, l});
    for (std::size_t l = L; l >= 1; --l) {
        terms.push_back({Kind::grad_b, l});
        terms.push_back({Kind::grad_W, l});
    }
    return terms;
}

}  // namespace autoencoder::diagnosis
