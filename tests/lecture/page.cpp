// The lecture as a page: that it is whole, and that it says what the chapters say.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "autoencoder/checks.hpp"
#include "autoencoder/npz.hpp"
#include "cli/running.hpp"
#include "worked/sources.hpp"
#include "picture/mathml.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

std::string text_of(const std::string& path) {
    const Bytes bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
}

/// What stands between two texts, each time the first one comes.
std::vector<std::string> between(const std::string& text, std::string_view before,
                                 std::string_view after) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
        at += before.size();
        found.push_back(text.substr(at, text.find(after, at) - at));
    }
    return found;
}

/// Every element that is opened is closed, in its turn.
bool balanced(const std::string& html) {
    std::vector<std::string> open;
    for (const std::string& tag : between(html, "<", ">")) {
        const std::string name = tag.substr(0, tag.find_first_of(" \n"));
        if (name == "!DOCTYPE" || name == "meta" || name == "img" || name == "br") continue;
        if (name[0] != '/') {
            open.push_back(name);
        } else {
            if (open.empty() || "/" + open.back() != name) return false;
            open.pop_back();
        }
    }
    return open.empty();
}

}  // namespace

TEST_SUITE("lecture: page") {
    TEST_CASE("each tag has its anchor, its formula and its code, and every link leads somewhere") {
        const Scratch scratch;
        const Said said =
            run({"lecture", "--out", scratch.path("page"), "--runs", scratch.path("no runs")});
        REQUIRE(said.status == 0);
        const std::string page = text_of(scratch.path("page/lecture.html"));
        CHECK(balanced(page));
        CHECK(page.find("http") == std::string::npos);
        CHECK(page.find("<script") == std::string::npos);
        CHECK(page.find("FAILS") == std::string::npos);
        CHECK(page.find("NOT caught") == std::string::npos);

        std::vector<std::string> ids = between(page, " id=\"", "\"");
        CHECK(std::set(ids.begin(), ids.end()).size() == ids.size());
        for (const std::string& link : between(page, "href=\"#", "\"")) {
            CAPTURE(link);
            CHECK(std::ranges::count(ids, link) == 1);
        }
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            const auto article =
                between(page, "<article id=\"" + std::string(check.tag) + "\"", "</article>");
            REQUIRE(article.size() == 1);
            CHECK(article[0].find("<math>") != std::string::npos);
            const lecture::Formula formula = lecture::formula(check.tag);
            const auto lines = lecture::lines_of(formula.chapter->text);
            std::string code;
            for (std::size_t i = formula.first; i <= formula.last; ++i)
                code += escaped(lines[i - 1]) + "\n";
            CHECK(between(article[0], "<pre>", "</pre>") == std::vector{code});
        }
    }

    TEST_CASE(
        "validate writes a page with their number beside the right one, which links to the "
        "lecture's") {
        const Scratch scratch;
        const auto file = [&](const char* name) { return scratch.path(name); };
        Archive archive, theirs;
        archive.add("x", Matrix<double>(2, 2)), archive.add("W1", Matrix<double>(1, 2)),
            archive.add("b1", Matrix<double>(1, 1));
        archive.add("W2", Matrix<double>(2, 1)), archive.add("b2", Matrix<double>(1, 2));
        write_npz(file("case.npz"), archive);
        theirs.add("h2", Matrix<double>(2, 2));  // f(0) is not 0
        write_npz(file("theirs.npz"), theirs);
        const Options command = {"validate", file("case.npz"), file("theirs.npz"), "--html",
                                 file("page.html")};
        CHECK(run(command).status == 1);
        const std::string before = text_of(file("page.html"));
        CHECK(balanced(before));
        CHECK(contains(before, "<td><code>[decode]</code></td><td>DIFFERS</td>"));
        CHECK(contains(before, "THEIRS"));
        CHECK_FALSE(contains(before, "href"));

        std::filesystem::create_directory(file("lecture"));
        std::filesystem::create_directory(file("pages"));
        write_file(file("lecture/lecture.html"), "");
        Options beside = command;
        beside.back() = file("pages/page.html");
        CHECK(run(beside).status == 1);
        CHECK(contains(text_of(beside.back()),
                       "<a href=\"../lecture/lecture.html#decode\">[decode]</a>"));
        beside[2] = scratch.path("");
        CHECK(refused(run(beside), "--html"));
        beside = command, beside.back() = command[1];
        CHECK(refused(run(beside), "is what is read"));
    }

    TEST_CASE("the chapters in the program are the files that stand beside it") {
        CHECK(lecture::chapters().size() == 11);
        for (const lecture::Chapter& chapter : lecture::chapters()) {
            CAPTURE(chapter.path);
            if (std::filesystem::exists(chapter.path))
                CHECK(text_of(std::string(chapter.path)) == chapter.text);
        }
    }

    TEST_CASE("the README's rows and formulas are those of the chapters") {
        if (!std::filesystem::exists("README.md")) return;
        const std::string readme = text_of("README.md");
        std::vector<std::string_view> tags;
        for (const std::string& row : between(readme, "\n| ", " |\n")) {
            const auto cells = between(" | " + row, " | ", " | ");
            if (cells.size() != 4 || !cells[1].starts_with("`[")) continue;
            CAPTURE(cells[1]);
            const auto of_row = between(cells[1], "[", "]");
            std::string all, command = "check";
            for (const std::string& tag : of_row) {
                const lecture::Formula formula = lecture::formula(tag);
                CHECK("`" + std::string(formula.chapter->path.substr(12)) + "`" == cells[2]);
                all += (all.empty() ? "`[" : " `[") + tag + "]`", command += " " + tag;
                const auto same = [&](std::string_view known) { return known == tag; };
                tags.push_back(*std::ranges::find_if(formula.chapter->tags, same));
            }
            CHECK(cells[1] == all);
            CHECK((cells[3] == "`" + command + "`" || cells[3] == "`autoencoder " + command + "`"));
        }
        CHECK(tags.size() == all_checks().size());
        for (const Check& check : all_checks()) CHECK(std::ranges::count(tags, check.tag) == 1);

        std::size_t formulas = 0;
        for (const std::string& line : between(readme, "\n    [", "\n")) {
            const std::string tag = line.substr(0, line.find(']'));
            CAPTURE(tag);
            CHECK(line.substr(tag.size() + 3) == lecture::formula(tag).text);
            ++formulas;
        }
        CHECK(formulas == 2);
    }

    TEST_CASE("notation.hpp has the tags of the chapters, and no second wording of what they say") {
        const std::string path = "include/autoencoder/notation.hpp";
        if (!std::filesystem::exists(path)) return;
        const std::string notation = text_of(path);
        for (const lecture::Chapter& chapter : lecture::chapters()) {
            const std::string file(chapter.path.substr(12));
            CAPTURE(file);
            const auto rows = between(notation, "\n//   " + file, "\n");
            REQUIRE(rows.size() == 1);
            const auto tags = between(rows[0], "[", "]");
            CHECK(std::set<std::string>(tags.begin(), tags.end()) ==
                  std::set<std::string>(chapter.tags.begin(), chapter.tags.end()));
        }
        for (const Check& check : all_checks())
            CHECK(notation.find(lecture::formula(check.tag).text) == std::string::npos);
    }

    TEST_CASE(
        "formulas are set: scripts, fractions, roots; words are text, and lines may break before a "
        "sign") {
        CHECK(typeset("w_ij²") ==
              "<math><mrow><msubsup><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow>"
              "<mrow><mn>2</mn></mrow></msubsup></mrow></math>");
        CHECK(typeset("(λ/2)") ==
              "<math><mrow><mfrac><mrow><mi>λ</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"
              "</mrow></math>");
        CHECK(typeset("√(λ/2)").find("<msqrt><mfrac>") != std::string::npos);
        CHECK(typeset("a  b") ==
              "<math><mrow><mi>a</mi></mrow></math>\u2003<math><mrow><mi>b</mi></mrow></math>");
        CHECK(
            typeset("typical ρ: `on`, as above") ==
            "typical <math><mrow><mi>ρ</mi></mrow></math>\u2060: <code>on</code>\u2060, as above");
        CHECK(typeset("a = b") ==
              "<math><mrow><mi>a</mi></mrow></math><math><mrow><mo form=\"infix\">=</mo>"
              "<mi>b</mi></mrow></math>");
        CHECK(between(typeset("(1 − a)/b"), "<mfrac>", "</mfrac>").size() == 1);
        CHECK(between(typeset("(1 − a)/b", true), "<mfrac>", "</mfrac>").empty());
        CHECK(typeset("w_21⁽¹⁾", true) ==
              "<math><mrow><msubsup><mi>w</mi><mrow><mn>21</mn></mrow><mrow><mn>(1)</mn></mrow>"
              "</msubsup></mrow></math>");
        CHECK(between(typeset("e^(−(−0.8))"), "<msup>", "</msup>").size() == 1);
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            CHECK(balanced(typeset(lecture::formula(check.tag).text)));
        }
    }
}
