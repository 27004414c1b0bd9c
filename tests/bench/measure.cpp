#include "measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "autoencoder/kernels.hpp"

namespace autoencoder::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Waits until threads that have just finished are asleep: they spin for a while, hoping for more
/// work, some 26 ms at OpenBLAS. Returns whether others left us `threads` cores meanwhile.
bool let_threads_sleep(std::size_t threads) {
    std::size_t others = cores().size();
    for (int i = 0; i < 5; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(9));
        others = std::min(others, waiting_to_run());
    }
    return others + threads <= std::max(1u, std::thread::hardware_concurrency());
}

/// The probes around turns: lets none pass that was disturbed, while there is patience.
class Gate {
public:
    /// `processes` are those that take turns.
    Gate(Probe& probe, std::size_t threads, bool real64, Patience& patience,
         std::vector<pid_t> processes)
        : probe_(probe),
          threads_(threads),
          real64_(real64),
          patience_(patience),
          left_(std::min(patience.of_case, patience.of_run)),
          processes_(std::move(processes)) {
        before_ = look();
    }

    Turn pass(const std::function<Turn()>& turn) {
        while (true) {
            while (!before_.quiet && left_ > 0) {
                const auto start = Clock::now();
                std::this_thread::sleep_for(std::chrono::milliseconds(200));
                before_ = look();
                spend(seconds_since(start));
            }
            const auto start = Clock::now();
            const double others_before = taken_by_others(threads_, processes_);
            const Turn done = turn();
            const double others = taken_by_others(threads_, processes_) - others_before;
            const double seconds = seconds_since(start);
            const Probe::Look before = before_;
            before_ = look();
            // Processor time is told in hundredths: allow for that.
            const bool alone = others <= 0.03 + 0.05 * seconds * double(threads_);
            const bool quiet = before.quiet && before_.quiet && alone;
            if (!quiet && left_ > 0) {
                spend(seconds_since(start));
                continue;
            }
            if (!quiet) ++disturbed;
            rates.push_back(before.rate);
            rates.push_back(before_.rate);
            return done;
        }
    }

    std::vector<double> rates;  // of the probes around the turns that passed
    std::size_t disturbed = 0;  // turns that passed only because the patience was over

private:
    Probe::Look look() {
        const bool free = !probe_.able() || let_threads_sleep(threads_);
        Probe::Look seen = probe_.look(threads_, real64_);
        seen.quiet = seen.quiet && free;
        return seen;
    }
    void spend(double seconds) {
        left_ -= seconds;
        patience_.of_run -= seconds;
    }

    Probe& probe_;
    std::size_t threads_;
    bool real64_;
    Patience& patience_;
    double left_;  // seconds
    std::vector<pid_t> processes_;
    Probe::Look before_;
};

/// Whether it is the known loss, and whether it may be, in another library's order of float32 sums.
bool same_loss(const Case& what, double loss) {
    return what.tolerance == 0 || std::abs(loss - what.loss) <= what.tolerance;
}
bool same_work(const Case& what, double loss) {
    return same_loss(what, loss) || std::abs(loss - what.loss) <= 1e-5 * std::abs(what.loss);
}

}  // namespace

double Series::seconds() const {
    std::vector<double> all;
    for (const Turn& turn : turns) all.push_back(turn.seconds);
    return median(all);
}

bool Result::right() const { return same_loss(what, ours.loss()); }

double ratio(const Series& ours, const Series& peer) {
    std::vector<double> rounds;
    for (std::size_t i = 0; i < ours.turns.size() && i < peer.turns.size(); ++i)
        rounds.push_back(peer.turns[i].seconds / ours.turns[i].seconds);
    return median(rounds);
}

const Series* best_peer(const Result& result) {
    const Series* best = nullptr;
    for (const Series& peer : result.peers) {
        if (!best || ratio(result.ours, peer) < ratio(result.ours, *best)) best = &peer;
    }
    return best;
}

const Series* user_peer(const Result& result) {
    for (const Series& peer : result.peers) {
        if (peer.peer == "torch" && (peer.variant == "autograd" || peer.variant == "F.linear"))
            return &peer;
    }
    return nullptr;
}

std::vector<Result> measure(std::span<const Case> cases, std::size_t threads, std::size_t reps,
                            Probe& probe, Patience& patience,
                            const std::vector<std::unique_ptr<Peer>>& peers) {
    if (reps == 0) reps = cases[0].reps;
    kernels::set_threads(threads);
    std::vector<Result> results;
    struct Party {
        std::size_t of;  // which case
        Series series;
        std::function<Turn()> turn;
        bool ours = false, failed = false;
    };
    std::vector<Party> parties;
    for (const Case& what : cases) {
        Result result;
        result.what = what;
        result.threads = threads;
        parties.push_back(
            {results.size(), {"autoencoder", kernels::current().name, {}}, what.prepare(), true});
        results.push_back(result);
        parties.back().turn();  // the one that does not count
    }
    const auto attempt = [&](std::size_t of, const std::string& name, const auto& action) {
        try {
            action();
            return true;
        } catch (const std::runtime_error& error) {
            results[of].remarks.push_back(name + ": not counted: " + error.what());
            return false;
        }
    };
    const auto each_peer = [&](const auto& action) {
        for (std::size_t of = 0; of < cases.size(); ++of) {
            for (const auto& peer : peers) {
                if (peer->installed() && !cases[of].request.empty())
                    attempt(of, peer->name(), [&] { action(of, *peer, cases[of].request); });
            }
        }
    };
    each_peer([&](std::size_t of, Peer& peer, const std::string& request) {
        for (const std::string& variant : peer.variants(request)) {
            peer.prepare(variant, request);
            const auto turn = [&, variant] { return peer.turn(variant, request); };
            parties.push_back({of, {peer.name(), variant, {}}, turn});
        }
    });

    std::vector<pid_t> processes{getpid()};
    for (const auto& peer : peers) processes.push_back(peer->process());
    Gate gate(probe, threads, cases[0].real64, patience, std::move(processes));
    for (std::size_t round = 0; round < reps; ++round) {
        for (Party& party : parties) {
            if (party.failed) continue;
            const std::size_t disturbed = gate.disturbed;
            const auto turn = [&] { party.series.turns.push_back(gate.pass(party.turn)); };
            if (party.ours)
                turn();
            else
                party.failed =
                    !attempt(party.of, party.series.peer + " " + party.series.variant, turn);
            results[party.of].disturbed += gate.disturbed - disturbed;
        }
    }
    each_peer([](std::size_t, Peer& peer, const std::string&) { peer.drop(); });

    for (Result& result : results) result.limit = probe.able() ? median(gate.rates) : 0;
    for (const Party& party : parties) {
        Result& result = results[party.of];
        const Series& series = party.series;
        if (party.ours) result.ours = series;
        if (party.ours || party.failed) continue;
        const bool counted = same_work(result.what, series.loss());
        if (counted) result.peers.push_back(series);
        if (!same_loss(result.what, series.loss()))
            result.remarks.push_back(series.peer + " " + series.variant +
                                     (counted ? "" : ": not counted") + ": its loss is " +
                                     std::to_string(series.loss()) + ", off by " +
                                     std::to_string(series.loss() - result.what.loss));
    }
    return results;
}

}  // namespace autoencoder::bench
