#include "scenario/scenario_silence.h"

#define PAIR                                                                                       \
    "wirelab: 1\nstop: 100s\n"                                                                     \
    "hosts: {a: , b: }\n"                                                                          \
    "links: {w: {between: [a, b], rate: 10Mbit/s, delay: 2ms}}\n"

/* One bulk transfer, ECN-capable, for the keys of wires and links. */
#define BULK                                                                                       \
    "wirelab: 1\nstop: 100s\n"                                                                     \
    "hosts: {a: {tcp: {ecn: on}}, b: {tcp: {ecn: on}}}\n"                                          \
    "links: {w: {between: [a, b], rate: 10Mbit/s, delay: 2ms}}\n"                                  \
    "apps: {a: {bulk: {to: 'b:9', bytes: 150kB}}, b: discard}\n"

#define TOPOLOGY(kind, hosts, from, to)                                                            \
    "wirelab: 1\nstop: 100s\ntopology: {" kind "}\nhosts: {" hosts "}\n"                           \
    "apps: {" from ": {bulk: {to: '" to ":9', bytes: 150kB}}, " to ": discard}\n"

#define CAPABLE ": {tcp: {ecn: on}}"
#define CHAIN TOPOLOGY("chain", "left" CAPABLE ", right" CAPABLE, "left", "right")
#define STAR(kind) TOPOLOGY(kind, "leaf" CAPABLE, "leaf.1", "leaf.2")
#define DUMBBELL                                                                                   \
    TOPOLOGY("dumbbell", "sender" CAPABLE ", receiver" CAPABLE, "sender.1", "receiver.1")
#define FAT_TREE(kind) TOPOLOGY(kind, "host" CAPABLE, "host.1", "host.2")

#define NOTHING "wait: 0s"
#define SET "set: {sack: true}"

/* Both ends talk, in large pieces and in small ones, rest for three hours and talk again. */
#define TALK(first)                                                                                \
    "wirelab: 1\nstop: 4h\n"                                                                       \
    "hosts: {a: , b: }\n"                                                                          \
    "links: {w: {between: [a, b], rate: 10Mbit/s, delay: 10ms}}\n"                                 \
    "apps:\n"                                                                                      \
    "  a: [" first ", connect: 'b:80', send: 100kB, send: {bytes: 300B, each: 100B, "              \
    "every: 1ms}, receive: 1kB, wait: 3h, send: 100kB, close]\n"                                   \
    "  b: [" first ", listen: 80, accept, send: 1kB, receive: until-eof, close]\n"

/* Three clients at a server that takes its time and closes first. */
#define CROWD(first)                                                                               \
    "wirelab: 1\nstop: 100s\n"                                                                     \
    "hosts: {a: {count: 3}, s: switch, b: }\n"                                                     \
    "links: {w: {between: [a.*, s]}, v: {between: [s, b]}}\n"                                      \
    "apps:\n"                                                                                      \
    "  a: {steps: [bind: 1000, connect: 'b:80', receive: until-eof, close, wait: 2s, bind: 1000, " \
    "connect: 'b:80', receive: until-eof, close]}\n"                                               \
    "  b: [" first ", listen: 80, wait: 1s, repeat: {times: 6, do: [accept, send: 10B, "           \
    "close]}]\n"

#define DIALOGUE                                                                                   \
    PAIR "apps:\n"                                                                                 \
         "  a: [connect: 'b:80', send: 1kB, receive: 2kB, close]\n"                                \
         "  b: [listen: 80, accept, receive: 1kB, send: 2kB, receive: until-eof, close]\n"

/* A host that is sent the long way round by its own route, over a switched network. */
#define LAN                                                                                        \
    "wirelab: 1\nstop: 100s\n"                                                                     \
    "hosts:\n"                                                                                     \
    "  h: {routes: [{to: 10.7.0.0/24, via: r1}]}\n"                                                \
    "  sw: switch\n"                                                                               \
    "  r1: router\n"                                                                               \
    "  r2: router\n"                                                                               \
    "  d:\n"                                                                                       \
    "links:\n"                                                                                     \
    "  hs: {between: [h, sw]}\n"                                                                   \
    "  s1: {between: [r1, sw]}\n"                                                                  \
    "  s2: {between: [r2, sw]}\n"                                                                  \
    "  far: {between: [r2, d], network: 10.7.0.0/24}\n"                                            \
    "apps: {h: {ping: {to: d, count: 5}}}\n"

/* A short way of many hops' delay, and a long one that is quick. */
#define TRIANGLE                                                                                   \
    "wirelab: 1\nseed: 1\nstop: 100s\n"                                                            \
    "hosts: {a: router, b: router, m: router, n: }\n"                                              \
    "links:\n"                                                                                     \
    "  ab: {between: [a, b], delay: 50ms, loss: 20%}\n"                                            \
    "  am: {between: [a, m]}\n"                                                                    \
    "  mb: {between: [m, b]}\n"                                                                    \
    "  bn: {between: [b, n]}\n"                                                                    \
    "apps: {a: {ping: {to: n, count: 20}}}\n"

#define FAULT                                                                                      \
    PAIR "apps:\n"                                                                                 \
         "  a:\n"                                                                                  \
         "    - [bind: 1000, connect: 'b:9', send: 60kB, send-urgent: 10B, close]\n"               \
         "    - [bind: 2000, connect: 'b:9', send: 60kB, close]\n"                                 \
         "  b: discard\n"                                                                          \
         "faults: [{link: w, toward: b, match: DATA, nth: 3, do: drop}]\n"

