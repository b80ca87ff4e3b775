/* Data Center TCP (RFC 8257): the window falls by how much was marked, not by half.
 *
 * Over each window of data the sender counts what share of the bytes acknowledged was marked, and
 * smooths it (section 3.3): Alpha = Alpha * (1 - g) + g * M, g = 1/16. Marks reduce cwnd by Alpha /
 * 2, once a window; losses halve it like any other TCP's (3.5), and so do both where ECN was not
 * agreed on. It wants a receiver that echoes marks as they come (3.2): tcp_ecn.c does so at
 * both ends where this algorithm is chosen.
 *
 * An algorithm sees no sequence numbers: DCTCP.WindowEnd is kept as the bytes that were outstanding
 * when the window began, of which the ACKs since then are taken off. */

#include "tcp/tcp_cc_dctcp.h"

enum { GAIN_SHIFT = 4 /* g = 1/16 */ };

typedef struct DctcpState {
    uint32_t alpha;                     /* of TCP_DCTCP_ALPHA_ONE */
    uint32_t window_bytes;              /* outstanding when the window began */
    uint64_t acked_bytes, marked_bytes; /* since then */
    uint32_t growth_bytes;              /* towards the next segment of congestion avoidance */
} DctcpState;

/* RFC 8257 section 3.3: "Initialized to 1". */
static void init(TcpCc *cc, int64_t now_ns)
{
    DctcpState *dctcp = cc->state;
    (void)now_ns;
    dctcp->alpha = TCP_DCTCP_ALPHA_ONE;
}

/* Section 3.3, steps 5 to 7. Section 4.2: Alpha stays within 0 and 1 and can come to 0, so that the
 * last bits do not linger. */
static void update_alpha(DctcpState *dctcp)
{
    uint64_t marked = dctcp->marked_bytes * TCP_DCTCP_ALPHA_ONE / dctcp->acked_bytes;
    uint32_t less = dctcp->alpha >> GAIN_SHIFT;
    dctcp->alpha -= less > 0 ? less : dctcp->alpha;
    dctcp->alpha += (uint32_t)(marked >> GAIN_SHIFT);
    dctcp->alpha = MIN(dctcp->alpha, TCP_DCTCP_ALPHA_ONE);
}

static void observe(DctcpState *dctcp, const TcpCcAck *ack)
{
    dctcp->acked_bytes += ack->acked_bytes;
    dctcp->marked_bytes += ack->marked_bytes;
    if (dctcp->acked_bytes <= dctcp->window_bytes) {
        return; /* step 4 */
    }
    update_alpha(dctcp);
    dctcp->window_bytes =
        ack->in_flight_bytes > ack->acked_bytes ? ack->in_flight_bytes - ack->acked_bytes : 0;
    dctcp->acked_bytes = 0;
    dctcp->marked_bytes = 0;
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    DctcpState *dctcp = cc->state;
    observe(dctcp, ack);
    if (ack->in_recovery || ack->ecn_echo || !ack->cwnd_limited) {
        return;
    }
    if (tcp_cc_in_slow_start(cc)) {
        tcp_cc_slow_start(cc, ack);
    } else {
        tcp_cc_avoid_congestion(cc, ack->acked_bytes, &dctcp->growth_bytes);
    }
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    DctcpState *dctcp = cc->state;
    dctcp->growth_bytes = 0;
    if (loss->kind != TCP_CC_LOSS_ECN) {
        tcp_cc_halve(cc, loss);
        return;
    }
    /* Step 9: cwnd * (1 - Alpha / 2). */
    uint64_t less = (uint64_t)cc->cwnd_bytes * dctcp->alpha / (2 * (uint64_t)TCP_DCTCP_ALPHA_ONE);
    cc->cwnd_bytes = MAX(cc->cwnd_bytes - (uint32_t)less, cc->mss_bytes);
    cc->ssthresh_bytes = MAX(cc->cwnd_bytes, 2 * cc->mss_bytes);
}

uint32_t tcp_cc_dctcp_alpha(const TcpCc *cc)
{
    return ((const DctcpState *)cc->state)->alpha;
}

const TcpCcOps tcp_cc_dctcp = {
    .name = "dctcp",
    .state_bytes = sizeof(DctcpState),
    .mirrors_ecn = true,
    .init = init,
    .on_ack = on_ack,
    .on_loss = on_loss,
};
