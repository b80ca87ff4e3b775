#include "net/net_fault.h"

static bool flags_match(const NetMatch *match, const Packet *pkt)
{
    if ((match->flags_set | match->flags_clear) == 0) {
        return true;
    }
    return pkt->kind == PACKET_TCP && (pkt->tcp.flags & match->flags_set) == match->flags_set &&
           (pkt->tcp.flags & match->flags_clear) == 0;
}

static bool ports_match(const NetMatch *match, const Packet *pkt)
{
    if (match->src_port == 0 && match->dst_port == 0) {
        return true;
    }
    if (pkt->kind != PACKET_TCP && pkt->kind != PACKET_UDP) {
        return false;
    }
    bool is_tcp = pkt->kind == PACKET_TCP;
    uint16_t src_port = is_tcp ? pkt->tcp.src_port : pkt->udp.src_port;
    uint16_t dst_port = is_tcp ? pkt->tcp.dst_port : pkt->udp.dst_port;
    return (match->src_port == 0 || match->src_port == src_port) &&
           (match->dst_port == 0 || match->dst_port == dst_port);
}

static bool payload_match(const NetMatch *match, const Packet *pkt)
{
    bool by_program = pkt->kind == PACKET_TCP || pkt->kind == PACKET_UDP;
    bool carries = by_program && pkt->payload.len_bytes > 0;
    return (!match->has_payload || carries) && (!match->no_payload || !carries);
}

static bool stream_match(const NetMatch *match, const Packet *pkt)
{
    const Payload *payload = &pkt->payload;
    if (match->stream_low == 0 && match->stream_high == 0) {
        return true;
    }
    return pkt->kind == PACKET_TCP && payload->len_bytes > 0 &&
           payload->offset < match->stream_high &&
           payload->offset + payload->len_bytes > match->stream_low;
}

/* All conditions but those on retransmission. */
static bool contents_match(const NetMatch *match, const Packet *pkt)
{
    return (match->kind < 0 || (PacketKind)match->kind == pkt->kind) && flags_match(match, pkt) &&
           ports_match(match, pkt) && payload_match(match, pkt) && stream_match(match, pkt);
}

bool net_match(const NetMatch *match, const Packet *pkt)
{
    bool repeats = match->retransmission || match->retransmission_of > 0;
    return contents_match(match, pkt) && (!repeats || packet_is_retransmission(pkt));
}

/* Remembers the first transmission that `retransmission_of` means; true for each repetition of it.
 */
static bool repeats_the_one(NetFault *fault, const Packet *pkt)
{
    if (!packet_is_retransmission(pkt)) {
        bool is_first = pkt->why != PACKET_WHY_DUPLICATE;
        if (is_first && ++fault->firsts == fault->match.retransmission_of) {
            fault->repeated = pkt->id;
            fault->repeat = pkt->id;
        }
        return false;
    }
    SimKey original = packet_original(pkt);
    if (original == 0 || (original != fault->repeated && original != fault->repeat)) {
        return false;
    }
    fault->repeat = pkt->id;
    return true;
}

bool net_fault_due(NetFault *fault, const Packet *pkt)
{
    bool matches = fault->match.retransmission_of > 0
                       ? contents_match(&fault->match, pkt) && repeats_the_one(fault, pkt)
                       : net_match(&fault->match, pkt);
    if (!matches) {
        return false;
    }
    fault->seen++;
    return fault->seen >= fault->first && (fault->last == 0 || fault->seen <= fault->last);
}
