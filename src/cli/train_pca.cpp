// `train pca`: the first principal components as a linear autoencoder, the bar that deeper ones
// are held to.
#include <iostream>

#include "autoencoder/activation.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/report.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/kinds.hpp"
#include "cli/page.hpp"
#include "cli/patterns.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {

int train_pca(TrainSettings s, const Arguments& arguments) {
    std::size_t& hidden = s.hidden.front();
    s.out = "runs/" + s.kind;
    const std::vector<Group> deciding = {
        {"data",
         {{"--data", text(s.data, "D"), "digits, mnist, fashion, folder, file"},
          {"--count", count(s.count, 1, "all"), "the first N training patterns"}}},
        {"network", {{"--hidden", count(hidden), "principal components", "pca"}}}};
    Command command{"train " + s.kind, s.summary, {}, deciding,
        "Fits the components to the training patterns and prints the squared error on the test\n"
        "patterns. Writes model.npz, features.png, reconstructions.png and report.html.\n"};
    command.groups.push_back({"run",
                              {{"--out", text(s.out, "DIR"), "folder for the results"},
                               {"--json", flag(s.json), "print one JSON object on a line"}}});
    command.groups.push_back(machine_options());
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const auto loaded = load_training(s.data, s.count);
    const Dataset &patterns = loaded.train, &test = loaded.test;
    prepare_folder(s.out);
    const PrincipalComponents pca = principal_components(patterns.x, hidden);
    Model model{autoencoder_network(patterns.x.cols, {&hidden, 1}, Activation::linear,
                                    Activation::linear),
                linear_autoencoder<float>(pca), patterns.height, patterns.width, {}};
    note_origin(model, s.kind, s.data, patterns.x.rows);
    std::vector<std::string> written = {in_folder(s.out, "model.npz")};
    save_model(written[0], model);
    const std::vector<std::string> pictures = write_pictures(s.out, model, test, {});
    append(written, pictures);

    double kept = 0;
    for (const double variance : pca.variances) kept += variance;
    const Scores scores = evaluate_on(model, test.x);
    const std::string components = std::to_string(hidden) + " of " +
                                   std::to_string(patterns.x.cols) + ", with " +
                                   rounded(100 * kept / pca.variance) + " % of the variance";
    const auto error = [](double each) { return "squared error " + rounded(each, 5) + " a pattern"; };
    Page page = begin_page(s.kind, patterns, false, deciding);
    page.facts.insert(page.facts.end(),
                      {{"network", network_words(model.network)},
                       {"components", components, "pca"},
                       {"training patterns", error(pca.variance - kept)},
                       {tested_words(test), error(scores.error_per_pattern)}});
    page.pictures = pictures;
    written.push_back(write_page(s.out, page));
    if (s.json) {
        std::cout << Json()
                         .add("model", written[0])
                         .add("components", hidden)
                         .add("variance_kept", kept / pca.variance)
                         .add("training_error_per_pattern", pca.variance - kept)
                         .add("test_error_per_pattern", scores.error_per_pattern)
                         .line()
                  << "\n";
        return 0;
    }
    for (const std::string& remark : patterns.remarks) std::cout << s.data << ": " << remark << "\n";
    std::cout << aligned({{"components", components, "[pca]"},
                          {"training patterns", error(pca.variance - kept)},
                          {tested_words(test), error(scores.error_per_pattern)}});
    for (const std::string& path : written) std::cout << "wrote " << path << "\n";
    return 0;
}

}  // namespace autoencoder::cli
