// Cases of convolutional networks: what comes back and in which shape, and what is refused how.
#include <doctest/doctest.h>

#include "cases.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

Array wave(Array::Shape shape, double from) {
    return filled(std::move(shape), [from](std::size_t i) { return 0.5 * std::sin(from + double(i)); });
}

/// conv 2→3 maps, then deconv 3→2, on images of 5×4.
Archive autoencoder_case() {
    Archive archive = with({}, "model", "convolutional");
    archive = with(archive, "x", filled({3, 2, 5, 4}, [](std::size_t i) {
                       return 0.5 + 0.4 * std::cos(1.0 + double(i));
                   }));
    archive = with(archive, "layer1", "conv");
    archive = with(archive, "W1", wave({3, 2, 3, 2}, 1));
    archive = with(archive, "b1", wave({3}, 2));
    archive = with(archive, "stride1", 2);
    archive = with(archive, "pad1", 1);
    archive = with(archive, "layer2", "deconv");
    archive = with(archive, "W2", wave({3, 2, 3, 2}, 3));
    archive = with(archive, "b2", wave({2}, 4));
    archive = with(archive, "stride2", 2);
    return with(archive, "pad2", 1);
}

const Archive plain = autoencoder_case();

std::string said(const Archive& archive) {
    return complaint([&] { compute_terms(archive); });
}
bool refused(const std::string& key, Array array, std::string_view words) {
    const std::string text = said(with(plain, key, std::move(array)));
    INFO(text);
    CHECK(contains(text, words));
    return contains(text, words);
}

}  // namespace

