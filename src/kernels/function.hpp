// exp, log, sigmoid, tanh, softplus on lanes, from exact operations only: the same bits on every
// instruction set.
//
// Method
//   exp       x = k ln 2 + r with |r| ≤ ½ ln 2; e^r − 1 by Taylor's series (its first neglected term
//             is below a quarter unit in the last place); e^x = 2^k + 2^k (e^r − 1). k is rounded by
//             adding 1.5·2^(mantissa bits), which leaves it in the low bits of the sum.
//   log       x = 2^e m with √½ ≤ m < √2, s = (m−1)/(m+1), log m = 2 (s + s³/3 + s⁵/5 + …).
//   sigmoid   1 / (1 + e^−x), x held within ±limit, where it is already 0 or 1 to rounding; so it
//             is never 0 and nothing overflows.
//   tanh      t/(t+2) with t = e^{2|x|} − 1, computed without cancellation; the sign of x.
//   softplus  log(1 + e^x) = max(x, 0) + log1p(e^−|x|): the cross-entropy of a sigmoid, from s.
// Special cases
//   exp overflows to ∞, underflows through the subnormal numbers to 0; log 0 = −∞, log of a
//   negative number is NaN; NaN stays NaN everywhere.
// Accuracy (measured over their range against long double, units in the last place)
//   see tests/kernels/function.cpp, which holds them to it.
#pragma once

#include <limits>

#include "lanes.hpp"

