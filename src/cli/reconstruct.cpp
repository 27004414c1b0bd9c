// `reconstruct`: patterns through the whole network, encoder and decoder.       [encode] [decode]
#include "cli/commands.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int reconstruct(Arguments arguments) {
    PatternChoice choice;
    std::string out;
    const Command command{
        "reconstruct",
        "patterns through the code and back",
        {"MODEL.npz"},
        {pattern_options(choice),
         {"result",
          {{"--out", text(out, "FILE.npz"), "where the patterns go", "",
            "reconstructed.npz, beside it"}}},
         machine_options()},
        "Writes `x_hat` (N, n), and `labels` where there are any.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    const Dataset patterns = load_patterns(choice, model, parsed.words[0]);

    Archive result;
    add_activity(result, "x_hat", model, patterns.x, model.network.depth());
    add_labels(result, patterns);
    write_result(beside(parsed.words[0], out, "reconstructed.npz"), result, "x_hat");
    return 0;
}

}  // namespace autoencoder::cli
