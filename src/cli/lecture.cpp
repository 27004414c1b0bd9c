// `lecture`: the lecture as one page. What it says is taken from the chapters as they are compiled in: the
// formulas of their heads, the literal lines, numbers worked out by these lines, the checks with their twins.
#include <filesystem>
#include <iostream>

#include "autoencoder/checks.hpp"
#include "autoencoder/text.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/options.hpp"
#include "lecture/pencil.hpp"
#include "lecture/sources.hpp"

namespace autoencoder::cli {
namespace {

using lecture::Chapter, lecture::Explanation, lecture::Formula, lecture::Line;

std::string base64(const Bytes& bytes) {
    constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) { return i + k < bytes.size() ? unsigned(bytes[i + k]) : 0u; };
        const unsigned three = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (unsigned k = 0; k < 4; ++k)
            text += i + k > bytes.size() ? '=' : digits[three >> (18 - 6 * k) & 63];
    }
    return text;
}

/// A picture of a run, in the page itself; nothing where no run has made it.
std::string picture(const std::string& runs, const char* file, const char* words) {
    const std::string path = in_folder(runs, file);
    if (!std::filesystem::is_regular_file(path)) return "";
    return "<figure><img alt=\"" + escaped(words) + "\" src=\"data:image/png;base64," +
           base64(read_file(path)) + "\">" + element("figcaption", words) + "</figure>\n";
}

std::string pictures_of(const std::string& chapter, const std::string& runs) {
    if (chapter == "sparse-coding")
        return picture(runs, "features.png", "Features found by the sparse autoencoder of the demo: what each "
                       "hidden unit looks for. Grey is 0, white positive, black negative.");
    if (chapter == "shallow")
        return picture(runs, "reconstructions.png", "Digits, and below them what the autoencoder makes of them.");
    if (chapter == "classifier")
        return picture(runs, "classifier/mistakes.png", "The digits that the classifier of the demo takes most "
                       "surely for others.");
    if (chapter == "denoising")
        return picture(runs, "denoising/denoising.png", "Clean | Noisy | AE: digits, with noise, and as the "
                       "autoencoder of the demo cleans them.");
    if (chapter == "variational")
        return picture(runs, "variational/samples.png", "New digits, decoded from codes drawn at random.");
    return "";
}

/// "sparse-coding" of src/lecture/sparse_coding.cpp.
std::string id_of(const Chapter& chapter) {
    std::string id(chapter.path.substr(chapter.path.rfind('/') + 1));
    id = id.substr(0, id.rfind('.'));
    for (char& c : id)
        if (c == '_') c = '-';
    return id;
}

std::string title_of(const Chapter& chapter) {
    const std::string_view first = lecture::lines_of(chapter.text)[0];
    return std::string(first.substr(3, first.find_first_of(":.", 3) - 3));
}

/// What the lecture says: the comment at the chapter's head. A formula that has a tag stands further down.
std::string prose(const Chapter& chapter) {
    std::string html, paragraph, formula;
    const auto end = [&] {
        if (!paragraph.empty()) html += element("p", paragraph) + "\n";
        if (!formula.empty()) html += "<div class=\"formula wide\">" + formula + "</div>\n";
        paragraph.clear(), formula.clear();
    };
    for (const std::string_view line : lecture::lines_of(chapter.text)) {
        if (!line.starts_with("//")) break;
        const bool set = line.starts_with("//     ");
        if (line.size() < 4 || set != paragraph.empty()) end();
        if (line.size() < 4) continue;
        const std::string_view text = line.substr(set ? 7 : 3);
        const std::size_t tag = set ? text.rfind("  [") : std::string_view::npos;
        if (!set) paragraph += (paragraph.empty() ? "" : " ") + std::string(text);
        else formula += "<div>" + mathml(text.substr(0, tag)) +
                        (tag < text.size() && text.ends_with(']')
                             ? element("a href=\"#" + std::string(text.substr(text.rfind('[') + 1, text.size() - text.rfind('[') - 2)) + "\"",
                                       text.substr(text.rfind('[')))
                             : "") + "</div>\n";
    }
    end();
    return html;
}

