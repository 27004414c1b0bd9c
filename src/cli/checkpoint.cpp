#include "cli/checkpoint.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "cli/interrupt.hpp"
#include "cli/words.hpp"
#include "network/evaluation.hpp"

namespace autoencoder::cli {
namespace {

constexpr std::size_t log_columns = 9;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();  // in a row of the log

std::vector<double> row_of(const TrainingStep& step) {
    return {double(step.number),      double(step.evaluations), step.cost.data,
            step.cost.weight_penalty, step.cost.sparsity,       step.cost.kl,
            step.gradient_norm,       step.seconds,             step.validation.value_or(nothing)};
}

TrainingStep step_of(std::span<const double> row, const std::string& place) {
    for (const double count : row.first(2)) {
        if (!(count >= 0 && count <= 0x1p53))
            fail(place,
                 "expected numbers of steps and evaluations, found " + std::to_string(count));
    }
    TrainingStep step{std::size_t(row[0]), std::size_t(row[1]), {row[2], row[3], row[4], row[5]},
                      row[6],              row[7]};
    if (row[8] == row[8]) step.validation = row[8];
    return step;
}

std::size_t size_at(const Archive& archive, const char* key) {
    const Array& array = archive.at(key);
    const std::int64_t number = array.integer();
    if (number < 0) fail(array.origin, "expected 0 or more, found " + std::to_string(number));
    return std::size_t(number);
}

// Numbers as they were saved: nothing is converted. Empty where the optimiser did not use them.
template <class T>
Buffer<T> numbers_at(const Archive& archive, const std::string& key, std::size_t size) {
    const Array& array = archive.at(key);
    const auto* values = std::get_if<std::vector<T>>(&array.values);
    if (!values || (values->size() != size && !values->empty())) {
        fail(array.origin, "expected " + std::to_string(size) +
                               " numbers in the run's precision, found " + array.description());
    }
    Buffer<T> buffer(values->size());
    std::copy(values->begin(), values->end(), buffer.begin());
    return buffer;
}

template <class T>
Array array_of(const Buffer<T>& numbers) {
    return Array({numbers.size()}, numbers);
}

/// Every key of what a run knows besides θ, once: for writing and for reading.
template <class State, class Each>
void each_key(State& state, Each each) {
    each("best_number", state.best.number);
    each("best_cost", state.best.cost);
    each("best_theta", state.best.theta);
    each("epochs", state.epochs);
    each("lbfgs_iterations", state.lbfgs.iterations);
    each("lbfgs_evaluations", state.lbfgs.evaluations);
    each("lbfgs_settled", state.lbfgs.settled);
    each("lbfgs_stored", state.lbfgs.stored);
    each("lbfgs_cost", state.lbfgs.cost);
    each("lbfgs_gradient_norm", state.lbfgs.gradient_norm);
    each("lbfgs_scale", state.lbfgs.scale);
    each("lbfgs_gradient", state.lbfgs.gradient);
    each("lbfgs_s", state.lbfgs.s);
    each("lbfgs_y", state.lbfgs.y);
    each("lbfgs_sy", state.lbfgs.sy);
    each("momentum_velocity", state.momentum.velocity);
    each("adam_steps", state.adam.steps);
    each("adam_mean", state.adam.mean);
    each("adam_square", state.adam.square);
}

template <class T>
struct Writer {
    Archive& archive;

    void operator()(const char* key, std::size_t number) { archive.add(key, number); }
    void operator()(const char* key, double number) { archive.add(key, number); }
    void operator()(const char* key, const Buffer<T>& numbers) { archive.add(key, array_of(numbers)); }
    void operator()(const char* key, const Matrix<T>& pairs) { archive.add(key, pairs); }
    void operator()(const char* key, const std::vector<double>& numbers) {
        archive.add(key, Array({numbers.size()}, numbers));
    }
};

template <class T>
struct Reader {
    const Archive& archive;
    std::size_t size;  // of θ, and so of most

