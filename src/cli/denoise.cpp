// `denoise`: noisy patterns through a model that learned to clean them.                  [denoise]
#include "cli/commands.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int denoise(Arguments arguments) {
    PatternChoice choice;
    Disturbance noise;
    std::string out;
    const Command command{
        "denoise",
        "noisy patterns to clean ones",
        {"MODEL.npz"},
        {pattern_options(choice), noise_options(noise, "none, they are noisy"),
         {"result",
          {{"--out", text(out, "FILE.npz"), "where the patterns go", "",
            "denoised.npz, beside it"}}},
         machine_options()},
        "Writes `x` (N, n), the cleaned patterns, and `labels` where there are any: a data set\n"
        "again. `evaluate --noise` and `show --noise` say and show how clean they are.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    const Dataset patterns = load_patterns(choice, model, parsed.words[0]);

    Archive result;
    add_activity(result, "x", model, noise.of(patterns.x), model.network.depth());
    add_labels(result, patterns);
    write_result(beside(parsed.words[0], out, "denoised.npz"), result, "x");
    return 0;
}

}  // namespace autoencoder::cli
