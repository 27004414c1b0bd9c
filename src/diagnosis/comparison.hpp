// Their terms against the terms under any rules.
//
// Tolerances follow rounding through the right computation, term by term: what a sum of n products
// of this size loses in their precision, and what it hands on. Terms under other rules are larger
// or smaller, and so is what they may be off by.
#pragma once

#include <compare>
#include <map>
#include <vector>

#include "diagnosis/theirs.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

/// What their arrays mean, where that is a choice.
struct Frame {
    bool weights_flipped = false;  // by columns, or the transpose
    bool samples_flipped = false;  // patterns in columns
    bool biases_averaged = false;  // gradients of biases by pattern: their mean is ours
    double delta_sign = 1;
    bool delta_over_n = false;

    auto operator<=>(const Frame&) const = default;
};

struct Difference {
    double absolute = 0, relative = 0;  // the largest; relative to the largest entry of ours
    double tolerance = 0;               // of the absolute difference
    bool agrees = false;
};

class Comparison {
public:
    using Frame = diagnosis::Frame;

    Comparison(Workings& workings, const Theirs& theirs);

    /// Every frame that their shapes leave open, the plain one first.
    const std::vector<Frame>& frames() const { return frames_; }

    /// Whether all that they have comes out under these rules. What is refuted by something that was
    /// compared before costs next to nothing; else the first term that differs ends it.
    bool reproduces(const Rules& rules, const Frame& frame);

    Difference difference(const Rules& rules, const Frame& frame, const Given& given);

    /// Whether a term that they may not have differs between two sets of rules.
    bool distinguishes(const Term& term, const Rules& a, const Rules& b);

    /// Their values in our order, and ours.
    std::vector<double> in_our_order(const Given& given, const Frame& frame,
                                     const Real& ours) const;

    double tolerance(const Term& term) const;

private:
    struct Scale {
        Term term;
        double tolerance, largest;
    };
    const Scale& scale(const Term& term) const;
    void add_scale(const Term& term, double tolerance);
    void measure_forward();
    void measure_costs();
    void measure_backward();
    void find_frames();
    double allowed(const Term& term, double largest) const;
    double delta_factor(const Frame& frame) const;
    bool agrees(const Rules& rules, const Frame& frame, const Given& given);

    /// A comparison of one term: with the rules and the frame as far as the term depends on them.
    struct Compared {
        Term term;
        Rules rules;
        Frame frame;
        auto operator<=>(const Compared&) const = default;
    };
    Compared compared(const Rules& rules, const Frame& frame, const Term& term) const;

    Workings& w_;
    const Theirs& theirs_;
    double unit_;  // one rounding
    std::vector<Scale> scales_;
    std::vector<double> s_error_, h_error_, delta_error_, kl_error_, term_error_, term_size_;
    double data_error_ = 0, penalty_error_ = 0;
    std::vector<Frame> frames_;
    std::vector<const Given*> given_;  // those of a size that can be compared, the cheap ones first
    std::map<Compared, bool> agreed_;  // every comparison so far
    const Given* refuter_ = nullptr;   // by which the last guess was refuted
};

}  // namespace autoencoder::diagnosis
