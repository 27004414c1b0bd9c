// Numbers in rows of text: .csv and its like.
//
//     label, pixel1, pixel2          names of the columns, or none
//     # a line of words              begins with # or %
//     5, 0.1, 1e-3                   between commas; or semicolons, tabs or spaces where there are none
#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"
#include "base/formats.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace autoencoder {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\"'";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    char between = ' ';
    for (const char each : {'\t', ';', ','})
        if (line.find(each) != line.npos) between = each;
    while (true) {
        const std::size_t end = line.find(between);
        const std::string_view field = trimmed(line.substr(0, end));
        if (between != ' ' || !field.empty()) fields.push_back(field);
        if (end == line.npos) return fields;
        line.remove_prefix(end + 1);
    }
}

std::optional<double> number_in(std::string_view field) {
    const std::string text(field);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    return number;
}

/// The column that holds labels by its name, the one whose name is empty (which rows are numbered by).
std::size_t column(const std::vector<std::string>& names,
                   std::initializer_list<const char*> wanted) {
    const auto found = std::find_first_of(names.begin(), names.end(), wanted.begin(), wanted.end());
    return std::size_t(found - names.begin());
}

/// That column, taken out.
std::vector<double> taken_out(std::vector<double>& values, std::size_t columns,
                              std::size_t column) {
    std::vector<double> taken, left;
    left.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        (i % columns == column ? taken : left).push_back(values[i]);
    values = std::move(left);
    return taken;
}

}  // namespace

Archive decode_table(ByteView file, const std::string& key, const std::string& place) {
    std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::string> names;
    std::vector<double> values;
    std::size_t rows = 0, columns = 0;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        const std::vector<std::string_view> fields = fields_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line[0] == '#' || line[0] == '%') continue;
        const std::string where = "line " + std::to_string(number);
        const bool first = columns == 0;
        if (first) {
            columns = fields.size();
            const auto lines = std::size_t(std::count(text.begin(), text.end(), '\n'));
            const std::size_t most =
                std::min(times(columns, plus(lines, 2)), plus(columns, text.size() / 2 + 1));
            require_memory(times(most, sizeof(double)), place);
            values.reserve(most);
        }
        if (fields.size() != columns)
            fail(place, where + ": expected " + std::to_string(columns) +
                            " numbers, as in the first row, "
                            "found " +
                            std::to_string(fields.size()));
        const bool words = first && std::any_of(fields.begin(), fields.end(),
                                                [](std::string_view f) { return !number_in(f); });
        if (words) {
            for (const std::string_view field : fields) {
                names.emplace_back(field);
                for (char& c : names.back())
                    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
            }
            continue;
        }
        ++rows;
        for (std::size_t i = 0; i < columns; ++i) {
            const std::optional<double> value = number_in(fields[i]);
            if (!value)
                fail(place, where + ", column " + std::to_string(i + 1) +
                                ": expected a number, found " + in_quotes(fields[i]));
            values.push_back(*value);
        }
    }
    if (rows == 0) fail(place, "expected rows of numbers, found none");
    Archive archive;
    archive.origin = place;
    if (const std::size_t nameless = column(names, {""}); nameless < names.size()) {
        taken_out(values, columns, nameless);
        names.erase(names.begin() + std::ptrdiff_t(nameless));
        --columns;
        archive.left_out.push_back("a column without a name, which numbers the rows");
    }
    std::optional<Array> labels;
    if (const std::size_t l = column(names, {"label", "labels", "class", "target", "y"});
        l < names.size()) {
        labels = Array({rows}, taken_out(values, columns, l));
        --columns;
    }
    archive.add(key, Array({rows, columns}, std::move(values)));
    if (labels) archive.add("labels", std::move(*labels));
    for (auto& [name, array] : archive.entries) array.origin = place + (labels ? ": " + name : "");
    return archive;
}

}  // namespace autoencoder
