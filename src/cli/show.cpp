// `show`: the pictures of a model, as training writes them.
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/given_model.hpp"
#include "cli/judgement.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int show(Arguments arguments) {
    PatternChoice choice;
    Disturbance noise;
    std::string out;
    bool overwrite = false;
    const Command command{
        "show",
        "the pictures of a model",
        {"MODEL.npz"},
        {pattern_options(choice), noise_options(noise, "the model's"),
         {"result",
          {{"--out", text(out, "DIR"), "folder for the pictures", "", "the model's"},
           {"--overwrite", flag(overwrite), "replace pictures that are there"}}},
         machine_options()},
        "Writes features.png, the weights of each unit of the first layer (the kernels of a\n"
        "convolutional one), and reconstructions.png, the first patterns above what the model makes\n"
        "of them; with noise also denoising.png, the first patterns clean, noisy, and as the model\n"
        "cleans them; of a convolutional model maps1.png …, its maps for the first patterns.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const std::string path = model_path(parsed.words[0]);
    Model model = given_model(path);
    const Dataset patterns = load_patterns(choice, model, path);
    if (!parsed.given.contains("--noise")) noise.corruption = trained_noise(model);
    if (model.height == 0) {
        model.height = patterns.height;
        model.width = patterns.width;
    }
    if (model.height == 0) {
        throw std::invalid_argument("`show`: expected patterns that are images, grey or in three colours, found " + patterns.name +
                                    (patterns.image.maps > 0 ? ", of " + std::to_string(patterns.image.maps) + " maps"
                                                             : ", whose height and width are unknown; --image HxW says them"));
    }
    const std::string folder = out.empty() ? folder_of(path) : out;
    std::error_code absent;
    for (const char* name : {"features.png", "reconstructions.png", "denoising.png", "maps1.png", "confusion.svg", "mistakes.png"})
        if (!overwrite && !std::filesystem::equivalent(folder, folder_of(path), absent) && std::filesystem::exists(in_folder(folder, name), absent))
            throw std::invalid_argument("--out: " + folder + " holds " + name + "; --overwrite replaces it");
    const FolderClaim claim = prepare_folder(folder);
    if (is_classifier(model)) return show_classifier(model, patterns, folder);
    say_written(write_pictures(folder, model, patterns, noise));
    return 0;
}

}  // namespace autoencoder::cli
