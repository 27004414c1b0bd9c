// Somebody's results under the names that people use.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/nearest.hpp"
#include "base/utf8.hpp"
#include "exchange/keys.hpp"
#include "exchange/names.hpp"
#include "exchange/network.hpp"
#include "exchange/reading.hpp"

namespace autoencoder {
namespace {

std::span<const double> part_of(const Case& c, const Block& block) {
    return part<const double>(std::span<const double>(c.theta), block);
}

/// Whether both have the same numbers, in whichever order, about.
bool same_numbers(const Array& theirs, std::span<const double> ours) {
    if (theirs.is_text() || theirs.size() != ours.size()) return false;
    std::vector<double> a = theirs.doubles(), b(ours.begin(), ours.end());
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    const double most = b.empty() ? 0 : std::max(std::abs(b.front()), std::abs(b.back()));
    return std::equal(a.begin(), a.end(), b.begin(), [&](double left, double right) {
        return std::abs(left - right) <= 1e-4 * most;
    });
}

/// Whether an array is what the case has under that key of it; true where there is nothing to compare.
bool is_of_case(const Case& c, std::string_view key, const Array& array) {
    const Network& n = c.network;
    std::vector<double> numbers;
    if (key == "theta")
        for (const Block& block : layout_in_file(n).blocks)
            numbers.insert(numbers.end(), part_of(c, block).begin(), part_of(c, block).end());
    else if (key == "x" || key == "y")
        numbers.assign((key == "x" ? c.x : c.y).values.begin(),
                       (key == "x" ? c.x : c.y).values.end());
    else if (key == "weight_penalty")
        numbers = {n.weight_penalty};
    else if (key == "sparsity_target")
        numbers = {n.sparsity_target};
    else if (key == "sparsity_weight")
        numbers = {n.sparsity_weight};
    return numbers.empty() || same_numbers(array, numbers);
}

/// The gradient as one vector: in UFLDL's order for UFLDL's θ, else in the one that is most like ours.
void split_gradient(Reading& reading, const std::string& key, const Array& array, const Case& c) {
    const Layout layout = layout_in_file(c.network);
    if (array.is_text() || array.size() != layout.parameters())
        fail(array.origin, "expected the gradient of " + std::to_string(layout.parameters()) +
                               " parameters, one behind the other, found " + array.description());
    std::vector<Block> orders[2] = {layout.blocks, layout.blocks};
    std::stable_partition(orders[0].begin(), orders[0].end(),
                          [](const Block& block) { return block.shape.size() > 1; });
    const std::vector<double> values = array.doubles();
    const Archive ours = c.unrolled ? Archive() : compute_terms(c);
    std::vector<Reading::Entry> best;
    double most = -1;
    std::string way;
    for (const bool columns : {true, false}) {
        for (const std::vector<Block>& order : orders) {
            if (c.unrolled && !best.empty()) break;
            std::vector<Reading::Entry> split;
            double alike = 0;
            std::size_t at = 0;
            for (const Block& block : order) {
                split.emplace_back("grad_" + block.name,
                                   rolled(std::span(values).subspan(at, block.size), block.shape,
                                          columns, array.origin));
                at += block.size;
                if (c.unrolled) continue;
                const std::vector<double> own = ours.at(split.back().first).doubles(),
                                          theirs = split.back().second.doubles();
                alike += std::inner_product(own.begin(), own.end(), theirs.begin(), 0.0);
            }
            if (!best.empty() && !(std::abs(alike) > most)) continue;
            most = std::abs(alike) >= 0 ? std::abs(alike) : 0;  // of NaN nothing
            best = std::move(split);
            way = columns ? ", column by column" : ", row by row";
        }
    }
    std::vector<std::string> keys;
    for (auto& [name, block] : best) {
        if (reading.result.archive.find(name))
            fail(array.origin, "expected it or " + name + ", found both");
        keys.push_back(name);
        reading.result.archive.entries.emplace_back(name, std::move(block));
    }
    reading.read.push_back(in_quotes(key) + " as " + listed(keys, ", ") + way);
}

/// s3, z2, a1, delta3: how far their numbers are ahead of ours, which count from the first hidden layer.
struct Numbered {
    const Reading::Entry* entry;
    std::size_t number;
};
std::size_t ahead(const std::vector<Numbered>& all, const std::string& stem, const Case& c) {
    const std::size_t L = c.network.depth(), N = c.x.rows;
    if (c.network.gaussian_layer() > 0) return 0;
    bool fits[2] = {true, true};
    for (const auto& [entry, number] : all) {
        if (number == L + 1) return 1;
        for (std::size_t shift = 0; shift < 2; ++shift)
            if (number >= shift && number - shift <= L)
                fits[shift] &= entry->second.size() == N * c.network.units(number - shift);
        fits[1] &= number > 1 || entry->first != numbered(stem, 1);  // our h1 is not the input
    }
    return !fits[0] && fits[1] ? 1 : 0;
}

constexpr const char *of_the_case = "of the case, and not compared",
                     *nothing_known = "nothing that is known here";

/// Gradients by a parameter's name; where it is that of the parameter itself, the case's own is left out,
/// and other numbers are what PyTorch has under it as p.grad.
void take_gradients(Reading& reading, const Case& c, const std::vector<ParameterName>& names,
                    const std::vector<const Reading::Entry*>& entries) {
    const Layout layout = layout_in_file(c.network);
    const std::vector<std::string> keys = keys_of(names, c.network.depth());
    for (const bool marked : {true, false}) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto& [key, array] = *entries[i];
            if (marked != ((names[i].means & ParameterName::gradient) != 0)) continue;
            const auto block =
                std::find_if(layout.blocks.begin(), layout.blocks.end(),
                             [&](const Block& each) { return each.name == keys[i]; });
            const bool known = block != layout.blocks.end();
            if (!marked && known && same_numbers(array, part_of(c, *block)))
                reading.leave(key, of_the_case);
            else
                reading.take(key, known ? "grad_" + keys[i] : key, array);
        }
    }
}

