#include "tcp/tcp_pacing.h"

#include <stdlib.h>

#include "sim/sim_lines.h"
#include "tcp/tcp_internal.h"

enum { UNPACED_SEGMENTS = 10, SLOW_START_PERCENT = 200, AVOIDANCE_PERCENT = 120 };

struct TcpPacer {
    SimEvent event; /* armed while a segment waits; first: it is how the pacer is found */
    TcpConn *conn;
    int64_t next_at_ns; /* before that, nothing may go... */
    int64_t rest;       /* ...and 1/rate_bps ns more for each of these */
    int64_t rate_bps;   /* that next_at_ns was computed with */
    uint32_t unpaced_segments;
};

static void on_time(SimEvent *event, int64_t now_ns)
{
    TcpConn *conn = ((TcpPacer *)event)->conn;
    tcp_conn_enter(conn);
    tcp_conn_leave(conn, now_ns); /* which sends what may go */
}

void tcp_pacing_start(TcpConn *conn)
{
    if (G_LIKELY(!conn->config->pacing && !conn->cc.ops->paces)) {
        return;
    }
    TcpPacer *pacer = sim_lines_new0(1, sizeof *pacer);
    sim_event_init(&pacer->event, on_time);
    pacer->conn = conn;
    pacer->unpaced_segments = UNPACED_SEGMENTS;
    conn->pacer = pacer;
    tcp_pacing_follow_window(conn);
}

void tcp_pacing_stop(TcpConn *conn)
{
    if (conn->pacer != NULL) {
        tcp_pacing_cancel(conn);
        free(conn->pacer);
        conn->pacer = NULL;
    }
}

bool tcp_pacing_holds(TcpConn *conn, int64_t now_ns)
{
    TcpPacer *pacer = conn->pacer;
    if (pacer->next_at_ns <= now_ns || conn->cc.pacing_bps <= 0) {
        return false;
    }
    if (!sim_event_armed(&pacer->event)) {
        sim_arm(conn->tcp->node->sim, &pacer->event, pacer->next_at_ns, &conn->tcp->node->entity);
    }
    return true;
}

bool tcp_pacing_waits(const TcpConn *conn)
{
    return sim_event_armed(&conn->pacer->event);
}

void tcp_pacing_cancel(TcpConn *conn)
{
    sim_cancel(conn->tcp->node->sim, &conn->pacer->event);
}

void tcp_pacing_on_sent(TcpConn *conn, uint32_t len_bytes, int64_t now_ns)
{
    TcpPacer *pacer = conn->pacer;
    int64_t rate_bps = conn->cc.pacing_bps;
    if (pacer->unpaced_segments > 0 || rate_bps <= 0) {
        pacer->unpaced_segments -= pacer->unpaced_segments > 0;
        return;
    }
    if (pacer->next_at_ns < now_ns || pacer->rate_bps != rate_bps) {
        pacer->rest = 0; /* time that was not used is gone, and so is a part of another division */
    }
    int64_t bits_ns = (int64_t)len_bytes * 8 * SIM_NS_PER_S + pacer->rest;
    pacer->next_at_ns = MAX(pacer->next_at_ns, now_ns) + bits_ns / rate_bps;
    pacer->rest = bits_ns % rate_bps;
    pacer->rate_bps = rate_bps;
}

void tcp_pacing_follow_window(TcpConn *conn)
{
    const TcpCc *cc = &conn->cc;
    int64_t srtt_ns = conn->rtt.srtt_ns;
    if (cc->ops->paces || srtt_ns <= 0) {
        return;
    }
    uint32_t percent =
        cc->cwnd_bytes < cc->ssthresh_bytes / 2 ? SLOW_START_PERCENT : AVOIDANCE_PERCENT;
    uint64_t window_bytes = MAX(cc->cwnd_bytes, conn->sent.out_bytes);
    unsigned __int128 bits = (unsigned __int128)window_bytes * 8 * percent * SIM_NS_PER_S / 100;
    conn->cc.pacing_bps = MAX((int64_t)MIN(bits / (uint64_t)srtt_ns, INT64_MAX), 1);
}
