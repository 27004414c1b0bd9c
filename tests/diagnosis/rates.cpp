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

/// Mistakes with only cost and gradients, in float32, and both: at least 95 % are named.
void check_rates(std::span<const Sort> sorts) {
    Rate few_keys, single, single_few;
    for (const Sort sort : sorts) {
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
            const Case c = random_case(sort, seed);
            const Archive right = terms_with(c, {});
            for (const std::string& id : ids_for(c)) {
                CAPTURE(id);
                CAPTURE(int(sort));
                const Archive all = terms_with(c, std::vector<std::string>{id});
                const auto count = [&](Rate& rate, const Archive& given, double relative) {
                    if (shows(given, right, relative)) rate.count(names(diagnose(c, given), {id}));
                };
                count(few_keys, few(all), 1e-9);
                count(single, in_single(all), 1e-4);
                count(single_few, in_single(few(all)), 1e-4);
            }
        }
    }
    CHECK(few_keys.share() >= 0.95);
    CHECK(single.share() >= 0.95);
    CHECK(single_few.share() >= 0.95);
}

/// Two mistakes at once, drawn at random: at least 90 % are named as that pair.
void check_pairs(std::span<const Sort> sorts, std::uint64_t draw) {
    Rate rate;
    Random random(draw);
    for (std::uint64_t seed = 1; rate.tried < 60; ++seed) {
        const Case c = random_case(sorts[random.below(sorts.size())], seed);
        const std::vector<std::string> ids = ids_for(c);
        const auto pick = [&] {
            for (;;) {
                const std::string& id = ids[random.below(ids.size())];
                if (!is_convention(id) && id != "row-major-unroll" &&
                    id != "bias-gradient-not-summed")
                    return id;
            }
        };
        const std::string a = pick(), b = pick();
        if (a == b) continue;
        const std::vector<std::string> both = {a, b}, one = {a}, other = {b};
        const Archive wrong = terms_with(c, both);
        if (!shows(wrong, terms_with(c, one), 1e-9) || !shows(wrong, terms_with(c, other), 1e-9))
            continue;
        const Diagnosis d = diagnose(c, wrong);
        CAPTURE(a);
        CAPTURE(b);
        if (d.agrees) {  // both together are a convention: ½ left out of cost and of gradient
            CHECK_FALSE(d.findings.at(0).conventions.empty());
            continue;
        }
        rate.count(names(d, both));
    }
    CHECK(rate.share() >= 0.9);
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE(
        "with only cost and gradients, and in float32, at least 95 % of the mistakes are named") {
        check_rates(dense_sorts);
        check_rates(other_sorts);
    }

    TEST_CASE("at least 90 % of random pairs of mistakes are named as that pair") {
        check_pairs(std::span(dense_sorts).first(7), 5);
        check_pairs(other_sorts, 6);
    }

    TEST_CASE(
        "right results in float32 pass, and a block that is a multiple of ours is said to be one") {
        for (const Sort sort : dense_sorts) {
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

    TEST_CASE("the first wrong term of windows and a multiple of ours are said in words") {
        const Case c = random_case(Sort::strided, 3);
        Archive theirs = few(terms_with(c, {}));
        for (auto& [key, array] : theirs.entries)
            if (key == "grad_W1")
                for (double& value : std::get<std::vector<double>>(array.values)) value *= -1;
        const Diagnosis d = diagnose(c, theirs);
        std::string all;
        for (const std::string& sentence : d.sentences) all += sentence;
        CHECK(all.find("the first term to go wrong is grad_W1, the gradient of the weights of "
                       "layer 1: look at the product of δ1 with what each window sees, and at λw "
                       "[convolve-gradient]") != std::string::npos);
        CHECK(all.find("their grad_W1 is -1 times ours, and the other sign") != std::string::npos);
        const auto complaint = [&](const std::string& key, Array array) {
            Archive archive;
            archive.add(key, std::move(array));
            try {
                diagnose(c, archive);
            } catch (const std::runtime_error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        CHECK(complaint("gard_W1", 1.0).find("the nearest is 'grad_W1'") != std::string::npos);
        CHECK(complaint("cost", "low").find("expected numbers") != std::string::npos);
        CHECK_THROWS_AS(diagnose(c, Archive{}), std::runtime_error);
        CHECK_FALSE(diagnose(c, only(compute_terms(random_case(Sort::plain, 1)), {"grad_W1"}))
                        .agrees);
    }
}
