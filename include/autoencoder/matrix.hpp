// Matrices. Rows are patterns: a data set X is (N × n), a weight matrix W is (out × in) as the
// lecture's w_ij. Row-major, rows one behind the other, storage aligned to a cache line.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
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

/// Numbers in one allocation whose address is a multiple of 64 bytes; zero to begin with. More than the
/// machine's memory is refused (memory.hpp).
template <class T>
class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t size) : size_(size), data_(allocate(size)) {}
    Buffer(const Buffer& other) : Buffer(other.size_) {
        for (std::size_t i = 0; i < size_; ++i) data_[i] = other.data_[i];
    }
    Buffer(Buffer&& other) noexcept
        : size_(std::exchange(other.size_, 0)), data_(std::move(other.data_)) {}
    Buffer& operator=(Buffer other) noexcept {
        std::swap(size_, other.size_);
        std::swap(data_, other.data_);
        return *this;
    }

    std::size_t size() const { return size_; }
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    T* begin() { return data(); }
    T* end() { return data() + size_; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size_; }

private:
    struct Free {
        void operator()(T* p) const { ::operator delete[](p, std::align_val_t{64}); }
    };
    static std::unique_ptr<T[], Free> allocate(std::size_t size) {
        if (size == 0) return {};
        require_memory(times(size, sizeof(T)), "an array of numbers");
        return std::unique_ptr<T[], Free>(new (std::align_val_t{64}) T[size]{});
    }
    std::size_t size_ = 0;
    std::unique_ptr<T[], Free> data_;
};

/// A row-major matrix that owns its numbers, all zero to begin with.
template <class T>
struct Matrix {
    std::size_t rows = 0, cols = 0;
    Buffer<T> values;  // rows · cols

    Matrix() = default;
    Matrix(std::size_t rows_, std::size_t cols_)
        : rows(rows_), cols(cols_), values(times(rows_, cols_)) {}

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
