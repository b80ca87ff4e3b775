#!/bin/sh
# Protects: every capture of every shipped scenario is clean in another tool's eyes. With all checksum checks
# on, nothing is malformed and no checksum is bad but those of frames that a link corrupted; and in what a host
# saw, nothing is worth a warning that the scenario does not list under `x-expert:`.

. "$G_TEST_SRCDIR/tests/e2e/e2e.sh"
scratch

checks='-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE'
# What ICMP quotes is cut short: its checksum cannot be right.
bad='_ws.malformed || ip.checksum.status == 0 || (tcp.checksum.status == 0 && !icmp) || udp.checksum.status == 0 || icmp.checksum.status == 0'
warnings='_ws.expert.severity >= 0x00600000'

# dissect FILE FILTER FIELD...: the fields of the frames that match.
dissect() {
    file=$1 filter=$2
    shift 2
    # shellcheck disable=SC2086
    tshark -r "$file" $checks -Y "$filter" -T fields "$@" 2>&1 | grep -v 'Running as user "root"'
}

# listed NAME: the notes of a scenario that are no surprise, a line each.
listed() {
    sed -n 's/^x-expert: *//p' "$src_dir/scenarios/$1.yaml" | tr ';' '\n' | sed 's/^ *//; s/ *$//; /^$/d'
}

# unlisted NAME: of the notes on standard input, those that the scenario does not list.
unlisted() {
    listed "$1" >"$scratch_dir/listed"
    if [ -s "$scratch_dir/listed" ]; then grep -vFf "$scratch_dir/listed"; else cat; fi
}

if ! command -v tshark >/dev/null 2>&1; then
    skip /e2e/captures "tshark is not installed"
    finish
    exit 0
fi

for name in $(scenarios); do
    folder=$scratch_dir/$name
    run "$name" "$folder" --only network,hosts
    corrupted=$(grep -c 'do: corrupt' "$src_dir/scenarios/$name.yaml")
    found=$(dissect "$folder/network.pcapng" "$bad" -e frame.number -e _ws.col.Info)
    [ "$corrupted" -gt 0 ] && found=$(printf '%s\n' "$found" | tail -n +3)
    verdict "/e2e/captures/$name/network" "$found"
    notes=$(for capture in "$folder"/hosts/*.pcap; do
        [ -f "$capture" ] && dissect "$capture" "$warnings" -e frame.number -e _ws.expert.message |
            sed "s,^,$(basename "$capture"): ,"
    done)
    verdict "/e2e/captures/$name/hosts" "$(printf '%s' "$notes" | unlisted "$name")"
    rm -rf "$folder"
done
finish
