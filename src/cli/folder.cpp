#include "cli/folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "autoencoder/convolution.hpp"
#include "autoencoder/picture.hpp"
#include "base/utf8.hpp"
#include "cli/checkpoint.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/maps.hpp"
#include "cli/settings.hpp"
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

namespace {

std::string within(const std::string& word, const char* name) {
    std::error_code error;
    return fs::is_directory(word, error) ? in_folder(word, name) : word;
}

/// What runs write into their folder; # is a number.
constexpr std::string_view run_files[] = {
    "model.npz",     "checkpoint.npz",      "log.csv",       "report.html",   "learning.svg",  "features.png",
    "maps#.png",     "reconstructions.png", "denoising.png", "confusion.svg", "mistakes.png",  "samples.png",
    "walk.png",      "plane.png",           "codes.svg",     "stage#.csv",    "stage#.svg",    "head.csv",
    "head.svg",      "unrolled.csv",        "unrolled.svg",  "fine-tuning.csv", "fine-tuning.svg"};

/// The names of those that are there.
std::vector<std::string> run_files_in(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string(), stem = entry.path().stem().string();
        const std::size_t letters = stem.find_last_not_of("0123456789") + 1;
        const std::string any = stem.substr(0, letters) + "#" + entry.path().extension().string();
        const bool numbered = letters < stem.size();
        if (std::ranges::find(run_files, numbered ? any : name) != std::end(run_files)) found.push_back(name);
    }
    std::ranges::sort(found);
    return found;
}

/// Which command goes on with the run in a folder; "": there is no checkpoint of one.
std::string way_on(const std::string& folder) {
    try {
        const Archive checkpoint = load_checkpoint(in_folder(folder, "checkpoint.npz"));
        return ", " + program_name() + " train " + checkpoint.at("kind").text() + " --resume " + as_word(folder) +
               " goes on with it";
    } catch (const std::runtime_error&) {
        return "";
    }
}

}  // namespace

std::string model_path(const std::string& word) { return within(word, "model.npz"); }
std::string checkpoint_path(const std::string& word) {
    return within(fs::path(word).filename() == "model.npz" ? folder_of(word) : word, "checkpoint.npz");
}

std::string free_folder(const std::string& kind) {
    const std::string first = "runs/" + kind;
    std::string folder = first;
    std::error_code error;
    for (int n = 2; fs::exists(folder, error) && !fs::is_empty(folder, error); ++n)
        folder = first + "-" + std::to_string(n);
    return folder;
}

FolderClaim prepare_folder(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> made;
    for (fs::path each = (fs::path(folder) / ".").parent_path(); !each.empty() && !fs::exists(each, error);
         each = each.parent_path())
        made.push_back(each.string());
    fs::create_directories(folder, error);
    if (error)
        fail(folder, "expected a folder to write into; it cannot be made: " + error.message());
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        fail(folder, "cannot be written: " + std::generic_category().message(errno));
    return FolderClaim(folder, std::move(made));
}

FolderClaim run_folder(TrainSettings& s, std::vector<std::string> read) {
    const std::string& folder = s.out;
    FolderClaim claim = prepare_folder(folder);
    std::error_code error;
    const std::vector<std::string> there = run_files_in(folder);
    append(read, {s.source.data, s.source.test_data});
    for (const std::string& name : there) {
        const std::string path = in_folder(folder, name.c_str());
        for (const std::string& each : read)
            if (fs::equivalent(path, each, error))
                throw std::invalid_argument("--out: the run would write over " + path +
                                            ", which it reads; another --out keeps it");
    }
    const bool goes_on = !s.resume.empty() && fs::equivalent(folder_of(checkpoint_path(s.resume)), folder, error);
    if (goes_on || there.empty()) return claim;
    const auto holds = [&](const char* name) { return std::ranges::find(there, name) != there.end(); };
    if (!s.overwrite && (holds("model.npz") || holds("checkpoint.npz")))
        throw std::invalid_argument("--out: " + folder + " holds a run; --overwrite replaces it" +
                                    (s.resume.empty() ? way_on(folder) : ""));
    if (!s.overwrite)
        throw std::invalid_argument("--out: " + folder + " holds " + joined(there, ", ") +
                                    ", as a run writes it; --overwrite removes it, another --out keeps it");
    s.replaced = there;
    return claim;
}

void remove_replaced(const TrainSettings& s, std::string_view written) {
    for (const std::string& name : s.replaced)
        if (name != written) remove_stale(in_folder(s.out, name.c_str()));
}

void require_other_file(const std::string& out, const std::vector<std::string>& read) {
    std::error_code absent;  // what is not there cannot be overwritten
    for (const std::string& each : read) {
        const bool among = fs::is_directory(each, absent) && fs::exists(out, absent) &&
                           fs::path(out).extension() != ".npz" && fs::equivalent(folder_of(out), each, absent);
        if (among || fs::equivalent(out, each, absent))
            throw std::invalid_argument("--out: expected another file than what is read, found " + out);
    }
}

void require_result(const std::string& out, const std::string& command, std::string_view key,
                    const std::vector<std::string_view>& others) {
    if (!out.ends_with(".npz"))
        throw std::invalid_argument("--out: expected FILE.npz, such as " + fs::path(out).replace_extension(".npz").string() +
                                    ", found " + out);
    std::error_code absent;
    if (!fs::exists(out, absent)) return;
    bool has_key = false, has_others = false;
    try {
        read_npz(out, [&](std::string_view each) {
            if (each == key) has_key = true;
            else if (!others.empty() && std::ranges::find(others, each) == others.end()) has_others = true;
            return false;
        });
    } catch (const std::runtime_error&) {
        has_key = false;
    }
    if (has_key && !has_others) return;
    throw std::invalid_argument("--out: " + out + " is there and is no result of `" + command +
                                "`; another --out keeps it");
}

void say_written(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) std::cout << "wrote " << harmless(path) << "\n";
}

void say_read(const std::string& file, const std::vector<std::string>& remarks) {
    if (!remarks.empty()) std::cout << harmless(file + ": " + joined(remarks, "; ")) << "\n";
}

void remove_stale(const std::string& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error) fail(path, "cannot be removed: " + error.message());
}

Matrix<float> activity_of(const Model& model, View<const float> x, std::size_t l) {
    constexpr std::size_t some = 512;
    Matrix<float> all(x.rows, model.network.units(l));
    for (std::size_t first = 0; first < x.rows; first += some) {
        if (first > 0) require_waited_for();
        const View<const float> share = x.slice(first, std::min(some, x.rows - first));
        with_parameters(model, [&]<class T>(std::span<const T> theta) {
            const Matrix<T> h = activity<T>(model.network, theta, in_precision<T>(share), l);
            std::ranges::transform(h.values, all.row(first).begin(), [](T value) { return float(value); });
        });
    }
    return all;
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
