// What the pages have in common: their frame and their looks, light and dark, on a phone and in print.
#pragma once

#include <string>
#include <string_view>

#include "picture/mathml.hpp"

namespace autoencoder::cli {

/// <name>text</name>; the name may bring attributes along. The text is escaped.
std::string element(const std::string& name, std::string_view text);

/// A whole page: its title in the head, its body as it is.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace autoencoder::cli
