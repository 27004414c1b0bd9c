// One JSON object on a line (RFC 8259), for --json. Flat: names with numbers, texts or truths.
#pragma once

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "autoencoder/report.hpp"
#include "base/utf8.hpp"

namespace autoencoder::cli {

class Json {
public:
    /// NaN and infinity, which JSON does not have, become null.
    Json& add(std::string_view name, double number) {
        return put(name, std::isfinite(number) ? shortest(number) : "null");
    }
    template <std::integral Integer>
    Json& add(std::string_view name, Integer number) {
        if constexpr (std::same_as<Integer, bool>) return put(name, number ? "true" : "false");
        else return put(name, std::to_string(number));
    }
    Json& add(std::string_view name, std::string_view text) { return put(name, quoted(text)); }
    Json& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }

    std::string line() const { return "{" + members_ + "}"; }

private:
    Json& put(std::string_view name, const std::string& value) {
        members_ += (members_.empty() ? "" : ", ") + quoted(name) + ": " + value;
        return *this;
    }
    static std::string quoted(std::string_view text) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string result = "\"";
        each_character(text, [&](std::string_view bytes, std::optional<char32_t> point) {
            if (bytes == "\"" || bytes == "\\") {
                (result += '\\') += bytes;
            } else if (point && !acts_on_terminal(*point)) {
                result += bytes;
            } else {
                result += "\\u";
                const char32_t unit = point.value_or(static_cast<unsigned char>(bytes[0]));
                for (int shift = 12; shift >= 0; shift -= 4) result += digits[unit >> shift & 15];
            }
        });
        return result + "\"";
    }
    std::string members_;
};

}  // namespace autoencoder::cli
