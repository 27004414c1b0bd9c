#include "cli/folder.hpp"

#include <algorithm>
#include <filesystem>

#include "autoencoder/convolution.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/picture.hpp"
#include "cli/maps.hpp"
#include "cli/text.hpp"
#include "cli/variational.hpp"

namespace autoencoder::cli {

namespace fs = std::filesystem;

std::string in_folder(const std::string& folder, const char* name) {
    return (fs::path(folder) / name).string();
}

std::string folder_of(const std::string& path) {
    const std::string folder = fs::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

void prepare_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        fail(folder, "expected a folder to write into; it cannot be made: " + error.message());
    const std::string trial = in_folder(folder, ".writable");
    try {
        write_file(trial, std::string_view());
    } catch (...) {
        fs::remove(trial, error);
        throw;
    }
    fs::remove(trial, error);
    if (error) fail(trial, "cannot be removed: " + error.message());
}

void remove_stale(const std::string& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error) fail(path, "cannot be removed: " + error.message());
}

Matrix<float> activity_of(const Model& model, View<const float> x, std::size_t l) {
    return with_parameters(model, [&]<class T>(std::span<const T> theta) {
        if constexpr (std::is_same_v<T, float>) {
            return activity<float>(model.network, theta, x, l);
        } else {
            const Matrix<T> h = activity<T>(model.network, theta, converted<T>(x), l);
            Matrix<float> result(h.rows, h.cols);
            std::transform(h.values.begin(), h.values.end(), result.values.begin(),
                           [](T value) { return float(value); });
            return result;
        }
    });
}

Picture feature_picture(const Model& model) {
    const Layer& first = model.network.layer(1);
    const bool window = has_window(first);
    return feature_tiles(weights(model, 1), window ? first.window.kernel_height : model.height,
                         window ? first.window.kernel_width : model.width);
}

std::vector<std::string> write_pictures(const std::string& folder, const Model& model,
                                        const Dataset& patterns, const Disturbance& noise) {
    if (model.height == 0) return {};
    const std::string features = in_folder(folder, "features.png");
    write_png(features, feature_picture(model));

    constexpr std::size_t shown = 12;
    const View<const float> input =
        patterns.x.view().slice(0, std::min(shown, patterns.x.rows));
    const Matrix<float> output = activity_of(model, input, model.network.depth());
    const View<const float> rows[] = {input, output};
    const std::string captions[] = {"input", "output"};
    const std::string reconstructions = in_folder(folder, "reconstructions.png");
    write_png(reconstructions, image_rows(rows, model.height, model.width, captions));
    std::vector<std::string> written = {features, reconstructions};
    const bool pairs = patterns.y.rows > 0;
    if (noise.any() || pairs) {
        const std::size_t cleaned = std::min<std::size_t>(25, patterns.x.rows);
        const View<const float> clean = (pairs ? patterns.y : patterns.x).view().slice(0, cleaned);
        const Matrix<float> noisy = noise.of(patterns.x.view().slice(0, cleaned));
        const Matrix<float> output_of_noisy = activity_of(model, noisy, model.network.depth());
        const View<const float> groups[] = {clean, noisy, output_of_noisy};
        const std::string titles[] = {"Clean", "Noisy", "AE"};
        written.push_back(in_folder(folder, "denoising.png"));
        write_png(written.back(), image_groups(groups, model.height, model.width, titles));
    }
    append(written, write_maps(folder, model, patterns));
    append(written, write_variational_pictures(folder, model, patterns));
    return written;
}

}  // namespace autoencoder::cli
