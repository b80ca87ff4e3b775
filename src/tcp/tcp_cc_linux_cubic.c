/* CUBIC and HyStart as Linux has them. CUBIC (RFC 9438) in whole segments and ticks of 4 ms, with
 * fast convergence and the Reno-friendly region; HyStart ends slow start where acknowledgements
 * come in a train as long as half a round trip, or where the round-trip time has grown by an
 * eighth.
 *
 * Departs: of RFC 9438, as Linux does. ssthresh comes from cwnd, not from the flight (4.6); cwnd
 * grows by at most a segment for two delivered (4.4), and by 5 % a round trip before the first
 * loss; of RFC 9406, whose HyStart++ goes on slowly where this one ends slow start. */

#include "tcp/tcp_cc_linux_cubic.h"

#include "sim/sim.h"
#include "tcp/tcp_cc_segments.h"

/* CUBIC: C = 0.4 as 41/1024 * 10, beta = 0.7 as 717/1024; time in 1/1024 s. */
enum {
    SCALE = 1024,
    BETA = 717,
    C_SCALED = 410,
    TIME_SHIFT = 10,
    BETA_SCALE = 8 * (SCALE + BETA) / 3 / (SCALE - BETA),
    TICKS_HZ = 250,
    SAME_WINDOW_TICKS = TICKS_HZ / 32,
    FIRST_GROWTH = 20,
    LEAST_PER_SEGMENT = 2,
    LEAST_SSTHRESH = 2,
};

#define CUBE_FACTOR ((UINT64_C(1) << 40) / C_SCALED)
#define TICK_NS (SIM_NS_PER_S / TICKS_HZ)

/* HyStart. */
enum { LOW_WINDOW = 16, SAMPLES = 8 };
#define TRAIN_GAP_NS (2 * SIM_NS_PER_MS)
#define TRAIN_ACK_DELAY_NS SIM_NS_PER_MS
#define LEAST_RISE_NS (4 * SIM_NS_PER_MS)
#define MOST_RISE_NS (16 * SIM_NS_PER_MS)

typedef struct LinuxCubic {
    TcpCcSegments segments;
    /* CUBIC; windows in segments, ticks since the start of the run. */
    uint32_t per_segment; /* delivered for each segment of growth */
    uint32_t w_max;       /* cwnd before the last loss; 0: none yet */
    uint32_t last_cwnd;
    uint32_t origin; /* W_max of the curve in force */
    uint32_t k;      /* in 1/1024 s */
    uint32_t delivered, w_est;
    int64_t last_tick, epoch_tick; /* epoch_tick 0: none began since the last loss */
    int64_t min_rtt_ns;            /* 0: none yet */
    int64_t last_sent_at_ns;
    /* HyStart. */
    int64_t round_at_ns, train_at_ns; /* when the round began; its latest ACK that is close by */
    int64_t round_rtt_ns;             /* least of the round; INT64_MAX: none yet */
    int64_t round_left_bytes;         /* to be acknowledged in this round; < 0: it is over */
    uint32_t samples;
    bool found; /* slow start is over */
} LinuxCubic;

static void begin_round(LinuxCubic *state, int64_t out_bytes, int64_t now_ns)
{
    state->round_at_ns = now_ns;
    state->train_at_ns = now_ns;
    state->round_rtt_ns = INT64_MAX;
    state->round_left_bytes = out_bytes;
    state->samples = 0;
}

static void init(TcpCc *cc, int64_t now_ns)
{
    begin_round(cc->state, 0, now_ns);
}

/* ---- HyStart ---- */

static bool is_long_train(LinuxCubic *state, int64_t now_ns)
{
    if (now_ns - state->train_at_ns > TRAIN_GAP_NS) {
        return false;
    }
    state->train_at_ns = now_ns;
    return now_ns - state->round_at_ns > (state->min_rtt_ns + TRAIN_ACK_DELAY_NS) / 2;
}

static bool has_delay_grown(LinuxCubic *state, int64_t rtt_ns)
{
    state->round_rtt_ns = MIN(state->round_rtt_ns, rtt_ns);
    if (state->samples < SAMPLES) {
        state->samples++;
        return false;
    }
    int64_t rise_ns = CLAMP(state->min_rtt_ns / 8, LEAST_RISE_NS, MOST_RISE_NS);
    return state->round_rtt_ns > state->min_rtt_ns + rise_ns;
}

static void hystart(TcpCc *cc, LinuxCubic *state, const TcpCcAck *ack)
{
    state->round_left_bytes -= ack->acked_bytes;
    if (state->round_left_bytes < 0) {
        begin_round(state, (int64_t)ack->in_flight_bytes - ack->acked_bytes, ack->now_ns);
    }
    if (tcp_cc_cwnd_segments(cc) < LOW_WINDOW) {
        return;
    }
    bool train = is_long_train(state, ack->now_ns);
    if (has_delay_grown(state, ack->rtt_ns) || train) {
        state->found = true;
        cc->ssthresh_bytes = cc->cwnd_bytes;
    }
}

static void measure(TcpCc *cc, LinuxCubic *state, const TcpCcAck *ack)
{
    int64_t tick = ack->now_ns / TICK_NS;
    /* Nothing is learned in the first second after a reduction. */
    if (ack->rtt_ns < 0 || (state->epoch_tick != 0 && tick - state->epoch_tick < TICKS_HZ)) {
        return;
    }
    if (state->min_rtt_ns == 0 || ack->rtt_ns < state->min_rtt_ns) {
        state->min_rtt_ns = MAX(ack->rtt_ns, 1);
    }
    if (!state->found && tcp_cc_in_slow_start(cc)) {
        hystart(cc, state, ack);
    }
}

/* ---- CUBIC ---- */

