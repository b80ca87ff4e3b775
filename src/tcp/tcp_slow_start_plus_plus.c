/* HyStart++ (RFC 9406): the first slow start of a connection ends when the round-trip time rises,
 * before the queue overflows. Because it may rise for other reasons, a quarter of the growth goes
 * on for five rounds (conservative slow start); if the round-trip time falls below where it was
 * when they began, it was too early, and slow start goes on. RFC variables keep their names. */

#include "tcp/tcp_slow_start.h"

#include "sim/sim.h"

/* RFC 9406 section 4.3. */
enum { N_RTT_SAMPLE = 8, MIN_RTT_DIVISOR = 8, CSS_GROWTH_DIVISOR = 4, CSS_ROUNDS = 5, L = 8 };
#define MIN_RTT_THRESH_NS (4 * SIM_NS_PER_MS)
#define MAX_RTT_THRESH_NS (16 * SIM_NS_PER_MS)
#define INFINITE_NS INT64_MAX

typedef struct PlusPlus {
    TcpSlowStart head;
    int64_t last_round_min_rtt_ns, current_round_min_rtt_ns;
    int64_t css_baseline_min_rtt_ns;
    uint32_t round_left_bytes; /* to be acknowledged until windowEnd */
    uint32_t rtt_sample_count;
    uint32_t css_rounds_left; /* 0: not in conservative slow start */
} PlusPlus;

static void init(TcpSlowStart *slow_start)
{
    PlusPlus *state = (PlusPlus *)slow_start;
    state->last_round_min_rtt_ns = INFINITE_NS;
    state->current_round_min_rtt_ns = INFINITE_NS;
    state->css_baseline_min_rtt_ns = INFINITE_NS;
}

/* Section 4.2: the bytes, at most L segments of them; paced senders need no limit. */
static void grow(TcpCc *cc, const TcpCcAck *ack, uint32_t divisor)
{
    bool paced = cc->pacing_bps > 0;
    uint32_t bytes = paced ? ack->acked_bytes : MIN(ack->acked_bytes, L * cc->mss_bytes);
    cc->cwnd_bytes += bytes / divisor;
}

/* A round ends when what was out at its begin is acknowledged. */
static bool round_ends(PlusPlus *state, const TcpCcAck *ack)
{
    if (ack->acked_bytes < state->round_left_bytes) {
        state->round_left_bytes -= ack->acked_bytes;
        return false;
    }
    state->round_left_bytes = MAX(ack->in_flight_bytes, ack->acked_bytes) - ack->acked_bytes;
    return true;
}

static void begin_round(PlusPlus *state)
{
    state->last_round_min_rtt_ns = state->current_round_min_rtt_ns;
    state->current_round_min_rtt_ns = INFINITE_NS;
    state->rtt_sample_count = 0;
}

static void sample(PlusPlus *state, int64_t rtt_ns)
{
    if (rtt_ns >= 0) {
        state->current_round_min_rtt_ns = MIN(state->current_round_min_rtt_ns, rtt_ns);
        state->rtt_sample_count++;
    }
}

static bool delay_rises(const PlusPlus *state)
{
    if (state->rtt_sample_count < N_RTT_SAMPLE || state->last_round_min_rtt_ns == INFINITE_NS) {
        return false;
    }
    int64_t thresh_ns =
        CLAMP(state->last_round_min_rtt_ns / MIN_RTT_DIVISOR, MIN_RTT_THRESH_NS, MAX_RTT_THRESH_NS);
    return state->current_round_min_rtt_ns >= state->last_round_min_rtt_ns + thresh_ns;
}

/* In conservative slow start: spurious after all, or long enough? */
static void judge(TcpCc *cc, PlusPlus *state, bool new_round)
{
    if (state->rtt_sample_count >= N_RTT_SAMPLE &&
        state->current_round_min_rtt_ns < state->css_baseline_min_rtt_ns) {
        state->css_baseline_min_rtt_ns = INFINITE_NS;
        state->css_rounds_left = 0;
    } else if (new_round && --state->css_rounds_left == 0) {
        cc->ssthresh_bytes = cc->cwnd_bytes;
    }
}

static void on_ack(TcpCc *cc, TcpSlowStart *slow_start, const TcpCcAck *ack)
{
    PlusPlus *state = (PlusPlus *)slow_start;
    if (cc->ssthresh_bytes != TCP_SSTHRESH_INFINITE) {
        grow(cc, ack, 1); /* section 4.3: a later slow start knows where to end */
        return;
    }
    bool new_round = round_ends(state, ack);
    grow(cc, ack, state->css_rounds_left > 0 ? CSS_GROWTH_DIVISOR : 1);
    sample(state, ack->rtt_ns);
    if (state->css_rounds_left > 0) {
        judge(cc, state, new_round);
    } else if (delay_rises(state)) {
        state->css_baseline_min_rtt_ns = state->current_round_min_rtt_ns;
        state->css_rounds_left = CSS_ROUNDS;
    }
    if (new_round) {
        begin_round(state);
    }
}

static const char *phase(const TcpSlowStart *slow_start)
{
    const PlusPlus *state = (const PlusPlus *)slow_start;
    return state->css_rounds_left > 0 ? "conservative-slow-start" : NULL;
}

const TcpSlowStartOps tcp_slow_start_plus_plus = {
    .name = "plus-plus",
    .state_bytes = sizeof(PlusPlus),
    .init = init,
    .on_ack = on_ack,
    .phase = phase,
};
