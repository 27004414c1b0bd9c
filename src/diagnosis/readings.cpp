// The case as somebody may have read it: targets that are made of ours, other noise, biases that are left out,
// kernels that lie otherwise. Which of them may be theirs is told by one gradient of the output's layer.
#include <algorithm>
#include <cmath>

#include "autoencoder/convolution.hpp"
#include "autoencoder/report.hpp"
#include "diagnosis/other_case.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Of a block, and the place in it that each number is read from; no places: it is left out, or has the other sign.
struct Moved {
    Block block;
    std::vector<std::size_t> from = {};
    double sign = 1;
};

struct Reading {
    const char *id, *tag;
    std::string clause;
    std::function<void(Case&)> change = {};
    std::vector<Moved> moved = {};
};

using Rows = Matrix<double>;

Rows turned(Rows of) {
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::reverse(of.row(q));
    return of;
}
Rows rolled(const Rows& of, std::size_t by) {
    Rows result(of.rows, of.cols);
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(of.row((q + by) % of.rows), result.row(q).begin());
    return result;
}
Rows first_for_all(const Rows& of) {
    Rows result(of.rows, of.cols);
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(of.row(0), result.row(q).begin());
    return result;
}
/// Each number less the mean of its column, or of its row; divided by the deviation.
Rows centred(const Rows& of, bool by_column, bool divided) {
    Rows result = of;
    const auto at = [&](std::size_t i, std::size_t k) -> double& { return by_column ? result(k, i) : result(i, k); };
    const std::size_t lines = by_column ? of.cols : of.rows, n = by_column ? of.rows : of.cols;
    for (std::size_t i = 0; i < lines; ++i) {
        double sum = 0, squares = 0;
        for (std::size_t k = 0; k < n; ++k) sum += at(i, k) / double(n);
        for (std::size_t k = 0; k < n; ++k) squares += std::pow(at(i, k) -= sum, 2) / double(n);
        for (std::size_t k = 0; divided && squares > 0 && k < n; ++k) at(i, k) /= std::sqrt(squares);
    }
    return result;
}

class Readings {
public:
    explicit Readings(const Case& c) : c_(c) {
        targets();
        inputs();
        noise();
        masks();
        for (std::size_t l = 1; l <= c.network.depth(); ++l) parameters(l);
        biases();
    }
    std::vector<Reading> all;

private:
    void targets() {
        const bool classes = c_.network.layers.back().activation == Activation::softmax;
        all.push_back({"targets-shifted", "cost", classes ? "the classes are counted from the last to the first" : "the targets' units stand in reversed order",
                       [](Case& c) { c.y = turned(c.y); }});
        if (!classes)
            all.push_back({"other-targets", "cost", "the targets are 0 or 1, cut at ½", [](Case& c) {
                               for (double& y : c.y.values) y = y > 0.5;
                           }});
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
        add("mapped to 2x − 1", [](Rows x) {
            for (double& each : x.values) each = 2 * each - 1;
            return x;
        });
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
        const auto add = [&](const std::string& words, const std::function<Rows(const Rows&)>& f) {
            all.push_back({"other-mask", "dropout", words, [=](Case& c) {
                               for (Rows& mask : c.masks) mask = f(mask);
                           }});
        };
        if (std::ranges::all_of(c_.masks, [](const Rows& mask) { return mask.rows == 0; })) return;
        add("the mask of the first pattern serves all", first_for_all);
        add("the mask is that of the pattern before", [](const Rows& of) { return rolled(of, of.rows - 1); });
        add("the mask is that of the pattern after", [](const Rows& of) { return rolled(of, 1); });
        add("what is kept is multiplied by 1 − p, not divided", [=](Rows of) {
            for (double& each : of.values) each *= kept * kept;
            return of;
        });
    }

