#!/bin/sh
# Protects: all state hangs from the world a scenario builds; the program has no mutable globals.
# Looks at the sections of the objects: what is neither code nor constant is mutable.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# Symbols that may be mutable, one pattern a line, "OBJECT SYMBOL", and why:
#   G_DEFINE_QUARK keeps its interned number in a static, set once to the same value.
#   In shim/, whose callers have no room for state: the one shim, and what libc's functions need.
may_change='^[^ ]* ([a-z0-9_]+_quark\.)?q(\.[0-9]+)?$|^src/shim/[^ ]* ([a-z0-9_]+\.)?(current|ticks|answer_us)(\.[0-9]+)?$'

# mutable OBJECT...: "OBJECT SYMBOL" for each piece of data that is not constant once relocated.
# The sanitizers' own bookkeeping does not count.
mutable() {
    ${NM:-nm} --format=sysv "$@" 2>/dev/null |
        awk -F '|' '
            /^Symbols from / {
                object = $0
                sub(/^Symbols from /, "", object)
                sub(/:$/, "", object)
            }
            NF >= 7 {
                gsub(/ /, "", $1); gsub(/[ \t]/, "", $7); gsub(/ /, "", $4)
                if ($7 ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*|\.ldata|\.lbss)/ &&
                    $7 !~ /^\.data\.rel\.ro/ && $4 != "SECTION" &&
                    $1 !~ /^(__odr_asan|___asan|__asan|__sancov|__unnamed_|\.L|__ubsan)/) {
                    print object, $1
                }
            }' |
        grep -vE "$may_change"
}

cd "$build_dir" || exit 1
objects=$(find src -name '*.o' | sort)
# Unquoted: NM may hold an option, and the names of objects have no spaces.
# shellcheck disable=SC2086
if [ -n "$objects" ] && ${NM:-nm} $objects >/dev/null 2>&1; then
    verdict /house/globals/none "$(mutable $objects)"
else
    verdict /house/globals/none 'nm finds no objects below src/'
fi

finish
