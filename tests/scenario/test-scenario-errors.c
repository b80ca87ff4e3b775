/* Protects: whatever is wrong with a scenario is refused at its line and column, in words that say
 * how to mend it; several at once, in order; in both languages. */

#include "scenario/scenario_bed.h"

#include <string.h>

/* Two hosts and a link; rows add what is wrong. */
#define HEAD                                                                                       \
    "wirelab: 1\n"                                                                                 \
    "hosts: {client: , server: , r: router, sw: switch, farm: {count: 3}}\n"                       \
    "links:\n"                                                                                     \
    "  wire: {between: [client, server]}\n"                                                        \
    "  farm: {between: [farm.*, r]}\n"

typedef struct Row {
    const char *label;
    const char *yaml;
    const char *errors; /* each "LINE:COL: message", without the source line and the caret */
} Row;

static const Row rows[] = {
    /* YAML itself */
    { "empty", "", "there is nothing in this file" },
    { "comment-only", "# nothing\n", "there is nothing in this file" },
    { "scalar", "hello\n", "1:1: the scenario must be a map" },
    { "list", "- a\n", "1:1: the scenario must be a map" },
    { "tab", "wirelab: 1\nhosts:\n\tclient:\n",
      "3:1: a tab cannot indent YAML; write spaces instead" },
    { "bracket", "hosts: [a, b\n", "2:1: this is not YAML: did not find expected ',' or ']'" },
    { "at-sign", "title: @home\n", "1:8: a value cannot begin with '@' in YAML" },
    { "colon", "title: a: b\n",
      "1:9: this is not YAML: mapping values are not allowed in this context" },
    { "tag", "wirelab: !!int 1\n",
      "1:10: YAML tags are not used in scenarios: 'tag:yaml.org,2002:int'" },
    { "two-documents", "wirelab: 1\n---\nwirelab: 1\n",
      "2:1: a second document begins here; a scenario is one" },
    { "map-as-key", "{a: 1}: b\n", "1:1: a key must be a word" },
    { "no-anchor", "x-a: *b\n", "1:6: no anchor '&b' stands before this" },
    { "own-anchor", "x-a: &b [*b]\n", "1:10: no anchor '&b' stands before this" },
    { "merge-a-word", "x-a: {<<: word}\n", "1:11: '<<' merges maps; this is none" },
    { "nul", "title: \"a\\0b\"\n", "1:8: a text cannot hold a NUL character" },
    { "control", "title: a\001b\n", "1:9: this is not YAML: control characters are not allowed" },
    { "utf-8", "title: \xff\xfe\n", "1:8: this is not YAML: invalid leading UTF-8 octet" },
    { "duplicate", HEAD "stop: 1s\nstop: 2s\n",
      "7:1: key 'stop' stands here twice, first in line 6" },
    { "duplicate-in-flow", HEAD "events: [{at: 1s, at: 2s, link: wire, do: up}]\n",
      "6:19: key 'at' stands here twice, first in line 6" },

    /* Keys */
    { "no-version", "hosts: {a: }\n", "1:1: the scenario needs the key 'wirelab'" },
    { "other-version", "wirelab: 2\n",
      "1:10: this file is of format 2; this wirelab reads format 1 and no newer one" },
    { "other-version-alone", "wirelab: 2\nnew-key: 1\n",
      "1:10: this file is of format 2; this wirelab reads format 1 and no newer one" },
    { "unknown-top", HEAD "sotp: 1s\n",
      "6:1: unknown key 'sotp' in the scenario; did you mean 'stop'?" },
    { "unknown-far", HEAD "zebra: 1s\n", "6:1: unknown key 'zebra' in the scenario" },
    { "unknown-in-link", HEAD "  w2: {between: [client, r], dealy: 20ms}\n",
      "6:30: unknown key 'dealy' in link 'w2'; did you mean 'delay'?" },
    { "unknown-in-queue", HEAD "  w2: {between: [client, r], queue: {limt: 5pkt}}\n",
      "6:38: unknown key 'limt' in 'queue' of link 'w2'; did you mean 'limit'?" },
    { "unknown-in-tcp", "wirelab: 1\nhosts: {a: {tcp: {nagel: true}}}\n",
      "2:19: unknown key 'nagel' in 'tcp' of host 'a'; did you mean 'nagle'?" },
    { "unknown-in-toward", HEAD "  w2: {between: [client, r], toward: {r: {rat: 1Mbit/s}}}\n",
      "6:43: unknown key 'rat' in direction 'r' of link 'w2'; did you mean 'rate'?" },
    { "unknown-step", HEAD "apps: {client: [lisen: 80]}\n",
      "6:17: unknown key 'lisen' in step 1 of the programs of 'client'; did you mean 'listen'?" },
    { "unknown-step-word", HEAD "apps: {client: [listen: 80, acept]}\n",
      "6:29: unknown key 'acept' in step 2 of the programs of 'client'; did you mean 'accept'?" },
    { "unknown-app", HEAD "apps: {client: {blk: {to: server:80}}}\n",
      "6:17: unknown key 'blk' in the programs of 'client'; did you mean 'bulk'?" },
    { "unknown-app-key", HEAD "apps: {client: {bulk: {two: server:80}}}\n",
      "6:24: unknown key 'two' in 'bulk' of the programs of 'client'; did you mean 'to'?" },
    { "unknown-expectation", HEAD "expect:\n  - sates: {of: client}\n",
      "7:5: unknown key 'sates' in expectation 1; did you mean 'states'?" },
    { "part-key-of-another-part", HEAD "  w2: {between: [client, r], loss: {rate: 1%}}\n",
      "6:37: unknown key 'rate' in 'loss' of link 'w2'" },
    { "free-keys", HEAD "x-note: {anything: [1, 2]}\nx-more: ~\n", "" },
    { "missing", HEAD "faults: [{link: wire, do: drop}]\n",
      "6:10: fault 1 needs the key 'toward'" },
    { "missing-in-part", HEAD "apps: {client: bulk}\n",
      "6:16: 'bulk' of the programs of 'client' needs the key 'to'" },
    { "missing-variant", HEAD "expect:\n  - {}\n",
      "7:5: expectation 1 needs one of: states, retransmissions, segments, drops, marks, "
      "ce-received, ece-sent, ecn-reductions, completion, "
      "delivered, no-reset, error, story, connections, sent-bytes, received-bytes, sent, received, "
      "lost, loss, reordered, duplicated, finished, time, goodput, failed, answers, rtt-min, "
      "rtt-avg, rtt-max, exchanges, latency-min, latency-avg, latency-max, hops" },
    { "two-variants", HEAD "apps: {client: [{close: , abort: }]}\n",
      "6:27: 'abort' cannot stand in step 1 of the programs of 'client', which has its kind "
      "already; write a second one" },
    { "form-list", HEAD "faults: {link: wire}\n",
      "6:9: 'faults' must be a list: each item begins with '- '" },
    { "form-map", "wirelab: 1\nhosts: [a, b]\n",
      "2:8: 'hosts' must be a map: a name, a colon, what it names" },
    { "form-scalar", HEAD "stop: [1s]\n",
      "6:7: 'stop' is a list here; it must be a duration, like 20ms" },
    { "form-scalar-map", HEAD "stop: {a: 1s}\n",
      "6:7: 'stop' is a map here; it must be a duration, like 20ms" },
    { "no-value", HEAD "stop:\n", "6:6: 'stop' has no value; it must be a duration, like 20ms" },
    { "tilde", HEAD "seed: ~\n", "6:7: 'seed' has no value; it must be a whole number" },
    { "link-as-word", "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: fast}\n",
      "3:12: link 'w' must be a map" },
    { "link-as-list", "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: [a, b]}\n",
      "3:12: link 'w' cannot be a list" },

    /* Values */
    { "no-unit", HEAD "stop: 20\n", "6:7: 'stop': '20' has no unit; write 20ms or 20s" },
    { "no-unit-brief", HEAD "  w2: {between: [client, r], queue: 50}\n",
      "6:37: 'queue': '50' has no unit; write 50pkt" },
    { "yes", "wirelab: 1\nhosts: {a: {tcp: {sack: yes}}}\n",
      "2:25: 'sack' must be true or false, not 'yes'; write true" },
    { "off", "wirelab: 1\nhosts: {a: {tcp: {sack: off}}}\n",
      "2:25: 'sack' must be true or false, not 'off'; write false" },
    { "true-in-quotes", "wirelab: 1\nhosts: {a: {tcp: {sack: 'true'}}}\n",
      "2:25: 'sack' must be true or false; the quotes make 'true' a text" },
    { "mb/s", HEAD "  w2: {between: [client, r], rate: 10mb/s}\n",
      "6:36: 'rate': '10mb/s' is not how this unit is written; write 10Mbit/s" },
    { "mbps-apart", HEAD "  w2: {between: [client, r], rate: 10 Mbps}\n",
      "6:36: 'rate': '10 Mbps' is not how this unit is written; write 10Mbit/s" },
    { "msec-apart", HEAD "  w2: {between: [client, r], delay: 20 msec}\n",
      "6:37: 'delay': '20 msec' is not how this unit is written; write 20ms" },
    { "minute", HEAD "stop: 1 minute\n",
      "6:7: 'stop': '1 minute' is not how this unit is written; write 1min" },
    { "unit-apart", HEAD "stop: 5 s\n",
      "6:7: 'stop': '5 s' is not how this unit is written; write 5s" },
    { "lists-for-maps", "wirelab: 1\nhosts:\n  - a\nlinks:\n  - between: [a, b]\n",
      "3:3: 'hosts' must be a map: a name, a colon, what it names\n"
      "5:3: 'links' must be a map: a name, a colon, what it names" },
    { "number-in-quotes", HEAD "seed: '7'\n",
      "6:7: 'seed' must be a whole number; without the quotes '7' would be one" },
    { "octal", HEAD "seed: 017\n",
      "6:7: 'seed': '017' begins with a zero; is it decimal? Write 17" },
    { "sexagesimal", HEAD "stop: 1:30\n", "6:7: 'stop': '1:30' is not a duration, like 20ms" },
    { "range", HEAD "apps: {client: [listen: 70000]}\n",
      "6:25: 70000 is too large for 'listen': at most 65535" },
    { "range-small", HEAD "  w2: {between: [client, r], mtu: 20B}\n",
      "6:35: 20B is too small for 'mtu': at least 68B" },
    { "chance", HEAD "  w2: {between: [client, r], loss: 101%}\n",
      "6:36: 101% is too large for 'loss': at most 100%" },
    { "word", HEAD "faults: [{link: wire, toward: server, do: dorp}]\n",
      "6:43: 'dorp' is not known to 'do'; did you mean 'drop'?" },
    { "word-far", HEAD "routing: scenic\n",
      "6:10: 'scenic' is not known to 'routing'; it must be one of hops, delay, none" },
    { "host-port", HEAD "apps: {client: [connect: server]}\n",
      "6:26: 'connect' must be a host and a port, like server:80, not 'server'" },
    { "host-port-large", HEAD "apps: {client: [connect: server:66000]}\n",
      "6:26: 'connect' must be a host and a port, like server:80, not 'server:66000'" },
    { "name", "wirelab: 1\nhosts: {Client: }\n",
      "2:9: 'Client' is not a name, like web-server: a letter, then letters, digits and '-', all "
      "lower case" },
    { "one-end", "wirelab: 1\nhosts: {a: }\nlinks: {w: {between: [a]}}\n",
      "3:22: 'between' of link 'w' lists 1; it must list 2" },

    /* What keys mean together */
    { "no-host", HEAD "  w2: {between: [client, servr]}\n",
      "6:26: there is no host 'servr'; did you mean 'server'?" },
    { "no-member", HEAD "  w2: {between: [client, farm.9]}\n", "6:26: there is no host 'farm.9'" },
    { "self", HEAD "  w2: {between: [client, client]}\n",
      "6:26: link 'w2' joins 'client' to itself" },
    { "families",
      "wirelab: 1\nhosts: {a: {count: 2}, b: {count: 3}}\n"
      "links: {w: {between: [a.*, b.*]}}\n",
      "3:28: link 'w' joins families of 2 and of 3 members" },
    { "toward-nobody", HEAD "  w2: {between: [client, r], toward: {server: {rate: 1Mbit/s}}}\n",
      "6:39: 'server' is no end of link 'w2'" },
    { "switch-loop",
      "wirelab: 1\nhosts: {a: switch, b: switch}\n"
      "links: {w: {between: [a, b]}, x: {between: [a, b]}}\n",
      "3:31: link 'x' closes a loop of switches" },
    { "raw-ip-switch", HEAD "  w2: {between: [client, sw], type: raw-ip}\n",
      "6:37: a raw-ip link cannot end at the switch 'sw'" },
    { "switch-with-tcp", "wirelab: 1\nhosts: {s: {kind: switch, tcp: {sack: false}}}\n",
      "2:27: 'tcp' is only for a host or a router" },
    { "host-with-ageing", "wirelab: 1\nhosts: {s: {ageing: 5s}}\n",
      "2:13: 'ageing' is only for a switch" },
    { "bad-address", HEAD "  w2: {between: [client, r], ends: {client: 10.0.300.1}}\n",
      "6:45: '10.0.300.1' is not an address, like 10.0.1.2" },
    { "address-elsewhere",
      HEAD "  w2: {between: [client, r], network: 10.9.0.0/24, ends: {r: 10.8.0.1}}\n",
      "6:62: '10.8.0.1' is not in the network 10.9.0.0/24, whose hosts have 10.9.0.1 to "
      "10.9.0.254" },
    { "addresses-apart",
      HEAD "  w2: {between: [client, r], ends: {client: 10.8.0.1, r: 10.9.0.1}}\n",
      "6:58: '10.9.0.1' is not in the network 10.8.0.0/24, whose hosts have 10.8.0.1 to "
      "10.8.0.254" },
    { "address-of-network", HEAD "  w2: {between: [client, r], ends: {client: 10.9.0.0}}\n",
      "6:45: '10.9.0.0' is the address of the network 10.9.0.0/24 itself; hosts have 10.9.0.1 to "
      "10.9.0.254" },
    { "address-of-broadcast",
      HEAD "  w2: {between: [client, r], network: 10.9.0.0/28, ends: {r: 10.9.0.15}}\n",
      "6:62: '10.9.0.15' is the broadcast address of 10.9.0.0/28; hosts have 10.9.0.1 to "
      "10.9.0.14" },
    { "address-twice", HEAD "  w2: {between: [client, r], ends: {client: 10.9.0.1, r: 10.9.0.1}}\n",
      "6:58: the address '10.9.0.1' stands here twice, first in line 6" },
    { "address-twice-by-switch",
      HEAD "  w2: {between: [client, sw], ends: {client: 10.9.0.1}}\n"
           "  w3: {between: [server, sw], ends: {server: 10.9.0.1}}\n",
      "7:46: the address '10.9.0.1' stands here twice, first in line 6" },
    { "address-of-family", HEAD "  w2: {between: [farm.*, sw], ends: {farm: 10.9.0.1}}\n",
      "6:44: '10.9.0.1' cannot be the address of each member; name one, like farm.1" },
    { "address-of-member", HEAD "  w2: {between: [farm.*, sw], ends: {farm.2: 10.9.0.1}}\n", "" },
    { "address-of-switch", HEAD "  w2: {between: [client, sw], ends: {sw: 10.9.0.1}}\n",
      "6:42: the switch 'sw' has no address" },
    { "address-loopback", HEAD "  w2: {between: [client, r], ends: {client: 127.0.0.1}}\n",
      "6:45: the network 127.0.0.0/24 holds loopback addresses (127.0.0.0/8); write one like "
      "10.9.0.0/24" },
    { "network-loopback", HEAD "  w2: {between: [client, r], network: 127.0.1.0/24}\n",
      "6:39: the network 127.0.1.0/24 holds loopback addresses (127.0.0.0/8); write one like "
      "10.9.0.0/24" },
    { "network-multicast", HEAD "  w2: {between: [client, r], network: 224.0.1.0/24}\n",
      "6:39: the network 224.0.1.0/24 holds multicast addresses (224.0.0.0/4); write one like "
      "10.9.0.0/24" },
    { "network-class-e", HEAD "  w2: {between: [client, r], network: 240.0.0.0/24}\n",
      "6:39: the network 240.0.0.0/24 holds reserved addresses of class E (240.0.0.0/4); write one "
      "like 10.9.0.0/24" },
    { "network-zero", HEAD "  w2: {between: [client, r], network: 0.0.0.0/24}\n",
      "6:39: the network 0.0.0.0/24 holds addresses that stand for no host (0.0.0.0/8); write one "
      "like 10.9.0.0/24" },
    { "network-twice",
      HEAD "  w2: {between: [client, r], network: 10.9.0.0/24}\n"
           "  w3: {between: [server, r], network: 10.9.0.0/24}\n",
      "7:39: the network 10.9.0.0/24 of link 'w3' overlaps 10.9.0.0/24 of link 'w2'; links that no "
      "switch joins need networks of their own" },
    { "network-within",
      HEAD "  w2: {between: [client, r], network: 10.9.4.0/24}\n"
           "  w3: {between: [server, r], network: 10.9.0.0/16}\n",
      "7:39: the network 10.9.0.0/16 of link 'w3' overlaps 10.9.4.0/24 of link 'w2'; links that no "
      "switch joins need networks of their own" },
    { "network-beside",
      HEAD "  w2: {between: [client, r], network: 10.9.0.0/25}\n"
           "  w3: {between: [server, r], network: 10.9.0.128/25}\n",
      "" },
    { "network-by-switch",
      HEAD "  w2: {between: [client, sw], network: 10.9.0.0/24}\n"
           "  w3: {between: [server, sw], network: 10.9.0.0/24}\n",
      "" },
    { "networks-by-switch",
      HEAD "  w2: {between: [client, sw], network: 10.9.0.0/24}\n"
           "  w3: {between: [server, sw], network: 10.9.1.0/24}\n",
      "7:40: a switch joins link 'w3' to link 'w2', whose network is 10.9.0.0/24; give one of them "
      "no network, or the same" },
    { "network-of-family", HEAD "  w2: {between: [farm.*, client], network: 10.9.0.0/24}\n",
      "6:44: link 'w2' is many links, and each needs a network of its own; without this each gets "
      "one" },
    { "network-too-small", HEAD "  w2: {between: [farm.*, sw], network: 10.9.0.4/30}\n",
      "6:40: the network 10.9.0.4/30 has room for 2 addresses, but 3 hosts are on it; write "
      "10.9.0.0/29" },
    { "network-full",
      HEAD "  w2: {between: [client, r], network: 10.9.0.0/30, ends: {client: 10.9.0.2}}\n",
      "6:39: the addresses given leave none of 10.9.0.0/30 for 'r'; give it one under 'ends'" },
    { "mac-group", HEAD "  w2: {between: [client, r], ends: {r: {mac: '03:00:00:00:00:01'}}}\n",
      "6:46: '03:00:00:00:00:01' is a group address, since its first octet is odd; a host needs "
      "one "
      "like 02:00:00:00:00:01" },
    { "mac-zero", HEAD "  w2: {between: [client, r], ends: {r: {mac: '00:00:00:00:00:00'}}}\n",
      "6:46: '00:00:00:00:00:00' is no host's address; write one like 02:00:00:00:00:01" },
    { "mac-twice",
      HEAD "  w2: {between: [client, r], ends: {1: {mac: '02:00:00:00:00:0A'}, r: {mac: "
           "'02:00:00:00:00:0a'}}}\n",
      "6:77: the address '02:00:00:00:00:0a' stands here twice, first in line 6" },
    { "mac-twice-by-switch",
      HEAD "  w2: {between: [client, sw], ends: {client: {mac: '02:00:00:00:00:01'}}}\n"
           "  w3: {between: [server, sw], ends: {server: {mac: '02:00:00:00:00:01'}}}\n",
      "7:52: the address '02:00:00:00:00:01' stands here twice, first in line 6" },
    { "mac-of-family",
      HEAD "  w2: {between: [farm.*, sw], ends: {farm: {mac: '02:00:00:00:00:01'}}}\n",
      "6:50: '02:00:00:00:00:01' cannot be the address of each member; name one, like farm.1" },
    { "mac-apart",
      HEAD "  w2: {between: [farm.*, client], ends: {farm: {mac: '02:00:00:00:00:01'}}}\n", "" },
    { "mac-on-raw-ip",
      HEAD "  w2: {between: [client, r], type: raw-ip, ends: {r: {mac: '02:00:00:00:00:01'}}}\n",
      "6:60: link 'w2' is raw-ip, which has no MAC addresses" },
    { "host-bits", HEAD "  w2: {between: [client, r], network: 10.9.0.1/24}\n",
      "6:39: '10.9.0.1/24' has bits behind its prefix; the network is 10.9.0.0/24" },
    { "app-on-nobody", HEAD "apps: {clint: [close]}\n",
      "6:8: there is no host 'clint'; did you mean 'client'?" },
    { "app-on-switch", HEAD "apps: {sw: [listen: 80]}\n",
      "6:8: the switch 'sw' cannot run programs" },
    { "connect-to-nobody", HEAD "apps: {client: [connect: sever:80]}\n",
      "6:26: there is no host 'sever'; did you mean 'server'?" },
    { "connect-to-switch", HEAD "apps: {client: [connect: sw:80]}\n",
      "6:26: the switch 'sw' has no address" },
    { "connect-nowhere", HEAD "apps: {client: [connect: r:80]}\n",
      "6:26: there is no way from 'client' to 'r': no links, switches and routers lead there" },
    { "connect-through-host",
      HEAD "  w2: {between: [server, r]}\napps: {client: [connect: r:80]}\n",
      "7:26: there is no way from 'client' to 'r': no links, switches and routers lead there" },
    { "connect-through-router",
      HEAD "  w2: {between: [client, r]}\napps: {client: [connect: farm.2:80]}\n", "" },
    { "connect-by-switch",
      HEAD
      "  w2: {between: [client, sw]}\n  w3: {between: [sw, r]}\napps: {client: [connect: r:80]}\n",
      "" },
    { "send-to-nowhere", HEAD "apps: {client: [send-to: {to: farm.1:7, bytes: 1B}]}\n",
      "6:31: there is no way from 'client' to 'farm.1': no links, switches and routers lead "
      "there" },
    { "bulk-nowhere", HEAD "apps: {farm: {bulk: {to: server:80}}}\n",
      "6:26: there is no way from 'farm.1' to 'server': no links, switches and routers lead "
      "there" },
    { "ping-nowhere", HEAD "apps: {client: {ping: {to: farm.1}}}\n",
      "6:28: there is no way from 'client' to 'farm.1': no links, switches and routers lead "
      "there" },
    { "ping-nobody", HEAD "apps: {client: {ping: {to: sever}}}\n",
      "6:28: there is no host 'sever'; did you mean 'server'?" },
    { "traceroute-nowhere", HEAD "apps: {client: {traceroute: {to: r}}}\n",
      "6:34: there is no way from 'client' to 'r': no links, switches and routers lead there" },
    { "app-says-no", HEAD "apps: {client: {constant-rate: {to: server:9}}}\n",
      "6:17: give either 'rate' or 'gap'" },
    { "app-says-no-in-a-crowd",
      "wirelab: 1\nhosts: {a: {count: 1000000}, b: }\napps: {b: {constant-rate: {to: b:9}}}\n",
      "3:12: give either 'rate' or 'gap'" },
    { "at-before-wait", HEAD "apps: {client: [wait: 2s, at: 1s]}\n",
      "6:31: 'at' is 1s, but the program comes here at 2s at the earliest; times count from the "
      "start of the run" },
    { "at-before-start", HEAD "apps: {client: {steps: [at: 1s], start: 2s}}\n",
      "6:29: 'at' is 1s, but the program comes here at 2s at the earliest; times count from the "
      "start of the run" },
    { "at-before-at", HEAD "apps: {client: [at: 3s, wait: 1s, at: 3500ms]}\n",
      "6:39: 'at' is 3.5s, but the program comes here at 4s at the earliest; times count from the "
      "start of the run" },
    { "at-in-second-round", HEAD "apps: {client: [repeat: {times: 2, do: [at: 1s, wait: 1s]}]}\n",
      "6:45: 'at' is 1s, but the program comes here at 2s at the earliest; times count from the "
      "start of the run" },
    { "at-in-only-round", HEAD "apps: {client: [repeat: {times: 1, do: [at: 1s, wait: 1s]}]}\n",
      "" },
    { "at-in-time", HEAD "apps: {client: [wait: 1s, at: 1s, wait: 1s, at: 3s]}\n", "" },
    { "connect-to-many", HEAD "apps: {client: [connect: farm:80]}\n",
      "6:26: 'farm' is many hosts; name one of them" },
    { "star-in-single", HEAD "apps: {client: [connect: farm.*:80]}\n",
      "6:26: 'farm.*:80' stands for the member with the same number, but the program runs on a "
      "single host" },
    { "spread-of-one", HEAD "apps: {client: {discard: , start: {spread: 1s}}}\n",
      "6:44: 'spread' is for a family; 'client' is a single host" },
    { "send-nothing", HEAD "apps: {client: [send: {each: 1B}]}\n",
      "6:17: 'send' needs 'bytes' beside it" },
    { "send-both", HEAD "apps: {client: [send: {bytes: 1B, text: a}]}\n",
      "6:41: 'text' cannot stand beside 'bytes'" },
    { "set-congestion", HEAD "apps: {client: [set: {congestion: reno}]}\n",
      "6:35: this is set under the host's 'tcp', not by a program" },
    { "set-too-late",
      HEAD "apps: {client: [connect: 'server:80', set: {nagle: false, mss: 500B}, close]}\n",
      "6:64: 'mss' cannot change on a connection that is open; set it before 'connect', or before "
      "'listen' on the other side" },
    { "set-after-a-failure",
      HEAD
      "apps: {client: [connect: {to: 'server:80', expect: refused}, set: {mss: 500B}, connect: "
      "'server:81', close, set: {mss: 600B}]}\n",
      "6:120: 'mss' would change nothing: no 'connect' or 'listen' follows" },
    { "set-in-a-loop",
      HEAD "apps: {client: [repeat: {times: 2, do: [connect: 'server:80', close, set: {mss: "
           "500B}]}]}\n",
      "" },
    { "rto-bounds", "wirelab: 1\nhosts: {a: {tcp: {min-rto: 2min}}}\n",
      "2:28: 'min-rto' is 2min here, more than 'max-rto', which is 1min" },
    { "rto-bounds-in-step",
      HEAD "apps: {client: [set: {max-rto: 3s}, repeat: {times: 2, do: [set: {min-rto: 4s}, "
           "connect: 'server:80', close]}]}\n",
      "6:76: 'min-rto' is 4s here, more than 'max-rto', which is 3s" },
    { "rto-bounds-apart",
      HEAD "apps: {client: [set: {min-rto: 2s, max-rto: 2s}, connect: 'server:80']}\n", "" },
    { "fault-link", HEAD "faults: [{link: wre, toward: server, do: drop}]\n",
      "6:17: there is no link 'wre'; did you mean 'wire'?" },
    { "fault-toward", HEAD "faults: [{link: wire, toward: r, do: drop}]\n",
      "6:31: 'r' is no end of link 'wire'" },
    { "fault-bit", HEAD "faults: [{link: wire, toward: server, do: drop, bit: 4}]\n",
      "6:49: 'bit' is only for 'do: corrupt'" },
    { "fault-by", HEAD "faults: [{link: wire, toward: server, do: drop, by: 4s}]\n",
      "6:49: 'by' is only for 'do: delay' and 'do: duplicate'" },
    { "fault-no-by", HEAD "faults: [{link: wire, toward: server, do: delay}]\n",
      "6:43: 'delay' needs 'by' beside it" },
    { "event-nobody", HEAD "events: [{at: 1s, do: up}]\n",
      "6:10: an event needs either 'link' or 'host'" },
    { "event-both", HEAD "events: [{at: 1s, link: wire, host: client, do: up}]\n",
      "6:10: an event needs either 'link' or 'host'" },
    { "event-host-up", HEAD "events: [{at: 1s, host: client, do: up}]\n",
      "6:37: an event of a host needs 'do: crash' or 'do: reboot'" },
    { "event-link-crash", HEAD "events: [{at: 1s, link: wire, do: crash}]\n",
      "6:25: an event of a link needs 'set', 'do: up' or 'do: down'" },
    { "event-one-way-down", HEAD "events: [{at: 1s, link: wire, toward: server, do: down}]\n",
      "6:39: 'toward' cannot stand beside 'do'" },
    { "event-switch-crash", HEAD "events: [{at: 1s, host: sw, do: crash}]\n",
      "6:25: a switch cannot crash: 'sw'" },
    { "event-set-queue-type",
      HEAD "events: [{at: 1s, link: wire, set: {queue: {type: drop-tail}}}]\n",
      "6:51: 'drop-tail' cannot change during a run" },
    { "inject-nothing", HEAD "inject: [{at: 1s, link: wire, toward: server}]\n",
      "6:10: an injection needs either 'segment' or 'raw'" },
    { "inject-flags",
      HEAD "inject: [{at: 1s, link: wire, toward: server, segment: X 0:0(0), from: client:1, "
           "to: server:80}]\n",
      "6:56: a segment begins with its flags, letters of 'SFRP.UEW', not 'X 0:0(0)'" },
    { "inject-range",
      HEAD "inject: [{at: 1s, link: wire, toward: server, segment: S 0:5(4), from: client:1, "
           "to: server:80}]\n",
      "6:56: after the flags comes FIRST:PAST(LENGTH), like 1:1001(1000), not ''" },
    { "inject-ack",
      HEAD "inject: [{at: 1s, link: wire, toward: server, segment: S 0:0(0) ack 1, from: client:1, "
           "to: server:80}]\n",
      "6:56: after the numbers comes 'ack N' (with '.'), 'win N', 'urg N' or '<options>', not 'ack "
      "1'" },
    { "inject-no-source",
      HEAD "inject: [{at: 1s, link: wire, toward: server, segment: S 0:0(0)}]\n",
      "6:56: 'segment' needs 'from' beside it" },
    { "inject-of-nobody",
      HEAD "inject: [{at: 1s, link: wire, toward: server, segment: S 0:0(0), from: client:1, "
           "to: server:80, of: clint}]\n",
      "6:101: there is no host 'clint'; did you mean 'client'?" },
    { "inject-raw-from",
      HEAD "inject: [{at: 1s, link: wire, toward: server, raw: 0011, from: client:1}]\n",
      "6:64: 'from' cannot stand beside 'raw'" },
    { "inject-odd-hex", HEAD "inject: [{at: 1s, link: wire, toward: server, raw: 001}]\n",
      "6:52: '001' is not octets in hexadecimal, like 4500 0028" },
    { "expect-nobody", HEAD "expect: [retransmissions: {of: clint, are: 1}]\n",
      "6:32: there is no host 'clint'; did you mean 'client'?" },
    { "expect-no-bound", HEAD "expect: [retransmissions: {of: client}]\n",
      "6:10: this needs 'are', 'min' or 'max'" },
    { "expect-bounds", HEAD "expect: [delivered: {of: client, min: 2kB, max: 1kB}]\n",
      "6:49: 'max' must be larger than 'min'" },
    { "expect-are-and-min", HEAD "expect: [segments: {of: client, are: 2, min: 1}]\n",
      "6:38: 'are' cannot stand beside 'min'" },
    { "expect-toward-alone", HEAD "expect: [drops: {toward: server, are: 2}]\n",
      "6:26: 'toward' needs 'link' beside it" },
    { "expect-state", HEAD "expect: [states: {of: client, are: [CLOSED, SYN-SNT]}]\n",
      "6:45: 'SYN-SNT' is not known to 'are'; did you mean 'SYN-SENT'?" },
    { "route-via-nobody", "wirelab: 1\nhosts: {a: {routes: [{to: default, via: b}]}}\n",
      "2:41: there is no host 'b'; did you mean 'a'?" },
    { "captures", HEAD "captures: [clint]\n",
      "6:12: there is no host 'clint'; did you mean 'client'?" },
    { "fat-tree-odd", "wirelab: 1\ntopology: {fat-tree: {k: 3}}\n",
      "2:26: 'k' must be even, not 3" },
    { "topology-two", "wirelab: 1\ntopology: {star: , chain: }\n",
      "2:20: 'chain' cannot stand in 'topology', which has its kind already; write a second one" },
    { "profile", HEAD "  w2: {between: [client, r], model: warp}\n",
      "6:37: there is no profile 'warp.yaml' in any models/" },
    { "profile-kind", HEAD "  w2: {between: [client, r], model: home-router}\n",
      "6:37: the profile 'home-router' has no 'link'" },
    { "include-nothing", HEAD "include: {a: b}\n",
      "6:10: 'include' must be a file name, or a list of them" },

    /* Several, in the order of the file */
    { "several", "wirelab: 1\nstop: 5\nhosts: {a: {tpc: }}\nsede: 1\n",
      "2:7: 'stop': '5' has no unit; write 5ms or 5s\n"
      "3:13: unknown key 'tpc' in host 'a'; did you mean 'tcp'?\n"
      "4:1: unknown key 'sede' in the scenario; did you mean 'seed'?" },
};

