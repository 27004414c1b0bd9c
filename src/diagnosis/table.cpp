// The table of mistakes: the list of ids, the entries of a case put together from their parts in the order
// of the lecture, and terms with a mistake made on purpose.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/diagnosis.hpp"
#include "autoencoder/error.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/frame.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/search.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Whether the two weights of a network of two layers, of these shapes, can be taken for one
/// another: kernels as they are, matrices as they are or transposed.
bool alike(const Network& network, const Array::Shape& first, const Array::Shape& second) {
    const Layer &encoder = network.layer(1), &decoder = network.layer(2);
    if (has_window(encoder) && has_window(decoder)) return first == second;
    return encoder.kind == Kind::dense && decoder.kind == Kind::dense && first[0] == second[1] &&
           first[1] == second[0];
}

/// Whether W2 is W1, transposed where they are matrices.
bool are_one(const Case& c, const Block& first, const Block& second) {
    const std::span<const double> W1 = part<const double>(c.theta, first),
                                  W2 = part<const double>(c.theta, second);
    if (first.shape.size() > 2) return std::equal(W1.begin(), W1.end(), W2.begin(), W2.end());
    const std::size_t rows = first.shape[0], cols = first.shape[1];
    for (std::size_t k = 0; k < W1.size(); ++k)
        if (W1[k] != W2[k % cols * rows + k / cols]) return false;
    return true;
}

}  // namespace

Facts::Facts(const Case& of)
    : c(of),
      net(of.network),
      N(double(of.x.rows)),
      lambda(net.weight_penalty),
      gamma(net.sparsity_weight),
      outputs(double(net.units(net.depth()))),
      L(net.depth()),
      output(net.layers.back().activation),
      squared(net.loss == Loss::squared_error),
      softmax(output == Activation::softmax),
      variational(net.gaussian_layer() > 0),
      dense(net.layer(1).kind == Kind::dense) {
    for (std::size_t l = 1; l < L; ++l) bent |= net.layer(l).activation != Activation::linear;
    for (std::size_t l = 2; l <= L; ++l) mirrored |= mirror(c.network, l) > 0;
    for (std::size_t l = 1; l < L; ++l) sparse |= c.network.sparse(l);
    for (const Matrix<double>& mask : c.masks) masked |= mask.rows > 0;
    classes = c.y.cols > 1;
    for (std::size_t q = 0; q < c.y.rows; ++q)
        classes = classes && std::ranges::count(c.y.row(q), 1.0) == 1 &&
                  std::ranges::count(c.y.row(q), 0.0) == std::ptrdiff_t(c.y.cols) - 1;
    const Archive terms = compute_terms(c);
    data = terms.at("cost_data").number();
    const std::vector<double> found = terms.at("h" + std::to_string(L)).doubles();
    for (std::size_t i = 0; i < found.size(); ++i) largest_error = std::max(largest_error, std::abs(found[i] - c.y.values[i]));
    if (L != 2 || variational) return;
    const Layout blocks = layout_in_file(c.network);
    const Block &W1 = blocks.blocks[0], &W2 = blocks.blocks[2];
    exchangeable = alike(c.network, W1.shape, W2.shape);
    tied = exchangeable && mirrored && are_one(c, W1, W2);
}

bool Facts::has(Activation f, bool hidden_only) const {
    const auto end = c.network.layers.end() - (hidden_only ? 1 : 0);
    return std::any_of(c.network.layers.begin(), end,
                       [&](const Layer& layer) { return layer.activation == f; });
}

const Entry& entry_of(const std::vector<Entry>& entries, const std::string& id) {
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& each) { return each.id == id; });
    require(entry != entries.end(), "this case cannot show '" + id + "'");
    return *entry;
}

std::vector<Entry> entries_for(const Case& c) {
    Table table(c);
    add_conventions(table);
    add_guards(table);
    add_propagation(table);
    add_assignments(table);
    add_errors(table);
    add_activations(table);
    add_weight_penalty(table);
    add_sparsity(table);
    add_denoising(table);
    add_dropout(table);
    add_classifier(table);
    add_windows(table);
    add_code(table);
    add_back(table);
    add_remade(table);
    std::ranges::move(table.rows, std::back_inserter(table.entries));
    return std::move(table.entries);
}

}  // namespace autoencoder::diagnosis

