/* Protects: what every event does in every state, reached and tried by real segments, calls and
 * timers. A row says through which states the connection goes; "" means that it stays. */

#include "inet/inet_icmp.h"
#include "lib/tcp-bed.h"

#define USER_TIMEOUT_NS (500 * SIM_NS_PER_MS)
#define MSL_NS SIM_NS_PER_S

static const char *const chart[TCP_N_STATES][TCP_N_EVENTS] = {
    [TCP_STATE_CLOSED] = { [TCP_EVENT_OPEN_ACTIVE] = "CLOSED SYN-SENT" },
    [TCP_STATE_LISTEN] = { [TCP_EVENT_RCV_SYN] = "LISTEN SYN-RCVD" },
    [TCP_STATE_SYN_SENT] = { [TCP_EVENT_CLOSE] = "SYN-SENT CLOSED",
                             [TCP_EVENT_ABORT] = "SYN-SENT CLOSED",
                             [TCP_EVENT_RCV_SYN] = "SYN-SENT SYN-RCVD",
                             [TCP_EVENT_RCV_SYN_ACK] = "SYN-SENT ESTABLISHED",
                             [TCP_EVENT_RCV_RST] = "SYN-SENT CLOSED",
                             [TCP_EVENT_RCV_ICMP] = "SYN-SENT CLOSED",
                             [TCP_EVENT_TIMEOUT_USER] = "SYN-SENT CLOSED",
                             [TCP_EVENT_CRASH] = "SYN-SENT CLOSED" },
    [TCP_STATE_SYN_RCVD] = { [TCP_EVENT_RCV_SYN] = "SYN-RCVD CLOSED",
                             [TCP_EVENT_ABORT] = "SYN-RCVD CLOSED",
                             [TCP_EVENT_RCV_SYN_ACK] = "SYN-RCVD ESTABLISHED",
                             [TCP_EVENT_RCV_ACK_OF_SYN] = "SYN-RCVD ESTABLISHED",
                             [TCP_EVENT_RCV_FIN] = "SYN-RCVD ESTABLISHED CLOSE-WAIT",
                             [TCP_EVENT_RCV_FIN_ACK] = "SYN-RCVD ESTABLISHED CLOSE-WAIT",
                             [TCP_EVENT_RCV_ACK_OF_FIN] = "SYN-RCVD ESTABLISHED",
                             [TCP_EVENT_RCV_RST] = "SYN-RCVD CLOSED",
                             [TCP_EVENT_RCV_ICMP] = "SYN-RCVD CLOSED",
                             [TCP_EVENT_TIMEOUT_USER] = "SYN-RCVD CLOSED",
                             [TCP_EVENT_CRASH] = "SYN-RCVD CLOSED" },
    [TCP_STATE_ESTABLISHED] = { [TCP_EVENT_CLOSE] = "ESTABLISHED FIN-WAIT-1",
                                [TCP_EVENT_ABORT] = "ESTABLISHED CLOSED",
                                [TCP_EVENT_RCV_SYN] = "ESTABLISHED CLOSED",
                                [TCP_EVENT_RCV_FIN] = "ESTABLISHED CLOSE-WAIT",
                                [TCP_EVENT_RCV_FIN_ACK] = "ESTABLISHED CLOSE-WAIT",
                                [TCP_EVENT_RCV_RST] = "ESTABLISHED CLOSED",
                                [TCP_EVENT_TIMEOUT_USER] = "ESTABLISHED CLOSED",
                                [TCP_EVENT_CRASH] = "ESTABLISHED CLOSED" },
    [TCP_STATE_FIN_WAIT_1] = { [TCP_EVENT_ABORT] = "FIN-WAIT-1 CLOSED",
                               [TCP_EVENT_RCV_SYN] = "FIN-WAIT-1 CLOSED",
                               [TCP_EVENT_RCV_FIN] = "FIN-WAIT-1 CLOSING",
                               [TCP_EVENT_RCV_ACK_OF_FIN] = "FIN-WAIT-1 FIN-WAIT-2",
                               [TCP_EVENT_RCV_FIN_ACK] = "FIN-WAIT-1 TIME-WAIT",
                               [TCP_EVENT_RCV_RST] = "FIN-WAIT-1 CLOSED",
                               [TCP_EVENT_TIMEOUT_USER] = "FIN-WAIT-1 CLOSED",
                               [TCP_EVENT_CRASH] = "FIN-WAIT-1 CLOSED" },
    [TCP_STATE_FIN_WAIT_2] = { [TCP_EVENT_ABORT] = "FIN-WAIT-2 CLOSED",
                               [TCP_EVENT_RCV_SYN] = "FIN-WAIT-2 CLOSED",
                               [TCP_EVENT_RCV_FIN] = "FIN-WAIT-2 TIME-WAIT",
                               [TCP_EVENT_RCV_FIN_ACK] = "FIN-WAIT-2 TIME-WAIT",
                               [TCP_EVENT_RCV_RST] = "FIN-WAIT-2 CLOSED",
                               [TCP_EVENT_TIMEOUT_USER] = "FIN-WAIT-2 CLOSED",
                               [TCP_EVENT_CRASH] = "FIN-WAIT-2 CLOSED" },
    [TCP_STATE_CLOSE_WAIT] = { [TCP_EVENT_CLOSE] = "CLOSE-WAIT LAST-ACK",
                               [TCP_EVENT_ABORT] = "CLOSE-WAIT CLOSED",
                               [TCP_EVENT_RCV_SYN] = "CLOSE-WAIT CLOSED",
                               [TCP_EVENT_RCV_RST] = "CLOSE-WAIT CLOSED",
                               [TCP_EVENT_TIMEOUT_USER] = "CLOSE-WAIT CLOSED",
                               [TCP_EVENT_CRASH] = "CLOSE-WAIT CLOSED" },
    [TCP_STATE_CLOSING] = { [TCP_EVENT_ABORT] = "CLOSING CLOSED",
                            [TCP_EVENT_RCV_SYN] = "CLOSING CLOSED",
                            [TCP_EVENT_RCV_ACK_OF_FIN] = "CLOSING TIME-WAIT",
                            [TCP_EVENT_RCV_FIN_ACK] = "CLOSING TIME-WAIT",
                            [TCP_EVENT_RCV_RST] = "CLOSING CLOSED",
                            [TCP_EVENT_TIMEOUT_USER] = "CLOSING CLOSED",
                            [TCP_EVENT_CRASH] = "CLOSING CLOSED" },
    [TCP_STATE_LAST_ACK] = { [TCP_EVENT_ABORT] = "LAST-ACK CLOSED",
                             [TCP_EVENT_RCV_SYN] = "LAST-ACK CLOSED",
                             [TCP_EVENT_RCV_ACK_OF_FIN] = "LAST-ACK CLOSED",
                             [TCP_EVENT_RCV_FIN_ACK] = "LAST-ACK CLOSED",
                             [TCP_EVENT_RCV_RST] = "LAST-ACK CLOSED",
                             [TCP_EVENT_TIMEOUT_USER] = "LAST-ACK CLOSED",
                             [TCP_EVENT_CRASH] = "LAST-ACK CLOSED" },
    [TCP_STATE_TIME_WAIT] = { [TCP_EVENT_ABORT] = "TIME-WAIT CLOSED",
                              /* RFC 6191: and a new connection begins. */
                              [TCP_EVENT_RCV_SYN] = "TIME-WAIT CLOSED SYN-RCVD",
                              [TCP_EVENT_TIMEOUT_2MSL] = "TIME-WAIT CLOSED",
                              [TCP_EVENT_CRASH] = "TIME-WAIT CLOSED" },
};

