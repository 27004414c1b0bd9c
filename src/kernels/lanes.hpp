// Lanes: one register of T, the only file that includes xsimd. Everything above it is written once
// and compiled once for each instruction set.
//
// Only operations that IEEE 754 defines to the last bit are offered (+ − × ÷ √, fused multiply-add,
// comparison, selection, bit operations), so that every unit computes the same bits. Mended here,
// because xsimd differs between versions or architectures:
//   - fused multiply-add on AVX-512 is a multiplication and an addition before xsimd 11;
//   - float division and square root on AArch64 are Newton approximations in every version;
//   - bitwise_cast has another signature before xsimd 11;
//   - there is no load and no store of some lanes before xsimd 14.1.
// Not used at all, since their results differ: max, min, unary minus, reciprocal, rsqrt, hadd,
// and every transcendental function (function.hpp has ours).
//
// A unit defines AUTOENCODER_ARCH (an xsimd architecture, or nothing for the scalar unit) before
// it includes this file. All of it has internal linkage: see `make audit`.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#ifdef AUTOENCODER_ARCH
#include <xsimd/xsimd.hpp>
#endif

#define AUTOENCODER_INLINE inline __attribute__((always_inline))

namespace autoencoder {
namespace {

/// The integer as wide as T, for work on bit patterns.
template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// f(0), f(1), … f(N−1) with constant arguments: a loop that is unrolled by the language.
template <std::size_t N, class F>
AUTOENCODER_INLINE void unroll(F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        (f(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<N>{});
}
/// f(i, j) for M rows and N columns, row by row.
template <std::size_t M, std::size_t N, class F>
AUTOENCODER_INLINE void unroll(F&& f) {
    unroll<M * N>([&](auto x) __attribute__((always_inline)) {
        f(std::integral_constant<std::size_t, x / N>{}, std::integral_constant<std::size_t, x % N>{});
    });
}

/// The same function for 1 … N rows, or whatever it is made for: each[count − 1].
template <class Function, std::size_t N>
struct ByCount {
    Function each[N];
};
template <std::size_t N, class Make>
constexpr auto by_count(Make make) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        using Function = decltype(make(std::integral_constant<std::size_t, 1>{}));
        return ByCount<Function, N>{{make(std::integral_constant<std::size_t, I + 1>{})...}};
    }(std::make_index_sequence<N>{});
}

#ifdef AUTOENCODER_ARCH

template <class T, class A = AUTOENCODER_ARCH>
struct Lanes {
    using Batch = xsimd::batch<T, A>;
    using Mask = xsimd::batch_bool<T, A>;
    static constexpr std::size_t width = Batch::size;
    Batch v;

    static AUTOENCODER_INLINE Lanes load(const T* p) { return {Batch::load_unaligned(p)}; }
    static AUTOENCODER_INLINE Lanes all(T x) { return {Batch(x)}; }
    AUTOENCODER_INLINE void store(T* p) const { v.store_unaligned(p); }
    /// Only the first `count` lanes; the others are zero, and stay in memory as they are.
    static AUTOENCODER_INLINE Lanes load_part(const T* p, std::size_t count) {
#ifdef __AVX512F__
        if constexpr (sizeof(Batch) == 64 && sizeof(T) == 4)
            return {Batch(_mm512_maskz_loadu_ps(first<__mmask16>(count), p))};
        else if constexpr (sizeof(Batch) == 64)
            return {Batch(_mm512_maskz_loadu_pd(first<__mmask8>(count), p))};
        else
#endif
        {
            T lanes[width] = {};
            for (std::size_t i = 0; i < count; ++i) lanes[i] = p[i];
            return load(lanes);
        }
    }
    AUTOENCODER_INLINE void store_part(T* p, std::size_t count) const {
#ifdef __AVX512F__
        if constexpr (sizeof(Batch) == 64 && sizeof(T) == 4)
            return _mm512_mask_storeu_ps(p, first<__mmask16>(count), v);
        else if constexpr (sizeof(Batch) == 64)
            return _mm512_mask_storeu_pd(p, first<__mmask8>(count), v);
        else
#endif
        {
            T lanes[width];
            store(lanes);
            for (std::size_t i = 0; i < count; ++i) p[i] = lanes[i];
        }
    }
    template <class Bit>
    static AUTOENCODER_INLINE Bit first(std::size_t count) { return Bit((1u << count) - 1); }

