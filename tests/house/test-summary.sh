#!/bin/sh
# Protects: the last line of the checks tells the truth: build-aux/test-summary counts every point,
# and neither a failure nor a skip nobody allowed is lost.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
mkdir "$scratch_dir/a build"
allowed=$scratch_dir/allowed.txt
echo '/may/skip needs something rare' > "$allowed"

# results LINE...: what the driver leaves of the next run, "RESULT NUMBER NAME" a line.
results() {
    : > "$scratch_dir/a build/test-x.trs"
    echo 'what went wrong' > "$scratch_dir/a build/test-x.log"
    for line in "$@"; do
        echo "${line%% *}: test-x ${line#* }" >> "$scratch_dir/a build/test-x.log"
    done
}

# expect NAME CI STATUS LAST-LINE: runs the summary and compares.
expect() {
    output=$(CI=$2 sh "$src_dir/build-aux/test-summary" "$allowed" "$scratch_dir/a build")
    status=$?
    last=$(printf '%s\n' "$output" | tail -n 1)
    if [ "$status" = "$3" ] && [ "$last" = "$4" ]; then
        verdict "$1" ''
    else
        verdict "$1" "status $status, last line: $last"
    fi
}

results 'PASS 1 /a' 'PASS 2 /b'
expect /house/summary/passed false 0 '2 passed, 0 failed'

results 'PASS 1 /a' 'FAIL 2 /b'
expect /house/summary/failed false 1 '1 passed, 1 failed'
verdict /house/summary/shows-the-log \
    "$(printf '%s\n' "$output" | grep -q '^what went wrong$' || echo "no log in: $output")"

results 'PASS 1 /a' 'ERROR - exited with status 134'
expect /house/summary/crashed false 1 '1 passed, 1 failed'

results 'PASS 1 /a' 'XPASS 2 /b'
expect /house/summary/anything-else-fails false 1 '1 passed, 1 failed'

results 'PASS 1 /a' 'SKIP 2 /rare # SKIP no tool'
expect /house/summary/skip false 0 '1 passed, 0 failed, 1 skipped'
expect /house/summary/skip-without-leave true 1 '1 passed, 1 failed'

results 'PASS 1 /a' 'SKIP 2 /may/skip # SKIP no tool'
expect /house/summary/skip-with-leave true 0 '1 passed, 0 failed, 1 skipped'

results 'PASS 1 /a'
echo 'compiling the tests' > "$scratch_dir/a build/failed-step"
expect /house/summary/failed-step false 1 '1 passed, 1 failed'

rm "$scratch_dir/a build/failed-step"
results
expect /house/summary/no-result false 1 '0 passed, 1 failed'

rm "$scratch_dir/a build/"*
expect /house/summary/nothing-ran false 1 '0 passed, 0 failed'

finish
