// What `explain` shows of the equations of the shallow, sparse and deep autoencoder: which literal lines, and
// of what they are derivatives.
#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "lecture/pencil.hpp"

namespace autoencoder::lecture {
namespace {

void explain_encode(Pencil& p) {
    p.need(p.net.layer(p.l).kind == Kind::dense, "dense layer here");
    for (const size_t j : p.units(p.net.units(p.l))) {
        p.line(p.s(p.l, p.q, j), p.net_input(p.l, p.q, j), p.of_unit("s", p.l, j));
        p.line(p.h(p.l, p.q, j), p.activity(p.l, p.q, j), p.of_unit("h", p.l, j));
    }
}

void explain_decode(Pencil& p) {
    p.need(!has_window(p.net.layer(p.L)), "dense output");
    for (const size_t i : p.units(p.net.units(p.L))) {
        p.line(p.s(p.L, p.q, i), p.decode(p.q, i), p.of_unit("s", p.L, i));
        p.line(p.y_hat(p.q, i), p.activity(p.L, p.q, i), p.of_unit("h", p.L, i));
    }
}

void explain_cost(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error, "squared error");
    p.line("J^" + std::to_string(p.q + 1), p.cost(p.q));
}

void explain_delta_output(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error, "squared error");
    for (const size_t i : p.units(p.net.units(p.L)))
        p.line(p.delta(p.L, p.q, i), p.delta_output(p.q, i), p.of_unit("delta", p.L, i)).quotient =
            -p.by_s(p.L, i);
}

void explain_delta_hidden(Pencil& p) {
    p.need(p.l < p.L && !p.net.sparse(p.l) && p.net.layer(p.l).kind != Kind::gaussian,
           "hidden layer without sparsity here");
    for (const size_t j : p.units(p.net.units(p.l)))
        p.line(p.delta(p.l, p.q, j), p.delta_hidden(p.l, p.q, j), p.of_unit("delta", p.l, j)).quotient =
            -p.by_s(p.l, j);
}

void explain_gradient(Pencil& p) {
    p.need(!has_window(p.net.layer(p.l)), "dense layer here");
    const size_t j = p.units(p.net.net_inputs(p.l))[0], k = std::min(p.k, p.net.units(p.l - 1) - 1);
    const std::string by = "∂J^" + std::to_string(p.q + 1) + "/∂";
    p.line(by + p.w(p.l, j, k).text->as[0], p.gradient(p.l, p.q, j, k)).quotient = p.by_w(p.l, j, k);
    p.line(by + p.b(p.l, j).text->as[0], p.bias_gradient(p.l, p.q, j)).quotient = p.by_s(p.l, j);
}

void explain_update(Pencil& p) {
    constexpr double eta = 0.5;
    p.need(!has_window(p.net.layer(p.l)), "dense layer here");
    const size_t j = p.units(p.net.net_inputs(p.l))[0], k = std::min(p.k, p.net.units(p.l - 1) - 1);
    const Number w = p.w(p.l, j, k), rule = p.update(p.name("η", eta), p.l, p.q, j, k);
    const auto penalised = [&](const Lecture& at) {
        return p.deck_cost(at) + at.weight_penalty(at.squares(p.l)).value;
    };
    p.line("Δ" + w.text->as[0], rule).quotient = -eta * p.by_w(p.l, j, k, penalised);
    p.line("the new " + w.text->as[0], w + p.name("Δ" + w.text->as[0], rule.value));
}

void explain_weight_penalty(Pencil& p) {
    p.need(p.net.weight_penalty > 0, "weight penalty");
    Number sum = 0;
    for (size_t l = 1; l <= p.L; ++l) sum += p.squares(l);
    p.line("(λ/2) Σ w²", p.weight_penalty(sum), {"cost_weight_penalty"});
}