/* The lines that name an error, without the file and the word. Owned by the caller. */
static char *error_lines(const char *errors)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(errors == NULL ? "" : errors, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], "error: ", 2);
        if (g_str_has_prefix(lines[i], "t.yaml:") && parts[1] != NULL) {
            g_autofree char *place = g_strstrip(g_strdup(parts[0] + strlen("t.yaml:")));
            g_string_append_printf(out, "%s%s%s%s", out->len == 0 ? "" : "\n", place,
                                   place[0] == '\0' ? "" : " ", parts[1]);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = scenario_bed_load(row->yaml, NULL, NULL, &errors);
    g_autofree char *lines = error_lines(errors);
    g_assert_cmpstr(lines, ==, row->errors);
    g_assert_true((scenario == NULL) == (row->errors[0] != '\0'));
}

/* The whole of a message: place, word, source line, caret under the word. */
static void test_caret(void)
{
    g_autofree char *errors = NULL;
    scenario_bed_load("wirelab: 1\nhosts: {client: {tcp: {nagel: true}}}\n", NULL, NULL, &errors);
    g_assert_cmpstr(errors, ==,
                    "t.yaml:2:24: error: unknown key 'nagel' in 'tcp' of host 'client'; did you "
                    "mean 'nagle'?\n"
                    "    hosts: {client: {tcp: {nagel: true}}}\n"
                    "                           ^~~~~\n");
}