    void move(const char* tag, const std::string& clause, std::vector<Moved> moved) {
        all.push_back({moved[0].from.empty() ? "other-biases" : "other-weights", tag, clause, {}, std::move(moved)});
    }
    void parameters(std::size_t l) {
        const Block& whole = layout(c_.network).blocks[2 * l - 2];
        for (const Block& block : layout_in_file(c_.network).blocks) {
            if (block.offset < whole.offset || block.offset >= whole.offset + whole.size) continue;
            const Layer& layer = c_.network.layer(l);
            if (!has_window(layer) && block.shape[0] != block.shape[1])
                read(block, block.name + " is read column by column, where its rows lie one behind the other",
                     [&](std::size_t i, std::size_t j) {
                         const std::size_t k = i * block.shape[1] + j;
                         return k % block.shape[0] * block.shape[1] + k / block.shape[0];
                     });
            if (has_window(layer)) kernels(block, layer);
        }
    }
    template <class From>
    void read(const Block& block, const std::string& clause, const From& from) {
        Moved moved{block};
        const std::size_t row = block.size / block.shape[0];
        for (std::size_t i = 0; i < block.shape[0]; ++i)
            for (std::size_t j = 0; j < row; ++j) moved.from.push_back(from(i, j));
        move("convolve", clause, {std::move(moved)});
    }
    void kernels(const Block& block, const Layer& layer) {
        const std::size_t kh = layer.window.kernel_height, kw = layer.window.kernel_width, n = kh * kw;
        const std::size_t row = block.size / block.shape[0], maps = row / n;
        const auto add = [&](const std::string& words, const auto& place) {
            read(block, "the kernels of " + block.name + " are " + words, [&](std::size_t i, std::size_t j) {
                return i * row + j / n * n + place(j % n / kw, j % kw);
            });
        };
        add("turned over from left to right", [&](std::size_t a, std::size_t b) { return a * kw + kw - 1 - b; });
        add("turned upside down", [&](std::size_t a, std::size_t b) { return (kh - 1 - a) * kw + b; });
        add("turned by 180°", [&](std::size_t a, std::size_t b) { return n - 1 - a * kw - b; });
        if (kh == kw) add("transposed", [&](std::size_t a, std::size_t b) { return b * kw + a; });
        if (maps == block.shape[0] && maps > 1)
            read(block, "input and output maps of " + block.name + " are exchanged",
                 [&](std::size_t i, std::size_t j) { return j / n * row + i * n + j % n; });
    }
    void biases() {
        std::vector<Moved> every;
        const auto add = [&](const std::string& of, const std::vector<Moved>& blocks) {
            for (const double sign : {0.0, -1.0}) {
                std::vector<Moved> moved = blocks;
                for (Moved& each : moved) each.sign = sign;
                move("encode", of + (sign == 0 ? " left out" : " taken off, not added"), std::move(moved));
            }
        };
        for (const Block& block : layout_in_file(c_.network).blocks) {
            if (block.shape.size() != 1) continue;
            every.push_back({block});
            add(block.name + " is", {{block}});
        }
        if (every.size() > 1) add("all biases are", every);
    }

    const Case& c_;
};

/// What theirs are there; whether they can be.
bool move(OtherCase& other, const std::vector<Moved>& all) {
    for (const Moved& moved : all) {
        const auto theta = part<double>(other.c.theta, moved.block);
        const std::vector<double> before(theta.begin(), theta.end());
        for (std::size_t i = 0; i < theta.size(); ++i)
            theta[i] = moved.from.empty() ? moved.sign * before[i] : before[moved.from[i]];
        const auto given = std::ranges::find(other.theirs.given, "grad_" + moved.block.name,
                                             [](const Given& each) { return each.term.key; });
        if (given == other.theirs.given.end()) continue;
        if (moved.sign == 0 && all_zero(given->values)) {
            other.theirs.given.erase(given);  // as there is nothing to be the gradient of
            continue;
        }
        if (moved.sign == 0) continue;
        if (given->fit != Fit::as_expected) return false;
        const std::vector<double> values = given->values;
        for (std::size_t i = 0; i < values.size(); ++i)
            given->values[i] = moved.from.empty() ? moved.sign * values[i] : values[moved.from[i]];
    }
    return true;
}

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
                                 [&](const Real& ours) { return against.comparison.allowed(term, ours, true); });
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
        const std::string first = a == 1 ? "y" : rounded(a, 6) + " y";
        all.push_back({std::move(other), without_right(against, against.theirs),
                       {"other-targets", "the targets are " + first + (b < 0 ? " − " : " + ") +
                            (std::abs(b) == 1 && words == " x" ? "x" : rounded(std::abs(b), 6) + words),
                        "cost"}});
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
        if (reading.change) reading.change(other.c);
        if (move(other, reading.moved) && may_be(against, given, other)) all.push_back(std::move(other));
    }
    return all;
}

}  // namespace autoencoder::diagnosis
