// Data sets: patterns as the rows of a matrix, with their labels where there are any.
//
//     digits    the first 10,000 training and first 2,000 test images of MNIST, in data/digits
//     mnist     all 60,000 and 10,000 of them; `make mnist` fetches them
//     fashion   Fashion-MNIST, the Debian package dataset-fashion-mnist
//     FOLDER    of IDX files under names that end as MNIST's do, gzipped or not; or of .npy and .csv
//     FILE      anything that read_archive (npz.hpp) reads: x and perhaps labels or y, x_test, labels_test; the
//               other names that people use (X, x_train, images, data, arr_0, label, …) are known too
//
// The named sets are looked for in the folder that the environment variable AUTOENCODER_DATA names,
// then in the data folder the program was built with, then in ./data; fashion also where Debian
// puts it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/matrix.hpp"

namespace autoencoder {

enum class Split { train, test };

/// The maps of an image, its colours, and their size.
struct ImageShape {
    std::size_t maps = 0, height = 0, width = 0;
};

/// How the numbers and labels of a data set were understood, for another one to be read alike.
struct Understanding {
    std::size_t divisor = 0;                // 255: integers, divided by that; 1: as they are; 0: none, none beyond 1
    std::vector<std::string> classes = {};  // what class 0, 1, … stand for, where labels are words or below 0
    std::vector<std::string> columns = {};  // the names of the numbers of a pattern, where a table has them
    std::string label_column = {};          // that of the labels
    std::string codes_of = {};              // the mark of the model whose codes they are
    std::vector<float> range = {};  // the least and then the largest of each number, of a table with names or few columns; or of all
};

/// N patterns of n numbers. Integers that are the numbers of bytes, from 0 to 255 and at least one of them
/// above 31, are divided by 255, so that they lie in [0, 1]; all others are kept as they are.
struct Dataset {
    std::string name;
    Matrix<float> x;                    // (N × n)
    std::vector<int> labels = {};       // N of them, or none
    std::size_t height = 0, width = 0;  // of an image of one map or of three; 0: it is none
    ImageShape image = {};              // n = maps · height · width, map by map; 0: it is none
    Matrix<float> y = {};               // (N × n) what x shall become, where the data say it; or empty
    bool has_test = true;               // whether there are test patterns apart from the training patterns
    Understanding as = {};
    std::vector<std::string> remarks = {};  // what was understood, and what may not be as it was meant
};

/// What data do not say of themselves.
struct ReadAs {
    std::string label_column = {};        // of a table of text: its name, its number from 1 up; none: no labels
    std::vector<std::size_t> image = {};  // of flat patterns: {height, width}, maps last or first
    std::vector<std::string> columns = {};  // of a table with names: these alone, in this order
    std::size_t inputs = 0;  // of a model that notes the column of labels, which other data may lack; 0: they have it
};

/// The data set named as above: its first `count` patterns, or all of them if count is 0. Where
/// there are no test patterns, train and test give the same data.
/// Throws std::runtime_error if it is not there (and says how to get it), is damaged, holds NaN
/// or infinity (row and column are named), or has fewer than `count` patterns.
Dataset load_data(std::string_view what, Split split, std::size_t count = 0,
                  const ReadAs& read_as = {});

/// Has integers divided as another data set's were, and words stand for the same classes; says where the numbers are
/// of another size. Throws std::runtime_error, which ends with `way_out`, where a word is none of them.
void read_alike(Dataset& data, const Understanding& as, const std::string& way_out = "");

/// Counts on with the words of these labels that are no classes yet, where they are only handed on.
void add_new_classes(Understanding& as, Dataset& data);

}  // namespace autoencoder
