// What the validator says can be trusted: right programs, written in the usual ways, in either precision,
// agree; wrong numbers never do, and what is no known mistake gets no name. On random cases of every
// model, with units and outputs that saturate, single patterns, single units.
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

#include "autoencoder/report.hpp"
#include "cases.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/workings.hpp"
#include "somebody.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

Case small_network(Random& random) {
    Case c;
    const std::size_t V = 1 + random.below(7), layers = 1 + random.below(2);
    std::vector<std::size_t> hidden;
    for (std::size_t l = 0; l < layers; ++l) hidden.push_back(1 + random.below(5));
    const Activation hiddens[] = {Activation::sigmoid, Activation::sigmoid, Activation::tanh, Activation::relu};
    const Activation f = hiddens[random.below(4)];
    const Activation outputs[] = {Activation::sigmoid, Activation::linear, Activation::tanh};
    c.network = autoencoder_network(V, hidden, f, outputs[random.below(3)]);
    Layer& last = c.network.layers.back();
    if (last.activation == Activation::sigmoid && random.below(3) == 0) c.network.loss = Loss::cross_entropy;
    const bool classifier = random.below(5) == 0;
    if (classifier) {
        last = {2 + random.below(3), Activation::softmax};
        c.network.loss = Loss::cross_entropy;
    }
    c.network.weight_penalty = random.below(4) == 0 ? 0 : std::pow(10, random.uniform(-6, -1));
    if (f != Activation::relu && random.below(4) > 0) {
        c.network.sparsity_weight = random.uniform(0.1, 5);
        c.network.sparsity_target = random.uniform(0.01, 0.4);
    }
    const std::size_t N = random.below(6) == 0 ? 1 : 2 + random.below(11);
    c.x = Matrix<double>(N, V);
    for (double& value : c.x.values) value = random.uniform(0.02, 0.98);
    c.y = c.x;
    if (classifier) {
        c.y = Matrix<double>(N, last.units);
        for (std::size_t q = 0; q < N; ++q) c.y(q, random.below(last.units)) = 1;
    }
    const Layout blocks = layout(c.network);
    c.theta = Buffer<double>(blocks.size);
    for (const Block& block : blocks.blocks)
        for (double& value : part<double>(c.theta, block)) value = random.uniform(-1.5, 1.5);
    if (random.below(5) == 0) {
        c.network.dropout = 0.3;
        for (std::size_t l = 1; l <= layers; ++l) {
            c.masks.emplace_back(N, hidden[l - 1]);
            for (double& value : c.masks.back().values) value = random.uniform() < 0.7 ? 1 : 0;
        }
    }
    return c;
}

/// A case of any model; units of every third are far on or off.
Case any_case(std::uint64_t trial, Random& random) {
    Case c = trial % 4 == 0   ? random_case(other_sorts[random.below(std::size(other_sorts))], 1000 + trial)
             : trial % 4 == 1 ? random_case(dense_sorts[random.below(std::size(dense_sorts))], 1000 + trial)
                              : small_network(random);
    const std::size_t times = random.below(3);
    for (std::size_t i = 0; i < times; ++i) {
        const std::size_t l = 1 + random.below(c.network.depth());
        if (l == c.network.gaussian_layer()) continue;
        const auto b = part<double>(c.theta, layout(c.network).blocks[2 * l - 1]);
        b[random.below(b.size())] = (random.below(2) == 0 ? 1 : -1) * random.uniform(8, 40);
    }
    return c;
}

std::vector<double> numbers(const Archive& archive, const std::string& key) { return archive.at(key).doubles(); }
void put(Archive& archive, const std::string& key, const std::vector<double>& values) {
    for (auto& [name, array] : archive.entries) {
        if (name != key) continue;
        if (array.kind() == Array::Kind::real32) array = Array(array.shape, std::vector<float>(values.begin(), values.end()));
        else array = Array(array.shape, values);
    }
}
bool all_finite(const Archive& archive) {
    for (const auto& [key, array] : archive.entries)
        for (const double value : array.doubles())
            if (!std::isfinite(value)) return false;
    return true;
}

/// How often wrong numbers were tried, and how often they were too close to the right ones to be told.
struct Count {
    int right = 0, unspeakable = 0, wrong = 0, invisible = 0;
    double nearest = 0;  // that a right program came to being refused, in tolerances
};

