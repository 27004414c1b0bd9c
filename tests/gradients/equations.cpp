// Every equation's check passes and its twin, the same check with a deliberate mistake, is caught.
// One test case a tag, so that a search for the tag finds it.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/checks.hpp"
#include "lecture/mistakes.hpp"
#include "lecture/proof.hpp"

namespace autoencoder {
namespace {

const std::vector<std::string_view> tested = {"encode",
                                              "decode",
                                              "cost",
                                              "delta-output",
                                              "delta-hidden",
                                              "gradient",
                                              "update",
                                              "weight-penalty",
                                              "weight-penalty-gradient",
                                              "mean-activity",
                                              "kl",
                                              "sparse-cost",
                                              "kl-by-rho",
                                              "rho-by-s",
                                              "s-by-w",
                                              "kl-gradient",
                                              "delta-sparse",
                                              "sparsity-direction",
                                              "scale",
                                              "dropout",
                                              "pca",
                                              "code-quality",
                                              "latent",
                                              "greedy",
                                              "head",
                                              "fine-tune",
                                              "denoise",
                                              "convolve",
                                              "deconvolve",
                                              "convolve-gradient",
                                              "reparameterise",
                                              "elbo",
                                              "elbo-gradient",
                                              "generate"};

void expect_proof(std::string_view tag) {
    const auto checks = all_checks();
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const Check& check) { return check.tag == tag; });
    REQUIRE(found != checks.end());
    const CheckResult result = run(*found);
    CAPTURE(result.error);
    CAPTURE(result.twin_error);
    CHECK(result.parameters > 0);
    CHECK(result.passed);
    CHECK(result.twin_caught);
    CHECK(result.twin_error > 1e-3);  // far beyond rounding: the mistake itself is what is seen
}

}  // namespace

TEST_SUITE_BEGIN("equations");

TEST_CASE("every check of the table has its test here, in the same order") {
    std::vector<std::string_view> tags;
    for (const Check& check : all_checks()) tags.push_back(check.tag);
    CHECK(tags == tested);
}

TEST_CASE("[encode]: the hidden layer's net input and activity are the lecture's") {
    expect_proof("encode");
}
TEST_CASE("[decode]: the output is f of the code's mixture") { expect_proof("decode"); }
TEST_CASE("[cost]: half the squared error, which its gradient fits") { expect_proof("cost"); }
TEST_CASE("[delta-output]: the error times f', downhill") { expect_proof("delta-output"); }
TEST_CASE("[delta-hidden]: the error carried back through the weights, times f' at s") {
    expect_proof("delta-hidden");
}
TEST_CASE("[gradient]: minus δ times what came in, averaged over patterns") {
    expect_proof("gradient");
}
TEST_CASE("[update]: the online rule moves θ by −η ∇J^q") { expect_proof("update"); }
TEST_CASE("[weight-penalty]: λ/2 fits the deck's own gradient and √(λ/2) does not") {
    expect_proof("weight-penalty");
}
TEST_CASE("[weight-penalty-gradient]: λ w on weights, nothing on biases") {
    expect_proof("weight-penalty-gradient");
}
TEST_CASE("[mean-activity]: ρ_j is the mean over patterns, and so is its derivative") {
    expect_proof("mean-activity");
}
TEST_CASE("[kl]: the divergence has its known values and its slope") { expect_proof("kl"); }
TEST_CASE("[sparse-cost]: the divergences of all hidden units are added") {
    expect_proof("sparse-cost");
}
TEST_CASE("[kl-by-rho]: the slope of the divergence") { expect_proof("kl-by-rho"); }
TEST_CASE("[rho-by-s]: a pattern moves ρ_j by its 1/N share of f'") { expect_proof("rho-by-s"); }
TEST_CASE("[s-by-w]: the net input's derivative is the input") { expect_proof("s-by-w"); }
TEST_CASE("[kl-gradient]: the product of the three, over all patterns, is the whole derivative") {
    expect_proof("kl-gradient");
}
TEST_CASE("[delta-sparse]: f' stands outside the bracket, over both terms") {
    expect_proof("delta-sparse");
}
TEST_CASE("[sparsity-direction]: a unit too active is pushed down, one too quiet up") {
    expect_proof("sparsity-direction");
}
TEST_CASE("[scale]: the deck's gradients of all patterns add up to N times the mean form's") {
    expect_proof("scale");
}
TEST_CASE("[dropout]: with masks held fixed the backward pass is exact") {
    expect_proof("dropout");
}
TEST_CASE("the check of dropout drops inputs as well as hidden units, and keeps some of each") {
    for (const lecture::Example& example : lecture::autoencoders(lecture::dropping())) {
        std::vector<const Matrix<double>*> masks = {&example.input_mask};
        for (const Matrix<double>& mask : example.masks) masks.push_back(&mask);
        CHECK(masks.size() == example.network.depth());
        for (const Matrix<double>* mask : masks) {
            CHECK(std::ranges::count(mask->values, 0.0) > 0);
            CHECK(std::ranges::count(mask->values, 1.0) > 0);
        }
    }
}
TEST_CASE("[pca]: a linear autoencoder finds the first principal components") {
    expect_proof("pca");
}
TEST_CASE("[code-quality]: the three wishes, on codes worked out by hand") {
    expect_proof("code-quality");
}
TEST_CASE("[latent]: a linear decoder mixes its columns, to the bit") { expect_proof("latent"); }
TEST_CASE("[greedy]: each stage learns the codes of the one before") { expect_proof("greedy"); }
TEST_CASE("[head]: LMS, multi-layer and softmax") { expect_proof("head"); }
TEST_CASE("[fine-tune]: the stack and its head are one network") { expect_proof("fine-tune"); }
TEST_CASE("[denoise]: noisy x goes in and the clean x is the target") { expect_proof("denoise"); }
TEST_CASE("[convolve]: a window is a dense layer that shares its weights") {
    expect_proof("convolve");
}
TEST_CASE("[deconvolve]: the transpose of a convolution") { expect_proof("deconvolve"); }
TEST_CASE("[convolve-gradient]: by the input, by the kernel, and by the bias at every place") {
    expect_proof("convolve-gradient");
}
TEST_CASE("[reparameterise]: the sample is the mean and the deviation times the noise") {
    expect_proof("reparameterise");
}
TEST_CASE("[elbo]: reconstruction and divergence, and the divergence alone") {
    expect_proof("elbo");
}
TEST_CASE("[elbo-gradient]: through the sample and the divergence to μ and log σ²") {
    expect_proof("elbo-gradient");
}
TEST_CASE("[generate]: new patterns are decoded normal codes") { expect_proof("generate"); }

