// From an explanation, or none, to rows and sentences.
#include "autoencoder/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include "base/npy.hpp"
#include "diagnosis/account.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/finding.hpp"

namespace autoencoder {
namespace {

using namespace diagnosis;

/// Which further term would tell explanations apart that all reproduce what is given.
std::string telling_term(Comparison& comparison, const Theirs& theirs,
                         const std::vector<Explanation>& found, const Workings& workings) {
    std::string best;
    std::size_t most = 0;
    for (const Term& term : workings.terms()) {
        if (theirs.find(term.key)) continue;
        std::size_t apart = 0;
        for (std::size_t i = 0; i < found.size(); ++i)
            for (std::size_t j = i + 1; j < found.size(); ++j)
                if (comparison.distinguishes(term, found[i].rules, found[j].rules)) ++apart;
        if (apart > most) {
            most = apart;
            best = term.key;
        }
    }
    return best;
}

/// What was compared and is wrong: not what has another size, or no number.
std::vector<std::string> wrong_keys(const Diagnosis& result, const Theirs& theirs) {
    std::vector<std::string> wrong;
    for (const TermRow& row : result.rows) {
        const Given& given = *theirs.find(row.key);
        if (!row.agrees && given.fit != Fit::other_size &&
            std::ranges::any_of(given.values, [](double value) { return std::isfinite(value); }))
            wrong.push_back(row.key);
    }
    return wrong;
}

/// Those of them that these rules give, if they give any.
std::vector<std::string> given_by(const Explanation& way, std::vector<std::string> keys,
                                  Comparison& comparison, const Theirs& theirs) {
    const auto not_given = [&](const std::string& key) {
        return !comparison.row(way.rules, way.frame, *theirs.find(key)).agrees;
    };
    if (!std::ranges::all_of(keys, not_given)) std::erase_if(keys, not_given);
    return keys;
}

void explained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
               const std::vector<Explanation>& found, const Workings& workings) {
    const std::vector<std::string> wrong = wrong_keys(result, theirs);
    const Layouts layouts = layouts_of(theirs, found[0]);
    result.sentences.insert(result.sentences.end(), layouts.sentences.begin(),
                            layouts.sentences.end());
    add_findings(result, found, layouts, wrong);
    result.agrees = found[0].mistakes.empty() && layouts.mistakes.empty();
    if (found.size() < 2) return;
    const std::string key = telling_term(comparison, theirs, found, workings);
    result.sentences.push_back("each of these alone reproduces all that differs; " +
                               (key.empty()
                                    ? std::string("no further term of this case tells them apart")
                                    : key + " would tell them apart"));
}

void unexplained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
                 Workings& workings, Account account, const std::string& perhaps) {
    result.agrees = false;
    const auto first = std::find_if(result.rows.begin(), result.rows.end(),
                                    [](const TermRow& row) { return !row.agrees; });
    if (first == result.rows.end()) return;
    result.first_wrong = first->key;
    say_lost(result, comparison.lost());
    if (workings.guards().any() && account.found.empty())
        result.sentences.push_back("a different convention: " + workings.guards().words() +
                                   " (log-guard); ours are taken with it");
    std::ranges::copy(result.read_as, std::back_inserter(result.sentences));
    const bool known = account.said.all && !account.said.sentences.empty();
    const Given& given = theirs.given[std::size_t(first - result.rows.begin())];
    const std::string wrong = first_wrong_sentence(given, theirs, workings.given().network);
    if (!account.found.empty()) {
        add_findings(result, account.found, layouts_of(theirs, account.found[0]),
                     given_by(account.found[0], wrong_keys(result, theirs), comparison, theirs));
        if (known) result.sentences.push_back("and beside that, ours taken with it:");
    } else if (!known) {
        result.sentences.push_back("this is wrong in no way that is known here; " + wrong);
    }
    if (!perhaps.empty())
        result.sentences.push_back("or it is right, and " + perhaps + ": this would give all of it, but so few digits do not tell");
    for (std::string& sentence : account.said.sentences)
        result.sentences.push_back(std::move(sentence));
    if (account.found.empty() && known && given.term.layer > 0) result.sentences.push_back(wrong);
}

