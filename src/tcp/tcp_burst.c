/* Data in bursts, as Linux sends it: the stack hands the interface as many segments at once as it
 * would send in a millisecond, two at least, and waits a little for more if an acknowledgement is
 * near that will let a larger burst go. Also how far the congestion window is used: one that is not
 * does not grow, and shrinks (RFC 2861). */

#include "tcp/tcp_internal.h"

enum {
    LEAST_SEGMENTS = 2, /* of a burst */
    MOST_BYTES = 65536, /* of a burst */
    BURSTS_HZ = 1024,   /* a burst is what a pacer would send in 1/1024 s... */
    NEAR_SHIFT = 9,     /* ...and more where the round trip is short */
    NEAR_BITS = 32,
    SLOW_START_PERCENT = 200,
    AVOIDANCE_PERCENT = 120, /* of cwnd in a round trip */
    WAITING_PARTS = 3,       /* so much of a window does not wait */
    FIRST_SEGMENTS = 10
};

#define RECENT_NS SIM_NS_PER_MS /* since the last burst: what came later is no stream */
#define MOST_WAIT_NS SIM_NS_PER_MS

void tcp_burst_start(TcpConn *conn, int64_t now_ns)
{
    conn->burst->small_end = conn->iss;
    conn->burst->measured_end = conn->snd_una;
    conn->burst->used_at_ns = now_ns;
}

bool tcp_burst_passes_nagle(const TcpConn *conn)
{
    if (G_UNLIKELY(conn->corked || conn->holding) && !conn->fin_wanted) {
        return conn->sws_override;
    }
    if (!conn->nagle || conn->snd_nxt == conn->snd_una || conn->fin_wanted) {
        return true;
    }
    return conn->config->minshall && seq_leq(conn->burst->small_end, conn->snd_una);
}

/* ---- how much at once ---- */

static uint32_t segments(const TcpConn *conn, uint32_t bytes)
{
    return (bytes + conn->snd_mss_bytes - 1) / conn->snd_mss_bytes;
}

/* The largest burst, in segments. */
static uint32_t most_segments(const TcpConn *conn)
{
    uint64_t cwnd = MAX(conn->cc.cwnd_bytes, conn->sent.out_bytes), bytes = MOST_BYTES;
    if (conn->rtt.srtt_ns > 0) {
        bool starting = conn->cc.cwnd_bytes < conn->cc.ssthresh_bytes / 2;
        uint64_t percent = starting ? SLOW_START_PERCENT : AVOIDANCE_PERCENT;
        bytes = cwnd * percent / 100 * SIM_NS_PER_S / (uint64_t)conn->rtt.srtt_ns / BURSTS_HZ;
        int64_t near = conn->rtt.min_rtt_ns / SIM_NS_PER_US >> NEAR_SHIFT;
        bytes += near < NEAR_BITS ? (uint64_t)MOST_BYTES >> near : 0;
        bytes = MIN(bytes, MOST_BYTES);
    }
    return MAX((uint32_t)bytes / conn->snd_mss_bytes, LEAST_SEGMENTS);
}

/* The oldest acknowledgement that is due would come in time to be waited for. */
static bool is_ack_near(const TcpConn *conn, int64_t now_ns)
{
    if (conn->sent.count == 0) {
        return false;
    }
    int64_t srtt_ns = conn->rtt.srtt_ns;
    int64_t due_at_ns = tcp_sent_at(&conn->sent, 0)->sent_at_ns + srtt_ns;
    return due_at_ns - now_ns <= MIN(srtt_ns / 2, MOST_WAIT_NS);
}

/* Whether what may go now waits for what an acknowledgement will let go. */
static bool waits(const TcpConn *conn, uint32_t cwnd_room, uint32_t usable, uint32_t most,
                  int64_t now_ns, bool *out_limited)
{
    uint32_t mss = conn->snd_mss_bytes, limit = MIN(cwnd_room, usable);
    if (conn->recovery.on || conn->recovery.after_timeout || limit >= most * mss ||
        now_ns - conn->last_sent_at_ns > RECENT_NS) {
        return false;
    }
    uint32_t window = MIN(conn->snd_wnd, conn->cc.cwnd_bytes);
    bool whole = conn->unsent_bytes <= limit && !conn->fin_wanted;
    if (limit >= window / WAITING_PARTS || !is_ack_near(conn, now_ns)) {
        return false;
    }
    if (cwnd_room < usable && cwnd_room <= conn->unsent_bytes) {
        *out_limited = true;
        return true;
    }
    return (cwnd_room >= usable && usable <= conn->unsent_bytes) || whole;
}

