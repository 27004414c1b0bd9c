#include "cli/shelf.hpp"

#include <map>
#include <set>
#include <stdexcept>

#include "cli/commands.hpp"
#include "cli/text.hpp"

namespace autoencoder::cli {
namespace {

/// A text as roff takes it: no dash becomes a hyphen, no line an instruction.
std::string roff(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\') result += "\\e";
        else if (c == '-') result += "\\-";
        else result += c;
        if (c == '\n') result += "\\&";
    }
    return "\\&" + result;
}

std::string option_entry(const Option& option) {
    const std::string& placeholder = option.value.placeholder;
    const std::string& value = option.fallback;
    return ".TP\n\\fB" + roff(option.name) + "\\fR" + (placeholder.empty() ? "" : " \\fI" + roff(placeholder) + "\\fR") +
           "\n" + roff(option.help) + (value.empty() ? "" : " (" + roff(value) + ")") +
           (option.tag.empty() ? "" : " [" + roff(option.tag) + "]") + "\n";
}

/// "train" of "train sparse", and what stands behind it.
std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }
std::string second_word(const std::string& name) {
    const std::size_t space = name.find(' ');
    return space == std::string::npos ? "" : name.substr(space + 1);
}

/// Each word once, with blanks between them.
std::string words_of(const std::vector<Command>& commands, std::string (*word)(const std::string&)) {
    std::string words, last;
    for (const Command& command : commands) {
        const std::string one = word(command.name);
        if (!one.empty() && one != last) words += (words.empty() ? "" : " ") + one;
        last = one;
    }
    return words;
}

/// The branches of a case over "COMMAND" or "train KIND": what it says for the options of each.
std::string branches(const std::vector<Command>& commands, const std::string& says) {
    std::string text;
    for (const Command& command : commands) {
        text += "        '" + command.name + "') " + says + "'--help";
        for (const Group& group : command.groups)
            for (const Option& option : group.options) text += " " + option.name;
        text += "' ;;\n";
    }
    return text;
}

/// The branches of a case over an option: what it says for the names that its value may have.
std::string value_branches(const std::vector<Command>& commands, const std::string& says) {
    std::map<std::string, std::set<std::string>> names;
    for (const Command& command : commands)
        for (const Group& group : command.groups)
            for (const Option& option : group.options) names[option.name].insert(option.value.names.begin(), option.value.names.end());
    std::string text;
    for (const auto& [option, known] : names)
        if (!known.empty()) text += "        " + option + ") " + says + "'" + joined({known.begin(), known.end()}, " ") + "' ;;\n";
    return text;
}

}  // namespace

std::string man_page(const std::vector<Command>& commands) {
    std::string page = ".TH AUTOENCODER 1 \"\" \"autoencoder " + std::string(version) + "\"\n.SH NAME\n"
                       "autoencoder \\- the autoencoders of a lecture, every derivation term by term\n"
                       ".SH SYNOPSIS\n.B autoencoder\n\\fICOMMAND\\fR [arguments]\n.SH COMMANDS\n";
    for (const Command& command : commands) {
        page += ".SS " + roff(command.name);
        for (const std::string& word : command.words) page += " " + roff(word);
        page += "\n" + roff(command.summary) + "\n";
        for (const Group& group : command.groups) {
            page += ".P\n" + roff(group.title) + "\n";
            for (const Option& option : group.options) page += option_entry(option);
        }
        if (!command.notes.empty()) page += ".P\n" + roff(command.notes) + "\n";
    }
    return page + ".SH EXIT STATUS\n0 done; 1 the answer is no, or it was stopped; 2 it could not run\n";
}

std::string completion(const std::string& shell, const std::vector<Command>& commands) {
    const std::string names = words_of(commands, first_word), kinds = words_of(commands, second_word);
    if (shell == "bash")
        return "# bash completion of autoencoder\n_autoencoder() {\n"
               "    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=\n"
               "    [ \"$command\" = train ] && command=\"train ${COMP_WORDS[2]}\"\n"
               "    if [ \"$COMP_CWORD\" -eq 1 ]; then words='" + names + " --help --version'\n"
               "    elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"${COMP_WORDS[1]}\" = train ]; then words='" + kinds + "'\n"
               "    elif [ \"${word#-}\" != \"$word\" ]; then\n        case $command in\n" +
               branches(commands, "words=") +
               "        esac\n    else\n        case ${COMP_WORDS[COMP_CWORD-1]} in\n" + value_branches(commands, "words=") +
               "        esac\n    fi\n"
               "    if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
               "    else COMPREPLY=($(compgen -f -- \"$word\")); fi\n}\n"
               "complete -o filenames -F _autoencoder autoencoder\n";
    if (shell == "zsh")
        return "#compdef autoencoder\nlocal command=${words[2]} known=\n"
               "[[ $command = train ]] && command=\"train ${words[3]}\"\n"
               "if (( CURRENT == 2 )); then known='" + names + " --help --version'\n"
               "elif (( CURRENT == 3 )) && [[ ${words[2]} = train ]]; then known='" + kinds + "'\n"
               "elif [[ ${words[CURRENT]} = -* ]]; then\n        case $command in\n" +
               branches(commands, "known=") +
               "        esac\nelse\n        case ${words[CURRENT-1]} in\n" + value_branches(commands, "known=") +
               "        esac\nfi\nif [[ -n $known ]]; then compadd -- ${=known}; else _files; fi\n";
    throw std::invalid_argument("--completion: expected bash or zsh, found '" + shell + "'");
}

}  // namespace autoencoder::cli
