// The formats that arrays are read from besides NumPy's. Each throws std::runtime_error "place: …" for
// what is none of its files, and holds what a file says against what it has before it allocates.
#pragma once

#include "autoencoder/file.hpp"
#include "autoencoder/npz.hpp"
#include "base/remarks.hpp"

#include <string>

namespace autoencoder {

/// An IDX file: one array.
Array decode_idx(ByteView file, const std::string& place);

/// Numbers in rows of text, between commas, semicolons, tabs or spaces: `place` is where the array is
/// from, `key` its name. The column `labels` is an array of its own, of text where one of them is a word; where
/// no column is said, it is the one that a first row calls labels, label, class, target or y.
Archive decode_table(ByteView file, const std::string& key, const std::string& place, const TableAs& as = {});

/// Whether a key is wanted; where it is not it is noted as unread.
inline bool takes(Archive& archive, const std::string& key, const Wanted& wanted) {
    const bool is = !wanted || wanted(key);
    if (!is) archive.unread.push_back(key);
    return is;
}

/// The variables of a .mat file of version 4, 6 or 7. What is no array of real numbers or text (cells,
/// structures, functions) is named among what was left out.
bool is_mat(ByteView file);
Archive decode_mat(ByteView file, const std::string& place, const Wanted& wanted = {});

/// The tensors of a safetensors file.
bool is_safetensors(ByteView file);
Archive decode_safetensors(ByteView file, const std::string& place, const Wanted& wanted = {});

/// The members of an .npz file; other members than .npy are named among what was left out.
Archive decode_npz(ByteView file, const std::string& place, const Wanted& wanted = {});

/// A file of any kind that read_archive knows, gzipped or not, by its bytes; `name` is its own.
Archive decode_archive(ByteView file, const std::string& name, const Wanted& wanted = {});

}  // namespace autoencoder
