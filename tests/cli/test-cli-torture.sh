#!/bin/sh
# Protects: the verb torture: its options, its exit statuses, and what it prints and leaves.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
wirelab=$G_TEST_BUILDDIR/wirelab
export LC_ALL=C.UTF-8
unset LANGUAGE NO_COLOR
cd "$scratch_dir" || exit 1

cat > good.yaml <<'END'
wirelab: 1
hosts: {a: , b: }
links: {w: {between: [a, b]}}
apps:
  a: [connect: b:80, send: 1kB, close]
  b: [listen: 80, accept, receive, close]
END
sed 's/\[a, b\]/[a, c]/' good.yaml > wrong.yaml
# The first wire inverts a bit of each of some segments; another one in the same column of the
# Internet checksum, inverted the other way by torture, hides it.
cat > bad.yaml <<'END'
wirelab: 1
hosts: {a: , r: {kind: router}, b: }
links: {w: {between: [a, r]}, v: {between: [r, b]}}
apps:
  a: [connect: b:80, send: 20kB, close]
  b: [listen: 80, accept, receive, close]
faults: [{link: w, toward: r, match: DATA, times: 10, do: corrupt, bit: 4001}]
END

# status EXPECTED ARGUMENT...: what went wrong, if the command ends with another status.
status() {
    expected=$1
    shift
    "$wirelab" "$@" > out 2> err < /dev/null
    got=$?
    [ "$got" -eq "$expected" ] || echo "wirelab $*: status $got, expected $expected: $(cat err)"
}

verdict /cli/torture/fine "$(status 0 torture good.yaml --depth 1; cat err
    grep -q 'runs failed' out || echo 'no summary'; [ ! -e results ] || echo 'cases without a failure')"
verdict /cli/torture/usage "$(status 2 torture; status 2 torture good.yaml --depth 3
    status 2 torture good.yaml --faults drop,burn; grep -q "'burn' is no fault" err || cat err
    status 2 torture good.yaml --packets 7-3; status 2 torture good.yaml --packets 900
    status 2 torture good.yaml --jobs 0)"
verdict /cli/torture/fails "$(status 1 torture bad.yaml --depth 1 --faults corrupt -o cases
    grep -q "^failed: 'b' read 1448 bytes other than were sent" out || cat out
    grep -q '^  cases/case-1.yaml' out || echo 'no case'
    [ "$(wc -l < cases/case-1.yaml)" -lt 60 ] || echo 'the case is long'
    status 1 run cases/case-1.yaml --only none
    grep -q 'it received other bytes than were sent' err || cat err)"
verdict /cli/torture/unwritable "$(status 4 torture bad.yaml --depth 1 --faults corrupt -o /proc/x)"
verdict /cli/torture/invalid "$(status 3 torture wrong.yaml; status 4 torture missing.yaml)"
verdict /cli/torture/chosen "$(
    status 0 torture good.yaml --depth 1 --faults drop --packets 3-4 --json
    grep -q '"runs": 2, "drop": 2, "duplicate": 0,' out || cat out)"
verdict /cli/torture/any-number-of-workers "$(
    status 0 torture good.yaml --packets 1-3 --json -j 1; mv out one
    status 0 torture good.yaml --packets 1-3 --json -j 3; cmp one out)"
verdict /cli/torture/json "$(
    python3 -m json.tool < one > /dev/null 2>&1 || echo 'not JSON')"
verdict /cli/torture/chinese "$(
    LANGUAGE=zh_CN "$wirelab" torture good.yaml --depth 1 | grep -q '次运行失败' || echo 'no Chinese')"

finish
