#include "cli/page.hpp"

#include <algorithm>
#include <filesystem>

#include "autoencoder/activation.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/report.hpp"
#include "cli/folder.hpp"
#include "cli/html.hpp"
#include "cli/lecture.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

std::string table(const std::vector<Fact>& facts, const std::string& lecture,
                  const char* cell = "td") {
    std::string text = "<div class=\"wide\"><table class=\"facts\">\n";
    for (const Fact& fact : facts) {
        text += "<tr>" + element("th scope=\"row\"", fact.what) + element(cell, fact.words) +
                "<td>" + tag_html(fact.tag, lecture) + "</td></tr>\n";
    }
    return text + "</table></div>\n";
}

/// A picture beside the page, with what it shows in place of it where it is not seen.
std::string figure(const std::string& file, const std::string& caption) {
    return "<figure><img src=\"" + escaped(file) + "\" alt=\"" + escaped(caption) + "\">" +
           element("figcaption", caption) + "</figure>\n";
}

/// A chart in the page.
std::string chart(const std::string& svg, const std::string& caption) {
    return "<figure class=\"wide\">" + svg + element("figcaption", caption) + "</figure>\n";
}

/// What an .svg file holds, without the name of its language, which the page knows.
std::string svg_of(const std::string& path) {
    const Bytes bytes = read_file(path);
    const std::string svg(bytes.begin(), bytes.end());
    return "<svg" + svg.substr(svg.find('"', svg.find('"') + 1) + 1);
}

/// What a picture shows, by the name that it has in every run's folder.
std::string caption_of(const std::string& file) {
    constexpr const char* captions[][2] = {
        {"features",
         "What the units of the first layer look for: their weights, each unit scaled "
         "by its largest. Grey is 0, white positive, black negative."},
        {"reconstructions", "Patterns, and below them what the model makes of them."},
        {"denoising",
         "Patterns: clean, with the noise of the training, and as the model cleans "
         "them."},
        {"maps",
         "The maps of a layer of windows for some patterns, a row a pattern. Black is 0, "
         "white the layer's largest activity."},
        {"samples", "New patterns, decoded from codes drawn at random."},
        {"walk", "From one pattern to another: what lies between their codes."},
        {"plane", "The plane of codes, decoded place by place."},
        {"codes", "The codes of patterns, in the colours of their classes where they have any."},
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
        {"data",
         variational ? "elbo"
         : softmax   ? "head"
                     : "cost",
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

/// Rows of the log: all, or every second, fifth, tenth … by its number, the first and the last among
/// them.
std::vector<std::size_t> chosen_rows(std::span<const TrainingStep> log) {
    constexpr std::size_t most = 25;
    std::size_t every = 1, digit = 1;
    while (log.size() / every > most) {
        every = every / digit * (digit == 1 ? 2 : digit == 2 ? 5 : 10);
        digit = digit == 1 ? 2 : digit == 2 ? 5 : 1;
    }
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < log.size(); ++i)
        if (i == 0 || i + 1 == log.size() || log[i].number % every == 0) chosen.push_back(i);
    return chosen;
}

std::string table_of_steps(const PagePart& part, const std::vector<Term>& terms,
                           const std::string& unit) {
    const bool held_out = part.options.validation > 0;
    std::string text = "<div class=\"wide\"><table class=\"steps\">\n<tr>" + element("th", unit);
    for (const Term& term : terms) text += element("th", term.name);
    text += (held_out ? element("th", "held out") : "") + "</tr>\n";
    for (const std::size_t i : chosen_rows(part.log)) {
        const TrainingStep& step = part.log[i];
        text += "<tr>" + element("td", std::to_string(step.number));
        for (const Term& term : terms) text += element("td", rounded(term.value(step.cost), 6));
        if (held_out) text += element("td", step.validation ? rounded(*step.validation, 6) : "");
        text += "</tr>\n";
    }
    return text + "</table></div>\n";
}

std::string part_html(const PagePart& part, const std::string& lecture) {
    const bool alone = part.name.empty(), whole = part.options.optimizer == Optimizer::lbfgs;
    const std::string unit = whole ? "iteration" : "epoch";
    std::string text = element("h2", alone ? "Training" : part.name) + "\n" +
                       table({{"network", network_words(part.network)},
                              {"objective", objective_words(part.network, part.options)},
                              {"optimizer", optimiser_words(part.options)}},
                             lecture);
    if (part.log.empty()) return text;

    const std::vector<Term> terms = terms_of(part);
    std::vector<Fact> last;
    for (const Term& term : terms)
        last.push_back({term.name, rounded(term.value(part.log.back().cost), 6), term.tag});
    text += element("h3", "Cost after " + unit + " " + std::to_string(part.log.back().number)) +
            "\n" + table(last, lecture, "td class=\"number\"") +
            chart(learning_curve(part.log, {.unit = unit}),
                  whole ? "Cost by term, at θ after each iteration."
                        : "Cost by term, the mean over each epoch as it was while training.") +
            table_of_steps(part, terms, unit);
    const std::string log = alone ? "log.csv" : part.name + ".csv";
    return text + "<p>Every " + unit + " is in " + element("a href=\"" + log + "\"", log) +
           ".</p>\n";
}

std::string options_html(const std::vector<Group>& groups, const std::string& lecture) {
    std::string text =
        "<h2>Options</h2>\n<details><summary>All that decide the result, also those "
        "that this run has no use for</summary>\n";
    for (const Group& group : groups) {
        std::vector<Fact> facts;
        for (const Option& option : group.options) {
            const std::string value = option.value.show();
            facts.push_back({option.name, value.empty() ? option.fallback : value, option.tag});
        }
        text += element("h3", group.title) + "\n" + table(facts, lecture);
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
            {},
            {},
            {}};
}

std::string html(const Page& page) {
    std::string text =
        element("h1", "autoencoder " + page.title) + "\n" + table(page.facts, page.lecture);
    for (const std::string& sentence : page.judgements)
        text += element("p class=\"judgement\"", sentence) + "\n";
    for (const PagePart& part : page.parts) text += part_html(part, page.lecture);
    if (!page.pictures.empty()) text += "<h2>Pictures</h2>\n<div class=\"pictures\">\n";
    for (const std::string& path : page.pictures) {
        const std::string file = std::filesystem::path(path).filename().string();
        text += file.ends_with(".svg") ? chart(svg_of(path), caption_of(file))
                                       : figure(file, caption_of(file));
    }
    if (!page.pictures.empty()) text += "</div>\n";
    return html_page("autoencoder " + page.title,
                     text + options_html(page.options, page.lecture) + about_tags(page.lecture));
}

std::string write_page(const std::string& folder, Page page) {
    const std::string path = in_folder(folder, "report.html");
    page.lecture = lecture_link(folder);
    write_file(path, html(page));
    return path;
}

}  // namespace autoencoder::cli
