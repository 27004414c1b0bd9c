#include "cli/patterns.hpp"

namespace autoencoder::cli {
TrainingData load_training(const std::string& data, std::size_t count) {
    TrainingData result{load_data(data, Split::train, count), load_data(data, Split::test)};
    if (!result.test.has_test)
        result.train.remarks.push_back("there are no test patterns apart from these");
    return result;
}

Group pattern_options(PatternChoice& choice) {
    return {"patterns",
            {{"--data", text(choice.data, "D"), "digits, mnist, fashion, folder, file", "",
              "the model's"},
             {"--split", either(choice.train, "test", "train"), "which of its two parts"},
             {"--count", count(choice.count, 1, "all"), "the first N patterns"}}};
}

Group noise_options(Disturbance& noise, const std::string& fallback) {
    return {"noise, put on the patterns first",
            {{"--noise", autoencoder::cli::noise(noise.corruption),
              "masking:P, salt-pepper:P, gaussian:S", "denoise", fallback},
             {"--seed", seed(noise.seed), "of the noise"}}};
}

Corruption trained_noise(const Model& model) {
    const Array* trained = noted(model, "noise");
    if (!trained) return {};
    try {
        return corruption_of(trained->text());
    } catch (const std::invalid_argument& error) {
        fail(trained->origin, error.what());
    }
}

Dataset load_patterns(const PatternChoice& choice, const Model& model, const std::string& path) {
    std::string data = choice.data;
    if (data.empty()) {
        const Array* known = noted(model, "data");
        if (!known) {
            throw std::invalid_argument("--data: expected a data set, found nothing, and " + path +
                                        " does not name one");
        }
        data = known->text();
    }
    Dataset patterns = load_data(data, choice.train ? Split::train : Split::test, choice.count);
    if (patterns.x.cols != model.network.inputs) {
        fail(data, "expected patterns of " + std::to_string(model.network.inputs) +
                       " numbers, as " + path + " takes, found " + std::to_string(patterns.x.cols));
    }
    return patterns;
}

void note_origin(Model& model, const std::string& kind, const std::string& data,
                 std::size_t patterns) {
    model.training.emplace_back("kind", kind);
    if (data == "digits" || data == "mnist" || data == "fashion")
        model.training.emplace_back("data", data);
    model.training.emplace_back("patterns", patterns);
}

}  // namespace autoencoder::cli
