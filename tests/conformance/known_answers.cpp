// Numbers that other programs, or a pencil, have found.
#include <doctest/doctest.h>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// V = 5, H = 3, m = 7, x_i^j = 0.5 + 0.4 cos(1 + i + 3j), θ_k = 0.5 sin k laid out column by
/// column: W1 (3×5), W2 (5×3), b1, b2.
Archive lecture_case() {
    const auto x = [](std::size_t at) {
        const double i = double(at % 5), j = double(at / 5);
        return 0.5 + 0.4 * std::cos(1 + i + 3 * j);
    };
    // Element (i, j) of a matrix of `rows` rows, as a column-major θ has it from θ_first on.
    const auto theta = [](std::size_t first, std::size_t rows, std::size_t cols) {
        return [=](std::size_t at) {
            return 0.5 * std::sin(double(first + at % cols * rows + at / cols));
        };
    };
    Archive archive = with({}, "x", filled({7, 5}, x));
    archive = with(archive, "W1", filled({3, 5}, theta(1, 3, 5)));
    archive = with(archive, "W2", filled({5, 3}, theta(16, 5, 3)));
    archive = with(archive, "b1", filled({3}, theta(31, 3, 1)));
    archive = with(archive, "b2", filled({5}, theta(34, 5, 1)));
    archive = with(archive, "weight_penalty", 0.01);
    archive = with(archive, "sparsity_target", 0.05);
    return with(archive, "sparsity_weight", 3.0);
}

}  // namespace

