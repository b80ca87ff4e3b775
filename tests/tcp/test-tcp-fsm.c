/* Protects: the state diagram, edge by edge: RFC 9293 figure 5 and the events it leaves out. A pair
 * of state and event that is not listed here must mean nothing. */

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "tcp/tcp_fsm.h"

typedef struct Edge {
    const char *state, *event, *next;
} Edge;

static const Edge edges[] = {
    { "CLOSED", "open-active", "SYN-SENT" },
    { "CLOSED", "open-passive", "LISTEN" },
    { "LISTEN", "rcv-syn", "SYN-RCVD" },
    { "LISTEN", "close", "CLOSED" },
    { "SYN-SENT", "rcv-syn", "SYN-RCVD" },
    { "SYN-SENT", "rcv-syn-ack", "ESTABLISHED" },
    { "SYN-SENT", "close", "CLOSED" },
    { "SYN-SENT", "rcv-icmp", "CLOSED" },
    { "SYN-RCVD", "rcv-ack-of-syn", "ESTABLISHED" },
    { "SYN-RCVD", "rcv-syn-ack", "ESTABLISHED" },
    { "SYN-RCVD", "rcv-icmp", "CLOSED" },
    { "SYN-RCVD", "close", "FIN-WAIT-1" },
    { "ESTABLISHED", "close", "FIN-WAIT-1" },
    { "ESTABLISHED", "rcv-fin", "CLOSE-WAIT" },
    { "FIN-WAIT-1", "rcv-fin", "CLOSING" },
    { "FIN-WAIT-1", "rcv-ack-of-fin", "FIN-WAIT-2" },
    { "FIN-WAIT-1", "rcv-fin-ack", "TIME-WAIT" },
    { "FIN-WAIT-2", "rcv-fin", "TIME-WAIT" },
    { "CLOSE-WAIT", "close", "LAST-ACK" },
    { "CLOSING", "rcv-ack-of-fin", "TIME-WAIT" },
    { "LAST-ACK", "rcv-ack-of-fin", "CLOSED" },
    { "TIME-WAIT", "timeout-2msl", "CLOSED" },
};

static bool is_among(const char *word, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    return g_strv_contains((const char *const *)list, word);
}

/* What ends a connection in nearly every state. */
static bool ends(const char *state, const char *event)
{
    if (strcmp(state, "CLOSED") == 0) {
        return false;
    }
    if (is_among(event, "abort crash")) {
        return true;
    }
    if (strcmp(state, "LISTEN") == 0) {
        return false;
    }
    if (strcmp(event, "rcv-syn") == 0) { /* with RFC 5961 off, in SYN-RCVD, for RFC 6191 */
        return strcmp(state, "SYN-SENT") != 0;
    }
    return is_among(event, "rcv-rst timeout-user") && strcmp(state, "TIME-WAIT") != 0;
}

static const char *expected(const char *state, const char *event)
{
    for (size_t i = 0; i < G_N_ELEMENTS(edges); i++) {
        if (strcmp(edges[i].state, state) == 0 && strcmp(edges[i].event, event) == 0) {
            return edges[i].next;
        }
    }
    return ends(state, event) ? "CLOSED" : "";
}

static void test_pair(gconstpointer data)
{
    unsigned pair = GPOINTER_TO_UINT(data);
    TcpState state = pair / TCP_N_EVENTS;
    TcpEvent event = pair % TCP_N_EVENTS;
    TcpState next = tcp_fsm_next(state, event);
    g_assert_cmpstr(next != TCP_N_STATES ? tcp_state_to_string(next) : "", ==,
                    expected(tcp_state_to_string(state), tcp_event_to_string(event)));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned pair = 0; pair < TCP_N_STATES * TCP_N_EVENTS; pair++) {
        g_autofree char *state = g_ascii_strdown(tcp_state_to_string(pair / TCP_N_EVENTS), -1);
        g_autofree char *path =
            g_strdup_printf("/tcp/fsm/%s-%s", tcp_event_to_string(pair % TCP_N_EVENTS), state);
        g_test_add_data_func(path, GUINT_TO_POINTER(pair), test_pair);
    }
    return g_test_run();
}
