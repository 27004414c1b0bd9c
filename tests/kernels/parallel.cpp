// The pool: every piece once, whoever calls, and nobody waits for ever.
#include "autoencoder/parallel.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace autoencoder;

namespace {

/// Whether each piece was done once.
bool all_once(std::size_t count, std::size_t threads, bool large) {
    std::vector<int> times(count);  // no atomics: two that do the same piece are a race
    for_pieces(count, threads, large, [&](std::size_t piece) { ++times[piece]; });
    for (const int each : times)
        if (each != 1) return false;
    return true;
}

}  // namespace

TEST_SUITE("pool") {
    TEST_CASE("every piece is done once, by however many threads") {
        for (const std::size_t threads : {1u, 2u, 3u, 5u}) {
            for (std::size_t count = 0; count < 40; ++count) {
                for (const bool large : {false, true}) CHECK(all_once(count, threads, large));
            }
        }
        for (int again = 0; again < 2000; ++again) REQUIRE(all_once(7, 3, again % 2 == 0));
    }

    TEST_CASE("what was written before is read in a piece, and what a piece wrote is read afterwards") {
        std::vector<std::size_t> from(1000), to(1000);
        for (std::size_t round = 1; round <= 200; ++round) {
            for (std::size_t& each : from) each = round;
            for_pieces(from.size(), 3, round % 3 == 0, [&](std::size_t i) { to[i] = from[i] + i; });
            for (std::size_t i = 0; i < to.size(); ++i) REQUIRE(to[i] == round + i);
        }
    }

    TEST_CASE("pieces may share out pieces, and several threads may call") {
        std::atomic<std::size_t> done = 0;
        const auto nested = [&] {
            for_pieces(6, 3, true, [&](std::size_t) {
                for_pieces(5, 3, true, [&](std::size_t) { ++done; });
            });
        };
        std::vector<std::thread> callers;
        for (int i = 0; i < 3; ++i) callers.emplace_back([&] { for (int k = 0; k < 50; ++k) nested(); });
        for (std::thread& caller : callers) caller.join();
        CHECK(done == 3 * 50 * 30);
    }

    TEST_CASE("beside busy threads, and when these have ended, every piece is done once") {
        using Clock = std::chrono::steady_clock;
        std::atomic<bool> over = false;
        std::vector<std::thread> busy;
        for (std::size_t i = 0; i < 2 * kernels::usual_threads(); ++i)
            busy.emplace_back([&] { while (!over) {} });
        const auto until = [](std::chrono::milliseconds time) {  // long enough for the pool to change how it shares
            for (const auto end = Clock::now() + time; Clock::now() < end;) {
                std::vector<int> times(16);
                for_pieces(times.size(), 3, true, [&](std::size_t piece) {
                    const auto done = Clock::now() + std::chrono::microseconds(20);
                    while (Clock::now() < done) {}
                    ++times[piece];
                });
                for (const int each : times) REQUIRE(each == 1);
            }
        };
        until(std::chrono::milliseconds(400));
        over = true;
        for (std::thread& each : busy) each.join();
        until(std::chrono::milliseconds(100));
    }

    TEST_CASE("what a piece throws comes to the caller, and the pool goes on") {
        for (int again = 0; again < 20; ++again) {
            CHECK_THROWS_AS(for_pieces(9, 3, true,
                                       [](std::size_t piece) {
                                           if (piece % 4 == 1) throw std::runtime_error("no");
                                       }),
                            std::runtime_error);
            CHECK(all_once(9, 3, true));
        }
    }

    TEST_CASE("threads that run together may wait for one another") {
        for (int again = 0; again < 100; ++again) {
            std::atomic<std::size_t> here = 0, of = 0;
            std::vector<int> times(3);
            kernels::run_together(3, [&](std::size_t thread, std::size_t n) {
                ++times[thread];
                of = n;
                ++here;
                while (here < n) std::this_thread::yield();
            });
            REQUIRE(here == of);
            for (std::size_t i = 0; i < 3; ++i) REQUIRE(times[i] == (i < of ? 1 : 0));
        }
    }
}
