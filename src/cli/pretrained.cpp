#include "cli/pretrained.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/stacked.hpp"
#include "autoencoder/text.hpp"
#include "base/patterns.hpp"
#include "cli/folder.hpp"
#include "cli/given_model.hpp"
#include "cli/remarks.hpp"

namespace autoencoder::cli {

void require_inputs(const std::string& option, const Model& model, const Dataset& patterns) {
    const Network& network = model.network;
    if (network.inputs != patterns.x.cols) {
        throw std::invalid_argument(option + ": expected a model of patterns of " +
                                    std::to_string(patterns.x.cols) + " numbers, found one of " +
                                    std::to_string(network.inputs));
    }
    const ImageShape own = image_of(model), &image = patterns.image;
    const bool same = own.maps == image.maps && own.height == image.height && own.width == image.width;
    if (own.maps == 0 || image.maps == 0 || same) return;
    throw std::invalid_argument(option + ": expected a model of images of " + size_text(image.height, image.width) +
                                ", found one of " + size_text(own.height, own.width));
}

void remark_on_known(const std::string& path, const Model& model, const Source& source, Sets& sets) try {
    const auto is_whole = [](const Source& of) { return of.test_fraction == 0 && of.test_data.empty(); };
    const Source its = source_of(model, path);
    if (!sets.apart || (its.data == source.data && is_whole(its) && is_whole(source))) return;
    const Sets learnt = load_sets(its, &model);
    if (has_changed(model, learnt.mark)) fail(its.data, "these are not the patterns any more that it was trained on");
    if (learnt.train.x.cols != sets.test.x.cols) return;
    const Array* held_in = noted(model, "patterns");
    const std::size_t many = held_in ? std::size_t(std::max<std::int64_t>(0, held_in->integer())) : learnt.train.x.rows;
    if (const std::size_t known = rows_in(sets.test.x, learnt.train.x, many); 10 * known >= sets.test.x.rows)
        sets.train.remarks.push_back(grouped(known) + " of the " + grouped(sets.test.x.rows) + " test patterns are training patterns of " + path);
} catch (const std::exception& error) {
    sets.train.remarks.push_back("whether " + path + " has learnt from the test patterns cannot be told: " + error.what());
}

Model load_encoders(const Pretrained& from) {
    Model model = given_model(model_path(from.path));
    if (std::holds_alternative<Buffer<double>>(model.theta) != from.double_precision) {
        throw std::invalid_argument("--precision: expected that of " + from.path +
                                    ", found the other one");
    }
    if (model.network.gaussian_layer() > 0)
        throw std::invalid_argument(from.option + ": expected an autoencoder whose code is its activity, found a "
                                                  "variational one");
    const Network encoders = first_layers(model.network, code_layer(model.network));
    if (from.convolutional && !std::ranges::all_of(encoders.layers, has_window)) {
        throw std::invalid_argument(from.option + ": expected a convolutional autoencoder, found a " +
                                    "model with dense encoders, which --pretrained takes");
    }
    model.network = encoders;
    std::visit([&](auto& theta) {
        std::remove_reference_t<decltype(theta)> own(layout(encoders).size);
        std::copy_n(theta.begin(), own.size(), own.begin());
        theta = std::move(own);
    }, model.theta);
    return model;
}

}  // namespace autoencoder::cli