std::string code(const Formula& formula) {
    const auto lines = lecture::lines_of(formula.chapter->text);
    std::string text;
    for (std::size_t i = formula.first; i <= formula.last; ++i) text += std::string(lines[i - 1]) + "\n";
    return element("p class=\"quiet\"", std::string(formula.chapter->path) + ":" + std::to_string(formula.first)) +
           "\n" + element("pre", text) + "\n";
}

std::string worked(const Check& check) {
    std::string html = "<h4>With numbers</h4>\n";
    for (const Line& line : lecture::explained(check.tag, {0, 0, 1, 0, false}).lines) {
        const std::string value = lecture::written(line.value, lecture::for_a_pencil);
        std::string text = line.name + " = " + line.letters;
        if (line.numbers != line.letters && line.numbers != value) text += " = " + line.numbers;
        text += " = " + value;
        if (line.quotient)
            text += "; the finite difference: " + lecture::written(*line.quotient, lecture::for_a_pencil);
        if (!line.remark.empty()) text += "; " + line.remark;
        html += element("p class=\"worked\"", text) + "\n";
    }
    return html;
}

std::string proof(const Check& check) {
    const CheckResult result = run(check);
    return "<h4>Proved</h4>\n<p>" + element("code", "autoencoder check " + std::string(check.tag)) + ": " +
           escaped(grouped(result.parameters) + " parameters, error " + scientific(result.error) +
                   (result.passed ? ", holds. " : ", FAILS. ") + "Its twin, with a mistake (" +
                   std::string(check.mistake) + "), " +
                   (result.twin_caught ? "is caught: error " : "is NOT caught: error ") + scientific(result.twin_error)) +
           ".</p>\n";
}

std::string article(const Check& check) {
    const Formula formula = lecture::formula(check.tag);
    const std::string tag(check.tag);
    return "<article id=\"" + tag + "\">\n" + element("h3", "[" + tag + "]") +
           "\n<div class=\"formula wide\">" + mathml(formula.text) + "</div>\n" + code(formula) +
           element("p class=\"quiet\"", "made fast in " + formula.fast) + "\n" + worked(check) + proof(check) +
           "</article>\n";
}

std::string page(const std::string& runs) {
    std::string contents, sections;
    for (const Chapter& chapter : lecture::chapters()) {
        const std::string id = id_of(chapter);
        contents += "<li>" + element("a href=\"#chapter-" + id + "\"", title_of(chapter)) + "<ul>";
        sections += "<section id=\"chapter-" + id + "\">\n" + element("h2", title_of(chapter)) + "\n" + prose(chapter) +
                    pictures_of(id, runs);
        for (const Check& check : all_checks()) {
            if (lecture::formula(check.tag).chapter->path != chapter.path) continue;
            contents += "<li>" + element("a href=\"#" + std::string(check.tag) + "\"", check.tag) + "</li>";
            sections += article(check);
        }
        contents += "</ul></li>\n";
        sections += "</section>\n";
    }
    return html_page("Autoencoders, term by term",
                     "<h1>Autoencoders, term by term</h1>\n<p>The lecture as this library has it: each formula, the "
                     "lines of code that compute it, the same with numbers to follow with a pencil, and its proof. "
                     "Numbers have four decimals; every line is worked out from what it shows.</p>\n"
                     "<div class=\"book\">\n<nav aria-label=\"Contents\"><ul>\n" + contents +
                     "</ul></nav>\n<main>\n" + sections + "</main>\n</div>\n");
}

}  // namespace

int lecture_page(Arguments arguments) {
    std::string out = "runs/lecture", runs = "runs/demo";
    const Command command{"lecture",
                          "the lecture as one page, with its code, worked numbers and proofs",
                          {},
                          {{"page",
                            {{"--out", text(out, "FOLDER"), "folder for lecture.html"},
                             {"--runs", text(runs, "FOLDER"), "of the demo, whose pictures it shows"}}},
                           machine_options()}};
    if (parse(command, arguments).help) return print_help(command);
    const FolderClaim claim = prepare_folder(out);
    const std::string path = in_folder(out, "lecture.html");
    write_file(path, page(runs));
    std::cout << path << "\n";
    return 0;
}

}  // namespace autoencoder::cli
