#include <doctest/doctest.h>

#include "autoencoder/report.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

TrainingStep step(std::size_t number, Cost cost, double seconds) {
    return {number, number + 1, cost, 0.5, seconds};
}

}  // namespace

TEST_SUITE("report") {
    TEST_CASE("shortest gives numbers that are read back as the same") {
        CHECK(shortest(0.003) == "0.003");
        CHECK(shortest(1e-4) == "0.0001");
        CHECK(shortest(1e-9) == "1e-09");
        CHECK(shortest(0) == "0");
        CHECK(shortest(-3) == "-3");
        for (const double x : {0.1 + 0.2, 1.0 / 3, 1e300, 2.5e-300, 123456.789})
            CHECK(std::stod(shortest(x)) == x);
    }

    TEST_CASE("counts and durations are for reading") {
        CHECK(grouped(7) == "7");
        CHECK(grouped(999) == "999");
        CHECK(grouped(1000) == "1,000");
        CHECK(grouped(1234567) == "1,234,567");
        CHECK(duration(0.421) == "0.42 s");
        CHECK(duration(12.4) == "12 s");
        CHECK(duration(59.7) == "1 min 0 s");
        CHECK(duration(200) == "3 min 20 s");
        CHECK(duration(7500) == "2 h 5 min");
    }

    TEST_CASE("the cost is said by term, without terms that are zero") {
        CHECK(cost_by_term({8, 0.5, 0.25}) == "8.75 = data 8 + weights 0.5 + sparsity 0.25");
        CHECK(cost_by_term({8, 0, 0}) == "8 = data 8");
        CHECK(cost_by_term({8, 0, 0, 2}) == "10 = data 8 + kl 2");
    }

    TEST_CASE("a line of progress has rate and time left, of this part of a resumed run") {
        const Plan iterations{"iteration", 10, 20, 1000}, epochs{"epoch", 0, 4, 1000};
        CHECK(progress_line(step(14, {8, 0, 0}, 2), iterations) ==
              "iteration 14/20   cost 8 = data 8   0.5 s each   3 s left");
        CHECK(progress_line(step(10, {8, 0, 0}, 0), iterations) ==
              "iteration 10/20   cost 8 = data 8");
        CHECK(progress_line(step(2, {8, 0, 0}, 4), epochs) ==
              "epoch 2/4   cost 8 = data 8   500 patterns/s   4 s left");
        CHECK(progress_line(step(4, {8, 0, 0}, 8), epochs) ==
              "epoch 4/4   cost 8 = data 8   500 patterns/s");
        TrainingStep validated = step(2, {8, 0, 0}, 4);
        validated.validation = 9.5;
        CHECK(contains(progress_line(validated, epochs), "cost 8 = data 8   validation 9.5   500"));
    }

    TEST_CASE("the log has a row a step, and no gradient norm or validation where there is none") {
        TrainingStep plain = step(2, {4, 0, 0}, 1.5);
        plain.gradient_norm = 0;
        TrainingStep validated = step(1, {8, 0.5, 0.25}, 0.5);
        validated.validation = 3.25;
        const TrainingStep steps[] = {validated, plain};
        CHECK(log_csv(steps) ==
              "number,evaluations,cost,data,weight_penalty,sparsity,kl,gradient_norm,validation,"
              "seconds\n"
              "1,2,8.75,8,0.5,0.25,0,0.5,3.25,0.5\n"
              "2,3,4,4,0,0,0,,,1.5\n");
    }

    TEST_CASE("the learning curve is drawn for any signs of the cost, and not without steps") {
        const Plan plan{"epoch", 0, 2, 10};
        const TrainingStep positive[] = {step(1, {8, 0, 0.5}, 1), step(2, {1, 0, 0.5}, 2)};
        const TrainingStep negative[] = {step(1, {8, 0, 0.5}, 1), step(2, {-1, 0, 0}, 2)};
        CHECK(learning_curve(positive, plan) != learning_curve(negative, plan));
        TrainingStep validated[] = {positive[0], positive[1]};
        validated[1].validation = 2;
        CHECK(learning_curve(positive, plan) != learning_curve(validated, plan));
        CHECK_THROWS_AS(learning_curve({}, plan), std::invalid_argument);
    }
}
