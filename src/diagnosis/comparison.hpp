// Their terms against the terms under any rules.
//
// Tolerances follow rounding through the right computation, number by number (rounding.hpp). Terms
// under other rules are larger or smaller, and so is what they may be off by.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <vector>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/frame.hpp"
#include "diagnosis/parts.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/theirs.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

inline std::span<const double> numbers(const Real& of) { return {of.data(), of.values.size()}; }
/// Every so manieth of them.
std::vector<double> every(std::size_t step, std::span<const double> numbers);

class Comparison {
public:
    Comparison(Workings& workings, const Theirs& theirs);

    /// Every frame that their shapes leave open, the plain one first.
    const std::vector<Frame>& frames() const { return frames_; }

    /// Whether all that they have comes out under these rules. What is refuted by something that was
    /// compared before costs next to nothing; else the first term that differs ends it.
    bool reproduces(const Rules& rules, const Frame& frame);

    /// Whether some weights of the parts give all numbers of theirs that are sums of them. What is not
    /// possible under a structure is refuted for all mistakes and conventions that are weights.
    bool possible(const Rules& structure, const Frame& frame);

    /// Their numbers of δ or a gradient as a sum of its parts under a structure.
    const Weighing& weighing(const Rules& structure, const Frame& frame, const Given& given);
    /// The same with other numbers of the parts.
    using NumbersOf = std::function<std::shared_ptr<const Real>(const Part&)>;
    Weighing weighed_under(const Rules& structure, const Frame& frame, const Given& given,
                           const NumbersOf& numbers_of_part);

    /// Whether these numbers are theirs, or those of some rows of theirs, which may be off by some more
    /// than rounding.
    bool gives(const Frame& frame, const Given& given, const Term& rows, const Real& numbers,
               std::span<const double> more);

    TermRow row(const Rules& rules, const Frame& frame, const Given& given);

    /// All that can be compared against the right numbers.
    Held against_right(const Frame& frame);
    /// How many of their numbers are clearly not these, if ours are the right ones.
    std::size_t told_from(const Frame& frame, const Given& given, const Real& other);
    /// The frame in which most of their terms are the right ones, and how many.
    struct Nearest {
        Frame frame;
        std::ptrdiff_t agreeing;
    };
    Nearest nearest();
    /// Whether some numbers come out under these rules by their size only.
    bool by_size(const Rules& rules, const Frame& frame);
    /// Whether they have NaN or infinity where their precision may be why.
    bool overwhelmed() const;
    /// Whether a term of theirs is zero all over where the right one is not: that is no convention.
    bool never_assigned() const { return !unassigned_.empty(); }
    /// Whether it takes this structure, and not the lecture's, to give some of their numbers.
    bool matters(const Rules& structure, const Frame& frame);
    /// Whether nothing of this case tells two sets of rules apart.
    bool alike(const Rules& a, const Rules& b);
    /// Whether a term that they may not have differs between two sets of rules.
    bool distinguishes(const Term& term, const Rules& a, const Rules& b);

    /// Their values in our order.
    const std::vector<double>& in_our_order(const Given& given, const Frame& frame);
    /// What the numbers of a term may be off by where they are these. Numbers of which some parts are
    /// left out were rounded with them: what cancels is no smaller. `step`: of every so manieth number.
    Allowed allowed(const Term& term, const Real& ours, bool of_parts = false, std::size_t step = 1);
    /// What the cost may be off by.
    double cost_tolerance() const { return rounding_.errors.at("cost")[0]; }
    /// All that the numbers of a term together may be off by.
    double tolerance_of(const Term& term) const;
    /// What no program can compute in their precision, in words.
    const std::vector<std::string>& lost() const { return rounding_.lost; }

    /// Their values of some rows, or all, in our order.
    std::span<const double> theirs(const Given& given, const Frame& frame, const Term& rows);

private:
    bool agrees(const Rules& rules, const Frame& frame, const Given& given);
    Held held(const Given& given, const Frame& frame, const Real& ours);

    /// A comparison of one term: with the rules and the frame as far as the term depends on them.
    struct Compared {
        std::size_t term;
        Rules rules;
        Frame frame;
        auto operator<=>(const Compared&) const = default;
    };
    Compared compared(const Rules& rules, const Frame& frame, const Given& given) const;

    /// The right numbers of a term, and what they may be off by.
    struct Right {
        std::shared_ptr<const Real> numbers;
        std::span<const double> errors, below, least;
        double largest = 0, largest_error = 0;
        std::vector<double> zeros, alike;  // for as many numbers as by mistake there may be
    };
    Right& right(const Term& term);

    Workings& w_;
    const Theirs& theirs_;
    Rounding rounding_;
    std::vector<double> thin_[4];  // of the last thinned Allowed
    std::map<std::size_t, Right> right_;  // by term, as far as they were asked for
    double unit_;                         // one rounding
    std::vector<Frame> frames_;
    std::set<const Given*> unassigned_;
    std::vector<const Given*> given_;  // those of a size that can be compared, the cheap ones first
    std::map<std::pair<const Given*, Frame>, std::vector<double>> ordered_;
    std::map<Compared, bool> agreed_;         // every comparison so far
    std::map<Compared, Weighing> weighings_;  // every structure so far
    std::map<std::pair<Rules, Frame>, bool> possible_;
    const Given *refuter_ = nullptr, *impossible_ = nullptr;  // by which the last guess was refuted
};

}  // namespace autoencoder::diagnosis
