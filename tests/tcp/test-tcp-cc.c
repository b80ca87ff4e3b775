/* Protects: every congestion control has what the wrappers call, a name of its own, and what all
 * must hold to. */

#include "tcp/tcp_cc.h"

#include "sim/sim.h"
#include "tcp/tcp_cc_vegas.h"

#define MSS 1000u

static void test_required_hooks(void)
{
    uint32_t count = 0;
    for (const TcpCcOps *const *ops = tcp_cc_registry(); *ops != NULL; ops++, count++) {
        g_assert_nonnull((*ops)->name);
        g_assert_nonnull((*ops)->on_ack);
        g_assert_nonnull((*ops)->on_loss);
        g_assert_true(((*ops)->params == NULL) == ((*ops)->configure == NULL));
        g_assert_true(tcp_cc_find((*ops)->name) == *ops); /* no name is used twice */
    }
    g_assert_cmpuint(count, >=, 2);
    g_assert_null(tcp_cc_find("bic"));
}

/* RFC 6928 section 2: min(10 * MSS, max(2 * MSS, 14600)). */
static void test_initial_window(void)
{
    g_assert_cmpuint(tcp_cc_initial_window_bytes(1460, 0), ==, 14600);
    g_assert_cmpuint(tcp_cc_initial_window_bytes(536, 0), ==, 5360);
    g_assert_cmpuint(tcp_cc_initial_window_bytes(4000, 0), ==, 14600);
    g_assert_cmpuint(tcp_cc_initial_window_bytes(9000, 0), ==, 18000);
    g_assert_cmpuint(tcp_cc_initial_window_bytes(1000, 1), ==, 1000);
}

/* A connection with this algorithm in congestion avoidance at 20 segments. */
static void set_up(TcpCc *cc, const TcpCcOps *ops)
{
    tcp_cc_init(cc, ops, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(tcp_cc_configure(cc, NULL, &error));
    g_assert_no_error(error);
    tcp_cc_established(cc, MSS, 10 * MSS, 0);
    cc->cwnd_bytes = 20 * MSS;
    cc->ssthresh_bytes = 20 * MSS;
}

/* The rate sample goes to those that ask for it. */
static TcpCcAck an_ack(const TcpCc *cc)
{
    static const TcpRateSample rate = { .in_flight_bytes = 18 * MSS,
                                        .prior_in_flight_bytes = 20 * MSS };
    return (TcpCcAck){ .rate = cc->ops->wants_rate ? &rate : NULL,
                       .now_ns = SIM_NS_PER_S,
                       .acked_bytes = 2 * MSS,
                       .delivered_bytes = 2 * MSS,
                       .in_flight_bytes = 20 * MSS,
                       .rtt_ns = 50 * SIM_NS_PER_MS,
                       .srtt_ns = 50 * SIM_NS_PER_MS,
                       .min_rtt_ns = 50 * SIM_NS_PER_MS,
                       .cwnd_limited = true };
}

/* What every window must do, whatever its algorithm. */
static void test_common(gconstpointer data)
{
    TcpCc cc;
    set_up(&cc, data);
    TcpCcAck ack = an_ack(&cc);

    ack.cwnd_limited = false; /* RFC 9438 5.8 and good sense: no growth that was not used */
    tcp_cc_on_ack(&cc, &ack);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);
    ack.cwnd_limited = true;
    ack.in_recovery = true;
    tcp_cc_on_ack(&cc, &ack);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);

    /* A loss: less than before, the window where it should be after recovery. */
    TcpCcLoss loss = { .now_ns = 2 * SIM_NS_PER_S,
                       .kind = TCP_CC_LOSS_RECOVERY,
                       .in_flight_bytes = 20 * MSS };
    tcp_cc_on_loss(&cc, &loss);
    g_assert_cmpuint(cc.ssthresh_bytes, <, 20 * MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, cc.ssthresh_bytes);

    /* RFC 5681 3.1: a time-out leaves one segment; a second one leaves ssthresh alone. */
    loss.kind = TCP_CC_LOSS_TIMEOUT;
    tcp_cc_on_loss(&cc, &loss);
    g_assert_cmpuint(cc.cwnd_bytes, ==, MSS);
    uint32_t ssthresh_bytes = cc.ssthresh_bytes;
    loss.kind = TCP_CC_LOSS_TIMEOUT_AGAIN;
    loss.in_flight_bytes = MSS;
    tcp_cc_on_loss(&cc, &loss);
    g_assert_cmpuint(cc.cwnd_bytes, ==, MSS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, ssthresh_bytes);

    /* RFC 5681 3.1 equation (2): slow start adds min(N, SMSS). */
    bool by_segments = g_str_has_prefix(cc.ops->name, "linux-"); /* all that was delivered */
    if (cc.ops != &tcp_cc_vegas && !by_segments) {               /* which has its own */
        cc.ssthresh_bytes = 20 * MSS;
        ack = an_ack(&cc);
        ack.cwnd_limited = true;
        tcp_cc_on_ack(&cc, &ack);
        g_assert_cmpuint(cc.cwnd_bytes, ==, 2 * MSS);
        ack.acked_bytes = MSS / 2;
        tcp_cc_on_ack(&cc, &ack);
        g_assert_cmpuint(cc.cwnd_bytes, ==, 2 * MSS + MSS / 2);
    }

    /* Equation (4): at least two segments. */
    loss = (TcpCcLoss){ .kind = TCP_CC_LOSS_RECOVERY, .in_flight_bytes = MSS };
    tcp_cc_on_loss(&cc, &loss);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 2 * MSS);
    tcp_cc_clear(&cc);
}

