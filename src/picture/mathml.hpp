// Formulas as the notes write them in a line, "δ_i^q = (y_i^q − ŷ_i^q) f'(s_i^q)", set for a page.
#pragma once

#include <string>
#include <string_view>

namespace autoencoder {

/// &, <, > and " as HTML writes them.
std::string escaped(std::string_view text);

/// A line of words and formulas as HTML: words are text, formulas are <math>, several of them where a line may
/// break, before = + and −. _ and ^ lower and raise the letters behind them, or what stands in { } or ( );
/// a/b is a fraction of what stands on both sides, √ a root; two letters or more are a word; ` ` is code.
/// `flat`: all on the line, so that it may break within parentheses too.
std::string typeset(std::string_view line, bool flat = false);

}  // namespace autoencoder
