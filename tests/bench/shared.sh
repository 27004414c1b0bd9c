#!/bin/sh
# Small trainings on a machine that is shared: the default beside --threads 1, in turn, idle and beside busy loops.
#
#     shared.sh [PROGRAM] [TURNS] [LOOPS...]        build/autoencoder 5 0 2 4
#
# For each training and number of loops: the medians in seconds, and
#     against 1    the default's time over that of one thread: at most 1, but for the clock's noise
#     by share     the default's time over what its share of the cores explains: at most 1.3
# Of C cores beside L loops, a thread has C/(L + 1) of one, if that is below 1, and C threads have C/(L + C) each:
# what explains most is the quicker of one thread's and the default's idle time over the share that it has then.
# Two threads of one job do not reach that on two cores, as they wait for each other: beside 4 loops each runs a third of
# the time, and for two thirds of that without the other. So the pool puts both on one core if that is the quicker.
program=${1:-build/autoencoder} turns=${2:-5}
test $# -gt 2 && shift 2 || set -- 0 2 4
folder=$(mktemp -d) || exit 2
busy=
end() { test -z "$busy" || kill $busy 2>/dev/null; busy=; }
trap 'end; rm -rf "$folder"' EXIT
trap 'exit 2' INT TERM
cores=$(getconf _NPROCESSORS_ONLN)
awk 'BEGIN { for (q = 0; q < 2000; ++q) for (i = 0; i < 20; ++i)
    printf "%.4f%s", 0.5 + 0.4 * cos(1 + i + 3 * q), i < 19 ? "," : "\n" }' >"$folder/small.csv"

loop() { while kill -0 $$ 2>/dev/null; do for j in 0 1 2 3 4 5 6 7 8 9; do i=0; while test $i -lt 9999; do i=$((i + 1)); done; done; done; }

# Seconds that a training takes, as the program says them.
seconds() {
    "$program" train $1 $2 --out "$folder/run" --overwrite --json 2>"$folder/said" |
        sed -n 's/.*"outcome".*"seconds": \([0-9.e-]*\)}$/\1/p'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

printf '%-34s %5s  %9s  %9s  %9s  %9s\n' training loops default '1 thread' 'against 1' 'by share'
while read -r name options; do
    for loops in "$@"; do
        for i in $(seq 1 "$loops"); do loop & busy="$busy $!"; done
        : >"$folder/all"; : >"$folder/one"
        for turn in $(seq 1 "$turns"); do
            seconds "$options" '' >>"$folder/all"
            seconds "$options" '--threads 1' >>"$folder/one"
        done
        end
        all=$(median <"$folder/all") one=$(median <"$folder/one")
        test "$loops" != 0 || { idle_all=$all; idle_one=$one; }
        awk -v n="$name" -v L="$loops" -v C="$cores" -v a="$all" -v o="$one" -v ia="$idle_all" -v io="$idle_one" 'BEGIN {
            alone = io * (L + 1 > C ? (L + 1) / C : 1); together = ia * (L + C) / C
            printf "%-34s %5d  %9.4f  %9.4f  %9.2f  %9.2f\n", n, L, a, o, a / o, a / (alone < together ? alone : together) }'
    done
done <<END
20-8-20_L-BFGS shallow --data $folder/small.csv --hidden 8 --iterations 20000
20-8-20_Adam shallow --data $folder/small.csv --hidden 8 --optimizer adam --epochs 1500
784-25-784_1000_images sparse --count 1000 --hidden 25 --iterations 300
784-100-784_Adam denoising --count 2000 --hidden 100 --epochs 50
784-196-784_10000_images sparse --iterations 8
END
