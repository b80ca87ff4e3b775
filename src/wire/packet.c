/* Packets: making, copying and freeing them; changing the octets of raw ones. */

#include "wire/packet.h"

#include <string.h>

#include "sim/lang.h"

static const char *const why_names[PACKET_N_WHYS] = {
    [PACKET_WHY_NONE] = N_("no reason given"),
    [PACKET_WHY_OPEN] = N_("connection opening"),
    [PACKET_WHY_SYN_COOKIE] = N_("SYN cookie"),
    [PACKET_WHY_DATA] = N_("new data"),
    [PACKET_WHY_CLOSE] = N_("connection closing"),
    [PACKET_WHY_ACK] = N_("acknowledgement"),
    [PACKET_WHY_DELAYED_ACK] = N_("delayed acknowledgement"),
    [PACKET_WHY_DUPLICATE_ACK] = N_("duplicate acknowledgement"),
    [PACKET_WHY_WINDOW_UPDATE] = N_("window update"),
    [PACKET_WHY_RETRANSMIT_TIMEOUT] = N_("retransmission after timeout"),
    [PACKET_WHY_RETRANSMIT_FAST] = N_("fast retransmission"),
    [PACKET_WHY_RETRANSMIT_RECOVERY] = N_("retransmission in recovery"),
    [PACKET_WHY_LIMITED_TRANSMIT] = N_("limited transmit"),
    [PACKET_WHY_LOSS_PROBE] = N_("loss probe"),
    [PACKET_WHY_WINDOW_PROBE] = N_("window probe"),
    [PACKET_WHY_KEEP_ALIVE] = N_("keep-alive"),
    [PACKET_WHY_CHALLENGE_ACK] = N_("challenge acknowledgement"),
    [PACKET_WHY_RESET] = N_("connection reset"),
    [PACKET_WHY_RESET_REPLY] = N_("reset in reply"),
    [PACKET_WHY_DATAGRAM] = N_("UDP datagram"),
    [PACKET_WHY_ECHO_REQUEST] = N_("echo request"),
    [PACKET_WHY_ECHO_REPLY] = N_("echo reply"),
    [PACKET_WHY_ICMP_ERROR] = N_("ICMP error"),
    [PACKET_WHY_ARP_REQUEST] = N_("ARP request"),
    [PACKET_WHY_ARP_REPLY] = N_("ARP reply"),
    [PACKET_WHY_ARP_ANNOUNCE] = N_("ARP announcement"),
    [PACKET_WHY_FRAGMENT] = N_("IP fragment"),
    [PACKET_WHY_DUPLICATE] = N_("duplicated by the link"),
    [PACKET_WHY_INJECTED] = N_("injected packet"),
};

const char *packet_why_to_string(PacketWhy why)
{
    g_assert(why < PACKET_N_WHYS);
    return why_names[why];
}

bool packet_why_is_again(PacketWhy why, bool repeats)
{
    static const bool again[PACKET_N_WHYS] = {
        [PACKET_WHY_RETRANSMIT_TIMEOUT] = true,
        [PACKET_WHY_RETRANSMIT_FAST] = true,
        [PACKET_WHY_RETRANSMIT_RECOVERY] = true,
    };
    return again[why] || (why == PACKET_WHY_LOSS_PROBE && repeats);
}

static uint32_t link_header_bytes(PacketLink link)
{
    return link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
}

Packet *packet_new_raw(SimPool *pool, SimEntity *maker, SimKey made_in, PacketWhy why,
                       PacketLink link, const uint8_t *bytes, size_t len_bytes)
{
    g_assert(len_bytes <= WIRE_ETH_HEADER_BYTES + WIRE_IPV4_MAX_BYTES);
    Packet *pkt = packet_new(pool, maker, made_in, why);
    uint32_t header_bytes = link_header_bytes(link);
    pkt->kind = PACKET_RAW;
    pkt->link = link;
    pkt->network_bytes = len_bytes > header_bytes ? (uint32_t)len_bytes - header_bytes : 0;
    pkt->payload = payload_literal(bytes, (uint32_t)len_bytes);
    return pkt;
}

Packet *packet_copy(const Packet *pkt, SimEntity *maker, SimKey made_in, PacketWhy why)
{
    Packet *copy = packet_new(pkt->pool, maker, made_in, why);
    packet_set_original(copy, pkt->id);
    copy->kind = pkt->kind;
    copy->link = pkt->link;
    copy->fault = pkt->fault;
    copy->corrupted = pkt->corrupted;
    copy->eth = pkt->eth;
    copy->network_bytes = pkt->network_bytes;
    copy->ip = pkt->ip;
    if (pkt->ip.option_bytes != 0) {
        copy->ip_options = g_memdup2(pkt->ip_options, pkt->ip.option_bytes);
    }
    copy->payload = payload_slice(&pkt->payload, 0, pkt->payload.len_bytes);
    memcpy(&copy->tcp, &pkt->tcp, offsetof(Packet, ip_options) - offsetof(Packet, tcp));
    return copy;
}

void packet_drop_owned(Packet *pkt)
{
    payload_clear(&pkt->payload);
    if (pkt->ip.option_bytes != 0) {
        g_clear_pointer(&pkt->ip_options, g_free);
    }
}

/* Makes these octets the frame of a raw packet; takes them. */
static void set_raw_bytes(Packet *pkt, uint8_t *bytes, uint32_t len_bytes)
{
    payload_clear(&pkt->payload);
    pkt->payload.bytes = g_bytes_new_take(bytes, len_bytes);
    pkt->payload.len_bytes = len_bytes;
}

void packet_update_raw(Packet *pkt)
{
    g_assert(pkt->kind == PACKET_RAW && inet_addr_family(pkt->ip.src) == INET_FAMILY_IPV4);
    uint32_t len_bytes = pkt->payload.len_bytes;
    uint8_t *bytes = g_memdup2(payload_bytes(&pkt->payload), len_bytes);
    if (pkt->link == PACKET_LINK_ETHERNET) {
        wire_eth_write(&pkt->eth, bytes);
    }
    wire_ipv4_update(bytes + link_header_bytes(pkt->link), pkt->ip.tos, pkt->ip.ttl);
    set_raw_bytes(pkt, bytes, len_bytes);
}

void packet_set_link(Packet *pkt, PacketLink link)
{
    if (pkt->kind == PACKET_RAW && pkt->link != link) {
        uint32_t header_bytes = link_header_bytes(link);
        uint32_t len_bytes = header_bytes + pkt->network_bytes;
        if (link == PACKET_LINK_ETHERNET) {
            len_bytes = MAX(len_bytes, WIRE_ETH_MIN_FRAME_BYTES);
        }
        uint8_t *bytes = g_malloc0(len_bytes);
        packet_serialise_network(pkt, bytes + header_bytes);
        set_raw_bytes(pkt, bytes, len_bytes);
    }
    pkt->link = link;
}

void packet_corrupt_bit(Packet *pkt, uint64_t bit)
{
    uint32_t len_bytes = packet_frame_bytes(pkt);
    g_assert(bit / 8 < len_bytes);
    uint8_t *bytes = g_malloc(len_bytes);
    packet_serialise(pkt, bytes);
    bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    pkt->kind = PACKET_RAW;
    pkt->corrupted = true;
    set_raw_bytes(pkt, bytes, len_bytes);
}
