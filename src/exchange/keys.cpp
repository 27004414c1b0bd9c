#include "exchange/keys.hpp"

#include <algorithm>
#include <charconv>

#include "autoencoder/error.hpp"
#include "base/utf8.hpp"
#include "base/nearest.hpp"

namespace autoencoder {

namespace {

std::string file_of(const Archive& archive) {
    return archive.origin.empty() ? "archive" : archive.origin;
}

}  // namespace

std::string place(const Archive& archive, std::string_view key) {
    return file_of(archive) + ": " + std::string(key);
}

std::string model_of(const Archive& archive) {
    const Array* model = archive.find("model");
    return model ? model->text() : "network";
}

std::size_t depth_of(const Archive& archive) {
    std::size_t L = 1;
    for (const auto& [key, array] : archive.entries) {
        std::size_t l = 0;
        const char* end = key.data() + key.size();
        if (key.size() < 2 || key[0] != 'W') continue;
        const auto number = std::from_chars(key.data() + 1, end, l);
        // More layers than entries are not a network, and not worth a list of their names.
        if (number.ptr == end && l <= archive.entries.size()) L = std::max(L, l);
    }
    return L;
}

std::vector<std::string> network_keys(std::size_t L) {
    std::vector<std::string> keys = {"model",           "activation",      "loss",
                                     "weight_penalty",  "sparsity_target", "sparsity_weight",
                                     "sparse_layers",   "dropout"};
    for (std::size_t l = 1; l <= L; ++l) {
        for (const char* stem : {"W", "b", "activation"}) keys.push_back(stem + std::to_string(l));
    }
    return keys;
}

void refuse_unknown_keys(const Archive& archive, const std::vector<std::string>& known) {
    for (const auto& [key, array] : archive.entries) {
        if (key.starts_with("training_")) continue;
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        fail(file_of(archive),
             "unknown key " + in_quotes(key) + ": expected a key of a case, the nearest is '" +
                 nearest(key, known) + "', found " + array.description());
    }
}

}  // namespace autoencoder
