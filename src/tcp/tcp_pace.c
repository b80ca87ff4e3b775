/* When an acknowledgement goes, by the pace at which data arrives (as Linux does it).
 *
 * A sender in slow start waits for every acknowledgement: the first segments of a connection, and
 * of a burst after silence, are each acknowledged at once ("quick"). A program that answers what it
 * reads lets the acknowledgement ride with its answer ("interactive"). All else waits for a second
 * segment or for a delay that follows the gaps between arrivals, between 40 ms and 200 ms. What
 * arrives beyond a gap is acknowledged at once three times, and then at most once a millisecond. */

#include "tcp/tcp_internal.h"

enum {
    MOST_QUICK = 16,
    DEFAULT_FULL_BYTES = 536, /* RFC 9293 3.7.1 */
    LEAST_FULL_BYTES = 524,   /* the same with timestamps */
    LEAST_UNPUSHED_BYTES = 76,
    DUPLICATES_BEFORE_COMPRESSION = 3,
    ROUND_TRIP_PARTS = 20 /* acknowledgements are held back a part of the round trip... */
};

#define MIN_DELAY_NS (40 * SIM_NS_PER_MS)
#define MAX_DELAY_NS (200 * SIM_NS_PER_MS)
#define MAX_IDLE_DELAY_NS (500 * SIM_NS_PER_MS)
#define MAX_COMPRESSION_NS SIM_NS_PER_MS /* ...but no longer */

void tcp_pace_init(TcpConn *conn, int64_t now_ns)
{
    conn->pace = g_new0(TcpPace, 1);
    conn->pace->text_at_ns = now_ns;
    uint32_t least_bytes = MIN(MIN(conn->adv_mss_bytes, conn->snd_mss_bytes), DEFAULT_FULL_BYTES);
    conn->rcv_mss_bytes = (uint16_t)MIN(least_bytes, MAX(tcp_window_told(conn) / 2, 1));
}

static void give_quick(TcpConn *conn)
{
    uint32_t window = tcp_window_told(conn), pair = 2 * (uint32_t)MAX(conn->rcv_mss_bytes, 1);
    uint32_t quick = window / pair == 0 ? 2 : MIN(window / pair, MOST_QUICK);
    conn->pace->quick = (uint16_t)MAX(conn->pace->quick, quick);
}

void tcp_pace_hurry(TcpConn *conn)
{
    give_quick(conn);
    conn->pace->interactive = false;
    conn->pace->delay_ns = MIN_DELAY_NS;
}

static bool is_quick(const TcpPace *pace)
{
    return pace->quick > 0 && !pace->interactive;
}

/* What counts as a full segment follows the ones that come: at once to a longer length, to a
 * shorter one when it comes twice. */
static void measure_segment(TcpConn *conn, const TcpSegment *seg)
{
    TcpPace *pace = conn->pace;
    uint32_t len_bytes = seg->len_bytes;
    uint16_t before = pace->short_bytes;
    bool push = (seg->flags & TCP_PSH) != 0;
    bool plain = (seg->flags & (TCP_PSH | TCP_FIN | TCP_URG)) == 0;
    pace->short_bytes = 0;
    if (len_bytes >= conn->rcv_mss_bytes) {
        conn->rcv_mss_bytes = (uint16_t)MIN(len_bytes, conn->adv_mss_bytes);
        pace->pushed = pace->pushed || push;
        return;
    }
    if (len_bytes >= LEAST_FULL_BYTES || (plain && len_bytes >= LEAST_UNPUSHED_BYTES)) {
        pace->short_bytes = (uint16_t)len_bytes;
        if (pace->short_bytes == before) {
            conn->rcv_mss_bytes = (uint16_t)len_bytes;
            return;
        }
    }
    pace->pushed_twice = pace->pushed;
    pace->pushed = true;
}

/* The delay follows the gaps between arrivals; a long one means that the sender starts anew. */
static void measure_gap(TcpConn *conn, int64_t now_ns)
{
    TcpPace *pace = conn->pace;
    int64_t gap_ns = now_ns - pace->text_at_ns, rto_ns = tcp_rtt_rto(&conn->rtt);
    if (pace->delay_ns == 0) {
        give_quick(conn);
        pace->delay_ns = MIN_DELAY_NS;
    } else if (gap_ns <= MIN_DELAY_NS / 2) {
        pace->delay_ns = pace->delay_ns / 2 + MIN_DELAY_NS / 2;
    } else if (gap_ns < pace->delay_ns) {
        pace->delay_ns = MIN(pace->delay_ns / 2 + gap_ns, rto_ns);
    } else if (gap_ns > rto_ns) {
        give_quick(conn);
    }
    pace->text_at_ns = now_ns;
}

void tcp_pace_text(TcpConn *conn, const TcpSegment *seg, bool closed_gap)
{
    TcpPace *pace = conn->pace;
    measure_segment(conn, seg);
    measure_gap(conn, seg->now_ns);
    pace->owed = true;
    pace->at_once = pace->at_once || closed_gap; /* RFC 5681 4.2 */
}

void tcp_pace_fin(TcpConn *conn)
{
    conn->pace->owed = true;
    conn->pace->interactive = true; /* the program is about to answer with its own FIN */
}

/* ---- the decision ---- */

