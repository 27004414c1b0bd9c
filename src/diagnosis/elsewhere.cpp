#include "diagnosis/elsewhere.hpp"

#include <cmath>

#include "autoencoder/error.hpp"
#include "autoencoder/variational.hpp"
#include "exchange/keys.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr std::string_view keys[] = {"cost_plus", "cost_minus",  "cost_steps",
                                     "epsilon",   "coordinates", "learning_rate"};

std::vector<double> vector_at(const Archive& archive, const std::string& key, std::size_t size) {
    const Array& array = archive.at(key);
    if (array.is_text() || array.size() != size)
        fail(place(archive, key), "expected " + std::to_string(size) +
                                      " numbers, one a coordinate, found " + array.description());
    return array.doubles();
}

Nudges read_nudges(const Network& network, const Archive& archive) {
    Nudges nudges;
    bool any = false;
    for (const char* key : {"epsilon", "coordinates", "cost_plus", "cost_minus"})
        any |= archive.find(key) != nullptr;
    if (!any) return nudges;
    nudges.epsilon = archive.at("epsilon").number();
    if (!(nudges.epsilon > 0) || !std::isfinite(nudges.epsilon))
        fail(place(archive, "epsilon"), "expected a step above 0, found another");
    const std::size_t parameters = named_layout(network).parameters();
    for (const std::int64_t k : archive.at("coordinates").integers()) {
        if (k < 0 || std::size_t(k) >= parameters)
            fail(place(archive, "coordinates"), "expected indices from 0 to " +
                                                    std::to_string(parameters - 1) + ", found " +
                                                    std::to_string(k));
        nudges.coordinates.push_back(std::size_t(k));
    }
    nudges.plus = vector_at(archive, "cost_plus", nudges.coordinates.size());
    nudges.minus = vector_at(archive, "cost_minus", nudges.coordinates.size());
    return nudges;
}

Steps read_steps(const Archive& archive) {
    Steps steps;
    if (!archive.find("learning_rate") && !archive.find("cost_steps")) return steps;
    steps.learning_rate = archive.at("learning_rate").number();
    if (!std::isfinite(steps.learning_rate))
        fail(place(archive, "learning_rate"), "expected a number, found another");
    steps.costs = archive.at("cost_steps").doubles();
    if (steps.costs.empty())
        fail(place(archive, "cost_steps"), "expected a cost a step, found none");
    return steps;
}

}  // namespace

Layout named_layout(const Network& network) {
    return network.gaussian_layer() > 0 ? variational_layout(network) : layout(network);
}

std::span<const std::string_view> keys_elsewhere() { return keys; }
std::span<const std::string_view> costs_elsewhere() { return std::span(keys).first(3); }

Elsewhere read_elsewhere(const Network& network, const Archive& archive) {
    return {read_nudges(network, archive), read_steps(archive)};
}

}  // namespace autoencoder::diagnosis
