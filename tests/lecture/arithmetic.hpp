// Reads what `explain` prints as arithmetic: + − · / ( ) e^( ) log( ) √( ) | |, and works it out.
#pragma once

#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace autoencoder {

class Arithmetic {
public:
    /// Throws std::invalid_argument where it is none.
    static double worked_out(std::string_view text) {
        Arithmetic a{text};
        const double value = a.sum();
        if (!a.rest_.empty()) a.refuse();
        return value;
    }

private:
    explicit Arithmetic(std::string_view text) : rest_(text) {}

    [[noreturn]] void refuse() const { throw std::invalid_argument(std::string(rest_)); }
    bool take(std::string_view sign) {
        if (!rest_.starts_with(sign)) return false;
        rest_.remove_prefix(sign.size());
        return true;
    }
    double sum() {
        double value = product();
        for (;;) {
            if (take(" + ")) value += product();
            else if (take(" − ")) value -= product();
            else return value;
        }
    }
    double product() {
        if (take("−")) return -product();
        double value = factor();
        for (;;) {
            if (take("·")) value *= factor();
            else if (take("/")) value /= factor();
            else return value;
        }
    }
    double inside(const char* end) {
        const double value = sum();
        if (!take(end)) refuse();
        return value;
    }
    double factor() {
        if (take("e^(")) return std::exp(inside(")"));
        if (take("log(")) return std::log(inside(")"));
        if (take("√(")) return std::sqrt(inside(")"));
        if (take("(")) return inside(")");
        if (take("|")) return std::fabs(inside("|"));
        const std::size_t size = rest_.find_first_not_of("0123456789.");
        const std::string digits(rest_.substr(0, size));
        if (digits.empty()) refuse();
        rest_.remove_prefix(digits.size());
        return std::strtod(digits.c_str(), nullptr);
    }

    std::string_view rest_;
};

}  // namespace autoencoder
