// What the readers of foreign cases and of foreign results have in common: the tables of names, vectors
// taken apart, and what is said of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exchange/names.hpp"

namespace autoencoder {

/// Our key for a name, or "": of a case (visibleSize, hiddenSize and theta are UFLDL's), of results of one
/// number or one vector.
std::string_view case_key(std::string_view name);
std::string_view result_key(std::string_view name);
/// What stands before a layer's number, as ours: "z3" → s and 3.
std::optional<std::pair<std::string_view, std::size_t>> layer_key(std::string_view name);

/// A parameter's name, or its gradient's, in the ways of several libraries.
struct ParameterName {
    unsigned means = 0;  // weights, biases, gradient, …
    std::vector<std::size_t> numbers;
    std::string words;    // that say nothing: fc, net
    bool direct = false;  // a letter and a number, as our own are

    enum : unsigned { weights = 1, biases = 2, gradient = 4, encoder = 8, decoder = 16, inputs_first = 32 };
    bool bias() const { return (means & biases) != 0; }
    int side() const { return means & encoder ? -1 : means & decoder ? 1 : 0; }
};
std::optional<ParameterName> parameter_name(std::string_view name);

/// Our keys of these, without grad_: encoders before decoders, then by number. "" where the layer cannot
/// be told: L is how many there are, 0 where these are all.
std::vector<std::string> keys_of(const std::vector<ParameterName>& names, std::size_t L);

/// A block of a vector in the shape that it has, unrolled row by row or with the first index fastest.
Array rolled(std::span<const double> values, const Array::Shape& shape, bool first_fastest,
             const std::string& origin);

/// Takes an archive's entries one after the other, under our keys or as they are.
struct Reading {
    using Entry = std::pair<std::string, Array>;

    Understood result;
    std::vector<std::string> read;  // "'J' as cost"
    std::vector<std::pair<std::string, std::vector<std::string>>> aside;  // why, and which keys

    void take(const std::string& key, const std::string& ours, Array array);
    /// Leaves an array out; `why` follows on "is" or "are".
    void leave(const std::string& key, const std::string& why);
    /// Puts it all into sentences.
    Understood finish(const Archive& from);
};

}  // namespace autoencoder
