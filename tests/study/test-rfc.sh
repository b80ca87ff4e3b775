#!/bin/sh
# Protects: what `wirelab rfc` says is true of the tree. A test that a row names is listed by a test
# program, printed by a script, or is a shipped scenario with an `expect:`; a "Departs:" comment in
# the source has its row, and the row its comment.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
"$G_TEST_BUILDDIR/wirelab" rfc --json > "$scratch_dir/rfc.json"
[ $? -le 1 ] || echo 'Bail out! wirelab rfc --json fails'

# field NAME: "ID VALUE" for each entry that has this member, a list as its items.
field() {
    sed -n 's/^{"id":"\([^"]*\)".*"'"$1"'":\[*\("[^]}]*\).*/\1 \2/p' "$scratch_dir/rfc.json" |
        awk '{
            id = $1
            n = split(substr($0, length(id) + 2), items, "\"")
            if ("'"$1"'" != "tests") { print id, items[2]; next }
            for (i = 2; i <= n; i += 2) if (items[i] != "") print id, items[i]
        }'
}

# programs: the test programs, built or not.
programs() {
    for source in tests/*/test-*.c; do
        echo "$G_TEST_BUILDDIR/${source%.c}"
    done
}

# unbuilt: those that are not.
unbuilt() {
    programs | while IFS= read -r program; do
        [ -x "$program" ] || echo "$program"
    done
}

# listed: the names of all tests, and of the groups above them.
listed() {
    {
        programs | while IFS= read -r program; do "$program" -l 2>/dev/null; done
        sed -n 's/^ *verdict "*\(\/[A-Za-z0-9/-]*\).*/\1/p' tests/*/test-*.sh
        grep -l '^expect:' scenarios/*.yaml scenarios/*/*.yaml |
            sed 's|^scenarios/|scenario:|; s|\.yaml$||'
    } | awk '/^(\/|scenario:)/ {
        print
        while (sub(/\/[^\/]*$/, "") && $0 != "") print
    }' | sort -u
}

if [ -n "$(unbuilt)" ]; then
    skip /study/rfc/tests-exist 'not every test program is built'
else
    listed > "$scratch_dir/listed"
    field tests | sort -k2 > "$scratch_dir/named"
    verdict /study/rfc/tests-exist \
        "$(join -v 2 -2 2 "$scratch_dir/listed" "$scratch_dir/named" |
            sed 's/\(.*\) \(.*\)/\2 names \1, which no test program lists/')"
fi

# departures: "FILE COUNT" of the comments in the source.
departures() {
    comments src | grep -o '^[^:]*:[0-9]*:.*Departs:' | grep -v '^src/study/' | cut -d: -f1 |
        uniq -c | awk '{ print $2, $1 }'
}

field departs_in | awk '{ count[$2]++ } END { for (file in count) print file, count[file] }' |
    sort > "$scratch_dir/rows"
verdict /study/rfc/departures-have-rows "$(
    departures | sort | join -a 1 -a 2 -e 0 -o 0,1.2,2.2 - "$scratch_dir/rows" |
        awk '$2 != $3 { print $1 " departs " $2 " times, by the table " $3 }')"

finish
