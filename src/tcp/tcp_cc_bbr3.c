/* BBR, version 3 (draft-ietf-ccwg-bbr-05; section numbers are its). As version 1 it models the path
 * by the largest delivery rate and the least round-trip time; beyond that it listens to losses.
 * What was in flight when more than 2 % of it got lost bounds what may be in flight for long
 * (inflight_longterm); a round with losses while nothing is probed lowers rate and volume for the
 * rest of the cycle (the short-term model).
 *
 *   startup            2.77 times the rate, until the pipe is full or loses too much
 *   drain              half the rate, until no more than the product is in flight
 *   probe-bw-down      0.9 times, until there is room below the bound
 *   probe-bw-cruise    1 times, with that room left free, for 2 to 3 s or as long as Reno would
 * need probe-bw-refill    1 times, for a round trip probe-bw-up        1.25 times, until the rate
 * grows no more or losses tell probe-rtt          half the product in flight for 200 ms, when the
 * least round-trip time of the last 5 s is old
 *
 * Rates are bits of payload a second, gains 1/256. Variables keep the names of the draft.
 * Departs: section 5.5.10.2 looks at each lost packet; here the sample of the ACK that tells of
 * losses is judged, and what was in flight is not told to the byte. Losses are counted by ACKs that
 * tell of them, not by ranges (5.3.1.3). ECN is not answered. */

#include "tcp/tcp_cc_bbr3.h"

#include "sim/sim.h"
#include "tcp/tcp_bbr.h"
#include "tcp/tcp_minmax.h"

enum {
    UNIT = BBR_UNIT,
    LEAST_SEGMENTS = 4, /* MinPipeCwnd */
    LOSS_PERCENT = 2,   /* LossThresh */
    BETA_PERCENT = 70,
    HEADROOM_PERCENT = 15,
    FULL_LOSSES = 6,
    FULL_ROUNDS = 3,
    DRAIN_ROUNDS = 3,
    RENO_ROUNDS = 63,
    EXTRA_ROUNDS = 10,
    MOST_UP_ROUNDS = 30,
};

#define INFINITE UINT32_MAX
#define INFINITE_BPS INT64_MAX
#define MIN_RTT_NS (10 * SIM_NS_PER_S)
#define PROBE_RTT_INTERVAL_NS (5 * SIM_NS_PER_S)
#define PROBE_RTT_NS (200 * SIM_NS_PER_MS)
#define PROBE_WAIT_NS (2 * SIM_NS_PER_S)
#define QUANTUM_BYTES_MOST 65536

typedef enum Bbr3Mode { STARTUP, DRAIN, DOWN, CRUISE, REFILL, UP, PROBE_RTT, N_MODES } Bbr3Mode;

static const struct {
    const char *word;
    uint16_t pacing_gain, cwnd_gain;
} modes[N_MODES] = {
    [STARTUP] = { "startup", UNIT * 277 / 100, 2 * UNIT },
    [DRAIN] = { "drain", UNIT / 2, 2 * UNIT },
    [DOWN] = { "probe-bw-down", UNIT * 90 / 100, 2 * UNIT },
    [CRUISE] = { "probe-bw-cruise", UNIT, 2 * UNIT },
    [REFILL] = { "probe-bw-refill", UNIT, 2 * UNIT },
    [UP] = { "probe-bw-up", UNIT * 5 / 4, UNIT * 9 / 4 },
    [PROBE_RTT] = { "probe-rtt", UNIT, UNIT / 2 },
};

/* Whose ACKs are coming in. */
typedef enum AckPhase { ACKS_PLAIN, ACKS_STARTING, ACKS_FEEDBACK, ACKS_STOPPING } AckPhase;

/* What losses change and an undo brings back. */
typedef struct Bounds {
    int64_t bw_shortterm;
    uint32_t inflight_shortterm, inflight_longterm;
} Bounds;

