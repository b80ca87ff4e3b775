#!/bin/sh
# Protects: every shipped scenario runs, does what it says (its `expect:`), leaves the same bytes a
# second time and from another folder, and tells the story that results/reference/ holds. The READMEs
# show pictures as they are drawn now.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"
scratch

# same_bytes A B: what differs between two runs, pictures aside.
same_bytes() {
    [ "$(files "$1")" = "$(files "$2")" ] || echo "other files are there"
    files "$1" | while IFS= read -r file; do
        cmp -s "$1/$file" "$2/$file" || echo "$file differs"
    done
}

# same_reference NAME FOLDER: where a run's story leaves the one that is kept.
same_reference() {
    reference=$reference_dir/$1
    [ -d "$reference" ] || { echo "no reference: make update-references" && return; }
    kept_story "$2" | diff "$reference/story.txt" - | head -n 5
    digests "$2" | diff "$reference/digests.txt" - | head -n 5
}

for name in $(scenarios); do
    first=$scratch_dir/$name
    second=$scratch_dir/again/$name
    mkdir -p "$scratch_dir/again"
    run "$name" "$first"
    status=$?
    verdict "/e2e/scenarios/$name/runs" "$([ $status -eq 0 ] || { echo "exit $status" && cat "$first.err"; })"
    (cd / && run "$name" "$second")
    verdict "/e2e/scenarios/$name/same-bytes" "$(same_bytes "$first" "$second")"
    verdict "/e2e/scenarios/$name/reference" "$(same_reference "$name" "$first")"
    rm -rf "$first" "$second"
done

for lang in $readme_langs; do
    run handshake "$scratch_dir/$lang" --lang "$lang"
    verdict "/e2e/scenarios/readme-picture/$lang" \
        "$(cmp "$scratch_dir/$lang/ladder.svg" "$(readme_picture "$lang")" 2>&1)"
done
finish
