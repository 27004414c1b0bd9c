// The names that people use, read as ours: of cases and of results.
#include <doctest/doctest.h>

#include "autoencoder/diagnosis.hpp"
#include "cases.hpp"
#include "cli/running.hpp"
#include "io/foreign.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

const Archive plain_case =
    with(with(with(chain({5, 3, 5}, 7), "weight_penalty", 3e-3), "sparsity_target", 0.1),
         "sparsity_weight", 3.0);
const Archive right = compute_terms(read_case(plain_case));

/// Under other names, in this order.
Archive renamed(const Archive& from,
                const std::vector<std::pair<const char*, const char*>>& names) {
    Archive result;
    for (const auto& [ours, theirs] : names) result = with(result, theirs, from.at(ours));
    return result;
}
Array turned(const Array& array) {
    Array::Shape shape = {array.shape[1], array.shape[0]};
    const auto values = array.doubles();
    std::vector<double> to(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        to[i % shape[0] * shape[1] + i / shape[0]] = values[i];
    return {shape, to};
}
/// The blocks one behind the other, column by column or row by row.
Array flat(const Archive& from, const std::vector<std::string>& keys, bool columns) {
    std::vector<double> all;
    for (const std::string& key : keys) {
        Array::Shape shape;
        const auto values = columns ? columns_of(from.at(key), shape) : from.at(key).doubles();
        all.insert(all.end(), values.begin(), values.end());
    }
    return {{all.size(), 1}, all};
}
/// The case as the UFLDL exercise has it.
Archive ufldl() {
    Archive result = with({}, "theta", flat(plain_case, {"W1", "W2", "b1", "b2"}, true));
    const auto one = [](double value) { return Array({1, 1}, std::vector<double>{value}); };
    result = with(with(result, "visibleSize", one(5)), "hiddenSize", one(3));
    result =
        with(with(with(result, "lambda", one(3e-3)), "sparsityParam", one(0.1)), "beta", one(3));
    return with(result, "data", turned(plain_case.at("x")));
}
bool same_case(const Archive& archive) {
    const Case a = read_case(archive), b = read_case(plain_case);
    return std::equal(a.x.values.begin(), a.x.values.end(), b.x.values.begin(), b.x.values.end()) &&
           std::equal(a.theta.begin(), a.theta.end(), b.theta.begin(), b.theta.end()) &&
           a.network.weight_penalty == b.network.weight_penalty &&
           a.network.sparsity_weight == b.network.sparsity_weight;
}
Diagnosis diagnosis_of(const Archive& theirs, const Archive& archive = plain_case) {
    return diagnose(read_case(archive), theirs);
}
std::string refusal(const Archive& theirs, const Archive& archive = plain_case) {
    return complaint([&] { diagnosis_of(theirs, archive); });
}

}  // namespace

