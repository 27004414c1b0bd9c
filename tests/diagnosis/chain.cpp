// Convolutional and variational cases: right results pass, every mistake is caught and named, and
// what is wrong in no known way gets no name.
#include <doctest/doctest.h>

#include <map>

#include "cases.hpp"
#include "chain_cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

double apart(const Array& a, const Array& b) {
    REQUIRE(a.shape == b.shape);
    const std::vector<double> left = a.doubles(), right = b.doubles();
    double most = 0, largest = 1e-3;
    for (std::size_t i = 0; i < left.size(); ++i) {
        most = std::max(most, std::abs(left[i] - right[i]));
        largest = std::max(largest, std::abs(left[i]));
    }
    return most / largest;
}

bool shows(const Archive& wrong, const Archive& right, double relative) {
    return std::any_of(wrong.entries.begin(), wrong.entries.end(), [&](const auto& entry) {
        const Array& ours = right.at(entry.first);
        return entry.second.shape != ours.shape || apart(ours, entry.second) > relative;
    });
}

constexpr const char* own_ids[] = {
    "conv-flipped",        "deconv-not-transpose",    "conv-bias-one-position",
    "vae-logvar-as-sigma", "vae-logvar-as-logsigma",  "vae-kl-sign",
    "vae-kl-mean-latent",  "vae-kl-over-pixels",      "vae-no-half-logvar",
    "vae-mean-reconstruction", "vae-one-eps-per-row", "transposed-kernels", "channels-last"};

/// The mistakes in propagation, regularisers, targets, dropout and classes, and the conventions,
/// which every model can show.
constexpr const char* shared_ids[] = {
    "sum-not-mean",          "mean-over-elements",      "no-half",
    "delta-sign",            "delta-over-n",            "transposed-weights",
    "gradient-sum-cost-mean", "bias-gradient-sum",      "output-bias-gradient-sum",
    "last-pattern-only",     "product-of-means",        "output-delta-sign",
    "no-output-derivative",  "no-hidden-derivative",    "derivative-of-net-input",
    "derivative-at-activation", "tanh-derivative-lecun", "encoder-for-decoder",
    "gradient-for-weight",   "tied-one-term",           "tied-weights",
    "error-spectral",        "output-activation",       "classes-for-patterns",
    "weight-gradients-swapped", "weight-gradients-zero", "column-samples",
    "row-major-unroll",      "bias-gradient-not-summed",
    "kl-outside-derivative", "kl-sign",            "kl-missing",
    "kl-missing-gradient",   "kl-missing-cost",    "kl-weight-missing-gradient",
    "kl-reversed",           "kl-first-term-only", "kl-mean-over-units",
    "kl-extra-1-over-m",     "kl-times-m",         "kl-per-pattern",
    "kl-over-visible",       "rho-over-units",     "rho-running-mean",
    "rho-minibatch",         "rho-double-sigmoid", "rho-sum",
    "tanh-rho-half",         "tanh-rho-unmapped",  "kl-per-pattern-gradient",
    "kl-sign-first-term",    "kl-on-output",       "wrong-layer-rho",
    "bias-penalised",        "penalty-missing",    "bias-penalised-gradient",
    "penalty-no-half",       "penalty-sqrt",       "penalty-missing-gradient",
    "penalty-missing-cost",  "penalty-spectral",   "penalty-double-gradient",
    "penalty-inside-mean",   "beta-for-gamma",     "penalty-last-layer-only",
    "head-only-penalty",     "penalty-over-2m",    "penalty-all-gradient-head",
    "penalty-no-half-consistent", "denoise-noisy-target",
    "dropout-no-rescale",    "dropout-keep-swapped", "dropout-rescaled-twice",
    "dropout-no-backward-mask", "softmax-squared-delta", "labels-off-by-one"};

}  // namespace

