/* BBR, version 1, as Linux has it (Cardwell, Cheng, Gunn, Hassas Yeganeh, Jacobson, "BBR:
 * congestion-based congestion control", CACM 60(2), 2017; the filter lengths, gains and margins are
 * those of Linux 6).
 *
 * It models the path by two numbers, the largest delivery rate of ten round trips and the least
 * round-trip time of ten seconds, and sends at a gain times that rate, with at most a gain times
 * their product in flight. A loss does not change the model.
 *
 *   startup     doubles the rate each round until it grows by less than a quarter for three rounds
 *   drain       the inverse gain, until no more than the product is in flight
 *   probe-bw    cycles of eight phases, each as long as the least round-trip time: 5/4, 3/4, and
 *               six of 1; begun anywhere but in the 3/4 phase, by lot
 *   probe-rtt   four segments for 200 ms, when the least round-trip time is ten seconds old
 *
 * Rates are bits of payload a second, gains 1/256.
 * Departs: Linux counts as delivered what will have been by the time a paced segment leaves; here
 * a segment is handed down when its time has come. Its detector of token-bucket policers is not
 * here. */

#include "tcp/tcp_cc_bbr.h"

#include "sim/sim.h"
#include "tcp/tcp_bbr.h"
#include "tcp/tcp_minmax.h"

enum {
    UNIT = BBR_UNIT,
    HIGH_GAIN = UNIT * 2885 / 1000 + 1, /* 2 / ln 2: the least that doubles the rate in a round */
    DRAIN_GAIN = UNIT * 1000 / 2885,
    WINDOW_GAIN = 2 * UNIT, /* room for delayed and stretched ACKs */
    CYCLE_PHASES = 8,
    RATE_ROUNDS = CYCLE_PHASES + 2,
    LEAST_WINDOW_SEGMENTS = 4,
    INITIAL_SEGMENTS = 10,
    FULL_GROWTH = UNIT * 5 / 4,
    FULL_ROUNDS = 3,
    EXTRA_ROUNDS = 5,
};

#define MIN_RTT_NS (10 * SIM_NS_PER_S)
#define PROBE_RTT_NS (200 * SIM_NS_PER_MS)
#define EXTRA_MOST_NS (100 * SIM_NS_PER_MS)
#define EXTRA_EPOCH_BYTES_MOST (UINT32_C(1) << 20)
#define BURST_RATE_LEAST_BPS 1200000
#define BURST_BYTES_MOST 65536

static const uint16_t cycle_gains[CYCLE_PHASES] = { UNIT * 5 / 4, UNIT * 3 / 4, UNIT, UNIT,
                                                    UNIT,         UNIT,         UNIT, UNIT };

typedef enum BbrMode { BBR_STARTUP, BBR_DRAIN, BBR_PROBE_BW, BBR_PROBE_RTT } BbrMode;

typedef struct BbrState {
    TcpMaxFilter rate;                 /* by rounds */
    int64_t min_rtt_ns, min_rtt_at_ns; /* -1: no sample yet */
    int64_t cycle_at_ns;               /* the phase began */
    int64_t probe_rtt_done_at_ns;      /* 0: not known yet */
    int64_t full_rate_bps;             /* the pipe is full if the rate stays about there */
    uint64_t round_end_bytes;          /* a round ends when what is sent from here is delivered */
    int64_t extra_at_ns;               /* ACKs are compared with the rate since then */
    uint32_t extra_bytes[2], extra_epoch_bytes; /* beyond the rate; two spans of EXTRA_ROUNDS */
    uint32_t rounds, prior_cwnd_bytes;
    uint8_t mode, phase, full_rounds, extra_span, extra_rounds;
    bool full, round_start, round_done, restarted, seen_rtt;
    bool was_repairing, conserving; /* conserving: as much goes out as is delivered */
} BbrState;

/* ---- the path ---- */

static int64_t rate_of(const BbrState *bbr)
{
    return tcp_max_get(&bbr->rate);
}

