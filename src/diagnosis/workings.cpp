// Forward, and a term by its name.
#include "diagnosis/workings.hpp"

#include <algorithm>

#include "autoencoder/products.hpp"
#include "diagnosis/options.hpp"

namespace autoencoder::diagnosis {
namespace {

/// How many results fit into half a gigabyte.
std::size_t capacity(const Case& c) {
    std::size_t widest = c.x.cols;
    for (const Layer& layer : c.network.layers) widest = std::max(widest, layer.units);
    const std::size_t bytes = c.x.rows * widest * sizeof(double);
    return std::clamp((std::size_t{1} << 29) / std::max(bytes, std::size_t{1}), std::size_t{4},
                      std::size_t{48});
}

double sum_of_squares(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum;
}

}  // namespace

Workings::Workings(const Case& c)
    : c_(c),
      net_(c.network),
      blocks_(layout(c.network)),
      forwards_(std::min<std::size_t>(capacity(c), 8)),
      slopes_(std::min<std::size_t>(capacity(c), 16)),
      carried_(capacity(c)),
      deltas_(capacity(c)),
      products_(capacity(c)) {
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        require(net_.layer(l).kind == Kind::dense,
                [&] { return "layer " + std::to_string(l) + ": only dense layers are diagnosed"; });
        squares_.push_back(sum_of_squares({W(l).data, W(l).rows * W(l).cols}));
        bias_squares_.push_back(sum_of_squares(b(l)));
    }
}

View<const double> Workings::W(std::size_t l) const {
    return matrix<const double>(c_.theta, blocks_.blocks[2 * l - 2]);
}
std::span<const double> Workings::b(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 1]);
}

Activation Workings::f(const ForwardRules& rules, std::size_t l) const {
    if (rules.sigmoid_output && l == net_.depth()) return Activation::sigmoid;
    return net_.layer(l).activation;
}

/// What layer l takes.
const Real& Workings::below(const Forward& pass, std::size_t l) const {
    if (l == 1) return c_.x;
    return masked(c_, l - 1) ? pass.masked[l - 2] : pass.h[l - 2];
}

std::shared_ptr<const Workings::Forward> Workings::forward(const Rules& rules) {
    ForwardRules key = rules.forward;
    key.target = Target::given;
    return forwards_.get(key, [&](const ForwardRules& how) {
        Forward pass;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            Real s(patterns(), net_.units(l));
            multiply<double>(below(pass, l).view(), false, W(l), true, s.view());
            for (std::size_t q = 0; q < s.rows; ++q)
                for (std::size_t i = 0; i < s.cols; ++i) s(q, i) += b(l)[i];
            Real h = f(how, l) == Activation::softmax ? softmax(s) : activity(f(how, l), s);
            pass.masked.push_back(masked(c_, l) ? dropped(c_, how.rescale, h, l) : Real());
            pass.s.push_back(std::move(s));
            pass.h.push_back(std::move(h));
        }
        return pass;
    });
}

std::shared_ptr<const Real> Workings::target(const Rules& rules) {
    return targets_.get(rules.forward.target,
                        [&](Target target) { return wanted(c_, target); });
}

std::shared_ptr<const Real> Workings::term(const Rules& rules, const Term& term) {
    const auto owned = [](Real values) { return std::make_shared<const Real>(std::move(values)); };
    const auto inside = [](const auto& owner, const Real& values) {  // keeps the owner alive
        return std::shared_ptr<const Real>(owner, &values);
    };
    const std::size_t l = term.layer;
    switch (term.kind) {
        case TermKind::s:
        case TermKind::h: {
            const auto pass = forward(rules);
            return inside(pass, term.kind == TermKind::s ? pass->s[l - 1] : pass->h[l - 1]);
        }
        case TermKind::rho:
        case TermKind::kl: {
            const auto result = divergence(rules);
            return inside(result,
                          term.kind == TermKind::rho ? result->rho[l - 1] : result->kl[l - 1]);
        }
        case TermKind::delta:
            return delta(rules, l);
        case TermKind::grad_W:
            return owned(weight_gradient(rules, l));
        case TermKind::grad_b:
            return owned(bias_gradient(rules, l));
        default:
            break;
    }
    Real scalar(1, 1);
    scalar(0, 0) = cost(rules, term.kind);
    return owned(std::move(scalar));
}

}  // namespace autoencoder::diagnosis
