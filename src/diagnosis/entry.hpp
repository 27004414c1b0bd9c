// An entry of a table of mistakes, for whichever model's rules: what is said of it, and its change.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "autoencoder/error.hpp"

namespace autoencoder::diagnosis {

template <class Rules>
struct EntryOf {
    std::string id;
    std::string clause;  // "grad_W1 is what comes out when …"
    std::string tag;     // of the equation
    bool convention = false;
    bool usual = true;  // the usual way to make it; pairs are tried of these only
    std::function<void(Rules&)> change;
};

/// The usual entry of this id. Throws std::invalid_argument if there is none.
template <class Rules>
const EntryOf<Rules>& entry_of(const std::vector<EntryOf<Rules>>& entries, const std::string& id) {
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const EntryOf<Rules>& each) { return each.id == id; });
    require(entry != entries.end(), "this case cannot show '" + id + "'");
    return *entry;
}

}  // namespace autoencoder::diagnosis
