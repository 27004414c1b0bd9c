#include "diagnosis/by_parts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "autoencoder/report.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/words.hpp"

namespace autoencoder::diagnosis {
namespace {

class Account {
public:
    explicit Account(const Against& against) : against_(against), c_(against.workings.given()) {}

    ByParts said() {
        const auto& [comparison, theirs, workings, structure, frame] = against_;
        std::vector<const Given*> few, costs, hopeless;
        for (const Given& given : theirs.given) {
            const bool sum = given.term.is_gradient() || given.term.what == What::delta;
            if (!result_.all && structure != Rules{}) return result_;
            if (given.term.layer == 0)
                costs.push_back(&given);
            else if (given.fit == Fit::other_size ||
                     (!sum && !comparison.row(structure, frame, given).agrees))
                result_.all = false;
            else if (!sum)
                ++result_.accounted;
            else if (const Weighing& weighing = comparison.weighing(structure, frame, given);
                     !weighing.possible)
                hopeless.push_back(&given);
            else if (comparison.row(structure, frame, given).agrees)
                ++result_.accounted;
            else if (!weighing.decided || is_met_by_any(c_, given, settled(against_, given, weighing.weights)))
                few.push_back(&given);
            else if (const std::vector<Weight> weights = settled(against_, given, weighing.weights);
                     (structure != Rules{} && !known(weights)) || !given_by(given, weights))
                hopeless.push_back(&given);
            else
                blocks_.push_back({&given, weights});
        }
        std::stable_partition(hopeless.begin(), hopeless.end(), [](const Given* of) { return of->term.what == What::weights; });
        for (const Given* given : hopeless) otherwise(*given);
        const std::size_t decided = blocks_.size();
        for (const Given* given : few) by_others(*given, decided);
        const bool right = structure == Rules{} && blocks_.empty() && result_.all && result_.by_weights &&
                           std::ranges::any_of(theirs.given, [](const Given& each) {
                               return each.term.is_gradient();
                           });
        result_.accounted += blocks_.size();
        std::sort(blocks_.begin(), blocks_.end(), [](const Weighed& a, const Weighed& b) {
            return a.given->term.number < b.given->term.number;
        });
        say_blocks();
        for (const auto& [unit, keys] : one_unit_)
            say("their " + listed(keys) + (keys.size() == 1 ? " differs" : " differ") +
                " from ours at unit " + std::to_string(unit) + " alone");
        for (const Given* given : costs) {
            const CostByParts by = cost_by_parts(against_, *given, blocks_, right);
            result_.costs = result_.costs && by.given;
            // One that is right is so whatever the gradients are.
            if (!comparison.row({}, frame, *given).agrees) say(by.words);
        }
        return result_;
    }

private:
    void say(const std::string& sentence) {
        if (!sentence.empty()) result_.sentences.push_back(sentence);
    }

    void say_blocks() {
        std::vector<std::pair<std::string, std::vector<std::string>>>
            clauses;  // and whose they are
        std::vector<Weighed> said;
        for (const Weighed& block : blocks_) {
            const std::string clause = clause_of(block);
            if (!clause.empty()) said.push_back(block);
            const auto known = std::find_if(clauses.begin(), clauses.end(),
                                            [&](const auto& c) { return c.first == clause; });
            if (clause.empty())
                result_.all = false;
            else if (known != clauses.end())
                known->second.push_back(block.given->term.key);
            else
                clauses.push_back({clause, {block.given->term.key}});
        }
        for (const auto& [clause, keys] : clauses)
            say("their " + listed(keys) + (keys.size() == 1 ? " is " : " are ") + clause);
        blocks_ = std::move(said);
    }

    /// Whether a block comes out where the weights that its numbers do not say are the usual ones, or `else_`.
    bool gives(const Weighed& block, const Weight* else_ = nullptr) const {
        std::vector<Weight> weights = block.weights;
        for (Weight& each : weights)
            if (!each.said()) each.value = else_ && each.usual != 0 ? else_->value : each.usual;
        return given_by(*block.given, weights);
    }

