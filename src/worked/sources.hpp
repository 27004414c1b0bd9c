// The chapters as text: what the lecture says, and the literal lines, as they stood when the program was
// built. Whoever shows a formula takes it from here, so that it is written in one place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autoencoder::lecture {

struct Chapter {
    std::string_view path, text;
    std::vector<std::string_view> tags = {};  // of its checks

    std::string id() const;     // "sparse-coding", of src/lecture/sparse_coding.cpp
    std::string title() const;  // "Sparse coding"
};

/// The files of src/lecture/ that have checks, in the lecture's order.
std::span<const Chapter> chapters();
/// A text's lines.
std::vector<std::string_view> lines_of(std::string_view text);

/// What a chapter says of a tag.
struct Formula {
    const Chapter* chapter = nullptr;
    std::string text;      // as the comment at its head has it; several lines of it in one
    std::size_t line = 0;  // where it is computed, from 1,
    std::size_t first = 0, last = 0;  // and the lines of that function
    std::string fast;                 // "src/kernels/epilogue.hpp  back_propagate_row"
};

/// Throws std::invalid_argument for a tag that no chapter has.
Formula formula(std::string_view tag);

}  // namespace autoencoder::lecture
