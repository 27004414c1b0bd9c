// ZIP archives (PKWARE's APPNOTE.TXT), as much of them as .npz needs: members that are stored or
// deflated, in one piece, unencrypted, with plain names. Everything else is refused by name.
#pragma once

#include "autoencoder/file.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace autoencoder {

/// A file within an archive that is kept by somebody else.
struct ZipMember {
    std::string name;
    std::uint16_t method;  // 0 stored, 8 deflated
    std::uint32_t checksum;
    std::size_t size;  // when inflated
    ByteView data;     // as it stands in the archive
};

/// The members in the order of the central directory. Throws std::runtime_error "place: byte b: …"
/// unless every header is in its place, sizes agree, members do not overlap, and names are
/// different and plain.
std::vector<ZipMember> zip_members(ByteView archive, const std::string& place);

/// The contents of a member: its own bytes where they are stored, else inflated into `room`.
/// Throws std::runtime_error "place: …" if they cannot be inflated, or the checksum differs.
ByteView zip_contents(const ZipMember& member, Bytes& room, const std::string& place);

/// What is wrong with the name of a member, or "" if nothing: a plain name is UTF-8 without control
/// characters, slashes and "..", so that unpacking an archive can never leave the folder.
std::string zip_name_fault(const std::string& name);

/// Writes an archive of stored members that all bear the first time ZIP knows (1980-01-01).
/// Archives have less than 4 GiB. Throws std::invalid_argument for a name that is not plain or
/// is there already, or too much data.
struct ZipWriter {
    Bytes bytes;
    std::vector<std::pair<std::string, Bytes>> directory;  // name, entry

    void add(const std::string& name, ByteView contents);
    Bytes finish();
};

}  // namespace autoencoder
