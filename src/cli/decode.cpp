// `decode`: codes to patterns, by the layers above the code.                            [decode]
#include <algorithm>
#include <cmath>
#include "cli/commands.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {
namespace {

// The layer whose activity the file holds: what the user says, what the file says, or the middle.
std::size_t layer_of(const Archive& codes, const Network& network, std::size_t layer) {
    const Array* said = codes.find("layer");
    if (layer > 0 || !said) return chosen_layer(network, layer, network.depth() - 1);
    const std::int64_t l = said->integer();
    if (l < 1 || std::size_t(l) >= network.depth()) {
        fail(said->origin, "expected a layer with others above it, 1 to " +
                               std::to_string(network.depth() - 1) + ", found " +
                               std::to_string(l));
    }
    return std::size_t(l);
}

template <class T>
Matrix<T> codes_of(const Array& code, std::size_t units) {
    if (code.shape.size() != 2 || code.shape[1] != units) {
        fail(code.origin, "expected codes (N, " + std::to_string(units) + "), found " +
                              code.description());
    }
    Matrix<T> h = code.matrix<T>();
    const auto bad =
        std::find_if(h.values.begin(), h.values.end(), [](T v) { return !std::isfinite(v); });
    if (bad != h.values.end()) {
        fail(code.origin, "row " + std::to_string(std::size_t(bad - h.values.begin()) / units) +
                              ": expected finite numbers, found " + std::to_string(*bad));
    }
    return h;
}

}  // namespace

int decode(Arguments arguments) {
    std::string data, out;
    std::size_t layer = 0;
    const Command command{"decode",
                          "codes to patterns",
                          {"MODEL.npz"},
                          {{"codes",
                            {{"--data", text(data, "FILE.npz"),
                              "`code` (N, K), as encode writes it", "", "code.npz, beside it"},
                             {"--layer", count(layer, 1, "the file's, or middle"),
                              "the layer that they belong to", "decode"}}},
                           {"result",
                            {{"--out", text(out, "FILE.npz"), "where the patterns go", "",
                              "decoded.npz, beside it"}}},
                           machine_options()},
                          "Writes `x_hat` (N, n), and `labels` where the codes have them.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    const Archive codes = read_npz(beside(parsed.words[0], data, "code.npz"));
    const std::size_t l = layer_of(codes, model.network, layer);

    Archive result;
    with_parameters(model, [&]<class T>(std::span<const T> theta) {
        const Matrix<T> h = codes_of<T>(codes.at("code"), model.network.units(l));
        result.add("x_hat", activity_from<T>(model.network, theta, h, l));
    });
    if (const Array* labels = codes.find("labels")) result.add("labels", *labels);
    write_result(beside(parsed.words[0], out, "decoded.npz"), result, "x_hat");
    return 0;
}

}  // namespace autoencoder::cli