/* Linux sends bursts of up to 1/1024 s, whose segments offload makes: at least two above 1.2
 * Mbit/s. */
static uint32_t burst_segments(const TcpCc *cc)
{
    uint64_t bytes = MIN((uint64_t)cc->pacing_bps / 8 >> 10, BURST_BYTES_MOST);
    uint32_t least = cc->pacing_bps < BURST_RATE_LEAST_BPS ? 1 : 2;
    return MAX((uint32_t)(bytes / cc->mss_bytes), least);
}

/* gain times the product of rate and round-trip time, in whole segments. */
static uint32_t bdp_bytes(const TcpCc *cc, uint32_t gain)
{
    const BbrState *bbr = cc->state;
    if (bbr->min_rtt_ns < 0) {
        return INITIAL_SEGMENTS * cc->mss_bytes;
    }
    uint64_t bytes = bbr_product_bytes(rate_of(bbr), bbr->min_rtt_ns) * gain / UNIT;
    uint64_t segments = (bytes + cc->mss_bytes - 1) / cc->mss_bytes;
    return (uint32_t)MIN(segments * cc->mss_bytes, G_MAXINT32);
}

/* Room for three bursts on their way through the end hosts, an even number of segments, and for
 * the phase that probes something to probe with. */
static uint32_t with_bursts(const TcpCc *cc, uint32_t bytes)
{
    const BbrState *bbr = cc->state;
    uint32_t segments = bytes / cc->mss_bytes + 3 * burst_segments(cc);
    segments = (segments + 1) & ~UINT32_C(1);
    segments += bbr->mode == BBR_PROBE_BW && bbr->phase == 0 ? 2 : 0;
    return segments * cc->mss_bytes;
}

static uint32_t inflight_bytes(const TcpCc *cc, uint32_t gain)
{
    return with_bursts(cc, bdp_bytes(cc, gain));
}

static void measure_rate(BbrState *bbr, const TcpRateSample *rate)
{
    bbr->round_start = false;
    if (rate->interval_ns <= 0) {
        return;
    }
    if (rate->prior_bytes >= bbr->round_end_bytes) {
        bbr->round_end_bytes = rate->total_bytes;
        bbr->rounds++;
        bbr->round_start = true;
        bbr->conserving = false;
    }
    if (!rate->app_limited || rate->rate_bps >= rate_of(bbr)) {
        tcp_max_add(&bbr->rate, rate->rate_bps, bbr->rounds, RATE_ROUNDS);
    }
}

/* How many bytes beyond the rate ACKs bring at once, because links or receivers gather them. */
static void measure_extra(const TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    if (ack->rate->interval_ns <= 0 || ack->delivered_bytes == 0) {
        return;
    }
    if (bbr->round_start && ++bbr->extra_rounds >= EXTRA_ROUNDS) {
        bbr->extra_rounds = 0;
        bbr->extra_span ^= 1;
        bbr->extra_bytes[bbr->extra_span] = 0;
    }
    uint64_t expected = bbr_product_bytes(rate_of(bbr), ack->now_ns - bbr->extra_at_ns);
    if (bbr->extra_epoch_bytes <= expected ||
        bbr->extra_epoch_bytes + ack->delivered_bytes >= EXTRA_EPOCH_BYTES_MOST) {
        bbr->extra_epoch_bytes = 0;
        bbr->extra_at_ns = ack->now_ns;
        expected = 0;
    }
    bbr->extra_epoch_bytes += ack->delivered_bytes;
    uint32_t extra = (uint32_t)MIN(bbr->extra_epoch_bytes - expected, cc->cwnd_bytes);
    bbr->extra_bytes[bbr->extra_span] = MAX(bbr->extra_bytes[bbr->extra_span], extra);
}

static uint32_t extra_window_bytes(const BbrState *bbr)
{
    uint32_t extra = MAX(bbr->extra_bytes[0], bbr->extra_bytes[1]);
    return bbr->full ? (uint32_t)MIN(extra, bbr_product_bytes(rate_of(bbr), EXTRA_MOST_NS)) : 0;
}

