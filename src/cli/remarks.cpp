#include "cli/remarks.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <sstream>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/corruption.hpp"
#include "autoencoder/text.hpp"
#include "base/remarks.hpp"
#include "base/utf8.hpp"
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

/// Salt and pepper on numbers that are not all from 0 to 1.
void remark_on_noise(Dataset& patterns, const Corruption& corruption) {
    const auto [least, most] = std::ranges::minmax(patterns.x.values);
    if (corruption.noise == Noise::salt_pepper && (least < 0 || most > 1))
        patterns.remarks.push_back("salt and pepper are 1 and 0, the patterns run from " + rounded(least) + " to " + rounded(most) +
                                   ": --scale unit brings them there, --noise gaussian:S suits all numbers");
}

/// Whether so many numbers are an image, grey or in colour, of which each side is as long.
bool is_square(std::size_t numbers) {
    const auto side = [](std::size_t of) { return std::size_t(std::lround(std::sqrt(double(of)))); };
    return numbers >= 16 && (side(numbers) * side(numbers) == numbers || 3 * side(numbers / 3) * side(numbers / 3) == numbers);
}

/// The first class that is asked for and not known.
std::optional<int> unknown_class(std::span<const int> known, std::span<const int> asked) {
    const std::set<int> classes(known.begin(), known.end());
    const auto found = std::ranges::find_if(asked, [&](int each) { return !classes.contains(each); });
    return found == asked.end() ? std::nullopt : std::optional(*found);
}

/// What --label-column takes for one of the columns that are learnt: its name, or its number, with the first one that is
/// left out.
std::string column_in_file(const Dataset& patterns, std::size_t k) {
    if (!patterns.as.columns.empty()) return in_quotes(patterns.as.columns[k]);
    const auto is_of_first = [](const std::string& each) { return each.starts_with(remark::left_out) && remark::has(each, remark::first_column); };
    return std::to_string(k + 1 + (std::ranges::any_of(patterns.remarks, is_of_first) ? 1 : 0));
}

}  // namespace

void remark_on_labels_among(Dataset& patterns) {
    const Matrix<float>& x = patterns.x;
    if (!patterns.labels.empty() || patterns.image.maps > 0 || x.cols < 3) return;
    const auto is_whole = [&](std::size_t k) {
        for (std::size_t q = 0; q < x.rows; ++q)
            if (x(q, k) != std::floor(x(q, k))) return false;
        return true;
    };
    std::size_t whole = 0;
    for (std::size_t k = 0; k < x.cols && whole < 2; ++k) whole += is_whole(k);
    for (const std::size_t k : {std::size_t{0}, x.cols - 1}) {
        std::set<float> values;
        for (std::size_t q = 0; q < x.rows && values.size() <= x.rows / 4; ++q) values.insert(x(q, k));
        const bool few = is_whole(k) && values.size() > 1 && values.size() <= std::min<std::size_t>(x.rows / 4, 100);
        if (!few || !(whole == 1 || (is_square(x.cols - 1) && !is_square(x.cols)))) continue;
        const std::string column = column_in_file(patterns, k);
        return patterns.remarks.push_back("column " + column + " has " + std::to_string(values.size()) + " whole numbers, from " +
                                          rounded(*values.begin()) + " to " + rounded(*values.rbegin()) + ": --label-column " + column +
                                          remark::may_be_labels);
    }
}

