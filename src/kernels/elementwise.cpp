#include "autoencoder/elementwise.hpp"

#include <string>
#include <vector>

#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

// Elements a thread takes at a time: a multiple of the block of a sum, large against the cost of
// starting a thread.
constexpr std::size_t grain = 64 * kernels::sum_block;

double on_one(kernels::Function f, double x) {
    kernels::current().real64.map(f, &x, &x, 1);
    return x;
}

void require_same_size(const char* what, std::size_t x, std::size_t y) {
    require(x == y, [&] {
        return std::string(what) + ": the vectors have " + std::to_string(x) + " and " +
               std::to_string(y) + " elements";
    });
}

/// body(table, x + i, y + i, n): every element once.
template <class T, class Body>
void in_grains(const char* what, std::span<const T> x, std::span<T> y, const Body& body) {
    require_same_size(what, x.size(), y.size());
    const auto& table = kernels::current().table<T>();
    in_parallel(x.size(), grain,
                [&](std::size_t begin, std::size_t end) { body(table, x.data() + begin, y.data() + begin, end - begin); });
}

}  // namespace

template <class T>
double dot(std::span<const T> x, std::span<const T> y) {
    require_same_size("dot", x.size(), y.size());
    const auto& table = kernels::current().table<T>();
    thread_local std::vector<double> partial;
    partial.resize((x.size() + grain - 1) / grain);
    std::vector<double>& sums = partial;  // the caller's, not each thread's own
    in_parallel(x.size(), grain, [&](std::size_t begin, std::size_t end) {
        double sum = 0;
        for (std::size_t i = begin; i < end; i += kernels::sum_block) {
            const std::size_t n = end - i < kernels::sum_block ? end - i : kernels::sum_block;
            sum = sum + table.dot(x.data() + i, y.data() + i, n);
        }
        sums[begin / grain] = sum;
    });
    double total = 0;
    for (double sum : sums) total = total + sum;
    return total;
}

template <class T>
void activate(Activation f, std::span<const T> s, std::span<T> h) {
    in_grains<T>("activate", s, h, [&](auto& table, const T* x, T* y, std::size_t n) { table.activate(f, x, y, n); });
}

template <class T>
void map(kernels::Function f, std::span<const T> x, std::span<T> y) {
    in_grains<T>("map", x, y, [&](auto& table, const T* x_i, T* y_i, std::size_t n) { table.map(f, x_i, y_i, n); });
}

template <class T>
void blend(T a, std::span<const T> x, T b, std::span<T> y) {
    in_grains<T>("blend", x, y, [&](auto& table, const T* x_i, T* y_i, std::size_t n) { table.blend(a, x_i, b, y_i, n); });
}

double exponential(double x) { return on_one(kernels::Function::exp, x); }
double logarithm(double x) { return on_one(kernels::Function::log, x); }

template double dot(std::span<const float>, std::span<const float>);
template double dot(std::span<const double>, std::span<const double>);
template void activate(Activation, std::span<const float>, std::span<float>);
template void activate(Activation, std::span<const double>, std::span<double>);
template void map(kernels::Function, std::span<const float>, std::span<float>);
template void map(kernels::Function, std::span<const double>, std::span<double>);
template void blend(float, std::span<const float>, float, std::span<float>);
template void blend(double, std::span<const double>, double, std::span<double>);

}  // namespace autoencoder
