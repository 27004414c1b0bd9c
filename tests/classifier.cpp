#include "autoencoder/classifier.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/stacked.hpp"
#include "autoencoder/training.hpp"

using namespace autoencoder;

namespace {

const std::vector<std::size_t> none, two_layers = {6, 5};

/// How many of the digits a network decides as their labels say.
double share_right(const Network& network, std::span<const float> theta, const Dataset& data) {
    const Matrix<float> outputs = activity<float>(network, theta, data.x, network.depth());
    return accuracy(confusion(data.labels, decide<float>(outputs), outputs.cols));
}

}  // namespace

TEST_SUITE("classifier") {
    TEST_CASE("heads have the units and the loss that the lecture gives them") {
        const Network lms = head_network(Head::lms, 8, none, 3);
        CHECK(lms.depth() == 1);
        CHECK(lms.layer(1).activation == Activation::linear);
        CHECK(lms.loss == Loss::squared_error);
        const Network deep = head_network(Head::multi_layer, 8, two_layers, 3);
        CHECK(deep.depth() == 3);
        CHECK(deep.units(2) == 5);
        CHECK(deep.layer(3).activation == Activation::sigmoid);
        CHECK(deep.loss == Loss::squared_error);
        const Network softmax = head_network(Head::softmax, 8, none, 3);
        CHECK(softmax.layer(1).activation == Activation::softmax);
        CHECK(softmax.loss == Loss::cross_entropy);
        for (const Head head : {Head::lms, Head::multi_layer, Head::softmax})
            CHECK(head_of(name(head)) == head);
    }

    TEST_CASE("impossible heads are refused") {
        CHECK_THROWS_WITH_AS(head_network(Head::softmax, 8, two_layers, 3),
                             "the head softmax has no hidden layers, found 2",
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(head_network(Head::multi_layer, 8, none, 3),
                             "the head multi-layer has hidden layers, found none",
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(head_network(Head::lms, 8, none, 1),
                             "a head needs at least two classes, found 1", std::invalid_argument);
        CHECK_THROWS_WITH_AS(head_of("svm"),
                             "head: expected lms, multi-layer or softmax, found 'svm'",
                             std::invalid_argument);
        Network network = head_network(Head::softmax, 8, none, 3);
        network.loss = Loss::squared_error;
        CHECK_THROWS_WITH_AS(validate(network),
                             "softmax is paired with the cross-entropy, found squared_error",
                             std::invalid_argument);
    }

    TEST_CASE("targets are one-hot, and labels without a column are refused") {
        const std::vector<int> labels = {2, 0, 2};
        CHECK(classes_of(labels) == 3);
        const Matrix<double> y = one_hot<double>(labels, 3);
        const double expected[] = {0, 0, 1, 1, 0, 0, 0, 0, 1};
        CHECK(std::equal(y.values.begin(), y.values.end(), expected));
        CHECK_THROWS_WITH_AS(one_hot<float>(labels, 2),
                             "labels: expected 0 to 1, found 2 for pattern 0",
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(classes_of({}), "labels: expected one for each pattern, found none",
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(classes_of(std::vector<int>{3, -1}),
                             "labels: expected 0 and above, found -1", std::invalid_argument);
        CHECK_THROWS_WITH_AS(classes_of(std::vector<int>{0, 0}),
                             "labels: expected at least two classes, found one",
                             std::invalid_argument);
    }

    TEST_CASE("decisions, their confusions and the worst of them, worked out by hand") {
        Matrix<float> outputs(5, 3);
        const float rows[] = {0.1f, 0.8f, 0.1f,   // 1
                              0.5f, 0.5f, 0.0f,   // 0: of equals the first
                              0.2f, 0.1f, 0.7f,   // 2
                              0.9f, 0.0f, 0.1f,   // 0
                              0.0f, 0.6f, 0.4f};  // 1
        std::copy_n(rows, 15, outputs.data());
        const std::vector<int> labels = {1, 1, 0, 2, 1};
        const std::vector<int> decided = decide<float>(outputs);
        CHECK(decided == std::vector<int>{1, 0, 2, 0, 1});
        const Matrix<std::size_t> counts = confusion(labels, decided, 3);
        const std::size_t expected[] = {0, 0, 1, 1, 2, 0, 1, 0, 0};
        CHECK(std::equal(counts.values.begin(), counts.values.end(), expected));
        CHECK(accuracy(counts) == 0.4);
        CHECK(accuracy(Matrix<std::size_t>(3, 3)) == 0);
        // By how much the chosen one leads: 0.8, 0.5, 0.
        CHECK(worst_mistakes<float>(outputs, labels, 9) == std::vector<std::size_t>{3, 2, 1});
        CHECK(worst_mistakes<float>(outputs, labels, 2) == std::vector<std::size_t>{3, 2});
        CHECK_THROWS_AS(confusion(labels, decided, 2), std::invalid_argument);
        CHECK_THROWS_AS(confusion(std::vector<int>{1}, decided, 3), std::invalid_argument);
        CHECK_THROWS_AS(worst_mistakes<float>(outputs, std::vector<int>{1}, 3),
                        std::invalid_argument);
        CHECK_THROWS_AS(decide(View<const float>(outputs.data(), 3, 0)), std::invalid_argument);
    }

    TEST_CASE("the three steps: a head on fixed codes, then fine-tuning betters it") {
        const Dataset digits = load_data("digits", Split::train, 400);
        const Dataset others = load_data("digits", Split::test, 400);
        const std::size_t hidden[] = {40, 20, 40};
        const Network deep = autoencoder_network(784, hidden);
        Buffer<float> theta = initial_stack<float>(deep, 1);
        TrainingOptions options;
        options.iterations = 20;
        train_greedy<float>(deep, digits.x, options, theta);

        const Network encoders = first_layers(deep, 2);
        const std::span<const float> of_encoders =
            std::span<const float>(theta).first(layout(encoders).size);
        const Matrix<float> codes = activity<float>(encoders, of_encoders, digits.x, 2);
        const Matrix<float> y = one_hot<float>(digits.labels, 10);
        const std::size_t between[] = {20};
        for (const Head kind : {Head::lms, Head::multi_layer, Head::softmax}) {
            CAPTURE(name(kind));
            const std::size_t layers = kind == Head::multi_layer ? 1 : 0;
            const Network head = head_network(kind, 20, std::span(between).first(layers), 10);
            Buffer<float> of_head = initial_parameters<float>(head, 1);
            TrainingSet<float> set{codes, y};
            options.iterations = 100;
            train<float>(head, set, options, of_head);
            const Network whole = joined(encoders, head);
            Buffer<float> of_whole = joined<float>(of_encoders, of_head);
            const double before = share_right(whole, of_whole, others);
            CHECK(before > 0.4);
            set.x = digits.x;
            options.iterations = 30;
            train<float>(whole, set, options, of_whole);
            CHECK(share_right(whole, of_whole, others) > before);
        }
    }
}
