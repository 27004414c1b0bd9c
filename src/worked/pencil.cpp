#include "worked/pencil.hpp"

#include <algorithm>

#include "autoencoder/error.hpp"
#include "exchange/network.hpp"

namespace autoencoder::lecture {
namespace {

Matrix<double> rows_at(const Archive& terms, const std::string& key, size_t rows) {
    const std::vector<double> numbers = terms.at(key).doubles();
    Matrix<double> result(rows, numbers.size() / rows);
    std::ranges::copy(numbers, result.values.begin());
    return result;
}

/// "[2, 0, 1]".
std::string index_text(const Array::Shape& shape, size_t number) {
    std::string text;
    for (size_t i = shape.size(); i-- > 0; number /= shape[i])
        text = std::to_string(number % shape[i]) + (text.empty() ? "" : ", ") + text;
    return shape.empty() ? "" : "[" + text + "]";
}

Case case_of(const Example& e) { return {e.network, e.theta, e.x, e.y, e.masks, e.noise}; }

double central_difference(const std::function<double(double by)>& value) {
    constexpr double step = 6e-6;  // ∛ε
    return (value(step) - value(-step)) / (2 * step);
}

}  // namespace

/// The lecture with one s_i^q, or one weight, a little larger.
struct Pencil::Moved : Lecture {
    size_t q, l, i;
    std::optional<size_t> k;  // none: s itself
    double by = 0;

    Moved(const Pencil& pencil, size_t l_, size_t i_, std::optional<size_t> k_)
        : Lecture(pencil.example), q(pencil.q), l(l_), i(i_), k(k_) {
        t = pencil.t;
        rho_off = pencil.rho_off;
    }
    Number net_input(size_t layer, size_t u, size_t unit_) const override {
        const bool here = !k && layer == l && u == q && unit_ == i;
        return Lecture::net_input(layer, u, unit_) + (here ? by : 0);
    }
    Number w(size_t layer, size_t unit_, size_t below) const override {
        const bool here = layer == l && unit_ == i && below == k;
        return Lecture::w(layer, unit_, below) + (here ? by : 0);
    }
};

Pencil::Pencil(const Example& example_, const Place& place, const Digits& digits_,
               const TheirTerms& theirs)
    : Lecture(example_),
      q(place.q),
      l(place.l > 0 ? place.l : 1),
      j(place.j),
      k(place.k),
      bias(place.bias),
      written_(digits_),
      theirs_(theirs),
      all_(place.all) {
    if (L > 0) {
        terms_ = compute_terms(case_of(example));
        for (size_t layer = 1; layer <= L; ++layer) {
            const std::string number = std::to_string(layer);
            t.s.push_back(rows_at(terms_, "s" + number, N));
            t.h.push_back(rows_at(terms_, "h" + number, N));
            t.delta.push_back(rows_at(terms_, "delta" + number, N));
        }
        mean_activities();
        for (size_t u = 0; u < N; ++u) t.pattern_cost.push_back(Lecture::pattern_cost(u).value);
    }
    digits = &written_;
}

std::vector<size_t> Pencil::units(size_t count) const {
    if (!all_) return {std::min(j, count - 1)};
    std::vector<size_t> every(count);
    for (size_t i = 0; i < count; ++i) every[i] = i;
    return every;
}

void Pencil::need(bool there, const char* what) const {
    if (!there) throw NotHere("this network has no " + std::string(what));
}

Line& Pencil::line(const Number& name, const Number& made, const Term& term) {
    return line(name.letters(), made, term);
}

Line& Pencil::line(std::string name, const Number& made, const Term& term) {
    const auto known = [&](const std::string& other) {
        return std::ranges::any_of(lines, [&](const Line& one) { return one.name == other; });
    };
    const auto add = [&](const std::string& of, const Text& text, double value) {
        lines.push_back({of, text.as[0], text.as[1], value});
    };
    if (made.text)
        for (const auto& each : made.text->where)
            if (!known(each->as[0])) add(each->as[0], *each->made, each->value);
    add(name, made.text ? *made.text : Text{{"0", "0"}}, made.value);
    Line& here = lines.back();
    const Array* ours = term.key.empty() ? nullptr : terms_.find(term.key);
    if (!ours) return here;
    here.key = term.key;
    here.term = (term.minus ? "−" : "") + term.key + index_text(ours->shape, term.number);
    const double sign = term.minus ? -1 : 1;
    here.fast = sign * ours->doubles()[term.number];
    const auto take = [&](const std::string& key, size_t number) {
        const auto other = theirs_.find(key);
        if (other == theirs_.end() || (here.theirs && (!here.agrees || other->second.agrees))) return;
        here.key = key;
        here.theirs = sign * other->second.theirs.doubles()[number];
        here.right = sign * other->second.right.doubles()[number];
        here.agrees = other->second.agrees;
    };
    take(term.key, term.number);
    const size_t code = net.gaussian_layer();
    if (code == 0) return here;
    const std::string of_code = std::to_string(code);
    const size_t z = net.units(code), row = term.number / (2 * z), unit_ = term.number % (2 * z);
    if (term.key == "s" + of_code) take(unit_ < z ? "mu" : "logvar", row * z + unit_ % z);
    if (term.key == "h" + of_code) take("z", term.number);
    if (term.key == "h" + std::to_string(L)) take("x_hat", term.number);
    return here;
}

void Pencil::deltas(size_t layer, const OfUnit& made) {
    for (const size_t i : units(net.units(layer)))
        line(delta(layer, q, i), made(i), of_unit("delta", layer, i)).quotient = -by_s(layer, i);
}

std::pair<size_t, size_t> Pencil::weight() const {
    const View<const double> W = matrix<const double>(example.theta, blocks.blocks[2 * l - 2]);
    return {units(W.rows)[0], std::min(k, W.cols - 1)};
}

Term Pencil::of_unit(const char* key, size_t layer, size_t unit_) const {
    const size_t width = *key == 'h' ? net.units(layer) : net.net_inputs(layer);
    return {key + std::to_string(layer), q * width + unit_};
}

Term Pencil::by_net_input(size_t layer, size_t unit_) const {
    Term delta = of_unit("delta", layer, unit_);
    delta.minus = true;
    return delta;
}

Term Pencil::by_parameter(size_t at) const {
    for (const Block& block : layout_in_file(net).blocks)
        if (at >= block.offset && at < block.offset + block.size)
            return {"grad_" + block.name, at - block.offset};
    return {};
}

double Pencil::deck_cost(const Lecture& at) const {
    double cost = at.pattern_cost(q).value;
    for (size_t layer = 1; layer <= L; ++layer) {
        cost += double(N) * at.sparse_cost(layer).value;
        for (size_t z = 0; layer == net.gaussian_layer() && z < net.units(layer); ++z)
            cost += at.divergence(layer, q, z).value;
    }
    return cost;
}

double Pencil::quotient(Moved moved, const Of& value) const {
    return central_difference([&](double by) {
        moved.by = by;
        moved.forward(q);
        moved.mean_activities();
        return value ? value(moved) : deck_cost(moved);
    });
}

double Pencil::by_s(size_t layer, size_t i, const Of& value) const {
    return quotient({*this, layer, i, {}}, value);
}

double Pencil::by_w(size_t layer, size_t i, size_t k_, const Of& value) const {
    return quotient({*this, layer, i, k_}, value);
}

double Pencil::by_theta(size_t at) const {
    Case moved = case_of(example);
    return central_difference([&](double by) {
        moved.theta[at] = example.theta[at] + by;
        return compute_terms(moved).at("cost").number();
    });
}

}  // namespace autoencoder::lecture
