// By what a cost is off: the weights that the gradients have, or one part of it.
#include <algorithm>

#include "autoencoder/report.hpp"
#include "diagnosis/by_parts.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/words.hpp"

namespace autoencoder::diagnosis {
namespace {

/// The weight that the gradients have of a part of the cost. They say nothing of the divergence's constant: it
/// has the weight that all the rest of the divergence has, if that is one.
Weight in_gradients(const std::vector<Weighed>& blocks, const Part& part, double usual) {
    std::vector<Weight> given;
    for (const Weighed& block : blocks) {
        if (all_zero(block.given->values)) continue;  // nobody computed it
        for (const Weight& each : block.weights) {
            const bool same_part = each.part.share == part.share && each.part.layer == part.layer;
            if (each.said() && (same_part || (part.share == Share::one &&
                                              group_of(each.part) == group_of({Share::mean}))))
                given.push_back(each);
        }
    }
    const bool alike =
        std::ranges::all_of(given, [&](const Weight& each) { return same(each, given[0]); });
    if (given.empty() || (part.share == Share::one && !alike)) return {part, usual, usual};
    return {part, usual, given[0].value, given[0].off_by};
}

/// A cost as a sum of its parts.
struct Parts {
    std::vector<Weight> weights;
    std::vector<double> numbers;
    double sum = 0, off_by = 0;

    void add(const Weight& weight, double number) {
        weights.push_back(weight);
        numbers.push_back(number);
        sum += weight.value * number;
        if (weight.said()) off_by += weight.off_by * std::abs(number);
    }
    bool moved() const {
        return std::any_of(weights.begin(), weights.end(),
                           [](const Weight& w) { return w.said() && !w.is(w.usual); });
    }
};

/// Parts of several layers, or of several terms, that go together.
struct Kind {
    std::initializer_list<Share> shares;
    double usual;
    std::size_t least;  // of parts, of which no smaller group is all
    const char* words;

