// The folder that a run writes into, and the pictures in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/corruption.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/file.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/picture.hpp"

namespace autoencoder::cli {

std::string in_folder(const std::string& folder, const char* name);
/// The folder of a file: "." if the path has none.
std::string folder_of(const std::string& path);

/// runs/KIND, or where there is something in it runs/KIND-2, …: no run overwrites another silently.
std::string free_folder(const std::string& kind);

/// The model of a run's folder, or the file itself; the same of a checkpoint.
std::string model_path(const std::string& word);
std::string checkpoint_path(const std::string& word);

/// Makes the folder where it is missing, before hours of work. Throws std::runtime_error if it cannot be
/// written, or another run is writing into it.
[[nodiscard]] FolderClaim prepare_folder(const std::string& folder);

struct TrainSettings;
/// The same for a run. A folder that holds files of another than the one that is resumed is refused by
/// std::invalid_argument, unless --overwrite is given: then they are to be replaced (TrainSettings). Files that
/// the run reads, its data and these besides, are never written over.
[[nodiscard]] FolderClaim run_folder(TrainSettings& settings, std::vector<std::string> read = {});
/// Removes them, but for the one that is new, so that nothing of the other run stays beside the new results. It
/// is called once something of these is on the disk: until then nothing is lost.
void remove_replaced(const TrainSettings& settings, std::string_view written);

/// Refuses, as std::invalid_argument, a file to write (--out) that is one of those read, or lies among the
/// arrays of a folder that is.
void require_other_file(const std::string& out, const std::vector<std::string>& read);
/// Refuses, as std::invalid_argument, a name for an archive that does not say so, and a file that is there and
/// is no earlier result of the command: one that has this key, and besides it none but `others` (empty: any).
void require_result(const std::string& out, const std::string& command, std::string_view key,
                    const std::vector<std::string_view>& others = {});

/// Says "wrote PATH" of each.
void say_written(const std::vector<std::string>& paths);
/// "FILE: what was understood; what else", where there is anything.
void say_read(const std::string& file, const std::vector<std::string>& remarks);

/// Removes a file that belongs to an earlier run, if it is there.
void remove_stale(const std::string& path);

/// The same numbers as float or double.
template <class T, class U>
Matrix<T> converted(View<U> x) {
    Matrix<T> result(x.rows, x.cols);
    for (std::size_t q = 0; q < x.rows; ++q) {
        for (std::size_t k = 0; k < x.cols; ++k) result(q, k) = T(x(q, k));
    }
    return result;
}
template <class T, class U>
Matrix<T> converted(const Matrix<U>& x) {
    return converted<T>(x.view());
}

/// The same numbers as float or double: x itself where it is that, which has to outlive them, else a copy.
template <class T>
auto in_precision(View<const float> x) {
    if constexpr (std::is_same_v<T, float>)
        return x;
    else
        return converted<T>(x);
}

/// h^l of patterns, in the model's precision, then as float. Some at a time: throws NotWaitedFor between them,
/// where a run was stopped a second ago.
Matrix<float> activity_of(const Model& model, View<const float> x, std::size_t l);

/// What the units of the first layer look for: their weights as tiles, the kernels where it makes maps.
Picture feature_picture(const Model& model);

/// Noise that is put on patterns to see what a model makes of them.
struct Disturbance {
    Corruption corruption = {};
    std::uint64_t seed = 1;

    bool any() const { return corruption.noise != Noise::none; }
    /// x̃, the same for the same seed; not that of any epoch of training.
    Matrix<float> of(View<const float> x) const {
        return corrupted<float>(corruption, x, seed, evaluation_round);
    }
};

/// Writes features.png (the first layer's weights), reconstructions.png (the first patterns, and
/// what the model makes of them), with noise denoising.png (the first patterns, clean, noisy, and
/// denoised), and what variational.hpp draws, and returns their paths; none where patterns are not
/// images.
std::vector<std::string> write_pictures(const std::string& folder, const Model& model,
                                        const Dataset& patterns, const Disturbance& noise);

}  // namespace autoencoder::cli
