// What `validate` says of one student's terms beyond its table: the equation that tells most, where to look at it
// with their own numbers, and all of it as a page.
#pragma once

#include <optional>
#include <string>

#include "autoencoder/diagnosis.hpp"
#include "worked/pencil.hpp"

namespace autoencoder::cli {

/// "agrees", or "DIFFERS" and why.
std::string verdict_of(const TermRow& term);

/// The equations, from what the first finding names on, until one has a number of theirs that is wrong; none is
/// the whole step. And where theirs differ most. Nothing where they have no number that is wrong.
struct Telling {
    std::vector<std::string> tags;
    lecture::Place place;
};
std::optional<Telling> telling(const Case& c, const Diagnosis& diagnosis);

/// "autoencoder explain delta-sparse --case case.npz --theirs theirs.npz --unit 2".
std::string explain_command(const Telling& at, const std::string& case_path,
                            const std::string& path);

/// Writes the page: what differs, what is wrong, the equation with their numbers beside those that are right.
void write_validation(const std::string& file, const Case& c, const Diagnosis& diagnosis,
                      const std::string& case_path, const std::string& path);

}  // namespace autoencoder::cli
