// Their terms against those of a chain under any rules. Nothing is known here of how rounding runs
// through such a model, so tolerances are a share of the largest entry.
#pragma once

#include <array>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/chain/axes.hpp"
#include "diagnosis/chain/workings.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/rounding.hpp"

namespace autoencoder::diagnosis::chain {

enum class Fit { as_expected, reordered, unrolled, by_pattern, other_size };

struct Given {
    const Term* term;
    Sort sort;
    Fit fit;
    std::vector<double> values;  // as they lie in the array, the last index fastest
    Array::Shape shape;
};

/// What their arrays mean, where that is a choice.
struct Frame {
    std::array<Axes, sorts> orders = {};  // by sort; empty: ours
    double delta_sign = 1;
    bool delta_over_n = false;
    bool biases_averaged = false;  // a bias' gradients by pattern give ours by their mean
    bool misplaced = false;        // weights' gradients: a column-major vector read row-major
};

class Comparison {
public:
    using Frame = chain::Frame;

    /// Throws std::runtime_error for a key that is neither a term of the case nor one of
    /// elsewhere.hpp, for what is not numbers, and where there are none.
    Comparison(Workings& workings, const Archive& theirs);

    const std::vector<Given>& given() const { return given_; }
    const Elsewhere& elsewhere() const { return elsewhere_; }
    bool single() const { return single_; }
    /// What they have of a term, or nullptr.
    const Given* find(const std::string& key) const;
    /// Every frame that their shapes leave open, the plain one first.
    const std::vector<Frame>& frames() const { return frames_; }

    /// Whether all that they have comes out under these rules; the first term that differs ends it.
    bool reproduces(const Rules& rules, const Frame& frame);
    TermRow row(const Rules& rules, const Frame& frame, const Given& given);
    /// How far they are from the right numbers, in tolerances.
    double evidence(const Frame& frame);
    /// Whether some numbers come out under these rules by their size only.
    bool by_size(const Rules& rules, const Frame& frame);
    /// Whether they have NaN or infinity where their precision may be why.
    bool overwhelmed() const;
    /// Whether a term of theirs is zero all over where the right one is not: that is no convention.
    bool never_assigned() const { return !unassigned_.empty(); }
    /// Whether a term that they may not have differs between two sets of rules.
    bool distinguishes(const Term& term, const Rules& a, const Rules& b);
    /// What the numbers of a term may be off by.
    Allowed allowed(const Term& term, const std::vector<double>& ours);
    /// What the cost may be off by.
    double cost_tolerance() const { return rounding_.errors.at("cost")[0]; }
    /// What no program can compute in their precision, in words.
    const std::vector<std::string>& lost() const { return rounding_.lost; }
    /// Their values in our order.
    std::vector<double> in_our_order(const Given& given, const Frame& frame) const;

private:
    std::vector<Axes> orders_left(Sort sort) const;
    void find_frames();
    std::vector<double> sum_of(const Given& given, const Frame& frame) const;
    bool agrees(const Rules& rules, const Frame& frame, const Given& given);

    Workings& w_;
    std::vector<Given> given_;        // in the order of the computation
    std::set<const Given*> unassigned_;
    std::vector<const Given*> open_;  // those that can be compared
    /// What was found of their forward terms, with their images and samples in these orders.
    std::map<std::tuple<ForwardRules, Axes, Axes>, bool> forward_agrees_;
    Elsewhere elsewhere_;
    bool single_ = false;
    Rounding rounding_;
    std::map<std::string, std::vector<double>> right_;  // terms, as far as they were asked for
    std::vector<Frame> frames_;
};

}  // namespace autoencoder::diagnosis::chain
