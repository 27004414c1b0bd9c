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
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/known.hpp"
#include "kernels/places.hpp"
#include "kernels/worth.hpp"

namespace autoencoder::kernels {
namespace {

constexpr microseconds patience{100};     // of a thread without work, before it sleeps;
constexpr microseconds longer{2000};      // of one that was woken sooner than that: to wake up takes longer than much work;
constexpr microseconds none{0};           // of those that share a core
constexpr microseconds worth_waking{20};  // of what is left

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
constexpr unsigned long_ago = 64;
thread_local unsigned since_large = long_ago;  // jobs

class Pool {
public:
    ~Pool() {
        stopping_ = true;
        published_ = ++job_;
        published_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    /// Says what it takes a single thread that nobody interrupts; `usual`: what is known of that. Without it the
    /// threads may wait for one another, so they must not share a core.
    Clock::duration run(std::size_t count, std::size_t threads, bool large, Pieces pieces,
                        std::optional<Clock::duration> usual) {
        std::unique_lock<std::mutex> mine(taken_, std::try_to_lock);
        if (!mine) return run_alone(count, pieces);
        const auto begin = Clock::now();
        threads = place(add_workers(std::min(threads, count)), usual && worth_.is_doubled());
        if (threads == 1) {
            mine.unlock();
            const auto took = run_alone(count, pieces);
            if (usual && mine.try_lock()) judge(std::min(took, *usual), took);
            return took;
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
                if (!worth_.is_doubted() && slots_[w].asleep.load(std::memory_order_relaxed))
                    elsewhere.send(workers_[w - 1]);
            published_.notify_all();
        };
        if (large) wake();
        std::size_t done = 0;
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
        if (usual) judge(std::min(work, *usual), took);
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        return work;
    }

private:
    struct alignas(64) Slot {
        std::atomic<std::uint64_t> ticket{0};
        std::atomic<bool> asleep{false};  // its worker, more or less
        std::atomic<int> core{-1};        // where that ran last
        Beside beside;
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
                if (!look(there, most_patient())) {
                    const auto began = Clock::now();
                    slots_[mine].asleep.store(true, std::memory_order_relaxed);
                    published_.wait(seen, std::memory_order_acquire);
                    slots_[mine].asleep.store(false, std::memory_order_relaxed);
                    patience_ = Clock::now() - began < longer ? longer : patience;
                }
                seen = published_.load(std::memory_order_acquire);
                slots_[mine].core.store(this_core(), std::memory_order_relaxed);
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
        if (look(all, most_patient())) return;
        while (const std::uint32_t left = undone_.load(std::memory_order_acquire))
            undone_.wait(left, std::memory_order_acquire);
    }

    /// The second half of so many threads on the cores of the first, or each where the system likes. Says how many there
    /// are to share the job: half, where they cannot be told.
    std::size_t place(std::size_t threads, bool doubled) {
        const std::size_t half = (threads + 1) / 2;
        for (std::size_t w = 1; w < threads; ++w) {
            std::thread& worker = workers_[w - 1];
            if (!doubled || w < half) {
                slots_[w].beside.leave(worker);
                continue;
            }
            const int core = w == half ? this_core() : slots_[w - half].core.load(std::memory_order_relaxed);
            if (!slots_[w].beside.stay(worker, core)) return half;
        }
        return threads;
    }

    microseconds most_patient() const { return std::min(patience_.load(), at_most_.load()); }

    void judge(Clock::duration work, Clock::duration took) {
        worth_.count(work, took);
        const microseconds most = worth_.is_doubled() ? none : worth_.is_doubted() ? patience : longer;
        if (most != at_most_.load(std::memory_order_relaxed)) at_most_ = most;
    }

    std::mutex taken_, throwing_;
    std::vector<std::thread> workers_;
    std::unique_ptr<Slot[]> slots_{new Slot[most_threads]};
    // Of the job, by the caller: read by who has a piece of it.
    Pieces pieces_{};
    std::size_t count_ = 0, slot_count_ = 1;
    std::uint32_t job_ = 0;
    std::exception_ptr error_;
    Worth worth_;
    // Whoever changes these and then asks whether somebody sleeps must not see the answer first: all in one order.
    std::atomic<microseconds> patience_{patience}, at_most_{longer};
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
    since_large = large ? 0 : std::min(since_large + 1, long_ago);
    const auto shared = [&](Clock::duration usual) { return pool().run(count, threads, large, pieces, usual); };
    Known& known = known_of(count, pieces);
    large ? void(known.share(shared)) : known.run(pieces, since_large < long_ago, shared);
}

void run_together(std::size_t threads, const std::function<void(std::size_t, std::size_t)>& work) {
    constexpr std::uint32_t closed = 1u << 31;
    std::atomic<std::uint32_t> came{1}, together{0};  // the caller is the first
    const std::thread::id caller = std::this_thread::get_id();
    bool led = false;
    const auto piece = [&] {
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
    };
    const auto call = [](const void* it, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) (*static_cast<const decltype(piece)*>(it))();
    };
    if (threads <= 1 || within) return work(0, 1);
    since_large = 0;
    pool().run(threads, threads, true, {call, &piece, 0}, {});
}

}  // namespace autoencoder::kernels
