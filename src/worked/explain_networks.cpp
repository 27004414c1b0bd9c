// What `explain` shows of the equations of the shallow, sparse and deep autoencoder: which literal lines, and
// of what they are derivatives.
#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "worked/pencil.hpp"

namespace autoencoder::lecture {
namespace {

constexpr double eta = 0.5;

// The shallow autoencoder ------------------------------------------------------------------------

/// s and h of a dense layer.
void forward(Pencil& p, size_t l, const char* what) {
    p.need(!has_window(p.net.layer(l)), what);
    for (const size_t j : p.units(p.net.net_inputs(l))) {
        p.line(p.s(l, p.q, j), p.net_input(l, p.q, j), p.of_unit("s", l, j));
        if (p.net.layer(l).kind == Kind::gaussian) continue;  // [reparameterise]
        p.line(p.h(l, p.q, j), p.activity(l, p.q, j), p.of_unit("h", l, j));
    }
}

void cost(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error, "squared error");
    p.line(numbered("J^", p.q), p.cost(p.q));
}

void delta_output(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error, "squared error");
    p.deltas(p.L, [&](size_t i) { return p.delta_output(p.q, i); });
}

void delta_hidden(Pencil& p) {
    p.need(p.l < p.L && !p.net.sparse(p.l) && p.net.layer(p.l).kind != Kind::gaussian,
           "hidden layer without sparsity here");
    p.deltas(p.l, [&](size_t j) { return p.delta_hidden(p.l, p.q, j); });
}

void gradient(Pencil& p) {
    p.need(!p.window(), "dense layer here");
    const auto [j, k] = p.weight();
    const std::string by = numbered("∂J^", p.q) + "/∂";
    if (!p.bias)
        p.line(by + p.w(p.l, j, k).letters(), p.gradient(p.l, p.q, j, k)).quotient =
            p.by_w(p.l, j, k);
    p.line(by + p.b(p.l, j).letters(), p.bias_gradient(p.l, p.q, j), p.by_net_input(p.l, j))
        .quotient = p.by_s(p.l, j);
}

/// J^q and the penalty of the layer that is looked at.
double penalised_cost(const Pencil& p, const Lecture& at) {
    return p.deck_cost(at) + at.weight_penalty(at.squares(p.l)).value;
}

void update(Pencil& p) {
    p.need(!p.window(), "dense layer here");
    const auto [j, k] = p.weight();
    const Number step = p.name("η", eta), w = p.bias ? p.b(p.l, j) : p.w(p.l, j, k),
                 rule = p.bias ? p.bias_update(step, p.l, p.q, j) : p.update(step, p.l, p.q, j, k);
    const auto of = [&](const Lecture& at) { return penalised_cost(p, at); };
    p.line("Δ" + w.letters(), rule).quotient =
        -eta * (p.bias ? p.by_s(p.l, j, of) : p.by_w(p.l, j, k, of));
    p.line("the new " + w.letters(), w + p.name("Δ" + w.letters(), rule.value));
}

// Weight penalty ---------------------------------------------------------------------------------

Number all_squares(const Pencil& p) {
    Number sum = 0;
    for (size_t l = 1; l <= p.L; ++l) sum += p.squares(l);
    return sum;
}

void weight_penalty(Pencil& p) {
    p.need(p.net.weight_penalty > 0, "weight penalty");
    p.line("(λ/2) Σ w²", p.weight_penalty(all_squares(p)), {"cost_weight_penalty"});
}

void penalised_gradient(Pencil& p) {
    p.need(p.net.weight_penalty > 0 && !p.bias, "weight penalty here");
    p.need(!p.window(), "dense layer here");
    const auto [j, k] = p.weight();
    const Number w = p.w(p.l, j, k);
    const std::string pattern = numbered("^", p.q) + "/∂" + w.letters();
    const Number by_w = p.name("∂J" + pattern, p.gradient(p.l, p.q, j, k));
    const auto of = [&](const Lecture& at) { return penalised_cost(p, at); };
    p.line("∂J_wd" + pattern, p.penalised(by_w, w)).quotient = p.by_w(p.l, j, k, of);
}

