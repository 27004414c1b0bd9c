// What `validate` says of one student's terms beyond its table: the equation that tells most, where to look at it
// with their own numbers, and all of it as a page.
#pragma once

#include <string>

#include "autoencoder/diagnosis.hpp"
#include "lecture/pencil.hpp"

namespace autoencoder::cli {

/// "agrees", or "DIFFERS" and why.
std::string verdict_of(const TermRow& term);

/// The equation that the first finding names, or that of the first term that differs; "" is the whole step. And
/// where their number of that term differs most.
struct Telling {
    std::string tag;
    lecture::Place place;
};
Telling telling(const Case& c, const Archive& theirs, const Diagnosis& diagnosis);

/// "autoencoder explain delta-sparse --case case.npz --theirs theirs.npz --unit 2".
std::string explain_command(const Telling& at, const std::string& case_path,
                            const std::string& path);

/// Writes the page: what differs, what is wrong, the equation with their numbers beside those that are right.
/// Theirs are under our keys here and above (diagnosis/frame.hpp).
void write_validation(const std::string& file, const Case& c, const Archive& theirs,
                      const Diagnosis& diagnosis, const std::string& case_path,
                      const std::string& path);

}  // namespace autoencoder::cli
