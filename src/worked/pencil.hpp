// The lecture with numbers in it: every formula for one pattern and one unit, as the literal lines
// compute it, beside what the code that trains models has for it and what a finite difference says.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::lecture {

/// Where to look: pattern q, layer l, its unit j and the unit k below, each from 0, the layer from 1.
struct Place {
    size_t q = 0, l = 0, j = 0, k = 0;  // l 0: the first hidden layer, or the output
    bool all = false;                   // all units of a layer
    bool bias = false;                  // the unit's bias in place of its weight from k
};

/// One line: name = letters = numbers = value.
struct Line {
    std::string name, letters, numbers;
    double value;
    std::string key = {}, term = {};  // where `terms` has it, as NumPy would say it: "delta1[0, 1]"
    std::optional<double> fast = {};  // and what it is there
    std::optional<double> theirs = {}, right = {};  // right: what theirs is to be, in their convention
    bool agrees = true;                             // whether it is, to rounding
    std::optional<double> quotient = {};  // the finite difference, for a derivative
    std::string remark = {};
};

/// What stands behind its = signs: letters, numbers where they are others, the value; and what there is to
/// say of that: the finite difference, the term, theirs, the remark. Around the term's name stands `quote`.
std::vector<std::string> sides(const Line& line, const Digits& digits);
std::vector<std::string> notes(const Line& line, const Digits& digits, const char* quote = "");

/// A case has nothing that an equation is about.
struct NotHere : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// A term of `terms`: its key, which number of it, and whether that with the other sign.
struct Term {
    std::string key;
    size_t number = 0;
    bool minus = false;
};

/// The formulas on a case, whose terms come from the code that trains models.
class Pencil : public Lecture {
public:
    /// The example and theirs must outlive it.
    Pencil(const Example& example, const Place& place, const Digits& digits,
           const TheirTerms& theirs);

    size_t q, l, j, k;
    bool bias;
    std::vector<Line> lines;

    /// The units that are looked at of a layer with so many.
    std::vector<size_t> units(size_t count) const;
    /// Throws std::invalid_argument "this network has no sparse layer" where it has none.
    void need(bool there, const char* what) const;

    /// A number by its name and as the literal line makes it. What stands for something in it has a
    /// line of its own before it, once. The line may be added to until the next one.
    Line& line(const Number& name, const Number& made, const Term& term = {});
    Line& line(std::string name, const Number& made, const Term& term = {});
    /// δ of the units of a layer that are looked at, as the literal line makes them.
    void deltas(size_t layer, const OfUnit& made);
    /// Whether they have this term, and so want a line of it.
    bool theirs_have(const char* key) const { return theirs_.contains(key); }
    /// The weight that is looked at: its row and its column in W.
    std::pair<size_t, size_t> weight() const;
    bool window() const { return has_window(net.layer(l)); }
    Term of_unit(const char* key, size_t layer, size_t unit) const;  // of pattern q
    Term by_net_input(size_t layer, size_t unit) const;  // ∂J^q/∂s of it: −δ
    Term by_parameter(size_t at) const;                   // ∂J/∂θ[at]

    /// By finite differences: of J^q and what it adds to the sparsity's part, or of another value, by
    /// s_i^q of a layer, or by w_ik as pattern q alone sees it; and of J, as `terms` has it, by θ[at].
    using Of = std::function<double(const Lecture&)>;
    double by_s(size_t layer, size_t i, const Of& value = {}) const;
    double by_w(size_t layer, size_t i, size_t k_, const Of& value = {}) const;
    double by_theta(size_t at) const;
    double deck_cost(
        const Lecture& at) const;  // J^q + the sum form's sparsity, as far as q has a say

private:
    struct Moved;
    double quotient(Moved moved, const Of& value) const;

    Digits written_;
    Archive terms_;
    const TheirTerms& theirs_;
    bool all_;
};

/// A formula's lines.
struct Explanation {
    std::string_view tag;
    std::vector<Line> lines;
};

/// "J^1" of the first pattern.
inline std::string numbered(const char* name, size_t number) {
    return name + std::to_string(number + 1);
}

inline constexpr Digits for_a_pencil{5, 4}, of_a_case{5, 300};

/// A formula on its worked cases, or on a case. Throws std::invalid_argument where the case has nothing
/// that it is about, or nothing at this place.
Explanation explained(std::string_view tag, const Place& place);
Explanation explained(std::string_view tag, const Case& c, const Place& place,
                      const TheirTerms& theirs = {});
/// A whole training step, from x to the new weight, on a case.
std::vector<Explanation> training_step(const Case& c, const Place& place, const Digits& digits,
                                       const TheirTerms& theirs = {});

/// How an equation is explained, and the cases to follow it on.
struct Worked {
    std::string_view tag;
    void (*explain)(Pencil&);
    std::vector<Case> (*cases)();
};

std::span<const Worked> worked_networks();  // explain_networks.cpp
std::span<const Worked> worked_models();    // explain_models.cpp
/// Of this tag.
const Worked& worked(std::string_view tag);

// worked.cpp: small cases for a pencil, with numbers of one digit

std::vector<Case> worked_shallow();  // 2-2-2, four patterns
std::vector<Case> worked_sparse();   // the same, penalised and sparse
std::vector<Case> worked_dropout();
std::vector<Case> worked_latent();  // a linear output
std::vector<Case> worked_pca();
std::vector<Case> worked_codes();  // x are codes
std::vector<Case> worked_stack();
std::vector<Case> worked_heads();  // LMS, multi-layer, softmax
std::vector<Case> worked_classifier();
std::vector<Case> worked_denoising();
std::vector<Case> worked_convolutional();  // an image of 4×4
std::vector<Case> worked_variational();

}  // namespace autoencoder::lecture
