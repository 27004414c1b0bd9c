// Patterns of 4 numbers with labels, and small runs on them.
#pragma once

#include <functional>

#include "autoencoder/npz.hpp"
#include "autoencoder/random.hpp"
#include "cli/running.hpp"

namespace autoencoder {

using Options = std::vector<std::string>;

/// N patterns of 4 numbers with labels, in a file.
struct Trial {
    Scratch scratch;
    std::string folder = scratch.path("run"), data = scratch.path("data.npz"), model = folder + "/model.npz";
    Matrix<float> x;

    template <class Number>
    Trial(std::size_t N, const Number& number, const std::function<int(std::size_t)>& label = {}) : x(N, 4) {
        Random random(1);
        for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(number(i, random));
        std::vector<std::int64_t> labels;
        for (std::size_t q = 0; q < N; ++q) labels.push_back(label ? label(q) : int(q % 2));
        write("data.npz", x, labels);
    }
    void write(const char* file, const Matrix<float>& patterns, const std::vector<std::int64_t>& labels) const {
        Archive archive;
        archive.add("x", patterns);
        archive.add("labels", Array({labels.size()}, labels));
        write_npz(scratch.path(file), archive);
    }
    Said train(const char* kind, Options more = {}) const {
        Options words = {"train", kind, "--data", data, "--out", folder};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    Said small(Options more = {}) const {
        more.insert(more.end(), {"--hidden", "3", "--iterations", "3"});
        return train("shallow", more);
    }
    Said use(const char* command, Options more = {}) const {
        more.insert(more.begin(), {command, model});
        return run(more);
    }
    bool begun() const { return std::filesystem::exists(folder); }
};

}  // namespace autoencoder
