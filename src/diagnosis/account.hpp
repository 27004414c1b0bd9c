// Theirs held against a case: the known mistakes that explain them; else the weights of their parts; else
// whether they are differences of a cost.
#pragma once

#include <optional>

#include "diagnosis/by_parts.hpp"
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

    const Theirs& theirs;
    Workings workings;
    Comparison comparison;
    std::vector<Entry> entries;
    std::vector<Explanation> found;
    Account account = {};  // where nothing is found
    std::optional<Quotients> quotients = {};
};

}  // namespace autoencoder::diagnosis