void remark_on_ranges(Dataset& patterns, bool scaled) {
    const Matrix<float>& x = patterns.x;
    if (patterns.image.maps > 0 || std::ranges::all_of(patterns.as.range, [](float each) { return std::abs(each) < 99; })) return;
    struct End { float last = NAN, next = NAN; std::size_t count = 0; };  // of a column's range, and what is next to it
    const auto see = [](End& end, float value, auto is_beyond) {
        if (value == end.last) ++end.count;
        else if (std::isnan(end.last) || is_beyond(value, end.last)) end = {value, end.last, 1};
        else if (std::isnan(end.next) || is_beyond(value, end.next)) end.next = value;
    };
    std::vector<End> least(x.cols), most(x.cols);
    for (std::size_t q = 0; q < x.rows; ++q)
        for (std::size_t k = 0; k < x.cols; ++k) {
            see(least[k], x(q, k), std::less<>());
            see(most[k], x(q, k), std::greater<>());
        }
    const auto are_nines = [](float value) {
        const std::string digits = shortest(std::abs(double(value)));
        return digits.size() > 1 && digits.find_first_not_of('9') == digits.npos;
    };
    const auto column = [&](std::size_t k) {
        return patterns.as.columns.empty() ? std::to_string(k + 1) : in_quotes(patterns.as.columns[k]);
    };
    const auto size = [&](std::size_t k) { return std::max(most[k].last, -least[k].last); };
    std::size_t largest = 0, smallest = 0;
    for (std::size_t k = 0; k < x.cols; ++k) {
        if (size(k) > size(largest)) largest = k;
        if (size(k) > 0 && (size(k) < size(smallest) || size(smallest) == 0)) smallest = k;
        for (const auto& [end, other] : {std::pair(least[k], most[k].last), {most[k], least[k].last}}) {
            const float others = std::abs(end.next - other), apart = std::abs(end.last - end.next);
            const bool is_far = are_nines(end.last) ? apart > others / 2 : end.count > 1 && std::abs(end.last) > 1000 && apart > 10 * others;
            if (!is_far || !(others > 0)) continue;
            return patterns.remarks.push_back(
                "column " + column(k) + " is " + shortest(double(end.last)) + " in " + counted(end.count, "pattern") +
                ", far from all its others: where that stands for a missing number, it has to be filled in, or left out, first");
        }
    }
    if (!scaled && size(largest) > 1000 * size(smallest) && size(smallest) > 0)
        patterns.remarks.push_back("column " + column(largest) + " reaches " + rounded(double(size(largest))) + ", column " + column(smallest) +
                                   " " + rounded(double(size(smallest))) + ": --scale standard gives all the same weight");
}

void remark_on_test(Sets& sets) {
    const std::set<std::string> own(sets.train.remarks.begin(), sets.train.remarks.end());
    for (const std::string& each : std::set(sets.test.remarks.begin(), sets.test.remarks.end()))
        if (!own.contains(each)) sets.train.remarks.push_back("of the test patterns: " + each);
}

void remark_on_classes(Sets& sets, std::size_t held_out) {
    const std::span<const int> labels = sets.train.labels;
    const std::size_t learnt = labels.size() - std::min(held_out, labels.size());
    if (const auto other = sets.apart ? unknown_class(labels, sets.test.labels) : std::nullopt)
        sets.train.remarks.push_back("of the test patterns: some are of class " + std::to_string(*other) + ", and no training pattern is");
    if (const auto other = held_out > 0 ? unknown_class(labels.first(learnt), labels.subspan(learnt)) : std::nullopt)
        sets.train.remarks.push_back("the last " + grouped(held_out) + " patterns are held out, and no other one is of class " + std::to_string(*other));
}