/// Whether a key is one of a case that says how it is computed: activation1, stride2. Somebody's activation1 may
/// be h1; a text is never a result.
bool is_option(std::string_view key, const Array* array) {
    const std::string_view stem = key.substr(0, key.find_last_not_of("0123456789") + 1);
    constexpr std::string_view texts[] = {"model", "loss", "activation", "layer"};
    constexpr std::string_view numbers[] = {"dropout", "sparse_layers", "labels", "mask",
                                            "stride",  "pad",           "output_pad", "eps"};
    return array && array->is_text() ? std::ranges::count(texts, stem) > 0
                                     : std::ranges::count(numbers, stem) > 0;
}

}  // namespace

Understood results_in_our_keys(const Archive& archive, const Case& c,
                               const std::vector<std::string>& known) {
    const std::size_t L = c.network.depth();
    Reading reading;
    std::vector<Numbered> layers[3];
    std::vector<ParameterName> names;
    std::vector<const Reading::Entry*> parameters, later;
    const auto is_known = [&](const std::string& key) {
        return std::find(known.begin(), known.end(), key) != known.end();
    };
    const auto of_workspace =
        [&](const std::string& key) {  // where there is one: what else is in it
            return c.unrolled &&
                   std::none_of(known.begin(), known.end(),
                                [&](const std::string& each) { return is_near(key, each); });
        };
    for (const Reading::Entry& entry : archive.entries) {
        const std::string& key = entry.first;
        if (is_option(key, &entry.second) && (entry.second.is_text() || !is_known(key)))
            reading.leave(key, of_the_case);
        else if (const auto layer = layer_key(key))
            layers[layer->first == "s"   ? 0
                   : layer->first == "h" ? 1
                                         : 2]
                .push_back({&entry, layer->second});
        else if (is_known(key))
            reading.take(key, key, entry.second);
        else
            later.push_back(&entry);
    }
    constexpr const char* stems[] = {"s", "h", "delta"};
    for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t shift = ahead(layers[k], stems[k], c);
        for (const auto& [entry, number] : layers[k]) {
            const std::string ours = numbered(stems[k], number - std::min(number, shift));
            if (shift == 1 && number == 1)
                reading.leave(entry->first, of_the_case);  // the input
            else
                reading.take(entry->first, is_known(ours) ? ours : entry->first, entry->second);
        }
    }
    for (const Reading::Entry* entry : later) {
        const auto& [key, array] = *entry;
        const std::string_view of_case = case_key(key);
        std::string ours(result_key(key));
        if (ours == "y_hat") ours = numbered("h", L);
        const bool target = array.size() == 1 && (ours == "rho1" || ours == "kl1");
        if (ours == "grad") {
            split_gradient(reading, key, array, c);
        } else if (is_known(ours) && !target) {
            reading.take(key, ours, array);
        } else if (L == 2 && array.size() > 1 &&
                   (key == "h" || key == "a" || key == "hidden" || key == "code")) {
            reading.take(key, "h1", array);
        } else if (!of_case.empty()) {
            if (!is_of_case(c, of_case, array))
                fail(array.origin, "expected the case's " + std::string(of_case) +
                                       ", found other numbers: these are results of another case");
            reading.leave(key, of_the_case);
        } else if (const auto name = parameter_name(key)) {
            names.push_back(*name);
            parameters.push_back(entry);
        } else if (of_workspace(key)) {
            reading.leave(key, nothing_known);
        } else {
            reading.take(key, key, array);
        }
    }
    for (const std::string& key : archive.unread) {
        if (is_option(key, nullptr))
            reading.leave(key, of_the_case);
        else if (of_workspace(key))
            reading.leave(key, nothing_known);
        else
            reading.result.archive.unread.push_back(key);
    }
    take_gradients(reading, c, names, parameters);
    return reading.finish(archive);
}

}  // namespace autoencoder
