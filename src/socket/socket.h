/* The calls a program uses. Hides connections and datagrams; nothing blocks: a call says at once
 * what it did, and events tell when to call again. TCP, UDP and ICMP echo behind one type. */

#ifndef SOCKET_SOCKET_H
#define SOCKET_SOCKET_H

#include "inet/inet_icmp.h"
#include "inet/inet_udp.h"
#include "tcp/tcp_conn.h"

typedef struct SocketHost SocketHost; /* the socket layer of one host */
typedef struct Socket Socket;

typedef enum SocketKind { SOCKET_STREAM, SOCKET_DATAGRAM, SOCKET_ECHO } SocketKind;

typedef enum SocketEvent {
    SOCKET_EVENT_CONNECTED,
    SOCKET_EVENT_ACCEPTABLE,
    SOCKET_EVENT_READABLE,
    SOCKET_EVENT_WRITABLE,
    SOCKET_EVENT_URGENT,
    SOCKET_EVENT_EOF,
    SOCKET_EVENT_SENT,   /* all written bytes are acknowledged */
    SOCKET_EVENT_ADVICE,
    SOCKET_EVENT_CLOSED, /* see socket_error(); the socket stays until socket_free() */
    SOCKET_EVENT_ERROR,  /* datagram, echo: an ICMP error */
    SOCKET_N_EVENTS
} SocketEvent;
const char *socket_event_to_string(SocketEvent event);

/* The results of calls, with one name table: the words a scenario may `expect`. */
typedef enum SocketError {
    SOCKET_OK,
    SOCKET_REFUSED,
    SOCKET_RESET,
    SOCKET_TIMED_OUT,
    SOCKET_UNREACHABLE,
    SOCKET_NO_ROUTE,
    SOCKET_ABORTED,
    SOCKET_CLOSED,        /* the call makes no sense any more: closing, or shut down */
    SOCKET_NOT_CONNECTED,
    SOCKET_ALREADY_CONNECTED,
    SOCKET_ADDRESS_IN_USE,
    SOCKET_TOO_BIG,
    SOCKET_HOST_DOWN,
    SOCKET_N_ERRORS
} SocketError;
const char *socket_error_to_string(SocketError error);

typedef void (*SocketFn)(void *program, Socket *socket, SocketEvent event, int64_t now_ns);

/* What the socket room announces: every call with its result, for the outer sides of the ladder. */
typedef struct SocketProbe {
    void *watcher;
    /* A call begins: everything announced until its on_return is its doing. call: "connect"; text:
     * its arguments in the scenario's words; conn: NULL if there is none yet. */
    void (*on_call)(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns);
    void (*on_return)(void *watcher, const SocketHost *host, const Socket *socket,
                      const TcpConn *conn, const char *call, SocketError result, int64_t now_ns);
    void (*on_event)(void *watcher, const SocketHost *host, const Socket *socket,
                     const TcpConn *conn, SocketEvent event, SocketError error, int64_t now_ns);
    /* The integrity check failed: the bytes read are not the expected (stream, offset) range. */
    void (*on_wrong_bytes)(void *watcher, const SocketHost *host, const Socket *socket,
                           uint64_t offset, int64_t now_ns);
} SocketProbe;

SocketHost *socket_host_new(InetStack *inet, TcpStack *tcp, UdpStack *udp);
void socket_host_free(SocketHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SocketHost, socket_host_free)
void socket_host_set_probe(SocketHost *host, const SocketProbe *probe);
TcpStack *socket_host_tcp(const SocketHost *host);
InetStack *socket_host_inet(const SocketHost *host);
/* Payload octets, TCP and UDP, that programs of this host have read so far, closed sockets included. */
uint64_t socket_host_received_bytes(const SocketHost *host);
/* Drops every socket without a word on the wire; holders get no event. */
void socket_host_crash(SocketHost *host, int64_t now_ns);

/* program may be NULL together with on_event: nobody listens. */
Socket *socket_new(SocketHost *host, SocketKind kind, SocketFn on_event, void *program);
/* Closes what is open, in the orderly way, and forgets the socket. */
void socket_free(Socket *socket, int64_t now_ns);
/* Hands the socket's events to another program (an accepted connection to its worker). */
void socket_set_program(Socket *socket, SocketFn on_event, void *program);

SocketError socket_bind(Socket *socket, InetAddr addr, uint16_t port);
/* backlog 0: the host's default. */
SocketError socket_listen(Socket *socket, uint32_t backlog, int64_t now_ns);
/* A new socket for the oldest connection that waits; NULL: none. */
Socket *socket_accept(Socket *listener, SocketFn on_event, void *program, int64_t now_ns);
/* The result comes as CONNECTED or CLOSED, unless the call itself fails. */
SocketError socket_connect(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns);
/* Writes up to len bytes of the socket's pattern stream. *out_taken says how many fitted. */
SocketError socket_send_pattern(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                                uint64_t *out_taken, int64_t now_ns);
/* Literal bytes; takes the payload only if all of it fits, else *out_taken is 0 and it stays the
 * caller's. */
SocketError socket_send(Socket *socket, Payload *payload, bool push, bool urgent,
                        uint64_t *out_taken, int64_t now_ns);
SocketError socket_send_to(Socket *socket, InetAddr addr, uint16_t port, uint64_t len_bytes,
                           int64_t now_ns);
/* Reads and checks up to max bytes; *out_bytes says how many. CLOSED at the end of the stream with
 * 0. */
SocketError socket_receive(Socket *socket, uint64_t max_bytes, uint64_t *out_bytes, int64_t now_ns);
bool socket_receive_datagram(Socket *socket, UdpDatagram *out_datagram);
SocketError socket_shutdown(Socket *socket, int64_t now_ns);
SocketError socket_close(Socket *socket, int64_t now_ns);
SocketError socket_abort(Socket *socket, int64_t now_ns);
SocketError socket_echo(Socket *socket, InetAddr addr, uint16_t sequence, uint8_t ttl,
                        bool dont_fragment, uint32_t len_bytes, int64_t now_ns);
/* The latest echo reply, or the ICMP error that the event announced. */
const IcmpEcho *socket_echo_reply(const Socket *socket);
const InetError *socket_icmp_error(const Socket *socket);

SocketError socket_error(const Socket *socket);
bool socket_at_eof(const Socket *socket);
uint64_t socket_readable_bytes(const Socket *socket);
uint32_t socket_urgent_bytes(const Socket *socket);
uint64_t socket_received_bytes(const Socket *socket); /* read by the program so far */
TcpConn *socket_conn(const Socket *socket);           /* NULL: none (any more) */
/* The host's TCP configuration, copied at first use, for `set` before connect or listen. */
TcpConfig *socket_config(Socket *socket);
/* Applies to the live connection what may change while it lives. */
void socket_config_changed(Socket *socket, int64_t now_ns);

#endif
