// `vectors`: the project's own cases with their terms, and the terms with every mistake, as files.
#include <filesystem>
#include <iostream>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/file.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/vectors.hpp"

namespace autoencoder::cli {
namespace {

/// The equations that the terms of a case come from.
std::string tags_of(const Network& network) {
    std::string tags;
    for (const diagnosis::Term& term : diagnosis::terms_of(network)) {
        const std::string tag = "[" + std::string(diagnosis::tag(term, network)) + "]";
        if (tags.find(tag) == std::string::npos) tags += (tags.empty() ? "" : " ") + tag;
    }
    return tags;
}

/// DIR/NAME/case.npz, right.npz, and ID.npz for every mistake that the case can show; their lines
/// of the manifest.
std::vector<std::string> write(const std::filesystem::path& out,
                               const diagnosis::TestVector& vector) {
    const std::filesystem::path folder = out / vector.name;
    std::filesystem::create_directories(folder);
    const Case c = read_case(vector.archive);
    write_npz((folder / "case.npz").string(), vector.archive);
    const Archive right = compute_terms(c);
    write_npz((folder / "right.npz").string(), right);
    std::vector<std::string> lines = {
        Json()
            .add("case", vector.name + "/case.npz")
            .add("about", vector.about)
            .add("inputs", vector.inputs)
            .add("right", vector.name + "/right.npz")
            .add("tags", tags_of(c.network))
            .add("cost", right.at("cost").number())
            .add("relative_tolerance", 1e-10)
            .add("convention", "mean over patterns, ½, delta = -dJ/ds")
            .line()};
    for (const std::string& id : ids_for(c)) {
        write_npz((folder / (id + ".npz")).string(), terms_with(c, std::vector<std::string>{id}));
        lines.push_back(Json()
                            .add("case", vector.name + "/case.npz")
                            .add("invalid", vector.name + "/" + id + ".npz")
                            .add("id", id)
                            .line());
    }
    return lines;
}

}  // namespace

int vectors(std::vector<std::string> arguments) {
    std::string out;
    const Command command{
        "vectors",
        "cases in closed form with their terms, right and wrong on purpose",
        {},
        {{"result", {{"--out", text(out, "DIR"), "where the files go; needed"}}},
         machine_options()},
        "For each case DIR/NAME/case.npz, right.npz, and a file for every mistake or\n"
        "convention that it can show. manifest.json lists them, with the formulas from\n"
        "which the inputs can be rebuilt.\n"};
    if (parse(command, arguments).help) {
        std::cout << help_text(command);
        return 0;
    }
    if (out.empty()) throw std::invalid_argument("--out: expected DIR, found nothing");
    std::string manifest;
    std::size_t files = 0, cases = 0;
    std::filesystem::create_directories(out);
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
        for (const std::string& line : write(out, vector)) {
            manifest += (manifest.empty() ? "[\n" : ",\n") + line;
            ++files;
        }
        ++cases;
    }
    write_file((std::filesystem::path(out) / "manifest.json").string(), manifest + "\n]\n");
    std::cout << out << ": " << cases << " cases, " << files << " results, manifest.json\n";
    return 0;
}

}  // namespace autoencoder::cli