// Sparse coding ----------------------------------------------------------------------------------

/// Something of each unit that is looked at, of a sparse layer.
template <class Write>
void each_sparse_unit(Pencil& p, const Write& write) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    for (const size_t j : p.units(p.net.units(p.l))) write(j);
}

void mean_activity(Pencil& p) {
    each_sparse_unit(p, [&](size_t j) {
        p.line(p.rho(p.l, j), p.mean_activity(p.l, j), {numbered("rho", p.l - 1), j});
    });
}

void kl(Pencil& p) {
    each_sparse_unit(p, [&](size_t j) {
        p.line(p.kl(p.l, j), p.kl(p.target(), p.rho(p.l, j), p.off(p.l, j)),
               {numbered("kl", p.l - 1), j});
    });
}

void sparse_cost(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    size_t layers = 0;
    for (size_t l = 1; l <= p.L; ++l) layers += p.net.sparse(l) ? 1 : 0;
    p.line("γ Σ_j KL_j", p.sparse_cost(p.l), {layers == 1 ? "cost_sparsity" : ""});
}

void kl_by_rho(Pencil& p) {
    each_sparse_unit(p, [&](size_t j) {
        const double on = p.rho(p.l, j).value, off = p.off(p.l, j).value;
        const double step = 1e-5 * std::min(on, off);
        const auto at = [&](double by) {
            return p.kl(p.net.sparsity_target, on + by, off - by).value;
        };
        p.line(numbered("∂KL/∂ρ_", j), p.kl_by_rho(p.target(), p.rho(p.l, j), p.off(p.l, j)))
            .quotient = (at(step) - at(-step)) / (2 * step);
    });
}

void rho_by_s(Pencil& p) {
    each_sparse_unit(p, [&](size_t j) {
        p.line(numbered("∂ρ_", j) + "/∂" + p.s(p.l, p.q, j).letters(), p.rho_by_s(p.l, p.q, j))
            .quotient = p.by_s(p.l, j, [&](const Lecture& at) { return at.rho(p.l, j).value; });
    });
}

void s_by_w(Pencil& p) {
    p.need(!p.window(), "dense layer here");
    const auto [j, k] = p.weight();
    p.line("∂" + p.s(p.l, p.q, j).letters() + "/∂" + p.w(p.l, j, k).letters(),
           p.s_by_w(p.l, p.q, j, j, k))
        .quotient =
        p.by_w(p.l, j, k, [&, j = j](const Lecture& at) { return at.s(p.l, p.q, j).value; });
}

void kl_gradient(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    const auto [j, k] = p.weight();
    p.line("∂KL/∂" + p.w(p.l, j, k).letters(), p.kl_gradient(p.l, p.q, j, k)).quotient =
        p.by_w(p.l, j, k, [&, j = j](const Lecture& at) { return at.kl(p.l, j).value; });
}

void delta_sparse(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    p.deltas(p.l, [&](size_t j) { return p.delta_sparse(p.l, p.q, j); });
}

void direction(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    const size_t j = p.units(p.net.units(p.l))[0];
    const std::string number = std::to_string(j + 1);
    p.line("−γ ∂KL/∂ρ_" + number, -p.sparsity_term(p.l, j)).remark =
        "ρ_" + number +
        (p.rises(p.l, j) ? " < ρ̄: w_" + number + "k rises" : " > ρ̄: w_" + number + "k falls") +
        " for x_k > 0";
}

/// The mean over the patterns of what each adds to the derivative by θ[at], under that name.
void mean_gradient(Pencil& p, const char* J, const std::string& by_it, size_t at,
                   const OfUnit& of_pattern) {
    Number mean = 0;
    for (size_t u = 0; u < p.N; ++u)
        mean += p.share(p.name(numbered(J, u) + by_it, of_pattern(u).value));
    p.line("∂J" + by_it, mean, p.by_parameter(at)).quotient = p.by_theta(at);
}

