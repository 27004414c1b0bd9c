// OpenBLAS, BLIS and oneDNN as peers (peer.hpp): their products, found at run time where they are
// installed. Their headers are not needed: CBLAS's interface is a standard (netlib.org/blas, the
// legacy C interface), oneDNN's dnnl_sgemm is documented to take row-major matrices likewise.
#include <dlfcn.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <sstream>

#include "inputs.hpp"
#include "peer.hpp"

namespace autoencoder::bench {
namespace {

// CBLAS: order, op(A), op(B), m, n, k, α, A, lda, B, ldb, β, C, ldc.
constexpr int cblas_row_major = 101, cblas_as_stored = 111, cblas_transposed = 112;
template <class T>
using Cblas = void (*)(int, int, int, int, int, int, T, const T*, int, const T*, int, T, T*, int);
using Dnnl = int (*)(char, char, long, long, long, float, const float*, long, const float*, long,
                     float, float*, long);

struct Library {
    Cblas<float> sgemm = nullptr;
    Cblas<double> dgemm = nullptr;
    Dnnl dnnl_sgemm = nullptr;

    template <class T>
    bool has() const {
        if constexpr (sizeof(T) == 4) return sgemm || dnnl_sgemm;
        else return dgemm;
    }
    template <class T>
    void multiply(bool ta, bool tb, int m, int n, int k, const T* A, int lda, const T* B, int ldb,
                  T* C) const {
        const int a = ta ? cblas_transposed : cblas_as_stored, b = tb ? cblas_transposed : cblas_as_stored;
        if constexpr (sizeof(T) == 8) {
            dgemm(cblas_row_major, a, b, m, n, k, 1, A, lda, B, ldb, 0, C, n);
        } else if (sgemm) {
            sgemm(cblas_row_major, a, b, m, n, k, 1, A, lda, B, ldb, 0, C, n);
        } else {
            dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1, A, lda, B, ldb, 0, C, n);
        }
    }
};

/// The version as the library tells it; "installed" where it does not.
std::string version_of(void* handle, std::string_view name) {
    const char* (*text)() = nullptr;
    if (name == "blis") text = reinterpret_cast<const char* (*)()>(dlsym(handle, "bli_info_get_version_str"));
    if (name == "openblas") text = reinterpret_cast<const char* (*)()>(dlsym(handle, "openblas_get_config"));
    std::istringstream words(text ? text() : "");
    std::string word;
    words >> word;
    if (name == "openblas") words >> word;  // "OpenBLAS 0.3.21 …"
    return word.empty() ? "installed" : word;
}

void* open_library(std::string_view name) {
    for (const auto& [library, file] : {std::pair{"openblas", "libopenblas.so.0"},
                                        {"blis", "libblis.so.4"},
                                        {"onednn", "libdnnl.so.3"},
                                        {"onednn", "libdnnl.so.2"}}) {
        if (name != library) continue;
        if (void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL)) return handle;
    }
    return nullptr;
}

template <class T>
std::function<Turn()> product(const Library& library, bool ta, bool tb, int m, int n, int k) {
    struct State {
        Matrix<T> A, B, C;
    };
    const std::size_t rows = std::size_t(m), cols = std::size_t(n), inner = std::size_t(k);
    const auto state = std::make_shared<State>(
        State{ta ? portable_matrix<T>(inner, rows) : portable_matrix<T>(rows, inner),
              tb ? portable_matrix<T>(cols, inner) : portable_matrix<T>(inner, cols), Matrix<T>(rows, cols)});
    return [=] {
        auto& [A, B, C] = *state;
        Turn turn;
        turn.seconds = seconds_of_short([&] {
            library.multiply<T>(ta, tb, m, n, k, A.data(), int(A.cols), B.data(), int(B.cols), C.data());
        });
        const std::size_t i = rows / 2, j = cols / 3;
        double sum = 0;
        for (std::size_t p = 0; p < inner; ++p)
            sum += double(ta ? A(p, i) : A(i, p)) * double(tb ? B(j, p) : B(p, j));
        turn.loss = std::abs(double(C(i, j)) - sum);
        return turn;
    };
}

}  // namespace

int serve_library(std::string_view name) {
    void* handle = open_library(name);
    Library library;
    if (handle) {
        library.sgemm = reinterpret_cast<Cblas<float>>(dlsym(handle, "cblas_sgemm"));
        library.dgemm = reinterpret_cast<Cblas<double>>(dlsym(handle, "cblas_dgemm"));
        library.dnnl_sgemm = reinterpret_cast<Dnnl>(dlsym(handle, "dnnl_sgemm"));
    }
    if (!library.has<float>()) {
        std::cout << "missing" << std::endl;
        return 0;
    }
    std::cout << "ready " << version_of(handle, name) << std::endl;

    std::function<Turn()> prepared;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string order, variant, kind, type, op;
        int m = 0, n = 0, k = 0;
        words >> order;
        if (order != "variants") words >> variant;
        words >> kind >> type >> op >> m >> n >> k;
        const bool able = kind == "gemm" && words && (type == "s" || library.has<double>());
        if (order == "variants") {
            std::cout << (able ? "gemm" : "");
        } else if (order == "prepare" && able) {
            const bool ta = op[0] == 'T', tb = op[1] == 'T';
            prepared = type == "s" ? product<float>(library, ta, tb, m, n, k)
                                   : product<double>(library, ta, tb, m, n, k);
            prepared();
            std::cout << "ok";
        } else if (order == "turn" && prepared) {
            const Turn turn = prepared();
            std::cout << turn.seconds << ' ' << turn.loss;
        } else {
            prepared = nullptr;
            std::cout << "ok";
        }
        std::cout << std::endl;
    }
    return 0;
}

}  // namespace autoencoder::bench
