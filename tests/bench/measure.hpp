// Measuring a case: ours and every peer in turn, ours, peer, ours, peer, …, as often as asked; or
// some cases of ours in turn, where they are to be compared with one another.
//
// Before and after every turn the cores' rate of multiply-adds is probed. Where it is less than 0.9
// of the best one of this run (times the threads), the host has taken a part of the machine away:
// then we wait, and a turn between such probes is done again. The same holds where other programs
// want the cores we need, or had more than a twentieth of them during the turn. Waiting and repeating
// are bounded, to 20 seconds a case and four minutes a run; what is still disturbed after that is kept
// and counted.
//
// The limit of a case is the median of the probes around the turns that were kept, and a ratio to a
// peer is the median of the ratios of each round: both compare what happened side by side.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "case.hpp"
#include "machine.hpp"
#include "peer.hpp"

namespace autoencoder::bench {

/// One party's turns.
struct Series {
    std::string peer, variant;  // "autoencoder", "avx512"
    std::vector<Turn> turns;

    double seconds() const;  // the median
    double loss() const { return turns.back().loss; }
};

struct Result {
    Case what;
    std::size_t threads = 1;
    double limit = 0;           // GFLOP/s of multiply-adds; 0: not known
    std::size_t disturbed = 0;  // turns that were kept although the cores were disturbed
    Series ours;
    std::vector<Series> peers;
    std::vector<std::string> remarks;  // of peers that failed or whose loss is off

    double fraction(const Series& series) const {
        return limit > 0 ? what.flops / series.seconds() / 1e9 / limit : 0;
    }
    bool right() const;  // our loss is the known one
};

/// How many times faster ours is, by the median round.
double ratio(const Series& ours, const Series& peer);
/// The fastest of them by ratio; null where there is none.
const Series* best_peer(const Result& result);
/// What a PyTorch user writes; null where it was not run.
const Series* user_peer(const Result& result);

/// Seconds that may still be spent on waiting for a disturbed machine, and on repeating.
struct Patience {
    double of_run = 240, of_case = 20;
};

/// The cases of one round; `reps` 0: as many as the first one says. Peers are those that run with this
/// number of threads.
std::vector<Result> measure(std::span<const Case> cases, std::size_t threads, std::size_t reps,
                            Probe& probe, Patience& patience,
                            const std::vector<std::unique_ptr<Peer>>& peers);

}  // namespace autoencoder::bench
