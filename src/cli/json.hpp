// One JSON object on a line (RFC 8259), for --json. Flat: names with numbers, texts or truths.
#pragma once

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "autoencoder/report.hpp"

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
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                result += {'\\', c};
            } else if (static_cast<unsigned char>(c) < 0x20) {
                result +=
                    {'\\', 'u', '0', '0', digits[std::size_t(c) / 16], digits[std::size_t(c) % 16]};
            } else {
                result += c;
            }
        }
        return result + "\"";
    }
    std::string members_;
};

}  // namespace autoencoder::cli
