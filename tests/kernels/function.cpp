// exp, log, sigmoid, tanh, softplus: accurate against long double, and the same bits on every unit.
#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "autoencoder/activation.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::kernels;
using namespace autoencoder::test;

namespace {

using AnyFunction = std::variant<Function, Activation>;

template <class T>
void run(const Unit& unit, AnyFunction any, const T* x, T* y, std::size_t n) {
    const Table<T>& table = unit.table<T>();
    if (const Function* f = std::get_if<Function>(&any)) table.map(*f, x, y, n);
    else table.activate(std::get<Activation>(any), x, y, n);
}

struct Case {
    AnyFunction function;
    const char* name;
    double low, high;
    long double (*exact)(long double);
    double ulps;  // allowed: what was measured, rounded up
};

const Case cases[] = {
    {Function::exp, "exp", -87, 88, [](long double x) { return std::exp(x); }, 1.0},
    {Function::log, "log", 1e-30, 1e30, [](long double x) { return std::log(x); }, 1.2},
    {Function::log, "log near 1", 0.5, 2, [](long double x) { return std::log(x); }, 1.2},
    {Activation::sigmoid, "sigmoid", -80, 80, [](long double x) { return 1 / (1 + std::exp(-x)); }, 2.2},
    {Activation::tanh, "tanh", -9, 9, [](long double x) { return std::tanh(x); }, 2.4},
    {Activation::tanh, "tanh near 0", -0.01, 0.01, [](long double x) { return std::tanh(x); }, 2.4},
    {Function::softplus, "softplus", -80, 80, [](long double x) { return std::log1p(std::exp(x)); }, 2.5},
};

/// n arguments over the range, evenly, or evenly in their logarithm where it spans many decades.
template <class T>
Buffer<T> arguments(const Case& c, std::size_t n) {
    Buffer<T> x(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double part = (double(i) + 0.37) / double(n);
        x[i] = T(c.low > 0 && c.high / c.low > 1e3 ? c.low * std::pow(c.high / c.low, part)
                                                   : c.low + (c.high - c.low) * part);
    }
    return x;
}

template <class T>
double error_in_ulps(T found, long double exact) {
    const T rounded = T(exact);
    const T next = std::nextafter(std::fabs(rounded), std::numeric_limits<T>::infinity());
    const long double ulp = (long double)next - (long double)std::fabs(rounded);
    return double(std::fabs((long double)found - exact) / ulp);
}

}  // namespace

TEST_SUITE("kernels: functions") {
    TEST_CASE_TEMPLATE("are accurate to the last few bits", T, float, double) {
        for (const Case& c : cases) {
            const auto x = arguments<T>(c, 40001);
            Buffer<T> y(x.size());
            run<T>(current(), c.function, x.data(), y.data(), x.size());
            double worst = 0;
            for (std::size_t i = 0; i < x.size(); ++i)
                worst = std::max(worst, error_in_ulps(y[i], c.exact((long double)x[i])));
            INFO(c.name << ", worst error in ulps " << worst);
            CHECK(worst <= c.ulps);
        }
    }

    TEST_CASE_TEMPLATE("have the same bits on every unit and at every length", T, float, double) {
        const Unit& scalar = *available().back();
        for (const Case& c : cases) {
            for (std::size_t n : {1u, 2u, 7u, 16u, 33u, 5003u}) {
                const auto x = arguments<T>(c, n);
                Buffer<T> expected(n);
                run<T>(scalar, c.function, x.data(), expected.data(), n);
                for (const Unit* unit : available()) {
                    Buffer<T> y(n);
                    run<T>(*unit, c.function, x.data(), y.data(), n);
                    INFO(unit->name << " " << c.name << " " << n);
                    CHECK(same_bits(y, expected));
                }
            }
        }
    }

    TEST_CASE_TEMPLATE("keep their special cases", T, float, double) {
        constexpr T infinity = std::numeric_limits<T>::infinity();
        const auto f = [](const Unit* unit, AnyFunction function, T x) {
            run<T>(*unit, function, &x, &x, 1);
            return x;
        };
        for (const Unit* unit : available()) {
            INFO(unit->name);
            CHECK(f(unit, Function::exp, infinity) == infinity);
            CHECK(f(unit, Function::exp, -infinity) == 0);
            CHECK(f(unit, Function::exp, 0) == 1);
            CHECK(f(unit, Function::exp, T(-87.5) - T(sizeof(T) == 8 ? 640 : 10)) > 0);  // subnormal
            CHECK(f(unit, Function::log, 1) == 0);
            CHECK(f(unit, Function::log, 0) == -infinity);
            CHECK(f(unit, Function::log, infinity) == infinity);
            CHECK(std::isnan(f(unit, Function::log, -1)));
            CHECK(f(unit, Activation::sigmoid, infinity) == 1);
            CHECK(f(unit, Activation::sigmoid, -infinity) > 0);
            CHECK(f(unit, Activation::sigmoid, 0) == T(0.5));
            CHECK(f(unit, Activation::tanh, infinity) == 1);
            CHECK(f(unit, Activation::tanh, -infinity) == -1);
            CHECK(f(unit, Function::softplus, infinity) == infinity);
            CHECK(f(unit, Function::softplus, -infinity) == 0);
            CHECK(f(unit, Activation::relu, T(-2)) == 0);
            for (AnyFunction function : std::initializer_list<AnyFunction>{
                     Function::exp, Function::log, Activation::sigmoid, Activation::tanh, Function::softplus})
                CHECK(std::isnan(f(unit, function, std::numeric_limits<T>::quiet_NaN())));
        }
    }
}
