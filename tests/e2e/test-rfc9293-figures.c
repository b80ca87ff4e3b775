/* Protects: the message sequences of RFC 9293 sections 3.5 and 3.6, figures 6 to 13. A row of the
 * table is a segment that leaves (>) or reaches (<) a peer, with its numbers and control bits, and
 * the state that the peer is in then; the number before it is the line of the figure. PSH, which
 * the figures do not show, is left out. */

#include <string.h>

#include "lib/run-scenario.h"

typedef struct Figure {
    const char *scenario;
    int64_t from_ns; /* where the figure begins */
    const char *lines;
} Figure;

/* clang-format off */
static const Figure figures[] = {
    { "rfc9293-figure-6", 0,
      /* 2 */ "a > SEQ=100 CTL=SYN SYN-SENT\n"
              "b < SEQ=100 CTL=SYN SYN-RCVD\n"
      /* 3 */ "b > SEQ=300 ACK=101 CTL=SYN,ACK SYN-RCVD\n"
              "a < SEQ=300 ACK=101 CTL=SYN,ACK ESTABLISHED\n"
      /* 4 */ "a > SEQ=101 ACK=301 CTL=ACK ESTABLISHED\n"
              "b < SEQ=101 ACK=301 CTL=ACK ESTABLISHED\n"
      /* 5 */ "a > SEQ=101 ACK=301 CTL=ACK DATA ESTABLISHED\n"
              "b < SEQ=101 ACK=301 CTL=ACK DATA ESTABLISHED\n" },
    { "rfc9293-figure-7", 0,
      /* 2 */ "a > SEQ=100 CTL=SYN SYN-SENT\n"
      /* 3 */ "b > SEQ=300 CTL=SYN SYN-SENT\n"
              "a < SEQ=300 CTL=SYN SYN-RCVD\n"
      /* 5 */ "a > SEQ=100 ACK=301 CTL=SYN,ACK SYN-RCVD\n"
      /* 4 */ "b < SEQ=100 CTL=SYN SYN-RCVD\n"
      /* 6 */ "b > SEQ=300 ACK=101 CTL=SYN,ACK SYN-RCVD\n"
              "a < SEQ=300 ACK=101 CTL=SYN,ACK ESTABLISHED\n"
      /* 7 */ "b < SEQ=100 ACK=301 CTL=SYN,ACK ESTABLISHED\n" },
    { "rfc9293-figure-8", 0,
      /* 2 */ "a > SEQ=100 CTL=SYN SYN-SENT\n"
      /* 3 */ "b < SEQ=90 CTL=SYN SYN-RCVD\n"
      /* 4 */ "b > SEQ=300 ACK=91 CTL=SYN,ACK SYN-RCVD\n"
              "a < SEQ=300 ACK=91 CTL=SYN,ACK SYN-SENT\n"
      /* 5 */ "a > SEQ=91 CTL=RST SYN-SENT\n"
              "b < SEQ=91 CTL=RST LISTEN\n"
      /* 6 */ "b < SEQ=100 CTL=SYN SYN-RCVD\n"
      /* 7 */ "b > SEQ=400 ACK=101 CTL=SYN,ACK SYN-RCVD\n"
              "a < SEQ=400 ACK=101 CTL=SYN,ACK ESTABLISHED\n"
      /* 8 */ "a > SEQ=101 ACK=401 CTL=ACK ESTABLISHED\n"
              "b < SEQ=101 ACK=401 CTL=ACK ESTABLISHED\n" },
    /* B listens on after the reset, so line 7 finds LISTEN where the figure leaves it open. */
    { "rfc9293-figure-9", 1204 * SIM_NS_PER_US,
      /* 3 */ "a > SEQ=400 CTL=SYN SYN-SENT\n"
              "b < SEQ=400 CTL=SYN ESTABLISHED\n"
      /* 4 */ "b > SEQ=300 ACK=100 CTL=ACK ESTABLISHED\n"
              "a < SEQ=300 ACK=100 CTL=ACK SYN-SENT\n"
      /* 5 */ "a > SEQ=100 CTL=RST SYN-SENT\n"
      /* 6 */ "b < SEQ=100 CTL=RST CLOSED\n"
      /* 7 */ "a > SEQ=400 CTL=SYN SYN-SENT\n"
              "b < SEQ=400 CTL=SYN SYN-RCVD\n" },
    { "rfc9293-figure-10", SIM_NS_PER_MS,
      /* 2 */ "b > SEQ=300 ACK=100 CTL=ACK DATA ESTABLISHED\n"
              "a < SEQ=300 ACK=100 CTL=ACK DATA CLOSED\n"
      /* 3 */ "a > SEQ=100 CTL=RST CLOSED\n"
              "b < SEQ=100 CTL=RST CLOSED\n" },
    { "rfc9293-figure-11", 0,
      /* 2 */ "b < SEQ=1000 CTL=SYN SYN-RCVD\n"
      /* 3 */ "b > SEQ=300 ACK=1001 CTL=SYN,ACK SYN-RCVD\n"
              "a < SEQ=300 ACK=1001 CTL=SYN,ACK LISTEN\n"
      /* 4 */ "a > SEQ=1001 CTL=RST LISTEN\n"
      /* 5 */ "b < SEQ=1001 CTL=RST LISTEN\n" },
    { "rfc9293-figure-12", SIM_NS_PER_MS,
      /* 2 */ "a > SEQ=100 ACK=300 CTL=FIN,ACK FIN-WAIT-1\n"
              "b < SEQ=100 ACK=300 CTL=FIN,ACK CLOSE-WAIT\n"
      /* 3 */ "b > SEQ=300 ACK=101 CTL=ACK CLOSE-WAIT\n"
              "a < SEQ=300 ACK=101 CTL=ACK FIN-WAIT-2\n"
      /* 4 */ "b > SEQ=300 ACK=101 CTL=FIN,ACK LAST-ACK\n"
              "a < SEQ=300 ACK=101 CTL=FIN,ACK TIME-WAIT\n"
      /* 5 */ "a > SEQ=101 ACK=301 CTL=ACK TIME-WAIT\n"
              "b < SEQ=101 ACK=301 CTL=ACK CLOSED\n"
      /* 6 */ "a: CLOSED\n" },
    { "rfc9293-figure-13", SIM_NS_PER_MS,
      /* 2 */ "a > SEQ=100 ACK=300 CTL=FIN,ACK FIN-WAIT-1\n"
              "b > SEQ=300 ACK=100 CTL=FIN,ACK FIN-WAIT-1\n"
              "a < SEQ=300 ACK=100 CTL=FIN,ACK CLOSING\n"
      /* 3 */ "a > SEQ=101 ACK=301 CTL=ACK CLOSING\n"
              "b < SEQ=100 ACK=300 CTL=FIN,ACK CLOSING\n"
              "b > SEQ=301 ACK=101 CTL=ACK CLOSING\n"
      /* 4 */ "a < SEQ=301 ACK=101 CTL=ACK TIME-WAIT\n"
              "b < SEQ=101 ACK=301 CTL=ACK TIME-WAIT\n"
              "a: CLOSED\n"
              "b: CLOSED\n" },
};
/* clang-format on */

