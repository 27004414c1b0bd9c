// The case as somebody may have read it: other targets, inputs, noise and masks, made of ours. Which of them may be
// theirs is told by one gradient of the output's layer.
#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/made_of_rows.hpp"
#include "diagnosis/other_case.hpp"
#include "diagnosis/readings.hpp"

namespace autoencoder::diagnosis {
namespace {

class Readings {
public:
    explicit Readings(const Case& c) : c_(c) {
        targets();
        inputs();
        noise();
        masks();
        std::ranges::move(readings_of_parameters(c), std::back_inserter(all));
    }
    std::vector<Reading> all;

private:
    void targets() {
        const bool classes = c_.network.layers.back().activation == Activation::softmax;
        all.push_back({"targets-shifted", "cost", classes ? "the classes are counted from the last to the first" : "the targets' units stand in reversed order",
                       [](Case& c) { c.y = turned(c.y); }});
        const auto add = [&](const std::string& words, const std::function<void(Rows&)>& f) {
            all.push_back({"other-targets", "cost", "the targets are " + words, [=](Case& c) { f(c.y); }});
        };
        for (std::size_t a = 0; classes && c_.y.cols <= 10 && a < c_.y.cols; ++a)
            for (std::size_t b = a + 1; b < c_.y.cols; ++b)
                add("those of other classes: " + std::to_string(a) + " and " + std::to_string(b) + " are exchanged", [=](Rows& of) {
                    for (std::size_t q = 0; q < of.rows; ++q) std::swap(of(q, a), of(q, b));
                });
        if (!classes)
            add("0 or 1, cut at ½", [](Rows& of) {
                for (double& y : of.values) y = y > 0.5;
            });
        add("sorted, apart from their inputs", [](Rows& of) {
            std::vector<std::vector<double>> rows;
            for (std::size_t q = 0; q < of.rows; ++q) rows.emplace_back(of.row(q).begin(), of.row(q).end());
            std::ranges::sort(rows, std::greater{});
            for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(rows[q], of.row(q).begin());
        });
        add("those of the patterns from the last to the first", [](Rows& of) { of = backwards(of); });
        if (is_square_image(c_.y)) add("images with rows for columns", [](Rows& of) { of = image_transposed(of); });
        const auto ones = std::ranges::count(c_.y.values, 1.0), zeros = std::ranges::count(c_.y.values, 0.0);
        if (std::size_t(ones) == c_.y.rows && std::size_t(ones + zeros) == c_.y.values.size())  // one-hot
            add("the number of the class, at every output", [](Rows& of) {
                for (std::size_t q = 0; q < of.rows; ++q) std::ranges::fill(of.row(q), double(std::ranges::max_element(of.row(q)) - of.row(q).begin()));
            });
    }
    void inputs() {
        const bool same = c_.y.cols == c_.x.cols && std::ranges::equal(c_.x.values, c_.y.values);
        const auto add = [&](const std::string& words, const std::function<Rows(const Rows&)>& f) {
            all.push_back({"other-inputs", "encode", "the inputs are " + words + (same ? ", the targets not" : ""),
                           [=](Case& c) { c.x = f(c.x); }});
            if (same)
                all.push_back({"other-inputs", "encode", "inputs and targets are " + words,
                               [=](Case& c) { c.y = c.x = f(c.x); }});
        };
        add("less the mean of each over the patterns", [](const Rows& x) { return centred(x, true, false); });
        add("less the mean of each pattern", [](const Rows& x) { return centred(x, false, false); });
        add("standardised over the patterns", [](const Rows& x) { return centred(x, true, true); });
        std::vector<std::pair<std::string, double>> factors = {{"255", 255}, {"1/255", 1 / 255.0}};
        if (const auto zeros = std::ranges::count(c_.x.values, 0.0); zeros > 0)
            for (const double share : {double(zeros) / double(c_.x.values.size()), 0.1, 0.2, 0.25, 0.3, 0.5})
                factors.push_back({rounded(1 / (1 - share), 4) + ", one over the share that is kept", 1 / (1 - share)});
        for (const auto& [words, factor] : factors)
            add("multiplied by " + words, [factor = factor](Rows x) {
                for (double& each : x.values) each *= factor;
                return x;
            });
        const std::pair<const char*, double (*)(double)> functions[] = {{"mapped to 2x − 1", [](double x) { return 2 * x - 1; }},
                                                                        {"squashed to 0.8 x + 0.1", [](double x) { return 0.8 * x + 0.1; }},
                                                                        {"0 or 1, cut at ½", [](double x) { return double(x > 0.5); }},
                                                                        {"0 or 1, cut at 0", [](double x) { return double(x > 0); }},
                                                                        {"rounded down to whole numbers", [](double x) { return std::floor(x); }},
                                                                        {"cut to whole numbers", [](double x) { return std::trunc(x); }},
                                                                        {"rounded to whole numbers", [](double x) { return std::nearbyint(x); }},
                                                                        {"1 − x", [](double x) { return 1 - x; }},
                                                                        {"x²", [](double x) { return x * x; }},
                                                                        {"√x", [](double x) { return std::sqrt(x); }},
                                                                        {"log(1 + x)", [](double x) { return std::log1p(x); }},
                                                                        {"σ(x)", [](double x) { return 1 / (1 + std::exp(-x)); }},
                                                                        {"|x|", [](double x) { return std::abs(x); }},
                                                                        {"x held between 0 and 1", [](double x) { return std::clamp(x, 0.0, 1.0); }}};
        for (const auto& [words, f] : functions)
            add(words, [f = f](Rows x) {
                for (double& each : x.values) each = f(each);
                return x;
            });
        const auto norm_of = [](std::span<const double> line) {
            double squares = 0;
            for (const double each : line) squares += each * each;
            return std::pair(0.0, std::sqrt(squares));
        };
        const auto range_of = [](std::span<const double> line) {
            const auto [low, high] = std::ranges::minmax(line);
            return std::pair(low, high - low);
        };
        const auto largest_of = [](std::span<const double> line) { return std::pair(0.0, std::ranges::max(line)); };
        const auto sum_of = [](std::span<const double> line) {
            double sum = 0;
            for (const double each : line) sum += each;
            return std::pair(0.0, sum);
        };
        for (const bool by_column : {false, true}) {
            const std::string whose = by_column ? " over the patterns" : " of the pattern";
            add("divided by the norm" + whose, [=](const Rows& x) { return scaled(x, by_column, norm_of); });
            add("divided by the largest" + whose, [=](const Rows& x) { return scaled(x, by_column, largest_of); });
            add("divided by the sum" + whose, [=](const Rows& x) { return scaled(x, by_column, sum_of); });
            add("mapped to 0 … 1 by least and largest" + whose, [=](const Rows& x) { return scaled(x, by_column, range_of); });
        }
        const Window& image = c_.network.layers[0].window;
        const std::size_t maps = c_.network.layers[0].kind == Kind::dense ? 1 : image.maps, places = c_.x.cols / maps;
        for (const bool first : {true, false})
            if (maps > 1)
                add(first ? "read with the maps last, where they are first" : "read with the maps first, where they are last", [=](const Rows& x) {
                    Rows result = x;
                    for (std::size_t q = 0; q < x.rows; ++q)
                        for (std::size_t k = 0; k < x.cols; ++k) result(q, k) = x(q, first ? k % places * maps + k / places : k % maps * places + k / maps);
                    return result;
                });
        for (const auto scramble : {scrambled, scrambled_back}) add("scrambled: reshaped where they should be transposed", scramble);
        add("of the patterns from the last to the first", backwards);
        if (is_square_image(c_.x)) add("images with rows for columns", image_transposed);
        all.push_back({"other-inputs", "encode", "the inputs are of the pattern before", [](Case& c) { c.x = rolled(c.x, c.x.rows - 1); }});
    }
    void noise() {
        if (c_.noise.rows == 0) return;
        const auto add = [&](const std::string& words, const std::function<Rows(const Rows&)>& f) {
            all.push_back({"other-noise", "reparameterise", words, [=](Case& c) { c.noise = f(c.noise); }});
        };
        for (const double times : {-1.0, 0.5, 2.0, 0.1})
            add(times < 0 ? "z is μ − σ ⊙ ε" : "z is μ + " + rounded(times, 2) + " σ ⊙ ε", [=](Rows of) {
                for (double& each : of.values) each *= times;
                return of;
            });
        add("ε has no sign: |ε|", [](Rows of) {
            for (double& each : of.values) each = std::abs(each);
            return of;
        });
        add("ε of the first pattern serves all", first_for_all);
        add("ε is that of the pattern before", [](const Rows& of) { return rolled(of, of.rows - 1); });
        add("ε is that of the pattern after", [](const Rows& of) { return rolled(of, 1); });
        add("ε is that of the latent units in reversed order", turned);
    }
    void masks() {
        const double kept = 1 - c_.network.dropout;
        const auto masked = std::ranges::count_if(c_.masks, [](const Rows& mask) { return mask.rows > 0; });
        if (masked == 0) return;
        const auto add_at = [&](std::size_t l, const std::string& words, const std::function<Rows(const Rows&)>& f) {
            if (masked > 1 && c_.masks[l].rows > 0)
                all.push_back({"other-mask", "dropout", words + " at layer " + std::to_string(l + 1), [=](Case& c) { c.masks[l] = f(c.masks[l]); }});
        };
        const auto add = [&](const std::string& words, const std::function<Rows(const Rows&)>& f) {
            all.push_back({"other-mask", "dropout", words, [=](Case& c) {
                               for (Rows& mask : c.masks) mask = f(mask);
                           }});
            for (std::size_t l = 0; l < c_.masks.size(); ++l) add_at(l, words, f);
        };
        const auto times = [](double factor) {
            return [=](Rows of) {
                for (double& each : of.values) each *= factor;
                return of;
            };
        };
        const auto inverted = [](Rows of) {
            for (double& each : of.values) each = 1 - each;
            return of;
        };
        add("what is kept is divided by √(1 − p)", times(std::sqrt(kept)));
        for (std::size_t l = 0; l < c_.masks.size(); ++l) {
            add_at(l, "1/(1 − p) is missing", times(kept));
            add_at(l, "what the mask keeps is dropped: 1 − m for m,", inverted);
        }
        add("the mask of the first pattern serves all", first_for_all);
        add("the mask is that of the pattern before", [](const Rows& of) { return rolled(of, of.rows - 1); });
        add("the mask is that of the pattern after", [](const Rows& of) { return rolled(of, 1); });
        add("what is kept is multiplied by 1 − p, not divided", times(kept * kept));
        add("nothing is dropped, and h is multiplied by 1 − p, as in tests", [=](Rows of) {
            std::ranges::fill(of.values, kept * kept);
            return of;
        });
        const auto share_of = [](const Rows& of) {
            double sum = 0;
            for (const double each : of.values) sum += each;
            return sum / double(of.values.size());
        };
        add("what is kept is divided by the share that was kept, not by 1 − p", [=](Rows of) {
            const double share = share_of(of);
            for (double& each : of.values) each *= share > 0 ? kept / share : 1;
            return of;
        });
        add("what is kept is divided by the share of each pattern that was kept, not by 1 − p", [=](Rows of) {
            for (std::size_t q = 0; q < of.rows; ++q) {
                double sum = 0;
                for (const double each : of.row(q)) sum += each / double(of.cols);
                for (double& each : of.row(q)) each *= sum > 0 ? kept / sum : 1;
            }
            return of;
        });
        const std::size_t layers = c_.masks.size();
        for (std::size_t l = 0; l < layers; ++l) {
            if (c_.masks[l].rows == 0) continue;
            const std::string layer = "layer " + std::to_string(l + 1);
            if (layers > 1)
                all.push_back({"other-mask", "dropout", "nothing is dropped at " + layer, [=](Case& c) { c.masks[l] = {}; }});
            for (std::size_t m = l + 1; m < layers; ++m)
                if (c_.masks[m].cols == c_.masks[l].cols && c_.masks[m].rows > 0)
                    all.push_back({"other-mask", "dropout", "the masks of layers " + std::to_string(l + 1) + " and " + std::to_string(m + 1) + " are exchanged",
                                   [=](Case& c) { std::swap(c.masks[l], c.masks[m]); }});
            for (std::size_t m = 0; m < layers; ++m)
                if (m != l && c_.masks[m].cols == c_.masks[l].cols && c_.masks[m].rows > 0)
                    all.push_back({"other-mask", "dropout", "the mask of layer " + std::to_string(m + 1) + " is used at " + layer,
                                   [=, mask = c_.masks[m]](Case& c) { c.masks[l] = mask; }});
        }
    }

