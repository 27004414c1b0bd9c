// Whole files, in and out. A file is read in one piece, or not at all; it is written beside its
// place, flushed and renamed, so that whoever looks sees the old file or the new one, never half
// of it. No streams, no partial reads, no text translation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autoencoder {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The largest file that is read unless the caller says otherwise: 4 GiB, about 20 times MNIST in
/// float32. More is taken for a mistake.
inline constexpr std::size_t largest_file = std::size_t{1} << 32;

/// The bytes of a regular file. Throws std::runtime_error if there is no such file, if it is a
/// folder or a device, is larger than `limit` bytes, or cannot be read.
Bytes read_file(const std::string& path, std::size_t limit = largest_file);

/// Writes the file, or leaves what was there untouched and throws std::runtime_error. The folder
/// must exist; an existing regular file is replaced, of a link the one that it leads to, anything else of
/// that name is refused. When it
/// returns the new file is on the disk, also under its name: what it stands for may be removed.
void write_file(const std::string& path, ByteView bytes);
void write_file(const std::string& path, std::string_view text);

/// Removes what write_file has not finished; for the handler of a signal that ends the process. Where several
/// threads write it is one of their files.
void remove_unfinished() noexcept;

/// A folder that is nobody else's to write into, as long as this lives: what two runs would leave there
/// belongs to neither. Removes what dead processes were writing, not what living ones are. A file system
/// that knows no locks lets everybody in. In the end a folder made for it that stayed empty is removed.
class FolderClaim {
public:
    /// `made`: the folder, and those that it lies in, that were made for this, the innermost first. Throws
    /// std::runtime_error if somebody has it.
    explicit FolderClaim(const std::string& folder, std::vector<std::string> made = {});
    ~FolderClaim();
    FolderClaim(FolderClaim&& other) noexcept : number_(std::exchange(other.number_, -1)), made_(std::move(other.made_)) {}
    FolderClaim& operator=(FolderClaim&&) = delete;

private:
    int number_;
    std::vector<std::string> made_;
};

}  // namespace autoencoder
