// The project's own cases: the same bytes everywhere, made from formulas alone, and none of the
// mistakes left out.
#include "diagnosis/vectors.hpp"

#include <doctest/doctest.h>

#include <set>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/kernels.hpp"
#include "base/crc32.hpp"
#include "base/npy.hpp"

using namespace autoencoder;

namespace {

/// Every case and every result, names and numbers, as one checksum; the names of the files are
/// noted.
std::uint32_t checksum(std::set<std::string>& names) {
    Bytes all;
    const auto add = [&](const auto& bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
        add(vector.name + vector.inputs);
        for (const auto& [name, archive] : diagnosis::files_of(vector)) {
            names.insert(name);
            add(name);
            for (const auto& [key, array] : archive.entries) {
                add(key);
                add(encode_npy(array));
            }
        }
    }
    return crc32(all);
}

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("the vectors have the same bytes on every unit, and show every mistake") {
        const std::string before = kernels::current().name;
        std::set<std::string> names;
        for (const kernels::Unit* unit : kernels::available()) {
            CAPTURE(std::string(unit->name));
            kernels::choose(unit->name);
            CHECK(checksum(names) == 629363529);
        }
        kernels::choose(before);
        for (const KnownMistake& known : known_mistakes()) {
            CAPTURE(known.id);
            CHECK(names.contains(std::string(known.id) + ".npz"));
        }
    }

    TEST_CASE("a vector's input is its formula, number by number") {
        for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
            CAPTURE(vector.name);
            const std::vector<double> x = vector.archive.at("x").doubles();
            for (std::size_t k = 0; k < x.size(); ++k)
                CHECK(x[k] == 0.05 + 0.9 * (double((37 * k + 11) % 101) / 101));
        }
    }
}
