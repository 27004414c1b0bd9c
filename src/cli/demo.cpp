// `demo`: the main job in one go. It trains the sparse autoencoder of the UFLDL exercise on the
// embedded digits, draws its features, and proves the derivatives that it used; then a classifier on
// these features, and a denoising autoencoder, whose picture is the lecture's Clean | Noisy | AE.
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
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
                          {"mean activity",
                           rounded(rho.mean) + ", of single units " + rounded(rho.least) + " to " +
                               rounded(rho.most) + "; wanted " +
                               shortest(model.network.sparsity_target),
                           "[mean-activity]"},
                          {"dead units", std::to_string(scores.dead) + " of " +
                                             std::to_string(scores.code.hidden)}});
}

/// Trains a denoising autoencoder in a folder of its own, and says how clean its digits are.
int show_denoising(const std::string& folder, Arguments options) {
    std::cout << "\na denoising autoencoder\n";
    options.insert(options.begin(), "denoising");
    append(options, {"--out", folder});
    if (const int status = train(options); status != 0) return status;
    const Model model = load_model(in_folder(folder, "model.npz"));
    const Disturbance noise{trained_noise(model)};
    const Dataset test = load_data("digits", Split::test);
    const Denoised errors = denoise_on(model, test.x, noise);
    const auto words = [](double error) {
        return rounded(error) + " a pixel, PSNR " + rounded(psnr(error)) + " dB";
    };
    std::cout << "\n"
              << grouped(test.x.rows) << " test digits, squared error against the clean ones\n"
              << aligned({{name(noise.corruption), words(errors.noisy), "[denoise]"},
                          {"denoised", words(errors.cleaned), "[denoise]"}});
    return 0;
}

/// Puts a head on the features, and fine-tunes both.
int show_classifier(const std::string& features, const std::string& folder, Arguments options) {
    std::cout << "\na classifier on these features\n";
    options.insert(options.begin(), "classifier");
    append(options, {"--pretrained", features, "--out", folder});
    return train(options);
}

/// index.html: what the demo has made, and where the rest of it stands.
void write_index(const std::string& folder) {
    const auto part = [](const char* title, const char* page, const char* picture, const char* words) {
        return element("h2", title) + "\n<figure><a href=\"" + page + "\"><img src=\"" + picture + "\" alt=\"" +
               escaped(words) + "\"></a>" + element("figcaption", words) + "</figure>\n<p>" +
               element("a href=\"" + std::string(page) + "\"", "The report") + "</p>\n";
    };
    write_file(in_folder(folder, "index.html"),
               html_page("autoencoder demo",
                         "<h1>autoencoder demo</h1>\n<p>" + element("a href=\"lecture.html\"", "The lecture") +
                             ": every formula, its code, numbers and proof.</p>\n" +
                             part("Sparse coding", "report.html", "features.png",
                                  "What each hidden unit looks for: pen strokes.") +
                             part("A classifier on these features", "classifier/report.html",
                                  "classifier/mistakes.png", "The digits that are most surely taken for others.") +
                             part("Denoising", "denoising/report.html", "denoising/denoising.png",
                                  "Clean | Noisy | AE.")));
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
        "Runs `autoencoder train sparse`, `autoencoder check`, `autoencoder train classifier` on\n"
        "the sparse features, and `autoencoder train denoising`. The exit status is 1 if a check\n"
        "fails or a training is stopped.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    Arguments some;
    if (number > 0) some = {"--count", std::to_string(number)};
    Arguments training = {"sparse", "--out", out, "--iterations", std::to_string(iterations)};
    append(training, some);
    if (const int status = train(training); status != 0) return status;

    std::cout << "\ngradients against finite differences\n";
    const int checked = check({});
    const Model model = load_model(in_folder(out, "model.npz"));
    print_scores(model, load_data("digits", Split::test));
    const std::string classifier = in_folder(out, "classifier");
    if (const int status = show_classifier(in_folder(out, "model.npz"), classifier, some);
        status != 0)
        return status;
    const std::string denoising = in_folder(out, "denoising");
    if (const int status = show_denoising(denoising, some); status != 0) return status;

    std::cout << "\nthe lecture as a page\n";
    if (const int status = lecture_page({"--out", out, "--runs", out}); status != 0) return status;
    write_index(out);
    std::cout << "\nevery number is in " << in_folder(out, "model.npz") << " and "
              << in_folder(out, "log.csv") << "; open " << in_folder(out, "index.html")
              << "\nlook at " << in_folder(out, "learning.svg") << ", "
              << in_folder(out, "reconstructions.png") << " and " << in_folder(out, "features.png")
              << "\nat " << in_folder(classifier, "mistakes.png")
              << ": the worst mistakes\nand at " << in_folder(denoising, "denoising.png") << ": clean, noisy, denoised\n";
    return checked;
}

}  // namespace autoencoder::cli
