#!/bin/sh
# Protects: how the command is spoken to. Every verb has a help, in both languages; what is written
# wrongly is named, with what was meant; --json, --color and --quiet do what they say; an output that
# cannot be written is not silently lost.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
wirelab=$G_TEST_BUILDDIR/wirelab
export LC_ALL=C.UTF-8
unset LANGUAGE NO_COLOR
cd "$scratch_dir" || exit 1
verbs='run check show ladder plot compare conform rfc list schema explain'

cat > good.yaml <<'END'
wirelab: 1
hosts: {a: , b: }
links: {w: {between: [a, b]}}
apps:
  a: [connect: b:80, send: 1kB, close]
  b: [listen: 80, accept, receive, close]
END
sed 's/between/betwen/' good.yaml > wrong.yaml

# says STATUS TEXT ARGUMENT...: what went wrong, unless the command ends so and says the text.
says() {
    expected=$1 text=$2
    shift 2
    "$wirelab" "$@" > out 2> err < /dev/null
    got=$?
    [ $got -eq "$expected" ] || echo "wirelab $*: status $got, expected $expected"
    [ -z "$text" ] || cat out err | grep -qF -- "$text" || { echo "wirelab $* does not say: $text" && cat out err; }
}

# is_json: what is wrong with standard input as JSON.
is_json() {
    python3 -c 'import json, sys; json.load(sys.stdin)' 2>&1 | tail -n 1
}

# no_english: the lines of standard input that hold English sentences.
no_english() {
    grep -E '[a-z]+ [a-z]+ [a-z]+ '
}

for verb in $verbs; do
    verdict "/cli/options/help/$verb" "$(says 0 "usage: wirelab $verb [OPTION...]" "$verb" --help
        says 0 "-h, --help" "$verb" -h)"
    verdict "/cli/options/help-in-chinese/$verb" "$(LANGUAGE=zh_CN "$wirelab" "$verb" --help |
        no_english; LANGUAGE=zh_CN "$wirelab" "$verb" --help | grep -q 用法 || echo 'no usage')"
    verdict "/cli/options/unknown/$verb" "$(
        says 2 "there is no option '--quite'; did you mean '--quiet'?" "$verb" --quite x y
        says 2 "there is no option '-Z'; try 'wirelab $verb --help'" "$verb" -Z)"
done
verdict /cli/options/help "$(says 0 'usage: wirelab [OPTION...] VERB' --help
    for verb in $verbs; do grep -q "^  $verb " out || echo "no $verb"; done)"
verdict /cli/options/help-in-chinese "$(LANGUAGE=zh_CN "$wirelab" --help | no_english)"
verdict /cli/options/version "$(says 0 'wirelab ' --version)"
verdict /cli/options/unknown-verb "$(says 2 "there is no verb 'shwo'; did you mean 'show'?" shwo
    says 2 "there is no verb 'simulate'; try 'wirelab --help'" simulate; says 2 'which verb?')"
verdict /cli/options/value "$(says 2 'the option -o needs a value: DIR' run good.yaml -o
    says 2 'the option --only needs a value' run good.yaml --only
    says 2 'the option --stats takes no value' run good.yaml --stats=yes
    says 2 '--color must be auto, always or never' list --color=blue)"
verdict /cli/options/number-of-arguments "$(says 2 'usage: wirelab compare' compare one
    says 2 'usage: wirelab run' run; says 2 'usage: wirelab run' run one two
    says 2 'usage: wirelab list' list one; says 2 'usage: wirelab check' check)"
verdict /cli/options/words-of-the-grid "$(
    says 2 "'LISTN' is no part of the grid; did you mean 'LISTEN'?" conform LISTN
    says 0 '2 cells: 2 as expected' conform LISTEN RST left)"
verdict /cli/options/order-is-free "$(says 0 '' run -qo one --only summary good.yaml
    says 0 '' run good.yaml -q --only=summary --output=two; diff -r one two)"
verdict /cli/options/end-of-options "$(cp good.yaml ./-q.yaml; says 0 '' check -- -q.yaml)"

verdict /cli/json/run "$("$wirelab" run good.yaml -q --json -o run | is_json)"
verdict /cli/json/show "$("$wirelab" show run --json > shown; is_json < shown
    "$wirelab" show good.yaml --json | cmp - shown)"
verdict /cli/json/compare "$("$wirelab" compare run run --json | is_json)"
verdict /cli/json/conform "$("$wirelab" conform --json LISTEN | is_json)"
verdict /cli/json/rfc "$("$wirelab" rfc --json | is_json)"
verdict /cli/json/list "$("$wirelab" list --json | is_json)"
verdict /cli/json/check "$(says 3 '"line":3,"column":13,"message":"unknown key' check --json wrong.yaml
    is_json < out; cat err; says 0 '{"good.yaml":[]}' check --json good.yaml
    says 3 '"wrong.yaml":[{' check --json good.yaml wrong.yaml; is_json < out)"
verdict /cli/json/only-who-reports "$(says 2 "there is no option '--json'" plot run --json)"

escape=$(printf '\033')
verdict /cli/color "$("$wirelab" check wrong.yaml --color=always 2>&1 | grep -q "$escape" || echo none
    "$wirelab" check wrong.yaml 2>&1 | grep "$escape"
    NO_COLOR=1 "$wirelab" check wrong.yaml --color=never 2>&1 | grep "$escape")"
verdict /cli/quiet "$(says 0 'the run is in' run good.yaml; "$wirelab" run good.yaml -q 2>&1)"
verdict /cli/verbose "$(says 0 'no problems' check good.yaml -v; "$wirelab" check good.yaml 2>&1)"

# A pipe whose reader leaves ends the writer as other programs end; a full device is an error.
verdict /cli/output/lost "$(for call in schema explain "show run" "compare run run" --version --help; do
        # shellcheck disable=SC2086
        "$wirelab" $call > /dev/full 2> err
        [ $? -eq 4 ] || echo "$call does not notice"
        grep -q 'No space left' err || cat err
    done)"
verdict /cli/output/reader-leaves "$({ "$wirelab" schema; echo $? >&2; } 2> status | head -n 1 > out
    grep -q 'rror\|cannot' status && cat status)"
finish
