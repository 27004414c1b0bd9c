#include "cli/announcement.hpp"

#include <iostream>

#include "autoencoder/kernels.hpp"
#include "cli/json.hpp"
#include "cli/remarks.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {

void announce(const TrainSettings* settings, const Dataset& data, const PagePart* part, Style style) {
    if (style == Style::quiet) return;
    const std::string precision =
        !settings ? "" : settings->double_precision ? ", double precision" : ", single precision";
    Json line;
    std::vector<std::vector<std::string>> rows;
    if (settings) {
        line.add("train", settings->kind).add("data", data_words(data));
        line.add("judged_by", settings->judged_by);
        if (!data.remarks.empty()) line.add("remarks", joined(data.remarks, "; "));
        rows.push_back({"data", data_words(data)});
        for (const std::vector<std::string>& remark : remark_rows(data)) rows.push_back(remark);
        rows.push_back({"judged by", settings->judged_by});
    } else {
        line.add("step", part->name);
    }
    if (part) {
        const std::string network = network_words(part->network) + precision,
                          objective = objective_words(part->network, part->options),
                          optimizer = optimiser_words(part->options);
        line.add("network", network).add("objective", objective).add("optimizer", optimizer);
        rows.push_back({settings ? "network" : part->name, network});
        rows.push_back({settings ? "objective" : "", objective});
        rows.push_back({settings ? "optimizer" : "", optimizer});
    }
    if (settings) {
        const std::size_t threads = kernels::threads();
        line.add("isa", kernels::current().name).add("threads", threads).add("out", settings->out);
        rows.push_back({"machine", std::string(kernels::current().description) + ", " + counted(threads, "thread") +
                                       (part ? "" : precision)});
        rows.push_back({"writes", settings->out});
    } else {
        line.add("resumed", !part->log.empty());
    }
    if (style == Style::json) std::cout << line.line() << std::endl;
    else std::cout << (settings ? "" : "\n") << aligned(rows) << (settings && part ? "\n" : "") << std::flush;
}

}  // namespace autoencoder::cli
