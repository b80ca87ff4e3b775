/* A TCP host whose only neighbour is the test: segments are put on its wire as text, and what it
 * sends is taken off and compared. Time moves only in tcp_bed_run() and tcp_bed_expect_at().
 *
 * The host is 192.0.2.1, the test 192.0.2.2. As a server the host listens on port 80 and the test
 * comes from 1000; as a client it connects to the test's port 80. Sequence numbers in texts are
 * relative to the initial ones of their senders, the test's timestamps are absolute, the host's
 * relative to its clock at the start. */

#ifndef TESTS_LIB_TCP_BED_H
#define TESTS_LIB_TCP_BED_H

#include "lib/segment.h"
#include "net/net_wire.h"
#include "tcp/tcp_conn.h"

#define TCP_BED_HOST inet_addr_v4(0xc0000201)
#define TCP_BED_PEER inet_addr_v4(0xc0000202)
#define TCP_BED_PEER_ISN 1000000u

typedef struct TcpBed {
    Sim *sim;
    SimPool pool;
    NetNode *host, *peer;
    NetPort *host_port;
    NetLink *link;
    InetStack *inet;
    TcpStack *tcp;
    TcpConfig config;
    TcpListener *listener;
    TcpConn *conn;        /* the one under test; NULL once it is gone */
    TcpProbe probe;
    InetProbe inet_probe;
    GQueue sent;          /* of Packet: what the host sent, oldest first */
    GString *states;      /* "CLOSED LISTEN SYN-RCVD" */
    GString *notes;       /* "established readable" */
    TcpReason reason;     /* of the end */
    InetDiscard discard;  /* of the latest packet that died; INET_N_DISCARDS: none */
    bool reads;           /* the program reads whatever comes, at once */
    bool closes;          /* ... and closes when the peer has */
    uint64_t read_bytes;
    uint16_t host_tcp_port, peer_tcp_port;
    TcpSeq iss;           /* the host's, once seen */
    bool iss_known;
    uint32_t ts_base;
} TcpBed;

/* The configuration of most tests: no options but MSS, an initial window of 65,535 octets, a
 * receive buffer of 65,535. */
void tcp_bed_config(TcpConfig *config);
void tcp_bed_open(TcpBed *bed, const TcpConfig *config);
/* Asserts that nothing was sent that the test has not looked at, and that no packet leaked. */
void tcp_bed_close(TcpBed *bed);

void tcp_bed_listen(TcpBed *bed);
void tcp_bed_connect(TcpBed *bed);
/* Runs the handshake, the host being the server, or the client. */
void tcp_bed_accept_one(TcpBed *bed);
void tcp_bed_connect_one(TcpBed *bed);

/* Takes the host to a state, by segments and calls alone; as a server except for SYN-SENT. What was
 * sent and noted on the way is forgotten. In LISTEN and CLOSED there is no connection yet. */
void tcp_bed_reach(TcpBed *bed, TcpState state);
/* Relative numbers when tcp_bed_reach() is done: the next ones of the host and of the test. */
TcpSeq tcp_bed_host_next(TcpState state);
TcpSeq tcp_bed_peer_next(TcpState state);

int64_t tcp_bed_now(const TcpBed *bed);
void tcp_bed_run(TcpBed *bed, int64_t duration_ns);
/* A segment from the test arrives, now. Returns the packet's id. */
SimKey tcp_bed_inject(TcpBed *bed, const char *text);
SimKey tcp_bed_injectf(TcpBed *bed, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The program writes so many bytes of its pattern. */
void tcp_bed_send(TcpBed *bed, uint32_t len_bytes);
/* The oldest segment that has not been looked at; owned by the caller. Fails if there is none. */
Packet *tcp_bed_take(TcpBed *bed, const char *file, int line);
void tcp_bed_check_sent(TcpBed *bed, const char *file, int line, const char *text);
void tcp_bed_check_why(TcpBed *bed, const char *file, int line, const char *text, PacketWhy why);
void tcp_bed_check_nothing(TcpBed *bed, const char *file, int line);
/* Fails unless `what` has become `text`; empties it. */
void tcp_bed_check_text(GString *what, const char *file, int line, const char *text);
/* Forgets what was sent, noted and reached so far. */
void tcp_bed_forget(TcpBed *bed);
/* An ICMP error about the segment that the host sent with this (relative) sequence number. */
void tcp_bed_icmp(TcpBed *bed, uint8_t type, uint8_t code, uint32_t rest, TcpSeq seq);

#define tcp_bed_expect(bed, text) tcp_bed_check_sent(bed, __FILE__, __LINE__, text)
#define tcp_bed_expect_why(bed, text, why) tcp_bed_check_why(bed, __FILE__, __LINE__, text, why)
#define tcp_bed_expect_nothing(bed) tcp_bed_check_nothing(bed, __FILE__, __LINE__)
#define tcp_bed_expect_states(bed, text)                                                           \
    tcp_bed_check_text((bed)->states, __FILE__, __LINE__, text)
#define tcp_bed_expect_notes(bed, text) tcp_bed_check_text((bed)->notes, __FILE__, __LINE__, text)

#endif
