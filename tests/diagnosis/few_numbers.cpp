// A cost alone, a single number, one pattern: what they say is said, and no more than that.
#include <doctest/doctest.h>

#include <cmath>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("diagnosis") {
    TEST_CASE("where the cost alone is wrong it is said of which parts together, and by which factor") {
        const struct {
            Sort sort;
            const char* part;
            double times;
            const char* words;
        } ways[] = {{Sort::sparse, "cost_weight_penalty", 1 / 3.0, "with all of the penalty times 1/3"},
                    {Sort::sparse, "cost_sparsity", 1 / std::log(10), "a logarithm of base 10"},
                    {Sort::sparse, "cost_data", 1 / std::log(2), "a logarithm of base 2"},
                    {Sort::one_hidden, "cost_kl", 0.5, "with all of the divergence times 1/2"}};
        for (const auto& each : ways) {
            CAPTURE(each.words);
            const auto& [sort, part, times, words] = each;
            const Case c = random_case(sort, 3);
            const Archive all = compute_terms(c);
            Archive theirs = few(all);
            block(theirs, "cost")[0] += (times - 1) * all.at(part).number();
            const Diagnosis d = diagnose(c, theirs);
            CHECK_FALSE(d.agrees);
            CHECK(said(d, "the cost alone is wrong"));
            CHECK(said(d, words));
        }
    }

    TEST_CASE("a number in float32 is met by many pairs of guesses, and is no finding; in float64 it is") {
        const std::vector<std::string> ids = {"kl-reversed", "penalty-no-half"};
        int single = 0, real = 0, tried = 0;
        for (std::uint64_t trial = 1; trial <= 20; ++trial) {
            const Case c = random_case(Sort::sparse, 500 + trial);
            const Archive theirs = only(terms_with(c, ids), {"cost"});
            const Diagnosis d = diagnose(c, in_single(theirs));
            CHECK_FALSE(d.agrees);
            ++tried;
            single += names(d, ids) ? 1 : 0;
            real += names(diagnose(c, theirs), ids) ? 1 : 0;
        }
        CHECK(single <= 0.1 * tried);
        CHECK(real >= 0.8 * tried);
    }

    TEST_CASE("another function of the mean activity is said by its slopes, what is none is not") {
        const Case c = random_case(Sort::sparse, 5);
        Case without = c;
        without.network.sparsity_weight = 0;
        const Archive data = compute_terms(without);
        for (const bool other : {true, false}) {
            Archive theirs = few(compute_terms(c));
            for (auto& [key, array] : theirs.entries) {
                if (key != "grad_W1" && key != "grad_b1") continue;
                auto& values = std::get<std::vector<double>>(array.values);
                const std::vector<double> rest = data.at(key).doubles();
                const std::size_t of_unit = values.size() / array.shape[0];
                for (std::size_t k = 0; k < values.size(); ++k)
                    values[k] = rest[k] + (0.5 + 0.1 * double(k / of_unit)) * (values[k] - rest[k]);
                if (!other) values.back() += 1e-6;
            }
            const Diagnosis d = diagnose(c, theirs);
            CHECK_FALSE(d.agrees);
            CHECK(said(d, "another sparsity term, of ρ too: its slope is ours times 0.5, 0.6") == other);
        }
    }

    TEST_CASE("of one pattern, no weights are said that any numbers would have") {
        Case c;
        c.network = autoencoder_network(4, std::vector<std::size_t>{3}, Activation::sigmoid, Activation::sigmoid);
        c.network.sparsity_target = 0.1;
        c.network.sparsity_weight = 0.7;
        c.theta = Buffer<double>(layout(c.network).size);
        for (std::size_t k = 0; k < c.theta.size(); ++k) c.theta[k] = 0.5 * std::sin(double(k + 1));
        c.x = Matrix<double>(1, 4);
        for (std::size_t i = 0; i < 4; ++i) c.x(0, i) = 0.3 + 0.15 * double(i);
        c.y = c.x;
        Archive theirs = few(compute_terms(c));
        for (auto& [key, array] : theirs.entries) {
            if (key != "grad_W1" && key != "grad_b1") continue;
            auto& values = std::get<std::vector<double>>(array.values);
            for (std::size_t k = 0; k < values.size(); ++k)
                values[k] *= 1 + 0.1 * std::sin(double(3 * (k * 3 / values.size()) + 1));
        }
        const Diagnosis d = diagnose(c, theirs);
        CHECK_FALSE(d.agrees);
        CHECK(d.findings.empty());
        CHECK(said(d, "grad_W1 has too few numbers to tell its parts apart"));
    }
}
