// From the first word to its command, and from exceptions to an exit status.
#include <iostream>
#include <new>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "base/utf8.hpp"
#include "cli/interrupt.hpp"
#include "cli/kinds.hpp"
#include "cli/shelf.hpp"

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
    {"terms", "CASE", "every intermediate term of a case", terms},
    {"validate", "CASE THEIRS…", "another implementation's terms, and what is wrong", validate},
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

/// The tables of every command, and of every kind of training.
std::vector<Command> all_commands() {
    std::vector<Command> commands;
    help_collected() = &commands;
    for (const Entry& entry : entries) {
        if (entry.run != train) entry.run({"--help"});
        else for (const std::string& kind : kind_names()) train({kind, "--help"});
    }
    help_collected() = nullptr;
    return commands;
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
    if (name == "--version") {
        std::cout << "autoencoder " << version << "\n";
        return 0;
    }
    if (name == "--man" || name == "--completion") {
        const std::string shell = arguments.size() > 1 ? arguments[1] : "";
        std::cout << (name == "--man" ? man_page(all_commands()) : completion(shell, all_commands()));
        return 0;
    }
    std::vector<std::string> names = {"help"};
    for (const Entry& entry : entries) {
        if (entry.name == name) return entry.run({arguments.begin() + 1, arguments.end()});
        names.push_back(entry.name);
    }
    throw std::invalid_argument("there is no command '" + name + "'" + nearest_words(name, names));
}

int could_not_run(const std::string& why) {
    std::cout.flush();
    std::cerr << "autoencoder: " << harmless(why) << "\n";
    return 2;
}

std::string& name_called() {
    static std::string name = "autoencoder";
    return name;
}

}  // namespace

const std::string& program_name() { return name_called(); }

int run(Arguments arguments, const std::string& name) {
    no_signals_for_writes();
    const Handled tidy(end_tidily);
    name_called() = as_word(name);
    try {
        const int status = dispatch(std::move(arguments));
        if (!std::cout.flush()) return could_not_run("standard output cannot be written");
        return status;
    } catch (const Unheard& stopped) {
        return could_not_run(stopped.what()) - 1;
    } catch (const std::bad_alloc&) {
        return could_not_run("there is not enough memory for this");
    } catch (const std::exception& error) {
        return could_not_run(error.what());
    }
}

}  // namespace autoencoder::cli
