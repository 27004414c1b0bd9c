#include "cli/validate_page.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/checks.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/text.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/lecture.hpp"
#include "cli/text.hpp"
#include "diagnosis/terms.hpp"
#include "worked/sources.hpp"

namespace autoencoder::cli {
namespace {

/// What may tell what is wrong: the equation that the first finding names, that of the first term that differs,
/// and the sum over the patterns.
std::vector<std::string> telling_tags(const Diagnosis& diagnosis) {
    std::vector<std::string> tags;
    const auto add = [&](std::string_view tag) {
        if (!std::ranges::count(tags, tag)) tags.emplace_back(tag);
    };
    const std::string sentence = diagnosis.findings.empty() ? "" : diagnosis.findings[0].sentence;
    for (const Check& check : all_checks())
        if (tags.empty() && sentence.find("[" + std::string(check.tag) + "]") != std::string::npos)
            add(check.tag);
    for (const TermRow& term : diagnosis.rows)
        if (term.key == diagnosis.first_wrong) add(term.tag);
    add("scale");
    return tags;
}

/// The term of which an explanation has a number, and theirs is wrong somewhere; "" where there is none.
std::string wrong_term_of(const lecture::Explanation& shown) {
    for (const lecture::Line& line : shown.lines)
        if (line.theirs && !line.agrees) return line.key;
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

/// Where theirs differ most, in this term.
lecture::Place place_of(const Case& c, const Diagnosis& found, const std::string& key) {
    const auto entry = found.terms.find(key);
    if (entry == found.terms.end() || entry->second.right.shape.empty()) return {};
    const TheirTerm& term = entry->second;
    const std::vector<double> a = term.right.doubles(), b = term.theirs.doubles();
    const auto off = [&](std::size_t i) {
        const double by = std::fabs(a[i] - b[i]);
        return std::isnan(by) ? HUGE_VAL : by;
    };
    std::size_t worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (off(i) > off(worst)) worst = i;
    const std::size_t row = a.size() / term.right.shape[0], high = worst / row, low = worst % row;
    const std::vector<diagnosis::Term> terms = diagnosis::terms_of(c);
    const diagnosis::Term& of = *std::ranges::find(terms, key, &diagnosis::Term::key);
    if (of.is_sample()) return {high, of.layer, of.first + low};
    if (!of.is_gradient()) return {0, of.layer, high};
    return {0, of.layer, of.first / row + high, low, false, of.what == diagnosis::What::biases};
}

/// That of the first term that differs and is more than one number.
std::string first_wrong_of_many(const Diagnosis& found) {
    for (const TermRow& row : found.rows)
        if (const auto term = found.terms.find(row.key);
            !row.agrees && term != found.terms.end() && !term->second.right.shape.empty())
            return row.key;
    return "";
}

}  // namespace

std::string verdict_of(const TermRow& term) {
    return (term.agrees ? "agrees" : "DIFFERS") +
           (term.remark.empty() ? std::string() : ": " + term.remark);
}

std::optional<Telling> telling(const Case& c, const Diagnosis& found) {
    if (found.agrees) return {};
    const lecture::Place place = place_of(c, found, first_wrong_of_many(found));
    lecture::Place in_one = place;
    in_one.q = 0;
    const Case one = with_pattern(c, place.q);  // which numbers an equation has does not take more
    std::vector<std::string> tags;
    for (const std::string& tag : telling_tags(found)) try {
            const auto shown = lecture::explained(tag, one, in_one, found.terms);
            tags.push_back(tag);
            const std::string wrong = wrong_term_of(shown);
            if (wrong.empty()) continue;
            const bool of_many = !found.terms.at(wrong).right.shape.empty();
            return Telling{tags, of_many ? place_of(c, found, wrong) : place};
        } catch (const std::invalid_argument&) {  // it is about something else
        }
    for (const auto& each : lecture::training_step(one, in_one, lecture::of_a_case, found.terms))
        if (!wrong_term_of(each).empty()) return Telling{{}, place};
    return {};
}

std::string explain_command(const Telling& at, const std::string& case_path,
                            const std::string& path) {
    std::string command = "autoencoder explain";
    for (const std::string& tag : at.tags) command += " " + tag;
    command += " --case " + as_word(case_path) + " --theirs " + as_word(path);
    const auto add = [&](const char* option, std::size_t number, std::size_t usual) {
        if (number != usual) command += std::string(" --") + option + " " + std::to_string(number);
    };
    add("pattern", at.place.q + 1, 1), add("layer", at.place.l, 0);
    add("unit", at.place.j + 1, 1), add("input", at.place.bias ? 0 : at.place.k + 1, 1);
    return command;
}

void write_validation(const std::string& file, const Case& c, const Diagnosis& diagnosis,
                      const std::string& case_path, const std::string& path) {
    const std::string link = lecture_link(folder_of(file));
    std::string body = "<h1>autoencoder validate</h1>\n" +
                       element("p class=\"quiet\"", path + ", of " + case_path) + "\n";
    for (const std::string& sentence : diagnosis.sentences)
        body += (diagnosis.agrees ? "<p>" : "<p class=\"judgement\">") + with_tags(sentence, link) +
                "</p>\n";
    body += table(diagnosis, link);
    if (const auto at = telling(c, diagnosis)) {
        body += "<h2>With your numbers</h2>\n" +
                element("p", "Where theirs differ it says THEIRS.") + "\n";
        std::vector<lecture::Explanation> shown;
        for (const std::string& tag : at->tags)
            shown.push_back(lecture::explained(tag, c, at->place, diagnosis.terms));
        if (shown.empty())
            shown = lecture::training_step(c, at->place, lecture::of_a_case, diagnosis.terms);
        for (const lecture::Explanation& each : shown)
            body += "<h3>" + tag_html(each.tag, link) + "</h3>\n<div class=\"wide formula\">" +
                    typeset(lecture::formula(each.tag).text) + "</div>\n" +
                    worked_html(each.lines, lecture::of_a_case);
        body += "<p>" + element("code", explain_command(*at, case_path, path)) + "</p>\n";
    }
    write_file(file, html_page("autoencoder validate", body + about_tags(link)));
}

}  // namespace autoencoder::cli
