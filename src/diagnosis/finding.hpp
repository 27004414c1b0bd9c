// Explanations as sentences.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {

/// "a, b and c".
std::string listed(const std::vector<std::string>& parts, const std::string& last = " and ");

/// What the chosen frame says about the layout of their arrays.
struct Layouts {
    std::vector<std::string> conventions, mistakes, sentences;

    /// Each id is listed once.
    void convention(const std::vector<std::string>& ids, const std::string& sentence);
    void say_order(Sort sort, std::size_t order);
    void mistake(const char* id, const std::string& sentence);
};

/// From the shapes of their arrays, the order that their numbers were found in, and the sums and
/// signs of δ and of the biases' gradients.
Layouts layouts_of(const Theirs& theirs, const Explanation& found);

/// Why some of the numbers can't be had in their precision, where that may be what is wrong.
void say_lost(Diagnosis& result, const std::vector<std::string>& lost);

/// That nothing differs, and what could be compared by its size only.
void say_agreement(Diagnosis& result, const Printed& printed, const std::vector<std::string>& lost);

/// The findings that say something, each once, and their sentences; `wrong` are the keys that differ.
void add_findings(Diagnosis& result, const std::vector<Explanation>& found, const Layouts& layouts,
                  const std::vector<std::string>& wrong);

/// "the first term to go wrong is h1, the activity of layer 1, while s1 agrees: look at the
/// activation of layer 1", with the equation's tag.
std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net);

}  // namespace autoencoder::diagnosis
