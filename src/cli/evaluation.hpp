// How good a model is on given patterns, as numbers.
#pragma once

#include <vector>

#include "autoencoder/code_quality.hpp"
#include "autoencoder/cost.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"

namespace autoencoder::cli {

/// Smallest, mean and largest of some numbers, of which there is at least one.
struct Spread {
    double least = 0, mean = 0, most = 0;
};
Spread spread_of(std::span<const double> values);

/// The cost by term on a set, nothing dropped. Without targets y they are the patterns themselves.
Cost cost_on(const Model& model, View<const float> x, View<const float> y = {});

/// The cost and its terms, under the names that they have with --json.
void add_cost(Json& line, const Cost& cost);

struct Scores {
    double error_per_pattern = 0;       // mean over patterns of Σ_i (x_i − x̂_i)²
    double error_per_number = 0;        // the same, over the width of a pattern
    Cost cost;                          // by term, nothing dropped; ρ over these
    std::size_t layer = 0;              // the code's
    CodeQuality code;                   // its three qualities
    std::vector<double> mean_activity;  // of each unit of the code
    std::size_t dead = 0;               // units that hardly tell two patterns apart: see dead_below
};

/// A unit of the code counts as dead where its activity differs by less than this between any two
/// patterns: it carries nothing to the decoder that its bias could not.
inline constexpr double dead_below = 0.01;

/// Mean activity of each unit of a code [N×K], and how many are dead.
struct Liveliness {
    std::vector<double> mean_activity;
    std::size_t dead = 0;
};
Liveliness liveliness_of(View<const double> code);

/// Σ over patterns of Σ_i (x_i − x̂_i)², and the mean over patterns of Σ_i (y_i − ŷ_i)².
double squared_error(View<const float> x, View<const float> x_hat);
double error_per_pattern(const Model& model, View<const float> x, View<const float> y);

/// Against y, what the patterns shall become, where there is some. Throws std::invalid_argument if the output is not
/// as wide as the input.
Scores evaluate_on(const Model& model, View<const float> x, View<const float> y = {});

/// Mean squared errors a number, against the clean patterns.
struct Denoised {
    double noisy = 0;    // of the noisy patterns
    double clipped = 0;  // of these, clipped to [0, 1]: what a picture of them shows
    double cleaned = 0;  // of what the model makes of them
    bool in_unit = true;  // whether the clean ones lie in [0, 1]; else clipping and PSNR mean nothing
};

/// Throws std::invalid_argument if the output is not as wide as the input.
Denoised denoise_on(const Model& model, View<const float> x, const Disturbance& noise);

/// The peak signal-to-noise ratio of values in [0, 1] with this mean squared error, 10 log₁₀(1/e),
/// in dB; infinite without an error.
double psnr(double error);

/// Rows of a table: the errors before and after denoising; `number` is what one of a pattern's is called.
std::vector<std::vector<std::string>> denoised_rows(const Denoised& errors,
                                                    const Corruption& corruption,
                                                    const std::string& number);
/// A row of a table: "0.05, of single units 0.01 to 0.2".
std::vector<std::string> activity_row(const Spread& rho, const std::string& wanted = {});
/// A row of a table: the cost by term.
std::vector<std::string> cost_row(const Cost& cost);

}  // namespace autoencoder::cli
