/* The inside of the recorder, shared by the files that implement it: trace_log.c (order, numbers,
 * handing out), trace_log_conn.c (TCP and programs) and trace_log_net.c (packets on their way). */

#ifndef TRACE_TRACE_LOG_PRIVATE_H
#define TRACE_TRACE_LOG_PRIVATE_H

#include "net/net_wire.h"
#include "trace/trace_log.h"

/* What is remembered of a packet by its id. */
typedef struct PacketTrack {
    uint32_t index;     /* in run->packets; TRACE_NONE until its first line is handed out */
    uint32_t last_line; /* in order of recording: the latest that says where it is */
} PacketTrack;

/* A line before its instant is over. Causes and packets are still in recording order and by id. */
typedef struct Pending {
    TraceLine line;
    uint32_t recorded; /* rank in order of recording */
    SimKey packet_id;  /* 0: none */
    SimKey because_ids[3];
    uint8_t sender_end;
    bool has_packet;
    Packet packet; /* as it is at this line, if has_packet */
} Pending;

/* One end of a connection: itself while it lives, and the latest setting of each timer. */
typedef struct EndTrack {
    const TcpConn *live; /* NULL before and after */
    uint32_t timer_set[TCP_N_TIMERS];
} EndTrack;

typedef struct Sink {
    TraceKinds kinds;
    TraceSinkFn on_line;
    void *sink;
} Sink;

struct TraceLog {
    Sim *sim;
    TraceLevel level;
    bool keep;
    uint32_t most_lines;
    TraceRun *run;
    GArray *sinks;           /* of Sink */
    TraceKinds wanted;       /* by any of them */
    GHashTable *halves;      /* both ends' text, opener first -> the latest such connection + 1;
                              * only looked up, like those below */
    GArray *place_by_entity; /* of uint32_t */
    GArray *serials;         /* of uint32_t, by place */
    GPtrArray *tracks;       /* by entity: GArray of PacketTrack, by serial */
    GArray *ends;            /* of EndTrack, two for each connection */
    GPtrArray *wires;        /* of NetWire, borrowed, by place; NULL for nodes */
    GPtrArray *apps;         /* of const App, borrowed, like run->programs */
    GHashTable *names;       /* base name of a connection -> how many bear it */
    GArray *batch;           /* of Pending: the lines of batch_at_ns */
    GArray *order;           /* scratch: indices into batch */
    GArray *numbers;         /* recording rank -> line, for causes; empty unless keep */
    int64_t batch_at_ns;
    uint32_t recorded;
    uint32_t handed_out;
    bool overflowed; /* a line was not kept, for there were most_lines */

    /* The event being handled. */
    SimKey event;
    uint32_t root;      /* the line that stands for it: arrival, timer, call */
    uint32_t told;      /* the latest line that told a program something */
    GArray *calls;      /* of uint32_t: roots outside the calls now open */
    uint32_t open_call; /* batch index of a call that has no connection yet, or TRACE_NONE */
    uint32_t received;  /* batch index of the RECEIVE being handled, or TRACE_NONE */

    /* Said by TCP just before IP announces the same packet. */
    SimKey segment_id;
    uint32_t segment_conn;
    uint8_t segment_end;
    SimKey segment_because[3];

    NetProbe net_probe;
    InetProbe inet_probe;
    TcpProbe tcp_probe;
    SocketProbe socket_probe;
};

/* A new line at the end of the instant's batch; its cause is the event's root until somebody knows
 * better. */
Pending *trace_log_record(TraceLog *log, TraceWhat what, uint32_t place, int64_t now_ns);
/* The same about a packet: where it was last seen is the cause. */
Pending *trace_log_record_packet(TraceLog *log, TraceWhat what, uint32_t place, const Packet *pkt,
                                 int64_t now_ns);
/* Whether such a line is kept, or wanted by a sink. For lines that others build on only as their
 * cause, which is of no use where lines are not kept. */
static inline bool trace_log_wants(const TraceLog *log, TraceWhat what)
{
    return log->keep || (log->wanted & TRACE_KIND(what)) != 0;
}
/* Whether nobody would see such a line about a packet: it is not wanted, and the packet has its
 * number. */
bool trace_log_is_unseen(TraceLog *log, TraceWhat what, const Packet *pkt);
uint32_t trace_log_place_of_node(const TraceLog *log, const NetNode *node);
uint32_t trace_log_place_of_wire(const TraceLog *log, const NetWire *wire);
/* The index a packet has been given; TRACE_NONE: none yet, or id 0. */
uint32_t trace_log_packet_index(TraceLog *log, SimKey id);
static inline Pending *trace_log_pending(const TraceLog *log, uint32_t batch_index)
{
    return &g_array_index(log->batch, Pending, batch_index);
}

/* Says which end of which connection a line is about. */
static inline void trace_log_give_conn(Pending *p, uint32_t conn, uint8_t end)
{
    p->line.conn = conn;
    p->line.end = end;
}
/* The packet that the host has received and is dealing with, or TRACE_NONE. */
uint32_t trace_log_received_packet(TraceLog *log);

/* Fills the probes in. */
void trace_log_fill_net_probes(TraceLog *log);
void trace_log_fill_conn_probes(TraceLog *log);
/* Copies what connections that still live have counted. */
void trace_log_take_accounts(TraceLog *log);

#endif
