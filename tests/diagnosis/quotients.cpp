// Gradients that are quotients of differences of the cost: right ones, and what goes wrong with them.
#include <doctest/doctest.h>

#include "autoencoder/conformance.hpp"
#include "cases.hpp"
#include "exchange/network.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

struct How {
    bool central = true, five_points = false, by_half = false, left_there = false, in_single = false;
};

/// (J(θ + h) − J(θ − h))/2h, or (J(θ + h) − J(θ))/h, or that of five points, for every gradient; or what goes wrong there.
Archive numerical(const Case& c, double h, const How& how) {
    Archive theirs = few(compute_terms(c));
    const auto cost = [&](const Case& at) {
        const double exact = compute_terms(at).at("cost").number();
        return how.in_single ? double(float(exact)) : exact;
    };
    Case moved = c;
    for (const std::string& key : gradients(theirs)) {
        const Block of = layout_in_file(c.network).find(key.substr(5));
        for (std::size_t i = 0; i < of.size; ++i) {
            double& theta = moved.theta[of.offset + i];
            const double before = theta;
            theta = before + h;
            const double up = cost(moved);
            theta = before - h;
            block(theirs, key)[i] = how.central ? (up - cost(moved)) / (how.by_half ? h : 2 * h) : (up - cost(c)) / h;
            if (how.five_points) {
                const double down = cost(moved);
                theta = before + 2 * h;
                const double far = cost(moved);
                theta = before - 2 * h;
                block(theirs, key)[i] = (8 * (up - down) - (far - cost(moved))) / (12 * h);
            }
            theta = how.left_there ? before - h : before;
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
                    Archive theirs = numerical(c, h, {central});
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
                    theirs = numerical(other, h, {central});
                    block(theirs, "cost") = few(compute_terms(c)).at("cost").doubles();
                    CHECK_FALSE(diagnose(c, theirs).agrees);
                }
    }

    TEST_CASE("a gradient by the differences of five points agrees, and one of another cost does not") {
        const Case c = random_case(Sort::plain, 2);
        for (const double h : {1e-2, 1e-3}) {
            Archive theirs = numerical(c, h, {true, true});
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK(d.agrees);
            block(theirs, gradients(theirs)[1])[0] *= 1 + 1e-6;
            CHECK_FALSE(diagnose(c, theirs).agrees);
            Case other = c;
            other.network.weight_penalty *= 1.01;
            theirs = numerical(other, h, {true, true});
            block(theirs, "cost") = few(compute_terms(c)).at("cost").doubles();
            CHECK_FALSE(diagnose(c, theirs).agrees);
        }
    }

    TEST_CASE("differences that are divided by h, left standing, of too large a step or of float32 are named") {
        for (const Sort sort : {Sort::sparse, Sort::classifier, Sort::plain}) {
            CAPTURE(int(sort));
            const Case c = random_case(sort, 2);
            const auto is_named = [&](double h, const How& how, std::string_view words) {
                const Archive theirs = numerical(c, h, how);
                const Diagnosis d = diagnose(c, how.in_single ? in_single(theirs) : theirs);
                INFO(all_of(d));
                CHECK_FALSE(d.agrees);
                CHECK(names(d, {"difference-quotient"}));
                CHECK(said(d, words));
            };
            is_named(1e-4, {.by_half = true}, "is divided by h in place of 2h");
            is_named(1e-3, {.left_there = true}, "stays where the last step has left it");
            is_named(0.5, {}, "over a step that is too large");
            is_named(0.1, {}, "over a step that is too large");
            is_named(1e-6, {.in_single = true}, "little but rounding is left");
            is_named(1e-12, {}, "little but rounding is left");
        }
    }
}
