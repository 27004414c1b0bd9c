#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <ostream>

#include "autoencoder/kernels.hpp"

namespace autoencoder::bench {
namespace {

template <class... Values>
std::string text(const char* format, Values... values) {
    char buffer[256];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

/// Four digits or so: 0.1234, 12.34, 12340.
std::string short_number(double x) {
    const int decimals = x >= 1000 ? 0 : x >= 100 ? 1 : x >= 10 ? 2 : x >= 1 ? 3 : 4;
    return text("%.*f", decimals, x);
}

struct Spread {
    double median, min, max;
};
Spread spread(std::vector<double> values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {median(values), *low, *high};
}
Spread spread(const Unit& unit, const Series& series) {
    std::vector<double> values;
    for (const Turn& turn : series.turns) values.push_back(unit.of(turn.seconds));
    return spread(values);
}

std::string told(const Spread& s, const std::string& unit) {
    return short_number(s.median) + " [" + short_number(s.min) + "-" + short_number(s.max) + "] " +
           unit;
}

std::string name_of(const Series& series) {
    return series.variant == "gemm" ? series.peer : series.peer + " " + series.variant;
}

void print_line(std::ostream& out, const std::string& what, const std::string& threads,
                const std::string& ours, const std::string& fraction, const std::string& peer,
                const std::string& times, const std::string& user, const std::string& user_times,
                const std::string& loss) {
    std::string line = text("%-31s %1s  %-37s %7s  %-22s %7s  %8s %7s  %s", what.c_str(),
                            threads.c_str(), ours.c_str(), fraction.c_str(), peer.c_str(),
                            times.c_str(), user.c_str(), user_times.c_str(), loss.c_str());
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << std::endl;
}

/// "AMD EPYC (25/17), L2 1024 KiB": name, family and model as Linux tells them.
std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    std::map<std::string, std::string> told;
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos || colon + 2 > line.size()) continue;
        told.emplace(line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1),
                     line.substr(colon + 2));
    }
    return told["model name"] + " (" + told["cpu family"] + "/" + told["model"] + "), L2 " +
           std::to_string(kernels::caches().l2 >> 10) + " KiB";
}

std::string common_json(const std::string& workload, const std::string& peer,
                        const std::string& variant, std::size_t threads, const std::string& unit,
                        const Spread& s) {
    return text(
        "{\"workload\": \"%s\", \"peer\": \"%s\", \"variant\": \"%s\", \"threads\": %zu, "
        "\"unit\": \"%s\", \"median\": %.6g, \"min\": %.6g, \"max\": %.6g",
        workload.c_str(), peer.c_str(), variant.c_str(), threads, unit.c_str(), s.median, s.min,
        s.max);
}

}  // namespace

void print_head(std::ostream& out) {
    print_line(out, "workload", "t", "ours: median [min-max]", "% limit", "best peer: median",
               "ours is", "torch", "ours is", "loss");
}

void print_row(std::ostream& out, const Result& result) {
    const Case& what = result.what;
    const std::string name = what.variant.empty() ? what.workload : what.variant;
    const double fraction = 100 * result.fraction(result.ours);
    std::string peer = "-", times = "-", user = "-", user_times = "-";
    if (const Series* best = best_peer(result)) {
        peer = name_of(*best) + " " + short_number(what.unit.of(best->seconds()));
        times = text("x%.2f", ratio(result.ours, *best));
    }
    if (const Series* torch = user_peer(result)) {
        user = short_number(what.unit.of(torch->seconds()));
        user_times = text("x%.2f", ratio(result.ours, *torch));
    }
    const bool told_loss = what.tolerance > 0 && what.workload != "W6";
    const int decimals = what.tolerance > 1e-2 ? 2 : what.loss > 1 ? 5 : 7;
    print_line(out, name, std::to_string(result.threads),
               told(spread(what.unit, result.ours), what.unit.name),
               result.limit > 0 ? text("%.1f", fraction) : "-", peer, times, user, user_times,
               told_loss ? text("%.*f", decimals, result.ours.loss()) : "");
    if (!result.right() && what.workload == "W6")
        out << text("    WRONG: an element is off by %.3g\n", result.ours.loss());
    else if (!result.right())
        out << text("    WRONG: the loss is %.9g, expected %.7g within %.1g\n", result.ours.loss(),
                    what.loss, what.tolerance);
    if (result.disturbed)
        out << "    the cores were disturbed in " << result.disturbed << " turns\n";
    for (const std::string& remark : result.remarks) out << "    " << remark << "\n";
    out.flush();
}

void print_row(std::ostream& out, const Limit& limit) {
    print_line(out, limit.what, std::to_string(limit.threads),
               told(spread(limit.values), limit.unit), "", "", "", "", "", "");
}

void print_notes(std::ostream& out) {
    out << "\n% limit   of the rate of multiply-adds in registers, measured before and after every "
           "turn;\n"
           "          only the multiply-adds of the products are counted as work\n"
           "ours is   x2.00: twice as fast, in the median of rounds in which all took turns\n"
           "torch     what a PyTorch user writes (autograd, torch.optim), at its best settings\n";
}

void print_machine(std::ostream& out, const std::vector<Result>& results) {
    struct Worst {
        double times, fraction;
    };
    std::vector<std::string> names;  // in the order that they were run in
    std::map<std::string, std::map<std::size_t, Worst>> found;
    for (const Result& result : results) {
        const Series* const best = best_peer(result);
        if (!best) continue;
        const bool product = result.what.workload == "W6";
        const std::string name = product ? result.what.real64 ? "dgemm" : "sgemm"
                                 : result.what.variant.empty() ? result.what.workload
                                                               : result.what.variant;
        const Worst here{ratio(result.ours, *best), 100 * result.fraction(result.ours)};
        if (!found.contains(name)) names.push_back(name);
        Worst& worst = found[name].try_emplace(result.threads, here).first->second;
        worst = {std::min(worst.times, here.times), std::min(worst.fraction, here.fraction)};
    }
    if (names.empty()) return;
    std::string heads = "\n| machine |", line = "| --- |",
                row = "| " + processor() + ", " + kernels::current().name + " |";
    for (const std::string& name : names) {
        std::string times, fractions;
        for (const auto& [threads, worst] : found[name]) {
            times += (times.empty() ? "" : "; ") + text("%.2f", worst.times);
            fractions += (fractions.empty() ? "" : "; ") + text("%.0f", worst.fraction);
        }
        heads += " " + name + " |";
        line += " --- |";
        row += " " + times + " (" + fractions + ") |";
    }
    out << heads << "\n" << line << "\n" << row << "\n";
}

void print_json(std::ostream& out, const Result& result) {
    const auto line = [&](const Series& series) {
        const bool named = !result.what.variant.empty();
        out << common_json(result.what.workload, series.peer,
                           named ? result.what.variant : series.variant, result.threads,
                           result.what.unit.name, spread(result.what.unit, series))
            << text(
                   ", \"loss\": %.9g, \"reps\": %zu, \"limit\": %.2f, \"fraction\": %.4f, "
                   "\"disturbed\": %zu, \"isa\": \"%s\"}",
                   series.loss(), series.turns.size(), result.limit, result.fraction(series),
                   result.disturbed, &series == &result.ours ? kernels::current().name : "")
            << std::endl;
    };
    line(result.ours);
    for (const Series& peer : result.peers) line(peer);
}

void print_json(std::ostream& out, const Limit& limit) {
    out << common_json("limits", "machine", limit.what, limit.threads, limit.unit,
                       spread(limit.values))
        << text(", \"reps\": %zu}", limit.values.size()) << std::endl;
}

}  // namespace autoencoder::bench