TEST_SUITE("diagnosis: chains") {
    TEST_CASE("the workings without a mistake are the terms of the code that trains") {
        for (const Chain sort : chains) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                CAPTURE(int(sort));
                const Case c = random_case(sort, seed);
                const Archive theirs = compute_terms(c), ours = terms_with(c, {});
                CHECK(theirs.entries.size() == ours.entries.size());
                for (const auto& entry : theirs.entries) {
                    CAPTURE(entry.first);
                    CHECK(apart(entry.second, ours.at(entry.first)) < 1e-12);
                }
                CHECK(diagnose(c, theirs).agrees);
                CHECK(diagnose(c, in_single(theirs)).agrees);
            }
        }
    }

    TEST_CASE("every mistake on random chains is caught and named, every convention passes") {
        std::map<std::string, int> shown;
        Rate few_keys, single;
        for (const Chain sort : chains) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const Case c = random_case(sort, seed);
                const Archive right = terms_with(c, {});
                for (const std::string& id : ids_for(c)) {
                    CAPTURE(id);
                    CAPTURE(int(sort));
                    CAPTURE(seed);
                    const Archive all = terms_with(c, std::vector<std::string>{id});
                    const Diagnosis d = diagnose(c, all);
                    CHECK(names(d, {id}));
                    CHECK(d.agrees == is_convention(id));
                    const bool laid_out =  // the right numbers, in other places or not yet summed
                        id == "row-major-unroll" || id == "bias-gradient-not-summed";
                    CHECK(d.first_wrong.empty() == (is_convention(id) || laid_out));
                    ++shown[id];
                    if (shows(few(all), few(right), 1e-9))
                        few_keys.count(names(diagnose(c, few(all)), {id}));
                    if (shows(all, right, 1e-4))
                        single.count(names(diagnose(c, in_single(all)), {id}));
                }
            }
        }
        CHECK(few_keys.share() >= 0.95);
        CHECK(single.share() >= 0.95);
        for (const char* id : own_ids) {
            CAPTURE(id);
            CHECK(shown[id] >= 3);
        }
        for (const char* id : shared_ids) {
            CAPTURE(id);
            CHECK(shown[id] >= 3);
        }
    }

    TEST_CASE("at least 90 % of random pairs of mistakes in chains are named as that pair") {
        Rate rate;
        Random random(6);
        for (std::uint64_t seed = 1; rate.tried < 60; ++seed) {
            const Case c = random_case(chains[random.below(std::size(chains))], seed);
            const std::vector<std::string> ids = ids_for(c);
            const std::string a = ids[random.below(ids.size())], b = ids[random.below(ids.size())];
            if (a == b || is_convention(a) || is_convention(b)) continue;
            const Archive wrong = terms_with(c, std::vector{a, b});
            if (!shows(wrong, terms_with(c, std::vector{a}), 1e-9) ||
                !shows(wrong, terms_with(c, std::vector{b}), 1e-9))
                continue;
            const Diagnosis d = diagnose(c, wrong);
            CAPTURE(a);
            CAPTURE(b);
            if (d.agrees) {  // both together are a convention: ½ left out of cost and of gradient
                CHECK_FALSE(d.findings.at(0).conventions.empty());
                continue;
            }
            rate.count(names(d, {a, b}));
        }
        CHECK(rate.share() >= 0.9);
    }

    TEST_CASE("perturbations of chains that are no known mistake are wrong, without a name") {
        Random random(13);
        for (std::uint64_t trial = 1; trial <= 70; ++trial) {
            const Case c = random_case(chains[trial % std::size(chains)], 100 + trial);
            Archive theirs = terms_with(c, {});
            auto& entry = theirs.entries[random.below(theirs.entries.size())];
            const std::string key = entry.first;
            CAPTURE(trial);
            CAPTURE(key);
            const double size = random.uniform(1e-5, 1e-2), factor = random.uniform(1.05, 1.95);
            std::vector<double>& values = std::get<std::vector<double>>(entry.second.values);
            const bool zero = values == std::vector<double>(values.size());
            for (double& value : values)
                value = trial % 2 == 0 && !zero ? value * factor : value + size * random.normal();
            const Diagnosis d = diagnose(c, theirs);
            CHECK_FALSE(d.agrees);
            CHECK(d.findings.empty());
            CHECK(d.first_wrong == key);
        }
    }

    TEST_CASE("the first wrong term of a chain and a multiple of ours are said in words") {
        const Case c = random_case(Chain::strided, 3);
        Archive theirs = few(terms_with(c, {}));
        for (auto& [key, array] : theirs.entries)
            if (key == "grad_W1")
                for (double& value : std::get<std::vector<double>>(array.values)) value *= -1;
        const Diagnosis d = diagnose(c, theirs);
        std::string all;
        for (const std::string& sentence : d.sentences) all += sentence;
        CHECK(all.find("the first term to go wrong is grad_W1, the gradient of W1, while grad_b1 "
                       "before it agrees [convolve-gradient]") != std::string::npos);
        CHECK(all.find("their grad_W1 is -1 times ours, the other sign") != std::string::npos);
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
        CHECK(complaint("gradW1", 1.0).find("the nearest is 'grad_W1'") != std::string::npos);
        CHECK(complaint("cost", "low").find("expected the numbers") != std::string::npos);
        CHECK_THROWS_AS(diagnose(c, Archive{}), std::runtime_error);
        CHECK_FALSE(diagnose(c, only(compute_terms(random_case(Chain::plain, 1)), {"grad_W1"}))
                        .agrees);
    }
}