/* RFC 5681 4.1: the restart window, when nothing was sent for longer than one time-out. */
static void test_idle(gconstpointer data)
{
    TcpCc cc;
    set_up(&cc, data);
    int64_t now_ns = 10 * SIM_NS_PER_S, rto_ns = SIM_NS_PER_S;
    tcp_cc_on_idle(&cc, rto_ns, rto_ns, 10 * MSS, now_ns);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);
    tcp_cc_on_idle(&cc, 2 * rto_ns, rto_ns, 0, now_ns); /* switched off */
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);
    tcp_cc_on_idle(&cc, 2 * rto_ns, rto_ns, 10 * MSS, now_ns);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 10 * MSS);
    tcp_cc_on_idle(&cc, 2 * rto_ns, rto_ns, 15 * MSS, now_ns); /* never more than cwnd */
    g_assert_cmpuint(cc.cwnd_bytes, ==, 10 * MSS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 20 * MSS);
    tcp_cc_clear(&cc);
}

/* A loss that was none: the window is at least what it was. */
static void test_undo(gconstpointer data)
{
    TcpCc cc;
    set_up(&cc, data);
    const TcpCcLoss loss = { .kind = TCP_CC_LOSS_RECOVERY, .in_flight_bytes = 20 * MSS };
    tcp_cc_on_loss(&cc, &loss);
    tcp_cc_on_undo(&cc, 20 * MSS, 20 * MSS, SIM_NS_PER_S);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 20 * MSS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 20 * MSS);
    tcp_cc_clear(&cc);
}

static void test_larger_segments(gconstpointer data)
{
    TcpCc cc;
    set_up(&cc, data);
    cc.cwnd_bytes = 2 * MSS;
    cc.ssthresh_bytes = 2 * MSS;
    tcp_cc_set_mss(&cc, 9000);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 9000);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 9000);
    tcp_cc_clear(&cc);
}

/* A model of the path has other rules. */
static bool follows_rfc5681(const TcpCcOps *ops)
{
    return !ops->steers_recovery;
}

static void add_for_each(const char *name, GTestDataFunc test)
{
    for (const TcpCcOps *const *ops = tcp_cc_registry(); *ops != NULL; ops++) {
        if (!follows_rfc5681(*ops)) {
            continue;
        }
        g_autofree char *path = g_strdup_printf("/tcp/cc/%s/%s", name, (*ops)->name);
        g_test_add_data_func(path, *ops, test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc/required-hooks", test_required_hooks);
    g_test_add_func("/tcp/rfc9293/MAY-18", test_required_hooks);
    g_test_add_func("/tcp/cc/initial-window", test_initial_window);
    add_for_each("common", test_common);
    add_for_each("idle", test_idle);
    add_for_each("undo", test_undo);
    add_for_each("larger-segments", test_larger_segments);
    return g_test_run();
}
