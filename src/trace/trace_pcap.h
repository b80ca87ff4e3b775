/* Captures in the classic format with nanoseconds (draft-ietf-opsawg-pcap), as a host would make
 * them itself: one kind of link for the whole file. Always little-endian. */

#ifndef TRACE_TRACE_PCAP_H
#define TRACE_TRACE_PCAP_H

#include "trace/trace_output.h"
#include "wire/packet.h"

typedef struct TracePcap TracePcap;

typedef enum TracePcapLink {
    TRACE_PCAP_ETHERNET,
    TRACE_PCAP_RAW_IP,
    TRACE_PCAP_COOKED /* for a host with both kinds of links: Linux cooked capture v2, without
                         padding */
} TracePcapLink;

/* Begins a capture; takes the output. */
TracePcap *trace_pcap_new(TraceOutput *output, TracePcapLink link);
/* Without a word about errors. */
void trace_pcap_free(TracePcap *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TracePcap, trace_pcap_free)

/* Writes the frame, serialised at this moment; at_ns >= 0. Its link is the file's, unless that is
 * cooked: only then the port's number and the direction are kept. False once the file cannot be
 * written. */
bool trace_pcap_write(TracePcap *capture, int64_t at_ns, const Packet *pkt, uint32_t port,
                      bool outgoing);

/* Writes what is left. False, G_FILE_ERROR: something could not be written. */
bool trace_pcap_close(TracePcap *capture, GError **error);

#endif
