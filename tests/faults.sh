#!/bin/sh
# `make faults`: trainings that are killed at random instants (KILL, TERM, HUP), or whose files may not grow
# beyond some size. Whatever is left must be whole; what was saved is resumed, and ends with the same bytes as
# a run that nobody disturbed; nothing half written stays. Write errors one by one: tests/cli/nothing_lost.cpp.
#
#     faults.sh PROGRAM [INSTANTS]       of all kinds of training together; 100 unless said
program=$1 instants=${2:-100}
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
failures=0 resumed=0 whole=0 early=0

complain() {
    echo "faults: $kind, $what: $1"
    failures=$((failures + 1))
}

# A training of a second or less, its options by its kind.
options() {
    case $1 in
        sparse) echo '--hidden 16 --iterations 12' ;;
        shallow) echo '--hidden 16 --optimizer online --epochs 3' ;;
        denoising) echo '--hidden 24 --epochs 6 --validation 50' ;;
        deep) echo '--hidden 24,8 --epochs 8' ;;
        stacked) echo '--hidden 16,8 --iterations 8 --unroll --fine-tune-epochs 4' ;;
        classifier) echo '--hidden 16 --iterations 6 --head-iterations 6 --fine-tune-epochs 4' ;;
        convolutional) echo '--channels 2,4 --epochs 2' ;;
        variational) echo '--hidden 24 --code 3 --epochs 6' ;;
    esac
}
train() { # FOLDER
    # shellcheck disable=SC2046
    exec "$program" train "$kind" --count 300 $(options "$kind") --checkpoint 1 --threads 1 --quiet --out "$1"
}

require_whole() { # every file to its end
    for file in "$run"/*; do
        case $file in
            *.png) tail -c 8 "$file" | grep -q IEND || complain "$file is torn" ;;
            *.html) tail -n 1 "$file" | grep -q '</html>' || complain "$file is torn" ;;
            *.csv) test -z "$(tail -c 1 "$file")" || complain "$file is torn" ;;
        esac
    done
}

# What a disturbed run left, resumed: as it would have been.
require_same() {
    require_whole
    if test -e "$run/checkpoint.npz" && test ! -e "$done/checkpoint.npz"; then
        resumed=$((resumed + 1))
    elif test -e "$run/checkpoint.npz"; then
        resumed=$((resumed + 1))  # a single training keeps it at its end
    elif test -e "$run/model.npz"; then
        whole=$((whole + 1))
    else
        early=$((early + 1))
        return
    fi
    if test -e "$run/checkpoint.npz"; then
        "$program" train "$kind" --resume "$run" --threads 1 --quiet 2>"$folder/said" ||
            { complain "cannot be resumed: $(cat "$folder/said")"; return; }
    fi
    cmp -s "$run/model.npz" "$done/model.npz" || complain 'another model'
    for left in "$run"/.*.tmp; do test ! -e "$left" || complain "$left stays"; done
}

draw() { awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed); rand(); printf "%.4f", rand() * most }'; }

number=0
while test "$number" -lt "$instants"; do
    for kind in sparse shallow denoising deep stacked classifier convolutional variational; do
        done=$folder/$kind run=$folder/run
        if test ! -d "$done"; then
            begun=$(date +%s%N)
            (train "$done") || { what=undisturbed; complain 'fails'; exit 1; }
            eval "time_$kind=$(( ($(date +%s%N) - begun) / 1000 ))"
            # Sizes that files may have, up to one that does for all.
            for blocks in 1 2 4 8 16 32 64 128 256; do
                what="files of at most $blocks blocks" && rm -rf "$run"
                (ulimit -f "$blocks"; train "$run") 2>"$folder/said"
                status=$?
                case $status in
                    0) ;;
                    2) test "$(wc -l <"$folder/said")" -eq 1 || complain "not one line: $(cat "$folder/said")" ;;
                    *) complain "status $status" ;;
                esac
                if test -d "$run"; then require_same; fi
            done
        fi
        eval "most=\$time_$kind"
        signal=$(echo KILL TERM HUP | cut -d" " -f$((number % 3 + 1)))
        pause=$(draw "$number" "$(awk -v t="$most" 'BEGIN { print 1.05 * t / 1000000 }')")
        what="$signal after $pause s" && rm -rf "$run" && mkdir "$run"
        (train "$run") 2>/dev/null &
        child=$!
        sleep "$pause"
        kill -s "$signal" "$child" 2>/dev/null
        wait "$child" 2>/dev/null
        require_same
        number=$((number + 1))
        test "$number" -lt "$instants" || break
    done
done
echo "faults: $number instants: $resumed resumed, $whole had ended, $early had nothing to save; $failures wrong"
test "$failures" -eq 0
