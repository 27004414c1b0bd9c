// Which patterns a run learns from and is judged by, which a command gives to a model, and how they are
// scaled for it.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/folder.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {

enum class Scaling { none, unit, standard };
std::string_view name(Scaling scaling);

/// Where the patterns of a run are from, as its options say and its model notes.
struct Source {
    std::string data = "digits", test_data = {};
    std::size_t count = 0;     // the first so many; 0: all
    double test_fraction = 0;  // of these, drawn by the seed: they are held out to judge by
    std::uint64_t seed = 1;
    Scaling scaling = Scaling::none;
    ReadAs read_as = {};
};

/// Which patterns, and in which scale, as options.
Group data_options(Source& source);

/// x ← (x − shift) · factor, one of each for every number of a pattern, or one for all.
struct Scale {
    std::vector<double> shift = {}, factor = {};  // empty: they stay as they are

    void apply(Matrix<float>& x) const;
    template <class T>
    void undo(Matrix<T>& x) const;
};

/// unit: the range becomes 0 to 1; standard: mean 0, deviation 1. Of images as a whole, of other patterns
/// number by number, where what never changes keeps its size.
Scale scale_of(Scaling scaling, const Dataset& patterns);
/// The scale that a model's patterns have. Throws std::runtime_error if it is none.
Scale scale_of(const Model& model);

/// What a run learns from and what it is judged by, in the scale of the first.
struct Sets {
    Dataset train, test;
    bool apart = true;       // whether the test patterns are not those of the training
    std::string mark = {}, test_mark = {};  // of the training patterns; of the test patterns, where there are others
    Scale scale = {};

    /// In this scale, which is theirs from then on.
    void set_scale(Scale its);
    /// "2,000 test patterns; 10 classes".
    std::string judged_by() const;
    std::string tested() const { return apart ? "test patterns" : "training patterns"; }
};

/// Read as the data of that model were, if there is one. Throws std::runtime_error as load_data does,
/// std::invalid_argument where the two do not go together.
Sets load_sets(const Source& source, const Model* like = nullptr);

/// The source that a model notes. Throws std::invalid_argument where it notes none.
Source source_of(const Model& model, const std::string& path);

/// Notes what a model was trained on, so that load_patterns finds it and scales it.
void note_origin(Model& model, const std::string& kind, const Source& source, const Sets& sets,
                 std::size_t patterns);

struct PatternChoice {
    std::string data;    // empty: what the model was trained on
    bool train = false;  // the training patterns instead of the test patterns
    std::size_t count = 0;
    ReadAs read_as = {};  // where it says nothing: as the model's data, images also of other data
    std::string words = {};  // what they turned out to be: "test patterns", …
};

/// "2,000 test patterns", of such words; "1 test pattern".
std::string counted_patterns(const Dataset& patterns, std::string words);

/// `data`: what is taken where --data is not given.
Group pattern_options(PatternChoice& choice, const std::string& data = "the model's");

/// --noise and the seed that it is drawn from.
Group noise_options(Disturbance& noise, const std::string& fallback = "");
/// The noise that the model learned to undo, if any. Throws std::runtime_error if it is none known.
Corruption trained_noise(const Model& model);

/// The patterns, as wide as the model's input and in its scale. Throws std::runtime_error if they are not,
/// and std::invalid_argument if no data are named and the model does not know any, or if they are the file
/// `out` that is to be written.
Dataset load_patterns(PatternChoice& choice, const Model& model, const std::string& path,
                      const std::string& out = "");

}  // namespace autoencoder::cli
