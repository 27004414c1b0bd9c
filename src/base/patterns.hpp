// Patterns and labels in arrays, as data sets have them (data.hpp).
#pragma once

#include <cstddef>

#include "autoencoder/data.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The first `count` patterns of an array (0: all): rows, or images. Rows are images of that shape, where
/// there is one. Throws std::runtime_error where it has none, numbers that are not finite, or others than
/// the shape has.
Dataset from_array(const Array& x, std::size_t count, const Array::Shape& image = {});

/// The labels of N patterns, of which the data set has the first; or what the patterns shall become,
/// where there are as many numbers as theirs. What is neither is left out, with a remark.
void add_labels(Dataset& data, const Array& labels, std::size_t N, const Array::Shape& image = {});

/// The patterns in a file or a folder, by the names that people give them: what is neither patterns nor
/// labels of this split is not decoded. The same of an archive that has been read.
Dataset from_file(const std::string& path, Split split, std::size_t count,
                  const ReadAs& read_as = {});
Dataset from_archive(Archive archive, Split split, std::size_t count, const ReadAs& read_as = {});

/// How many rows of one matrix are among the first so many rows of another.
std::size_t rows_in(const Matrix<float>& these, const Matrix<float>& those, std::size_t first);

}  // namespace autoencoder
