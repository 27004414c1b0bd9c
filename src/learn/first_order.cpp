// First-order steps: one gradient, one step, element by element. And schedules for the learning
// rate.
#include <string>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/optimize.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t grain = 1 << 15;

void check_sizes(const char* who, std::size_t theta, std::size_t gradient) {
    require(theta == gradient, [&] {
        return std::string(who) + ": θ has " + std::to_string(theta) + " elements, its gradient " +
               std::to_string(gradient);
    });
}

void check_rate(const char* who, double learning_rate) {
    require(learning_rate >= 0, [&] {
        return std::string(who) + ": learning_rate is " + std::to_string(learning_rate) +
               ", expected 0 or more";
    });
}

/// Makes what an optimiser remembers, by the first step, as long as θ.
template <class T>
void prepare(const char* who, Buffer<T>& memory, std::size_t size) {
    if (memory.size() == 0) memory = Buffer<T>(size);
    require(memory.size() == size, [&] {
        return std::string(who) + ": the state has " + std::to_string(memory.size()) +
               " elements, θ " + std::to_string(size);
    });
}

void check_decay(const char* what, double x) {
    require(0 <= x && x < 1, [&] {
        return std::string(what) + " is " + std::to_string(x) +
               ", expected 0 or more and less than 1";
    });
}

/// xⁿ by squaring: the same bits everywhere, unlike std::pow.
double power(double x, std::size_t n) {
    double result = 1;
    for (; n > 0; n /= 2, x = x * x) {
        if (n % 2 == 1) result = result * x;
    }
    return result;
}

/// ½ (1 + cos πx) for 0 ≤ x ≤ 1.
/// Method: 1 − sin²(πx/2) up to x = ½, and beyond it by symmetry; the sine is its Taylor series to
/// the 17th power. Accuracy: an error below 3e-16, of which the series has 1e-19.
double half_cosine(double x) {
    if (x > 0.5) return 1 - half_cosine(1 - x);
    const double u = 1.5707963267948966 * x;
    double series = 1;
    for (int k = 16; k >= 2; k -= 2) series = 1 - series * u * u / (k * (k + 1));
    return 1 - u * series * (u * series);
}

}  // namespace

template <class T>
kernels::Step<T> Sgd<T>::next(std::span<T> theta) const {
    check_rate("SGD", learning_rate);
    kernels::Step<T> step;
    step.rate = T(learning_rate);
    step.w = theta.data();
    return step;
}

template <class T>
kernels::Step<T> Momentum<T>::next(std::span<T> theta) {
    check_rate("momentum", learning_rate);
    check_decay("momentum: μ", momentum);
    prepare("momentum", velocity, theta.size());
    kernels::Step<T> step;
    step.rule = kernels::StepRule::momentum;
    step.rate = T(learning_rate);
    step.mu = T(momentum);
    step.w = theta.data();
    step.v = velocity.data();
    return step;
}

template <class T>
kernels::Step<T> Adam<T>::next(std::span<T> theta) {
    check_rate("Adam", learning_rate);
    check_decay("Adam: β₁", beta1);
    check_decay("Adam: β₂", beta2);
    require(T(epsilon) > 0, "Adam: ε is not positive");  // 0 / (0 + ε) wherever nothing happens
    prepare("Adam", mean, theta.size());
    prepare("Adam", square, theta.size());
    ++steps;
    kernels::Step<T> step;
    step.rule = kernels::StepRule::adam;
    step.adam = {learning_rate, beta1, beta2, epsilon, 1 - power(beta1, steps), 1 - power(beta2, steps)};
    step.w = theta.data();
    step.v = square.data();
    step.m = mean.data();
    return step;
}

template <class T>
void take(const kernels::Step<T>& step, std::span<const T> gradient) {
    const auto& table = kernels::current().table<T>();
    in_parallel(gradient.size(), grain, [&](std::size_t begin, std::size_t end) {
        table.step(step.from(begin), gradient.data() + begin, end - begin);
    });
}

template <class T>
void Sgd<T>::step(std::span<T> theta, std::span<const T> gradient) const {
    check_sizes("SGD", theta.size(), gradient.size());
    take<T>(next(theta), gradient);
}

template <class T>
void Momentum<T>::step(std::span<T> theta, std::span<const T> gradient) {
    check_sizes("momentum", theta.size(), gradient.size());
    take<T>(next(theta), gradient);
}

template <class T>
void Adam<T>::step(std::span<T> theta, std::span<const T> gradient) {
    check_sizes("Adam", theta.size(), gradient.size());
    take<T>(next(theta), gradient);
}

double learning_rate_factor(const Schedule& schedule, std::size_t time) {
    switch (schedule.decay) {
        case Decay::constant: return 1;
        case Decay::steps:
            require(schedule.every >= 1, "schedule: a step every 0 epochs, expected at least 1");
            return power(schedule.factor, time / schedule.every);
        case Decay::cosine:
            require(time <= schedule.length && schedule.length > 0,
                    "schedule: time " + std::to_string(time) + " is beyond the length " +
                        std::to_string(schedule.length));
            return half_cosine(double(time) / double(schedule.length));
    }
    return 1;
}

template void take(const kernels::Step<float>&, std::span<const float>);
template void take(const kernels::Step<double>&, std::span<const double>);
template struct Sgd<float>;
template struct Sgd<double>;
template struct Momentum<float>;
template struct Momentum<double>;
template struct Adam<float>;
template struct Adam<double>;

}  // namespace autoencoder
