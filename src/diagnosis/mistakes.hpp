// The known mistakes, each the right computation with one line changed: a clause that says it, the
// equation that it breaks, and its change to the rules (rules.hpp). Conventions are in the same
// table: another choice, as right as ours, that has to be told apart from a mistake. The same id
// may stand more than once, where people make the mistake in more than one way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

struct Entry {
    std::string id;
    std::string clause;  // "grad_W1 is what comes out when …"
    std::string tag;     // of the equation
    bool convention = false;
    bool usual = true;  // the usual way to make it; pairs are tried of these only
    std::function<void(Rules&)> change = {};
    bool tuned = false;  // one of a family that a number was chosen for: named where nothing plainer fits
    bool alone = false;  // tried with nothing else
};

/// The usual entry of this id. Throws std::invalid_argument if there is none.
const Entry& entry_of(const std::vector<Entry>& entries, const std::string& id);

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
    double data = 0;            // the data's part of the cost

    bool has(Activation f, bool hidden_only = false) const;
};

/// The list that the entries are added to.
struct Table : Facts {
    using Facts::Facts;
    using Change = std::function<void(Rules&)>;

    std::vector<Entry> entries = {};

    void convention(std::string id, std::string tag, std::string clause, Change change) {
        add({std::move(id), std::move(clause), std::move(tag), true, true, std::move(change)});
    }
    void mistake(std::string id, std::string tag, std::string clause, Change change) {
        add({std::move(id), std::move(clause), std::move(tag), false, true, std::move(change)});
    }
    /// A less usual way to make the mistake, or to choose the convention, before it.
    void variant(std::string clause, Change change) {
        const Entry& usual = entries.back();
        add({usual.id, std::move(clause), usual.tag, usual.convention, false, std::move(change)});
    }
    /// A mistake, or if the one before it has this id, a less usual way to make it.
    void way(const char* id, const char* tag, std::string clause, Change change) {
        const bool first = entries.empty() || entries.back().id != id;
        first ? mistake(id, tag, std::move(clause), std::move(change))
              : variant(std::move(clause), std::move(change));
    }
    /// All entries from this one on are a family.
    void family(std::size_t first) {
        for (std::size_t i = first; i < entries.size(); ++i) entries[i].tuned = true;
    }

private:
    void add(Entry entry) { entries.push_back(std::move(entry)); }
};

/// Scales the divergence of a code that is a distribution.
inline void scale_code(Rules& r, double in_cost, double in_gradient) {
    r.cost.divergence *= in_cost;
    r.back.divergence *= in_gradient;
}

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table, in the order of the lecture.
void add_conventions(Table& t);
void add_regulariser_conventions(Table& t);
void add_guards(Table& t);
void add_propagation(Table& t);
void add_errors(Table& t);
void add_activations(Table& t);
void add_weight_penalty(Table& t);
void add_sparsity(Table& t);
void add_denoising(Table& t);
void add_dropout(Table& t);
void add_classifier(Table& t);
void add_windows(Table& t);
void add_code(Table& t);

}  // namespace autoencoder::diagnosis
