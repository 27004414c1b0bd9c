// Convolutional and variational results laid out otherwise: any order of axes, patterns in columns,
// and biases' gradients that are not summed.
#include "autoencoder/activation.hpp"
#include <doctest/doctest.h>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// The array as NumPy's transpose(axes) has it.
Array turned(const Array& array, const Array::Shape& axes) {
    Array::Shape shape, index(axes.size());
    for (const std::size_t axis : axes) shape.push_back(array.shape[axis]);
    const std::vector<double> from = array.doubles();
    std::vector<double> to;
    while (to.size() < from.size()) {
        std::vector<std::size_t> at(axes.size());
        for (std::size_t i = 0; i < axes.size(); ++i) at[axes[i]] = index[i];
        std::size_t place = 0;
        for (std::size_t i = 0; i < at.size(); ++i) place = place * array.shape[i] + at[i];
        to.push_back(from[place]);
        for (std::size_t i = axes.size(); i-- > 0;) {
            if (++index[i] < shape[i]) break;
            index[i] = 0;
        }
    }
    return {shape, to};
}

/// Results as Keras has them: kernels (kh, kw, …), images (N, height, width, maps).
Archive as_keras(const Archive& all) {
    Archive result;
    for (const auto& [key, array] : all.entries) {
        const bool image = array.shape.size() == 4 && !key.starts_with("grad_");
        if (array.shape.size() != 4)
            result.add(key, array);
        else if (image)
            result.add(key, turned(array, {0, 2, 3, 1}));
        else
            result.add(key, turned(array, {2, 3, 1, 0}));
    }
    return result;
}

