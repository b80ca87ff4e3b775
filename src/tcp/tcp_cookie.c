/* SYN cookies, made and read. */

#include "tcp/tcp_cookie.h"

enum {
    COUNT_SHIFT = 24,        /* above it the minute, below it the MSS */
    MOST_AGE = 1,            /* of the minutes: the present one and the last */
    DEFAULT_MSS_BYTES = 536, /* MUST-15 */
    MOST_SHIFT = 14,         /* RFC 7323 2.3 */
    /* In the timestamp. */
    OPTION_BITS = 6,
    SHIFT_MASK = 0x0f, /* the client's window scale; all ones: none */
    SHIFT_NONE = 0x0f,
    SACK_BIT = 0x10
};
#define DATA_MASK ((UINT32_C(1) << COUNT_SHIFT) - 1)
#define OPTION_MASK ((UINT32_C(1) << OPTION_BITS) - 1)
#define MINUTE_NS (64 * SIM_NS_PER_S)

/* What an MSS is rounded down to. */
static const uint16_t mss_table[] = { 64, 256, 536, 1024, 1220, 1440, 1460, 8960 };

static uint32_t minute_of(int64_t now_ns)
{
    return (uint32_t)(now_ns / MINUTE_NS);
}

/* A hash of the four-tuple, the client's ISN and a minute. */
static uint32_t hash(const TcpStack *tcp, const TcpEnds *ends, TcpSeq irs, uint32_t minute)
{
    /* Little-endian on every machine: the hash reads octets. */
    uint64_t ports = (uint64_t)ends->local_port << 16 | ends->remote_port;
    uint64_t words[] = {
        GUINT64_TO_LE(ends->local.hi),  GUINT64_TO_LE(ends->local.lo),
        GUINT64_TO_LE(ends->remote.hi), GUINT64_TO_LE(ends->remote.lo),
        GUINT64_TO_LE(ports),           GUINT64_TO_LE((uint64_t)minute << 32 | irs)
    };
    return (uint32_t)rng_hash(tcp->secret, words, sizeof words);
}

/* Alike for all cookies of a four-tuple: a client's later connections have higher numbers. */
static uint32_t lasting(const TcpStack *tcp, const TcpEnds *ends, TcpSeq irs)
{
    return hash(tcp, ends, 0, UINT32_MAX) + irs;
}

static uint32_t mss_index(const WireTcp *syn)
{
    uint16_t mss_bytes = (syn->options & TCP_OPT_MSS) != 0 ? syn->mss : DEFAULT_MSS_BYTES;
    uint32_t i = G_N_ELEMENTS(mss_table) - 1;
    while (i > 0 && mss_table[i] > mss_bytes) {
        i--;
    }
    return i;
}

static TcpSeq make_cookie(const TcpStack *tcp, const TcpEnds *ends, const WireTcp *syn,
                          int64_t now_ns)
{
    uint32_t minute = minute_of(now_ns);
    uint32_t data = (hash(tcp, ends, syn->seq, minute) + mss_index(syn)) & DATA_MASK;
    return lasting(tcp, ends, syn->seq) + (minute << COUNT_SHIFT) + data;
}

/* The place in the table; false: this is no cookie, or too old. */
static bool read_cookie(const TcpStack *tcp, const TcpEnds *ends, TcpSeq irs, TcpSeq cookie,
                        uint32_t *out_index, int64_t now_ns)
{
    uint32_t bare = cookie - lasting(tcp, ends, irs), minute = minute_of(now_ns);
    uint32_t age = (minute - (bare >> COUNT_SHIFT)) & UINT8_MAX;
    if (age > MOST_AGE) {
        return false;
    }
    *out_index = (bare - hash(tcp, ends, irs, minute - age)) & DATA_MASK;
    return *out_index < G_N_ELEMENTS(mss_table);
}

/* The clock, set back to where it has these lowest bits. */
static uint32_t clock_with(uint32_t clock, uint32_t bits)
{
    uint32_t value = (clock & ~OPTION_MASK) | bits;
    return seq_gt(value, clock) ? value - (OPTION_MASK + 1) : value;
}