void explain_penalised_gradient(Pencil& p) {
    p.need(p.net.weight_penalty > 0 && !has_window(p.net.layer(p.l)), "weight penalty here");
    const size_t j = p.units(p.net.net_inputs(p.l))[0], k = std::min(p.k, p.net.units(p.l - 1) - 1);
    const Number w = p.w(p.l, j, k);
    const std::string pattern = "^" + std::to_string(p.q + 1) + "/∂" + w.text->as[0];
    const Number by_w = p.name("∂J" + pattern, p.gradient(p.l, p.q, j, k));
    p.line("∂J_wd" + pattern, p.penalised(by_w, w)).quotient =
        p.by_w(p.l, j, k, [&](const Lecture& at) {
            return p.deck_cost(at) + at.weight_penalty(at.squares(p.l)).value;
        });
}

/// A formula for each unit that is looked at, of a sparse layer.
template <class Write>
void each_unit(Pencil& p, const Write& write) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    for (const size_t j : p.units(p.net.units(p.l))) write(j, std::to_string(j + 1));
}

void explain_mean_activity(Pencil& p) {
    each_unit(p, [&](size_t j, const std::string&) {
        p.line(p.rho(p.l, j), p.mean_activity(p.l, j), {"rho" + std::to_string(p.l), j});
    });
}

void explain_kl(Pencil& p) {
    each_unit(p, [&](size_t j, const std::string&) {
        p.line(p.kl(p.l, j), p.kl(p.target(), p.rho(p.l, j), p.off(p.l, j)),
               {"kl" + std::to_string(p.l), j});
    });
}

void explain_sparse_cost(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    size_t layers = 0;
    for (size_t l = 1; l <= p.L; ++l) layers += p.net.sparse(l) ? 1 : 0;
    p.line("γ Σ_j KL_j", p.sparse_cost(p.l), {layers == 1 ? "cost_sparsity" : ""});
}

void explain_kl_by_rho(Pencil& p) {
    each_unit(p, [&](size_t j, const std::string& number) {
        const double on = p.rho(p.l, j).value, off = p.off(p.l, j).value;
        const double step = 1e-5 * std::min(on, off);
        p.line("∂KL/∂ρ_" + number, p.kl_by_rho(p.target(), p.rho(p.l, j), p.off(p.l, j))).quotient =
            (p.kl(p.net.sparsity_target, on + step, off - step).value -
             p.kl(p.net.sparsity_target, on - step, off + step).value) /
            (2 * step);
    });
}

void explain_rho_by_s(Pencil& p) {
    each_unit(p, [&](size_t j, const std::string& number) {
        p.line("∂ρ_" + number + "/∂" + p.s(p.l, p.q, j).text->as[0], p.rho_by_s(p.l, p.q, j))
            .quotient = p.by_s(p.l, j, [&](const Lecture& at) { return at.rho(p.l, j).value; });
    });
}

void explain_by_w(Pencil& p, bool whole) {
    p.need(p.net.sparse(p.l) && !has_window(p.net.layer(p.l)), "sparse dense layer here");
    const size_t j = p.units(p.net.units(p.l))[0], k = std::min(p.k, p.net.units(p.l - 1) - 1);
    const std::string by = "/∂" + p.w(p.l, j, k).text->as[0];
    if (whole)
        p.line("∂KL" + by, p.kl_gradient(p.l, p.q, j, k)).quotient =
            p.by_w(p.l, j, k, [&](const Lecture& at) { return at.kl(p.l, j).value; });
    else
        p.line("∂" + p.s(p.l, p.q, j).text->as[0] + by, p.s_by_w(p.l, p.q, j, j, k)).quotient =
            p.by_w(p.l, j, k, [&](const Lecture& at) { return at.s(p.l, p.q, j).value; });
}

void explain_delta_sparse(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    for (const size_t j : p.units(p.net.units(p.l)))
        p.line(p.delta(p.l, p.q, j), p.delta_sparse(p.l, p.q, j), p.of_unit("delta", p.l, j)).quotient =
            -p.by_s(p.l, j);
}

void explain_direction(Pencil& p) {
    p.need(p.net.sparse(p.l), "sparse layer here");
    const size_t j = p.units(p.net.units(p.l))[0];
    const std::string number = std::to_string(j + 1);
    p.line("−γ ∂KL/∂ρ_" + number, -p.sparsity_term(p.l, j)).remark =
        "ρ_" + number + (p.rises(p.l, j) ? " < ρ̄: w_" + number + "k rises" : " > ρ̄: w_" + number + "k falls") +
        " for x_k > 0";
}

