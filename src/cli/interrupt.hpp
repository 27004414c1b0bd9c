// Ctrl-C while training: the step in progress is finished, then the run is saved. A second Ctrl-C
// ends the program at once, as it always does.
#pragma once

#include <csignal>

namespace autoencoder::cli {

/// As long as it lives, the first SIGINT or SIGTERM only sets a mark. One at a time.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// Whether there was a signal since.
    bool came() const;

private:
    struct sigaction int_before_ {}, term_before_ {};
};

}  // namespace autoencoder::cli
