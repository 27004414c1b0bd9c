// The lecture's symbols and equations, and what they are called here. A comment only.
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
// Equations. The tag of each stands, in just this spelling, in its chapter of src/lecture/, at the
// literal line that computes it and in the row of its check, and in the name of its test; `make
// equations` sees to that. A - marks one that is announced: its model is not built yet.
//
// The shallow autoencoder
//   [encode]                   s_j^q = Σ_k w_jk x_k^q + b_j, h_j^q = f(s_j^q)
//   [decode]                   ŷ_i^q = f(Σ_j w_ij h_j^q + b_i)
//   [cost]                     J^q = ½ Σ_i (y_i^q − ŷ_i^q)²
//   [delta-output]             δ_i^q = (y_i^q − ŷ_i^q) f'(s_i^q)
//   [delta-hidden]             δ_j^q = f'(s_j^q) Σ_i w_ij δ_i^q
//   [gradient]                 ∂J^q/∂w_jk = −δ_j^q x_k^q, ∂J^q/∂b_j = −δ_j^q
//   [update]                   Δw_jk = η δ_j^q x_k^q, pattern by pattern
//
// Weight penalty
//   [weight-penalty]           J_wd^q = J^q + (λ/2) Σ w_ij²; the deck prints √(λ/2) by mistake
//   [weight-penalty-gradient]  ∂J_wd^q/∂w_ij = ∂J^q/∂w_ij + λ w_ij
//
// Sparse coding
//   [mean-activity]            ρ_j = (1/N) Σ_q h_j^q
//   [kl]                       KL(ρ̄‖ρ_j) = ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))
//   [sparse-cost]              J_s^q = J^q + β Σ_j KL(ρ̄‖ρ_j)
//   [kl-by-rho]                ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)
//   [rho-by-s]                 ∂ρ_j/∂s_j^q = (1/N) f'(s_j^q)
//   [s-by-w]                   ∂s_j^q/∂w_jk = x_k^q
//   [kl-gradient]              ∂KL/∂w_jk through pattern q = ∂KL/∂ρ_j (1/N) f'(s_j^q) x_k^q
//   [delta-sparse]             δ_j^q = [Σ_i w_ij δ_i^q − γ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j)] f'(s_j^q)
//   [sparsity-direction]       ρ_j > ρ̄: w_jk falls for x_k > 0; ρ_j < ρ̄: it rises
//   [scale]                    J = (1/N) Σ_q ½‖y^q − ŷ^q‖² + (λ/2) Σ w² + γ Σ_j KL(ρ̄‖ρ_j), γ = β/N
//
// Dropout
//   [dropout]                  h̃_j = m_j h_j/(1−p) in training; δ_j gains m_j/(1−p)
//
// What a code should be
//   [pca]                      linear units reach the first K principal components
//   [code-quality]             lower-dimensional, more orthogonal, more sparsely coded, as numbers
//   [latent]                   decoder columns are the basis, the code is the mixture
//
// Multi-stage autoencoders and the deep classifier
//   [greedy]                   stage t learns the codes of stage t−1; its encoder joins the stack
//   [head]                     LMS: δ = y − ŷ; multi-layer network; softmax: J = −log p, δ = y − p
//   [fine-tune]                stack and head as one deep network: δ_hidden through both
//
// Denoising autoencoder
//   [denoise]                  x̃ ~ C(x̃|x) goes in, J^q = ½‖x^q − ŷ^q‖²: the target is the clean x
//
// Convolutional autoencoder
//   [convolve]                 s_o(u,v) = b_o + Σ_c Σ_a,b k_o,c(a,b) x_c(stride·u + a − pad, …)
//   [deconvolve]               its transpose, from code to image
//   [convolve-gradient]        by the input the transpose of δ, by the kernel input ⋆ δ
//
// Variational autoencoder
//   [reparameterise]           z = μ + σ ⊙ ε, ε ~ N(0, I)
//   [elbo]                     J^q = −Σ [x log x̂ + (1−x) log(1−x̂)] − ½ Σ (1 + log σ² − μ² − σ²)
//   [elbo-gradient]            ∂J/∂μ = g + μ, ∂J/∂log σ² = ½ σ ⊙ ε ⊙ g + ½(σ² − 1), g = ∂J/∂z
//   [generate]                 z ~ N(0, I), decode
#pragma once