/* ---- stimuli ---- */

static void inject_event(TcpBed *bed, TcpState state, TcpEvent event)
{
    TcpSeq peer = tcp_bed_peer_next(state), host = tcp_bed_host_next(state);
    switch (event) {
    case TCP_EVENT_RCV_SYN:
        peer += state == TCP_STATE_LISTEN || state == TCP_STATE_SYN_SENT ? 0 : 10;
        tcp_bed_injectf(bed, "S %u:%u(0) win 65535 <mss 1460>", peer, peer);
        break;
    case TCP_EVENT_RCV_SYN_ACK:
        tcp_bed_inject(bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
        break;
    case TCP_EVENT_RCV_ACK_OF_SYN:
        tcp_bed_injectf(bed, ". %u:%u(0) ack 1 win 65535", peer, peer);
        break;
    case TCP_EVENT_RCV_FIN:
        tcp_bed_injectf(bed, "F. %u:%u(0) ack 1 win 65535", peer, peer);
        break;
    case TCP_EVENT_RCV_ACK_OF_FIN:
        tcp_bed_injectf(bed, ". %u:%u(0) ack %u win 65535", peer, peer, host);
        break;
    case TCP_EVENT_RCV_FIN_ACK:
        tcp_bed_injectf(bed, "F. %u:%u(0) ack %u win 65535", peer, peer, host);
        break;
    case TCP_EVENT_RCV_RST:
        tcp_bed_injectf(bed, "R. %u:%u(0) ack 1 win 0", peer, peer);
        break;
    default:
        tcp_bed_icmp(bed, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, host - 1);
        break;
    }
}

static void open_again(TcpBed *bed, TcpEvent event, TcpState state)
{
    int64_t now_ns = tcp_bed_now(bed);
    if (event == TCP_EVENT_OPEN_PASSIVE) {
        TcpListener *listener = tcp_listen(bed->tcp, (InetAddr){ 0 }, 80, &bed->config, NULL, NULL);
        /* MUST-41, MUST-42. */
        g_assert((listener != NULL) == (bed->listener == NULL));
    } else if (state == TCP_STATE_CLOSED) {
        tcp_bed_connect(bed);
    } else if (state != TCP_STATE_LISTEN) {
        g_assert_null(tcp_connect(bed->tcp, TCP_BED_HOST, bed->host_tcp_port, TCP_BED_PEER,
                                  bed->peer_tcp_port, NULL, NULL, NULL, now_ns));
    }
}

/* Calls of the program; there is no connection to call in CLOSED, LISTEN and, as long as nobody has
 * accepted it, SYN-RCVD: there the listener is closed, which resets. */
static void call(TcpBed *bed, TcpEvent event)
{
    int64_t now_ns = tcp_bed_now(bed);
    if (bed->conn == NULL && bed->listener != NULL && event == TCP_EVENT_ABORT) {
        tcp_listener_close(bed->listener, now_ns);
    } else if (bed->conn != NULL && event == TCP_EVENT_ABORT) {
        tcp_abort(bed->conn, now_ns);
        bed->conn = NULL;
    } else if (bed->conn != NULL) {
        tcp_shutdown(bed->conn, now_ns);
    }
}

static void wait_for(TcpBed *bed, TcpState state, TcpEvent event)
{
    bool may_write = state == TCP_STATE_ESTABLISHED || state == TCP_STATE_CLOSE_WAIT;
    if (event == TCP_EVENT_TIMEOUT_USER && may_write) {
        tcp_bed_send(bed, 100);
    }
    tcp_bed_run(bed, event == TCP_EVENT_TIMEOUT_USER ? USER_TIMEOUT_NS + 1 : 2 * MSL_NS);
}

static void stimulate(TcpBed *bed, TcpState state, TcpEvent event)
{
    switch (event) {
    case TCP_EVENT_OPEN_ACTIVE:
    case TCP_EVENT_OPEN_PASSIVE:
        open_again(bed, event, state);
        break;
    case TCP_EVENT_CLOSE:
    case TCP_EVENT_ABORT:
        call(bed, event);
        break;
    case TCP_EVENT_TIMEOUT_2MSL:
    case TCP_EVENT_TIMEOUT_USER:
        wait_for(bed, state, event);
        break;
    case TCP_EVENT_CRASH:
        tcp_stack_crash(bed->tcp, tcp_bed_now(bed));
        bed->conn = NULL;
        break;
    default:
        inject_event(bed, state, event);
        break;
    }
}

static void test_pair(gconstpointer data)
{
    unsigned pair = GPOINTER_TO_UINT(data);
    TcpState state = pair / TCP_N_EVENTS;
    TcpEvent event = pair % TCP_N_EVENTS;
    TcpConfig config;
    tcp_bed_config(&config);
    config.msl_ns = MSL_NS;
    config.challenge_ack = false;
    if (event == TCP_EVENT_TIMEOUT_USER) {
        config.user_timeout_ns = USER_TIMEOUT_NS;
        /* Where nothing is outstanding, keep-alive is what gives up. */
        config.keep_alive = state == TCP_STATE_FIN_WAIT_2;
        config.keep_alive_idle_ns = USER_TIMEOUT_NS / 2;
        config.keep_alive_interval_ns = USER_TIMEOUT_NS / 4;
        config.keep_alive_probes = 1;
    }
    TcpBed bed;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, state);
    stimulate(&bed, state, event);
    tcp_bed_run(&bed, 10);
    tcp_bed_expect_states(&bed, chart[state][event] != NULL ? chart[state][event] : "");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned pair = 0; pair < TCP_N_STATES * TCP_N_EVENTS; pair++) {
        g_autofree char *state = g_ascii_strdown(tcp_state_to_string(pair / TCP_N_EVENTS), -1);
        g_autofree char *path =
            g_strdup_printf("/tcp/states/%s-%s", tcp_event_to_string(pair % TCP_N_EVENTS), state);
        g_test_add_data_func(path, GUINT_TO_POINTER(pair), test_pair);
    }
    return g_test_run();
}
