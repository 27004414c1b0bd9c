// The lecture with numbers in it: that what is printed is true, digit by digit.
#include <doctest/doctest.h>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/checks.hpp"
#include "autoencoder/code_quality.hpp"
#include "autoencoder/online.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/sparsity.hpp"
#include "cli/running.hpp"
#include "lecture/arithmetic.hpp"
#include "worked/pencil.hpp"
#include "lecture/proof.hpp"
#include "worked/sources.hpp"

using namespace autoencoder;
using namespace autoencoder::lecture;

namespace {

/// Digits of the longest number in a text, without leading zeros.
std::size_t most_digits(const std::string& text) {
    std::size_t most = 0, digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (digits > 0 || c != '0') ++digits;
        } else if (c != '.') {
            digits = 0;
        }
        most = std::max(most, digits);
    }
    return most;
}

void check_line(const Line& line) {
    CAPTURE(line.name);
    CAPTURE(line.numbers);
    const std::string value = written(line.value, for_a_pencil);
    CHECK(written(Arithmetic::worked_out(line.numbers), for_a_pencil) == value);
    CHECK(most_digits(line.numbers) <= 5);
    CHECK(most_digits(value) <= 5);
    CHECK(line.name.find("  ") == std::string::npos);
    if (line.fast) CHECK(written(*line.fast, for_a_pencil) == value);
    if (line.quotient) CHECK(written(*line.quotient, for_a_pencil) == value);
}

/// Numbers of the code that trains models for what `terms` has no key for: by tag, of the worked case and unit 2.
double trained(std::string_view tag) {
    const Case c = worked(tag).cases()[0];
    const auto alone = [&] {  // its first pattern
        Case one = c;
        one.x = Matrix<double>(1, c.x.cols), one.y = Matrix<double>(1, c.y.cols);
        for (std::size_t i = 0; i < c.x.cols; ++i) one.x(0, i) = c.x(0, i);
        for (std::size_t i = 0; i < c.y.cols; ++i) one.y(0, i) = c.y(0, i);
        return one;
    };
    const double target = c.network.sparsity_target, gamma = c.network.sparsity_weight;
    const auto without = [&](double Network::*weight) {  // the sparsity, or the penalty
        Case other = c;
        other.network.*weight = 0;
        return compute_terms(other);
    };
    const auto second = [&](const Archive& terms, const char* key) {  // of layer 1: of unit 2, input 1
        const Array& array = terms.at(key);
        return array.doubles()[array.shape.size() > 1 && *key == 'g' ? array.shape[1] : 1];
    };
    const auto pushed = [&] {  // γ ∂KL/∂ρ f': what the sparsity takes from δ
        return second(without(&Network::sparsity_weight), "delta1") - second(compute_terms(c), "delta1");
    };
    if (tag == "rho-by-s")
        return pushed() / (gamma * kl_by_rho(target, second(compute_terms(c), "rho1")) * double(c.x.rows));
    if (tag == "s-by-w") {  // ∂J/∂w = ∂J/∂s ∂s/∂w, ∂J/∂b = ∂J/∂s
        Case one = alone();
        one.network.weight_penalty = 0;
        const Archive terms = compute_terms(one);
        return second(terms, "grad_W1") / second(terms, "grad_b1");
    }
    if (tag == "kl-gradient") return pushed() * c.x(0, 0) / (gamma * double(c.x.rows));
    if (tag == "weight-penalty-gradient")
        return -second(compute_terms(c), "delta1") * c.x(0, 0) + second(compute_terms(c), "grad_W1") -
               second(without(&Network::weight_penalty), "grad_W1");
    if (tag == "cost" || tag == "denoise") return compute_terms(alone()).at("cost_data").number();
    if (tag == "convolve-gradient")
        return compute_terms(c).at("grad_W1").doubles()[0];  // of one pattern
    if (tag == "elbo") return compute_terms(c).at("cost").number();  // of one pattern, not penalised
    if (tag == "kl-by-rho") return kl_by_rho(target, compute_terms(c).at("rho1").doubles()[1]);
    if (tag == "sparsity-direction")
        return -c.network.sparsity_weight *
               kl_by_rho(target, compute_terms(c).at("rho1").doubles()[1]);
    if (tag == "update") {
        OnlineNetwork<double> online(c.network, c.theta, 0.5);
        const std::size_t first[] = {0};
        online.learn(c.x, c.y, first);
        Buffer<double> theta(c.theta.size());
        online.parameters(theta);
        return matrix<const double>(theta, layout(c.network).find("W1"))(1, 0);
    }
    Matrix<float> x(c.x.rows, c.x.cols);
    std::ranges::transform(c.x.values, x.values.begin(), [](double value) { return float(value); });
    if (tag == "pca") {
        const PrincipalComponents first = principal_components(x, 1);
        return (first.variance - first.variances[0]) / 2;
    }
    if (tag == "code-quality") return code_quality(alone().x).sparseness;
    if (tag == "generate") {
        const std::size_t l = c.network.gaussian_layer();
        Network decoder{.inputs = c.network.units(l), .layers = {c.network.layer(l + 1)}};
        Buffer<double> theta(layout(decoder).size);
        std::ranges::copy(part<const double>(c.theta, layout(c.network).blocks[2 * l]),
                          theta.begin());
        std::ranges::copy(part<const double>(c.theta, layout(c.network).blocks[2 * l + 1]),
                          part<double>(theta, layout(decoder).blocks[1]).begin());
        return activity<double>(decoder, theta, c.noise, 1)(0, 1);
    }
    FAIL("nothing holds the last number of [" << tag << "]");
    return 0;
}

}  // namespace

