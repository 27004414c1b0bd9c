#include "cli/announcement.hpp"

#include <array>
#include <iostream>

#include "autoencoder/kernels.hpp"
#include "cli/json.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

std::string precision_words(const TrainSettings& settings) {
    return settings.double_precision ? "double precision" : "single precision";
}

std::string machine_words(const std::string& threads) {
    return kernels::current().description + (", " + std::to_string(kernels::threads())) + threads;
}

Json run_line(const TrainSettings& settings, const Dataset& data) {
    Json line = Json().add("train", settings.kind).add("data", data_words(data));
    if (!data.remarks.empty()) line.add("remarks", joined(data.remarks, "; "));
    return line;
}
void print_run_line(Json& line, const TrainSettings& settings) {
    line.add("isa", kernels::current().name).add("threads", kernels::threads());
    std::cout << line.add("out", settings.out).line() << std::endl;
}

void add_training(Json& line, const PagePart& part, const std::string& of_network) {
    line.add("network", network_words(part.network) + of_network);
    line.add("objective", objective_words(part.network, part.options));
    line.add("optimizer", optimiser_words(part.options));
}
std::vector<std::vector<std::string>> training_rows(const PagePart& part,
                                                    const std::array<std::string, 3>& titles,
                                                    const std::string& of_network) {
    return {{titles[0], network_words(part.network) + of_network},
            {titles[1], objective_words(part.network, part.options)},
            {titles[2], optimiser_words(part.options)}};
}

}  // namespace

std::vector<std::vector<std::string>> data_rows(const Dataset& data) {
    std::vector<std::vector<std::string>> rows = {{"data", data_words(data)}};
    for (const std::string& remark : data.remarks) rows.push_back({"", remark});
    return rows;
}

void announce_run(const TrainSettings& settings, const Dataset& data, Style style) {
    if (style == Style::json) {
        Json line = run_line(settings, data);
        print_run_line(line, settings);
    } else if (style != Style::quiet) {
        auto rows = data_rows(data);
        rows.push_back({"machine", machine_words(" threads, ") + precision_words(settings)});
        rows.push_back({"writes", settings.out});
        std::cout << aligned(rows) << std::flush;
    }
}

void announce_training(const PagePart& part, Style style) {
    if (style == Style::json) {
        Json line = Json().add("step", part.name);
        add_training(line, part, "");
        std::cout << line.add("resumed", !part.log.empty()).line() << std::endl;
    } else if (style != Style::quiet) {
        std::cout << "\n" << aligned(training_rows(part, {part.name, "", ""}, "")) << std::flush;
    }
}

void announce_whole_run(const TrainSettings& settings, const Dataset& data, const PagePart& part,
                        Style style) {
    const std::string precision = ", " + precision_words(settings);
    if (style == Style::json) {
        Json line = run_line(settings, data);
        add_training(line, part, precision);
        print_run_line(line, settings);
    } else if (style != Style::quiet) {
        auto rows = data_rows(data);
        for (auto& row : training_rows(part, {"network", "objective", "optimizer"}, precision))
            rows.push_back(std::move(row));
        rows.push_back({"machine", machine_words(kernels::threads() == 1 ? " thread" : " threads")});
        rows.push_back({"writes", settings.out});
        std::cout << aligned(rows) << std::endl;
    }
}

}  // namespace autoencoder::cli