TEST_SUITE("conformance/names") {
    TEST_CASE("UFLDL's theta, data and options are a case, and what was understood is said") {
        CHECK(same_case(ufldl()));
        CHECK(same_case(without(without(ufldl(), "visibleSize"), "hiddenSize")));
        CHECK(same_case(with(ufldl(), "m", 7.0)));  // the rest of a workspace
        const std::string said = read_case(ufldl()).remarks.at(0);
        CHECK(contains(said, "'lambda' is read as weight_penalty"));
        CHECK(contains(said, "'theta' as W1, W2, b1, b2, column by column"));
        CHECK(contains(complaint([] { read_case(with(ufldl(), "hiddenSize", 4.0)); }),
                       "theta: expected W1, b1, W2 and b2 of 5-4-5, found float64 (38, 1)"));
        CHECK(
            contains(complaint([] { read_case(with(ufldl(), "visibleSize", -1.0)); }), "found -1"));
    }

    TEST_CASE("a case from MATLAB, from safetensors and under PyTorch's names is the same case") {
        const Scratch scratch;
        CHECK(same_case(read_archive(scratch.put("c.mat", mat_file(plain_case, true)))));
        CHECK(same_case(read_archive(scratch.put("u.mat", mat_file(ufldl(), false)))));
        CHECK(same_case(read_archive(scratch.put("c.st", safetensors_file(plain_case)))));
        const std::vector<std::pair<const char*, const char*>> rest = {
            {"x", "X"},
            {"weight_penalty", "weight_decay"},
            {"sparsity_target", "rho"},
            {"sparsity_weight", "beta"}};
        const std::vector<std::vector<const char*>> ways = {
            {"decoder.weight", "decoder.bias", "encoder.weight", "encoder.bias"},
            {"decoder.0.weight", "decoder.0.bias", "encoder.0.weight", "encoder.0.bias"},
            {"fc2.weight", "fc2.bias", "fc1.weight", "fc1.bias"},
            {"net.10.weight", "net.10.bias", "net.2.weight", "net.2.bias"},
            {"2.weight", "2.bias", "0.weight", "0.bias"},
            {"W_dec", "b_dec", "W_enc", "b_enc"},
            {"w2", "bias2", "w1", "bias1"},
            {"W1", "b1", "W0", "b0"}};
        for (const auto& way : ways) {
            CAPTURE(way[0]);
            Archive archive = renamed(plain_case, rest);
            archive = with(with(archive, way[0], plain_case.at("W2")), way[1], plain_case.at("b2"));
            archive = with(with(archive, way[2], plain_case.at("W1")), way[3], plain_case.at("b1"));
            CHECK(same_case(archive));
        }
    }

    TEST_CASE(
        "patterns in columns are turned, weights that look so are named, no biases are zeros") {
        CHECK(same_case(with(plain_case, "x", turned(plain_case.at("x")))));
        CHECK(contains(
            complaint([] { read_case(with(plain_case, "W1", turned(plain_case.at("W1")))); }),
            "W1: expected numbers of shape (out, in), found float64 (5, 3), which looks "
            "transposed"));
        const Case c = read_case(without(without(plain_case, "b1"), "b2"));
        CHECK(c.remarks == std::vector<std::string>{"there are no biases: they are 0"});
        CHECK(contains(complaint([] { read_case(with(plain_case, "lambda", 1.0)); }),
                       "unknown key 'lambda'"));
        CHECK(contains(complaint([] { read_case(with(ufldl(), "weight_decay", 1.0)); }),
                       "expected one array for weight_penalty"));
        CHECK(contains(complaint([] { read_case(with(plain_case, "zzzzzzzz", 1.0)); }),
                       "expected a key of a case ('model', "));
    }

    TEST_CASE("results under people's names agree, and what was understood is said") {
        const std::vector<std::vector<std::pair<const char*, const char*>>> ways = {
            {{"cost", "J"},
             {"grad_W1", "W1grad"},
             {"grad_b1", "b1grad"},
             {"grad_W2", "W2grad"},
             {"grad_b2", "b2grad"}},
            {{"cost", "loss"},
             {"grad_W1", "dW1"},
             {"grad_b1", "db1"},
             {"grad_W2", "dW2"},
             {"grad_b2", "db2"}},
            {{"grad_W1", "dJ_dW1"}, {"grad_b2", "grad_b_2"}, {"rho1", "rho_hat"}, {"h2", "y_hat"}},
            {{"grad_W1", "encoder.weight.grad"}, {"grad_W2", "grad_decoder.weight"}},
            {{"grad_W1", "encoder.weight"}, {"grad_W2", "decoder.weight"}},
            {{"h1", "a2"}, {"s1", "z2"}, {"h2", "a3"}, {"delta2", "delta3"}, {"delta1", "delta2"}},
            {{"h1", "a1"}, {"s1", "z1"}, {"h2", "a2"}},
            {{"cost", "J"}, {"h1", "h"}, {"delta1", "delta2"}}};
        for (const auto& way : ways) {
            CAPTURE(way[0].second);
            const Diagnosis d = diagnosis_of(renamed(right, way));
            CHECK(d.agrees);
            CHECK(d.rows.size() == way.size());
            REQUIRE(d.remarks.size() == 1);
            for (const auto& [ours, theirs] : way)
                if (std::string(ours) != theirs)
                    CHECK(contains(d.remarks[0], "'" + std::string(theirs) + "'"));
            CHECK(contains(d.remarks[0], " is read as "));
        }
        // A gradient that is wrong stays wrong.
        CHECK_FALSE(diagnosis_of(with({}, "dW1", plain_case.at("W2"))).agrees);
    }

    TEST_CASE(
        "one vector is the gradient: of UFLDL's theta in its order, else in the one that fits") {
        const std::vector<std::string> weights_first = {"grad_W1", "grad_W2", "grad_b1", "grad_b2"},
                                       layers = {"grad_W1", "grad_b1", "grad_W2", "grad_b2"};
        for (const auto& order : {weights_first, layers})
            for (const bool columns : {true, false}) {
                const Archive theirs = with({}, "grad", flat(right, order, columns));
                CHECK(diagnosis_of(theirs).agrees);
                CHECK(diagnosis_of(theirs, ufldl()).agrees == (order == weights_first && columns));
            }
        CHECK(contains(refusal(with({}, "grad", filled({37}, [](std::size_t) { return 1.0; }))),
                       "grad: expected the gradient of 38 parameters"));
    }

    TEST_CASE("what is of the case is held against it; other cases and unknown keys are refused") {
        Archive theirs = ufldl();
        theirs = with(with(theirs, "cost", right.at("cost")), "options", 400.0);
        CHECK(diagnosis_of(theirs, ufldl()).agrees);
        CHECK(contains(refusal(with(theirs, "lambda", 1e-4), ufldl()),
                       "lambda: expected the case's weight_penalty, found other numbers"));
        CHECK(contains(refusal(with({}, "W1", plain_case.at("W1"))), "expected at least one term"));
        CHECK(contains(refusal(with({}, "gard_W1", 1.0)), "the nearest is 'grad_W1'"));
        CHECK(contains(refusal(with({}, "options", 1.0)),
                       "expected a term of the case ('cost', 'grad_"));
    }

    TEST_CASE("explain and the page of validate show theirs under whatever names and in whatever order") {
        const Scratch scratch;
        const std::string in = scratch.path("case.npz"), theirs = scratch.path("theirs.npz");
        Archive wrong = right;
        for (auto& [key, array] : wrong.entries) {
            if (key != "grad_b1") continue;
            std::vector<double> numbers = array.doubles();
            numbers[1] += 0.5;
            array = Array(array.shape, numbers);
        }
        write_npz(in, ufldl());
        write_npz(theirs, with(with({}, "cost", wrong.at("cost")), "grad",
                               flat(wrong, {"grad_W1", "grad_W2", "grad_b1", "grad_b2"}, true)));
        const Said said = run({"validate", in, theirs, "--html", scratch.path("page.html")});
        CHECK(contains(said.out, "--unit 2"));
        const Said scale = run({"explain", "scale", "--case", in, "--theirs", theirs});
        CHECK(contains(scale.out, theirs + ": 'grad' is read as grad_W1, grad_W2, grad_b1, grad_b2"));
        CHECK(contains(scale.out, "    theirs: "));
        write_npz(in, plain_case);
        write_npz(theirs, with(with({}, "W1grad", turned(wrong.at("grad_W1"))), "delta_2",
                               turned(wrong.at("delta1"))));
        CHECK(contains(run({"explain", "delta-sparse", "--case", in, "--theirs", theirs, "--unit", "2"}).out,
                       "theirs: "));
        CHECK(contains(run({"explain", "scale", "--case", in, "--theirs", theirs, "--unit", "2"}).out,
                       "theirs: "));
    }
}
