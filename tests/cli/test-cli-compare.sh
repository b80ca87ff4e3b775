#!/bin/sh
# Protects: what 'wirelab compare' answers for runs and captures, by status and in words, and that it
# reads our own captures and a kernel's record of the window.

. "$G_TEST_SRCDIR/tests/house/house.sh"

scratch
wirelab=$G_TEST_BUILDDIR/wirelab
export LC_ALL=C.UTF-8
unset LANGUAGE NO_COLOR
cd "$scratch_dir" || exit 1

scenario=$src_dir/scenarios/lossy-transfer-cubic.yaml
linux=$src_dir/tests/data/linux-traces

# status EXPECTED ARGUMENT...: what went wrong, if compare ends with another status.
status() {
    expected=$1
    shift
    "$wirelab" compare "$@" > out 2> err < /dev/null
    got=$?
    [ "$got" -eq "$expected" ] || echo "compare $*: status $got, expected $expected: $(cat out err)"
}

# says TEXT: nothing, if the last answer contains it.
says() {
    grep -qF -- "$1" out err || { echo "no '$1' in:"; cat out err; }
}

"$wirelab" run "$scenario" -o one --quiet
"$wirelab" run "$scenario" -o slower --quiet --set links.wire.delay=30ms
verdict /cli/compare/runs "$(status 0 one one; says identical; status 1 one slower)"
verdict /cli/compare/usage "$(status 2 one; status 2 one one --tolerance 1ms; says 'for captures';
    status 2 one one.pcap --also nonsense; status 2 one one.pcap --tolerance 3;
    status 2 one one.pcap --at home)"

status 4 one missing.pcap > no-reader
if grep -q 'without libpcap' err; then
    skip /cli/compare/captures 'built without libpcap'
    finish
    exit 0
fi
verdict /cli/compare/missing "$(cat no-reader)"
echo 'no capture' > text
mkdir folder
verdict /cli/compare/no-capture "$(status 4 one text; says 'text: '; status 4 text one;
    status 4 one folder; says 'no run stands here')"

for host in client server; do
    verdict "/cli/compare/own-capture-of-$host" "$(
        status 0 one "one/hosts/$host.pcap"; says "as the $host saw it"
        status 0 "one/hosts/$host.pcap" one
        status 0 "one/hosts/$host.pcap" "one/hosts/$host.pcap"
        status 0 one "one/hosts/$host.pcap" --also psh,window,options)"
done
verdict /cli/compare/own-capture-shifted "$(status 1 one slower/hosts/client.pcap;
    status 1 slower one/hosts/client.pcap --json; says '"verdict":')"

# The kernel's record, made of the run's own window: all of it fits, then nearly none.
record() {
    awk -F, -v add="$1" '
        NR == 1 { print "time_s,unacked,ssthresh,cwnd" }
        NR > 1 && $2 == "client" && $3 > 0 {
            printf "%d.%09d,%d,%s,%d\n", $1 / 1000000000, $1 % 1000000000, ($5 > 0),
                $4 == "" ? 2147483647 : int($4 / 1000), int($3 / 1000) + add
        }' one/connections/*/cwnd.csv
}
record 0 > info.csv
record 2 > off.csv
rows=$(($(wc -l < info.csv) - 1))
cp one/hosts/client.pcap .
verdict /cli/compare/record "$(status 0 one client.pcap; says 'of the client within one segment';
    says "in $rows of $rows at all"; status 0 one client.pcap --info off.csv; says 'first off at';
    status 0 one client.pcap --json; says '"first_off":null')"
verdict /cli/compare/record-missing "$(status 4 one client.pcap --info none.csv;
    status 4 client.pcap client.pcap --info info.csv; says 'no run')"

# A kernel's timers are its own: the order is the same, the times are not.
"$wirelab" run "$src_dir/scenarios/linux/handshake-close.yaml" -o close --quiet
verdict /cli/compare/linux "$(status 1 close "$linux/handshake-close.pcap"; says 'shifted in time';
    status 0 close "$linux/handshake-close.pcap" --tolerance 20ms
    status 0 close "$linux/handshake-close-server.pcap" --tolerance 20ms
    status 1 close "$linux/reqresp-small.pcap"; says 'differs from segment 4 on, in: flags')"
head -c 300 "$linux/tail-loss.pcap" > cut.pcap
verdict /cli/compare/cut-short "$(status 1 close cut.pcap; says 'the file breaks off: ')"
verdict /cli/compare/chinese "$(LANGUAGE=zh_CN "$wirelab" compare close cut.pcap 2>&1 |
    grep -q '一份抓包' || echo 'no Chinese')"

finish
