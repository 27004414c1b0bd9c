#include "cli/maps.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/picture.hpp"
#include "cli/folder.hpp"

namespace autoencoder::cli {

std::vector<std::string> write_maps(const std::string& folder, const Model& model,
                                    const Dataset& patterns) {
    constexpr std::size_t shown_patterns = 8, shown_maps = 32;
    const Network& network = model.network;
    std::vector<std::string> written;
    const View<const float> x =
        patterns.x.view().slice(0, std::min(shown_patterns, patterns.x.rows));
    const bool decodes = has_window(network.layers.back());
    const std::size_t last = decodes && network.depth() > 1 ? code_layer(network) : network.depth() - 1;
    for (std::size_t l = 1; l <= last; ++l) {
        if (!has_window(network.layer(l))) break;
        const Maps maps = output_maps(network, l);
        Matrix<float> h = activity_of(model, x, l);
        const float most = *std::max_element(h.values.begin(), h.values.end());
        for (float& value : h.values) value = most > 0 ? value / most : 0;
        std::vector<View<const float>> rows;
        for (std::size_t q = 0; q < h.rows; ++q)  // a pattern's maps, one image each
            rows.push_back({h.row(q).data(), std::min(shown_maps, maps.count), maps.places()});
        const std::vector<std::string> captions(rows.size());
        written.push_back(in_folder(folder, ("maps" + std::to_string(l) + ".png").c_str()));
        write_png(written.back(), image_rows(rows, maps.height, maps.width, captions));
    }
    return written;
}

}  // namespace autoencoder::cli
