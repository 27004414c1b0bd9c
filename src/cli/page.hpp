// report.html: what a run was and what came of it, as one page to look at in a browser.
//
//     title       what was trained
//     facts       data, precision, how it ended, what it is worth, beside the simplest that could be done
//     judgements  what has gone wrong, if anything
//     trainings   of each: network, objective, optimiser; its last cost by term, with the equations;
//                 the curve; the cost by term along the way. Charts stand in the page
//     pictures    with a line below each that says what it shows
//     options     all of them, folded away
//
// Plain HTML with its few lines of style: no script, and nothing from elsewhere but the pictures
// beside it and the lecture's page, where there is one. Like model.npz it holds nothing else that differs
// between two equal runs: neither times nor threads, neither machine nor folder.
#pragma once

#include <string>
#include <vector>

#include "cli/settings.hpp"

namespace autoencoder::cli {

/// A line of what there is to say.
struct Fact {
    std::string what, words;
    std::string tag = {};  // the equation that it belongs to
};

/// One training of the run. Its log and curve are log.csv and learning.svg, or NAME.csv and NAME.svg.
struct PagePart {
    std::string name;  // "stage1", "head"; empty: the run is this one training
    Network network;
    TrainingOptions options;
    std::vector<TrainingStep> log;
};

struct Page {
    std::string title;  // "train sparse"
    std::vector<Fact> facts;
    std::vector<Group> options;                // those that decide the result
    std::vector<PagePart> parts;               // in the order of their training; none: nothing was
    std::vector<std::string> pictures;         // their paths
    std::vector<std::string> judgements = {};  // what is wrong with it, a sentence each
    std::string lecture = {};                  // a link to the lecture's page, where there is one
};

/// A page with what is known before the training: title, data and precision, options.
Page begin_page(const std::string& kind, const Dataset& data, bool double_precision,
                std::vector<Group> options);

/// The page as HTML. All texts are escaped.
std::string html(const Page& page);

/// Writes report.html, which links to the lecture's page where it finds one, and returns its path.
std::string write_page(const std::string& folder, Page page);

}  // namespace autoencoder::cli