    void operator()(const char* key, std::size_t& number) { number = size_at(archive, key); }
    void operator()(const char* key, double& number) { number = archive.at(key).number(); }
    void operator()(const char* key, Buffer<T>& numbers) {
        numbers = numbers_at<T>(archive, key, size);
    }
    void operator()(const char* key, Matrix<T>& pairs) {
        pairs.rows = archive.at("lbfgs_sy").doubles().size();
        pairs.cols = pairs.rows > 0 ? size : 0;
        pairs.values = numbers_at<T>(archive, key, pairs.rows * size);
    }
    void operator()(const char* key, std::vector<double>& numbers) {
        numbers = archive.at(key).doubles();
    }
};

template <class T>
void require_pairs(const Archive& archive, std::size_t size, const LbfgsState<T>& state) {
    const std::size_t pairs = state.sy.size() * size, gradient = state.evaluations > 0 ? size : 0;
    if (state.gradient.size() == gradient && state.s.values.size() == pairs &&
        state.y.values.size() == pairs)
        return;
    fail(archive.origin, "expected a gradient and pairs as long as theta, " + std::to_string(size) +
                             ", found " + archive.at("lbfgs_gradient").description() + " and " +
                             archive.at("lbfgs_s").description());
}

}  // namespace

template <class T>
std::uint64_t fingerprint(View<const T> x) {
    std::uint64_t hash = 14695981039346656037u;
    const auto mix = [&](std::uint64_t word) { hash = (hash ^ word) * 1099511628211u; };
    mix(x.rows);
    mix(x.cols);
    for (std::size_t q = 0; q < x.rows; ++q) {
        for (const T value : x.row(q)) mix(std::bit_cast<std::uint32_t>(float(value)));
    }
    return hash;
}

Archive load_checkpoint(const std::string& path) {
    std::set<std::string, std::less<>> keys = {"kind", "checkpoint", "options",        "steps", "finished",
                                               "data", "theta",      "running_layers", "log"};
    TrainingState<double> state;
    each_key(state, [&](const char* key, const auto&) { keys.insert(key); });
    return read_npz(path, [&](std::string_view key) {
        if (key.starts_with("step") && key.find('_') != key.npos)
            key.remove_prefix(key.find('_') + 1);  // of several trainings
        return keys.contains(key) || key.starts_with("running_rho");
    });
}

Archive begin_checkpoint(const std::string& kind, const std::vector<Group>& groups, std::size_t every) {
    Archive archive;
    archive.add("kind", kind);
    if (every > 0) archive.add("checkpoint", every);
    std::vector<std::string> options;
    for (const Group& group : groups) {
        for (const Option& option : group.options)
            options.push_back(option.name + "=" + option.value.show());
    }
    archive.add("options", Array(options));
    return archive;
}

template <class T>
void require_room_for(const std::string& what, const Network& network, const Sets& sets, TrainingOptions options,
                      std::size_t besides) {
    using enum Optimizer;
    options.gives_up = interrupted_for_a_second;  // as every run does
    const Optimizer optimizer = options.optimizer;
    const std::size_t kept = 1 + (options.validation > 0 ? 2 : 0) +
                             (optimizer == lbfgs      ? 2 * LbfgsOptions().memory + 1
                              : optimizer == adam     ? 2
                              : optimizer == momentum ? 1
                                                      : 0);
    const std::size_t trained = sets.train.x.values.size() + sets.train.y.values.size(),
                      judged = sets.test.x.values.size() + sets.test.y.values.size(),
                      patterns = (trained + judged) * sizeof(float) + trained * (sizeof(T) > sizeof(float) ? sizeof(T) : 0);
    const std::size_t training = plus(training_memory<T>(network, sets.train.x.rows, options),
                                      times(2 * kept + 1, layout(network).size, sizeof(T)));
    const std::size_t judgement =
        plus(times(judged, sizeof(T)), evaluation_bytes<T>(network, sets.test.x.rows));
    require_memory(plus(besides, patterns, std::max(training, judgement)),
                   what + " (" + network_words(network) + ")");
}

template <class T>
void add_state(Archive& archive, std::uint64_t data, std::span<const T> theta,
               const TrainingState<T>& state, const std::vector<TrainingStep>& log) {
    archive.add("data", std::to_string(data));
    const Buffer<T>& latest = state.best.latest;  // where θ is already the best of the run
    archive.add("theta", latest.size() > 0 ? array_of(latest) : Array({theta.size()}, theta));
    each_key(state, Writer<T>{archive});
    archive.add("running_layers", state.running.rho.size());
    for (std::size_t l = 0; l < state.running.rho.size(); ++l) {
        const std::vector<double>& rho = state.running.rho[l];
        archive.add("running_rho" + std::to_string(l + 1), Array({rho.size()}, rho));
    }
    std::vector<double> rows;
    for (const TrainingStep& step : log) {
        const std::vector<double> row = row_of(step);
        rows.insert(rows.end(), row.begin(), row.end());
    }
    archive.add("log", Array({log.size(), log_columns}, rows));
}

void restore_options(const Archive& checkpoint, const std::string& wanted,
                     const std::vector<Group>& groups, const std::set<std::string>& given,
                     const std::set<std::string>& free) {
    const std::string kind = checkpoint.at("kind").text();
    if (kind != wanted) {
        fail(checkpoint.origin, "is a run of `train " + kind + "`, found `train " + wanted + "`");
    }
    const Array& options = checkpoint.at("options");
    const std::vector<std::string> texts = options.texts();
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        const std::string name = text.substr(0, equals);
        const Option* option = find_option(groups, name);
        if (!option || equals == std::string::npos)
            fail(options.origin, "expected options of `train " + kind + "`, found '" + text + "'");
        const std::string value = text.substr(equals + 1);
        if (given.contains(name)) {
            if (!free.contains(name) && option->value.show() != value) {
                throw std::invalid_argument(name + ": the run that is resumed has '" + value +
                                            "', found '" + option->value.show() + "'");
            }
        } else if (!value.empty()) {
            try {
                option->value.take(value);
            } catch (const std::invalid_argument& error) {
                fail(options.origin, name + ": " + error.what());
            }
        }
    }
}

