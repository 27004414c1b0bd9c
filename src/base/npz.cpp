// An .npz file is a ZIP archive with a member KEY.npy for each array.
#include "autoencoder/npz.hpp"

#include "autoencoder/error.hpp"
#include "base/formats.hpp"
#include "base/inflate.hpp"
#include "base/npy.hpp"
#include "base/utf8.hpp"
#include "base/zip.hpp"

namespace autoencoder {
namespace {

constexpr std::string_view ending = ".npy";

}  // namespace

Archive decode_npz(ByteView file, const std::string& path, const Wanted& wanted) {
    Archive archive;
    archive.origin = path;
    std::size_t most = most_inflated(file.size());
    for (const ZipMember& member : zip_members(file, path)) {
        if (!member.name.ends_with(ending) || member.name.size() == ending.size()) {
            archive.left_out.push_back(in_quotes(member.name) + ", no .npy");
            continue;
        }
        std::string key = member.name.substr(0, member.name.size() - ending.size());
        if (!takes(archive, key, wanted)) continue;
        const std::string place = path + ": " + key;
        if (member.size > most)
            fail(place, "expected at most " + std::to_string(most) +
                            " bytes when inflated, in a file of this size, found " +
                            std::to_string(member.size));
        most -= member.size;
        Bytes room;
        Array array = decode_npy(zip_contents(member, room, place), place);
        archive.entries.emplace_back(std::move(key), std::move(array));
    }
    if (archive.entries.empty() && archive.unread.empty() && !archive.left_out.empty())
        fail(path, "expected members named KEY.npy, found " + archive.left_out[0]);
    return archive;
}

Archive read_npz(const std::string& path, const Wanted& wanted) {
    return decode_npz(read_file(path), path, wanted);
}

void write_npz(const std::string& path, const Archive& archive) {
    ZipWriter zip;
    std::size_t size = 0;  // about, so that no larger room is needed while the bytes move to it
    for (const auto& [name, array] : archive.entries) size += array.size() * sizeof(double) + 512;
    zip.bytes.reserve(size);
    for (const auto& [name, array] : archive.entries) {
        require(!name.empty(), "an array in an archive needs a name");
        zip.add(name + std::string(ending), encode_npy(array));
    }
    write_file(path, zip.finish());
}

}  // namespace autoencoder
