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

verdict /cli/run/option-values "$(status 2 run good.yaml --seed x; status 2 run good.yaml --seed -1
    status 2 run good.yaml --lang fr; grep -q "not 'fr'" err || cat err)"
verdict /cli/run/json-without-files "$(status 0 run good.yaml --only none --json -q
    grep -q '"connections"' out || echo "no summary"; cat err)"
verdict /cli/run/verbose "$(status 0 run good.yaml --only none -v
    grep -q '1000 bytes delivered' err || cat err)"
verdict /cli/run/messages-in-chinese "$(LANGUAGE=zh_CN; export LANGUAGE
    status 4 ladder missing; grep -q 这里没有运行结果 err || cat err
    status 4 run good.yaml -o mine; grep -q 只有先前的运行结果会被替换 err || cat err
    status 2 run good.yaml --seed x; grep -q 整数 err || cat err
    status 0 run good.yaml -v; grep -q 个事件 err || cat err)"

# Standard output is full, or nobody reads it; the run is in its place all the same.
verdict /cli/run/output-full "$(rm -rf full
    "$wirelab" run good.yaml -o full --stats > /dev/full 2> err
    [ $? -eq 4 ] || echo 'no status 4'
    grep -q 'No space left' err || cat err; [ -f full/manifest.json ] || ls -a)"
verdict /cli/run/reader-gone "$(rm -rf gone; mkfifo pipe
    { sleep 1; "$wirelab" run good.yaml -o gone --stats --quiet 2> err; echo $? > got; } > pipe &
    : < pipe; wait
    [ "$(cat got)" = 4 ] || echo "status $(cat got)"
    cat err; [ -f gone/manifest.json ] || ls -a; ls -d gone.* 2> /dev/null)"

# on_terminal ARGUMENT...: what a terminal gets of the command.
on_terminal() {
    script -qec "$wirelab $*" /dev/null < /dev/null
}
escape=$(printf '\033')
if command -v script > /dev/null; then
    TERM=xterm; export TERM
    verdict /cli/terminal/colour "$(on_terminal check wrong.yaml | grep -q "$escape" || echo none)"
    verdict /cli/terminal/colour-never "$(on_terminal check wrong.yaml --color=never | grep "$escape")"
    verdict /cli/terminal/no-color "$(NO_COLOR=1 on_terminal check wrong.yaml | grep "$escape")"
    verdict /cli/terminal/dumb "$(TERM=dumb on_terminal check wrong.yaml | grep "$escape")"
else
    skip /cli/terminal 'script is not installed'
fi

finish
