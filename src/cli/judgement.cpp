#include "cli/judgement.hpp"

#include <iostream>

#include "autoencoder/activation.hpp"
#include "autoencoder/report.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/maps.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {
namespace {

/// A share as percent, to two places, rounded to nearest: 97.35.
std::string percent(std::size_t part, std::size_t whole) {
    if (whole == 0) return "-";
    const std::size_t hundredths = (10000 * part + whole / 2) / whole;
    const std::string places = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + "." + std::string(2 - places.size(), '0') + places;
}

}  // namespace

bool is_classifier(const Model& model) {
    const Array* kind = noted(model, "kind");
    return (kind && kind->is_text() && kind->text() == "classifier") ||
           model.network.layers.back().activation == Activation::softmax;
}

void require_labels(const Dataset& patterns, std::size_t classes) {
    if (patterns.labels.empty()) {
        throw std::invalid_argument(patterns.name +
                                    ": expected patterns with labels, found none");
    }
    for (std::size_t q = 0; q < patterns.labels.size(); ++q) {
        const int label = patterns.labels[q];
        if (label >= 0 && std::size_t(label) < classes) continue;
        throw std::invalid_argument(patterns.name + ": expected labels from 0 to " +
                                    std::to_string(classes - 1) + ", found " +
                                    std::to_string(label) + " for pattern " + std::to_string(q));
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
    const std::size_t L = model.network.depth(), classes = model.network.units(L);
    require_labels(patterns, classes);
    Judgement result;
    result.outputs = activity_of(model, patterns.x, L);
    result.decided = decide<float>(result.outputs);
    result.confusion = confusion(patterns.labels, result.decided, classes);
    result.accuracy = accuracy(result.confusion);
    return result;
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

int evaluate_classifier(const Model& model, const Dataset& patterns, const std::string& which, bool json) {
    const Judgement judgement = judge(model, patterns);
    const std::size_t classes = model.network.units(model.network.depth());
    const Cost cost = cost_on(model, patterns.x, one_hot<float>(patterns.labels, classes));
    if (json) {
        Json line;
        line.add("data", patterns.name).add("of", which).add("patterns", patterns.x.rows);
        line.add("accuracy", judgement.accuracy).add("wrong", judgement.wrong());
        add_cost(line, cost);
        std::cout << line.line() << "\n";
        return 0;
    }
    std::cout << aligned({{"patterns", patterns.name + ", " + grouped(patterns.x.rows) + " " + which},
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

}  // namespace autoencoder::cli
