#include "cli/remarks.hpp"

#include <algorithm>
#include <sstream>

#include "autoencoder/activation.hpp"
#include "autoencoder/text.hpp"
#include "cli/text.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::cli {
namespace {

/// "2, 7, 9 and 12 more"
std::string some_of(const std::vector<std::string>& all) {
    constexpr std::size_t most = 5;
    if (all.size() <= most + 1) return joined(all, ", ");
    return joined({all.begin(), all.begin() + most}, ", ") + " and " + grouped(all.size() - most) +
           " more";
}

}  // namespace

void remark_on_numbers(Dataset& patterns) {
    const Matrix<float>& x = patterns.x;
    constexpr std::size_t handful = 10;
    if (x.rows < handful)
        patterns.remarks.push_back("only " + counted(x.rows, "pattern") +
                                   ": a network learns them by heart");
    if (patterns.image.maps > 0 || x.rows < 2) return;  // the margins of images are all alike
    std::vector<std::string> constant;
    for (std::size_t k = 0; k < x.cols; ++k) {
        bool alike = true;
        for (std::size_t q = 1; q < x.rows && alike; ++q) alike = x(q, k) == x(0, k);
        if (alike) constant.push_back(std::to_string(k));
    }
    if (constant.empty()) return;
    patterns.remarks.push_back((constant.size() == 1
                                    ? "one column never changes: "
                                    : grouped(constant.size()) + " columns never change: ") +
                               some_of(constant));
}

std::string beyond_output(const Matrix<float>& targets, Activation output) {
    const auto [least, most] = std::minmax_element(targets.values.begin(), targets.values.end());
    constexpr double far = 1e300;
    const bool softmax = output == Activation::softmax;
    const double low = softmax ? 0 : lecture::f(output, -far).value,
                 high = softmax ? 1 : lecture::f(output, far).value;
    if (double(*least) >= low && double(*most) <= high) return "";
    const bool below = double(*least) < low;
    return "the patterns reach " + rounded(double(below ? *least : *most)) + ", a " +
           std::string(name(output)) + " output " + shortest(below ? low : high);
}

void remark_on_targets(Dataset& patterns, const Network& network) {
    remark_on_numbers(patterns);
    const std::string found = beyond_output(patterns.y.rows > 0 ? patterns.y : patterns.x,
                                            network.layers.back().activation);
    if (found.empty()) return;
    if (network.loss == Loss::cross_entropy)
        throw std::invalid_argument(patterns.name +
                                    ": expected targets from 0 to 1 for the cross-entropy, but " +
                                    found + "; --scale unit brings them there");
    patterns.remarks.push_back(found +
                               ": --scale unit brings them there, --output-activation linear "
                               "reaches every number");
}

void remark_on_labels(Dataset& patterns) {
    if (patterns.labels.empty()) {
        std::string why;
        for (const std::string& remark : patterns.remarks)
            if (remark.find("no classes") != remark.npos) why = ": " + remark;
        throw std::invalid_argument(patterns.name + ": expected patterns with labels, found none" +
                                    why);
    }
    const int first = patterns.labels[0];
    if (std::ranges::all_of(patterns.labels, [=](int label) { return label == first; }))
        patterns.remarks.push_back("all patterns are of class " + std::to_string(first));
}

std::vector<std::vector<std::string>> remark_rows(const Dataset& patterns) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& remark : patterns.remarks) rows.push_back({"note", remark});
    return rows;
}

void note_understanding(Model& model, const Understanding& as) {
    if (as.divisor > 0) model.training.emplace_back("divisor", as.divisor);
    std::string lines;
    for (const std::string& word : as.classes) lines += word + "\n";
    if (!lines.empty()) model.training.emplace_back("classes", lines);
}

Understanding understood_by(const Model& model) {
    Understanding as;
    if (const Array* divisor = noted(model, "divisor")) as.divisor = std::size_t(divisor->integer());
    if (const Array* classes = noted(model, "classes")) {
        std::istringstream words(classes->text());
        for (std::string word; std::getline(words, word);) as.classes.push_back(word);
    }
    return as;
}

}  // namespace autoencoder::cli
