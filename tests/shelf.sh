#!/bin/sh
# What `make install` puts on the shelf is all that a user needs: the README's example is compiled with it and
# runs, the installed program finds its digits, its man page and completions are there; uninstall leaves nothing.
#
#     shelf.sh BUILD
cd "$(dirname "$0")/.." || exit 2
place=$(mktemp -d) || exit 2
trap 'rm -rf "$place"' EXIT
fail() { echo "shelf: $1"; exit 1; }
unset AUTOENCODER_DATA
: "${MAKE:=make}" "${CXX:=g++}"

"$MAKE" BUILD="$1" PREFIX="$place" install >"$place/log" 2>&1 || { cat "$place/log"; fail 'make install failed'; }
sed -n '/^    #include <iostream>/,/^    }/s/^    //p' README.md >"$place/example.cpp"
if command -v pkg-config >/dev/null; then
    flags=$(PKG_CONFIG_PATH=$place/lib/pkgconfig pkg-config --cflags --libs autoencoder) || fail 'no autoencoder.pc'
    # shellcheck disable=SC2086
    (cd "$place" && $CXX -O0 example.cpp $flags -o example && ./example) >"$place/said" 2>&1
    grep -q '^100 codes of 3 numbers$' "$place/said" || { cat "$place/said"; fail "the README's example fails"; }
fi
(cd "$place" && bin/autoencoder info) | grep -q 'data digits *10,000' || fail 'the installed program has no digits'
(cd "$place" && bin/autoencoder lecture) >/dev/null 2>&1
grep -q 'id="delta-sparse"' "$place/runs/lecture/lecture.html" || fail 'the installed program has no lecture'
page=$place/share/man/man1/autoencoder.1
grep -q 'weight' "$page" || fail 'the man page is empty'
if command -v groff >/dev/null; then
    groff -k -man -ww -Tutf8 "$page" >"$place/said" 2>"$place/log" || fail 'the man page is no man page'
    test ! -s "$place/log" || { head -3 "$place/log"; fail 'the man page has mistakes'; }
    tr -s ' \n' ' ' <"$place/said" | grep -q 'the autoencoders of a lecture' || fail 'the man page does not say what it is'
fi
if command -v zsh >/dev/null; then
    zsh -n "$place/share/zsh/site-functions/_autoencoder" || fail "zsh's completion has mistakes"
fi
if command -v bash >/dev/null; then
    words=$(bash -c '. "$1"; COMP_WORDS=(autoencoder train spa) COMP_CWORD=2; _autoencoder; echo "${COMPREPLY[@]}"
        COMP_WORDS=(autoencoder train sparse --weight) COMP_CWORD=3; _autoencoder; echo "${COMPREPLY[@]}"
        COMP_WORDS=(autoencoder train sparse --scale u) COMP_CWORD=4; _autoencoder; echo "${COMPREPLY[@]}"' - \
        "$place/share/bash-completion/completions/autoencoder" | tr '\n' ' ')
    test "$words" = 'sparse --weight-penalty unit ' || fail "bash completes to '$words'"
fi
rm -rf "$place/runs" "$place/log" "$place/said" "$place/example" "$place/example.cpp" "$place/model.npz"
"$MAKE" BUILD="$1" PREFIX="$place" uninstall >/dev/null
test -z "$(find "$place" -type f)" || fail "uninstall leaves $(find "$place" -type f | head -1)"
echo 'shelf: installed, used and removed'
