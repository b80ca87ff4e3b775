#!/bin/sh
# Protects: a run has the same bytes whoever compiled the program, and however well. The program is
# compiled again, by gcc without optimisation and by clang with it; in the long tests by both and
# both ways. Each runs every shipped scenario, which must leave what the program under test leaves.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"
scratch

flags="-std=c11 -ffp-contract=off -w $BUILD_CPPFLAGS -DHAVE_CONFIG_H -DWIRELAB_PKGDATADIR=\"/none\"
    -I$build_dir -I$build_dir/src -I$src_dir/src $BUILD_DEPS_CFLAGS"
jobs=$(nproc 2>/dev/null || echo 2)

# build COMPILER LEVEL: makes $scratch_dir/COMPILER-LEVEL/wirelab, without the reader of captures, which
# wants libpcap and has a stand-in. No two files have the same name.
build() {
    mkdir "$scratch_dir/$1$2"
    cd "$scratch_dir/$1$2" || return
    # shellcheck disable=SC2086
    find "$src_dir/src" -name '*.c' ! -name capture.c |
        xargs -P "$jobs" -n 12 "$1" "$2" $flags -c >log 2>&1 &&
        "$1" ./*.o $BUILD_DEPS_LIBS -o wirelab >>log 2>&1
}

# leave PROGRAM FOLDER: the digests of all that the scenarios leave, a line each. Without gnuplot: its
# pictures are its own, and what they are drawn from is there.
leave() {
    for name in $(scenarios); do
        PATH=/none "$1" run "$src_dir/scenarios/$name.yaml" -o "$2" >/dev/null 2>&1
        [ -f "$2/story.txt" ] || echo "$name: $1 leaves nothing"
        printf '%s %s\n' "$name" "$(files "$2" | (cd "$2" && xargs sha256sum) | sha256sum)"
        rm -rf "$2"
    done
}

variants='gcc-O0 clang-O2'
[ -z "${WIRELAB_LONG:-}" ] || variants='gcc-O0 gcc-O2 clang-O0 clang-O2'

leave "$wirelab" "$scratch_dir/run" >"$scratch_dir/expected"
for variant in $variants; do
    compiler=${variant%-*}
    if ! command -v "$compiler" >/dev/null 2>&1; then
        skip "/e2e/compilers/$variant" "$compiler is not installed"
    elif ! (build "$compiler" "-${variant#*-}"); then
        verdict "/e2e/compilers/$variant" "$(tail -n 20 "$scratch_dir/$variant/log")"
    else
        leave "$scratch_dir/$variant/wirelab" "$scratch_dir/run" >"$scratch_dir/got"
        verdict "/e2e/compilers/$variant" "$(diff "$scratch_dir/expected" "$scratch_dir/got")"
    fi
done
finish
