// Their cost against their gradient, and against the steps that they take along it, for all models.
#include <doctest/doctest.h>

#include "cases.hpp"
#include "diagnosis/elsewhere.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

double cost_of(const Case& c, const std::vector<std::string>& ids = {}) {
    return terms_with(c, ids).at("cost").number();
}

/// The archive with the cost at θ ± ε e_k added, for every k of the first blocks of θ (0: of all),
/// with mistakes or without.
Archive with_nudges(const Case& of, Archive theirs, const std::vector<std::string>& ids = {},
                    std::size_t blocks = 1, double epsilon = 1e-4) {
    Case c = of;
    std::vector<std::int64_t> coordinates;
    std::vector<double> plus, minus;
    for (const Block& block : layout_in_file(c.network).blocks) {
        for (double& value : part<double>(c.theta, block)) {
            const double before = value;
            coordinates.push_back(std::int64_t(coordinates.size()));
            value = before + epsilon;
            plus.push_back(cost_of(c, ids));
            value = before - epsilon;
            minus.push_back(cost_of(c, ids));
            value = before;
        }
        if (--blocks == 0) break;
    }
    const Array::Shape shape = {coordinates.size()};
    theirs.add("epsilon", epsilon);
    theirs.add("coordinates", Array(shape, coordinates));
    theirs.add("cost_plus", Array(shape, plus));
    theirs.add("cost_minus", Array(shape, minus));
    return theirs;
}

/// The archive with the costs of five steps added, with mistakes or without.
Archive with_steps(const Case& of, Archive theirs, const std::vector<std::string>& ids = {}) {
    const double eta = 0.2;
    Case c = of;
    std::vector<double> costs;
    for (int step = 0; step < 5; ++step) {
        const Archive terms = terms_with(c, ids);
        for (const Block& block : layout_in_file(c.network).blocks) {
            const std::vector<double> gradient = terms.at("grad_" + block.name).doubles();
            for (std::size_t k = 0; k < block.size; ++k)
                c.theta[block.offset + k] -= eta * gradient[k];
        }
        costs.push_back(cost_of(c, ids));
    }
    theirs.add("learning_rate", eta);
    theirs.add("cost_steps", Array({5}, costs));
    return theirs;
}

