#!/bin/sh
# Protects: all state hangs from the world a scenario builds; the program has no mutable globals.
# Looks at the sections of the objects: what is neither code nor constant is mutable.

. "$G_TEST_SRCDIR/tests/house/house.sh"

# Symbols that may be mutable, one pattern a line, "OBJECT SYMBOL", and why:
#   G_DEFINE_QUARK keeps its interned number in a static, set once to the same value.
may_change='^[^ ]* q(\.[0-9]+)?$'

# mutable OBJECT: "OBJECT SYMBOL" for each object of data that is not constant once relocated.
# The sanitizers' own bookkeeping does not count.
mutable() {
    "${NM:-nm}" --format=sysv "$1" 2>/dev/null |
        awk -F '|' -v object="${1#"$build_dir"/}" '
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

objects=$(cd "$build_dir" && find src -name '*.o' | sort)
if [ -z "$objects" ]; then
    verdict /house/globals/objects 'no object files found below src/'
else
    verdict /house/globals/none \
        "$(cd "$build_dir" && for object in $objects; do mutable "$object"; done)"
fi

finish
