#include "diagnosis/words.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {
namespace {

struct Quantity {
    double value;
    std::string words;
};

std::vector<Quantity> quantities_of(const Case& c, const Part& of) {
    const Network& net = c.network;
    std::vector<Quantity> all;
    const auto count = [&](std::size_t n, const std::string& before, const std::string& after) {
        all.push_back({double(n), before + std::to_string(n) + after});
    };
    const std::size_t L = net.depth();
    if (of.share == Share::penalty) {
        std::size_t weights = 0;
        for (std::size_t l = 1; l <= L; ++l) weights += layout(net).blocks[2 * l - 2].size;
        count(layout(net).blocks[2 * of.layer - 2].size, "W" + std::to_string(of.layer) + " has ", " numbers");
        count(weights, "there are ", " weights");
    }
    if (of.share == Share::first || of.share == Share::second) all.push_back({net.sparsity_target, "ρ̄ is " + rounded(net.sparsity_target, 6)});
    count(c.x.rows, "N is ", "");
    count(net.units(L), "there are ", " outputs");
    for (std::size_t l = 1; l < L; ++l)
        count(net.units(l), "layer " + std::to_string(l) + " has ", " units");
    count(net.inputs, "there are ", " inputs");
    const std::pair<double, const char*> settings[] = {
        {net.sparsity_weight, "γ"}, {net.weight_penalty, "λ"}, {1 - net.dropout, "1 − p"}};
    for (const auto& [value, name] : settings)
        if (value > 0) all.push_back({value, std::string(name) + " is " + rounded(value, 6)});
    if (c.x.rows > 2) count(c.x.rows - 1, "N − 1 is ", "");
    std::erase_if(all, [](const Quantity& q) { return q.value == 1; });
    return all;
}

/// "9", "2/7", or in decimals as far as it is known.
std::string text(double value, double share) {
    if (std::abs(value - std::round(value)) <= share * std::abs(value) && std::abs(value) < 1e9)
        return rounded(std::round(value), 9);
    for (int above = 1; above <= 4; ++above) {
        const double below = above / std::abs(value);
        if (below > 1 && below < 1e6 && std::abs(below - std::round(below)) <= share * below)
            return std::string(value < 0 ? "−" : "") + std::to_string(above) + "/" +
                   rounded(std::round(below), 9);
    }
    if (std::abs(value - 1) < 1e-4)
        return "1 " + std::string(value > 1 ? "+ " : "− ") + rounded(std::abs(value - 1), 3);
    return rounded(value, std::clamp(int(-std::log10(share)), 1, 6));
}

/// Of a number that few digits are known of: a small one, or one over it, or one that the case has; else these digits.
Factor about(double value, double share, const std::vector<Quantity>& all) {
    constexpr double few = 10;
    const double size = std::abs(value), larger = size < 1 ? 1 / size : size;
    const auto is = [&](double other) { return std::abs(larger / other - 1) <= share; };
    const auto number = [&](double of) { return std::string(value < 0 ? "−" : "") + (size < 1 && of != 1 ? "1/" : "") + rounded(of, 6); };
    if (std::round(larger) <= few && is(std::round(larger))) return {number(std::round(larger)), ""};
    const auto fits = [&](const Quantity& each) { return each.value > few && is(each.value); };
    if (const auto known = std::ranges::find_if(all, fits); share < 0.05 && known != all.end()) return {number(known->value), known->words};
    return {rounded(value, std::clamp(int(-std::log10(share)) + 1, 1, 6)), ""};
}

std::string words_of(const Part& part, bool whole, const Network& net) {
    std::size_t sparse = 0;
    for (std::size_t l = 1; l <= net.depth(); ++l) sparse += net.sparse(l) ? 1 : 0;
    const std::string number = std::to_string(part.layer),
                      of = sparse > 1 ? " of layer " + number : "";
    const auto term = [&](const char* alone) { return std::string(whole ? "part" : alone) + of; };
    switch (part.share) {
        case Share::data:
            return "the data's part";
        case Share::penalty:
            return "λW" + number;
        case Share::biases:
            return "λb" + number;
        case Share::first:
            return "the sparsity's " + term("first term (of log ρ)");
        case Share::second:
            return "the sparsity's " + term("second term (of log(1 − ρ))");
        case Share::mean:
            return whole ? "the divergence" : "the divergence's μ²";
        case Share::variance:
            return whole ? "the divergence" : "the divergence's σ²";
        case Share::log_variance:
            return whole ? "the divergence" : "the divergence's log σ²";
        case Share::one:
            break;
    }
    return "the divergence's constant";
}

}  // namespace