TEST_SUITE("conformance") {
    TEST_CASE("a number does not make maps out of proportion to what the file has") {
        Archive padded = with(with(plain, "stride1", 1), "stride2", 1);
        padded = with(with(padded, "pad1", 500), "pad2", 500);
        CHECK(contains(said(padded), "layer1: expected maps of at most 64 times"));
        CHECK(contains(said(padded), "found 1003×1003 with stride 1 and padding 500"));
        CHECK(refused("stride2", 500, "layer2: expected maps of at most 64 times"));
    }

    TEST_CASE("a convolutional case comes back with images in their shapes") {
        const Archive terms = compute_terms(plain);
        CHECK(keys(terms) == std::vector<std::string>{
                                 "cost", "cost_data", "cost_weight_penalty", "cost_sparsity", "s1", "h1",
                                 "delta1", "s2", "h2", "delta2", "grad_W1", "grad_b1", "grad_W2",
                                 "grad_b2"});
        CHECK(terms.at("s1").shape == Array::Shape{3, 3, 3, 3});
        CHECK(terms.at("delta2").shape == Array::Shape{3, 2, 5, 4});
        CHECK(terms.at("grad_W2").shape == Array::Shape{3, 2, 3, 2});
        CHECK(terms.at("grad_b2").shape == Array::Shape{2});
    }

    TEST_CASE("the worked transposed convolution, with a bias and no activation") {
        Archive archive = with({}, "model", "convolutional");
        archive = with(archive, "x", filled({1, 1, 3, 3}, [](std::size_t i) { return double(i); }));
        archive = with(archive, "layer1", "deconv");
        archive = with(archive, "W1", filled({1, 1, 3, 3}, [](std::size_t) { return 1.0; }));
        archive = with(archive, "b1", filled({1}, [](std::size_t) { return 0.5; }));
        archive = with(archive, "activation", "linear");
        archive = with(archive, "y", filled({1, 1, 5, 5}, [](std::size_t) { return 0.5; }));
        const double image[] = {0, 1, 3,  3,  2,  3, 8,  15, 12, 7, 9, 21, 36,
                                27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8};
        const Archive terms = compute_terms(archive);
        const auto expected = [&](std::size_t i) { return image[i] + 0.5; };
        CHECK(difference(terms.at("s1"), filled({1, 1, 5, 5}, expected)) == 0);
        double cost = 0;
        for (const double value : image) cost += value * value / 2;
        CHECK(terms.at("cost").number() == cost);
        CHECK(difference(terms.at("grad_b1"), filled({1}, [](std::size_t) { return 324.0; })) == 0);
    }

    TEST_CASE("a dense layer may follow, but no window after it") {
        Archive archive = with(plain, "layer2", "dense");
        for (const char* key : {"stride2", "pad2"}) archive = without(archive, key);
        archive = with(archive, "W2", wave({4, 27}, 1));
        archive = with(archive, "b2", wave({4}, 2));
        archive = with(archive, "labels", list({0, 3, 1}));
        archive = with(archive, "activation2", "softmax");
        const Archive terms = compute_terms(archive);
        CHECK(terms.at("h1").shape == Array::Shape{3, 3, 3, 3});
        CHECK(terms.at("h2").shape == Array::Shape{3, 4});
        CHECK(terms.at("grad_W2").shape == Array::Shape{4, 27});
        archive = with(archive, "layer3", "conv");
        archive = with(archive, "W3", wave({1, 4, 1, 1}, 1));
        CHECK(contains(said(archive), "case.npz: layer3: expected one of 'dense', which a dense layer "
                                      "before it asks for, found 'conv'"));
    }

    TEST_CASE("[dropout]: masks of a dense hidden layer on top of maps") {
        Archive archive = with(plain, "layer2", "dense");
        for (const char* key : {"stride2", "pad2"}) archive = without(archive, key);
        archive = with(archive, "W2", wave({4, 27}, 1));
        archive = with(archive, "b2", wave({4}, 2));
        archive = with(archive, "layer3", "dense");
        archive = with(archive, "W3", wave({2, 4}, 3));
        archive = with(archive, "b3", wave({2}, 4));
        archive = with(archive, "labels", list({0, 1, 1}));
        archive = with(archive, "activation3", "softmax");
        archive = with(archive, "dropout", 0.5);
        const Archive all = compute_terms(archive);
        const auto unit_2_is_kept = [](std::size_t i) { return i % 4 == 2 ? 1.0 : 0.0; };
        const Archive dropped = compute_terms(with(archive, "mask2", filled({3, 4}, unit_2_is_kept)));
        CHECK(difference(all.at("h2"), dropped.at("h2")) == 0);  // before dropout
        const std::vector<double> s3 = dropped.at("s3").doubles(), h2 = all.at("h2").doubles();
        const std::vector<double> W3 = archive.at("W3").doubles(), b3 = archive.at("b3").doubles();
        const std::vector<double> delta2 = dropped.at("delta2").doubles();
        for (std::size_t q = 0; q < 3; ++q) {
            for (std::size_t i = 0; i < 2; ++i) {
                const double expected = W3[4 * i + 2] * (h2[4 * q + 2] / 0.5) + b3[i];
                CHECK(std::abs(s3[2 * q + i] - expected) <= 1e-14);
            }
            for (const std::size_t j : {0u, 1u, 3u}) CHECK(delta2[4 * q + j] == 0);
            CHECK(delta2[4 * q + 2] != 0);
        }
        CHECK(contains(said(with(archive, "mask2", wave({3, 5}, 1))),
                       "case.npz: mask2: expected numbers of shape (3, 4)"));
        CHECK(contains(said(with(archive, "mask2", wave({3, 4}, 1))), "expected 0 or 1, found"));
    }

    TEST_CASE("a convolutional case that is none is refused in one line with its sizes") {
        CHECK(said(plain) == "");
        CHECK(said(without(plain, "x")) == "case.npz: expected the key 'x', found none");
        CHECK(said(without(plain, "layer2")) == "case.npz: expected the key 'layer2', found none");
        refused("x", wave({3, 40}, 1), "case.npz: x: expected numbers of shape (N, C, H, W)");
        refused("layer1", "dense", "case.npz: layer1: expected one of 'conv', 'deconv', found 'dense'");
        refused("layer2", "pool", "layer2: expected one of 'conv', 'deconv', found 'pool'");
        refused("W1", wave({3, 1, 3, 2}, 1), "W1: layer 1: expected numbers of shape (out, 2, kh, kw)");
        refused("W2", wave({2, 3, 3, 2}, 1), "W2: layer 2: expected numbers of shape (3, out, kh, kw)");
        refused("W1", wave({3, 2, 8, 2}, 1),
                "W1: layer 1: convolution: the output would be empty: a kernel of 8×2");
        refused("pad2", 4, "W2: layer 2: deconvolution: the output would be empty");
        refused("output_pad2", 2,
                "layer 2: deconvolution: expected an output padding smaller than the stride");
        refused("output_pad1", 1, "layer 1: convolution: expected an output padding of 0");
        refused("stride1", 0, "case.npz: stride1: expected an integer from 1 to 1000000, found 0");
        refused("pad1", -1, "case.npz: pad1: expected an integer from 0");
        refused("b1", wave({4}, 1), "case.npz: b1: expected numbers of shape (3,)");
        refused("stride2", 1,
                "case.npz: y: expected targets of shape (3, 2, 3, 2), or labels, found none");
        refused("y", wave({3, 2, 5, 5}, 1), "case.npz: y: expected numbers of shape (3, 2, 5, 4)");
        refused("strde1", 1, "unknown key 'strde1': expected a key of a case, the nearest is 'stride1'");
        refused("mask1", wave({3, 27}, 1),
                "case.npz: mask1: expected none, since dropout is of dense hidden layers and layer 1 "
                "makes maps, found float64");
    }
}
