// The data's part is a sum over patterns and outputs. Split along one of them it is as many parts, whose weights
// their gradient of the output's layer says, as it says those of other parts.
#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/other_case.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Which group the error of each output of each pattern belongs to, and what the groups are called.
struct Split {
    std::vector<std::string> groups;
    std::vector<std::size_t> group;  // by pattern, then by output
};

template <class Group>
Split split(const Case& c, std::vector<std::string> groups, const Group& group) {
    Split result{std::move(groups), {}};
    for (std::size_t q = 0; q < c.y.rows; ++q)
        for (std::size_t i = 0; i < c.y.cols; ++i) result.group.push_back(group(q, i));
    return result;
}

std::vector<std::string> numbered(const std::string& word, std::size_t n, std::size_t first) {
    std::vector<std::string> all;
    for (std::size_t k = 0; k < n; ++k) all.push_back(word + std::to_string(first + k));
    return all;
}

std::vector<Split> splits_of(const Case& c, Workings& workings, bool by_pattern) {
    constexpr std::size_t many = 64;
    const std::size_t L = c.network.depth(), N = c.y.rows, n = c.y.cols;
    const bool softmax = c.network.layers.back().activation == Activation::softmax;
    std::vector<Split> all;
    if (by_pattern && N > 1 && N <= many)
        all.push_back(split(c, numbered("pattern ", N, 1), [](std::size_t q, std::size_t) { return q; }));
    if (by_pattern) return all;
    const auto is_class = [&](std::size_t q) {
        return std::size_t(std::ranges::max_element(c.y.row(q)) - c.y.row(q).begin());
    };
    if (softmax && n <= many)
        all.push_back(split(c, numbered("class ", n, 0), [&](std::size_t q, std::size_t) { return is_class(q); }));
    if (!softmax && c.x.cols == n && !std::ranges::equal(c.x.values, c.y.values))
        all.push_back(split(c, {"what the noise has left alone", "what the noise has changed"},
                            [&](std::size_t q, std::size_t i) { return std::size_t(c.x(q, i) != c.y(q, i)); }));
    if (!softmax) {
        const auto found = workings.term({}, workings.at("h" + std::to_string(L)));
        all.push_back(split(c, {"an output that is too large", "an output that is too small"},
                            [&](std::size_t q, std::size_t i) { return std::size_t((*found)(q, i) < c.y(q, i)); }));
        all.push_back(split(c, {"a target below ½", "a target of ½ and more"},
                            [&](std::size_t q, std::size_t i) { return std::size_t(c.y(q, i) >= 0.5); }));
    }
    if (!softmax && n > 1 && n <= many)
        all.push_back(split(c, numbered("output unit ", n, 1), [](std::size_t, std::size_t i) { return i; }));
    return all;
}

/// "pattern 2 is left out and pattern 3 counts 2 times".
std::string words_of(const Split& by, const std::vector<double>& weights, const std::string& what = "the error of ") {
    constexpr std::size_t most = 8;
    std::vector<std::string> clauses;
    for (std::size_t k = 0; k < weights.size(); ++k)
        if (weights[k] != 1)
            clauses.push_back(what + by.groups[k] +
                              (weights[k] == 0 ? " is left out" : " counts " + rounded(weights[k], 4) + " times"));
    if (clauses.size() > most) {
        clauses.resize(most);
        clauses.push_back("so on");
    }
    return listed(clauses);
}

/// A weight of each of some groups, where a fit says them all and they are not alike; empty: it does not.
std::vector<double> told(const Weighing& fit, std::size_t first, std::span<const std::shared_ptr<const Real>> columns) {
    std::vector<double> weights;
    if (!fit.possible || !fit.decided) return weights;
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const Weight& of = fit.weights[first + k];
        const bool empty = std::ranges::all_of(columns[k]->values, [](double x) { return x == 0; });
        if (!empty && !(of.said() && of.off_by < 1e-2)) return {};
        weights.push_back(empty || of.is(1) ? 1 : of.is(0) ? 0 : plainest(of.value, of.off_by));
    }
    const auto [least, most] = std::ranges::minmax(weights);
    return most - least < 1e-4 ? std::vector<double>{} : weights;
}

}  // namespace

