#include "diagnosis/other_case.hpp"

#include <algorithm>

#include "autoencoder/text.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

void add_counts(std::vector<Entry>& entries, double summed, double divided) {
    const double r = summed / divided;
    if (r == 1) return;
    const Change all = data(r, 1) + code(r, 1) + sums(r, r) + sparsity(1, 1 / r);
    const std::string words = "the sums are divided by " + std::to_string(std::size_t(divided));
    const auto add = [&](const std::string& clause, Change change) {
        entries.push_back({"patterns-miscounted", clause, "scale", false, true, std::move(change)});
    };
    add(words + ", ρ by the patterns that are there", all);
    add(words + ", ρ too", all + sparsity(1, r) + [=](Rules& rules) {
            rules.sparsity_cost.rho.memory = rules.sparsity_slope.rho.memory = 1 - r;
        });
}

/// Without what is right for all patterns: a cost, say.
Theirs without_right(const Against& against, Theirs theirs) {
    std::erase_if(theirs.given, [&](const Given& given) {
        const Given* own = against.theirs.find(given.term.key);
        return given.term.layer == 0 && own && against.comparison.row({}, against.frame, *own).agrees;
    });
    return theirs;
}

namespace {

/// All weights transposed, where every matrix is square: then their shape says nothing.
std::vector<OtherCase> transposed_case(const Against& against) {
    const Case& c = against.workings.given();
    for (std::size_t l = 1; l <= c.network.depth(); ++l)
        if (!is_square(c.network, l)) return {};
    OtherCase other{c, against.theirs,
                    {"transposed-weights", "their weights are stored (in, out), the transpose of ours",
                     "encode", true}};
    for (const Block& block : layout(c.network).blocks) {
        if (block.shape.size() != 2) continue;
        const View<double> W = matrix<double>(other.c.theta, block);
        for (std::size_t i = 0; i < W.rows; ++i)
            for (std::size_t j = 0; j < i; ++j) std::swap(W(i, j), W(j, i));
    }
    for (Given& given : other.theirs.given) {
        if (given.sort != Sort::weights || given.fit != Fit::as_expected) continue;
        const std::size_t n = given.axes[0];
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < i; ++j) std::swap(given.values[i * n + j], given.values[j * n + i]);
    }
    return {other};
}

/// Other hidden layers that take part in the sparsity term, where the output's gradients are right.
void add_sparse(const Against& against, const Archive& archive, std::vector<OtherCase>& all) {
    const Case& c = against.workings.given();
    const std::size_t L = c.network.depth();
    std::vector<std::size_t> may;
    for (std::size_t l = 1; l < L; ++l)
        if (const Activation f = c.network.layer(l).activation; c.network.layer(l).kind != Kind::gaussian && (f == Activation::sigmoid || f == Activation::tanh)) may.push_back(l);
    const auto is_wrong = [&](const Given& given) { return given.term.layer > 0 && !against.comparison.row({}, against.frame, given).agrees; };
    const auto is_back = [](What what) { return what == What::delta || what == What::weights || what == What::biases; };
    const auto is_below = [&](const Given& given) { return !is_wrong(given) || (given.term.layer < L && is_back(given.term.what)); };
    if (c.network.sparsity_weight == 0 || may.size() < 2 || may.size() > 5 || c.x.rows * c.theta.size() > 2000000 ||
        !std::ranges::all_of(against.theirs.given, is_below) || std::ranges::none_of(against.theirs.given, is_wrong))
        return;
    const auto words = [](const Network& network) {
        std::vector<std::string> sparse;
        for (std::size_t l = 1; l < network.depth(); ++l)
            if (network.sparse(l)) sparse.push_back(std::to_string(l));
        return (sparse.size() == 1 ? "layer " : "layers ") + listed(sparse, " and ");
    };
    for (std::size_t which = 1; which < std::size_t{1} << may.size(); ++which) {
        Case other = c;
        bool fewer = true, known = true;
        for (std::size_t i = 0; i < may.size(); ++i) {
            const bool sparse = which >> i & 1;
            fewer = fewer && sparse <= c.network.sparse(may[i]);  // that is weights of our parts
            known = known && (sparse || std::ranges::none_of(against.theirs.given, [&](const Given& given) {
                                  return given.term.layer == may[i] && (given.term.what == What::rho || given.term.what == What::kl);
                              }));
            other.network.layers[may[i] - 1].sparse = sparse;
        }
        if (fewer || !known) continue;
        const std::string clause = "the sparsity is that of " + words(other.network) + ", not of " + words(c.network);
        Theirs theirs = without_right(against, read_theirs(other, archive));
        all.push_back({std::move(other), std::move(theirs), {"other-sparse-layers", clause, "kl"}, {}, true});
    }
}

}  // namespace

std::vector<OtherCase> other_cases(const Against& against, const Archive& archive, const Indices& counts) {
    const Case& c = against.workings.given();
    const std::size_t N = c.x.rows;
    std::vector<OtherCase> all = transposed_case(against);
    add_sparse(against, archive, all);
    const Given* given = of_other_patterns(against);
    if (!given) return all;
    const auto add = [&](Case of, const char* id, const std::string& clause, std::size_t summed) {
        Theirs theirs = without_right(against, read_theirs(of, archive));
        if (theirs.given.empty()) return;
        all.push_back({std::move(of), std::move(theirs), {id, clause, "scale"}, {}});
        add_counts(all.back().further, double(summed), double(N));
    };
    if (!counts.empty()) {
        Indices rows;
        for (std::size_t q = 0; q < N; ++q) rows.insert(rows.end(), counts[q], q);
        add(with_patterns(c, rows, rows), "patterns-lost", words_of(counts), rows.size());
        return all;
    }
    const Indices every = from_to(0, N), but_last = from_to(0, N - 1), but_first = from_to(1, N);
    Indices on = but_first, back = {N - 1};
    on.push_back(0);
    back.insert(back.end(), but_last.begin(), but_last.end());
    const std::string words = "the targets are shifted against the inputs: each is that of the pattern ";
    const std::tuple<Indices, Indices, std::string> shifts[] = {
        {every, on, "after it, the last one's the first"},
        {every, back, "before it, the first one's the last"},
        {but_last, but_first, "after it, and the last one has none"},
        {but_first, but_last, "before it, and the first one has none"}};
    for (const auto& [inputs, targets, whose] : shifts) {
        Case shifted = with_patterns(c, inputs, targets);
        const Weighing fit = as_sum(against, *given, {{shifted, 1}});
        if (fit.possible && fit.decided)
            return add(std::move(shifted), "targets-shifted", words + whose, inputs.size()), all;
    }
    std::ranges::move(read_otherwise(against, *given), std::back_inserter(all));
    return all;
}

}  // namespace autoencoder::diagnosis
