#include "diagnosis/terms.hpp"
#include "autoencoder/activation.hpp"

#include "autoencoder/convolution.hpp"
#include "diagnosis/elsewhere.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

/// The equation of s, h of a layer.
std::string forward_tag(const Network& net, std::size_t l) {
    const Layer& layer = net.layer(l);
    if (layer.kind == Kind::convolution) return "convolve";
    if (layer.kind == Kind::deconvolution) return "deconvolve";
    if (layer.activation == Activation::softmax) return "head";
    const std::size_t code = net.gaussian_layer();
    return l == net.depth() || (code > 0 && l > code) ? "decode" : "encode";
}

/// The equation of δ of a layer.
std::string delta_tag(const Network& net, std::size_t l) {
    if (net.layer(l).kind == Kind::gaussian) return "elbo-gradient";
    if (l == net.depth())
        return net.layer(l).activation == Activation::softmax ? "head" : "delta-output";
    if (has_window(net.layer(l + 1))) return "convolve-gradient";
    return net.sparse(l) ? "delta-sparse" : "delta-hidden";
}

class List {
public:
    explicit List(const Case& c) : c_(c), net_(c.network) {}

    void layer(std::size_t l) {
        const bool code = l == net_.gaussian_layer();
        const std::size_t n = net_.units(l), wide = net_.net_inputs(l);
        const std::string number = std::to_string(l), tag = forward_tag(net_, l);
        const std::string of = " of layer " + number;
        const Array::Shape shape = by_pattern(l);
        add({What::s, l, "s" + number, code ? "μ and log σ²" + of : "the net input" + of, tag,
             code ? Array::Shape{c_.x.rows, wide} : shape, 0, wide});
        if (code) {
            add({What::s, l, "mu", "μ", tag, shape, 0, n});
            add({What::s, l, "logvar", "log σ²", tag, shape, n, n});
        }
        add({What::h, l, "h" + number, code ? "the sample" + of : "the activity" + of,
             code ? "reparameterise" : tag, shape});
        if (code) add({What::h, l, "z", "the sample", "reparameterise", shape});
        if (net_.gaussian_layer() > 0 && l == net_.depth())
            add({What::h, l, "x_hat", "the reconstruction", tag, shape});
        if (!net_.sparse(l)) return;
        add({What::rho, l, "rho" + number, "the mean activity" + of, "mean-activity", {n}});
        add({What::kl, l, "kl" + number, "the divergence" + of, "kl", {n}});
    }
    void costs() {
        const bool variational = net_.gaussian_layer() > 0;
        const bool softmax = net_.layers.back().activation == Activation::softmax;
        add({What::cost_data,
             0,
             "cost_data",
             "the data's part of the cost",
             variational ? "elbo"
             : softmax   ? "head"
                         : "cost",
             {}});
        add({What::cost_weight_penalty,
             0,
             "cost_weight_penalty",
             "the weight penalty's part of the cost",
             "weight-penalty",
             {}});
        add({What::cost_sparsity,
             0,
             "cost_sparsity",
             "the sparsity's part of the cost",
             "sparse-cost",
             {}});
        if (variational)
            add({What::cost_kl, 0, "cost_kl", "the divergence's part of the cost", "elbo", {}});
        add({What::cost, 0, "cost", "the cost", variational ? "elbo" : "scale", {}});
    }
    void delta(std::size_t l) {
        const bool code = l == net_.gaussian_layer();
        const std::string number = std::to_string(l);
        add({What::delta, l, "delta" + number, "δ of layer " + number, delta_tag(net_, l),
             code ? Array::Shape{c_.x.rows, net_.net_inputs(l)} : by_pattern(l)});
    }
    /// The blocks of θ that layer l has, biases first: the simpler sum.
    void gradients(std::size_t l) {
        const Layout numbered = layout(net_);
        const Layout named = layout_in_file(net_);
        const bool window = has_window(net_.layer(l));
        for (const bool biases : {true, false}) {
            const Block& whole = numbered.blocks[2 * l - (biases ? 1 : 2)];
            const std::string penalised =
                net_.weight_penalty > 0 ? "weight-penalty-gradient" : "gradient";
            for (const Block& block : named.blocks) {
                if (block.offset < whole.offset || block.offset >= whole.offset + whole.size)
                    continue;
                add({biases ? What::biases : What::weights, l, "grad_" + block.name,
                     gradient_words(block.name, l, biases),
                     window   ? "convolve-gradient"
                     : biases ? "gradient"
                              : penalised,
                     block.shape, block.offset - whole.offset, block.size});
            }
        }
    }
    std::vector<Term> terms;

private:
    void add(Term term) {
        term.number = terms.size();
        terms.push_back(std::move(term));
    }
    static std::string gradient_words(const std::string& name, std::size_t l, bool biases) {
        if (name != (biases ? "b" : "W") + std::to_string(l)) return "the gradient of " + name;
        return std::string("the gradient of the ") + (biases ? "biases" : "weights") +
               " of layer " + std::to_string(l);
    }
    Array::Shape by_pattern(std::size_t l) const {
        Array::Shape shape = pattern_shape(net_, l);
        shape.insert(shape.begin(), c_.x.rows);
        return shape;
    }

    const Case& c_;
    const Network& net_;
};

}  // namespace

std::string names_of(const Network& network, std::size_t l, bool biases) {
    const Layout numbered = layout(network);
    const Block& whole = numbered.blocks[2 * l - (biases ? 1 : 2)];
    std::string names;
    for (const Block& block : layout_in_file(network).blocks)
        if (block.offset >= whole.offset && block.offset < whole.offset + whole.size)
            names += (names.empty() ? "" : " and ") + block.name;
    return names;
}

std::vector<Term> terms_of(const Case& c) {
    List list(c);
    const std::size_t L = c.network.depth();
    for (std::size_t l = 1; l <= L; ++l) list.layer(l);
    list.costs();
    for (std::size_t l = L; l >= 1; --l) list.delta(l);
    for (std::size_t l = L; l >= 1; --l) list.gradients(l);
    return std::move(list.terms);
}

}  // namespace autoencoder::diagnosis
