#include "lib/tcp-flow.h"

#include <string.h>

#define START ((TcpSeq)0xfffff000) /* numbers wrap soon */

typedef struct FlowPacket {
    SimEvent event; /* its arrival */
    Flow *flow;
    TcpSeq seq, ack;
    uint32_t len_bytes; /* 0: an ACK */
    WireSack sacks[3];
    uint8_t sack_count;
} FlowPacket;

static uint32_t segment_of(TcpSeq seq)
{
    return (seq - START) / FLOW_MSS + 1;
}

static void send_more(Flow *flow);

/* ---- the path ---- */

static void put_on_path(Flow *flow, FlowPacket *packet, SimEventFn on_arrival)
{
    packet->flow = flow;
    sim_event_init(&packet->event, on_arrival);
    g_ptr_array_add(flow->packets, packet);
    sim_arm(flow->sim, &packet->event, sim_now(flow->sim) + FLOW_DELAY_NS, &flow->entity);
}

static bool is_dropped(const Flow *flow, uint32_t segment, uint32_t transmission)
{
    for (const FlowDrop *drop = flow->config.drops; drop != NULL && drop->segment != 0; drop++) {
        if (drop->segment == segment && drop->transmission == transmission) {
            return true;
        }
    }
    return false;
}

static bool is_ack_dropped(const Flow *flow, uint32_t ack)
{
    for (size_t i = 0; i < G_N_ELEMENTS(flow->config.ack_drops); i++) {
        if (flow->config.ack_drops[i] == ack) {
            return true;
        }
    }
    return false;
}

/* ---- the sender's side of an ACK ---- */

static bool all_sent(const Flow *flow)
{
    return flow->snd_nxt == flow->last_seq;
}

static void restart_timer(Flow *flow)
{
    sim_cancel(flow->sim, &flow->timer);
    if (flow->sent.count > 0) {
        int64_t rto_ns = FLOW_RTO_NS << MIN(flow->backoff, 6);
        sim_arm(flow->sim, &flow->timer, sim_now(flow->sim) + rto_ns, &flow->entity);
    }
}

static void handle_new_ack(Flow *flow, const TcpSentAck *sent, bool in_recovery)
{
    const TcpCcAck ack = { .now_ns = sim_now(flow->sim),
                           .acked_bytes = sent->acked_bytes,
                           .delivered_bytes = sent->delivered_bytes,
                           .rtt_ns = 2 * FLOW_DELAY_NS,
                           .srtt_ns = 2 * FLOW_DELAY_NS,
                           .min_rtt_ns = 2 * FLOW_DELAY_NS,
                           .in_recovery = in_recovery,
                           .cwnd_limited = true };
    tcp_cc_on_ack(&flow->cc, &ack);
    flow->backoff = 0;
    if (!flow->recovery.keep_timer) {
        restart_timer(flow);
    }
    if (flow->snd_una == flow->last_seq) {
        flow->done_at_ns = sim_now(flow->sim);
    }
}

static void on_ack_arrival(SimEvent *event, int64_t now_ns)
{
    FlowPacket *packet = (FlowPacket *)event;
    Flow *flow = packet->flow;
    if (seq_lt(packet->ack, flow->snd_una)) {
        return;
    }
    bool duplicate = packet->ack == flow->snd_una && flow->sent.count > 0;
    flow->snd_una = packet->ack;
    TcpSentAck sent;
    tcp_sent_ack(&flow->sent, flow->snd_una, packet->sacks, packet->sack_count, &sent);
    const TcpRecoveryAck ack = { .now_ns = now_ns,
                                 .sent = &sent,
                                 .snd_una = flow->snd_una,
                                 .snd_nxt = flow->snd_nxt,
                                 .duplicate = duplicate,
                                 .rtt_ns = 2 * FLOW_DELAY_NS,
                                 .srtt_ns = 2 * FLOW_DELAY_NS,
                                 .min_rtt_ns = 2 * FLOW_DELAY_NS,
                                 .echo_at_ns = -1,
                                 .packet = flow->packets->len };
    bool was_on = flow->recovery.on || flow->recovery.after_timeout;
    bool in_recovery = tcp_recovery_on_ack(&flow->recovery, &ack);
    flow->losses += !was_on && (flow->recovery.on || flow->recovery.after_timeout);
    if (sent.acked_bytes > 0) {
        handle_new_ack(flow, &sent, in_recovery);
    }
    send_more(flow);
}

