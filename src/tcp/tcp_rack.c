#include "tcp/tcp_rack.h"

enum { REO_WND_PERSIST = 16 /* recoveries */, REO_WND_PARTS = 4 /* of min_RTT */ };

void tcp_rack_init(TcpRack *rack)
{
    *rack = (TcpRack){
        .newest = { .sent_at_ns = -1 },
        .min_rtt_ns = -1,
        .srtt_ns = -1,
        .reo_wnd_mult = 1,
        .reo_wnd_persist = REO_WND_PERSIST,
    };
}

static void take(TcpRack *rack, const TcpSentMark *mark, int64_t now_ns)
{
    rack->rtt_ns = now_ns - mark->sent_at_ns;
    if (tcp_sent_after(mark, &rack->newest)) {
        rack->newest = *mark;
    }
}

/* Step 2: which transmission of a segment sent twice was delivered? Not the latest, if the ACK
 * echoes an earlier time, or came too soon. */
static bool is_of_latest(const TcpRack *rack, const TcpRecoveryAck *ack, const TcpSentMark *mark)
{
    bool echoes_earlier = ack->echo_at_ns >= 0 && ack->echo_at_ns < mark->sent_at_ns;
    return !echoes_earlier && ack->now_ns - mark->sent_at_ns >= rack->min_rtt_ns;
}

/* Step 3: a segment sent once is delivered after one that was sent later. */
static void look_for_reordering(TcpRack *rack, const TcpSentAck *sent, bool fack_known)
{
    if (fack_known && sent->newest_once.sent_at_ns >= 0 && seq_lt(sent->lowest_once, rack->fack)) {
        rack->reordering_seen = true;
    }
    rack->fack = fack_known ? seq_max(rack->fack, sent->highest) : sent->highest;
}

void tcp_rack_update(TcpRack *rack, const TcpRecoveryAck *ack)
{
    const TcpSentAck *sent = ack->sent;
    rack->min_rtt_ns = ack->min_rtt_ns; /* step 1 */
    rack->srtt_ns = ack->srtt_ns;
    if (sent->delivered_bytes == 0) {
        return;
    }
    bool fack_known = rack->newest.sent_at_ns >= 0;
    if (sent->newest_once.sent_at_ns >= 0) {
        take(rack, &sent->newest_once, ack->now_ns);
    }
    if (sent->newest_again.sent_at_ns >= 0 && is_of_latest(rack, ack, &sent->newest_again)) {
        take(rack, &sent->newest_again, ack->now_ns);
    }
    look_for_reordering(rack, sent, fack_known);
}

void tcp_rack_adapt(TcpRack *rack, const TcpRecoveryAck *ack, bool recovered)
{
    if (rack->dsack_seen && seq_geq(ack->snd_una, rack->dsack_round)) {
        rack->dsack_seen = false;
    }
    if (ack->sent->dsack && !rack->dsack_seen) {
        /* Something was sent again for nothing: wait longer; once a round trip. */
        rack->dsack_seen = true;
        rack->dsack_round = ack->snd_nxt;
        rack->reo_wnd_mult = (uint8_t)MIN(rack->reo_wnd_mult + 1, UINT8_MAX);
        rack->reo_wnd_persist = REO_WND_PERSIST;
    } else if (recovered && rack->reo_wnd_persist > 0 && --rack->reo_wnd_persist == 0) {
        rack->reo_wnd_mult = 1;
    }
}

int64_t tcp_rack_reo_wnd_ns(const TcpRack *rack, bool in_recovery, uint32_t sacked_count)
{
    if (!rack->reordering_seen && (in_recovery || sacked_count >= TCP_DUPTHRESH)) {
        return 0;
    }
    int64_t wnd_ns = rack->reo_wnd_mult * MAX(rack->min_rtt_ns, 0) / REO_WND_PARTS;
    return MIN(wnd_ns, MAX(rack->srtt_ns, 0));
}
