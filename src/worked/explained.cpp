// What `explain` prints: a line's sides and notes, a formula on its worked cases or on a case, a whole step.
#include <algorithm>

#include "autoencoder/error.hpp"
#include "worked/pencil.hpp"

namespace autoencoder::lecture {
namespace {

Example example_of(const Case& c) { return {c.network, c.theta, c.x, c.y, c.masks, {}, c.noise}; }

void require_most(const char* what, size_t last, size_t found) {
    require(found <= last, [&] {
        return std::string(what) + ": expected at most " + std::to_string(last) + ", found " +
               std::to_string(found);
    });
}

/// Throw std::invalid_argument where the case has no such pattern or layer; and no such unit or input. Of a worked
/// example with fewer units the last one is looked at.
void require_layer(const Network& net, const Place& place, size_t patterns) {
    require_most("pattern", patterns, place.q + 1);
    require_most("layer", net.depth(), place.l);
}
void require_place(const Network& net, const Place& place, size_t patterns) {
    require_layer(net, place, patterns);
    const size_t l = std::max<size_t>(1, place.l);
    const Block W = layout(net).blocks[2 * l - 2];
    require_most("unit", std::max(net.net_inputs(l), net.units(net.depth())), place.j + 1);
    require_most("input", std::max(net.units(l - 1), W.size / W.shape[0]), place.k + 1);
}

}  // namespace

std::vector<std::string> sides(const Line& line, const Digits& digits) {
    const std::string value = written(line.value, digits);
    if (line.numbers == line.letters || line.numbers == value) return {line.letters, value};
    return {line.letters, line.numbers, value};
}

std::vector<std::string> notes(const Line& line, const Digits& digits, const char* quote) {
    std::vector<std::string> notes;
    if (line.quotient) notes.push_back("finite difference " + written(*line.quotient, digits));
    if (line.fast) notes.push_back(quote + line.term + quote + " = " + written(*line.fast, digits));
    if (line.theirs) {
        Digits apart = digits;
        const auto of = [&](double number) { return written(number, apart); };
        constexpr int all = 17;  // digits of a double; both may be NaN
        while (!line.agrees && apart.significant < all && *line.theirs != *line.right &&
               of(*line.theirs) == of(*line.right))
            ++apart.significant, ++apart.decimals;
        const std::string theirs = of(*line.theirs), right = of(*line.right);
        notes.push_back((line.agrees || theirs == right ? "theirs: " : "THEIRS: ") + theirs +
                        (right != of(*line.fast) ? ", where in their convention it is " + right
                         : apart.significant > digits.significant && theirs != right
                             ? ", not " + right
                             : ""));
    }
    if (!line.remark.empty()) notes.push_back(line.remark);
    return notes;
}

const Worked& worked(std::string_view tag) {
    for (const std::span<const Worked> table : {worked_networks(), worked_models()})
        for (const Worked& each : table)
            if (each.tag == tag) return each;
    throw std::invalid_argument("nothing explains [" + std::string(tag) + "]");
}

Explanation explained(std::string_view tag, const Place& place) {
    Explanation result{tag, {}};
    for (const Case& c : worked(tag).cases()) {
        const Example example = example_of(c);
        require_layer(c.network, place, example.patterns());
        const TheirTerms none;
        Pencil pencil(example, place, for_a_pencil, none);
        worked(tag).explain(pencil);
        result.lines.insert(result.lines.end(), pencil.lines.begin(), pencil.lines.end());
    }
    return result;
}

Explanation explained(std::string_view tag, const Case& c, const Place& place,
                      const TheirTerms& theirs) {
    const Example example = example_of(c);
    require_place(c.network, place, example.patterns());
    Pencil pencil(example, place, of_a_case, theirs);
    worked(tag).explain(pencil);
    return {tag, pencil.lines};
}

std::vector<Explanation> training_step(const Case& c, const Place& place, const Digits& digits,
                                       const TheirTerms& theirs) {
    constexpr std::string_view order[] = {"encode",
                                          "dropout",
                                          "convolve",
                                          "reparameterise",
                                          "decode",
                                          "deconvolve",
                                          "cost",
                                          "elbo",
                                          "weight-penalty",
                                          "mean-activity",
                                          "kl",
                                          "sparse-cost",
                                          "delta-output",
                                          "head",
                                          "elbo-gradient",
                                          "delta-hidden",
                                          "delta-sparse",
                                          "gradient",
                                          "convolve-gradient",
                                          "weight-penalty-gradient",
                                          "scale",
                                          "update"};
    const Example example = example_of(c);
    require_place(c.network, place, example.patterns());
    Pencil pencil(example, place, digits, theirs);
    std::vector<Explanation> step;
    for (const std::string_view tag : order) {
        if (tag == "head" && c.network.loss == Loss::squared_error)
            continue;  // it is [delta-output]
        try {
            pencil.lines.clear();
            worked(tag).explain(pencil);
            step.push_back({tag, pencil.lines});
        } catch (const NotHere&) {  // the case has nothing that it is about
        }
    }
    return step;
}

}  // namespace autoencoder::lecture