#define INJECT(first)                                                                              \
    PAIR "apps:\n"                                                                                 \
         "  a: [bind: 1000, connect: 'b:80', send: 1kB, wait: 10s, close]\n"                       \
         "  b: [" first ", listen: 80, accept, receive: until-eof, close]\n"                       \
         "inject: [{at: 1s, link: w, toward: b, segment: 'R 9:9(0)', from: 'a:1000', to: "         \
         "'b:80', of: a-b-80}]\n"

#define EVENT BULK "events: [{at: 10ms, link: w, set: {rate: 9Mbit/s}}]\n"

/* One connection that loses a segment and is reset at last; the other way round, one that is fed.
 */
#define LOSSY                                                                                      \
    PAIR "apps: {a: [bind: 1000, connect: 'b:9', send: 60kB, wait: 9s, abort], b: discard}\n"      \
         "faults: [{link: w, toward: b, match: DATA, nth: 3, do: drop}]\n"
/* One whose segments are marked. */
#define MARKED                                                                                     \
    "wirelab: 1\nstop: 100s\n"                                                                     \
    "hosts: {a: {tcp: {ecn: on}}, b: {tcp: {ecn: accept}}}\n"                                      \
    "links: {w: {between: [a, b], rate: 1Mbit/s, delay: 2ms, queue: {limit: 1000pkt, mark-above: " \
    "2pkt}}}\n"                                                                                    \
    "apps: {a: [bind: 1000, connect: 'b:9', send: 60kB, wait: 9s, abort], b: discard}\n"
#define BACK PAIR "apps: {a: discard, b: {bulk: {to: 'a:9', bytes: 150kB}}}\n"

