#!/bin/sh
# Protects: what is left when a run does not come to its end, or cannot leave what it has. Interrupted,
# it is finished beside its place; where it cannot be written there is none of it; an earlier run
# stays as it was, and what is no run is not touched. A reader sees a whole run or none.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"
scratch
chmod 755 "$scratch_dir"

cat > "$scratch_dir/long.yaml" <<'END'
wirelab: 1
record: summary
hosts: {a: , b: }
links: {w: {between: [a, b], rate: 1Gbit/s}}
apps:
  a: [connect: b:80, send: 20GB, close]
  b: [listen: 80, accept, receive, close]
END

# keep FOLDER: a run of the handshake, which stands there before.
keep() {
    "$wirelab" run "$src_dir/scenarios/handshake.yaml" -o "$1" --quiet --only summary
}

# left FOLDER: what stands in a folder, and the digest of its manifest.
left() {
    (cd "$1" && find . | sort && sha256sum manifest.json)
}

# is_status EXPECTED: what went wrong, if the last command, whose messages are in err, ended otherwise.
is_status() {
    [ "$status" -eq "$1" ] || { echo "exit $status" && cat "$scratch_dir/err"; }
}

says() {
    grep -q "$1" "$scratch_dir/err" || { echo "not said: $1" && cat "$scratch_dir/err"; }
}

# A run is replaced, and interrupted once it goes; which signal it is makes no difference.
for signal in INT TERM; do
    runs=$scratch_dir/runs-$signal
    mkdir "$runs"
    keep "$runs/run"
    before=$(left "$runs/run")
    "$wirelab" run "$scratch_dir/long.yaml" -o "$runs/run" --only summary \
        >"$scratch_dir/out" 2>"$scratch_dir/err" &
    pid=$!
    # Its temporary folder says that it has begun.
    until ls "$runs" | grep -q 'run\.' || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
    kill -$signal $pid
    wait $pid
    status=$?
    verdict /e2e/interrupted/$signal/status "$(is_status 130)"
    verdict /e2e/interrupted/$signal/run-so-far \
        "$([ -f "$runs/run.interrupted/summary.txt" ] || ls -a "$runs")"
    verdict /e2e/interrupted/$signal/nothing-else "$(ls -A "$runs" | grep -vx -e run -e run.interrupted)"
    verdict /e2e/interrupted/$signal/earlier-run-stays \
        "$([ "$before" = "$(left "$runs/run")" ] || left "$runs/run")"
done

# A file system with room for nothing much.
small=$scratch_dir/small
mkdir "$small"
if mount -t tmpfs -o size=64k none "$small" 2>/dev/null; then
    mkdir "$small/runs"
    keep "$small/runs/run"
    before=$(left "$small/runs/run")
    "$wirelab" run "$src_dir/scenarios/slow-start.yaml" -o "$small/runs/run" >"$scratch_dir/out" \
        2>"$scratch_dir/err"
    status=$?
    verdict /e2e/disk-full/status "$(is_status 4)"
    verdict /e2e/disk-full/says-so "$(says 'No space left')"
    verdict /e2e/disk-full/earlier-run-stays \
        "$([ "$before" = "$(left "$small/runs/run")" ] || ls -a "$small/runs")"
    verdict /e2e/disk-full/no-half-run "$(ls -A "$small/runs" | grep -vx run)"
    umount "$small"
else
    skip /e2e/disk-full "no file system of one's own here"
fi

# as_nobody COMMAND...: root may write anywhere, so somebody else tries.
as_nobody() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# A folder that may be read but not written, with an earlier run in it.
closed=$scratch_dir/closed
mkdir "$closed"
cp "$wirelab" "$src_dir/scenarios/handshake.yaml" "$scratch_dir"
chmod 755 "$scratch_dir/wirelab"
keep "$closed/run"
before=$(left "$closed/run")
chmod -R a+rX,a-w "$closed"
(cd / && as_nobody "$scratch_dir/wirelab" run "$scratch_dir/handshake.yaml" -o "$closed/run") \
    >"$scratch_dir/out" 2>"$scratch_dir/err"
status=$?
chmod -R u+w "$closed"
verdict /e2e/unwritable/status "$(is_status 4)"
verdict /e2e/unwritable/says-so "$(says "$closed: Permission denied")"
verdict /e2e/unwritable/earlier-run-stays \
    "$([ "$before" = "$(left "$closed/run")" ] || ls -aR "$closed")"
verdict /e2e/unwritable/no-half-run "$(ls -A "$closed" | grep -vx run)"

# Something else stands in the place, or on the way to it: it stays, and nothing is left beside it.
others=$scratch_dir/others
mkdir -p "$others/folder/below"
echo mine >"$others/file"
echo mine >"$others/folder/below/file"
ln -s nowhere "$others/link"
before=$(cd "$others" && ls -R && cat file folder/below/file)
for place in file folder file/run link; do
    "$wirelab" run "$src_dir/scenarios/handshake.yaml" -o "$others/$place" >"$scratch_dir/out" \
        2>"$scratch_dir/err"
    status=$?
    verdict "/e2e/in-the-way/$place/refused" "$(is_status 4; says "$others/")"
    verdict "/e2e/in-the-way/$place/untouched" \
        "$([ "$before" = "$(cd "$others" && ls -R && cat file folder/below/file)" ] || ls -aR "$others")"
done

# What a run did not finish, for whatever reason, is not what stood there before.
keep "$scratch_dir/again"
before=$(left "$scratch_dir/again")
sed 's/between:/betwen:/' "$src_dir/scenarios/handshake.yaml" \
    >"$scratch_dir/wrong.yaml"
"$wirelab" run "$scratch_dir/wrong.yaml" -o "$scratch_dir/again" >"$scratch_dir/out" 2>"$scratch_dir/err"
status=$?
verdict /e2e/invalid/status "$(is_status 3)"
verdict /e2e/invalid/earlier-run-stays \
    "$([ "$before" = "$(left "$scratch_dir/again")" ] || left "$scratch_dir/again")"

# The first sight of a run, as it comes, is the whole of it.
seen=$scratch_dir/seen
"$wirelab" run "$src_dir/scenarios/slow-start.yaml" -o "$seen/run" --quiet &
pid=$!
first=
while [ -z "$first" ] && kill -0 $pid 2>/dev/null; do
    first=$(cd "$seen/run" 2>/dev/null && find . -type f | sort)
done
wait $pid
first=${first:-$(cd "$seen/run" && find . -type f | sort)}
verdict /e2e/reader/whole-or-none "$(cd "$seen/run" && find . -type f | sort >"$scratch_dir/whole"
    printf '%s\n' "$first" | diff - "$scratch_dir/whole")"
verdict /e2e/reader/nothing-beside "$(ls -A "$seen" | grep -vx run)"
finish
