// What is said of data. Where a remark is taken back later, or another one is built on it, both have its words from here.
#pragma once

#include <string>
#include <vector>

namespace autoencoder::remark {

inline const std::string pixels = "integers from 0 to 255 are taken for pixels, and divided by 255";
inline const std::string small_integers = "integers up to ";
inline const std::string numbered = "labels are numbered in their order: ";
inline const std::string empty_class = " no pattern: labels run from ";
inline const std::string no_classes = "these are no classes";
inline const std::string are_labels = " is taken for labels, ";
inline const std::string may_be_labels = " takes them for labels";
inline const std::string repeated = " several times, and is learnt like the others";
inline const std::string left_out = "left out: ";
inline const std::string all_columns = "all columns of ";
inline const std::string first_column = ": the first column";
inline const std::string unread = " is not read";
inline const std::string sorted = " are put in the order of the patterns, by ";
inline const std::string unsorted = " belong together in their ";

inline bool has(const std::string& remark, const std::string& words) { return remark.find(words) != remark.npos; }
inline void take_back(std::vector<std::string>& remarks, const std::string& words) {
    std::erase_if(remarks, [&](const std::string& each) { return has(each, words); });
}

inline void on_unused(const std::string& label_column, std::vector<std::string>& remarks) {
    if (!label_column.empty() && label_column != "none")
        remarks.push_back("--label-column is not used: there is no table, or none with it");
}

}  // namespace autoencoder::remark
