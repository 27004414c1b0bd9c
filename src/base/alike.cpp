// A data set that is read as another one was: its integers, and the words of its labels.
#include <algorithm>
#include <cmath>

#include "autoencoder/data.hpp"
#include "autoencoder/error.hpp"
#include "base/utf8.hpp"

namespace autoencoder {
namespace {

/// Whole numbers of a table of text or a float array, more than a bit.
bool are_whole(const Matrix<float>& x) {
    return std::ranges::all_of(x.values, [](float each) { return each == std::floor(each); }) &&
           std::ranges::any_of(x.values, [](float each) { return std::abs(each) > 1; });
}

void divide_alike(Dataset& data, std::size_t divisor) {
    if (divisor == 255 && data.as.divisor != 255 && (data.as.divisor == 1 || are_whole(data.x))) {
        for (float& each : data.x.values) each /= 255.0f;
        data.remarks.push_back("integers are divided by 255, as in the data that were trained on");
    } else if (divisor == 1 && data.as.divisor == 255) {
        for (float& each : data.x.values) each = std::round(each * 255.0f);
        data.remarks.push_back("integers are not divided by 255, as in the data that were trained on");
    } else {
        return;
    }
    data.as.divisor = divisor;
}

}  // namespace

void read_alike(Dataset& data, const Understanding& as) {
    divide_alike(data, as.divisor);
    if (as.classes.empty() || data.as.classes.empty() || as.classes == data.as.classes) return;
    for (int& label : data.labels) {
        const std::string& word = data.as.classes[std::size_t(label)];
        const auto known = std::ranges::find(as.classes, word);
        if (known == as.classes.end())
            fail(data.name, "expected labels as in the data that were trained on, found " + in_quotes(word));
        label = int(known - as.classes.begin());
    }
    std::erase_if(data.remarks, [](const std::string& each) { return each.starts_with("labels are words"); });
    data.as.classes = as.classes;
}

}  // namespace autoencoder
