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

namespace autoencoder::cli {
namespace {

struct Choices {
    std::string out, data;
    std::size_t count = 0;  // patterns of the data set: 0, all
    bool json = false;
};

Command command_of(Choices& c) {
    return {"terms",
            "every intermediate term of a case, in float64",
            {"CASE"},
            {{"result",
              {{"--out", text(c.out, "RESULT.npz"), "where the terms go; needed"},
               {"--json", flag(c.json), "the cost as one JSON object on a line"}}},
             {"patterns, for a model.npz that has none",
              {{"--data", text(c.data, "SET"), "digits, mnist, fashion, a folder or a file"},
               {"--count", count(c.count, 1, "all"), "the first N patterns of it"}}},
             machine_options()},
            "CASE is what numpy.savez('case.npz', x=x, W1=W1, b1=b1, W2=W2, b2=b2) writes, a .mat or\n"
            ".safetensors file or a folder of .npy or .csv, or a model.npz. Besides these keys it may have: y or labels, activation or\n"
            "activation1…, loss, weight_penalty, sparsity_target, sparsity_weight, sparse_layers,\n"
            "dropout and mask1…. RESULT.npz has cost and its parts; s1, h1, delta1, …; rho1, kl1\n"
            "of the sparse layers; grad_W1, grad_b1, …. δ has the lecture's sign, per pattern.\n"};
}

void check_choices(const Choices& c, const Parsed& parsed, const std::string& path) {
    if (c.out.empty()) throw std::invalid_argument("--out: expected RESULT.npz, found nothing");
    if (parsed.given.contains("--count") && c.data.empty())
        throw std::invalid_argument("--count: expected --data beside it, found none");
    std::error_code absent;  // what is not there cannot be overwritten
    if (std::filesystem::equivalent(path, c.out, absent))
        throw std::invalid_argument("--out: expected another file than the case, found " + c.out);
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
    if (!c.data.empty()) {
        patterns = load_data(c.data, Split::train, c.count);
        if (archive.find("training_scale_shift")) scale_of(load_model(path)).apply(patterns->x);
    }
    const Case given = read_case(archive, patterns ? &*patterns : nullptr);
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
        for (const std::string& remark : given.remarks) std::cout << harmless(path) << ": " << harmless(remark) << "\n";
        std::cout << harmless(c.out) << ": " << result.entries.size() << " terms, cost " << cost_by_term(cost)
                  << "\n";
    }
    return 0;
}

}  // namespace autoencoder::cli
