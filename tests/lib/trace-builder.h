/* Makes runs for tests of what reads them, line by line, without a simulation. */

#ifndef TESTS_LIB_TRACE_BUILDER_H
#define TESTS_LIB_TRACE_BUILDER_H

#include "trace/trace_run.h"

/* A run without places. */
TraceRun *trace_builder_new(void);
/* Each returns the place; a link that of its wire from a to b, and the next is the way back. */
uint32_t trace_builder_node(TraceRun *run, TracePlaceKind kind, const char *name);
uint32_t trace_builder_link(TraceRun *run, const char *name, uint32_t a, uint32_t b);
/* A connection to port 80 with ISSs 100 and 300; hosts have the addresses 10.0.0.(place + 1). */
uint32_t trace_builder_conn(TraceRun *run, const char *name, uint32_t opener, uint32_t other);
InetAddr trace_builder_addr(uint32_t place);

/* Two hosts, "client" (place 0) and "server" (1), the wires between them (2: to the server, 3:
 * back), and the connection client-server-80. */
TraceRun *trace_builder_pair(void);

/* Appends lines; each returns its index. Ends and hosts are 0 and 1. */
uint32_t trace_builder_state(TraceRun *run, int64_t at_ns, uint8_t end, TcpState from, TcpEvent by,
                             TcpState to);
/* "listen: 80": the call, and its arguments. */
uint32_t trace_builder_call(TraceRun *run, int64_t at_ns, uint8_t end, const char *text);
uint32_t trace_builder_fired(TraceRun *run, int64_t set_at_ns, int64_t at_ns, uint8_t end,
                             TcpTimer timer);
uint32_t trace_builder_host(TraceRun *run, int64_t at_ns, uint8_t host, const char *what);
/* Any other line: what the union holds is the caller's. */
TraceLine *trace_builder_line(TraceRun *run, int64_t at_ns, uint32_t place, TraceWhat what,
                              uint32_t packet);

/* A packet like this one, made at a place; returns its index. */
uint32_t trace_builder_packet(TraceRun *run, int64_t at_ns, uint32_t place, const Packet *like,
                              uint32_t original);
/* It leaves over a wire and arrives at its far end, where a host receives it if it is for it. */
void trace_builder_crosses(TraceRun *run, int64_t left_ns, int64_t arrives_ns, uint32_t packet,
                           uint32_t wire);
void trace_builder_dies(TraceRun *run, int64_t at_ns, uint32_t packet, uint32_t place, NetDrop why);

/* A TCP segment of the first connection from `end`, numbers relative to the ISSs, sent at at_ns;
 * returns the packet. */
uint32_t trace_builder_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags,
                               uint32_t seq, uint32_t ack, uint32_t len, PacketWhy why,
                               uint32_t original);
/* Between the hosts of trace_builder_pair(). */
void trace_builder_arrives(TraceRun *run, int64_t at_ns, uint32_t packet);
void trace_builder_dropped(TraceRun *run, int64_t at_ns, uint32_t packet, NetDrop why);
void trace_builder_discarded(TraceRun *run, int64_t at_ns, uint32_t packet, InetDiscard why);

/* A handshake, one lost and repeated segment, an orderly close: with states, calls and timers. */
TraceRun *trace_builder_story(void);
/* A transfer of that many packets, data and acknowledgements, one in ten of the data lost and sent
 * again. */
TraceRun *trace_builder_transfer(uint32_t packets);

/* Puts the lines in the order of time, as a recorder does: for runs whose lines were appended
 * packet by packet. */
void trace_builder_sort(TraceRun *run);

#endif