    friend AUTOENCODER_INLINE Lanes operator+(Lanes a, Lanes b) { return {a.v + b.v}; }
    friend AUTOENCODER_INLINE Lanes operator-(Lanes a, Lanes b) { return {a.v - b.v}; }
    friend AUTOENCODER_INLINE Lanes operator*(Lanes a, Lanes b) { return {a.v * b.v}; }
    friend AUTOENCODER_INLINE Lanes operator/(Lanes a, Lanes b) {
#ifdef __aarch64__
        if constexpr (sizeof(T) == 4) return {Batch(vdivq_f32(a.v, b.v))};
#endif
        return {a.v / b.v};
    }
    friend AUTOENCODER_INLINE Lanes root(Lanes a) {
#ifdef __aarch64__
        if constexpr (sizeof(T) == 4) return {Batch(vsqrtq_f32(a.v))};
#endif
        return {xsimd::sqrt(a.v)};
    }
    /// a·b + c, rounded once.
    friend AUTOENCODER_INLINE Lanes mul_add(Lanes a, Lanes b, Lanes c) {
#if XSIMD_VERSION_MAJOR < 11 && defined(__AVX512F__)
        if constexpr (sizeof(Batch) == 64 && sizeof(T) == 4)
            return {Batch(_mm512_fmadd_ps(a.v, b.v, c.v))};
        else if constexpr (sizeof(Batch) == 64)
            return {Batch(_mm512_fmadd_pd(a.v, b.v, c.v))};
        else
#endif
            return {xsimd::fma(a.v, b.v, c.v)};
    }
    friend AUTOENCODER_INLINE Mask operator<(Lanes a, Lanes b) { return a.v < b.v; }
    friend AUTOENCODER_INLINE Lanes select(Mask m, Lanes yes, Lanes no) {
        return {xsimd::select(m, yes.v, no.v)};
    }
    friend AUTOENCODER_INLINE Lanes magnitude(Lanes a) { return {xsimd::abs(a.v)}; }
    /// Whether any lane is not 0. A NaN is not; whether xsimd's != says so depends on the architecture.
    friend AUTOENCODER_INLINE bool any(Lanes a) { return !xsimd::all(a.v == Batch(T(0))); }

    /// f on the bit pattern of every lane; f is written with + − << >> & | on `Bits<T>` operands.
    template <class F>
    AUTOENCODER_INLINE Lanes on_bits(F f) const {
        using Whole = xsimd::batch<Bits<T>, A>;
#if XSIMD_VERSION_MAJOR < 11
        const Whole bits = f(xsimd::bitwise_cast<Whole>(v));
        return {xsimd::bitwise_cast<Batch>(bits)};
#else
        const Whole bits = f(xsimd::bitwise_cast<Bits<T>>(v));
        return {xsimd::bitwise_cast<T>(bits)};
#endif
    }
};

#else

/// The scalar unit: one lane, the fused multiply-add of <cmath>.
template <class T>
struct Lanes {
    using Mask = bool;
    static constexpr std::size_t width = 1;
    T v;

    static AUTOENCODER_INLINE Lanes load(const T* p) { return {*p}; }
    static AUTOENCODER_INLINE Lanes all(T x) { return {x}; }
    AUTOENCODER_INLINE void store(T* p) const { *p = v; }
    static AUTOENCODER_INLINE Lanes load_part(const T* p, std::size_t count) { return {count ? *p : T(0)}; }
    AUTOENCODER_INLINE void store_part(T* p, std::size_t count) const { if (count) *p = v; }

