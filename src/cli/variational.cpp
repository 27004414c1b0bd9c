#include "cli/variational.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/picture.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/variational.hpp"
#include "cli/folder.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {
namespace {

constexpr std::uint64_t picture_seed = 1;

/// A plain sheet of images, so many side by side.
Picture sheet(const Matrix<float>& images, const Model& model, std::size_t columns,
              std::size_t border) {
    const View<const float> group[] = {images};
    const std::string caption[] = {""};
    TileOptions options;
    options.columns = columns;
    options.border = border;
    return image_groups(group, model.height, model.width, caption, options);
}

/// Pairs of patterns, of two classes where there are labels.
std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const Dataset& patterns) {
    constexpr std::size_t most = 6;
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    const auto alike = [&](std::size_t a, std::size_t b) {
        return !patterns.labels.empty() && patterns.labels[a] == patterns.labels[b];
    };
    std::size_t from = 0;
    while (pairs.size() < most) {
        std::size_t to = from + 1;
        while (to < patterns.x.rows && alike(from, to)) ++to;
        if (to >= patterns.x.rows) break;
        pairs.emplace_back(from, to);
        from = to + 1;
    }
    return pairs;
}

/// A row of images for every pair: what lies between their codes.
Picture walks(const Model& model, const Dataset& patterns) {
    constexpr std::size_t steps = 12;
    const auto pairs = pairs_of(patterns);
    std::vector<Matrix<float>> images;
    std::vector<std::string> captions;
    for (const auto& pair : pairs) {
        const std::size_t from = pair.first, to = pair.second;
        images.push_back(with_parameters(model, [&]<class T>(std::span<const T> theta) {
            Matrix<T> ends(2, patterns.x.cols);
            for (std::size_t i = 0; i < patterns.x.cols; ++i) {
                ends(0, i) = T(patterns.x(from, i));
                ends(1, i) = T(patterns.x(to, i));
            }
            const Matrix<T> mu = posterior<T>(model.network, theta, ends).mu;
            return converted<float>(walk<T>(model.network, theta, mu.row(0), mu.row(1), steps));
        }));
        captions.push_back(patterns.labels.empty()
                               ? "walk " + std::to_string(captions.size() + 1)
                               : std::to_string(patterns.labels[from]) + " to " +
                                     std::to_string(patterns.labels[to]));
    }
    const std::vector<View<const float>> rows(images.begin(), images.end());
    return image_rows(rows, model.height, model.width, captions);
}

Picture plane(const Model& model) {
    constexpr std::size_t side = 20;
    constexpr double reach = 2.5;  // beyond it lies one code of a hundred on either axis
    const Matrix<float> images = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        return converted<float>(code_plane<T>(model.network, theta, side, reach));
    });
    return sheet(images, model, side, 0);
}

std::string codes(const Model& model, const Dataset& patterns) {
    constexpr std::size_t most = 5000;  // more would hide each other
    const std::size_t shown = std::min(most, patterns.x.rows);
    const Matrix<float> z = activity_of(model, patterns.x.view().slice(0, shown),
                                        model.network.gaussian_layer());
    std::vector<std::uint8_t> labels;
    for (std::size_t q = 0; !patterns.labels.empty() && q < shown; ++q)
        labels.push_back(std::uint8_t(patterns.labels[q]));
    return scatter(z, labels, {},
                   {.title = "Codes by class", .x_label = "mean of z 1", .y_label = "mean of z 2",
                    .width = 900, .height = 900});
}

}  // namespace

std::size_t Likelihood::active() const {
    constexpr double anything = 0.01;  // nats
    return std::size_t(std::ranges::count_if(unit_kl, [](double each) { return each > anything; }));
}

void Likelihood::print() const {
    if (!known) return;
    std::vector<std::vector<std::string>> rows = {
        {"bound of log p(x)",
         rounded(reconstruction - kl) + " nats = reconstruction " + rounded(reconstruction) +
             " - divergence " + rounded(kl),
         "[elbo]"}};
    constexpr double little = 0.1;  // nats, of all units: patterns are told apart no better than by chance
    const std::size_t units = unit_kl.size(), some = active();
    rows.push_back({"active units", std::to_string(some) + " of " + std::to_string(units) +
                                        ", with a divergence of " + rounded(unit_kl.front()) + " to " +
                                        rounded(unit_kl.back()) +
                                        (some == 0 || kl < little ? " nats: the code has collapsed, it says next to nothing" : " nats")});
    if (samples > 0) {
        rows.push_back({"log p(x)", rounded(log_likelihood) + " nats, by " + grouped(samples) +
                                        " importance samples a pattern"});
    }
    std::cout << aligned(rows);
}

void Likelihood::add_to(Json& line) const {
    if (!known) return;
    line.add("elbo", reconstruction - kl).add("elbo_reconstruction", reconstruction);
    line.add("elbo_kl", kl).add("active_units", active());
    if (samples > 0) line.add("samples", samples).add("log_likelihood", log_likelihood);
}

Likelihood likelihood_of(const Model& model, View<const float> x, const Cost& cost,
                         std::size_t samples) {
    if (model.network.gaussian_layer() == 0) {
        if (samples > 0) {
            throw std::invalid_argument("--samples: expected a variational autoencoder, found "
                                        "another network");
        }
        return {};
    }
    Likelihood result{true, -cost.data, cost.kl, samples, 0};
    result.unit_kl = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        const Posterior<T> q = posterior<T>(model.network, theta, in_precision<T>(x));
        std::vector<double> each(q.mu.cols);
        for (std::size_t i = 0; i < q.mu.values.size(); ++i) {
            const double mu = double(q.mu.values[i]), log_variance = double(q.log_variance.values[i]);
            each[i % q.mu.cols] +=
                (mu * mu + exponential(log_variance) - log_variance - 1) / 2 / double(x.rows);
        }
        return each;
    });
    std::ranges::sort(result.unit_kl, std::greater<>());
    if (samples == 0) return result;
    result.log_likelihood = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        return log_likelihood<T>(model.network, theta, in_precision<T>(x), samples, picture_seed);
    });
    return result;
}

std::vector<std::string> write_variational_pictures(const std::string& folder, const Model& model,
                                                    const Dataset& patterns) {
    const std::size_t l = model.network.gaussian_layer();
    if (l == 0) return {};
    std::vector<std::string> written;
    const auto write = [&](const char* name, const Picture& picture) {
        written.push_back(in_folder(folder, name));
        write_png(written.back(), picture);
    };
    const Matrix<float> samples = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        return converted<float>(generate<T>(model.network, theta, 100, picture_seed));
    });
    write("samples.png", sheet(samples, model, 10, 2));
    if (!pairs_of(patterns).empty()) write("walk.png", walks(model, patterns));
    if (model.network.units(l) != 2) return written;
    write("plane.png", plane(model));
    written.push_back(in_folder(folder, "codes.svg"));
    write_svg(written.back(), codes(model, patterns));
    return written;
}

}  // namespace autoencoder::cli
