#!/bin/sh
# `make lines`: lines by folder against the budgets, and the files of more than 300 lines whose first
# line gives no reason ("…; one file, since …"). A header is of the core if a file of the core has its
# name, or if it is named here. A report: it fails for nothing.
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2

find src include tests -name '*.[ch]pp' | sort | xargs awk '
BEGIN {
    for (i = split("src/lecture src/network src/learn src/methods", names, " "); i > 0; i--) core[names[i]] = 1
    for (i = split("checks notation objective optimize penalty", names, " "); i > 0; i--) named[names[i]] = 1
}
FNR == 1 {
    file = FILENAME
    first[file] = $0
    files[++count] = file
    split(file, part, "/")
    if (part[1] "/" part[2] in core) named[stem(part[3])] = 1
}
{ lines[file]++ }
function stem(name) {
    sub(/\.[ch]pp$/, "", name)
    return name
}
END {
    for (i = 1; i <= count; i++) {
        file = files[i]
        depth = split(file, part, "/")
        folder = part[1] "/" (depth > 2 ? part[2] : "")
        if (!(folder in sum)) folders[++f] = folder
        sum[folder] += lines[file]
        number[folder]++
        if (part[1] == "tests") continue
        whole += lines[file]
        if (folder in core) heart += lines[file]
        if (part[1] == "include" && stem(part[3]) in named) heart += lines[file]
    }
    for (i = 1; i <= f; i++)
        printf "%7d  in %3d files  %s\n", sum[folders[i]], number[folders[i]], folders[i]
    printf "%7d  of at most  7,300  what a student reads: lecture, network, learn, methods, their headers\n", heart
    printf "%7d  of at most 22,000  src and include\n", whole
    for (i = 1; i <= count; i++)
        if (lines[files[i]] > 300 && first[files[i]] !~ /one file/)
            printf "%7d  without a reason on the first line: %s\n", lines[files[i]], files[i]
}'