/* Wide characters take two columns on the screen and one in the count. */
static void test_caret_wide(void)
{
    g_autofree char *errors = NULL;
    scenario_bed_load("wirelab: 1\ntitle: {zh: 三次握手, ch: 四次}\n", NULL, NULL, &errors);
    g_assert_cmpstr(errors, ==,
                    "t.yaml:2:19: error: unknown key 'ch' in 'title'; did you mean 'zh'?\n"
                    "    title: {zh: 三次握手, ch: 四次}\n"
                    "                          ^~\n");
}

static void test_chinese(void)
{
    g_autoptr(Lang) lang = lang_new("zh");
    g_autofree char *errors = NULL;
    scenario_bed_load("wirelab: 1\nstop: 20\n", NULL, lang, &errors);
    g_assert_cmpstr(errors, ==,
                    "t.yaml:2:7: 错误: 'stop': '20' 没有单位；请写 20ms 或 20s\n"
                    "    stop: 20\n"
                    "          ^~\n");
}

/* A line of a megabyte does not drown its message. */
static void test_long_line(void)
{
    g_autofree char *filler = g_strnfill(1 << 20, 'a');
    g_autofree char *yaml = g_strdup_printf("wirelab: 1\nx-a: {b: %s, c: d}\nstop: 1\n", filler);
    g_autofree char *broken = g_strdup_printf("wirelab: 1\n{b: %s]\n", filler);
    g_autofree char *errors = NULL;
    g_autofree char *broken_errors = NULL;
    scenario_bed_load(yaml, NULL, NULL, &errors);
    scenario_bed_load(broken, NULL, NULL, &broken_errors);
    g_assert_cmpuint(strlen(errors), <, 1000);
    g_assert_cmpuint(strlen(broken_errors), <, 1000);
}

/* Twenty are shown, the rest is counted. */
static void test_many(void)
{
    g_autoptr(GString) yaml = g_string_new("wirelab: 1\n");
    for (int i = 0; i < 35; i++) {
        g_string_append_printf(yaml, "k%d: 1\n", i);
    }
    g_autofree char *errors = NULL;
    scenario_bed_load(yaml->str, NULL, NULL, &errors);
    g_assert_nonnull(strstr(errors, "unknown key 'k19'"));
    g_assert_null(strstr(errors, "unknown key 'k20'"));
    g_assert_true(g_str_has_suffix(errors, "... and 15 more errors\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/errors/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/scenario/errors/caret", test_caret);
    g_test_add_func("/scenario/errors/caret-wide", test_caret_wide);
    g_test_add_func("/scenario/errors/chinese", test_chinese);
    g_test_add_func("/scenario/errors/long-line", test_long_line);
    g_test_add_func("/scenario/errors/many", test_many);
    return g_test_run();
}
