// The number that the literal lines compute with: a double that can say how it was made, in letters and
// in numbers. It has a text where what it is made of has one; else it is the double and nothing else.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace autoencoder::lecture {

/// How numbers are written: to so many significant digits, and no more than these behind the point.
struct Digits {
    int significant = 5, decimals = 300;
};

/// "−0.12": rounded, without zeros at the end.
std::string written(double value, const Digits& digits);

struct Text {
    enum Binds { sum, product, atom };

    std::array<std::string, 2> as;  // in letters, in numbers
    Binds binds = atom;
    std::size_t terms = 1;                  // of a sum
    std::shared_ptr<const Text> made = {};  // of a name: what it stands for,
    double value = 0;                       // and what that is
    std::vector<std::shared_ptr<const Text>> where =
        {};                                  // the names within that stand for something
    std::shared_ptr<const Text> front = {};  // of a long sum: its first terms
};

struct Number {
    double value;
    std::shared_ptr<const Text> text;

    Number(double value_ = 0, std::shared_ptr<const Text> text_ = nullptr)
        : value(value_), text(std::move(text_)) {}
    explicit operator double() const { return value; }
    const std::string& letters() const { return text->as[0]; }  // of one that has a text

    Number& operator+=(const Number& b) { return *this = *this + b; }
    Number& operator-=(const Number& b) { return *this = *this - b; }

    friend Number operator+(const Number& a, const Number& b) {
        return made(a.value + b.value, a, '+', b);
    }
    friend Number operator-(const Number& a, const Number& b) {
        return made(a.value - b.value, a, '-', b);
    }
    friend Number operator*(const Number& a, const Number& b) {
        return made(a.value * b.value, a, '*', b);
    }
    friend Number operator/(const Number& a, const Number& b) {
        return made(a.value / b.value, a, '/', b);
    }
    friend Number operator-(const Number& a) { return {-a.value, a.text ? negative(a) : nullptr}; }
    friend bool operator<(const Number& a, const Number& b) { return a.value < b.value; }
    friend bool operator>(const Number& a, const Number& b) { return a.value > b.value; }

private:
    static Number made(double value, const Number& a, char sign, const Number& b) {
        return a.text || b.text ? Number(value, joined(a, sign, b)) : Number(value);
    }
    static std::shared_ptr<const Text> joined(const Number& a, char sign, const Number& b);
    static std::shared_ptr<const Text> negative(const Number& a);
};

Number exponential(const Number& x);  // e^(x)
Number logarithm(const Number& x);    // log(x)
Number root(const Number& x);         // √(x)
Number magnitude(const Number& x);    // |x|
/// a · b + c, rounded once, as the products are.
Number fma(const Number& a, const Number& b, const Number& c);

/// A number that has a name.
Number named(std::string letters, double value, const Digits& digits);
/// A name for a number that was made: it stands for it, and says how it was made where that is asked.
Number named(std::string letters, const Number& made, const Digits& digits);

}  // namespace autoencoder::lecture
