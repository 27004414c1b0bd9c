// `validate`: somebody else's terms of a case against ours, a row a term, then what is wrong.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/tags.hpp"
#include "lecture/pencil.hpp"
#include "base/utf8.hpp"

namespace autoencoder::cli {
namespace {

Command command_of(bool& json) {
    return {
        "validate",
        "another implementation's terms of a case, and what is wrong with them",
        {"CASE", "THEIRS"},
        {{"what is printed",
          {{"--json", flag(json), "a JSON object a term, a finding and a verdict"}}},
         machine_options()},
        "CASE and THEIRS are .npz files, or folders with a file KEY.npy for each key. THEIRS has\n"
        "any of the keys that `autoencoder terms CASE` writes, in float32 or float64. Beside them\n"
        "it may have their cost at θ ± ε e_k, for a check of their cost against their gradient:\n"
        "epsilon, coordinates (k, into W1, b1, W2, … one behind the other, the last index\n"
        "fastest), cost_plus, cost_minus; and their cost after each step of gradient descent:\n"
        "learning_rate, cost_steps.\n"
        "Exit status 0: all agrees, perhaps in another convention, which is named; 1: not.\n"};
}

std::vector<std::string> row(const TermRow& term) {
    return {term.key,
            "[" + term.tag + "]",
            scientific(term.absolute),
            scientific(term.relative),
            std::to_string(int(term.digits)),
            scientific(term.tolerance),
            (term.agrees ? "agrees" : "DIFFERS") +
                (term.remark.empty() ? std::string() : ": " + term.remark)};
}

void print_json(const Diagnosis& diagnosis) {
    for (const TermRow& term : diagnosis.rows) {
        std::cout << Json()
                         .add("term", term.key)
                         .add("tag", term.tag)
                         .add("absolute", term.absolute)
                         .add("relative", term.relative)
                         .add("digits", term.digits)
                         .add("tolerance", term.tolerance)
                         .add("agrees", term.agrees)
                         .add("remark", term.remark)
                         .line()
                  << "\n";
    }
    for (const Finding& finding : diagnosis.findings) {
        std::cout << Json()
                         .add("mistakes", joined(finding.mistakes, " "))
                         .add("conventions", joined(finding.conventions, " "))
                         .add("sentence", finding.sentence)
                         .line()
                  << "\n";
    }
    std::string text;
    for (const std::string& sentence : diagnosis.sentences) text += sentence + "\n";
    std::cout << Json()
                     .add("agrees", diagnosis.agrees)
                     .add("single_precision", diagnosis.single_precision)
                     .add("first_wrong", diagnosis.first_wrong)
                     .add("diagnosis", text)
                     .line()
              << "\n";
}

void print_text(const Diagnosis& diagnosis) {
    std::vector<std::vector<std::string>> rows = {
        {"term", "", "difference", "relative", "digits", "tolerance", ""}};
    for (const TermRow& term : diagnosis.rows) rows.push_back(row(term));
    std::cout << aligned(rows) << "\n";
    for (const std::string& sentence : diagnosis.sentences) std::cout << sentence << "\n";
}

/// As a shell takes it.
std::string quoted(const std::string& path) {
    const bool plain = std::ranges::all_of(path, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("/._-").find(c) != std::string_view::npos;
    });
    return plain ? path : "'" + path + "'";
}

/// The equation that the first finding names, or that of the first term that differs.
std::string telling_tag(const Diagnosis& diagnosis) {
    const std::string sentence = diagnosis.findings.empty() ? "" : diagnosis.findings[0].sentence;
    for (const Check& check : all_checks())
        if (sentence.find("[" + std::string(check.tag) + "]") != std::string::npos)
            return std::string(check.tag);
    for (const TermRow& term : diagnosis.rows)
        if (term.key == diagnosis.first_wrong) return term.tag;
    return "";
}

/// `explain` of that equation, where their number of the first wrong term differs most.
std::string explain_command(const std::vector<std::string>& files, const Case& c, const Archive& theirs,
                            const Diagnosis& diagnosis) {
    const std::string& key = diagnosis.first_wrong;
    lecture::Place place;
    const Archive terms = compute_terms(c);
    const Array *ours = terms.find(key), *other = theirs.find(key);
    if (ours && other && ours->shape == other->shape && !ours->shape.empty()) {
        const std::vector<double> a = ours->doubles(), b = other->doubles();
        std::size_t worst = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (std::fabs(a[i] - b[i]) > std::fabs(a[worst] - b[worst])) worst = i;
        const std::size_t row = a.size() / ours->shape[0], high = worst / row, low = worst % row;
        const bool of_weights = key.starts_with("grad_"), of_units = row == 1;
        if (of_weights) place.j = high, place.k = row > 1 ? low : 0;
        else if (of_units) place.j = high;
        else place.q = high, place.j = low;
        if (key.back() >= '1' && key.back() <= '9') place.l = std::size_t(key.back() - '0');
    }
    std::string tag = telling_tag(diagnosis);
    try {
        lecture::explained(tag, c, place);
    } catch (const std::invalid_argument&) {  // it is about something else: then the whole step
        tag.clear(), place = {};
    }
    std::string command = "autoencoder explain " + tag + (tag.empty() ? "" : " ") + "--case " +
                          quoted(files[0]) + " --theirs " + quoted(files[1]);
    const auto add = [&](const char* option, std::size_t number, std::size_t usual) {
        if (number != usual) command += std::string(" --") + option + " " + std::to_string(number);
    };
    add("pattern", place.q + 1, 1), add("layer", place.l, 0);
    add("unit", place.j + 1, 1), add("input", place.k + 1, 1);
    return command;
}

}  // namespace

Archive read_archive(const std::string& path) {
    if (!std::filesystem::is_directory(path)) return read_npz(path);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    Archive archive;
    archive.origin = path;
    for (const auto& file : files) {
        if (file.extension() != ".npy")
            fail(path,
                 "expected files named KEY.npy, found " + in_quotes(file.filename().string()));
        archive.add(file.stem().string(), read_npy(file.string()));
    }
    return archive;
}

int validate(std::vector<std::string> arguments) {
    bool json = false;
    const Command command = command_of(json);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Archive archive = read_archive(parsed.words[0]), theirs = read_archive(parsed.words[1]);

    // Who waits at a terminal is told how far the search is.
    const bool tell = !json && isatty(STDERR_FILENO) != 0;
    int shown = -1;
    const auto progress = [&](double share) {
        const int percent = int(100 * share);
        if (percent == shown) return;
        shown = percent;
        std::cerr << "\rtrying known mistakes: " << percent << " %" << std::flush;
    };
    const Case c = read_case(archive);
    const Diagnosis diagnosis = tell ? diagnose(c, theirs, progress) : diagnose(c, theirs);
    if (shown >= 0) std::cerr << "\r\033[K" << std::flush;
    json ? print_json(diagnosis) : print_text(diagnosis);
    if (!json && !diagnosis.agrees && !diagnosis.first_wrong.empty())
        std::cout << "\nwith your numbers:\n    "
                  << explain_command(parsed.words, c, theirs, diagnosis) << "\n";
    return diagnosis.agrees ? 0 : 1;
}

}  // namespace autoencoder::cli
