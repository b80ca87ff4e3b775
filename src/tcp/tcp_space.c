/* A receive buffer that is memory (as Linux counts it): a segment takes more of it than its
 * payload, the window is what payload the free rest can hold, and the whole grows with what the
 * program reads in a round trip, so that a long fast path is filled without a megabyte for every
 * connection.
 *
 * The window opens step by step: two segments wider with each that arrives, as long as segments
 * make good use of their memory. */

#include "tcp/tcp_internal.h"

enum {
    RATIO_SHIFT = 8,        /* payload of a byte of memory, in 1/256 */
    HEADROOM_BYTES = 64,    /* kept before a segment... */
    HEADER_BYTES = 52,      /* ...with the usual options... */
    TRAILER_BYTES = 320,    /* ...and behind it; the whole takes a power of two... */
    DESCRIPTOR_BYTES = 256, /* ...beside what describes it */
    LEAST_GROWING_BYTES = 128,
    DEFAULT_FULL_BYTES = 536,
    FIRST_SEGMENTS = 10 /* what the program is thought to read in the first round trip */
};

/* Memory of a segment. */
static uint32_t memory_of(uint32_t len_bytes)
{
    uint32_t need_bytes = len_bytes + HEADROOM_BYTES + HEADER_BYTES + TRAILER_BYTES;
    uint32_t bytes = 256;
    while (bytes < need_bytes) {
        bytes *= 2;
    }
    return bytes + DESCRIPTOR_BYTES;
}

static uint32_t payload_of(const TcpSpace *space, uint32_t memory_bytes)
{
    return (uint32_t)(((uint64_t)memory_bytes * space->ratio) >> RATIO_SHIFT);
}

static uint64_t memory_for(const TcpSpace *space, uint64_t payload_bytes)
{
    return (payload_bytes << RATIO_SHIFT) / space->ratio;
}

static uint32_t free_bytes(const TcpSpace *space)
{
    uint32_t used = space->used_bytes;
    return space->buffer_bytes > used ? payload_of(space, space->buffer_bytes - used) : 0;
}

/* Full segments of data, the usual options taken off. */
static uint32_t segment_bytes(const TcpConn *conn)
{
    uint32_t option_bytes = conn->seg_limit_bytes - conn->snd_mss_bytes;
    return conn->adv_mss_bytes - option_bytes;
}

/* Nobody has asked for a buffer of this very size: the window may be told in larger units. */
static bool may_grow(const TcpSpace *space)
{
    return space->most_bytes > space->buffer_bytes;
}

uint8_t tcp_space_shift(const TcpConfig *config)
{
    TcpSpace space = { .ratio = 1 << (RATIO_SHIFT - 1) };
    uint32_t buffer_bytes = config->receive_buffer_bytes, most = config->receive_buffer_max_bytes;
    return tcp_window_shift(most > buffer_bytes ? most : payload_of(&space, buffer_bytes));
}

void tcp_space_init(TcpConn *conn)
{
    TcpSpace *space = g_new0(TcpSpace, 1);
    space->buffer_bytes = conn->rcv_buf_bytes;
    space->most_bytes = MAX(conn->config->receive_buffer_max_bytes, conn->rcv_buf_bytes);
    space->ratio = 1 << (RATIO_SHIFT - 1);
    space->clamp_bytes = may_grow(space) ? G_MAXINT32 : payload_of(space, space->buffer_bytes);
    space->limit_bytes = G_MAXINT32;
    conn->space = space;
}

void tcp_space_established(TcpConn *conn, int64_t now_ns)
{
    TcpSpace *space = conn->space;
    uint32_t all = payload_of(space, space->buffer_bytes), segment = segment_bytes(conn);
    space->clamp_bytes = MIN(space->clamp_bytes, all > 3 * segment ? all - segment : all);
    space->limit_bytes = MIN(tcp_window_told(conn), space->clamp_bytes);
    space->read_bytes = MIN(space->limit_bytes, FIRST_SEGMENTS * segment_bytes(conn));
    space->read_from = tcp_conn_rcv_nxt(conn);
    space->read_at_ns = now_ns;
    space->full_bytes = DEFAULT_FULL_BYTES;
}