typedef struct Bbr3State {
    int64_t max_bw[2]; /* of this cycle and the last, by the lowest bit of cycle_count */
    int64_t bw_latest, full_bw;
    int64_t min_rtt_ns, min_rtt_at_ns; /* -1: no sample yet */
    int64_t probe_rtt_min_ns, probe_rtt_min_at_ns, probe_rtt_done_at_ns;
    int64_t cycle_at_ns, bw_probe_wait_ns, extra_at_ns;
    uint64_t round_end_bytes, loss_round_end_bytes;
    TcpMaxFilter extra; /* by rounds */
    Bounds now, before_loss;
    uint32_t inflight_latest, prior_cwnd_bytes, extra_epoch_bytes;
    uint32_t rounds, rounds_since_probe, drain_round, cycle_count;
    uint32_t up_rounds, up_acked_bytes,
        up_step_bytes; /* up_step: acknowledged for one segment more */
    uint8_t mode, undo_mode, ack_phase, full_rounds, losses_in_round;
    bool full_bw_now, full_bw_reached, round_start, loss_round_start, loss_in_round;
    bool probing_samples, probe_rtt_expired, probe_rtt_round_done, restarted;
    bool seen_rtt, was_repairing;
} Bbr3State;

/* ---- the model ---- */

static int64_t max_bw(const Bbr3State *bbr)
{
    return MAX(bbr->max_bw[0], bbr->max_bw[1]);
}

/* 5.5.10.3: BBRBoundBWForModel(). */
static int64_t bw(const Bbr3State *bbr)
{
    return MIN(max_bw(bbr), bbr->now.bw_shortterm);
}

static bool is_in_probe_bw(const Bbr3State *bbr)
{
    return bbr->mode >= DOWN && bbr->mode <= UP;
}

static bool is_probing(const Bbr3State *bbr)
{
    return bbr->mode == STARTUP || bbr->mode == REFILL || bbr->mode == UP;
}

/* 5.6.4.2: BBRBDPMultiple(). */
static uint32_t bdp_bytes(const TcpCc *cc, int64_t rate_bps, uint32_t gain)
{
    const Bbr3State *bbr = cc->state;
    if (bbr->min_rtt_ns < 0) {
        return tcp_cc_initial_window_bytes(cc->mss_bytes, 0);
    }
    return (uint32_t)MIN(bbr_product_bytes(rate_bps, bbr->min_rtt_ns) * gain / UNIT, G_MAXINT32);
}

/* BBRQuantizationBudget(): three quanta of a millisecond's data on their way through the hosts. */
static uint32_t with_quanta(const TcpCc *cc, uint32_t bytes)
{
    const Bbr3State *bbr = cc->state;
    uint32_t quantum = (uint32_t)MIN(cc->pacing_bps / 8000, QUANTUM_BYTES_MOST);
    uint32_t budget = 3 * MAX(quantum, 2 * cc->mss_bytes);
    bytes = MAX(bytes, MAX(budget, LEAST_SEGMENTS * cc->mss_bytes));
    return bytes + (bbr->mode == UP ? 2 * cc->mss_bytes : 0);
}

static uint32_t target_bytes(const TcpCc *cc)
{
    return MIN(bdp_bytes(cc, bw(cc->state), UNIT), cc->cwnd_bytes);
}

/* Room for other flows (5.3.3.6). */
static uint32_t with_headroom(const TcpCc *cc)
{
    const Bbr3State *bbr = cc->state;
    uint32_t bound = bbr->now.inflight_longterm;
    if (bound == INFINITE) {
        return INFINITE;
    }
    uint32_t headroom = MAX(cc->mss_bytes, (uint32_t)((uint64_t)bound * HEADROOM_PERCENT / 100));
    return MAX(MAX(bound, headroom) - headroom, LEAST_SEGMENTS * cc->mss_bytes);
}

static void start_round(Bbr3State *bbr, const TcpRateSample *rate)
{
    bbr->round_end_bytes = rate->total_bytes;
}

static void reset_full_bw(Bbr3State *bbr, int64_t rate_bps)
{
    bbr->full_bw = rate_bps;
    bbr->full_rounds = 0;
    bbr->full_bw_now = false;
}

