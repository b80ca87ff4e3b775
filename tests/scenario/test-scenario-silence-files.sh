#!/bin/sh
# Protects: no key is silent that speaks of a run's files alone. Each is changed, and the files other
# than those that repeat the scenario have to change.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
wirelab=$G_TEST_BUILDDIR/wirelab
base=$scratch_dir/base.yaml
cat > "$base" << 'EOF'
wirelab: 1
name: given
title: {en: An English title, zh: 中文标题}
about: {en: In English, zh: 中文}
hosts: {a: , b: }
links: {w: {between: [a, b]}}
apps: {a: {bulk: {to: 'b:9', bytes: 9kB}}, b: discard}
EOF

# What a run with these settings leaves: names and bytes of its files.
left() {
    rm -rf "$scratch_dir/runs"
    mkdir "$scratch_dir/runs"
    (cd "$scratch_dir/runs" && "$wirelab" run -q ../base.yaml "$@") || echo 'the run failed'
    (cd "$scratch_dir/runs" && find . -type f ! -name manifest.json ! -name scenario.resolved.yaml \
        -exec cksum {} + | sort -k 3)
}

# key, the setting that changes it, settings of both runs
changes() {
    label=$1
    change=$2
    shift 2
    left "$@" > "$scratch_dir/before"
    left "$@" --set "$change" > "$scratch_dir/after"
    if cmp -s "$scratch_dir/before" "$scratch_dir/after"; then
        verdict "/scenario/silence-files/$label" 'the key is silent'
    else
        verdict "/scenario/silence-files/$label" "$(grep failed "$scratch_dir/after")"
    fi
}

changes name name=other
changes title.en title.en=Other
changes title.zh title.zh=Other --lang zh
changes about.en about.en=Other
changes about.zh about.zh=Other --lang zh
changes lang lang=zh
changes record record=connections
changes outputs 'outputs=[story]'
changes captures 'captures=[a]'

finish
