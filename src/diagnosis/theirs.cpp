#include "diagnosis/theirs.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "base/nearest.hpp"
#include "base/utf8.hpp"
#include "exchange/keys.hpp"
#include "exchange/names.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

/// The extents that say something: without those of 1.
Array::Shape without_ones(Array::Shape shape) {
    std::erase(shape, std::size_t{1});
    return shape;
}

/// Of a gradient of biases: (N, units), (units, N), or of maps (N, maps, height, width).
Fit fit_by_pattern(const Case& c, const Term& term, const Array::Shape& shape) {
    const std::size_t N = c.x.rows;
    if (term.what != What::biases || N == 1) return Fit::other_size;
    if (shape == Array::Shape{N, term.shape[0]}) return Fit::by_pattern;
    if (shape == Array::Shape{term.shape[0], N}) return Fit::by_pattern_in_columns;
    if (!has_window(c.network.layer(term.layer))) return Fit::other_size;
    Array::Shape images = pattern_shape(c.network, term.layer);
    images.insert(images.begin(), N);
    return shape == images ? Fit::by_pattern : Fit::other_size;
}

Fit fit_of(const Case& c, const Given& given) {
    const Term& term = given.term;
    if (given.shape == term.shape) return Fit::as_expected;
    const auto orders = orders_of(given.sort);
    if (std::any_of(orders.begin(), orders.end(), [&](const Order& order) {
            return given.shape == shape_in(given.sort, given.axes, order.axes);
        }))
        return Fit::reordered;
    const Fit by_pattern = fit_by_pattern(c, term, given.shape);
    if (by_pattern != Fit::other_size) return by_pattern;
    if (without_ones(given.shape) == without_ones(term.shape)) return Fit::as_expected;
    const bool by_unit = term.what == What::rho || term.what == What::kl;
    if (by_unit && given.values.size() == c.x.rows) return Fit::by_pattern;
    std::size_t size = 1;
    for (const std::size_t extent : term.shape) size *= extent;
    return given.values.size() == size ? Fit::unrolled : Fit::other_size;
}

bool holds_single(const Array& array) {
    if (array.kind() == Array::Kind::real32) return true;
    const std::vector<double> values = array.doubles();
    return array.is_real() && std::all_of(values.begin(), values.end(), [](double value) {
               return std::isnan(value) || double(float(value)) == value;
           });
}

/// The fewest digits, or decimals, that all numbers have; many numbers, or a few of many digits. Where both would
/// do, those of which more numbers need the last one.
Printed printed(const std::vector<const Array*>& arrays, bool single) {
    std::vector<double> numbers;
    for (const Array* array : arrays)
        for (const double each : array->doubles())
            if (each != 0 && std::isfinite(each)) numbers.push_back(each);
    constexpr std::size_t many = 12, some = 4;
    if (numbers.empty() || (single && numbers.size() < many)) return {};
    const double unit = single ? 0x1p-23 : 0x1p-45;
    const auto of_digits = [&](double x, int digits) {
        const double scaled = x * std::pow(10, digits - 1 - std::floor(std::log10(std::abs(x))));
        return std::abs(scaled - std::round(scaled)) <= unit * std::abs(scaled);
    };
    const auto of_decimals = [&](double x, int decimals) {
        const double scaled = x * std::pow(10, decimals);
        return std::abs(scaled - std::round(scaled)) <= unit * std::max(std::abs(scaled), 1.0);
    };
    struct Fewest {
        int places;
        std::ptrdiff_t needing;  // how many numbers have no fewer
    };
    const auto fewest = [&](int least, int most, const auto& of) -> Fewest {
        for (int places = 1; places <= most; ++places)
            if (std::ranges::all_of(numbers, [&](double x) { return of(x, places); }))
                return {places >= least ? places : 0,
                        std::ranges::count_if(numbers, [&](double x) { return !of(x, places - 1); })};
        return {0, 0};
    };
    const Fewest digits = fewest(4, single ? 6 : 10, of_digits);
    const Fewest decimals =
        numbers.size() < (single ? many : some) ? Fewest{0, 0} : fewest(3, single ? 6 : 10, of_decimals);
    if (decimals.places > 0 && decimals.needing >= digits.needing) return {0, decimals.places};
    return {digits.places, 0};
}