static void on_timer(SimEvent *event, int64_t now_ns)
{
    Flow *flow = (Flow *)((char *)event - offsetof(Flow, timer));
    TcpCcLossKind kind = flow->backoff > 0 ? TCP_CC_LOSS_TIMEOUT_AGAIN : TCP_CC_LOSS_TIMEOUT;
    flow->timeouts++;
    flow->losses++;
    flow->backoff++;
    tcp_recovery_on_timeout(&flow->recovery, kind, flow->snd_nxt, now_ns);
    restart_timer(flow);
    send_more(flow);
}

static void on_wake(SimEvent *event, int64_t now_ns)
{
    Flow *flow = (Flow *)((char *)event - offsetof(Flow, wake));
    bool was_on = flow->recovery.on;
    tcp_recovery_on_wake(&flow->recovery, flow->wake_for, flow->snd_nxt, now_ns);
    flow->losses += !was_on && flow->recovery.on;
    send_more(flow);
}

static void arm_wake(Flow *flow)
{
    int64_t wake_at_ns = 0;
    sim_cancel(flow->sim, &flow->wake);
    if (flow->sent.count > 0) {
        flow->wake_for = tcp_recovery_wake(&flow->recovery, &wake_at_ns);
        if (flow->wake_for != TCP_WAKE_NONE) {
            sim_arm(flow->sim, &flow->wake, wake_at_ns, &flow->entity);
        }
    }
}

/* ---- the receiver ---- */

static void on_data_arrival(SimEvent *event, int64_t now_ns)
{
    FlowPacket *packet = (FlowPacket *)event;
    Flow *flow = packet->flow;
    const Payload payload = { .len_bytes = packet->len_bytes,
                              .stream = 1,
                              .offset = packet->seq - START };
    tcp_reasm_insert(&flow->reasm, packet->seq, payload);
    while (tcp_reasm_read(&flow->reasm, UINT32_MAX).len_bytes > 0) {
    }
    FlowPacket *ack = g_new0(FlowPacket, 1);
    ack->ack = flow->reasm.rcv_nxt;
    if (flow->config.recovery->wants_sack) {
        ack->sack_count = tcp_reasm_sacks(&flow->reasm, 3, true, ack->sacks);
    }
    flow->acks_sent++;
    if (is_ack_dropped(flow, flow->acks_sent)) {
        g_free(ack);
        return;
    }
    put_on_path(flow, ack, on_ack_arrival);
}

/* ---- the sender ---- */

/* One word of the story; everything sent at one time stands in one line. */
static void tell(Flow *flow, uint32_t segment, bool again)
{
    int64_t now_ns = sim_now(flow->sim);
    if (now_ns != flow->line_at_ns) {
        g_string_append_printf(flow->text, "%s%" G_GINT64_FORMAT "ms",
                               flow->text->len > 0 ? "\n" : "", now_ns / SIM_NS_PER_MS);
        flow->line_at_ns = now_ns;
    }
    g_string_append_printf(flow->text, " %s%u", again ? "r" : "", segment);
}

static void transmit(Flow *flow, TcpSeq seq, uint32_t len_bytes, uint32_t transmission)
{
    uint32_t segment = segment_of(seq);
    tell(flow, segment, transmission > 1);
    if (is_dropped(flow, segment, transmission)) {
        return;
    }
    FlowPacket *packet = g_new0(FlowPacket, 1);
    packet->seq = seq;
    packet->len_bytes = len_bytes;
    put_on_path(flow, packet, on_data_arrival);
}

static void send_again(Flow *flow, uint32_t index)
{
    const TcpSent record = *tcp_sent_at(&flow->sent, index);
    tcp_recovery_on_retransmit(&flow->recovery, index, ++flow->last_packet, sim_now(flow->sim));
    transmit(flow, record.seq, record.end - record.seq, record.transmissions + 1u);
}

