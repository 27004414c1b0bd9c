// `train classifier`: the lecture's three steps, pre-trained encoders, a head, fine-tuning, each of
// which can be left out, and what the classifier is worth on the test set after each.
//
//     --hidden 200,200                     step 1 here, a stack of dense encoders
//     --pretrained stack.npz               step 1 elsewhere: the encoders of any autoencoder
//     --encoder conv.npz --hidden 256      those of a convolutional one; dense layers on top are new,
//                                          and step 2 trains them with the head, on codes that stay
#include <algorithm>
#include <optional>
#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/judgement.hpp"
#include "cli/pretrained.hpp"
#include "cli/step_options.hpp"
#include "cli/train_stacked.hpp"

namespace autoencoder::cli {
namespace {

struct Settings {
    StackSettings stack = usual_stack();
    std::string pretrained;  // a model whose encoders are used; empty: they are trained here
    std::string encoder;     // the same, a convolutional one; the stack's layers are on top of it
    bool no_pretraining = false, no_head_training = false, no_fine_tuning = false;
    Head head_kind = Head::softmax;
    std::vector<std::size_t> head_hidden;
    TrainSettings head, fine_tune;
};

Settings usual_settings() {
    Settings s;
    s.stack.stage.kind = "classifier";
    s.head.training.optimizer = Optimizer::lbfgs;
    s.head.training.iterations = 200;
    s.head.weight_penalty = 1e-4;
    s.fine_tune.training.optimizer = Optimizer::adam;
    s.fine_tune.training.epochs = 30;
    s.fine_tune.dropout = 0.2;
    return s;
}

Value head_value(Head& variable) {
    using enum Head;
    return choice(variable, {lms, multi_layer, softmax}, [](Head head) { return name(head); });
}

/// Widths, or "none": the head sees the patterns themselves.
Value widths_or_none(std::vector<std::size_t>& variable) {
    const Value widths = counts(variable);
    const auto take = [&variable, widths](const std::string& text) {
        if (text == "none") variable.clear();
        else widths.take(text);
    };
    return {"N,N,…", take, [&variable, widths] {
                return variable.empty() ? std::string("none") : widths.show();
            }};
}

std::vector<Group> deciding(Settings& s) {
    std::vector<Group> groups = stack_options(s.stack);
    for (Group& group : groups) {
        for (Option& option : group.options) {
            if (option.name != "--hidden") continue;
            option.value = widths_or_none(s.stack.stage.hidden);
            option.help = "the encoders' units, or those on --encoder; or none";
        }
    }
    Value pretrained = text(s.pretrained, "MODEL.npz"), encoder = text(s.encoder, "CONV.npz");
    groups.push_back(
        {"steps",
         {{"--pretrained", std::move(pretrained), "take its encoders, the first half of its layers",
           "greedy", "train them"},
          {"--encoder", std::move(encoder), "the same of a convolutional autoencoder", "convolve",
           "none"},
          {"--no-pretraining", kept_flag(s.no_pretraining), "leave step 1 out: random encoders", "",
           "not"},
          {"--no-head-training", kept_flag(s.no_head_training), "leave step 2 out: a random head",
           "", "not"},
          {"--no-fine-tuning", kept_flag(s.no_fine_tuning), "leave step 3 out", "fine-tune",
           "not"}}});
    groups.push_back({"head",
                      {{"--head", head_value(s.head_kind), "lms, multi-layer, softmax", "head"},
                       {"--head-hidden", counts(s.head_hidden), "units of a multi-layer head", "",
                        "100"}}});
    groups.push_back(step_options(s.head, "head", "training of the head, step 2"));
    groups.push_back(step_options(s.fine_tune, "fine-tune", "fine-tuning of all, step 3"));
    return groups;
}

Command command_of(Settings& s) {
    Command command{"train classifier",
                    "encoders, trained without labels, a head on their code, and fine-tuning",
                    {},
                    deciding(s)};
    command.groups.push_back(run_options(s.stack.stage));
    command.groups.push_back(machine_options());
    command.notes =
        "The data need labels, 0 to C − 1. The options of objective and training are those of step\n"
        "1, the stages of the encoders. Writes model.npz, a log and a learning curve of each step,\n"
        "confusion.png, mistakes.png and features.png, and prints the accuracy on the test set\n"
        "after steps 2 and 3; with windows also maps1.png …. With --encoder there are no dense layers\n"
        "on top unless --hidden names them; they are relu unless --activation says otherwise, and\n"
        "step 2 trains them with the head. Dropout is of dense hidden layers, never of maps. Ctrl-C\n"
        "finishes what it is at, saves checkpoint.npz and says how to resume; the exit status is 1.\n"
        "A resumed run ends with the same bits as one never stopped.\n";
    return command;
}

/// Refuses options of steps that do not take place, and steps that contradict each other.
void refuse_idle(Settings& s, const std::set<std::string>& given) {
    const bool on_top = !s.encoder.empty(), pretrained = on_top || !s.pretrained.empty();
    const bool raw = s.stack.stage.hidden.empty();
    const std::string taken = on_top ? "--encoder" : "--pretrained";
    if (on_top && !s.pretrained.empty())
        throw std::invalid_argument("--encoder: contradicts --pretrained");
    if (pretrained && s.no_pretraining)
        throw std::invalid_argument("--no-pretraining: contradicts " + taken);
    if (on_top && raw && given.contains("--activation"))
        throw std::invalid_argument("--activation: has no effect on --encoder without --hidden");
    if (s.no_head_training && s.no_fine_tuning)
        throw std::invalid_argument("--no-fine-tuning: contradicts --no-head-training: the head "
                                    "would stay random");
    const std::string reason = pretrained         ? "with " + taken
                               : s.no_pretraining ? "with --no-pretraining"
                                                  : "with --hidden none";
    for (const Group& group : stack_options(s.stack)) {
        const bool shape = group.title == "network" && !pretrained && !raw;
        if (group.title == "data" || shape || !(pretrained || s.no_pretraining || raw)) continue;
        for (const Option& option : group.options) {
            const std::string& name = option.name;
            if (name == "--seed" || name == "--precision") continue;
            if (name == "--hidden" && (on_top || raw)) continue;
            if (name == "--activation" && on_top) continue;
            if (given.contains(name))
                throw std::invalid_argument(name + ": has no effect " + reason);
        }
    }
    if (s.no_head_training) refuse_step("head", given, "with --no-head-training");
    if (s.no_fine_tuning) refuse_step("fine-tune", given, "with --no-fine-tuning");
}

/// Encoders and their θ; without layers where the head sees the patterns.
template <class T>
struct Encoders {
    Network network;
    Buffer<T> theta;
};

/// The encoders of another run, if there are any.
std::optional<Model> given_encoders(const Settings& s, const Dataset& data) {
    const bool on_top = !s.encoder.empty(), double_precision = s.stack.stage.double_precision;
    if (on_top) return load_encoders({"--encoder", s.encoder, true, double_precision}, data);
    if (s.pretrained.empty()) return {};
    return load_encoders({"--pretrained", s.pretrained, false, double_precision}, data);
}

/// Without dense hidden layers nothing is dropped, and fine-tuning says so.               [dropout]
void settle_dropout(Settings& s, const std::optional<Model>& encoders,
                    const std::set<std::string>& given) {
    bool dense = s.head_kind == Head::multi_layer;
    if (encoders) {
        for (const Layer& layer : encoders->network.layers) dense |= layer.kind == Kind::dense;
    }
    if (s.pretrained.empty()) dense |= !s.stack.stage.hidden.empty();
    if (dense) return;
    if (given.contains("--fine-tune-dropout"))
        throw std::invalid_argument("--fine-tune-dropout: has no effect without dense hidden layers");
    s.fine_tune.dropout = 0;
}

/// A run in one precision.
template <class T>
class Run {
public:
    Run(Settings& settings, const Dataset& data, const Dataset& test,
        const std::optional<Model>& given, const Archive* checkpoint)
        : s_(settings),
          given_(given),
          data_(data),
          test_(test),
          steps_(settings.stack.stage, deciding(settings), checkpoint),
          x_(converted<T>(data.x)),
          classes_(classes_of(data.labels)),
          y_(one_hot<T>(data.labels, classes_)) {}

