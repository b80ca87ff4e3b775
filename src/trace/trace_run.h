/* A run as it is remembered: places, connections, packets and lines, in one model that the recorder
 * fills, trace.ndjson stores, and every picture, story and comparison reads. Pictures drawn during
 * the run and drawn again from a saved folder come from this same model.
 *
 * Lines stand in the order (time, place, the place's own serial). A line's `cause` is the line that
 * led to it: an arrival to the transmission, a transmission to the offer, an offer to the sending,
 * a sending to the arrival, timer or call that was being handled, a timer that fires to the setting
 * of it. Walking causes ends at a call of a program, or at a key of the scenario. */

#ifndef TRACE_TRACE_RUN_H
#define TRACE_TRACE_RUN_H

#include "app/app_result.h"
#include "inet/inet_stack.h"
#include "net/net_wire.h"
#include "sim/lang.h"
#include "socket/socket.h"
#include "tcp/tcp_conn.h"
#include "trace/trace_recording.h"
#include "wire/packet.h"

#include <stdio.h>

#define TRACE_NONE UINT32_MAX /* no place, connection, packet or line */
#define TRACE_FORMAT_VERSION 2

typedef enum TracePlaceKind {
    TRACE_PLACE_HOST,
    TRACE_PLACE_ROUTER,
    TRACE_PLACE_SWITCH,
    TRACE_PLACE_WIRE, /* one direction of a link */
    TRACE_N_PLACE_KINDS
} TracePlaceKind;
const char *trace_place_kind_to_string(TracePlaceKind kind);

typedef struct TracePlace {
    TracePlaceKind kind;
    uint32_t entity;    /* id in the world: the place's rank at one instant */
    const char *name;   /* "client"; a wire: "wire client>server" */
    const char *link;   /* wires: the link's name */
    uint32_t from, to;  /* wires: places */
    PacketLink type;    /* wires */
    int64_t rate_bps;   /* wires: at the end of the run; 0: infinite */
    NetWireStats stats; /* wires: at the end of the run; not in trace.ndjson */
} TracePlace;

/* Whose address it is. */
typedef struct TraceAddr {
    InetAddr addr;
    uint32_t place;
} TraceAddr;

/* One end of a connection. */
typedef struct TraceEnd {
    uint32_t place; /* the host; TRACE_NONE: the other side never knew of it (a forged peer) */
    InetAddr addr;
    uint16_t port;
    TcpSeq iss; /* relative numbers count from here; valid if iss_known */
    bool iss_known;
    /* At the end of the run or of the connection; not in trace.ndjson. */
    int64_t opened_at_ns, closed_at_ns; /* closed: -1 while it lives */
    TcpReason reason;
    TcpConnStats stats;
    TcpVars vars;
} TraceEnd;

typedef struct TraceConn {
    const char *name; /* "client-server-80", "-2" for the second */
    TraceEnd end[2];  /* 0: the active opener */
} TraceConn;

/* A program and what it tells of itself at the end of the run; not in trace.ndjson. */
typedef struct TraceProgram {
    const char *name; /* "client", "client#2" */
    uint32_t place;   /* the host */
    const AppOps *ops;
    bool done;           /* it had nothing more to do */
    const char *failure; /* msgid, as in App; NULL: none */
    SocketError failure_error, failure_expected;
    int64_t *values; /* of ops->results, in their order; owned */
} TraceProgram;

/* A packet, numbered from 1 in the order in which packets first appear: run->packets index + 1 is
 * #N. */
typedef struct TracePacket {
    SimKey id;
    uint32_t original;   /* index of the packet it repeats, or TRACE_NONE */
    uint32_t because[3]; /* packets that made its sender send it, beside the cause (duplicate ACKs);
                            TRACE_NONE fills up */
    uint32_t conn;       /* or TRACE_NONE */
    uint8_t sender_end;  /* which end of conn sent it */
    uint32_t made;       /* the line of its sending, or of its first appearance */
    Packet *snapshot;    /* as made: headers, and the payload by reference, `next` and `pool` NULL;
                          * owned. NULL in a run that keeps no lines */
} TracePacket;

