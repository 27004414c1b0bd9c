#!/bin/sh
# `make equations`: for every tag of notation.hpp its statement, the line of code that computes it,
# its check and its test; fails, naming what is missing, where the model is built.
#
#   code    the first line in src/ or include/ that does something and ends in the tag: comments and
#           declarations do not count, nor do the checks, but for properties (marked *)
#   check   its row in the table of src/checks/
#   test    a test case in tests/ whose name begins with the tag
#
# A tag with a hyphen that notation.hpp does not know, in a comment or a test's name, is spelled
# wrong: it fails too.
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2
notation=include/autoencoder/notation.hpp

sources() {  # in this order, since the first line that fits is shown
    ls src/*.cpp
    find src -mindepth 2 -name '*.[ch]pp' ! -path 'src/checks/*' ! -path 'src/cli/*' | sort
    ls include/autoencoder/*.hpp | grep -v -e notation.hpp -e autoencoder/autoencoder.hpp
    find src/checks -name '*.[ch]pp' | sort
    find tests/gradients -name '*.cpp' | sort
    find tests -name '*.[ch]pp' ! -path 'tests/gradients/*' ! -path 'tests/bench/*' | sort
}

awk -v notation="$notation" '
function screen_width(text) {  # characters: no combining marks, no continuation bytes
    gsub(/\314[\200-\277]/, "", text)
    gsub(/[\200-\277]/, "", text)
    return length(text)
}
function pad(text, width,    n) {
    for (n = screen_width(text); n < width; n++) text = text " "
    return text
}
function does_something(line) {
    sub(/\/\/.*/, "", line)
    return line ~ /\(|return |[-+*\/]= | [-+*\/<>] /
}
function complain(text) {
    problems = problems "equations: " text "\n"
}

FILENAME == notation {
    if (!match($0, /^\/\/ [ *-] \[[a-z-]+\]/)) next
    mark = substr($0, 4, 1)
    tag = substr($0, 7, RLENGTH - 7)
    statement = substr($0, RLENGTH + 1)
    sub(/^ +/, "", statement)
    if (tag in marks) complain("[" tag "] stands twice in " notation)
    tags[++count] = tag; marks[tag] = mark; statements[tag] = statement
    next
}
{
    place = FILENAME ":" FNR
    in_check = FILENAME ~ /^src\/checks\//
    in_test = FILENAME ~ /^tests\//
    if (in_check && match($0, /^ *Check\{"[a-z-]+"/)) {
        split($0, quoted, "\"")
        check[quoted[2]] = place
        if (!(quoted[2] in marks)) complain(place ": [" quoted[2] "] is not in " notation)
    }
    rest = $0
    while (match(rest, /\[[a-z]+(-[a-z]+)*\]/)) {
        tag = substr(rest, RSTART + 1, RLENGTH - 2)
        before = substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (!(tag in marks)) {
            if (tag ~ /-/ && before ~ /\/\/|TEST_CASE/)
                complain(place ": [" tag "] is not in " notation)
        } else if (in_test) {
            if (before ~ /TEST_CASE\("$/ && !(tag in test)) test[tag] = place
        } else if (!(tag in code) && (!in_check || marks[tag] == "*") && does_something($0)) {
            code[tag] = place
        }
    }
}
END {
    for (i = 1; i <= count; i++) {
        tag = tags[i]
        if (marks[tag] == "-") {
            printf "%s\n", "- " pad("[" tag "]", 27) pad(statements[tag], 87) "not built yet"
            continue
        }
        built++
        if (!(tag in code)) complain("[" tag "] has no line of code")
        if (!(tag in check)) complain("[" tag "] has no check in src/checks/")
        if (!(tag in test)) complain("[" tag "] has no test case in tests/")
        printf "%s\n", marks[tag] " " pad("[" tag "]", 27) pad(statements[tag], 87) \
            pad(tag in code ? code[tag] : "MISSING", 36) \
            pad(tag in check ? check[tag] : "MISSING", 26) (tag in test ? test[tag] : "MISSING")
    }
    if (count == 0) complain("found no tags in " notation)
    printf "%s", problems | "cat 1>&2"
    if (problems != "") exit 1
    print "equations: " built " of " count " are built, each with its code, check and test"
}' "$notation" $(sources)