TEST_CASE(
    "in float32, where δ of sparse layers has a line of its own, the gradient is the lecture's") {
    for (const lecture::Example& example : lecture::autoencoders(lecture::sparse())) {
        const std::size_t N = example.patterns();
        Matrix<float> rows(N, example.x.cols);
        Buffer<float> theta(example.theta.size());
        std::ranges::transform(example.x.values, rows.values.begin(),
                               [](double v) { return float(v); });
        std::ranges::transform(example.theta, theta.begin(), [](double v) { return float(v); });
        Panels<float> x(N, example.x.cols);
        to_panels<float>(rows, x);
        Batch<float> batch;
        batch.x = batch.y = x;
        Buffer<float> gradient(theta.size());
        Evaluation<float> evaluation(example.network, N);
        cost_and_gradient<float>(example.network, theta, batch, gradient, evaluation);
        const std::vector<double> trained(gradient.begin(), gradient.end());
        const Buffer<double> right = lecture::lecture_terms(example).gradient,
                             wrong = lecture::lecture_terms(
                                         example, lecture::with<lecture::KlOutsideDerivative>)
                                         .gradient;
        for (const Block& block : layout(example.network).blocks) {
            CAPTURE(block.name);
            const auto error = [&](const Buffer<double>& other) {
                return lecture::relative_difference(part<const double>(trained, block),
                                                    part<const double>(other, block));
            };
            CHECK(error(right) < 1e-5);
            if (block.name == "W1" && N > 1) CHECK(error(wrong) > 1e-2);
        }
    }
}

TEST_CASE("every activation is proved by the checks of the shallow autoencoder") {
    for (const Activation f : unit_activations) {
        if (f == Activation::linear) continue;
        CAPTURE(name(f));
        for (const Check& check : lecture::shallow_checks()) {
            CAPTURE(check.tag);
            const auto result = run(check, f);
            REQUIRE(result);
            CHECK(result->passed);
            // relu's f' at h is its f' at s
            CHECK((result->twin_caught || (f == Activation::relu && check.tag == "delta-hidden")));
        }
    }
    const auto is_head = [](const Check& check) { return check.tag == "head"; };
    CHECK_FALSE(
        run(*std::ranges::find_if(all_checks(), is_head), Activation::tanh));  // has its own
}

TEST_CASE("checks side by side find what each finds alone") {
    std::vector<const Check*> some;
    for (const Check& check : all_checks())
        if (check.tag == "kl" || check.tag == "head" || check.tag == "generate")
            some.push_back(&check);
    const std::vector<CheckResult> together = run(some);
    REQUIRE(together.size() == 3);
    for (std::size_t i = 0; i < some.size(); ++i) {
        const CheckResult alone = run(*some[i]);
        CHECK(together[i].error == alone.error);
        CHECK(together[i].twin_error == alone.twin_error);
        CHECK(together[i].holds());
    }
}

TEST_SUITE_END();

}  // namespace autoencoder