static void send_new(Flow *flow)
{
    uint32_t len_bytes = MIN(FLOW_MSS, flow->last_seq - flow->snd_nxt);
    const TcpSent record = { .seq = flow->snd_nxt,
                             .end = flow->snd_nxt + len_bytes,
                             .sent_at_ns = sim_now(flow->sim),
                             .packet = ++flow->last_packet,
                             .transmissions = 1 };
    tcp_sent_push(&flow->sent, &record);
    flow->snd_nxt = record.end;
    tcp_recovery_on_new(&flow->recovery, 2 * FLOW_DELAY_NS, sim_now(flow->sim));
    transmit(flow, record.seq, len_bytes, 1);
    if (!sim_event_armed(&flow->timer)) {
        restart_timer(flow);
    }
}

static int64_t may_send_bytes(const Flow *flow)
{
    return (int64_t)flow->cc.cwnd_bytes + tcp_recovery_allowance_bytes(&flow->recovery) -
           tcp_recovery_in_flight_bytes(&flow->recovery);
}

static void send_all(Flow *flow)
{
    for (;;) {
        uint32_t index;
        if (flow->losses > 0) {
            flow->least_cwnd_bytes = MIN(flow->least_cwnd_bytes, flow->cc.cwnd_bytes);
        }
        switch (tcp_recovery_next(&flow->recovery, may_send_bytes(flow), !all_sent(flow), &index)) {
        case TCP_NEXT_RETRANSMIT:
            send_again(flow, index);
            continue;
        case TCP_NEXT_NEW:
            if (may_send_bytes(flow) >= MIN(FLOW_MSS, flow->last_seq - flow->snd_nxt)) {
                send_new(flow);
                continue;
            }
            return;
        case TCP_NEXT_PROBE:
            send_new(flow);
            continue;
        case TCP_NEXT_NOTHING:
            return;
        }
    }
}

static void send_more(Flow *flow)
{
    send_all(flow);
    arm_wake(flow);
}

static void set_up(Flow *flow)
{
    const FlowConfig *config = &flow->config;
    uint32_t last_bytes = config->short_bytes != 0 ? config->short_bytes : FLOW_MSS;
    flow->sim = sim_new();
    sim_entity_init(&flow->entity, 1);
    sim_event_init(&flow->timer, on_timer);
    sim_event_init(&flow->wake, on_wake);
    flow->packets = g_ptr_array_new_with_free_func(g_free);
    flow->text = g_string_new(NULL);
    flow->snd_una = flow->snd_nxt = START;
    flow->last_seq = START + (config->segments - 1) * FLOW_MSS + last_bytes;
    flow->done_at_ns = flow->line_at_ns = -1;
    flow->least_cwnd_bytes = UINT32_MAX;
    tcp_sent_init(&flow->sent);
    tcp_reasm_init(&flow->reasm, START);
    tcp_cc_init(&flow->cc, config->cc, NULL);
    g_assert_true(tcp_cc_configure(&flow->cc, NULL, NULL));
    tcp_cc_established(&flow->cc, FLOW_MSS, config->window_segments * FLOW_MSS, 0);
    if (!config->slow_start) {
        flow->cc.ssthresh_bytes = flow->cc.cwnd_bytes;
    }
    tcp_recovery_init(&flow->recovery, config->recovery, &flow->sent, &flow->cc);
    const TcpRecoveryTraits traits = { .limited_transmit = !config->no_limited_transmit,
                                       .prr = config->prr };
    tcp_recovery_established(&flow->recovery, FLOW_MSS, &traits, START - 1);
}

Flow *flow_run(const FlowConfig *config)
{
    Flow *flow = g_new0(Flow, 1);
    flow->config = *config;
    set_up(flow);
    send_more(flow);
    sim_run(flow->sim, 3600 * SIM_NS_PER_S);
    g_assert_cmpuint(flow->snd_una, ==, flow->last_seq);
    g_assert_cmpuint(flow->sent.count, ==, 0);
    return flow;
}

void flow_free(Flow *flow)
{
    tcp_sent_clear(&flow->sent);
    tcp_reasm_clear(&flow->reasm);
    tcp_cc_clear(&flow->cc);
    tcp_recovery_clear(&flow->recovery);
    sim_free(flow->sim);
    g_ptr_array_free(flow->packets, TRUE);
    g_string_free(flow->text, TRUE);
    g_free(flow);
}
