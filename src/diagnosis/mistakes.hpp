// The known mistakes, each the right computation with one line changed: a clause that says it, the
// equation that it breaks, and its change to the rules (rules.hpp). Conventions are in the same
// table: another choice, as right as ours, that has to be told apart from a mistake. The same id
// may stand more than once, where people make the mistake in more than one way. An entry that changes
// nothing of a case says nothing of it: it needs no condition.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

using Change = std::function<void(Rules&)>;
inline Change operator+(Change a, Change b) {
    return [=](Rules& r) {
        a(r);
        b(r);
    };
}

struct Entry {
    std::string id;
    std::string clause;  // "grad_W1 is what comes out when …"
    std::string tag;     // of the equation
    bool convention = false;
    bool usual = true;  // the usual way to make it; pairs are tried of these only
    Change change = {};
    bool tuned =
        false;  // one of a family that a number was chosen for: named where nothing plainer fits

    bool is_row() const { return tuned && !usual; }  // one of many functions, say
};

/// The usual entry of this id. Throws std::invalid_argument if there is none.
const Entry& entry_of(const std::vector<Entry>& entries, const std::string& id);

/// What the entries ask of a case.
struct Facts {
    explicit Facts(const Case& of);

    const Case& c;
    const Network& net;
    double N, lambda, gamma, outputs;
    std::size_t L;
    Activation output;
    bool squared, softmax;  // the error, the output
    bool sparse = false;    // some hidden layer carries a sparsity term
    bool masked = false;
    bool variational = false;
    bool dense = false;         // the first layer
    bool bent = false;          // some hidden layer
    bool mirrored = false;      // an encoder's weights fit where a decoder's transpose belongs
    bool exchangeable = false;  // the gradients of W1 and W2 may stand for one another
    bool classes = false;       // one-hot targets
    bool tied = false;          // W1 and W2 are one matrix, or one kernel
    double data = 0;            // the data's part of the cost
    double largest_error = 0;   // of an output

    bool has(Activation f, bool hidden_only = false) const;
};

/// The list that the entries are added to. The first of an id is the usual way.
struct Table : Facts {
    using Facts::Facts;

    std::vector<Entry> entries = {}, rows = {};

    void convention(const std::string& id, const std::string& tag, const std::string& clause,
                    Change change) {
        entries.push_back({id, clause, tag, true, !is_last(id), std::move(change)});
    }
    void mistake(const std::string& id, const std::string& tag, const std::string& clause,
                 Change change) {
        entries.push_back({id, clause, tag, false, !is_last(id), std::move(change)});
    }
    /// One of many, tried after the others and named where nothing plainer fits. It takes a pass of its own.
    void rare(const std::string& id, const std::string& tag, const std::string& clause, Change change) {
        if (N * double(c.theta.size()) < 2e7) rows.push_back({id, clause, tag, false, false, std::move(change), true});
    }
    /// A less usual way to make the mistake, or to choose the convention, before it.
    void variant(const std::string& clause, Change change) {
        const Entry& usual = entries.back();
        entries.push_back(
            {usual.id, clause, usual.tag, usual.convention, false, std::move(change)});
    }
    bool is_last(const std::string& id) const {
        return !entries.empty() && entries.back().id == id;
    }
};

// Other weights of parts, in the cost and in the gradient.
inline Change data(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.cost.data *= in_cost;
        r.back.error_factor *= in_gradient;
    };
}
inline Change penalty(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.cost.decay.weights *= in_cost;
        r.gradient.decay.weights *= in_gradient;
    };
}
inline Change sparsity(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.sparsity_cost.weight *= in_cost;
        r.sparsity_slope.weight *= in_gradient;
    };
}
/// Of the divergence of a code that is a distribution.
inline Change code(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.cost.code.weight *= in_cost;
        r.back.code.weight *= in_gradient;
    };
}
/// Of the sums over patterns that δ goes into.
inline Change sums(double of_weights, double of_biases) {
    return [=](Rules& r) {
        r.gradient.weights *= of_weights;
        r.gradient.biases *= of_biases;
    };
}

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table, in the order of the lecture.
void add_conventions(Table& t);
void add_guards(Table& t);
void add_propagation(Table& t);
void add_assignments(Table& t);
void add_errors(Table& t);
void add_activations(Table& t);
void add_weight_penalty(Table& t);
void add_sparsity(Table& t);
void add_denoising(Table& t);
void add_dropout(Table& t);
void add_classifier(Table& t);
void add_windows(Table& t);
void add_code(Table& t);
void add_back(Table& t);
void add_remade(Table& t);

}  // namespace autoencoder::diagnosis
