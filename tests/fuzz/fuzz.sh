#!/bin/sh
# `make fuzz`: so many inputs, shared among all targets, as many targets at a time as there are cores. A line for
# each: inputs, inputs a second, and how many edges of the code they reach, and features (edges by how often each is
# taken), after half of them and at the end.
#
#     fuzz.sh PROGRAM [ROUNDS]      20000 unless said
program=$1 rounds=${2:-20000}
logs=$(dirname "$program")/logs
test "$3" = one || rm -rf "$logs"
mkdir -p "$logs" || exit 2
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

one() { # PROGRAM LOGS NAME RUNS
    log=$2/$3.log
    "$1" "$3" "$4" >"$log" 2>&1 || { cp "$log" "$2/$3.failed"; echo "$3: FAILED, see $log"; tail -n 20 "$log"; return 1; }
    grep 'still well-formed' "$log" || awk -v name="$3" -v runs="$4" '
        / ft: / { n = substr($1, 2) + 0; for (i = 1; i < NF; ++i) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") ft = $(i + 1) }
            if (n <= runs / 2) { half = ft; edges_half = edges } }
        /number_of_executed_units/ { executed = $2 } /average_exec_per_sec/ { speed = $2 } /peak_rss_mb/ { rss = $2 }
        END { printf "%s: %d inputs, %d a second, edges %d, %d, features %d, %d, %d MB\n", name, executed, speed, edges_half, edges, half, ft, rss }' "$log"
}

if test "$3" = one; then
    one "$program" "$4" "$5" "$6"
    exit
fi
# The slow ones first, so that no core is idle at the end.
"$program" --plan "$rounds" 2>/dev/null | sort -k2 -n | xargs -P "$cores" -L 1 sh "$0" "$program" - one "$logs"
for failed in "$logs"/*.failed; do test ! -e "$failed" || exit 1; done
awk '/number_of_executed_units/ { all += $2 } END { if (all > 0) printf "fuzz: %d inputs, nothing found\n", all }' "$logs"/*.log
