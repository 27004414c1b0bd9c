// Cases for the tests: archives as they come from a file "case.npz", changed a key at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::test {

/// The archive with this key added or replaced, or taken out.
inline Archive with(Archive archive, const std::string& key, Array array) {
    array.origin = "case.npz: " + key;
    archive.origin = "case.npz";
    for (auto& entry : archive.entries) {
        if (entry.first != key) continue;
        entry.second = std::move(array);
        return archive;
    }
    archive.add(key, std::move(array));
    return archive;
}
inline Archive without(Archive archive, const std::string& key) {
    std::erase_if(archive.entries, [&](const auto& entry) { return entry.first == key; });
    return archive;
}

/// An array of doubles: value(i) for i = 0, 1, …
template <class Value>
Array filled(Array::Shape shape, Value value) {
    std::size_t size = 1;
    for (std::size_t extent : shape) size *= extent;
    std::vector<double> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = value(i);
    return {std::move(shape), std::move(values)};
}

inline Array list(std::vector<std::int64_t> values) {
    Array::Shape shape = {values.size()};
    return {std::move(shape), std::move(values)};
}

/// A chain of these sizes (n_0, n_1, …) and N patterns, in sines and cosines; no test expects more
/// of their last digits than every library gives.
inline Archive chain(const std::vector<std::size_t>& units, std::size_t N) {
    double k = 0;
    const auto next = [&](std::size_t) { return 0.7 * std::sin(++k); };
    Archive archive = with({}, "x", filled({N, units[0]}, [](std::size_t i) {
                               return 0.5 + 0.4 * std::cos(1.0 + double(i));
                           }));
    for (std::size_t l = 1; l < units.size(); ++l) {
        archive = with(archive, "W" + std::to_string(l), filled({units[l], units[l - 1]}, next));
        archive = with(archive, "b" + std::to_string(l), filled({units[l]}, next));
    }
    return archive;
}

/// The largest difference of the values of two arrays of one shape; infinity for different shapes.
inline double difference(const Array& a, const Array& b) {
    if (a.shape != b.shape) return HUGE_VAL;
    const std::vector<double> left = a.doubles(), right = b.doubles();
    double largest = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const double d = std::abs(left[i] - right[i]);
        largest = d > largest || std::isnan(d) ? d : largest;
    }
    return largest;
}

/// Whether two archives hold the same keys in the same order with the same values.
inline bool same(const Archive& a, const Archive& b) {
    return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      [](const auto& left, const auto& right) {
                          return left.first == right.first &&
                                 left.second.shape == right.second.shape &&
                                 left.second.values == right.second.values;
                      });
}

inline std::vector<std::string> keys(const Archive& archive) {
    std::vector<std::string> names;
    for (const auto& [key, array] : archive.entries) names.push_back(key);
    return names;
}

}  // namespace autoencoder::test
