/* The recorder: the one subscriber that turns announcements into lines.
 *
 * It collects the lines of one instant, puts them in order (place, serial), numbers packets that
 * appear for the first time, resolves causes, and hands each line to its sinks: the run in memory,
 * the captures, whatever else wants to see. Announcements never go back in time, so nothing else
 * has to be sorted. */

#ifndef TRACE_TRACE_LOG_H
#define TRACE_TRACE_LOG_H

#include "trace/trace_run.h"

/* Gets every line, in order, numbered. pkt is the packet as it is on this wire or in this host at
 * this instant, borrowed for the call; NULL for a line about none. */
typedef void (*TraceSinkFn)(void *sink, const TraceRun *run, const TraceLine *line, uint32_t number,
                            const Packet *pkt);

typedef struct TraceLog TraceLog;

/* The run's places are added before the run; keep_lines: lines and packets stay in trace_log_run().
 */
TraceLog *trace_log_new(Sim *sim, TraceLevel level, bool keep_lines);
void trace_log_free(TraceLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceLog, trace_log_free)

/* Places in the order of their entity ids, a wire after both its nodes. Each returns the place. */
uint32_t trace_log_add_node(TraceLog *log, TracePlaceKind kind, const NetNode *node);
uint32_t trace_log_add_wire(TraceLog *log, const NetWire *wire, PacketLink type);
/* Whose address it is: names connections. */
void trace_log_add_addr(TraceLog *log, const NetNode *node, InetAddr addr);
/* Its results are taken at trace_log_finish(), until which it must live. */
void trace_log_add_program(TraceLog *log, const NetNode *node, const App *app);
/* Calls back with every address told so, in that order. */
void trace_log_for_each_addr(const TraceLog *log,
                             void (*each)(void *data, InetAddr addr, const char *host), void *data);
/* Lines of some kinds, a bit for each TraceWhat: what nobody wants costs less. */
typedef uint64_t TraceKinds;
#define TRACE_KIND(what) (UINT64_C(1) << (what))
#define TRACE_ALL_KINDS UINT64_MAX
/* The sink gets the lines of these kinds; it must live until trace_log_finish(). */
void trace_log_add_sink(TraceLog *log, TraceKinds kinds, TraceSinkFn on_line, void *sink);

const NetProbe *trace_log_net_probe(TraceLog *log);
const InetProbe *trace_log_inet_probe(TraceLog *log);
const TcpProbe *trace_log_tcp_probe(TraceLog *log);
const SocketProbe *trace_log_socket_probe(TraceLog *log);
/* A host crashed or came back: said by the world. */
void trace_log_host(TraceLog *log, const NetNode *node, const char *what, int64_t now_ns);

/* Hands out the last instant's lines; the run is complete. Nothing may be announced after it. */
void trace_log_finish(TraceLog *log, int64_t end_ns);
/* The run so far; borrowed, or taken over by trace_log_steal_run(). */
TraceRun *trace_log_run(TraceLog *log);
TraceRun *trace_log_steal_run(TraceLog *log);
/* Keeps at most so many lines, and the packets that appear in them; any number unless said. At the
 * first that is too many the simulation stops (sim_stop()): what is there is half a run. */
void trace_log_limit(TraceLog *log, uint32_t most_lines);
/* Whether there were more lines to keep than the limit allows; final after trace_log_finish(). */
bool trace_log_overflowed(const TraceLog *log);

#endif