void remark_on_numbers(Dataset& patterns) {
    const Matrix<float>& x = patterns.x;
    constexpr std::size_t handful = 10;
    if (x.rows < handful)
        patterns.remarks.push_back("only " + counted(x.rows, "pattern") +
                                   ": a network learns them by heart");
    bool same = x.rows > 1;
    for (std::size_t q = 1; q < x.rows && same; ++q) same = std::ranges::equal(x.row(q), x.row(0));
    if (same) patterns.remarks.push_back("all patterns are the same: there is nothing to learn from them");
    if (patterns.image.maps > 0 || x.rows < 2 || same) return;  // the margins of images are all alike
    const std::vector<std::string>& names = patterns.as.columns;
    std::vector<std::string> constant, rising;
    for (std::size_t k = 0; k < x.cols; ++k) {
        bool alike = true, rises = x.rows >= handful;
        for (std::size_t q = 1; q < x.rows && (alike || rises); ++q) {
            alike = alike && x(q, k) == x(0, k);
            rises = rises && x(q, k) > x(q - 1, k);
        }
        if (alike || rises)
            (alike ? constant : rising).push_back(names.empty() ? std::to_string(k + 1) : in_quotes(names[k]));
    }
    const auto remark = [&](const std::vector<std::string>& columns, const char* one, const char* more) {
        if (columns.empty()) return;
        patterns.remarks.push_back((columns.size() == 1 ? "one column " + std::string(one)
                                                        : grouped(columns.size()) + " columns " + more) +
                                   ": " + some_of(columns));
    };
    remark(constant, "never changes", "never change");
    remark(rising, "rises from pattern to pattern, as their number does, and is learnt like the others",
           "rise from pattern to pattern, as their number does, and are learnt like the others");
}

std::string beyond_output(const Matrix<float>& targets, Activation output) {
    const auto [least, most] = std::minmax_element(targets.values.begin(), targets.values.end());
    constexpr double far = 1e300;
    const bool softmax = output == Activation::softmax;
    const double low = softmax ? 0 : lecture::f(output, -far).value,
                 high = softmax ? 1 : lecture::f(output, far).value;
    if (double(*least) >= low && double(*most) <= high) return "";
    const auto beyond = [&](double found, double bound) {
        return rounded(found) + ", a " + std::string(name(output)) + " output " + shortest(bound);
    };
    const std::string below = double(*least) < low ? beyond(double(*least), low) : "", above = double(*most) > high ? beyond(double(*most), high) : "";
    return "the patterns reach " + below + (below.empty() || above.empty() ? "" : "; they reach ") + above;
}

void remark_on_reach(Dataset& targets, const Network& network, bool scaled, bool advise) {
    const std::string found =
        beyond_output(targets.y.rows > 0 ? targets.y : targets.x, network.layers.back().activation);
    if (found.empty()) return;
    const bool entropy = network.loss == Loss::cross_entropy;
    if (entropy && !scaled)
        throw std::invalid_argument(targets.name + ": expected targets from 0 to 1 for the cross-entropy, but " +
                                    found + (advise ? "; --scale unit brings them there" : ""));
    targets.remarks.push_back(found + (entropy ? ": where they do, the cross-entropy is no measure of them"
                                       : !advise ? ", which it cannot say"
                                                 : ": --scale unit brings them there, --output-activation linear "
                                                 "reaches every number"));
}

void remark_on_targets(Sets& sets, const Network& network, const Corruption& corruption) {
    remark_on_numbers(sets.train);
    remark_on_noise(sets.train, corruption);
    const bool scaled = !sets.scale.shift.empty();
    remark_on_reach(sets.train, network, false);
    if (!sets.apart) return;
    if (sets.train.y.rows > 0 && sets.test.y.rows == 0)
        throw std::invalid_argument(sets.test.name + ": expected test patterns with y, what they shall become, found none");
    const std::size_t said = sets.test.remarks.size();
    remark_on_reach(sets.test, network, scaled, !scaled);
    if (sets.test.remarks.size() > said)
        sets.train.remarks.push_back("of the test patterns: " + sets.test.remarks.back());
}

void leave_targets_out(Sets& sets, const std::string& kind) {
    if (sets.train.y.rows > 0)
        sets.train.remarks.push_back("train " + kind +
                                     " learns to say the patterns themselves, not what they shall become");
    sets.train.y = sets.test.y = {};
}

ImageShape image_of(const Model& model) {
    const Layer& first = model.network.layer(1);
    if (has_window(first)) return {first.window.maps, first.window.height, first.window.width};
    const std::size_t pixels = model.height * model.width;
    return {pixels > 0 ? model.network.inputs / pixels : 0, model.height, model.width};
}

