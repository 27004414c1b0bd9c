#include "cli/classifier_run.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/judgement.hpp"
#include "cli/step_options.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

/// Encoders and their θ; without layers where the head sees the patterns.
template <class T>
struct Encoders {
    Network network;
    Buffer<T> theta;
};

/// A run in one precision.
template <class T>
class Run {
public:
    Run(const ClassifierSettings& settings, std::vector<Group> deciding, const Dataset& data,
        const Dataset& test, const std::optional<Model>& given, const Archive* checkpoint)
        : s_(settings),
          given_(given),
          data_(data),
          test_(test),
          steps_(settings.stack.stage, std::move(deciding), checkpoint),
          x_(converted<T>(data.x)),
          classes_(classes_of(data.labels)),
          y_(one_hot<T>(data.labels, classes_)) {}

    int operator()() {
        require_labels(test_, classes_);
        announce_run(s_.stack.stage, data_, steps_.style());
        require_room();
        Encoders<T> below;
        if (!encoders(below)) return steps_.say_stopped();
        const std::size_t code = below.network.units(below.network.depth());
        const Network head = with_objective(above(code), s_.head);
        const std::uint64_t head_seed = stage_seed(s_.stack.stage.training.seed, 100);
        Buffer<T> of_head = initial_parameters<T>(head, head_seed);
        if (!s_.no_head_training && !train_head(below, head, of_head)) return steps_.say_stopped();

        Network whole = joined(below.network, head);
        Model model{whole, joined<T>(below.theta, of_head), data_.height, data_.width, {}};
        note(model);
        if (!s_.no_head_training) tell("head", judge(model, test_));
        if (!s_.no_fine_tuning) {
            model.network = whole = with_objective(whole, s_.fine_tune);
            TrainingSet<T> set;
            set.x = x_;
            set.y = y_;
            Buffer<T>& theta = std::get<Buffer<T>>(model.theta);
            if (!steps_.train("fine-tuning", whole, set, s_.fine_tune.training, theta))
                return steps_.say_stopped();
            tell("fine-tuning", judge(model, test_));
        }
        write(model);
        return 0;
    }

private:
    /// Every step has to fit into memory, which is asked before the first.
    void require_room() const {
        const TrainSettings& run = s_.stack.stage;
        const std::size_t N = data_.x.rows;
        Network below;
        below.inputs = data_.x.cols;
        if (given_) {
            below = given_->network;
        } else if (!run.hidden.empty()) {
            const Network deep = stack_network(s_.stack, data_);
            if (!s_.no_pretraining) cli::require_room<T>(run, deep, N);
            below = first_layers(deep, stages(deep));
        }
        const Network head = above(below.units(below.depth())), whole = joined(below, head);
        const auto ask = [&](const Network& network, const TrainSettings& step) {
            require_memory(training_memory<T>(network, N, step.training),
                           "train classifier (" + network_words(network) + ")");
        };
        if (!s_.no_head_training) ask(head, s_.head);
        ask(whole, s_.fine_tune);
    }

    /// Step 1, or what stands for it. Returns false if the run was stopped.            [greedy]
    bool encoders(Encoders<T>& below) {
        below.network.inputs = data_.x.cols;
        if (given_) {
            below = {given_->network, std::get<Buffer<T>>(given_->theta)};
            return true;
        }
        if (s_.stack.stage.hidden.empty()) return true;
        const TrainingOptions& options = s_.stack.stage.training;
        const Network deep = stack_network(s_.stack, data_);
        Buffer<T> theta = initial_stack<T>(deep, options.seed);
        if (!s_.no_pretraining && !train_stages<T>(steps_, deep, options, x_, theta)) return false;
        below.network = first_layers(deep, stages(deep));
        below.theta = Buffer<T>(layout(below.network).size);
        std::copy_n(theta.begin(), below.theta.size(), below.theta.begin());
        return true;
    }

    /// The head on codes of this width, and with --encoder the dense layers between them.
    Network above(std::size_t code) const {
        const TrainSettings& stage = s_.stack.stage;
        Network between;
        between.inputs = code;
        if (!s_.encoder.empty()) {
            for (const std::size_t units : stage.hidden)
                between.layers.push_back({units, stage.activation});
        }
        const std::size_t top = between.units(between.depth());
        return joined(between, head_network(s_.head_kind, top, s_.head_hidden, classes_));
    }

