// What pages have of the lecture: its formulas with numbers, and where the lecture's own page is.
#pragma once

#include <string>
#include <string_view>

#include "worked/pencil.hpp"

namespace autoencoder::cli {

/// Where a page in this folder finds the lecture's page, as a link: beside it, in the folder above or in
/// `lecture` beside its folder, where `autoencoder lecture`, `make lecture` and the demo put it; "" where there is
/// none yet.
std::string lecture_link(const std::string& folder);

/// "[TAG]", a link into the lecture's page where there is one; nothing for no tag.
std::string tag_html(std::string_view tag, const std::string& link);
/// A sentence in which every tag is one.
std::string with_tags(std::string_view sentence, const std::string& link);

/// What a page says of its tags, at its end.
std::string about_tags(const std::string& link);

/// Formulas, the same with numbers, and what there is to say of them.
std::string worked_html(const std::vector<lecture::Line>& lines, const lecture::Digits& digits);

}  // namespace autoencoder::cli
