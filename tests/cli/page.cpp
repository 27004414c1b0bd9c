// report.html: what it says, what it shows, and that it is the same for equal runs.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "autoencoder/activation.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/text.hpp"
#include "cli/judgement.hpp"
#include "cli/page.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

std::string text_of(const std::string& path) {
    const Bytes bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
}

std::string page_of(const std::string& folder) { return text_of(folder + "/report.html"); }

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

/// The entries of the last row of a log, by the names of its columns.
std::string last_in_log(const std::string& path, const std::string& column) {
    std::istringstream lines(text_of(path));
    std::string head, row, line;
    std::getline(lines, head);
    while (std::getline(lines, line)) row = line;
    std::istringstream names(head), values(row);
    for (std::string name, value; std::getline(names, name, ',');) {
        std::getline(values, value, ',');
        if (name == column) return value;
    }
    return "no column " + column;
}

std::string six_digits(const std::string& number) { return rounded(std::stod(number), 6); }

/// Every picture and file that the page names lies beside it; returns how many pictures.
std::size_t pictures_of(const std::string& folder) {
    const std::string page = page_of(folder);
    const std::vector<std::string> pictures = between(page, "<img src=\"", "\"");
    for (const std::string& name : pictures) CHECK(std::filesystem::exists(folder + "/" + name));
    for (const std::string& name : between(page, "<a href=\"", "\""))
        CHECK(std::filesystem::exists(folder + "/" + name));
    for (const std::string& caption : between(page, "<figcaption>", "<"))
        CHECK_FALSE(caption.ends_with(".png"));  // it says what is seen, not the file's name
    return pictures.size();
}

/// As many of each element are closed as are opened.
void check_balanced(const std::string& page) {
    for (const std::string& name : between(page, "</", ">")) {
        const std::size_t plain = between(page, "<" + name + ">", "").size();
        const std::size_t with_attributes = between(page, "<" + name + " ", "").size();
        CAPTURE(name);
        CHECK(plain + with_attributes == between(page, "</" + name + ">", "").size());
    }
}

}  // namespace

