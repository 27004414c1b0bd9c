// `explain`: a formula, then the same with numbers in it, for one pattern and one unit.
#include <iostream>

#include "autoencoder/diagnosis.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/options.hpp"
#include "cli/tags.hpp"
#include "diagnosis/theirs.hpp"
#include "exchange/names.hpp"
#include "worked/pencil.hpp"
#include "worked/sources.hpp"

namespace autoencoder::cli {
namespace {

using namespace lecture;

struct Choices {
    std::string chapter, path, theirs;
    std::size_t pattern = 1, layer = 0, unit = 0, input = 1;
};

Command command_of(Choices& c) {
    return {
        "explain",
        "a formula with numbers in it",
        {},
        {{"which formulas, beside tags",
          {{"--chapter", text(c.chapter, "NAME"), "all of a chapter: sparse-coding, variational"}}},
         {"your own numbers",
          {{"--case", text(c.path, "CASE.npz"), "a case, as `autoencoder terms` takes it"},
           {"--theirs", text(c.theirs, "THEIRS.npz"),
            "its terms as computed elsewhere, beside ours"}}},
         {"where to look; everything is counted from 1",
          {{"--pattern", count(c.pattern), "q"},
           {"--layer", count(c.layer, 1, "the first"), "l"},
           {"--unit", count(c.unit, 1, "2, of a case 1"), "j of a hidden layer, i of the output"},
           {"--input", count(c.input, 0), "k of w_jk; 0: b_j in its place"}}},
         machine_options()},
        "Without a tag: a whole training step, from x to the new weight.\n"
        "Without --case: on a small network, with numbers for a pencil. A name in brackets is "
        "where\n"
        "`autoencoder terms` has the number, as NumPy counts, from 0.\n"};
}

void print(const Line& line, const Digits& digits) {
    const std::string name = "  " + line.name, margin(screen_width(name), ' ');
    std::string text = name + " = " + joined(sides(line, digits), "\n" + margin + " = ");
    for (const std::string& note : notes(line, digits)) text += "    " + note;
    std::cout << text << "\n";
}

void print(const Explanation& explanation, const Digits& digits) {
    const Formula formula = lecture::formula(explanation.tag);
    std::cout << "[" << explanation.tag << "]  " << formula.text << "    " << formula.chapter->path
              << ":" << formula.line << "\n";
    for (const Line& line : explanation.lines) print(line, digits);
    std::cout << "\n";
}

/// All tags of the chapter of this name.
std::vector<std::string> tags_of_chapter(const std::string& name) {
    std::vector<std::string> tags, known;
    for (const Chapter& chapter : chapters()) {
        known.push_back(chapter.id());
        if (known.back() == name) tags.assign(chapter.tags.begin(), chapter.tags.end());
    }
    if (tags.empty())
        throw std::invalid_argument("--chapter: expected " + listed(known) + ", found '" + name +
                                    "'");
    return tags;
}

}  // namespace

int explain(Arguments arguments) {
    Choices c;
    Command command = command_of(c);
    std::vector<std::string> tags = take_tags(command, arguments);
    if (parse(command, arguments).help) {
        command.words = {"[TAG…]"};
        return print_help(command);
    }
    if (!c.theirs.empty() && c.path.empty())
        throw std::invalid_argument("--theirs: expected --case beside it, found none");
    if (!c.chapter.empty()) append(tags, tags_of_chapter(c.chapter));
    std::vector<const Check*> chosen;
    for (const std::string& tag : tags) chosen.push_back(&find_check(tag));

    const bool worked = c.path.empty();
    const Digits digits = worked ? for_a_pencil : of_a_case;
    const Place place{c.pattern - 1, c.layer,
                      c.unit > 0 ? c.unit - 1
                      : worked   ? 1
                                 : 0,
                      std::max<std::size_t>(c.input, 1) - 1,
                      worked && tags.empty(),
                      c.input == 0};
    const Case own = worked ? worked_sparse()[0] : read_case(read_archive(c.path, means_something));
    say_read(c.path, own.remarks);
    TheirTerms theirs;
    if (!c.theirs.empty()) {
        Diagnosis found = diagnose(own, read_archive(c.theirs, diagnosis::wanted_of(own)));
        append(found.remarks, found.read_as);
        say_read(c.theirs, found.remarks);
        theirs = std::move(found.terms);
    }
    if (tags.empty())
        for (const Explanation& each : training_step(own, place, digits, theirs))
            print(each, digits);
    for (const Check* check : chosen)
        print(worked ? explained(check->tag, place) : explained(check->tag, own, place, theirs),
              digits);
    return 0;
}

}  // namespace autoencoder::cli