static void reset_shortterm(Bbr3State *bbr)
{
    bbr->now.bw_shortterm = INFINITE_BPS;
    bbr->now.inflight_shortterm = INFINITE;
}

/* 5.5.5 and 5.5.1. */
static void update_max_bw(Bbr3State *bbr, const TcpRateSample *rate)
{
    bbr->round_start = rate->interval_ns > 0 && rate->prior_bytes >= bbr->round_end_bytes;
    if (bbr->round_start) {
        start_round(bbr, rate);
        bbr->rounds++;
        bbr->rounds_since_probe++;
    }
    if (rate->rate_bps > 0 && (rate->rate_bps >= max_bw(bbr) || !rate->app_limited)) {
        int64_t *slot = &bbr->max_bw[bbr->cycle_count & 1];
        *slot = MAX(*slot, rate->rate_bps);
    }
}

/* 5.5.10.3: once a round with losses, while nothing is probed. */
static void lower_shortterm(const TcpCc *cc, Bbr3State *bbr)
{
    Bounds *now = &bbr->now;
    int64_t rate = now->bw_shortterm == INFINITE_BPS ? max_bw(bbr) : now->bw_shortterm;
    uint32_t volume =
        now->inflight_shortterm == INFINITE ? cc->cwnd_bytes : now->inflight_shortterm;
    now->bw_shortterm = MAX(bbr->bw_latest, rate / 100 * BETA_PERCENT);
    now->inflight_shortterm =
        MAX(bbr->inflight_latest, (uint32_t)((uint64_t)volume * BETA_PERCENT / 100));
}

static void update_signals(const TcpCc *cc, Bbr3State *bbr, const TcpRateSample *rate)
{
    bbr->bw_latest = MAX(bbr->bw_latest, rate->rate_bps);
    bbr->inflight_latest = MAX(bbr->inflight_latest, rate->delivered_bytes);
    bbr->loss_round_start = rate->interval_ns > 0 && rate->prior_bytes >= bbr->loss_round_end_bytes;
    update_max_bw(bbr, rate);
    if (!bbr->loss_round_start) {
        return;
    }
    bbr->loss_round_end_bytes = rate->total_bytes;
    if (bbr->loss_in_round && !is_probing(bbr)) {
        lower_shortterm(cc, bbr);
    }
}

static void advance_signals(Bbr3State *bbr, const TcpRateSample *rate)
{
    if (bbr->loss_round_start) {
        bbr->bw_latest = rate->rate_bps;
        bbr->inflight_latest = rate->delivered_bytes;
        bbr->loss_in_round = false;
        bbr->losses_in_round = 0;
    }
}

/* 5.5.9. */
static void update_extra(const TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    uint64_t expected = bbr_product_bytes(bw(bbr), ack->now_ns - bbr->extra_at_ns);
    if (bbr->extra_epoch_bytes <= expected) {
        bbr->extra_epoch_bytes = 0;
        bbr->extra_at_ns = ack->now_ns;
        expected = 0;
    }
    bbr->extra_epoch_bytes += ack->delivered_bytes;
    uint32_t extra = (uint32_t)MIN(bbr->extra_epoch_bytes - expected, cc->cwnd_bytes);
    tcp_max_add(&bbr->extra, extra, bbr->rounds, bbr->full_bw_reached ? EXTRA_ROUNDS : 1);
}

/* ---- modes ---- */

static void start_down(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    bbr->loss_in_round = false;
    bbr->bw_latest = 0;
    bbr->inflight_latest = 0;
    bbr->rounds_since_probe = (uint32_t)rng_below(cc->rng, 2);
    bbr->bw_probe_wait_ns = PROBE_WAIT_NS + (int64_t)rng_below(cc->rng, SIM_NS_PER_S);
    bbr->cycle_at_ns = ack->now_ns;
    bbr->ack_phase = ACKS_STOPPING;
    start_round(bbr, ack->rate);
    bbr->mode = DOWN;
}

