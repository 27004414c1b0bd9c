// For the tests of archives: what NumPy wrote, and a small one of our own, whose parts can be damaged.
#pragma once

#include <algorithm>

#include "autoencoder/npz.hpp"
#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/npy.hpp"
#include "base/zip.hpp"
#include "io/scratch.hpp"

namespace autoencoder::test {

// numpy.savez('s.npz', x=np.arange(4, dtype='<f4').reshape(2, 2))
inline const Bytes numpy_stored = from_hex(
    "504b03041400000000000000210091f4e7db900000009000000005001400782e6e70790100100090000000000000"
    "009000000000000000934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f"
    "72646572273a2046616c73652c20277368617065273a2028322c2032292c207d2020202020202020202020202020"
    "20202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a00"
    "0000000000803f0000004000004040504b010214031400000000000000210091f4e7db9000000090000000050000"
    "000000000000000000800100000000782e6e7079504b0506000000000100010033000000c70000000000");

// numpy.savez_compressed('c.npz', x=np.arange(6, dtype='>f8').reshape(3, 2).T, activation='tanh')
inline const Bytes numpy_deflated = from_hex(
    "504b0304140000000800000021009abf5a1557000000b000000005001400782e6e707901001000b0000000000000"
    "0057000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9766a1aea3a09e965f54529498179f"
    "5f94920a120f292a4d050a17672416a402b91a463a0ac69a3a0ab50ae4032e0628b0ff00a11da07c070e282d00a5"
    "45203400504b03041400000008000000210079bc4e8e4e000000900000000e00140061637469766174696f6e2e6e"
    "70790100100090000000000000004e000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e136a"
    "a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a9a3a0ab50a1401ae1206068644"
    "20ce03e20c200600504b01021403140000000800000021009abf5a1557000000b000000005000000000000000000"
    "0000800100000000782e6e7079504b010214031400000008000000210079bc4e8e4e000000900000000e00000000"
    "0000000000000080018e00000061637469766174696f6e2e6e7079504b050600000000020002006f0000001c0100"
    "000000");

inline bool same(const Archive& a, const Archive& b) {
    const auto equal = [](const auto& left, const auto& right) {
        return left.first == right.first && left.second.shape == right.second.shape &&
               left.second.values == right.second.values;
    };
    return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      equal);
}

inline Bytes written(const Archive& archive) {
    const Scratch scratch;
    write_npz(scratch.path("a.npz"), archive);
    return read_file(scratch.path("a.npz"));
}

inline Archive read(const Bytes& file) {
    const Scratch scratch;
    return read_npz(scratch.put("a.npz", file));
}

// A small archive of two members, and where its parts begin.
struct Small {
    Bytes file = written([] {
        Archive archive;
        archive.add("x", 1);
        archive.add("y", "tanh");
        return archive;
    }());
    std::size_t directory = load_little<std::uint32_t>(file.data() + file.size() - 6);
    std::size_t end = file.size() - 22;

    Bytes with(std::size_t place, const Bytes& bytes) const {
        Bytes changed = file;
        std::copy(bytes.begin(), bytes.end(), changed.begin() + static_cast<std::ptrdiff_t>(place));
        return changed;
    }
};

}  // namespace autoencoder::test
