#include "cli/judgement.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/activation.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/report.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/interrupt.hpp"
#include "cli/maps.hpp"
#include "cli/options.hpp"
#include "cli/remarks.hpp"

namespace autoencoder::cli {
namespace {

/// A share as percent, to two places, rounded to nearest: 97.35.
std::string percent(std::size_t part, std::size_t whole) {
    if (whole == 0) return "-";
    const std::size_t hundredths = (10000 * part + whole / 2) / whole;
    const std::string places = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + "." + std::string(2 - places.size(), '0') + places;
}

/// The first patterns of a set, as many as it takes to say how well they are known; what they shall become.
struct Some {
    View<const float> x, y;

    explicit Some(const Dataset& set, std::size_t most = 2000)
        : x(set.x.view().slice(0, std::min(most, set.x.rows))),
          y(set.y.rows > 0 ? set.y.view().slice(0, x.rows) : x) {}
};

/// The error of who says the mean of the training's targets, whatever the pattern.
double error_of_mean(View<const float> known, View<const float> y) {
    double error = 0;
    for (std::size_t i = 0; i < y.cols; ++i) {
        double mean = 0;
        for (std::size_t q = 0; q < known.rows; ++q) mean += known(q, i) / double(known.rows);
        for (std::size_t q = 0; q < y.rows; ++q)
            error += (y(q, i) - mean) * (y(q, i) - mean) / double(y.rows);
    }
    return error;
}

/// What is as large as the square of this would take more memory than a training, or longer.
constexpr std::size_t widest = 1024;

/// An autoencoder of the first principal components.
Model components_of(View<const float> x, std::size_t K) {
    const Network network =
        autoencoder_network(x.cols, {&K, 1}, Activation::linear, Activation::linear);
    const auto components = principal_components(x, K, 2, interrupted_for_a_second);
    require_waited_for();
    return {network, linear_autoencoder<float>(components), 0, 0, {}};
}

void judge_autoencoder(const Model& model, const Sets& sets, Page& page) {
    const std::size_t code = code_layer(model.network),
                      K = std::min(model.network.units(code), model.network.inputs);
    const Some train(sets.train), test(sets.test, sets.test.x.rows);
    const std::string beyond = beyond_output(sets.train.y.rows > 0 ? sets.train.y : sets.train.x,
                                             model.network.layers.back().activation);
    if (!beyond.empty())
        page.judgements.push_back("Targets lie outside of what the output can say: " + beyond +
                                  ".");
    const auto fact = [&](const std::string& what, double error, const char* tag) {
        page.facts.push_back(
            {what,
             rounded(error) + " a pattern, " + rounded(error / double(test.y.cols)) + " a number",
             tag});
    };
    const std::string on = sets.apart ? ", test" : ", training";
    const double error = error_per_pattern(model, test.x, test.y),
                 of_mean = error_of_mean(train.y, test.y);
    if (sets.apart)
        fact("squared error, training", error_per_pattern(model, train.x, train.y), "cost");
    fact("squared error" + on, error, "cost");
    fact("of the mean pattern" + on, of_mean, "");
    constexpr std::size_t most = 256;  // else it would take longer than a short training
    if (sets.train.y.rows == 0 && model.network.inputs <= widest && K <= most)
        fact("of " + counted(K, "principal component") + on,
             error_per_pattern(components_of(train.x, K), test.x, test.y), "pca");
    if (error >= 0.98 * of_mean)
        page.judgements.push_back(
            "It has learned nothing: it reconstructs no better than the mean pattern.");
}

/// What was decided of patterns by outputs of a classifier.
Judgement judged(const Dataset& patterns, Matrix<float> outputs) {
    Judgement result;
    result.decided = decide<float>(outputs);
    result.confusion = confusion(patterns.labels, result.decided, outputs.cols);
    result.accuracy = accuracy(result.confusion);
    result.outputs = std::move(outputs);
    return result;
}

void judge_classifier(const Model& model, const Sets& sets, Page& page) {
    const auto judge = [&](const Dataset& set) {
        return judged(set, activity_of(model, set.x, model.network.depth()));
    };
    if (sets.apart) page.facts.push_back({"training patterns", judge(sets.train).words(), "head"});
    const Judgement judgement = judge(sets.test);
    page.facts.push_back({sets.tested(), judgement.words(), "head"});
    std::vector<std::size_t> known(judgement.confusion.rows);
    for (const int label : sets.train.labels) ++known[std::size_t(label)];
    const std::size_t commonest = std::size_t(std::ranges::max_element(known) - known.begin());
    const std::size_t guessed = std::size_t(std::ranges::count(sets.test.labels, int(commonest)));
    page.facts.push_back({"who always says " + std::to_string(commonest),
                          percent(guessed, sets.test.labels.size()) + " % right"});
    if (judgement.decided.size() - judgement.wrong() <= guessed)
        page.judgements.push_back(
            "It has learned nothing: it is right no more often than who always says " +
            std::to_string(commonest) + ".");
}

}  // namespace

bool is_classifier(const Model& model) {
    const Array* kind = noted(model, "kind");
    return (kind && kind->is_text() && kind->text() == "classifier") ||
           model.network.layers.back().activation == Activation::softmax;
}

void require_labels(const Dataset& patterns, std::size_t classes, const std::string& words) {
    if (patterns.labels.empty()) {
        throw std::invalid_argument(patterns.name + ": expected " + words + " with labels, found none" +
                                    (words == "test patterns" ? "; --test-fraction F holds training patterns back for it" : ""));
    }
    for (std::size_t q = 0; q < patterns.labels.size(); ++q) {
        const int label = patterns.labels[q];
        if (label >= 0 && std::size_t(label) < classes) continue;
        throw std::invalid_argument(patterns.name + ": expected labels from 0 to " +
                                    std::to_string(classes - 1) + ", found " + std::to_string(label) +
                                    " for pattern " + std::to_string(q) +
                                    (words == "patterns" ? "" : " of the " + words) + ": a class that is not learnt");
    }
}

std::size_t Judgement::wrong() const {
    std::size_t right = 0;
    for (std::size_t i = 0; i < confusion.rows; ++i) right += confusion(i, i);
    return decided.size() - right;
}

std::string Judgement::words() const {
    return percent(decided.size() - wrong(), decided.size()) + " % of " + grouped(decided.size()) +
           " right, " + grouped(wrong()) + " wrong";
}

Judgement judge(const Model& model, const Dataset& patterns) {
    const std::size_t L = model.network.depth();
    require_labels(patterns, model.network.units(L));
    return judged(patterns, activity_of(model, patterns.x, L));
}

std::string confusion_table(const Matrix<std::size_t>& confusion) {
    std::vector<std::vector<std::string>> rows = {{"true"}};
    for (std::size_t j = 0; j < confusion.cols; ++j) rows[0].push_back("as " + std::to_string(j));
    rows[0].push_back("right");
    for (std::size_t i = 0; i < confusion.rows; ++i) {
        std::size_t all = 0;
        rows.push_back({std::to_string(i)});
        for (const std::size_t count : confusion.row(i)) {
            all += count;
            rows.back().push_back(count == 0 ? "." : std::to_string(count));
        }
        rows.back().push_back(percent(confusion(i, i), all) + " %");
    }
    return aligned(rows);
}

std::vector<std::string> write_judgement(const std::string& folder, const Model& model,
                                         const Dataset& patterns, const Judgement& judgement) {
    std::vector<std::string> written = {in_folder(folder, "confusion.svg")};
    write_svg(written[0], confusion_matrix(judgement.confusion.view()));
    if (model.height == 0) return written;
    constexpr std::size_t shown = 36;
    const std::vector<std::size_t> worst =
        worst_mistakes<float>(judgement.outputs, patterns.labels, shown);
    const std::string mistakes = in_folder(folder, "mistakes.png");
    if (worst.empty()) {
        remove_stale(mistakes);
    } else {
        Matrix<float> images(worst.size(), patterns.x.cols);
        std::vector<std::string> captions;
        for (std::size_t i = 0; i < worst.size(); ++i) {
            std::ranges::copy(patterns.x.row(worst[i]), images.row(i).begin());
            captions.push_back(std::to_string(patterns.labels[worst[i]]) + " as " +
                               std::to_string(judgement.decided[worst[i]]));
        }
        written.push_back(mistakes);
        write_png(mistakes, captioned_images(images, model.height, model.width, captions));
    }
    written.push_back(in_folder(folder, "features.png"));
    write_png(written.back(), feature_picture(model));
    append(written, write_maps(folder, model, patterns));
    return written;
}

int evaluate_classifier(const Model& model, const Dataset& patterns, const std::string& which,
                        bool json) {
    const Judgement judgement = judge(model, patterns);
    const std::size_t classes = model.network.units(model.network.depth());
    const Cost cost = cost_on(model, patterns.x, one_hot<float>(patterns.labels, classes));
    if (json) {
        Json line;
        line.add("data", patterns.name).add("of", which).add("patterns", patterns.x.rows);
        if (!patterns.remarks.empty()) line.add("remarks", joined(patterns.remarks, "; "));
        line.add("accuracy", judgement.accuracy).add("wrong", judgement.wrong());
        add_cost(line, cost);
        std::cout << line.line() << "\n";
        return 0;
    }
    say_read(patterns.name, patterns.remarks);
    std::cout << aligned({{"patterns", patterns.name + ", " + counted_patterns(patterns, which)},
                          {"accuracy", judgement.words(), "[head]"},
                          cost_row(cost)})
              << "\n"
              << confusion_table(judgement.confusion);
    return 0;
}

int show_classifier(const Model& model, const Dataset& patterns, const std::string& folder) {
    say_written(write_judgement(folder, model, patterns, judge(model, patterns)));
    return 0;
}

void while_waited_for(Page& page, const std::function<void()>& judging) try {
    require_waited_for();
    judging();
} catch (const NotWaitedFor&) {
    page.judgements.push_back("It was stopped before it was judged in full.");
}

void judge(const Model& model, const Sets& sets, Page& page) {
    const bool classifier = is_classifier(model);
    classifier ? judge_classifier(model, sets, page) : judge_autoencoder(model, sets, page);
    const std::size_t l = classifier ? model.network.depth() - 1 : code_layer(model.network);
    if (l == 0) return;  // a head on the patterns themselves
    const Matrix<double> code = converted<double>(activity_of(model, sets.test.x, l));
    const Liveliness lively = liveliness_of(code);
    const std::string units = std::to_string(lively.dead) + " of " + std::to_string(code.cols);
    const std::vector<std::string> activity = activity_row(spread_of(lively.mean_activity));
    page.facts.push_back({activity[0], activity[1], "mean-activity"});
    page.facts.push_back({"dead units", units});
    if (lively.dead == code.cols)
        page.judgements.push_back("The code has collapsed: it is the same for every pattern.");
    else if (lively.dead > 0)
        page.judgements.push_back(units +
                                  " units are dead: their activity is the same for every pattern.");
    if (code.cols > 1 && code.cols <= widest && code_quality(code).mean_correlation > 0.95)
        page.judgements.push_back("The code has collapsed: all of its units say the same.");
}

}  // namespace autoencoder::cli
