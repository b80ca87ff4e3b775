/* CUBIC (RFC 9438): after a loss the window returns to where it was, W_max, along a cubic curve in
 * time, and looks for more beyond; where Reno would have more, it has as much as Reno.
 *
 * Fixed point throughout: time since the epoch in units of 2^-14 s (61 us), windows in bytes, the
 * Reno estimate in 1/1024 byte. W_cubic(t) is exact to a few bytes while |t - K| < 128 s; beyond,
 * the curve is flat, far above any window there can be. RFC variables keep their names. */

#include "tcp/tcp_cc_cubic.h"

#include "sim/lang.h"

/* C = 2/5 segments per second cubed; beta_cubic = 7/10; alpha_cubic = 3 (1 - beta) / (1 + beta) =
 * 9/17. */
enum {
    C_NUMERATOR = 2,
    C_DENOMINATOR = 5,
    BETA_TENTHS = 7,
    ALPHA_NUMERATOR = 9,
    ALPHA_DENOMINATOR = 17,
    TIME_SHIFT = 14,
    EST_SHIFT = 10,
};

#define CUBE_ROOT_MAX 2642245               /* its cube is the largest below 2^64 */
#define OFFSET_MAX ((INT64_C(1) << 21) - 1) /* the largest |t - K| whose cube fits 63 bits */

/* What a loss changes and an undo brings back (RFC 9438 section 4.9). */
typedef struct CubicEpoch {
    bool running; /* congestion avoidance has begun since the last loss */
    bool flat;    /* the next epoch starts with K = 0 and W_max = cwnd: it follows a time-out */
    int64_t epoch_start_ns; /* moved on by time that does not count */
    uint32_t w_max_bytes;   /* 0: no loss yet */
    uint32_t cwnd_prior_bytes;
    uint32_t curve_max_bytes; /* W_max of the curve in force */
    int64_t k;                /* in 2^-14 s */
    uint64_t w_est;           /* in 2^-10 bytes */
} CubicEpoch;

typedef struct CubicState {
    CubicEpoch now, before_loss;
    int64_t last_ack_at_ns;
    uint32_t growth_rest; /* what is left of the division by cwnd */
    bool fast_convergence;
} CubicState;

static const SimParamSpec params[] = {
    { .name = "fast-convergence",
      .unit = SIM_UNIT_BOOL,
      .fallback = 1,
      .max = 1,
      .help = N_("give way to new flows: lower W_max when it shrinks from loss to loss") },
    { 0 },
};

static bool configure(TcpCc *cc, const SimParams *values, GError **error)
{
    CubicState *state = cc->state;
    state->fast_convergence = sim_params_get(values, "fast-convergence") != 0;
    return true;
}

/* Largest r with r^3 <= x. */
static uint32_t cube_root(uint64_t x)
{
    uint64_t root = 0;
    for (int bit = 21; bit >= 0; bit--) {
        uint64_t next = root | UINT64_C(1) << bit;
        if (next <= CUBE_ROOT_MAX && next * next * next <= x) {
            root = next;
        }
    }
    return (uint32_t)root;
}

/* Equation 2: K = cbrt((W_max - cwnd_epoch) / C), in 2^-14 s. K^3 in 2^-42 s^3 is x * 5/2 * 2^42
 * for x segments; bytes are divided by SMSS with 20 bits behind the point first. */
static int64_t curve_k(const TcpCc *cc, uint32_t drop_bytes)
{
    uint64_t scaled = ((uint64_t)drop_bytes * C_DENOMINATOR << 20) / (cc->mss_bytes * C_NUMERATOR);
    return cube_root(MIN(scaled, UINT64_C(1) << 41) << 22);
}

