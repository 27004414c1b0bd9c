// `encode`: patterns to codes, h of a layer.                                            [encode]
#include "cli/commands.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int encode(Arguments arguments) {
    PatternChoice choice;
    std::size_t layer = 0;
    std::string out;
    const Command command{
        "encode",
        "patterns to codes",
        {"MODEL.npz"},
        {pattern_options(choice),
         {"result",
          {{"--layer", count(layer, 1, "middle"), "whose activity is the code", "encode"},
           {"--out", text(out, "FILE.npz"), "where the codes go", "", "code.npz, beside it"}}},
         machine_options()},
        "Writes `code` (N, K), `layer`, and `labels` where there are any. Of L layers the middle\n"
        "one is L/2: the only hidden one of a shallow autoencoder, mostly the narrowest of a deep\n"
        "one.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    const std::size_t l = chosen_layer(model.network, layer, model.network.depth());
    const Dataset patterns = load_patterns(choice, model, parsed.words[0]);

    Archive result;
    add_activity(result, "code", model, patterns.x, l);
    result.add("layer", l);
    add_labels(result, patterns);
    write_result(beside(parsed.words[0], out, "code.npz"), result, "code");
    return 0;
}

}  // namespace autoencoder::cli
