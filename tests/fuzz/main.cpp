// Hostile files: cases, results, models, data sets and checkpoints, damaged and read as the commands read
// them. Built with sanitizers (make fuzz), so that any access outside a buffer ends the program; whatever is
// refused has to be refused in one line, by std::runtime_error where a file is read.
//
// With clang's libFuzzer (-fsanitize=fuzzer, COVERED) new inputs are bred from those that reach new code:
//     fuzz [options of libFuzzer] CORPUS      a folder, into which the valid files go first
// Without it they are damaged at random:
//     fuzz [ROUNDS]
//
// An input is a byte that chooses the target, and its file. Half of the changes to an archive are inside one
// member, with a checksum that is right: behind a wrong one nobody reads on.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/random.hpp"
#include "base/npy.hpp"
#include "base/zip.hpp"
#include "cli/commands.hpp"
#include "diagnosis/theirs.hpp"
#include "diagnosis/vectors.hpp"
#include "io/foreign.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

/// A valid file, and what reads it from a path.
struct Target {
    std::string name;  // of the file
    Bytes valid;
    std::function<void(const std::string& path)> read;
};

/// A command: status 0, 1, or 2 and one line.
void command(std::vector<std::string> words) {
    std::stringbuf out, err;
    std::streambuf *const before_out = std::cout.rdbuf(&out), *const before_err = std::cerr.rdbuf(&err);
    const int status = cli::run(std::move(words));
    std::cout.rdbuf(before_out);
    std::cerr.rdbuf(before_err);
    const std::string said = err.str();
    if (status == 0 || status == 1) return;
    if (status != 2 || said.find('\n') + 1 != said.size())
        throw std::logic_error("status " + std::to_string(status) + ": " + said);
    throw std::runtime_error(said.substr(0, said.size() - 1));
}

/// The numbers of an archive, without its texts.
Archive numbers_of(Archive archive) {
    std::erase_if(archive.entries, [](const auto& entry) { return entry.second.is_text(); });
    return archive;
}

/// A case and its results, and data sets, in the formats of other programs.
void add_foreign(std::vector<Target>& targets, const Archive& archive, const Case& c) {
    const auto read_in = [](const auto& path) { read_case(read_archive(path)); };
    const auto read_out = [c](const auto& path) { diagnosis::read_theirs(c, read_archive(path)); };
    for (const bool compressed : {false, true}) {
        targets.push_back({"case.mat", test::mat_file(archive, compressed), read_in});
        targets.push_back({"theirs.mat", test::mat_file(numbers_of(compute_terms(c)), compressed), read_out});
    }
    targets.push_back({"case.safetensors", test::safetensors_file(numbers_of(archive)), read_in});
    targets.push_back({"theirs.safetensors", test::safetensors_file(compute_terms(c)), read_out});
}
void add_foreign_data(std::vector<Target>& targets) {
    const auto read = [](const auto& path) { load_data(path, Split::train); };
    targets.push_back({"data.csv", bytes_of("label,a,b\n1,0.5,2e-3\n0,-3,4\n"), read});
    targets.push_back({"data.txt", bytes_of("0.5 2e-3\n% words\n-3 4\n"), read});
    targets.push_back({"data.idx", from_hex("000008030000000200000001000000030102030405ff"), read});
    targets.push_back({"data.gz",
                       from_hex("1f8b08080000000002ff6c6162656c73006360e060646060606665600100"
                                "76bae60f0b000000"),
                       read});
}