std::size_t group_of(const Part& part) {
    constexpr std::size_t code = 1000000;
    if (part.share == Share::first || part.share == Share::second) return part.layer;
    return part.share == Share::mean || part.share == Share::variance ||
                   part.share == Share::log_variance
               ? code
               : 0;
}

std::string change(const Weight& weight, const std::vector<Weight>& all, const Case& c) {
    const std::size_t group = group_of(weight.part);
    bool whole = group > 0;
    const Weight* surest = &weight;
    for (const Weight& each : all) {
        if (group == 0 || group_of(each.part) != group) continue;
        whole = whole && (!each.said() || same(each, weight));
        if (each.said() && each.off_by < surest->off_by) surest = &each;
    }
    const std::string part = words_of(weight.part, whole, c.network);
    const Weight& of = whole ? *surest : weight;
    const Factor factor = factor_of(of.value, of.off_by, c, of.part);
    return factor.number == "0" ? "without " + part : "with " + part + " times " + factor.words();
}

Factor factor_of(double value, double off_by, const Case& c, const Part& of) {
    const double share = std::max(2 * off_by / std::max(std::abs(value), 1e-300), 1e-9);
    if (std::abs(value) <= std::max(2 * off_by, 1e-9)) return {"0", "", 0};
    const auto is = [&](double other) { return std::abs(value / other - 1) <= share; };
    constexpr double coarse = 1e-3;
    if (share > coarse) return about(value, share, quantities_of(c, of));
    const std::string number = text(value, share);
    if (is(1)) return {number, "", 0};
    if (is(-1)) return {number, "the other sign", 1};
    if (is(2) || is(0.5)) return {number, "perhaps a ½", 1};
    for (const int base : {2, 10})
        if (is(1 / std::log(base))) return {number, "a logarithm of base " + std::to_string(base), 2};
    const std::vector<Quantity> all = quantities_of(c, of);
    // 3 and 4 are what they are, unless the case has so many of something.
    bool small = is(3) || is(4) || is(1.0 / 3) || is(0.25);
    if (of.share != Share::data) {  // γ, λ or β of their own have one digit
        const double unit = std::pow(10, std::floor(std::log10(std::abs(value)) + 1e-6)), digit = std::round(value / unit);
        small = small || is(digit * unit);
    }
    for (const double times : {1.0, 2.0, 0.5, -1.0, 3.0, 4.0})
        for (const Quantity& q : all)
            if ((times == 1 || !small) && (is(times * q.value) || is(times / q.value)))
                return {number, q.words, times == 1 ? 2 : times < 0 ? 4 : 3};
    if (share > 1e-6 || small) return {number, "", small ? 2 : Factor{}.complexity};
    for (const double times : {1.0, 2.0, 0.5})
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i; j < all.size(); ++j) {
                const double a = all[i].value, b = all[j].value;
                if (is(times * a * b) || is(times * a / b) || is(times * b / a) ||
                    is(times / (a * b)))
                    return {number, all[i].words + (i == j ? "" : ", " + all[j].words),
                            times == 1 ? 4 : 5};
            }
    return {number, ""};
}

}  // namespace autoencoder::diagnosis
