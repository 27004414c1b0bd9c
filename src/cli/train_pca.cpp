// `train pca`: the first principal components as a linear autoencoder, the bar that deeper ones
// are held to.
#include <algorithm>
#include <iostream>

#include "autoencoder/activation.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/training.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/interrupt.hpp"
#include "cli/json.hpp"
#include "cli/judgement.hpp"
#include "cli/kinds.hpp"
#include "cli/page.hpp"
#include "cli/patterns.hpp"
#include "cli/remarks.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {

int train_pca(TrainSettings s, const Arguments& arguments) {
    std::size_t& hidden = s.hidden.front();
    const std::vector<Group> deciding = {
        data_options(s.source),
        {"network", {{"--hidden", count(hidden), "principal components", "pca"}}}};
    Command command{
        "train " + s.kind,
        s.summary,
        {},
        deciding,
        "Fits the components to the training patterns and prints the squared error on the test\n"
        "patterns. Writes model.npz, features.png, reconstructions.png and report.html.\n"};
    command.groups.push_back(
        {"run",
         {{"--out", text(s.out, "DIR"), "folder for the results", "", "runs/" + s.kind},
          {"--overwrite", flag(s.overwrite), "replace the run that DIR holds"},
          {"--json", flag(s.json), "print one JSON object on a line"}}});
    command.groups.push_back(machine_options());
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    if (s.out.empty()) s.out = free_folder(s.kind);
    Sets sets = load_sets(s.source);
    leave_targets_out(sets, s.kind);
    Dataset& patterns = sets.train;
    remark_on_numbers(patterns);
    const Interrupt interrupt;
    const FolderClaim claim = run_folder(s);
    if (hidden > patterns.x.cols)
        throw std::invalid_argument("--hidden: expected at most " + std::to_string(patterns.x.cols) +
                                    " principal components, as many as the patterns have numbers, found " +
                                    std::to_string(hidden));
    const PrincipalComponents pca = principal_components(patterns.x, hidden, 100, interrupted);
    if (interrupted()) {
        const std::string outcome = describe(Outcome::stopped);
        std::cout << (s.json ? Json().add("outcome", outcome).line() : outcome + "; nothing is saved") << "\n";
        return 1;
    }
    Model model{
        autoencoder_network(patterns.x.cols, {&hidden, 1}, Activation::linear, Activation::linear),
        linear_autoencoder<float>(pca),
        patterns.height,
        patterns.width,
        {}};
    note_origin(model, s.kind, s.source, sets, patterns.x.rows);
    std::vector<std::string> written = {in_folder(s.out, "model.npz")};
    save_model(written[0], model);
    remove_replaced(s, "model.npz");
    const std::vector<std::string> pictures = write_pictures(s.out, model, sets.test, {});
    append(written, pictures);

    double kept = 0;
    for (const double variance : pca.variances) kept += variance;
    const double share =
        pca.variance > 0 ? kept / pca.variance : 1;  // of patterns that are all alike
    const std::string components = std::to_string(hidden) + " of " +
                                   std::to_string(patterns.x.cols) + ", with " +
                                   rounded(100 * share) + " % of the variance";
    const double lost = std::max(pca.variance - kept, 0.0);
    const auto error = [](double each) {
        return "squared error " + rounded(each, 5) + " a pattern";
    };
    Page page = begin_page(s.kind, patterns, false, deciding);
    append(page.facts,
           {{"network", network_words(model.network)}, {"components", components, "pca"}});
    std::optional<double> test_error;
    while_waited_for(page, [&] {
        if (sets.apart) test_error = error_per_pattern(model, sets.test.x, sets.test.x);
        judge(model, sets, page);
    });
    page.pictures = pictures;
    written.push_back(write_page(s.out, page));
    if (s.json) {
        Json line;
        line.add("model", written[0]).add("components", hidden).add("variance_kept", share);
        line.add("training_error_per_pattern", lost);
        if (test_error) line.add("test_error_per_pattern", *test_error);
        std::cout << line.line() << "\n";
        return 0;
    }
    std::vector<std::vector<std::string>> rows = remark_rows(patterns);
    rows.push_back({"components", components, "[pca]"});
    rows.push_back({"training patterns", error(lost)});
    if (test_error) rows.push_back({"test patterns", error(*test_error)});
    std::cout << aligned(rows);
    say_written(written);
    return 0;
}

}  // namespace autoencoder::cli
