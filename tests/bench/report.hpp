// What was measured, as a table for people or as JSON lines for programs.
#pragma once

#include <iosfwd>

#include "limits.hpp"
#include "measure.hpp"

namespace autoencoder::bench {

/// The heads of the columns, and what stands in them.
void print_head(std::ostream& out);
void print_row(std::ostream& out, const Result& result);
void print_row(std::ostream& out, const Limit& limit);
void print_notes(std::ostream& out);
/// This machine's row for the table in README.md: of each workload how many times the best peer ours is, and the
/// % of the limit, for each number of threads; of the products the worst of both.
void print_machine(std::ostream& out, const std::vector<Result>& results);

/// A line each party: workload, peer, variant, threads, unit, median, min, max, loss, reps, limit
/// (GFLOP/s), fraction (of it), disturbed (turns).
void print_json(std::ostream& out, const Result& result);
void print_json(std::ostream& out, const Limit& limit);

}  // namespace autoencoder::bench
