#!/bin/sh
# Protects: the example of wirelab-tcp(7), built outside the tree with nothing but the installed headers,
# runs as a congestion control; and modules that cannot are refused with their reason.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"

scratch
work=$scratch_dir

# pass NAME, fail NAME [TEXT]
pass() { verdict "$1" ''; }
fail() { verdict "$1" "${2:-no}"; }

# Exactly what the manual prints.
sed -n '/^\/\* Additive increase/,/^const TcpCcModule/p' "$src_dir/man/wirelab-tcp.7" >"$work/aimd.c"

env -u MAKEFLAGS -u MFLAGS make -C "$build_dir" DESTDIR="$work/root" prefix=/usr \
    install-wirelabsimincludeHEADERS install-wirelabtcpincludeHEADERS >"$work/install.log" 2>&1

# build NAME: NAME.c to NAME.so.
build() {
    ${CC:-cc} -std=c11 -Wall -Werror -shared -fPIC -I"$work/root/usr/include/wirelab" \
        "$work/$1.c" -o "$work/$1.so" >"$work/$1.log" 2>&1
}

cat >"$work/transfer.yaml" <<'EOF'
wirelab: 1
hosts: {a: {tcp: {congestion: {name: aimd, keep: 80}}}, b: }
links: {w: {between: [a, b], rate: 10Mbit/s, delay: 20ms, queue: 30pkt}}
apps: {a: {bulk: {to: 'b:9', bytes: 2MB}}, b: discard}
expect:
  - delivered: {of: a-b-9, at: b, are: 2MB}
EOF

# run_plugin MODULE FOLDER [OPTION...]
run_plugin() {
    module=$1 folder=$2
    shift 2
    "$wirelab" run "$work/transfer.yaml" --plugin "$work/$module.so" -o "$work/$folder" --quiet "$@" \
        2>"$work/$folder.err"
}

lines=$(wc -l <"$work/aimd.c")
if [ "$lines" -gt 20 ] && [ "$lines" -lt 60 ]; then pass "the example has fewer than 60 lines"; else
    fail "the example has fewer than 60 lines" "$lines"; fi

if build aimd; then pass "the installed header is all that it needs"; else
    fail "the installed header is all that it needs" "$(cat "$work/install.log" "$work/aimd.log")"; fi

if run_plugin aimd one && run_plugin aimd two && cmp -s "$work/one/trace.ndjson" "$work/two/trace.ndjson"
then pass "it runs, and twice alike"; else
    fail "it runs, and twice alike" "$(cat "$work/one.err" "$work/two.err")"; fi

digest=$(sha256sum "$work/aimd.so" | cut -d' ' -f1)
if grep -q "\"aimd\": \"sha256:$digest\"" "$work/one/manifest.json"; then
    pass "the manifest holds its digest"; else fail "the manifest holds its digest"; fi

# After a loss 80 of 100 parts are left, or as many as the parameter says.
if run_plugin aimd half --set hosts.a.tcp.congestion.keep=50 &&
    ! cmp -s "$work/one/story.txt" "$work/half/story.txt"
then pass "its parameters are keys"; else fail "its parameters are keys" "$(cat "$work/half.err")"; fi

# refused WHAT MODULE WORDS [OPTION...]
refused() {
    what=$1 module=$2 words=$3
    shift 3
    if run_plugin "$module" refused "$@"; then fail "$what" "it ran"
    elif grep -q "$words" "$work/refused.err"; then pass "$what"
    else fail "$what" "$(cat "$work/refused.err")"; fi
}

refused "a value out of range" aimd "'keep'" --set hosts.a.tcp.congestion.keep=100

sed 's/abi = TCP_CC_ABI/abi = TCP_CC_ABI + 1/' "$work/aimd.c" >"$work/later.c" && build later
refused "another version" later "built for version"

sed 's/\.name = "aimd"/.name = "cubic"/' "$work/aimd.c" >"$work/taken.c" && build taken
refused "a name that is taken" taken "there is a congestion control 'cubic' already"

sed 's/, \.on_loss = on_loss//; s/^static void on_loss/void on_loss/' "$work/aimd.c" >"$work/lacks.c" &&
    build lacks
refused "a hook that is missing" lacks "on_loss"

echo 'int nothing;' >"$work/nothing.c" && build nothing
refused "no congestion control" nothing "exports no 'wirelab_tcp_cc'"

echo 'text' >"$work/text.so"
refused "no shared object" text "cannot be loaded"

if "$wirelab" run "$work/transfer.yaml" --only none 2>"$work/without.err"; then
    fail "unknown without it" "it ran"
elif grep -q "'aimd' is not known" "$work/without.err"; then pass "unknown without it"
else fail "unknown without it" "$(cat "$work/without.err")"; fi

if "$wirelab" check --resolved --plugin "$work/aimd.so" "$work/transfer.yaml" | grep -q 'name: aimd'; then
    pass "check --resolved writes its name"; else fail "check --resolved writes its name"; fi

if "$wirelab" show --plugin "$work/aimd.so" "$work/transfer.yaml" >"$work/show.txt" 2>&1; then
    pass "show draws it"; else fail "show draws it" "$(cat "$work/show.txt")"; fi

finish