/* A segment more for each window, two in the next round, four, ... */
static void raise_slope(const TcpCc *cc, Bbr3State *bbr)
{
    uint64_t growth = (uint64_t)cc->mss_bytes << bbr->up_rounds;
    bbr->up_rounds = MIN(bbr->up_rounds + 1, MOST_UP_ROUNDS);
    bbr->up_step_bytes =
        (uint32_t)MAX((uint64_t)cc->cwnd_bytes * cc->mss_bytes / growth, cc->mss_bytes);
}

static void start_refill(Bbr3State *bbr, const TcpRateSample *rate)
{
    reset_shortterm(bbr);
    bbr->up_rounds = 0;
    bbr->up_acked_bytes = 0;
    bbr->ack_phase = ACKS_PLAIN;
    start_round(bbr, rate);
    bbr->mode = REFILL;
}

static void start_up(const TcpCc *cc, Bbr3State *bbr, const TcpRateSample *rate)
{
    bbr->probing_samples = true;
    bbr->ack_phase = ACKS_STARTING;
    start_round(bbr, rate);
    reset_full_bw(bbr, rate->rate_bps);
    bbr->mode = UP;
    raise_slope(cc, bbr);
}

/* 5.3.1.2. */
static void check_full(Bbr3State *bbr, const TcpRateSample *rate)
{
    if (bbr->full_bw_now || rate->app_limited) {
        return;
    }
    if (rate->rate_bps >= bbr->full_bw + bbr->full_bw / 4) {
        reset_full_bw(bbr, rate->rate_bps);
    } else if (bbr->round_start) {
        bbr->full_bw_now = ++bbr->full_rounds >= FULL_ROUNDS;
        bbr->full_bw_reached = bbr->full_bw_reached || bbr->full_bw_now;
    }
}

static bool is_too_high(const TcpRateSample *rate)
{
    return (uint64_t)rate->lost_bytes * 100 > (uint64_t)rate->tx_in_flight_bytes * LOSS_PERCENT;
}

/* 5.3.1.3: out of startup because of losses. */
static void check_startup_loss(const TcpCc *cc, Bbr3State *bbr, const TcpRateSample *rate)
{
    if (bbr->loss_round_start && rate->repairing && bbr->losses_in_round >= FULL_LOSSES &&
        is_too_high(rate)) {
        bbr->full_bw_reached = true;
        bbr->now.inflight_longterm = MAX(bdp_bytes(cc, bw(bbr), UNIT), bbr->inflight_latest);
    }
}

static void check_startup_and_drain(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    check_full(bbr, ack->rate);
    if (bbr->mode == STARTUP) {
        check_startup_loss(cc, bbr, ack->rate);
        bbr->mode = bbr->full_bw_reached ? DRAIN : STARTUP;
        bbr->drain_round = bbr->rounds;
    }
    if (bbr->mode == DRAIN && (ack->rate->in_flight_bytes <= bdp_bytes(cc, max_bw(bbr), UNIT) ||
                               bbr->rounds > bbr->drain_round + DRAIN_ROUNDS)) {
        start_down(cc, bbr, ack);
    }
}

/* 5.3.3.6: BBRProbeInflightLongtermUpward(). */
static void probe_upward(const TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    if (!ack->cwnd_limited || cc->cwnd_bytes < bbr->now.inflight_longterm) {
        return;
    }
    bbr->up_acked_bytes += ack->delivered_bytes;
    bbr->now.inflight_longterm += bbr->up_acked_bytes / bbr->up_step_bytes * cc->mss_bytes;
    bbr->up_acked_bytes %= bbr->up_step_bytes;
    if (bbr->round_start) {
        raise_slope(cc, bbr);
    }
}

static void adapt_longterm(const TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    const TcpRateSample *rate = ack->rate;
    if (bbr->round_start && bbr->ack_phase == ACKS_STARTING) {
        bbr->ack_phase = ACKS_FEEDBACK;
    } else if (bbr->round_start && bbr->ack_phase == ACKS_STOPPING) {
        bbr->ack_phase = ACKS_PLAIN;
        if (is_in_probe_bw(bbr) && !rate->app_limited) {
            bbr->max_bw[++bbr->cycle_count & 1] = 0; /* 5.5.6 */
        }
    }
    if (bbr->now.inflight_longterm != INFINITE && !is_too_high(rate)) {
        bbr->now.inflight_longterm = MAX(bbr->now.inflight_longterm, rate->tx_in_flight_bytes);
        if (bbr->mode == UP) {
            probe_upward(cc, bbr, ack);
        }
    }
}

