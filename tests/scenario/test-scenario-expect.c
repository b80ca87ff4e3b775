/* Protects: each kind of expectation holds when it should, and fails when it should with the place
 * in the scenario, what was seen, and the packets by their numbers; injected segments and events do
 * what they say. */

#include "scenario/scenario_bed.h"

#include <string.h>

/* A connection over a wire whose first data segment is lost; rows add what is expected. Twelve
 * lines; what a row adds begins at line 13. */
#define BASE                                                                                       \
    "wirelab: 1\n"                                                                                 \
    "hosts: {client: , server: }\n"                                                                \
    "links:\n"                                                                                     \
    "  wire: {between: [client, server], rate: 10Mbit/s, delay: 20ms}\n"                           \
    "apps:\n"                                                                                      \
    "  client: [bind: 1000, connect: server:80, send: 20kB, wait: 300ms, close]\n"                 \
    "  server: [listen: 80, accept, receive: until-eof, close]\n"                                  \
    "faults:\n"                                                                                    \
    "  - link: wire\n"                                                                             \
    "    toward: server\n"                                                                         \
    "    match: DATA\n"                                                                            \
    "    do: drop\n"

typedef struct Row {
    const char *label;
    const char *yaml;
    const char *failures; /* "" : all holds */
} Row;

static const Row rows[] = {
    { "states",
      BASE "expect: [states: {of: client, are: [CLOSED, SYN-SENT, ESTABLISHED, FIN-WAIT-1, "
           "FIN-WAIT-2, TIME-WAIT, CLOSED]}]\n",
      "" },
    { "states-passive",
      BASE "expect: [states: {of: client-server-80, at: server, are: [LISTEN, SYN-RCVD, "
           "ESTABLISHED, CLOSE-WAIT, LAST-ACK, CLOSED]}]\n",
      "" },
    { "states-wrong",
      BASE "expect: [states: {of: client, are: [CLOSED, SYN-SENT, ESTABLISHED, CLOSE-WAIT]}]\n",
      "t.yaml:13:10: states: state 4 is FIN-WAIT-1, expected CLOSE-WAIT; the states were: CLOSED, "
      "SYN-SENT, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT, CLOSED\n" },
    { "states-short", BASE "expect: [states: {of: server, are: [LISTEN]}]\n",
      "t.yaml:13:10: states: state 2 is SYN-RCVD, expected nothing more; the states were: LISTEN, "
      "SYN-RCVD, ESTABLISHED, CLOSE-WAIT, LAST-ACK, CLOSED\n" },
    { "retransmissions", BASE "expect: [retransmissions: {of: client, are: 1}]\n", "" },
    { "retransmissions-bounds", BASE "expect: [retransmissions: {of: client, min: 1, max: 2}]\n",
      "" },
    { "retransmissions-wrong", BASE "expect: [retransmissions: {of: client, are: 0}]\n",
      "t.yaml:13:10: retransmissions: it was 1, expected exactly 0 (#27)\n" },
    { "retransmissions-at",
      BASE "expect: [retransmissions: {of: client-server-80, at: server, "
           "are: 0}]\n",
      "" },
    { "segments-wrong", BASE "expect: [segments: {of: client, max: 3}]\n",
      "t.yaml:13:10: segments: it was 19, expected at most 3\n" },
    { "drops", BASE "expect: [drops: {link: wire, toward: server, cause: fault, are: 1}]\n", "" },
    { "drops-anywhere", BASE "expect: [drops: {are: 1}]\n", "" },
    { "drops-other-cause", BASE "expect: [drops: {link: wire, cause: queue-full, are: 1}]\n",
      "t.yaml:13:10: drops: it was 0, expected exactly 1\n" },
    { "drops-other-way", BASE "expect: [drops: {link: wire, toward: client, max: 0}]\n", "" },
    { "drops-wrong", BASE "expect: [drops: {link: wire, max: 0}]\n",
      "t.yaml:13:10: drops: it was 1, expected at most 0 (#6)\n" },
    { "completion", BASE "expect: [completion: {of: server, min: 60ms, max: 1s}]\n", "" },
    { "completion-wrong", BASE "expect: [completion: {of: server, max: 1ms}]\n",
      "t.yaml:13:10: completion: it was 229.9024ms, expected at most 1ms\n" },
    { "completion-nothing", BASE "expect: [completion: {of: client, max: 1s}]\n",
      "t.yaml:13:10: completion: nothing was delivered\n" },
    { "delivered", BASE "expect: [delivered: {of: server, are: 20kB}]\n", "" },
    { "delivered-wrong", BASE "expect: [delivered: {of: server, min: 1MB}]\n",
      "t.yaml:13:10: delivered: it was 20kB, expected at least 1MB\n" },
    { "no-reset", BASE "expect: [no-reset]\n", "" },
    { "no-reset-of", BASE "expect: [no-reset: client]\n", "" },
    { "reset",
      BASE "expect: [no-reset]\n"
           "inject:\n"
           "  - {at: 30ms, link: wire, toward: server, segment: S 0:0(0), from: client:9, to: "
           "server:99}\n",
      "t.yaml:13:10: no-reset: a reset was sent (#5)\n" },
    { "error-none", BASE "stop: 50ms\nexpect: [error: {of: client, is: none}]\n", "" },
    { "error-wrong", BASE "expect: [error: {of: client, is: reset}]\n",
      "t.yaml:13:10: error: it ended with 'closed by both sides', expected 'reset by the peer'\n" },
    { "error-reset",
      BASE "x-more: 1\n"
           "inject:\n"
           "  - {at: 200ms, link: wire, toward: client, segment: R 1:1(0), from: server:80, to: "
           "client:1000, of: client-server-80}\n"
           "expect: [error: {of: client, is: reset}]\n",
      "t.yaml:7:32: program 'server': the step did not end as expected: it was 'reset', expected "
      "'ok'\n" },
    { "no-connection", BASE "expect: [delivered: {of: client-server-81, are: 1kB}]\n",
      "t.yaml:13:10: delivered: there was no connection 'client-server-81'\n" },
    { "ambiguous",
      "wirelab: 1\n"
      "hosts: {a: , b: }\n"
      "links: {w: {between: [a, b]}}\n"
      "apps:\n"
      "  a: [connect: b:80, close, connect: b:80, close]\n"
      "  b: [listen: 80, accept, close, accept, close]\n"
      "expect: [delivered: {of: a, are: 0B}]\n",
      "t.yaml:7:10: delivered: 'a' has several connections: 'a-b-80', 'a-b-80-2'; name the one "
      "that is meant\n" },
    { "second-connection",
      "wirelab: 1\n"
      "hosts: {a: , b: }\n"
      "links: {w: {between: [a, b]}}\n"
      "apps:\n"
      "  a: [connect: b:80, close, connect: b:80, send: 5B, close]\n"
      "  b: [listen: 80, accept, close, accept, receive: until-eof, close]\n"
      "expect: [delivered: {of: a-b-80-2, at: b, are: 5B}]\n",
      "" },
    { "program",
      "wirelab: 1\n"
      "hosts: {a: , b: }\n"
      "links: {w: {between: [a, b]}}\n"
      "apps:\n"
      "  a:\n"
      "    - connect: b:80\n"
      "    - close\n",
      "t.yaml:6:7: program 'a': the step did not end as expected: it was 'refused', "
      "expected 'ok'\n" },
    { "program-expects-error",
      "wirelab: 1\n"
      "hosts: {a: , b: }\n"
      "links: {w: {between: [a, b]}}\n"
      "apps: {a: [connect: {to: b:80, expect: refused}]}\n",
      "" },
    { "inject-of-host",
      BASE "inject:\n"
           "  - {at: 70ms, link: wire, toward: server, segment: . 1:1(0) ack 1, from: client:1000, "
           "to: server:80, of: client}\n",
      "" },
    { "inject-of-host-with-two",
      "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: {between: [a, b]}}\n"
      "apps:\n"
      "  a: [[connect: b:80, wait: 1s], [connect: b:81, wait: 1s]]\n"
      "  b: [[listen: 80, accept, wait: 1s], [listen: 81, accept, wait: 1s]]\n"
      "inject: [{at: 500ms, link: w, toward: b, segment: R 1:1(0), from: a:1, to: b:80, of: a}]\n",
      "t.yaml:7:86: 'a' has more than one connection at that time; name one of them\n" },
    { "at-in-the-past",
      "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: {between: [a, b], delay: 2s}}\n"
      "apps: {a: [connect: b:80, at: 1s, close], b: [listen: 80, accept, receive]}\n",
      "t.yaml:4:27: program 'a': the instant of 'at' had passed when the program came here\n" },
    { "inject-no-connection",
      BASE "inject:\n"
           "  - {at: 0ms, link: wire, toward: client, segment: R 1:1(0), from: server:80, to: "
           "client:1, of: client-server-81}\n",
      "t.yaml:14:97: there is no connection 'client-server-81' at that time\n" },
    { "crash",
      BASE "events: [{at: 110ms, host: server, do: crash}]\n"
           "stop: 100s\n"
           "expect: [error: {of: server, is: crashed}, drops: {cause: host-down, min: 1}]\n",
      "" },
    { "crash-and-reboot",
      BASE "events: [{at: 110ms, host: server, do: crash}, {at: 1s, host: server, do: reboot}]\n"
           "expect: [error: {of: client-server-80, is: reset}]\n",
      "" },
    { "link-down",
      BASE "events: [{at: 50ms, link: wire, do: down}, {at: 10s, link: wire, do: up}]\n"
           "expect: [drops: {cause: link-down, min: 1}, delivered: {of: server, are: 20kB}]\n",
      "" },
    { "rate-changes",
      BASE "events: [{at: 50ms, link: wire, toward: server, set: {rate: 10kbit/s}}]\n"
           "expect: [completion: {of: server, min: 16s}]\n",
      "" },
};

