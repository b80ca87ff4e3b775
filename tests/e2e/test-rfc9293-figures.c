/* Protects: the message sequences of RFC 9293 sections 3.5 and 3.6, line by line: each segment with
 * its SEQ, ACK and control bits as it is sent, each state as it is entered, in the order of time.
 * The tables are written from the figures; what the figures call "..." is a segment on its way. */

#include <string.h>

#include "lib/run-scenario.h"

typedef struct Figure {
    const char *label, *scenario, *lines;
} Figure;

static const Figure figures[] = {
    { "/e2e/rfc9293/figure-6", "scenarios/rfc9293-figure-6.yaml",
      "a: SYN-SENT\n"
      "a > SEQ=100 CTL=SYN\n"
      "b: LISTEN\n"
      "b: SYN-RCVD\n"
      "b > SEQ=300 ACK=101 CTL=SYN,ACK\n"
      "a: ESTABLISHED\n"
      "a > SEQ=101 ACK=301 CTL=ACK\n"
      "b: ESTABLISHED\n"
      "a > SEQ=101 ACK=301 CTL=ACK DATA=10\n" },
    { "/e2e/rfc9293/figure-7", "scenarios/rfc9293-figure-7.yaml",
      "a: SYN-SENT\n"
      "a > SEQ=100 CTL=SYN\n"
      "b: SYN-SENT\n"
      "b > SEQ=300 CTL=SYN\n"
      "a: SYN-RCVD\n"
      "a > SEQ=100 ACK=301 CTL=SYN,ACK\n"
      "b: SYN-RCVD\n"
      "b > SEQ=300 ACK=101 CTL=SYN,ACK\n"
      "a: ESTABLISHED\n"
      "b: ESTABLISHED\n" },
    { "/e2e/rfc9293/figure-8", "scenarios/rfc9293-figure-8.yaml",
      "a: SYN-SENT\n"
      "a > SEQ=100 CTL=SYN\n"
      "b: SYN-RCVD\n"
      "b > SEQ=300 ACK=91 CTL=SYN,ACK\n"
      "a > SEQ=91 CTL=RST\n"
      "b: CLOSED\n"
      "b: SYN-RCVD\n"
      "b > SEQ=400 ACK=101 CTL=SYN,ACK\n"
      "a: ESTABLISHED\n"
      "a > SEQ=101 ACK=401 CTL=ACK\n"
      "b: ESTABLISHED\n" },
    { "/e2e/rfc9293/figure-9", "scenarios/rfc9293-figure-9.yaml",
      "a: CLOSED\n"
      "a: SYN-SENT\n"
      "a > SEQ=400 CTL=SYN\n"
      "b > SEQ=300 ACK=100 CTL=ACK\n"
      "a > SEQ=100 CTL=RST\n"
      "b: CLOSED\n"
      "a > SEQ=400 CTL=SYN\n" },
    { "/e2e/rfc9293/figure-10", "scenarios/rfc9293-figure-10.yaml",
      "a: CLOSED\n"
      "b > SEQ=300 ACK=100 CTL=ACK DATA=10\n"
      "a > SEQ=100 CTL=RST\n"
      "b: CLOSED\n" },
    { "/e2e/rfc9293/figure-11", "scenarios/rfc9293-figure-11.yaml",
      "a: LISTEN\n"
      "b: LISTEN\n"
      "b: SYN-RCVD\n"
      "b > SEQ=300 ACK=1001 CTL=SYN,ACK\n"
      "a > SEQ=1001 CTL=RST\n"
      "b: CLOSED\n" },
    { "/e2e/rfc9293/figure-12", "scenarios/rfc9293-figure-12.yaml",
      "a: FIN-WAIT-1\n"
      "a > SEQ=100 ACK=300 CTL=FIN,ACK\n"
      "b: CLOSE-WAIT\n"
      "b > SEQ=300 ACK=101 CTL=ACK\n"
      "a: FIN-WAIT-2\n"
      "b: LAST-ACK\n"
      "b > SEQ=300 ACK=101 CTL=FIN,ACK\n"
      "a: TIME-WAIT\n"
      "a > SEQ=101 ACK=301 CTL=ACK\n"
      "b: CLOSED\n"
      "a: CLOSED\n" },
    { "/e2e/rfc9293/figure-13", "scenarios/rfc9293-figure-13.yaml",
      "a: FIN-WAIT-1\n"
      "a > SEQ=100 ACK=300 CTL=FIN,ACK\n"
      "b: FIN-WAIT-1\n"
      "b > SEQ=300 ACK=100 CTL=FIN,ACK\n"
      "a: CLOSING\n"
      "a > SEQ=101 ACK=301 CTL=ACK\n"
      "b: CLOSING\n"
      "b > SEQ=301 ACK=101 CTL=ACK\n"
      "a: TIME-WAIT\n"
      "b: TIME-WAIT\n"
      "a: CLOSED\n"
      "b: CLOSED\n" },
};

static void put_segment(GString *out, const TraceRun *run, const TraceLine *line)
{
    const Packet *p = &trace_packet(run, line->packet)->snapshot;
    char flags[40];
    wire_tcp_flags_format((uint16_t)(p->tcp.flags & ~TCP_PSH), flags);
    g_strdelimit(flags, " ", ',');
    g_string_append_printf(out, "%s > SEQ=%u", trace_place(run, line->place)->name, p->tcp.seq);
    if ((p->tcp.flags & TCP_ACK) != 0) {
        g_string_append_printf(out, " ACK=%u", p->tcp.ack);
    }
    g_string_append_printf(out, " CTL=%s", flags);
    if (p->payload.len_bytes > 0) {
        g_string_append_printf(out, " DATA=%u", p->payload.len_bytes);
    }
    g_string_append_c(out, '\n');
}

static GString *sequence(const TraceRun *run)
{
    GString *out = g_string_new(NULL);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_STATE) {
            g_string_append_printf(out, "%s: %s\n", trace_place(run, line->place)->name,
                                   tcp_state_to_string(line->state.to));
        } else if (line->what == TRACE_SEND &&
                   trace_packet(run, line->packet)->snapshot.kind == PACKET_TCP) {
            put_segment(out, run, line);
        }
    }
    return out;
}

/* The figure stands in the sequence as a whole; some figures begin or end in the middle of it. */
static void test_figure(gconstpointer data)
{
    const Figure *figure = data;
    g_autoptr(TraceRun) run = run_scenario(figure->scenario);
    g_autoptr(GString) told = sequence(run);
    if (strstr(told->str, figure->lines) == NULL) {
        g_assert_cmpstr(told->str, ==, figure->lines);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        g_test_add_data_func(figures[i].label, &figures[i], test_figure);
    }
    return g_test_run();
}
