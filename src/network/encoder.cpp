#include "autoencoder/encoder.hpp"

#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"

namespace autoencoder {

template <class T>
Encoder<T>::Encoder(View<const T> W, std::span<const T> b, Activation activation)
    : outputs_(W.rows), activation_(activation) {
    constexpr std::size_t unit = 16;  // the online kernel takes whole pieces of this many columns
    const std::size_t columns = (W.rows + unit - 1) / unit * unit;
    weights_ = Matrix<T>(W.cols, columns);
    bias_ = Buffer<T>(columns);
    require(b.size() == W.rows, "Encoder: one bias for each row of W");
    require(activation != Activation::softmax, "Encoder: softmax is no encoder");
    kernels::current().table<T>().transpose(W.data, W.stride, W.rows, W.cols, weights_.data(),
                                            weights_.cols);
    std::copy(b.begin(), b.end(), bias_.begin());
}

template <class T>
void Encoder<T>::encode(std::span<const T> x, std::span<T> h) const {
    require(x.size() == weights_.rows && h.size() == outputs_, "Encoder: x or h has another size");
    const auto& table = kernels::current().table<T>();
    thread_local Buffer<T> sum;
    if (sum.size() < bias_.size()) sum = Buffer<T>(bias_.size());
    std::copy(bias_.begin(), bias_.end(), sum.begin());
    kernels::OnlinePass<T> pass;
    pass.rows = weights_.rows;
    pass.columns = weights_.cols;
    pass.w = const_cast<T*>(weights_.data());  // read only: there is no update in this pass
    pass.stride = weights_.cols;
    pass.x = x.data();
    pass.sum = sum.data();
    table.online(pass);
    table.activate(activation_, sum.data(), h.data(), outputs_);
}

template class Encoder<float>;
template class Encoder<double>;

}  // namespace autoencoder
