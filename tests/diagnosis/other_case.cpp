// Numbers that are ours of another case, or another way: differences of the cost for its derivative, square
// weights transposed, patterns lost or counted twice, shifted targets, weights that have moved, other penalties.
#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/conformance.hpp"
#include "cases.hpp"
#include "exchange/network.hpp"

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

std::vector<std::string> gradients(const Archive& archive) {
    std::vector<std::string> keys;
    for (const auto& entry : archive.entries)
        if (entry.first.starts_with("grad_")) keys.push_back(entry.first);
    return keys;
}

/// (J(θ + h) − J(θ − h))/2h, or (J(θ + h) − J(θ))/h, for every gradient.
Archive numerical(const Case& c, double h, bool central) {
    Archive theirs = few(compute_terms(c));
    const auto cost = [](const Case& at) { return compute_terms(at).at("cost").number(); };
    Case moved = c;
    for (const std::string& key : gradients(theirs)) {
        const Block& of = layout_in_file(c.network).find(key.substr(5));
        for (std::size_t i = 0; i < of.size; ++i) {
            double& theta = moved.theta[of.offset + i];
            const double before = theta;
            theta = before + h;
            const double up = cost(moved);
            theta = before - h;
            block(theirs, key)[i] = central ? (up - cost(moved)) / (2 * h) : (up - cost(c)) / h;
            theta = before;
        }
    }
    return theirs;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("a gradient by differences of the right cost agrees, and no other that is as near to ours") {
        for (const Sort sort : {Sort::sparse, Sort::classifier, Sort::plain, Sort::one_hidden})
            for (const double h : {1e-3, 1e-5, 1e-7})
                for (const bool central : {true, false}) {
                    CAPTURE(int(sort));
                    CAPTURE(h);
                    CAPTURE(central);
                    const Case c = random_case(sort, 2);
                    Archive theirs = numerical(c, h, central);
                    const Diagnosis d = diagnose(c, theirs);
                    INFO(all_of(d));
                    CHECK(d.agrees);
                    CHECK(d.findings.empty());
                    const std::string key = gradients(theirs)[1];
                    const double own = block(theirs, key)[0];
                    block(theirs, key)[0] = own * (1 + 1e-6);
                    CHECK_FALSE(diagnose(c, theirs).agrees);
                    // Of another cost, whose value is put right.
                    Case other = c;
                    other.network.weight_penalty *= 1.01;
                    theirs = numerical(other, h, central);
                    block(theirs, "cost") = few(compute_terms(c)).at("cost").doubles();
                    CHECK_FALSE(diagnose(c, theirs).agrees);
                }
    }

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
