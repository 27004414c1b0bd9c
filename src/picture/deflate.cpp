// Deflate in a page: repeats are found through chains of hashed positions (LZ77), and everything is
// written with the fixed Huffman code of RFC 1951, section 3.2.6, as a single block.
//
//     zlib:     78 01 | block | Adler-32 of the input, high byte first       (RFC 1950)
//     block:    1 last block | 01 fixed code | symbols … | symbol 256: end    (bits, lowest first)
//     symbols:  0–255 a byte | 257–285 a length, then a distance: copy from what was written before
//
// What it gives up: no Huffman code fitted to the data, and the first longest repeat is taken
// without a look whether a longer one begins at the next byte. Our figures come out a tenth to two
// thirds larger than zlib at its best makes them; noise grows by up to an eighth instead of being
// stored as it is.
#include "picture/deflate.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace autoencoder {
namespace {

constexpr std::size_t window = 32768;     // how far back a copy may reach
constexpr std::size_t shortest = 3;       // the shortest and the longest copy there is
constexpr std::size_t longest = 258;
constexpr std::size_t patience = 128;     // candidates tried for one copy: time against size
constexpr std::size_t hash_bits = 15;

class BitWriter {
public:
    explicit BitWriter(Bytes& out) : out_(out) {}
    /// Appends the `count` low bits of `value`, the lowest first.
    void put(std::uint32_t value, std::uint32_t count) {
        held_ |= std::uint64_t{value} << held_count_;
        held_count_ += count;
        for (; held_count_ >= 8; held_count_ -= 8, held_ >>= 8) {
            out_.push_back(static_cast<std::uint8_t>(held_ & 0xff));
        }
    }
    /// Huffman codes, alone in the format, go in highest bit first.
    void put_code(std::uint32_t code, std::uint32_t count) {
        std::uint32_t reversed = 0;
        for (std::uint32_t i = 0; i < count; ++i) reversed |= ((code >> i) & 1) << (count - 1 - i);
        put(reversed, count);
    }
    void finish_byte() {
        if (held_count_ > 0) put(0, 8 - held_count_);
    }

private:
    Bytes& out_;
    std::uint64_t held_ = 0;
    std::uint32_t held_count_ = 0;
};

/// The fixed code: four runs of consecutive codes.
void put_symbol(BitWriter& bits, std::uint32_t symbol) {
    if (symbol < 144) bits.put_code(0x30 + symbol, 8);
    else if (symbol < 256) bits.put_code(0x190 + symbol - 144, 9);
    else if (symbol < 280) bits.put_code(symbol - 256, 7);
    else bits.put_code(0xc0 + symbol - 280, 8);
}

/// Lengths and distances are written as tiny floating point numbers: exponent and leading digits
/// are the symbol, the digits below follow as plain bits. The RFC's two tables are this rule.
struct Split {
    std::uint32_t symbol, extra_count, extra;
};

Split split(std::uint32_t value, std::uint32_t digits) {
    if (value < (2u << digits)) return {value, 0, 0};
    const auto exponent = static_cast<std::uint32_t>(std::bit_width(value)) - 1 - digits;
    const std::uint32_t leading = (value >> exponent) & ((1u << digits) - 1);
    return {((exponent + 1) << digits) + leading, exponent, value & ((1u << exponent) - 1)};
}

void put_copy(BitWriter& bits, std::size_t length, std::size_t distance) {
    Split part = split(static_cast<std::uint32_t>(length - shortest), 2);
    if (length == longest) part = {28, 0, 0};  // the one length outside the rule
    put_symbol(bits, 257 + part.symbol);
    bits.put(part.extra, part.extra_count);
    part = split(static_cast<std::uint32_t>(distance - 1), 1);
    bits.put_code(part.symbol, 5);
    bits.put(part.extra, part.extra_count);
}

/// Where the three bytes at a position were seen before, latest first. A chain lives in a ring of
/// `window` entries; positions are kept plus one, so that 0 says "never".
class Chains {
public:
    explicit Chains(ByteView bytes) : bytes_(bytes) {}

    void add(std::size_t at) {
        if (at + shortest > bytes_.size()) return;
        std::size_t& latest = head_[hash(at)];
        previous_[at % window] = latest;
        latest = at + 1;
    }

    struct Match {
        std::size_t length = 0, distance = 0;
    };
    /// The longest earlier run of the bytes at `at`; the nearest of equals.
    Match find(std::size_t at) const {
        Match best;
        if (at + shortest > bytes_.size()) return best;
        const std::size_t limit = std::min(longest, bytes_.size() - at);
        std::size_t candidate = head_[hash(at)];
        for (std::size_t tries = patience; candidate != 0 && tries > 0; --tries) {
            const std::size_t from = candidate - 1;
            if (at - from > window) break;
            std::size_t length = 0;
            while (length < limit && bytes_[from + length] == bytes_[at + length]) ++length;
            if (length > best.length) best = {length, at - from};
            if (length == limit) break;
            candidate = previous_[from % window];  // still its own: from + window is not added yet
        }
        return best;
    }

private:
    std::size_t hash(std::size_t at) const {
        const auto three = std::uint32_t{bytes_[at]} |
                           std::uint32_t{bytes_[at + 1]} << 8 |
                           std::uint32_t{bytes_[at + 2]} << 16;
        return (three * 2654435761u) >> (32 - hash_bits);
    }

    ByteView bytes_;
    std::vector<std::size_t> head_ = std::vector<std::size_t>(std::size_t{1} << hash_bits);
    std::vector<std::size_t> previous_ = std::vector<std::size_t>(window);
};

std::uint32_t adler32(ByteView bytes) {
    std::uint32_t a = 1, b = 0;
    for (const std::uint8_t byte : bytes) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

}  // namespace

Bytes zlib_compress(ByteView bytes) {
    Bytes out{0x78, 0x01};
    BitWriter bits(out);
    bits.put(1, 1);  // the last block
    bits.put(1, 2);  // with the fixed code
    Chains chains(bytes);
    for (std::size_t at = 0; at < bytes.size();) {
        const Chains::Match match = chains.find(at);
        const std::size_t step = match.length >= shortest ? match.length : 1;
        if (step > 1) put_copy(bits, match.length, match.distance);
        else put_symbol(bits, bytes[at]);
        for (std::size_t i = 0; i < step; ++i) chains.add(at + i);
        at += step;
    }
    put_symbol(bits, 256);
    bits.finish_byte();
    const std::uint32_t check = adler32(bytes);
    for (const int shift : {24, 16, 8, 0}) {
        out.push_back(static_cast<std::uint8_t>((check >> shift) & 0xff));
    }
    return out;
}

}  // namespace autoencoder