const SilencePlace silence_places[] = {
    { "top", "", "", TRIANGLE },
    { "host", "hosts.*", "hosts.m", TRIANGLE },
    { "host-lan", "hosts.*", "hosts.h", LAN },
    { "tcp", "hosts.*.tcp", "hosts.a.tcp", TALK(NOTHING) },
    { "tcp", "apps.*.steps.0.set", "apps.a.0.set", TALK(SET) },
    { "tcp-host", "hosts.*.tcp", "hosts.a.tcp", TALK(NOTHING) },
    { "tcp-set", "apps.*.steps.0.set", "apps.a.0.set", TALK(SET) },
    { "tcp-server", "hosts.*.tcp", "hosts.b.tcp", CROWD(NOTHING) },
    { "tcp-server", "apps.*.steps.0.set", "apps.b.0.set", CROWD(SET) },
    { "tcp-blind", "hosts.*.tcp", "hosts.b.tcp", INJECT(NOTHING) },
    { "tcp-blind", "apps.*.steps.0.set", "apps.b.0.set", INJECT(SET) },
    { "ip", "hosts.*.ip", "hosts.b.ip", PAIR },
    { "redirects", "hosts.*.ip", "hosts.h.ip", LAN },
    { "arp", "hosts.*.arp", "hosts.a.arp", PAIR },
    { "link", "links.*", "links.w", BULK },
    { "wire", "links.*", "links.w", BULK },
    { "wire", "links.*.toward.*", "links.w.toward.b", BULK },
    { "wire-event", "events.0.set", "events.0.set", EVENT },
    { "toward", "links.*.toward.*", "links.w.toward.b", BULK },
#define TOPOLOGY_PLACE(path, yaml)                                                                 \
    { "topology-link", path, path, yaml }, { "wire", path, path, yaml },                           \
        { "wire", path ".toward.*", path ".toward.2", yaml },                                      \
    {                                                                                              \
        "toward", path ".toward.*", path ".toward.2", yaml                                         \
    }
    TOPOLOGY_PLACE("topology.chain.link", CHAIN),
    TOPOLOGY_PLACE("topology.star.link", STAR("star: {centre: router}")),
    TOPOLOGY_PLACE("topology.dumbbell.access", DUMBBELL),
    TOPOLOGY_PLACE("topology.dumbbell.bottleneck", DUMBBELL),
    TOPOLOGY_PLACE("topology.fat-tree.link", FAT_TREE("fat-tree: {k: 2}")),
    { "chain", "topology.chain", "topology.chain", CHAIN },
    { "star", "topology.star", "topology.star", STAR("star") },
    { "dumbbell", "topology.dumbbell", "topology.dumbbell", DUMBBELL },
    { "fat-tree", "topology.fat-tree", "topology.fat-tree", FAT_TREE("fat-tree: {k: 2}") },
    { "step", "apps.*.steps.0", "", DIALOGUE },
    { "program", "apps.*", "apps.a", BULK },
    { "program-family", "apps.*", "apps.a", CROWD(NOTHING) },
    { "app", "apps.*", "apps.a", PAIR },
    { "app-far", "apps.*", "apps.h", LAN },
    { "fault", "faults.0", "faults.0", FAULT },
    { "inject", "inject.0", "inject.0", INJECT(NOTHING) },
    { "event", "events.0", "events.0", EVENT },
    { "states", "expect.0.states", "expect.0.states",
      DIALOGUE "expect: [states: {of: a, are: [CLOSED, SYN-SENT, ESTABLISHED, FIN-WAIT-1, "
               "FIN-WAIT-2, TIME-WAIT, CLOSED]}]\n" },
#define COUNTED(kind, unit, much)                                                                  \
    { unit, "expect.0." kind, "expect.0." kind,                                                    \
      LOSSY "expect: [" kind ": {of: a, max: " much "}]\n" },                                      \
    {                                                                                              \
        "of-at", "expect.0." kind, "expect.0." kind,                                               \
            LOSSY "expect: [" kind ": {of: a, min: " much "}]\n"                                   \
    }
    COUNTED("retransmissions", "number", "999999"),
    COUNTED("segments", "number", "999999"),
#define MARKS(kind, end)                                                                           \
    { "number", "expect.0." kind, "expect.0." kind,                                                \
      MARKED "expect: [" kind ": {of: " end ", max: 999999}]\n" },                                 \
    {                                                                                              \
        "of-at", "expect.0." kind, "expect.0." kind,                                               \
            MARKED "expect: [" kind ": {of: a, min: 999999}]\n"                                    \
    }
    MARKS("ce-received", "b"),
    MARKS("ece-sent", "b"),
    MARKS("ecn-reductions", "a"),
    { "marks", "expect.0.marks", "expect.0.marks", MARKED "expect: [marks: {max: 999}]\n" },
    { "duration", "expect.0.completion", "expect.0.completion",
      BACK "expect: [completion: {of: a, max: 99h}]\n" },
    { "of-at", "expect.0.completion", "expect.0.completion",
      LOSSY "expect: [completion: {of: a, min: 99h}]\n" },
    { "bytes", "expect.0.delivered", "expect.0.delivered",
      BACK "expect: [delivered: {of: a, max: 999GB}]\n" },
    { "of-at", "expect.0.delivered", "expect.0.delivered",
      LOSSY "expect: [delivered: {of: a, min: 99GB}]\n" },
    { "drops", "expect.0.drops", "expect.0.drops", LOSSY "expect: [drops: {are: 1}]\n" },
    { "no-reset", "expect.0.no-reset", "expect.0.no-reset",
      PAIR "apps: {a: [connect: 'b:1'], b: [connect: 'a:9']}\nexpect: [no-reset: a-b-1]\n" },
    { "error", "expect.0.error", "expect.0.error",
      LOSSY "expect: [error: {of: a, is: aborted}]\n" },
    { "story", "expect.0.story", "expect.0.story", LOSSY "expect: [story: {tells: SYN}]\n" },
#define RESULT(word, unit, programs, much)                                                         \
    {                                                                                              \
        unit, "expect.0." word, "expect.0." word,                                                  \
            PAIR                                                                                   \
            "apps: {" programs "}\nexpect: [" word ": {of: a, max: " much "}]\n"                   \
            "faults: [{link: w, toward: a, match: DATA, nth: 3, do: drop}, {link: w, toward: "     \
            "a, match: UDP, nth: 4, do: duplicate}, {link: w, toward: a, match: UDP, nth: 5, "     \
            "do: delay, by: 3ms}, {link: w, toward: a, match: ICMP, nth: 2, do: drop}]\n"          \
    }
#define SERVE "a: discard, b: {bulk: {to: 'a:9', bytes: 150kB}}"
#define DATAGRAMS                                                                                  \
    "a: {discard: {transport: udp}}, b: {constant-rate: {to: 'a:9', gap: 1ms, count: 99}}"
#define NOBODY "a: {ping: {to: 10.0.1.9}}"
#define EXCHANGE "a: {request-response: {to: 'b:80'}}, b: [respond, {respond: {port: 81}}]"
    RESULT("connections", "number", SERVE, "999999"),
    RESULT("sent-bytes", "bytes", "a: {bulk: {to: 'b:9', bytes: 9kB}}, b: discard", "999GB"),
    RESULT("received-bytes", "bytes", SERVE, "999GB"),
    RESULT("time", "duration", SERVE, "99h"),
    RESULT("goodput", "rate", SERVE, "999Gbit/s"),
    RESULT("sent", "number", NOBODY, "999999"),
    RESULT("received", "number", "a: {ping: {to: b}}", "999999"),
    RESULT("lost", "number", NOBODY, "999999"),
    RESULT("loss", "share", "a: {ping: {to: b}}", "100%"),
    RESULT("reordered", "number", DATAGRAMS, "999999"),
    RESULT("duplicated", "number", DATAGRAMS, "999999"),
    { "bool", "expect.0.finished", "expect.0.finished",
      PAIR "apps: {a: {ping: {to: b}}}\nexpect: [finished: {of: a, are: true}]\n" },
    RESULT("failed", "number", "a: {request-response: {to: 'b:81'}}", "999999"),
    RESULT("answers", "number",
           "a: {constant-rate: {to: 'b:7', gap: 1ms, count: 9}}, b: {echo: {transport: udp}}",
           "999999"),
    RESULT("rtt-min", "duration", "a: {ping: {to: b}}", "99h"),
    RESULT("rtt-avg", "duration", "a: {ping: {to: b}}", "99h"),
    RESULT("rtt-max", "duration", "a: {ping: {to: b}}", "99h"),
    RESULT("exchanges", "number", EXCHANGE, "999999"),
    RESULT("latency-min", "duration", EXCHANGE, "99h"),
    RESULT("latency-avg", "duration", EXCHANGE, "99h"),
    RESULT("latency-max", "duration", EXCHANGE, "99h"),
    RESULT("hops", "number", "a: {traceroute: {to: b}}", "999999"),
    { NULL },
};

#define ROW(map_, key_, before_, value)                                                            \
    {                                                                                              \
        .map = map_, .key = key_, .before = before_, .change = "@." key_ "=" value                 \
    }
#define REFUSED(map_, key_, before_, value, words)                                                 \
    {                                                                                              \
        .map = map_, .key = key_, .before = before_, .change = "@." key_ "=" value,                \
        .refusal = words                                                                           \
    }
#define VEGAS "apps.a.2.send=1MB|@.congestion.name=vegas"
#define LOSE(what, more) "faults=[{link: w, toward: b, match: " what ", do: drop" more "}]"

