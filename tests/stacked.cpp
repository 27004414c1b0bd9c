#include "autoencoder/stacked.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/random.hpp"

using namespace autoencoder;

namespace {

Network deep_network() {
    const std::size_t hidden[] = {5, 4, 3, 4, 5};
    Network deep = autoencoder_network(7, hidden);
    deep.weight_penalty = 1e-3;
    deep.layers[2].activation = Activation::tanh;  // the code
    return deep;
}

Matrix<float> patterns(std::size_t N, std::size_t n) {
    Matrix<float> x(N, n);
    Random random(4);
    for (float& each : x.values) each = float(random.uniform());
    return x;
}

bool same(std::span<const float> a, std::span<const float> b) { return std::ranges::equal(a, b); }

}  // namespace

TEST_SUITE("stacked") {
    TEST_CASE("a stage is the encoder and the decoder that undoes it, with the stack's options") {
        const Network deep = deep_network();
        CHECK(stages(deep) == 3);
        const Network second = stage(deep, 2), top = stage(deep, 3);
        CHECK(second.inputs == 5);
        CHECK(second.units(1) == 4);
        CHECK(second.units(2) == 5);
        CHECK(second.weight_penalty == 1e-3);
        CHECK(top.layer(1).activation == Activation::tanh);
        CHECK(top.layer(2).activation == Activation::sigmoid);  // as what it reproduces has
    }

    TEST_CASE("the stages' parameters are all of the stack's, each once") {
        const Network deep = deep_network();
        const Layout blocks = layout(deep);
        Buffer<float> theta(blocks.size), counted(blocks.size);
        for (std::size_t t = 1; t <= 3; ++t) {
            Buffer<float> own(layout(stage(deep, t)).size);
            std::ranges::fill(own, float(t));
            set_stage_parameters<float>(deep, t, own, theta);
            for (const Block& block : layout(stage(deep, t)).blocks)
                CHECK(std::ranges::count(part<float>(own, block), float(t)) ==
                      std::ptrdiff_t(block.size));
            const Buffer<float> again = stage_parameters<float>(deep, theta, t);
            for (const Block& block : layout(stage(deep, t)).blocks)
                CHECK(same(part<const float>(again, block), part<const float>(own, block)));
        }
        const float expected[] = {1, 2, 3, 3, 2, 1};
        for (std::size_t i = 0; i < blocks.blocks.size(); ++i) {
            for (const float number : part<float>(theta, blocks.blocks[i]))
                CHECK(number == expected[i / 2]);
        }
    }

    TEST_CASE("what is no stack is refused") {
        const std::size_t even[] = {5, 4}, odd[] = {5, 4, 4};
        CHECK_THROWS_WITH_AS(stages(autoencoder_network(7, even)),
                             "a stack needs as many decoders as encoders, found 3 layers",
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(stages(autoencoder_network(7, odd)),
                             "a stack needs a decoder as wide as what it undoes: layer 1 has 5 "
                             "units but layer 3 has 4",
                             std::invalid_argument);
        CHECK_THROWS_AS(stage(deep_network(), 0), std::invalid_argument);
        CHECK_THROWS_AS(stage(deep_network(), 4), std::invalid_argument);
        Network folded = deep_network();
        folded.layers[0].kind = Kind::convolution;
        CHECK_THROWS_AS(stages(folded), std::invalid_argument);
        CHECK_THROWS_AS(joined(first_layers(deep_network(), 2), deep_network()),
                        std::invalid_argument);
        CHECK_THROWS_AS(first_layers(deep_network(), 7), std::invalid_argument);
    }

    TEST_CASE("[greedy]: each stage is the shallow autoencoder of the codes before, to the bit") {
        Network deep = deep_network();
        deep.dropout = 0.3;  // drops in training, not on the way to the next stage
        const Matrix<float> x = patterns(90, 7);
        TrainingOptions options;
        options.optimizer = Optimizer::adam;
        options.epochs = 3;
        options.batch = 20;
        options.corruption = {Noise::masking, 0.2};
        Buffer<float> theta = initial_stack<float>(deep, options.seed);
        CHECK(train_greedy<float>(deep, x, options, theta) == Outcome::iterations_done);

        Matrix<float> codes = x;
        for (std::size_t t = 1; t <= 3; ++t) {
            const Network shallow = stage(deep, t);
            TrainingOptions its = options;
            its.seed = stage_seed(options.seed, t);
            TrainingSet<float> set;
            set.x = codes;
            Buffer<float> own = initial_parameters<float>(shallow, its.seed);
            train<float>(shallow, set, its, own);
            CHECK(same(own, stage_parameters<float>(deep, theta, t)));
            codes = activity<float>(shallow, own, codes, 1);
        }
        CHECK(same(codes.values, activity<float>(deep, theta, x, 3).values));
    }

    TEST_CASE("greedy training reports every step of every stage and stops when told") {
        const Network deep = deep_network();
        const Matrix<float> x = patterns(40, 7);
        TrainingOptions options;
        options.optimizer = Optimizer::sgd;
        options.epochs = 2;
        const Buffer<float> before = initial_stack<float>(deep, 1);
        std::vector<std::size_t> seen;
        const auto train_until = [&](std::size_t last) {
            seen.clear();
            Buffer<float> theta = before;
            const Outcome outcome = train_greedy<float>(
                deep, x, options, theta, [&](std::size_t t, const TrainingStep& step) {
                    seen.push_back(10 * t + step.number);
                    return seen.size() < last;
                });
            CHECK(outcome == (last > 6 ? Outcome::iterations_done : Outcome::stopped));
            return theta;
        };
        train_until(99);
        CHECK(seen == std::vector<std::size_t>{11, 12, 21, 22, 31, 32});
        const Buffer<float> theta = train_until(3);
        CHECK(seen == std::vector<std::size_t>{11, 12, 21});
        for (const std::size_t t : {1u, 2u})
            CHECK_FALSE(same(stage_parameters<float>(deep, theta, t),
                             stage_parameters<float>(deep, before, t)));
        CHECK(same(stage_parameters<float>(deep, theta, 3),
                   stage_parameters<float>(deep, before, 3)));
    }

    TEST_CASE("codes come some patterns at a time, and can be given up: the stage before them is kept") {
        const Network deep = deep_network();
        const Matrix<float> x = patterns(1300, 7);
        const Buffer<float> before = initial_stack<float>(deep, 1);
        std::size_t asked = 0, trained = 0;
        const Matrix<float> codes = codes_of<float>(deep, before, x, 2, [&] { ++asked; });
        CHECK(same(codes.values, activity<float>(deep, before, x, 2).values));
        CHECK(asked > 1);
        struct NoMore {};
        Buffer<float> theta = before;
        const TrainStage<float> stage_of_ones = [&](std::size_t, const Network&, View<const float>, std::span<float> own) {
            std::ranges::fill(own, 1.0f);
            ++trained;
            return true;
        };
        CHECK_THROWS_AS(train_greedy<float>(deep, x, theta, stage_of_ones, [] { throw NoMore(); }), NoMore);
        CHECK(trained == 1);
        CHECK(stage_parameters<float>(deep, theta, 1)[0] == 1);
        CHECK(same(stage_parameters<float>(deep, theta, 2), stage_parameters<float>(deep, before, 2)));
    }

    TEST_CASE("the stages begin with weights of their own, the first with the run's seed") {
        const std::size_t hidden[] = {6, 6, 6};
        const Network deep = autoencoder_network(6, hidden);
        const Buffer<float> theta = initial_stack<float>(deep, 7);
        const Buffer<float> first = stage_parameters<float>(deep, theta, 1);
        CHECK(same(first, initial_parameters<float>(stage(deep, 1), 7)));
        CHECK_FALSE(same(first, stage_parameters<float>(deep, theta, 2)));
    }

    TEST_CASE("[fine-tune]: a joined network is the second on the first one's output, to the bit") {
        const Network deep = deep_network();
        const Buffer<float> theta = initial_stack<float>(deep, 1);
        const Network encoders = first_layers(deep, 3);
        const std::span<const float> of_encoders =
            std::span<const float>(theta).first(layout(encoders).size);
        Network head;
        head.inputs = 3;
        head.layers = {{2, Activation::softmax}};
        head.loss = Loss::cross_entropy;
        const Buffer<float> of_head = initial_parameters<float>(head, 5);
        const Network whole = joined(encoders, head);
        CHECK(whole.depth() == 4);
        CHECK(whole.loss == Loss::cross_entropy);
        CHECK(whole.weight_penalty == 0);
        const Buffer<float> of_whole = joined<float>(of_encoders, of_head);
        CHECK(of_whole.size() == layout(whole).size);

        const Matrix<float> x = patterns(50, 7);
        const Matrix<float> codes = activity<float>(encoders, of_encoders, x, 3);
        CHECK(same(codes.values, activity<float>(deep, theta, x, 3).values));
        CHECK(same(activity<float>(whole, of_whole, x, 4).values,
                   activity<float>(head, of_head, codes, 1).values));
    }
}