/// That some of their numbers are none, where ours are.
void say_no_numbers(Diagnosis& result) {
    for (const auto& [key, term] : result.terms) {
        const std::vector<double> theirs = term.theirs.doubles(), right = term.right.doubles();
        std::size_t none = 0;
        for (std::size_t i = 0; i < theirs.size(); ++i)
            none += !std::isfinite(theirs[i]) && std::isfinite(right[i]) ? 1 : 0;
        if (none > 0)
            result.sentences.push_back(
                theirs.size() == 1 ? "their " + key + " is NaN or infinite"
                                   : std::to_string(none) + " of " + std::to_string(theirs.size()) +
                                         " numbers of " + key + " are NaN or infinite");
    }
}

CostAndGradient computed(const Case& c, const Guards& guards, const Rules& rules) {
    Workings workings(c);
    workings.guard(guards);
    CostAndGradient result{(*workings.term(rules, workings.at("cost")))(0, 0), {}};
    for (const Block& block : layout_in_file(c.network).blocks) {
        const auto values = workings.term(rules, workings.at("grad_" + block.name));
        result.gradient.emplace_back(values->values.begin(), values->values.end());
    }
    return result;
}

/// What their costs elsewhere are held against: what is computed as what they have was explained.
Explained explained_by(Comparison& comparison, const Theirs& theirs, Workings& workings,
                       const std::vector<Explanation>& found) {
    const Rules rules = found.empty() ? Rules{} : found[0].rules;
    const Rules under = found.empty() ? Rules{} : changed_by(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    Explained result;
    for (const Block& block : layout_in_file(workings.given().network).blocks) {
        const auto ours = workings.term(under, workings.at("grad_" + block.name));
        const Given* given = theirs.find("grad_" + block.name);
        GradientBlock own;
        if (given && given->fit != Fit::other_size)
            own.values = comparison.in_our_order(*given, frame);
        own.theirs = given && own.values.size() == ours->values.size();
        if (!own.theirs) own.values.assign(ours->values.begin(), ours->values.end());
        result.gradient.push_back(std::move(own));
    }
    result.computed = [=, guards = workings.guards()](const Case& moved) {
        return computed(moved, guards, rules);
    };
    Rules stepped = rules;
    stepped.back.carry = Carry::stepped;
    stepped.back.step = theirs.elsewhere.steps.learning_rate;
    result.stepped = [=, guards = workings.guards()](const Case& moved) {
        return computed(moved, guards, stepped);
    };
    const double cost = (*workings.term({}, workings.at("cost")))(0, 0);
    result.tolerance = comparison.cost_tolerance() / std::max(std::abs(cost), 1e-300);
    result.single = theirs.single;
    result.mistaken = !found.empty() && !found[0].mistakes.empty();
    return result;
}

Diagnosis diagnosis_of(Search& of) {
    const Theirs& theirs = of.theirs;
    Workings& workings = of.workings;
    Comparison& comparison = of.comparison;
    const std::vector<Explanation>& found = of.found;
    const std::optional<Quotients>& quotients = of.quotients;
    Diagnosis result;
    result.single_precision = theirs.single;
    result.remarks = theirs.remarks;
    const Rules under = found.empty() ? Rules{} : changed_by(found[0].conventions);
    const Frame frame = found.empty() ? comparison.nearest().frame : found[0].frame;
    for (const Given& given : theirs.given) {
        TermRow& row = result.rows.emplace_back(comparison.row(under, frame, given));
        if (quotients && quotients->tolerance.contains(row.key) && found[0].mistakes.empty()) {
            row.agrees = true;
            row.tolerance = std::max(row.tolerance, quotients->tolerance.at(row.key));
        }
        const std::vector<double>& values = comparison.in_our_order(given, frame);
        const auto right = workings.term(under, given.term);
        if (given.fit == Fit::other_size || values.size() != right->values.size()) continue;
        result.terms[given.term.key] = {Array(given.term.shape, std::span(values)),
                                        Array(given.term.shape, right->values),
                                        result.rows.back().agrees};
    }
    const auto wrong = std::ranges::find(result.rows, false, &TermRow::agrees);
    if (wrong != result.rows.end()) result.first_wrong = wrong->key;

    const bool other_size = std::any_of(theirs.given.begin(), theirs.given.end(),
                                        [](const Given& g) { return g.fit == Fit::other_size; });
    for (const Given& given : theirs.given)
        if (given.fit == Fit::other_size)
            result.sentences.push_back(given.term.key + " has shape " + shape_text(given.shape) +
                                       " where " + shape_text(given.term.shape) +
                                       " is expected, which no known layout gives");
    say_no_numbers(result);
    const Layouts layouts =
        layouts_of(theirs, found.empty() ? Explanation{{}, {}, frame, {}} : found[0]);
    result.read_as = layouts.sentences;
    if (!found.empty())
        explained(result, comparison, theirs, found, workings);
    else
        unexplained(result, comparison, theirs, workings, std::move(of.account), of.best.perhaps);
    if (other_size) result.agrees = false;
    return result;
}

/// What is said of theirs as numbers of another case.
void add_other(Diagnosis& result, Diagnosis there, const Entry& is, const Theirs& theirs) {
    std::erase_if(there.findings, [](const Finding& f) { return f.mistakes.empty() && f.conventions.empty(); });
    if (there.findings.empty()) there.findings.emplace_back();
    for (Finding& finding : there.findings)
        if (auto& ids = is.convention ? finding.conventions : finding.mistakes;
            std::ranges::find(ids, is.id) == ids.end())
            ids.push_back(is.id);
    const std::vector<std::string> wrong = wrong_keys(result, theirs);
    there.sentences.insert(there.sentences.begin(),
                           is.convention ? "a different convention: " + is.clause + " (" + is.id + ")"
                                         : listed(wrong) + (wrong.size() == 1 ? " is" : " are") +
                                               " what comes out when " + is.clause + " (" + is.id +
                                               "): see [" + is.tag + "]");
    if (is.convention) {
        there.remarks = result.remarks;
        result = std::move(there);
        if (!result.agrees) result.terms.clear();  // `explain` would show them beside the case's own
    } else {
        result.findings = std::move(there.findings);
        result.sentences = std::move(there.sentences);
    }
}

/// float32 may be what they were computed in, or what they were stored in: whichever more of them agree in.
void find_precision(Theirs& theirs, const Case& c) {
    if (!theirs.single || theirs.printed.any()) return;
    Theirs stored = theirs;
    stored.single = false;
    stored.printed.in_single = true;
    const auto agreeing = [&](const Theirs& each) {
        Workings workings(c);
        return Comparison(workings, each).nearest().agreeing;
    };
    if (const std::ptrdiff_t computed = agreeing(theirs); computed < std::ssize(theirs.given) && computed < agreeing(stored))
        theirs = std::move(stored);
}

}  // namespace