/* A client and a server with nothing between them; rows add programs and what is expected. Three
 * lines. */
#define PAIR                                                                                       \
    "wirelab: 1\n"                                                                                 \
    "hosts: {client: , server: }\n"                                                                \
    "links: {wire: {between: [client, server], rate: 10Mbit/s, delay: 20ms}}\n"

/* What programs tell of themselves: the words are those of app_result.h. */
static const Row results[] = {
    { "ping",
      PAIR "apps: {client: {ping: {to: server, count: 3, interval: 100ms}}}\n"
           "expect:\n"
           "  - sent: {of: client, are: 3}\n"
           "  - received: {of: client, are: 3}\n"
           "  - loss: {of: client, are: 0%}\n"
           "  - rtt-max: {of: client, min: 40ms, max: 100ms}\n"
           "  - finished: {of: client, are: true}\n",
      "" },
    { "ping-lost",
      PAIR "apps: {client: {ping: {to: server, count: 4, interval: 100ms}}}\n"
           "faults: [{link: wire, toward: server, match: ICMP, nth: 2, do: drop}]\n"
           "expect:\n"
           "  - loss: {of: client, max: 1%}\n"
           "  - received: {of: client, are: 4}\n"
           "  - rtt-avg: {of: client, max: 1ms}\n"
           "  - finished: {of: client, are: false}\n",
      "t.yaml:7:5: loss: it was 25%, expected at most 1%\n"
      "t.yaml:8:5: received: it was 3, expected exactly 4\n"
      "t.yaml:9:5: rtt-avg: it was 53.530666ms, expected at most 1ms\n"
      "t.yaml:10:5: finished: it was true, expected exactly false\n" },
    { "nothing-to-tell",
      PAIR "apps: {client: {ping: {to: server, count: 1}}}\n"
           "faults: [{link: wire, toward: server, match: ICMP, do: drop}]\n"
           "expect: [rtt-min: {of: client, max: 1s}]\n",
      "t.yaml:6:10: rtt-min: program 'client' has nothing to tell of it\n" },
    { "datagrams",
      PAIR "apps:\n"
           "  client: {constant-rate: {to: server:9, size: 100B, gap: 1ms, count: 10}}\n"
           "  server: {discard: {transport: udp}}\n"
           "faults: [{link: wire, toward: server, match: UDP, nth: 3, do: drop}]\n"
           "expect:\n"
           "  - sent: {of: client, are: 10}\n"
           "  - answers: {of: client, are: 0}\n"
           "  - received: {of: server, are: 9}\n"
           "  - received-bytes: {of: server, are: 900B}\n"
           "  - lost: {of: server, are: 1}\n"
           "  - loss: {of: server, are: 10%}\n",
      "" },
    { "transfer",
      PAIR "apps:\n"
           "  client: {bulk: {to: server:9, bytes: 100kB}}\n"
           "  server: {discard: {}}\n"
           "expect:\n"
           "  - time: {of: client, min: 120ms, max: 1s}\n"
           "  - goodput: {of: client, max: 10Mbit/s}\n"
           "  - goodput: {of: server, min: 1Mbit/s, max: 10Mbit/s}\n",
      "" },
    { "traceroute",
      "wirelab: 1\n"
      "topology: {chain: {routers: 3}}\n"
      "apps: {left: {traceroute: {to: right}}}\n"
      "expect: [hops: {of: left, are: 4}]\n",
      "" },
    { "second-program",
      PAIR "apps:\n"
           "  client:\n"
           "    - ping: {to: server, count: 1}\n"
           "    - ping: {to: server, count: 2}\n"
           "expect: [sent: {of: client#1, are: 1}, sent: {of: client#2, are: 2}]\n",
      "" },
    { "only-one-with-it",
      PAIR "apps:\n"
           "  client:\n"
           "    - steps: [connect: {to: server:80, expect: refused}]\n"
           "    - traceroute: {to: server, probes: 2}\n"
           "expect: [hops: {of: client, are: 1}]\n",
      "" },
};

