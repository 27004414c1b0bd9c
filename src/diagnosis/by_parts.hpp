// What is wrong, by the weights of the parts: "their grad_W2 is ours without λW2".
#pragma once

#include <string>
#include <vector>

#include "diagnosis/comparison.hpp"

namespace autoencoder::diagnosis {

/// Theirs, held against a structure in a frame.
struct Against {
    Comparison& comparison;
    const Theirs& theirs;
    Workings& workings;
    const Rules& structure;
    const Frame& frame;
};

struct ByParts {
    std::vector<std::string> sentences;
    bool all = true;  // every term that they have is accounted for, but perhaps the cost
    bool costs = true;  // these too
    bool by_weights = true;  // of parts, that is; a mistake that gives them says more than what else does
    std::size_t accounted = 0;
};
ByParts by_parts(const Against& against);

/// A gradient or a δ that other weights of its parts give.
struct Weighed {
    const Given* given;
    std::vector<Weight> weights;
};

/// Weights that may give a block of few numbers: ours but that of one part, of one KL, or of all.
std::vector<std::vector<Weight>> one_changed(const Against& against, const Given& given);

/// The unit, or of weights the input, from 1, whose numbers alone are not ours; 0: there is no such one.
enum class Line { unit, input };
std::size_t only_wrong(const Against& against, const Given& given, Line of);

/// The factors of a layer's sparsity term, one a unit, that give a gradient of weights; empty: none do, or one would.
std::vector<double> sparsity_by_unit(const Against& against, const Given& given);
/// What a gradient is that no weights give, as a function of our numbers, or by what is added: "the sign of ours"; or "".
std::string by_numbers(const Against& against, const Given& given);
/// Whether these factors give a gradient of its biases.
bool is_given_by_units(const Against& against, const Given& biases, const std::vector<double>& factors);

/// By what a cost is off, and whether these weights give it; "" where it is not off. `right`: all that is
/// not a cost agrees.
struct CostByParts {
    std::string words;
    bool given;
};
CostByParts cost_by_parts(const Against& against, const Given& cost,
                          const std::vector<Weighed>& blocks, bool right);

/// What a cost is where all gradients agree and no weight of a part gives it: "ours less the entropy of the targets"; or "".
std::string cost_alone(const Against& against, const Given& cost);

/// Whether there are no fewer weights than numbers that they can differ in: of one pattern a block has one for each
/// unit, and so has what acts through ρ.
bool is_met_by_any(const Case& c, const Given& given, const std::vector<Weight>& weights);
/// The weight of a part as another block has it; of one that it does not have, the data's.
Weight weight_in(const std::vector<Weight>& other, const Weight& wanted);
/// The weights where those that may be the usual ones are these: what the others are then, more closely.
std::vector<Weight> settled(const Against& against, const Given& given, std::vector<Weight> weights);

}  // namespace autoencoder::diagnosis
