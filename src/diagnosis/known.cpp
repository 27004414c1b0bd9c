// The list of ids, and terms with a mistake made on purpose.
#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/chain/diagnosis.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/search.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder {
namespace {

using namespace diagnosis;

constexpr bool a_convention = true;

constexpr KnownMistake list[] = {
    {"sum-not-mean", a_convention},
    {"mean-over-elements", a_convention},
    {"no-half", a_convention},
    {"penalty-over-2m", a_convention},
    {"penalty-no-half-consistent", a_convention},
    {"head-only-penalty", a_convention},
    {"beta-for-gamma", a_convention},
    {"tied-weights", a_convention},
    {"delta-sign", a_convention},
    {"delta-over-n", a_convention},
    {"transposed-weights", a_convention},
    {"transposed-kernels", a_convention},
    {"channels-last", a_convention},
    {"column-samples", a_convention},
    // squared error and back-propagation
    {"gradient-sum-cost-mean"},
    {"bias-gradient-sum"},
    {"output-bias-gradient-sum"},
    {"last-pattern-only"},
    {"product-of-means"},
    {"output-delta-sign"},
    {"no-output-derivative"},
    {"no-hidden-derivative"},
    {"derivative-of-net-input"},
    {"derivative-at-activation"},
    {"tanh-derivative-lecun"},
    {"encoder-for-decoder"},
    {"gradient-for-weight"},
    {"tied-one-term"},
    {"error-spectral"},
    {"output-activation"},
    {"classes-for-patterns"},
    {"weight-gradients-swapped"},
    {"weight-gradients-zero"},
    {"bias-gradient-not-summed"},
    {"row-major-unroll"},
    // weight penalty
    {"bias-penalised"},
    {"bias-penalised-gradient"},
    {"penalty-missing"},
    {"penalty-missing-gradient"},
    {"penalty-missing-cost"},
    {"penalty-no-half"},
    {"penalty-double-gradient"},
    {"penalty-sqrt"},
    {"penalty-inside-mean"},
    {"penalty-spectral"},
    {"penalty-last-layer-only"},
    {"penalty-all-gradient-head"},
    // sparsity
    {"kl-outside-derivative"},
    {"kl-sign"},
    {"kl-missing"},
    {"kl-missing-gradient"},
    {"kl-missing-cost"},
    {"kl-weight-missing-gradient"},
    {"kl-reversed"},
    {"kl-first-term-only"},
    {"kl-mean-over-units"},
    {"kl-extra-1-over-m"},
    {"kl-times-m"},
    {"kl-per-pattern"},
    {"kl-per-pattern-gradient"},
    {"kl-over-visible"},
    {"rho-over-units"},
    {"rho-running-mean"},
    {"rho-minibatch"},
    {"rho-double-sigmoid"},
    {"rho-sum"},
    {"tanh-rho-half"},
    {"tanh-rho-unmapped"},
    {"wrong-layer-rho"},
    {"kl-sign-first-term"},
    {"kl-on-output"},
    // denoising, dropout, classifier
    {"denoise-noisy-target"},
    {"dropout-no-rescale"},
    {"dropout-keep-swapped"},
    {"dropout-rescaled-twice"},
    {"dropout-no-backward-mask"},
    {"softmax-squared-delta"},
    {"labels-off-by-one"},
    // convolutional and variational
    {"conv-flipped"},
    {"deconv-not-transpose"},
    {"conv-bias-one-position"},
    {"vae-logvar-as-sigma"},
    {"vae-logvar-as-logsigma"},
    {"vae-kl-sign"},
    {"vae-kl-mean-latent"},
    {"vae-kl-over-pixels"},
    {"vae-no-half-logvar"},
    {"vae-mean-reconstruction"},
    {"vae-one-eps-per-row"},
};

bool same(const Real& a, const Real& b) {
    return a.values.size() == b.values.size() &&
           std::equal(a.values.begin(), a.values.end(), b.values.begin());
}

Array array_of(const Term& term, const Real& values) {
    if (term.layer == 0) return Array(values(0, 0));
    const bool vector =
        term.kind == TermKind::rho || term.kind == TermKind::kl || term.kind == TermKind::grad_b;
    return vector ? Array({values.cols}, values.values) : Array(values);
}

Real transpose(const Real& values) {
    Real result(values.cols, values.rows);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j) result(j, i) = values(i, j);
    return result;
}

/// Mistakes that are not in the computation but in how its results are laid out.
constexpr std::string_view layouts[] = {"delta-sign",
                                        "delta-over-n",
                                        "transposed-weights",
                                        "column-samples",
                                        "bias-gradient-not-summed",
                                        "row-major-unroll"};

Array laid_out(const Term& term, Real values, const std::vector<std::string>& ids,
               Workings& workings, const Rules& rules) {
    const double N = double(workings.patterns());
    const auto asked = [&](std::string_view id) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    for (double& value : values.values)  // the sign of what is no number differs by machine
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
    const bool sample =
        term.kind == TermKind::s || term.kind == TermKind::h || term.kind == TermKind::delta;
    if (term.kind == TermKind::delta && asked("delta-sign"))
        for (double& value : values.values) value = -value;
    if (term.kind == TermKind::delta && asked("delta-over-n"))
        for (double& value : values.values) value /= N;
    if (term.kind == TermKind::grad_W && asked("transposed-weights")) values = transpose(values);
    if (term.kind == TermKind::grad_W && asked("row-major-unroll")) {
        const Real turned = transpose(values);
        values.values = turned.values;
    }
    if (sample && asked("column-samples")) values = transpose(values);
    if (term.kind == TermKind::grad_b && asked("bias-gradient-not-summed")) {
        Real by_pattern = *workings.term(rules, {TermKind::delta, term.layer});
        for (double& value : by_pattern.values) value /= -N;
        return Array(by_pattern);
    }
    return array_of(term, values);
}

}  // namespace

std::span<const KnownMistake> known_mistakes() { return list; }

Archive terms_with(const Case& c, std::span<const std::string> ids) {
    if (chain::is_for(c)) return chain::terms_with(c, ids);
    const std::vector<Entry> entries = entries_for(c);
    std::vector<const Entry*> chosen;
    std::vector<std::string> layout_ids;
    for (const std::string& id : ids) {
        if (std::find(std::begin(layouts), std::end(layouts), id) != std::end(layouts)) {
            layout_ids.push_back(id);
            continue;
        }
        chosen.push_back(&entry_of(entries, id));
    }
    const Rules rules = changed_by<Rules>(chosen);
    Workings workings(c);
    Archive archive;
    for (const Term& term : terms_of(c.network))
        archive.add(name(term),
                    laid_out(term, *workings.term(rules, term), layout_ids, workings, rules));
    return archive;
}

std::vector<std::string> ids_for(const Case& c) {
    if (chain::is_for(c)) return chain::ids_for(c);
    Workings workings(c);
    std::vector<std::string> ids;
    for (const Entry& entry : entries_for(c)) {
        if (std::find(ids.begin(), ids.end(), entry.id) != ids.end()) continue;
        const Rules rules = changed_by<Rules>({&entry});
        const std::vector<Term> terms = terms_of(c.network);
        const bool shows = std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
            return !same(*workings.term(rules, term), *workings.term({}, term));
        });
        if (shows) ids.push_back(entry.id);
    }
    for (const std::string_view id : layouts) ids.emplace_back(id);
    return ids;
}

}  // namespace autoencoder
