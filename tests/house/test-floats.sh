#!/bin/sh
# Protects: no floating point and no libm where a result is made.

. "$G_TEST_SRCDIR/tests/house/house.sh"

for room in $layers world scenario; do
    verdict "/house/floats/$room" "$(
        code "src/$room" |
            grep -E '\<(float|double|gfloat|gdouble|_Float[0-9]+)\>|<(math|tgmath|fenv)\.h>')"
done

finish