/* 5.3.3.5.3: by the clock, or when Reno would have regained as much. */
static bool is_time_to_probe(const TcpCc *cc, const Bbr3State *bbr, int64_t now_ns)
{
    uint32_t reno_rounds = MIN(target_bytes(cc) / cc->mss_bytes, RENO_ROUNDS);
    return now_ns > bbr->cycle_at_ns + bbr->bw_probe_wait_ns ||
           bbr->rounds_since_probe >= reno_rounds;
}

static bool is_time_to_go_down(const TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    if (ack->cwnd_limited && cc->cwnd_bytes >= bbr->now.inflight_longterm) {
        reset_full_bw(bbr, ack->rate->rate_bps); /* it is the bound that holds the rate back */
        return false;
    }
    return bbr->full_bw_now;
}

static void update_cycle(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    if (!bbr->full_bw_reached) {
        return;
    }
    adapt_longterm(cc, bbr, ack);
    uint32_t in_flight = ack->rate->in_flight_bytes;
    if (bbr->mode == DOWN || bbr->mode == CRUISE) {
        if (is_time_to_probe(cc, bbr, ack->now_ns)) {
            start_refill(bbr, ack->rate);
        } else if (in_flight <= with_headroom(cc) &&
                   in_flight <= with_quanta(cc, bdp_bytes(cc, max_bw(bbr), UNIT))) {
            bbr->mode = CRUISE;
        }
    } else if (bbr->mode == REFILL && bbr->round_start) {
        start_up(cc, bbr, ack->rate);
    } else if (bbr->mode == UP && is_time_to_go_down(cc, bbr, ack)) {
        start_down(cc, bbr, ack);
    }
}

/* ---- the least round-trip time (5.3.4.3) ---- */

static void save_window(const TcpCc *cc, Bbr3State *bbr)
{
    bool whole = !bbr->was_repairing && bbr->mode != PROBE_RTT;
    bbr->prior_cwnd_bytes = whole ? cc->cwnd_bytes : MAX(bbr->prior_cwnd_bytes, cc->cwnd_bytes);
}

static void update_min_rtt(Bbr3State *bbr, const TcpCcAck *ack)
{
    bool first = bbr->min_rtt_ns < 0;
    bbr->probe_rtt_expired =
        !first && ack->now_ns > bbr->probe_rtt_min_at_ns + PROBE_RTT_INTERVAL_NS;
    if (ack->rtt_ns >= 0 &&
        (first || ack->rtt_ns < bbr->probe_rtt_min_ns || bbr->probe_rtt_expired)) {
        bbr->probe_rtt_min_ns = ack->rtt_ns;
        bbr->probe_rtt_min_at_ns = ack->now_ns;
    }
    if (bbr->probe_rtt_min_ns >= 0 && (first || bbr->probe_rtt_min_ns < bbr->min_rtt_ns ||
                                       ack->now_ns > bbr->min_rtt_at_ns + MIN_RTT_NS)) {
        bbr->min_rtt_ns = bbr->probe_rtt_min_ns;
        bbr->min_rtt_at_ns = bbr->probe_rtt_min_at_ns;
    }
}

static uint32_t probe_rtt_bytes(const TcpCc *cc)
{
    uint32_t half = bdp_bytes(cc, bw(cc->state), modes[PROBE_RTT].cwnd_gain);
    return MAX(half, LEAST_SEGMENTS * cc->mss_bytes);
}

static void leave_probe_rtt(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    bbr->probe_rtt_min_at_ns = ack->now_ns;
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, bbr->prior_cwnd_bytes);
    reset_shortterm(bbr);
    if (bbr->full_bw_reached) {
        start_down(cc, bbr, ack);
        bbr->mode = CRUISE;
    } else {
        bbr->mode = STARTUP;
    }
}

