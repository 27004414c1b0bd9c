// The elements of an array as they lie in a file, whatever its format: NPY, IDX, MAT and safetensors
// differ in how they say the type, the shape and the order, and in nothing else.
#pragma once

#include "autoencoder/file.hpp"
#include "autoencoder/npz.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace autoencoder {

struct Numbers {
    char type = 'f';  // f real, g bfloat16, i signed, u unsigned, b boolean, U code points, S bytes
    std::size_t width = 0;  // bytes of an element
    bool big_endian = false;
    bool fortran_order = false;  // the first index runs fastest
    Array::Shape shape;
    ByteView bytes;  // the elements, and nothing else
};

/// The array in C order. Throws std::runtime_error "place: …: expected, found" where there are not as
/// many bytes as the shape says, or a value cannot be held: unsigned of 2⁶³ and more, booleans other
/// than 0 and 1, text that is none.
Array array_of(const Numbers& numbers, const std::string& place);

/// Where elements that stand with the first index fastest, as in Fortran and MATLAB, are in C order.
class FirstFastest {
public:
    explicit FirstFastest(const Array::Shape& shape);
    std::size_t place() const { return place_; }
    void next();

private:
    Array::Shape shape_, index_, stride_;
    std::size_t place_ = 0;
};

/// The product of a shape, or nothing where it does not fit; "(3, 4)", as Python writes it.
std::optional<std::size_t> count_of(const Array::Shape& shape);
std::string shape_text(const Array::Shape& shape);

}  // namespace autoencoder
