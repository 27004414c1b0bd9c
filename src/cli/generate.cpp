// `generate`: patterns that nobody drew, from codes z ~ N(0, I).                        [generate]
#include <filesystem>
#include <iostream>

#include "autoencoder/picture.hpp"
#include "autoencoder/variational.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

int generate(Arguments arguments) {
    std::size_t number = 100;
    std::uint64_t start = 1;
    std::string out;
    const Command command{
        "generate",
        "new patterns from a variational autoencoder",
        {"MODEL.npz"},
        {{"patterns",
          {{"--count", count(number), "how many", "generate"},
           {"--seed", seed(start), "of the codes z ~ N(0, I)", "generate"}}},
         {"result",
          {{"--out", text(out, "FILE.npz"), "where they go", "", "generated.npz, beside it"}}},
         machine_options()},
        "Writes `x` (N, n), and where patterns are images a sheet of them beside it, FILE.png.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    if (model.network.gaussian_layer() == 0) {
        throw std::invalid_argument("`generate`: expected a variational autoencoder, found another "
                                    "network in " + parsed.words[0]);
    }
    // The patterns, an array of them, and a file of it.
    require_memory(times(number, model.network.inputs, 3 * sizeof(float)),
                   "--count: as many patterns as " + std::to_string(number));
    const std::string path = beside(parsed.words[0], out, "generated.npz");
    const Matrix<float> x = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        return converted<float>(autoencoder::generate<T>(model.network, theta, number, start));
    });
    Archive result;
    result.add("x", x);
    write_result(path, result, "x");
    if (model.height == 0) return 0;
    const std::string picture = std::filesystem::path(path).replace_extension(".png").string();
    const View<const float> sheet[] = {x};
    const std::string caption[] = {""};
    write_png(picture, image_groups(sheet, model.height, model.width, caption));
    std::cout << "wrote " << picture << "\n";
    return 0;
}

}  // namespace autoencoder::cli
