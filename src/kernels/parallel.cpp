// The pool. A job is a number of pieces, shared out in slots, one a thread; a slot's ticket says how many of
// its pieces are left, and of which job:
//
//     ticket   job (32 bits)  left (32 bits)
//
// Whoever lowers a ticket by one has a piece of the job that the ticket is of. That job cannot end before the
// piece is done, so what the caller has written of it before it set the tickets may be read. So a thread that
// comes late finds either pieces or nothing, and never those of a job that is gone.
#include "autoencoder/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/elsewhere.hpp"
#include "kernels/known.hpp"

namespace autoencoder::kernels {
namespace {

constexpr microseconds patience{100};     // of a thread without work, before it sleeps;
constexpr microseconds longer{2000};      // of one that was woken sooner than that: to wake up takes longer than much work
constexpr microseconds worth_waking{20};  // of what is left
constexpr microseconds judged{10000};     // after so much time it is asked what the other threads are worth;
constexpr microseconds pause{40000};      // if little, half of the threads are left out so long, then twice as
constexpr microseconds longest_pause{1280000};  // long, and so on

void rest() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Looks for something so long; whether it came.
template <class There>
bool look(const There& there, microseconds most) {
    const auto end = Clock::now() + most;
    do {
        for (int i = 0; i < 64; ++i) {
            if (there()) return true;
            rest();
        }
    } while (Clock::now() < end);
    return there();
}

thread_local bool within = false;  // a piece: its own calls stay on this thread

/// What this thread has run, so far.
std::chrono::nanoseconds run_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

class Pool {
public:
    ~Pool() {
        stopping_ = true;
        published_ = ++job_;
        published_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    /// Says what it takes a single thread that nobody interrupts.
    Clock::duration run(std::size_t count, std::size_t threads, bool large, Pieces pieces) {
        std::unique_lock<std::mutex> mine(taken_, std::try_to_lock);
        if (!mine) return run_alone(count, pieces);
        const auto begin = Clock::now();
        if (most_ < most_threads && begin >= pause_ends_) {
            most_ = most_threads;
            run_ = run_time();
        }
        threads = add_workers(std::min({threads, count, most_}));
        if (threads == 1) {
            mine.unlock();
            return run_alone(count, pieces);
        }
        within = true;
        pieces_ = pieces;
        count_ = count;
        slot_count_ = threads;
        in_use_.store(threads, std::memory_order_relaxed);
        undone_.store(std::uint32_t(count), std::memory_order_relaxed);
        ++job_;
        for (std::size_t s = 0; s < threads; ++s)
            slots_[s].ticket.store(std::uint64_t{job_} << 32 | (slot_begin(s + 1) - slot_begin(s)),
                                   std::memory_order_release);
        published_ = job_;
        Elsewhere elsewhere;
        const auto wake = [&] {
            for (std::size_t w = 1; w < threads; ++w)
                if (slots_[w].asleep.load(std::memory_order_relaxed)) elsewhere.send(workers_[w - 1]);
            published_.notify_all();
        };
        if (large) wake();
        std::size_t done = 0;
        const bool sampled = large || job_ % 7 == 0;  // what has been run takes long to ask
        const auto ran = sampled ? run_time() : run_;
        const auto first = Clock::now();
        Clock::duration one{};
        work(0, [&] {
            if (++done > 1) return;
            one = Clock::now() - first;  // says what the others will take
            if (!large && one * (count - 1) > worth_waking) wake();
        });
        finish();
        within = false;
        const Clock::duration took = Clock::now() - begin, work = done > 0 ? one * count : took * threads;
        if (sampled) worked_ += work, ran_ += run_time() - ran;
        judge(took);
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        return work;
    }

private:
    struct alignas(64) Slot {
        std::atomic<std::uint64_t> ticket{0};
        std::atomic<bool> asleep{false};  // its worker, more or less
    };

    std::size_t slot_begin(std::size_t s) const { return s * count_ / slot_count_; }

    static Clock::duration run_alone(std::size_t count, Pieces pieces) {
        const auto begin = Clock::now();
        alone(count, pieces);
        return Clock::now() - begin;
    }

    /// Until there are so many with the caller, or the system gives no more; how many there are of these.
    std::size_t add_workers(std::size_t wanted) {
        try {
            while (workers_.size() + 1 < wanted) add_worker();
        } catch (const std::system_error&) {
            return workers_.size() + 1;
        }
        return wanted;
    }

    void add_worker() {
        workers_.emplace_back([this, mine = workers_.size() + 1] {
            within = true;
            for (std::uint32_t seen = 0; !stopping_;) {
                const auto there = [&] { return published_.load(std::memory_order_acquire) != seen; };
                if (!look(there, patience_)) {
                    const auto began = Clock::now();
                    slots_[mine].asleep.store(true, std::memory_order_relaxed);
                    published_.wait(seen, std::memory_order_acquire);
                    slots_[mine].asleep.store(false, std::memory_order_relaxed);
                    patience_ = Clock::now() - began < longer ? longer : patience;
                }
                seen = published_.load(std::memory_order_acquire);
                if (!stopping_) work(mine, [] {});
            }
        });
    }

    /// Takes pieces, first of the own slot, then of the others.
    template <class After>
    void work(std::size_t mine, const After& after) {
        const std::size_t n = in_use_.load(std::memory_order_relaxed);
        if (mine >= n) return;
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t s = (mine + k) % n;
            std::uint32_t done = 0;
            while (const std::size_t left = take(slots_[s])) {
                call(slot_begin(s + 1) - left);
                ++done;
                after();
            }
            if (done > 0 && undone_.fetch_sub(done) == done) undone_.notify_one();
        }
    }

