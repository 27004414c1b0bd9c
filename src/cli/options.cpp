#include "cli/options.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/kernels.hpp"

namespace autoencoder::cli {
namespace {

const Option& find(const Command& command, const std::string& name) {
    if (const Option* option = find_option(command.groups, name)) return *option;
    std::vector<std::string> known = {"--help"};
    for (const Group& group : command.groups) {
        for (const Option& option : group.options) known.push_back(option.name);
    }
    constexpr const char* elsewhere[][2] = {  // what others, and the lecture's letters, call it
        {"--lr", "--learning-rate"},    {"--eta", "--learning-rate"}, {"--lambda", "--weight-penalty"},
        {"--beta", "--sparsity-weight"}, {"--gamma", "--sparsity-weight"}, {"--rho", "--sparsity-target"},
        {"--batch-size", "--batch"},    {"--output", "--out"}};
    std::string hint = nearest_words(name, known);
    for (const auto& [theirs, ours] : elsewhere)
        if (name == theirs && find_option(command.groups, ours)) hint = std::string("; it is called ") + ours;
    throw std::invalid_argument(name + ": `autoencoder " + command.name + "` has no such option" + hint);
}

// Takes argument i, and the next one where that is its value; returns the option's name.
std::string take_option(const Command& command, const Arguments& arguments, std::size_t& i) {
    const std::string& argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const Option& option = find(command, argument.substr(0, equals));
    const bool is_switch = option.value.placeholder.empty();
    std::string value;
    if (equals != std::string::npos) {
        if (is_switch) throw std::invalid_argument(option.name + ": takes no value");
        value = argument.substr(equals + 1);
    } else if (!is_switch) {
        const bool there = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
        if (!there) {
            throw std::invalid_argument(option.name + ": expected " + option.value.placeholder +
                                        ", found " +
                                        (i + 1 < arguments.size() ? arguments[i + 1] : "nothing"));
        }
        value = arguments[++i];
    }
    try {
        option.value.take(value);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(option.name + ": " + error.what());
    }
    return option.name;
}

std::string default_of(const Option& option) {
    return option.fallback.empty() ? option.value.show() : option.fallback;
}

}  // namespace

const Option* find_option(const std::vector<Group>& groups, const std::string& name) {
    for (const Group& group : groups) {
        for (const Option& option : group.options)
            if (option.name == name) return &option;
    }
    return nullptr;
}

Parsed parse(const Command& command, const Arguments& arguments) {
    Parsed parsed;
    const auto asks_for_help = [](const std::string& a) { return a == "--help" || a == "-h"; };
    parsed.help = std::any_of(arguments.begin(), arguments.end(), asks_for_help);
    if (parsed.help) return parsed;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].size() > 1 && arguments[i][0] == '-')
            parsed.given.insert(take_option(command, arguments, i));
        else
            parsed.words.push_back(arguments[i]);
    }
    const std::size_t wanted = command.words.size();
    const bool more = wanted > 0 && command.words.back().ends_with("…");
    if (parsed.words.size() > wanted && !more) {
        throw std::invalid_argument(
            "`" + command.name + "`: expected " +
            (wanted == 0 ? "options only" : "nothing after " + command.words.back()) + ", found '" +
            parsed.words[wanted] + "'");
    }
    if (parsed.words.size() < wanted) {
        throw std::invalid_argument("`" + command.name + "`: expected " +
                                    command.words[parsed.words.size()] + ", found nothing");
    }
    return parsed;
}

std::vector<Command>*& help_collected() {
    static std::vector<Command>* commands = nullptr;
    return commands;
}

int print_help(const Command& command) {
    if (help_collected()) {
        Command& kept = help_collected()->emplace_back(command);
        for (Group& group : kept.groups) {
            for (Option& option : group.options)  // without its variable, which does not outlive the command
                option = {option.name, {option.value.placeholder, {}, {}, option.value.names}, option.help, option.tag, default_of(option), {}};
        }
        return 0;
    }
    std::string text = "autoencoder " + command.name + ": " + command.summary +
                       "\n\nusage: autoencoder " + command.name;
    for (const std::string& word : command.words) text += " " + word;
    text += " [options]\n";

    bool tagged = false;
    std::vector<std::vector<std::string>> rows = {{"", "", "default", ""}};
    for (const Group& group : command.groups) {
        for (const Option& option : group.options) {
            const std::string& placeholder = option.value.placeholder;
            rows.push_back({option.name + (placeholder.empty() ? "" : " " + placeholder),
                            option.help, default_of(option),
                            option.tag.empty() ? "" : "[" + option.tag + "]"});
            tagged = tagged || !option.tag.empty();
        }
    }
    if (tagged) rows.front().back() = "equation";
    // All rows are aligned together; then each group gets its own under its title.
    const std::string lines = aligned(rows);
    std::size_t begin = lines.find('\n') + 1;
    text += "\n" + lines.substr(0, begin);
    for (const Group& group : command.groups) {
        text += group.title + "\n";
        for (std::size_t i = 0; i < group.options.size(); ++i) {
            const std::size_t end = lines.find('\n', begin) + 1;
            text += lines.substr(begin, end - begin);
            begin = end;
        }
    }
    if (!command.notes.empty()) text += "\n" + command.notes;
    std::cout << text;
    return 0;
}

Group machine_options() {
    const auto to_threads = [](const std::string& text) {
        std::size_t count = 0;
        autoencoder::cli::count(count).take(text);
        kernels::set_threads(count);
    };
    std::vector<std::string> names;
    for (const kernels::Unit* unit : kernels::available()) names.emplace_back(unit->name);
    return {"machine (changes no bit of a result)",
            {{"--threads", {"N", to_threads, [] { return std::to_string(kernels::threads()); }},
              "threads to use"},
             {"--isa",
              {joined(names, "|"), [](const std::string& name) { kernels::choose(name); },
               [] { return std::string(kernels::current().name); }},
              "instruction set"}}};
}

}  // namespace autoencoder::cli
