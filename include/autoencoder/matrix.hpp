// Matrices. Rows are patterns: a data set X is (N × n), a weight matrix W is (out × in) as the
// lecture's w_ij. Row-major, rows one behind the other, storage aligned to a cache line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"

namespace autoencoder {

/// A window on somebody else's row-major matrix. View<const T> only reads.
template <class T>
struct View {
    T* data = nullptr;
    std::size_t rows = 0, cols = 0;
    std::size_t stride = 0;  // elements from one row to the next

    View() = default;
    View(T* data_, std::size_t rows_, std::size_t cols_) : View(data_, rows_, cols_, cols_) {}
    View(T* data_, std::size_t rows_, std::size_t cols_, std::size_t stride_)
        : data(data_), rows(rows_), cols(cols_), stride(stride_) {}

    T& operator()(std::size_t i, std::size_t j) const { return data[i * stride + j]; }
    std::span<T> row(std::size_t i) const { return {data + i * stride, cols}; }
    /// Rows first … first + count − 1.
    View slice(std::size_t first, std::size_t count) const {
        return {data + first * stride, count, cols, stride};
    }
    operator View<const T>() const
        requires(!std::is_const_v<T>)
    {
        return {data, rows, cols, stride};
    }
};

/// For numbers that are all written before any is read.
struct Unset {};
inline constexpr Unset unset;

/// Numbers in one allocation whose address is a multiple of 64 bytes; zero to begin with, unless `unset` is
/// given. More than the machine's memory is refused (memory.hpp).
template <class T>
class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t size) : Buffer(size, std::make_unique<std::byte[]>(bytes(size))) {}
    Buffer(std::size_t size, Unset) : Buffer(size, std::unique_ptr<std::byte[]>(new std::byte[bytes(size)])) {}
    Buffer(const Buffer& other) : Buffer(other.size_, unset) {
        for (std::size_t i = 0; i < size_; ++i) data_[i] = other.data_[i];
    }
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer other) noexcept {
        swap(other);
        return *this;
    }

    std::size_t size() const { return size_; }
    T* data() { return data_; }
    const T* data() const { return data_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    T* begin() { return data(); }
    T* end() { return data() + size_; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size_; }

private:
    static constexpr std::size_t alignment = 64;  // bytes

    // Aligned here: of the library's aligned new what is freed is, with some C libraries, seldom taken again.
    static std::size_t bytes(std::size_t size) {
        const std::size_t all = times(size, sizeof(T));
        require_memory(all, "an array of numbers");
        return all + alignment;
    }
    Buffer(std::size_t size, std::unique_ptr<std::byte[]> memory) : size_(size), memory_(std::move(memory)) {
        if (size == 0) return;
        const std::size_t past = reinterpret_cast<std::uintptr_t>(memory_.get()) % alignment;
        data_ = reinterpret_cast<T*>(memory_.get() + (alignment - past));
    }

    void swap(Buffer& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(memory_, other.memory_);
        std::swap(data_, other.data_);
    }

    std::size_t size_ = 0;
    std::unique_ptr<std::byte[]> memory_;
    T* data_ = nullptr;  // into it
};

/// A row-major matrix that owns its numbers, all zero to begin with, unless `unset` is given.
template <class T>
struct Matrix {
    std::size_t rows = 0, cols = 0;
    Buffer<T> values;  // rows · cols

    Matrix() = default;
    Matrix(std::size_t rows_, std::size_t cols_)
        : rows(rows_), cols(cols_), values(times(rows_, cols_)) {}
    Matrix(std::size_t rows_, std::size_t cols_, Unset)
        : rows(rows_), cols(cols_), values(times(rows_, cols_), unset) {}

    T* data() { return values.data(); }
    const T* data() const { return values.data(); }
    T& operator()(std::size_t i, std::size_t j) { return values[i * cols + j]; }
    const T& operator()(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
    std::span<T> row(std::size_t i) { return {data() + i * cols, cols}; }
    std::span<const T> row(std::size_t i) const { return {data() + i * cols, cols}; }
    View<T> view() { return {data(), rows, cols}; }
    View<const T> view() const { return {data(), rows, cols}; }
    operator View<T>() { return view(); }
    operator View<const T>() const { return view(); }
};

}  // namespace autoencoder
