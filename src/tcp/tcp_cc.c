/* Congestion control: the registry and the wrappers. */

#include "tcp/tcp_cc.h"

#include <string.h>

#include "tcp/tcp_cc_bbr.h"
#include "tcp/tcp_cc_bbr3.h"
#include "tcp/tcp_cc_cubic.h"
#include "tcp/tcp_cc_dctcp.h"
#include "tcp/tcp_cc_linux_cubic.h"
#include "tcp/tcp_cc_linux_reno.h"
#include "tcp/tcp_cc_reno.h"
#include "tcp/tcp_cc_vegas.h"
#include "tcp/tcp_cc_westwood.h"
#include "tcp/tcp_slow_start.h"

static const TcpCcOps *const registry[] = {
    &tcp_cc_reno, &tcp_cc_cubic, &tcp_cc_vegas,      &tcp_cc_westwood,    &tcp_cc_bbr,
    &tcp_cc_bbr3, &tcp_cc_dctcp, &tcp_cc_linux_reno, &tcp_cc_linux_cubic, NULL
};

const TcpCcOps *const *tcp_cc_registry(void)
{
    return registry;
}

const TcpCcOps *tcp_cc_find(const char *name)
{
    for (const TcpCcOps *const *ops = registry; *ops != NULL; ops++) {
        if (strcmp((*ops)->name, name) == 0) {
            return *ops;
        }
    }
    return NULL;
}

/* What holds after every hook. */
static void keep_books(TcpCc *cc)
{
    g_assert(cc->mss_bytes > 0);
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, cc->mss_bytes);
    g_assert(cc->ssthresh_bytes >= cc->mss_bytes);
}

void tcp_cc_init(TcpCc *cc, const TcpCcOps *ops, Rng *rng)
{
    *cc = (TcpCc){
        .ops = ops,
        .ssthresh_bytes = TCP_SSTHRESH_INFINITE,
        .rng = rng,
        .state = ops->state_bytes != 0 ? g_malloc0(ops->state_bytes) : NULL,
    };
}

/* Reads the defaults of the algorithm's own table. */
static bool configure_by_default(TcpCc *cc, GError **error)
{
    const SimParamSpec *specs = cc->ops->params;
    size_t count = 0;
    while (specs[count].name != NULL) {
        count++;
    }
    g_autofree int64_t *values = g_new0(int64_t, count);
    for (size_t i = 0; i < count; i++) {
        values[i] = specs[i].fallback;
    }
    const SimParams params = { .specs = specs, .values = values };
    return cc->ops->configure(cc, &params, error);
}

bool tcp_cc_configure(TcpCc *cc, const SimParams *params, GError **error)
{
    if (cc->ops->configure == NULL) {
        return true;
    }
    return params != NULL ? cc->ops->configure(cc, params, error) : configure_by_default(cc, error);
}

void tcp_cc_clear(TcpCc *cc)
{
    g_clear_pointer(&cc->state, g_free);
    g_clear_pointer(&cc->slow_start, g_free);
}

void tcp_cc_established(TcpCc *cc, uint32_t mss_bytes, uint32_t initial_window_bytes,
                        int64_t now_ns)
{
    cc->mss_bytes = mss_bytes;
    cc->cwnd_bytes = initial_window_bytes;
    if (cc->ops->init != NULL) {
        cc->ops->init(cc, now_ns);
    }
    keep_books(cc);
}

void tcp_cc_on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    g_assert(ack->acked_bytes > 0 || cc->ops->wants_rate);
    g_assert((ack->rate != NULL) == cc->ops->wants_rate);
    cc->ops->on_ack(cc, ack);
    keep_books(cc);
}

void tcp_cc_on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    cc->ops->on_loss(cc, loss);
    if (cc->slow_start != NULL && cc->slow_start->ops->on_loss != NULL) {
        cc->slow_start->ops->on_loss(cc, cc->slow_start, loss);
    }
    keep_books(cc);
    g_assert(cc->ssthresh_bytes != TCP_SSTHRESH_INFINITE || cc->ops->steers_recovery);
}

void tcp_cc_on_recovered(TcpCc *cc, int64_t now_ns)
{
    if (cc->ops->on_recovered != NULL) {
        cc->ops->on_recovered(cc, now_ns);
        keep_books(cc);
    }
}

