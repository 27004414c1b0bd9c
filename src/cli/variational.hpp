// What the command line says and draws of a variational autoencoder beyond every other model.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/cost.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/json.hpp"

namespace autoencoder::cli {

/// The bound in its parts and, with samples, the estimate of log p(x), for `evaluate`; nothing for
/// other models. `cost` is the one on these patterns. Throws std::invalid_argument for samples where
/// the model is another.
struct Likelihood {
    bool known = false;
    double reconstruction = 0, kl = 0;
    std::size_t samples = 0;  // 0: log p(x) was not asked for
    double log_likelihood = 0;
    std::vector<double> unit_kl = {};  // of each unit of the code, the largest first: mean over patterns, nats

    /// Units of the code that say anything of a pattern; the others are as if they were not there.
    std::size_t active() const;

    void print() const;
    void add_to(Json& line) const;
};
Likelihood likelihood_of(const Model& model, View<const float> x, const Cost& cost,
                         std::size_t samples);

/// Writes samples.png (new patterns) and walk.png (from one pattern to another) and, of a code of two
/// units, plane.png (decoded codes by their place) and codes.svg (the patterns' codes by class);
/// returns their paths. Nothing for other models.
std::vector<std::string> write_variational_pictures(const std::string& folder, const Model& model,
                                                    const Dataset& patterns);

}  // namespace autoencoder::cli
