// Their terms against those of a chain under any rules. Nothing is known here of how rounding runs
// through such a model, so tolerances are a share of the largest entry.
#pragma once

#include <map>
#include <vector>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/chain/workings.hpp"

namespace autoencoder::diagnosis::chain {

enum class Fit { as_expected, reversed, unrolled, other_size };

struct Given {
    const Term* term;
    Fit fit;
    std::vector<double> values;  // as they lie in the array, the last index fastest
    std::string shape;
};

/// What their arrays mean, where that is a choice.
struct Frame {
    bool weights_flipped = false;  // dense weights (in, out)
    double delta_sign = 1;
    bool delta_over_n = false;
};

class Comparison {
public:
    using Frame = chain::Frame;

    /// Throws std::runtime_error for a key that is no term of the case, for what is not numbers,
    /// and where there are none.
    Comparison(Workings& workings, const Archive& theirs);

    const std::vector<Given>& given() const { return given_; }
    bool single() const { return single_; }
    bool has(const std::string& key) const;
    /// Every frame that their shapes leave open, the plain one first.
    const std::vector<Frame>& frames() const { return frames_; }

    /// Whether all that they have comes out under these rules; the first term that differs ends it.
    bool reproduces(const Rules& rules, const Frame& frame);
    TermRow row(const Rules& rules, const Frame& frame, const Given& given);
    /// Whether a term that they may not have differs between two sets of rules.
    bool distinguishes(const Term& term, const Rules& a, const Rules& b);
    /// Their values in our order.
    std::vector<double> in_our_order(const Given& given, const Frame& frame) const;

private:
    void find_frames();
    double tolerance(const Term& term, const std::vector<double>& ours) const;
    bool agrees(const Rules& rules, const Frame& frame, const Given& given);

    Workings& w_;
    std::vector<Given> given_;       // in the order of the computation
    std::vector<const Given*> open_;  // those that can be compared
    std::map<ForwardRules, bool> forward_agrees_;  // what was found of their forward terms
    bool single_ = false;
    double cost_size_;  // of the right cost: its parts are as exact as the whole
    std::vector<Frame> frames_;
};

}  // namespace autoencoder::diagnosis::chain
