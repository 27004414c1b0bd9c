// `validate`: somebody else's terms of a case against ours, a row a term, then what is wrong.
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "cli/text.hpp"
#include "cli/validate_page.hpp"
#include "diagnosis/theirs.hpp"
#include "exchange/names.hpp"

namespace autoencoder::cli {
namespace {

namespace fs = std::filesystem;

Command command_of(bool& json, std::string& html) {
    return {
        "validate",
        "another implementation's terms of a case, and what is wrong with them",
        {"CASE", "THEIRS…"},
        {{"what is printed",
          {{"--json", flag(json), "a JSON object a term, a finding and a verdict"},
           {"--html", text(html, "FILE"), "of one THEIRS a page besides", "", "none"}}},
         machine_options()},
        "CASE and THEIRS are files of NumPy (.npz), MATLAB or Octave (.mat), .safetensors, or "
        "folders\n"
        "with a file KEY.npy or KEY.csv for each key; of UFLDL's exercise theta, data, cost, grad "
        "are\n"
        "understood. Of several THEIRS, or a folder of such files or folders, a line each is "
        "printed.\n"
        "THEIRS has any of the keys that `autoencoder terms CASE` writes, in float32 or float64. "
        "Beside them\n"
        "it may have their cost at θ ± ε e_k, for a check of their cost against their gradient:\n"
        "epsilon, coordinates (k, into W1, b1, W2, … one behind the other, the last index\n"
        "fastest), cost_plus, cost_minus; and their cost after each step of gradient descent:\n"
        "learning_rate, cost_steps.\n"
        "Exit status 0: all agrees, perhaps in another convention, which is named; 1: not.\n"};
}

/// Whether a folder is itself an archive, with a file for each key.
bool holds_arrays(const fs::path& folder) {
    return std::any_of(fs::directory_iterator(folder), fs::directory_iterator(),
                       [](const auto& entry) {
                           const fs::path ending = entry.path().extension();
                           return ending == ".npy" || ending == ".csv";
                       });
}

bool is_archive(const fs::path& path) {
    const fs::path ending = path.extension();
    return ending == ".npz" || ending == ".mat" || ending == ".safetensors";
}

/// What is in a folder, in the order of the names, without what a system hides.
std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder))
        if (!entry.path().filename().string().starts_with(".")) entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

/// Whose results, and where they are.
struct Student {
    std::string name;
    fs::path path;
};

/// One for each path; of a folder that is no archive one for each archive or folder in it.
std::vector<Student> students_of(const std::vector<std::string>& paths) {
    std::vector<Student> students;
    for (const std::string& path : paths) {
        if (!fs::is_directory(path) || holds_arrays(path)) {
            students.push_back({path, path});
            continue;
        }
        for (const fs::path& entry : entries_of(path))
            if (fs::is_directory(entry) || is_archive(entry))
                students.push_back({entry.stem().string(), entry});
    }
    return students;
}

/// The archive of a student's folder: itself, or the file in it, or theirs.npz if there are several.
Archive results_of(const Student& student, const Wanted& wanted) {
    if (!fs::is_directory(student.path) || holds_arrays(student.path))
        return read_archive(student.path.string(), wanted);
    std::vector<fs::path> files;
    for (const fs::path& entry : entries_of(student.path))
        if (is_archive(entry)) files.push_back(entry);
    const auto theirs = std::find_if(files.begin(), files.end(),
                                     [](const fs::path& file) { return file.stem() == "theirs"; });
    if (theirs != files.end()) return read_archive(theirs->string(), wanted);
    if (files.size() == 1) return read_archive(files[0].string(), wanted);
    fail(student.path.string(), "expected theirs.npz or .mat, or files KEY.npy, found " +
                                    std::string(files.empty() ? "none" : "several others"));
}

std::vector<std::string> row(const TermRow& term) {
    return {term.key,
            "[" + term.tag + "]",
            scientific(term.absolute),
            scientific(term.relative),
            std::to_string(int(term.digits)),
            scientific(term.tolerance),
            verdict_of(term)};
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
    for (const std::string& sentence : diagnosis.sentences) std::cout << harmless(sentence) << "\n";
}

void print_remarks(const std::string& file, const std::vector<std::string>& remarks, bool json) {
    if (!json) return say_read(file, remarks);
    if (!remarks.empty())
        std::cout << Json().add("file", file).add("read", joined(remarks, "; ")).line() << "\n";
}