/* ---- modes ---- */

static void save_window(TcpCc *cc, BbrState *bbr)
{
    bool whole = !bbr->was_repairing && bbr->mode != BBR_PROBE_RTT;
    bbr->prior_cwnd_bytes = whole ? cc->cwnd_bytes : MAX(bbr->prior_cwnd_bytes, cc->cwnd_bytes);
}

static void next_phase(BbrState *bbr, int64_t now_ns)
{
    bbr->phase = (bbr->phase + 1) % CYCLE_PHASES;
    bbr->cycle_at_ns = now_ns;
}

static void enter_probe_bw(TcpCc *cc, BbrState *bbr, int64_t now_ns)
{
    bbr->mode = BBR_PROBE_BW;
    bbr->phase = (uint8_t)(CYCLE_PHASES - 1 - rng_below(cc->rng, CYCLE_PHASES - 1));
    next_phase(bbr, now_ns);
}

static bool phase_is_over(const TcpCc *cc, const BbrState *bbr, const TcpCcAck *ack)
{
    bool long_enough = ack->now_ns - bbr->cycle_at_ns > bbr->min_rtt_ns;
    uint32_t gain = cycle_gains[bbr->phase], in_flight = ack->rate->prior_in_flight_bytes;
    if (gain > UNIT) { /* until the gain is in the pipe, or more than it holds */
        return long_enough &&
               (ack->rate->newly_lost_bytes > 0 ||
                in_flight + burst_segments(cc) * cc->mss_bytes >= inflight_bytes(cc, gain));
    }
    /* The queue that the first phase made is gone earlier, perhaps. */
    return long_enough || (gain < UNIT && in_flight <= inflight_bytes(cc, UNIT));
}

static void check_full(BbrState *bbr, const TcpRateSample *rate)
{
    if (bbr->full || !bbr->round_start || rate->app_limited) {
        return;
    }
    if (rate_of(bbr) >= bbr->full_rate_bps * FULL_GROWTH / UNIT) {
        bbr->full_rate_bps = rate_of(bbr);
        bbr->full_rounds = 0;
        return;
    }
    bbr->full = ++bbr->full_rounds >= FULL_ROUNDS;
}

static void check_drain(TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    if (bbr->mode == BBR_STARTUP && bbr->full) {
        bbr->mode = BBR_DRAIN;
        cc->ssthresh_bytes = inflight_bytes(cc, UNIT); /* for those who look; nothing follows */
    }
    if (bbr->mode == BBR_DRAIN && ack->rate->in_flight_bytes <= inflight_bytes(cc, UNIT)) {
        enter_probe_bw(cc, bbr, ack->now_ns);
    }
}

static void leave_probe_rtt(TcpCc *cc, BbrState *bbr, int64_t now_ns)
{
    bbr->min_rtt_at_ns = now_ns;
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, bbr->prior_cwnd_bytes);
    if (bbr->full) {
        enter_probe_bw(cc, bbr, now_ns);
    } else {
        bbr->mode = BBR_STARTUP;
    }
}

/* Four segments or fewer in flight, for 200 ms and a round. */
static void stay_in_probe_rtt(TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    if (bbr->probe_rtt_done_at_ns == 0) {
        if (ack->rate->in_flight_bytes <= LEAST_WINDOW_SEGMENTS * cc->mss_bytes) {
            bbr->probe_rtt_done_at_ns = ack->now_ns + PROBE_RTT_NS;
            bbr->round_done = false;
            bbr->round_end_bytes = ack->rate->total_bytes;
        }
        return;
    }
    bbr->round_done = bbr->round_done || bbr->round_start;
    if (bbr->round_done && ack->now_ns > bbr->probe_rtt_done_at_ns) {
        leave_probe_rtt(cc, bbr, ack->now_ns);
    }
}

