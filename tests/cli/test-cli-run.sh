#!/bin/sh
# Protects: the command's exit statuses, what goes to which stream, and that a run is put in place
# whole or not at all.

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
expect: [delivered: {of: a, at: b, are: 1kB}]
END
sed 's/are: 1kB/are: 2kB/' good.yaml > failing.yaml
sed 's/between/betwen/' good.yaml > wrong.yaml

# status EXPECTED ARGUMENT...: what went wrong, if the command ends with another status.
status() {
    expected=$1
    shift
    "$wirelab" "$@" > out 2> err < /dev/null
    got=$?
    [ "$got" -eq "$expected" ] || echo "wirelab $*: status $got, expected $expected: $(cat err)"
}

verdict /cli/run/fine "$(status 0 run good.yaml; [ -f results/good/manifest.json ] || echo no run)"
verdict /cli/run/nothing-on-stdout "$(cat out)"
verdict /cli/run/expectation-failed "$(status 1 run failing.yaml --only none;
    grep -q '^failing.yaml:7:10: failed: delivered: it was 1kB' err || cat err)"
verdict /cli/run/usage "$(status 2 run; status 2 run good.yaml --only nothing; status 2 nonsense;
    status 2 run good.yaml --color purple; status 2)"
verdict /cli/run/invalid "$(status 3 run wrong.yaml; status 3 check good.yaml wrong.yaml;
    status 3 run good.yaml --set links.w.delay=5)"
verdict /cli/run/io "$(status 4 run missing.yaml; status 4 run good.yaml -o /proc/nothing/there)"
verdict /cli/run/nothing-else-replaced "$(mkdir mine; echo x > mine/x;
    status 4 run good.yaml -o mine; [ -f mine/x ] || echo gone)"
verdict /cli/run/none-leaves-nothing "$(status 0 run good.yaml --only none -o none;
    [ ! -e none ] || echo left)"
verdict /cli/run/stats "$(status 0 run good.yaml --only none --stats --quiet;
    grep -qE '^run_s=[0-9.]+ events=[0-9]+ hops=[0-9]+ bytes=1000 rss_mib=[0-9.]+$' out || cat out
    cat err)"
verdict /cli/run/twice-the-same "$(status 0 run good.yaml -o one; status 0 run good.yaml -o two;
    diff -r one two)"
verdict /cli/run/other-seed "$(status 0 run good.yaml --seed 7 -o seven;
    cmp -s one/trace.ndjson seven/trace.ndjson && echo 'the seed changes nothing')"
verdict /cli/run/chinese "$(LANGUAGE=zh_CN "$wirelab" check wrong.yaml 2>&1 |
    grep -q '错误: 未知的键' || echo 'no Chinese')"

finish
