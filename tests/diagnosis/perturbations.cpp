// What must not be named: numbers that are wrong in no known way, and conventions, which are no
// mistakes, in any combination.
#include <doctest/doctest.h>

#include <set>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

using Values = std::vector<double>;

Values& values_of(Archive& archive, const std::string& key) {
    for (auto& [name, array] : archive.entries)
        if (name == key) return std::get<Values>(array.values);
    throw std::invalid_argument("no " + key);
}

/// Noise in one block; returns the block.
std::string add_noise(Archive& theirs, Random& random) {
    auto& [key, array] = theirs.entries[random.below(theirs.entries.size())];
    const double size = random.uniform(1e-5, 1e-2);
    for (double& value : std::get<Values>(array.values)) value += size * random.normal();
    return key;
}

/// All that belongs to a layer's gradient times a factor that stands for nothing.
std::string scale_layer(Archive& theirs, Random& random, std::size_t L) {
    const std::string l = std::to_string(1 + random.below(L));
    const double factor = random.uniform(1.05, 1.95);
    for (const char* kind : {"delta", "grad_b", "grad_W"})
        for (double& value : values_of(theirs, kind + l)) value *= factor;
    return "delta" + l;
}

/// Two units of a hidden layer exchanged, in its gradients alone.
std::string permute_units(Archive& theirs, Random& random, const Case& c) {
    const std::size_t n = c.network.units(1), V = c.network.units(0);
    const std::size_t i = random.below(n), j = (i + 1 + random.below(n - 1)) % n;
    std::swap(values_of(theirs, "grad_b1")[i], values_of(theirs, "grad_b1")[j]);
    Values& W = values_of(theirs, "grad_W1");
    for (std::size_t k = 0; k < V; ++k) std::swap(W[i * V + k], W[j * V + k]);
    return "grad_b1";
}

std::vector<std::string> conventions_of(const Case& c) {
    std::vector<std::string> conventions;
    for (const std::string& id : ids_for(c))
        for (const KnownMistake& known : known_mistakes())
            if (known.id == id && known.convention) conventions.push_back(id);
    return conventions;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("1,000 perturbations that are no known mistake are called wrong, and given no name") {
        Random random(11);
        for (std::uint64_t trial = 1; trial <= 1000; ++trial) {
            CAPTURE(trial);
            const Case c = random_case(dense_sorts[trial % std::size(dense_sorts)], 100 + trial);
            Archive theirs = terms_with(c, {});
            const std::size_t way = random.below(3);
            CAPTURE(way);
            const std::string first = way == 0   ? add_noise(theirs, random)
                                      : way == 1 ? scale_layer(theirs, random, c.network.depth())
                                                 : permute_units(theirs, random, c);
            const Diagnosis d = diagnose(c, theirs);
            CHECK_FALSE(d.agrees);
            CHECK(d.findings.empty());
            CHECK(d.first_wrong == first);
        }
    }

    TEST_CASE("perturbations of other models that are no known mistake are wrong, without a name") {
        Random random(13);
        for (std::uint64_t trial = 1; trial <= 70; ++trial) {
            const Case c = random_case(other_sorts[trial % std::size(other_sorts)], 100 + trial);
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

    TEST_CASE("of layers with many units mistakes are named, and an error at one unit is found") {
        Random random(14);
        const std::size_t V = 160, H = 140, N = 150;
        Case c;
        c.network = autoencoder_network(V, std::vector<std::size_t>{H}, Activation::sigmoid,
                                        Activation::sigmoid);
        c.network.weight_penalty = 0.01;
        c.network.sparsity_target = 0.1;
        c.network.sparsity_weight = 0.7;
        c.theta = Buffer<double>(layout(c.network).size);
        for (double& value : c.theta) value = random.uniform(-0.2, 0.2);
        c.x = Matrix<double>(N, V);
        for (double& value : c.x.values) value = random.uniform(0.05, 0.95);
        c.y = c.x;
        const std::vector<std::vector<std::string>> mistakes = {
            {"kl-outside-derivative"},
            {"no-hidden-derivative"},
            {"bias-gradient-sum"},
            {"gradient-for-weight"},
            {"kl-sign", "no-output-derivative"},
            {"kl-reversed", "error-carried-back"}};
        for (const std::vector<std::string>& ids : mistakes) {
            CAPTURE(ids[0]);
            CHECK(names(diagnose(c, few(terms_with(c, ids))), ids));
        }
        for (const char* key : {"grad_W1", "grad_b1", "grad_W2"})
            for (const bool last : {false, true}) {
                CAPTURE(key);
                CAPTURE(last);
                Archive theirs = few(compute_terms(c));
                Values& values = values_of(theirs, key);
                (last ? values.back() : values.front()) += 1e-6;
                const Diagnosis d = diagnose(c, theirs);
                CHECK_FALSE(d.agrees);
                CHECK(d.findings.empty());
                CHECK(d.first_wrong == key);
            }
    }

    TEST_CASE("right results under two or three conventions at once pass, and these are named") {
        Random random(12);
        int tried = 0, named = 0;
        for (std::uint64_t trial = 1; trial <= 90; ++trial) {
            CAPTURE(trial);
            const Case c = random_case(dense_sorts[trial % std::size(dense_sorts)], 300 + trial);
            const std::vector<std::string> all = conventions_of(c);
            std::set<std::string> some;
            for (std::size_t wanted = 2 + trial % 2; some.size() < wanted;)
                some.insert(all[random.below(all.size())]);
            const std::vector<std::string> ids(some.begin(), some.end());
            std::string together;
            for (const std::string& id : ids) together += id + " ";
            CAPTURE(together);
            const Diagnosis d = diagnose(c, terms_with(c, ids));
            CHECK(d.agrees);
            for (const Finding& finding : d.findings) CHECK(finding.mistakes.empty());
            ++tried;
            named += names(d, ids) ? 1 : 0;
        }
        CHECK(named >= 0.95 * tried);  // some are the same as others: N · 1/N, 2 · ½
    }
}
