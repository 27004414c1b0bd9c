// Hostile files: cases, results and models of every kind of network, as NumPy, MATLAB, safetensors and
// tables have them, and data sets, damaged at random and read as the commands read them. Built with sanitizers (make fuzz), so that any access outside a buffer ends the program; and whatever is
// refused has to be refused by std::runtime_error in one line.
//
//     fuzz [ROUNDS]
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/random.hpp"
#include "diagnosis/theirs.hpp"
#include "diagnosis/vectors.hpp"
#include "base/npy.hpp"
#include "io/foreign.hpp"
#include "base/zip.hpp"

using namespace autoencoder;

namespace {

/// One to eight changes: bytes replaced, inserted, taken out, pieces doubled, the end cut off.
Bytes damaged(Bytes bytes, Random& random) {
    for (std::size_t change = 1 + random.below(8); change > 0 && !bytes.empty(); --change) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + std::ptrdiff_t(at);
        const std::uint8_t value = std::uint8_t(random.below(256));
        switch (random.below(6)) {
            case 0:
                *place = value;
                break;
            case 1:
                *place = std::uint8_t(*place ^ (1 << random.below(8)));
                break;
            case 2:
                *place = random.below(2) == 0 ? 0 : 255;
                break;
            case 3:
                bytes.insert(place, value);
                break;
            case 4:
                bytes.erase(place);
                break;
            default:
                bytes.resize(bytes.size() - random.below(bytes.size() - at));
                break;
        }
    }
    return bytes;
}

/// An archive with damage somewhere in the file, or in one member with a checksum that is right.
Bytes damaged(const Archive& archive, Random& random) {
    const bool inside = random.below(2) == 0;
    const std::size_t member = random.below(archive.entries.size());
    ZipWriter zip;
    for (std::size_t i = 0; i < archive.entries.size(); ++i) {
        const Bytes npy = encode_npy(archive.entries[i].second);
        zip.add(archive.entries[i].first + ".npy",
                inside && i == member ? damaged(npy, random) : npy);
    }
    return inside ? zip.finish() : damaged(zip.finish(), random);
}

/// A valid archive, or a file in another format, and what reads it from a file.
struct Target {
    Archive archive;
    std::function<void(const std::string& path)> read;
    Bytes file = {};

    Bytes hostile(Random& random) const {
        return file.empty() ? damaged(archive, random) : damaged(file, random);
    }
};

/// The numbers of an archive, without its texts.
Archive numbers_of(Archive archive) {
    std::erase_if(archive.entries, [](const auto& entry) { return entry.second.is_text(); });
    return archive;
}

/// A case and its results in the formats of other programs.
void add_foreign(std::vector<Target>& targets, const Archive& archive, const Case& c) {
    const auto read_in = [](const auto& path) { read_case(read_archive(path)); };
    const auto read_out = [c](const auto& path) { diagnosis::read_theirs(c, read_archive(path)); };
    for (const bool compressed : {false, true}) {
        targets.push_back({{}, read_in, test::mat_file(archive, compressed)});
        targets.push_back({{}, read_out, test::mat_file(numbers_of(compute_terms(c)), compressed)});
    }
    targets.push_back({{}, read_in, test::safetensors_file(numbers_of(archive))});
    targets.push_back({{}, read_out, test::safetensors_file(compute_terms(c))});
}

/// Data sets.
void add_data(std::vector<Target>& targets) {
    const auto read = [](const auto& path) { load_data(path, Split::train); };
    targets.push_back({{}, read, bytes_of("label,a,b\n1,0.5,2e-3\n0,-3,4\n")});
    targets.push_back({{}, read, bytes_of("0.5 2e-3\n% words\n-3 4\n")});
    targets.push_back({{}, read, from_hex("000008030000000200000001000000030102030405ff")});
    targets.push_back({{}, read,
                       from_hex("1f8b08080000000002ff6c6162656c73006360e060646060606665600100"
                                "76bae60f0b000000")});
    Archive keras;
    keras.add("x_train", Array({2, 1, 2, 3}, std::vector<std::uint8_t>(12, 9)));
    keras.add("y_train", Array({2, 1}, std::vector<double>{1, 0}));
    targets.push_back({keras, read});
}

/// Of every test vector its case, its terms, and its network as a trained model.
std::vector<Target> all_targets(const Scratch& scratch) {
    std::vector<Target> targets;
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
        const Case c = read_case(vector.archive);
        const std::string model = scratch.path("model.npz");
        save_model(model, {c.network, c.theta, 0, 0, {}});
        targets.push_back({vector.archive, [](const auto& path) { read_case(read_npz(path)); }});
        targets.push_back({compute_terms(c), [c](const auto& path) {
                               diagnosis::read_theirs(c, read_npz(path));
                           }});
        targets.push_back({read_npz(model), [](const auto& path) { load_model(path); }});
        add_foreign(targets, vector.archive, c);
    }
    add_data(targets);
    return targets;
}

}  // namespace

int main(int count, char** words) {
    const long rounds = count > 1 ? std::atol(words[1]) : 20000;
    const Scratch scratch;
    const std::vector<Target> targets = all_targets(scratch);
    Random random(1);
    long read = 0, refused = 0;
    for (long round = 0; round < rounds; ++round) {
        const Target& target = targets[random.below(targets.size())];
        const std::string path = scratch.put("hostile.npz", target.hostile(random));
        try {
            target.read(path);
            ++read;
        } catch (const std::runtime_error& error) {
            ++refused;
            if (std::string_view(error.what()).find('\n') == std::string_view::npos) continue;
            std::printf("round %ld: more than a line: %s\n", round, error.what());
            return 1;
        }
    }
    std::printf("%ld damaged archives: %ld refused, %ld still well-formed\n", rounds, refused,
                read);
    return rounds == read + refused && refused > 0 ? 0 : 1;
}
