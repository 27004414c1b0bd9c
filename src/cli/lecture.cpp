// `lecture`: the lecture as one page. What it says is taken from the chapters as they are compiled in: the
// formulas of their heads, the literal lines, numbers worked out by these lines, the checks with their twins.
#include <filesystem>
#include <iostream>

#include "autoencoder/checks.hpp"
#include "autoencoder/text.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/lecture.hpp"
#include "cli/options.hpp"
#include "worked/pencil.hpp"
#include "worked/sources.hpp"

namespace autoencoder::cli {
namespace {

using lecture::Chapter, lecture::Formula;

std::string base64(const Bytes& bytes) {
    constexpr const char* digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) {
            return i + k < bytes.size() ? unsigned(bytes[i + k]) : 0u;
        };
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

struct Shown {
    const char *chapter, *file, *words;
};
constexpr Shown pictures[] = {
    {"shallow", "reconstructions.png",
     "Digits, and below them what the autoencoder makes of them."},
    {"sparse-coding", "features.png",
     "Features found by the sparse autoencoder of the demo: what each hidden unit looks "
     "for. Grey is 0, white positive, black negative."},
    {"classifier", "classifier/mistakes.png",
     "The digits that the classifier of the demo takes most surely for others."},
    {"denoising", "denoising/denoising.png",
     "Clean | Noisy | AE: digits, with noise, and as the autoencoder of the demo "
     "cleans them."},
    {"variational", "variational/samples.png", "New digits, decoded from codes drawn at random."}};

std::string anchor(std::string_view tag, const std::string& page = "") {
    return element("a href=\"" + page + "#" + std::string(tag) + "\"",
                   "[" + std::string(tag) + "]");
}

/// What the lecture says: the comment at the chapter's head. A formula that has a tag stands further down.
std::string prose(const Chapter& chapter) {
    std::string html, paragraph, formulas;
    const auto end = [&] {
        if (!paragraph.empty()) html += "<p>" + typeset(paragraph) + "</p>\n";
        if (!formulas.empty()) html += "<div class=\"wide\">" + formulas + "</div>\n";
        paragraph.clear(), formulas.clear();
    };
    for (const std::string_view line : lecture::lines_of(chapter.text)) {
        if (!line.starts_with("//")) break;
        const bool set = line.starts_with("//     ");
        if (line.size() < 4 || set != paragraph.empty()) end();
        if (line.size() < 4) continue;
        const std::string_view text = line.substr(set ? 7 : 3);
        const std::size_t tag = text.ends_with(']') ? text.rfind("  [") : std::string_view::npos;
        if (!set)
            paragraph += (paragraph.empty() ? "" : " ") + std::string(text);
        else
            formulas +=
                "<div class=\"formula\">" + typeset(text.substr(0, tag)) +
                (tag < text.size() ? " " + anchor(text.substr(tag + 3, text.size() - tag - 4))
                                   : "") +
                "</div>\n";
    }
    end();
    return html;
}

std::string code(const Formula& formula) {
    const auto lines = lecture::lines_of(formula.chapter->text);
    std::string text;
    for (std::size_t i = formula.first; i <= formula.last; ++i)
        text += std::string(lines[i - 1]) + "\n";
    return element("p class=\"quiet\"",
                   std::string(formula.chapter->path) + ":" + std::to_string(formula.first)) +
           "\n" + element("pre", text) + "\n";
}

std::string proof(const Check& check, const CheckResult& result) {
    return "<h4>Proved</h4>\n<p>" + element("code", "autoencoder check " + std::string(check.tag)) +
           ": " + grouped(result.parameters) + " parameters, error " + scientific(result.error) +
           (result.passed ? ", holds. " : ", FAILS. ") + "Its twin, with a mistake (" +
           typeset(check.mistake) + "), " +
           (result.twin_caught ? "is caught: error " : "is NOT caught: error ") +
           scientific(result.twin_error) + ".</p>\n";
}

std::string article(const Check& check, const CheckResult& result) {
    const Formula formula = lecture::formula(check.tag);
    const std::string tag(check.tag);
    return "<article id=\"" + tag + "\">\n" + element("h3", "[" + tag + "]") +
           "\n<div class=\"wide formula\">" + typeset(formula.text) + "</div>\n" + code(formula) +
           element("p class=\"quiet\"", "made fast in " + formula.fast) +
           "\n<h4>With numbers</h4>\n" +
           worked_html(lecture::explained(tag, {0, 0, 1, 0, false}).lines, lecture::for_a_pencil) +
           proof(check, result) + "</article>\n";
}

/// What the checks find, once in a program.
const std::vector<CheckResult>& results() {
    static const std::vector<CheckResult> all = [] {
        std::vector<const Check*> checks;
        for (const Check& check : all_checks()) checks.push_back(&check);
        return run(checks);
    }();
    return all;
}

std::string page(const std::string& runs) {
    std::string contents, sections;
    std::size_t number = 0;  // of the check
    for (const Chapter& chapter : lecture::chapters()) {
        const std::string id = chapter.id();
        contents += "<li>" + element("a href=\"#chapter-" + id + "\"", chapter.title()) + "<ul>";
        sections += "<section id=\"chapter-" + id + "\">\n" + element("h2", chapter.title()) +
                    "\n" + prose(chapter);
        for (const Shown& each : pictures)
            if (each.chapter == id) sections += picture(runs, each.file, each.words);
        for (const std::string_view tag : chapter.tags) {
            contents += "<li>" + element("a href=\"#" + std::string(tag) + "\"", tag) + "</li>";
            sections += article(all_checks()[number], results()[number]);
            ++number;
        }
        contents += "</ul></li>\n";
        sections += "</section>\n";
    }
    return html_page(
        "Autoencoders, term by term",
        "<h1>Autoencoders, term by term</h1>\n<p>The lecture as this library has it: each formula, "
        "the "
        "lines of code that compute it, the same with numbers to follow with a pencil, and its "
        "proof. "
        "Numbers have four decimals; every line is worked out from what it shows.</p>\n"
        "<div class=\"book\">\n<nav aria-label=\"Contents\"><ul>\n" +
            contents + "</ul></nav>\n<main>\n" + sections + "</main>\n</div>\n");
}

}  // namespace

std::string lecture_link(const std::string& folder) {
    for (const char* path : {"lecture.html", "../lecture.html", "../lecture/lecture.html"})
        if (std::filesystem::is_regular_file(in_folder(folder, path))) return path;
    return "";
}

std::string tag_html(std::string_view tag, const std::string& link) {
    if (tag.empty()) return "";
    return link.empty() ? element("code", "[" + std::string(tag) + "]") : anchor(tag, link);
}

std::string with_tags(std::string_view sentence, const std::string& link) {
    std::string html = escaped(sentence);
    for (const Check& check : all_checks()) {
        const std::string tag = "[" + std::string(check.tag) + "]";
        for (std::size_t at = html.find(tag); !link.empty() && at != std::string::npos;
             at = html.find(tag, at)) {
            const std::string linked = tag_html(check.tag, link);
            html.replace(at, tag.size(), linked);
            at += linked.size();
        }
    }
    return html;
}

std::string about_tags(const std::string& link) {
    return "<p>A name in brackets is an equation's: " +
           (link.empty() ? ""
                         : element("a href=\"" + link + "\"", "the lecture's page") +
                               " has it with its proof, ") +
           "<code>autoencoder explain NAME</code> shows it with numbers, <code>autoencoder check "
           "NAME</code> puts it to "
           "the test.</p>\n";
}

std::string worked_html(const std::vector<lecture::Line>& lines, const lecture::Digits& digits) {
    std::string html;
    for (const lecture::Line& line : lines) {
        html += "<p class=\"worked\">" +
                typeset(line.name + " = " + joined(sides(line, digits), " = "), true);
        for (const std::string& note : notes(line, digits, "`"))
            html += "\u2060; " + typeset(note, true);
        html += "</p>\n";
    }
    return html;
}

int lecture_page(Arguments arguments) {
    std::string out = "runs/lecture", runs = "runs/demo";
    const Command command{
        "lecture",
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
