// The lecture as a page: that it is whole, and that it says what the chapters say.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "autoencoder/checks.hpp"
#include "cli/running.hpp"
#include "lecture/sources.hpp"
#include "picture/mathml.hpp"

using namespace autoencoder;

namespace {

std::string text_of(const std::string& path) {
    const Bytes bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
}

/// What stands between two texts, each time the first one comes.
std::vector<std::string> between(const std::string& text, std::string_view before, std::string_view after) {
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
        const Said said = run({"lecture", "--out", scratch.path("page"), "--runs", scratch.path("no runs")});
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
            const auto article = between(page, "<article id=\"" + std::string(check.tag) + "\"", "</article>");
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

    TEST_CASE("the chapters in the program are the files that stand beside it") {
        CHECK(lecture::chapters().size() == 11);
        for (const lecture::Chapter& chapter : lecture::chapters()) {
            CAPTURE(chapter.path);
            if (std::filesystem::exists(chapter.path)) CHECK(text_of(std::string(chapter.path)) == chapter.text);
        }
    }

    TEST_CASE("the README's table has every tag beside the chapter that it is in") {
        if (!std::filesystem::exists("README.md")) return;
        const std::string readme = text_of("README.md");
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            const std::string path(lecture::formula(check.tag).chapter->path);
            std::size_t rows = 0;
            for (const std::string& row : between(readme, "\n| ", "\n"))
                if (row.find("`[" + std::string(check.tag) + "]`") != std::string::npos &&
                    row.find("`" + path.substr(path.rfind('/') + 1) + "`") != std::string::npos)
                    ++rows;
            CHECK(rows == 1);
        }
    }

    TEST_CASE("formulas are set: scripts, fractions, roots, words") {
        CHECK(mathml("w_ij²") == "<math><mrow><msubsup><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow>"
                                 "<mrow><mn>2</mn></mrow></msubsup></mrow></math>");
        CHECK(mathml("(λ/2)") == "<math><mrow><mfrac><mrow><mi>λ</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"
                                 "</mrow></math>");
        CHECK(mathml("√(λ/2)").find("<msqrt><mfrac>") != std::string::npos);
        CHECK(mathml("a  b") == "<math><mrow><mi>a</mi></mrow></math> <math><mrow><mi>b</mi></mrow></math>");
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            CHECK(balanced(mathml(lecture::formula(check.tag).text)));
        }
    }
}