Diagnosis diagnose(const Case& c, const Archive& archive,
                   const std::function<void(double)>& progress) {
    Theirs theirs = read_theirs(c, archive);
    find_precision(theirs, c);
    Search own(c, theirs, entries_for(c), progress);
    const Frame frame = own.known() ? Frame{} : own.comparison.nearest().frame;
    if (!own.known()) own.further(frame);
    const bool known = own.known();
    Diagnosis result = diagnosis_of(own);
    bool own_case = true;
    std::vector<OtherCase> others;
    if (!known && own.comparison.against_right(frame).evidence >= telling)
        others = other_cases(own.right(frame), archive, own.counts);
    for (OtherCase& other : others) {
        other.theirs.elsewhere = {};
        std::vector<Entry> entries = entries_for(other.c);
        entries.insert(entries.end(), other.further.begin(), other.further.end());
        Search there(other.c, other.theirs, std::move(entries), {});
        const bool far_fetched = std::ranges::any_of(
            there.found, [](const Explanation& way) { return way.mistakes.size() > 1; });
        const bool weights = there.account.said.all && there.account.said.costs && there.account.found.empty();
        const bool is_more = other.is_all && (there.found.empty() || !there.found[0].mistakes.empty());
        if (far_fetched || is_more || !there.known() || (there.found.empty() && !other.is.convention && !weights)) continue;
        add_other(result, diagnosis_of(there), other.is, theirs);
        own_case = false;
        break;
    }
    if (!known && own_case && own.comparison.against_right(frame).evidence >= telling) {
        own.last_of_all(frame);
        if (own.known()) result = diagnosis_of(own);
    }
    if (theirs.elsewhere.any() &&
        !agrees_elsewhere(theirs.elsewhere, c,
                          explained_by(own.comparison, theirs, own.workings, own.found),
                          result.sentences))
        result.agrees = false;
    say_agreement(result, theirs.printed, own.comparison.lost());
    if (own.quotients) result.sentences.push_back("their gradients are " + own.quotients->words);
    return result;
}

}  // namespace autoencoder
