// The commands that use a model: encode, decode, reconstruct, denoise, classify, generate. Each reads
// MODEL.npz, computes arrays, and writes them into a file beside it, unless the user says where.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "autoencoder/activation.hpp"
#include "autoencoder/picture.hpp"
#include "autoencoder/variational.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/given_model.hpp"
#include "cli/judgement.hpp"
#include "cli/patterns.hpp"
#include "cli/remarks.hpp"

namespace autoencoder::cli {
namespace {

/// The file that a command writes.
struct Output {
    const char* usual;      // its name, beside the model
    const char* key;        // the array that the command tells of
    std::string path = {};  // where the user wants it; "": beside the model
    std::vector<std::string_view> others = {"labels"};  // arrays that may be beside it
    bool of_classifiers = false;                        // whether they have it too
};

Group output_options(Output& output, const char* what) {
    return {"result",
            {{"--out", text(output.path, "FILE.npz"), what, "", std::string(output.usual) + ", beside it"}}};
}

std::string beside(const std::string& model, const char* name) { return in_folder(folder_of(model), name); }

using Compute = std::function<Archive(const Model& model, const std::string& path)>;
using Afterwards = std::function<void(const Model& model, const std::string& written)>;

/// What the commands share; with something to do after the file is written, where there is.
int use(const Command& command, const Arguments& arguments, Output& output, const Compute& compute,
        const Afterwards& afterwards = {}) {
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const std::string path = model_path(parsed.words[0]);
    const Model model = given_model(path);
    if (output.path.empty()) output.path = beside(path, output.usual);
    require_other_file(output.path, {path});
    if (!output.of_classifiers) require_autoencoder(model, command.name, path);
    const Archive result = compute(model, path);
    require_result(output.path, command.name, output.key, output.others);
    write_npz(output.path, result);
    const Array* layer = result.find("layer");
    std::cout << "wrote " << harmless(output.path) << ": " << output.key << " " << result.at(output.key).description()
              << (layer ? ", of layer " + std::to_string(layer->integer()) + " of " + std::to_string(model.network.depth()) : "") << "\n";
    if (afterwards) afterwards(model, output.path);
    return 0;
}

/// The patterns that a command is given; what was understood of them is said.
Dataset patterns_for(PatternChoice& choice, const Model& model, const std::string& path, const std::string& out) {
    Dataset patterns = load_patterns(choice, model, path, out);
    if (choice.data.empty() && choice.words == "test patterns")
        patterns.remarks.push_back("these are its " + counted_patterns(patterns, choice.words) + "; --split train takes the others, --data all of a file");
    say_read(patterns.name, patterns.remarks);
    return patterns;
}

template <class T>
Array pattern_array(const Model& model, const Matrix<T>& x, std::string_view key) {
    return Array(pattern_shape(model, x.rows, x.cols, key), x.values);
}

/// h^l of patterns under that key, in the model's precision; what comes out of the last layer is a pattern,
/// in the scale that the patterns had.
Archive activity_under(const char* key, const Model& model, View<const float> x, std::size_t l) {
    Archive result;
    with_parameters(model, [&]<class T>(std::span<const T> theta) {
        Matrix<T> h = activity<T>(model.network, theta, in_precision<T>(x), l);
        const bool pattern = l == model.network.depth();
        if (pattern) scale_of(model).undo(h);
        result.add(key, pattern ? pattern_array(model, h, key) : Array(h));
    });
    return result;
}

/// As the data say them, where what is written are data again: in words or numbers.
Archive with_labels(Archive result, const Dataset& patterns, bool in_words = true) {
    std::vector<std::string> words;
    for (const int label : patterns.labels)
        if (in_words && !patterns.as.classes.empty()) words.push_back(patterns.as.classes.at(std::size_t(label)));
    const std::span<const int> labels(patterns.labels);
    if (!labels.empty()) result.add("labels", words.empty() ? Array({labels.size()}, labels) : Array(words));
    return result;
}

/// The layer of that number: 1 … `last`; 0: the middle one, the code.
std::size_t chosen_layer(const Network& network, std::size_t layer, std::size_t last) {
    if (layer == 0) return code_layer(network);
    if (layer > last)
        throw std::invalid_argument("--layer: expected 1 to " + std::to_string(last) + ", found '" + std::to_string(layer) + "'");
    return layer;
}

/// The layer whose activity the file holds: what the user says, what the file says, or the middle.
std::size_t layer_of(const Archive& codes, const Network& network, std::size_t layer) {
    const Array* said = codes.find("layer");
    if (said && layer > 0 && said->integer() != std::int64_t(layer))
        fail(said->origin, "expected codes of layer " + std::to_string(layer) + ", as --layer says, found those of layer " + std::to_string(said->integer()));
    if (layer > 0 || !said) return chosen_layer(network, layer, network.depth() - 1);
    const std::int64_t l = said->integer();
    if (l < 1 || std::size_t(l) >= network.depth())
        fail(said->origin, "expected a layer with others above it, 1 to " + std::to_string(network.depth() - 1) + ", found " + std::to_string(l));
    return std::size_t(l);
}

template <class T>
Matrix<T> codes_of(const Array& code, std::size_t units) {
    if (code.shape.size() != 2 || code.shape[1] != units)
        fail(code.origin, "expected codes (N, " + std::to_string(units) + "), found " + code.description());
    Matrix<T> h = code.matrix<T>();
    const auto bad = std::find_if(h.values.begin(), h.values.end(), [](T v) { return !std::isfinite(v); });
    if (bad != h.values.end())
        fail(code.origin, "row " + std::to_string(std::size_t(bad - h.values.begin()) / units) + ": expected finite numbers, found " + std::to_string(*bad));
    return h;
}

}  // namespace

/// Patterns to codes, h of a layer.
int encode(Arguments arguments) {
    PatternChoice choice;
    std::size_t layer = 0;
    Output output{"code.npz", "code", {}, {"layer", "labels", "of_model"}, true};
    Group options = output_options(output, "where the codes go");
    options.options.insert(options.options.begin(), {"--layer", count(layer, 1, "middle"),
                                                     "whose activity is the code", "encode"});
    const Command command{
        "encode", "patterns to codes", {"MODEL.npz"},
        {pattern_options(choice), options, machine_options()},
        "Writes `code` (N, K), `layer`, `of_model`, a mark of the model, and `labels` where there\n"
        "are any. Of L layers the middle one is L/2: the only hidden one of a shallow autoencoder,\n"
        "mostly the narrowest of a deep one.\n"};
    return use(command, arguments, output, [&](const Model& model, const std::string& path) {
        const std::size_t l = chosen_layer(model.network, layer, model.network.depth());
        const Dataset patterns = patterns_for(choice, model, path, output.path);
        Archive result = activity_under("code", model, patterns.x, l);
        result.add("layer", l);
        result.add("of_model", mark_of(model));
        return with_labels(std::move(result), patterns);
    });
}

/// Codes to patterns, by the layers above the code.
int decode(Arguments arguments) {
    std::string data;
    std::size_t layer = 0;
    Output output{"decoded.npz", "x_hat"};
    const Command command{
        "decode", "codes to patterns", {"MODEL.npz"},
        {{"codes",
          {{"--data", text(data, "FILE.npz"), "`code` (N, K) of encode, or alone", "", "code.npz, beside it"},
           {"--layer", count(layer, 1, "the file's, or middle"), "the layer that they belong to",
            "decode"}}},
         output_options(output, "where the patterns go"),
         machine_options()},
        "Writes `x_hat` (N, n), and `labels` where the codes have them.\n"};
    return use(command, arguments, output, [&](const Model& model, const std::string& path) {
        const std::string file = data.empty() ? beside(path, "code.npz") : data;
        require_other_file(output.path, {file});
        const Archive codes = read_archive(file);
        require_codes_of(model, path, codes);
        const std::size_t l = layer_of(codes, model.network, layer);
        const Array& code = codes.entries.size() == 1 ? codes.entries[0].second : codes.at("code");
        Archive result;
        with_parameters(model, [&]<class T>(std::span<const T> theta) {
            const Matrix<T> h = codes_of<T>(code, model.network.units(l));
            Matrix<T> x_hat = activity_from<T>(model.network, theta, h, l);
            scale_of(model).undo(x_hat);
            result.add("x_hat", pattern_array(model, x_hat, "x_hat"));
        });
        if (const Array* labels = codes.find("labels")) result.add("labels", *labels);
        return result;
    });
}

/// Patterns through the whole network, encoder and decoder.
int reconstruct(Arguments arguments) {
    PatternChoice choice;
    Output output{"reconstructed.npz", "x_hat"};
    const Command command{
        "reconstruct", "patterns through the code and back", {"MODEL.npz"},
        {pattern_options(choice), output_options(output, "where the patterns go"), machine_options()},
        "Writes `x_hat` (N, n), and `labels` where there are any.\n"};
    return use(command, arguments, output, [&](const Model& model, const std::string& path) {
        const Dataset patterns = patterns_for(choice, model, path, output.path);
        return with_labels(activity_under("x_hat", model, patterns.x, model.network.depth()), patterns);
    });
}

/// Noisy patterns through a model that learned to clean them.
int denoise(Arguments arguments) {
    PatternChoice choice;
    Disturbance noise;
    Output output{"denoised.npz", "x"};
    const Command command{
        "denoise", "noisy patterns to clean ones", {"MODEL.npz"},
        {pattern_options(choice), noise_options(noise, "none, they are noisy"),
         output_options(output, "where the patterns go"), machine_options()},
        "Writes `x`, the cleaned patterns, (N, n) or images, and `labels` where there are any: a data set\n"
        "again. `evaluate --noise` and `show --noise` say and show how clean they are.\n"};
    return use(command, arguments, output, [&](const Model& model, const std::string& path) {
        const Dataset patterns = patterns_for(choice, model, path, output.path);
        return with_labels(activity_under("x", model, noise.of(patterns.x), model.network.depth()), patterns);
    });
}

/// The labels that a classifier gives to patterns.
int classify(Arguments arguments) {
    PatternChoice choice;
    Output output{"labels.npz", "decided", {}, {"probabilities", "outputs", "labels", "classes"}, true};
    const Command command{
        "classify", "patterns to labels", {"MODEL.npz"},
        {pattern_options(choice), output_options(output, "where they go"), machine_options()},
        "Writes `decided` (N,), the class whose output is the largest; the outputs (N, C), as\n"
        "`probabilities` of a softmax head and as `outputs` of the others; the words that classes\n"
        "have, as `classes` (C,); and, where the patterns have labels, `labels`. Then it prints\n"
        "the accuracy.\n"};
    Dataset patterns;
    const auto compute = [&](const Model& model, const std::string& path) {
        if (!is_classifier(model))
            throw std::invalid_argument(path + ": expected a classifier, found an autoencoder; `encode` gives its codes");
        patterns = patterns_for(choice, model, path, output.path);
        const std::size_t L = model.network.depth();
        if (!patterns.labels.empty()) require_labels(patterns, model.network.units(L));
        const bool softmax = model.network.layers.back().activation == Activation::softmax;
        Archive result;
        with_parameters(model, [&]<class T>(std::span<const T> theta) {
            const Matrix<T> outputs = activity<T>(model.network, theta, in_precision<T>(patterns.x), L);
            const std::vector<int> decided = decide<T>(outputs);
            result.add(softmax ? "probabilities" : "outputs", outputs);
            result.add("decided", Array({decided.size()}, std::span<const int>(decided)));
        });
        if (const auto classes = understood_by(model).classes; !classes.empty()) result.add("classes", Array(classes));
        return with_labels(std::move(result), patterns, false);
    };
    return use(command, arguments, output, compute, [&](const Model& model, const std::string&) {
        if (!patterns.labels.empty()) std::cout << judge(model, patterns).words() << "\n";
    });
}

/// Patterns that nobody drew, from codes z ~ N(0, I).
int generate(Arguments arguments) {
    std::size_t number = 100;
    std::uint64_t start = 1;
    Output output{"generated.npz", "x", {}, {"x"}};
    const Command command{
        "generate", "new patterns from a variational autoencoder", {"MODEL.npz"},
        {{"patterns",
          {{"--count", count(number), "how many", "generate"},
           {"--seed", seed(start), "of the codes z ~ N(0, I)", "generate"}}},
         output_options(output, "where they go"),
         machine_options()},
        "Writes `x` (N, n), or images (N, height, width) and a sheet of them beside it, FILE.png.\n"};
    Matrix<float> x;
    const auto sheet_of = [](const std::string& file) {
        return std::filesystem::path(file).replace_extension(".png").string();
    };
    const auto compute = [&](const Model& model, const std::string& path) {
        if (model.network.gaussian_layer() == 0)
            throw std::invalid_argument("`generate`: expected a variational autoencoder, found another network in " + path);
        std::error_code absent;
        const std::string sheet = sheet_of(output.path);  // of an earlier result, it is replaced with it
        if (model.height > 0 && std::filesystem::exists(sheet, absent) && !std::filesystem::exists(output.path, absent))
            throw std::invalid_argument("--out: " + sheet + " is there, where a picture goes; another --out keeps it");
        // The patterns, an array of them, and a file of it.
        require_memory(times(number, model.network.inputs, 3 * sizeof(float)),
                       "--count: as many patterns as " + std::to_string(number));
        x = with_parameters(model, [&]<class T>(std::span<const T> theta) {
            return converted<float>(autoencoder::generate<T>(model.network, theta, number, start));
        });
        Matrix<float> patterns = x;
        scale_of(model).undo(patterns);
        Archive result;
        result.add("x", pattern_array(model, patterns, "x"));
        return result;
    };
    const auto draw = [&](const Model& model, const std::string& written) {
        if (model.height == 0) return;
        const std::string picture = sheet_of(written);
        const View<const float> sheet[] = {x};
        const std::string caption[] = {""};
        write_png(picture, image_groups(sheet, model.height, model.width, caption));
        say_written({picture});
    };
    return use(command, arguments, output, compute, draw);
}

}  // namespace autoencoder::cli
