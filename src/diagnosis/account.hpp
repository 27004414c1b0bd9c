// Theirs held against a case: the known mistakes that explain them; else the weights of their parts; else what
// has numbers that they say themselves.
#pragma once

#include <optional>

#include "diagnosis/best.hpp"
#include "diagnosis/by_parts.hpp"
#include "diagnosis/other_case.hpp"
#include "diagnosis/quotients.hpp"

namespace autoencoder::diagnosis {

/// What the weights of the parts say, and under which mistakes and conventions, if any.
struct Account {
    ByParts said;
    std::vector<Explanation> found;
};

struct Search {
    Search(const Case& c, const Theirs& held, std::vector<Entry> known_entries,
           const std::function<void(double)>& progress);
    bool known() const {
        return !found.empty() || !account.found.empty() ||
               (account.said.all && account.said.costs && !account.said.sentences.empty());
    }
    Against right(const Frame& frame) { return {comparison, theirs, workings, lecture, frame}; }
    /// Looks for the rest, in this frame.
    void further(const Frame& frame);
    /// What is left where no other case explains them: errors that count otherwise by pattern, another loss beside the own one.
    void last_of_all(const Frame& frame);
    void hold_fitted();
    void add_guard(std::vector<Explanation>& ways) const;

    const Theirs& theirs;
    Workings workings;
    std::vector<Entry> entries, fitted = {};
    Best best;
    Comparison& comparison = *best.comparison;
    Entry guard;  // that theirs are found with, if any
    std::vector<Explanation> found = {};
    Account account = {};  // where nothing is found
    std::optional<Quotients> quotients = {};
    Indices counts = {};  // of patterns
    const Rules lecture = {};
};

}  // namespace autoencoder::diagnosis
