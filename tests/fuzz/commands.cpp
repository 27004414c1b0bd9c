// Whole commands in this process, and the checkpoints that they go on from.
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "base/formats.hpp"
#include "cli/checkpoint.hpp"
#include "cli/commands.hpp"
#include "cli/settings.hpp"
#include "fuzz/targets.hpp"

namespace autoencoder::fuzz {
namespace {

/// A command in this process: status 0, 1, or 2 and one line.
int command(std::vector<std::string> words) {
    std::stringbuf out, err;
    std::streambuf *const before_out = std::cout.rdbuf(&out), *const before_err =
                                                                  std::cerr.rdbuf(&err);
    const int status = cli::run(std::move(words));
    std::cout.rdbuf(before_out);
    std::cerr.rdbuf(before_err);
    const std::string said = err.str();
    if (status < 0 || status > 2 || (status == 2 && said.find('\n') + 1 != said.size()))
        throw std::logic_error("status " + std::to_string(status) + ": " + said);
    return status;
}

}  // namespace

/// Runs in the middle: their options, their state, and the step after it.
void add_commands(std::vector<Target>& targets) {
    write_npz(scratch().path("patterns.npz"), small_data());
    const std::string folder = scratch().path("run");
    std::vector<Bytes> all;
    const auto run = [&](std::vector<std::string> words, const char* steps) {
        words.insert(words.begin(), "train");
        const std::string kind = words[1];
        const std::vector<std::string> more = {"--data",
                                               scratch().path("patterns.npz"),
                                               "--hidden",
                                               "2",
                                               "--checkpoint",
                                               "1",
                                               "--out",
                                               folder,
                                               "--quiet",
                                               "--threads",
                                               "1",
                                               "--overwrite"};
        words.insert(words.end(), more.begin(), more.end());
        command(words);
        all.push_back(read_file(folder + "/checkpoint.npz"));
        const auto go_on = [=](ByteView bytes) {
            const std::string path = scratch().put("checkpoint.npz", bytes);
            command({"train", kind, "--resume", path, steps, "1", "--out", folder, "--quiet",
                     "--overwrite"});
        };
        targets.push_back(
            {"resume-" + words[words[2] == "--optimizer" ? 3 : 1], go_on, {all.back()}, 100});
    };
    run({"sparse", "--iterations", "1"}, "--iterations");
    run({"shallow", "--optimizer", "adam", "--epochs", "1", "--validation", "2"}, "--epochs");
    run({"shallow", "--optimizer", "online", "--epochs", "1"}, "--epochs");
    targets.push_back({"checkpoint",
                       [](ByteView bytes) {
                           const Archive archive = decode_npz(bytes, "checkpoint.npz");
                           cli::TrainSettings settings{.kind = "shallow", .hidden = {2}};
                           const std::vector<cli::Group> groups = cli::deciding_options(settings);
                           cli::restore_options(archive, settings.kind, groups, {}, {});
                           std::vector<float> theta(18);
                           TrainingState<float> state;
                           std::vector<TrainingStep> log;
                           const std::string data = archive.at("data").text();
                           cli::restore_state<float>(archive,
                                                     std::strtoull(data.c_str(), nullptr, 10),
                                                     theta, state, log);
                       },
                       all});
    const std::string model = folder + "/model.npz";
    targets.push_back({"evaluate",
                       [](ByteView bytes) {
                           command({"evaluate", scratch().put("model.npz", bytes), "--data",
                                    scratch().path("patterns.npz")});
                       },
                       {read_file(model)},
                       20});
}

}  // namespace autoencoder::fuzz
