// From the first word to its command, and from exceptions to an exit status.
#include <iostream>
#include <new>
#include <span>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "base/nearest.hpp"

namespace autoencoder::cli {
namespace {

struct Entry {
    const char* name;
    const char* words;
    const char* summary;
    int (*run)(Arguments);
};

constexpr Entry entries[] = {
    {"train", "KIND", "trains a model; writes it, its log and its pictures into a folder", train},
    {"encode", "MODEL.npz", "patterns to codes", encode},
    {"decode", "MODEL.npz", "codes to patterns", decode},
    {"reconstruct", "MODEL.npz", "patterns through the code and back", reconstruct},
    {"denoise", "MODEL.npz", "noisy patterns to clean ones", denoise},
    {"classify", "MODEL.npz", "patterns to labels", classify},
    {"generate", "MODEL.npz", "new patterns from a variational autoencoder", generate},
    {"evaluate", "MODEL.npz", "errors, cost by term and the quality of the code", evaluate},
    {"show", "MODEL.npz", "the pictures of a model", show},
    {"explain", "[TAG…]", "a formula with numbers in it, and a whole training step", explain},
    {"lecture", "", "the lecture as one page", lecture_page},
    {"check", "[TAG…]", "gradient checks, a row an equation", check},
    {"terms", "CASE.npz", "every intermediate term of a case", terms},
    {"validate", "CASE.npz THEIRS.npz", "another implementation's terms, and what is wrong", validate},
    {"vectors", "", "cases with their terms, right and wrong on purpose", vectors},
    {"demo", "", "features of real digits, with their proof", demo},
    {"info", "", "version, instruction sets, threads, data", info},
};

std::string overview() {
    std::string text =
        "autoencoder: the autoencoders of a lecture, every derivation term by term\n\n"
        "usage: autoencoder COMMAND [arguments]\n\n";
    std::vector<std::vector<std::string>> rows;
    for (const Entry& entry : entries)
        rows.push_back(
            {std::string(entry.name) + (*entry.words ? " " : "") + entry.words, entry.summary});
    rows.push_back({"help [COMMAND]", "this page, or a command's: the same as COMMAND --help"});
    text += aligned(rows);
    return text +
           "\nexit status: 0 done; 1 the answer is no, or it was stopped; 2 it could not run\n";
}

int dispatch(Arguments arguments) {
    if (arguments.empty())
        throw std::invalid_argument("expected a command; `autoencoder --help` lists them");
    if (arguments[0] == "help") {
        arguments.erase(arguments.begin());
        arguments.push_back("--help");
    }
    const std::string name = arguments[0];
    if (name == "--help" || name == "-h") {
        std::cout << overview();
        return 0;
    }
    std::vector<std::string> names = {"help"};
    for (const Entry& entry : entries) {
        if (entry.name == name) return entry.run({arguments.begin() + 1, arguments.end()});
        names.push_back(entry.name);
    }
    throw std::invalid_argument("there is no command '" + name + "'; the nearest is '" +
                                nearest(name, names) + "'");
}

int could_not_run(const std::string& why) {
    std::cout.flush();
    std::cerr << "autoencoder: " << why << "\n";
    return 2;
}

}  // namespace

int run(Arguments arguments) {
    try {
        const int status = dispatch(std::move(arguments));
        if (!std::cout.flush()) return could_not_run("standard output cannot be written");
        return status;
    } catch (const std::bad_alloc&) {
        return could_not_run("there is not enough memory for this");
    } catch (const std::exception& error) {
        return could_not_run(error.what());
    }
}

}  // namespace autoencoder::cli
