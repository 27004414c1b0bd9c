#include "cli/interrupt.hpp"

namespace autoencoder::cli {
namespace {

// A handler is given nothing but the signal's number: there is no other way to hear of it.
volatile std::sig_atomic_t mark = 0;

}  // namespace

Interrupt::Interrupt() {
    mark = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { mark = 1; };
    action.sa_flags = int(SA_RESETHAND) | SA_RESTART;  // the second signal finds the usual action
    sigaction(SIGINT, &action, &int_before_);
    sigaction(SIGTERM, &action, &term_before_);
}

Interrupt::~Interrupt() {
    sigaction(SIGINT, &int_before_, nullptr);
    sigaction(SIGTERM, &term_before_, nullptr);
}

bool Interrupt::came() const { return mark != 0; }

}  // namespace autoencoder::cli
