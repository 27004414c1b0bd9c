// The known mistakes, each the right computation with one line changed: a clause that says it, the
// equation that it breaks, and its change to the rules (rules.hpp). Conventions are in the same
// table: another choice, as right as ours, that has to be told apart from a mistake. The same id
// may stand more than once, where people make the mistake in more than one way.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/entry.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

using Entry = EntryOf<Rules>;

/// What the entries ask of a case.
struct Facts {
    explicit Facts(const Case& of);

    const Case& c;
    double N, lambda, gamma;
    std::size_t L, V, outputs;
    bool sparse = false;  // some hidden layer carries a sparsity term
    bool masked = false;
    bool variational = false;
    bool mirrored = false;      // an encoder's weights fit where a decoder's transpose belongs
    bool exchangeable = false;  // the gradients of W1 and W2 may stand for one another
    bool tied = false;          // W1 and W2 are one matrix, or one kernel

    bool has(Activation f, bool hidden_only = false) const;
};

/// The list that the entries are added to, for whichever model's rules.
template <class Rules>
struct TableOf : Facts {
    using Facts::Facts;
    using Change = std::function<void(Rules&)>;

    std::vector<EntryOf<Rules>> entries = {};

    void convention(std::string id, std::string tag, std::string clause, Change change) {
        entries.push_back(
            {std::move(id), std::move(clause), std::move(tag), true, true, std::move(change)});
    }
    void mistake(std::string id, std::string tag, std::string clause, Change change) {
        entries.push_back(
            {std::move(id), std::move(clause), std::move(tag), false, true, std::move(change)});
    }
    /// A less usual way to make the mistake, or to choose the convention, before it.
    void variant(std::string clause, Change change) {
        const EntryOf<Rules>& usual = entries.back();
        entries.push_back(
            {usual.id, std::move(clause), usual.tag, usual.convention, false, std::move(change)});
    }
};

using Table = TableOf<Rules>;

/// Scales the divergence of a code that is a distribution, where the rules know one.
template <class Rules>
void scale_code(Rules& r, double in_cost, double in_gradient) {
    if constexpr (requires { r.cost.divergence; }) {
        r.cost.divergence *= in_cost;
        r.back.divergence *= in_gradient;
    }
}

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table, in the order of the lecture. What is a template stands in the table of
// every model (chain/mistakes.hpp).
template <class Rules>
void add_conventions(TableOf<Rules>& t);
template <class Rules>
void add_regulariser_conventions(TableOf<Rules>& t);
template <class Rules>
void add_propagation(TableOf<Rules>& t);
template <class Rules>
void add_weight_penalty(TableOf<Rules>& t);
template <class Rules>
void add_sparsity(TableOf<Rules>& t);
template <class Rules>
void add_denoising(TableOf<Rules>& t);
template <class Rules>
void add_dropout(TableOf<Rules>& t);
template <class Rules>
void add_classifier(TableOf<Rules>& t);

/// All of these.
template <class Rules>
void add_every_model(TableOf<Rules>& t) {
    add_conventions(t);
    add_regulariser_conventions(t);
    add_propagation(t);
    add_weight_penalty(t);
    add_sparsity(t);
    add_denoising(t);
    add_dropout(t);
    add_classifier(t);
}

}  // namespace autoencoder::diagnosis
