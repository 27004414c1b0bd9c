#include "diagnosis/finding.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr const char* misplaced_words =
    "the gradients of the weights hold the right values at other places: a column-major vector "
    "read "
    "row-major, or the reverse";

/// What an explanation says of the keys that are wrong.
Finding finding_of(const Explanation& found, const Layouts& layouts,
                   const std::vector<std::string>& wrong) {
    Finding finding;
    std::vector<std::string> clauses, under;
    for (const Entry* entry : found.mistakes) {
        finding.mistakes.push_back(entry->id);
        clauses.push_back(entry->clause + " (" + entry->id + "): see [" + entry->tag + "]");
    }
    for (const Entry* entry : found.conventions) {
        finding.conventions.push_back(entry->id);
        under.push_back(entry->clause + " (" + entry->id + ")");
    }
    finding.conventions.insert(finding.conventions.end(), layouts.conventions.begin(),
                               layouts.conventions.end());
    finding.mistakes.insert(finding.mistakes.end(), layouts.mistakes.begin(),
                            layouts.mistakes.end());
    if (!clauses.empty()) {
        finding.sentence = listed(wrong) + (wrong.size() == 1 ? " is" : " are") +
                           " what comes out when " + listed(clauses, "; and ");
        if (!under.empty()) finding.sentence += "; in a different convention: " + listed(under);
    } else if (!under.empty()) {
        finding.sentence = (found.weighed ? "in a different convention: "
                                          : "a different convention, and no mistake: ") +
                           listed(under);
    }
    return finding;
}

/// Of dense layers' weights: their shape, against the order that their numbers were found in.
void say_weights(Layouts& result, const Theirs& theirs, const Explanation& found) {
    bool reversed = false, unrolled = false;
    for (const Given& given : theirs.given) {
        if (given.sort != Sort::weights) continue;
        reversed |= given.fit == Fit::reordered;
        unrolled |= given.fit == Fit::unrolled;
    }
    // The exchanged gradient of a layer has the shape that the transposed one would have.
    const Assigned assigned = found.rules.gradient.assigned;
    const bool exchanged =
        assigned == Assigned::swapped || assigned == Assigned::swapped_transposed;
    const std::size_t order = found.frame.orders[std::size_t(Sort::weights)];
    const bool flipped = order > 0 && !(exchanged && reversed);
    if (flipped && reversed)
        result.say_order(Sort::weights, order);
    else if (flipped && unrolled)
        result.convention({"transposed-weights"},
                          "their weights are unrolled column by column, or (in, out)");
    else if (flipped)
        result.mistake("row-major-unroll", misplaced_words);
    else if (reversed && !exchanged)
        result.mistake("row-major-unroll",
                       "the gradients of the weights have the transposed shape, but hold their "
                       "values in our order: a row-major vector read column-major");
}

}  // namespace

std::string listed(const std::vector<std::string>& parts, const std::string& last) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? last : ", ") + parts[i];
    return text;
}

void Layouts::convention(const std::vector<std::string>& ids, const std::string& sentence) {
    for (const std::string& id : ids)
        if (std::find(conventions.begin(), conventions.end(), id) == conventions.end())
            conventions.push_back(id);
    sentences.push_back("a different convention: " + sentence + " (" + listed(ids, ", ") + ")");
}

void Layouts::say_order(Sort sort, std::size_t order) {
    const Order& is = orders_of(sort)[order];
    convention(is.ids, words_of(sort, is.axes));
}

void Layouts::mistake(const char* id, const std::string& sentence) {
    if (std::find(mistakes.begin(), mistakes.end(), id) != mistakes.end()) return;
    mistakes.emplace_back(id);
    sentences.push_back(sentence + " (" + id + ")");
}

Layouts layouts_of(const Theirs& theirs, const Explanation& found) {
    Layouts result;
    const Frame& frame = found.frame;
    for (std::size_t i = 0; i < sorts; ++i) {
        if (Sort(i) == Sort::weights) {
            say_weights(result, theirs, found);
        } else if (const std::size_t order = frame.orders[i]) {
            result.say_order(Sort(i), order);
        }
    }
    if (frame.delta_sign < 0) result.convention({"delta-sign"}, "their δ is +∂J/∂s, ours −∂J/∂s");
    if (frame.delta_over_n) result.convention({"delta-over-n"}, "their δ is divided by N already");
    if (std::any_of(theirs.given.begin(), theirs.given.end(), is_unsummed))
        result.mistake("bias-gradient-not-summed",
                       std::string("a gradient of biases has a row for each pattern: its ") +
                           (frame.biases_averaged ? "mean" : "sum") + " over the patterns is ours");
    if (frame.misplaced) result.mistake("row-major-unroll", misplaced_words);
    return result;
}

void say_lost(Diagnosis& result, const std::vector<std::string>& lost) {
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < lost.size() && i < most; ++i)
        result.sentences.push_back(lost[i] +
                                   (i + 1 == most && lost.size() > most ? "; and others" : ""));
}

