#include "cli/progress.hpp"

#include <algorithm>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/json.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {
namespace {

std::size_t terminal_width() {
    struct winsize size {};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - std::size_t{1} : 79;
}

std::string json_line(const TrainingStep& step, const std::string& unit) {
    Json json;
    json.add(unit, step.number).add("evaluations", step.evaluations);
    json.add("cost", step.cost.total()).add("data", step.cost.data);
    json.add("weight_penalty", step.cost.weight_penalty).add("sparsity", step.cost.sparsity);
    if (step.cost.kl != 0) json.add("kl", step.cost.kl);
    if (step.gradient_norm > 0) json.add("gradient_norm", step.gradient_norm);
    return json.add("seconds", step.seconds).line();
}

}  // namespace

Style style_of(bool quiet, bool json) {
    if (quiet) return Style::quiet;
    if (json) return Style::json;
    return ::isatty(STDOUT_FILENO) ? Style::terminal : Style::plain;
}

/// Leaves the last step's line behind, whatever comes next: nothing is left to do.
ProgressPrinter::~ProgressPrinter() {
    if (!pending_.empty()) pending_ = progress_line(last_, plan_, true);
    end();
}

void ProgressPrinter::step(const TrainingStep& step) {
    last_ = step;
    switch (style_) {
        case Style::quiet: break;
        case Style::json: std::cout << json_line(step, plan_.unit) << std::endl; break;
        case Style::plain: {
            pending_ = progress_line(step, plan_);
            // Forty lines at most, at round numbers: neither a flood nor a silence.
            const std::size_t every =
                plan_.total <= 20 ? 1 : std::max<std::size_t>(1, plan_.total / 400) * 10;
            if (step.number % every == 0 || step.number == plan_.total) end();
            break;
        }
        case Style::terminal:
            pending_ = progress_line(step, plan_);
            std::cout << "\r\x1b[K" << fitted(pending_, terminal_width()) << std::flush;
            break;
    }
}

void ProgressPrinter::end() {
    if (pending_.empty()) return;
    std::cout << (style_ == Style::terminal ? "\r\x1b[K" : "") << pending_ << std::endl;
    pending_.clear();
}

}  // namespace autoencoder::cli
