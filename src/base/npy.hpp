// One NumPy array as bytes; the format is drawn in npy_header.cpp.
#pragma once

#include "autoencoder/file.hpp"
#include "autoencoder/npz.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace autoencoder {

/// What stands before the numbers.
struct NpyHeader {
    char type = 'f';        // f real, i signed, u unsigned, b boolean, U code points, S bytes
    std::size_t width = 0;  // bytes of an element
    bool big_endian = false;
    bool fortran_order = false;  // the first index runs fastest
    Array::Shape shape;
    std::size_t count = 0;  // elements: the product of the shape
    std::size_t size = 0;   // bytes of the header itself: the numbers begin here
};

/// Reads the header, and checks that exactly its `count` elements of `width` bytes follow.
/// Throws std::runtime_error "place: …: expected, found".
NpyHeader read_npy_header(ByteView file, const std::string& place);

/// A header of version 1.0, 64-byte aligned, for `descr` ("<f4") in C order.
Bytes npy_header(std::string_view descr, const Array::Shape& shape);

/// The array in an .npy file, and the .npy file of an array. Throw as read_npy and write_npy do.
Array decode_npy(ByteView file, const std::string& place);
Bytes encode_npy(const Array& array);

/// The product of a shape, or nothing where it does not fit; "(3, 4)", as Python writes it.
std::optional<std::size_t> count_of(const Array::Shape& shape);
std::string shape_text(const Array::Shape& shape);

}  // namespace autoencoder
