// ZIP archives, the writing side: members are stored, so that the bytes depend on nothing but the
// names and the contents, and so that a page of code does it. The format is drawn in zip.cpp.
#include "base/zip.hpp"

#include "autoencoder/error.hpp"
#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace autoencoder {
namespace {

constexpr std::size_t largest_archive = 0xFFFFFFFE, most_members = 0xFFFE;  // before zip64
constexpr std::uint16_t version = 20;            // 2.0, the first with deflate and folders
constexpr std::uint16_t utf8_name = 1u << 11;    // a flag
constexpr std::uint16_t first_day = 1 << 5 | 1;  // (year − 1980) · 512 + month · 32 + day

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What local and central headers have in common, from the needed version to the extra length.
void append_common(Bytes& out, const std::string& name, ByteView contents, std::uint32_t checksum) {
    const bool ascii = std::all_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    append_little<std::uint16_t>(out, version);
    append_little<std::uint16_t>(out, ascii ? std::uint16_t{0} : utf8_name);
    append_little<std::uint16_t>(out, 0);  // stored
    append_little<std::uint16_t>(out, 0);  // midnight
    append_little<std::uint16_t>(out, first_day);
    append_little<std::uint32_t>(out, checksum);
    append_little<std::uint32_t>(out, static_cast<std::uint32_t>(contents.size()));
    append_little<std::uint32_t>(out, static_cast<std::uint32_t>(contents.size()));
    append_little<std::uint16_t>(out, static_cast<std::uint16_t>(name.size()));
    append_little<std::uint16_t>(out, 0);  // no extra fields
}

}  // namespace

void ZipWriter::add(const std::string& name, ByteView contents) {
    const std::string fault = zip_name_fault(name);
    require(fault.empty(), [&] { return in_quotes(name) + ": " + fault; });
    require(name.size() <= 0xFFFF, "a name in a ZIP archive has at most 65535 bytes");
    require(directory.size() < most_members, "a ZIP archive has at most 65534 members");
    const bool fits = contents.size() < largest_archive &&
                      bytes.size() < largest_archive - contents.size() - name.size() - 64;
    require(fits, [&] { return in_quotes(name) + ": the archive would exceed 4 GiB"; });
    for (const auto& [other, entry] : directory) {
        require(other != name, [&] { return in_quotes(name) + ": is in the archive already"; });
    }

    const std::uint32_t checksum = crc32(contents);
    const auto offset = static_cast<std::uint32_t>(bytes.size());
    append_little<std::uint32_t>(bytes, 0x04034B50);  // local header
    append_common(bytes, name, contents, checksum);
    append(bytes, bytes_of(name));
    append(bytes, contents);

    Bytes entry;
    append_little<std::uint32_t>(entry, 0x02014B50);  // central header
    append_little<std::uint16_t>(entry, version);     // made by
    append_common(entry, name, contents, checksum);
    append_little<std::uint16_t>(entry, 0);  // no comment
    append_little<std::uint16_t>(entry, 0);  // the first disk
    append_little<std::uint16_t>(entry, 0);  // internal attributes
    append_little<std::uint32_t>(entry, 0);  // external attributes
    append_little<std::uint32_t>(entry, offset);
    append(entry, bytes_of(name));
    directory.emplace_back(name, std::move(entry));
}

Bytes ZipWriter::finish() {
    const std::size_t offset = bytes.size();
    for (const auto& [name, entry] : directory) append(bytes, entry);
    const std::size_t size = bytes.size() - offset;
    require(bytes.size() < largest_archive, "the archive would exceed 4 GiB");
    const auto entries = static_cast<std::uint16_t>(directory.size());
    append_little<std::uint32_t>(bytes, 0x06054B50);  // end
    append_little<std::uint16_t>(bytes, 0);           // this disk
    append_little<std::uint16_t>(bytes, 0);           // the directory's disk
    append_little<std::uint16_t>(bytes, entries);     // on this disk
    append_little<std::uint16_t>(bytes, entries);     // in all
    append_little<std::uint32_t>(bytes, static_cast<std::uint32_t>(size));
    append_little<std::uint32_t>(bytes, static_cast<std::uint32_t>(offset));
    append_little<std::uint16_t>(bytes, 0);  // no comment
    return std::move(bytes);
}

}  // namespace autoencoder
