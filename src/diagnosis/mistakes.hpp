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

/// What the entries ask of a case, and the list that they are added to.
struct Table {
    explicit Table(const Case& of);

    const Case& c;
    double N, lambda, gamma;
    std::size_t L, V, outputs;
    bool sparse = false;  // some hidden layer carries a sparsity term
    bool masked = false;
    std::vector<Entry> entries;

    bool has(Activation f, bool hidden_only = false) const;
    void convention(std::string id, std::string tag, std::string clause,
                    std::function<void(Rules&)> change);
    void mistake(std::string id, std::string tag, std::string clause,
                 std::function<void(Rules&)> change);
    /// A less usual way to make the mistake before it.
    void variant(std::string clause, std::function<void(Rules&)> change);
};

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table, in the order of the lecture.
void add_conventions(Table& t);
void add_propagation(Table& t);
void add_weight_penalty(Table& t);
void add_sparsity(Table& t);
void add_denoising(Table& t);
void add_dropout(Table& t);
void add_classifier(Table& t);

}  // namespace autoencoder::diagnosis
