// `show`: the pictures of a model, as training writes them.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int show(Arguments arguments) {
    PatternChoice choice;
    std::string out;
    const Command command{
        "show",
        "the pictures of a model",
        {"MODEL.npz"},
        {pattern_options(choice),
         {"result", {{"--out", text(out, "DIR"), "folder for the pictures", "", "the model's"}}},
         machine_options()},
        "Writes features.png, the weights of each unit of the first layer (the kernels of a\n"
        "convolutional one), reconstructions.png, the first patterns above what the model makes of\n"
        "them, and of a convolutional model maps1.png …, its maps for the first patterns.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) {
        std::cout << help_text(command);
        return 0;
    }
    const std::string& path = parsed.words[0];
    Model model = load_model(path);
    const Dataset patterns = load_patterns(choice, model, path);
    if (model.height == 0) {
        model.height = patterns.height;
        model.width = patterns.width;
    }
    if (model.height == 0) {
        throw std::invalid_argument("`show`: expected patterns that are images, found " +
                                    patterns.name + ", whose height and width are unknown");
    }
    const std::string folder = out.empty() ? folder_of(path) : out;
    prepare_folder(folder);
    for (const std::string& picture : write_pictures(folder, model, patterns))
        std::cout << "wrote " << picture << "\n";
    return 0;
}

}  // namespace autoencoder::cli