    friend AUTOENCODER_INLINE Lanes operator+(Lanes a, Lanes b) { return {a.v + b.v}; }
    friend AUTOENCODER_INLINE Lanes operator-(Lanes a, Lanes b) { return {a.v - b.v}; }
    friend AUTOENCODER_INLINE Lanes operator*(Lanes a, Lanes b) { return {a.v * b.v}; }
    friend AUTOENCODER_INLINE Lanes operator/(Lanes a, Lanes b) { return {a.v / b.v}; }
    friend AUTOENCODER_INLINE Lanes root(Lanes a) { return {std::sqrt(a.v)}; }
    friend AUTOENCODER_INLINE Lanes mul_add(Lanes a, Lanes b, Lanes c) {
        return {std::fma(a.v, b.v, c.v)};
    }
    friend AUTOENCODER_INLINE Mask operator<(Lanes a, Lanes b) { return a.v < b.v; }
    friend AUTOENCODER_INLINE Lanes select(Mask m, Lanes yes, Lanes no) { return m ? yes : no; }
    friend AUTOENCODER_INLINE Lanes magnitude(Lanes a) { return {std::fabs(a.v)}; }
    friend AUTOENCODER_INLINE bool any(Lanes a) { return !(a.v == T(0)); }

    template <class F>
    AUTOENCODER_INLINE Lanes on_bits(F f) const {
        return {std::bit_cast<T>(Bits<T>(f(std::bit_cast<Bits<T>>(v))))};
    }
};

#endif

/// to[j · to_stride + i] = from[i · from_stride + j] for i, j < width: a square of one register a side.
/// xsimd has no transposition before version 12, and no two-register shuffle that is the same on all
/// architectures; the compilers' own is, and becomes the best instruction of each.
template <std::size_t Step, class Raw, std::size_t... I>
AUTOENCODER_INLINE void exchange(Raw& a, Raw& b, std::index_sequence<I...>) {
    constexpr int width = int(sizeof...(I)), step = int(Step);
    const Raw low = __builtin_shufflevector(a, b, (int(I) & step ? int(I) - step + width : int(I))...);
    b = __builtin_shufflevector(a, b, (int(I) & step ? int(I) + width : int(I) + step)...);
    a = low;
}
/// Blocks of Step rows and columns change places across the diagonal.
template <std::size_t Step, class Raw, std::size_t width>
AUTOENCODER_INLINE void exchange_blocks(Raw (&row)[width]) {
    if constexpr (Step < width)
        unroll<width>([&](auto i) __attribute__((always_inline)) {
            if constexpr ((i & Step) == 0)
                exchange<Step>(row[i], row[i + Step], std::make_index_sequence<width>{});
        });
}
template <class T>
AUTOENCODER_INLINE void transpose_square(const T* from, std::size_t from_stride, T* to,
                                         std::size_t to_stride) {
    constexpr std::size_t width = Lanes<T>::width;
    typedef T Raw __attribute__((vector_size(width * sizeof(T))));
    typedef T Loose __attribute__((vector_size(width * sizeof(T)), aligned(sizeof(T)), may_alias));
    Raw row[width];
    unroll<width>([&](auto i) __attribute__((always_inline)) {
        row[i] = *reinterpret_cast<const Loose*>(from + i * from_stride);
    });
    exchange_blocks<1>(row);
    exchange_blocks<2>(row);
    exchange_blocks<4>(row);
    exchange_blocks<8>(row);
    unroll<width>([&](auto i) __attribute__((always_inline)) {
        *reinterpret_cast<Loose*>(to + i * to_stride) = row[i];
    });
}

/// A register half as wide where the architecture has one (AVX-512 within itself): for the last
/// columns of a matrix.
#if defined(AUTOENCODER_ARCH) && defined(__AVX512F__)
template <class T>
using HalfLanes = Lanes<T, xsimd::fma3<xsimd::avx2>>;
#else
template <class T>
using HalfLanes = Lanes<T>;
#endif

}  // namespace
}  // namespace autoencoder
