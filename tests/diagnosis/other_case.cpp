// Numbers that are ours of another case: square weights transposed, patterns lost or counted twice, shifted targets, weights that have moved, other penalties.
#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/conformance.hpp"
#include "cases.hpp"
#include "diagnosis/other_case.hpp"
#include "exchange/network.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Of the patterns of a case some, each with the target of another.
Case some_of(const Case& c, const std::vector<std::size_t>& x, const std::vector<std::size_t>& y) {
    const auto rows = [](const Matrix<double>& of, const std::vector<std::size_t>& which) {
        Matrix<double> some(of.rows > 0 ? which.size() : 0, of.cols);
        for (std::size_t q = 0; q < some.rows; ++q)
            for (std::size_t i = 0; i < some.cols; ++i) some(q, i) = of(which[q], i);
        return some;
    };
    Case some = c;
    some.x = rows(c.x, x);
    some.y = rows(c.y, y);
    some.noise = rows(c.noise, x);
    for (Matrix<double>& mask : some.masks) mask = rows(mask, x);
    return some;
}
std::vector<std::size_t> rows(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> all;
    for (std::size_t q = begin; q < end; ++q) all.push_back(q);
    return all;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("square weights that lie transposed are a convention, and mistakes are found under it") {
        Case c = random_case(Sort::sparse, 3);
        c.network = autoencoder_network(6, std::vector<std::size_t>{6}, Activation::sigmoid, Activation::sigmoid);
        c.network.weight_penalty = 0.02;
        c.network.sparsity_weight = 0.7;
        c.network.sparsity_target = 0.1;
        c.theta = Buffer<double>(layout(c.network).size);
        Random random(4);
        for (double& each : c.theta) each = random.uniform(-1, 1);
        c.x = Matrix<double>(9, 6);
        for (double& each : c.x.values) each = random.uniform(0.05, 0.95);
        c.y = c.x;
        const auto turned = [](std::vector<double> of) {
            for (std::size_t i = 0; i < 6; ++i)
                for (std::size_t j = 0; j < i; ++j) std::swap(of[6 * i + j], of[6 * j + i]);
            return of;
        };
        Case theirs_case = c;
        for (const char* W : {"W1", "W2"}) {
            const auto of = part<double>(theirs_case.theta, layout(c.network).find(W));
            std::ranges::copy(turned({of.begin(), of.end()}), of.begin());
        }
        const auto given = [&](std::vector<std::string> ids) {
            Archive theirs = few(terms_with(theirs_case, ids));
            for (const char* W : {"grad_W1", "grad_W2"}) block(theirs, W) = turned(block(theirs, W));
            return theirs;
        };
        const Diagnosis right = diagnose(c, given({}));
        INFO(all_of(right));
        CHECK(right.agrees);
        CHECK(names(right, {"transposed-weights"}));
        const Diagnosis wrong = diagnose(c, given({"kl-outside-derivative"}));
        CHECK_FALSE(wrong.agrees);
        CHECK(names(wrong, {"kl-outside-derivative", "transposed-weights"}));
        Archive odd = given({});
        block(odd, "grad_W1")[4] += 1e-3;
        CHECK_FALSE(diagnose(c, odd).agrees);
        CHECK(diagnose(c, odd).findings.empty());
    }

    TEST_CASE("patterns that are lost, or count twice, are said, and so are shifted targets") {
        for (const Sort sort : {Sort::sparse, Sort::deep, Sort::linear_output, Sort::plain, Sort::one_hidden}) {
            CAPTURE(int(sort));
            const Case c = random_case(sort, 5);
            const std::size_t N = c.x.rows;
            std::vector<std::size_t> twice = rows(0, N), on = rows(1, N), middle = rows(0, 3);
            twice.push_back(2);
            on.push_back(0);
            for (const std::size_t q : rows(4, N)) middle.push_back(q);
            const struct {
                std::vector<std::size_t> x, y;
                std::string words;
            } table[] = {{rows(0, N - 1), rows(0, N - 1), "pattern " + std::to_string(N) + " is left out"},
                         {rows(1, N), rows(1, N), "pattern 1 is left out"},
                         {middle, middle, "pattern 4 is left out"},
                         {twice, twice, "pattern 3 counts twice"},
                         {rows(0, N / 2), rows(0, N / 2), "only patterns 1 to " + std::to_string(N / 2)},
                         {rows(N - 3, N), rows(N - 3, N), "only patterns " + std::to_string(N - 2) + " to "},
                         {rows(0, N), on, "each is that of the pattern after it, the last one's the first"},
                         {rows(0, N - 1), rows(1, N), "each is that of the pattern after it, and the last"}};
            const Archive right = few(compute_terms(c));
            for (const auto& each : table) {
                CAPTURE(each.words);
                const auto& [x, y, words] = each;
                const std::string id = x == y ? "patterns-lost" : "targets-shifted";
                Archive theirs = few(compute_terms(some_of(c, x, y)));
                Diagnosis d = diagnose(c, theirs);
                INFO(all_of(d));
                CHECK_FALSE(d.agrees);
                CHECK(names(d, {id}));
                CHECK(said(d, words));
                Archive odd = theirs;
                block(odd, gradients(odd)[0])[1] += 1e-3;
                CHECK(diagnose(c, odd).findings.empty());
                block(theirs, "cost") = right.at("cost").doubles();  // of all patterns
                d = diagnose(c, theirs);
                CHECK_FALSE(d.agrees);
                CHECK(names(d, {id}));
            }
        }
    }

    TEST_CASE("sums that are divided by one pattern more or less, ρ too, are said") {
        using namespace diagnosis;
        const Case c = random_case(test::Sort::sparse, 5);
        const double N = double(c.x.rows);
        for (const double divided : {N - 1, N + 1}) {
            std::vector<Entry> entries;
            add_counts(entries, N, divided);
            Rules rules;
            entries[1].change(rules);
            Workings workings(c);
            Archive theirs = few(compute_terms(c));
            for (const Term& each : workings.terms())
                if (each.is_gradient() || each.key == "cost") {
                    const auto numbers = workings.term(rules, each);
                    block(theirs, each.key).assign(numbers->values.begin(), numbers->values.end());
                }
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK(names(d, {"patterns-miscounted"}));
            CHECK(said(d, "divided by " + std::to_string(int(divided)) + ", ρ too"));
            block(theirs, "grad_W1")[2] += 1e-4;
            CHECK(diagnose(c, theirs).findings.empty());
        }
    }

    TEST_CASE("weights that moved before δ went back through them are said, with their learning rate") {
        const Case c = random_case(Sort::sparse, 6);
        const Archive all = compute_terms(c);
        const std::vector<double> h = all.at("h1").doubles(), delta = all.at("delta2").doubles(),
                                  G = all.at("grad_W2").doubles();
        const std::size_t N = c.x.rows, V = c.network.inputs, H = c.network.units(1);
        Archive theirs = few(all);
        const double rate = 0.3;
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t j = 0; j < H; ++j) {
                double carried = 0;
                for (std::size_t i = 0; i < V; ++i) carried -= rate * G[i * H + j] * delta[q * V + i];
                const double more = carried * h[q * H + j] * (1 - h[q * H + j]) / double(N);
                block(theirs, "grad_b1")[j] -= more;
                for (std::size_t i = 0; i < V; ++i) block(theirs, "grad_W1")[j * V + i] -= more * c.x(q, i);
            }
        const Diagnosis d = diagnose(c, theirs);
        INFO(all_of(d));
        CHECK_FALSE(d.agrees);
        CHECK(names(d, {"stepped-weights"}));
        CHECK(said(d, "W2 moved before δ went back, with a learning rate of 0.3 ("));
        block(theirs, "grad_W1")[3] += 1e-4;
        CHECK(diagnose(c, theirs).findings.empty());
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
