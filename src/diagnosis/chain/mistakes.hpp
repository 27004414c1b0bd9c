// As ../mistakes.hpp, for chains with windows or a gaussian code: what people do wrong in a
// convolutional or a variational autoencoder, and the general mistakes and conventions as far as
// they apply.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/chain/rules.hpp"
#include "diagnosis/entry.hpp"

namespace autoencoder::diagnosis::chain {

using Entry = EntryOf<Rules>;

struct Table {
    const Case& c;
    std::vector<Entry> entries = {};

    void convention(std::string id, std::string tag, std::string clause,
                    std::function<void(Rules&)> change) {
        entries.push_back({std::move(id), std::move(clause), std::move(tag), true, true,
                           std::move(change)});
    }
    void mistake(std::string id, std::string tag, std::string clause,
                 std::function<void(Rules&)> change) {
        entries.push_back({std::move(id), std::move(clause), std::move(tag), false, true,
                           std::move(change)});
    }
    /// A less usual way to make the mistake before it.
    void variant(std::string clause, std::function<void(Rules&)> change) {
        entries.push_back({entries.back().id, std::move(clause), entries.back().tag, false, false,
                           std::move(change)});
    }
};

/// Everything that can be told from the right computation by some term of this case.
std::vector<Entry> entries_for(const Case& c);

// The parts of the table.
void add_general(Table& t);
void add_weight_penalty(Table& t);
void add_windows(Table& t);
void add_code(Table& t);

}  // namespace autoencoder::diagnosis::chain
