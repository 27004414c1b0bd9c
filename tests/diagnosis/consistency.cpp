// Their cost against their gradient, and against the steps that they take along it.
#include <doctest/doctest.h>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

double cost_of(const Case& c, const std::vector<std::string>& ids = {}) {
    return terms_with(c, ids).at("cost").number();
}

/// The archive with the cost at θ ± ε e_k for every k of W1 added, with mistakes or without.
Archive with_nudges(const Case& of, Archive theirs, const std::vector<std::string>& ids = {}) {
    const double epsilon = 1e-4;
    Case c = of;
    const Block W1 = layout(c.network).blocks[0];
    std::vector<std::int64_t> coordinates;
    std::vector<double> plus, minus;
    for (std::size_t k = 0; k < W1.size; ++k) {
        double& value = c.theta[W1.offset + k];
        const double before = value;
        coordinates.push_back(std::int64_t(k));
        value = before + epsilon;
        plus.push_back(cost_of(c, ids));
        value = before - epsilon;
        minus.push_back(cost_of(c, ids));
        value = before;
    }
    theirs.add("epsilon", epsilon);
    theirs.add("coordinates", Array({W1.size}, coordinates));
    theirs.add("cost_plus", Array({W1.size}, plus));
    theirs.add("cost_minus", Array({W1.size}, minus));
    return theirs;
}

/// The archive with the costs of five steps added, with mistakes or without.
Archive with_steps(const Case& of, Archive theirs, const std::vector<std::string>& ids = {}) {
    const double eta = 0.2;
    Case c = of;
    std::vector<double> costs;
    for (int step = 0; step < 5; ++step) {
        const Archive terms = terms_with(c, ids);
        for (const Block& block : layout(c.network).blocks) {
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

bool said(const Diagnosis& d, std::string_view part) {
    return std::any_of(d.sentences.begin(), d.sentences.end(), [&](const std::string& sentence) {
        return sentence.find(part) != std::string::npos;
    });
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
            const Case c = random_case(sort, 4);
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
    }
}
