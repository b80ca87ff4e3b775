/* A congestion control over a path with one bottleneck: a rate, a round-trip time without queue, a
 * buffer without end. Segments are of one size, all is acknowledged, one by one; the sender always
 * has something to send. For what an algorithm makes of a path, without a connection around it. */

#ifndef LIB_TCP_PATH_H
#define LIB_TCP_PATH_H

#include "sim/sim.h"
#include "tcp/tcp_cc.h"
#include "tcp/tcp_sent.h"

#define PATH_MSS 1000u

typedef struct Path {
    int64_t rate_bps, rtt_ns; /* may be changed while it runs */
    TcpCc cc;
    Rng rng;
    TcpSentQueue sent;
    TcpSeq snd_una, snd_nxt;
    GQueue acks; /* of int64_t *: when each segment's ACK arrives, oldest first */
    int64_t now_ns, pace_at_ns, free_at_ns; /* the pacer; the bottleneck */
    int64_t srtt_ns, min_rtt_ns;            /* -1: no sample yet */
    uint64_t delivered_bytes;
} Path;

/* Before: rate_bps and rtt_ns are set, all else 0. The window begins with 10 segments. */
void path_start(Path *path, const TcpCcOps *ops);
typedef void (*PathFn)(Path *path, void *data);
/* Runs until then; on_ack, which may be NULL, is called after each ACK. */
void path_run(Path *path, int64_t until_ns, PathFn on_ack, void *data);
/* Recovery begins: something was lost, as far as the algorithm is told. */
void path_lose(Path *path);
/* Bytes that wait for the bottleneck. */
int64_t path_queued_bytes(const Path *path);
void path_clear(Path *path);

#endif