Archive unrolled(const Archive& all) {
    Archive result;
    for (const auto& [key, array] : all.entries)
        result.add(key, Array({array.size()}, array.doubles()));
    return result;
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("kernels and images in any order of axes pass, and the order is named") {
        const std::vector<std::string> last = {"channels-last"};
        for (const Sort sort : {Sort::strided, Sort::plain, Sort::two_windows}) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                CAPTURE(int(sort));
                const Case c = random_case(sort, seed);
                const Archive right = terms_with(c, {});
                for (const Archive& theirs : {as_keras(right), as_keras(few(right)),
                                              in_single(as_keras(right)),
                                              unrolled(as_keras(right))}) {
                    const Diagnosis d = diagnose(c, theirs);
                    CHECK(d.agrees);
                    CHECK(names(d, last));
                }
                const Diagnosis d = diagnose(c, as_keras(right));
                CHECK(said(d, "their convolutions' kernels are stored (kh, kw, in, out), ours (out, "
                              "in, kh, kw) (channels-last)"));
                CHECK(said(d, "their images are stored (N, height, width, maps)"));
                // One kind alone, as people who keep (out, in, kh, kw) for the deconvolution do.
                Archive one = few(right);
                for (auto& [key, array] : one.entries)
                    if (key == "grad_W" + std::to_string(c.network.depth()))
                        array = turned(array, {1, 0, 2, 3});
                const Diagnosis swapped = diagnose(c, one);
                CHECK(swapped.agrees);
                CHECK(diagnose(c, unrolled(right)).agrees);
                // A mistake in another order is still that mistake.
                const std::vector<std::string> wrong = {"conv-bias-one-position"};
                const Diagnosis both = diagnose(c, as_keras(terms_with(c, wrong)));
                CHECK_FALSE(both.agrees);
                REQUIRE(both.findings.size() == 1);
                CHECK(both.findings[0].mistakes == wrong);
                CHECK(both.findings[0].conventions == last);
            }
        }
        const Case c = random_case(Sort::conv_classifier, 1);
        for (const std::vector<std::string>& ids :
             {std::vector<std::string>{"channels-last"},
              {"transposed-weights", "channels-last"},
              {"transposed-kernels", "transposed-weights", "channels-last"}}) {
            const Diagnosis d = diagnose(c, terms_with(c, ids));
            CHECK(d.agrees);
            CHECK(names(d, ids));
        }
    }

    TEST_CASE("of two matrices each may lie its own way, as its shape says") {
        const Case c = random_case(Sort::sparse, 2);
        const Archive right = compute_terms(c);
        for (const char* key : {"grad_W1", "grad_W2"}) {
            CAPTURE(key);
            Archive theirs;
            for (const auto& [name, array] : right.entries)
                theirs.add(name, name == key ? turned(array, {1, 0}) : array);
            const Diagnosis d = diagnose(c, theirs);
            CHECK(d.agrees);
            for (const TermRow& row : d.rows) CHECK(row.agrees);
        }
    }

    TEST_CASE("a wrong number is found in the signs and sums that most of the others have") {
        const Case c = random_case(Sort::sparse, 3);
        Archive theirs = terms_with(c, std::vector<std::string>{"delta-sign"});
        for (auto& [key, array] : theirs.entries)
            if (key == "delta2") {
                std::vector<double> numbers = array.doubles();
                numbers[3] += 0.1;
                array = Array(array.shape, numbers);
            }
        const Diagnosis d = diagnose(c, theirs);
        CHECK_FALSE(d.agrees);
        for (const TermRow& row : d.rows) CHECK(row.agrees == (row.key != "delta2"));
        REQUIRE(d.read_as.size() == 1);
        CHECK(d.read_as[0].find("(delta-sign)") != std::string::npos);
    }

    TEST_CASE("biases' gradients not summed over patterns and places are said to be so") {
        for (const Sort sort : {Sort::strided, Sort::two_windows, Sort::alike}) {
            CAPTURE(int(sort));
            const Case c = random_case(sort, 1);
            const Archive right = terms_with(c, {});
            const std::size_t L = c.network.depth();
            const std::string number = std::to_string(L);
            Array delta = right.at("delta" + number);  // (N, maps, height, width)
            std::vector<double>& values = std::get<std::vector<double>>(delta.values);
            for (double& value : values) value = -value;
            const auto with_biases = [&](const Array& biases) {
                Archive theirs;
                for (const auto& [key, array] : right.entries)
                    theirs.add(key, key == "grad_b" + number ? biases : array);
                return diagnose(c, theirs);
            };
            const Diagnosis mean = with_biases(delta);
            CHECK_FALSE(mean.agrees);
            CHECK(names(mean, {"bias-gradient-not-summed"}));
            CHECK(said(mean, "its mean over the patterns is ours"));
            for (double& value : values) value /= double(c.x.rows);
            const Diagnosis sum = with_biases(delta);
            CHECK_FALSE(sum.agrees);
            CHECK(names(sum, {"bias-gradient-not-summed"}));
            CHECK(said(sum, "its sum over the patterns is ours"));
            values[1] += 0.01;
            CHECK_FALSE(with_biases(delta).agrees);
            CHECK(with_biases(delta).findings.empty());
        }
    }

    TEST_CASE("patterns in columns are named, images too, beside the order of their axes") {
        for (const Sort sort : {Sort::plain, Sort::conv_classifier, Sort::one_hidden}) {
            CAPTURE(int(sort));
            const Case c = random_case(sort, 2);
            const std::vector<std::string> columns = {"column-samples"};
            CHECK(names(diagnose(c, unrolled(terms_with(c, columns))), columns));
            if (sort == Sort::one_hidden) continue;
            const std::vector<std::string> matlab = {"channels-last", "column-samples"};
            const Diagnosis d = diagnose(c, terms_with(c, matlab));
            CHECK(d.agrees);
            CHECK(names(d, matlab));
            CHECK(said(d, "their images are stored (height, width, maps, N)"));
        }
    }

    TEST_CASE("orders of axes that a geometry makes the same are neither told apart nor wrong") {
        // One map in and out, kernels of one place: every order leaves every number in its place.
        Case c;
        c.network.inputs = 9;
        c.network.layers = {window_layer(Kind::convolution, {1, 3, 3, 1, 1}, 1, Activation::tanh),
                            window_layer(Kind::deconvolution, {1, 3, 3, 1, 1}, 1,
                                         Activation::sigmoid)};
        c.theta = Buffer<double>(layout(c.network).size);
        double value = 0.3;
        for (const Block& block : layout(c.network).blocks)
            for (double& each : part<double>(c.theta, block)) each = value = -0.7 * value;
        c.x = Matrix<double>(4, 9);
        for (std::size_t i = 0; i < c.x.values.size(); ++i)
            c.x.values[i] = double((37 * i + 11) % 101) / 101;
        c.y = c.x;
        const Archive right = terms_with(c, {});
        for (const Archive& theirs : {right, unrolled(right)}) {
            const Diagnosis d = diagnose(c, theirs);
            CHECK(d.agrees);
            CHECK(d.findings.empty());
            CHECK(d.sentences == std::vector<std::string>{"all that they have agrees with ours"});
        }
        // As many maps as rows and columns: the shape says nothing, the numbers do.
        c.network.layers = {
            window_layer(Kind::convolution, {1, 4, 4, 2, 2, 2}, 2, Activation::tanh),
            window_layer(Kind::deconvolution, {2, 2, 2, 2, 2, 2}, 2, Activation::sigmoid),
            window_layer(Kind::convolution, {2, 4, 4, 2, 2, 2}, 2, Activation::sigmoid)};
        c.network.inputs = 16;
        c.theta = Buffer<double>(layout(c.network).size);
        for (const Block& block : layout(c.network).blocks)
            for (double& each : part<double>(c.theta, block))
                each = value = 0.9 - 1.7 * value * value;
        c.x = Matrix<double>(5, 16);
        c.y = Matrix<double>(5, 8);
        for (double& each : c.x.values) each = value = 0.9 - 1.7 * value * value;
        for (double& each : c.y.values) each = value = 0.9 - 1.7 * value * value;
        const Archive square = terms_with(c, {});
        CHECK(diagnose(c, square).agrees);
        CHECK(diagnose(c, square).findings.empty());
        const Diagnosis keras = diagnose(c, as_keras(square));
        CHECK(keras.agrees);
        CHECK(names(keras, {"channels-last"}));
        Archive noisy = as_keras(square);
        for (auto& [key, array] : noisy.entries)
            if (key == "grad_W2") std::get<std::vector<double>>(array.values)[3] += 0.01;
        CHECK_FALSE(diagnose(c, noisy).agrees);
        CHECK(diagnose(c, noisy).findings.empty());
    }
}
