// OpenBLAS, BLIS and oneDNN as peers (peer.hpp): their products, found at run time where they are
// installed. Their headers are not needed: CBLAS's interface is a standard (netlib.org/blas, the
// legacy C interface), oneDNN's dnnl_sgemm is documented to take row-major matrices likewise.
#include <dlfcn.h>

#include <iostream>
#include <sstream>

#include "peer.hpp"
#include "product.hpp"

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
        if constexpr (sizeof(T) == 4)
            return sgemm || dnnl_sgemm;
        else
            return dgemm;
    }
    template <class T>
    void multiply(const Shape& s, const Matrix<T>& A, const Matrix<T>& B, Matrix<T>& C) const {
        const int m = int(s.m), n = int(s.n), k = int(s.k), lda = int(A.cols), ldb = int(B.cols);
        const int a = s.transpose_a ? cblas_transposed : cblas_as_stored;
        const int b = s.transpose_b ? cblas_transposed : cblas_as_stored;
        if constexpr (sizeof(T) == 8) {
            dgemm(cblas_row_major, a, b, m, n, k, 1, A.data(), lda, B.data(), ldb, 0, C.data(), n);
        } else if (sgemm) {
            sgemm(cblas_row_major, a, b, m, n, k, 1, A.data(), lda, B.data(), ldb, 0, C.data(), n);
        } else {
            dnnl_sgemm(s.transpose_a ? 'T' : 'N', s.transpose_b ? 'T' : 'N', m, n, k, 1, A.data(),
                       lda, B.data(), ldb, 0, C.data(), n);
        }
    }
};

/// A function of the library; null where it has none of this name.
template <class Function>
Function find(void* handle, const char* name) {
    return reinterpret_cast<Function>(dlsym(handle, name));
}

/// The version as the library tells it; "installed" where it does not.
std::string version_of(void* handle, std::string_view name) {
    if (name == "onednn") {
        const auto numbers = find<const int* (*)()>(handle, "dnnl_version");
        if (!numbers) return "installed";
        const int* v = numbers();  // major, minor, patch, …
        return std::to_string(v[0]) + "." + std::to_string(v[1]) + "." + std::to_string(v[2]);
    }
    const bool blis = name == "blis";
    const auto text =
        find<const char* (*)()>(handle, blis ? "bli_info_get_version_str" : "openblas_get_config");
    std::istringstream words(text ? text() : "");
    std::string word;
    words >> word;
    if (!blis) words >> word;  // "OpenBLAS 0.3.21 …"
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
std::function<Turn()> their_product(const Library& library, const Shape& s) {
    return product<T>(s, [=](const Matrix<T>& A, const Matrix<T>& B, Matrix<T>& C) {
        library.multiply<T>(s, A, B, C);
    });
}

}  // namespace

int serve_library(std::string_view name) {
    void* handle = open_library(name);
    Library library;
    if (handle) {
        library.sgemm = find<Cblas<float>>(handle, "cblas_sgemm");
        library.dgemm = find<Cblas<double>>(handle, "cblas_dgemm");
        library.dnnl_sgemm = find<Dnnl>(handle, "dnnl_sgemm");
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
        Shape s;
        words >> order;
        if (order != "variants") words >> variant;
        words >> kind >> type >> op >> s.m >> s.n >> s.k;
        const bool able = kind == "gemm" && words && (type == "s" || library.has<double>());
        if (order == "variants") {
            std::cout << (able ? "gemm" : "");
        } else if (order == "prepare" && able) {
            s.transpose_a = op[0] == 'T';
            s.transpose_b = op[1] == 'T';
            prepared =
                type == "s" ? their_product<float>(library, s) : their_product<double>(library, s);
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