    /// What is another weight of a part, in words; empty: none that can be told.
    std::string clause_of(const Weighed& block) const {
        const double lambda = c_.network.weight_penalty > 0 ? c_.network.weight_penalty : 1;
        const std::string itself = block.given->term.what == What::biases ? "b" : "W";
        const Weight *first = nullptr, *added = nullptr;  // of the parts that belong there; w or b
        std::size_t parts = 0;
        bool alike = true;
        for (const Weight& each : block.weights) {
            if (!each.said()) continue;
            if (each.usual == 0 && !each.is(0)) added = &each;
            if (each.usual == 0) continue;
            if (!first) first = &each;
            ++parts;
            alike = alike && same(*first, each);
        }
        if (!first) return "";
        alike = alike && gives(block, first);
        const auto times = [&](const Weight& of, double unit) {
            return factor_of(unit * of.value, unit * of.off_by, c_);
        };
        if (alike && first->is(0)) {
            if (!added) return all_zero(block.given->values) ? "0" : "";
            const Factor factor = times(*added, lambda);
            return "nothing but " + itself +
                   (factor.number == "1" ? "" : ", times " + factor.words());
        }
        if (alike && !added && !first->is(1) && !(parts == 1 && is_elsewhere(block, *first))) {
            Factor factor = times(*first, 1);
            if (factor.number == "1") factor.number += (first->value < 1 ? " − " : " + ") + rounded(std::abs(first->value - 1), 1);
            return factor.number + " times ours" + (factor.reason.empty() ? "" : ", and " + factor.reason);
        }
        std::vector<std::string> changes;
        for (const Weight& each : block.weights) {
            if (!each.said() || each.is(each.usual)) continue;
            const bool decay = each.is(1) && c_.network.weight_penalty > 0;
            std::string words = "with " + (decay ? "λ" : times(each, lambda).words() + " times ") +
                                itself + " added";
            if (each.usual != 0) words = change(each, related(each.part, block), c_);
            if (changes.empty() || changes.back() != words) changes.push_back(words);
        }
        return changes.empty() || !gives(block) ? "" : "ours " + listed(changes);
    }

    /// The weights that a part belongs to: its block's; of a divergence, which no block has whole, those of all blocks.
    std::vector<Weight> related(const Part& part, const Weighed& block) const {
        const std::size_t code = c_.network.gaussian_layer();
        if (code == 0 || group_of(part) != group_of({Share::mean})) return block.weights;
        std::vector<Weight> all;
        for (const Weighed& each : blocks_)
            all.insert(all.end(), each.weights.begin(), each.weights.end());
        for (const Given& given : against_.theirs.given)
            if (given.term.is_gradient() && given.term.layer <= code &&
                std::ranges::none_of(blocks_,
                                     [&](const Weighed& each) { return each.given == &given; }))
                all.push_back({{Share::mean}, 1, 1, 0});  // a block with our weights
        return all;
    }

    /// Whether the data's part has this weight, and other parts another, in some other block.
    bool is_elsewhere(const Weighed& block, const Weight& data) const {
        return data.part.share == Share::data &&
               std::any_of(blocks_.begin(), blocks_.end(), [&](const Weighed& other) {
                   bool here = false, apart = false;
                   for (const Weight& each : other.weights) {
                       if (!each.said() || each.usual == 0) continue;
                       here |= each.part == data.part && same(each, data);
                       apart |= !same(each, data);
                   }
                   return &other != &block && here && apart;
               });
    }

    /// A block that no weights give.
    bool otherwise(const Given& given) {
        if (elsewhere(given)) return described();
        if (belongs(given)) return true;
        const std::size_t unit = only_wrong(against_, given, Line::unit);
        if (unit > 0) one_unit_[unit].push_back(given.term.key);
        if (const std::string words = unit > 0 ? "" : by_numbers(against_, given); !words.empty()) {
            say("their " + given.term.key + " is " + words);
            return described();
        }
        const std::vector<double> by_unit = unit > 0 ? std::vector<double>{} : sparsity_by_unit(against_, given);
        if (by_unit.empty()) result_.all = false;
        if (by_unit.empty()) return unit > 0;
        described();
        by_unit_[given.term.layer] = by_unit;
        std::vector<std::string> factors;
        constexpr std::size_t some = 5;
        for (const double each : by_unit)
            if (factors.size() < some) factors.push_back(rounded(std::abs(each) < 1e-9 ? 0 : each, 3));
        say("their " + given.term.key + " is ours with another sparsity term, of ρ too: its slope is ours times " +
            listed(factors) + " at the first units");
        return true;
    }

    bool described() {
        result_.by_weights = false;
        return ++result_.accounted > 0;
    }

