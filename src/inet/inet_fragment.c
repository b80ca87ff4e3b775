/* Cutting a datagram into fragments (RFC 791 sections 2.3 and 3.2). Reassembly is next door. */

#include "inet/inet_internal.h"

/* The datagram being cut, as octets. */
typedef struct Cut {
    const Packet *pkt;
    SimKey original;                            /* the datagram that the fragments are of */
    Payload payload;                            /* all of the IP payload */
    uint8_t copied[WIRE_IPV4_MAX_OPTION_BYTES]; /* options of all fragments but the first */
    uint8_t copied_bytes;
} Cut;

static void cut_init(Cut *cut, const Packet *pkt)
{
    uint8_t *bytes = g_malloc(pkt->network_bytes);
    packet_serialise_network(pkt, bytes);
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + pkt->ip.option_bytes;
    bool again = wire_ip_is_fragment(&pkt->ip) && pkt->repeats;
    *cut = (Cut){
        .pkt = pkt,
        .original = again ? pkt->original : pkt->id,
        .payload = { .len_bytes = pkt->network_bytes - header_bytes,
                     .bytes_start = header_bytes,
                     .bytes = g_bytes_new_take(bytes, pkt->network_bytes) },
    };
    if (pkt->ip.option_bytes != 0) {
        cut->copied_bytes = inet_options_copied(pkt->ip_options, pkt->ip.option_bytes, cut->copied);
    }
}

/* Octets of payload that fit the fragment at offset_bytes: a multiple of 8, or all that is left. */
static uint32_t piece_bytes(const Cut *cut, uint32_t offset_bytes, uint8_t option_bytes,
                            uint32_t mtu_bytes)
{
    uint32_t room_bytes = mtu_bytes - WIRE_IPV4_HEADER_BYTES - option_bytes;
    uint32_t left_bytes = cut->payload.len_bytes - offset_bytes;
    return left_bytes <= room_bytes ? left_bytes : room_bytes & ~UINT32_C(7);
}

/* The fragment that starts at offset_bytes of what is being cut. */
static Packet *make_fragment(InetStack *stack, const Cut *cut, uint32_t offset_bytes,
                             uint32_t mtu_bytes)
{
    bool first = offset_bytes == 0;
    uint8_t option_bytes = first ? cut->pkt->ip.option_bytes : cut->copied_bytes;
    uint32_t len_bytes = piece_bytes(cut, offset_bytes, option_bytes, mtu_bytes);
    Packet *piece = inet_packet_new(stack, PACKET_WHY_FRAGMENT);
    packet_set_original(piece, cut->original);
    piece->corrupted = cut->pkt->corrupted;
    piece->kind = PACKET_IP_OTHER;
    piece->ip = cut->pkt->ip;
    piece->ip.option_bytes = option_bytes;
    piece->ip_options = g_memdup2(first ? cut->pkt->ip_options : cut->copied, option_bytes);
    piece->ip.fragment_offset = (uint16_t)(cut->pkt->ip.fragment_offset + offset_bytes / 8);
    piece->ip.more_fragments =
        cut->pkt->ip.more_fragments || offset_bytes + len_bytes < cut->payload.len_bytes;
    piece->payload = payload_slice(&cut->payload, offset_bytes, len_bytes);
    packet_set_length(piece);
    return piece;
}

void inet_fragment_send(InetIface *iface, InetNeighbour *neighbour, Packet *pkt, uint32_t mtu_bytes,
                        int64_t now_ns)
{
    g_assert(mtu_bytes >= INET_MIN_MTU_BYTES);
    Cut cut;
    cut_init(&cut, pkt);
    for (uint32_t offset_bytes = 0; offset_bytes < cut.payload.len_bytes;) {
        Packet *piece = make_fragment(iface->stack, &cut, offset_bytes, mtu_bytes);
        offset_bytes += piece->payload.len_bytes;
        inet_transmit(iface, neighbour, piece, now_ns);
    }
    payload_clear(&cut.payload);
    packet_free(pkt);
}