/// The divergence, split by latent unit: by their gradient of the weights of μ.
void add_latent(const Against& against, std::vector<Entry>& entries) {
    const auto& [comparison, theirs, workings, structure, frame] = against;
    const Given* given = theirs.find("grad_mu_W");
    if (!given || given->fit == Fit::other_size || !comparison.lost().empty() ||
        comparison.weighing({}, frame, *given).possible)
        return;
    const std::size_t latent = workings.given().network.units(given->term.layer);
    std::vector<Weight> parts = {{{Share::data}}, {{Share::penalty, given->term.layer}}};
    for (Weight& each : parts) each.usual = each.value = weight_of({}, each.part, given->term, workings.given().network);
    std::vector<std::shared_ptr<const Real>> columns;
    for (const Weight& each : parts) columns.push_back(numbers_of(workings, {}, each.part, given->term));
    for (std::size_t k = 0; k < latent; ++k) {
        Real of(1, latent);
        of.values[k] = 1;
        Rules one;
        one.back.code.shares = workings.add_shares(std::move(of));
        columns.push_back(numbers_of(workings, one, {Share::mean}, given->term));
        parts.push_back({{Share::mean}});
    }
    const std::vector<double> weights = told(as_sum(against, *given, given->term, parts, columns), 2, std::span(columns).subspan(2));
    if (weights.empty()) return;
    Real of(1, latent);
    std::ranges::copy(weights, of.values.begin());
    const std::size_t number = workings.add_shares(std::move(of));
    entries.push_back({"weighed-divergence", words_of({numbered("latent unit ", latent, 1), {}}, weights, "the divergence of "), "elbo",
                       false, true, [=](Rules& rules) { rules.cost.code.shares = rules.back.code.shares = number; }});
}

/// Another function of y and ŷ beside the network's own: how many times.
void add_second_loss(const Against& against, std::vector<Entry>& entries) {
    Workings& workings = against.workings;
    const Given* given = of_other_patterns(against);
    if (!given || double(workings.patterns()) * double(workings.given().theta.size()) > 2e6) return;
    const Facts of(workings.given());
    const Term term = workings.sample_of(given->term);
    const Part decay{term.what == What::weights ? Share::penalty : Share::biases, term.layer};
    const double usual = weight_of({}, decay, term, of.net);
    const bool share = of.softmax || of.output == Activation::sigmoid;
    for (std::size_t row = 0; row < losses().size(); ++row) {
        const Output needs = losses()[row].of;
        if (needs == Output::scores || (needs == Output::classes ? !of.softmax : needs == Output::units ? of.softmax : needs != Output::any && !share)) continue;
        Rules other;
        other.forward.error = error_in(row);
        const Weighing fit = as_sum(against, *given, term, {{{Share::data}}, {{Share::data, 1}, 0, 0}, {decay, usual, usual}},
                                    {numbers_of(workings, {}, {Share::data}, term), numbers_of(workings, other, {Share::data}, term),
                                     numbers_of(workings, {}, decay, term)});
        const Weight &own = fit.weights[0], &more = fit.weights[1];
        if (!fit.possible || !fit.decided || !own.said() || !more.said() || own.is(0) || more.is(0)) continue;
        const double times = plainest(more.value / own.value, more.off_by / std::abs(own.value));
        entries.push_back({"other-loss", losses()[row].words + " is added, " + rounded(times, 4) + " times", "cost", false, true,
                           [=](Rules& rules) {
                               rules.forward.added = error_in(row);
                               rules.forward.times_added = times;
                           }});
        return;
    }
}

void add_shares(const Against& against, std::vector<Entry>& entries, bool by_pattern) {
    Workings& workings = against.workings;
    const Case& c = workings.given();
    const Given* given = of_other_patterns(against);
    if (!given || c.x.rows * c.theta.size() > 20000000) return;
    const Term term = workings.sample_of(given->term);
    const Part decay{term.what == What::weights ? Share::penalty : Share::biases, term.layer};
    const double usual = weight_of({}, decay, term, c.network);
    for (const Split& by : splits_of(c, workings, by_pattern)) {
        if (by.groups.size() + 4 > term.size) continue;
        std::vector<Weight> parts;
        std::vector<std::shared_ptr<const Real>> columns;
        std::vector<Real> groups;
        for (std::size_t k = 0; k < by.groups.size(); ++k) {
            Real of(c.y.rows, c.y.cols);
            for (std::size_t i = 0; i < of.values.size(); ++i) of.values[i] = by.group[i] == k;
            Rules one;
            one.forward.shares = workings.add_shares(of);
            columns.push_back(numbers_of(workings, one, {Share::data}, term));
            parts.push_back({{Share::data}});
            groups.push_back(std::move(of));
        }
        columns.push_back(numbers_of(workings, {}, decay, term));
        parts.push_back({decay, usual, usual});
        const Weighing fit = as_sum(against, *given, term, parts, columns);
        const std::vector<double> weights = told(fit, 0, std::span(columns).first(groups.size()));
        if (weights.empty()) continue;
        Real shares(c.y.rows, c.y.cols);
        for (std::size_t k = 0; k < groups.size(); ++k)
            for (std::size_t i = 0; i < shares.values.size(); ++i) shares.values[i] += weights[k] * groups[k].values[i];
        const std::size_t number = workings.add_shares(std::move(shares));
        entries.push_back({"weighed-errors", words_of(by, weights), "cost", false, true,
                           [=](Rules& rules) { rules.forward.shares = number; }});
        return;
    }
}

}  // namespace autoencoder::diagnosis
