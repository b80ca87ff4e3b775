#!/bin/sh
# Protects: what is left when a run does not come to its end. Interrupted, it is finished beside its
# place; with the disk full there is none; in both cases the earlier run stays as it was.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"
scratch

cat > "$scratch_dir/long.yaml" <<'END'
wirelab: 1
hosts: {a: , b: }
links: {w: {between: [a, b], rate: 1Gbit/s}}
apps:
  a: [connect: b:80, send: 1000GB, close]
  b: [listen: 80, accept, receive, close]
END

# left FOLDER: what stands in a folder, and the digest of its manifest.
left() {
    (cd "$1" && find . | sort && sha256sum manifest.json)
}

folder=$scratch_dir/runs/run
mkdir "$scratch_dir/runs"
run handshake "$folder"
before=$(left "$folder")

"$wirelab" run "$scratch_dir/long.yaml" -o "$folder" --only summary >"$scratch_dir/out" \
    2>"$scratch_dir/err" &
pid=$!
sleep 2
kill -INT $pid
wait $pid
status=$?
verdict /e2e/interrupted/status \
    "$([ $status -eq 130 ] || { echo "exit $status" && cat "$scratch_dir/err"; })"
verdict /e2e/interrupted/run-so-far \
    "$([ -f "$folder.interrupted/summary.txt" ] || ls -a "$scratch_dir/runs")"
verdict /e2e/interrupted/earlier-run-stays "$([ "$before" = "$(left "$folder")" ] || left "$folder")"

# A file system with room for nothing much.
small=$scratch_dir/small
mkdir "$small"
if mount -t tmpfs -o size=64k none "$small" 2>/dev/null; then
    mkdir "$small/runs"
    "$wirelab" run "$src_dir/scenarios/handshake.yaml" -o "$small/runs/run" --quiet --only summary
    before=$(left "$small/runs/run")
    "$wirelab" run "$src_dir/scenarios/slow-start.yaml" -o "$small/runs/run" >"$scratch_dir/out" \
        2>"$scratch_dir/err"
    status=$?
    verdict /e2e/disk-full/status \
        "$([ $status -eq 4 ] || { echo "exit $status" && cat "$scratch_dir/err"; })"
    verdict /e2e/disk-full/says-so \
        "$(grep -q 'No space left' "$scratch_dir/err" || cat "$scratch_dir/err")"
    verdict /e2e/disk-full/earlier-run-stays \
        "$([ "$before" = "$(left "$small/runs/run")" ] || ls -a "$small/runs")"
    verdict /e2e/disk-full/no-half-run "$(ls -A "$small/runs" | grep -vx run)"
    umount "$small"
else
    skip /e2e/disk-full "no file system of one's own here"
fi
finish