std::vector<std::string> known_keys(const std::vector<Term>& terms) {
    std::vector<std::string> known = {"cost"};
    for (const Term& term : terms)
        if (term.is_gradient()) known.push_back(term.key);
    for (const Term& term : terms)
        if (!term.is_gradient() && term.key != "cost") known.push_back(term.key);
    known.insert(known.end(), keys_elsewhere().begin(), keys_elsewhere().end());
    return known;
}

}  // namespace

double Printed::off_by(double number) const {
    if (in_single) return std::max(0.51 * 0x1p-23 * std::abs(number), 0x1p-149);
    if (decimals > 0) return 0.51 * std::pow(10, -decimals);
    if (digits == 0 || number == 0) return 0;
    return 0.51 * std::pow(10, std::floor(std::log10(std::abs(number))) - (digits - 1));
}

std::string Printed::words() const {
    if (in_single) return "float32";
    return digits > 0 ? std::to_string(digits) + " digits" : std::to_string(decimals) + " decimals";
}

bool in_single(const std::vector<const Array*>& arrays) {
    std::size_t fractions = 0;
    for (const Array* array : arrays) {
        if (array->kind() == Array::Kind::real32) return true;
        if (!holds_single(*array)) return false;
        for (const double value : array->doubles())
            if (value * 1024 != std::floor(value * 1024)) ++fractions;
    }
    return fractions > 0;
}

bool is_unsummed(const Given& given) {
    return given.term.what == What::biases &&
           (given.fit == Fit::by_pattern || given.fit == Fit::by_pattern_in_columns);
}

const Given* Theirs::find(const std::string& key) const {
    const auto found =
        std::find_if(given.begin(), given.end(), [&](const Given& g) { return g.term.key == key; });
    return found == given.end() ? nullptr : &*found;
}

Wanted wanted_of(const Case& c) {
    return [known = known_keys(terms_of(c))](std::string_view key) {
        return means_something(key) || std::find(known.begin(), known.end(), key) != known.end();
    };
}

Theirs read_theirs(const Case& c, const Archive& given) {
    const std::vector<Term> terms = terms_of(c);
    const std::vector<std::string> known = known_keys(terms);
    const Understood understood = results_in_our_keys(given, c, known);
    const Archive& archive = understood.archive;
    const auto refuse = [&](const std::string& key, const std::string& found) {
        fail(place(archive, key),
             "expected " + near_words("a term of the case", key, known) + found);
    };
    for (const std::string& key : archive.unread) refuse(key, "");
    for (const auto& [key, array] : archive.entries) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            refuse(key, ", found " + array.description());
        if (array.is_text())
            fail(place(archive, key), "expected numbers, found " + array.description());
    }
    Theirs theirs;
    theirs.remarks = understood.remarks;
    std::vector<const Array*> arrays;
    for (const Term& term : terms) {
        const Array* array = archive.find(term.key);
        if (!array) continue;
        Given has{term,
                  sort_of(c.network, term),
                  axes_of(c.network, term),
                  Fit::as_expected,
                  array->doubles(),
                  array->shape};
        has.fit = fit_of(c, has);
        theirs.given.push_back(std::move(has));
        arrays.push_back(array);
    }
    theirs.elsewhere = read_elsewhere(c.network, archive);
    if (theirs.given.empty() && !theirs.elsewhere.any())
        fail(archive.origin.empty() ? "archive" : archive.origin,
             "expected at least one term of the case, found none");
    for (const std::string_view key : costs_elsewhere())
        if (const Array* array = archive.find(key)) arrays.push_back(array);
    theirs.single = in_single(arrays);
    theirs.printed = printed(arrays, theirs.single);
    return theirs;
}

}  // namespace autoencoder::diagnosis