/* Equation 1: W_cubic(t) = C (t - K)^3 + W_max, t in 2^-14 s; never below 0. */
static uint32_t w_cubic_bytes(const TcpCc *cc, const CubicEpoch *epoch, int64_t t)
{
    int64_t offset = CLAMP(t - epoch->k, -OFFSET_MAX, OFFSET_MAX);
    uint64_t distance = (uint64_t)ABS(offset);
    uint64_t cube = distance * distance * distance >> 20; /* in 2^-22 s^3 */
    uint64_t delta_bytes = cube * (cc->mss_bytes * C_NUMERATOR) / C_DENOMINATOR >> 22;
    if (offset < 0) {
        return epoch->curve_max_bytes - (uint32_t)MIN(delta_bytes, epoch->curve_max_bytes);
    }
    return (uint32_t)MIN(epoch->curve_max_bytes + delta_bytes, G_MAXINT32);
}

/* ns to 2^-14 s: times 2^14 / 10^9 = 2^5 / 5^9. */
static int64_t to_curve_time(int64_t ns)
{
    return ns * 32 / 1953125;
}

/* A congestion avoidance stage begins. */
static void start_epoch(TcpCc *cc, int64_t now_ns)
{
    CubicState *state = cc->state;
    CubicEpoch *epoch = &state->now;
    uint32_t cwnd_epoch_bytes = cc->cwnd_bytes;
    if (epoch->flat || epoch->w_max_bytes <= cwnd_epoch_bytes) {
        /* RFC 9438 4.8 after a time-out, 4.10 before any loss. */
        epoch->curve_max_bytes = cwnd_epoch_bytes;
        epoch->k = 0;
    } else {
        epoch->curve_max_bytes = epoch->w_max_bytes;
        epoch->k = curve_k(cc, epoch->w_max_bytes - cwnd_epoch_bytes);
    }
    epoch->running = true;
    epoch->flat = false;
    epoch->epoch_start_ns = now_ns;
    epoch->w_est = (uint64_t)cwnd_epoch_bytes << EST_SHIFT;
    state->last_ack_at_ns = now_ns;
    state->growth_rest = 0;
}

/* Equation 4: W_est grows by alpha * segments_acked / cwnd; alpha is 1 once cwnd_prior is
 * regained. */
static void grow_w_est(const TcpCc *cc, CubicEpoch *epoch, uint32_t acked_bytes)
{
    uint64_t gain = ((uint64_t)acked_bytes * cc->mss_bytes << EST_SHIFT);
    if (epoch->w_est >= (uint64_t)epoch->cwnd_prior_bytes << EST_SHIFT) {
        epoch->w_est += gain / cc->cwnd_bytes;
    } else {
        epoch->w_est += gain * ALPHA_NUMERATOR / ((uint64_t)ALPHA_DENOMINATOR * cc->cwnd_bytes);
    }
}

/* Sections 4.4 and 4.5: (target - cwnd) / cwnd for each segment acknowledged.
 * Departs: RFC 9438 adds this for each ACK, which a receiver that delays ACKs would halve; the
 * bytes that the ACK covers count instead, as they do in W_est. */
static void grow_to_target(TcpCc *cc, CubicState *state, uint32_t target_bytes,
                           uint32_t acked_bytes)
{
    uint64_t growth = (uint64_t)(target_bytes - cc->cwnd_bytes) * acked_bytes + state->growth_rest;
    uint32_t cwnd_bytes = cc->cwnd_bytes;
    cc->cwnd_bytes += (uint32_t)(growth / cwnd_bytes);
    state->growth_rest = (uint32_t)(growth % cwnd_bytes);
}

