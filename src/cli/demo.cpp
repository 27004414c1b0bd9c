// `demo`: the main job in one go. It trains the sparse autoencoder of the UFLDL exercise on the
// embedded digits, draws its features, and proves the derivatives that it used.
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {
namespace {

void print_scores(const Model& model, const Dataset& test) {
    const Scores scores = evaluate_on(model, test.x);
    const Spread rho = spread_of(scores.mean_activity);
    std::cout << "\n"
              << grouped(test.x.rows) << " test digits, never seen in training\n"
              << aligned({{"squared error",
                           rounded(scores.error_per_pattern) + " a digit, " +
                               rounded(scores.error_per_number) + " a pixel",
                           "[cost]"},
                          {"mean activity",
                           rounded(rho.mean) + ", of single units " + rounded(rho.least) + " to " +
                               rounded(rho.most) + "; wanted " +
                               shortest(model.network.sparsity_target),
                           "[mean-activity]"},
                          {"dead units", std::to_string(scores.dead) + " of " +
                                             std::to_string(scores.code.hidden)}});
}

}  // namespace

int demo(Arguments arguments) {
    std::string out = "runs/demo";
    std::size_t number = 0, iterations = 400;
    const Command command{
        "demo",
        "features of real digits, with their proof",
        {},
        {{"run",
          {{"--out", text(out, "DIR"), "folder for the results"},
           {"--count", count(number, 1, "all"), "the first N digits"},
           {"--iterations", count(iterations), "of lbfgs"}}},
         machine_options()},
        "Trains `autoencoder train sparse`, then runs `autoencoder check`. The exit status is\n"
        "1 if a check fails or the training is stopped.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) {
        std::cout << help_text(command);
        return 0;
    }
    Arguments training = {"--out", out, "--iterations", std::to_string(iterations)};
    if (number > 0) training.insert(training.end(), {"--count", std::to_string(number)});
    if (const int status = train_sparse(training); status != 0) return status;

    std::cout << "\ngradients against finite differences\n";
    const int checked = check({});
    const Model model = load_model(in_folder(out, "model.npz"));
    print_scores(model, load_data("digits", Split::test));
    std::cout << "\nevery number is in " << in_folder(out, "model.npz") << " and "
              << in_folder(out, "log.csv") << "\nlook at " << in_folder(out, "learning.png") << ", "
              << in_folder(out, "reconstructions.png") << " and " << in_folder(out, "features.png")
              << "\n";
    return checked;
}

}  // namespace autoencoder::cli
