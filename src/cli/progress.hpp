// Progress of a run on standard output: one line that is written over on a terminal, plain lines
// now and then elsewhere, JSON lines for programs, or nothing.
#pragma once

#include "autoencoder/report.hpp"

namespace autoencoder::cli {

enum class Style { quiet, json, plain, terminal };

/// The style that the options and standard output ask for.
Style style_of(bool quiet, bool json);

class ProgressPrinter {
public:
    ProgressPrinter(Plan plan, Style style) : plan_(std::move(plan)), style_(style) {}
    ~ProgressPrinter();
    ProgressPrinter(const ProgressPrinter&) = delete;
    ProgressPrinter& operator=(const ProgressPrinter&) = delete;

    void step(const TrainingStep& step);
private:
    void end();

    Plan plan_;
    Style style_;
    TrainingStep last_ = {};
    std::string pending_;  // the last step's line, where it is not printed or may still be cut off
};

}  // namespace autoencoder::cli
