// The lecture's symbols, and what they are called here; where its equations are. A comment only.
//
// Symbols
//   q = 1…N          patterns                                         rows of a matrix
//   l = 0…L          layers of units; 0 is the input, L the output.   the deck counts L = 1…D
//                    The deck's D is L + 1
//   w_ij             weight from unit j of a layer to unit i of the   W(i, j), shape (out, in)
//                    next
//   b_i              bias of unit i; the deck's constant input.       b(i)
//                    Never penalised
//   s_i^q            net input, Σ_j w_ij h_j^q + b_i                  s
//   h_j^q            activity of a unit; of layer 0 it is x           h
//   y_i^q, ŷ_i^q     target and output; an autoencoder's y is x       y, h of the last layer
//   f, f'            activation and its derivative in s               Activation
//   δ_i^q            −∂J^q/∂s_i^q. The deck's sign: it points         delta
//                    downhill, so Δw = +η δ x
//   η                learning rate                                    learning_rate
//   λ                weight penalty                                   weight_penalty
//   ρ̄, ρ_j           wanted and measured mean activity                sparsity_target, rho
//   γ, β             sparsity weight of the mean form and of the      sparsity_weight is γ
//                    sum form, γ = β/N
//   p, m_j           dropout's probability, and its mask of 0 and 1   dropout, masks
//   μ, σ, ε, z       mean and deviation of a code that is a           sigma, noise; s is μ above
//                    distribution, its noise, and the sample          log σ², h is z
//   θ, ∇             all parameters in one vector, and the gradient   theta, gradient
//
// Equations, by their chapters in src/lecture/. What each says stands at the head of its chapter, and
// `autoencoder explain TAG` prints it. The tag stands, in just this spelling, at the literal line that
// computes it, in the row of its check and in the name of its test; `make equations` sees to that.
//
//   shallow.cpp         [encode] [decode] [cost] [delta-output] [delta-hidden] [gradient] [update]
//   weight_penalty.cpp  [weight-penalty] [weight-penalty-gradient]
//   sparse_coding.cpp   [mean-activity] [kl] [sparse-cost] [kl-by-rho] [rho-by-s] [s-by-w] [kl-gradient]
//   sparse_delta.cpp    [delta-sparse] [sparsity-direction] [scale]
//   dropout.cpp         [dropout]
//   codes.cpp           [latent] [pca] [code-quality]
//   stages.cpp          [greedy]
//   classifier.cpp      [head] [fine-tune]
//   denoising.cpp       [denoise]
//   convolution.cpp     [convolve] [deconvolve] [convolve-gradient]
//   variational.cpp     [reparameterise] [elbo] [elbo-gradient] [generate]
#pragma once