static int64_t delay_ns(const TcpConn *conn)
{
    const TcpPace *pace = conn->pace;
    int64_t wait_ns = pace->delay_ns;
    if (wait_ns > MIN_DELAY_NS) {
        int64_t most_ns = pace->interactive || pace->pushed ? MAX_DELAY_NS : MAX_IDLE_DELAY_NS;
        if (conn->rtt.srtt_ns >= 0) {
            most_ns = MIN(most_ns, MAX(conn->rtt.srtt_ns, MIN_DELAY_NS));
        }
        wait_ns = MIN(wait_ns, most_ns);
    }
    return MIN(wait_ns, MAX_DELAY_NS); /* 0 for a FIN before any text: once the program has run */
}

static void send_now(TcpConn *conn, PacketWhy why)
{
    conn->ack_why = (uint8_t)why;
    conn->ack_first = true; /* the program has not run yet */
}

static void delay(TcpConn *conn, int64_t now_ns)
{
    int64_t wait_ns = delay_ns(conn), due_at_ns = now_ns + wait_ns;
    if (tcp_timer_armed(conn, TCP_TIMER_DELAYED_ACK)) {
        int64_t armed_at_ns = conn->events[TCP_SLOT_RECEIVER].at_ns;
        if (armed_at_ns <= now_ns + wait_ns / 4) {
            send_now(conn, PACKET_WHY_DELAYED_ACK); /* it would go very soon */
            return;
        }
        if (due_at_ns >= armed_at_ns) {
            return;
        }
    }
    tcp_timer_set(conn, TCP_TIMER_DELAYED_ACK, due_at_ns, now_ns);
}

/* Beyond a gap: the first three tell the sender of a loss, the others can be told together. */
static void compress(TcpConn *conn, int64_t now_ns)
{
    TcpPace *pace = conn->pace;
    if (pace->gap_seq != conn->reasm.rcv_nxt) {
        pace->gap_seq = conn->reasm.rcv_nxt;
        pace->duplicates = 0;
    }
    if (!conn->sack_ok || pace->duplicates < DUPLICATES_BEFORE_COMPRESSION) {
        pace->duplicates++;
        send_now(conn, PACKET_WHY_DUPLICATE_ACK);
        return;
    }
    if (pace->compressing) {
        return;
    }
    int64_t rtt_ns = conn->space != NULL ? conn->space->rtt_ns : 0;
    if (conn->rtt.srtt_ns > 0 && (rtt_ns == 0 || conn->rtt.srtt_ns < rtt_ns)) {
        rtt_ns = conn->rtt.srtt_ns;
    }
    pace->compressing = true;
    int64_t wait_ns = MIN(MAX_COMPRESSION_NS, rtt_ns / ROUND_TRIP_PARTS);
    tcp_timer_set(conn, TCP_TIMER_DELAYED_ACK, now_ns + wait_ns, now_ns);
}

void tcp_pace_decide(TcpConn *conn, int64_t now_ns)
{
    TcpPace *pace = conn->pace;
    bool gap = tcp_reasm_has_gap(&conn->reasm);
    uint32_t owed_bytes = tcp_conn_rcv_nxt(conn) - conn->last_ack_sent;
    if (!pace->owed) {
        return;
    }
    if (owed_bytes > conn->rcv_mss_bytes && tcp_window_keeps(conn)) {
        send_now(conn, PACKET_WHY_DELAYED_ACK);
    } else if (pace->at_once || is_quick(pace)) {
        send_now(conn, gap ? PACKET_WHY_DUPLICATE_ACK : PACKET_WHY_ACK);
    } else if (gap) {
        compress(conn, now_ns);
    } else {
        delay(conn, now_ns);
    }
}

/* ---- what others tell ---- */

bool tcp_pace_due_after_read(const TcpConn *conn)
{
    const TcpPace *pace = conn->pace;
    uint32_t owed_bytes = tcp_conn_rcv_nxt(conn) - conn->last_ack_sent;
    bool ended = pace->pushed_twice || (pace->pushed && !pace->interactive);
    return pace->owed && owed_bytes > 0 &&
           (owed_bytes > conn->rcv_mss_bytes || (ended && conn->reasm.ready_bytes == 0));
}

void tcp_pace_ack_sent(TcpConn *conn)
{
    TcpPace *pace = conn->pace;
    if (pace->quick > 0 && pace->owed && --pace->quick == 0) {
        pace->delay_ns = MIN_DELAY_NS;
    }
    pace->owed = false;
    pace->at_once = false;
    pace->pushed = false;
    pace->pushed_twice = false;
    pace->compressing = false;
}

void tcp_pace_data_sent(TcpConn *conn, int64_t now_ns)
{
    TcpPace *pace = conn->pace;
    if (now_ns - pace->text_at_ns < pace->delay_ns) {
        pace->interactive = true; /* it answers what came just before */
    }
}

void tcp_pace_timer(TcpConn *conn)
{
    TcpPace *pace = conn->pace;
    if (pace->compressing) {
        pace->compressing = false;
    } else if (pace->interactive) {
        pace->interactive = false; /* no answer came */
        pace->delay_ns = MIN_DELAY_NS;
    } else {
        pace->delay_ns = MIN(2 * pace->delay_ns, tcp_rtt_rto(&conn->rtt));
    }
}
