// Denoising autoencoder: what goes in is corrupted, what should come out is clean.
//
//     x̃ ~ C(x̃|x),  ŷ = decode(encode(x̃)),  J^q = ½ Σ_i (x_i^q − ŷ_i^q)²                [denoise]
//
// The target is the clean x. C: masking, salt-and-pepper, Gaussian. In an example x is what goes in.
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

Number Lecture::denoising_cost(const Matrix<double>& clean, size_t q) const {
    Number J = 0;
    for (size_t i = 0; i < net.units(L); ++i) {
        const Number error = unit("x", i, clean(q, i)) - y_hat(q, i);
        J += 0.5 * error * error;  // [denoise]
    }
    return J;
}

// Made fast in
//     src/learn/corruption.cpp  corrupt  denoise

namespace {

CheckResult denoise_check() {
    Findings findings;  // each noise on each shape
    for (const Corruption& noise :
         {Corruption{Noise::masking, 0.3}, Corruption{Noise::salt_pepper, 0.4},
          Corruption{Noise::gaussian, 0.5}}) {
        for (const Example& clean : autoencoders({})) {
            Example noisy = clean;
            for (std::uint64_t seed = 5; seed == 5 || nearest_kink(noisy) < kink_margin; ++seed)
                noisy.x = corrupted<double>(noise, clean.x, seed, 0);
            examine(findings, noisy, with<NoisyTarget>, Shows::in_gradient);

            const auto lecture = evaluated(noisy);
            std::vector<double> costs;
            for (size_t q = 0; q < clean.patterns(); ++q)
                costs.push_back(lecture->denoising_cost(clean.x, q).value);
            findings.found(0, relative_difference(costs, production_terms(noisy).pattern_cost),
                           term_tolerance);
        }
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"denoise", "noisy target", denoise_check},
};

}  // namespace

std::span<const Check> denoising_checks() { return checks; }

}  // namespace autoencoder::lecture