void explain_scale(Pencil& p) {
    Number J = 0, squares = 0;
    for (size_t u = 0; u < p.N; ++u)
        J += p.share(p.name("J^" + std::to_string(u + 1), p.t.pattern_cost[u]));
    for (size_t l = 1; l <= p.L; ++l) squares += p.squares(l);
    if (p.net.weight_penalty > 0) J += p.name("(λ/2) Σ w²", p.weight_penalty(squares).value);
    for (size_t l = 1; l <= p.L; ++l)
        if (p.net.sparse(l)) J += p.name("γ Σ_j KL_j", p.sparse_cost(l).value);
    for (size_t u = 0; p.net.gaussian_layer() > 0 && u < p.N; ++u)
        for (size_t k = 0; k < p.net.units(p.net.gaussian_layer()); ++k)
            J += p.share(p.name("KL_" + std::to_string(k + 1), p.divergence(p.net.gaussian_layer(), u, k).value));
    p.line("J", J, {"cost"});
    if (has_window(p.net.layer(p.l))) return;

    const size_t j = p.units(p.net.net_inputs(p.l))[0], k = std::min(p.k, p.net.units(p.l - 1) - 1);
    const std::string by_w = "/∂" + p.w(p.l, j, k).text->as[0];
    Number mean = 0;
    for (size_t u = 0; u < p.N; ++u)
        mean += p.share(p.name("∂J_wd^" + std::to_string(u + 1) + by_w,
                               p.penalised(p.gradient(p.l, u, j, k), p.w(p.l, j, k)).value));
    const std::string key = p.net.gaussian_layer() > 0 ? "" : "grad_W" + std::to_string(p.l);
    p.line("∂J" + by_w, mean, {key, j * p.net.units(p.l - 1) + k}).quotient = p.total_by_w(p.l, j, k);
}

void explain_dropout(Pencil& p) {
    p.need(p.net.dropout > 0 && p.net.droppable(p.l), "dropout here");
    for (const size_t j : p.units(p.net.units(p.l))) {
        p.line("h̃" + p.h(p.l, p.q, j).text->as[0].substr(1), p.seen(p.l, p.q, j));
        p.line(p.delta(p.l, p.q, j), p.delta_below(p.l, p.q, j), p.of_unit("delta", p.l, j)).quotient =
            -p.by_s(p.l, j);
    }
}

constexpr Worked table[] = {
    {"encode", explain_encode, worked_shallow},
    {"decode", explain_decode, worked_shallow},
    {"cost", explain_cost, worked_shallow},
    {"delta-output", explain_delta_output, worked_shallow},
    {"delta-hidden", explain_delta_hidden, worked_shallow},
    {"gradient", explain_gradient, worked_shallow},
    {"update", explain_update, worked_shallow},
    {"weight-penalty", explain_weight_penalty, worked_sparse},
    {"weight-penalty-gradient", explain_penalised_gradient, worked_sparse},
    {"mean-activity", explain_mean_activity, worked_sparse},
    {"kl", explain_kl, worked_sparse},
    {"sparse-cost", explain_sparse_cost, worked_sparse},
    {"kl-by-rho", explain_kl_by_rho, worked_sparse},
    {"rho-by-s", explain_rho_by_s, worked_sparse},
    {"s-by-w", [](Pencil& p) { explain_by_w(p, false); }, worked_sparse},
    {"kl-gradient", [](Pencil& p) { explain_by_w(p, true); }, worked_sparse},
    {"delta-sparse", explain_delta_sparse, worked_sparse},
    {"sparsity-direction", explain_direction, worked_sparse},
    {"scale", explain_scale, worked_sparse},
    {"dropout", explain_dropout, worked_dropout},
};

}  // namespace

std::span<const Worked> worked_networks() { return table; }

}  // namespace autoencoder::lecture
