// Formulas as the notes write them in a line, "δ_i^q = (y_i^q − ŷ_i^q) f'(s_i^q)", set for a page.
#pragma once

#include <string>
#include <string_view>

namespace autoencoder {

/// &, <, > and " as HTML writes them.
std::string escaped(std::string_view text);

/// MathML, one <math> for each part of the text that two blanks set apart. _ and ^ lower and raise the
/// letters behind them, or what stands in { }; a/b is a fraction of what stands on both sides, √ a root;
/// two letters or more are a word.
std::string mathml(std::string_view formula);

}  // namespace autoencoder
