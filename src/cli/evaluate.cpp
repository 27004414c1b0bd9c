// `evaluate`: errors, cost by term and the quality of the code on given patterns; with noise, how
// much of it the model undoes.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/given_model.hpp"
#include "cli/judgement.hpp"
#include "cli/patterns.hpp"
#include "cli/remarks.hpp"
#include "cli/text.hpp"
#include "cli/variational.hpp"

namespace autoencoder::cli {
int evaluate(Arguments arguments) {
    PatternChoice choice;
    Disturbance noise;
    bool json = false;
    std::size_t samples = 0;
    const Command command{"evaluate",
                          "errors, cost by term and the quality of the code",
                          {"MODEL.npz"},
                          {pattern_options(choice),
                           noise_options(noise, "none"),
                           {"result", {{"--samples", count(samples, 0),
                               "to estimate log p(x) of a variational model", "elbo", "none"},
                              {"--json", flag(json), "one JSON object on a line"}}},
                           machine_options()},
                          "With --noise also the errors of the noisy patterns, and of what the\n"
                          "model makes of them, against the clean ones. Everything else is of the\n"
                          "patterns as they are.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const std::string path = model_path(parsed.words[0]);
    const Model model = given_model(path);
    Dataset patterns = load_patterns(choice, model, path);
    require_memory(times(samples, std::min(patterns.x.rows, kernels::sum_block), sizeof(double)),
                   "--samples: as many as " + std::to_string(samples));
    for (const char* idle : {"--noise", "--samples"})
        if (is_classifier(model) && parsed.given.contains(idle))
            throw std::invalid_argument(std::string(idle) + ": has no effect on a classifier");
    if (is_classifier(model)) return evaluate_classifier(model, patterns, choice.words, json);
    if (model.network.gaussian_layer() > 0) patterns.y = {};  // it learned to say x itself
    if (patterns.y.rows > 0 && noise.any())
        throw std::invalid_argument("--noise: expected clean patterns, found noisy ones beside clean ones");
    remark_on_reach(patterns, model.network, !scale_of(model).shift.empty(), false);
    const Scores scores = evaluate_on(model, patterns.x, patterns.y);
    const Denoised errors = noise.any() ? denoise_on(model, patterns.x, noise) : Denoised{};
    const Spread rho = spread_of(scores.mean_activity);
    const Likelihood likelihood = likelihood_of(model, patterns.x, scores.cost, samples);
    if (json) {
        Json line;
        line.add("data", patterns.name).add("of", choice.words).add("patterns", patterns.x.rows);
        if (!patterns.remarks.empty()) line.add("remarks", joined(patterns.remarks, "; "));
        line.add("error_per_pattern", scores.error_per_pattern);
        line.add("error_per_number", scores.error_per_number);
        add_cost(line, scores.cost);
        line.add("code_layer", scores.layer).add("code_units", scores.code.hidden);
        line.add("correlation", scores.code.mean_correlation)
            .add("sparseness", scores.code.sparseness);
        line.add("mean_activity", rho.mean).add("mean_activity_min", rho.least);
        line.add("mean_activity_max", rho.most).add("dead_units", scores.dead);
        if (noise.any()) {
            line.add("noise", name(noise.corruption)).add("noisy_error", errors.noisy);
            line.add("denoised_error", errors.cleaned);
            if (errors.in_unit) {
                line.add("noisy_psnr", psnr(errors.noisy)).add("clipped_error", errors.clipped);
                line.add("clipped_psnr", psnr(errors.clipped)).add("denoised_psnr", psnr(errors.cleaned));
            }
        }
        likelihood.add_to(line);
        std::cout << line.line() << "\n";
        return 0;
    }
    say_read(patterns.name, patterns.remarks);
    const std::string quality = "[code-quality]";
    std::vector<std::vector<std::string>> rows =
        {{"patterns", patterns.name + ", " + counted_patterns(patterns, choice.words)},
         {"squared error", rounded(scores.error_per_pattern) + " a pattern, " +
                               rounded(scores.error_per_number) + " a number"},
         cost_row(scores.cost),
         {"code",
          "layer " + std::to_string(scores.layer) + ": " + std::to_string(scores.code.hidden) +
              " numbers for " + std::to_string(patterns.x.cols),
          quality},
         {"orthogonal",
          std::isfinite(scores.code.mean_correlation)
              ? "mean |correlation| of its features " + rounded(scores.code.mean_correlation) + " (0 at best)"
              : "no two of its features vary, so that they have no correlation",
          quality},
         {"sparse", "Hoyer's sparseness " + rounded(scores.code.sparseness) + " (1 at best)",
          quality},
         activity_row(rho),
         {"dead units",
          std::to_string(scores.dead) + " of " + std::to_string(scores.code.hidden)}};
    if (!scale_of(model).shift.empty())
        rows.push_back({"scale", "that of the training: so are the patterns and their errors"});
    if (noise.any()) append(rows, denoised_rows(errors, noise.corruption, "number"));
    std::cout << aligned(rows);
    likelihood.print();
    return 0;
}

}  // namespace autoencoder::cli
