// UTF-8 there and back, and everything that looks like it and is not.
#include "base/utf8.hpp"

#include <doctest/doctest.h>

using namespace autoencoder;

TEST_SUITE("io/utf8") {
    TEST_CASE("every code point survives the way to UTF-8 and back") {
        std::size_t wrong = 0, tried = 0;
        for (char32_t point = 0; point <= 0x110000; ++point) {
            if (!is_code_point(point)) continue;
            std::string text;
            append_utf8(text, point);
            const auto points = code_points(text);
            if (!points || *points != std::u32string(1, point)) ++wrong;
            ++tried;
        }
        CHECK(tried == 0x110000 - 0x800);
        CHECK(wrong == 0);
    }

    TEST_CASE("overlong forms, surrogates, lone bytes and cut sequences are not UTF-8") {
        for (const char* text : {"\x80", "a\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80",
                                 "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",
                                 "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\xC3",
                                 "\xE2\x82", "\xF0\x9D\x84", "\xC3(", "\xE2(\xAC"}) {
            CAPTURE(in_quotes(text));
            CHECK(!code_points(text));
        }
    }

    TEST_CASE("what acts on a terminal becomes harmless, everything else stays") {
        CHECK(harmless("ρ̄ ≥ 0.1, 28×28 … 中 𝄞") == "ρ̄ ≥ 0.1, 28×28 … 中 𝄞");
        CHECK(harmless("a\nb\r\t\x1b[2J\x7f") == "a\\x0Ab\\x0D\\x09\\x1B[2J\\x7F");
        CHECK(harmless("\xC2\x9B" "2J\xE2\x80\xAE" "gnp\xE2\x80\xA8") ==
              "\\xC2\\x9B2J\\xE2\\x80\\xAEgnp\\xE2\\x80\\xA8");
        CHECK(harmless("\xC3(\xFF\xE2\x82") == "\\xC3(\\xFF\\xE2\\x82");
        for (int byte = 0; byte < 256; ++byte) {
            for (const char c : harmless(std::string(1, char(byte)))) CHECK((c >= 0x20 && c < 0x7F));
        }
    }

    TEST_CASE("text in quotes fits one line, whatever it holds") {
        CHECK(in_quotes("tanh") == "'tanh'");
        CHECK(in_quotes("a\n\x1b\xff") == "'a\\x0A\\x1B\\xFF'");
        CHECK(in_quotes("Größe") == "'Größe'");
        CHECK(in_quotes(std::string(59, 'a') + "ß") == "'" + std::string(59, 'a') + "…'");
        CHECK(in_quotes(std::string(61, '\x80')).starts_with("'\\x80"));
        CHECK(in_quotes(std::string(61, 'a')) == "'" + std::string(60, 'a') + "…'");
    }
}
