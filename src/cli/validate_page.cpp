#include "cli/validate_page.hpp"

#include <cmath>

#include "autoencoder/checks.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/text.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/lecture.hpp"
#include "cli/text.hpp"
#include "lecture/sources.hpp"

namespace autoencoder::cli {
namespace {

std::string telling_tag(const Diagnosis& diagnosis) {
    const std::string sentence = diagnosis.findings.empty() ? "" : diagnosis.findings[0].sentence;
    for (const Check& check : all_checks())
        if (sentence.find("[" + std::string(check.tag) + "]") != std::string::npos)
            return std::string(check.tag);
    for (const TermRow& term : diagnosis.rows)
        if (term.key == diagnosis.first_wrong) return term.tag;
    return "";
}

/// The case with one of its patterns alone.
Case with_pattern(const Case& c, std::size_t q) {
    Case one = c;
    const auto keep = [q](Matrix<double>& rows) {
        if (rows.rows == 0) return;
        Matrix<double> row(1, rows.cols);
        std::ranges::copy(rows.row(q), row.row(0).begin());
        rows = row;
    };
    keep(one.x), keep(one.y), keep(one.noise);
    for (Matrix<double>& mask : one.masks) keep(mask);
    return one;
}

std::string table(const Diagnosis& diagnosis, const std::string& link) {
    std::string html = "<div class=\"wide\"><table>\n<tr>";
    for (const char* head :
         {"term", "equation", "", "digits", "difference", "relative", "tolerance"})
        html += element("th", head);
    html += "</tr>\n";
    for (const TermRow& term : diagnosis.rows) {
        html += "<tr>" + element("th scope=\"row\"", term.key) + "<td>" + tag_html(term.tag, link) +
                "</td>" + element("td", verdict_of(term)) +
                element("td class=\"number\"", std::to_string(int(term.digits)));
        for (const double each : {term.absolute, term.relative, term.tolerance})
            html += element("td class=\"number\"", scientific(each));
        html += "</tr>\n";
    }
    return html + "</table></div>\n";
}

}  // namespace

std::string verdict_of(const TermRow& term) {
    return (term.agrees ? "agrees" : "DIFFERS") +
           (term.remark.empty() ? std::string() : ": " + term.remark);
}

Telling telling(const Case& c, const Archive& theirs, const Diagnosis& diagnosis) {
    const std::string& key = diagnosis.first_wrong;
    lecture::Place place;
    const Archive terms = compute_terms(c);
    const Array *ours = terms.find(key), *other = theirs.find(key);
    if (ours && other && ours->shape == other->shape && !ours->shape.empty()) {
        const std::vector<double> a = ours->doubles(), b = other->doubles();
        const auto off = [&](std::size_t i) {
            const double by = std::fabs(a[i] - b[i]);
            return std::isnan(by) ? HUGE_VAL : by;
        };
        std::size_t worst = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (off(i) > off(worst)) worst = i;
        const std::size_t row = a.size() / ours->shape[0], high = worst / row, low = worst % row;
        const bool of_weights = key.starts_with("grad_"), of_units = ours->shape.size() == 1;
        if (of_weights)
            place.j = high, place.k = row > 1 ? low : 0;
        else if (of_units)
            place.j = high;
        else
            place.q = high, place.j = low;
        const std::size_t digits = key.find_last_not_of("0123456789") + 1;
        if (digits < key.size()) place.l = std::stoul(key.substr(digits));
    }
    const std::string tag = telling_tag(diagnosis);
    try {  // on one pattern: whether the equation is about this case at all does not take more
        lecture::explained(tag, with_pattern(c, place.q), {0, place.l, place.j, place.k});
    } catch (const std::invalid_argument&) {  // it is about something else: then the whole step
        return {};
    }
    return {tag, place};
}

std::string explain_command(const Telling& at, const std::string& case_path,
                            const std::string& path) {
    std::string command = "autoencoder explain " + at.tag + (at.tag.empty() ? "" : " ") +
                          "--case " + as_word(case_path) + " --theirs " + as_word(path);
    const auto add = [&](const char* option, std::size_t number, std::size_t usual) {
        if (number != usual) command += std::string(" --") + option + " " + std::to_string(number);
    };
    add("pattern", at.place.q + 1, 1), add("layer", at.place.l, 0);
    add("unit", at.place.j + 1, 1), add("input", at.place.k + 1, 1);
    return command;
}

void write_validation(const std::string& file, const Case& c, const Archive& theirs,
                      const Diagnosis& diagnosis, const std::string& case_path,
                      const std::string& path) {
    const std::string link = lecture_link(folder_of(file));
    std::string body = "<h1>autoencoder validate</h1>\n" +
                       element("p class=\"quiet\"", path + ", of " + case_path) + "\n";
    for (const std::string& sentence : diagnosis.sentences)
        body += (diagnosis.agrees ? "<p>" : "<p class=\"judgement\">") + with_tags(sentence, link) +
                "</p>\n";
    body += table(diagnosis, link);
    if (!diagnosis.agrees && !diagnosis.first_wrong.empty()) {
        const Telling at = telling(c, theirs, diagnosis);
        body += "<h2>With your numbers</h2>\n" +
                element("p", "Where theirs differ it says THEIRS.") + "\n";
        const std::vector<lecture::Explanation> shown =
            at.tag.empty() ? lecture::training_step(c, at.place, lecture::of_a_case, &theirs)
                           : std::vector{lecture::explained(at.tag, c, at.place, &theirs)};
        for (const lecture::Explanation& each : shown)
            body += "<h3>" + tag_html(each.tag, link) + "</h3>\n<div class=\"wide formula\">" +
                    typeset(lecture::formula(each.tag).text) + "</div>\n" +
                    worked_html(each.lines, lecture::of_a_case);
        body += "<p>" + element("code", explain_command(at, case_path, path)) + "</p>\n";
    }
    write_file(file, html_page("autoencoder validate", body + about_tags(link)));
}

}  // namespace autoencoder::cli