void tcp_cc_on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    if (cc->ops->on_undo != NULL) {
        cc->ops->on_undo(cc, prior_cwnd_bytes, prior_ssthresh_bytes, now_ns);
    } else {
        cc->cwnd_bytes = MAX(cc->cwnd_bytes, prior_cwnd_bytes);
        cc->ssthresh_bytes = MAX(cc->ssthresh_bytes, prior_ssthresh_bytes);
    }
    keep_books(cc);
}

void tcp_cc_on_sent(TcpCc *cc, uint32_t in_flight_bytes, int64_t now_ns)
{
    if (cc->ops->on_sent != NULL) {
        cc->ops->on_sent(cc, in_flight_bytes, now_ns);
        keep_books(cc);
    }
}

void tcp_cc_on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, uint32_t restart_window_bytes,
                    int64_t now_ns)
{
    /* RFC 5681 4.1: nothing was sent for more than one time-out. */
    if (idle_ns > rto_ns && restart_window_bytes > 0) {
        cc->cwnd_bytes = MIN(cc->cwnd_bytes, restart_window_bytes);
    }
    if (cc->ops->on_idle != NULL) {
        cc->ops->on_idle(cc, idle_ns, rto_ns, now_ns);
    }
    keep_books(cc);
}

void tcp_cc_set_mss(TcpCc *cc, uint32_t mss_bytes)
{
    cc->mss_bytes = mss_bytes;
    cc->ssthresh_bytes = MAX(cc->ssthresh_bytes, mss_bytes);
    keep_books(cc);
}

static const char *slow_start_phase(const TcpSlowStart *slow_start)
{
    bool tells = slow_start != NULL && slow_start->ops->phase != NULL;
    const char *word = tells ? slow_start->ops->phase(slow_start) : NULL;
    return word != NULL ? word : "slow-start";
}

const char *tcp_cc_phase(const TcpCc *cc)
{
    return cc->ops->phase != NULL     ? cc->ops->phase(cc)
           : tcp_cc_in_slow_start(cc) ? slow_start_phase(cc->slow_start)
                                      : "congestion-avoidance";
}

uint32_t tcp_cc_initial_window_bytes(uint32_t mss_bytes, uint32_t segments)
{
    if (segments > 0) {
        return segments * mss_bytes;
    }
    return MIN(10 * mss_bytes, MAX(2 * mss_bytes, 14600));
}

void tcp_cc_slow_start(TcpCc *cc, const TcpCcAck *ack)
{
    if (G_UNLIKELY(cc->slow_start != NULL)) {
        cc->slow_start->ops->on_ack(cc, cc->slow_start, ack);
    } else {
        cc->cwnd_bytes += MIN(ack->acked_bytes, cc->mss_bytes);
    }
}

void tcp_cc_avoid_congestion(TcpCc *cc, uint32_t acked_bytes, uint32_t *counted_bytes)
{
    *counted_bytes += acked_bytes;
    if (*counted_bytes >= cc->cwnd_bytes) {
        *counted_bytes = MIN(*counted_bytes - cc->cwnd_bytes, cc->cwnd_bytes);
        cc->cwnd_bytes += cc->mss_bytes;
    }
}

void tcp_cc_halve(TcpCc *cc, const TcpCcLoss *loss)
{
    if (loss->kind != TCP_CC_LOSS_TIMEOUT_AGAIN) {
        /* RFC 5681 3.1 equation (4). */
        cc->ssthresh_bytes = MAX(loss->in_flight_bytes / 2, 2 * cc->mss_bytes);
    }
    bool timeout = loss->kind == TCP_CC_LOSS_TIMEOUT || loss->kind == TCP_CC_LOSS_TIMEOUT_AGAIN;
    cc->cwnd_bytes = timeout ? cc->mss_bytes : cc->ssthresh_bytes;
    if (loss->kind == TCP_CC_LOSS_ECN) {
        /* RFC 3168 6.1.2: down to one segment, not two. */
        cc->cwnd_bytes = MAX(loss->in_flight_bytes / 2, cc->mss_bytes);
    }
}
