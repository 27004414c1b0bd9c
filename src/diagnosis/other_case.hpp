// Theirs as numbers of another case: of square weights that lie transposed, of other patterns, of targets that
// belong to other inputs; and what is fitted on top of this one: how often each pattern counts in the sums of
// the gradients, how far weights have moved before they take δ back. What their numbers may be is found by
// least squares on one gradient; the ordinary search then has to find all of them so.
#pragma once

#include <vector>

#include "diagnosis/mistakes.hpp"
#include "diagnosis/patterns.hpp"

namespace autoencoder::diagnosis {

struct OtherCase {
    Case c;
    Theirs theirs;                   // as they are read there
    Entry is;                        // what makes it of this one
    std::vector<Entry> further = {};  // what goes with it, beside what is known of any case
    bool is_all = false;              // no mistake is looked for beside it
};

/// The others that theirs may be of; `counts`: of patterns, as counts_of has them.
std::vector<OtherCase> other_cases(const Against& against, const Archive& archive, const Indices& counts);

/// Those that are told by a gradient of the output's layer, which no weights of our parts give.
std::vector<OtherCase> read_otherwise(const Against& against, const Given& given);
/// Without what is right for all that: a cost, say.
Theirs without_right(const Against& against, Theirs theirs);
/// The number of the fewest digits that this may be.
double plainest(double value, double off_by);

/// So many patterns are summed, and their sums divided by another number; ρ perhaps too.
void add_counts(std::vector<Entry>& entries, double summed, double divided);

/// The error counts otherwise by output, by class, where the input was corrupted, or by pattern: by their gradient of
/// the output's layer.
void add_shares(const Against& against, std::vector<Entry>& entries, bool by_pattern);
void add_latent(const Against& against, std::vector<Entry>& entries);
void add_second_loss(const Against& against, std::vector<Entry>& entries);
/// Entries with a number, or numbers, that theirs say.
std::vector<Entry> fitted_entries(const Against& against, const Indices& counts);

}  // namespace autoencoder::diagnosis
