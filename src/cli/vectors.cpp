// `vectors`: the project's own cases with their terms, and the terms with every mistake, as files.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/file.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "diagnosis/vectors.hpp"

namespace autoencoder::cli {
namespace {

/// The equations that the terms of a case come from.
std::string tags_of(const Case& c) {
    std::string tags;
    for (const std::string& each : diagnosis::tags_of(c)) {
        const std::string tag = "[" + each + "]";
        if (tags.find(tag) == std::string::npos) tags += (tags.empty() ? "" : " ") + tag;
    }
    return tags;
}

/// Writes DIR/NAME/…; the lines of the manifest.
std::vector<std::string> write(const std::filesystem::path& out,
                               const diagnosis::TestVector& vector) {
    const std::string folder = vector.name + "/";
    std::filesystem::create_directories(out / vector.name);
    const auto files = diagnosis::files_of(vector);
    std::vector<std::string> lines = {
        Json()
            .add("case", folder + "case.npz")
            .add("about", vector.about)
            .add("inputs", vector.inputs)
            .add("right", folder + "right.npz")
            .add("tags", tags_of(read_case(vector.archive)))
            .add("cost", files[1].second.at("cost").number())
            .add("relative_tolerance", 1e-10)
            .add("convention", "mean over patterns, ½, delta = -dJ/ds")
            .line()};
    for (const auto& [name, archive] : files) {
        write_npz((out / vector.name / name).string(), archive);
        if (name == "case.npz" || name == "right.npz") continue;
        lines.push_back(Json()
                            .add("case", folder + "case.npz")
                            .add("invalid", folder + name)
                            .add("id", name.substr(0, name.size() - 4))
                            .line());
    }
    return lines;
}

}  // namespace

int vectors(std::vector<std::string> arguments) {
    std::string out, only;
    const Command command{
        "vectors",
        "cases in closed form with their terms, right and wrong on purpose",
        {},
        {{"result",
          {{"--out", text(out, "DIR"), "where the files go; needed"},
           {"--only", text(only, "NAME"), "this case alone"}}},
         machine_options()},
        "For each case DIR/NAME/case.npz, right.npz, and a file for every mistake or\n"
        "convention that it can show. manifest.json lists them, with the formulas from\n"
        "which the inputs can be rebuilt.\n"};
    if (parse(command, arguments).help) return print_help(command);
    if (out.empty()) throw std::invalid_argument("--out: expected DIR, found nothing");
    std::string manifest;
    std::size_t files = 0, cases = 0;
    const FolderClaim claim = prepare_folder(out);
    const std::string listed = in_folder(out, "manifest.json"), own = "[\n{\"case\": ";
    const Bytes there = std::filesystem::exists(listed) ? read_file(listed) : Bytes(own.begin(), own.end());
    if (there.size() < own.size() || !std::equal(own.begin(), own.end(), there.begin()))
        throw std::invalid_argument("--out: " + listed + " is there and is not of `vectors`; another --out keeps it");
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
        if (!only.empty() && vector.name != only) continue;
        for (const std::string& line : write(out, vector)) {
            manifest += (manifest.empty() ? "[\n" : ",\n") + line;
            ++files;
        }
        ++cases;
    }
    if (cases == 0)
        throw std::invalid_argument("--only: expected the name of a case, found '" + only + "'");
    write_file((std::filesystem::path(out) / "manifest.json").string(), manifest + "\n]\n");
    std::cout << harmless(out) << ": " << cases << " cases, " << files << " results, manifest.json\n";
    return 0;
}

}  // namespace autoencoder::cli
