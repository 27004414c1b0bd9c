// Hostile bytes: cases, results, models, data sets and checkpoints, damaged and read as the commands read
// them, in memory. Built with sanitizers (make fuzz), so that any access outside a buffer ends the program;
// whatever is refused has to be refused in one line.
//
//     fuzz --plan ROUNDS            so many inputs, shared among the targets: a line each, NAME RUNS
//     fuzz NAME [RUNS] [options]    one target
//
// With clang's libFuzzer (-fsanitize=fuzzer, COVERED) new inputs are bred from those that reach new code, in
// the folder corpus/NAME beside the program, into which the valid inputs go first; the options are libFuzzer's.
// Without it valid inputs are damaged at random.
//
// Half of the changes to an archive are inside one member, with a checksum that is right: behind a wrong one
// nobody reads on.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "autoencoder/random.hpp"
#include "base/zip.hpp"
#include "fuzz/targets.hpp"

using namespace autoencoder;

namespace {

/// Changes bytes somehow; the second argument is the most that there may be.
using Change = std::function<Bytes(Bytes, std::size_t)>;

/// The input changed: anywhere, or inside of a member of the archive that it is, behind so many bytes.
Bytes changed(const Bytes& input, std::size_t most, Random& random, const Change& change) {
    const std::uint8_t mark[] = {'P', 'K'};
    const auto archive =
        std::search(input.begin(), std::min(input.begin() + 3, input.end()), mark, mark + 2);
    if (archive >= input.begin() + 2 || random.below(2) == 0) return change(input, most);
    try {
        const Bytes file(archive, input.end());
        const std::vector<ZipMember> members = zip_members(file, "");
        if (members.empty()) return change(input, most);
        const std::size_t chosen = random.below(members.size());
        ZipWriter zip;
        for (std::size_t i = 0; i < members.size(); ++i) {
            Bytes room;
            const ByteView whole = zip_contents(members[i], room, "");
            const Bytes contents(whole.begin(), whole.end());
            zip.add(members[i].name, i == chosen ? change(contents, most) : contents);
        }
        Bytes result = zip.finish();
        result.insert(result.begin(), input.begin(), archive);
        return result.size() <= most ? result : change(input, most);
    } catch (const std::exception&) {
        return change(input, most);  // it is no archive any more
    }
}

/// Whether it was read; false: refused. Ends the program where a complaint is more than a line.
bool is_read(const fuzz::Target& target, ByteView input) {
    std::string said;
    try {
        target.read(input);
        return true;
    } catch (const std::runtime_error& error) {
        said = error.what();
    } catch (const std::invalid_argument& error) {
        said = error.what();
    }
    if (!said.empty() && said.find('\n') == said.npos) return false;
    std::printf("%s: no line, or more than one: %s\n", target.name.c_str(), said.c_str());
    std::abort();
}

const fuzz::Target& find(const std::string& name) {
    for (const fuzz::Target& target : fuzz::targets())
        if (target.name == name) return target;
    std::printf("there is no target '%s'\n", name.c_str());
    std::exit(2);
}

int print_plan(double rounds) {
    double shares = 0;
    for (const fuzz::Target& target : fuzz::targets()) shares += 1.0 / target.one_in;
    for (const fuzz::Target& target : fuzz::targets())
        std::printf("%s %.0f\n", target.name.c_str(), rounds / shares / target.one_in + 1);
    return 0;
}

}  // namespace

#ifdef COVERED

namespace {
const fuzz::Target* chosen = nullptr;
}

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

int LLVMFuzzerInitialize(int* count, char*** words) {
    ::setenv("AUTOENCODER_MEMORY", "268435456", 1);
    const std::string first = *count > 1 ? (*words)[1] : "";
    if (first == "--plan") std::exit(print_plan(*count > 2 ? std::atof((*words)[2]) : 20000));
    chosen = &find(first);
    namespace fs = std::filesystem;
    const fs::path corpus = fs::path((*words)[0]).parent_path() / "corpus" / chosen->name;
    fs::create_directories(corpus);
    std::size_t longest = 4096;
    for (const Bytes& seed : chosen->seeds) longest = std::max(longest, seed.size() + 512);
    for (std::size_t i = 0; i < chosen->seeds.size(); ++i)
        write_file((corpus / ("valid-" + std::to_string(i))).string(), chosen->seeds[i]);
    std::string dictionary;
    for (const std::string& word : fuzz::dictionary()) {
        dictionary += '"';
        for (const char c : word) {
            char text[8];
            std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned char>(c));
            dictionary += text;
        }
        dictionary += "\"\n";
    }
    const std::string words_file = corpus.string() + ".words";
    write_file(words_file, dictionary);
    // What libFuzzer is given in place of the target's name. No reader may ask for more at a time than what
    // the largest input can hold.
    static std::vector<std::string> given = {(*words)[0],
                                             "-dict=" + words_file,
                                             "-timeout=20",
                                             "-rss_limit_mb=3000",
                                             "-malloc_limit_mb=300",
                                             "-max_len=" + std::to_string(longest),
                                             "-print_final_stats=1",
                                             "-artifact_prefix=" + corpus.string() + "."};
    for (int i = 2; i < *count; ++i) {
        const std::string word = (*words)[i];
        given.push_back(word[0] == '-' ? word : "-runs=" + word);
    }
    given.push_back(corpus.string());
    static std::vector<char*> pointers;
    for (std::string& word : given) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    *count = int(given.size());
    *words = pointers.data();
    return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    if (size < 2) return LLVMFuzzerMutate(data, size, most);
    Random random(seed);
    const Bytes result =
        changed(Bytes(data, data + size), most, random, [](Bytes bytes, std::size_t limit) {
            const std::size_t before = bytes.size();
            bytes.resize(std::max(before, std::min(limit, before + 64)));
            bytes.resize(LLVMFuzzerMutate(bytes.data(), before, bytes.size()));
            return bytes;
        });
    std::copy(result.begin(), result.end(), data);
    return result.size();
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    is_read(*chosen, {data, size});
    return 0;
}

}  // extern "C"

#else

namespace {

/// One to eight changes: bytes replaced, inserted, taken out, the end cut off, a word put in.
Bytes damaged(Bytes bytes, Random& random) {
    for (std::size_t change = 1 + random.below(8); change > 0 && !bytes.empty(); --change) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + std::ptrdiff_t(at);
        const std::uint8_t value = std::uint8_t(random.below(256));
        switch (random.below(7)) {
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
            case 5: {
                const std::string& word =
                    fuzz::dictionary()[random.below(fuzz::dictionary().size())];
                bytes.insert(place, word.begin(), word.end());
                break;
            }
            default:
                bytes.resize(bytes.size() - random.below(bytes.size() - at));
                break;
        }
    }
    return bytes;
}

}  // namespace

int main(int count, char** words) {
    ::setenv("AUTOENCODER_MEMORY", "268435456", 1);
    const std::string name = count > 1 ? words[1] : "";
    const double rounds = count > 2 ? std::atof(words[2]) : 20000;
    if (name == "--plan") return print_plan(rounds);
    const fuzz::Target& target = find(name);
    Random random(1);
    const Change damage = [&](Bytes bytes, std::size_t) {
        return damaged(std::move(bytes), random);
    };
    double read = 0;
    for (double round = 0; round < rounds; ++round)
        read += is_read(target, changed(target.seeds[random.below(target.seeds.size())],
                                        std::size_t(-1), random, damage));
    std::printf("%s: %.0f damaged inputs: %.0f refused, %.0f still well-formed\n", name.c_str(),
                rounds, rounds - read, read);
    return 0;
}

#endif
