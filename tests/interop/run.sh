#!/bin/sh
# Complete programs of other people's kind, run as a user would, and one of ours over MPI. Each writes a case and its
# results, right ones and with a mistake, and `validate` has to pass the former (exit status 0) and
# to name the mistake of the latter (1, and its id). What is not installed is named and left out.
#
#     sh tests/interop/run.sh build/autoencoder        PYTHON names another python3
program=$1
python=${PYTHON:-python3}
here=$(dirname "$0")
agrees='all that they have agrees with ours'
failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

has_module() { "$python" -c "import $1" 2>/dev/null; }
passed() { printf 'ok         %-22s %s\n' "$1" "$2"; }
missing() { printf 'left out   %-22s %s is not installed\n' "$1" "$2"; }
complain() {
    failures=$((failures + 1))
    printf 'FAILED     %s\n' "$1"
    sed 's/^/           /' "$scratch/said"
}

# name, ending of the files (.npz, or nothing for folders), id of the mistake, what a right one's
# output has to contain, command
trial() {
    name=$1 ending=$2 id=$3 right=$4
    shift 4
    for way in '' mistake; do
        folder=$scratch/$name$way
        mkdir "$folder"
        "$@" "$folder" $way >"$scratch/said" 2>&1 || { complain "$name: itself"; return; }
        "$program" validate "$folder/case$ending" "$folder/theirs$ending" >"$scratch/said" 2>&1
        status=$?
        if test -z "$way"; then
            test $status = 0 && grep -q "$right" "$scratch/said" ||
                { complain "$name: right, but the status is $status"; return; }
        else
            test $status = 1 && grep -q "($id)" "$scratch/said" ||
                { complain "$name: $id is not named, the status is $status"; return; }
        fi
    done
    passed "$name" "right: passes; with the mistake: $id"
}

# A student's one call: name, id of the mistake, command that takes nothing or "mistake"
one_call() {
    name=$1 id=$2
    shift 2
    TMPDIR=$scratch
    export TMPDIR  # for the cases that are kept
    "$@" >"$scratch/said" 2>&1 && grep -q 'all that they have agrees' "$scratch/said" ||
        { complain "$name: right, and not called so"; return; }
    "$@" mistake >"$scratch/said" 2>&1 && { complain "$name: a mistake, and called right"; return; }
    grep -q "($id)" "$scratch/said" || { complain "$name: $id is not named"; return; }
    kept=$(sed -n 's/^case and results are kept in //p' "$scratch/said")
    test -d "$kept" || { complain "$name: the case is not kept"; return; }
    passed "$name" "right: passes; with the mistake: $id"
}
export AUTOENCODER="$program"

if has_module numpy; then
    cat >"$scratch/cost.py" <<'END'
import numpy as np
def cost(theta, V, H, penalty, target, beta, data, outside=False):
    W1, W2 = theta[:H * V].reshape(H, V), theta[H * V:2 * H * V].reshape(V, H)
    b1, b2 = theta[2 * H * V:2 * H * V + H], theta[2 * H * V + H:]
    f, N = lambda s: 1 / (1 + np.exp(-s)), data.shape[1]
    h = f(W1 @ data + b1[:, None])
    y = f(W2 @ h + b2[:, None])
    rho = h.mean(1)
    kl = target * np.log(target / rho) + (1 - target) * np.log((1 - target) / (1 - rho))
    J = ((y - data) ** 2).sum() / (2 * N) + penalty / 2 * (W1 ** 2).sum() + penalty / 2 * (W2 ** 2).sum()
    d2 = (y - data) * y * (1 - y)
    s = beta * (-target / rho + (1 - target) / (1 - rho))[:, None]
    d1 = W2.T @ d2 * h * (1 - h) + s if outside else (W2.T @ d2 + s) * h * (1 - h)
    return J + beta * kl.sum(), np.concatenate([(d1 @ data.T / N + penalty * W1).ravel(),
        (d2 @ h.T / N + penalty * W2).ravel(), d1.mean(1), d2.mean(1)])
def mistake(*arguments):
    return cost(*arguments, outside=True)
END
    python_call() { "$python" "$here/check_my_cost.py" "$scratch/cost.py" "${1:-cost}"; }
    one_call check_my_cost.py kl-outside-derivative python_call
    trial sparse_numpy.py .npz kl-outside-derivative "$agrees" "$python" "$here/sparse_numpy.py"
    if "$python" "$here/vectors_numpy.py" "$program" "$scratch/vectors" >"$scratch/said" 2>&1; then
        passed vectors_numpy.py 'every input of the vectors made from its formula'
    else
        complain vectors_numpy.py
    fi
else
    missing sparse_numpy.py NumPy
fi
if has_module torch; then
    trial deep_torch.py .npz bias-penalised "$agrees" "$python" "$here/deep_torch.py"
    if "$python" "$here/terms_against_torch.py" "$program" 60 >"$scratch/said" 2>&1; then
        passed terms_against_torch.py 'every term of 60 random networks against autograd'
    else
        complain terms_against_torch.py
    fi
else
    missing deep_torch.py PyTorch
fi
if command -v octave >/dev/null; then
    trial sparse_octave.m '' encoder-for-decoder column-samples \
        octave --no-gui -q -p "$here" "$here/sparse_octave.m"
    octave_call() {
        octave --no-gui -q -p "$here" --eval "exit(~check_my_cost(@(t, v, h, l, s, b, d) \
            cost_with_mistake(t, v, h, l, s, b, d, ${1:+true ||} false)))"
    }
    one_call check_my_cost.m encoder-for-decoder octave_call
else
    missing sparse_octave.m Octave
fi
if command -v cc >/dev/null; then
    if cc -Wall -Wextra -o "$scratch/shallow" "$here/shallow_c.c" -lm >"$scratch/said" 2>&1; then
        trial shallow_c.c '' last-pattern-only "$agrees" "$scratch/shallow"
    else
        complain 'shallow_c.c: compiling'
    fi
else
    missing shallow_c.c 'a C compiler'
fi
if command -v mpicxx >/dev/null && command -v mpirun >/dev/null && command -v pkg-config >/dev/null; then
    many=$(mpirun --version 2>&1 | grep -q 'Open MPI' && echo --oversubscribe)
    # Against the library as it is installed: the same θ for 1, 2 and 4 ranks, and a cost that falls.
    machines() {
        ${MAKE:-make} -s -C "$here/../.." BUILD="$(cd "$(dirname "$program")" && pwd)" install PREFIX="$scratch/shelf" &&
            PKG_CONFIG_PATH=$scratch/shelf/lib/pkgconfig && export PKG_CONFIG_PATH &&
            mpicxx -O2 "$here/many_machines.cpp" $(pkg-config --cflags --libs autoencoder) -o "$scratch/machines" &&
            for ranks in 1 2 4; do
                OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
                    mpirun $many -n $ranks "$scratch/machines" >"$scratch/ranks$ranks" || return 1
            done &&
            cmp "$scratch/ranks1" "$scratch/ranks2" && cmp "$scratch/ranks1" "$scratch/ranks4" &&
            awk '$2 == "J" { if (last != "" && $4 >= last) exit 1; last = $4 } END { if (last == "") exit 1 }' \
                "$scratch/ranks1"
    }
    if machines >"$scratch/said" 2>&1; then
        passed many_machines.cpp '1, 2 and 4 ranks: the same bits'
    else
        complain many_machines.cpp
    fi
else
    missing many_machines.cpp 'MPI, or pkg-config,'
fi
test $failures = 0
