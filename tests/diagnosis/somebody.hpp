// A right program as somebody writes it (one program, so one file): the same formulas in their own order and precision, with nothing
// held where a unit saturates. Plain loops; windows by the definition of PyTorch's Conv2d and
// ConvTranspose2d.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/conformance.hpp"
#include "exchange/network.hpp"

namespace autoencoder::test {

struct Style {
    bool backwards = false;       // sums from the last term to the first
    bool difference_slope = false;  // f' = h − h² for h (1 − h)
    bool logs_apart = false;      // log a − log b for log(a/b)
    bool divide_each = false;     // /N in every term of a mean, not once
    bool shifted_softmax = true;  // e^{s − max}
    bool from_logits = false;     // cross-entropy of a sigmoid from s
    bool everything = false;      // s, h, δ besides cost and gradients
    enum { all_kl = -1, no_kl = -2 };
    int kl_left_out_at = all_kl;  // a unit of each sparse layer that the gradient has no sparsity term at
    enum Around { nothing, plus, plus_on, moved, with_target, fraction, clip, floor };
    Around around = nothing;   // how the logarithms of ρ and ŷ are kept from that of 0, by ε
    double epsilon = 0;
    bool in_cost = true, in_gradient = true;
    bool stops = false;        // no gradient where a number is held
    double kl_in_gradient = 1;  // by mistake
};

template <class T>
class Somebody {
public:
    Somebody(const Case& c, const Style& style)
        : c_(c), net_(c.network), style_(style), N_(c.x.rows), L_(net_.depth()), blocks_(layout(net_)) {
        for (const double value : c.theta) theta_.push_back(T(value));
        gradient_.resize(theta_.size());
        for (const double value : c.x.values) x_.push_back(T(value));
        for (const double value : c.y.values) y_.push_back(T(value));
    }

    Archive results() {
        forward();
        measure();
        backward();
        Archive result;
        const auto add = [&](const std::string& key, const Array::Shape& shape, const std::vector<T>& values) {
            if constexpr (sizeof(T) == 4) result.add(key, Array(shape, std::vector<float>(values.begin(), values.end())));
            else result.add(key, Array(shape, std::vector<double>(values.begin(), values.end())));
        };
        add("cost", {}, {cost()});
        for (const Block& block : layout_in_file(net_).blocks)
            add("grad_" + block.name, block.shape,
                {gradient_.begin() + std::ptrdiff_t(block.offset),
                 gradient_.begin() + std::ptrdiff_t(block.offset + block.size)});
        for (std::size_t l = 1; style_.everything && net_.gaussian_layer() == 0 && l <= L_; ++l) {
            if (has_window(net_.layer(l))) continue;  // an image has a shape of its own
            const std::string number = std::to_string(l);
            add("h" + number, {N_, net_.units(l)}, h_[l]);
            add("delta" + number, {N_, net_.units(l)}, delta_[l]);
        }
        return result;
    }

private:
    using Values = std::vector<T>;

    /// Σ of n terms in their order.
    template <class Term>
    T sum(std::size_t n, const Term& term) const {
        T total = 0;
        for (std::size_t i = 0; i < n; ++i) total += term(style_.backwards ? n - 1 - i : i);
        return total;
    }
    template <class Term>
    T mean(std::size_t n, const Term& term) const {
        if (style_.divide_each) return sum(n, [&](std::size_t i) { return term(i) / T(n); });
        return sum(n, term) / T(n);
    }
    static T f(Activation a, T s) {
        if (a == Activation::sigmoid) return 1 / (1 + std::exp(-s));
        if (a == Activation::tanh) return std::tanh(s);
        return a == Activation::relu && s < 0 ? 0 : s;
    }
    T slope(Activation a, T h) const {
        if (a == Activation::sigmoid) return style_.difference_slope ? h - h * h : h * (1 - h);
        if (a == Activation::tanh) return style_.difference_slope ? (1 - h) * (1 + h) : 1 - h * h;
        return a == Activation::relu && !(h > 0) ? 0 : 1;
    }
    T keep(std::size_t l, std::size_t q, std::size_t j) const {
        if (l == 0 || l > c_.masks.size() || c_.masks[l - 1].rows == 0) return 1;
        return T(c_.masks[l - 1](q, j)) / T(1 - net_.dropout);
    }
    T seen(std::size_t l, std::size_t q, std::size_t j) const {
        return (l == 0 ? x_ : h_[l])[q * net_.units(l) + j] * keep(l, q, j);
    }