/* Cuts a burst to what windows allow; its last segment may be a small one. */
static uint32_t cut(const TcpConn *conn, uint32_t quota, uint32_t usable)
{
    uint32_t mss = conn->snd_mss_bytes, most = quota * mss;
    uint32_t needed = MIN(conn->unsent_bytes, usable);
    if (most <= needed) {
        return most;
    }
    uint32_t partial = needed % mss;
    bool small_waits =
        partial != 0 && (needed < conn->unsent_bytes || !tcp_burst_passes_nagle(conn));
    return small_waits ? needed - partial : needed;
}

uint32_t tcp_burst_bytes(const TcpConn *conn, int64_t may_send_bytes, uint32_t usable_bytes,
                         int64_t now_ns, bool *out_limited)
{
    uint32_t mss = conn->snd_mss_bytes;
    uint32_t room = (uint32_t)CLAMP(may_send_bytes, 0, G_MAXINT32), quota = room / mss;
    *out_limited = quota == 0;
    if (quota > 0 && conn->sws_override) {
        /* RFC 9293 3.8.6.2.1 (4): the peer's window is too small for a segment, and stays so. */
        return MIN(MIN(mss, conn->unsent_bytes), usable_bytes);
    }
    if (quota == 0 || usable_bytes < MIN(mss, conn->unsent_bytes)) {
        return 0;
    }
    if (conn->unsent_bytes <= mss) {
        bool goes = conn->unsent_bytes == mss || tcp_burst_passes_nagle(conn);
        return goes ? conn->unsent_bytes : 0;
    }
    uint32_t half = MAX(segments(conn, conn->cc.cwnd_bytes) / 2, 1), most = most_segments(conn);
    quota = MIN(MIN(quota, half), most);
    if (waits(conn, room, usable_bytes, most, now_ns, out_limited)) {
        return 0;
    }
    return cut(conn, quota, usable_bytes);
}

void tcp_burst_sent(TcpConn *conn, uint32_t len_bytes)
{
    if (len_bytes < conn->snd_mss_bytes) {
        conn->burst->small_end = conn->snd_nxt;
    }
}

/* ---- how far the window is used ---- */

/* RFC 2861: a window that the program has left unused for a time-out says little of the path. */
static void shrink(TcpConn *conn, int64_t now_ns)
{
    TcpBurst *burst = conn->burst;
    uint32_t mss = conn->cc.mss_bytes, cwnd = conn->cc.cwnd_bytes / mss;
    uint32_t used = MAX(burst->used, FIRST_SEGMENTS);
    bool open = !conn->recovery.on && !conn->recovery.after_timeout && conn->recovery.dupacks == 0;
    if (open && used < cwnd) {
        uint32_t kept = (cwnd >> 1) + (cwnd >> 2);
        conn->cc.ssthresh_bytes = MAX(conn->cc.ssthresh_bytes, kept * mss);
        conn->cc.cwnd_bytes = (cwnd + used) / 2 * mss;
    }
    burst->used = 0;
    burst->used_at_ns = now_ns;
}

void tcp_burst_validate(TcpConn *conn, bool limited, bool sent, int64_t now_ns)
{
    TcpBurst *burst = conn->burst;
    uint32_t out = conn->sent.count;
    int64_t window_bytes =
        (int64_t)conn->cc.cwnd_bytes + tcp_recovery_allowance_bytes(&conn->recovery);
    limited = limited || tcp_recovery_in_flight_bytes(&conn->recovery) >= window_bytes;
    if (!sent && !limited) {
        return;
    }
    if (seq_geq(conn->snd_una, burst->measured_end) || limited ||
        (!burst->limited && out > burst->most_out)) {
        burst->limited = limited;
        burst->most_out = out;
        burst->measured_end = conn->snd_nxt;
    }
    if (tcp_burst_may_grow(conn)) {
        burst->used = 0;
        burst->used_at_ns = now_ns;
        return;
    }
    burst->used = MAX(burst->used, out);
    if (conn->config->slow_start_after_idle &&
        now_ns - burst->used_at_ns >= tcp_rtt_rto(&conn->rtt)) {
        shrink(conn, now_ns);
    }
}

bool tcp_burst_may_grow(const TcpConn *conn)
{
    const TcpBurst *burst = conn->burst;
    uint32_t cwnd = conn->cc.cwnd_bytes / conn->cc.mss_bytes;
    return burst->limited || (tcp_cc_in_slow_start(&conn->cc) && cwnd < 2 * burst->most_out);
}

uint32_t tcp_burst_restart_bytes(const TcpConn *conn, int64_t idle_ns, int64_t rto_ns,
                                 uint32_t restart_bytes)
{
    uint32_t mss = conn->cc.mss_bytes, cwnd = conn->cc.cwnd_bytes / mss;
    uint32_t restart = MIN(restart_bytes / mss, cwnd);
    for (idle_ns -= rto_ns; idle_ns > 0 && cwnd > restart; idle_ns -= rto_ns) {
        cwnd /= 2;
    }
    return MAX(cwnd, restart) * mss;
}