static void measure(TcpConn *conn, uint32_t len_bytes)
{
    TcpSpace *space = conn->space;
    uint32_t ratio = (len_bytes << RATIO_SHIFT) / memory_of(len_bytes);
    if (ratio != space->ratio) {
        uint32_t told = tcp_window_told(conn);
        space->ratio = (uint16_t)MAX(ratio, 1);
        space->clamp_bytes = payload_of(space, space->buffer_bytes);
        space->limit_bytes = MIN(MAX(space->limit_bytes, told), space->clamp_bytes);
        space->read_bytes = MIN(space->read_bytes, space->clamp_bytes);
    }
}

/* Segments that use their memory worse than the average open the window less, the less the larger
 * it is already. */
static uint32_t increment(const TcpConn *conn, uint32_t len_bytes)
{
    const TcpSpace *space = conn->space;
    uint32_t memory_bytes = payload_of(space, memory_of(len_bytes));
    if (memory_bytes <= len_bytes) {
        return 2 * segment_bytes(conn);
    }
    uint32_t window_bytes = payload_of(space, space->most_bytes) / 2;
    for (memory_bytes /= 2; space->limit_bytes <= window_bytes; memory_bytes /= 2) {
        if (memory_bytes <= len_bytes) {
            return 2 * (uint32_t)conn->rcv_mss_bytes;
        }
        window_bytes /= 2;
    }
    return 0;
}

static bool grow(TcpConn *conn, const TcpSegment *seg)
{
    TcpSpace *space = conn->space;
    uint32_t top_bytes = MIN(space->clamp_bytes, free_bytes(space));
    if (seg->len_bytes < LEAST_GROWING_BYTES || top_bytes <= space->limit_bytes) {
        return false;
    }
    uint32_t more_bytes = increment(conn, seg->len_bytes);
    if (more_bytes == 0) {
        return false;
    }
    more_bytes = MAX(more_bytes, 2 * seg->len_bytes);
    space->limit_bytes += MIN(top_bytes - space->limit_bytes, more_bytes);
    return true;
}

/* ---- the round-trip time as a receiver can see it ---- */

static void take_rtt(TcpConn *conn, int64_t rtt_ns, bool by_window)
{
    TcpSpace *space = conn->space;
    if (space->rtt_ns == 0 || rtt_ns < space->rtt_ns) {
        space->rtt_ns = rtt_ns;
    } else if (!by_window && conn->reasm.ready_bytes == 0) {
        space->rtt_ns += (rtt_ns - space->rtt_ns) / 8;
    }
}

void tcp_space_echo(TcpConn *conn, const TcpSegment *seg)
{
    TcpSpace *space = conn->space;
    uint32_t echo = seg->tcp->ts_ecr;
    if (!conn->ts_ok || echo == space->last_echo) {
        return;
    }
    space->last_echo = echo;
    int32_t ms = (int32_t)(tcp_options_clock(conn, seg->now_ns) - echo);
    if (seg->len_bytes >= conn->rcv_mss_bytes && ms > 0) {
        take_rtt(conn, ms * SIM_NS_PER_MS, false);
    }
}

/* A window's worth takes a round trip. */
static void note_round(TcpConn *conn, int64_t now_ns)
{
    TcpSpace *space = conn->space;
    if (space->round_at_ns != 0) {
        if (seq_lt(conn->reasm.rcv_nxt, space->round_end)) {
            return;
        }
        take_rtt(conn, MAX(now_ns - space->round_at_ns, 1), true);
    }
    space->round_end = conn->reasm.rcv_nxt + tcp_window_told(conn);
    space->round_at_ns = now_ns;
}

/* ---- the buffer grows ---- */

/* Two round trips' worth of what the program reads in one, and as much more as that has grown. */
static void grow_buffer(TcpConn *conn, uint32_t read_bytes)
{
    TcpSpace *space = conn->space;
    uint64_t before = MAX(space->read_bytes, 1);
    uint64_t window_bytes = 2 * (uint64_t)read_bytes;
    space->read_bytes = read_bytes;
    if (!may_grow(space)) {
        return;
    }
    window_bytes += 2 * window_bytes * (read_bytes - before) / before;
    window_bytes += tcp_reasm_span_bytes(&conn->reasm);
    uint32_t buffer_bytes = (uint32_t)MIN(memory_for(space, window_bytes), space->most_bytes);
    if (buffer_bytes > space->buffer_bytes) {
        space->buffer_bytes = buffer_bytes;
        space->clamp_bytes = payload_of(space, buffer_bytes);
    }
}

/* ---- arrival ---- */