typedef enum TraceWhat {
    /* hosts */
    TRACE_CALL,      /* a program called: call, text, result */
    TRACE_EVENT,     /* a program was told: event, error */
    TRACE_CREATED,   /* a connection's end came to be */
    TRACE_STATE,     /* from, to, by */
    TRACE_SEND,      /* a packet was made here and handed down */
    TRACE_RECEIVE,   /* a packet for this host arrived and goes up */
    TRACE_FORWARD,   /* a router passes it on */
    TRACE_DISCARD,   /* a packet died in the host: discard, parse_fault */
    TRACE_VARS,      /* the sender's variables */
    TRACE_TIMER,     /* timer, change, due_at_ns */
    TRACE_DELIVER,   /* bytes handed to the program: offset, bytes */
    TRACE_CLOSED,    /* the end is gone: reason */
    TRACE_NEIGHBOUR, /* ARP: text, addr, mac */
    TRACE_REASSEMBLED,
    TRACE_WRONG_BYTES, /* the receiver's check failed at offset */
    TRACE_HOST,        /* text: "crash", "reboot" */
    /* nodes: hosts, routers, switches */
    TRACE_OFFER,  /* the node gave the packet to a wire: hop */
    TRACE_ARRIVE, /* its last bit has arrived here from a wire: hop */
    /* wires */
    TRACE_TRANSMIT, /* its first bit leaves: hop, arrives_at_ns */
    TRACE_DROP,     /* it died here, or in a node below IP: drop, detail */
    TRACE_FAULT,    /* delayed, duplicated, corrupted, marked: fault, detail */
    TRACE_QUEUE,    /* pkts, bytes */
    TRACE_CHANGE,   /* change: what was changed at run time */
    TRACE_N_WHATS
} TraceWhat;
const char *trace_what_to_string(TraceWhat what); /* "call": the word in trace.ndjson */

typedef struct TraceLine {
    int64_t time_ns;
    uint32_t place;
    uint32_t serial; /* within the place */
    TraceWhat what;
    uint32_t conn;   /* or TRACE_NONE */
    uint8_t end;     /* which end of conn this place is */
    uint32_t packet; /* index, or TRACE_NONE */
    uint32_t cause;  /* line, or TRACE_NONE */
    union {
        struct {
            const char *call, *text;
            SocketError result;
        } call;
        struct {
            SocketEvent event;
            SocketError error;
        } event;
        struct {
            TcpState from, to;
            TcpEvent by;
        } state;
        struct {
            InetDiscard discard;
            PacketFault parse_fault;
        } discard;
        TcpVars vars;
        struct {
            TcpTimer timer;
            TcpTimerChange change;
            int64_t due_at_ns;
        } timer;
        struct {
            uint64_t offset, bytes;
        } deliver;
        TcpReason reason;
        struct {
            const char *text;
            InetAddr addr;
            MacAddr mac;
        } neighbour;
        const char *text; /* TRACE_HOST */
        NetChange change;
        struct {
            uint32_t wire; /* place */
            WireEth eth;   /* as on this wire, like ttl and tos */
            uint8_t ttl, tos;
            int64_t arrives_at_ns; /* TRANSMIT */
        } hop;                     /* OFFER, TRANSMIT, ARRIVE */
        struct {
            NetDrop drop;
            NetFaultKind fault;
            NetDetail detail; /* without `copy`, which trace.ndjson does not store */
        } net;                /* DROP, FAULT */
        struct {
            uint32_t pkts;
            uint64_t bytes;
        } queue;
    };
} TraceLine;

/* A run, whole. Owns everything in it; texts in lines, places and connections live in `texts`. */
typedef struct TraceRun {
    GStringChunk *texts;
    const char *scenario;            /* its name */
    const char *title_en, *title_zh; /* may be NULL */
    const char *about_en, *about_zh; /* the same */
    const char *modules; /* a JSON map of loaded modules and their digests, for the manifest alone;
                          * may be NULL */
    const char *lang;    /* "en", "zh": the language of the files */
    uint64_t seed;
    TraceRecording recording;  /* trace.ndjson has the level alone */
    int64_t end_ns;            /* when the run ended */
    GArray *places;            /* of TracePlace, by entity */
    GArray *addrs;             /* of TraceAddr, in the order told */
    GHashTable *place_of_addr; /* TraceAddr's address -> its place + 1; only looked up */
    GArray *conns;             /* of TraceConn, in the order of their first line */
    GArray *programs;          /* of TraceProgram, in the order told */
    GArray *packets;           /* of TracePacket, by number */
    GArray *lines;             /* of TraceLine, in order */
} TraceRun;

