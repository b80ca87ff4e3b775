/* What the files of this room share and nobody else sees. */

#ifndef SOCKET_SOCKET_INTERNAL_H
#define SOCKET_SOCKET_INTERNAL_H

#include "socket/socket.h"

struct SocketHost {
    InetStack *inet;
    TcpStack *tcp;
    UdpStack *udp;
    const SocketProbe *probe; /* NULL: nobody watches */
    Socket *sockets;          /* all of them */
    uint32_t datagram_count;  /* datagram and echo sockets ever made: numbers their streams */
    uint64_t received_bytes, wrong_bytes;
};

struct Socket {
    /* What sending and receiving touch. */
    SocketHost *host;
    SocketFn on_event;
    void *program;
    TcpConn *conn;
    uint64_t written_bytes, received_bytes;
    uint64_t peer_stream; /* 0: not known yet */
    int64_t connected_at_ns;
    uint8_t kind;       /* SocketKind */
    uint8_t error;      /* SocketError */
    uint8_t busy;       /* calls it is in */
    bool connected : 1; /* established once */
    bool shut : 1;      /* this end sends no more */
    bool closed : 1;    /* the program has closed it */
    bool eof_seen : 1;
    bool unsent : 1;      /* something written is not acknowledged */
    bool doomed : 1;      /* freed within a call: goes when the call returns */
    bool out_of_step : 1; /* the integrity check has failed: it is not announced again */
    bool quiet : 1;       /* its calls are not announced */

    Socket *before, *after; /* of the host */
    const char *words;
    uint16_t port, peer_port;
    InetAddr addr, peer; /* as bound, as connected */
    TcpListener *listener;
    TcpConfig *config; /* own copy; NULL: the host's */

    uint64_t stream; /* datagram, echo: of what it sends */
    UdpSocket *udp;
    uint16_t echo_ident; /* 0: none yet */
    IcmpEcho echo;
    const InetError *icmp_error;
};

enum {
    SOCKET_UDP_BUFFER_BYTES = 1 << 20,
    SOCKET_DATAGRAM_MAX_BYTES = 65507, /* a datagram's payload over IPv4 (RFC 768, RFC 791) */
};

/* Tells watchers and the program; the socket may be gone afterwards. */
void socket_emit(Socket *socket, SocketEvent event, int64_t now_ns);

/* Announcements to watchers; their words for the arguments are the scenario's, else made here. */
void socket_announce_call(const Socket *socket, const char *call, int64_t now_ns);
void socket_announce_call_bytes(const Socket *socket, const char *call, uint64_t len_bytes,
                                int64_t now_ns);
void socket_announce_call_address(const Socket *socket, const char *call, InetAddr addr,
                                  uint16_t port, int64_t now_ns);
void socket_announce_return(const Socket *socket, const char *call, SocketError result,
                            int64_t now_ns);

/* Gives the memory back. */
void socket_destroy(Socket *socket);

/* The frame of every call: one branch when nobody watches, and the socket outlives the call even if
 * the program frees it in an event that the call brings about. */
static inline bool socket_is_heard(const Socket *socket)
{
    return G_UNLIKELY(socket->host->probe != NULL) && !socket->quiet;
}
static inline bool socket_enter(Socket *socket)
{
    socket->busy++;
    return socket_is_heard(socket);
}
static inline void socket_begin(Socket *socket, const char *call, int64_t now_ns)
{
    if (socket_enter(socket)) {
        socket_announce_call(socket, call, now_ns);
    }
}
static inline void socket_begin_bytes(Socket *socket, const char *call, uint64_t len_bytes,
                                      int64_t now_ns)
{
    if (socket_enter(socket)) {
        socket_announce_call_bytes(socket, call, len_bytes, now_ns);
    }
}
static inline void socket_begin_address(Socket *socket, const char *call, InetAddr addr,
                                        uint16_t port, int64_t now_ns)
{
    if (socket_enter(socket)) {
        socket_announce_call_address(socket, call, addr, port, now_ns);
    }
}
/* Hands the result on. */
static inline SocketError socket_end(Socket *socket, const char *call, SocketError result,
                                     int64_t now_ns)
{
    if (socket_is_heard(socket)) {
        socket_announce_return(socket, call, result, now_ns);
    }
    socket->busy--;
    if (G_UNLIKELY(socket->doomed) && socket->busy == 0) {
        socket_destroy(socket);
    }
    return result;
}

/* A new number for a stream of datagrams of this host. */
uint64_t socket_new_stream(SocketHost *host);

/* The parts of calls that differ by kind: socket_stream.c, socket_datagram.c, socket_echo.c. They
 * announce nothing. */
SocketError socket_stream_connect(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns);
SocketError socket_stream_send_pattern(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                                       uint64_t *out_taken, int64_t now_ns);
void socket_stream_close(Socket *socket, int64_t now_ns);
/* Opens the datagram socket's port, if it is not open yet. */
SocketError socket_datagram_open(Socket *socket);
SocketError socket_datagram_connect(Socket *socket, InetAddr addr, uint16_t port);
/* One datagram to the peer. */
SocketError socket_datagram_send_pattern(Socket *socket, uint64_t len_bytes, uint64_t *out_taken,
                                         int64_t now_ns);
/* The next len bytes of the socket's own pattern. */
Payload socket_datagram_pattern(Socket *socket, uint64_t len_bytes);
void socket_datagram_close(Socket *socket);
void socket_echo_close(Socket *socket);

#endif