bool tcp_space_text(TcpConn *conn, const TcpSegment *seg, bool in_order)
{
    TcpSpace *space = conn->space;
    space->used_bytes += memory_of(seg->len_bytes);
    if (in_order) {
        if (seg->len_bytes > space->full_bytes) {
            space->full_bytes = seg->len_bytes;
            measure(conn, seg->len_bytes);
        }
        note_round(conn, seg->now_ns);
    } else {
        grow_buffer(conn, space->read_bytes); /* what waits beyond a gap comes on top */
    }
    /* Without SACK the window stays while there is a gap, so that duplicate ACKs are seen as such
     * (RFC 5681 section 2). */
    return (in_order || conn->sack_ok) && grow(conn, seg);
}

/* ---- the window ---- */

uint32_t tcp_space_window(const TcpConn *conn)
{
    const TcpSpace *space = conn->space;
    uint32_t free = free_bytes(space), all = payload_of(space, space->buffer_bytes);
    uint32_t full = MIN(space->clamp_bytes, all), mss = MIN(conn->rcv_mss_bytes, full);
    /* Departs: where the limit is less than a segment, Linux keeps a closed window closed, for the
     * limit only moves when something comes. It has no buffers so small; ours would wait for ever.
     */
    mss = MIN(mss, space->limit_bytes);
    uint32_t unit = UINT32_C(1) << conn->rcv_shift;
    if (free < full / 2) {
        if (conn->pace != NULL) {
            conn->pace->quick = 0; /* the program is slow: no hurry */
        }
        free -= free % unit;
        if (free < all / 16 || free < mss) {
            return 0;
        }
    }
    free = MIN(free, space->limit_bytes);
    if (conn->rcv_shift > 0) {
        return (free + unit - 1) / unit * unit;
    }
    uint32_t told = tcp_window_told(conn);
    if (mss > 0 && (told + mss <= free || told > free)) {
        return free - free % mss;
    }
    return mss == full && free > told + full / 2 ? free : told;
}

uint16_t tcp_space_advertise(TcpConn *conn, bool syn)
{
    if (syn) {
        uint32_t window =
            MIN(conn->space->clamp_bytes, payload_of(conn->space, conn->space->buffer_bytes));
        uint32_t mss =
            conn->state == TCP_STATE_SYN_SENT ? conn->adv_mss_bytes : segment_bytes(conn);
        window = MIN(window, UINT16_MAX);
        window -= window > mss ? window % mss : 0;
        conn->rcv_adv = tcp_conn_rcv_nxt(conn) + window;
        return (uint16_t)window;
    }
    uint32_t unit = UINT32_C(1) << conn->rcv_shift;
    uint32_t offered = tcp_window_offered(conn), window = tcp_space_window(conn);
    if (window < offered) {
        window = (offered + unit - 1) / unit * unit; /* SHLD-14 */
    }
    uint32_t field = MIN(window >> conn->rcv_shift, UINT16_MAX);
    conn->rcv_adv = seq_max(conn->rcv_adv, tcp_conn_rcv_nxt(conn) + (field << conn->rcv_shift));
    return (uint16_t)field;
}

bool tcp_space_update_due(const TcpConn *conn)
{
    uint32_t offered = tcp_window_offered(conn);
    if (conn->fin_reached || 2 * offered > conn->space->clamp_bytes) {
        return false;
    }
    uint32_t window = tcp_space_window(conn);
    return window > 0 && window >= 2 * offered;
}

/* ---- reading ---- */

void tcp_space_read(TcpConn *conn, uint32_t len_bytes, int64_t now_ns)
{
    TcpSpace *space = conn->space;
    uint32_t held_bytes = conn->reasm.ready_bytes + conn->reasm.early_bytes;
    space->used_bytes =
        (uint32_t)((uint64_t)space->used_bytes * held_bytes / (held_bytes + len_bytes));
    if (space->rtt_ns == 0 || now_ns - space->read_at_ns < space->rtt_ns) {
        return;
    }
    /* Judged at the first segment of what was read; what still waited then is no demand. */
    uint32_t later_bytes = len_bytes - MIN(len_bytes, space->full_bytes);
    TcpSeq read_to = conn->reasm.rcv_nxt - conn->reasm.ready_bytes - later_bytes;
    int64_t read_bytes =
        (int64_t)(read_to - space->read_from) - (conn->reasm.ready_bytes + later_bytes);
    if (read_bytes > space->read_bytes) {
        grow_buffer(conn, (uint32_t)read_bytes);
    }
    space->read_from = read_to;
    space->read_at_ns = now_ns;
}