TEST_SUITE("conformance") {
    TEST_CASE("the sparse autoencoder of five inputs has the known cost, parts, ρ and ∂J/∂b1") {
        const Archive terms = compute_terms(lecture_case());
        const auto number = [&](const char* key) { return terms.at(key).number(); };
        CHECK(std::abs(number("cost") - 6.389809123740) < 1e-12);
        CHECK(std::abs(number("cost_data") - 0.208936151603) < 1e-12);
        CHECK(std::abs(number("cost_weight_penalty") - 0.019421290509) < 1e-12);
        CHECK(std::abs(number("cost_sparsity") - 6.161451681628) < 1e-12);
        const Array rho({3}, std::vector<double>{0.491867220545, 0.628009201195, 0.645861325554});
        CHECK(difference(terms.at("rho1"), rho) < 1e-12);
        const Array b1({3}, std::vector<double>{1.324334818616, 1.736403777303, 1.789490726302});
        CHECK(difference(terms.at("grad_b1"), b1) < 1e-12);
    }

    TEST_CASE("five constant patterns, and one pattern five times, cost what mlpack's tests say") {
        const auto cost = [](double parameter, auto pattern) {
            const auto all = [&](std::size_t) { return parameter; };
            Archive archive = with({}, "x", filled({5, 5}, pattern));
            archive = with(archive, "W1", filled({3, 5}, all));
            archive = with(archive, "b1", filled({3}, all));
            archive = with(archive, "W2", filled({5, 3}, all));
            return compute_terms(with(archive, "b2", filled({5}, all))).at("cost").number();
        };
        const auto by_row = [](std::size_t at) { return 0.1 * double(at / 5 + 1); };
        CHECK(std::abs(cost(1, by_row) - 1.190472606540) < 1e-12);
        CHECK(std::abs(cost(0, by_row) - 0.15) < 1e-15);
        CHECK(std::abs(cost(-1, by_row) - 0.048800332266) < 1e-12);
        const auto by_column = [](std::size_t at) { return 0.1 * double(at % 5 + 1); };
        CHECK(std::abs(cost(1, by_column) - 1.197585812647) < 1e-12);
        CHECK(std::abs(cost(0, by_column) - 0.15) < 1e-15);
        CHECK(std::abs(cost(-1, by_column) - 0.063466617408) < 1e-12);
    }

    TEST_CASE("[kl]: a unit of mean activity 0.4 that should have 0.1 costs 0.22628916118535888") {
        Archive archive = chain({1, 1, 1}, 1);
        archive = with(archive, "W1", Array({1, 1}, std::vector<double>{0}));
        archive = with(archive, "b1", Array({1}, std::vector<double>{std::log(0.4 / 0.6)}));
        archive = with(archive, "sparsity_target", 0.1);
        archive = with(archive, "sparsity_weight", 1.0);
        const Archive terms = compute_terms(archive);
        CHECK(std::abs(terms.at("rho1").number() - 0.4) < 1e-15);
        CHECK(std::abs(terms.at("kl1").number() - 0.22628916118535888) < 1e-15);
        CHECK(std::abs(terms.at("cost_sparsity").number() - 0.22628916118535888) < 1e-15);
    }

    TEST_CASE("[dropout]: masks by hand, with and without p") {
        // h = 0.5 for both units, the second one dropped; ŷ = 2 h̃_1 + 4 h̃_2, y = 3.
        Archive archive = with({}, "x", Array({1, 1}, std::vector<double>{3}));
        archive = with(archive, "W1", Array({2, 1}, std::vector<double>{0, 0}));
        archive = with(archive, "b1", Array({2}, std::vector<double>{0, 0}));
        archive = with(archive, "W2", Array({1, 2}, std::vector<double>{2, 4}));
        archive = with(archive, "b2", Array({1}, std::vector<double>{0}));
        archive = with(archive, "activation2", "linear");
        const auto output = [](const Archive& a) { return compute_terms(a).at("h2").doubles()[0]; };
        const Archive masked = with(archive, "mask1", Array({1, 2}, std::vector<double>{1, 0}));
        CHECK(output(archive) == 3);
        CHECK(output(with(archive, "dropout", 0.5)) == 3);  // without masks nothing is dropped
        CHECK(output(masked) == 1);                         // masks alone mean p = 0
        CHECK(output(with(masked, "dropout", 0.75)) == 4);

        const Archive terms = compute_terms(with(masked, "dropout", 0.75));
        CHECK(terms.at("h1").doubles() == std::vector<double>{0.5, 0.5});  // before the mask
        CHECK(terms.at("delta2").doubles() == std::vector<double>{-1});    // y − ŷ
        CHECK(terms.at("delta1").doubles() == std::vector<double>{-2, 0}); // −1 · 2 · 4 · ¼, and 0
        CHECK(terms.at("grad_W2").doubles() == std::vector<double>{2, 0}); // −δ h̃
    }

    TEST_CASE("[head]: a softmax over equal net inputs costs log 3 and has δ = y − 1/3") {
        Archive archive = chain({2, 3}, 2);
        archive = with(archive, "W1", filled({3, 2}, [](std::size_t) { return 0.0; }));
        archive = with(archive, "b1", filled({3}, [](std::size_t) { return 0.0; }));
        archive = with(archive, "activation", "softmax");
        archive = with(archive, "labels", list({2, 0}));
        const Archive terms = compute_terms(archive);
        CHECK(std::abs(terms.at("cost").number() - std::log(3.0)) < 1e-15);
        const double a = -1.0 / 3, b = 2.0 / 3;
        CHECK(difference(terms.at("delta1"), Array({2, 3}, std::vector<double>{a, a, b, b, a, a})) <
              1e-15);

        // The same as targets, and targets that are not one-hot: J = −Σ y log p.
        Array targets({2, 3}, std::vector<double>{0, 0, 1, 1, 0, 0});
        CHECK(same(compute_terms(with(without(archive, "labels"), "y", targets)), terms));
        targets = Array({2, 3}, std::vector<double>{0.5, 0.5, 1, 0, 0, 0});
        const Archive soft = compute_terms(with(without(archive, "labels"), "y", targets));
        CHECK(std::abs(soft.at("cost").number() - std::log(3.0)) < 1e-15);  // (2 log 3 + 0)/2
        CHECK(std::abs(soft.at("delta1").doubles()[2] - (1 - 2.0 / 3)) < 1e-15);
    }
}
