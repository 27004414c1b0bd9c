// Data sets: where they are, and from files to a matrix of patterns with labels.
#include "autoencoder/data.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/text.hpp"
#include "base/fields.hpp"
#include "base/formats.hpp"
#include "base/nearest.hpp"
#include "base/numbers.hpp"
#include "base/patterns.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

// Where the project's data lie; the Makefile knows.
#ifndef AUTOENCODER_DATA_DIR
#define AUTOENCODER_DATA_DIR "data"
#endif

namespace autoencoder {
namespace {

namespace fs = std::filesystem;

constexpr const char* built_in_folder = AUTOENCODER_DATA_DIR;
constexpr const char* debian_fashion = "/usr/share/datasets/fashion-mnist";

struct Known {
    std::string_view name;
    const char* help;  // how to get it
};
constexpr Known known_sets[] = {
    {"digits", "it comes with the project, in its folder data"},
    {"mnist", "`make mnist` fetches it"},
    {"fashion", "`apt install dataset-fashion-mnist` installs it"},
};

// The file in the folder whose name ends as MNIST's do: "train-images-idx3-ubyte", with a dot for the
// last dash but one as some unpackers write it, gzipped or not, and whatever before it ("emnist-letters-").
std::optional<std::string> find_idx(const fs::path& folder, Split split, const std::string& what) {
    std::vector<std::string> found;
    std::error_code error;  // a folder that may not be entered has no such file
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::string name = entry.path().filename().string();
        if (name.ends_with(".gz")) name.erase(name.size() - 3);
        if (!entry.is_regular_file(error)) continue;
        for (const char* part : {"t10k", "test", "train"}) {
            if ((split == Split::train) != (std::string_view(part) == "train")) continue;
            for (const char* joint : {"-", "."})
                if (name.ends_with(std::string(part) + "-" + what + joint +
                                   (what == "images" ? "idx3-ubyte" : "idx1-ubyte")))
                    found.push_back(entry.path().string());
        }
    }
    if (found.empty()) return std::nullopt;
    std::sort(found.begin(), found.end());  // a plain one before its own .gz
    if (found.size() > 1 && found[1] != found[0] + ".gz")
        fail(folder.string(), "expected the files of one data set, found " + in_quotes(fs::path(found[0]).filename().string()) +
                                  " and " + in_quotes(fs::path(found[1]).filename().string()));
    return found[0];
}

std::vector<fs::path> places_of(std::string_view name) {
    std::vector<fs::path> places;
    const char* chosen = std::getenv("AUTOENCODER_DATA");
    if (chosen != nullptr && *chosen != '\0') places.push_back(fs::path(chosen) / name);
    places.push_back(fs::path(built_in_folder) / name);
    const fs::path here = fs::path("data") / name;
    if (places.back() != here) places.push_back(here);
    if (name == "fashion") places.emplace_back(debian_fashion);
    return places;
}

// Images with their labels; the latter are optional where `help` is empty.
Dataset load_folder(const fs::path& folder, Split split, std::size_t count, const std::string& help) {
    const bool has_test = find_idx(folder, Split::test, "images").has_value();
    if (!has_test) split = Split::train;
    const auto images = find_idx(folder, split, "images");
    if (!images) {
        if (has_test) fail(folder.string(), "expected train-images-idx3-ubyte or .gz, found no such file");
        return {};
    }
    const auto labels = find_idx(folder, split, "labels");
    if (!labels && !help.empty())
        fail(folder.string(), std::string("expected ") + (split == Split::train ? "train" : "t10k") +
                                  "-labels-idx1-ubyte or .gz, found no such file; " + help);
    const auto array_in = [](const std::string& path, std::size_t least, std::size_t most, const char* what) {
        Array array = read_archive(path).entries.at(0).second;
        if (array.shape.size() < least || array.shape.size() > most)
            fail(path, std::string("expected ") + what + ", found " + shape_text(array.shape));
        return array;
    };
    Dataset data;
    std::size_t patterns = 0;
    {
        const Array array = array_in(*images, 3, 4, "images in 3 dimensions");
        patterns = array.shape[0];
        data = from_array(array, count);
        remark::take_back(data.remarks, remark::pixels);
    }
    data.has_test = has_test;
    if (lower_case(*images).find("emnist") != std::string::npos)
        data.remarks.push_back("images of EMNIST lie on their sides, rows for columns, and are read as they are");
    if (labels) {
        const Array array = array_in(*labels, 1, 2, "labels in 1 dimension");
        add_labels(data, array, patterns);
    }
    return data;
}

Dataset load_known(const Known& known, Split split, std::size_t count) {
    const std::vector<fs::path> places = places_of(known.name);
    std::vector<std::string> looked;
    for (const fs::path& place : places) {
        if (find_idx(place, split, "images")) return load_folder(place, split, count, known.help);
        looked.push_back(place.string());
    }
    fail(std::string(known.name), "expected the data set in " + listed(looked, ", ") + ", found none: " + known.help);
}

Dataset load_named(const std::string& what, Split split, std::size_t count, const ReadAs& read_as) {
    const auto of_images = [&](Dataset data) {
        remark::on_unused(read_as.label_column, data.remarks);
        if (!read_as.image.empty()) data.remarks.push_back("--image is not used: these are images by themselves");
        return data;
    };
    for (const Known& known : known_sets) {
        if (known.name == what) return of_images(load_known(known, split, count));
    }
    std::error_code error;
    if (fs::is_directory(what, error)) {
        Dataset data = load_folder(what, split, count, "");
        if (data.x.rows > 0) return of_images(std::move(data));
    } else if (!fs::exists(what, error)) {
        std::vector<std::string> names;
        for (const Known& known : known_sets) names.emplace_back(known.name);
        fail(what, near_words("no such file or folder, and no known data set", what, names));
    }
    return from_file(what, split, count, read_as);
}

}  // namespace

Dataset load_data(std::string_view what, Split split, std::size_t count, const ReadAs& read_as) {
    Dataset data = load_named(std::string(what), split, count, read_as);
    data.name = what;
    if (read_as.label_column == "none") {
        data.labels.clear(), data.as.classes.clear();
        remark::take_back(data.remarks, remark::numbered);
    }
    return data;
}

}  // namespace autoencoder
