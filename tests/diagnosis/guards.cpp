// Right programs with a guard in their logarithms agree, in either precision, wherever it stands; wrong numbers beside
// it do not, and a mistake beside it is named.
#include <doctest/doctest.h>

#include "autoencoder/report.hpp"
#include "somebody.hpp"
#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

std::vector<double> numbers(const Archive& archive, const std::string& key) { return archive.at(key).doubles(); }
void put(Archive& archive, const std::string& key, const std::vector<double>& values) {
    for (auto& [name, array] : archive.entries) {
        if (name != key) continue;
        if (array.kind() == Array::Kind::real32) array = Array(array.shape, std::vector<float>(values.begin(), values.end()));
        else array = Array(array.shape, values);
    }
}

struct Where {
    Sort sort;
    const char* block;  // whose first bias is this
    double bias;
};
Case case_of(const Where& where, std::uint64_t seed) {
    Case c = random_case(where.sort, seed);
    if (where.block[0]) part<double>(c.theta, layout(c.network).find(where.block))[0] = where.bias;
    return c;
}
Archive of(const Case& c, const Style& style, bool single) {
    return single ? Somebody<float>(c, style).results() : Somebody<double>(c, style).results();
}
}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("right programs with a guard in the logarithms agree, and wrong numbers beside it do not") {
        int guards = 0, named = 0, mistaken = 0, unsure = 0, tried = 0;
        for (const Where& where : {Where{Sort::sparse, "", 0}, {Sort::sparse, "b1", -20}, {Sort::sparse, "b1", 20},
                                   {Sort::deep, "", 0}, {Sort::tanh, "", 0}})
            for (const Style::Around around : {Style::plus, Style::plus_on, Style::moved, Style::with_target,
                                               Style::fraction, Style::clip, Style::floor})
                for (const double epsilon : {1e-5, 1e-8, 1e-10})
                    for (const bool in_gradient : {true, false})
                        for (const bool single : {false, true}) {
                            Style style;
                            style.around = around;
                            style.epsilon = epsilon;
                            style.in_gradient = in_gradient;
                            style.stops = around == Style::clip;
                            const Case c = case_of(where, 3);
                            const Archive right = of(c, style, single);
                            bool finite = true;
                            for (const auto& [key, array] : right.entries)
                                for (const double each : array.doubles()) finite = finite && std::isfinite(each);
                            if (!finite) continue;
                            ++tried;
                            CAPTURE(around);
                            CAPTURE(epsilon);
                            CAPTURE(in_gradient);
                            CAPTURE(single);
                            CAPTURE(where.bias);
                            const Diagnosis d = diagnose(c, right);
                            INFO(all_with_rows(d));
                            // One number that is near what rounding leaves tells no ε.
                            if ((single || !in_gradient) && !d.agrees) ++unsure;
                            else CHECK(d.agrees);
                            for (const Finding& finding : d.findings)
                                CHECK(finding.conventions == std::vector<std::string>{"log-guard"});
                            guards += !d.findings.empty();
                            Archive wrong = right;
                            std::vector<double> block = numbers(wrong, "grad_b1");
                            for (std::size_t j = 0; j < block.size(); ++j) block[j] *= 1 + 0.01 * double(j + 1);
                            put(wrong, "grad_b1", block);
                            const Diagnosis w = diagnose(c, wrong);
                            CHECK_FALSE(w.agrees);
                            for (const Finding& finding : w.findings) CHECK(finding.mistakes.empty());
                            wrong = right;
                            put(wrong, "cost", {numbers(right, "cost")[0] * 1.001});
                            CHECK_FALSE(diagnose(c, wrong).agrees);
                            if (d.findings.empty()) continue;
                            style.kl_in_gradient = -1;
                            const Diagnosis m = diagnose(c, of(c, style, single));
                            CHECK_FALSE(m.agrees);
                            ++mistaken;
                            named += std::ranges::any_of(m.findings, [](const Finding& f) {
                                return f.mistakes == std::vector<std::string>{"kl-sign"};
                            });
                        }
        CHECK(guards > 100);
        CHECK(unsure < 0.1 * tried);
        CHECK(named > 0.9 * mistaken);
        MESSAGE(tried << " tried, " << unsure << " unsure, " << guards << " guards, " << named << " of " << mistaken << " named");
    }

    TEST_CASE("a guard that moves the cost by little more than rounding is named, though the cost may be wrong") {
        Case c = random_case(Sort::sparse, 2);
        c.network.loss = Loss::cross_entropy;
        for (double& each : c.y.values) each = each > 0.5 ? 1 : 0;
        Style style;
        style.around = Style::plus;
        style.in_gradient = false;
        int refused = 0, named = 0;
        for (const double epsilon : {1e-10, 1e-12, 3e-13, 1e-13, 1e-14}) {
            style.epsilon = epsilon;
            const Diagnosis d = diagnose(c, of(c, style, false));
            CHECK((d.agrees || epsilon < 1e-10));
            refused += !d.agrees;
            named += said(d, "or it is right, and a guard of");
        }
        CHECK(named > 0);
        CHECK(named <= refused);
    }
}
