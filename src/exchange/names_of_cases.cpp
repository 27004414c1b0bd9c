// A case under the names that people use.
#include "autoencoder/error.hpp"
#include "base/numbers.hpp"
#include "base/utf8.hpp"
#include "exchange/keys.hpp"
#include "exchange/names.hpp"
#include "exchange/reading.hpp"

namespace autoencoder {
namespace {

bool says(const Archive& archive, const std::string& key, std::string_view text) {
    const Array* array = archive.find(key);
    return array && array->is_text() && array->size() == 1 && array->text() == text;
}

bool is_matrix(const Array* array) {
    return array && array->shape.size() == 2 && !array->is_text();
}

/// Rows and columns exchanged.
Array turned(const Array& array) {
    return rolled(array.doubles(), {array.shape[1], array.shape[0]}, true, array.origin);
}

/// θ of the UFLDL exercise: W1(:), W2(:), b1(:), b2(:).
void unroll(Reading& reading, const Archive& archive, const Array& theta, std::size_t visible,
            std::size_t hidden) {
    const std::size_t size = theta.size();
    if (visible == 0) fail(theta.origin, "expected visibleSize or data beside it, found neither");
    if (hidden == 0 && size > visible) hidden = (size - visible) / (2 * visible + 1);
    if (hidden == 0 || size / (2 * visible + 1) != hidden ||
        size != hidden * (2 * visible + 1) + visible)
        fail(theta.origin, "expected W1, b1, W2 and b2 of " + std::to_string(visible) + "-" +
                               std::to_string(hidden) + "-" + std::to_string(visible) + ", found " +
                               theta.description());
    const std::vector<double> values = theta.doubles();
    std::span<const double> left(values);
    const auto add = [&](const char* key, Array::Shape shape) {
        const std::size_t count = *count_of(shape);
        reading.result.archive.entries.emplace_back(
            key, rolled(left.first(count), shape, true, place(archive, key)));
        left = left.subspan(count);
    };
    add("W1", {hidden, visible});
    add("W2", {visible, hidden});
    add("b1", {hidden});
    add("b2", {visible});
    reading.result.unrolled = true;
    reading.read.push_back("'theta' as W1, W2, b1, b2, column by column");
}

/// The size that UFLDL's variable gives; 0 where there is none.
std::size_t size_in(const Array* size) {
    if (!size) return 0;
    const std::int64_t count = size->integer();
    if (count < 1 || count > 1'000'000)
        fail(size->origin, "expected 1 to 1000000, found " + std::to_string(count));
    return std::size_t(count);
}

/// Parameters of other names, as W and b of their layers, where nobody has those keys.
void take_parameters(Reading& reading, const Archive& archive,
                     const std::vector<ParameterName>& names,
                     const std::vector<const Reading::Entry*>& entries) {
    const std::vector<std::string> keys = keys_of(names, 0);
    const bool from_zero = archive.find("W0") != nullptr;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& [key, array] = *entries[i];
        const bool takes = from_zero || key == keys[i] || !archive.find(keys[i]);
        const bool turn =
            takes && (names[i].means & ParameterName::inputs_first) && is_matrix(&array);
        reading.take(key, takes ? keys[i] : key, turn ? turned(array) : array);
        if (turn)
            reading.result.remarks.push_back(in_quotes(key) + " is (in, out), and is transposed");
    }
}

/// Patterns in rows, by what the first layer takes, and targets with them.
void turn_patterns(Reading& reading) {
    Archive& archive = reading.result.archive;
    const auto entry = [&](const char* key) { return const_cast<Array*>(archive.find(key)); };
    Array *x = entry("x"), *y = entry("y"), *W = entry("W1");
    if (!is_matrix(x) || !is_matrix(W)) return;
    const std::size_t n = W->shape[1];
    if (x->shape[0] != n || (x->shape[1] == n && !reading.result.unrolled)) return;
    *x = turned(*x);
    if (is_matrix(y) && y->shape[1] == x->shape[0]) *y = turned(*y);
    reading.result.remarks.push_back("x has a pattern in each column");
}

/// Without any bias all of them are 0.
void add_biases(Reading& reading) {
    Archive& archive = reading.result.archive;
    std::vector<Reading::Entry> biases;
    for (const auto& [key, array] : archive.entries) {
        const auto name = parameter_name(key);
        if (name && name->bias()) return;
        if (!name || !name->direct || array.shape.size() < 2) continue;
        const std::string l = std::to_string(name->numbers[0]);
        const std::size_t units = array.shape[says(archive, "layer" + l, "deconv") ? 1 : 0];
        if (units <= array.size())
            biases.emplace_back("b" + l, Array({units}, std::vector<double>(units)));
    }
    if (biases.empty()) return;
    archive.entries.insert(archive.entries.end(), biases.begin(), biases.end());
    reading.result.remarks.push_back("there are no biases: they are 0");
}

/// MATLAB's arrays of windows lose their last extents of 1.
void add_extents(Archive& archive) {
    for (auto& [key, array] : archive.entries) {
        const std::string layer = key.starts_with("W") ? "layer" + key.substr(1) : "layer1";
        const bool four = (key == "x" || key.starts_with("W")) &&
                          (says(archive, layer, "conv") || says(archive, layer, "deconv"));
        while (four && array.shape.size() > (key == "x" ? 2 : 1) && array.shape.size() < 4)
            array.shape.push_back(1);
    }
}

}  // namespace

