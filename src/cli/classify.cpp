// `classify`: the labels that a classifier gives to patterns.                              [head]
#include <iostream>

#include "autoencoder/activation.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"
#include "cli/judgement.hpp"

namespace autoencoder::cli {

int classify(Arguments arguments) {
    PatternChoice choice;
    std::string out;
    const Command command{
        "classify",
        "patterns to labels",
        {"MODEL.npz"},
        {pattern_options(choice),
         {"result",
          {{"--out", text(out, "FILE.npz"), "where they go", "", "labels.npz, beside it"}}},
         machine_options()},
        "Writes `decided` (N,), the class whose output is the largest; the outputs (N, C), as\n"
        "`probabilities` of a softmax head and as `outputs` of the others; and, where the\n"
        "patterns have labels, `labels`. Then it prints the accuracy.\n"};
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Model model = load_model(parsed.words[0]);
    if (!is_classifier(model)) {
        throw std::invalid_argument(parsed.words[0] +
                                    ": expected a classifier, found an autoencoder");
    }
    const Dataset patterns = load_patterns(choice, model, parsed.words[0]);
    const std::size_t L = model.network.depth(), classes = model.network.units(L);
    if (!patterns.labels.empty()) require_labels(patterns, classes);

    Archive result;
    const bool softmax = model.network.layers.back().activation == Activation::softmax;
    const std::vector<int> decided = with_parameters(model, [&]<class T>(std::span<const T> theta) {
        const Matrix<T> outputs =
            activity<T>(model.network, theta, converted<T>(patterns.x), L);
        result.add(softmax ? "probabilities" : "outputs", outputs);
        return decide<T>(outputs);
    });
    result.add("decided", Array({decided.size()}, std::span<const int>(decided)));
    add_labels(result, patterns);
    write_result(beside(parsed.words[0], out, "labels.npz"), result, "decided");
    if (!patterns.labels.empty()) std::cout << judge(model, patterns).words() << "\n";
    return 0;
}

}  // namespace autoencoder::cli
