#include "cli/interrupt.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "autoencoder/file.hpp"

namespace autoencoder::cli {
namespace {

// A handler is given nothing but the signal's number: there is no other way to hear of it.
std::atomic<bool> mark = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void handle(int number) {
    if (mark.exchange(true)) end_tidily(number);
}

}  // namespace

void end_tidily(int number) {
    remove_unfinished();
    std::signal(number, SIG_DFL);
    std::raise(number);  // as soon as the handler returns
}

Handled::Handled(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < std::size(signals); ++i) {
        sigaction(signals[i], &action, &before_[i]);
        if (before_[i].sa_handler == SIG_IGN) sigaction(signals[i], &before_[i], nullptr);
    }
}

Handled::~Handled() {
    for (std::size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], &before_[i], nullptr);
}

Interrupt::Interrupt() : Handled((mark = false, handle)) {}

bool interrupted() { return mark; }

bool interrupted_for_a_second() {
    using Clock = std::chrono::steady_clock;
    static Clock::time_point found = Clock::time_point::max();
    if (!mark) {
        found = Clock::time_point::max();
        return false;
    }
    found = std::min(found, Clock::now());
    return Clock::now() - found > std::chrono::seconds(1);
}

void require_waited_for() {
    if (interrupted_for_a_second()) throw NotWaitedFor();
}

void no_signals_for_writes() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace autoencoder::cli
