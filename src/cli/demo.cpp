// `demo`: the main job in one go. It trains the sparse autoencoder of the UFLDL exercise on the
// embedded digits, draws its features, and proves the derivatives that it used; then a classifier on
// these features, and a denoising autoencoder, whose picture is the lecture's Clean | Noisy | AE.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "autoencoder/report.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/patterns.hpp"

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
                          activity_row(rho, "; wanted " + shortest(model.network.sparsity_target)),
                          {"dead units", std::to_string(scores.dead) + " of " +
                                             std::to_string(scores.code.hidden)}});
}

/// Says how clean the digits of the denoising autoencoder in this folder are.
void print_denoised(const std::string& folder) {
    const Model model = load_model(in_folder(folder, "model.npz"));
    const Disturbance noise{trained_noise(model)};
    const Dataset test = load_data("digits", Split::test);
    const Denoised errors = denoise_on(model, test.x, noise);
    std::cout << "\n"
              << grouped(test.x.rows) << " test digits, squared error against the clean ones\n"
              << aligned(denoised_rows(errors, noise.corruption, "pixel"));
}

/// index.html: what the demo has made, and where the rest of it stands.
void write_index(const std::string& folder) {
    const auto part = [](const char* title, const char* page, const char* picture,
                         const char* words) {
        return element("h2", title) + "\n<figure><a href=\"" + page + "\"><img src=\"" + picture +
               "\" alt=\"" + escaped(words) + "\"></a>" + element("figcaption", words) +
               "</figure>\n<p>" + element("a href=\"" + std::string(page) + "\"", "The report") +
               "</p>\n";
    };
    write_file(in_folder(folder, "index.html"),
               html_page("autoencoder demo",
                         "<h1>autoencoder demo</h1>\n<p>" +
                             element("a href=\"lecture.html\"", "The lecture") +
                             ": every formula, its code, numbers and proof.</p>\n" +
                             part("Sparse coding", "report.html", "features.png",
                                  "What each hidden unit looks for: pen strokes.") +
                             part("A classifier on these features", "classifier/report.html",
                                  "classifier/mistakes.png",
                                  "The digits that are most surely taken for others.") +
                             part("Denoising", "denoising/report.html", "denoising/denoising.png",
                                  "Clean | Noisy | AE.")));
}

}  // namespace

int demo(Arguments arguments) {
    std::string out = "runs/demo";
    std::size_t number = 0, iterations = 400;
    bool overwrite = false;
    const Command command{
        "demo",
        "features of real digits, with their proof",
        {},
        {{"run",
          {{"--out", text(out, "DIR"), "folder for the results"},
           {"--count", count(number, 1, "all"), "the first N digits"},
           {"--iterations", count(iterations), "of lbfgs"},
           {"--overwrite", flag(overwrite), "replace a run in DIR that is no demo's"}}},
         machine_options()},
        "Runs `autoencoder train sparse`, `autoencoder check`, `autoencoder train classifier` on\n"
        "the sparse features, and `autoencoder train denoising`. The exit status is 1 if a check\n"
        "fails or a training is stopped.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const std::string classifier = in_folder(out, "classifier"),
                      denoising = in_folder(out, "denoising");
    const std::string folders[] = {out, classifier, denoising};
    const auto holds = [](const std::string& folder, const char* name) {
        return std::filesystem::exists(in_folder(folder, name));
    };
    for (const std::string& folder : folders)
        if (!overwrite && !holds(out, "lecture.html") && (holds(folder, "model.npz") || holds(folder, "checkpoint.npz")))
            throw std::invalid_argument("--out: " + folder + " holds a run that is no demo's; --overwrite replaces it");
    // A demo that was stopped goes on where it was; what comes before that is done.
    const auto stopped = [](const std::string& folder) {
        return std::filesystem::exists(checkpoint_path(folder));
    };
    const auto at_work = std::ranges::find_if(folders, stopped) - folders;
    // A signal that came when the last step was done, and its results were written, ends the rest.
    const auto trained = [&](std::ptrdiff_t step, Arguments words) {
        const bool resumed = step == at_work,
                   done = at_work < std::ssize(folders) && step < at_work;
        if (resumed)
            words = {words[0], "--resume", folders[step]};
        else
            append(words, {"--out", folders[step], "--overwrite"});
        if (number > 0 && !resumed) append(words, {"--count", std::to_string(number)});
        return done || (train(words) == 0 && !interrupted());
    };
    // First as it is, so that the reports link to it; with their pictures when all is done.
    const auto lecture = [&] { return lecture_page({"--out", out, "--runs", out}); };
    std::cout << "the lecture as a page\n";
    if (const int status = lecture(); status != 0) return status;
    std::cout << "\n";
    if (!trained(0, {"sparse", "--iterations", std::to_string(iterations)})) return 1;

    std::cout << "\ngradients against finite differences\n";
    const int checked = check({});
    const Model model = load_model(in_folder(out, "model.npz"));
    print_scores(model, load_data("digits", Split::test));
    std::cout << "\na classifier on these features\n";
    if (!trained(1, {"classifier", "--pretrained", in_folder(out, "model.npz")})) return 1;
    std::cout << "\na denoising autoencoder\n";
    if (!trained(2, {"denoising"})) return 1;
    print_denoised(denoising);

    std::cout << "\nthe lecture as a page, with these pictures\n";
    if (const int status = lecture(); status != 0) return status;
    write_index(out);
    const auto at = [](const std::string& folder, const char* name) {
        return harmless(in_folder(folder, name));
    };
    std::cout << "\nevery number is in " << at(out, "model.npz") << " and " << at(out, "log.csv")
              << "; open " << at(out, "index.html") << "\nlook at " << at(out, "learning.svg")
              << ", " << at(out, "reconstructions.png") << " and " << at(out, "features.png")
              << "\nat " << at(classifier, "mistakes.png") << ": the worst mistakes\nand at "
              << at(denoising, "denoising.png") << ": clean, noisy, denoised\n";
    return checked;
}

}  // namespace autoencoder::cli