static void measure_min_rtt(TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    bool old = bbr->min_rtt_ns >= 0 && ack->now_ns > bbr->min_rtt_at_ns + MIN_RTT_NS;
    if (ack->rtt_ns >= 0 && (bbr->min_rtt_ns < 0 || ack->rtt_ns < bbr->min_rtt_ns || old)) {
        bbr->min_rtt_ns = ack->rtt_ns;
        bbr->min_rtt_at_ns = ack->now_ns;
    }
    if (old && !bbr->restarted && bbr->mode != BBR_PROBE_RTT) {
        save_window(cc, bbr);
        bbr->mode = BBR_PROBE_RTT;
        bbr->probe_rtt_done_at_ns = 0;
    }
    if (bbr->mode == BBR_PROBE_RTT) {
        stay_in_probe_rtt(cc, bbr, ack);
    }
    cc->self_limited = bbr->mode == BBR_PROBE_RTT;
    bbr->restarted = bbr->restarted && ack->rate->interval_ns <= 0;
}

static uint32_t pacing_gain(const BbrState *bbr)
{
    static const uint16_t gains[] = {
        [BBR_STARTUP] = HIGH_GAIN, [BBR_DRAIN] = DRAIN_GAIN, [BBR_PROBE_RTT] = UNIT
    };
    return bbr->mode == BBR_PROBE_BW ? cycle_gains[bbr->phase] : gains[bbr->mode];
}

static uint32_t window_gain(const BbrState *bbr)
{
    static const uint16_t gains[] = { [BBR_STARTUP] = HIGH_GAIN,
                                      [BBR_DRAIN] = HIGH_GAIN,
                                      [BBR_PROBE_BW] = WINDOW_GAIN,
                                      [BBR_PROBE_RTT] = UNIT };
    return gains[bbr->mode];
}

/* ---- rate and window ---- */

/* Before there is a rate: the window in a round trip. */
static void pace_by_rtt(TcpCc *cc, BbrState *bbr, int64_t srtt_ns)
{
    int64_t rate_bps = bbr_window_rate(cc->cwnd_bytes, srtt_ns);
    cc->pacing_bps = bbr_paced(rate_bps, HIGH_GAIN);
    bbr->seen_rtt = srtt_ns > 0;
}

static void set_rate(TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    int64_t rate_bps = bbr_paced(rate_of(bbr), pacing_gain(bbr));
    if (!bbr->seen_rtt && ack->srtt_ns > 0) {
        pace_by_rtt(cc, bbr, ack->srtt_ns);
    }
    if (bbr->full || rate_bps > cc->pacing_bps) {
        cc->pacing_bps = rate_bps;
    }
}

/* While losses are repaired: first as much as is delivered, for a round; when all is repaired, the
 * window that was. */
static uint32_t repair_window(const TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    const TcpRateSample *rate = ack->rate;
    uint32_t lost = rate->newly_lost_bytes;
    uint32_t window = MAX(cc->cwnd_bytes, lost + cc->mss_bytes) - lost;
    uint32_t conserved = rate->in_flight_bytes + ack->delivered_bytes;
    bool begins = ack->in_recovery && rate->repairing && !bbr->was_repairing;
    if (begins) {
        bbr->conserving = true;
        bbr->round_end_bytes = rate->total_bytes;
        window = conserved;
    } else if (bbr->was_repairing && !rate->repairing) {
        window = MAX(window, bbr->prior_cwnd_bytes);
        bbr->conserving = false;
    }
    bbr->was_repairing = rate->repairing;
    return bbr->conserving ? MAX(window, conserved) : window;
}

