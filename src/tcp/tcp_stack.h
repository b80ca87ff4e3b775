/* TCP of one host: its listeners, its connections by four-tuple, ports, ISNs, counters. */

#ifndef TCP_TCP_STACK_H
#define TCP_TCP_STACK_H

#include "inet/inet_stack.h"
#include "tcp/tcp_cc.h"
#include "tcp/tcp_probe.h"
#include "tcp/tcp_recovery.h"
#include "tcp/tcp_slow_start.h"

typedef struct TcpStack TcpStack;

enum { TCP_SYN_COOKIES_OFF, TCP_SYN_COOKIES_ON_OVERFLOW, TCP_SYN_COOKIES_ALWAYS };
enum { TCP_FAST_OPEN_CLIENT = 1, TCP_FAST_OPEN_SERVER = 2 };

/* Explicit congestion notification (RFC 3168, RFC 9768). */
typedef enum TcpEcnUse {
    TCP_ECN_OFF,
    TCP_ECN_ACCEPT,  /* agrees where the peer asks for it */
    TCP_ECN_ON,      /* asks for it too */
    TCP_ECN_ACCURATE /* asks for accurate feedback, accepts either */
} TcpEcnUse;

/* What a connection starts with; a scenario's `tcp:` map, host by host, and `set` in a program. */
typedef struct TcpConfig {
    uint32_t mss_bytes; /* 0: from the interface's MTU */
    uint32_t receive_buffer_bytes, send_buffer_bytes;
    uint32_t receive_buffer_max_bytes; /* > 0: the receive buffer is memory, and may grow so far */
    bool sack, timestamps, window_scaling;
    bool timestamps_required; /* once agreed: a segment without is dropped (RFC 7323 3.2) */
    bool nagle;
    bool delayed_ack;
    bool delayed_fin_ack;   /* the ACK of a FIN waits like that of data, so that a program that
                             * closes at once gets it onto its own FIN; off: it goes at once */
    int64_t delayed_ack_ns; /* 40 ms; < 500 ms (MUST-40) */
    bool floored_rto;       /* min_rto_ns is the least that the time-out is above srtt */
    bool offload;           /* data leaves in bursts, as with segmentation offload (tcp_burst.c) */
    bool minshall;          /* Nagle's algorithm waits for small segments alone */
    bool validation;        /* cwnd grows and stays only as far as it is used (tcp_burst.c) */
    bool whole_segments;    /* PRR counts segments */
    bool bare_probes;       /* a closed window is probed by an old sequence number, no octet */
    bool reset_acks;        /* the RST of an abort acknowledges too */
    bool sack_fin;          /* SACK blocks count a FIN that came early */
    bool linux_rack;        /* RACK times segments in Linux's order */
    int64_t timer_slack_ns; /* recovery's timers run so much longer */
    bool quick_ack;         /* when an ACK goes follows the pace of the data, as in Linux */
    int64_t initial_rto_ns, min_rto_ns, max_rto_ns;
    uint32_t initial_window_segments; /* 0: RFC 6928's formula */
    int64_t msl_ns;                   /* TIME-WAIT lasts twice this */
    bool time_wait_reuse;             /* for a SYN with a newer timestamp or ISN (RFC 6191) */
    /* RFC 9293 3.8.3. At a time-out the connection is given up if the segment was sent again
     * r2_retries times or r2_ns passed since it was sent; r2_retries 0: never; r2_ns 0: by
     * retries alone. */
    uint32_t r1_retries, r2_retries;
    int64_t r2_ns;           /* 100 s (SHLD-11) */
    int64_t syn_r2_ns;       /* for a SYN, whose retries are not counted: >= 180 s (MUST-23) */
    int64_t user_timeout_ns; /* 0: none */
    uint8_t fast_open;       /* TCP_FAST_OPEN_*: RFC 7413; 0: off */
    bool fast_open_cookies;  /* false: clients send and servers take data without one */
    bool fast_open_keyed;    /* cookies are made with fast_open_key; else with one of the seed's */
    uint8_t fast_open_key[16];
    uint32_t fast_open_pending;    /* of a listener: handshakes not done (RFC 7413 5.1) */
    int64_t fast_open_hold_off_ns; /* none is tried for so long after a failure; 0: at once */
    bool syn_data;            /* data of a SYN without Fast Open is kept for after the handshake
                               * (RFC 9293 3.10.7.2); false: only the SYN is acknowledged */
    bool user_timeout_option; /* RFC 5482: tells the peer, and adopts what it tells... */
    int64_t advertised_user_timeout_ns;                  /* ...by a program that has set none */
    int64_t least_user_timeout_ns, most_user_timeout_ns; /* L_LIMIT, U_LIMIT */
    bool verify_path_mtu;      /* RFC 5927 7.2: what contradicts ACKs is believed at a time-out */
    bool black_hole_detection; /* time-outs beyond R1 mean that long segments do not pass */
    bool keep_alive;           /* off (MUST-25) */
    int64_t keep_alive_idle_ns, keep_alive_interval_ns; /* 7200 s (MUST-28), 75 s */
    uint32_t keep_alive_probes;
    uint32_t backlog; /* connections not yet accepted, SYN-RCVD counted */
    uint32_t
        syn_backlog;     /* those in SYN-RCVD have a limit of their own; 0: they count in backlog */
    uint8_t syn_cookies; /* TCP_SYN_COOKIES_*: RFC 4987 3.6 */
    bool slow_start_after_idle; /* RFC 5681 4.1 */
    bool pacing; /* at a rate that follows the window, where the algorithm sets none of its own */
    bool limited_transmit;     /* RFC 3042 */
    bool prr;                  /* RFC 9937 */
    bool undo;                 /* of spurious recoveries: RFC 3522, RFC 3708, RFC 4015 */
    bool f_rto;                /* RFC 5682 */
    TcpEcnUse ecn;
    bool challenge_ack;        /* RFC 5961 */
    uint32_t challenge_ack_hz; /* a second, per connection (RFC 5961 section 7) */
    uint8_t ttl;               /* 0: the Internet layer's (MUST-49) */
    uint8_t tos;               /* DSCP and ECN of what is sent (MUST-48) */
    int64_t fixed_isn;         /* -1: RFC 6528; else the ISS of the first connection that has it,
                                * and the clock of those after it goes on from there, even when
                                * the host crashes in between */
    const TcpCcOps *cc;
    const TcpRecoveryOps *recovery;    /* NULL: sack; newreno where SACK is not agreed */
    const SimParams *cc_params;        /* borrowed; NULL: defaults */
    const TcpSlowStartOps *slow_start; /* NULL: as RFC 5681 says */
} TcpConfig;
void tcp_config_init(TcpConfig *config); /* the `standard` profile */

