// Everything, in the lecture's reading order: the table of contents.
#pragma once

#include "autoencoder/notation.hpp"         // the symbols, and every equation with its tag
// Numbers
#include "autoencoder/error.hpp"            // what is thrown, and when
#include "autoencoder/matrix.hpp"           // row-major matrices and views: a row a pattern
#include "autoencoder/parameters.hpp"       // θ: one vector with named, shaped blocks
#include "autoencoder/panels.hpp"           // activities as the products want them
#include "autoencoder/kernels.hpp"          // the border to the vector code
#include "autoencoder/products.hpp"         // X Wᵀ + b, Δ W, Δᵀ X with what stands next to them
#include "autoencoder/elementwise.hpp"      // sums and functions of whole vectors
#include "autoencoder/random.hpp"           // random numbers, the same everywhere
// The autoencoder
#include "autoencoder/activation.hpp"       // f and f'
#include "autoencoder/cost.hpp"             // J and its parts
#include "autoencoder/penalty.hpp"          // weight penalty
#include "autoencoder/sparsity.hpp"         // sparse coding
#include "autoencoder/network.hpp"          // a dense chain of any depth
#include "autoencoder/convolution.hpp"      // windows on images
#include "autoencoder/backpropagation.hpp"  // forward, cost, backward, gradient
#include "autoencoder/variational.hpp"      // codes that are distributions
// Learning
#include "autoencoder/objective.hpp"        // f(θ, ∇) → cost
#include "autoencoder/optimize.hpp"         // L-BFGS and the first-order rules
#include "autoencoder/corruption.hpp"       // noise to be undone
#include "autoencoder/online.hpp"           // the lecture's rule, pattern by pattern
#include "autoencoder/encoder.hpp"          // single patterns to codes
#include "autoencoder/training.hpp"         // patterns in, θ out
#include "autoencoder/stacked.hpp"          // stage after stage: multi-stage autoencoders
#include "autoencoder/classifier.hpp"       // heads on a stack, and how good they are
#include "autoencoder/pca.hpp"              // the linear autoencoder without training
#include "autoencoder/code_quality.hpp"     // what a code should be, as numbers
// Proof
#include "autoencoder/gradient_check.hpp"   // finite differences, block by block
#include "autoencoder/checks.hpp"           // one check for each equation
// Files and pictures
#include "autoencoder/text.hpp"             // numbers, sizes and lists in messages
#include "autoencoder/file.hpp"             // whole files, written atomically
#include "autoencoder/npz.hpp"              // NumPy's archives
#include "autoencoder/data.hpp"             // digits
#include "autoencoder/model.hpp"            // a network in a file
#include "autoencoder/conformance.hpp"      // cases and their terms
#include "autoencoder/diagnosis.hpp"        // which mistake is it?
#include "autoencoder/picture.hpp"          // images and charts
#include "autoencoder/report.hpp"           // what a run says about itself