    bool has(Share share) const { return std::ranges::find(shares, share) != shares.end(); }
};
const Kind kinds[] = {{{Share::penalty}, 1, 2, "all of the penalty"},
                      {{Share::biases}, 0, 2, "λb of all layers counted,"},
                      {{Share::first, Share::second}, 1, 4, "all of the sparsity"},
                      {{Share::mean, Share::variance, Share::log_variance, Share::one}, 1, 4, "all of the divergence"}};

/// The least far-fetched weights of one part, or of all terms of one KL, that give a cost, two at most.
std::vector<std::string> ways_to(double theirs, const Parts& usual, const Parts& moved,
                                 double tolerance, const Case& c, int most) {
    std::vector<std::pair<int, std::string>> ways;
    const auto add = [&](const Parts& from, std::size_t k, double number, bool part_of_group) {
        if (std::abs(number) < 1e3 * tolerance) return;
        Weight way = from.weights[k];
        way.value += (theirs - from.sum) / number;
        way.off_by = tolerance / std::abs(number);
        const Factor factor = factor_of(way.value, way.off_by, c);
        if (factor.number == "1" || (way.part.share == Share::one && factor.complexity > 2)) return;  // nobody scales a constant
        const bool by_gradients = &from == &moved;
        const int complexity = factor.complexity + by_gradients + part_of_group;
        if (complexity > most) return;
        std::vector<Weight> all = {way};
        if (part_of_group)
            all.push_back({way.part, way.usual, way.value + 1, 0});  // the others weigh otherwise
        const std::string added =
            "with λb" + std::to_string(way.part.layer) + " counted, times " + factor.words();
        ways.push_back(
            {complexity, std::string("ours ") +
                             (by_gradients ? "with the weights of the gradients, " : "") +
                             (way.usual == 0 ? added : change(way, all, c))});
    };
    for (const Parts* from : {&usual, &moved})
        for (std::size_t k = 0; k < from->numbers.size() && (from == &usual || moved.moved());
             ++k) {
            const std::size_t group = group_of(from->weights[k].part);
            add(*from, k, from->numbers[k], group > 0);
            if (group == 0 || (k > 0 && group_of(from->weights[k - 1].part) == group)) continue;
            double sum = 0;
            for (std::size_t i = 0; i < from->numbers.size(); ++i)
                if (group_of(from->weights[i].part) == group) sum += from->numbers[i];
            add(*from, k, sum, false);
        }
    for (const Parts* from : {&usual, &moved})
        for (const Kind& kind : kinds) {
            const bool by_gradients = from == &moved;
            double sum = 0;
            std::size_t parts = 0;
            for (std::size_t k = 0; k < from->numbers.size(); ++k)
                if (kind.has(from->weights[k].part.share))
                    sum += (kind.usual == 0 ? 1 : from->weights[k].value) * from->numbers[k], ++parts;
            if (parts < kind.least || std::abs(sum) < 1e3 * tolerance || (by_gradients && !moved.moved())) continue;
            const Factor factor = factor_of(kind.usual + (theirs - from->sum) / sum, tolerance / std::abs(sum), c);
            const int complexity = factor.complexity + by_gradients;
            if (complexity <= most && (kind.usual == 0 || factor.number != "1"))
                ways.push_back({complexity, std::string("ours ") + (by_gradients ? "with the weights of the gradients, " : "") +
                                                "with " + kind.words + " times " + factor.words()});
        }
    std::stable_sort(ways.begin(), ways.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> words;
    for (const auto& [complexity, way] : ways)
        if (words.size() < 2 && complexity <= ways[0].first + 1) words.push_back(way);
    return words;
}

}  // namespace

CostByParts cost_by_parts(const Against& against, const Given& cost,
                          const std::vector<Weighed>& blocks, bool right) {
    const auto& [comparison, theirs_all, workings, structure, frame] = against;
    const Case& c = workings.given();
    const double theirs = cost.values.at(0);
    Parts usual, moved;
    for (const Part& part : parts_of(c, structure, cost.term)) {
        const double weight = weight_of(structure, part, cost.term, c.network),
                     number = (*numbers_of(workings, structure, part, cost.term))(0, 0);
        usual.add({part, weight, weight}, number);
        moved.add(in_gradients(blocks, part, weight), number);
    }
    const auto gives = [&](double sum, double more) {
        Real number(1, 1);
        number(0, 0) = sum;
        return against.comparison.gives(against.frame, cost, cost.term, number, {&more, 1});
    };
    if (gives(usual.sum, 0)) return {"", true};
    const std::string key = cost.term.key;
    const bool says_much = moved.off_by <= 0.01 * std::abs(theirs - usual.sum);
    if (moved.moved() && gives(moved.sum, says_much ? moved.off_by : 0))
        return {"their " + key + " has the same weights: it belongs to these gradients", true};
    if (!std::isfinite(theirs) || !std::isfinite(usual.sum) || usual.sum == 0) return {"", false};
    const double tolerance =
                     comparison.cost_tolerance() * std::max(1.0, std::abs(theirs / usual.sum)),
                 apart = theirs - moved.sum;
    std::vector<std::string> words =
        ways_to(theirs, usual, moved, tolerance, c, theirs_all.single ? 2 : 4);
    const Factor whole = factor_of(theirs / usual.sum, tolerance / std::abs(usual.sum), c);
    if (words.empty() && whole.number != "1" && (whole.complexity < 4 || whole.number.size() < 6))
        words.push_back(whole.words() + " times ours");
    constexpr double sure = 1e5;  // of so many guesses none is met by chance
    if (const std::string alone = right && words.empty() && std::abs(apart) > sure * tolerance ? cost_alone(against, cost) : ""; !alone.empty())
        words.push_back(alone);
    const int digits = std::clamp(int(std::log10(std::abs(apart) / tolerance)), 1, 6);
    return {(right ? "all their gradients agree, and the " + key + " alone is wrong: it is "
                   : "their " + key + " is ") +
                (moved.moved() ? "with these weights " : "") + "too " +
                (apart > 0 ? "large" : "small") + " by " + rounded(std::abs(apart), digits) +
                (words.empty() ? "" : ", which is " + listed(words, ", or ")),
            false};
}

}  // namespace autoencoder::diagnosis