void say_agreement(Diagnosis& result, const Printed& printed,
                   const std::vector<std::string>& lost) {
    if (!result.agrees) return;
    if (result.sentences.empty()) result.sentences.push_back("all that they have agrees with ours");
    if (printed.any())
        result.sentences.push_back("their numbers are rounded to " + printed.words() +
                                   ", and were compared as far as these go");
    const auto compared = [&](const TermRow& row) { return row.key == "cost"; };
    const auto cost = std::ranges::find_if(result.rows, compared);
    const bool by_size = std::ranges::any_of(result.rows, [](const TermRow& row) { return row.by_size; });
    if (by_size) {
        say_lost(result, lost);
        result.sentences.push_back("so its own numbers were compared by their size only");
    }
    constexpr double coarse = 1e-3;
    if (cost == result.rows.end() || !result.terms.contains("cost") || result.terms.contains("cost_data")) return;
    if (cost->tolerance > coarse * std::abs(result.terms.at("cost").right.number()))
        result.sentences.push_back("as few digits are left where a unit saturates, the cost was compared to within " + rounded(cost->tolerance, 2) +
                                   " only: cost_data, cost_weight_penalty and cost_sparsity, one by one, would tell more");
}

void add_findings(Diagnosis& result, const std::vector<Explanation>& found, const Layouts& layouts,
                  const std::vector<std::string>& wrong) {
    for (const Explanation& each : found) {
        const Finding finding = finding_of(each, layouts, wrong);
        const bool listed =
            std::any_of(result.findings.begin(), result.findings.end(),
                        [&](const Finding& f) { return f.sentence == finding.sentence; });
        if (listed || (finding.conventions.empty() && finding.mistakes.empty())) continue;
        result.findings.push_back(finding);
        if (!finding.sentence.empty()) result.sentences.push_back(finding.sentence);
    }
}

namespace {

/// Where to look for what is wrong in δ of a hidden layer, or of a code.
std::string cause_of_delta(std::size_t l, const Network& net) {
    const std::string of = std::to_string(l), next = std::to_string(l + 1);
    if (net.layer(l).kind == Kind::gaussian)
        return "look at what δ" + next +
               " is for z, at ∂z/∂log σ², and at the slope of the divergence";
    const std::string weights = names_of(net, l + 1, false);
    return (has_window(net.layer(l + 1))
                ? "look at how the window of " + weights + " takes δ" + next + " back"
                : "look at the sum " + weights + "ᵀ δ" + next) +
           " and f' of layer " + of +
           (net.sparse(l) ? ", and at the sparsity term between them" : "");
}

/// Where to look, if this term is the first that is wrong and those before it agree.
std::string cause(const Term& term, const Network& net) {
    const std::string l = std::to_string(term.layer);
    const bool window = term.layer > 0 && has_window(net.layer(term.layer));
    switch (term.what) {
        case What::s: {
            const std::string b = names_of(net, term.layer, true);
            if (net.layer(term.layer).kind == Kind::gaussian)
                return "look at the weighted sums of " + names_of(net, term.layer, false) +
                       ", and at " + b;
            return (window ? "look at the window's sums with " : "look at the weighted sum ") +
                   names_of(net, term.layer, false) + (window ? " and at " : " h + ") + b;
        }
        case What::h:
            if (net.layer(term.layer).kind == Kind::gaussian) return "look at μ + σ ⊙ ε";
            return "look at the activation of layer " + l;
        case What::rho:
            return "look at the mean over the patterns";
        case What::kl:
            return "look at KL(ρ̄‖ρ_j)";
        case What::cost_data:
            return "look at the sum of the errors";
        case What::cost_weight_penalty:
            return "look at (λ/2) Σ w²";
        case What::cost_sparsity:
            return "look at γ Σ KL";
        case What::cost_kl:
            return "look at −½ Σ (1 + log σ² − μ² − σ²)";
        case What::cost:
            return "look at how the parts add up";
        case What::delta:
            if (term.layer == net.depth()) return "look at y − ŷ and f' of the output";
            return cause_of_delta(term.layer, net);
        case What::weights:
            return "look at the product of δ" + l +
                   (window ? " with what each window sees" : " with the activity below it") +
                   (net.weight_penalty > 0 ? ", and at λw" : "");
        case What::biases:
            break;
    }
    return "look at the sum of δ" + l + " over the patterns" + (window ? " and the places" : "");
}

/// What a term is computed from, so many layers above it.
constexpr struct {
    What what, from;
    std::size_t above;
} sources[] = {{What::s, What::h, std::size_t(-1)},
               {What::h, What::s, 0},
               {What::rho, What::h, 0},
               {What::kl, What::rho, 0},
               {What::delta, What::delta, 1},
               {What::weights, What::delta, 0},
               {What::biases, What::delta, 0}};

/// The key of theirs that the term is computed from, or "".
std::string source(const Term& term, const Theirs& theirs, const Network& net) {
    const auto key = [&](What what, std::size_t layer) {
        for (const Given& given : theirs.given)
            if (given.term.what == what && given.term.layer == layer) return given.term.key;
        return std::string();
    };
    if (term.what == What::cost_kl) return key(What::s, net.gaussian_layer());
    if (term.what == What::cost_data || (term.what == What::delta && term.layer == net.depth()))
        return key(What::h, net.depth());
    for (const auto& each : sources)
        if (each.what == term.what) return key(each.from, term.layer + each.above);
    return "";
}

}  // namespace

std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net) {
    const Term& term = given.term;
    const std::string from = source(term, theirs, net);
    return "the first term to go wrong is " + term.key + ", " + term.words +
           (from.empty() ? "" : ", while " + from + " agrees") + ": " + cause(term, net) + " [" +
           term.tag + "]";
}

}  // namespace autoencoder::diagnosis