    /// What ties output i of layer l to its inputs: (input, weight) pairs.
    struct Tie {
        std::size_t input, weight;
    };
    const std::vector<std::vector<Tie>>& ties(std::size_t l) {
        auto& all = ties_[l];
        if (!all.empty()) return all;
        const Layer& layer = net_.layer(l);
        all.resize(net_.net_inputs(l));
        if (!has_window(layer)) {
            for (std::size_t i = 0; i < all.size(); ++i)
                for (std::size_t j = 0; j < net_.units(l - 1); ++j) all[i].push_back({j, i * net_.units(l - 1) + j});
            return all;
        }
        const Window& w = layer.window;
        const Maps out = output_maps(net_, l);
        const bool conv = layer.kind == Kind::convolution;
        // the image that the kernel steps over, and the one that it sees
        const std::size_t coarse_maps = conv ? out.count : w.maps, fine_maps = conv ? w.maps : out.count;
        const std::size_t ch = conv ? out.height : w.height, cw = conv ? out.width : w.width;
        const std::size_t fh = conv ? w.height : out.height, fw = conv ? w.width : out.width;
        for (std::size_t o = 0; o < coarse_maps; ++o)
            for (std::size_t c = 0; c < fine_maps; ++c)
                for (std::size_t u = 0; u < ch; ++u)
                    for (std::size_t v = 0; v < cw; ++v)
                        for (std::size_t a = 0; a < w.kernel_height; ++a)
                            for (std::size_t b = 0; b < w.kernel_width; ++b) {
                                const long i = long(w.stride * u + a) - long(w.pad), j = long(w.stride * v + b) - long(w.pad);
                                if (i < 0 || j < 0 || i >= long(fh) || j >= long(fw)) continue;
                                const std::size_t coarse = (o * ch + u) * cw + v,
                                                  fine = (c * fh + std::size_t(i)) * fw + std::size_t(j),
                                                  weight = ((o * fine_maps + c) * w.kernel_height + a) * w.kernel_width + b;
                                if (conv) all[coarse].push_back({fine, weight});
                                else all[fine].push_back({coarse, weight});
                            }
        return all;
    }
    std::size_t W(std::size_t l) const { return blocks_.blocks[2 * l - 2].offset; }
    std::size_t b(std::size_t l, std::size_t i) const {
        const Block& block = blocks_.blocks[2 * l - 1];
        return block.offset + i / (net_.net_inputs(l) / block.size);
    }

    void forward() {
        s_.resize(L_ + 1);
        h_.resize(L_ + 1);
        delta_.resize(L_ + 1);
        ties_.resize(L_ + 1);
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::size_t n = net_.net_inputs(l), units = net_.units(l);
            s_[l].resize(N_ * n);
            h_[l].resize(N_ * units);
            for (std::size_t q = 0; q < N_; ++q) {
                for (std::size_t i = 0; i < n; ++i) {
                    const auto& tied = ties(l)[i];
                    const T s = sum(tied.size(), [&](std::size_t k) {
                                    return theta_[W(l) + tied[k].weight] * seen(l - 1, q, tied[k].input);
                                }) + theta_[b(l, i)];
                    s_[l][q * n + i] = s;
                    if (net_.layer(l).kind != Kind::gaussian) h_[l][q * n + i] = f(net_.layer(l).activation, s);
                }
                if (net_.layer(l).kind == Kind::gaussian)
                    for (std::size_t k = 0; k < units; ++k)
                        h_[l][q * units + k] = s_[l][q * n + k] + std::exp(s_[l][q * n + units + k] / 2) * noise(q, k);
                if (net_.layer(l).activation == Activation::softmax) softmax(&s_[l][q * n], &h_[l][q * n], n);
            }
        }
    }
    T noise(std::size_t q, std::size_t k) const { return c_.noise.rows == 0 ? T(0) : T(c_.noise(q, k)); }
    void softmax(const T* s, T* p, std::size_t n) const {
        T most = s[0];
        for (std::size_t i = 1; i < n; ++i) most = std::max(most, s[i]);
        if (!style_.shifted_softmax) most = 0;
        const T total = sum(n, [&](std::size_t i) { return std::exp(s[i] - most); });
        for (std::size_t i = 0; i < n; ++i) p[i] = std::exp(s[i] - most) / total;
    }

