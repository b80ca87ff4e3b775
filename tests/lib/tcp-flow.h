/* A sender's window and recovery against a receiver's reassembly, over a path of 50 ms each way
 * that is infinitely fast and loses what it is told to: a whole transfer in a few lines of text,
 * for tests of tcp_cc_*.c and tcp_recovery_*.c without the connection around them. Segments are
 * numbered from 1 and are of one size; the receiver acknowledges each one it gets. */

#ifndef LIB_TCP_FLOW_H
#define LIB_TCP_FLOW_H

#include "sim/sim.h"
#include "tcp/tcp_reasm.h"
#include "tcp/tcp_recovery.h"

#define FLOW_MSS 1000u
#define FLOW_DELAY_NS (50 * SIM_NS_PER_MS)
#define FLOW_RTO_NS SIM_NS_PER_S

typedef struct FlowDrop {
    uint32_t segment, transmission; /* the n-th transmission of the segment, from 1 */
} FlowDrop;

typedef struct FlowConfig {
    const TcpCcOps *cc;
    const TcpRecoveryOps *recovery;
    uint32_t window_segments; /* at the start */
    bool slow_start;          /* ssthresh is out of reach; else the window at the start */
    bool no_limited_transmit, prr;
    uint32_t segments;     /* to be sent */
    uint32_t short_bytes;  /* length of the last one; 0: a whole segment */
    const FlowDrop *drops; /* ends with segment 0 */
    uint32_t ack_drops[8]; /* the n-th ACK is lost, from 1; ends with 0 */
} FlowConfig;

typedef struct Flow {
    FlowConfig config;
    Sim *sim;
    SimEntity entity;
    GPtrArray *packets;   /* all ever sent */
    SimEvent timer, wake; /* the time-out; what recovery asks for */
    TcpRecoveryWake wake_for;
    TcpSentQueue sent;
    TcpCc cc;
    TcpRecovery recovery;
    TcpReasm reasm;
    TcpSeq snd_una, snd_nxt, last_seq;
    SimKey last_packet; /* segments, those lost too */
    uint32_t acks_sent, timeouts, losses, backoff;
    uint32_t least_cwnd_bytes; /* since the first loss */
    int64_t done_at_ns;        /* everything acknowledged; -1: not yet */
    int64_t line_at_ns;
    GString *text; /* what was sent when: "100ms 11 12 r3", r: again */
} Flow;

/* Runs the transfer to its end, for an hour at most. */
Flow *flow_run(const FlowConfig *config);
void flow_free(Flow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Flow, flow_free)

#endif
