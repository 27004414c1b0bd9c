// What people really write, kind by kind: named, or said by the weights of its parts. A program of their
// own computes each, with the derivative of every number beside it, so that nothing of ours is in theirs.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>

#include "program.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("diagnosis") {
    TEST_CASE(
        "programs of other losses, activations and sparsity terms are named, right ones agree") {
        using P = Program;
        const Activation s = Activation::sigmoid;
        const Case plain = with(Sort::sparse, s, s),
                   crossed = with(Sort::sparse, s, s, Loss::cross_entropy),
                   rectified = with(Sort::sparse, Activation::relu, Activation::linear),
                   classes = random_case(Sort::classifier, 3),
                   noisy = random_case(Sort::denoising, 3);
        /// The cost with the data's part from ŷ, and the usual rest.
        const auto of_output = [](Program::F f1, Program::F f2,
                                  std::function<Dual(P&, const Rows&)> data) {
            return [=](P& p) {
                p.f1 = f1;
                p.f2 = f2;
                const Rows h = p.hidden(p.c.x);
                const Dual J = data(p, p.output(h));
                return J + (p.gamma > 0 ? p.rest(h) : p.penalty());
            };
        };
        const auto of_rho = [](std::function<Dual(P&, const std::vector<Dual>&)> term) {
            return [=](P& p) {
                const Rows h = p.hidden(p.c.x);
                return p.squared(p.output(h)) + p.penalty() + Dual(p.gamma) * term(p, p.rho(h));
            };
        };
        const auto squared = [](P& p, const Rows& y) { return p.squared(y); };
        const auto cross = [](P& p, const Rows& y) { return p.crossed(y); };
        const auto each = [](Dual (*of)(double, Dual)) {
            return [=](P& p, const Rows& y) { return p.mean(y, p.c.y, of); };
        };
        const auto summed = [](Dual (*of)(Dual, double)) {
            return [=](P& p, const std::vector<Dual>& rho) {
                Dual sum = 0;
                for (const Dual& r : rho) sum = sum + of(r, p.target);
                return sum;
            };
        };
        const Program::F f = sigmoid, itself = P::itself,
                         twice = [](Dual x) { return sigmoid(sigmoid(x)); };
        struct {
            const char* what;
            const Case& c;
            Objective cost;
            const char* said;
            bool agrees = false;
        } table[] = {
            {"right", plain, of_output(f, f, squared), "all that they have agrees", true},
            {"cross-entropy", plain, of_output(f, f, cross), "other-loss"},
            {"squared error", crossed, of_output(f, f, squared), "other-loss"},
            {"its first term", crossed,
             of_output(f, f, each([](double y, Dual q) { return Dual(-y) * log(q); })),
             "other-loss"},
            {"absolute error", plain,
             of_output(f, f, each([](double y, Dual q) { return abs(q - y); })), "other-loss"},
            {"root", plain,
             of_output(
                 f, f,
                 [](P& p, const Rows& y) { return sqrt(Dual(2. / double(p.O)) * p.squared(y)); }),
             "other-loss"},
            {"a part of it", plain,
             of_output(f, f, [](P& p, const Rows& y) { return p.crossed(y) / double(p.O); }),
             "other-loss"},
            {"classes", classes,
             of_output(f, itself, [](P& p, const Rows& y) { return p.squared(P::softmax(y)); }),
             "other-loss"},
            {"sigmoid twice", crossed, of_output(f, twice, cross), "activation-twice"},
            {"softmax twice", classes,
             of_output(f, itself,
                       [](P& p, const Rows& y) { return p.classes(P::softmax(P::softmax(y))); }),
             "activation-twice"},
            {"over patterns", classes,
             of_output(f, itself,
                       [](P& p, const Rows& y) { return p.classes(P::softmax(y, true)); }),
             "softmax-over-patterns"},
            {"over everything", classes,
             of_output(f, itself,
                       [](P& p, Rows y) {
                           Rows all(1);
                           for (const auto& row : y) all[0].insert(all[0].end(), row.begin(), row.end());
                           all = P::softmax(all);
                           for (std::size_t q = 0; q < p.N; ++q) std::copy_n(all[0].begin() + std::ptrdiff_t(q * p.O), p.O, y[q].begin());
                           return p.classes(y);
                       }),
             "softmax-over-patterns"},
            {"tanh", rectified, of_output(tanh, itself, squared), "other-activation"},
            {"leaky", rectified, of_output(P::leaky, itself, squared), "other-activation"},
            {"linear output", plain, of_output(f, itself, squared), "other-activation"},
            {"L1", plain, of_rho(summed([](Dual r, double) { return r; })), "other-sparsity"},
            {"squares", plain,
             of_rho(summed([](Dual r, double to) { return (r - to) * (r - to); })),
             "other-sparsity"},
            {"softmax", plain, of_rho([](P& p, const std::vector<Dual>& r) {
                 p.target = 1 / double(p.H);
                 return p.kl(P::softmax({r})[0]);
             }),
             "other-sparsity"},
            {"guard of ρ", plain, of_rho([](P& p, const std::vector<Dual>& r) {
                 p.eps = 1e-6;
                 return p.kl(r);
             }),
             "log-guard", true},
            {"guard of ρ, no ½", plain,
             [](P& p) {
                 const Rows h = p.hidden(p.c.x);
                 const Dual J = Dual(2) * p.squared(p.output(h));
                 p.eps = 1e-6;
                 return J + p.rest(h);
             },
             "log-guard", true},
            {"guard of ŷ", crossed,
             of_output(f, f,
                       [](P& p, const Rows& y) {
                           p.eps = 1e-7;
                           const Dual J = p.crossed(y);
                           p.eps = 0;
                           return J;
                       }),
             "log-guard", true},
            {"exchanged", noisy,
             [](P& p) {
                 const Rows h = p.hidden(p.c.y);
                 return p.mean(p.output(h), p.c.x, [](double y, Dual q) {
                     return Dual(0.5) * (q - y) * (q - y);
                 }) + p.rest(h);
             },
             "denoise-swapped"},
            {"half the mean over elements", plain,
             of_output(f, f, [](P& p, const Rows& y) { return p.squared(y) / double(p.O); }),
             "the data's part times 1/"},
            {"another γ", plain,
             of_rho([](P& p, const std::vector<Dual>& r) { return Dual(0.37) * p.kl(r); }),
             "the sparsity's part times 0.37"},
        };
        for (const auto& row : table) {
            CAPTURE(row.what);
            const Diagnosis d = diagnose(row.c, results(row.c, row.cost));
            INFO(all_of(d));
            CHECK(d.agrees == row.agrees);
            CHECK(said(d, row.said));
        }
    }

    TEST_CASE(
        "a gradient whose parts weigh otherwise is said to be so, and of the cost by what it is "
        "off") {
        const Case c = random_case(Sort::sparse, 3);
        Case data = c;
        data.network.weight_penalty = 0;
        Case without = c;
        without.network.sparsity_weight = 0;
        const Archive right = few(compute_terms(c)), no_penalty = few(compute_terms(data)),
                      no_sparsity = few(compute_terms(without));
        const std::size_t N = c.x.rows;
        struct {
            std::function<void(Archive&)> change;
            std::string said;
        } table[] = {
            {[&](Archive& a) { block(a, "grad_W1") = no_sparsity.at("grad_W1").doubles(); },
             "their grad_W1 is ours without the sparsity's part"},
            {[&](Archive& a) {
                 block(a, "grad_W2") = no_penalty.at("grad_W2").doubles();
                 block(a, "cost")[0] += 1;
             },
             "their grad_W2 is ours without λW2"},
            {[&](Archive& a) { block(a, "cost")[0] += 0.0123; },
             "all their gradients agree, and the cost alone is wrong: it is too large by 0.0123"},
            {[&](Archive& a) {
                 const double with = right.at("cost").number(),
                              none = no_sparsity.at("cost").number();
                 block(a, "cost") = {2 * with - none};
             },
             "ours with the sparsity's part times 2"},
            {[&](Archive& a) {
                 for (auto& [key, array] : a.entries)
                     if (key != "cost")
                         for (double& g : block(a, key)) g *= 3 * double(N);
             },
             "their grad_b2, grad_W2, grad_b1 and grad_W1 are "},
            {[&](Archive& a) {
                 for (const char* key : {"1", "2"}) {
                     const auto b = part<const double>(
                         c.theta, layout(c.network).find("b" + std::string(key)));
                     block(a, "grad_b" + std::string(key)) = {b.begin(), b.end()};
                 }
             },
             "are nothing but b"},
        };
        for (const auto& row : table) {
            CAPTURE(row.said);
            Archive theirs = right;
            row.change(theirs);
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK_FALSE(d.agrees);
            CHECK(said(d, row.said));
            CHECK(d.findings.empty());
        }
    }

    TEST_CASE("numbers that were printed with some digits, or decimals, agree, wrong ones do not") {
        const Case c = random_case(Sort::sparse, 4);
        const auto printed = [](Archive theirs, const char* format) {
            for (auto& [key, array] : theirs.entries)
                for (double& value : std::get<std::vector<double>>(array.values)) {
                    char text[32];
                    std::snprintf(text, sizeof text, format, value);
                    value = std::strtod(text, nullptr);
                }
            return theirs;
        };
        const std::pair<const char*, const char*> ways[] = {
            {"%.6g", "6 digits"}, {"%.4g", "4 digits"}, {"%.3f", "3 decimals"},
            {"%.4f", "4 decimals"}, {"%.6f", "6 decimals"}, {"%.9f", "9 decimals"}};
        for (const auto& way : ways) {
            const char *const format = way.first, *const words = way.second;
            CAPTURE(format);
            Archive theirs = printed(few(compute_terms(c)), format);
            const Diagnosis d = diagnose(c, theirs);
            CHECK(d.agrees);
            CHECK(said(d, std::string("rounded to ") + words));
            const auto mistaken = printed(few(terms_with(c, std::vector<std::string>{"kl-outside-derivative"})), format);
            CHECK(said(diagnose(c, mistaken), "kl-outside-derivative"));
            double& largest = *std::ranges::max_element(block(theirs, "grad_W2"));
            largest = std::round(1.1 * largest * 1e3) / 1e3 + 0.002;
            CHECK_FALSE(diagnose(c, theirs).agrees);
        }
    }

    TEST_CASE("a result that is no number is called so, and what says how the case is computed is left") {
        const Case c = random_case(Sort::sparse, 4);
        Archive theirs = few(compute_terms(c));
        block(theirs, "grad_W2")[2] = std::nan("");
        CHECK(said(diagnose(c, theirs), "numbers of grad_W2 are NaN or infinite"));
        Archive beside = few(compute_terms(c));
        beside.add("activation1", "sigmoid"), beside.add("loss", "squared_error");
        beside.add("dropout", 0.0), beside.add("model", "network");
        CHECK(diagnose(c, beside).agrees);
    }

    TEST_CASE("a cost alone that is of another function, or of other weights, is said") {
        const auto cost_of = [](const Case& c, double more, const std::string& words) {
            Archive theirs = few(compute_terms(c));
            block(theirs, "cost")[0] += more;
            const Diagnosis d = diagnose(c, theirs);
            INFO(all_of(d));
            CHECK_FALSE(d.agrees);
            CHECK(d.findings.empty());
            CHECK(said(d, words));
        };
        const Case sparse = random_case(Sort::sparse, 3), crossed = with(Sort::sparse, Activation::sigmoid, Activation::sigmoid, Loss::cross_entropy);
        double entropy = 0, constants = 0;
        const auto part = [](double p) { return -p * std::log(p) - (1 - p) * std::log(1 - p); };
        for (const double y : crossed.y.values) entropy += part(y) / double(crossed.x.rows);
        constants = sparse.network.sparsity_weight * double(sparse.network.units(1)) * part(sparse.network.sparsity_target);
        cost_of(crossed, -entropy, "ours less the entropy of the targets");
        cost_of(sparse, constants, "ours without the constant terms of KL");
        cost_of(sparse, 0.98 * constants, "the cost alone is wrong");
        Case moved = sparse;
        const Archive right = compute_terms(sparse);
        for (const Block& of : layout(sparse.network).blocks) {
            const std::vector<double> gradient = right.at("grad_" + of.name).doubles();
            for (std::size_t k = 0; k < of.size; ++k) moved.theta[of.offset + k] -= 0.1 * gradient[k];
        }
        cost_of(sparse, compute_terms(moved).at("cost").number() - right.at("cost").number(), "after a step with a learning rate of 0.1");
    }
}
