/* The fields of a line and of a packet, once: trace.ndjson is written and read by these tables.
 *
 * Whatever its kind has is written, zero or not, so that a reader need not guess: what is left out
 * does not apply (the queue's length where no queue was full, an option that the segment has not),
 * or there is none (no place, no text). A field that applies and is not there makes the file
 * unreadable. */

#ifndef TRACE_TRACE_FIELDS_H
#define TRACE_TRACE_FIELDS_H

#include "trace/trace_run.h"

typedef enum TraceFieldType {
    TRACE_FIELD_BOOL,
    TRACE_FIELD_U8,
    TRACE_FIELD_U16,
    TRACE_FIELD_U32,
    TRACE_FIELD_U64,
    TRACE_FIELD_I32,
    TRACE_FIELD_I64,
    TRACE_FIELD_KEY,   /* a 64-bit random value: as a hex string, for readers with 53-bit numbers */
    TRACE_FIELD_TEXT,  /* const char *; left out when NULL */
    TRACE_FIELD_ENUM,  /* by its name table */
    TRACE_FIELD_FLAGS, /* TCP flags as words */
    TRACE_FIELD_ADDR,
    TRACE_FIELD_MAC,
    TRACE_FIELD_PLACE, /* by name; left out when TRACE_NONE */
    TRACE_FIELD_SACKS, /* tcp.sack with tcp.sack_count */
    TRACE_FIELD_RARE,  /* rare options of tcp as text: wire_tcp_rare_format() */
    TRACE_N_FIELD_TYPES
} TraceFieldType;

typedef struct TraceField {
    const char *name; /* NULL ends a table */
    TraceFieldType type;
    size_t offset;                            /* in TraceLine, or in Packet */
    const char *(*to_string)(unsigned value); /* TRACE_FIELD_ENUM */
    unsigned count;
    bool (*applies)(const void *base); /* by what stands before it; NULL: always */
} TraceField;

/* Fields of a line of this kind, beside time, place, packet, connection and causes, which all have.
 */
const TraceField *trace_line_fields(TraceWhat what);
/* The small fields of a packet, which has them as bits. */
typedef struct TraceFacts {
    PacketKind kind;
    PacketLink link;
    PacketWhy why;
    bool corrupted;
} TraceFacts;
TraceFacts trace_facts(const Packet *pkt);
void trace_facts_apply(const TraceFacts *facts, Packet *pkt);

/* Which of the tables below a packet's fields stand in, beside those that all have. */
bool trace_packet_has_eth(const TraceFacts *facts);
bool trace_packet_has_ip(const TraceFacts *facts);

/* Of TraceFacts. */
extern const TraceField trace_fact_fields[];
/* Of Packet: what all have, and those with an Ethernet or an IP header. */
extern const TraceField trace_length_fields[], trace_eth_fields[], trace_ip_fields[];
/* Of Packet: the header behind IP, or ARP's. Never NULL. */
const TraceField *trace_packet_fields(PacketKind kind);

#endif