TEST_SUITE("lecture: explain") {
    TEST_CASE(
        "every tag's arithmetic gives its result, which is that of terms and of the finite "
        "difference") {
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            CHECK_THROWS_AS(explained(check.tag, {99, 0, 1, 0, false}), std::invalid_argument);
            CHECK_THROWS_AS(explained(check.tag, {0, 99, 1, 0, false}), std::invalid_argument);
            CHECK_NOTHROW(explained(check.tag, {0, 0, 99, 99, false}));
            const Explanation explanation = explained(check.tag, {0, 0, 1, 0, false});
            CHECK_FALSE(explanation.lines.empty());
            for (const Line& line : explanation.lines) check_line(line);
            const Line& last = explanation.lines.back();
            if (!last.fast)
                CHECK(written(trained(check.tag), for_a_pencil) ==
                      written(last.value, for_a_pencil));
        }
    }

    TEST_CASE("where theirs is wrong the number that is right stands beside it") {
        const Case c = worked_sparse()[0];
        const Array right = compute_terms(c).at("delta1");
        std::vector<double> numbers = right.doubles();
        numbers[1] += 0.5;
        const TheirTerms theirs = {{"delta1", {Array(right.shape, numbers), right, false}}};
        const double none = std::nan("");
        const Line both{"δ", "", "", none, "", "", none, none, none, false};
        CHECK(notes(both, for_a_pencil)[1] == "theirs: nan");
        const Explanation wrong = explained("delta-sparse", c, {0, 0, 1, 0, false}, theirs);
        const std::vector<std::string> said = notes(wrong.lines.back(), for_a_pencil);
        REQUIRE(said.size() == 3);
        CHECK(said[1] == "delta1[0, 1] = −0.0781");
        CHECK(said[2] == "THEIRS: 0.4219");
        CHECK(notes(explained("delta-sparse", c, {0, 0, 0, 0, false}, theirs).lines.back(),
                    for_a_pencil)[2] == "theirs: −0.1862");
    }

    TEST_CASE("a case of many units and patterns is told by its first ones") {
        Case c = worked_sparse()[0];
        const std::size_t hidden[] = {30};
        Network wide = autoencoder_network(40, hidden);
        wide.sparsity_target = 0.1, wide.sparsity_weight = 3;
        const Example example = make_example(wide, 50, 1);
        c = {wide, example.theta, example.x, example.y, {}};
        const auto line = [&](std::string_view tag) {
            return explained(tag, c, {49, 1, 29, 39, false}).lines.back();
        };
        CHECK(line("encode").letters == "1/(1 + e^(−s_30⁽¹⁾))");
        const Line rho = line("mean-activity");
        CHECK(rho.letters ==
              "h_30^1/N + h_30^2/N + h_30^3/N + h_30^4/N + h_30^5/N + h_30^6/N + … + h_30^50/N");
        CHECK(rho.value == doctest::Approx(*rho.fast).epsilon(1e-12));
    }

    TEST_CASE("so does the whole training step, which fits two pages") {
        std::size_t lines = 0;
        for (const Explanation& each :
             training_step(worked_sparse()[0], {0, 0, 1, 0, true}, for_a_pencil)) {
            for (const Line& line : each.lines) check_line(line);
            lines += 2;
            for (const Line& line : each.lines) lines += sides(line, for_a_pencil).size();
        }
        CHECK(lines <= 120);
    }

    TEST_CASE("every tag has a formula, a literal line and a fast twin in its chapter") {
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            const Formula found = formula(check.tag);
            CHECK(found.text.find('[' + std::string(check.tag)) == std::string::npos);
            CHECK(found.text.size() > 5);
            CHECK(found.fast.find("  ") != std::string::npos);
            CHECK(found.first > 0);
            CHECK(found.first < found.line);
            CHECK(found.line < found.last);
        }
    }
}
