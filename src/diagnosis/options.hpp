// What a case may have beside its patterns: targets that are not the inputs, classes, and masks of
// dropout, as rules.hpp says, for every model.
#pragma once

#include "autoencoder/conformance.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

/// What is taken for y.
Real wanted(const Case& c, Target target);

/// Whether units of hidden layer l are dropped.
bool masked(const Case& c, std::size_t l);

/// h̃ = m h/(1−p) of layer l, which is masked (dropout).
Real dropped(const Case& c, const ForwardRules& rules, const Real& h, std::size_t l);

/// What multiplies the δ that comes back to layer l, which is masked (dropout).
Real backward_mask(const Case& c, const ForwardRules& rules, BackwardMask mask, std::size_t l);

}  // namespace autoencoder::diagnosis