    int operator()() {
        require_labels(test_, classes_);
        announce_run(s_.stack.stage, data_, steps_.style());
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
        const auto add = [&](const char* key, Array value) {
            model.training.emplace_back(key, std::move(value));
        };
        add("kind", run.kind);
        if (run.data == "digits" || run.data == "mnist" || run.data == "fashion")
            add("data", run.data);
        add("patterns", data_.x.rows);
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
        for (const std::string& path : write_judgement(out, model, test_, judgement))
            written.push_back(path);
        steps_.finish();
        if (steps_.style() == Style::json) {
            std::cout << Json().add("model", written[0]).add("seconds", steps_.seconds()).line()
                      << "\n";
        } else if (steps_.style() != Style::quiet) {
            std::cout << "\n" << confusion_table(judgement.confusion) << "\n";
            for (const std::string& path : written) std::cout << "wrote " << path << "\n";
        }
    }

    Settings& s_;
    const std::optional<Model>& given_;
    const Dataset& data_;
    const Dataset& test_;
    Steps<T> steps_;
    Matrix<T> x_;
    std::size_t classes_;
    Matrix<T> y_;  // one-hot
};

}  // namespace

int train_classifier(Arguments arguments) {
    Settings settings = usual_settings();
    TrainSettings& stage = settings.stack.stage;
    const Command command = command_of(settings);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) {
        std::cout << help_text(command);
        return 0;
    }
    const Archive checkpoint = resumed_run(stage, deciding(settings), parsed.given);
    if (!settings.encoder.empty() && stage.resume.empty()) {
        if (!parsed.given.contains("--hidden")) stage.hidden.clear();
        if (!parsed.given.contains("--activation")) stage.activation = Activation::relu;
    }
    settle(stage, parsed.given);
    settle_step(settings.head, "head", parsed.given);
    settle_step(settings.fine_tune, "fine-tune", parsed.given);
    refuse_idle(settings, parsed.given);
    settings.head.training.seed = settings.fine_tune.training.seed = stage.training.seed;
    if (settings.head_kind == Head::multi_layer && settings.head_hidden.empty())
        settings.head_hidden = {100};
    head_network(settings.head_kind, 1, settings.head_hidden, 2);  // throws before hours of work

    const Dataset data = load_data(stage.data, Split::train, stage.count);
    const Dataset test = load_data(stage.data, Split::test);
    if (data.labels.empty())
        throw std::invalid_argument(data.name + ": expected patterns with labels, found none");
    const std::optional<Model> encoders = given_encoders(settings, data);
    settle_dropout(settings, encoders, parsed.given);
    prepare_folder(stage.out);
    const Archive* from = stage.resume.empty() ? nullptr : &checkpoint;
    if (stage.double_precision) return Run<double>(settings, data, test, encoders, from)();
    return Run<float>(settings, data, test, encoders, from)();
}

}  // namespace autoencoder::cli
