// Every known mistake, made on purpose: caught and named. Every convention: passed.
#include <doctest/doctest.h>

#include <map>

#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("diagnosis") {
    TEST_CASE("every known mistake on random cases is caught and named, every convention passes") {
        std::map<std::string, int> shown;
        for (const Sort sort : sorts) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const Case c = random_case(sort, seed);
                for (const std::string& id : ids_for(c)) {
                    CAPTURE(id);
                    CAPTURE(int(sort));
                    CAPTURE(seed);
                    const Diagnosis d = diagnose(c, terms_with(c, std::vector<std::string>{id}));
                    CHECK(names(d, {id}));
                    CHECK(d.agrees == is_convention(id));
                    ++shown[id];
                }
            }
        }
        for (const KnownMistake& known : known_mistakes()) {
            CAPTURE(known.id);
            const bool of_chains = known.id.starts_with("vae-") || known.id.starts_with("conv-") ||
                                   known.id.starts_with("deconv-") ||
                                   known.id == "transposed-kernels" || known.id == "channels-last";
            if (!of_chains) CHECK(shown[std::string(known.id)] >= 3);
        }
    }
}
