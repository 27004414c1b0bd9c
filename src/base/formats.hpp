// The formats that arrays are read from besides NumPy's. Each throws std::runtime_error "place: …" for
// what is none of its files, and holds what a file says against what it has before it allocates.
#pragma once

#include "autoencoder/file.hpp"
#include "autoencoder/npz.hpp"

#include <string>

namespace autoencoder {

/// An IDX file: one array.
Array decode_idx(ByteView file, const std::string& place);

/// Numbers in rows of text, between commas, semicolons, tabs or spaces: `place` is where the array is
/// from, `key` its name. Where a first row names the columns, one that is called label, class, target or
/// y is an array `labels` of its own.
Archive decode_table(ByteView file, const std::string& key, const std::string& place);

/// The variables of a .mat file of version 4, 6 or 7. What is no array of real numbers or text (cells,
/// structures, functions) is named among what was left out.
bool is_mat(ByteView file);
Archive decode_mat(ByteView file, const std::string& place);

/// The tensors of a safetensors file.
bool is_safetensors(ByteView file);
Archive decode_safetensors(ByteView file, const std::string& place);

/// The members of an .npz file; other members than .npy are named among what was left out.
Archive decode_npz(ByteView file, const std::string& place);

}  // namespace autoencoder
