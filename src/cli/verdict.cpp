#include "cli/verdict.hpp"

#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/text.hpp"
#include "cli/evaluation.hpp"

namespace autoencoder::cli {
namespace {

/// The least and the largest value that an output of this activation comes near.
std::pair<double, double> reach_of(Activation f) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    switch (f) {
        case Activation::sigmoid: return {0, 1};
        case Activation::tanh: return {-1, 1};
        case Activation::relu: return {0, infinity};
        case Activation::softmax: return {0, 1};
        case Activation::linear: break;
    }
    return {-infinity, infinity};
}

std::string out_of_reach(const Network& network, View<const float> x) {
    double least = x(0, 0), most = least;
    for (std::size_t q = 0; q < x.rows; ++q)
        for (const float value : x.row(q)) least = std::min<double>(least, value), most = std::max<double>(most, value);
    const Activation f = network.layers.back().activation;
    const auto [low, high] = reach_of(f);
    if (least >= low && most <= high) return "";
    return "Targets lie outside of what the output can say: they go from " + rounded(least) + " to " +
           rounded(most) + ", a " + std::string(name(f)) + " output from " + rounded(low) +
           (high > 1e300 ? " up" : " to " + rounded(high)) + ".";
}

}  // namespace

void judge_autoencoder(const Model& model, const Dataset& train, const Dataset& test,
                       std::vector<Fact>& facts, std::vector<std::string>& judgements) {
    const Network& network = model.network;
    const std::string unreachable = out_of_reach(network, train.x);
    if (!unreachable.empty()) judgements.push_back(unreachable);

    constexpr std::size_t enough = 2000;  // training patterns, to say how well they are known
    constexpr std::size_t widest = 1024, most = 64;
    const View<const float> some = train.x.view().slice(0, std::min(enough, train.x.rows));
    const Scores scores = evaluate_on(model, test.x), of_training = evaluate_on(model, some);
    const auto words = [&](double error) {
        return rounded(error) + " a pattern, " + rounded(error / double(network.inputs)) + " a number";
    };
    std::vector<double> mean(network.inputs);
    double of_mean = 0;
    for (std::size_t q = 0; q < some.rows; ++q)
        for (std::size_t i = 0; i < some.cols; ++i) mean[i] += some(q, i) / double(some.rows);
    for (std::size_t q = 0; q < test.x.rows; ++q)
        for (std::size_t i = 0; i < some.cols; ++i) {
            const double difference = test.x(q, i) - mean[i];
            of_mean += difference * difference / double(test.x.rows);
        }
    const Spread rho = spread_of(scores.mean_activity);
    const std::string units = std::to_string(scores.dead) + " of " + std::to_string(scores.code.hidden);
    facts.push_back({"squared error, training", words(of_training.error_per_pattern), "cost"});
    facts.push_back({"squared error, test", words(scores.error_per_pattern), "cost"});
    facts.push_back({"of the mean pattern, test", words(of_mean)});
    if (network.inputs <= widest) {  // else they would take longer than a short training
        const std::size_t K = std::min({scores.code.hidden, network.inputs, most});
        const PrincipalComponents pca = principal_components(some, K, 2);
        double left_out = pca.variance;
        for (const double variance : pca.variances) left_out -= variance;
        facts.push_back({"of " + std::to_string(K) + " principal components, training", words(left_out), "pca"});
    }
    facts.push_back({"mean activity", rounded(rho.mean) + ", of single units " + rounded(rho.least) + " to " +
                                          rounded(rho.most), "mean-activity"});
    facts.push_back({"dead units", units});

    if (scores.error_per_pattern >= 0.98 * of_mean)
        judgements.push_back("It has learned nothing: it reconstructs no better than the mean pattern.");
    if (scores.dead == scores.code.hidden)
        judgements.push_back("The code has collapsed: it is the same for every pattern.");
    else if (scores.dead > 0)
        judgements.push_back(units + " units are dead: their activity is the same for every pattern.");
    if (scores.code.mean_correlation > 0.95 && scores.code.hidden > 1)
        judgements.push_back("The code has collapsed: all of its units say the same.");
}

}  // namespace autoencoder::cli
