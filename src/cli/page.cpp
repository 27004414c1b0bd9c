#include "cli/page.hpp"

#include <algorithm>
#include <filesystem>

#include "autoencoder/activation.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/report.hpp"
#include "cli/folder.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

// A column on a phone, pictures side by side on a desktop; wide tables scroll by themselves.
constexpr const char* style = R"(
body { max-width: 64rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
       color: #222; background: #fff; overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.2 }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid #ddd }
div { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .15rem 1.2rem .15rem 0; text-align: left; vertical-align: top }
th { font-weight: 600; overflow-wrap: normal }
.steps th, .steps td, .number { text-align: right; overflow-wrap: normal;
                                font-variant-numeric: tabular-nums }
code, figcaption { color: #666; font-size: .9rem }
figure { margin: 1rem 0 }
img { max-width: 100%; height: auto; border: 1px solid #ddd }
section { display: grid; gap: 0 2rem;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)) }
)";

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

/// <name>text</name>; the name may bring attributes along.
std::string element(const std::string& name, std::string_view text) {
    return "<" + name + ">" + escaped(text) + "</" + name.substr(0, name.find(' ')) + ">";
}

std::string tag_cell(const std::string& tag) {
    return tag.empty() ? "<td></td>" : "<td>" + element("code", "[" + tag + "]") + "</td>";
}

std::string table(const std::vector<Fact>& facts, const char* cell = "td") {
    std::string text = "<div><table>\n";
    for (const Fact& fact : facts) {
        text += "<tr>" + element("th scope=\"row\"", fact.what) + element(cell, fact.words) +
                tag_cell(fact.tag) + "</tr>\n";
    }
    return text + "</table></div>\n";
}

std::string figure(const std::string& file, const std::string& caption) {
    const std::string name = escaped(file);
    return "<figure><img src=\"" + name + "\" alt=\"" + name + "\">" +
           element("figcaption", caption) + "</figure>\n";
}

/// What a picture shows, by the name that it has in every run's folder.
std::string caption_of(const std::string& file) {
    constexpr const char* captions[][2] = {
        {"features", "What the units of the first layer look for: their weights, each unit scaled "
                     "by its largest. Grey is 0, white positive, black negative."},
        {"reconstructions", "Patterns, and below them what the model makes of them."},
        {"denoising", "Patterns: clean, with the noise of the training, and as the model cleans "
                      "them."},
        {"maps", "The maps of a layer of windows for some patterns, a row a pattern. Black is 0, "
                 "white the layer's largest activity."},
        {"samples", "New patterns, decoded from codes drawn at random."},
        {"walk", "From one pattern to another: what lies between their codes."},
        {"plane", "The plane of codes, decoded place by place."},
        {"codes", "The codes of patterns, coloured by class."},
        {"confusion", "Which class, a row each, is taken for which."},
        {"mistakes", "The patterns that are most surely taken for another class."}};
    for (const auto& [beginning, words] : captions) {
        if (file.starts_with(beginning)) return words;
    }
    return file;
}

/// A term of the cost: what it is called, its value, its equation.
struct Term {
    const char *name, *tag;
    double (*value)(const Cost&);
};

/// The terms that a training has, the whole cost first.
std::vector<Term> terms_of(const PagePart& part) {
    const Network& network = part.network;
    const bool softmax = network.layers.back().activation == Activation::softmax;
    const bool variational = network.gaussian_layer() > 0;
    const Term all[] = {
        {"cost", "scale", [](const Cost& cost) { return cost.total(); }},
        {"data", variational ? "elbo" : softmax ? "head" : "cost",
         [](const Cost& cost) { return cost.data; }},
        {"weight penalty", "weight-penalty", [](const Cost& cost) { return cost.weight_penalty; }},
        {"sparsity", "sparse-cost", [](const Cost& cost) { return cost.sparsity; }},
        {"divergence", "elbo", [](const Cost& cost) { return cost.kl; }}};
    std::vector<Term> terms = {all[0], all[1]};
    for (const Term& term : std::span(all).subspan(2)) {
        const auto counts = [&](const TrainingStep& step) { return term.value(step.cost) != 0; };
        if (std::ranges::any_of(part.log, counts)) terms.push_back(term);
    }
    return terms;
}

