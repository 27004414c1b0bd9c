#include "machine.hpp"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "autoencoder/error.hpp"

namespace autoencoder::bench {
namespace {

using Clock = std::chrono::steady_clock;

cpu_set_t mask_of(const std::vector<int>& cpus, std::size_t first, std::size_t count) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    for (std::size_t i = first; i < first + count && i < cpus.size(); ++i)
        CPU_SET(std::size_t(cpus[i]), &mask);
    return mask;
}

}  // namespace

std::vector<int> cores() {
    std::vector<int> cpus;
    cpu_set_t mask;
    CPU_ZERO(&mask);
    sched_getaffinity(0, sizeof mask, &mask);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(std::size_t(cpu), &mask)) cpus.push_back(cpu);
    }
    return cpus;
}

void bind_process(std::size_t count) {
    const cpu_set_t mask = mask_of(cores(), 0, count);
    sched_setaffinity(0, sizeof mask, &mask);
}

double together(std::size_t threads, const std::function<void(std::size_t)>& body) {
    const std::vector<int> cpus = cores();
    require(threads <= cpus.size(), "together: more threads than cores");
    std::atomic<std::size_t> ready{0};
    std::vector<Clock::time_point> begin(threads), end(threads);
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
        workers.emplace_back([&, t] {
            const cpu_set_t mask = mask_of(cpus, t, 1);
            pthread_setaffinity_np(pthread_self(), sizeof mask, &mask);
            ++ready;
            while (ready < threads) std::this_thread::yield();
            begin[t] = Clock::now();
            body(t);
            end[t] = Clock::now();
        });
    }
    for (std::thread& worker : workers) worker.join();
    const auto first = *std::min_element(begin.begin(), begin.end());
    const auto last = *std::max_element(end.begin(), end.end());
    return std::chrono::duration<double>(last - first).count();
}

double round_trip(std::size_t threads) {
    constexpr int batches = 5, trips = 400;
    struct alignas(128) Word {  // a cache line, and the one that is fetched with it
        std::atomic<int> value{0};
    };
    std::vector<Word> words(threads);
    double farthest = 0;
    together(threads, [&](std::size_t thread) {
        if (thread > 0) {
            std::atomic<int>& word = words[thread].value;
            for (int i = 0; i < batches * trips; ++i) {
                while (word.load(std::memory_order_acquire) != 2 * i + 1) {}
                word.store(2 * i + 2, std::memory_order_release);
            }
            return;
        }
        for (std::size_t other = 1; other < threads; ++other) {
            std::atomic<int>& word = words[other].value;
            double best = 1;
            for (int batch = 0; batch < batches; ++batch) {
                const auto start = Clock::now();
                for (int i = batch * trips; i < (batch + 1) * trips; ++i) {
                    word.store(2 * i + 1, std::memory_order_release);
                    while (word.load(std::memory_order_acquire) != 2 * i + 2) {}
                }
                best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / trips);
            }
            farthest = std::max(farthest, best);
        }
    });
    return farthest;
}

double taken_by_others(std::size_t threads, const std::vector<pid_t>& ours) {
    const std::vector<int> cpus = cores();
    double ticks = 0;
    std::ifstream all("/proc/stat");
    for (std::string line; std::getline(all, line);) {
        // cpu0 user nice system idle iowait irq softirq steal …, in ticks
        std::istringstream words(line);
        std::string name;
        double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0,
               steal = 0;
        words >> name >> user >> nice >> system >> idle >> waiting >> irq >> softirq >> steal;
        for (std::size_t i = 0; i < threads && i < cpus.size(); ++i) {
            if (name == "cpu" + std::to_string(cpus[i]))
                ticks += user + nice + system + irq + softirq + steal;
        }
    }
    for (const pid_t process : ours) {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        std::string line;
        std::getline(file, line);
        // PID (NAME) and 11 more fields, then the ticks of user and system
        std::istringstream words(line.substr(std::min(line.size(), line.rfind(')') + 1)));
        std::string skipped;
        for (int i = 0; i < 11; ++i) words >> skipped;
        double user = 0, system = 0;
        words >> user >> system;
        ticks -= user + system;
    }
    return ticks / double(sysconf(_SC_CLK_TCK));
}

std::size_t waiting_to_run() {
    // 0.12 0.34 0.56 2/345 6789: of 345 threads, 2 are running or waiting to; one of them is ours.
    std::ifstream file("/proc/loadavg");
    double load = 0;
    std::size_t count = 1;
    file >> load >> load >> load >> count;
    return count > 0 ? count - 1 : 0;
}

Probe::Probe(const Loops& loops) : loops_(loops) {
    if (!able()) return;
    for (int i = 0; i < 10; ++i) {
        rate(1, false);
        rate(1, true);
        additions(1);
    }
}

double Probe::rate(std::size_t threads, bool real64) {
    if (!able()) return 0;
    constexpr long rounds = 1'000'000;  // a few milliseconds
    const auto loop = real64 ? loops_.fma64 : loops_.fma32;
    const std::size_t lanes = real64 && loops_.lanes > 1 ? loops_.lanes / 2 : loops_.lanes;
    const double seconds = together(threads, [&](std::size_t) { loop(rounds); });
    const double flops = 2.0 * double(lanes * loops_.chains * threads) * double(rounds);
    const double rate = flops / seconds / 1e9;
    if (threads == 1) best_[real64] = std::max(best_[real64], rate);
    return rate;
}

double Probe::additions(std::size_t threads) {
    if (!able()) return 0;
    constexpr long rounds = 500'000;  // two milliseconds
    const double seconds = together(threads, [&](std::size_t) { loops_.add(rounds); });
    const double rate = 60.0 * double(threads) * double(rounds) / seconds / 1e9;
    if (threads == 1) best_additions_ = std::max(best_additions_, rate);
    return rate;
}

Probe::Look Probe::look(std::size_t threads, bool real64) {
    if (!able()) return {};
    const double flops = rate(threads, real64), adds = additions(threads);
    const double wanted = enough * double(threads);
    bool near = true;
    if (threads > 1) {
        const double trip = round_trip(threads);
        double& best = best_trip_.try_emplace(threads, trip).first->second;
        best = std::min(best, trip);
        near = trip < far * best;
    }
    return {flops, near && flops >= wanted * best_[real64] && adds >= wanted * best_additions_};
}

}  // namespace autoencoder::bench
