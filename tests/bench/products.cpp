// The products C = op(A) op(B), row-major, at the shapes of the workloads: the full batch's, the
// mini-batch's, and two squares. N is as stored, T transposed. In a layer the forward product is
// NT, the back-propagated one NN, the gradient TN.
#include "autoencoder/products.hpp"

#include "product.hpp"

namespace autoencoder::bench {
namespace {

constexpr std::size_t sizes[][3] = {  // m, n, k
    {10'000, 196, 784}, {10'000, 784, 196}, {784, 196, 10'000}, {100, 500, 784},
    {100, 784, 500},    {784, 500, 100},    {1024, 1024, 1024}, {2048, 2048, 2048}};

template <class T>
std::function<Turn()> our_product(const Shape& s) {
    return product<T>(s, [s](const Matrix<T>& A, const Matrix<T>& B, Matrix<T>& C) {
        multiply<T>(A, s.transpose_a, B, s.transpose_b, C);
    });
}

Case product_case(const Shape& s, bool real64) {
    const auto sizes_with = [&](const char* between) {
        return std::to_string(s.m) + between + std::to_string(s.n) + between + std::to_string(s.k);
    };
    const std::string op = std::string(s.transpose_a ? "T" : "N") + (s.transpose_b ? "T" : "N");
    const std::string type = real64 ? "d" : "s";
    Case w;
    w.workload = "W6";
    w.variant = type + "gemm " + sizes_with("x") + " " + op;
    w.request = "gemm " + type + " " + op + " " + sizes_with(" ");
    w.flops = 2.0 * double(s.m) * double(s.n) * double(s.k);
    w.unit = {"GFLOP/s", w.flops / 1e9};
    w.real64 = real64;
    // k terms of at most ¼, each rounded once, to a sum that stays far below k/4.
    w.tolerance = double(s.k) / 4 * (real64 ? 0x1p-53 : 0x1p-24) * std::sqrt(double(s.k));
    w.reps = 7;
    w.prepare = [=] { return real64 ? our_product<double>(s) : our_product<float>(s); };
    return w;
}

}  // namespace

std::vector<Case> product_cases(bool real64) {
    std::vector<Case> cases;
    for (const auto& [m, n, k] : sizes) {
        cases.push_back(product_case({m, n, k, false, false}, real64));
        cases.push_back(product_case({m, n, k, false, true}, real64));
        cases.push_back(product_case({m, n, k, true, false}, real64));
    }
    return cases;
}

}  // namespace autoencoder::bench