TEST_SUITE("command line: report.html") {
    TEST_CASE("the page names the model and its last cost as log.csv has it") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        CHECK(run(small_run("sparse", folder, {"--iterations", "5", "--quiet"})).status == 0);
        const std::string page = page_of(folder);
        CHECK(page.starts_with("<!DOCTYPE html>\n"));
        CHECK(contains(page, "<h1>autoencoder train sparse</h1>"));
        CHECK(contains(page, "digits: 200 patterns of 784 (28×28)"));
        CHECK(contains(page, "784-16-784, sigmoid-sigmoid; 25,888 parameters"));
        CHECK(contains(page, "lbfgs, 5 iterations; seed 1"));
        const std::string log = folder + "/log.csv";
        for (const char* term : {"cost", "data", "weight_penalty", "sparsity"}) {
            CAPTURE(term);
            CHECK(contains(page,
                           "<td class=\"number\">" + six_digits(last_in_log(log, term)) + "</td>"));
        }
        CHECK(contains(page, "<code>[sparse-cost]</code>"));
        CHECK_FALSE(contains(page, "divergence"));  // a term that the model does not have
        CHECK_FALSE(contains(page, "<script"));
        CHECK_FALSE(contains(page, "://"));
        CHECK(pictures_of(folder) == 2);
        CHECK(between(page, "<svg ", ">").size() == 1);
        check_balanced(page);
    }

    TEST_CASE("the page is the same for any run, threads, unit and folder, and for a resumed run") {
        const Scratch scratch;
        const auto train = [&](const char* name, Options more) {
            const std::string folder = scratch.path(name);
            more.insert(more.end(),
                        {"--optimizer", "adam", "--epochs", "4", "--validation", "50", "--quiet"});
            CHECK(run(small_run("sparse", folder, more)).status == 0);
            return page_of(folder);
        };
        const std::string first = train("a", {"--threads", "1"});
        CHECK(train("b", {"--threads", "2"}) == first);
        CHECK(train("c", {"--isa", "scalar", "--checkpoint", "1"}) == first);
        CHECK(train("d", {"--seed", "2"}) != first);

        const std::string part = scratch.path("part");
        CHECK(run(small_run("sparse", part,
                            {"--optimizer", "adam", "--epochs", "2", "--validation", "50",
                             "--checkpoint", "1", "--quiet"}))
                  .status == 0);
        CHECK(contains(page_of(part), "Cost after epoch 2<"));
        CHECK(run({"train", "sparse", "--resume", part, "--epochs", "4", "--quiet"}).status == 0);
        CHECK(page_of(part) == first);
    }

    TEST_CASE("a page of several trainings tells of each, and what came of them") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const Said said = run(
            small_run("classifier", folder,
                      {"--iterations", "2", "--head-iterations", "3", "--fine-tune-epochs", "2"}));
        CHECK(said.status == 0);
        const std::string page = page_of(folder);
        CHECK(between(page, "<h2>", "<") ==
              Options{"stage1", "head", "fine-tuning", "Pictures", "Options"});
        for (const char* step : {"stage1", "head", "fine-tuning"}) {
            CAPTURE(step);
            CHECK(contains(
                page, six_digits(last_in_log(folder + "/" + step + ".csv", "cost")) + "</td>"));
        }
        const std::vector<std::string> told =
            between(said.out, "test patterns after fine-tuning: ", ";");
        REQUIRE(told.size() == 1);
        CHECK(contains(page, "<td>" + told[0] + "</td><td><code>[head]</code>"));
        CHECK(contains(said.out, "wrote " + folder + "/report.html"));
        CHECK(pictures_of(folder) == 2);
        CHECK(between(page, "<svg ", ">").size() == 4);  // three curves and the confusions
        check_balanced(page);
    }

    TEST_CASE("every kind of run leaves a page whose pictures are there and have captions") {
        const Scratch scratch;
        const auto pictures = [&](const std::string& kind, Options more) {
            CAPTURE(kind);
            const std::string folder = scratch.path(kind);
            more.insert(more.begin(), {"train", kind, "--count", "100", "--out", folder});
            CHECK(run(more).status == 0);
            check_balanced(page_of(folder));
            return pictures_of(folder);
        };
        CHECK(pictures("pca", {"--hidden", "4"}) == 2);
        CHECK(pictures("stacked", {"--hidden", "8,4", "--iterations", "2"}) == 2);
        CHECK(pictures("denoising", {"--hidden", "8", "--epochs", "1"}) == 3);
        CHECK(pictures("convolutional", {"--channels", "2,3", "--epochs", "1"}) == 4);
        CHECK(pictures("variational", {"--hidden", "8", "--code", "2", "--epochs", "1"}) == 5);
        const std::string page = page_of(scratch.path("variational"));
        CHECK(
            contains(page, "divergence</th><td class=\"number\">" +
                               six_digits(last_in_log(scratch.path("variational/log.csv"), "kl")) +
                               "</td><td><code>[elbo]</code>"));
    }

    TEST_CASE("what the user wrote is escaped, and patterns that are no images leave no pictures") {
        const Scratch scratch;
        Matrix<float> x(40, 6);
        for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(i % 7) / 7;
        Archive archive;
        archive.add("x", x);
        const std::string data = scratch.path("a<b & \"c\">.npz"), folder = scratch.path("run");
        write_npz(data, archive);
        CHECK(run({"train", "shallow", "--data", data, "--hidden", "3", "--iterations", "2",
                   "--out", folder, "--quiet"})
                  .status == 0);
        const std::string page = page_of(folder);
        CHECK(between(page, "a&lt;b &amp; &quot;c&quot;&gt;.npz", "<").size() == 2);
        CHECK_FALSE(contains(page, "a<b"));
        CHECK_FALSE(contains(page, "<h2>Pictures"));
        CHECK(pictures_of(folder) == 0);
        check_balanced(page);
    }

    TEST_CASE("a model that says the same of every pattern is told so") {
        Model model;
        const std::size_t hidden[] = {3};
        model.network = autoencoder_network(4, hidden);
        model.theta = Buffer<float>(layout(model.network).size);
        std::ranges::fill(std::get<Buffer<float>>(model.theta), 0.0f);
        cli::Sets sets;
        sets.train.x = Matrix<float>(5, 4);
        for (std::size_t i = 0; i < sets.train.x.values.size(); ++i)
            sets.train.x.values[i] = float(i % 3);
        sets.test = sets.train;
        cli::Page page;
        cli::judge(model, sets, page);
        CHECK(page.judgements ==
              Options{"Targets lie outside of what the output can say: the patterns reach 2, a "
                      "sigmoid output 1.",
                      "It has learned nothing: it reconstructs no better than the mean pattern.",
                      "The code has collapsed: it is the same for every pattern."});
        CHECK(page.facts.size() == 6);
        CHECK(page.facts.back().words == "3 of 3");

        // The mean pattern and nothing else is known: of what it can say, it does.
        for (Dataset* set : {&sets.train, &sets.test})
            for (float& value : set->x.values) value /= 4;
        page = {};
        cli::judge(model, sets, page);
        CHECK(page.judgements.size() == 2);
        CHECK(between(cli::html(page), "<p class=\"judgement\">", "<") == page.judgements);

        sets.apart = false;  // nothing is called a test that is none
        page = {};
        cli::judge(model, sets, page);
        CHECK_FALSE(contains(cli::html(page), ", test"));
    }

    TEST_CASE("a classifier that guesses is told so") {
        Model model;
        model.network = head_network(Head::softmax, 2, {}, 3);
        model.theta = Buffer<float>(layout(model.network).size);
        std::ranges::fill(std::get<Buffer<float>>(model.theta), 0.0f);
        cli::Sets sets;
        sets.train.x = Matrix<float>(4, 2);
        sets.train.labels = {0, 0, 1, 2};
        sets.test = sets.train;
        cli::Page page;
        cli::judge(model, sets, page);
        CHECK(page.judgements ==
              Options{"It has learned nothing: it is right no more often than who always says 0."});
        CHECK(page.facts.back().words == "50.00 % right");
    }

    TEST_CASE(
        "every kind of training has its baselines, and links to the lecture's page where there is "
        "one") {
        const Scratch scratch;
        std::filesystem::create_directory(scratch.path("lecture"));
        write_file(scratch.path("lecture/lecture.html"), "");
        const auto page = [&](const std::string& kind, Options more) {
            more.insert(more.begin(), {"train", kind, "--count", "60", "--hidden", "4", "--out",
                                       scratch.path(kind), "--quiet"});
            if (kind == "pca") std::erase(more, "--quiet");
            CHECK(run(more).status == 0);
            return page_of(scratch.path(kind));
        };
        for (const std::string& text :
             {page("shallow", {"--iterations", "2"}), page("stacked", {"--iterations", "2"}),
              page("pca", {}), page("variational", {"--code", "2", "--epochs", "1"})}) {
            CHECK(contains(text, "squared error, training"));
            CHECK(contains(text, "of the mean pattern, test"));
            CHECK(contains(text, "principal components, test"));
            CHECK(contains(text, "dead units"));
            CHECK(contains(text, "<a href=\"../lecture/lecture.html#cost\">[cost]</a>"));
        }
        CHECK(contains(page("classifier", {"--iterations", "2", "--head-iterations", "2",
                                           "--fine-tune-epochs", "1"}),
                       "who always says "));
    }

    TEST_CASE("a long log is shown at round numbers, and at its first and last") {
        Network network;
        network.inputs = 2;
        network.layers = {{2, Activation::linear}};
        cli::Page page{"train a", {}, {}, {{"", network, {}, {}}}, {}};
        CHECK_FALSE(contains(cli::html(page), "<img"));  // nothing was done: there is no curve
        for (std::size_t i = 0; i <= 407; ++i) {
            TrainingStep step;
            step.number = i;
            step.cost.data = double(i + 1) / 8;
            page.parts[0].log.push_back(step);
        }
        const std::string text = cli::html(page);
        const std::vector<std::string> rows = between(text, "<tr><td>", "</tr>");
        REQUIRE(rows.size() == 22);
        CHECK(rows.front() == "0</td><td>0.125</td><td>0.125</td>");
        CHECK(rows[1].starts_with("20<"));
        CHECK(rows.back() == "407</td><td>51</td><td>51</td>");
        page.parts[0].log.resize(1);
        CHECK(between(cli::html(page), "<tr><td>", "</tr>").size() == 1);
    }
}