/* The state of a host after all that happens there at an instant. Where a connection that came from
 * a listener is reset in SYN-RCVD, the RFC returns to LISTEN; ours ends, and the listener is in
 * LISTEN as before. */
static TcpState state_after(const TraceRun *run, uint32_t place, int64_t at_ns)
{
    TcpState state = TCP_STATE_CLOSED;
    bool listens = false;
    for (uint32_t i = 0; i < run->lines->len && trace_line(run, i)->time_ns <= at_ns; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->place != place || line->what != TRACE_STATE) {
            continue;
        }
        state = line->state.to;
        listens |= line->state.to == TCP_STATE_LISTEN;
        if (listens && line->state.from == TCP_STATE_SYN_RCVD && state == TCP_STATE_CLOSED) {
            state = TCP_STATE_LISTEN;
        }
    }
    return state;
}

static void put_segment(GString *out, const TraceRun *run, const TraceLine *line, char way)
{
    const Packet *pkt = trace_packet(run, line->packet)->snapshot;
    char flags[WIRE_TCP_FLAGS_TEXT_BYTES];
    wire_tcp_flags_format((uint16_t)(pkt->tcp.flags & ~TCP_PSH), flags);
    g_strdelimit(flags, " ", ',');
    g_string_append_printf(out, "%s %c SEQ=%u", trace_place(run, line->place)->name, way,
                           pkt->tcp.seq);
    if ((pkt->tcp.flags & TCP_ACK) != 0) {
        g_string_append_printf(out, " ACK=%u", pkt->tcp.ack);
    }
    g_string_append_printf(out, " CTL=%s%s %s\n", flags, pkt->payload.len_bytes > 0 ? " DATA" : "",
                           tcp_state_to_string(state_after(run, line->place, line->time_ns)));
}

static char *tell(const TraceRun *run, int64_t from_ns)
{
    GString *out = g_string_new(NULL);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        bool is_host = trace_place(run, line->place)->kind == TRACE_PLACE_HOST;
        if (line->time_ns < from_ns || !is_host) {
            continue;
        }
        if (line->what == TRACE_SEND || line->what == TRACE_RECEIVE) {
            put_segment(out, run, line, line->what == TRACE_SEND ? '>' : '<');
        } else if (line->what == TRACE_STATE && line->state.by == TCP_EVENT_TIMEOUT_2MSL) {
            g_string_append_printf(out, "%s: CLOSED\n", trace_place(run, line->place)->name);
        }
    }
    return g_string_free(out, FALSE);
}

static void test_figure(gconstpointer data)
{
    const Figure *figure = data;
    g_autofree char *path = g_strdup_printf("scenarios/%s.yaml", figure->scenario);
    g_autoptr(TraceRun) run = run_scenario(path);
    g_autofree char *told = tell(run, figure->from_ns);
    g_test_message("%s", told);
    /* What comes after the last line of a figure is not its business. */
    told[MIN(strlen(told), strlen(figure->lines))] = '\0';
    g_assert_cmpstr(told, ==, figure->lines);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        g_autofree char *path = g_strdup_printf("/e2e/rfc9293/%s", figures[i].scenario);
        g_test_add_data_func(path, &figures[i], test_figure);
    }
    return g_test_run();
}
