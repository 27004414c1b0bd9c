#include "diagnosis/by_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "diagnosis/finding.hpp"
#include "diagnosis/words.hpp"

namespace autoencoder::diagnosis {
namespace {

class Account {
public:
    explicit Account(const Against& against) : against_(against), c_(against.workings.given()) {}

    ByParts said() {
        const auto& [comparison, theirs, workings, structure, frame] = against_;
        std::vector<const Given*> few, costs;
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
                elsewhere(given);
            else if (comparison.row(structure, frame, given).agrees)
                ++result_.accounted;
            else if (!weighing.decided)
                few.push_back(&given);
            else if ((structure != Rules{} && !known(weighing.weights)) ||
                     !given_by(given, weighing.weights))
                elsewhere(given);
            else
                blocks_.push_back({&given, weighing.weights});
        }
        const std::size_t decided = blocks_.size();
        for (const Given* given : few) by_others(*given, decided);
        const bool right = structure == Rules{} && blocks_.empty() && result_.all &&
                           std::ranges::any_of(theirs.given, [](const Given& each) {
                               return each.term.is_gradient();
                           });
        result_.accounted += blocks_.size();
        std::sort(blocks_.begin(), blocks_.end(), [](const Weighed& a, const Weighed& b) {
            return a.given->term.number < b.given->term.number;
        });
        say_blocks();
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
        for (const Weighed& block : blocks_) {
            const std::string clause = clause_of(block);
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
        const auto times = [&](const Weight& of, double unit) {
            return factor_of(unit * of.value, unit * of.off_by, c_);
        };
        if (alike && first->is(0)) {
            if (!added) return "0 within rounding";
            const Factor factor = times(*added, lambda);
            return "nothing but " + itself +
                   (factor.number == "1" ? "" : ", times " + factor.words());
        }
        if (alike && !added && !first->is(1) && !(parts == 1 && is_elsewhere(block, *first))) {
            const Factor factor = times(*first, 1);
            return factor.number + " times ours" +
                   (factor.reason.empty() ? "" : ", and " + factor.reason);
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
        return changes.empty() ? "" : "ours " + listed(changes);
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

    /// A block that no weights give: perhaps the right numbers stand in other places.
    bool elsewhere(const Given& given) {
        result_.all = false;
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
        for (const Given& other : against_.theirs.given)
            if (&other != &given && other.term.is_gradient() && same_as(other.term, false))
                return say("their " + given.term.key + " is our " + other.term.key), true;
        if (!same_as(given.term, true)) return false;
        say("their " + given.term.key + " holds the right numbers in other places");
        return true;
    }

    /// Whether there is a reason for each of these weights: under a mistake any would explain too much.
    bool known(const std::vector<Weight>& weights) const {
        return std::all_of(weights.begin(), weights.end(), [&](const Weight& each) {
            const double off_by = std::max(each.off_by, 2e-7 * std::abs(each.value));
            return !each.said() || each.is(each.usual) ||
                   factor_of(each.value, off_by, c_).complexity <= 3;
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
        const std::vector<std::vector<Weight>> ways = one_changed(given);
        if (ways.size() == 1) return blocks_.push_back({&given, ways[0]});
        if (!elsewhere(given) &&
            std::ranges::all_of(given.values, [](double value) { return std::isfinite(value); }))
            say("their " + given.term.key + " has too few numbers to tell its parts apart");
    }

    /// All ways to give a block by our weights but that of one part, of one KL, or of all.
    std::vector<std::vector<Weight>> one_changed(const Given& given) {
        const auto& [comparison, theirs, workings, structure, frame] = against_;
        std::vector<Weight> usual = comparison.weighing(structure, frame, given).weights;
        const std::vector<double>& wanted = comparison.in_our_order(given, frame);
        std::vector<std::shared_ptr<const Real>> numbers;
        Real ours(1, wanted.size());
        for (Weight& each : usual) {
            each.value = each.usual;
            numbers.push_back(numbers_of(workings, structure, each.part, given.term));
            if (numbers.back()->values.size() != wanted.size()) return {};
            for (std::size_t i = 0; i < wanted.size(); ++i)
                ours.values[i] += each.value * numbers.back()->values[i];
        }
        std::set<std::vector<bool>> choices;
        const auto choose = [&](const auto& moves) {
            std::vector<bool> choice;
            for (const Weight& each : usual) choice.push_back(moves(each));
            choices.insert(choice);
        };
        choose([](const Weight& each) { return each.usual != 0; });
        for (const Weight& one : usual)
            choose([&](const Weight& each) {
                return each.part == one.part ||
                       (group_of(one.part) > 0 && group_of(each.part) == group_of(one.part));
            });
        const Allowed allowed = comparison.allowed(given.term, ours);
        std::vector<std::vector<Weight>> ways;
        for (const std::vector<bool>& choice : choices) {
            double along = 0, square = 0, size = 0;  // of what moves, in tolerances
            std::size_t telling = 0;
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                double by = 0;
                for (std::size_t k = 0; k < usual.size(); ++k)
                    if (choice[k]) by += numbers[k]->values[i];
                const double tolerance = std::max(allowed.of(i, wanted[i], ours.values[i]), 1e-100);
                along += by / tolerance * ((wanted[i] - ours.values[i]) / tolerance);
                square += by / tolerance * (by / tolerance);
                size += std::abs(by / tolerance);
                telling += by != 0;
            }
            constexpr double visible = 1e6;
            if (telling < 3 || !(square > visible) || !std::isfinite(along)) continue;
            std::vector<Weight> weights = usual;
            for (std::size_t k = 0; k < weights.size(); ++k) {
                weights[k].off_by = size / square;
                if (choice[k]) weights[k].value += along / square;
            }
            if (known(weights) && given_by(given, weights)) ways.push_back(std::move(weights));
        }
        return ways;
    }
    /// The weight of a part as another block has it; of one that it does not have, the data's.
    static Weight weight_in(const std::vector<Weight>& other, const Weight& wanted) {
        Weight data = wanted;
        data.value = wanted.usual;
        for (const Weight& each : other) {
            if (each.part.share == wanted.part.share &&
                (each.part.layer == wanted.part.layer || each.usual == 0))
                return each;
            if (each.part.share == Share::data && wanted.usual != 0) data = each;
        }
        return data;
    }

    const Against& against_;
    const Case& c_;
    ByParts result_;
    std::vector<Weighed> blocks_;  // that differ
};

}  // namespace

ByParts by_parts(const Against& against) { return Account(against).said(); }

}  // namespace autoencoder::diagnosis