    const Case& c_;
};

/// Whether their gradient of the output's layer may be that of the other case.
bool may_be(const Against& against, const Given& own, const OtherCase& other) {
    const Given* given = other.theirs.find(own.term.key);
    if (!given) return false;
    Workings there(other.c);
    const Term term = there.sample_of(given->term);
    const Part decay{term.what == What::weights ? Share::penalty : Share::biases, term.layer};
    const std::vector<double> all = in_our_order(*given, against.frame, other.c.x.rows);
    if (all.size() != given->term.size) return false;
    const auto some = std::span(all).subspan(term.first - given->term.first, term.size);
    const Weighing fit = weighed(some, {{{Share::data}}, {decay}},
                                 {numbers_of(there, {}, {Share::data}, term), numbers_of(there, {}, decay, term)},
                                 against.theirs.single ? 3 : 1,
                                 [&](const Real& ours) {
                                     Allowed some_more = against.comparison.allowed(term, ours, true);
                                     some_more.scale *= 64;  // than for the own case; all of it is compared later
                                     return some_more;
                                 });
    return fit.possible && fit.decided && fit.weights[0].said() && !fit.weights[0].is(0);
}

/// Targets that are a y + b z, z 1 or the inputs: how much of each, by their gradient.
void add_mixed(const Against& against, const Given& given, std::vector<OtherCase>& all) {
    const Case& c = against.workings.given();
    const bool classes = c.network.layers.back().activation == Activation::softmax;
    const auto with = [&](const Rows& y) {
        Case other = c;
        other.y = y;
        return Shared{other, 1};
    };
    Rows one(c.y.rows, c.y.cols);
    std::ranges::fill(one.values, classes ? 1 / double(c.y.cols) : 1);
    std::vector<std::pair<std::string, Rows>> others = {{classes ? "/" + std::to_string(c.y.cols) : "", one}};
    if (c.x.cols == c.y.cols && !std::ranges::equal(c.x.values, c.y.values)) others.push_back({" x", c.x});
    if (c.y.rows > 2)
        others.insert(others.end(), {{" y of the pattern before", rolled(c.y, c.y.rows - 1)}, {" y of the pattern after", rolled(c.y, 1)}});
    for (const auto& [words, z] : others) {
        std::vector<Shared> cases = {with(c.y), with(z)};
        if (!classes) cases.push_back(with(Rows(c.y.rows, c.y.cols)));
        const Weighing fit = as_sum(against, given, cases);
        if (!fit.possible || !fit.decided) continue;
        double sum = 0, off_by = 0;
        for (std::size_t k = 0; k < cases.size(); ++k) {
            sum += fit.weights[k].value;
            off_by += fit.weights[k].off_by;
        }
        if (!(off_by < 0.01 * std::abs(sum))) continue;
        const double a = plainest(fit.weights[0].value / sum, off_by / std::abs(sum)),
                     b = plainest(fit.weights[1].value / sum, off_by / std::abs(sum));
        Case other = c;
        for (std::size_t i = 0; i < other.y.values.size(); ++i) other.y.values[i] = a * c.y.values[i] + b * z.values[i];
        std::string said = a == 0 ? "" : a == 1 ? "y" : rounded(a, 6) + " y";
        if (b != 0) said += (b < 0 ? a == 0 ? "−" : " − " : a == 0 ? "" : " + ") + (std::abs(b) == 1 && words == " x" ? "x" : rounded(std::abs(b), 6) + words);
        all.push_back({std::move(other), without_right(against, against.theirs),
                       {"other-targets", "the targets are " + (said.empty() ? "0" : said), "cost"}});
    }
}

}  // namespace

std::vector<OtherCase> read_otherwise(const Against& against, const Given& given) {
    const Case& c = against.workings.given();
    std::vector<OtherCase> all;
    add_mixed(against, given, all);
    const bool large = c.x.rows * c.theta.size() > 20000000;
    for (const Reading& reading : large ? std::vector<Reading>{} : Readings(c).all) {
        OtherCase other{c, without_right(against, against.theirs), {reading.id, reading.clause, reading.tag}};
        reading.change(other.c);
        if (may_be(against, given, other)) all.push_back(std::move(other));
    }
    return all;
}

}  // namespace autoencoder::diagnosis