static void avoid_congestion(TcpCc *cc, const TcpCcAck *ack)
{
    CubicState *state = cc->state;
    CubicEpoch *epoch = &state->now;
    if (!epoch->running) {
        start_epoch(cc, ack->now_ns);
    }
    /* One window of ACKs is the most that an RTT can bring. */
    uint32_t acked_bytes = MIN(ack->acked_bytes, cc->cwnd_bytes);
    int64_t elapsed_ns = ack->now_ns - epoch->epoch_start_ns;
    grow_w_est(cc, epoch, acked_bytes);

    /* Section 4.2: target is W_cubic(t + RTT), between cwnd and 1.5 cwnd. */
    uint32_t target_bytes =
        w_cubic_bytes(cc, epoch, to_curve_time(elapsed_ns + MAX(ack->srtt_ns, 0)));
    uint32_t limit_bytes = cc->cwnd_bytes + cc->cwnd_bytes / 2;
    grow_to_target(cc, state, CLAMP(target_bytes, cc->cwnd_bytes, limit_bytes), acked_bytes);

    /* Section 4.3, the Reno-friendly region. The curve a round trip ahead may have lifted cwnd
     * above W_est already; an ACK never lowers it. */
    uint32_t w_est_bytes = (uint32_t)(epoch->w_est >> EST_SHIFT);
    if (w_est_bytes > cc->cwnd_bytes &&
        w_cubic_bytes(cc, epoch, to_curve_time(elapsed_ns)) < w_est_bytes) {
        cc->cwnd_bytes = w_est_bytes;
    }
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    CubicState *state = cc->state;
    bool may_grow = !ack->in_recovery && !ack->ecn_echo;
    if (!ack->cwnd_limited) {
        /* Sections 4.2 and 5.8: time in which the program held the sender back does not count. */
        state->now.epoch_start_ns += ack->now_ns - state->last_ack_at_ns;
    } else if (may_grow && tcp_cc_in_slow_start(cc)) {
        tcp_cc_slow_start(cc, ack);
    } else if (may_grow) {
        avoid_congestion(cc, ack);
    }
    state->last_ack_at_ns = ack->now_ns;
}

/* Sections 4.6 and 4.7. Returns beta * FlightSize. */
static uint32_t reduce(TcpCc *cc, CubicState *state, uint32_t in_flight_bytes)
{
    CubicEpoch *epoch = &state->now;
    state->before_loss = *epoch;
    uint32_t cwnd_bytes = cc->cwnd_bytes;
    epoch->cwnd_prior_bytes = cwnd_bytes;
    if (state->fast_convergence && cwnd_bytes < epoch->w_max_bytes) {
        epoch->w_max_bytes = (uint32_t)((uint64_t)cwnd_bytes * (10 + BETA_TENTHS) / 20);
    } else {
        epoch->w_max_bytes = cwnd_bytes;
    }
    uint32_t reduced_bytes = (uint32_t)((uint64_t)in_flight_bytes * BETA_TENTHS / 10);
    cc->ssthresh_bytes = MAX(reduced_bytes, 2 * cc->mss_bytes);
    return reduced_bytes;
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    CubicState *state = cc->state;
    switch (loss->kind) {
    case TCP_CC_LOSS_RECOVERY:
        reduce(cc, state, loss->in_flight_bytes);
        cc->cwnd_bytes = cc->ssthresh_bytes;
        break;
    case TCP_CC_LOSS_ECN:
        /* Down to one segment, not two. */
        cc->cwnd_bytes = reduce(cc, state, loss->in_flight_bytes);
        break;
    case TCP_CC_LOSS_TIMEOUT:
        reduce(cc, state, loss->in_flight_bytes);
        /* fall through */
    case TCP_CC_LOSS_TIMEOUT_AGAIN:
        state->now.flat = true;
        cc->cwnd_bytes = cc->mss_bytes;
        break;
    }
    state->now.running = false;
}

/* Section 4.9.1 and 4.9.2: back to what was saved, unless cwnd has overtaken it meanwhile. */
static void on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    CubicState *state = cc->state;
    if (cc->cwnd_bytes < prior_cwnd_bytes) {
        cc->cwnd_bytes = prior_cwnd_bytes;
        cc->ssthresh_bytes = prior_ssthresh_bytes;
        state->now = state->before_loss;
    }
}

static void on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns)
{
    CubicState *state = cc->state;
    if (tcp_cc_in_slow_start(cc)) {
        state->now.running = false; /* restarted: the curve begins anew where slow start ends */
    }
    state->last_ack_at_ns += idle_ns;
    state->now.epoch_start_ns += idle_ns;
}

const TcpCcOps tcp_cc_cubic = {
    .name = "cubic",
    .state_bytes = sizeof(CubicState),
    .params = params,
    .configure = configure,
    .on_ack = on_ack,
    .on_loss = on_loss,
    .on_undo = on_undo,
    .on_idle = on_idle,
};
