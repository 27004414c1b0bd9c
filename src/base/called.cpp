#include "base/called.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/fields.hpp"
#include "base/rows.hpp"

#include <algorithm>
#include <filesystem>
#include <span>

namespace autoencoder {
namespace {

/// What people call patterns and labels, without case, dashes and lines; somewhere in it may be `train`, and is `test`
/// for those of the test set: both alone are patterns. What is called noisy becomes, where they are there too, the others.
constexpr std::string_view patterns_called[] = {"x",     "images", "patterns", "data", "features", "inputs",
                                                "input", "code",   "xhat",     "arr0", "mnist", "fashionmnist", ""};
constexpr std::string_view noisy_called[] = {"noisy", "xnoisy", "noisyx", "noisyimages"};
constexpr std::string_view labels_called[] = {"labels", "label",   "y",     "targets", "target",
                                              "classes", "clean", "xclean", "arr1"};
struct Names { std::span<const std::string_view> all; bool test; };
constexpr Names of_patterns{patterns_called, false}, of_noisy{noisy_called, false}, of_labels{labels_called, false},
    of_test{patterns_called, true}, of_noisy_test{noisy_called, true}, of_test_labels{labels_called, true};

/// Where in the names a key is; their number where it is none of them.
std::size_t rank(std::string_view key, Names names) {
    std::string name;
    for (const char c : lower_case(key))
        if (c != '_' && c != '-') name += c;
    const auto take_off = [&name](std::string_view word) {
        const std::size_t at = name.find(word);
        if (at != name.npos) name.erase(at, word.size());
        return at != name.npos;
    };
    const bool test = take_off("testing") || take_off("test");
    if (!test && !take_off("training")) take_off("train");
    const auto found = std::ranges::find(names.all, name);
    return std::size_t((test == names.test ? found : names.all.end()) - names.all.begin());
}
bool is_any(std::string_view key, Names names) { return rank(key, names) < names.all.size(); }

/// The arrays of these names, in the names' order.
std::vector<const Array*> all_of(const Archive& archive, Names names) {
    std::vector<std::vector<const Array*>> by_rank(names.all.size() + 1);
    for (const auto& [key, array] : archive.entries) by_rank[rank(key, names)].push_back(&array);
    std::vector<const Array*> found;
    for (std::size_t i = 0; i < names.all.size(); ++i)
        found.insert(found.end(), by_rank[i].begin(), by_rank[i].end());
    return found;
}

}  // namespace

std::string key_of(const Array& array) {
    const std::size_t colon = array.origin.rfind(": ");
    return colon == array.origin.npos ? std::filesystem::path(array.origin).stem().string() : array.origin.substr(colon + 2);
}

bool are_labels(std::string_view key) { return is_any(key, of_labels) || is_any(key, of_test_labels); }
bool are_patterns(std::string_view key) { return is_any(key, of_patterns) || is_any(key, of_noisy); }
bool are_test(std::string_view key) { return is_any(key, of_test) || is_any(key, of_noisy_test); }

bool is_of_labels_alone(std::string_view key) { return key.find("abel") != key.npos || key.find("lass") != key.npos; }

bool is_named(std::string_view key, Split split) {
    return are_patterns(key) || is_any(key, of_labels) || key == "of_model" ||
           (split == Split::test && (are_test(key) || is_any(key, of_test_labels)));
}

Choice choose(const Archive& archive, Split split) {
    const auto train = all_of(archive, of_patterns), test = all_of(archive, of_test);
    const auto noisy = all_of(archive, of_noisy), noisy_test = all_of(archive, of_noisy_test);
    const bool no_train = train.empty() && noisy.empty(), no_test = test.empty() && noisy_test.empty();
    const bool is_test = !no_test && (split == Split::test || no_train);
    Choice choice;
    choice.labels = all_of(archive, is_test ? of_test_labels : of_labels);
    if (choice.labels.empty() && no_train) choice.labels = all_of(archive, of_labels);
    const std::vector<const Array*>&own = is_test ? test : train, &own_noisy = is_test ? noisy_test : noisy;
    if (!own.empty()) choice.x = own[0];
    if (!own_noisy.empty()) {
        const auto is_clean = [&](const Array* each) { return each->size() == own_noisy[0]->size(); };
        if (choice.x && std::ranges::none_of(choice.labels, is_clean)) choice.labels.insert(choice.labels.begin(), choice.x);
        choice.x = own_noisy[0];
    }
    if (is_test && choice.x && choice.labels.empty())  // one file may have all labels
        for (const Array* each : all_of(archive, of_labels))
            if (name_rows_of(*each, *choice.x, train.empty() ? nullptr : train[0], choice.remarks)) choice.labels.push_back(each);
    std::vector<const Array*> others;
    for (const auto& [key, array] : archive.entries)
        if (!are_labels(key) && key != "of_model") others.push_back(&array);
    if (no_train && others.size() == 1) choice.x = others[0];  // one alone has whatever name
    const bool alone = archive.entries.size() == 1 && archive.unread.empty();
    if (!choice.x && alone && std::filesystem::path(archive.origin).stem() == archive.entries[0].first) choice.x = &archive.entries[0].second;
    if (!choice.x) {
        std::vector<std::string> keys = archive.unread;
        for (const auto& entry : archive.entries) keys.push_back(entry.first);
        fail(archive.origin, "expected patterns under the key x (or X, x_train, images, data), found " +
                                 (keys.empty() ? "none" : listed(keys, ", ")) +
                                 (archive.left_out.empty() ? "" : "; left out: " + listed(archive.left_out, ", ")));
    }
    choice.has_test = !no_train && (!no_test || std::ranges::any_of(archive.unread, are_test));
    std::erase(choice.labels, choice.x);
    const auto is_known = [&](const std::string& key) {
        return key == "layer" || key == "of_model" || is_any(key, of_labels) || (is_test && !no_train ? are_patterns(key) : are_test(key)) ||
               (is_any(key, of_test_labels) && (choice.has_test || !no_test));
    };
    choice.left = archive.unread;
    for (const auto& [key, array] : archive.entries)
        if (&array == choice.x) choice.key = key;
        else if (std::ranges::find(choice.labels, &array) == choice.labels.end()) choice.left.push_back(key);
    std::erase_if(choice.left, is_known);
    return choice;
}

}  // namespace autoencoder
