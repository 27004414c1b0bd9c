// As ../mistakes.hpp, for chains with windows or a gaussian code: what people do wrong in a
// convolutional or a variational autoencoder, and the general mistakes and conventions as far as
// they apply.
#pragma once

#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/chain/rules.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis::chain {

using Entry = EntryOf<Rules>;
using Table = TableOf<Rules>;

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table; further ones are every model's (../mistakes.hpp).
void add_windows(Table& t);
void add_code(Table& t);

}  // namespace autoencoder::diagnosis::chain
