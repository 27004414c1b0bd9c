// Data sets: where they are, and from files to a matrix of patterns with labels.
#include "autoencoder/data.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/text.hpp"
#include "base/npy.hpp"
#include "base/utf8.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
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

// The first of MNIST's file names that is there: "train-images-idx3-ubyte", with a dot for the
// second dash as some unpackers write it, gzipped or not.
std::optional<std::string> find_idx(const fs::path& folder, Split split, const std::string& what) {
    const std::string begin = (split == Split::train ? "train-" : "t10k-") + what;
    const std::string end = what == "images" ? "idx3-ubyte" : "idx1-ubyte";
    for (const char* joint : {"-", "."}) {
        for (const char* packing : {"", ".gz"}) {
            const fs::path path = folder / (begin + joint + end + packing);
            std::error_code error;  // a folder that may not be entered has no such file
            if (fs::exists(path, error)) return path.string();
        }
    }
    return std::nullopt;
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

// How many patterns to keep of those that there are.
std::size_t kept(std::size_t count, std::size_t found, const std::string& path) {
    if (found == 0) fail(path, "expected at least one pattern, found none");
    if (count > found) {
        fail(path, "expected at least " + std::to_string(count) + " patterns, found " +
                       std::to_string(found));
    }
    return count == 0 ? found : count;
}

void expect_labels(std::size_t labels, std::size_t patterns, const std::string& path) {
    if (labels != patterns) {
        fail(path, "expected " + std::to_string(patterns) +
                       " labels, one for each pattern, found " + std::to_string(labels));
    }
}

void scale_bytes(std::span<const std::uint8_t> bytes, Matrix<float>& x) {
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        x.values[i] = static_cast<float>(bytes[i]) / 255.0f;
    }
}

// Images with their labels; the latter are optional where `help` is empty.
Dataset load_folder(const fs::path& folder, Split split, std::size_t count,
                    const std::string& help) {
    const auto images_path = find_idx(folder, split, "images");
    const auto labels_path = find_idx(folder, split, "labels");
    const std::string prefix = split == Split::train ? "train-" : "t10k-";
    if (!images_path) {
        fail(folder.string(),
             "expected " + prefix + "images-idx3-ubyte or .gz, found no such file");
    }
    if (!labels_path && !help.empty()) {
        fail(folder.string(),
             "expected " + prefix + "labels-idx1-ubyte or .gz, found no such file; " + help);
    }

    Dataset data;
    std::size_t patterns = 0;
    {
        const Idx images = read_idx(*images_path);
        if (images.shape.size() != 3) {
            fail(*images_path,
                 "expected images in 3 dimensions, found " + shape_text(images.shape));
        }
        patterns = images.shape[0];
        data.height = images.shape[1];
        data.width = images.shape[2];
        const std::size_t pixels = data.height * data.width;
        if (pixels == 0) {
            fail(*images_path, "expected images with pixels, found " + shape_text(images.shape));
        }
        data.x = Matrix<float>(kept(count, patterns, *images_path), pixels);
        scale_bytes(images.values, data.x);
    }
    if (labels_path) {
        const Idx labels = read_idx(*labels_path);
        if (labels.shape.size() != 1) {
            fail(*labels_path, "expected labels in 1 dimension, found " + shape_text(labels.shape));
        }
        expect_labels(labels.values.size(), patterns, *labels_path);
        data.labels.assign(labels.values.begin(),
                           labels.values.begin() + static_cast<std::ptrdiff_t>(data.x.rows));
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
    fail(std::string(known.name),
         "expected the data set in " + listed(looked, ", ") + ", found none: " + known.help);
}

// Copies the first rows, and looks for numbers that are none.
template <class T>
void copy_finite(const std::vector<T>& values, Matrix<float>& x, const std::string& place) {
    for (std::size_t row = 0; row < x.rows; ++row) {
        for (std::size_t column = 0; column < x.cols; ++column) {
            const T value = values[row * x.cols + column];
            const float rounded = static_cast<float>(value);
            if (!std::isfinite(rounded)) {
                fail(place, "row " + std::to_string(row) + ", column " + std::to_string(column) +
                                ": expected a finite number that fits float32, found " +
                                std::to_string(value));
            }
            x(row, column) = rounded;
        }
    }
}

Dataset from_array(const Array& x, std::size_t count) {
    const std::size_t dimensions = x.shape.size();
    if ((dimensions != 2 && dimensions != 3) || (!x.is_real() && x.kind() != Array::Kind::byte)) {
        fail(x.origin,
             "expected patterns as rows (N, n) or images (N, height, width), of float32, "
             "float64 or uint8, found " +
                 x.description());
    }
    Dataset data;
    data.has_test = false;
    if (dimensions == 3) {
        data.height = x.shape[1];
        data.width = x.shape[2];
    }
    const std::size_t rows = kept(count, x.shape[0], x.origin);
    const std::size_t columns = x.size() / x.shape[0];
    if (columns == 0) fail(x.origin, "expected patterns with numbers, found " + x.description());
    data.x = Matrix<float>(rows, columns);
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&x.values)) {
        scale_bytes(*bytes, data.x);
    } else if (const auto* floats = std::get_if<std::vector<float>>(&x.values)) {
        copy_finite(*floats, data.x, x.origin);
    } else {
        copy_finite(std::get<std::vector<double>>(x.values), data.x, x.origin);
    }
    return data;
}

Dataset load_npz(const std::string& path, std::size_t count) {
    const Archive archive = read_npz(path);
    for (const auto& [key, array] : archive.entries) {
        if (key != "x" && key != "labels") {
            fail(path, "expected the keys x and labels, found " + in_quotes(key));
        }
    }
    const Array& x = archive.at("x");
    Dataset data = from_array(x, count);
    if (const Array* labels = archive.find("labels")) {
        if (labels->shape.size() != 1) {
            fail(labels->origin, "expected a list of labels, found " + labels->description());
        }
        const std::vector<std::int64_t> values = labels->integers();
        expect_labels(values.size(), x.shape[0], labels->origin);
        for (std::size_t i = 0; i < data.x.rows; ++i) {
            if (values[i] < 0 || values[i] > std::numeric_limits<int>::max()) {
                fail(labels->origin, "row " + std::to_string(i) +
                                         ": expected a label from 0 up, found " +
                                         std::to_string(values[i]));
            }
            data.labels.push_back(static_cast<int>(values[i]));
        }
    }
    return data;
}

Dataset load_named(const std::string& what, Split split, std::size_t count) {
    for (const Known& known : known_sets) {
        if (known.name == what) return load_known(known, split, count);
    }
    if (what.ends_with(".npy")) return from_array(read_npy(what), count);
    if (what.ends_with(".npz")) return load_npz(what, count);
    std::error_code error;
    if (fs::is_directory(what, error)) return load_folder(what, split, count, "");
    fail(what,
         "expected digits, mnist, fashion, a folder of IDX files, or an .npy or .npz file, "
         "found none of them");
}

}  // namespace

Dataset load_data(std::string_view what, Split split, std::size_t count) {
    Dataset data = load_named(std::string(what), split, count);
    data.name = what;
    return data;
}

}  // namespace autoencoder