void remark_on_image(Dataset& patterns, const ImageShape& wanted, const std::string& who) {
    const auto words = [](const ImageShape& image) {
        return (image.maps > 1 ? std::to_string(image.maps) + " of " : "") + size_text(image.height, image.width);
    };
    const ImageShape& image = patterns.image;
    if (wanted.maps == 0 && image.maps > 1)
        patterns.remarks.push_back(std::to_string(image.maps) + " maps of " + size_text(image.height, image.width) +
                                   " are taken for a flat pattern, one after the other");
    if (wanted.maps == 0 || (image.maps == 0 && wanted.maps == 1)) return;
    if (image.maps == 0)
        patterns.remarks.push_back("flat patterns are taken for maps, " + words(wanted) + ", one after the other; "
                                   "with --image HxWx3 the colours of a pixel are together");
    else if (image.maps != wanted.maps || image.height != wanted.height || image.width != wanted.width)
        throw std::invalid_argument(patterns.name + ": expected images of " + words(wanted) + ", as " + who +
                                    ", found " + words(image) + "; rows of numbers are taken as they are");
}

void remark_on_labels(Sets& sets) {
    Dataset& patterns = sets.train;
    if (patterns.labels.empty()) {
        std::string why = "; --label-column names the column of a table that has them";
        for (const std::string& each : patterns.remarks)
            if (remark::has(each, remark::no_classes) || remark::has(each, remark::may_be_labels)) why = ": " + each;
        for (const std::string& each : patterns.remarks)
            if (each.starts_with(remark::left_out) || each.ends_with(remark::unread)) why += "; " + each;
        throw std::invalid_argument(patterns.name + ": expected patterns with labels, found none" + why);
    }
    if (sets.apart && sets.test.labels.empty() && sets.test.name == patterns.name) {
        sets.test = patterns;
        sets.apart = false;
        sets.test_mark.clear();
        patterns.remarks.push_back("its test patterns have no labels: it is judged by the training patterns; --test-fraction F holds some of them back");
    }
    const int first = patterns.labels[0];
    if (std::ranges::all_of(patterns.labels, [=](int label) { return label == first; }))
        patterns.remarks.push_back("all patterns are of class " + std::to_string(first));
    const std::size_t classes = std::set<int>(patterns.labels.begin(), patterns.labels.end()).size(), N = patterns.labels.size();
    if (2 * classes > N && N > 10)
        patterns.remarks.push_back(grouped(classes) + " classes of " + grouped(N) + " patterns: most have but one");
}

std::vector<std::vector<std::string>> remark_rows(const Dataset& patterns) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& remark : patterns.remarks) rows.push_back({"note", remark});
    return rows;
}

void note_understanding(Model& model, const Understanding& as) {
    if (as.divisor > 0) model.training.emplace_back("divisor", as.divisor);
    if (!as.range.empty() && std::ranges::max(as.range) > std::ranges::min(as.range))
        model.training.emplace_back("range", Array({as.range.size()}, as.range));
    if (!as.codes_of.empty()) model.training.emplace_back("codes_of", as.codes_of);
    for (const auto& [key, words] : {std::pair("classes", &as.classes), std::pair("columns", &as.columns)}) {
        std::string lines;
        for (const std::string& word : *words) lines += word + "\n";
        if (!lines.empty()) model.training.emplace_back(key, lines);
    }
}

Understanding understood_by(const Model& model) {
    Understanding as;
    if (const Array* divisor = noted(model, "divisor")) as.divisor = std::size_t(divisor->integer());
    if (const Array* range = noted(model, "range"); range && range->size() % 2 == 0) as.range = range->floats();
    if (const Array* whose = noted(model, "codes_of")) as.codes_of = whose->text();
    for (const auto& [key, words] : {std::pair("classes", &as.classes), std::pair("columns", &as.columns)})
        if (const Array* noted_words = noted(model, key)) {
            std::istringstream lines(noted_words->text());
            for (std::string line; std::getline(lines, line);) words->push_back(line);
        }
    return as;
}

}  // namespace autoencoder::cli
