#!/bin/sh
# Protects: no floating point and no libm where a result is made.

. "$G_TEST_SRCDIR/tests/house/house.sh"

for room in $layers world scenario; do
    verdict "/house/floats/$room" "$(
        for file in $(sources "src/$room"); do
            awk -f "$house_dir/strip-comments.awk" "$src_dir/$file" |
                grep -nE '\<(float|double|gfloat|gdouble|_Float[0-9]+)\>|<(math|tgmath|fenv)\.h>' |
                sed "s|^|$file:|"
        done)"
done

finish