TraceRun *trace_run_new(void);
void trace_run_free(TraceRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceRun, trace_run_free)

#define trace_place(run, i) (&g_array_index((run)->places, TracePlace, i))
#define trace_conn(run, i) (&g_array_index((run)->conns, TraceConn, i))
#define trace_program(run, i) (&g_array_index((run)->programs, TraceProgram, i))
#define trace_packet(run, i) (&g_array_index((run)->packets, TracePacket, i))
#define trace_line(run, i) (&g_array_index((run)->lines, TraceLine, i))

/* Whether it is a segment sent again. */
static inline bool trace_packet_is_again(const TracePacket *pkt)
{
    return packet_why_is_again(pkt->snapshot->why, pkt->original != TRACE_NONE);
}

/* Whose address it is: names packets and connections; the latest word counts. */
void trace_run_add_addr(TraceRun *run, InetAddr addr, uint32_t place);
/* The place that has this address; TRACE_NONE: none does. */
uint32_t trace_run_place_of(const TraceRun *run, InetAddr addr);
/* Its name, or the address itself; the text is valid as long as the run and the buffer. */
const char *trace_run_name_of(const TraceRun *run, InetAddr addr,
                              char out_text[INET_ADDR_TEXT_BYTES]);

/* A text that lives as long as the run. NULL stays NULL. */
const char *trace_run_text(TraceRun *run, const char *text);
/* A packet as it is now, for as long as the holder likes: headers copied, payload by reference. */
void trace_snapshot(const Packet *pkt, Packet *out_snapshot);
void trace_snapshot_clear(Packet *snapshot);

/* SEQ and ACK as readers count them, from the sender's and the peer's initial sequence numbers (the
 * SYN is 0). Absolute where an ISS is unknown. */
uint32_t trace_relative_seq(const TraceRun *run, const TracePacket *pkt);
uint32_t trace_relative_ack(const TraceRun *run, const TracePacket *pkt);

/* Writes trace.ndjson: a schema line with places, connections and the like, then a line each. */
bool trace_run_write(const TraceRun *run, const char *path, GError **error);
/* Reads it back. Errors: `file:line: what is wrong`; an unknown version is one. */
TraceRun *trace_run_read(const char *path, GError **error);
/* The same from an open file; name is for messages. */
TraceRun *trace_run_read_file(FILE *file, const char *name, GError **error);

/* Words, owned by the caller; the ladder, story.txt, capture comments and comparisons share them.
 * A packet: "#3 client > server ACK seq 1 ack 1 win 65535". */
char *trace_packet_story(const TraceRun *run, uint32_t packet, const Lang *lang);
/* Why it was sent: "fast retransmission of #5 because of #8 #9 #10". */
char *trace_why_story(const TraceRun *run, uint32_t packet, PacketWhy why, const Lang *lang);
/* The same at the end of out. */
void trace_put_why(GString *out, const TraceRun *run, uint32_t packet, PacketWhy why,
                   const Lang *lang);
/* Whether the reason says more than the packet itself: a retransmission, a probe. */
bool trace_why_is_telling(PacketWhy why);
/* What was changed of a wire in a TRACE_CHANGE: "rate 10Mbit/s -> 1Mbit/s". */
char *trace_change_story(const TraceLine *line, const Lang *lang);
/* What befell a packet in a TRACE_DROP, TRACE_FAULT or TRACE_DISCARD: "queue full 50/50". */
char *trace_fate_story(const TraceLine *line, const Lang *lang);
/* The line as one line of story; NULL for lines that story.txt leaves out. */
char *trace_line_story(const TraceRun *run, uint32_t line, const Lang *lang);
/* Any line in a few words, for chains of causes. Never NULL. */
char *trace_line_tell(const TraceRun *run, uint32_t line, const Lang *lang);

#endif
