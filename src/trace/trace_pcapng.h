/* Captures in pcapng (draft-ietf-opsawg-pcapng): one section, an interface for each wire,
 * nanoseconds, the names of hosts, and beside each frame what only the simulator knows. Always
 * little-endian, so that a run leaves the same bytes everywhere. */

#ifndef TRACE_TRACE_PCAPNG_H
#define TRACE_TRACE_PCAPNG_H

#include "trace/trace_output.h"
#include "wire/packet.h"

typedef struct TracePcapng TracePcapng;

typedef enum TraceDirection {
    TRACE_DIRECTION_NONE,
    TRACE_DIRECTION_IN,
    TRACE_DIRECTION_OUT
} TraceDirection;

/* What is said of one frame. */
typedef struct TraceRecord {
    int64_t at_ns;            /* >= 0 */
    uint32_t interface;       /* as returned by trace_pcapng_add_interface() */
    TraceDirection direction; /* seen from the interface */
    uint64_t number;          /* the packet's small number, epb_packetid; 0: none */
    const char *comment;      /* UTF-8; NULL: none. Cut off after 65,535 octets. */
} TraceRecord;

/* Begins a capture; takes the output. comment: UTF-8, on the whole file; may be NULL. */
TracePcapng *trace_pcapng_new(TraceOutput *output, const char *comment);
/* Without a word about errors. */
void trace_pcapng_free(TracePcapng *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TracePcapng, trace_pcapng_free)

/* The next interface; its number counts from 0. description may be NULL; rate_bps 0: not said. May
 * come after frames of others. */
uint32_t trace_pcapng_add_interface(TracePcapng *capture, const char *name, const char *description,
                                    PacketLink link, int64_t rate_bps);

/* An address has this name. Best before the first frame. */
void trace_pcapng_add_name(TracePcapng *capture, InetAddr addr, const char *name);

/* Writes the frame, serialised at this moment. False once the file cannot be written. */
bool trace_pcapng_write(TracePcapng *capture, const TraceRecord *record, const Packet *pkt);

/* Writes what is left. False, G_FILE_ERROR: something could not be written. */
bool trace_pcapng_close(TracePcapng *capture, GError **error);

#endif
