#!/bin/sh
# `make equations`: for every tag of notation.hpp its literal line in its chapter of src/lecture/, its
# fast twin, its check and its test; fails, naming what is missing.
#
#   formula a line of the comment at the head of the chapter ends in the tag
#   line    the first line of src/lecture/ that ends in the tag and computes: there is arithmetic in
#           it, so comments, declarations, plain calls and assignments do not count
#   fast    file and function that the chapter names for it under "Made fast in"
#   check   its row in the table of its chapter
#   test    a test case in tests/ whose name begins with the tag
# Every wrong twin of mistakes.hpp must be some check's.
#
# A tag that stands in more than five lines of src and include is refused: its place in notation.hpp, its
# formula, its line and two more are enough.
#
# A tag with a hyphen that notation.hpp does not know, in a comment or a test's name, is spelled
# wrong: it fails too.
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2
notation=include/autoencoder/notation.hpp

for twin in $(sed -n 's/^struct \([A-Za-z]*\) : Lecture {$/\1/p' src/lecture/mistakes.hpp); do
    grep -qw "$twin" src/lecture/*.cpp && continue
    echo "equations: no check has the twin $twin of src/lecture/mistakes.hpp" >&2
    exit 1
done

sources() {  # in this order, since the first line that fits is shown
    ls src/lecture/*.[ch]pp
    find src -name '*.[ch]pp' ! -path 'src/lecture/*' | sort
    ls include/autoencoder/*.hpp | grep -v -e notation.hpp -e autoencoder/autoencoder.hpp
    find tests/gradients -name '*.cpp' | sort
    find tests -name '*.[ch]pp' ! -path 'tests/gradients/*' ! -path 'tests/bench/*' | sort
}

awk -v notation="$notation" '
BEGIN { most = 5 }  # lines with a tag in src and include
function pad(text, width) { return sprintf("%-" width "s", text) }
function computes(line) {
    sub(/\/\/.*/, "", line)
    return line ~ /[-+*\/]= | [-+*\/<>?] |fma\(/
}
function has_function(path, name,    line) {
    while ((getline line < path) > 0) if (line ~ "(^|[^a-z_])" name "\\(") { close(path); return 1 }
    close(path)
    return 0
}
function complain(text) {
    problems = problems "equations: " text "\n"
}

FILENAME == notation {
    if (!/^\/\/   [a-z_]+\.cpp +\[/) next
    for (i = 3; i <= NF; i++) {
        tag = substr($i, 2, length($i) - 2)
        if (tag in home) complain("[" tag "] stands twice in " notation)
        tags[++count] = tag; home[tag] = "src/lecture/" $2
    }
    next
}
{
    place = FILENAME ":" FNR
    in_lecture = FILENAME ~ /^src\/lecture\//
    in_test = FILENAME ~ /^tests\//
    if (in_lecture && match($0, /^ *\{"[a-z-]+", "/)) {
        split($0, quoted, "\"")
        check[quoted[2]] = place
        if (quoted[2] in home && home[quoted[2]] != FILENAME) complain(place ": [" quoted[2] "] is not of this chapter in " notation)
        if (!(quoted[2] in home)) complain(place ": [" quoted[2] "] is not in " notation)
    }
    if (in_lecture && /^\/\/     (src|include)\/[^ ]+ +[a-z_]+  [a-z, -]+$/) {
        if (!has_function($2, $3)) complain(place ": there is no " $3 " in " $2)
        for (i = 4; i <= NF; i++) {
            tag = $i
            sub(/,/, "", tag)
            fast[tag] = $2 " " $3
        }
    }
    rest = $0
    if (in_lecture && match($0, /^\/\/     .*\[[a-z-]+\]$/)) said[substr($NF, 2, length($NF) - 2)] = 1
    while (match(rest, /\[[a-z]+(-[a-z]+)*\]/)) {
        tag = substr(rest, RSTART + 1, RLENGTH - 2)
        before = substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (!(tag in home)) {
            if (tag ~ /-/ && before ~ /\/\/|TEST_CASE/)
                complain(place ": [" tag "] is not in " notation)
        } else if (in_test) {
            if (before ~ /TEST_CASE\("$/ && !(tag in test)) test[tag] = place
        } else if (in_lecture && !(tag in line) && computes($0)) {
            line[tag] = place
        }
    }
}
END {
    for (i = 1; i <= count; i++) {
        tag = tags[i]
        if (!(tag in said)) complain("[" tag "] has no formula at the head of " home[tag])
        if (!(tag in line)) complain("[" tag "] has no line in src/lecture/ that computes it")
        if (!(tag in fast)) complain("[" tag "] has no fast twin named in src/lecture/")
        if (!(tag in check)) complain("[" tag "] has no check in src/lecture/")
        if (!(tag in test)) complain("[" tag "] has no test case in tests/")
        printf "%s\n", pad("[" tag "]", 27) \
            pad(tag in line ? line[tag] : "MISSING", 35) \
            pad(tag in fast ? fast[tag] : "MISSING", 53) \
            pad(tag in check ? check[tag] : "MISSING", 35) (tag in test ? test[tag] : "MISSING")
    }
    while (("grep -rhoE \"\\[[a-z]+(-[a-z]+)*\\].*\" src include" | getline hit) > 0) {
        delete here
        while (match(hit, /\[[a-z]+(-[a-z]+)*\]/)) {
            tag = substr(hit, RSTART + 1, RLENGTH - 2)
            hit = substr(hit, RSTART + RLENGTH)
            if (tag in home && !(tag in here)) { here[tag]; stands[tag]++ }
        }
    }
    for (i = 1; i <= count; i++)
        if (stands[tags[i]] > most) complain("[" tags[i] "] stands in " stands[tags[i]] " lines of src and include, where " most " are enough")
    if (count == 0) complain("found no tags in " notation)
    printf "%s", problems | "cat 1>&2"
    if (problems != "") exit 1
    print "equations: " count ", each with its formula, line, fast twin, check and test"
}' "$notation" $(sources)
