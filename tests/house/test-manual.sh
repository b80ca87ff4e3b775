#!/bin/sh
# Protects: the manual pages are read by man(1) without complaint.

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

finish
