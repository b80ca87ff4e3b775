#!/bin/sh
# Protects: the JSON Schema made from the table of keys is one, accepts every shipped scenario and
# what it resolves to, and refuses each structural mutation of it, by an independent validator.

. "$G_TEST_SRCDIR/tests/house/house.sh"

if ! python3 -c 'import jsonschema, yaml' 2> /dev/null; then
    skip /scenario/schema/independent 'python3 with jsonschema and yaml is not installed'
    finish
    exit 0
fi

scratch
wirelab=$G_TEST_BUILDDIR/wirelab
"$wirelab" schema > "$scratch_dir/schema.json"

scenarios=$(find "$G_TEST_SRCDIR/scenarios" -name '*.yaml' | sort)
# Paths are the build's own and hold no blanks.
# shellcheck disable=SC2086
verdict /scenario/schema/scenarios \
    "$(python3 "$G_TEST_SRCDIR/tests/scenario/schema.py" "$scratch_dir/schema.json" $scenarios 2>&1 |
        grep -v ' mutations$')"

for scenario in $scenarios; do
    name=$(basename "$scenario" .yaml)
    "$wirelab" check --resolved "$scenario" > "$scratch_dir/$name.yaml" || echo "$scenario"
done > "$scratch_dir/failed"
verdict /scenario/schema/resolves "$(cat "$scratch_dir/failed")"
verdict /scenario/schema/resolved \
    "$(python3 "$G_TEST_SRCDIR/tests/scenario/schema.py" "$scratch_dir/schema.json" \
        "$scratch_dir"/*.yaml 2>&1 | grep -v ' mutations$')"

finish
