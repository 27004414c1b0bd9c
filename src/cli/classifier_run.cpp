#include "cli/classifier_run.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"
#include "cli/judgement.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

/// Encoders and their θ; without layers where the head sees the patterns.
template <class T>
struct Encoders {
    Network network;
    Buffer<T> theta;
};

/// The three steps in one precision, each of which can be left out.
template <class T>
class ThreeSteps {
public:
    ThreeSteps(const ClassifierSettings& settings, std::vector<Group> deciding, const Sets& sets,
               const std::optional<Model>& given, const Archive* checkpoint)
        : s_(settings),
          given_(given),
          sets_(sets),
          run_(settings.stack.stage, std::move(deciding), data_, checkpoint),
          x_(in_precision<T>(data_.x)),
          classes_(classes_of(data_.labels)),
          y_(one_hot<T>(data_.labels, classes_)) {}

    int operator()() {
        require_labels(test_, classes_, sets_.tested());
        run_.announce();
        require_room();
        Encoders<T> below;
        if (!encoders(below)) return run_.say_stopped();
        const std::size_t code = below.network.units(below.network.depth());
        const Network head = with_objective(above(code), s_.head);
        const std::uint64_t head_seed = stage_seed(s_.stack.stage.training.seed, 100);
        Buffer<T> of_head = initial_parameters<T>(head, head_seed);
        if (!s_.no_head_training && !train_head(below, head, of_head)) return run_.say_stopped();

        Network whole = joined(below.network, head);
        Model model{whole, joined<T>(below.theta, of_head), data_.height, data_.width, {}};
        note(model);
        if (!s_.no_head_training) tell("head", model);
        if (!s_.no_fine_tuning) {
            model.network = whole = with_objective(whole, s_.fine_tune);
            Buffer<T>& theta = std::get<Buffer<T>>(model.theta);
            if (!run_.train("fine-tuning", whole, {x_, y_}, s_.fine_tune.training, theta))
                return run_.say_stopped();
            tell("fine-tuning", model);
        }
        return write(model);
    }

private:
    /// Every step has to fit into memory, which is asked before the first.
    void require_room() const {
        const TrainSettings& run = s_.stack.stage;
        Network below;
        below.inputs = data_.x.cols;
        if (given_) {
            below = given_->network;
        } else if (!run.hidden.empty()) {
            const Network deep = stack_network(s_.stack, data_);
            if (!s_.no_pretraining) require_room_for_stages<T>(run, deep, sets_);
            below = first_layers(deep, stages(deep));
        }
        const Network head = above(below.units(below.depth())), whole = joined(below, head);
        if (!s_.no_head_training)
            require_room_for<T>("train classifier", head, sets_, s_.head.training);
        require_room_for<T>("train classifier", whole, sets_, s_.fine_tune.training);
    }

    /// Step 1, or what stands for it. Returns false if the run was stopped.
    bool encoders(Encoders<T>& below) {
        below.network.inputs = data_.x.cols;
        if (given_) {
            below = {given_->network, std::get<Buffer<T>>(given_->theta)};
            return true;
        }
        if (s_.stack.stage.hidden.empty()) return true;
        const TrainingOptions& options = s_.stack.stage.training;
        const Network deep = stack_network(s_.stack, data_);
        Buffer<T> theta = s_.no_pretraining ? initial_stack<T>(deep, options.seed)
                                            : begin_stages<T>(run_, deep, options.seed);
        if (!s_.no_pretraining && !train_stages<T>(run_, deep, s_.stack, x_, theta)) return false;
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

    /// Step 2, on codes that are computed once and stay as they are.
    bool train_head(const Encoders<T>& below, const Network& head, std::span<T> theta) try {
        const bool raw = below.network.depth() == 0;
        Matrix<T> codes;
        if (!raw) codes = codes_of<T>(below.network, below.theta, x_, below.network.depth(), require_waited_for);
        return run_.train("head", head, {raw ? View<const T>(x_) : codes.view(), y_}, s_.head.training, theta);
    } catch (const NotWaitedFor&) {
        return false;
    }

    void tell(const char* step, const Model& model) const try {
        const Judgement judgement = judge(model, test_);
        const std::string set = sets_.apart ? "test" : "training";
        if (run_.style() == Style::json) {
            std::cout << Json()
                             .add("after", step)
                             .add(set + "_accuracy", judgement.accuracy)
                             .add(set + "_wrong", judgement.wrong())
                             .add("seconds", run_.seconds())
                             .line()
                      << std::endl;
        } else if (run_.style() != Style::quiet) {
            std::cout << "  " << sets_.tested() << " after " << step << ": " << judgement.words()
                      << "; " << duration(run_.seconds()) << " so far" << std::endl;
        }
    } catch (const NotWaitedFor&) {
        // the next step says that the run is stopped, or the page that nobody waited
    }

    void note(Model& model) const {
        const TrainSettings& run = s_.stack.stage;
        note_origin(model, run.kind, run.source, sets_, data_.x.rows);
        const auto add = [&](const char* key, Array value) {
            model.training.emplace_back(key, std::move(value));
        };
        add("head", std::string(name(s_.head_kind)));
        add("pretrained", given_ || (!s_.no_pretraining && !run.hidden.empty()));
        add("fine_tuned", !s_.no_fine_tuning);
        add("seed", run.training.seed);
    }

    int write(const Model& model) {
        const std::string path = run_.write_model(model);
        Results results;
        results.page.facts = {{"model", network_words(model.network)}};
        results.line.add("model", path).add("seconds", run_.seconds());
        while_waited_for(results.page, [&] {
            const Judgement judgement = judge(model, test_);
            results.page.pictures = write_judgement(s_.stack.stage.out, model, test_, judgement);
            results.words = confusion_table(judgement.confusion) + "\n";
            judge(model, sets_, results.page);
        });
        return run_.finish(results);
    }

    const ClassifierSettings& s_;
    const std::optional<Model>& given_;
    const Sets& sets_;
    const Dataset &data_ = sets_.train, &test_ = sets_.test;
    Run<T> run_;
    const decltype(in_precision<T>({})) x_;
    std::size_t classes_;
    Matrix<T> y_;  // one-hot
};

}  // namespace

template <class T>
int run_classifier(const ClassifierSettings& settings, std::vector<Group> deciding,
                   const Sets& sets, const std::optional<Model>& given, const Archive* checkpoint) {
    return ThreeSteps<T>(settings, std::move(deciding), sets, given, checkpoint)();
}

template int run_classifier<float>(const ClassifierSettings&, std::vector<Group>, const Sets&,
                                   const std::optional<Model>&, const Archive*);
template int run_classifier<double>(const ClassifierSettings&, std::vector<Group>, const Sets&,
                                    const std::optional<Model>&, const Archive*);

}  // namespace autoencoder::cli
