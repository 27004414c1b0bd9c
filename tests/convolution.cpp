// One window layer against the literal loops: forward, backward, gradient, shapes, bits.
#include "autoencoder/convolution.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "numeric.hpp"
#include "autoencoder/activation.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// A network of one layer with a random window that fits.
Network random_window(Random& random, Kind kind) {
    while (true) {
        Window w;
        const std::size_t maps[] = {1, 2, 3, 5, 16, 19, 33};
        w.maps = maps[random.below(7)];
        w.height = 1 + random.below(7);
        w.width = 1 + random.below(7);
        w.kernel_height = 1 + random.below(4);
        w.kernel_width = 1 + random.below(5);
        w.stride = 1 + random.below(3);
        w.pad = random.below(4);
        w.output_pad = kind == Kind::deconvolution ? random.below(w.stride) : 0;
        try {
            Network network;
            network.inputs = w.maps * w.height * w.width;
            network.layers = {window_layer(kind, w, maps[random.below(7)], Activation::linear)};
            return network;
        } catch (const std::invalid_argument&) {  // empty
        }
    }
}

Maps input_maps(const Network& network) {
    const Window& w = network.layers[0].window;
    return {w.maps, w.height, w.width};
}

/// meet(i of the fine units, o of the coarse units, index of the weight) for each that a window ties.
template <class Meet>
void each_tie(const Network& network, const Meet& meet) {
    const Window& w = network.layers[0].window;
    Maps fine = input_maps(network), coarse = output_maps(network, 1);
    if (network.layers[0].kind == Kind::deconvolution) std::swap(fine, coarse);
    for (std::size_t o = 0; o < coarse.count; ++o)
        for (std::size_t u = 0; u < coarse.height; ++u)
            for (std::size_t v = 0; v < coarse.width; ++v)
                for (std::size_t c = 0; c < fine.count; ++c)
                    for (std::size_t a = 0; a < w.kernel_height; ++a)
                        for (std::size_t b = 0; b < w.kernel_width; ++b) {
                            const long i = long(w.stride * u + a) - long(w.pad);
                            const long j = long(w.stride * v + b) - long(w.pad);
                            if (i < 0 || j < 0 || i >= long(fine.height) || j >= long(fine.width)) continue;
                            meet((c * fine.height + std::size_t(i)) * fine.width + std::size_t(j),
                                 (o * coarse.height + u) * coarse.width + v,
                                 ((o * fine.count + c) * w.kernel_height + a) * w.kernel_width + b);
                        }
}

std::string words(const Network& network) {
    const Window& w = network.layers[0].window;
    std::string text = network.layers[0].kind == Kind::convolution ? "convolution" : "deconvolution";
    for (std::size_t x : {w.maps, w.height, w.width, w.kernel_height, w.kernel_width, w.stride, w.pad,
                          w.output_pad, network.units(1)})
        text += " " + std::to_string(x);
    return text;
}

/// One layer, its numbers, and everything it computes.
template <class T>
struct Layerful {
    Network network;
    Convolution<T> convolution;
    Buffer<T> W, b, gradient;
    Panels<T> x, s, delta, before;
    std::vector<double> sums;

    Layerful(const Network& network_, std::size_t patterns)
        : network(network_),
          convolution(network, 1, patterns),
          W(random_numbers<T>(layout(network).blocks[0].size, 1)),
          b(random_numbers<T>(layout(network).blocks[1].size, 2)),
          gradient(poison<T>(W.size())),
          x(random_panels<T>(patterns, network.inputs, 3)),
          s(patterns, network.units(1)),
          delta(random_panels<T>(patterns, network.units(1), 4)),
          before(patterns, network.inputs),
          sums(b.size()) {
        s.values = poison<T>(s.values.size());
        before.values = poison<T>(before.values.size());
        convolution.forward(W, b, Activation::linear, x, s);
        BackPropagation<T> rule;
        rule.f = Activation::linear;
        rule.h = x;
        convolution.back_propagate(W, delta, rule, before);
        Share<T> share;
        convolution.weight_gradient(delta, x, share, W, gradient);
        convolution.add_sums(delta, sums);
    }
};

/// The largest difference from the literal loops in double, by the size of the numbers.
template <class T>
double difference(const Layerful<T>& l) {
    const bool transposed = l.network.layers[0].kind == Kind::deconvolution;
    const std::size_t places = l.network.units(1) / l.b.size();
    double worst = 0;
    const auto compare = [&](double ours, double theirs) {
        const double error = std::fabs(ours - theirs) / (1 + std::fabs(theirs));
        worst = std::isnan(error) ? 1 : std::fmax(worst, error);
    };
    std::vector<double> gradient(l.W.size()), sums(l.b.size());
    for (std::size_t q = 0; q < l.x.patterns; ++q) {
        std::vector<double> s(l.s.units), before(l.x.units);
        for (std::size_t i = 0; i < s.size(); ++i) {
            s[i] = double(l.b[i / places]);
            sums[i / places] += double(l.delta(q, i));
        }
        each_tie(l.network, [&](std::size_t fine, std::size_t coarse, std::size_t k) {
            const std::size_t in = transposed ? coarse : fine, out = transposed ? fine : coarse;
            s[out] += double(l.W[k]) * double(l.x(q, in));
            before[in] += double(l.W[k]) * double(l.delta(q, out));
            gradient[k] += double(l.delta(q, out)) * double(l.x(q, in));
        });
        for (std::size_t i = 0; i < s.size(); ++i)
            compare(double(l.s(q, i)), s[i]);
        for (std::size_t i = 0; i < before.size(); ++i) compare(double(l.before(q, i)), before[i]);
    }
    for (std::size_t k = 0; k < gradient.size(); ++k) compare(double(l.gradient[k]), gradient[k]);
    for (std::size_t o = 0; o < sums.size(); ++o) compare(l.sums[o], sums[o]);
    return worst;
}

