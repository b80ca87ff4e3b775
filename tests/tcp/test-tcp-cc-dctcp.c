/* Protects: DCTCP's Alpha follows RFC 8257 section 3.3, the window falls by half of it, and one
 * flow at a marking queue swings as the algorithm's analysis says (Alizadeh and others, "Data
 * Center TCP (DCTCP)", SIGCOMM 2010, section 3.3). */

#include "tcp/tcp_cc_dctcp.h"

#define MSS 1000u

static void start(TcpCc *cc, uint32_t cwnd_segments, uint32_t ssthresh_segments)
{
    tcp_cc_init(cc, &tcp_cc_dctcp, NULL);
    tcp_cc_established(cc, MSS, cwnd_segments * MSS, 0);
    cc->ssthresh_bytes = ssthresh_segments * MSS;
}

static double alpha_of(const TcpCc *cc)
{
    return (double)tcp_cc_dctcp_alpha(cc) / TCP_DCTCP_ALPHA_ONE;
}

/* One window of `segments`, of which the first `marked` were marked; nothing grows. */
static void pass_window(TcpCc *cc, uint32_t segments, uint32_t marked)
{
    for (uint32_t i = 0; i < segments; i++) {
        tcp_cc_on_ack(cc, &(TcpCcAck){ .acked_bytes = MSS,
                                       .in_flight_bytes = segments * MSS,
                                       .ecn_echo = i < marked,
                                       .marked_bytes = i < marked ? MSS : 0 });
    }
}

/* ---- RFC8257-DCTCP-ALPHA-1 ---- */

typedef struct Share {
    const char *label;
    uint32_t marked; /* of ten */
} Share;

static const Share shares[] = { { "none", 0 }, { "one", 1 }, { "half", 5 }, { "all", 10 } };

static void test_alpha(gconstpointer data)
{
    const Share *row = data;
    TcpCc cc;
    start(&cc, 10, 5);
    g_assert_cmpfloat(alpha_of(&cc), ==, 1);
    double alpha = 1;
    for (int round = 0; round < 100; round++) {
        /* A window ends with the first ACK of the next; the first of all ends an empty one. */
        double share = round > 0 ? row->marked / 10.0 : row->marked > 0;
        pass_window(&cc, 10, row->marked);
        alpha = alpha * 15 / 16 + share / 16;
        g_assert_cmpfloat_with_epsilon(alpha_of(&cc), alpha, 1e-6);
    }
    g_assert_cmpfloat_with_epsilon(alpha_of(&cc), row->marked / 10.0, 2e-3);
    tcp_cc_clear(&cc);
}

/* RFC8257-DCTCP-CLAMP-1: never above 1, and down to 0 itself. */
static void test_clamp(void)
{
    TcpCc cc;
    start(&cc, 10, 5);
    for (int round = 0; round < 50; round++) {
        pass_window(&cc, 10, 10);
        g_assert_cmpuint(tcp_cc_dctcp_alpha(&cc), <=, TCP_DCTCP_ALPHA_ONE);
    }
    for (int round = 0; round < 400; round++) {
        pass_window(&cc, 10, 0);
    }
    g_assert_cmpuint(tcp_cc_dctcp_alpha(&cc), ==, 0);
    tcp_cc_clear(&cc);
}

/* ---- RFC8257-DCTCP-CUT-1, RFC8257-DCTCP-LOSS-1 ---- */

static void reduce(TcpCc *cc, TcpCcLossKind kind, uint32_t flight_segments)
{
    tcp_cc_on_loss(cc, &(TcpCcLoss){ .kind = kind, .in_flight_bytes = flight_segments * MSS });
}

static void test_cut(void)
{
    TcpCc cc;
    start(&cc, 40, 20);
    reduce(&cc, TCP_CC_LOSS_ECN, 40);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS); /* Alpha is 1: half */
    for (int round = 0; round < 200; round++) {
        pass_window(&cc, 10, 1);
    }
    cc.cwnd_bytes = 40 * MSS;
    reduce(&cc, TCP_CC_LOSS_ECN, 40);
    g_assert_cmpuint(cc.cwnd_bytes, >=, 37 * MSS); /* Alpha is about 1/10: a twentieth less */
    g_assert_cmpuint(cc.cwnd_bytes, <=, 38 * MSS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, cc.cwnd_bytes);
    tcp_cc_clear(&cc);
}

