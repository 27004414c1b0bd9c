// How often the diagnosis is right where it has less to go by: fewer keys, float32, two mistakes at
// once.
#include <doctest/doctest.h>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Whether these keys show anything of it.
bool shows(const Archive& wrong, const Archive& right, double relative) {
    for (const auto& [key, array] : wrong.entries) {
        const std::vector<double> theirs = array.doubles(), ours = right.at(key).doubles();
        if (theirs.size() != ours.size() || array.shape != right.at(key).shape) return true;
        double largest = 0, apart = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            largest = std::max(largest, std::abs(ours[i]));
            if (!(std::abs(theirs[i] - ours[i]) <= apart)) apart = std::abs(theirs[i] - ours[i]);
        }
        if (!(apart <= relative * largest)) return true;
    }
    return false;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE(
        "with only cost and gradients, and in float32, at least 95 % of the mistakes are named") {
        Rate few_keys, single, single_few;
        for (const Sort sort : sorts) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const Case c = random_case(sort, seed);
                const Archive right = terms_with(c, {});
                for (const std::string& id : ids_for(c)) {
                    CAPTURE(id);
                    CAPTURE(int(sort));
                    const Archive all = terms_with(c, std::vector<std::string>{id});
                    const auto count = [&](Rate& rate, const Archive& given, double relative) {
                        if (!shows(given,
                                   only(right, {"cost", "cost_", "s1", "s2", "s3", "h1", "h2", "h3",
                                                "rho1", "rho2", "kl1", "kl2", "delta1", "delta2",
                                                "delta3", "grad_"}),
                                   relative))
                            return;
                        rate.count(names(diagnose(c, given), {id}));
                    };
                    count(few_keys, only(all, {"cost", "grad_"}), 1e-9);
                    count(single, in_single(all), 1e-4);
                    count(single_few, in_single(only(all, {"cost", "grad_"})), 1e-4);
                }
            }
        }
        CHECK(few_keys.share() >= 0.95);
        CHECK(single.share() >= 0.95);
        CHECK(single_few.share() >= 0.95);
    }

    TEST_CASE("at least 90 % of random pairs of mistakes are named as that pair") {
        Rate rate;
        Random random(5);
        for (std::uint64_t seed = 1; rate.tried < 60; ++seed) {
            const Case c = random_case(sorts[random.below(7)], seed);
            const std::vector<std::string> ids = ids_for(c);
            const auto pick = [&] {
                for (;;) {
                    const std::string& id = ids[random.below(ids.size())];
                    for (const KnownMistake& known : known_mistakes())
                        if (known.id == id && !known.convention && id != "row-major-unroll" &&
                            id != "bias-gradient-not-summed")
                            return id;
                }
            };
            const std::string a = pick(), b = pick();
            if (a == b) continue;
            const std::vector<std::string> both = {a, b};
            const Archive wrong = terms_with(c, both);
            const std::vector<std::string> one = {a}, other = {b};
            if (!shows(wrong, terms_with(c, one), 1e-9) ||
                !shows(wrong, terms_with(c, other), 1e-9))
                continue;
            const Diagnosis d = diagnose(c, wrong);
            CHECK_FALSE(d.agrees);
            rate.count(names(d, both));
        }
        CHECK(rate.share() >= 0.9);
    }

    TEST_CASE(
        "right results in float32 pass, and a block that is a multiple of ours is said to be one") {
        for (const Sort sort : sorts) {
            const Case c = random_case(sort, 7);
            CHECK(diagnose(c, in_single(terms_with(c, {}))).agrees);
        }
        const Case c = random_case(Sort::sparse, 3);
        Archive theirs = terms_with(c, {});
        for (auto& [key, array] : theirs.entries)
            if (key == "h1" || key == "grad_b2")
                for (double& value : std::get<std::vector<double>>(array.values))
                    value *= key == "h1" ? 1.3 : double(c.x.rows);
        const Diagnosis d = diagnose(c, theirs);
        CHECK(d.first_wrong == "h1");
        std::string all;
        for (const std::string& sentence : d.sentences) all += sentence;
        CHECK(all.find("look at the activation of layer 1") != std::string::npos);
        CHECK(all.find("their grad_b2 is " + std::to_string(c.x.rows) + " times ours, and N is") !=
              std::string::npos);
    }
}
