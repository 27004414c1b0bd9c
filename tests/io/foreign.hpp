// Files of MATLAB and safetensors, written here for the tests: as small as the formats allow.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "autoencoder/npz.hpp"
#include "base/bytes.hpp"
#include "io/scratch.hpp"
#include "picture/deflate.hpp"

namespace autoencoder::test {

/// In C order as MATLAB has it: the first index fastest, two indices at least.
inline std::vector<double> columns_of(const Array& array, Array::Shape& shape) {
    shape = array.shape;
    if (shape.size() == 1) shape.push_back(1);  // a vector is a column
    while (shape.size() < 2) shape.push_back(1);
    const std::vector<double> values = array.doubles();
    std::vector<double> columns;
    std::vector<std::size_t> index(shape.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::size_t at = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) at = at * shape[d] + index[d];
        columns.push_back(values[at]);
        for (std::size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
    }
    return columns;
}

inline void append(Bytes& out, const Bytes& more) {
    out.insert(out.end(), more.begin(), more.end());
}

/// An element of a .mat file of version 5: type, bytes, the bytes, filled up.
inline Bytes element(std::uint32_t type, const Bytes& data) {
    Bytes out;
    append_little<std::uint32_t>(out, type);
    append_little<std::uint32_t>(out, std::uint32_t(data.size()));
    append(out, data);
    while (type != 15 && out.size() % 8 != 0) out.push_back(0);
    return out;
}

inline Bytes words_of(std::initializer_list<std::size_t> words) {
    Bytes out;
    for (const std::size_t word : words) append_little<std::uint32_t>(out, std::uint32_t(word));
    return out;
}

/// A variable of that class from its elements' bytes.
inline Bytes mat_variable(const std::string& name, std::uint32_t kind, const Array::Shape& shape,
                          std::uint32_t type, const Bytes& numbers) {
    Bytes extents;
    for (const std::size_t extent : shape)
        append_little<std::uint32_t>(extents, std::uint32_t(extent));
    Bytes content = element(6, words_of({kind, 0}));
    append(content, element(5, extents));
    append(content, element(1, bytes_of(name)));
    append(content, element(type, numbers));
    return element(14, content);
}

inline Bytes mat_header() {
    Bytes file = bytes_of("MATLAB 5.0 MAT-file");
    file.resize(124, ' ');
    append(file, {0, 1, 'I', 'M'});
    return file;
}

/// What save('-v6') writes of an archive of numbers, or with -v7, compressed.
inline Bytes mat_file(const Archive& archive, bool compressed) {
    Bytes file = mat_header();
    for (const auto& [name, array] : archive.entries) {
        Bytes numbers, variable;
        Array::Shape shape;
        if (array.is_text()) {
            for (const char c : array.text())
                append_little<std::uint16_t>(numbers, std::uint8_t(c));
            variable = mat_variable(name, 4, {1, array.text().size()}, 4, numbers);
        } else {
            for (const double value : columns_of(array, shape))
                append_little(numbers, std::bit_cast<std::uint64_t>(value));
            variable = mat_variable(name, 6, shape, 9, numbers);
        }
        append(file, compressed ? element(15, zlib_compress(variable)) : variable);
    }
    return file;
}

/// What safetensors writes, with this header.
inline Bytes safetensors_file(std::string header, const Bytes& data) {
    Bytes file;
    append_little<std::uint64_t>(file, header.size());
    append(file, bytes_of(header));
    append(file, data);
    return file;
}

/// An archive of numbers, in float64.
inline Bytes safetensors_file(const Archive& archive) {
    std::string header = "{\"__metadata__\": {\"format\": \"pt\"}";
    Bytes data;
    for (const auto& [name, array] : archive.entries) {
        const std::size_t begin = data.size();
        for (const double value : array.doubles())
            append_little(data, std::bit_cast<std::uint64_t>(value));
        header += ", \"" + name + "\": {\"dtype\": \"F64\", \"shape\": [";
        for (std::size_t d = 0; d < array.shape.size(); ++d)
            header += (d > 0 ? ", " : "") + std::to_string(array.shape[d]);
        header += "], \"data_offsets\": [" + std::to_string(begin) + ", " +
                  std::to_string(data.size()) + "]}";
    }
    return safetensors_file(header + "}", data);
}

}  // namespace autoencoder::test