    /// The codes of all patterns, a share at a time: the layers below the code can be much wider.
    Matrix<T> codes_of(const Encoders<T>& below) const {
        constexpr std::size_t share = 4096;
        const std::size_t depth = below.network.depth();
        Matrix<T> codes(x_.rows, below.network.units(depth));
        for (std::size_t q = 0; q < x_.rows; q += share) {
            const std::size_t count = std::min(share, x_.rows - q);
            const Matrix<T> some =
                activity<T>(below.network, below.theta, x_.view().slice(q, count), depth);
            std::ranges::copy(some.values, codes.row(q).begin());
        }
        return codes;
    }

    /// Step 2, on codes that are computed once and stay as they are.                     [head]
    bool train_head(const Encoders<T>& below, const Network& head, std::span<T> theta) {
        Matrix<T> codes;
        TrainingSet<T> set;
        set.x = x_;
        set.y = y_;
        if (below.network.depth() > 0) {
            codes = codes_of(below);
            set.x = codes;
        }
        return steps_.train("head", head, set, s_.head.training, theta);
    }

    void tell(const char* step, const Judgement& judgement) const {
        if (steps_.style() == Style::json) {
            std::cout << Json()
                             .add("after", step)
                             .add("test_accuracy", judgement.accuracy)
                             .add("test_wrong", judgement.wrong())
                             .add("seconds", steps_.seconds())
                             .line()
                      << std::endl;
        } else if (steps_.style() != Style::quiet) {
            std::cout << "  test patterns after " << step << ": " << judgement.words() << "; "
                      << duration(steps_.seconds()) << " so far" << std::endl;
        }
    }

    void note(Model& model) const {
        const TrainSettings& run = s_.stack.stage;
        note_origin(model, run.kind, run.data, data_.x.rows);
        const auto add = [&](const char* key, Array value) {
            model.training.emplace_back(key, std::move(value));
        };
        add("head", std::string(name(s_.head_kind)));
        add("pretrained", given_ || (!s_.no_pretraining && !run.hidden.empty()));
        add("fine_tuned", !s_.no_fine_tuning);
        add("seed", run.training.seed);
    }

    void write(const Model& model) const {
        const std::string& out = s_.stack.stage.out;
        std::vector<std::string> written = {in_folder(out, "model.npz")};
        save_model(written[0], model);
        written.insert(written.end(), steps_.written().begin(), steps_.written().end());
        const Judgement judgement = judge(model, test_);
        Page page = steps_.page(data_);
        page.pictures = write_judgement(out, model, test_, judgement);
        written.insert(written.end(), page.pictures.begin(), page.pictures.end());
        page.facts.push_back({"model", network_words(model.network)});
        page.facts.push_back({"test patterns", judgement.words(), "head"});
        written.push_back(write_page(out, page));
        steps_.finish();
        if (steps_.style() == Style::json) {
            std::cout << Json().add("model", written[0]).add("seconds", steps_.seconds()).line()
                      << "\n";
        } else if (steps_.style() != Style::quiet) {
            std::cout << "\n" << confusion_table(judgement.confusion) << "\n";
            for (const std::string& path : written) std::cout << "wrote " << path << "\n";
        }
    }

    const ClassifierSettings& s_;
    const std::optional<Model>& given_;
    const Dataset& data_;
    const Dataset& test_;
    Steps<T> steps_;
    Matrix<T> x_;
    std::size_t classes_;
    Matrix<T> y_;  // one-hot
};

}  // namespace

template <class T>
int run_classifier(const ClassifierSettings& settings, std::vector<Group> deciding,
                   const Dataset& data, const Dataset& test, const std::optional<Model>& given,
                   const Archive* checkpoint) {
    return Run<T>(settings, std::move(deciding), data, test, given, checkpoint)();
}

template int run_classifier<float>(const ClassifierSettings&, std::vector<Group>, const Dataset&,
                                   const Dataset&, const std::optional<Model>&, const Archive*);
template int run_classifier<double>(const ClassifierSettings&, std::vector<Group>, const Dataset&,
                                    const Dataset&, const std::optional<Model>&, const Archive*);

}  // namespace autoencoder::cli