/// Of every test vector its case, its terms, and its network as a trained model; data sets; checkpoints.
std::vector<Target> all_targets(const Scratch& scratch) {
    std::vector<Target> targets;
    const std::string work = scratch.path("work.npz");
    const auto add = [&](const char* name, const Archive& archive, auto read) {
        write_npz(work, archive);
        targets.push_back({name, read_file(work), read});
    };
    for (const diagnosis::TestVector& vector : diagnosis::test_vectors()) {
        const Case c = read_case(vector.archive);
        add("case.npz", vector.archive, [](const auto& path) { read_case(read_npz(path)); });
        add("theirs.npz", compute_terms(c),
            [c](const auto& path) { diagnosis::read_theirs(c, read_npz(path)); });
        save_model(work, {c.network, c.theta, 0, 0, {}});
        targets.push_back({"model.npz", read_file(work), [](const auto& path) { load_model(path); }});
        add_foreign(targets, vector.archive, c);
    }
    add_foreign_data(targets);
    Archive keras;
    keras.add("x_train", Array({2, 1, 2, 3}, std::vector<std::uint8_t>(12, 9)));
    keras.add("y_train", Array({2, 1}, std::vector<double>{1, 0}));
    add("keras.npz", keras, [](const auto& path) { load_data(path, Split::train); });
    Matrix<float> x(6, 4);
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(i % 5) / 5;
    Archive data;
    data.add("x", x);
    data.add("labels", Array({6}, std::vector<std::int64_t>{0, 1, 0, 1, 0, 1}));
    add("data.npz", data, [](const auto& path) { load_data(path, Split::train); });
    targets.push_back({"data.npy", encode_npy(x), [](const auto& path) { load_data(path, Split::train); }});
    const Bytes idx = from_hex("00000803000000020000000200000003" "000102030405060708090a0b");
    const auto read_images = [](const std::string& path) {
        load_data(std::filesystem::path(path).parent_path().string(), Split::train);
    };
    std::filesystem::create_directory(scratch.path("plain"));
    std::filesystem::create_directory(scratch.path("packed"));
    targets.push_back({"plain/train-images-idx3-ubyte", idx, read_images});
    targets.push_back({"packed/train-images-idx3-ubyte.gz", from_hex("1f8b08000000000002036360e0606660606082626606462666165636760e"
                                          "4e2e6e00781e23841c000000"),
                       read_images});

    // Runs in the middle, which are gone on with for a step.
    write_npz(scratch.path("patterns.npz"), data);
    const std::string folder = scratch.path("run");
    const auto run = [&](std::vector<std::string> words, const char* steps) {
        words.insert(words.begin(), "train");
        const std::vector<std::string> more = {"--data", scratch.path("patterns.npz"), "--hidden", "2",
                                               "--checkpoint", "1", "--out", folder, "--quiet", "--threads", "1",
                                               "--overwrite"};
        std::vector<std::string> first = words;
        first.insert(first.end(), more.begin(), more.end());
        command(first);
        targets.push_back({"checkpoint.npz", read_file(folder + "/checkpoint.npz"),
                           [=, kind = words[1]](const std::string& path) {
                               command({"train", kind, "--resume", path, steps, "1", "--out", folder, "--quiet", "--overwrite"});
                           }});
    };
    run({"sparse", "--iterations", "1"}, "--iterations");
    run({"shallow", "--optimizer", "adam", "--epochs", "1", "--validation", "2"}, "--epochs");
    run({"shallow", "--optimizer", "online", "--epochs", "1"}, "--epochs");
    const std::string model = folder + "/model.npz";
    targets.push_back({"model.npz", read_file(model), [&scratch](const auto& path) {
                           command({"evaluate", path, "--data", scratch.path("patterns.npz")});
                       }});
    return targets;
}

/// Changes bytes somehow; the second argument is the most that there may be.
using Change = std::function<Bytes(Bytes, std::size_t)>;