template <class T>
void one_trial(const Case& c, Random& random, Count& count) {
    Style style;
    style.backwards = random.below(2) == 0;
    style.difference_slope = random.below(3) == 0;
    style.logs_apart = random.below(2) == 0;
    style.divide_each = random.below(3) == 0;
    style.shifted_softmax = random.below(2) == 0;
    style.from_logits = random.below(2) == 0;
    style.everything = random.below(2) == 0;
    const Archive right = Somebody<T>(c, style).results();
    const Diagnosis d = diagnose(c, right);
    const diagnosis::Rounding rounding = diagnosis::rounding_of(c, sizeof(T) == 4);
    INFO(all_with_rows(d));
    CHECK(d.findings.empty());
    ++count.right;
    if (!d.agrees) {  // only where their precision leaves nothing to compare, and then it is said
        CHECK(!rounding.lost.empty());
        CHECK(said(d, "in floating point"));
        ++count.unspeakable;
    }
    for (const TermRow& row : d.rows)
        if (row.agrees && row.tolerance > 0) count.nearest = std::max(count.nearest, row.absolute / row.tolerance);
    if (!all_finite(right)) return;

    // 0: a block is zero, 1: a block times a number, 2: the cost is off, 3: a block has the other sign,
    // 4: no sparsity in the gradient, 5: none at one unit
    const std::size_t way = random.below(c.network.sparsity_weight > 0 ? 6 : 4);
    if (way >= 3) style.everything = true;
    if (way >= 4) style.kl_left_out_at = way == 4 ? int(Style::no_kl) : int(random.below(c.network.units(1)));
    Archive theirs = way < 3 ? right : Somebody<T>(c, style).results();
    std::string key = way >= 4 ? "grad_b1" : "cost";
    while (way < 4 && way != 2 && !key.starts_with("grad_")) key = theirs.entries[random.below(theirs.entries.size())].first;
    std::vector<double> values = numbers(theirs, key);
    const std::vector<double> before = values, ours = numbers(compute_terms(c), key);
    if (way == 0) std::fill(values.begin(), values.end(), 0.0);
    if (way == 1)
        for (double& value : values) value *= 1 + (sizeof(T) == 4 ? 1e-3 : 1e-8);
    if (way == 2) values[0] += random.below(2) == 0 ? 10 * rounding.errors.at("cost")[0] : -10 * rounding.below.at("cost")[0];
    if (way == 3)
        for (double& value : values) value = -value;
    put(theirs, key, values);
    // What is nearer to the right numbers than rounding is nothing that can be told.
    bool visible = false;
    const std::vector<double> &above = rounding.errors.at(key), &below = rounding.below.at(key);
    for (std::size_t i = 0; i < values.size(); ++i)
        visible |= std::abs(values[i] - ours[i]) > 2 * (values[i] < ours[i] && !below.empty() ? below : above)[i];
    ++count.wrong;
    if (!visible) {
        ++count.invisible;
        return;
    }
    const Diagnosis w = diagnose(c, theirs);
    INFO("way " << way << " in " << key << "\n" << all_with_rows(w));
    CHECK_FALSE(w.agrees);
    for (const Finding& finding : w.findings) {
        const bool zeroed = way == 0 && key.starts_with("grad_") &&
                            finding.mistakes == std::vector<std::string>{"weight-gradients-zero"};
        // Where their precision hides the sparsity's cost, or all that δ reaches but one bias, that is true as well.
        const bool left_out = way >= 4 && (finding.mistakes == std::vector<std::string>{"kl-missing-gradient"} ||
                                           finding.mistakes == std::vector<std::string>{"kl-missing"});
        const bool flipped = way == 3 && key == "grad_b" + std::to_string(c.network.depth()) &&
                             finding.mistakes == std::vector<std::string>{"output-delta-sign"};
        CHECK((zeroed || left_out || flipped));
    }
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("right programs agree, wrong numbers never do, and no name is given in vain") {
        const char* asked = std::getenv("AUTOENCODER_TRIALS");
        const std::uint64_t trials = asked ? std::strtoull(asked, nullptr, 10) : 2000, first = 1;
        Count single, whole;
        for (std::uint64_t trial = first; trial < first + trials; ++trial) {
            CAPTURE(trial);
            Random random(trial, 77);
            const Case c = any_case(trial, random);
            trial % 2 == 0 ? one_trial<float>(c, random, single) : one_trial<double>(c, random, whole);
        }
        for (const Count& count : {single, whole}) {
            CHECK(count.invisible <= 0.05 * count.wrong);
            CHECK(count.unspeakable <= 0.25 * count.right);
            if (asked)
                std::cout << count.right << " right, " << count.unspeakable << " unspeakable, nearest " << count.nearest
                          << "; " << count.wrong << " wrong, " << count.invisible << " invisible\n";
        }
    }

    TEST_CASE("rectifiers that are off hide nothing: a gradient 1.001 times too large is wrong") {
        Case c = random_case(Sort::sparse, 5);
        c.network.sparsity_weight = 0;
        for (Layer& layer : c.network.layers) layer.activation = Activation::relu;
        for (double& b : part<double>(c.theta, layout(c.network).find("b1"))) b = -20;
        Archive theirs = Somebody<float>(c, {}).results();
        CHECK(diagnose(c, theirs).agrees);
        std::vector<double> values = numbers(theirs, "grad_W2");
        for (double& value : values) value *= 1.001;
        put(theirs, "grad_W2", values);
        CHECK_FALSE(diagnose(c, theirs).agrees);
    }

    TEST_CASE("the mean activity of a unit that is off has as many digits as any other") {
        Case c = random_case(Sort::sparse, 6);
        part<double>(c.theta, layout(c.network).find("b1"))[1] = -25;
        Archive theirs = in_single(only(compute_terms(c), {"rho1"}));
        CHECK(diagnose(c, theirs).agrees);
        std::vector<double> values = numbers(theirs, "rho1");
        values[1] *= 2;
        put(theirs, "rho1", values);
        CHECK_FALSE(diagnose(c, theirs).agrees);
    }

    TEST_CASE("of a block of few numbers the part is said that is changed, and no more than they tell") {
        Case c = random_case(Sort::sparse, 3);
        const Archive right = compute_terms(c);
        c.network.sparsity_weight *= 2;
        const std::vector<double> twice = numbers(compute_terms(c), "grad_b1");
        c.network.sparsity_weight /= 2;
        const auto said_of = [&](const std::vector<double>& b1) {
            Archive theirs = right;
            put(theirs, "grad_b1", b1);
            std::string text;
            for (const std::string& sentence : diagnose(c, theirs).sentences) text += sentence + "\n";
            return text;
        };
        CHECK(said_of(twice).find("their grad_b1 is ours with the sparsity's part times 2") != std::string::npos);
        std::vector<double> any = twice;
        for (std::size_t i = 0; i < any.size(); ++i) any[i] = 0.1 * double(i + 1);
        CHECK(said_of(any).find("too few numbers to tell its parts apart") != std::string::npos);
    }

    TEST_CASE("a unit that alone is wrong is said") {
        const Case c = random_case(Sort::sparse, 8);
        Archive theirs = compute_terms(c);
        const std::size_t wide = c.network.inputs;
        std::vector<double> W1 = numbers(theirs, "grad_W1"), b1 = numbers(theirs, "grad_b1");
        for (std::size_t i = wide; i < 2 * wide; ++i) W1[i] *= 3;
        b1[1] = -b1[1];
        put(theirs, "grad_W1", W1);
        put(theirs, "grad_b1", b1);
        CHECK(said(diagnose(c, theirs), "differ from ours at unit 2 alone"));
        W1[0] += 1;
        put(theirs, "grad_W1", W1);
        CHECK_FALSE(said(diagnose(c, theirs), "grad_W1 differ"));
    }

    TEST_CASE("a divergence without one of its terms: its cost has the gradients' weights") {
        using namespace diagnosis;
        const Case c = random_case(Sort::two_hidden, 9);
        for (double Code::* term : {&Code::log_variance, &Code::mean}) {
            Rules rules;
            rules.cost.code.*term = rules.back.code.*term = 0;
            Workings workings(c);
            Archive theirs = compute_terms(c);
            for (const Term& each : workings.terms())
                if (each.is_gradient() || each.key == "cost") {
                    const auto numbers = workings.term(rules, each);
                    put(theirs, each.key, {numbers->values.begin(), numbers->values.end()});
                }
            std::erase_if(theirs.entries, [](const auto& entry) {
                return entry.first != "cost" && !entry.first.starts_with("grad_");
            });
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_with_rows(d));
            CHECK(said(d, term == &Code::mean ? "ours without the divergence's μ²" : "ours without the divergence's log σ²"));
            CHECK(said(d, "their cost has the same weights"));
        }
    }
}
