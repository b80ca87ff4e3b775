/* Classic pcap: a file header, then for each frame a time, a length and the octets. */

#include "trace/trace_pcap.h"

#include "sim/sim.h"
#include "trace/trace_bytes.h"
#include "wire/wire_bytes.h"

#define MAGIC_NANOSECONDS 0xa1b23c4d
#define SNAP_BYTES 262144

enum { VERSION_MAJOR = 2, VERSION_MINOR = 4, HEADER_BYTES = 24, RECORD_BYTES = 16 };

static const uint32_t link_types[] = {
    [TRACE_PCAP_ETHERNET] = 1,
    [TRACE_PCAP_RAW_IP] = 101,
    [TRACE_PCAP_COOKED] = 276,
};

/* LINKTYPE_LINUX_SLL2: 20 octets, big-endian, instead of the link header. */
enum { COOKED_BYTES = 20, COOKED_TO_US = 0, COOKED_OUTGOING = 4 };
enum { HARDWARE_ETHERNET = 1, HARDWARE_RAW_IP = 519 };

struct TracePcap {
    TraceOutput *output;
    TracePcapLink link;
};

TracePcap *trace_pcap_new(TraceOutput *output, TracePcapLink link)
{
    TracePcap *capture = g_new0(TracePcap, 1);
    capture->output = output;
    capture->link = link;
    uint8_t *at = trace_output_reserve(output, HEADER_BYTES);
    at = trace_put32(at, MAGIC_NANOSECONDS);
    at = trace_put16(at, VERSION_MAJOR);
    at = trace_put16(at, VERSION_MINOR);
    at = trace_put64(at, 0); /* no time zone, no accuracy */
    at = trace_put32(at, SNAP_BYTES);
    trace_put32(at, link_types[link]);
    trace_output_commit(output, HEADER_BYTES);
    return capture;
}

void trace_pcap_free(TracePcap *capture)
{
    if (capture == NULL) {
        return;
    }
    trace_output_free(capture->output);
    g_free(capture);
}

/* The cooked header; ethernet is the frame's own header, NULL on raw-ip. */
static void put_cooked(uint8_t *bytes, const WireEth *ethernet, uint32_t port, bool outgoing)
{
    memset(bytes, 0, COOKED_BYTES);
    wire_put16(bytes, ethernet != NULL ? ethernet->type : WIRE_ETHERTYPE_IPV4);
    wire_put32(bytes + 4, port + 1); /* interfaces count from 1 */
    wire_put16(bytes + 8, ethernet != NULL ? HARDWARE_ETHERNET : HARDWARE_RAW_IP);
    bytes[10] = outgoing ? COOKED_OUTGOING : COOKED_TO_US;
    if (ethernet != NULL) {
        bytes[11] = sizeof ethernet->src.octet;
        memcpy(bytes + 12, ethernet->src.octet, sizeof ethernet->src.octet);
    }
}

/* Writes the frame cooked, in place of its own header; returns the octets written. There is room
 * for COOKED_BYTES more than the frame has. */
static uint32_t put_cooked_frame(uint8_t *bytes, const Packet *pkt, uint32_t port, bool outgoing)
{
    if (pkt->link == PACKET_LINK_RAW_IP) {
        packet_serialise(pkt, bytes + COOKED_BYTES);
        put_cooked(bytes, NULL, port, outgoing);
        return COOKED_BYTES + packet_frame_bytes(pkt);
    }
    uint8_t *frame = bytes + COOKED_BYTES - WIRE_ETH_HEADER_BYTES;
    WireEth header = { .type = 0 };
    packet_serialise(pkt, frame);
    uint32_t len_bytes = packet_frame_bytes(pkt);
    if (!wire_eth_parse(frame, len_bytes, &header)) {
        len_bytes = WIRE_ETH_HEADER_BYTES; /* not even a header: nothing is left of it */
    } else if (pkt->kind != PACKET_RAW) {
        len_bytes = WIRE_ETH_HEADER_BYTES + pkt->network_bytes;
    }
    put_cooked(bytes, &header, port, outgoing);
    return COOKED_BYTES - WIRE_ETH_HEADER_BYTES + len_bytes;
}

bool trace_pcap_write(TracePcap *capture, int64_t at_ns, const Packet *pkt, uint32_t port,
                      bool outgoing)
{
    g_assert(at_ns >= 0 && at_ns / SIM_NS_PER_S <= UINT32_MAX);
    uint32_t len_bytes = packet_frame_bytes(pkt);
    uint8_t *record =
        trace_output_reserve(capture->output, RECORD_BYTES + COOKED_BYTES + (size_t)len_bytes);
    if (capture->link == TRACE_PCAP_COOKED) {
        len_bytes = put_cooked_frame(record + RECORD_BYTES, pkt, port, outgoing);
    } else {
        g_assert((capture->link == TRACE_PCAP_ETHERNET) == (pkt->link == PACKET_LINK_ETHERNET));
        packet_serialise(pkt, record + RECORD_BYTES);
    }
    uint8_t *at = trace_put32(record, (uint32_t)(at_ns / SIM_NS_PER_S));
    at = trace_put32(at, (uint32_t)(at_ns % SIM_NS_PER_S));
    at = trace_put32(at, len_bytes);
    trace_put32(at, len_bytes);
    trace_output_commit(capture->output, RECORD_BYTES + len_bytes);
    return !trace_output_failed(capture->output);
}

bool trace_pcap_close(TracePcap *capture, GError **error)
{
    return trace_output_close(capture->output, error);
}