/// The file changed: anywhere, or inside of a member of the archive that it is.
Bytes changed(const Bytes& file, std::size_t most, Random& random, const Change& change) {
    if (random.below(2) == 0) return change(file, most);
    try {
        const std::vector<ZipMember> members = zip_members(file, "");
        if (members.empty()) return change(file, most);
        const std::size_t chosen = random.below(members.size());
        ZipWriter zip;
        for (std::size_t i = 0; i < members.size(); ++i) {
            Bytes room;
            const ByteView whole = zip_contents(members[i], room, "");
            const Bytes contents(whole.begin(), whole.end());
            zip.add(members[i].name, i == chosen ? change(contents, most) : contents);
        }
        Bytes result = zip.finish();
        return result.size() <= most ? result : change(file, most);
    } catch (const std::exception&) {
        return change(file, most);  // it is no archive any more
    }
}

const Scratch& scratch() {
    static const Scratch folder;
    return folder;
}
const std::vector<Target>& targets() {
    static const std::vector<Target> all = all_targets(scratch());
    return all;
}

/// Whether the file was read; false: refused. Ends the program where a complaint is more than a line.
bool read_as(const Target& target, ByteView file) {
    const std::string path = scratch().put(target.name, file);
    try {
        target.read(path);
        return true;
    } catch (const std::runtime_error& error) {
        if (std::string_view(error.what()).find('\n') == std::string_view::npos) return false;
        std::printf("%s: more than a line: %s\n", target.name.c_str(), error.what());
        std::abort();
    }
}

}  // namespace

#ifdef COVERED

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

int LLVMFuzzerInitialize(int* count, char*** words) {
    ::setenv("AUTOENCODER_MEMORY", "268435456", 1);
    const std::filesystem::path corpus = (*words)[*count - 1];
    if (*count < 2 || !std::filesystem::is_directory(corpus)) return 0;
    for (std::size_t t = 0; t < targets().size(); ++t) {
        Bytes input = targets()[t].valid;
        input.insert(input.begin(), std::uint8_t(t));
        write_file((corpus / ("valid-" + std::to_string(t))).string(), input);
    }
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    if (size < 2) return LLVMFuzzerMutate(data, size, most);
    Random random(seed);
    const Bytes result = changed(Bytes(data + 1, data + size), most - 1, random, [](Bytes bytes, std::size_t limit) {
        const std::size_t before = bytes.size();
        bytes.resize(std::max(before, std::min(limit, before + 64)));
        bytes.resize(LLVMFuzzerMutate(bytes.data(), before, bytes.size()));
        return bytes;
    });
    std::copy(result.begin(), result.end(), data + 1);
    return result.size() + 1;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) read_as(targets()[data[0] % targets().size()], {data + 1, size - 1});
    return 0;
}

}  // extern "C"

#else

namespace {

/// One to eight changes: bytes replaced, inserted, taken out, the end cut off.
Bytes damaged(Bytes bytes, Random& random) {
    for (std::size_t change = 1 + random.below(8); change > 0 && !bytes.empty(); --change) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + std::ptrdiff_t(at);
        const std::uint8_t value = std::uint8_t(random.below(256));
        switch (random.below(6)) {
            case 0: *place = value; break;
            case 1: *place = std::uint8_t(*place ^ (1 << random.below(8))); break;
            case 2: *place = random.below(2) == 0 ? 0 : 255; break;
            case 3: bytes.insert(place, value); break;
            case 4: bytes.erase(place); break;
            default: bytes.resize(bytes.size() - random.below(bytes.size() - at)); break;
        }
    }
    return bytes;
}

}  // namespace

int main(int count, char** words) {
    ::setenv("AUTOENCODER_MEMORY", "268435456", 1);
    const long rounds = count > 1 ? std::atol(words[1]) : 20000;
    Random random(1);
    const Change damage = [&](Bytes bytes, std::size_t) { return damaged(std::move(bytes), random); };
    long read = 0;
    for (long round = 0; round < rounds; ++round) {
        const Target& target = targets()[random.below(targets().size())];
        read += read_as(target, changed(target.valid, std::size_t(-1), random, damage));
    }
    std::printf("%ld damaged files: %ld refused, %ld still well-formed\n", rounds, rounds - read, read);
    return read < rounds ? 0 : 1;
}

#endif