static void stay_in_probe_rtt(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    if (bbr->probe_rtt_done_at_ns == 0) {
        if (ack->rate->in_flight_bytes <= probe_rtt_bytes(cc)) {
            bbr->probe_rtt_done_at_ns = ack->now_ns + PROBE_RTT_NS;
            bbr->probe_rtt_round_done = false;
            start_round(bbr, ack->rate);
        }
        return;
    }
    bbr->probe_rtt_round_done = bbr->probe_rtt_round_done || bbr->round_start;
    if (bbr->probe_rtt_round_done && ack->now_ns > bbr->probe_rtt_done_at_ns) {
        leave_probe_rtt(cc, bbr, ack);
    }
}

static void check_probe_rtt(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    if (bbr->mode != PROBE_RTT && bbr->probe_rtt_expired && !bbr->restarted) {
        save_window(cc, bbr);
        bbr->mode = PROBE_RTT;
        bbr->probe_rtt_done_at_ns = 0;
        bbr->ack_phase = ACKS_STOPPING;
        start_round(bbr, ack->rate);
    }
    if (bbr->mode == PROBE_RTT) {
        stay_in_probe_rtt(cc, bbr, ack);
    }
    cc->self_limited = bbr->mode == PROBE_RTT;
    bbr->restarted = bbr->restarted && ack->delivered_bytes == 0;
}

/* ---- losses ---- */

static void note_losses(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    const TcpRateSample *rate = ack->rate;
    if (!bbr->loss_in_round) {
        bbr->loss_round_end_bytes = rate->total_bytes;
    }
    bbr->loss_in_round = true;
    bbr->losses_in_round += bbr->losses_in_round < FULL_LOSSES;
    if (!bbr->probing_samples || !is_too_high(rate)) {
        return;
    }
    bbr->probing_samples = false; /* once for each probe */
    if (!rate->app_limited) {
        uint32_t least = (uint32_t)((uint64_t)target_bytes(cc) * BETA_PERCENT / 100);
        bbr->now.inflight_longterm = MAX(rate->tx_in_flight_bytes, least);
    }
    if (bbr->mode == UP) {
        start_down(cc, bbr, ack);
    }
}

/* ---- rate and window ---- */

static void pace_by_rtt(TcpCc *cc, Bbr3State *bbr, int64_t srtt_ns)
{
    cc->pacing_bps =
        bbr_paced(bbr_window_rate(cc->cwnd_bytes, srtt_ns), modes[STARTUP].pacing_gain);
    bbr->seen_rtt = srtt_ns > 0;
}

static void set_rate(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    int64_t rate_bps = bbr_paced(bw(bbr), modes[bbr->mode].pacing_gain);
    if (!bbr->seen_rtt && ack->srtt_ns > 0) {
        pace_by_rtt(cc, bbr, ack->srtt_ns);
    }
    if (bbr->full_bw_reached || rate_bps > cc->pacing_bps) {
        cc->pacing_bps = rate_bps;
    }
}

/* 5.6.4.7. */
static uint32_t model_cap(const TcpCc *cc, const Bbr3State *bbr)
{
    uint32_t cap = bbr->mode == CRUISE || bbr->mode == PROBE_RTT ? with_headroom(cc)
                   : is_in_probe_bw(bbr)                         ? bbr->now.inflight_longterm
                                                                 : INFINITE;
    return MAX(MIN(cap, bbr->now.inflight_shortterm), LEAST_SEGMENTS * cc->mss_bytes);
}

