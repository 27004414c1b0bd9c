// One NumPy array as bytes; the format is drawn in npy_header.cpp.
#pragma once

#include "base/numbers.hpp"

#include <string>
#include <string_view>

namespace autoencoder {

/// The elements, as the header says that they lie. Throws std::runtime_error "place: …: expected,
/// found".
Numbers read_npy_header(ByteView file, const std::string& place);

/// A header of version 1.0, 64-byte aligned, for `descr` ("<f4") in C order.
Bytes npy_header(std::string_view descr, const Array::Shape& shape);

/// The array in an .npy file, and the .npy file of an array. Throw as read_npy and write_npy do.
Array decode_npy(ByteView file, const std::string& place);
Bytes encode_npy(const Array& array);

}  // namespace autoencoder