Understood case_in_our_keys(const Archive& archive) {
    const bool variational = says(archive, "model", "variational");
    const bool has_weights = archive.find("W1") != nullptr;
    Reading reading;
    std::vector<ParameterName> names;
    std::vector<const Reading::Entry*> parameters;
    const Array *theta = nullptr, *visible = nullptr, *hidden = nullptr;
    for (const Reading::Entry& each : archive.entries) {
        const auto& [key, array] = each;
        const std::string_view ours = case_key(key);
        const auto name = ours.empty() && !variational ? parameter_name(key) : std::nullopt;
        const Array** of_ufldl = ours == "theta"         ? &theta
                                 : ours == "visibleSize" ? &visible
                                 : ours == "hiddenSize"  ? &hidden
                                                         : nullptr;
        if (of_ufldl && !*of_ufldl && !has_weights) {
            *of_ufldl = &array;
        } else if (name && !(name->means & ParameterName::gradient) &&
                   (!has_weights || name->direct)) {
            names.push_back(*name);
            parameters.push_back(&each);
        } else {
            const bool is = !ours.empty() && !of_ufldl && (ours == key || !archive.find(ours));
            reading.take(key, is ? std::string(ours) : key, array);
        }
    }
    take_parameters(reading, archive, names, parameters);
    if (!theta) reading.result.archive.unread = archive.unread;
    if (theta) {
        const Array* x = reading.result.archive.find("x");
        const std::size_t units = visible ? size_in(visible) : is_matrix(x) ? x->shape[0] : 0;
        const std::vector<Reading::Entry> entries =
            std::exchange(reading.result.archive.entries, {});
        unroll(reading, archive, *theta, units, size_in(hidden));
        for (const Reading::Entry& each : entries) {  // what else there was in the workspace
            const std::string& key = each.first;
            if (!case_key(key).empty() || key.starts_with("activation") || key == "loss" ||
                key == "model")
                reading.result.archive.entries.push_back(each);
            else if (!result_key(key).empty() || parameter_name(key))
                reading.leave(key, "of the results, and not read here");
            else
                reading.leave(key, "nothing that is known here");
        }
        for (const std::string& key : archive.unread)
            reading.leave(key, "nothing that is known here");
    }
    if (!variational) {
        turn_patterns(reading);
        add_biases(reading);
        add_extents(reading.result.archive);
    }
    return reading.finish(archive);
}

}  // namespace autoencoder