/// Steps that follow their gradient agree; others part from exact ones; those of a known mistake are
/// said to be its.
void check_steps(const Case& c) {
    const Archive right = only(terms_with(c, {}), {"cost", "grad_"});
    CHECK(diagnose(c, with_steps(c, right)).agrees);
    CHECK(diagnose(c, with_steps(c, {})).agrees);
    const std::vector<std::string> wrong = {"bias-penalised-gradient"};
    const Diagnosis d = diagnose(c, with_steps(c, right, wrong));
    CHECK_FALSE(d.agrees);
    CHECK(said(d, "their steps part from exact gradient descent: after step 1 of 5"));
    const Archive theirs = only(terms_with(c, wrong), {"cost", "grad_"});
    CHECK(said(diagnose(c, with_steps(c, theirs, wrong)),
               "are those of exact gradient descent with that mistake"));
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE(
        "their cost at θ ± ε e_k shows whether their cost and their gradient belong together") {
        const Case c = random_case(Sort::sparse, 4);
        const Diagnosis all =
            diagnose(c, with_nudges(c, only(terms_with(c, {}), {"cost", "grad_"})));
        CHECK(all.agrees);
        CHECK(said(all, "their cost and their gradient belong together"));
        const Diagnosis part = diagnose(c, with_nudges(c, only(terms_with(c, {}), {"grad_W1"})));
        CHECK(said(part, "their cost and their gradient belong together"));
        const Diagnosis none = diagnose(c, with_nudges(c, only(terms_with(c, {}), {"cost"})));
        CHECK(none.agrees);
        CHECK(said(none, "their cost and our gradient (they have given none of theirs) belong"));
        CHECK(diagnose(c, with_nudges(c, {})).agrees);

        const std::vector<std::string> gradient_only = {"kl-outside-derivative"};
        const Diagnosis apart = diagnose(
            c,
            with_nudges(c, only(terms_with(c, gradient_only), {"cost", "grad_"}), gradient_only));
        CHECK_FALSE(apart.agrees);
        CHECK(said(apart, "do not belong together: at W1("));
        // Wrong in the cost and in the gradient: they belong together, and are wrong all the same.
        const std::vector<std::string> both = {"kl-reversed"};
        const Diagnosis alike =
            diagnose(c, with_nudges(c, only(terms_with(c, both), {"cost", "grad_"}), both));
        CHECK_FALSE(alike.agrees);
        CHECK(said(alike, "their cost and their gradient belong together"));
        CHECK(names(alike, both));
    }

    TEST_CASE("their costs after steps of gradient descent are compared with exact ones") {
        for (const Sort sort : {Sort::sparse, Sort::deep, Sort::classifier}) {
            check_steps(random_case(sort, 4));
        }
    }

    TEST_CASE("cost and gradient of a convolutional or variational model belong together, or not") {
        const auto all = [](const Archive& terms) { return only(terms, {"cost", "grad_"}); };
        constexpr std::size_t everything = 0;
        for (const Sort sort : other_sorts) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                CAPTURE(int(sort));
                CAPTURE(seed);
                const Case c = random_case(sort, seed);
                const Archive right = terms_with(c, {});
                const Diagnosis alike = diagnose(c, with_nudges(c, all(right), {}, everything));
                CHECK(alike.agrees);
                CHECK(said(alike, "their cost and their gradient belong together"));
                const Diagnosis alone = diagnose(c, with_nudges(c, {}, {}, everything));
                CHECK(alone.agrees);
                CHECK(said(alone, "our gradient (they have given none of theirs) belong together"));
                for (const std::string id : {"no-hidden-derivative", "bias-penalised-gradient",
                                             "conv-bias-one-position", "vae-no-half-logvar"}) {
                    const std::vector<std::string> known = ids_for(c), one = {id};
                    if (std::find(known.begin(), known.end(), id) == known.end()) continue;
                    CAPTURE(id);
                    const Diagnosis apart = diagnose(
                        c, with_nudges(c, all(terms_with(c, one)), one, everything));
                    CHECK_FALSE(apart.agrees);
                    CHECK(names(apart, one));
                    CHECK(said(apart, "their cost and their gradient do not belong together: at "));
                }
                // A cost that is wrong with its gradient: together, and wrong all the same.
                const std::vector<std::string> both = {"penalty-missing"};
                const Diagnosis wrong =
                    diagnose(c, with_nudges(c, all(terms_with(c, both)), both, everything));
                CHECK_FALSE(wrong.agrees);
                CHECK(said(wrong, "their cost and their gradient belong together"));
            }
        }
        const Case c = random_case(Sort::one_hidden, 1);
        const Archive wrong = terms_with(c, std::vector<std::string>{"vae-no-half-logvar"});
        const Diagnosis at = diagnose(c, with_nudges(c, all(wrong), {}, everything));
        CHECK((said(at, ": at logvar_") || said(at, ": at enc_")));
    }

    TEST_CASE("a step over the kinks of rectifiers is no disagreement, and hides none") {
        constexpr std::size_t everything = 0;
        constexpr double wide = 0.01;  // as float32 needs it
        for (const Sort sort : {Sort::no_hidden, Sort::two_hidden, Sort::conv_classifier}) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                CAPTURE(int(sort));
                CAPTURE(seed);
                const Case c = random_case(sort, seed);
                const Archive few = only(terms_with(c, {}), {"cost", "grad_"});
                CHECK(diagnose(c, with_nudges(c, few, {}, everything, wide)).agrees);
                const std::vector<std::string> wrong = {"no-hidden-derivative"};
                const std::vector<std::string> known = ids_for(c);
                if (std::find(known.begin(), known.end(), wrong[0]) == known.end()) continue;
                const Archive theirs = only(terms_with(c, wrong), {"cost", "grad_"});
                CHECK(said(diagnose(c, with_nudges(c, theirs, wrong, everything, wide)),
                           "their gradient do not belong together"));
            }
        }
    }

    TEST_CASE("costs elsewhere of which something is missing or amiss are refused, for all models") {
        for (const Case& c : {random_case(Sort::sparse, 1), random_case(Sort::strided, 1),
                              random_case(Sort::one_hidden, 1)}) {
            const std::size_t parameters = layout(c.network).parameters();
            const auto refused = [&](double epsilon, std::size_t coordinate, std::size_t costs) {
                Archive theirs;
                theirs.add("epsilon", epsilon);
                theirs.add("coordinates",
                           Array({1}, std::vector<std::int64_t>{std::int64_t(coordinate)}));
                theirs.add("cost_plus", Array({costs}, std::vector<double>(costs, 0.7)));
                theirs.add("cost_minus", Array({1}, std::vector<double>{0.7}));
                try {
                    diagnose(c, theirs);
                } catch (const std::runtime_error&) {
                    return true;
                }
                return false;
            };
            CHECK_FALSE(refused(1e-4, parameters - 1, 1));
            CHECK(refused(1e-4, parameters, 1));
            CHECK(refused(0, 0, 1));
            CHECK(refused(1e-4, 0, 2));
            Archive alone;
            alone.add("cost_steps", Array({1}, std::vector<double>{0.7}));
            CHECK_THROWS_AS(diagnose(c, alone), std::runtime_error);
        }
    }

    TEST_CASE("steps of gradient descent of a convolutional or variational model are compared") {
        for (const Sort sort : other_sorts) {
            CAPTURE(int(sort));
            check_steps(random_case(sort, 2));
        }
    }
}
