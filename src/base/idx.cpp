// IDX, the format of the MNIST files, big endian:
//
//     00 00  type  dimensions          type 08: unsigned bytes, the only one that we read
//     size (4) of each dimension       images: how many, rows, columns; labels: how many
//     the bytes, the last index running fastest
#include "autoencoder/data.hpp"

#include "autoencoder/error.hpp"
#include "base/bytes.hpp"
#include "base/gzip.hpp"
#include "base/npy.hpp"

namespace autoencoder {

Idx read_idx(const std::string& path) {
    Bytes file = read_file(path);
    if (path.ends_with(".gz")) file = gunzip(file, path);

    Cursor in{file, path};
    const auto magic = in.big<std::uint32_t>("magic number");
    const std::uint32_t dimensions = magic & 0xFF;
    if (magic >> 8 != 8 || dimensions < 1 || dimensions > 3) {
        fail(path,
             "byte 0: expected an IDX file of unsigned bytes in 1 to 3 dimensions (magic "
             "number 2049 to 2051), found " +
                 std::to_string(magic));
    }
    Idx idx;
    while (idx.shape.size() < dimensions) idx.shape.push_back(in.big<std::uint32_t>("size"));
    if (count_of(idx.shape) != in.left()) {
        fail(path, "byte " + std::to_string(in.at) + ": expected as many bytes as the sizes " +
                       shape_text(idx.shape) + " say, found " + std::to_string(in.left()));
    }
    file.erase(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(in.at));
    idx.values = std::move(file);
    return idx;
}

}  // namespace autoencoder