/// Rows of the log, evenly chosen, the first and the last among them.
std::vector<std::size_t> chosen_rows(std::size_t rows) {
    constexpr std::size_t most = 20;
    std::vector<std::size_t> chosen;
    const std::size_t count = std::min(rows, most);
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(count == 1 ? 0 : i * (rows - 1) / (count - 1));
    return chosen;
}

std::string table_of_steps(const PagePart& part, const std::vector<Term>& terms,
                           const std::string& unit) {
    const bool held_out = part.options.validation > 0;
    std::string text = "<div><table class=\"steps\">\n<tr>" + element("th", unit);
    for (const Term& term : terms) text += element("th", term.name);
    text += (held_out ? element("th", "held out") : "") + "</tr>\n";
    for (const std::size_t i : chosen_rows(part.log.size())) {
        const TrainingStep& step = part.log[i];
        text += "<tr>" + element("td", std::to_string(step.number));
        for (const Term& term : terms) text += element("td", rounded(term.value(step.cost), 6));
        if (held_out) text += element("td", step.validation ? rounded(*step.validation, 6) : "");
        text += "</tr>\n";
    }
    return text + "</table></div>\n";
}

std::string part_html(const PagePart& part) {
    const bool alone = part.name.empty(), whole = part.options.optimizer == Optimizer::lbfgs;
    const std::string unit = whole ? "iteration" : "epoch";
    std::string text = element("h2", alone ? "Training" : part.name) + "\n" +
                       table({{"network", network_words(part.network)},
                              {"objective", objective_words(part.network, part.options)},
                              {"optimizer", optimiser_words(part.options)}});
    if (part.log.empty()) return text;

    const std::vector<Term> terms = terms_of(part);
    std::vector<Fact> last;
    for (const Term& term : terms)
        last.push_back({term.name, shortest(term.value(part.log.back().cost)), term.tag});
    text += element("h3", "Cost after " + unit + " " + std::to_string(part.log.back().number)) +
            "\n" + table(last, "td class=\"number\"") +
            figure(alone ? "learning.png" : part.name + ".png",
                   whole ? "Cost by term, at θ after each iteration."
                         : "Cost by term, the mean over each epoch as it was while training.") +
            table_of_steps(part, terms, unit);
    const std::string log = alone ? "log.csv" : part.name + ".csv";
    return text + "<p>Every " + unit + " is in " + element("a href=\"" + log + "\"", log) + ".</p>\n";
}

std::string options_html(const std::vector<Group>& groups) {
    std::string text = "<h2>Options</h2>\n<details><summary>All that decide the result, also those "
                       "that this run has no use for</summary>\n";
    for (const Group& group : groups) {
        std::vector<Fact> facts;
        for (const Option& option : group.options) {
            const std::string value = option.value.show();
            facts.push_back({option.name, value.empty() ? option.fallback : value, option.tag});
        }
        text += element("h3", group.title) + "\n" + table(facts);
    }
    return text + "</details>\n";
}

}  // namespace

Page begin_page(const std::string& kind, const Dataset& data, bool double_precision,
                std::vector<Group> options) {
    return {"train " + kind,
            {{"data", data_words(data)}, {"precision", double_precision ? "double" : "single"}},
            std::move(options),
            {},
            {}};
}

std::string html(const Page& page) {
    std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
                       element("title", "autoencoder " + page.title) + "\n<style>" + style +
                       "</style>\n</head>\n<body>\n" +
                       element("h1", "autoencoder " + page.title) + "\n" + table(page.facts);
    for (const PagePart& part : page.parts) text += part_html(part);
    if (!page.pictures.empty()) text += "<h2>Pictures</h2>\n<section>\n";
    for (const std::string& path : page.pictures) {
        const std::string file = std::filesystem::path(path).filename().string();
        text += figure(file, caption_of(file));
    }
    if (!page.pictures.empty()) text += "</section>\n";
    return text + options_html(page.options) +
           "<p>A name in brackets is an equation's: <code>autoencoder check NAME</code> puts it "
           "to the test.</p>\n</body>\n</html>\n";
}

std::string write_page(const std::string& folder, const Page& page) {
    const std::string path = in_folder(folder, "report.html");
    write_file(path, html(page));
    return path;
}

}  // namespace autoencoder::cli