static void test_loss(void)
{
    TcpCc cc;
    start(&cc, 40, 20);
    for (int round = 0; round < 400; round++) {
        pass_window(&cc, 10, 0);
    }
    cc.cwnd_bytes = 40 * MSS;
    reduce(&cc, TCP_CC_LOSS_RECOVERY, 40);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);
    reduce(&cc, TCP_CC_LOSS_TIMEOUT, 20);
    g_assert_cmpuint(cc.cwnd_bytes, ==, MSS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 10 * MSS);
    tcp_cc_clear(&cc);
}

/* ---- one flow at a queue that marks what goes beyond W* = C * RTT + K ---- */

enum { MOST_SEGMENTS = 1 << 12 };

typedef struct Flow {
    TcpCc cc;
    bool marked[MOST_SEGMENTS]; /* in flight: a ring */
    uint32_t sent, acked;
    uint32_t cut_end;
    uint32_t least, most; /* of the window in segments, since they were reset */
} Flow;

static void send_window(Flow *flow, uint32_t w_star)
{
    while ((flow->sent - flow->acked + 1) * MSS <= flow->cc.cwnd_bytes) {
        flow->marked[flow->sent % MOST_SEGMENTS] = flow->sent - flow->acked >= w_star;
        flow->sent++;
    }
}

static void acknowledge(Flow *flow)
{
    bool marked = flow->marked[flow->acked % MOST_SEGMENTS];
    uint32_t in_flight = flow->sent - flow->acked;
    flow->acked++;
    tcp_cc_on_ack(&flow->cc, &(TcpCcAck){ .acked_bytes = MSS,
                                          .in_flight_bytes = in_flight * MSS,
                                          .cwnd_limited = true,
                                          .ecn_echo = marked,
                                          .marked_bytes = marked ? MSS : 0 });
    if (marked && flow->acked > flow->cut_end) {
        flow->cut_end = flow->sent;
        reduce(&flow->cc, TCP_CC_LOSS_ECN, in_flight);
    }
}

/* The analysis: Alpha = sqrt(2 / W*), and the window, and so the queue, swings by sqrt(W* / 2). */
static void test_sawtooth(gconstpointer data)
{
    uint32_t w_star = GPOINTER_TO_UINT(data);
    g_autofree Flow *flow = g_new0(Flow, 1);
    start(&flow->cc, 10, w_star);
    flow->least = UINT32_MAX;
    for (uint32_t i = 0; i < 4000 * w_star; i++) {
        send_window(flow, w_star);
        acknowledge(flow);
        if (i == 2000 * w_star) {
            flow->least = UINT32_MAX;
            flow->most = 0;
        }
        flow->least = MIN(flow->least, flow->cc.cwnd_bytes / MSS);
        flow->most = MAX(flow->most, flow->cc.cwnd_bytes / MSS);
    }
    /* Squared, within a factor of 1.6 either way. */
    double alpha = alpha_of(&flow->cc), swing = flow->most - flow->least;
    double alpha_part = alpha * alpha * w_star / 2, swing_part = swing * swing * 2 / w_star;
    g_test_message("W* %u: alpha %.3f, swing %.0f", w_star, alpha, swing);
    g_assert_cmpfloat(alpha_part, >, 1 / 2.56);
    g_assert_cmpfloat(alpha_part, <, 2.56);
    g_assert_cmpfloat(swing_part, >, 1 / 2.56);
    g_assert_cmpfloat(swing_part, <, 2.56);
    /* Never far above W*: the queue is K and a little. */
    g_assert_cmpuint(flow->most, <=, w_star + 3);
    tcp_cc_clear(&flow->cc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/cc-dctcp/RFC8257-DCTCP-ALPHA-1/", shares[i].label, NULL);
        g_test_add_data_func(path, &shares[i], test_alpha);
    }
    g_test_add_func("/tcp/cc-dctcp/RFC8257-DCTCP-CLAMP-1", test_clamp);
    g_test_add_func("/tcp/cc-dctcp/RFC8257-DCTCP-CUT-1", test_cut);
    g_test_add_func("/tcp/cc-dctcp/RFC8257-DCTCP-LOSS-1", test_loss);
    static const unsigned windows[] = { 50, 100, 200, 500 };
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/cc-dctcp/sawtooth/%u", windows[i]);
        g_test_add_data_func(path, GUINT_TO_POINTER(windows[i]), test_sawtooth);
    }
    return g_test_run();
}
