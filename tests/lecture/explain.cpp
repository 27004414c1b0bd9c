// The lecture with numbers in it: that what is printed is true, digit by digit.
#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "autoencoder/checks.hpp"
#include "cli/running.hpp"
#include "lecture/arithmetic.hpp"
#include "lecture/pencil.hpp"
#include "lecture/sources.hpp"

using namespace autoencoder;
using namespace autoencoder::lecture;

namespace {

/// Digits of the longest number in a text, without leading zeros.
std::size_t most_digits(const std::string& text) {
    std::size_t most = 0, digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (digits > 0 || c != '0') ++digits;
        } else if (c != '.') {
            digits = 0;
        }
        most = std::max(most, digits);
    }
    return most;
}

void check_line(const Line& line) {
    CAPTURE(line.name);
    CAPTURE(line.numbers);
    const std::string value = written(line.value, for_a_pencil);
    CHECK(written(Arithmetic::worked_out(line.numbers), for_a_pencil) == value);
    CHECK(most_digits(line.numbers) <= 5);
    CHECK(most_digits(value) <= 5);
    CHECK(line.name.find("  ") == std::string::npos);
    if (line.fast) CHECK(written(*line.fast, for_a_pencil) == value);
    if (line.quotient) CHECK(written(*line.quotient, for_a_pencil) == value);
}

}  // namespace

TEST_SUITE("lecture: explain") {
    TEST_CASE("every tag's arithmetic gives its result, which is that of terms and of the finite difference") {
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            const Explanation explanation = explained(check.tag, {0, 0, 1, 0, false});
            CHECK_FALSE(explanation.lines.empty());
            for (const Line& line : explanation.lines) check_line(line);
        }
    }

    TEST_CASE("so does the whole training step, which fits two pages") {
        std::size_t lines = 0;
        for (const Explanation& each : training_step(worked_sparse()[0], {0, 0, 1, 0, true}, for_a_pencil)) {
            for (const Line& line : each.lines) check_line(line);
            lines += 2 + each.lines.size() * 3;
        }
        CHECK(lines <= 132);
    }

    TEST_CASE("every tag has a formula, a literal line and a fast twin in its chapter") {
        for (const Check& check : all_checks()) {
            CAPTURE(check.tag);
            const Formula found = formula(check.tag);
            CHECK(found.text.find('[' + std::string(check.tag)) == std::string::npos);
            CHECK(found.text.size() > 5);
            CHECK(found.fast.find("  ") != std::string::npos);
            CHECK(found.first > 0);
            CHECK(found.first < found.line);
            CHECK(found.line < found.last);
        }
    }
}