/* Largest r with r^3 <= x. */
static uint32_t cube_root(uint64_t x)
{
    uint64_t root = 0;
    for (int bit = 20; bit >= 0; bit--) {
        uint64_t next = root | UINT64_C(1) << bit;
        if (next * next * next <= x) {
            root = next;
        }
    }
    return (uint32_t)root;
}

static void start_epoch(LinuxCubic *state, uint32_t cwnd, uint32_t delivered, int64_t tick)
{
    state->epoch_tick = tick;
    state->delivered = delivered;
    state->w_est = cwnd;
    state->origin = MAX(state->w_max, cwnd);
    state->k = state->w_max > cwnd ? cube_root(CUBE_FACTOR * (state->w_max - cwnd)) : 0;
}

/* RFC 9438 4.2, a round trip ahead: how many are to be delivered for a segment of growth. */
static uint32_t curve(const LinuxCubic *state, uint32_t cwnd, int64_t tick)
{
    int64_t ticks = tick - state->epoch_tick + (state->min_rtt_ns + TICK_NS - 1) / TICK_NS;
    uint64_t t = ((uint64_t)MAX(ticks, 0) << TIME_SHIFT) / TICKS_HZ;
    uint64_t offset = MIN(t < state->k ? state->k - t : t - state->k, UINT64_C(1) << 17);
    uint64_t delta = C_SCALED * offset * offset * offset >> (10 + 3 * TIME_SHIFT);
    uint64_t target =
        t < state->k ? state->origin - MIN(delta, state->origin) : state->origin + delta;
    uint32_t per_segment = target > cwnd ? (uint32_t)(cwnd / (target - cwnd)) : 100 * cwnd;
    return state->w_max == 0 ? MIN(per_segment, FIRST_GROWTH) : per_segment;
}

/* RFC 9438 4.3: no slower than Reno. */
static void be_friendly(LinuxCubic *state, uint32_t cwnd)
{
    uint32_t step = cwnd * BETA_SCALE >> 3;
    if (step > 0 && state->delivered > step) {
        uint32_t steps = (state->delivered - 1) / step;
        state->delivered -= steps * step;
        state->w_est += steps;
    }
    if (state->w_est > cwnd) {
        state->per_segment = MIN(state->per_segment, cwnd / (state->w_est - cwnd));
    }
}

static void update(LinuxCubic *state, uint32_t cwnd, uint32_t delivered, int64_t now_ns)
{
    int64_t tick = now_ns / TICK_NS;
    state->delivered += delivered;
    if (state->last_cwnd == cwnd && tick - state->last_tick <= SAME_WINDOW_TICKS) {
        return;
    }
    if (state->epoch_tick == 0 || tick != state->last_tick) {
        state->last_cwnd = cwnd;
        state->last_tick = tick;
        if (state->epoch_tick == 0) {
            start_epoch(state, cwnd, delivered, tick);
        }
        state->per_segment = curve(state, cwnd, tick);
    }
    be_friendly(state, cwnd);
    state->per_segment = MAX(state->per_segment, LEAST_PER_SEGMENT);
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    LinuxCubic *state = cc->state;
    uint32_t delivered = tcp_cc_segments(cc, ack->delivered_bytes);
    measure(cc, state, ack);
    if (ack->in_recovery || !ack->cwnd_limited) {
        return;
    }
    if (tcp_cc_in_slow_start(cc)) {
        delivered = tcp_cc_segments_slow_start(cc, delivered);
    }
    if (delivered > 0) {
        update(state, tcp_cc_cwnd_segments(cc), delivered, ack->now_ns);
        tcp_cc_segments_avoid(cc, &state->segments, state->per_segment, delivered);
    }
}

/* ---- losses ---- */

/* RFC 9438 4.7. */
static void remember(LinuxCubic *state, uint32_t cwnd)
{
    state->epoch_tick = 0;
    state->w_max = cwnd < state->w_max ? cwnd * (SCALE + BETA) / (2 * SCALE) : cwnd;
}

/* A time-out: nothing that was learned holds any more. */
static void forget(LinuxCubic *state, int64_t now_ns)
{
    *state = (LinuxCubic){ .segments = state->segments };
    begin_round(state, 0, now_ns);
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    LinuxCubic *state = cc->state;
    uint32_t cwnd = tcp_cc_cwnd_segments(cc);
    bool timeout = loss->kind == TCP_CC_LOSS_TIMEOUT || loss->kind == TCP_CC_LOSS_TIMEOUT_AGAIN;
    if (tcp_cc_segments_reduces(&state->segments, loss->kind)) {
        remember(state, cwnd);
    }
    tcp_cc_segments_reduce(cc, &state->segments, loss->kind,
                           MAX(cwnd * BETA / SCALE, LEAST_SSTHRESH));
    if (timeout) {
        forget(state, loss->now_ns);
    }
}

static void on_recovered(TcpCc *cc, int64_t now_ns)
{
    LinuxCubic *state = cc->state;
    state->segments.reduced = false;
}

static void on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    LinuxCubic *state = cc->state;
    tcp_cc_segments_undo(cc, &state->segments, prior_cwnd_bytes, prior_ssthresh_bytes);
}

/* Time without anything in flight does not count: the curve stands still. */
static void on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns)
{
    LinuxCubic *state = cc->state;
    if (state->epoch_tick != 0) {
        state->epoch_tick = MIN(state->epoch_tick + idle_ns / TICK_NS, now_ns / TICK_NS);
    }
}

const TcpCcOps tcp_cc_linux_cubic = {
    .name = "linux-cubic",
    .state_bytes = sizeof(LinuxCubic),
    .init = init,
    .on_ack = on_ack,
    .on_loss = on_loss,
    .on_recovered = on_recovered,
    .on_undo = on_undo,
    .on_idle = on_idle,
};
