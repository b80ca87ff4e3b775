/* Makes runs for tests of what reads them, line by line, without a simulation. */

#ifndef TESTS_LIB_TRACE_BUILDER_H
#define TESTS_LIB_TRACE_BUILDER_H

#include "trace/trace_run.h"

/* Two hosts, "client" (place 0) and "server" (1), the wires between them (2: to the server, 3:
 * back), and the connection client-server-80 with ISSs 100 and 300. */
TraceRun *trace_builder_pair(void);

/* Appends lines; each returns its index. Ends and hosts are 0 and 1. */
uint32_t trace_builder_state(TraceRun *run, int64_t at_ns, uint8_t end, TcpState from, TcpEvent by,
                             TcpState to);
uint32_t trace_builder_call(TraceRun *run, int64_t at_ns, uint8_t end, const char *text);
uint32_t trace_builder_fired(TraceRun *run, int64_t set_at_ns, int64_t at_ns, uint8_t end,
                             TcpTimer timer);

/* A TCP segment from `end`, numbers relative to the ISSs, sent at at_ns; returns the packet. */
uint32_t trace_builder_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags,
                               uint32_t seq, uint32_t ack, uint32_t len, PacketWhy why,
                               uint32_t original);
void trace_builder_arrives(TraceRun *run, int64_t at_ns, uint32_t packet);
void trace_builder_dropped(TraceRun *run, int64_t at_ns, uint32_t packet, NetDrop why);
void trace_builder_discarded(TraceRun *run, int64_t at_ns, uint32_t packet, InetDiscard why);

/* A handshake, one lost and repeated segment, an orderly close: with states, calls and timers. */
TraceRun *trace_builder_story(void);

#endif
