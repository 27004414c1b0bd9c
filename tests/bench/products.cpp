// The products C = op(A) op(B), row-major, at the shapes of the workloads: the full batch's, the
// mini-batch's, and two squares. N is as stored, T transposed. In a layer the forward product is NT,
// the back-propagated one NN, the gradient TN. The "loss" is the error of one element, checked
// against a sum in double precision.
#include <cmath>
#include <memory>

#include "autoencoder/products.hpp"
#include "case.hpp"
#include "inputs.hpp"

namespace autoencoder::bench {
namespace {

struct Shape {
    std::size_t m, n, k;
};
constexpr Shape shapes[] = {{10'000, 196, 784}, {10'000, 784, 196}, {784, 196, 10'000},
                            {100, 500, 784},    {100, 784, 500},    {784, 500, 100},
                            {1024, 1024, 1024}, {2048, 2048, 2048}};

template <class T>
std::function<Turn()> product(Shape s, bool transpose_a, bool transpose_b) {
    struct State {
        Matrix<T> A, B, C;
    };
    const auto state = std::make_shared<State>(
        State{transpose_a ? portable_matrix<T>(s.k, s.m) : portable_matrix<T>(s.m, s.k),
              transpose_b ? portable_matrix<T>(s.n, s.k) : portable_matrix<T>(s.k, s.n),
              Matrix<T>(s.m, s.n)});
    return [=] {
        auto& [A, B, C] = *state;
        Turn turn;
        turn.seconds = seconds_of_short([&] { multiply<T>(A, transpose_a, B, transpose_b, C); });
        const std::size_t i = s.m / 2, j = s.n / 3;
        double sum = 0;
        for (std::size_t p = 0; p < s.k; ++p)
            sum += double(transpose_a ? A(p, i) : A(i, p)) * double(transpose_b ? B(j, p) : B(p, j));
        turn.loss = std::abs(double(C(i, j)) - sum);
        return turn;
    };
}

Case product_case(Shape s, bool transpose_a, bool transpose_b, bool real64) {
    const std::string size = std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k);
    const std::string op = std::string(transpose_a ? "T" : "N") + (transpose_b ? "T" : "N");
    const std::string type = real64 ? "d" : "s";
    Case w;
    w.workload = "W6";
    w.variant = type + "gemm " + size + " " + op;
    w.request = "gemm " + type + " " + op + " " + std::to_string(s.m) + " " + std::to_string(s.n) +
                " " + std::to_string(s.k);
    w.flops = 2.0 * double(s.m) * double(s.n) * double(s.k);
    w.unit = {"GFLOP/s", w.flops / 1e9};
    w.real64 = real64;
    // k terms of at most ¼, each rounded at most once, to a sum that stays far below k/4.
    w.tolerance = double(s.k) / 4 * (real64 ? 0x1p-53 : 0x1p-24) * std::sqrt(double(s.k));
    w.reps = 7;
    w.prepare = [=] {
        return real64 ? product<double>(s, transpose_a, transpose_b)
                      : product<float>(s, transpose_a, transpose_b);
    };
    return w;
}

}  // namespace

std::vector<Case> product_cases(bool real64) {
    std::vector<Case> cases;
    for (const Shape& s : shapes) {
        cases.push_back(product_case(s, false, false, real64));
        cases.push_back(product_case(s, false, true, real64));
        cases.push_back(product_case(s, true, false, real64));
    }
    return cases;
}

}  // namespace autoencoder::bench
