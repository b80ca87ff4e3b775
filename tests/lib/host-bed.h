/* Two hosts with everything up to sockets, and a router between them, for tests of socket/ and
 * app/:
 *
 *     client 10.0.0.1 --- 10.0.0.254 router 10.0.1.254 --- 10.0.1.2 server
 *
 * Raw-ip links of 1 ms. Calls and events of sockets are written down as text. */

#ifndef TESTS_LIB_HOST_BED_H
#define TESTS_LIB_HOST_BED_H

#include "net/net_wire.h"
#include "socket/socket.h"

typedef struct BedHost {
    NetNode *node;
    InetStack *inet;
    TcpStack *tcp;
    UdpStack *udp;
    SocketHost *sockets;
} BedHost;

typedef struct HostBed {
    Sim *sim;
    SimPool packets;
    BedHost client, router, server;
    NetLink *links[2]; /* client to router, router to server */
    SocketProbe probe;
    GString *log;   /* one line a call or event; see host_bed_watch() */
    uint64_t wrong; /* how often the integrity check failed */
} HostBed;

#define BED_CLIENT inet_addr_v4(0x0a000001)
#define BED_SERVER inet_addr_v4(0x0a000102)
#define BED_NOWHERE inet_addr_v4(0x0a000163) /* on the server's network, and nobody's */

/* tcp NULL: the standard configuration; rate_bps 0: infinitely fast. */
HostBed *host_bed_new(const TcpConfig *tcp, int64_t rate_bps);
void host_bed_free(HostBed *bed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostBed, host_bed_free)

/* From now on: "5ms client connect 10.0.1.2:80", "5ms client connect = ok", "7ms client connected".
 */
void host_bed_watch(HostBed *bed);
void host_bed_run_until(HostBed *bed, int64_t until_ns);
int64_t host_bed_now(const HostBed *bed);
/* Drops the n-th segment with data (from 1) on the way to the server. */
void host_bed_drop_data(HostBed *bed, uint32_t nth);
/* Compares what was written down and empties it. */
void host_bed_expect(HostBed *bed, const char *lines);
/* Node, sockets and stacks of a host fail together. */
void host_bed_crash(HostBed *bed, BedHost *host);

#endif