/// One archive, and everything that is to be said of it.
bool validate_one(const Case& c, const std::string& case_path, const std::string& path, bool json,
                  const std::string& html) {
    const Archive theirs = read_archive(path, diagnosis::wanted_of(c));
    // Who waits at a terminal is told how far the search is.
    const bool tell = !json && isatty(STDERR_FILENO) != 0;
    int shown = -1;
    const auto progress = [&](double share) {
        const int percent = int(100 * share);
        if (percent == shown) return;
        shown = percent;
        std::cerr << "\rtrying known mistakes: " << percent << " %" << std::flush;
    };
    const Diagnosis diagnosis = tell ? diagnose(c, theirs, progress) : diagnose(c, theirs);
    if (shown >= 0) std::cerr << "\r\033[K" << std::flush;
    print_remarks(path, diagnosis.remarks, json);
    json ? print_json(diagnosis) : print_text(diagnosis);
    if (const auto at = json ? std::nullopt : telling(c, diagnosis))
        std::cout << "\nwith your numbers:\n    " << explain_command(*at, case_path, path) << "\n";
    if (html.empty()) return diagnosis.agrees;
    write_validation(html, c, diagnosis, case_path, path);
    if (!json) say_written({html});
    return diagnosis.agrees;
}

/// What a line of a class says: the ids that explain it, or what goes wrong first.
std::string in_short(const Diagnosis& diagnosis) {
    std::vector<std::string> found;
    for (const Finding& finding : diagnosis.findings) {
        const auto& ids = finding.mistakes.empty() ? finding.conventions : finding.mistakes;
        if (!ids.empty()) found.push_back(joined(ids, " and "));
    }
    if (!found.empty()) return joined(found, ", or ");
    if (diagnosis.agrees) return "";
    return diagnosis.first_wrong.empty() ? "see alone" : "first wrong: " + diagnosis.first_wrong;
}

/// A line for each of several. Returns whether all agree.
bool validate_each(const Case& c, const std::vector<Student>& students, bool json) {
    std::size_t wide = 0, right = 0;
    for (const Student& student : students) wide = std::max(wide, screen_width(harmless(student.name)));
    for (const Student& student : students) {
        Diagnosis diagnosis;
        std::string refused;
        try {
            diagnosis = diagnose(c, results_of(student, diagnosis::wanted_of(c)));
        } catch (const std::exception& error) {
            refused = error.what();
        }
        right += diagnosis.agrees ? 1 : 0;
        const std::string words = refused.empty() ? in_short(diagnosis) : refused;
        if (json) {
            std::cout << Json()
                             .add("student", student.name)
                             .add("agrees", diagnosis.agrees)
                             .add("says", words)
                             .add("first_wrong", diagnosis.first_wrong)
                             .add("refused", refused)
                             .add("diagnosis", joined(diagnosis.sentences, "\n"))
                             .line()
                      << std::endl;
            continue;
        }
        const std::string name = harmless(student.name);
        std::cout << name << std::string(wide - screen_width(name) + 2, ' ')
                  << (!refused.empty()   ? "refused"
                      : diagnosis.agrees ? "agrees"
                                         : "WRONG")
                  << (words.empty()      ? ""
                      : diagnosis.agrees ? ", "
                                         : ": ")
                  << harmless(words) << std::endl;
    }
    if (!json) std::cout << right << " of " << students.size() << " agree\n";
    return right == students.size();
}

}  // namespace

int validate(std::vector<std::string> arguments) {
#if defined(__GLIBC__)
    mallopt(M_TRIM_THRESHOLD, 1 << 30);  // what one guess frees, the next one takes
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
#endif
    bool json = false;
    std::string html;
    const Command command = command_of(json, html);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const std::string& path = parsed.words[0];
    const Case c = read_case(read_archive(path, means_something));
    const std::vector<Student> students =
        students_of({parsed.words.begin() + 1, parsed.words.end()});
    if (students.empty())
        fail(parsed.words[1],
             "expected files KEY.npy, or archives or folders of students, found none");
    print_remarks(path, c.remarks, json);
    const bool one = parsed.words.size() == 2 && students[0].name == parsed.words[1];
    if (!one && !html.empty())
        throw std::invalid_argument("--html: expected one THEIRS, found several");
    for (const std::string& file : parsed.words)
        if (std::error_code none; !html.empty() && fs::equivalent(html, file, none))
            throw std::invalid_argument("--html: " + html + " is what is read");
    const bool agrees =
        one ? validate_one(c, path, parsed.words[1], json, html) : validate_each(c, students, json);
    return agrees ? 0 : 1;
}

}  // namespace autoencoder::cli