namespace autoencoder {
namespace {

/// What differs between float and double.
template <class T>
struct Constants;
template <>
struct Constants<float> {
    static constexpr float round = 0x1.8p23f;  // adding it rounds to an integer
    static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
    static constexpr float exp_low = -104.0f, exp_high = 89.0f;  // beyond: 0, ∞
    static constexpr float sigmoid_limit = 87.0f, tanh_limit = 10.0f;
    static constexpr int mantissa = 23;
    static constexpr std::uint32_t one = 0x3f800000, fraction = 0x007fffff, whole = 0x4b000000;
    static constexpr float two_to_mantissa = 0x1p23f, bias = 127.0f;
    static constexpr std::size_t exp_terms = 7, log_terms = 5;
};
template <>
struct Constants<double> {
    static constexpr double round = 0x1.8p52;
    static constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
    static constexpr double exp_low = -746.0, exp_high = 710.0;
    static constexpr double sigmoid_limit = 708.0, tanh_limit = 20.0;
    static constexpr int mantissa = 52;
    static constexpr std::uint64_t one = 0x3ff0000000000000, fraction = 0x000fffffffffffff,
                                   whole = 0x4330000000000000;
    static constexpr double two_to_mantissa = 0x1p52, bias = 1023.0;
    static constexpr std::size_t exp_terms = 13, log_terms = 11;
};

/// 1/n! and 1/(2n+1), as the compiler rounds them.
template <class T>
constexpr T reciprocal_factorial(std::size_t n) {
    double product = 1;
    for (std::size_t i = 2; i <= n; ++i) product *= double(i);
    return T(1 / product);
}

/// x held within ±limit (NaN passes).
template <class V, class T>
AUTOENCODER_INLINE V hold(V x, T low, T high) {
    x = select(x < V::all(low), V::all(low), x);
    return select(V::all(high) < x, V::all(high), x);
}

/// x = k ln 2 + r: `shifted` carries k in its low bits, `tail` is e^r − 1.
template <class T, class V>
AUTOENCODER_INLINE void split_exponent(V x, V& shifted, V& tail) {
    using C = Constants<T>;
    shifted = mul_add(x, V::all(T(1.4426950408889634)), V::all(C::round));
    const V k = shifted - V::all(C::round);
    V r = mul_add(k, V::all(-C::ln2_high), x);
    r = mul_add(k, V::all(-C::ln2_low), r);
    V sum = V::all(reciprocal_factorial<T>(C::exp_terms));
    unroll<C::exp_terms - 2>([&](auto i) __attribute__((always_inline)) {
        sum = mul_add(sum, r, V::all(reciprocal_factorial<T>(C::exp_terms - 1 - i)));
    });
    tail = mul_add(sum * r, r, r);  // r + r² (1/2! + r/3! + …)
}

/// 2^k, for k in the low bits of `shifted` and −bias < k ≤ bias.
template <class T, class V>
AUTOENCODER_INLINE V power_of_two(V shifted) {
    return shifted.on_bits([](auto bits) { return (bits << Constants<T>::mantissa) + decltype(bits)(Constants<T>::one); });
}

template <class T, class V>
AUTOENCODER_INLINE V exponential(V x) {
    using C = Constants<T>;
    V shifted, tail;
    split_exponent<T>(hold(x, C::exp_low, C::exp_high), shifted, tail);
    // 2^k in two factors, so that neither over- nor underflows where the result does not.
    const V k = shifted - V::all(C::round);
    const V half = mul_add(k, V::all(T(0.5)), V::all(C::round));
    const V rest = (k - (half - V::all(C::round))) + V::all(C::round);
    const V scale = power_of_two<T>(half);
    return mul_add(scale, tail, scale) * power_of_two<T>(rest);
}

template <class T, class V>
AUTOENCODER_INLINE V sigmoid(V x) {
    using C = Constants<T>;
    V shifted, tail;
    split_exponent<T>(V::all(T(0)) - hold(x, -C::sigmoid_limit, C::sigmoid_limit), shifted, tail);
    const V scale = power_of_two<T>(shifted);
    return V::all(T(1)) / (V::all(T(1)) + mul_add(scale, tail, scale));
}

template <class T, class V>
AUTOENCODER_INLINE V hyperbolic_tangent(V x) {
    using C = Constants<T>;
    V a = magnitude(x);
    a = select(V::all(C::tanh_limit) < a, V::all(C::tanh_limit), a);
    V shifted, tail;
    split_exponent<T>(a + a, shifted, tail);
    const V scale = power_of_two<T>(shifted);
    const V t = mul_add(scale, tail, scale - V::all(T(1)));  // e^{2a} − 1
    const V h = t / (t + V::all(T(2)));
    return select(x < V::all(T(0)), V::all(T(0)) - h, h);
}

template <class T, class V>
AUTOENCODER_INLINE V logarithm(V x) {
    using C = Constants<T>;
    constexpr T smallest = std::numeric_limits<T>::min();
    // Subnormal numbers are scaled up first.
    const auto tiny = x < V::all(smallest);
    const V y = select(tiny, x * V::all(C::two_to_mantissa), x);
    const V shift = select(tiny, V::all(T(C::mantissa)), V::all(T(0)));
    // y = 2^e m with 1 ≤ m < 2; then m is halved where it is above √2.
    V e = y.on_bits([](auto b) { return (b >> C::mantissa) | decltype(b)(C::whole); });
    e = e - V::all(C::two_to_mantissa + C::bias);
    V m = y.on_bits([](auto b) { return (b & decltype(b)(C::fraction)) | decltype(b)(C::one); });
    const auto large = V::all(T(1.4142135623730951)) < m;
    m = select(large, m * V::all(T(0.5)), m);
    e = select(large, e + V::all(T(1)), e) - shift;
    const V f = m - V::all(T(1));
    const V s = f / (f + V::all(T(2)));
    const V z = s * s;
    V sum = V::all(T(1.0 / (2 * C::log_terms + 1)));
    unroll<C::log_terms - 1>([&](auto i) __attribute__((always_inline)) {
        sum = mul_add(sum, z, V::all(T(1.0 / (2 * (C::log_terms - 1 - i) + 1))));
    });
    // log m = 2s + 2s z (1/3 + z/5 + …) = f − s (f − 2 z (…)), which keeps f exact.
    const V log_m = f - s * (f - (z + z) * sum);
    V result = mul_add(e, V::all(C::ln2_high), mul_add(e, V::all(C::ln2_low), log_m));
    // ∞ and NaN stay; 0 gives −∞, anything below it NaN.
    using Limits = std::numeric_limits<T>;
    result = select(x < V::all(Limits::infinity()), result, x);
    const V outside = select(x < V::all(T(0)), V::all(Limits::quiet_NaN()), V::all(-Limits::infinity()));
    return select(x < V::all(Limits::denorm_min()), outside, result);
}

/// log(1 + u) for 0 ≤ u ≤ 1, also where 1 + u rounds u away (Kahan's correction).
template <class T, class V>
AUTOENCODER_INLINE V log_one_plus(V u) {
    const V w = V::all(T(1)) + u;
    const V rounded = w - V::all(T(1));
    const V corrected = logarithm<T>(w) * (u / rounded);
    return select(V::all(T(0)) < rounded, corrected, u);
}

template <class T, class V>
AUTOENCODER_INLINE V softplus(V x) {
    const V e = exponential<T>(V::all(T(0)) - magnitude(x));
    const V positive = select(V::all(T(0)) < x, x, V::all(T(0)));
    return select(x < V::all(std::numeric_limits<T>::infinity()), positive + log_one_plus<T>(e), x);
}

}  // namespace
}  // namespace autoencoder
