// Ctrl-C (INT), an end that is asked for (TERM), a terminal that is closed (HUP) while training: the step
// in progress is finished, then the run is saved. A second one ends the program at once, as the first does
// elsewhere; every file is whole even then.
#pragma once

#include <csignal>
#include <iterator>

namespace autoencoder::cli {

/// As long as it lives these signals have another handler. What was ignored before stays so.
class Handled {
public:
    explicit Handled(void (*handler)(int));
    ~Handled();
    Handled(const Handled&) = delete;
    Handled& operator=(const Handled&) = delete;

private:
    static constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction before_[std::size(signals)] {};
};

/// As long as it lives, the first of these signals only sets a mark; until the last file of a run is written.
/// One at a time.
class Interrupt : Handled {
public:
    Interrupt();
};

/// A handler: ends the program as the signal does, but leaves no file half written.
void end_tidily(int number);

/// Whether one came since the last Interrupt was made, which may be gone.
bool interrupted();
/// Whether that was first found more than a second ago: then no step is waited for, and nothing that only
/// judges what came of the run.
bool interrupted_for_a_second();
/// Thrown there.
struct NotWaitedFor {};
void require_waited_for();

/// From now on, a pipe that nobody reads and a file that grows too large are errors of the write.
void no_signals_for_writes();

}  // namespace autoencoder::cli