static const Row program_failures[] = {
    { "exchange",
      PAIR "apps:\n"
           "  client:\n"
           "    request-response: {to: server:80, count: 2}\n",
      "t.yaml:6:5: program 'client': an exchange failed: it was 'refused', expected 'ok'\n" },
    { "short-response",
      PAIR "apps:\n"
           "  client: {request-response: {to: server:80, response: 2kB}}\n"
           "  server: {respond: {response: 1kB}}\n",
      "t.yaml:5:12: program 'client': a response was not of the length agreed\n" },
    { "exchanges-expected-to-fail",
      PAIR "apps: {client: {request-response: {to: server:80, count: 2}}}\n"
           "expect: [failed: {of: client, are: 2}, exchanges: {of: client, are: 0}]\n",
      "" },
    { "fewer-fail-than-expected",
      PAIR "apps: {client: {request-response: {to: server:80, count: 2}}}\n"
           "expect: [failed: {of: client, are: 3}]\n",
      "t.yaml:5:10: failed: it was 2, expected exactly 3\n" },
    /* A segment by an impostor: its bytes pass every check but the receiver's own. */
    { "wrong-bytes",
      "wirelab: 1\n"
      "hosts: {client: {tcp: {timestamps: false}}, server: }\n"
      "links: {wire: {between: [client, server], rate: 10Mbit/s, delay: 20ms}}\n"
      "apps:\n"
      "  client: [bind: 1000, connect: server:80, send: 1kB, wait: 2s, close]\n"
      "  server:\n"
      "    - listen: 80\n"
      "    - accept\n"
      "    - receive: until-eof\n"
      "    - close\n"
      "inject:\n"
      "  - {at: 500ms, link: wire, toward: server, segment: P. 1001:1006(5) ack 1, from: "
      "client:1000, to: server:80, of: client-server-80}\n",
      "t.yaml:9:7: program 'server': it received other bytes than were sent\n" },
    /* Nobody waits for a program that waits for ever, unless it is expected to finish. */
    { "unfinished", PAIR "stop: 1s\napps: {server: [listen: 80, accept, close]}\n", "" },
    { "unfinished-against-expectation",
      PAIR "stop: 1s\n"
           "apps: {server: [listen: 80, accept, close]}\n"
           "expect: [finished: {of: server, are: true}]\n",
      "t.yaml:6:10: finished: it was false, expected exactly true\n" },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autoptr(Scenario) scenario = scenario_bed_load_good(row->yaml, NULL);
    g_autofree char *failures = scenario_bed_failures(scenario);
    g_assert_cmpstr(failures, ==, row->failures);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/expect/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/expect/result/%s", results[i].label);
        g_test_add_data_func(path, &results[i], test_row);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(program_failures); i++) {
        g_autofree char *path =
            g_strdup_printf("/scenario/expect/program/%s", program_failures[i].label);
        g_test_add_data_func(path, &program_failures[i], test_row);
    }
    return g_test_run();
}
