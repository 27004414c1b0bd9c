// A case written down by formulas, for vectors.hpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autoencoder/report.hpp"
#include "diagnosis/vectors.hpp"

namespace autoencoder::diagnosis {

/// low + width · ((a k + c) mod m)/m for k = 0, 1, …
struct Sequence {
    double low, width;
    std::size_t a, c, m;

    Array fill(Array::Shape shape) const {
        std::size_t size = 1;
        for (const std::size_t extent : shape) size *= extent;
        std::vector<double> values(size);
        for (std::size_t k = 0; k < size; ++k)
            values[k] = low + width * (double((a * k + c) % m) / double(m));
        return {std::move(shape), std::move(values)};
    }
    std::string formula(const std::string& key) const {
        return key + "_k = " + shortest(low) + " + " + shortest(width) + "·(((" +
               std::to_string(a) + "k + " + std::to_string(c) + ") mod " + std::to_string(m) +
               ")/" + std::to_string(m) + "); ";
    }
};

/// Inputs, and the weights and biases of layer l = 1, 2, …, where nothing else is said.
inline constexpr Sequence usual_inputs{0.05, 0.9, 37, 11, 101};
inline Sequence usual_weights(std::size_t l) { return {-0.9, 1.8, 29, 7 * l, 97}; }
inline Sequence usual_biases(std::size_t l) { return {-0.5, 0.9, 17, 3 * l, 89}; }

/// A case as it is put together: every key goes into the archive, and its formula beside it.
struct Recipe {
    TestVector made;

    Recipe(std::string name, std::string about) {
        made.name = std::move(name);
        made.about = std::move(about);
    }
    void put(const std::string& key, const Sequence& sequence, Array::Shape shape) {
        made.inputs += sequence.formula(key);
        made.archive.add(key, sequence.fill(std::move(shape)));
    }
    void set(const std::string& key, const char* value) { set(key, std::string(value)); }
    void set(const std::string& key, double value) {
        made.inputs += key + " = " + shortest(value) + "; ";
        made.archive.add(key, value);
    }
    void count(const std::string& key, std::size_t value) {
        made.inputs += key + " = " + std::to_string(value) + "; ";
        made.archive.add(key, value);
    }
    void set(const std::string& key, const std::string& value) {
        made.inputs += key + " = '" + value + "'; ";
        made.archive.add(key, value);
    }
};

/// Convolutional and variational cases.
std::vector<TestVector> other_vectors();

}  // namespace autoencoder::diagnosis