void scale(Pencil& p) {
    Number J = 0;
    const size_t code = p.net.gaussian_layer();
    /// A part of J; of those that they have a line of its own.
    const auto part = [&](const char* name, const char* key, const Number& number) {
        J += number;
        if (p.theirs_have(key)) p.line(name, number, {key});
    };
    Number of_patterns = 0, penalty = 0, sparsity = 0, divergence = 0;
    for (size_t u = 0; u < p.N; ++u)
        of_patterns += p.share(p.name(numbered("J^", u), p.t.pattern_cost[u]));
    part("J of the data", "cost_data", of_patterns);
    if (p.net.weight_penalty > 0) penalty = p.name("(λ/2) Σ w²", p.weight_penalty(all_squares(p)).value);
    part("J of the weights", "cost_weight_penalty", penalty);
    for (size_t l = 1; l <= p.L; ++l)
        if (p.net.sparse(l)) sparsity += p.name("γ Σ_j KL_j", p.sparse_cost(l).value);
    part("J of the sparsity", "cost_sparsity", sparsity);
    for (size_t u = 0; code > 0 && u < p.N; ++u)
        for (size_t k = 0; k < p.net.units(code); ++k)
            divergence += p.share(p.name(numbered("KL_", k), p.divergence(code, u, k).value));
    part("J of the code", "cost_kl", divergence);
    p.line("J", J, {"cost"});

    const Block &W = p.blocks.blocks[2 * p.l - 2], &b = p.blocks.blocks[2 * p.l - 1];
    if (p.bias) {
        const size_t j = p.units(b.size)[0];
        return mean_gradient(p, "∂J^", "/∂" + p.b(p.l, j).letters(), b.offset + j,
                             [&](size_t u) { return p.by_bias(p.l, u, j); });
    }
    const auto [j, k] = p.weight();
    const Number w = p.window() ? p.kernel(p.l, j, k) : p.w(p.l, j, k);
    mean_gradient(p, "∂J_wd^", "/∂" + w.letters(), W.offset + j * (W.size / W.shape[0]) + k,
                  [&, j = j, k = k](size_t u) { return p.penalised(p.by_weight(p.l, u, j, k), w); });
}

// Dropout ----------------------------------------------------------------------------------------

void dropout(Pencil& p) {
    p.need(p.net.dropout > 0 && p.net.droppable(p.l), "dropout here");
    for (const size_t j : p.units(p.net.units(p.l)))
        p.line("h̃" + p.h(p.l, p.q, j).letters().substr(1), p.seen(p.l, p.q, j));
    p.deltas(p.l, [&](size_t j) { return p.delta_below(p.l, p.q, j); });
}

constexpr Worked table[] = {
    {"encode", [](Pencil& p) { forward(p, p.l, "dense layer here"); }, worked_shallow},
    {"decode", [](Pencil& p) { forward(p, p.L, "dense output"); }, worked_shallow},
    {"cost", cost, worked_shallow},
    {"delta-output", delta_output, worked_shallow},
    {"delta-hidden", delta_hidden, worked_shallow},
    {"gradient", gradient, worked_shallow},
    {"update", update, worked_shallow},
    {"weight-penalty", weight_penalty, worked_sparse},
    {"weight-penalty-gradient", penalised_gradient, worked_sparse},
    {"mean-activity", mean_activity, worked_sparse},
    {"kl", kl, worked_sparse},
    {"sparse-cost", sparse_cost, worked_sparse},
    {"kl-by-rho", kl_by_rho, worked_sparse},
    {"rho-by-s", rho_by_s, worked_sparse},
    {"s-by-w", s_by_w, worked_sparse},
    {"kl-gradient", kl_gradient, worked_sparse},
    {"delta-sparse", delta_sparse, worked_sparse},
    {"sparsity-direction", direction, worked_sparse},
    {"scale", scale, worked_sparse},
    {"dropout", dropout, worked_dropout},
};

}  // namespace

std::span<const Worked> worked_networks() { return table; }

}  // namespace autoencoder::lecture
