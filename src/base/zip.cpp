// ZIP archives, the reading side:
//
//     local header, name, extra fields, data       a member; and so on for each
//     central header, name, extra fields, comment  its entry in the directory; and so on
//     [zip64 end, zip64 locator]                   where a number is too large for the end
//     end, comment                                 how many entries, and where they begin
//
// One finds the end from behind, then the directory, then the members. What the directory says
// counts: a local header may leave checksum and sizes open (for a descriptor behind the data), so
// only its method and name are compared. Numbers are little endian.
#include "base/zip.hpp"

#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/inflate.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <set>

namespace autoencoder {
namespace {

constexpr std::uint32_t local_signature = 0x04034B50, central_signature = 0x02014B50,
                        end_signature = 0x06054B50, end64_signature = 0x06064B50,
                        locator_signature = 0x07064B50;
constexpr std::size_t end_size = 22, locator_size = 20, longest_comment = 65535;
constexpr std::uint32_t elsewhere = 0xFFFFFFFF;  // the number is in a zip64 record
constexpr std::uint16_t elsewhere16 = 0xFFFF;
constexpr std::uint16_t zip64_field = 1;
constexpr unsigned encrypted = 1u << 0 | 1u << 6 | 1u << 13;  // also strongly, also the directory
constexpr unsigned patch = 1u << 5;

struct Directory {
    std::uint64_t entries, size, offset;
};

struct Extent {
    std::size_t begin, end;
    const std::string* name;
};

// A cursor that stands where the archive says something begins.
Cursor open_at(ByteView archive, const std::string& place, std::uint64_t offset, const char* what) {
    if (offset > archive.size()) {
        fail(place, std::string("expected ") + what + " within " + std::to_string(archive.size()) +
                        " bytes, found its offset to be " + std::to_string(offset));
    }
    return Cursor{archive, place, static_cast<std::size_t>(offset)};
}

void expect_signature(Cursor& in, std::uint32_t signature, const char* what) {
    const std::size_t at = in.at;
    if (in.little<std::uint32_t>(what) != signature) {
        fail(in.place, "byte " + std::to_string(at) + ": expected " + what +
                           " of a ZIP archive, found something else");
    }
}

std::size_t find_end(ByteView archive, const std::string& place) {
    if (archive.size() >= end_size) {
        const std::size_t last = archive.size() - end_size;
        const std::size_t first = last - std::min(last, longest_comment);
        for (std::size_t at = last + 1; at-- > first;) {
            const std::uint8_t* end = archive.data() + at;
            if (load_little<std::uint32_t>(end) == end_signature &&
                load_little<std::uint16_t>(end + 20) == last - at) {
                return at;
            }
        }
    }
    fail(place, "expected a ZIP archive, found no end of one: it is cut short, or something else");
}

Directory find_directory(ByteView archive, const std::string& place) {
    const std::size_t end_at = find_end(archive, place);
    Cursor end{archive, place, end_at + 4};
    const auto disk = end.little<std::uint16_t>("disk");
    const auto first_disk = end.little<std::uint16_t>("disk");
    const auto entries_here = end.little<std::uint16_t>("entries");
    const auto entries = end.little<std::uint16_t>("entries");
    const auto size = end.little<std::uint32_t>("directory size");
    const auto offset = end.little<std::uint32_t>("directory offset");
    if ((disk != 0 && disk != elsewhere16) || disk != first_disk || entries_here != entries) {
        fail(place, "expected an archive in one piece, found one of several disks");
    }
    Directory directory{entries, size, offset};
    std::size_t limit = end_at;
    const std::uint8_t* before_end = archive.data() + end_at - std::min(end_at, locator_size);
    if (end_at >= locator_size && load_little<std::uint32_t>(before_end) == locator_signature) {
        Cursor locator{archive, place, end_at - locator_size + 4};
        locator.take(4, "disk");
        const auto end64_at = locator.little<std::uint64_t>("zip64 offset");
        Cursor end64 = open_at(archive, place, end64_at, "the zip64 end");
        expect_signature(end64, end64_signature, "the zip64 end");
        end64.take(8 + 2 + 2 + 4 + 4 + 8, "zip64 end");
        directory.entries = end64.little<std::uint64_t>("entries");
        directory.size = end64.little<std::uint64_t>("directory size");
        directory.offset = end64.little<std::uint64_t>("directory offset");
        limit = static_cast<std::size_t>(end64_at);
    }
    if (directory.offset > limit || directory.size != limit - directory.offset) {
        fail(place, "expected a directory of " + std::to_string(directory.size) +
                        " bytes at byte " + std::to_string(directory.offset) +
                        ", found its end at byte " + std::to_string(limit));
    }
    return directory;
}

// Replaces those of the three numbers that are elsewhere by what the zip64 field holds, in order.
void read_zip64(ByteView extra, const std::string& place, std::uint64_t& size,
                std::uint64_t& compressed, std::uint64_t& offset) {
    Cursor in{extra, place};
    while (in.left() >= 4) {
        const auto id = in.little<std::uint16_t>("extra field");
        Cursor field{in.take(in.little<std::uint16_t>("extra field"), "extra field"), place};
        if (id != zip64_field) continue;
        for (std::uint64_t* number : {&size, &compressed, &offset}) {
            if (*number == elsewhere) *number = field.little<std::uint64_t>("zip64 number");
        }
        return;
    }
}

std::string take_text(Cursor& in, std::size_t length, const char* what) {
    const ByteView bytes = in.take(length, what);
    return std::string(bytes.begin(), bytes.end());
}

// Reads the central header under the cursor and the local header it points to. `extent` becomes
// what the member occupies.
ZipMember read_member(Cursor& in, const Directory& directory, Extent& extent) {
    expect_signature(in, central_signature, "a directory entry");
    in.take(2 + 2, "versions");
    const auto flags = in.little<std::uint16_t>("flags");
    const auto method = in.little<std::uint16_t>("method");
    in.take(2 + 2, "time");
    const auto checksum = in.little<std::uint32_t>("checksum");
    std::uint64_t compressed = in.little<std::uint32_t>("compressed size");
    std::uint64_t size = in.little<std::uint32_t>("size");
    const auto name_length = in.little<std::uint16_t>("name length");
    const auto extra_length = in.little<std::uint16_t>("extra length");
    const auto comment_length = in.little<std::uint16_t>("comment length");
    in.take(2 + 2 + 4, "disk and attributes");
    std::uint64_t offset = in.little<std::uint32_t>("offset");
    const std::string name = take_text(in, name_length, "name");
    if (const std::string fault = zip_name_fault(name); !fault.empty()) {
        fail(in.place, "member " + in_quotes(name) + ": " + fault);
    }
    const std::string place = in.place + ": " + name;
    read_zip64(in.take(extra_length, "extra fields"), place, size, compressed, offset);
    in.take(comment_length, "comment");

    if (flags & encrypted) fail(place, "expected a plain member, found an encrypted one");
    if (flags & patch) fail(place, "expected a plain member, found a patch");
    if (method != 0 && method != 8) {
        fail(place, "expected compression method 0 (stored) or 8 (deflated), found " +
                        std::to_string(method));
    }
    if (method == 0 && size != compressed) {
        fail(place, "expected equal sizes of a stored member, found " + std::to_string(size) +
                        " and " + std::to_string(compressed));
    }

    Cursor local = open_at(in.bytes.first(directory.offset), place, offset, "the local header");
    expect_signature(local, local_signature, "a local header");
    local.take(2 + 2, "version and flags");
    const auto local_method = local.little<std::uint16_t>("method");
    local.take(2 + 2 + 4 + 4 + 4, "time, checksum and sizes");
    const auto local_name_length = local.little<std::uint16_t>("name length");
    const auto local_extra_length = local.little<std::uint16_t>("extra length");
    const std::string local_name = take_text(local, local_name_length, "name");
    if (local_name != name || local_method != method) {
        fail(place, "expected the same name and method in both headers, found " +
                        in_quotes(local_name) + " and method " + std::to_string(local_method));
    }
    local.take(local_extra_length, "extra fields");
    if (compressed > local.left()) {
        fail(place, "byte " + std::to_string(local.at) + ": expected " +
                        std::to_string(compressed) + " bytes of data, found " +
                        std::to_string(local.left()));
    }
    const ByteView data = local.take(static_cast<std::size_t>(compressed), "data");
    extent = {static_cast<std::size_t>(offset), local.at, nullptr};
    return {name, method, checksum, static_cast<std::size_t>(size), data};
}

}  // namespace

std::string zip_name_fault(const std::string& name) {
    if (name.empty()) return "expected a name, found an empty one";
    if (name.find_first_of("/\\") != std::string::npos || name.find("..") != std::string::npos) {
        return "expected a plain name, found one that leads into another folder";
    }
    if (!is_plain_name(name)) return "expected a name in plain UTF-8";
    return "";
}

std::vector<ZipMember> zip_members(ByteView archive, const std::string& place) {
    const Directory directory = find_directory(archive, place);
    const auto directory_end = static_cast<std::size_t>(directory.offset + directory.size);
    Cursor in{archive.first(directory_end), place, static_cast<std::size_t>(directory.offset)};

    std::vector<ZipMember> members;
    std::vector<Extent> extents;
    while (in.left() > 0) members.push_back(read_member(in, directory, extents.emplace_back()));
    if (members.size() != directory.entries) {
        fail(place, "expected " + std::to_string(directory.entries) + " directory entries, found " +
                        std::to_string(members.size()));
    }

    std::set<std::string_view> names;
    for (std::size_t i = 0; i < members.size(); ++i) {
        extents[i].name = &members[i].name;
        if (!names.insert(members[i].name).second) {
            fail(place, "expected different names, found " + in_quotes(members[i].name) + " twice");
        }
    }
    // Members that share their data make a small archive inflate to any size.
    std::sort(extents.begin(), extents.end(),
              [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < extents.size(); ++i) {
        if (extents[i].begin < extents[i - 1].end) {
            fail(place, "expected members one behind the other, found " +
                            in_quotes(*extents[i].name) + " within " +
                            in_quotes(*extents[i - 1].name));
        }
    }
    return members;
}

ByteView zip_contents(const ZipMember& member, Bytes& room, const std::string& place) {
    ByteView contents = member.data;
    if (member.method != 0) {
        Inflated inflated = inflate(member.data, member.size, place);
        if (inflated.used != member.data.size()) {
            fail(place, "expected " + std::to_string(member.data.size()) +
                            " compressed bytes, found the end after " +
                            std::to_string(inflated.used));
        }
        room = std::move(inflated.bytes);
        contents = room;
    }
    if (const std::uint32_t found = crc32(contents); found != member.checksum) {
        fail(place, "expected checksum " + std::to_string(member.checksum) + ", found " +
                        std::to_string(found));
    }
    return contents;
}

}  // namespace autoencoder