    /// Whether a layer's sparsity term by units gives its biases too.
    bool belongs(const Given& given) {
        const auto units = by_unit_.find(given.term.layer);
        if (units == by_unit_.end() || !is_given_by_units(against_, given, units->second)) return false;
        say("their " + given.term.key + " belongs to it");
        return described();
    }

    /// Perhaps the right numbers stand in other places.
    bool elsewhere(const Given& given) {
        if (against_.structure != Rules{} || !against_.comparison.lost().empty()) return false;
        const std::vector<double>& theirs = against_.comparison.in_our_order(given, against_.frame);
        const auto same_as = [&](const Term& term, bool sorted) {
            const auto right = against_.workings.term({}, term);
            const auto& errors = against_.comparison.allowed(term, *right).errors;
            const double most = 2 * *std::max_element(errors.begin(), errors.end());
            const double apart = std::accumulate(theirs.begin(), theirs.end(), 0.0) -
                                 std::accumulate(right->values.begin(), right->values.end(), 0.0);
            if (theirs.size() <= 2 || std::abs(apart) > most * double(theirs.size())) return false;
            std::vector<double> a = theirs, b(right->values.begin(), right->values.end());
            if (sorted) std::sort(a.begin(), a.end());
            if (sorted) std::sort(b.begin(), b.end());
            return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [&](double x, double y) { return std::abs(x - y) <= most; });
        };
        for (const Term& other : against_.workings.terms())
            if (other.number != given.term.number && other.is_gradient() && other.size == given.term.size && same_as(other, false))
                return say("their " + given.term.key + " is our " + other.key), true;
        if (!same_as(given.term, true)) return false;
        say("their " + given.term.key + " holds the right numbers in other places");
        return true;
    }

    /// Whether there is a reason for each of these weights: under a mistake any would explain too much.
    bool known(const std::vector<Weight>& weights) const {
        return std::all_of(weights.begin(), weights.end(), [&](const Weight& each) {
            const double off_by = std::max(each.off_by, 2e-7 * std::abs(each.value));
            return !each.said() || each.is(each.usual) ||
                   factor_of(each.value, off_by, c_, each.part).complexity <= 3;
        });
    }

    /// Whether these weights give all their numbers.
    bool given_by(const Given& given, const std::vector<Weight>& weights) const {
        const auto& [comparison, theirs, workings, structure, frame] = against_;
        Real sum;
        std::vector<double> slack;
        for (const Weight& each : weights) {
            const auto numbers = numbers_of(workings, structure, each.part, given.term);
            if (sum.values.size() == 0) sum = Real(numbers->rows, numbers->cols);
            slack.resize(sum.values.size());
            for (std::size_t i = 0; i < slack.size(); ++i) {
                sum.values[i] += each.value * numbers->values[i];
                if (each.said()) slack[i] += each.off_by * std::abs(numbers->values[i]);
            }
        }
        return comparison.gives(frame, given, given.term, sum, slack);
    }

    /// A block of few numbers: whether the weights of another one give them, or ours with one changed.
    void by_others(const Given& given, std::size_t decided) {
        if (belongs(given)) return;
        for (std::size_t k = 0; k < decided; ++k) {
            std::vector<Weight> weights =
                against_.comparison.weighing(against_.structure, against_.frame, given).weights;
            for (Weight& each : weights) {
                const Weight like = weight_in(blocks_[k].weights, each);
                each.value = like.value;
                each.off_by = like.off_by;
            }
            if (!given_by(given, weights)) continue;
            blocks_.push_back({&given, std::move(weights)});
            return;
        }
        std::vector<std::vector<Weight>> ways = one_changed(against_, given);
        std::erase_if(ways, [&](const auto& way) { return !known(way) || !given_by(given, way); });
        if (ways.size() == 1) return blocks_.push_back({&given, ways[0]});
        if (!otherwise(given) &&
            std::ranges::all_of(given.values, [](double value) { return std::isfinite(value); }))
            say("their " + given.term.key + " has too few numbers to tell its parts apart");
    }

    const Against& against_;
    const Case& c_;
    ByParts result_;
    std::vector<Weighed> blocks_;                               // that differ
    std::map<std::size_t, std::vector<double>> by_unit_;        // by layer, factors of its sparsity term
    std::map<std::size_t, std::vector<std::string>> one_unit_;  // blocks that differ at one unit
};

}  // namespace

ByParts by_parts(const Against& against) { return Account(against).said(); }

}  // namespace autoencoder::diagnosis