namespace autoencoder {
namespace {

using namespace diagnosis;

// In the order of the lecture.
// clang-format off
constexpr std::string_view conventions[] = {
    "sum-not-mean", "mean-over-elements", "no-half", "penalty-over-2m",
    "penalty-no-half-consistent", "head-only-penalty", "beta-for-gamma", "tied-weights",
    "log-guard", "conv-same-padding", "conv-maps-last", "delta-sign", "delta-over-n",
    "transposed-weights", "transposed-kernels", "channels-last", "column-samples"};
constexpr std::string_view mistakes[] = {
    "gradient-sum-cost-mean", "bias-gradient-sum", "output-bias-gradient-sum", "last-pattern-only",
    "product-of-means", "output-delta-sign", "no-output-derivative", "no-hidden-derivative",
    "derivative-of-net-input", "derivative-at-activation", "tanh-derivative-lecun",
    "encoder-for-decoder", "weights-not-transposed", "gradient-for-weight", "tied-one-term", "error-spectral",
    "exchanged-derivative", "error-carried-back", "net-input-for-activity", "activity-of-the-layer",
    "other-loss", "cost-of-delta", "other-activation", "activation-twice", "softmax-over-patterns",
    "output-activation", "classes-for-patterns", "weight-gradients-swapped",
    "weight-gradients-zero", "bias-gradient-not-summed", "row-major-unroll", "bias-penalised",
    "bias-penalised-gradient", "penalty-missing", "penalty-missing-gradient",
    "penalty-missing-cost", "penalty-no-half", "penalty-double-gradient", "penalty-sqrt",
    "penalty-inside-mean", "penalty-spectral", "other-penalty", "penalty-last-layer-only",
    "penalty-all-gradient-head", "kl-outside-derivative", "kl-sign", "kl-missing",
    "kl-missing-gradient", "kl-missing-cost", "kl-weight-missing-gradient", "kl-reversed",
    "other-sparsity", "kl-weight-first-term", "kl-first-term-only", "kl-mean-over-units",
    "kl-extra-1-over-m", "kl-times-m", "kl-per-pattern", "kl-per-pattern-gradient",
    "kl-over-visible", "rho-over-units", "rho-running-mean", "rho-minibatch", "rho-double-sigmoid",
    "rho-sum", "rho-over-fewer", "tanh-rho-half", "tanh-rho-unmapped", "wrong-layer-rho", "kl-sign-first-term",
    "kl-on-output", "denoise-noisy-target", "denoise-swapped", "dropout-no-rescale",
    "dropout-keep-swapped", "dropout-rescaled-twice", "dropout-mask-inverted",
    "dropout-no-backward-mask", "softmax-squared-delta", "labels-off-by-one", "conv-flipped",
    "deconv-not-transpose", "conv-bias-one-position", "vae-logvar-as-sigma",
    "vae-logvar-as-logsigma", "vae-kl-sign", "vae-kl-mean-latent", "vae-kl-over-pixels",
    "vae-no-sampling", "vae-kl-log-squared", "vae-no-half-logvar", "vae-mean-reconstruction",
    "vae-one-eps-per-row"};
// clang-format on

// Conventions and mistakes that are not in the computation but in how its results are laid out.
constexpr std::string_view layouts[] = {
    "delta-sign",    "delta-over-n",   "transposed-weights",       "transposed-kernels",
    "channels-last", "column-samples", "bias-gradient-not-summed", "row-major-unroll"};
constexpr std::string_view by_pattern_id = "bias-gradient-not-summed";

bool has(std::span<const std::string> ids, std::string_view id) {
    return std::ranges::find(ids, id) != ids.end();
}

bool is_dense(const Network& network) {
    return std::ranges::all_of(network.layers,
                               [](const Layer& layer) { return layer.kind == Kind::dense; });
}

/// The frame that these ids speak of.
Frame frame_of(std::span<const std::string> ids) {
    Frame frame;
    for (std::size_t i = 0; i < sorts; ++i) {
        const auto orders = orders_of(Sort(i));
        std::uint8_t& best = frame.orders[i];  // of most ids, all of which are asked for
        for (std::uint8_t k = 0; k < orders.size(); ++k)
            if (orders[k].ids.size() > orders[best].ids.size() &&
                std::ranges::all_of(orders[k].ids,
                                    [&](const std::string& id) { return has(ids, id); }))
                best = k;
    }
    frame.misplaced = has(ids, "row-major-unroll");
    frame.delta_sign = has(ids, "delta-sign") ? -1 : 1;
    frame.delta_over_n = has(ids, "delta-over-n");
    return frame;
}

/// The gradient of biases as it is before the sum over the patterns: −δ/N, over the places.
Array by_pattern(Workings& workings, const Rules& rules, const Term& biases) {
    const auto delta = workings.term(rules, workings.at("delta" + std::to_string(biases.layer)));
    const Layer& layer = workings.given().network.layer(biases.layer);
    const std::size_t N = delta->rows, places = has_window(layer) ? delta->cols / biases.size : 1;
    // Where δ is 0 the files of `vectors` keep the sign of their zeros.
    std::vector<double> values(N * biases.size, is_dense(workings.given().network) ? -0.0 : 0.0);
    for (std::size_t q = 0; q < N; ++q)
        for (std::size_t k = 0; k < biases.size * places; ++k)
            values[q * biases.size + k / places] -=
                (*delta)(q, biases.first * places + k) / double(N);
    return {{N, biases.size}, std::move(values)};
}

/// Whether an id of a layout changes anything of the right results. Of dense networks every one that
/// they can have is listed, even where N = 1 leaves nothing to see.
bool shows(const Case& c, Workings& workings, const std::string& id) {
    const std::string ids[] = {id};
    if (is_dense(c.network)) return id != "transposed-kernels" && id != "channels-last";
    if (id == by_pattern_id) return c.x.rows > 1;
    return std::ranges::any_of(workings.terms(), [&](const Term& term) {
        const auto values = workings.term({}, term);
        const Array theirs = laid_out(c, term, *values, frame_of(ids));
        return theirs.shape != term.shape || !std::ranges::equal(theirs.doubles(), values->values);
    });
}

}  // namespace

std::span<const KnownMistake> known_mistakes() {
    static const std::vector<KnownMistake> all = [] {
        std::vector<KnownMistake> list;
        for (const std::string_view id : conventions) list.push_back({id, true});
        for (const std::string_view id : mistakes) list.push_back({id});
        return list;
    }();
    return all;
}

Archive terms_with(const Case& c, std::span<const std::string> ids) {
    const std::vector<Entry> entries = entries_for(c);
    Candidate chosen;
    for (const std::string& id : ids)
        if (std::ranges::find(layouts, id) == std::end(layouts))
            chosen.push_back(&entry_of(entries, id));
    const Rules rules = changed_by(chosen);
    Workings workings(c);
    Archive archive;
    for (const Term& term : workings.terms())
        archive.add(term.key, term.what == What::biases && has(ids, by_pattern_id)
                                  ? by_pattern(workings, rules, term)
                                  : laid_out(c, term, *workings.term(rules, term), frame_of(ids)));
    return archive;
}

std::vector<std::string> ids_for(const Case& c) {
    Workings workings(c);
    std::vector<std::string> ids;
    const std::vector<Entry> entries = entries_for(c);
    for (const Entry& entry : entries) {
        if (has(ids, entry.id) || entry.is_row() || &entry != &entry_of(entries, entry.id)) continue;
        const Rules rules = changed_by({&entry});
        if (std::ranges::any_of(workings.terms(), [&](const Term& term) {
                return !std::ranges::equal(workings.term(rules, term)->values,
                                           workings.term({}, term)->values);
            }))
            ids.push_back(entry.id);
    }
    for (const std::string_view id : layouts)
        if (shows(c, workings, std::string(id))) ids.emplace_back(id);
    return ids;
}

}  // namespace autoencoder
