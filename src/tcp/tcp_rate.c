#include "tcp/tcp_rate.h"

#include "sim/sim.h"

static TcpRateStamp *stamp_at(const TcpSentQueue *queue, uint32_t i)
{
    return &queue->rate->stamps[(queue->first + i) & (queue->capacity - 1)];
}

TcpRate *tcp_rate_new(const TcpSentQueue *queue, int64_t now_ns)
{
    TcpRate *rate = g_new0(TcpRate, 1);
    rate->delivered_at_ns = now_ns;
    rate->first_sent_at_ns = now_ns;
    rate->app_limited_bytes = 1; /* the initial window is no measure of the path */
    rate->stamps = queue->capacity != 0 ? g_new0(TcpRateStamp, queue->capacity) : NULL;
    for (uint32_t place = 0; place < queue->capacity; place++) {
        rate->stamps[place] =
            (TcpRateStamp){ .delivered_at_ns = now_ns, .first_sent_at_ns = now_ns };
    }
    return rate;
}

void tcp_rate_free(TcpRate *rate)
{
    if (rate != NULL) {
        g_free(rate->stamps);
        g_free(rate);
    }
}

void tcp_rate_resize(const TcpSentQueue *queue, uint32_t capacity)
{
    TcpRateStamp *stamps = capacity != 0 ? g_new0(TcpRateStamp, capacity) : NULL;
    for (uint32_t i = 0; i < queue->count && capacity != 0; i++) {
        stamps[i] = *stamp_at(queue, i);
    }
    g_free(queue->rate->stamps);
    queue->rate->stamps = stamps;
}

void tcp_rate_on_sent(const TcpSentQueue *queue, uint32_t i)
{
    TcpRate *rate = queue->rate;
    const TcpSent *record = tcp_sent_at(queue, i);
    if (queue->count == 1 && record->transmissions == 1) {
        /* Section 4.1.2.2: the first segment after nothing was in flight. */
        rate->first_sent_at_ns = record->sent_at_ns;
        rate->delivered_at_ns = record->sent_at_ns;
    }
    *stamp_at(queue, i) = (TcpRateStamp){
        .delivered_bytes = rate->delivered_bytes,
        .lost_bytes = rate->lost_bytes,
        .delivered_at_ns = rate->delivered_at_ns,
        .first_sent_at_ns = rate->first_sent_at_ns,
        .in_flight_bytes = tcp_sent_pipe_bytes(queue),
        .app_limited = rate->app_limited_bytes != 0,
    };
}

void tcp_rate_copy(const TcpSentQueue *queue, uint32_t to, uint32_t from)
{
    *stamp_at(queue, to) = *stamp_at(queue, from);
}

void tcp_rate_begin_ack(const TcpSentQueue *queue)
{
    TcpRate *rate = queue->rate;
    rate->newest.sent_at_ns = -1;
    rate->prior_lost_bytes = rate->lost_bytes;
    rate->prior_in_flight_bytes = tcp_sent_pipe_bytes(queue);
}

void tcp_rate_on_delivered(const TcpSentQueue *queue, const TcpSent *record)
{
    TcpRate *rate = queue->rate;
    const TcpSentMark mark = { record->sent_at_ns, record->packet };
    if (tcp_sent_after(&mark, &rate->newest)) {
        rate->newest = mark;
        rate->newest_stamp = rate->stamps[record - queue->ring];
    }
}

/* Section 4.1.2.3: the longer of the times in which P's window was sent and was acknowledged. */
static void measure(TcpRate *rate, int64_t min_rtt_ns, int64_t now_ns, TcpRateSample *out_sample)
{
    const TcpRateStamp *stamp = &rate->newest_stamp;
    int64_t send_ns = rate->newest.sent_at_ns - stamp->first_sent_at_ns;
    int64_t interval_ns = MAX(send_ns, now_ns - stamp->delivered_at_ns);
    rate->first_sent_at_ns = rate->newest.sent_at_ns;
    out_sample->prior_bytes = stamp->delivered_bytes;
    out_sample->delivered_bytes = (uint32_t)(rate->delivered_bytes - stamp->delivered_bytes);
    out_sample->lost_bytes = (uint32_t)(rate->lost_bytes - stamp->lost_bytes);
    out_sample->tx_in_flight_bytes = stamp->in_flight_bytes;
    out_sample->app_limited = stamp->app_limited;
    if (interval_ns > 0 && interval_ns >= min_rtt_ns) {
        out_sample->interval_ns = interval_ns;
        out_sample->rate_bps = (int64_t)((unsigned __int128)out_sample->delivered_bytes * 8 *
                                         SIM_NS_PER_S / (uint64_t)interval_ns);
    }
}

void tcp_rate_sample(const TcpSentQueue *queue, const TcpSentAck *ack, int64_t min_rtt_ns,
                     int64_t now_ns, TcpRateSample *out_sample)
{
    TcpRate *rate = queue->rate;
    if (ack->delivered_bytes > 0) {
        rate->delivered_bytes += ack->delivered_bytes;
        rate->delivered_at_ns = now_ns;
    }
    if (rate->delivered_bytes > rate->app_limited_bytes) {
        rate->app_limited_bytes = 0;
    }
    *out_sample = (TcpRateSample){
        .total_bytes = rate->delivered_bytes,
        .newly_lost_bytes = (uint32_t)(rate->lost_bytes - rate->prior_lost_bytes),
        .prior_in_flight_bytes = rate->prior_in_flight_bytes,
        .in_flight_bytes = tcp_sent_pipe_bytes(queue),
    };
    if (rate->newest.sent_at_ns >= 0) {
        measure(rate, min_rtt_ns, now_ns, out_sample);
    }
}

void tcp_rate_app_limited(const TcpSentQueue *queue)
{
    queue->rate->app_limited_bytes =
        MAX(queue->rate->delivered_bytes + tcp_sent_pipe_bytes(queue), 1);
}
