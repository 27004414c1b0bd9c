// DEFLATE (RFC 1951). A stream is a row of blocks; bits are used from the lowest of each byte up.
//
//     block   last? (1 bit)  kind (2 bits)
//       kind 0, stored    skip to a whole byte, length (2 bytes), its complement (2), the bytes
//       kind 1, fixed     symbols in the code of section 3.2.6
//       kind 2, dynamic   the two codes (themselves coded), then symbols
//     symbol  0…255       that byte
//             256         end of block
//             257…285     a match: length, then a distance from the second code: copy what was
//                         written `distance` bytes ago
//
// A code is given by the lengths of its words alone: words of one length are consecutive numbers in
// the order of their symbols, shorter words before longer ones. Words of up to ten bits are looked
// up; the few longer ones are found length by length. Streams are not trusted: a code with more
// words than fit, or with words missing, is refused as zlib refuses it.
#include "base/inflate.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace autoencoder {
namespace {

constexpr unsigned longest = 15;  // bits of a code word
constexpr unsigned quick = 10;    // bits of a word that is looked up
constexpr unsigned end_block = 256;

// A match has at most 258 bytes and takes at least two bits.
constexpr std::size_t largest_ratio = 258 * 8 / 2;

struct Range {
    std::uint16_t base;
    std::uint8_t extra;  // bits that are added to the base
};
constexpr std::array<Range, 29> lengths = {{
    {3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1},  {13, 1},
    {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3},  {59, 3},
    {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
}};
constexpr std::array<Range, 30> distances = {{
    {1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},
    {9, 2},     {13, 2},    {17, 3},    {25, 3},     {33, 4},     {49, 4},
    {65, 5},    {97, 5},    {129, 6},   {193, 6},    {257, 7},    {385, 7},
    {513, 8},   {769, 8},   {1025, 9},  {1537, 9},   {2049, 10},  {3073, 10},
    {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13},
}};

struct Bits {
    ByteView stream;
    const std::string& place;
    std::size_t next = 0;      // the byte that is fetched next
    std::uint64_t buffer = 0;  // bits fetched and not used yet, the first one lowest
    unsigned held = 0;         // how many

    [[noreturn]] void refuse(const std::string& message) const {
        fail(place,
             "byte " + std::to_string(next - held / 8) + " of the compressed stream: " + message);
    }

    // The next bits, without using them; zeros follow the end of the stream.
    unsigned peek(unsigned count) {
        while (held < count && next < stream.size()) {
            buffer |= std::uint64_t{stream[next++]} << held;
            held += 8;
        }
        return static_cast<unsigned>(buffer & ((std::uint64_t{1} << count) - 1));
    }

    void drop(unsigned count) {
        if (count > held) refuse("expected more blocks, found the end");
        buffer >>= count;
        held -= count;
    }

    unsigned take(unsigned count) {
        const unsigned bits = peek(count);
        drop(count);
        return bits;
    }

    void skip_to_byte() { drop(held % 8); }
};

struct Code {
    std::array<std::uint16_t, longest + 1> count{};  // words of each length
    std::array<std::uint16_t, 288> symbols{};        // in the order of their words
    std::array<std::uint16_t, 1u << quick> table{};  // symbol · 16 + length; 0: not a short word

    explicit Code(std::span<const std::uint8_t> word_lengths) {
        for (std::uint8_t length : word_lengths) ++count[length];
        count[0] = 0;

        std::array<unsigned, longest + 2> first{}, begin{};  // first word and place, by length
        for (unsigned length = 1; length <= longest; ++length) {
            first[length + 1] = (first[length] + count[length]) << 1;
            begin[length + 1] = begin[length] + count[length];
        }
        std::array<unsigned, longest + 2> word = first, place = begin;
        for (std::size_t symbol = 0; symbol < word_lengths.size(); ++symbol) {
            const unsigned length = word_lengths[symbol];
            if (length == 0) continue;
            symbols[place[length]++] = static_cast<std::uint16_t>(symbol);
            // A word enters the stream with its highest bit first.
            unsigned reversed = 0;
            for (unsigned bit = 0; bit < length; ++bit)
                reversed |= ((word[length] >> bit) & 1) << (length - 1 - bit);
            ++word[length];
            for (unsigned i = reversed; length <= quick && i < table.size(); i += 1u << length)
                table[i] = static_cast<std::uint16_t>(symbol << 4 | length);
        }
    }

    // Words of the greatest length that would still fit: 0 in a complete code, < 0 in none.
    int gap() const {
        int left = 1;
        for (unsigned length = 1; length <= longest && left >= 0; ++length)
            left = 2 * left - count[length];
        return left;
    }

    // A distance code of a single word of one bit, or of none at all, is allowed.
    bool is_complete() const { return gap() == 0; }
    bool is_single() const {
        return count[1] <= 1 && std::all_of(count.begin() + 2, count.end(),
                                            [](unsigned words) { return words == 0; });
    }

    unsigned read(Bits& in) const {
        const unsigned bits = in.peek(longest);
        if (const unsigned entry = table[bits & (table.size() - 1)]; entry != 0) {
            in.drop(entry & 15);
            return entry >> 4;
        }
        unsigned word = 0, first = 0, begin = 0;
        for (unsigned length = 1; length <= longest; ++length) {
            word |= (bits >> (length - 1)) & 1;
            if (word < first + count[length]) {
                in.drop(length);
                return symbols[begin + word - first];
            }
            begin += count[length];
            first = (first + count[length]) << 1;
            word <<= 1;
        }
        in.refuse("expected a code word, found bits that are none");
    }
};

struct Codes {
    Code literal, distance;
};

Codes fixed_codes() {
    std::array<std::uint8_t, 288> literal{};
    std::fill(literal.begin(), literal.begin() + 144, std::uint8_t{8});
    std::fill(literal.begin() + 144, literal.begin() + 256, std::uint8_t{9});
    std::fill(literal.begin() + 256, literal.begin() + 280, std::uint8_t{7});
    std::fill(literal.begin() + 280, literal.end(), std::uint8_t{8});
    std::array<std::uint8_t, 32> distance{};
    distance.fill(5);
    return {Code(literal), Code(distance)};
}

// Section 3.2.7: the lengths of the words of both codes in one row, run-length coded in a third.
Codes dynamic_codes(Bits& in) {
    const unsigned literal_count = in.take(5) + 257;
    const unsigned distance_count = in.take(5) + 1;
    const unsigned length_count = in.take(4) + 4;
    if (literal_count > 286 || distance_count > distances.size()) {
        in.refuse("expected at most 286 and 30 symbols, found " + std::to_string(literal_count) +
                  " and " + std::to_string(distance_count));
    }
    constexpr std::array<std::uint8_t, 19> order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::array<std::uint8_t, 19> length_lengths{};
    for (unsigned i = 0; i < length_count; ++i)
        length_lengths[order[i]] = static_cast<std::uint8_t>(in.take(3));
    const Code length_code(length_lengths);
    if (!length_code.is_complete()) in.refuse("expected a complete code of lengths");

    std::array<std::uint8_t, 286 + 30> row{};
    const std::size_t total = literal_count + distance_count;
    for (std::size_t i = 0; i < total;) {
        const unsigned symbol = length_code.read(in);
        if (symbol < 16) {
            row[i++] = static_cast<std::uint8_t>(symbol);
            continue;
        }
        if (symbol == 16 && i == 0) in.refuse("expected a length, found a repetition of none");
        const std::uint8_t repeated = symbol == 16 ? row[i - 1] : std::uint8_t{0};
        const std::size_t times = symbol == 16   ? 3 + in.take(2)
                                  : symbol == 17 ? 3 + in.take(3)
                                                 : 11 + in.take(7);
        if (times > total - i) in.refuse("expected fewer lengths than were found");
        std::fill_n(row.begin() + static_cast<std::ptrdiff_t>(i), times, repeated);
        i += times;
    }
    if (row[end_block] == 0) in.refuse("expected a word for the end of the block, found none");
    const std::span<const std::uint8_t> all(row);
    Codes codes{Code(all.first(literal_count)), Code(all.subspan(literal_count, distance_count))};
    for (const Code* code : {&codes.literal, &codes.distance})
        if (!code->is_complete() && !code->is_single())
            in.refuse("expected a complete code, found words missing or too many");
    return codes;
}

struct Output {
    Bytes bytes;
    std::size_t size;  // what was declared

    std::size_t left() const { return size - bytes.size(); }
};

[[noreturn]] void refuse_excess(const Bits& in, const Output& out) {
    in.refuse("expected " + std::to_string(out.size) + " bytes when inflated, found more");
}

void stored_block(Bits& in, Output& out) {
    in.skip_to_byte();
    const unsigned length = in.take(16), complement = in.take(16);
    if (length != (~complement & 0xFFFFu)) {
        in.refuse("expected a length and its complement, found " + std::to_string(length) +
                  " and " + std::to_string(complement));
    }
    if (length > out.left()) refuse_excess(in, out);
    for (unsigned i = 0; i < length; ++i)
        out.bytes.push_back(static_cast<std::uint8_t>(in.take(8)));
}

void coded_block(Bits& in, const Codes& codes, Output& out) {
    for (;;) {
        const unsigned symbol = codes.literal.read(in);
        if (symbol == end_block) return;
        if (symbol < end_block) {
            if (out.left() == 0) refuse_excess(in, out);
            out.bytes.push_back(static_cast<std::uint8_t>(symbol));
            continue;
        }
        const unsigned kind = symbol - end_block - 1;
        if (kind >= lengths.size()) in.refuse("expected a length, found symbol 286 or 287");
        const std::size_t length = lengths[kind].base + in.take(lengths[kind].extra);
        const unsigned far = codes.distance.read(in);
        if (far >= distances.size()) in.refuse("expected a distance, found symbol 30 or 31");
        const std::size_t distance = distances[far].base + in.take(distances[far].extra);
        if (distance > out.bytes.size()) {
            in.refuse("expected a distance of at most " + std::to_string(out.bytes.size()) +
                      ", found " + std::to_string(distance));
        }
        if (length > out.left()) refuse_excess(in, out);
        // The copy may overlap itself: then it repeats what it has just written.
        std::size_t from = out.bytes.size() - distance, to = out.bytes.size();
        out.bytes.resize(to + length);
        for (std::size_t i = 0; i < length; ++i) out.bytes[to++] = out.bytes[from++];
    }
}

Inflated inflated(ByteView stream, std::size_t size, const std::string& place, bool exactly) {
    static const Codes fixed = fixed_codes();
    Bits in{stream, place};
    Output out{{}, size};
    out.bytes.reserve(std::min(size, 8 * stream.size()));  // digits; emptier data grow from there
    for (bool last = false; !last;) {
        last = in.take(1) == 1;
        const unsigned kind = in.take(2);
        if (kind == 0) {
            stored_block(in, out);
        } else if (kind == 3) {
            in.refuse("expected a block of kind 0, 1 or 2, found 3");
        } else {
            coded_block(in, kind == 1 ? fixed : dynamic_codes(in), out);
        }
    }
    if (exactly && out.left() != 0)
        in.refuse("expected " + std::to_string(size) + " bytes when inflated, found " +
                  std::to_string(out.bytes.size()));
    return {std::move(out.bytes), in.next - in.held / 8};
}

}  // namespace

Inflated inflate(ByteView stream, std::size_t size, const std::string& place) {
    if (size / largest_ratio > stream.size()) {
        fail(place, "expected " + std::to_string(size) + " bytes when inflated, found only " +
                        std::to_string(stream.size()) +
                        " compressed bytes, which cannot hold them");
    }
    require_memory(size, place);
    return inflated(stream, size, place, true);
}

Inflated inflate_up_to(ByteView stream, std::size_t most, const std::string& place) {
    return inflated(stream, most, place, false);
}

}  // namespace autoencoder