    void measure() {
        rho_.resize(L_ + 1);
        for (std::size_t l = 1; l < L_; ++l)
            for (std::size_t j = 0; net_.sparse(l) && j < net_.units(l); ++j) {
                const T h = mean(N_, [&](std::size_t q) { return h_[l][q * net_.units(l) + j]; });
                rho_[l].push_back(net_.layer(l).activation == Activation::tanh ? (1 + h) / 2 : h);
            }
    }
    /// A number and what remains of it to 1, as they go into logarithms; whether they are held.
    struct Pair {
        T on, off;
        bool on_held = false, off_held = false;
    };
    Pair kept_away(T a, bool is_guarded) const {
        const T e = T(style_.epsilon);
        if (is_guarded && style_.around == Style::plus) return {a + e, 1 - a + e};
        if (is_guarded && style_.around == Style::with_target) return {a + e, 1 - a + e};
        if (is_guarded && style_.around == Style::plus_on) return {a + e, 1 - a};
        if (is_guarded && style_.around == Style::moved) return {a + e, 1 - (a + e)};
        if (is_guarded && style_.around == Style::clip) {
            const T held = std::min(std::max(a, e), T(1 - style_.epsilon));
            return {held, 1 - held, held != a, held != a};
        }
        if (is_guarded && style_.around == Style::floor)
            return {std::max(a, e), std::max(1 - a, e), a < e, 1 - a < e};
        return {a, 1 - a};
    }
    T kl(T rho) const {
        const T target = T(net_.sparsity_target), e = T(style_.epsilon);
        if (style_.in_cost && style_.around == Style::fraction)
            return target * std::log(target / rho + e) + (1 - target) * std::log((1 - target) / (1 - rho) + e);
        const Pair a = kept_away(rho, style_.in_cost);
        const T more = style_.in_cost && style_.around == Style::with_target ? e : T(0);
        return target * quotient_log(target + more, a.on) + (1 - target) * quotient_log(1 - target + more, a.off);
    }
    T kl_slope(T rho) const {
        const T target = T(net_.sparsity_target), e = T(style_.epsilon);
        if (style_.in_gradient && style_.around == Style::fraction)
            return (1 - target) / ((1 - rho) * (1 + e * (1 - rho) / (1 - target))) - target / (rho * (1 + e * rho / target));
        const Pair a = kept_away(rho, style_.in_gradient);
        return (style_.stops && a.off_held ? T(0) : (1 - target) / a.off) - (style_.stops && a.on_held ? T(0) : target / a.on);
    }
    T quotient_log(T a, T b) const { return style_.logs_apart ? std::log(a) - std::log(b) : std::log(a / b); }

    T cost() const {
        const std::size_t n = net_.units(L_);
        const T data = mean(N_, [&](std::size_t q) {
            return sum(n, [&](std::size_t i) {
                const T y = y_[q * n + i], out = h_[L_][q * n + i], s = s_[L_][q * n + i];
                if (net_.loss == Loss::squared_error) return (y - out) * (y - out) / 2;
                const Pair a = kept_away(out, style_.in_cost);
                if (net_.layer(L_).activation == Activation::softmax) return y == 0 ? T(0) : -y * std::log(a.on);
                if (style_.from_logits) return std::max(s, T(0)) - s * y + std::log1p(std::exp(-std::abs(s)));
                return -(y * std::log(a.on) + (1 - y) * std::log(a.off));
            });
        });
        T squares = 0, divergence = 0, code = 0;
        for (std::size_t l = 1; l <= L_; ++l) {
            const Block& block = blocks_.blocks[2 * l - 2];
            squares += sum(block.size, [&](std::size_t i) { return theta_[block.offset + i] * theta_[block.offset + i]; });
            divergence += sum(rho_[l].size(), [&](std::size_t j) { return kl(rho_[l][j]); });
        }
        if (const std::size_t l = net_.gaussian_layer())
            code = mean(N_, [&](std::size_t q) {
                return sum(net_.units(l), [&](std::size_t k) {
                    const T mu = s_[l][q * net_.net_inputs(l) + k], a = s_[l][q * net_.net_inputs(l) + net_.units(l) + k];
                    return (mu * mu + std::exp(a) - 1 - a) / 2;
                });
            });
        T total = data + T(net_.weight_penalty) / 2 * squares + code;
        if (net_.sparsity_weight > 0) total += T(net_.sparsity_weight) * divergence;
        return total;
    }