static void set_window(TcpCc *cc, Bbr3State *bbr, const TcpCcAck *ack)
{
    uint32_t window = cc->cwnd_bytes, least = LEAST_SEGMENTS * cc->mss_bytes;
    if (bbr->was_repairing && !ack->rate->repairing) {
        window = MAX(window, bbr->prior_cwnd_bytes);
    }
    bbr->was_repairing = ack->rate->repairing;
    uint32_t most = bdp_bytes(cc, bw(bbr), modes[bbr->mode].cwnd_gain);
    most = with_quanta(cc, most + (uint32_t)tcp_max_get(&bbr->extra));
    if (bbr->full_bw_reached) {
        window = MIN(window + ack->delivered_bytes, most);
    } else if (window < most ||
               ack->rate->total_bytes < tcp_cc_initial_window_bytes(cc->mss_bytes, 0)) {
        window += ack->delivered_bytes;
    }
    window = MAX(window, least);
    if (bbr->mode == PROBE_RTT) {
        window = MIN(window, probe_rtt_bytes(cc));
    }
    cc->cwnd_bytes = MIN(window, model_cap(cc, bbr));
}

/* ---- hooks ---- */

static void init(TcpCc *cc, int64_t now_ns)
{
    Bbr3State *bbr = cc->state;
    *bbr = (Bbr3State){ .min_rtt_ns = -1,
                        .probe_rtt_min_ns = -1,
                        .extra_at_ns = now_ns,
                        .now = { .inflight_longterm = INFINITE },
                        .prior_cwnd_bytes = cc->cwnd_bytes,
                        .up_step_bytes = INFINITE };
    reset_shortterm(bbr);
    pace_by_rtt(cc, bbr, -1);
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    Bbr3State *bbr = cc->state;
    if (ack->rate->newly_lost_bytes > 0) {
        note_losses(cc, bbr, ack);
    }
    update_signals(cc, bbr, ack->rate);
    update_extra(cc, bbr, ack);
    check_startup_and_drain(cc, bbr, ack);
    update_cycle(cc, bbr, ack);
    update_min_rtt(bbr, ack);
    check_probe_rtt(cc, bbr, ack);
    advance_signals(bbr, ack->rate);
    set_rate(cc, bbr, ack);
    set_window(cc, bbr, ack);
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    Bbr3State *bbr = cc->state;
    if (loss->kind == TCP_CC_LOSS_ECN) {
        return;
    }
    if (loss->kind != TCP_CC_LOSS_TIMEOUT_AGAIN) {
        save_window(cc, bbr);
        bbr->undo_mode = bbr->mode;
        bbr->before_loss = bbr->now;
    }
    if (loss->kind != TCP_CC_LOSS_RECOVERY) {
        bbr->was_repairing = true;
        cc->cwnd_bytes = cc->mss_bytes; /* 5.6.4.4 */
    }
}

/* 5.5.11.2. */
static void on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    Bbr3State *bbr = cc->state;
    const Bounds *before = &bbr->before_loss;
    bbr->loss_in_round = false;
    reset_full_bw(bbr, 0);
    bbr->now.bw_shortterm = MAX(bbr->now.bw_shortterm, before->bw_shortterm);
    bbr->now.inflight_shortterm = MAX(bbr->now.inflight_shortterm, before->inflight_shortterm);
    bbr->now.inflight_longterm = MAX(bbr->now.inflight_longterm, before->inflight_longterm);
    if (bbr->mode != PROBE_RTT && (bbr->undo_mode == STARTUP || bbr->undo_mode == UP)) {
        bbr->mode = bbr->undo_mode;
        bbr->full_bw_reached = bbr->full_bw_reached && bbr->undo_mode != STARTUP;
    }
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, bbr->prior_cwnd_bytes);
}

/* 5.4.1. */
static void on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns)
{
    Bbr3State *bbr = cc->state;
    bbr->restarted = true;
    bbr->extra_at_ns = now_ns;
    bbr->extra_epoch_bytes = 0;
    if (is_in_probe_bw(bbr)) {
        cc->pacing_bps = bbr_paced(bw(bbr), UNIT);
    }
}

static const char *phase(const TcpCc *cc)
{
    const Bbr3State *bbr = cc->state;
    return modes[bbr->mode].word;
}

const TcpCcOps tcp_cc_bbr3 = {
    .name = "bbr3",
    .state_bytes = sizeof(Bbr3State),
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