template <class T>
void restore_state(const Archive& checkpoint, std::uint64_t data, std::span<T> theta,
                   TrainingState<T>& state, std::vector<TrainingStep>& log) {
    if (checkpoint.at("data").text() != std::to_string(data))
        fail(checkpoint.origin, "expected the patterns that the run began with, found others");
    const std::size_t size = theta.size();
    const Buffer<T> saved = numbers_at<T>(checkpoint, "theta", size);
    if (saved.size() != size)
        fail(checkpoint.at("theta").origin,
             "expected " + std::to_string(size) + " numbers, found none");
    std::copy(saved.begin(), saved.end(), theta.begin());
    each_key(state, Reader<T>{checkpoint, size});
    require_pairs(checkpoint, size, state.lbfgs);
    const std::size_t layers = size_at(checkpoint, "running_layers");
    for (std::size_t l = 1; l <= layers; ++l)
        state.running.rho.push_back(checkpoint.at("running_rho" + std::to_string(l)).doubles());
    const Array& rows = checkpoint.at("log");
    if (rows.shape.size() != 2 || rows.shape[1] != log_columns)
        fail(rows.origin, "expected rows of " + std::to_string(log_columns) + " numbers, found " +
                              rows.description());
    const std::vector<double> values = rows.doubles();
    for (std::size_t i = 0; i < rows.shape[0]; ++i)
        log.push_back(
            step_of(std::span(values).subspan(i * log_columns, log_columns), rows.origin));
}

template std::uint64_t fingerprint(View<const float>);
template std::uint64_t fingerprint(View<const double>);
template void require_room_for<float>(const std::string&, const Network&, const Sets&, TrainingOptions,
                                      std::size_t);
template void require_room_for<double>(const std::string&, const Network&, const Sets&, TrainingOptions,
                                       std::size_t);
template void add_state(Archive&, std::uint64_t, std::span<const float>,
                        const TrainingState<float>&, const std::vector<TrainingStep>&);
template void add_state(Archive&, std::uint64_t, std::span<const double>,
                        const TrainingState<double>&, const std::vector<TrainingStep>&);
template void restore_state(const Archive&, std::uint64_t, std::span<float>, TrainingState<float>&,
                            std::vector<TrainingStep>&);
template void restore_state(const Archive&, std::uint64_t, std::span<double>,
                            TrainingState<double>&, std::vector<TrainingStep>&);

}  // namespace autoencoder::cli
