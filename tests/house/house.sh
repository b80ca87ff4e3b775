# Sourced by the tests of the house rules: the rooms, and how to report in TAP.

set -u
export LC_ALL=C

src_dir=$G_TEST_SRCDIR
build_dir=$G_TEST_BUILDDIR

# From left to right: a room may use those before it.
layers='sim wire net inet tcp socket app'

point=0

# verdict NAME TEXT: passes if TEXT is empty; otherwise TEXT says what is wrong.
verdict() {
    point=$((point + 1))
    if [ -z "$2" ]; then
        echo "ok $point $1"
    else
        echo "not ok $point $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}

skip() {
    point=$((point + 1))
    echo "ok $point $1 # SKIP $2"
}

finish() {
    echo "1..$point"
}

# scratch: makes a folder that goes away with the test, and names it in $scratch_dir.
scratch() {
    scratch_dir=$(mktemp -d)
    trap 'rm -rf "$scratch_dir"' EXIT
}

# sources [FOLDER...]: the C files below those folders of the source tree (src/ if none is named),
# which has to be the current folder.
sources() {
    find "${@:-src}" -name '*.[ch]' | sort
}

# code FOLDER...: their C, "file:line:" before each line, without comments and strings. The names of
# our files have no spaces.
code() {
    # shellcheck disable=SC2046
    awk -f tests/house/strip-comments.awk /dev/null $(sources "$@")
}

# comments FOLDER...: the same, of the comments.
comments() {
    # shellcheck disable=SC2046
    awk -v COMMENTS=1 -f tests/house/strip-comments.awk /dev/null $(sources "$@")
}

cd "$src_dir" || exit 1
