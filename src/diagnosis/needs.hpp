// What of the rules a term depends on. Two sets of rules that are one to a term need be computed,
// and compared, only once: most candidates are refuted by a term that they do not even touch.
#pragma once

#include "autoencoder/network.hpp"
#include "diagnosis/rules.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

/// The rules with everything that this term of layer l does not depend on set back to the lecture's.
Rules needed_by(What what, std::size_t l, const Rules& rules, const Network& network);

/// What s and h depend on: not what y is. Of layer l alone: not what is done to layers above.
ForwardRules of_activities(ForwardRules rules);
ForwardRules activities(ForwardRules rules, const Network& network, std::size_t l);

}  // namespace autoencoder::diagnosis