static void set_window(TcpCc *cc, BbrState *bbr, const TcpCcAck *ack)
{
    uint32_t window = repair_window(cc, bbr, ack), delivered = ack->delivered_bytes;
    if (!bbr->conserving) {
        uint32_t target = bdp_bytes(cc, window_gain(bbr)) + extra_window_bytes(bbr);
        target = with_bursts(cc, target);
        if (bbr->full) {
            window = MIN(window + delivered, target);
        } else if (window < target || ack->rate->total_bytes < INITIAL_SEGMENTS * cc->mss_bytes) {
            window += delivered;
        }
        window = MAX(window, LEAST_WINDOW_SEGMENTS * cc->mss_bytes);
    }
    if (bbr->mode == BBR_PROBE_RTT) {
        window = MIN(window, LEAST_WINDOW_SEGMENTS * cc->mss_bytes);
    }
    cc->cwnd_bytes = window;
}

/* ---- hooks ---- */

static void init(TcpCc *cc, int64_t now_ns)
{
    BbrState *bbr = cc->state;
    *bbr = (BbrState){ .min_rtt_ns = -1,
                       .min_rtt_at_ns = now_ns,
                       .extra_at_ns = now_ns,
                       .prior_cwnd_bytes = cc->cwnd_bytes };
    pace_by_rtt(cc, bbr, -1);
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    BbrState *bbr = cc->state;
    measure_rate(bbr, ack->rate);
    measure_extra(cc, bbr, ack);
    if (bbr->mode == BBR_PROBE_BW && phase_is_over(cc, bbr, ack)) {
        next_phase(bbr, ack->now_ns);
    }
    check_full(bbr, ack->rate);
    check_drain(cc, bbr, ack);
    measure_min_rtt(cc, bbr, ack);
    set_rate(cc, bbr, ack);
    set_window(cc, bbr, ack);
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    BbrState *bbr = cc->state;
    switch (loss->kind) {
    case TCP_CC_LOSS_RECOVERY:
        save_window(cc, bbr);
        break; /* the ACK that tells of it sets the window */
    case TCP_CC_LOSS_TIMEOUT:
        save_window(cc, bbr);
        /* fall through */
    case TCP_CC_LOSS_TIMEOUT_AGAIN:
        bbr->was_repairing = true;
        bbr->conserving = false;
        bbr->full_rate_bps = 0;
        bbr->round_start = true;
        cc->cwnd_bytes = cc->mss_bytes;
        break;
    case TCP_CC_LOSS_ECN:
        break; /* version 1 does not answer marks */
    }
}

/* What was lost was not: the rate may be higher than losses made it look. */
static void on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    BbrState *bbr = cc->state;
    bbr->full_rate_bps = 0;
    bbr->full_rounds = 0;
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, bbr->prior_cwnd_bytes);
}

/* Nothing was outstanding: what drained meanwhile need not be filled in a burst. */
static void on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns)
{
    BbrState *bbr = cc->state;
    bbr->restarted = true;
    bbr->extra_at_ns = now_ns;
    bbr->extra_epoch_bytes = 0;
    if (bbr->mode == BBR_PROBE_BW) {
        cc->pacing_bps = bbr_paced(rate_of(bbr), UNIT);
    } else if (bbr->mode == BBR_PROBE_RTT && bbr->probe_rtt_done_at_ns != 0 &&
               now_ns > bbr->probe_rtt_done_at_ns) {
        leave_probe_rtt(cc, bbr, now_ns);
        cc->self_limited = false;
    }
}

static const char *phase(const TcpCc *cc)
{
    static const char *const words[] = { [BBR_STARTUP] = "startup",
                                         [BBR_DRAIN] = "drain",
                                         [BBR_PROBE_BW] = "probe-bw",
                                         [BBR_PROBE_RTT] = "probe-rtt" };
    const BbrState *bbr = cc->state;
    return words[bbr->mode];
}

const TcpCcOps tcp_cc_bbr = {
    .name = "bbr",
    .state_bytes = sizeof(BbrState),
    .draws = true,
    .wants_rate = true,
    .paces = true,
    .steers_recovery = true,
    .init = init,
    .on_ack = on_ack,
    .on_loss = on_loss,
    .on_undo = on_undo,
    .on_idle = on_idle,
    .phase = phase,
};
