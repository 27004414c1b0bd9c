#!/bin/sh
# All tests of a test program, five at a time on every core: one core takes long, under sanitizers an hour. What fails
# is shown, and the last line is the sum.
#
#     parts.sh PROGRAM
program=$1 logs=$1.logs
rm -rf "$logs"
mkdir -p "$logs" || exit 2
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
tests=$("$program" --count | sed -n 's/.*filters: *//p')
seq 1 5 "$tests" | xargs -P "$cores" -I{} sh -c '
    "$1" --minimal=true --first={} --last=$(({} + 4)) >"$2/{}" 2>&1 || { cat "$2/{}"; exit 1; }
    echo "from test {}: $(tail -n 1 "$2/{}")"' - "$program" "$logs"
status=$?
cat "$logs"/* | awk -v all="$tests" '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1 }
    END { printf "%d passed, %d failed\n", passed, all - passed }'
exit "$status"