typedef struct TcpStackStats {
    uint64_t segments_received, segments_sent, segments_retransmitted, bad_segments;
    uint64_t active_opens, passive_opens, failed_opens, resets_sent, resets_received;
    uint64_t challenge_acks, listen_drops;
    uint64_t cookies_sent, cookies_taken;
} TcpStackStats;

/* The pattern stream numbers of connections are drawn from the node's name and the four-tuple. */
TcpStack *tcp_stack_new(InetStack *inet, uint64_t seed, const TcpConfig *config);
/* Frees every connection and listener without a word on the wire. */
void tcp_stack_free(TcpStack *tcp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TcpStack, tcp_stack_free)

/* Lets both have one configuration if theirs say the same: a configuration never changes, and that
 * of many hosts stays in the caches. */
void tcp_stack_share(TcpStack *tcp, const TcpStack *other);
void tcp_stack_set_probe(TcpStack *tcp, const TcpProbe *probe);
InetStack *tcp_stack_inet(const TcpStack *tcp);
/* What connections of this host start with. */
const TcpConfig *tcp_stack_config(const TcpStack *tcp);
const TcpStackStats *tcp_stack_stats(const TcpStack *tcp);
/* The host crashes: every connection is forgotten (TCP_EVENT_CRASH) and every listener; nothing
 * is sent and no holder hears of it. Their pointers must not be used again. */
void tcp_stack_crash(TcpStack *tcp, int64_t now_ns);

#endif
