// An entry of a table of mistakes, for whichever model's rules: what is said of it, and its change.
#pragma once

#include <functional>
#include <string>

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

}  // namespace autoencoder::diagnosis