std::string complaint(Kind kind, const Window& window, std::size_t maps) {
    try {
        output_maps(kind, window, maps);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_SUITE("convolution") {
    TEST_CASE("the transposed convolution of a 3×3 image with a kernel of ones is the worked one") {
        Network network;
        network.inputs = 9;
        network.layers = {window_layer(Kind::deconvolution, Window{1, 3, 3}, 1, Activation::linear)};
        Matrix<double> x(1, 9);
        Buffer<double> theta(layout(network).size);
        for (std::size_t i = 0; i < 9; ++i) {
            x(0, i) = double(i);
            theta[i] = 1;
        }
        const double expected[] = {0, 1, 3,  3,  2,  3, 8,  15, 12, 7, 9, 21, 36,
                                   27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8};
        const Matrix<double> y = activity<double>(network, theta, x, 1);
        CHECK(output_maps(network, 1) == Maps{1, 5, 5});
        CHECK(same_bits<double>(y.row(0), expected));
    }

    TEST_CASE("forward, backward and gradient are those of the literal loops, for any geometry") {
        Random random(1);
        for (int i = 0; i < 60; ++i) {
            const Kind kind = i % 2 ? Kind::convolution : Kind::deconvolution;
            const Network network = random_window(random, kind);
            const std::size_t patterns = 1 + random.below(70);
            INFO(words(network) << ", " << patterns << " patterns");
            CHECK(difference(Layerful<double>(network, patterns)) < 1e-12);
            CHECK(difference(Layerful<float>(network, patterns)) < 2e-4);
        }
    }

    TEST_CASE("⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for any geometry") {
        Random random(2);
        for (int i = 0; i < 60; ++i) {
            const Kind kind = i % 2 ? Kind::convolution : Kind::deconvolution;
            const Network network = random_window(random, kind);
            const Layerful<double> l(network, 1);  // without f and b it is linear
            double left = 0, right = 0, size = 0;
            const std::size_t places = l.s.units / l.b.size();
            for (std::size_t j = 0; j < l.s.units; ++j)
                left += (l.s(0, j) - l.b[j / places]) * l.delta(0, j);
            for (std::size_t j = 0; j < l.x.units; ++j) {
                right += l.x(0, j) * l.before(0, j);
                size += std::fabs(l.x(0, j) * l.before(0, j));
            }
            INFO(words(network));
            CHECK(std::fabs(left - right) <= 1e-12 * (1 + size));
        }
    }

    TEST_CASE("the same bits on every unit and with any number of threads") {
        const Restore restore;
        Random random(3);
        for (int i = 0; i < 12; ++i) {
            const Kind kind = i % 2 ? Kind::convolution : Kind::deconvolution;
            const Network network = random_window(random, kind);
            const std::size_t patterns = 1 + random.below(100);
            kernels::choose("scalar");
            kernels::set_threads(1);
            const Layerful<float> expected(network, patterns);
            everywhere([&](const char* unit, std::size_t threads) {
                const Layerful<float> found(network, patterns);
                INFO(words(network) << " " << unit << " " << threads << " threads");
                CHECK(same_bits(found.s.values, expected.s.values));
                CHECK(same_bits(found.before.values, expected.before.values));
                CHECK(same_bits(found.gradient, expected.gradient));
                CHECK(same_bits<double>(found.sums, expected.sums));
            });
        }
    }

    TEST_CASE("an autoencoder comes back to the image, of any sizes") {
        const std::size_t maps[] = {3, 2};
        for (std::size_t stride : {1u, 2u, 3u})
            for (std::size_t kernel : {2u, 3u, 5u}) {
                const Network network = convolutional_autoencoder({1, 28, 28}, maps, kernel, stride);
                CHECK(output_maps(network, 4) == Maps{1, 28, 28});
            }
        // Where one output padding does not fit both sides, windows are longer.
        for (const Maps& image : {Maps{1, 7, 6}, Maps{3, 8, 6}, Maps{1, 27, 25}, Maps{2, 5, 9}})
            for (const std::size_t stride : {2u, 3u}) {
                const Network network = convolutional_autoencoder(image, maps, 3, stride);
                CHECK(output_maps(network, 4) == image);
            }
    }

    TEST_CASE("a window that does not fit is refused with its sizes") {
        using enum Kind;
        const auto says = [](const std::string& text, const char* part) {
            INFO(text);
            CHECK(text.find(part) != std::string::npos);
        };
        const Window small{2, 3, 4, 5, 5};
        says(complaint(convolution, small, 1), "would be empty: a kernel of 5×5");
        says(complaint(convolution, small, 1), "on 2 maps of 3×4");
        says(complaint(deconvolution, {1, 1, 1, 2, 2, 1, 1}, 1), "would be empty");
        says(complaint(deconvolution, {1, 4, 4, 3, 3, 2, 1, 2}, 1), "smaller than the stride");
        says(complaint(convolution, {1, 4, 4, 3, 3, 2, 1, 1}, 1), "output padding of 0");
        says(complaint(convolution, {1, 4, 4, 3, 3, 0}, 1), "stride of at least 1");
        says(complaint(convolution, {1, 4, 4}, 0), "at least 1");
    }
}
