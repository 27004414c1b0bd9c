// Theirs held against a case: the known mistakes that explain them; else the weights of their parts; else what
// has numbers that they say themselves.
#pragma once

#include <optional>

#include "diagnosis/by_parts.hpp"
#include "diagnosis/other_case.hpp"
#include "diagnosis/quotients.hpp"
#include "diagnosis/search.hpp"

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

    const Theirs& theirs;
    Workings workings;
    Comparison comparison;
    std::vector<Entry> entries, fitted = {};
    std::vector<Explanation> found;
    Account account = {};  // where nothing is found
    std::optional<Quotients> quotients = {};
    Indices counts = {};  // of patterns
    const Rules lecture = {};
};

}  // namespace autoencoder::diagnosis
