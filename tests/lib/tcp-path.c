#include "lib/tcp-path.h"

#include "tcp/tcp_rate.h"

static int64_t transmission_ns(int64_t rate_bps)
{
    return PATH_MSS * 8 * SIM_NS_PER_S / rate_bps;
}

void path_start(Path *path, const TcpCcOps *ops)
{
    path->srtt_ns = -1;
    path->min_rtt_ns = -1;
    rng_init(&path->rng, 1, "path");
    tcp_sent_init(&path->sent);
    if (ops->wants_rate) {
        tcp_sent_measure_rate(&path->sent, 0);
    }
    TcpSlowStart *slow_start = path->cc.slow_start;
    tcp_cc_init(&path->cc, ops, ops->draws ? &path->rng : NULL);
    path->cc.slow_start = slow_start;
    g_assert_true(tcp_cc_configure(&path->cc, NULL, NULL));
    tcp_cc_established(&path->cc, PATH_MSS, 10 * PATH_MSS, 0);
}

static bool may_send(const Path *path)
{
    return tcp_sent_pipe_bytes(&path->sent) + PATH_MSS <= path->cc.cwnd_bytes;
}

static void send_one(Path *path)
{
    SimKey packet = 1 + path->snd_nxt / PATH_MSS;
    const TcpSent record = { .seq = path->snd_nxt,
                             .end = path->snd_nxt + PATH_MSS,
                             .sent_at_ns = path->now_ns,
                             .packet = packet,
                             .first_packet = packet,
                             .transmissions = 1 };
    tcp_sent_push(&path->sent, &record);
    path->snd_nxt += PATH_MSS;
    path->free_at_ns = MAX(path->free_at_ns, path->now_ns) + transmission_ns(path->rate_bps);
    int64_t *ack_at_ns = g_new(int64_t, 1);
    *ack_at_ns = path->free_at_ns + path->rtt_ns;
    g_queue_push_tail(&path->acks, ack_at_ns);
    if (path->cc.pacing_bps > 0) {
        path->pace_at_ns =
            MAX(path->pace_at_ns, path->now_ns) + transmission_ns(path->cc.pacing_bps);
    }
}

static void take_sample(Path *path, int64_t rtt_ns)
{
    path->srtt_ns = path->srtt_ns < 0 ? rtt_ns : (7 * path->srtt_ns + rtt_ns) / 8;
    path->min_rtt_ns = path->min_rtt_ns < 0 ? rtt_ns : MIN(path->min_rtt_ns, rtt_ns);
}

static void receive_ack(Path *path)
{
    g_free(g_queue_pop_head(&path->acks));
    TcpCcAck ack = { .now_ns = path->now_ns,
                     .acked_bytes = PATH_MSS,
                     .delivered_bytes = PATH_MSS,
                     .in_flight_bytes = path->sent.out_bytes,
                     .rtt_ns = path->now_ns - tcp_sent_at(&path->sent, 0)->sent_at_ns,
                     .cwnd_limited = !may_send(path) };
    TcpSentAck sent;
    path->snd_una += PATH_MSS;
    path->delivered_bytes += PATH_MSS;
    tcp_sent_ack(&path->sent, path->snd_una, NULL, 0, &sent);
    take_sample(path, ack.rtt_ns);
    ack.srtt_ns = path->srtt_ns;
    ack.min_rtt_ns = path->min_rtt_ns;
    TcpRateSample rate;
    if (path->sent.rate != NULL) {
        tcp_rate_sample(&path->sent, &sent, path->min_rtt_ns, path->now_ns, &rate);
        ack.rate = &rate;
    }
    tcp_cc_on_ack(&path->cc, &ack);
    if (path->cc.self_limited) {
        tcp_rate_app_limited(&path->sent);
    }
}

void path_run(Path *path, int64_t until_ns, PathFn on_ack, void *data)
{
    for (;;) {
        const int64_t *head = g_queue_peek_head(&path->acks);
        int64_t ack_at_ns = head != NULL ? *head : SIM_NEVER;
        int64_t send_at_ns = may_send(path) ? MAX(path->now_ns, path->pace_at_ns) : SIM_NEVER;
        int64_t next_ns = MIN(ack_at_ns, send_at_ns);
        if (next_ns > until_ns) {
            break;
        }
        path->now_ns = next_ns;
        if (send_at_ns <= ack_at_ns) {
            send_one(path);
            continue;
        }
        receive_ack(path);
        if (on_ack != NULL) {
            on_ack(path, data);
        }
    }
    path->now_ns = until_ns;
}

void path_lose(Path *path)
{
    const TcpCcLoss loss = { .now_ns = path->now_ns,
                             .kind = TCP_CC_LOSS_RECOVERY,
                             .in_flight_bytes = path->sent.out_bytes };
    tcp_cc_on_loss(&path->cc, &loss);
}

int64_t path_queued_bytes(const Path *path)
{
    return MAX(path->free_at_ns - path->now_ns, 0) * path->rate_bps / (8 * SIM_NS_PER_S);
}

void path_clear(Path *path)
{
    tcp_sent_forget_rate(&path->sent);
    tcp_sent_clear(&path->sent);
    tcp_cc_clear(&path->cc);
    g_queue_clear_full(&path->acks, g_free);
}
