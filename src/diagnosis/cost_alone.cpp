// A cost that is wrong where all gradients agree: as another function, or as one that was taken elsewhere.
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/by_parts.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/mistakes.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

class Alone {
public:
    Alone(const Against& against, const Given& cost)
        : against_(against), cost_(cost), of_(against.workings.given()), ours_(value({})) {}

    std::string words() {
        if (cost_.term.what != What::cost) return parts(), words_;
        targets();
        if (words_.empty()) sums();
        if (words_.empty()) other_patterns();
        if (words_.empty() && of_.sparse) sparsity();
        if (words_.empty()) losses_alone();
        if (words_.empty()) elsewhere();
        return words_;
    }

private:
    double value(const Rules& rules) { return (*against_.workings.term(rules, cost_.term))(0, 0); }
    bool is(double cost, const std::string& words) {
        Real number(1, 1);
        number(0, 0) = cost;
        if (!words_.empty() || !std::isfinite(cost) || !against_.comparison.gives(against_.frame, cost_, cost_.term, number, {})) return false;
        words_ = words;
        return true;
    }
    static double part_of_entropy(double p) { return p > 0 ? -p * std::log(p) : 0; }

    void targets() {
        if (of_.squared) return;
        double entropy = 0;
        for (const double y : of_.c.y.values) entropy += (part_of_entropy(y) + (of_.softmax ? 0 : part_of_entropy(1 - y))) / of_.N;
        is(ours_ - entropy, "ours less the entropy of the targets: the divergence for the cross-entropy");
    }
    /// A part of the cost that is another one, or has it too.
    void parts() {
        for (const auto& [key, name] : {std::pair("cost_data", "the data's part"), {"cost_weight_penalty", "the weight penalty"},
                                        {"cost_sparsity", "the sparsity"}, {"cost", "the whole cost"}}) {
            const auto& terms = against_.workings.terms();
            if (key == cost_.term.key || std::ranges::find(terms, key, &Term::key) == terms.end()) continue;
            const double other = (*against_.workings.term({}, against_.workings.at(key)))(0, 0);
            is(other, std::string("equal to ") + name);
            is(ours_ + other, std::string("ours and ") + name);
        }
    }
    /// The data's part of fewer outputs, of one pattern, or of another network.
    void other_patterns() {
        const Real& found = *against_.workings.term({}, against_.workings.at("h" + std::to_string(of_.L)));
        const double rest = ours_ - of_.data;
        double but_last = 0;
        std::vector<double> patterns(found.rows);
        for (std::size_t q = 0; q < found.rows; ++q)
            for (std::size_t i = 0; i < found.cols; ++i) {
                const double y = of_.c.y(q, i), p = found(q, i);
                const double error = of_.squared ? (y - p) * (y - p) / 2 : -y * std::log(p) - (of_.softmax ? 0 : (1 - y) * std::log(1 - p));
                patterns[q] += error;
                if (i + 1 < found.cols) but_last += error;
            }
        is(rest + but_last / of_.N, "ours without the last output");
        for (const auto& [q, which] : {std::pair(found.rows - 1, "last"), {std::size_t{0}, "first"}}) {
            is(rest + patterns[q], std::string("that of the ") + which + " pattern alone");
            is(rest + patterns[q] / of_.N, std::string("that of the ") + which + " pattern alone, divided by N");
        }
        is(std::log(ours_), "the logarithm of ours");
        if (of_.squared) {
            is(rest + std::sqrt(2 * of_.data), "ours with √((1/N) Σ (y − ŷ)²) for the squared error");
            is(rest + std::sqrt(2 * of_.data / double(found.cols)), "ours with the root of the mean of (y − ŷ)² over patterns and outputs for the squared error");
            is(rest + std::sqrt(2 * of_.data * of_.N), "ours with √Σ (y − ŷ)² for the squared error");
        }
        Rules rules;
        rules.forward.mask = Mask::none;
        rules.forward.rescale = Rescale::never;
        if (of_.masked) is(value(rules), "that of the network without dropout");
        rules = {};
        rules.forward.target = Target::noisy_input;
        if (of_.squared && found.cols == of_.c.x.cols) is(value(rules), "that of the inputs as targets");
    }
    /// The data's part by another sum over the outputs.
    void sums() {
        const Real& found = *against_.workings.term({}, against_.workings.at("h" + std::to_string(of_.L)));
        const double rest = ours_ - of_.data;
        double after = 0, taken_twice = 0, inside = 0, largest = 0;
        for (std::size_t q = 0; q < found.rows; ++q) {
            double sum = 0, most = 0;
            for (std::size_t i = 0; i < found.cols; ++i) {
                const double y = of_.c.y(q, i), p = found(q, i);
                sum += y - p;
                most = std::max(most, std::abs(y - p));
                taken_twice += (y - 2 * p) * (y - 2 * p) / 2;
                if (!of_.squared) inside -= y * std::log(p) - (1 - y) * std::log(1 - p);
            }
            after += sum * sum / 2;
            largest += most * most / 2;
        }
        if (of_.squared) {
            is(rest + after / of_.N, "squared after the sum over the outputs, ½ (Σ (y − ŷ))²");
            is(rest + taken_twice / of_.N, "that of y − 2ŷ, as if ŷ had been taken off twice");
            is(rest + largest / of_.N, "that of the largest error of each pattern alone");
        } else if (!of_.softmax) {
            is(rest + inside / of_.N, "−Σ [y log ŷ − (1 − y) log(1 − ŷ)], a minus between the two terms");
        }
    }
    void sparsity() {
        const double target = of_.net.sparsity_target;
        double units = 0;
        for (std::size_t l = 1; l < of_.L; ++l)
            if (of_.net.sparse(l)) units += double(of_.net.units(l));
        is(ours_ + of_.gamma * units * (part_of_entropy(target) + part_of_entropy(1 - target)),
           "ours without the constant terms of KL, its cross-entropy alone");
        for (std::size_t row = 0; row < sparse_rows().size(); ++row) {
            Rules rules;
            rules.sparsity_cost.form = Penalty(row + std::size_t(Penalty::first_row));
            is(value(rules), "ours with " + sparse_rows()[row].words + " for KL(ρ̄‖ρ_j)");
        }
    }
    void losses_alone() {
        const bool share = of_.softmax || of_.output == Activation::sigmoid;
        for (std::size_t row = 0; row < losses().size(); ++row) {
            const ErrorRow& loss = losses()[row];
            const bool fits = loss.of == Output::any || (loss.of == Output::classes   ? of_.softmax
                                                         : loss.of == Output::units  ? !of_.softmax
                                                         : loss.of == Output::scores ? false
                                                                                     : share);
            Rules rules;
            rules.forward.error = error_in(row);
            if (fits && loss.least_error < of_.largest_error)
                is(value(rules), "ours with " + loss.words + " for the " + (of_.squared ? "squared error" : "cross-entropy"));
        }
    }
    /// At weights that have moved by their gradient.
    void elsewhere() {
        for (const double rate : {1.0, 0.1, 0.01, 0.001, 0.5, 0.05, 0.005, 0.3, 0.03, 0.003, 0.2, 0.02, 0.002, 2.0, 3.0, 5.0, 10.0, 1e-4}) {
            Case moved = of_.c;
            for (const Term& term : against_.workings.terms()) {
                if (!term.is_gradient()) continue;
                const Block block = layout_in_file(of_.net).find(term.key.substr(5));
                const auto gradient = against_.workings.term({}, term);
                for (std::size_t i = 0; i < block.size; ++i) moved.theta[block.offset + i] -= rate * gradient->values[i];
            }
            Workings there(moved);
            if (is((*there.term({}, cost_.term))(0, 0), "that of the weights after a step with a learning rate of " + rounded(rate, 4))) return;
        }
    }

    const Against& against_;
    const Given& cost_;
    const Facts of_;
    double ours_;
    std::string words_;
};

}  // namespace

std::string cost_alone(const Against& against, const Given& cost) {
    const Case& c = against.workings.given();
    if (against.workings.guards().any() || double(c.x.rows) * double(c.theta.size()) > 2e6) return "";
    return Alone(against, cost).words();
}

}  // namespace autoencoder::diagnosis
