/* RFC 6298 in integer nanoseconds. */

#include "tcp/tcp_rtt.h"

#include <glib.h>

enum { K = 4, ALPHA_INVERSE = 8, BETA_INVERSE = 4 }; /* section 2 */

void tcp_rtt_init(TcpRtt *rtt, int64_t initial_rto_ns, int64_t min_rto_ns, int64_t max_rto_ns)
{
    g_assert(0 < min_rto_ns && min_rto_ns <= max_rto_ns && initial_rto_ns > 0);
    *rtt = (TcpRtt){
        .srtt_ns = -1,
        .rttvar_ns = -1,
        .min_rtt_ns = -1,
        .rto_ns = CLAMP(initial_rto_ns, min_rto_ns, max_rto_ns),
        .min_rto_ns = min_rto_ns,
        .max_rto_ns = max_rto_ns,
    };
}

/* old_ns moved by 1/parts of the way to sample_ns, rounded down; no product that could overflow. */
static int64_t moved_ns(int64_t old_ns, int64_t sample_ns, int64_t parts)
{
    int64_t way_ns = sample_ns - old_ns;
    return old_ns + (way_ns >= 0 ? way_ns / parts : -((parts - 1 - way_ns) / parts));
}

/* Sections 2.2 and 2.3; rttvar first, from the old srtt. */
static void fold(TcpRtt *rtt, int64_t rtt_ns, int64_t samples_per_rtt)
{
    if (rtt->srtt_ns < 0) {
        rtt->srtt_ns = rtt_ns;
        rtt->rttvar_ns = rtt_ns / 2;
        rtt->min_rtt_ns = rtt_ns;
        return;
    }
    int64_t error_ns = ABS(rtt->srtt_ns - rtt_ns);
    rtt->rttvar_ns = moved_ns(rtt->rttvar_ns, error_ns, BETA_INVERSE * samples_per_rtt);
    rtt->srtt_ns = moved_ns(rtt->srtt_ns, rtt_ns, ALPHA_INVERSE * samples_per_rtt);
    rtt->min_rtt_ns = MIN(rtt->min_rtt_ns, rtt_ns);
}

static void set_rto(TcpRtt *rtt)
{
    int64_t rto_ns = rtt->srtt_ns + MAX(TCP_RTT_GRANULARITY_NS, K * rtt->rttvar_ns);
    /* Sections 2.4 and 2.5: the bounds. */
    rtt->rto_ns = CLAMP(rto_ns, rtt->min_rto_ns, rtt->max_rto_ns);
    rtt->backoff = 0;
}

void tcp_rtt_sample(TcpRtt *rtt, int64_t rtt_ns, uint32_t samples_per_rtt)
{
    g_assert(rtt_ns >= 0 && samples_per_rtt >= 1);
    fold(rtt, rtt_ns, samples_per_rtt);
    set_rto(rtt);
}

static void fold_first(TcpRtt *rtt, TcpRttFloor *floor, const TcpRttSample *sample)
{
    rtt->srtt_ns = sample->oldest_ns;
    rtt->rttvar_ns = sample->oldest_ns / 2;
    rtt->min_rtt_ns = sample->rtt_ns;
    floor->deviation_ns = MAX(K * rtt->rttvar_ns, rtt->min_rto_ns);
    floor->largest_ns = floor->deviation_ns;
    floor->round_end = sample->snd_nxt;
}

static void fold_error(TcpRtt *rtt, TcpRttFloor *floor, int64_t error_ns)
{
    int64_t more_ns = ABS(error_ns) - rtt->rttvar_ns;
    bool shorter = error_ns < 0 && more_ns > 0;
    rtt->rttvar_ns += more_ns / (shorter ? ALPHA_INVERSE * BETA_INVERSE : BETA_INVERSE);
    if (K * rtt->rttvar_ns > floor->largest_ns) {
        floor->largest_ns = K * rtt->rttvar_ns;
        floor->deviation_ns = MAX(floor->deviation_ns, floor->largest_ns);
    }
}

static void end_round(TcpRtt *rtt, TcpRttFloor *floor, TcpSeq snd_nxt)
{
    if (floor->largest_ns < floor->deviation_ns) {
        floor->deviation_ns -= (floor->deviation_ns - floor->largest_ns) / BETA_INVERSE;
    }
    floor->round_end = snd_nxt;
    floor->largest_ns = rtt->min_rto_ns;
}

void tcp_rtt_sample_floored(TcpRtt *rtt, TcpRttFloor *floor, const TcpRttSample *sample)
{
    if (rtt->srtt_ns < 0) {
        fold_first(rtt, floor, sample);
    } else {
        int64_t error_ns = sample->oldest_ns - rtt->srtt_ns;
        rtt->srtt_ns += error_ns / ALPHA_INVERSE;
        rtt->min_rtt_ns = MIN(rtt->min_rtt_ns, sample->rtt_ns);
        fold_error(rtt, floor, error_ns);
        if (seq_gt(sample->snd_una, floor->round_end)) {
            end_round(rtt, floor, sample->snd_nxt);
        }
    }
    rtt->rto_ns = MIN(rtt->srtt_ns + floor->deviation_ns, rtt->max_rto_ns);
    rtt->backoff = 0;
}

void tcp_rtt_adapt(TcpRtt *rtt, int64_t rtt_ns)
{
    rtt->srtt_ns = MAX(rtt->srtt_ns, rtt_ns);
    rtt->rttvar_ns = MAX(rtt->rttvar_ns, rtt_ns / 2);
    set_rto(rtt);
}

void tcp_rtt_back_off(TcpRtt *rtt)
{
    if (tcp_rtt_rto(rtt) < rtt->max_rto_ns) {
        rtt->backoff++;
    }
}

void tcp_rtt_clear_back_off(TcpRtt *rtt)
{
    rtt->backoff = 0;
}
