#include "cli/evaluation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/elementwise.hpp"
#include "cli/folder.hpp"
#include "network/gaussian.hpp"

namespace autoencoder::cli {
namespace {

template <class T>
Cost cost_on(Network network, std::span<const T> theta, View<const float> x, View<const float> y) {
    network.dropout = network.input_dropout = 0;  // at test time h̃ = h
    Panels<T> inputs(x.rows, x.cols), targets;
    to_panels<T>(in_precision<T>(x), inputs);
    Batch<T> batch;
    batch.x = batch.y = inputs;
    if (y.rows > 0) {
        targets = Panels<T>(y.rows, y.cols);
        to_panels<T>(in_precision<T>(y), targets);
        batch.y = targets;
    }
    Panels<T> noise;
    if (const std::size_t l = network.gaussian_layer()) {  // a sample a pattern
        noise = drawn_noise<T>(1, x.rows, network.units(l));
        batch.noise = noise;
    }
    Evaluation<T> evaluation(network, x.rows);
    return cost_and_gradient<T>(network, theta, batch, {}, evaluation);
}

void require_autoencoder(const Network& network) {
    require(network.units(network.depth()) == network.inputs,
            "evaluate: expected an autoencoder, with an output as wide as the input, found " +
                std::to_string(network.units(network.depth())) + " for " +
                std::to_string(network.inputs));
}

}  // namespace

Spread spread_of(std::span<const double> values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return {*least, std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()),
            *most};
}

Cost cost_on(const Model& model, View<const float> x, View<const float> y) {
    return with_parameters(model, [&]<class T>(std::span<const T> theta) {
        return cost_on<T>(model.network, theta, x, y);
    });
}

void add_cost(Json& line, const Cost& cost) {
    line.add("cost", cost.total()).add("cost_data", cost.data);
    line.add("cost_weight_penalty", cost.weight_penalty).add("cost_sparsity", cost.sparsity);
}

double squared_error(View<const float> x, View<const float> x_hat) {
    double sum = 0;
    for (std::size_t q = 0; q < x.rows; ++q) {
        for (std::size_t i = 0; i < x.cols; ++i) {
            const double difference = double(x(q, i)) - double(x_hat(q, i));
            sum += difference * difference;
        }
    }
    return sum;
}

double error_per_pattern(const Model& model, View<const float> x, View<const float> y) {
    return squared_error(y, activity_of(model, x, model.network.depth())) / double(x.rows);
}

Liveliness liveliness_of(View<const double> code) {
    Liveliness result;
    for (std::size_t j = 0; j < code.cols; ++j) {
        double sum = 0, least = code(0, j), most = least;
        for (std::size_t q = 0; q < code.rows; ++q) {
            sum += code(q, j);
            least = std::min(least, code(q, j)), most = std::max(most, code(q, j));
        }
        result.mean_activity.push_back(sum / double(code.rows));
        if (most - least < dead_below) ++result.dead;
    }
    return result;
}

Scores evaluate_on(const Model& model, View<const float> x, View<const float> y) {
    const Network& network = model.network;
    require_autoencoder(network);
    Scores scores;
    scores.layer = code_layer(network);
    scores.error_per_pattern = error_per_pattern(model, x, y.rows > 0 ? y : x);
    scores.error_per_number = scores.error_per_pattern / double(x.cols);
    scores.cost = cost_on(model, x, y);
    const Matrix<double> code = converted<double>(activity_of(model, x, scores.layer));
    scores.code = code_quality(code);
    const Liveliness lively = liveliness_of(code);
    scores.mean_activity = lively.mean_activity, scores.dead = lively.dead;
    return scores;
}

Denoised denoise_on(const Model& model, View<const float> x, const Disturbance& noise) {
    require_autoencoder(model.network);
    Matrix<float> noisy = noise.of(x);
    const Matrix<float> cleaned = activity_of(model, noisy, model.network.depth());
    const double numbers = double(x.rows * x.cols);
    Denoised errors;
    errors.noisy = squared_error(x, noisy) / numbers;
    errors.cleaned = squared_error(x, cleaned) / numbers;
    for (float& value : noisy.values) value = std::clamp(value, 0.0f, 1.0f);
    errors.clipped = squared_error(x, noisy) / numbers;
    for (std::size_t q = 0; q < x.rows; ++q)
        for (const float value : x.row(q)) errors.in_unit &= value >= 0 && value <= 1;
    return errors;
}

double psnr(double error) {
    constexpr double log_of_10 = 2.302585092994045684;
    return error > 0 ? -10 * logarithm(error) / log_of_10 : std::numeric_limits<double>::infinity();
}

std::vector<std::vector<std::string>> denoised_rows(const Denoised& errors,
                                                    const Corruption& corruption,
                                                    const std::string& number) {
    const std::string tag = "[denoise]";
    const auto words = [&](double error) {
        return rounded(error) + " a " + number + (errors.in_unit ? ", PSNR " + rounded(psnr(error)) + " dB" : "");
    };
    std::vector<std::vector<std::string>> rows = {
        {"noisy", words(errors.noisy) + ", with " + name(corruption), tag}};
    if (errors.in_unit && errors.clipped != errors.noisy) rows.push_back({"  clipped to 0…1", words(errors.clipped)});
    rows.push_back({"denoised", words(errors.cleaned), tag});
    return rows;
}

std::vector<std::string> activity_row(const Spread& rho, const std::string& wanted) {
    return {"mean activity",
            rounded(rho.mean) + ", of single units " + rounded(rho.least) + " to " +
                rounded(rho.most) + wanted,
            "[mean-activity]"};
}

std::vector<std::string> cost_row(const Cost& cost) {
    return {"cost", cost_by_term(cost), "[scale]"};
}

}  // namespace autoencoder::cli
