// Data sets: patterns as the rows of a matrix, with their labels where there are any.
//
//     digits    the first 10,000 training and first 2,000 test images of MNIST, in data/digits
//     mnist     all 60,000 and 10,000 of them; `make mnist` fetches them
//     fashion   Fashion-MNIST, the Debian package dataset-fashion-mnist
//     FOLDER    any folder of IDX files under MNIST's names, plain or gzipped
//     FILE.npy  patterns alone;  FILE.npz holds `x` and may hold `labels`, and nothing else
//
// The named sets are looked for in the folder that the environment variable AUTOENCODER_DATA names,
// then in the data folder the program was built with, then in ./data; fashion also where Debian
// puts it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/file.hpp"
#include "autoencoder/matrix.hpp"

namespace autoencoder {

enum class Split { train, test };

/// N patterns of n numbers. Bytes (of IDX files and of uint8 arrays) are divided by 255, so that
/// they lie in [0, 1]; floating-point data are kept as they are.
struct Dataset {
    std::string name;
    Matrix<float> x;                    // (N × n)
    std::vector<int> labels;            // N of them, or none
    std::size_t height = 0, width = 0;  // of an image, n = height · width; 0 where unknown
    bool has_test = true;               // whether there are test patterns apart from the training patterns
    std::vector<std::string> remarks = {};  // what was understood, and what may not be as it was meant
};

/// The data set named as above: its first `count` patterns, or all of them if count is 0. A .npy
/// or .npz file is not split: train and test give the same data.
/// Throws std::runtime_error if it is not there (and says how to get it), is damaged, holds NaN
/// or infinity (row and column are named), or has fewer than `count` patterns.
Dataset load_data(std::string_view what, Split split, std::size_t count = 0);

/// The contents of an IDX file of unsigned bytes: one to three dimensions, the last one fastest.
struct Idx {
    std::vector<std::size_t> shape;
    Bytes values;
};

/// Reads an IDX file, gunzipping it if its name ends in .gz. Throws std::runtime_error if the
/// header is not that of an IDX file of bytes, or its sizes are not exactly those of the file.
Idx read_idx(const std::string& path);

}  // namespace autoencoder
