// The mistakes in the error and in the activations: other functions.
#include "diagnosis/mistakes.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/report.hpp"
#include "diagnosis/functions.hpp"

namespace autoencoder::diagnosis {

/// Another J^q.
void add_errors(Table& t) {
    const char* tag = t.softmax ? "head" : "cost";
    const std::string right = t.squared ? "squared error" : "cross-entropy";
    const auto other = [&](const std::string& clause, Error error) {
        t.mistake("other-loss", tag, clause, [=](Rules& r) { r.forward.error = error; });
    };
    const bool sigmoid = t.output == Activation::sigmoid;
    if (!t.squared) other("the squared error stands for the cross-entropy", Error::squared);
    if (t.softmax) other("the cross-entropy of units stands for that of classes", Error::bernoulli);
    if (t.squared && sigmoid)
        other("the cross-entropy stands for the squared error", Error::bernoulli);
    if (sigmoid) other("the cross-entropy is its first term alone, −y log ŷ", Error::categorical);
    other("the absolute error stands for the " + right, Error::absolute);
    other("the norm of a pattern's error stands for " +
              std::string(t.squared ? "its square" : "the cross-entropy"),
          Error::norm);
    const bool share = sigmoid || t.softmax, positive = share || t.output == Activation::relu;
    for (std::size_t row = 0; row < losses().size(); ++row) {
        const ErrorRow& loss = losses()[row];
        if (loss.of == Output::scores) {
            if (t.softmax)
                t.rare("other-loss", tag, loss.words + " stands for the cross-entropy", [=](Rules& r) {
                    r.forward.error = error_in(row);
                    r.forward.output = Shape::linear;
                });
            continue;
        }
        if (loss.least_error < t.largest_error &&
            (loss.of == Output::classes ? t.softmax : loss.of == Output::units ? !t.softmax : loss.of == Output::share ? share : loss.of == Output::any || positive))
            t.rare("other-loss", tag, loss.words + " stands for the " + right, [=](Rules& r) { r.forward.error = error_in(row); });
    }
    const std::pair<double, const char*> means[] = {{2 / t.outputs, "over patterns and outputs"},
                                                    {2, "over the patterns"},
                                                    {2 * t.N, "not averaged"}};
    for (const auto& [times, over] : means)
        if (const double root = std::sqrt(times / t.data); t.squared && t.data > 0)
            t.mistake("other-loss", tag,
                      std::string("the root of the squared error stands for it, ") + over,
                      data(root, root / 2));
    if (t.squared && t.output != Activation::linear)
        t.mistake("cost-of-delta", "cost", "the cost has ½ Σ δ² for the error, δ of the output",
                  [](Rules& r) { r.cost.of_delta = true; });
}

/// Another f, or f at another place.
void add_activations(Table& t) {
    const std::pair<Shape, Activation> shapes[] = {{Shape::linear, Activation::linear},
                                                   {Shape::tanh, Activation::tanh},
                                                   {Shape::relu, Activation::relu},
                                                   {Shape::sigmoid, Activation::sigmoid}};
    const auto words = [](Activation f) {
        return f == Activation::linear ? "linear" : "of " + std::string(name(f));
    };
    for (const auto& [shape, f] : shapes)
        if (t.squared && t.output != f &&
            !(t.output == Activation::linear && f == Activation::sigmoid))
            t.mistake("other-activation", "decode", "the output is " + words(f),
                      [shape = shape](Rules& r) { r.forward.output = shape; });
    const std::pair<int, const char*> ways[] = {{3, ""}, {1, ", f' is not"}, {2, " in f' alone"}};
    for (const double leak : {0.01, 0.05, 0.1, 0.2, 0.25, 0.3})
        for (const auto& [way, how] : ways)
            if (t.has(Activation::relu))
                t.mistake("other-activation", "encode",
                          "the rectifiers are leaky, by " + std::to_string(leak).substr(0, 4) + how,
                          [leak, way = way](Rules& r) {
                              r.forward.leak = way & 1 ? leak : 0;
                              r.back.leak = way & 2 ? leak : 0;
                          });
    for (const auto& [shape, f] : shapes)
        if (!t.sparse)
            t.mistake("other-activation", "encode", "the hidden layers are " + words(f),
                      [shape = shape](Rules& r) { r.forward.hidden = shape; });
    std::size_t hidden_layers = 0;
    for (std::size_t l = 1; l < t.L; ++l) hidden_layers += t.net.layer(l).kind != Kind::gaussian;
    for (std::size_t l = 1; l < t.L; ++l)
        for (const auto& [shape, f] : shapes)
            if (hidden_layers > 1 && t.net.layer(l).kind != Kind::gaussian && t.net.layer(l).activation != f &&
                !(t.net.sparse(l) && f != Activation::sigmoid))
                t.rare("other-activation", "encode", "layer " + std::to_string(l) + " is " + words(f), [=, shape = shape](Rules& r) {
                    r.forward.hidden = shape;
                    r.forward.hidden_at = l;
                });
    std::vector<std::pair<Normal, std::string>> normals;
    for (const double epsilon : {1e-5, 1e-3, 0.0, 1e-8}) {
        normals.push_back({{Normal::batch, epsilon, 0}, "s is normalised over the patterns (batch normalisation), with ε = " + rounded(epsilon, 2)});
        normals.push_back({{Normal::units, epsilon, 0}, "s is normalised over the units (layer normalisation), with ε = " + rounded(epsilon, 2)});
    }
    std::size_t dense_hidden = 0, fewest = t.net.inputs;
    for (std::size_t l = 1; l < t.L; ++l) {
        dense_hidden += t.net.layer(l).kind == Kind::dense;
        fewest = std::min(fewest, t.net.units(l));
    }
    if (!t.sparse && !t.masked) normals.push_back({{Normal::length, 0, 0}, "h is divided by its norm"});
    for (std::size_t kept = 1; !t.sparse && !t.masked && kept <= 5 && kept < fewest; ++kept)
        normals.push_back({{Normal::largest, 0, kept}, "only the " + std::to_string(kept) + " largest h of a pattern are kept"});
    for (std::size_t l = 0; l < t.L; ++l)
        for (const auto& [normal, is] : normals)
            if (l == 0 ? dense_hidden > 0 : dense_hidden > 1 && t.net.layer(l).kind == Kind::dense)
                t.rare("normalised", "encode", is + (l == 0 ? " at the hidden layers" : " at layer " + std::to_string(l)), [=, normal = normal](Rules& r) {
                    r.forward.normal = normal;
                    r.forward.hidden_at = l;
                });
    const auto curved = [&](bool hidden, bool output, const std::string& where, std::size_t at = 0) {
        for (std::size_t row = 0; row < curves().size(); ++row)
            t.rare("other-activation", hidden ? "encode" : "decode", where + curves()[row].words, [=](Rules& r) {
                if (hidden) r.forward.hidden = shape_of(row);
                if (hidden) r.forward.hidden_at = at;
                if (output) r.forward.output = shape_of(row);
            });
    };
    // ρ of a tanh is mapped to (0, 1), of another function nobody knows how.
    if (t.L > 1 && !(t.sparse && t.has(Activation::tanh, true))) {
        curved(true, false, "the hidden layers are ");
        t.rare("other-activation", "encode", "the hidden layers are softmax",
                  [](Rules& r) { r.forward.hidden = Shape::softmax; });
    }
    for (std::size_t l = 1; hidden_layers > 1 && l < t.L; ++l) {
        const Layer& layer = t.net.layer(l);
        if (layer.kind == Kind::gaussian || (t.net.sparse(l) && layer.activation == Activation::tanh)) continue;
        curved(true, false, "layer " + std::to_string(l) + " is ", l);
        t.rare("other-activation", "encode", "layer " + std::to_string(l) + " is softmax", [=](Rules& r) {
            r.forward.hidden = Shape::softmax;
            r.forward.hidden_at = l;
        });
    }
    if (t.squared) curved(false, true, "the output is ");
    if (t.squared && t.output != Activation::softmax)
        for (const auto& [error, of] : {std::pair(Error::squared, ""), {Error::categorical, ", with its cross-entropy"}})
            t.rare("other-activation", "decode", std::string("the output is softmax") + of, [error = error](Rules& r) {
                r.forward.output = Shape::softmax;
                r.forward.error = error;
            });
    for (const auto& [shape, f] : shapes)
        for (const auto& [error, of] : {std::pair(Error::squared, ", and the squared error stands for the cross-entropy"),
                                        {Error::bernoulli, ", with the cross-entropy of units"},
                                        {Error::categorical, ", with the first term of its cross-entropy, −y log ŷ"}})
            if (!t.squared && t.output != f && f != Activation::relu && (error == Error::squared || f == Activation::sigmoid))
                t.rare("other-activation", "head", "the output is " + words(f) + of, [=, shape = shape, error = error](Rules& r) {
                    r.forward.output = shape;
                    r.forward.error = error;
                });
    for (const double times : {2.0, 0.5, 3.0, 4.0, 5.0, 10.0, 20.0, 0.1, 0.2, 1.5})
        if (t.softmax)
            t.rare("other-activation", "head", "softmax is of s/T, T = " + rounded(times, 2),
                      [=](Rules& r) { r.forward.temperature = times; });
    if (t.L > 1 && t.squared && t.output == t.net.layer(1).activation && !(t.sparse && t.has(Activation::tanh, true)))
        curved(true, true, "all layers are ");
    if (t.output != Activation::linear && t.output != Activation::relu)
        t.mistake("activation-twice", t.softmax ? "head" : "decode",
                  std::string(name(t.output)) + " is applied to the output twice",
                  [](Rules& r) { r.forward.twice = true; });
    if (!t.softmax || t.N == 1) return;
    const auto over = [](SoftmaxOver what) { return [=](Rules& r) { r.forward.softmax_over = what; }; };
    const Change itself = [](Rules& r) { r.back.error = ErrorBack::itself; };
    t.mistake("softmax-over-patterns", "head", "softmax goes over the patterns, not over the classes", over(SoftmaxOver::patterns));
    t.rare("softmax-over-patterns", "head", "softmax goes over the patterns, not over the classes, and δ is y − p all the same", over(SoftmaxOver::patterns) + itself);
    t.rare("softmax-over-patterns", "head", "the sum below softmax is over all classes of all patterns", over(SoftmaxOver::everything));
    t.rare("softmax-over-patterns", "head", "the sum below softmax is over all classes of all patterns, and δ is y − p all the same", over(SoftmaxOver::everything) + itself);
}

}  // namespace autoencoder::diagnosis
