// `terms`: every intermediate term of a case, for whoever wants to compare (conformance.hpp).
#include <filesystem>
#include <iostream>
#include <optional>

#include "autoencoder/conformance.hpp"
#include "autoencoder/report.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/options.hpp"
#include "cli/patterns.hpp"
#include "exchange/names.hpp"
#include "exchange/network.hpp"

namespace autoencoder::cli {
namespace {

struct Choices {
    std::string out;
    PatternChoice patterns{.data = {}, .train = true};
    bool json = false;
};

Command command_of(Choices& c) {
    Group patterns = pattern_options(c.patterns, "none");
    patterns.title = "patterns, for a model.npz that has none";
    return {"terms",
            "every intermediate term of a case, in float64",
            {"CASE"},
            {{"result",
              {{"--out", text(c.out, "RESULT.npz"), "where the terms go; needed"},
               {"--json", flag(c.json), "the cost as one JSON object on a line"}}},
             patterns,
             machine_options()},
            "CASE is what numpy.savez('case.npz', x=x, W1=W1, b1=b1, W2=W2, b2=b2) writes, a .mat or\n"
            ".safetensors file or a folder of .npy or .csv, or a model.npz. Besides these keys it may have: y or labels, activation or\n"
            "activation1…, loss, weight_penalty, sparsity_target, sparsity_weight, sparse_layers,\n"
            "dropout and mask1…. RESULT.npz has cost and its parts; s1, h1, delta1, …; rho1, kl1\n"
            "of the sparse layers; grad_W1, grad_b1, …. δ has the lecture's sign, per pattern.\n"};
}

void check_choices(const Choices& c, const Parsed& parsed, const std::string& path) {
    if (c.out.empty()) throw std::invalid_argument("--out: expected RESULT.npz, found nothing");
    for (const char* option : {"--split", "--count", "--label-column", "--image"})
        if (parsed.given.contains(option) && c.patterns.data.empty())
            throw std::invalid_argument(std::string(option) + ": expected --data beside it, found none");
    require_other_file(c.out, {path});
}

/// The network of a case that may have no patterns, and what is noted of how it was trained.
Model trained(const Archive& archive) {
    const Archive ours = case_in_our_keys(archive).archive;
    Model model;
    model.network = read_network(ours, true);
    constexpr std::string_view note = "training_";
    for (const auto& [key, array] : ours.entries)
        if (key.starts_with(note)) model.training.emplace_back(key.substr(note.size()), array);
    return model;
}

}  // namespace

int terms(std::vector<std::string> arguments) {
    Choices c;
    const Command command = command_of(c);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    std::string path = model_path(parsed.words[0]);
    std::error_code absent;
    if (!std::filesystem::exists(path, absent)) path = parsed.words[0];  // a case's own folder
    check_choices(c, parsed, path);

    const Archive archive = read_archive(path, means_something);
    std::optional<Dataset> patterns;
    if (!c.patterns.data.empty()) patterns = load_patterns(c.patterns, trained(archive), path, c.out);
    const Case given = read_case(archive, patterns ? &*patterns : nullptr);
    require_result(c.out, "terms", "cost_data");
    const Archive result = compute_terms(given);
    write_npz(c.out, result);

    const auto number = [&](const char* key) { return result.at(key).number(); };
    Cost cost{number("cost_data"), number("cost_weight_penalty"), number("cost_sparsity")};
    if (result.find("cost_kl")) cost.kl = number("cost_kl");
    if (c.json) {
        Json line;
        line.add("out", c.out).add("terms", result.entries.size());
        if (!given.remarks.empty()) line.add("read", joined(given.remarks, "; "));
        add_cost(line, cost);
        if (result.find("cost_kl")) line.add("cost_kl", cost.kl);
        std::cout << line.line() << "\n";
    } else {
        say_read(path, given.remarks);
        std::cout << harmless(c.out) << ": " << result.entries.size() << " terms, cost " << cost_by_term(cost)
                  << "\n";
    }
    return 0;
}

}  // namespace autoencoder::cli
