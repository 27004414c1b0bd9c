// Numbers that are ours of another case, or another way: differences of the cost for its derivative, square
// weights transposed, patterns lost or counted twice, shifted targets, weights that have moved, other penalties.
#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/conformance.hpp"
#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

std::vector<double>& block(Archive& archive, const std::string& key) {
    for (auto& [name, array] : archive.entries)
        if (name == key) return std::get<std::vector<double>>(array.values);
    throw std::invalid_argument("no " + key);
}

std::string all_of(const Diagnosis& d) {
    std::string text;
    for (const std::string& sentence : d.sentences) text += sentence + "\n";
    return text;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("a penalty of another norm is named") {
        Case c = random_case(Sort::sparse, 7);
        const double lambda = c.network.weight_penalty;
        Case without = c;
        without.network.weight_penalty = 0;
        for (const bool absolute : {true, false}) {
            Archive theirs = few(compute_terms(without));
            for (const char* W : {"W1", "W2"}) {
                const auto of = part<const double>(c.theta, layout(c.network).find(W));
                double squares = 0, sizes = 0;
                for (const double w : of) squares += w * w, sizes += std::abs(w);
                block(theirs, "cost")[0] += lambda * (absolute ? sizes : std::sqrt(squares));
                for (std::size_t i = 0; i < of.size(); ++i)
                    block(theirs, std::string("grad_") + W)[i] +=
                        lambda * (absolute ? (of[i] > 0 ? 1 : -1) : of[i] / std::sqrt(squares));
            }
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK_FALSE(d.agrees);
            CHECK(names(d, {"other-penalty"}));
            CHECK(said(d, absolute ? "L1" : "not squared"));
        }
    }

    TEST_CASE("the last layer's weights alone are penalised by convention in a classifier, elsewhere by mistake") {
        for (const Sort sort : {Sort::classifier, Sort::sparse}) {
            const Case c = random_case(sort, 8);
            Case without = c;
            without.network.weight_penalty = 0;
            Archive theirs = few(compute_terms(without));
            const auto of = part<const double>(c.theta, layout(c.network).find("W2"));
            for (std::size_t i = 0; i < of.size(); ++i) {
                block(theirs, "cost")[0] += c.network.weight_penalty / 2 * of[i] * of[i];
                block(theirs, "grad_W2")[i] += c.network.weight_penalty * of[i];
            }
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK(d.agrees == (sort == Sort::classifier));
            if (sort == Sort::sparse) CHECK(said(d, "their grad_W1 is ours without λW1"));
        }
    }
}
