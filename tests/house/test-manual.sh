#!/bin/sh
# Protects: the manual pages are read by man(1) without complaint, and the scenarios they name are
# there.

. "$G_TEST_SRCDIR/tests/house/house.sh"

for page in "$src_dir"/man/*.[1-9]; do
    name=/house/manual/${page##*/}
    if command -v man >/dev/null; then
        verdict "$name" \
            "$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)"
    else
        skip "$name" 'man is not installed'
    fi
done

# missing_scenarios PAGE: what it calls X.yaml must be a scenario, or models/X.yaml a profile.
missing_scenarios() {
    grep -oE '[a-z0-9/-]+\.yaml' "$1" | sort -u | while IFS= read -r scenario; do
        [ -f "$src_dir/scenarios/$scenario" ] || [ -f "$src_dir/$scenario" ] ||
            echo "no scenarios/$scenario"
    done
}
verdict '/house/manual/wirelab-tcp.7/scenarios' "$(missing_scenarios "$src_dir/man/wirelab-tcp.7")"

finish
