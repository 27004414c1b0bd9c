// `evaluate`: errors, cost by term and the quality of the code on given patterns.
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/json.hpp"
#include "cli/patterns.hpp"
#include "cli/variational.hpp"

namespace autoencoder::cli {

int evaluate(Arguments arguments) {
    PatternChoice choice;
    bool json = false;
    std::size_t samples = 0;
    const Command command{"evaluate",
                          "errors, cost by term and the quality of the code",
                          {"MODEL.npz"},
                          {pattern_options(choice),
                           {"result", {{"--samples", count(samples, 0),
                              "to estimate log p(x) of a variational model", "elbo", "none"},
                             {"--json", flag(json), "one JSON object on a line"}}},
                           machine_options()},
                          ""};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) {
        std::cout << help_text(command);
        return 0;
    }
    const Model model = load_model(parsed.words[0]);
    const Dataset patterns = load_patterns(choice, model, parsed.words[0]);
    const Scores scores = evaluate_on(model, patterns.x);
    const Spread rho = spread_of(scores.mean_activity);
    const Likelihood likelihood = likelihood_of(model, patterns.x, scores.cost, samples);
    if (json) {
        Json line;
        line.add("data", patterns.name).add("patterns", patterns.x.rows);
        line.add("error_per_pattern", scores.error_per_pattern);
        line.add("error_per_number", scores.error_per_number);
        line.add("cost", scores.cost.total()).add("cost_data", scores.cost.data);
        line.add("cost_weight_penalty", scores.cost.weight_penalty);
        line.add("cost_sparsity", scores.cost.sparsity);
        line.add("code_layer", scores.layer).add("code_units", scores.code.hidden);
        line.add("correlation", scores.code.mean_correlation)
            .add("sparseness", scores.code.sparseness);
        line.add("mean_activity", rho.mean).add("mean_activity_min", rho.least);
        line.add("mean_activity_max", rho.most).add("dead_units", scores.dead);
        likelihood.add_to(line);
        std::cout << line.line() << "\n";
        return 0;
    }
    std::cout << aligned(
        {{"patterns", patterns.name + ", " + grouped(patterns.x.rows)},
         {"squared error", rounded(scores.error_per_pattern) + " a pattern, " +
                               rounded(scores.error_per_number) + " a number"},
         {"cost", cost_by_term(scores.cost), "[scale]"},
         {"code",
          "layer " + std::to_string(scores.layer) + ": " + std::to_string(scores.code.hidden) +
              " numbers for " + std::to_string(patterns.x.cols),
          "[code-quality]"},
         {"orthogonal",
          "mean |correlation| of its features " + rounded(scores.code.mean_correlation) +
              " (0 at best)",
          "[code-quality]"},
         {"sparse", "Hoyer's sparseness " + rounded(scores.code.sparseness) + " (1 at best)",
          "[code-quality]"},
         {"mean activity",
          rounded(rho.mean) + ", of single units " + rounded(rho.least) + " to " +
              rounded(rho.most),
          "[mean-activity]"},
         {"dead units",
          std::to_string(scores.dead) + " of " + std::to_string(scores.code.hidden)}});
    likelihood.print();
    return 0;
}

}  // namespace autoencoder::cli
