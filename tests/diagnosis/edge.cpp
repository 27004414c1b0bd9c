// Where the last digits of 1 − ρ go: right programs in either precision agree, however they add up, and
// wrong numbers do not as long as anything can be told.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "autoencoder/report.hpp"
#include "cases.hpp"
#include "somebody.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

std::vector<double> numbers(const Archive& archive, const std::string& key) { return archive.at(key).doubles(); }
void put(Archive& archive, const std::string& key, const std::vector<double>& values) {
    for (auto& [name, array] : archive.entries)
        if (name == key) array = Array(array.shape, values);
}
bool all_finite(const Archive& archive) {
    return std::ranges::all_of(archive.entries, [](const auto& entry) {
        return std::ranges::all_of(entry.second.doubles(), [](double x) { return std::isfinite(x); });
    });
}
std::string text_of(const Diagnosis& d) {
    std::string text;
    for (const std::string& sentence : d.sentences) text += sentence + "\n";
    for (const TermRow& row : d.rows)
        text += row.key + " " + rounded(row.absolute, 3) + " of " + rounded(row.tolerance, 3) + "\n";
    return text;
}

struct Count {
    std::size_t right = 0, wrong = 0;
};

/// A sparse network whose first unit is on until few digits of 1 − ρ are left, or none.
Case edge_case(Random& random, bool single) {
    const std::size_t V = 1 + random.below(5), H = 1 + random.below(4), patterns[] = {1, 7, 30, 300};
    Case c;
    c.network = autoencoder_network(V, std::vector<std::size_t>{H}, random.below(3) == 0 ? Activation::tanh : Activation::sigmoid,
                                    Activation::sigmoid);
    c.network.sparsity_weight = random.uniform(0.1, 5);
    c.network.sparsity_target = random.uniform(0.01, 0.4);
    c.x = Matrix<double>(patterns[random.below(4)], V);
    for (double& value : c.x.values) value = random.uniform(0.02, 0.98);
    c.y = c.x;
    c.theta = Buffer<double>(layout(c.network).size);
    for (const Block& block : layout(c.network).blocks)
        for (double& value : part<double>(c.theta, block)) value = random.uniform(-0.3, 0.3);
    const double k = c.network.layer(1).activation == Activation::tanh ? 2 : 1;
    part<double>(c.theta, layout(c.network).find("b1"))[0] = (single ? random.uniform(7, 18) : random.uniform(28, 39)) / k;
    return c;
}

template <class T>
void at_the_edge(const Case& c, Random& random, Count& count) {
    Style style;
    style.backwards = random.below(2) == 0;
    style.difference_slope = random.below(3) == 0;
    style.divide_each = random.below(3) == 0;
    const Archive right = Somebody<T>(c, style).results();
    if (!all_finite(right)) return;
    const Diagnosis d = diagnose(c, right);
    INFO(text_of(d));
    CHECK(d.agrees);
    ++count.right;
    Archive theirs = right;
    const std::size_t way = random.below(3), V = c.network.inputs;
    if (way == 0) {  // no sparsity in the gradient of that unit
        style.kl_left_out_at = 0;
        theirs = Somebody<T>(c, style).results();
    } else if (way == 1) {  // a unit that was never given a gradient
        std::vector<double> row = numbers(theirs, "grad_W1");
        std::fill_n(row.begin(), V, 0.0);
        put(theirs, "grad_W1", row);
        theirs = only(theirs, {"cost", "grad_W1"});
    } else {  // above what the rounding of 1 gives
        const double least = sizeof(T) == 4 ? 0x1p-26 : 0x1p-55;
        const double above = -c.network.sparsity_weight * std::log(least) + 0.5 * double(V) + 1;
        put(theirs, "cost", {numbers(theirs, "cost")[0] + above});
    }
    // Where all h are 1, and their mean is not by the way it is summed, there is no gradient: nothing can be told.
    double least_h = 1;
    const std::vector<double> h1 = numbers(compute_terms(c), "h1");
    for (std::size_t q = 0; q < c.x.rows; ++q) least_h = std::min(least_h, h1[q * c.network.layer(1).units]);
    if (way < 2 && c.x.rows > 1 && 1 - least_h < 3 * (sizeof(T) == 4 ? 0x1p-24 : 0x1p-53)) return;
    ++count.wrong;
    const Diagnosis w = diagnose(c, theirs);
    INFO("way " << way << "\n" << text_of(w));
    CHECK_FALSE(w.agrees);
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("where the last digits of 1 − ρ go, right programs pass and wrong numbers do not") {
        const char* asked = std::getenv("AUTOENCODER_TRIALS");
        const std::uint64_t trials = asked ? std::strtoull(asked, nullptr, 10) / 4 : 400;
        Count single, whole;
        for (std::uint64_t trial = 1; trial <= trials; ++trial) {
            CAPTURE(trial);
            Random random(trial, 78);
            const Case c = edge_case(random, trial % 2 == 0);
            trial % 2 == 0 ? at_the_edge<float>(c, random, single) : at_the_edge<double>(c, random, whole);
        }
        for (const Count& count : {single, whole}) {
            CHECK(count.right > trials / 6);
            CHECK(count.wrong > trials / 8);
        }
    }
}