    void backward() {
        for (std::size_t l = L_; l >= 1; --l) {
            const std::size_t n = net_.net_inputs(l), units = net_.units(l);
            const Activation a = net_.layer(l).activation;
            delta_[l].resize(N_ * n);
            std::vector<std::vector<Tie>> outward(units);  // (output above, weight)
            for (std::size_t i = 0; l < L_ && i < net_.net_inputs(l + 1); ++i)
                for (const Tie& tie : ties(l + 1)[i]) outward[tie.input].push_back({i, tie.weight});
            for (std::size_t q = 0; q < N_; ++q)
                for (std::size_t j = 0; j < units; ++j) {
                    if (l == L_) {
                        const T y = y_[q * n + j], out = h_[l][q * n + j];
                        T error = y - out;
                        if (net_.loss == Loss::cross_entropy && style_.in_gradient && style_.around != Style::nothing &&
                            a == Activation::sigmoid) {
                            const Pair g = kept_away(out, true);
                            error = ((style_.stops && g.on_held ? T(0) : y / g.on) -
                                     (style_.stops && g.off_held ? T(0) : (1 - y) / g.off)) * slope(a, out);
                        }
                        delta_[l][q * n + j] = net_.loss == Loss::squared_error ? error * slope(a, h_[l][q * n + j]) : error;
                        continue;
                    }
                    const std::size_t above = net_.net_inputs(l + 1);
                    T back = sum(outward[j].size(), [&](std::size_t k) {
                        return theta_[W(l + 1) + outward[j][k].weight] * delta_[l + 1][q * above + outward[j][k].input];
                    });
                    back *= keep(l, q, j);
                    if (net_.layer(l).kind == Kind::gaussian) {
                        const T a_k = s_[l][q * n + units + j], sd = std::exp(a_k / 2);
                        delta_[l][q * n + j] = back - s_[l][q * n + j];
                        delta_[l][q * n + units + j] = back * sd * noise(q, j) / 2 - (std::exp(a_k) - 1) / 2;
                        continue;
                    }
                    const int left_out = style_.kl_left_out_at;
                    if (net_.sparse(l) && left_out != Style::no_kl && left_out != int(j)) {
                        const T half = a == Activation::tanh ? T(0.5) : T(1);
                        back -= T(style_.kl_in_gradient) * T(net_.sparsity_weight) * half * kl_slope(rho_[l][j]);
                    }
                    delta_[l][q * n + j] = back * slope(a, h_[l][q * n + j]);
                }
        }
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::size_t n = net_.net_inputs(l);
            const Block &W_block = blocks_.blocks[2 * l - 2], &b_block = blocks_.blocks[2 * l - 1];
            std::vector<std::vector<Tie>> of_weight(W_block.size);  // (input, output)
            for (std::size_t i = 0; i < n; ++i)
                for (const Tie& tie : ties(l)[i]) of_weight[tie.weight].push_back({tie.input, i});
            for (std::size_t w = 0; w < W_block.size; ++w) {
                const T data = mean(N_, [&](std::size_t q) {
                    return sum(of_weight[w].size(), [&](std::size_t k) {
                        return delta_[l][q * n + of_weight[w][k].weight] * seen(l - 1, q, of_weight[w][k].input);
                    });
                });
                gradient_[W_block.offset + w] = -data + T(net_.weight_penalty) * theta_[W_block.offset + w];
            }
            const std::size_t places = n / b_block.size;
            for (std::size_t i = 0; i < b_block.size; ++i)
                gradient_[b_block.offset + i] = -mean(N_, [&](std::size_t q) {
                    return sum(places, [&](std::size_t k) { return delta_[l][q * n + i * places + k]; });
                });
        }
    }

    const Case& c_;
    const Network& net_;
    Style style_;
    std::size_t N_, L_;
    Layout blocks_;
    Values theta_, gradient_, x_, y_;
    std::vector<Values> s_, h_, delta_, rho_;  // of layer l at [l]
    std::vector<std::vector<std::vector<Tie>>> ties_;
};

}  // namespace autoencoder::test