const SilenceRow silence_rows[] = {
    { "top", "wirelab", NULL, "wirelab=2", "wirelab" },
    { "top", "seed", NULL, "seed=2" },
    { "top", "stop", NULL, "stop=2s" },
    { "top", "routing", NULL, "routing=delay" },

    ROW("host", "kind", "routing=delay", "host"),
    { "host", "count", "hosts.n.count=1|apps.a={ping: {to: n.1, count: 3}}", "hosts.n.count=2" },
    { "host", "stack", "apps.a={bulk: {to: 'b:9', bytes: 150kB}}|apps.b=discard",
      "hosts.a.stack=textbook" },
    { "host-lan", "routes.0.to", NULL, "@.routes.0.to=10.8.0.0/24" },
    { "host-lan", "routes.0.via", NULL, "@.routes.0.via=r2" },
    { "host-lan", "routes.0.metric",
      "@.routes=[{to: 10.7.0.0/24, via: r1, metric: 5}, {to: 10.7.0.0/24, via: r2, metric: 6}]",
      "@.routes.0.metric=7" },
    { "host-lan", "ageing", NULL, "hosts.sw.ageing=1ms" },

    ROW("tcp", "mss", NULL, "500B"),
    ROW("tcp", "receive-buffer", NULL, "500B"),
    ROW("tcp", "receive-buffer-max", NULL, "4MiB"),
    ROW("tcp", "send-buffer", NULL, "3000B"),
    ROW("tcp", "sack", NULL, "false"),
    ROW("tcp", "timestamps", NULL, "false"),
    ROW("tcp-blind", "timestamps-required",
        "hosts.a.tcp.timestamps=true|hosts.b.tcp.timestamps=true|"
        "inject.0.segment=P. 1001:1011(10) ack 1",
        "false"),
    ROW("tcp", "window-scaling", NULL, "false"),
    ROW("tcp", "nagle", NULL, "false"),
    ROW("tcp", "delayed-ack", NULL, "false"),
    ROW("tcp", "minshall",
        "apps.a=[set: {sack: true}, connect: 'b:80', send: 1460B, send: 10B, receive: 1kB, close]",
        "true"),
    ROW("tcp", "offload", NULL, "true"),
    ROW("tcp", "window-validation", "apps.a.2.send=1MB", "true"),
    ROW("tcp", "floored-rto", LOSE("DATA", ", times: 5"), "true"),
    { "tcp", "delayed-fin-ack",
      "apps.b=[listen: 80, accept, close]|apps.a=[set: {sack: true}, "
      "connect: 'b:80', receive: until-eof, close]",
      "@.delayed-fin-ack=true" },
    ROW("tcp", "delayed-ack-time",
        "apps.b=[listen: 80, accept, send: 1kB, wait: 1s, close]|apps.a=[set: {sack: true}, "
        "connect: 'b:80', receive: until-eof, close]",
        "5ms"),
    ROW("tcp", "quick-ack", NULL, "true"),
    ROW("tcp", "initial-rto", LOSE("SYN", ""), "2s"),
    ROW("tcp", "min-rto", LOSE("DATA", ", times: 5"), "3s"),
    ROW("tcp", "max-rto", LOSE("DATA", ", times: all"), "2s"),
    ROW("tcp", "initial-window", NULL, "2"),
    { "tcp-server", "time-wait-reuse", NULL, "@.time-wait-reuse=false" },
    ROW("tcp", "r1-retries", LOSE("DATA", ", times: all"), "1"),
    ROW("tcp", "r2-retries", LOSE("DATA", ", times: all"), "3"),
    ROW("tcp", "r2-time", LOSE("DATA", ", times: all"), "5s"),
    ROW("tcp", "syn-r2-time", LOSE("SYN", ", times: all"), "5s"),
    ROW("tcp", "user-timeout", LOSE("DATA", ", times: all"), "5s"),
    ROW("tcp", "keep-alive", NULL, "true"),
    ROW("tcp", "keep-alive-idle", "@.keep-alive=true", "100s"),
    ROW("tcp", "keep-alive-interval",
        "@.keep-alive=true|@.keep-alive-idle=100s|events=[{at: 1000s, link: w, do: down}]", "3s"),
    ROW("tcp", "keep-alive-probes",
        "@.keep-alive=true|@.keep-alive-idle=100s|events=[{at: 1000s, link: w, do: down}]", "2"),
    { "tcp-server", "backlog", NULL, "@.backlog=1" },
    ROW("tcp-server", "syn-cookies", NULL, "always"),
    ROW("tcp-server", "syn-backlog", NULL, "1"),
    /* A forged "fragmentation needed" about a segment under way. */
    ROW("tcp", "verify-path-mtu",
        "links.w.type=raw-ip|links.w.delay=20ms|hosts.a.tcp.isn=0|apps.a.1={bind: 1000}|"
        "apps.a.2={connect: 'b:80'}|apps.a.3={send: 100kB}|"
        "inject=[{at: 100ms, link: w, toward: a, raw: '"
        "4500003800000000400164bc0a0001090a0001010304aa3f00000064"
        "450005dc0001400040061f190a0001010a00010203e8005000004e20'}]",
        "true"),
    ROW("tcp", "user-timeout-option", NULL, "true"),
    ROW("tcp", "advertised-user-timeout", "@.user-timeout-option=true", "1h"),
    ROW("tcp", "least-user-timeout",
        "hosts.a.tcp.user-timeout-option=true|hosts.b.tcp.user-timeout-option=true|"
        "hosts.a.tcp.advertised-user-timeout=1s|hosts.b.tcp.advertised-user-timeout=1s|" LOSE(
            "DATA", ", times: all"),
        "50s"),
    ROW("tcp", "most-user-timeout",
        "hosts.a.tcp.user-timeout-option=true|hosts.b.tcp.user-timeout-option=true|" LOSE(
            "DATA", ", times: all"),
        "150s"),
    ROW("tcp", "black-hole-detection", LOSE("DATA", ", times: 20"), "true"),
    ROW("tcp", "fast-open", NULL, "client"),
    ROW("tcp", "fast-open-cookies", "@.fast-open=client", "false"),
    ROW("tcp-server", "fast-open-pending", "hosts.a.tcp.fast-open=client|@.fast-open=server", "0"),
    ROW("tcp", "fast-open-hold-off",
        "hosts.a.tcp.fast-open=client|apps.a.6={connect: 'b:80'}|" LOSE("SYN", ""), "4h"),
    ROW("tcp-blind", "syn-data",
        "inject.0={at: 1s, link: w, toward: b, segment: 'S 0:100(100)', from: 'a:3000', to: "
        "'b:80'}",
        "false"),
    ROW("tcp", "slow-start-after-idle", NULL, "false"),
    ROW("tcp", "pacing", NULL, "true"),
    ROW("tcp", "limited-transmit",
        "apps.a=[set: {sack: true}, connect: 'b:80', send: 100kB, receive: 1kB, "
        "close]|@.initial-window=3|" LOSE("DATA", ""),
        "false"),
    ROW("tcp-blind", "challenge-ack", "inject.0.segment=R 2001:2001(0)", "false"),
    ROW("tcp-blind", "challenge-acks-per-second",
        "inject=[{at: 1s, link: w, toward: b, segment: 'R 2001:2001(0)', from: 'a:1000', to: "
        "'b:80', of: a-b-80}, {at: 1100ms, link: w, toward: b, segment: 'R 2001:2001(0)', from: "
        "'a:1000', to: 'b:80', of: a-b-80}]",
        "1"),
    ROW("tcp", "ecn", NULL, "on"),
    ROW("tcp", "isn", NULL, "1000"),
    ROW("tcp", "time-wait", NULL, "5s"),
    ROW("tcp-host", "congestion.name", NULL, "reno"),
    ROW("tcp-host", "congestion.fast-convergence",
        "apps.a.2.send=1MB|faults=[{link: w, toward: b, match: DATA, nth: 200, do: drop}, {link: "
        "w, "
        "toward: b, match: DATA, nth: 400, do: drop}]",
        "false"),
    REFUSED("tcp-set", "congestion.fast-convergence", NULL, "false", "under the host's 'tcp'"),
    ROW("tcp-host", "congestion.alpha", VEGAS, "20pkt"),
    REFUSED("tcp-set", "congestion.alpha", NULL, "20pkt", "unknown key"),
    ROW("tcp-host", "congestion.beta", VEGAS "|events=[{at: 500ms, link: w, set: {rate: 2Mbit/s}}]",
        "40pkt"),
    REFUSED("tcp-set", "congestion.beta", NULL, "40pkt", "unknown key"),
    ROW("tcp-host", "congestion.gamma", VEGAS, "40pkt"),
    REFUSED("tcp-set", "congestion.gamma", NULL, "40pkt", "unknown key"),
    ROW("tcp", "prr", LOSE("DATA", ", nth: 30"), "true"),
    ROW("tcp", "prr-whole-segments", "@.prr=true|" LOSE("DATA", ", nth: 30"), "true"),
    ROW("tcp", "timer-slack", "hosts.a.tcp.recovery=rack|" LOSE("DATA", ", nth: 4, times: 2"),
        "7ms"),
    ROW("tcp", "linux-rack",
        "hosts.a.tcp.recovery=rack|apps.a.2.send=1MB|faults=[{link: w, toward: b, match: DATA, "
        "nth: 30, do: "
        "drop}, {link: w, toward: b, match: DATA, nth: 31, times: 9, do: delay, by: 30ms}]",
        "true"),
    ROW("tcp", "bare-probes",
        "apps.b=[listen: 80, accept, wait: 9s, receive: until-eof, close]|apps.a.2.send=3MB",
        "true"),
    ROW("tcp", "reset-acks",
        "apps.a=[set: {sack: true}, connect: 'b:80', send: 1kB, abort]|apps.b=[listen: 80, accept, "
        "receive: {bytes: until-eof, expect: reset}]",
        "true"),
    ROW("tcp", "sack-fin",
        "apps.b=[listen: 80, accept, send: 3kB, close]|apps.a=[set: {sack: true}, connect: 'b:80', "
        "receive: until-eof, close]|faults=[{link: w, toward: a, match: DATA, nth: 2, do: drop}]",
        "true"),
    ROW("tcp", "undo", "faults=[{link: w, toward: b, match: DATA, nth: 31, do: delay, by: 9ms}]",
        "true"),
    ROW("tcp", "f-rto", "apps.a.2.send=1MB|events=[{at: 100ms, link: w, set: {delay: 3s}}]",
        "true"),
    REFUSED("tcp-set", "congestion.name", NULL, "reno", "under the host's 'tcp'"),
    ROW("tcp-host", "recovery", LOSE("DATA", ", nth: 5, times: 4"), "newreno"),
    REFUSED("tcp-set", "recovery", NULL, "newreno", "under the host's 'tcp'"),
    ROW("tcp-host", "hystart", "apps.a.2.send=1MB", "plus-plus"),
    REFUSED("tcp-set", "hystart", NULL, "plus-plus", "under the host's 'tcp'"),

    { "ip", "ttl", "apps.a={ping: {to: b, ttl: 0}}", "hosts.a.ip.ttl=7" },
    ROW("ip", "reassembly-time",
        "apps.a={ping: {to: b, size: 3000B, count: 1}}|faults=[{link: w, toward: b, nth: 3, do: "
        "drop}]",
        "5s"),
    ROW("ip", "reassembly-buffer", "apps.a={ping: {to: b, size: 9000B, count: 1}}", "2000B"),
    ROW("ip", "icmp-errors-per-second",
        "@.icmp-error-burst=1|apps.a={constant-rate: {to: 'b:9', gap: 1ms, count: 3000}}", "1"),
    ROW("ip", "icmp-error-burst",
        "apps.a={constant-rate: {to: 'b:9', size: 10B, gap: 10us, count: 99}}", "1"),
    { "redirects", "send-redirects", NULL, "hosts.r1.ip.send-redirects=false" },
    ROW("redirects", "accept-redirects", NULL, "false"),

    ROW("arp", "age", "apps.a={ping: {to: b, count: 9}}", "2s"),
    ROW("arp", "retry", "apps.a={ping: {to: 10.0.1.99}}", "3s"),
    ROW("arp", "tries", "apps.a={ping: {to: 10.0.1.99}}", "1"),
    ROW("arp", "queue", "apps.a={constant-rate: {to: 'b:9', gap: 1us, count: 30}}", "1pkt"),
    ROW("arp", "announce", NULL, "true"),
    ROW("arp", "probe", NULL, "true"),

    ROW("link", "between", NULL, "[b, a]"),
    ROW("link", "model", NULL, "dsl"),
    ROW("link", "type", NULL, "raw-ip"),
    ROW("link", "mtu", NULL, "600B"),
    ROW("link", "network", NULL, "10.9.0.0/24"),
    { "link", "ends.*.address", NULL, "@.ends.b.address=10.0.1.9" },
    { "link", "ends.*.mac", NULL, "@.ends.b.mac=02:00:00:00:00:77" },
    ROW("topology-link", "model", NULL, "dsl"),
    ROW("topology-link", "mtu", NULL, "600B"),
    { "topology-link", "type", NULL, "@.type=raw-ip" },

    ROW("wire", "rate", NULL, "1Mbit/s"),
    ROW("wire", "delay", NULL, "7ms"),
    ROW("wire", "queue.model", "@.rate=1Mbit/s", "short-queue"),
    REFUSED("wire", "queue.type", NULL, "red", "red"),
    ROW("wire", "queue.limit", "@.rate=1Mbit/s", "2pkt"),
    ROW("wire", "queue.mark-above", "@.rate=1Mbit/s", "2pkt"),
    ROW("wire", "loss.chance", NULL, "10%"),
    { "wire", "loss.model", NULL, "@.loss.model=random|@.loss.rate=10%" },
    ROW("wire", "loss.rate", "@.loss.model=random|@.loss.rate=1%", "20%"),
    ROW("wire", "duplicate", NULL, "20%"),
    ROW("wire", "corrupt", NULL, "10%"),
    ROW("wire", "reorder.chance", NULL, "20%"),
    ROW("wire", "reorder.by", "@.reorder.chance=30%", "30ms"),
    ROW("wire", "jitter.up-to", NULL, "3ms"),
    ROW("wire", "jitter.reorders", "@.jitter.up-to=20ms", "true"),
    ROW("wire", "count-gap", NULL, "true"),
    ROW("wire-event", "rate", NULL, "1Mbit/s"),
    ROW("wire-event", "delay", NULL, "7ms"),
    REFUSED("wire-event", "queue.model", NULL, "short-queue", "cannot change"),
    REFUSED("wire-event", "queue.type", NULL, "drop-tail", "cannot change"),
    ROW("wire-event", "queue.limit", "@.rate=1Mbit/s", "2pkt"),
    ROW("wire-event", "queue.mark-above", "@.rate=1Mbit/s", "2pkt"),
    ROW("wire-event", "loss.chance", NULL, "10%"),
    REFUSED("wire-event", "loss.model", NULL, "random|@.loss.rate=1%", "cannot change"),
    REFUSED("wire-event", "loss.rate", NULL, "1%", "rate"),
    ROW("wire-event", "duplicate", NULL, "20%"),
    ROW("wire-event", "corrupt", NULL, "10%"),
    ROW("wire-event", "reorder.chance", NULL, "20%"),
    ROW("wire-event", "reorder.by", "@.reorder.chance=30%", "30ms"),
    ROW("wire-event", "jitter.up-to", NULL, "3ms"),
    ROW("wire-event", "jitter.reorders", "@.jitter.up-to=20ms", "true"),
    ROW("wire-event", "count-gap", NULL, "true"),

    ROW("chain", "routers", NULL, "2"),
    ROW("star", "leaves", NULL, "5"),
    ROW("star", "centre", NULL, "router"),
    ROW("dumbbell", "senders", NULL, "3"),
    ROW("dumbbell", "receivers", NULL, "3"),
    ROW("fat-tree", "k", NULL, "4"),

#define STEP_AT(key_, path, before_, value)                                                        \
    {                                                                                              \
        .map = "step", .key = key_, .before = before_, .change = path "=" value                    \
    }
#define STEP_ENDS(verb, before_, path)                                                             \
    STEP_AT(verb ".expect", path "." verb ".expect", before_, "timed-out")
    STEP_AT("listen.port", "apps.b.0.listen.port", NULL, "81"),
    STEP_AT("listen.backlog", "apps.b.0.listen.backlog",
            "apps.b=[listen: 80, wait: 1s]|apps.a=[[connect: 'b:80'], [connect: 'b:80'], "
            "[connect: 'b:80']]",
            "1"),
    STEP_ENDS("listen", NULL, "apps.b.0"),
    STEP_AT("bind.port", "apps.a.0.bind.port", "apps.a=[bind: 7, connect: 'b:80']", "8"),
    STEP_AT("bind.address", "apps.b.0.bind.address", "apps.b=[bind: 80, receive-from: 1]",
            "10.0.1.9"),
    STEP_ENDS("bind", "apps.a=[bind: 7, connect: 'b:80']", "apps.a.0"),
    STEP_ENDS("accept", NULL, "apps.b.1"),
    STEP_AT("connect.to", "apps.a.0.connect.to", NULL, "b:81"),
    STEP_AT("connect.wait", "apps.a.0.connect.wait", NULL, "false"),
    STEP_ENDS("connect", NULL, "apps.a.0"),
    STEP_AT("send.bytes", "apps.a.1.send.bytes", NULL, "900B"),
    STEP_AT("send.text", "apps.a.1.send.text", "apps.a.1={send: {text: hello}}", "hello there"),
    STEP_AT("send.each", "apps.a.1.send.each", "apps.a.1.send.every=1ms|apps.a.1.send.each=500B",
            "100B"),
    STEP_AT("send.every", "apps.a.1.send.every", "apps.a.1.send.each=100B", "30ms"),
    STEP_ENDS("send", NULL, "apps.a.1"),
    STEP_AT("send-urgent.bytes", "apps.a.1.send-urgent.bytes", "apps.a.1={send-urgent: 9B}", "8B"),
    STEP_ENDS("send-urgent", "apps.a.1={send-urgent: 9B}", "apps.a.1"),
    STEP_AT("receive.bytes", "apps.a.2.receive.bytes", NULL, "1B"),
    STEP_AT("receive.each", "apps.a.2.receive.each", NULL, "10B"),
    STEP_AT("receive.every", "apps.a.2.receive.every", "apps.a.2.receive.each=500B", "1s"),
    STEP_ENDS("receive", NULL, "apps.a.2"),
    STEP_ENDS("shutdown", "apps.a.3=shutdown", "apps.a.3"),
    STEP_ENDS("close", NULL, "apps.a.3"),
    STEP_ENDS("abort", "apps.a.3=abort", "apps.a.3"),
    STEP_AT("wait.for", "apps.a.3.wait.for", "apps.a.3={wait: 1s}|apps.a.4=close", "2s"),
    STEP_ENDS("wait", "apps.a.3={wait: 1s}", "apps.a.3"),
    STEP_AT("at.time", "apps.a.3.at.time", "apps.a.3={at: 1s}|apps.a.4=close", "2s"),
    STEP_AT("repeat.times", "apps.a.1.repeat.times",
            "apps.a.1={repeat: {times: 2, do: [send: 10B]}}", "3"),
    STEP_AT("repeat.do", "apps.a.1.repeat.do", "apps.a.1={repeat: {times: 2, do: [send: 10B]}}",
            "[send: 20B]"),
    STEP_AT("send-to.to", "apps.a.0.send-to.to", "apps.a=[send-to: {to: 'b:9', bytes: 10B}]",
            "b:8"),
    STEP_AT("send-to.bytes", "apps.a.0.send-to.bytes", "apps.a=[send-to: {to: 'b:9', bytes: 10B}]",
            "11B"),
    STEP_ENDS("send-to", "apps.a=[send-to: {to: 'b:9', bytes: 10B}]", "apps.a.0"),
    STEP_AT("receive-from.count", "apps.b.1.receive-from.count",
            "apps.b=[bind: 9, receive-from: 1]|apps.a=[send-to: {to: 'b:9', bytes: 10B}]", "2"),
    STEP_ENDS("receive-from",
              "apps.b=[bind: 9, receive-from: 1]|apps.a=[send-to: {to: 'b:9', bytes: 10B}]",
              "apps.b.1"),

    ROW("program", "start.at", NULL, "1s"),
    ROW("program-family", "start.spread", NULL, "50ms"),
    ROW("program", "on-reboot",
        "events=[{at: 1s, host: a, do: crash}, {at: 2s, host: a, do: reboot}]", "stay-down"),

#define APP(app, key_, params, others, value)                                                      \
    {                                                                                              \
        .map = "app", .key = app "." key_, .before = "apps.a={" app ": {" params "}}" others,      \
        .change = "apps.a." app "." key_ "=" value                                                 \
    }
#define SERVER(app, key_, client, value)                                                           \
    {                                                                                              \
        .map = "app", .key = app "." key_, .before = "apps.b=" app "|apps.a=" client,              \
        .change = "apps.b." app "." key_ "=" value                                                 \
    }
#define SINK "|apps.b=discard"
    APP("bulk", "to", "to: 'b:9', bytes: 9kB", "", "b:8"),
    APP("bulk", "bytes", "to: 'b:9', bytes: 9kB", SINK, "8kB"),
    APP("bulk", "chunk", "to: 'b:9', bytes: 150kB", SINK, "100B"),
#define CONSTANT "to: 'b:9', gap: 1ms, count: 5"
    APP("constant-rate", "to", CONSTANT, "", "b:8"),
    APP("constant-rate", "size", CONSTANT, "", "100B"),
    APP("constant-rate", "rate", "to: 'b:9', count: 5, rate: 1Mbit/s", "", "2Mbit/s"),
    APP("constant-rate", "gap", CONSTANT, "", "2ms"),
    APP("constant-rate", "count", CONSTANT, "", "6"),
    APP("constant-rate", "for", "to: 'b:9', gap: 1ms, for: 1s", "", "2s"),
#define PINGS "to: b, count: 2"
    APP("ping", "to", PINGS, "", "10.0.1.9"),
    APP("ping", "count", PINGS, "", "3"),
    APP("ping", "interval", PINGS, "", "2s"),
    APP("ping", "size", PINGS, "", "57B"),
    APP("ping", "ttl", PINGS, "", "1"),
    APP("ping", "dont-fragment", "to: b, count: 1, size: 3000B", "", "true"),
    APP("ping", "timeout", PINGS, "", "1ms"),
#define REQUESTS "to: 'b:80', count: 3"
#define ANSWERS "|apps.b=respond"
    APP("request-response", "to", REQUESTS, ANSWERS, "b:81"),
    APP("request-response", "request", REQUESTS, ANSWERS, "2KiB"),
    APP("request-response", "response", REQUESTS, ANSWERS, "2KiB"),
    APP("request-response", "count", REQUESTS, ANSWERS, "4"),
    APP("request-response", "over", REQUESTS, ANSWERS, "1s"),
    APP("request-response", "parallel", REQUESTS, ANSWERS, "2"),
    APP("request-response", "think", REQUESTS, ANSWERS, "1s"),
    APP("traceroute", "to", "to: b", "", "10.0.1.9"),
    { "app-far", "traceroute.max-hops", "apps.h={traceroute: {to: d}}",
      "apps.h.traceroute.max-hops=1" },
    APP("traceroute", "probes", "to: b", "", "4"),
    APP("traceroute", "probe", "to: b", "", "icmp"),
    APP("traceroute", "timeout", "to: 10.0.1.9", "", "2s"),
    APP("traceroute", "size", "to: b", "", "33B"),
    SERVER("discard", "port", "{bulk: {to: 'b:9', bytes: 9kB}}", "8"),
    SERVER("discard", "transport", "{bulk: {to: 'b:9', bytes: 9kB}}", "udp"),
    SERVER("echo", "port", "[connect: 'b:7', send: 9B, receive: 9B, close]", "8"),
    SERVER("echo", "transport", "[connect: 'b:7', send: 9B, receive: 9B, close]", "udp"),
    SERVER("respond", "port", "{request-response: {to: 'b:80'}}", "81"),
    SERVER("respond", "request", "{request-response: {to: 'b:80'}}", "2KiB"),
    SERVER("respond", "response", "{request-response: {to: 'b:80'}}", "512B"),

    ROW("fault", "link", "links.v.between=[a, b]", "v"),
    ROW("fault", "toward", NULL, "a"),
    ROW("fault", "match.what", NULL, "FIN"),
    ROW("fault", "match.without", NULL, "ACK"),
    ROW("fault", "match.from-port", NULL, "2000"),
    ROW("fault", "match.to-port", NULL, "8"),
    ROW("fault", "match.retransmission", "@.nth=1", "true"),
    ROW("fault", "match.retransmission-of", "@.nth=1", "5"),
    ROW("fault", "match.from-byte", NULL, "10000"),
    ROW("fault", "match.to-byte", "@.match.from-port=1000", "1000"),
    ROW("fault", "nth", NULL, "4"),
    ROW("fault", "times", NULL, "2"),
    ROW("fault", "do", NULL, "duplicate"),
    ROW("fault", "by", "@.do=delay|@.by=1ms", "9ms"),
    ROW("fault", "bit", "@.do=corrupt", "300"),

    ROW("inject", "at", NULL, "2s"),
    ROW("inject", "link", "links.v.between=[a, b]", "v"),
    ROW("inject", "toward", NULL, "a"),
    ROW("inject", "segment", NULL, "'R 8:8(0)'"),
    ROW("inject", "from", NULL, "a:1001"),
    ROW("inject", "to", NULL, "b:81"),
    { "inject", "of",
      "inject=[{at: 1s, link: w, toward: b, segment: 'R 9:9(0)', from: 'a:1000', "
      "to: 'b:80'}]",
      "@.of=a-b-80" },
    { "inject", "raw", "inject=[{at: 1s, link: w, toward: b, raw: 0102}]", "@.raw=0103" },

    ROW("event", "at", NULL, "20ms"),
    ROW("event", "link", "links.v.between=[a, b]", "v"),
    ROW("event", "toward", NULL, "a"),
    { "event", "host", "events=[{at: 10ms, host: a, do: crash}]", "@.host=b" },
    { "event", "do", "events=[{at: 10ms, link: w, do: down}]", "@.do=up" },

    ROW("states", "of", NULL, "b"),
    ROW("states", "at", "@.of=a-b-80", "b"),
    { "states", "are", NULL, "@.are=[CLOSED, LISTEN]" },
#define BOUNDS(map_, little, much)                                                                 \
    { map_, "of", "@={of: a, are: " little "}", "@.of=b" },                                        \
        { map_, "are", "@={of: a, are: " little "}", "@.are=" much },                              \
        ROW(map_, "min", NULL, much), ROW(map_, "max", NULL, little)
    BOUNDS("number", "0", "999999"),
    BOUNDS("bytes", "0B", "999GB"),
    BOUNDS("duration", "0s", "99h"),
    BOUNDS("rate", "1bit/s", "999Gbit/s"),
    BOUNDS("share", "0%", "100%"),
    ROW("bool", "of", NULL, "b"),
    ROW("bool", "are", NULL, "false"),
    ROW("of-at", "at", "@.of=a-b-9", "b"),
    ROW("drops", "link", "links.v.between=[a, b]|@={max: 0}", "v"),
    ROW("drops", "toward", "@={link: w, max: 0}", "a"),
    ROW("drops", "at", "@={max: 0}", "a"),
    ROW("drops", "cause", "@={max: 0}", "loss"),
    { "drops", "are", "@={are: 1}", "@.are=2" },
    { "drops", "min", "@={min: 1}", "@.min=2" },
    { "drops", "max", "@={max: 1}", "@.max=0" },
    ROW("marks", "link", "links.v.between=[a, b]|@={max: 0}", "v"),
    ROW("marks", "toward", "@={link: w, max: 0}", "a"),
    { "marks", "are", "@={are: 0}", "@.are=1" },
    { "marks", "min", "@={min: 1}", "@.min=999" },
    { "marks", "max", "@={max: 999}", "@.max=0" },
    ROW("no-reset", "of", NULL, "b-a-9"),
    ROW("error", "of", NULL, "a-b-9-2"),
    ROW("error", "at", NULL, "b"),
    ROW("error", "is", NULL, "reset"),
    ROW("story", "tells", NULL, "[FIN, SYN-SENT]"),
    { "story", "never", NULL, "@={never: SYN-SENT}" },
    { NULL },
};
