// NumPy's files. An .npy file is one array; an .npz file is a ZIP archive of .npy files, a name to
// each. Models, data, cases and results are all .npz: every teaching implementation writes it with
// one numpy.savez(...) and reads it with one numpy.load(...).
//
//     in the file                                          in memory (Array::Kind)
//     f2 f4 (< or >)                                       real32    float
//     <f8 >f8                                              real64    double
//     |i1 i2 i4 i8 u2 u4 u8 (< or >), |b1 as 0 and 1       integer   std::int64_t
//     |u1                                                  byte      std::uint8_t
//     <U >U |S: a scalar or a list                         text      std::string, UTF-8
//
// C and Fortran order, any number of dimensions, also none and also of size zero; in memory it is
// always C order. Archives may be stored or deflated. Everything else (pickled objects, complex,
// structures) is refused by name, and files are not trusted: see src/base.
//
// What other programs write is read too, and is the same in memory: read_archive looks at the first
// bytes, not at the name.
//
//     .mat                 of MATLAB and Octave, -v4, -v6, -v7; what has two indices there has two here
//     .safetensors         a tensor an array; IDX, the format of MNIST: one array
//     numbers in rows      .csv and its like: one array (N, n), and `labels` where a column is called so
//     a folder             of files of these kinds, one array each, whose names are the keys
//     gzip                 of any of these files
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "autoencoder/matrix.hpp"

namespace autoencoder {

/// A column that may tell the rows of a table apart: what it is called, and its fields. `own`: it is there for that, by its
/// name or its words; `unique`: no field comes again; `at`: which column of the array it is, if it is one.
struct RowNames {
    static constexpr std::size_t nowhere = std::size_t(-1);
    std::string called = {};
    std::vector<std::string> names = {};
    bool own = true, unique = true;
    std::size_t at = nowhere;
};

/// An array of any shape, the last index running fastest. A scalar has the empty shape.
struct Array {
    enum class Kind { real32, real64, integer, byte, text };  // in the order of Values
    using Shape = std::vector<std::size_t>;
    using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>,
                                std::vector<std::uint8_t>, std::vector<std::string>>;

    Shape shape = {0};
    Values values;       // as many as the product of the shape
    std::string origin;  // "FILE: KEY" of an array that was read: every complaint begins with it
    std::vector<std::string> columns = {};  // the names of a table's, where it has them, all different
    std::vector<RowNames> rows = {};        // of a table's, by the columns that have them

    Array() = default;

    /// Arrays of the given shape. Throw std::invalid_argument if the number of values differs.
    Array(Shape shape_, std::vector<float> values_);
    Array(Shape shape_, std::vector<double> values_);
    Array(Shape shape_, std::vector<std::int64_t> values_);
    Array(Shape shape_, std::vector<std::uint8_t> values_);
    Array(Shape shape_, std::span<const float> values_);
    Array(Shape shape_, std::span<const double> values_);
    Array(Shape shape_, std::span<const int> values_);
    template <class T>
    Array(Shape shape_, const Buffer<T>& values_)
        : Array(std::move(shape_), std::span<const T>(values_.data(), values_.size())) {}

    /// (rows × cols), packed.
    Array(View<const float> matrix);
    Array(View<const double> matrix);
    template <class T>
    requires(!std::is_const_v<T>) Array(View<T> matrix) : Array(View<const T>(matrix)) {}
    template <class T>
    Array(const Matrix<T>& matrix) : Array(matrix.view()) {}

    /// Scalars and text. Text is UTF-8; a list of texts has one dimension.
    Array(double number);
    template <std::integral Integer>
    Array(Integer number)
        : Array(Shape{}, std::vector<std::int64_t>{static_cast<std::int64_t>(number)}) {}
    Array(std::string text);
    Array(const char* text) : Array(std::string(text)) {}
    explicit Array(std::vector<std::string> texts);

    Kind kind() const { return static_cast<Kind>(values.index()); }
    bool is_real() const { return kind() == Kind::real32 || kind() == Kind::real64; }
    bool is_integer() const { return kind() == Kind::integer || kind() == Kind::byte; }
    bool is_text() const { return kind() == Kind::text; }

    /// The number of values.
    std::size_t size() const;

    /// "float32 (100, 784)", as NumPy would say it.
    std::string description() const;

    /// Copies in the wanted type. Numbers become double or float by rounding to nearest; integers
    /// come from whole numbers only; nothing comes from text but text. Throw std::runtime_error that
    /// names origin, what was expected and what was found, also where a value does not fit.
    std::vector<double> doubles() const;
    std::vector<float> floats() const;
    std::vector<std::int64_t> integers() const;
    std::vector<std::string> texts() const;

    /// The only value, of whatever shape: MATLAB's is (1, 1). Throws std::runtime_error as above.
    double number() const;
    std::int64_t integer() const;
    std::string text() const;

    /// The numbers of a 2-D array as a matrix of float or double. Throws std::runtime_error as
    /// above.
    template <class T>
    Matrix<T> matrix() const;
};

/// Named arrays, in the order in which they were added or stand in the file.
struct Archive {
    std::vector<std::pair<std::string, Array>> entries;
    std::string origin;  // the file that was read
    std::vector<std::string> left_out = {};  // of the file, in words: what is no array
    std::vector<std::string> unread = {};    // keys of the file that were not wanted
    std::vector<std::string> remarks = {};   // how else it was read than as it stands there

    /// Adds an array. Throws std::invalid_argument if the name is there already.
    void add(std::string name, Array array);

    /// The array of that name, or nullptr.
    const Array* find(std::string_view name) const;

    /// The array of that name. Throws std::runtime_error that names the archive and the key.
    const Array& at(std::string_view name) const;
};

/// Whether an array is read, by its key; without it all are. What is not wanted is not decoded.
using Wanted = std::function<bool(std::string_view key)>;

/// Read one array, or those that are wanted. Throw std::runtime_error: path, place, expected, found.
Array read_npy(const std::string& path);
Archive read_npz(const std::string& path, const Wanted& wanted = {});

/// What a table of text is: numbers of any kind; or patterns, which are finite, and whose columns may be named by
/// numbers; a folder has those and labels in files of their own.
enum class TableOf { numbers, patterns, folder_patterns, folder_labels };

/// What it has: a column that becomes the array `labels`, by its name or by its number from 1 up ("": one of a usual
/// name; none); these columns, in this order, where it has names.
struct TableAs {
    std::string label_column = {};
    TableOf of = TableOf::numbers;
    std::vector<std::string> columns = {};
    Wanted are_labels = {};  // which keys of a folder of patterns are labels
    std::size_t inputs = 0;  // of a model that notes the column of labels: a table with no more columns lacks it
    std::vector<std::string> keys = {};  // columns of a folder's labels that may name the rows of patterns too
};

/// The arrays in a file or a folder of any of the kinds above. A file of one array has the file's name
/// without its ending for a key. Throws as above, also for what is of no such kind, by its name.
Archive read_archive(const std::string& path, const Wanted& wanted = {}, const TableAs& as = {});

/// Write version 1.0 headers, little endian, C order, and for .npz a stored (uncompressed) archive
/// whose bytes depend on nothing but the names and the arrays. Throw std::runtime_error if the file
/// cannot be written, std::invalid_argument for a name or a text that the format cannot hold.
void write_npy(const std::string& path, const Array& array);
void write_npz(const std::string& path, const Archive& archive);

}  // namespace autoencoder