    /// How many were left with the one that is taken; 0: none.
    static std::size_t take(Slot& slot) {
        std::uint64_t ticket = slot.ticket.load(std::memory_order_acquire);
        while (std::uint32_t(ticket) != 0) {
            if (slot.ticket.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                                  std::memory_order_acquire))
                return std::uint32_t(ticket);
        }
        return 0;
    }

    void call(std::size_t piece) {
        try {
            pieces_.call(pieces_.body, piece, piece + 1);
        } catch (...) {
            const std::lock_guard<std::mutex> one(throwing_);
            if (!error_) error_ = std::current_exception();
        }
    }

    void finish() {
        const auto all = [&] { return undone_.load(std::memory_order_acquire) == 0; };
        if (look(all, patience_)) return;
        while (const std::uint32_t left = undone_.load(std::memory_order_acquire))
            undone_.wait(left, std::memory_order_acquire);
    }

    /// Where others want the cores, the system runs neither the caller all the time nor who has a piece for which
    /// it waits: so of the time in jobs it has run less than that. Where the other threads come too late, it has run as
    /// long as it would have alone.
    void judge(Clock::duration took) {
        elapsed_ += took;
        if (elapsed_ < judged) return;
        const auto now = run_time();
        if (4 * (now - run_) < 3 * elapsed_ || 10 * ran_ > 9 * worked_) {
            most_ = (slot_count_ + 1) / 2;
            pause_ends_ = Clock::now() + pause_;
            pause_ = std::min<Clock::duration>(2 * pause_, longest_pause);
        } else if (most_ == most_threads) {
            pause_ = std::max<Clock::duration>(pause_ / 2, pause);
        }
        elapsed_ = worked_ = ran_ = {};
        run_ = now;
    }

    std::mutex taken_, throwing_;
    std::vector<std::thread> workers_;
    std::unique_ptr<Slot[]> slots_{new Slot[most_threads]};
    // Of the job, by the caller: read by who has a piece of it.
    Pieces pieces_{};
    std::size_t count_ = 0, slot_count_ = 1;
    std::uint32_t job_ = 0;
    std::exception_ptr error_;
    Clock::duration elapsed_{}, run_{}, worked_{}, ran_{}, pause_ = pause;
    Clock::time_point pause_ends_{};
    std::size_t most_ = most_threads;
    // Whoever changes these and then asks whether somebody sleeps must not see the answer first: all in one order.
    std::atomic<microseconds> patience_{patience};
    alignas(64) std::atomic<std::uint32_t> published_{0};
    alignas(64) std::atomic<std::uint32_t> undone_{0};
    std::atomic<std::size_t> in_use_{1};
    std::atomic<bool> stopping_{false};
};

Pool& pool() {
    static Pool one;
    return one;
}

}  // namespace

void run_pieces(std::size_t count, std::size_t threads, bool large, Pieces pieces) {
    constexpr std::size_t most = UINT32_MAX;  // that a ticket counts
    if (within || count > most) return alone(count, pieces);
    constexpr unsigned long_ago = 64;
    thread_local unsigned since_large = long_ago;  // jobs
    since_large = large ? 0 : std::min(since_large + 1, long_ago);
    const auto shared = [&] { return pool().run(count, threads, large, pieces); };
    large ? void(shared()) : known_of(count, pieces).run(pieces, since_large < long_ago, shared);
}

void run_together(std::size_t threads, const std::function<void(std::size_t, std::size_t)>& work) {
    constexpr std::uint32_t closed = 1u << 31;
    std::atomic<std::uint32_t> came{1}, together{0};  // the caller is the first
    const std::thread::id caller = std::this_thread::get_id();
    bool led = false;
    for_pieces(threads, threads, true, [&](std::size_t) {
        if (std::this_thread::get_id() == caller) {
            if (std::exchange(led, true)) return;
            look([&] { return came.load(std::memory_order_acquire) == threads; }, 2 * patience);
            together = came.fetch_or(closed);
            together.notify_all();
            return work(0, together);
        }
        std::uint32_t mine = came.load();
        do {
            if (mine & closed) return;  // they began without it
        } while (!came.compare_exchange_weak(mine, mine + 1));
        if (!look([&] { return together.load() != 0; }, patience)) together.wait(0);
        work(mine, together);
    });
}

}  // namespace autoencoder::kernels