/* ---- the SYN-ACK ---- */

/* What the SYN-ACK offers where both have timestamps, to be known again by their echo. */
static void offer_by_timestamp(const TcpListener *listener, const TcpEnds *ends, const WireTcp *syn,
                               WireTcp *answer, int64_t now_ns)
{
    const TcpConfig *config = listener->config;
    uint32_t bits = SHIFT_NONE;
    if (config->window_scaling && (syn->options & TCP_OPT_WINDOW_SCALE) != 0) {
        bits = MIN(syn->window_scale, MOST_SHIFT);
        answer->options |= TCP_OPT_WINDOW_SCALE;
        answer->window_scale = tcp_window_shift(config->receive_buffer_bytes);
    }
    if (tcp_options_wants_sack(config) && (syn->options & TCP_OPT_SACK_PERMITTED) != 0) {
        bits |= SACK_BIT;
        answer->options |= TCP_OPT_SACK_PERMITTED;
    }
    uint64_t offsets = tcp_stack_hash(listener->tcp, TCP_HASH_CLOCKS, ends);
    uint32_t clock = (uint32_t)(now_ns / SIM_NS_PER_MS) + (uint32_t)(offsets >> 32);
    answer->options |= TCP_OPT_TIMESTAMPS;
    answer->ts_val = clock_with(clock, bits);
    answer->ts_ecr = syn->ts_val;
}

void tcp_cookie_answer(TcpListener *listener, TcpOpening *opening, const Packet *pkt,
                       int64_t now_ns)
{
    TcpStack *tcp = listener->tcp;
    const WireTcp *syn = &pkt->tcp;
    const TcpConfig *config = listener->config;
    WireTcp answer = {
        .flags = TCP_SYN | TCP_ACK,
        .seq = make_cookie(tcp, &opening->ends, syn, now_ns),
        .ack = syn->seq + 1,
        .window = (uint16_t)MIN(config->receive_buffer_bytes, UINT16_MAX),
        .options = TCP_OPT_MSS,
        .mss = tcp_options_advertised_mss(config, &opening->path),
    };
    if (config->timestamps && (syn->options & TCP_OPT_TIMESTAMPS) != 0) {
        offer_by_timestamp(listener, &opening->ends, syn, &answer, now_ns);
    }
    listener->cookies_until_ns = now_ns + (MOST_AGE + 1) * MINUTE_NS;
    tcp->stats.cookies_sent++;
    tcp_transmit_stateless(tcp, &opening->ends, &answer, PACKET_WHY_SYN_COOKIE, &opening->path,
                           now_ns);
}

/* ---- the ACK ---- */

bool tcp_cookie_check(const TcpListener *listener, const TcpEnds *ends, const Packet *pkt,
                      WireTcp *out_syn, int64_t now_ns)
{
    const WireTcp *ack = &pkt->tcp;
    uint32_t index;
    if (now_ns >= listener->cookies_until_ns || (ack->flags & (TCP_SYN | TCP_RST)) != 0 ||
        !read_cookie(listener->tcp, ends, ack->seq - 1, ack->ack - 1, &index, now_ns)) {
        return false;
    }
    WireTcp syn = { .flags = TCP_SYN,
                    .seq = ack->seq - 1,
                    .window = ack->window,
                    .options = TCP_OPT_MSS,
                    .mss = mss_table[index] };
    if (listener->config->timestamps && (ack->options & TCP_OPT_TIMESTAMPS) != 0) {
        syn.options |= TCP_OPT_TIMESTAMPS;
        syn.ts_val = ack->ts_val;
        syn.window_scale = ack->ts_ecr & SHIFT_MASK;
        syn.options |= syn.window_scale != SHIFT_NONE ? TCP_OPT_WINDOW_SCALE : 0;
        syn.options |= (ack->ts_ecr & SACK_BIT) != 0 ? TCP_OPT_SACK_PERMITTED : 0;
    }
    *out_syn = syn;
    return true;
}
