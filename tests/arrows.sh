#!/bin/sh
# `make arrows`: includes run downwards. A room is a folder of src/; the rooms stand below from the top
# to the bottom, and a file may include what is of its own room or of a lower one. So there are no
# circles between rooms. A public header is of the room that has the .cpp of its name, or of the one
# that is named here; those of no room, and whatever has no .cpp, are at the bottom.
# Tests include what they like. Fails with every line that leads upwards.
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2

rooms='cli diagnosis worked lecture exchange methods picture learn network kernels base include'
others='autoencoder:cli checks:lecture conformance:exchange data:base kernels:kernels matrix:base
        optimize:learn penalty:network picture:picture'

awk -v rooms="$rooms" -v others="$others" '
BEGIN {
    for (i = split(rooms, room, " "); i > 0; i--) rank[room[i]] = i
    for (i = split(others, other, " "); i > 0; i--) {
        split(other[i], pair, ":")
        home[pair[1]] = pair[2]
    }
    for (i = 1; i < ARGC; i++) {  # a header that several could have is of the lowest of them
        if (split(ARGV[i], part, "/") != 3 || part[1] != "src") continue
        name = part[3]
        if (!sub(/\.cpp$/, "", name)) continue
        if (!(name in home) || rank[part[2]] > rank[home[name]]) home[name] = part[2]
    }
}
function room_of(path,    part, name) {
    split(path, part, "/")
    if (part[1] == "src") return part[2]
    name = part[3]
    sub(/\.hpp$/, "", name)
    return name in home ? home[name] : "include"
}
/^#include "/ {
    split($0, quoted, "\"")
    target = quoted[2]
    if (target ~ /^autoencoder\//) to = room_of("include/" target)
    else if (split(target, part, "/") > 1) to = part[1]
    else next  # beside it
    from = room_of(FILENAME)
    count++
    if (!(from in rank) || !(to in rank)) problem = "of no room that tests/arrows.sh knows"
    else if (rank[to] < rank[from]) problem = "leads up from " from " to " to
    else next
    print "arrows: " FILENAME ":" FNR ": " $0 "  " problem | "cat 1>&2"
    failed = 1
}
END {
    if (count == 0) exit 1
    if (failed) exit 1
    gsub(/ /, ", ", rooms)
    print "arrows: " count " includes, none upwards: " rooms
}' $(find src include -name '*.[ch]pp' | sort)
