#include "cli/given_model.hpp"

#include <algorithm>

#include "autoencoder/error.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/npz.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"
#include "cli/judgement.hpp"
#include "cli/text.hpp"

namespace autoencoder::cli {
namespace {

/// What an .npz file has that is no model, in words; "" where it is meant for one.
std::string found_in(const std::string& path) {
    const Archive archive = read_npz(path, [](std::string_view key) { return key == "kind"; });
    std::vector<std::string> keys = archive.unread;
    const auto has = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
    if (has("W1") || has("model")) return "";
    if (has("options") && archive.find("kind"))
        return "the checkpoint of a run: `train " + archive.at("kind").text() +
               " --resume` goes on with it, and writes the model beside it";
    if (keys.size() > 8) keys.resize(8);
    return "the arrays " + joined(keys, ", ");
}

/// What a file is that is no model; "" where nothing better can be said than what is wrong with it.
std::string other_kind(const std::string& path) {
    bool zip = true;
    try {
        const Bytes file = read_file(path);
        zip = file.size() > 1 && file[0] == 'P' && file[1] == 'K';
        if (zip) return found_in(path);
        if (file.size() > 3 && file[0] == 0x89 && file[1] == 'P') return "a picture";
        return "an array, " + read_archive(path, {}, {.of = TableOf::patterns}).entries.at(0).second.description();
    } catch (const std::exception&) {
        return zip ? "" : "no .npz file";
    }
}

}  // namespace

Model given_model(const std::string& path) {
    try {
        return load_model(path);
    } catch (const std::exception&) {
        const std::string found = other_kind(path);
        if (found.empty()) throw;
        fail(path, "expected a model, as `train` writes it, found " + found);
    }
}

Array::Shape pattern_shape(const Model& model, std::size_t rows, std::size_t numbers, std::string_view key) {
    const std::size_t h = model.height, w = model.width;
    const Layer& first = model.network.layers[0];
    const Window& window = first.window;
    if (h == 0 && has_window(first) && numbers == window.maps * window.height * window.width)
        return {rows, window.maps, window.height, window.width};
    if (h > 0 && numbers == 3 * h * w) return {rows, 3, h, w};
    if (h > 0 && key == "x") return {rows, h, w};
    return {rows, numbers};
}

void require_autoencoder(const Model& model, const std::string& command, const std::string& path) {
    if (is_classifier(model))
        throw std::invalid_argument("`" + command + "`: expected an autoencoder, found a classifier in " + path +
                                    "; `classify` gives its classes, `encode` its codes");
}

std::string mark_of(const Model& model) {
    return with_parameters(model, []<class T>(std::span<const T> theta) {
        return std::to_string(fingerprint(View<const T>(theta.data(), 1, theta.size())));
    });
}

void require_codes_of(const Model& model, const std::string& path, const Archive& codes) {
    const Array* whose = codes.find("of_model");
    if (whose && whose->text() != mark_of(model))
        fail(whose->origin, "expected codes of " + path + ", found those of another model; `encode` makes them anew");
}

std::string mark_of(const Dataset& patterns) {
    const std::string mark = std::to_string(fingerprint<float>(patterns.x));
    if (patterns.labels.empty()) return mark;
    const std::vector<float> labels(patterns.labels.begin(), patterns.labels.end());
    return mark + '-' + std::to_string(fingerprint(View<const float>(labels.data(), 1, labels.size())));
}

bool has_changed(const Model& model, const std::string& mark, const char* which) {
    const Array* noted_mark = noted(model, which);
    if (!noted_mark) return false;
    const std::string then = noted_mark->text();
    const bool have_labels = then.find('-') != then.npos && mark.find('-') != mark.npos;
    const auto of_x = [](const std::string& of) { return of.substr(0, of.find('-')); };
    return have_labels ? then != mark : of_x(then) != of_x(mark);
}

}  // namespace autoencoder::cli
