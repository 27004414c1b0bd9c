// What a run says about itself: lines of progress, the log, the learning curve. Texts and pictures
// only; nothing here prints.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "autoencoder/picture.hpp"
#include "autoencoder/text.hpp"
#include "autoencoder/training.hpp"

namespace autoencoder {

/// "9.1 = data 7.9 + weights 0.9 + sparsity 0.3", without the terms that are zero.
std::string cost_by_term(const Cost& cost);

/// What a run has ahead of it.
struct Plan {
    std::string unit = "iteration";  // or "epoch"
    std::size_t first = 0;           // done before this part of the run began
    std::size_t total = 0;           // to be done in all
    std::size_t patterns = 0;        // in the training set
};

/// "iteration 120/400   cost 9.1 = data … + sparsity …   0.052 s each   15 s left"; epochs say
/// patterns per second instead. After the last one nothing is left.
std::string progress_line(const TrainingStep& step, const Plan& plan, bool last = false);

/// log.csv: number, evaluations, cost, data, weight_penalty, sparsity, gradient_norm, validation,
/// seconds. gradient_norm is empty where the optimiser does not know it, validation where no
/// patterns are held out.
std::string log_csv(std::span<const TrainingStep> steps);

/// The cost and its terms over the steps as SVG; on a logarithmic axis where all of them are positive.
/// Throws std::invalid_argument if there are no steps.
std::string learning_curve(std::span<const TrainingStep> steps, const Plan& plan);

}  // namespace autoencoder
