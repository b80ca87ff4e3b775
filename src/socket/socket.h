/* The calls a program uses. Hides connections and datagrams; nothing blocks: a call says at once
 * what it did, and events tell when to call again. TCP, UDP and ICMP echo behind one type.
 *
 * Every byte that TCP delivers is checked: the first payload read tells the number of the peer's
 * stream, and each read must be the next range of it. Literal bytes are numbered along with the
 * pattern; bytes that came as bare octets are compared with the pattern by content. */

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
    SOCKET_EVENT_READABLE, /* datagram, echo: one has arrived */
    SOCKET_EVENT_WRITABLE,
    SOCKET_EVENT_URGENT,
    SOCKET_EVENT_EOF,
    SOCKET_EVENT_SENT, /* all written bytes are acknowledged */
    SOCKET_EVENT_ADVICE,
    SOCKET_EVENT_CLOSED,      /* see socket_error(); the socket stays until socket_free() */
    SOCKET_EVENT_ERROR,       /* datagram, echo: an ICMP error */
    SOCKET_EVENT_WRONG_BYTES, /* within a read: it gets other bytes than were sent; said once, and
                               * to the program alone (others have on_wrong_bytes) */
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
    SOCKET_CLOSED, /* no more: end of the stream, or this end has shut down */
    SOCKET_NOT_CONNECTED,
    SOCKET_ALREADY_CONNECTED, /* or listening */
    SOCKET_ADDRESS_IN_USE,
    SOCKET_TOO_BIG,
    SOCKET_HOST_DOWN,
    SOCKET_N_ERRORS
} SocketError;
const char *socket_error_to_string(SocketError error);

/* The socket may be used in any way in the call, and freed. */
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
/* Frees every socket without a word on the wire; the stacks may be gone already. */
void socket_host_free(SocketHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SocketHost, socket_host_free)
void socket_host_set_probe(SocketHost *host, const SocketProbe *probe);
InetStack *socket_host_inet(const SocketHost *host);
/* Payload octets, TCP and UDP, that programs of this host have read so far, closed sockets
 * included... */
uint64_t socket_host_received_bytes(const SocketHost *host);
/* ...and those among them that came in reads which failed the integrity check. */
uint64_t socket_host_wrong_bytes(const SocketHost *host);
/* The host crashes: frees every socket without a word on the wire; holders get no event. The
 * caller crashes the host's TCP as well. */
void socket_host_crash(SocketHost *host, int64_t now_ns);

/* program may be NULL together with on_event: nobody listens. */
Socket *socket_new(SocketHost *host, SocketKind kind, SocketFn on_event, void *program);
/* Closes what is open, in the orderly way, and forgets the socket. */
void socket_free(Socket *socket, int64_t now_ns);
/* How the scenario words the calls that follow, for the trace; borrowed. NULL: from the arguments.
 */
void socket_set_words(Socket *socket, const char *words);
/* Quiet calls go on with what the program has called already (the next read of a long receive):
 * they are not announced as calls of their own. Not to be changed within a call. */
void socket_set_quiet(Socket *socket, bool quiet);

/* Where to listen, connect from, or receive datagrams. A datagram socket takes the port at once, a
 * stream when it listens or connects. */
SocketError socket_bind(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns);
/* backlog 0: the host's default. */
SocketError socket_listen(Socket *socket, uint32_t backlog, int64_t now_ns);
/* A new socket for the oldest connection that waits; NULL: none. What has arrived before is not
 * announced again: read at once. */
Socket *socket_accept(Socket *listener, SocketFn on_event, void *program, int64_t now_ns);
/* Stream: the result comes as CONNECTED or CLOSED, unless the call itself fails. Datagram: fixes
 * the peer. */
SocketError socket_connect(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns);

/* Bytes that a call to send would take now. */
uint64_t socket_send_room_bytes(const Socket *socket);
/* Writes up to len bytes of the socket's pattern stream. *out_taken says how many fitted. Allowed
 * while connecting: they go when the connection is established. On a connected datagram socket one
 * datagram. */
SocketError socket_send_pattern(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                                uint64_t *out_taken, int64_t now_ns);
/* These bytes; takes the payload only if all of it fits, else *out_taken is 0 and it stays the
 * caller's. Literal bytes without a stream become part of the socket's own. */
SocketError socket_send(Socket *socket, Payload *payload, bool push, bool urgent,
                        uint64_t *out_taken, int64_t now_ns);
/* One datagram of the socket's pattern stream, or of these bytes (taken in any case). */
SocketError socket_send_to(Socket *socket, InetAddr addr, uint16_t port, uint64_t len_bytes,
                           int64_t now_ns);
SocketError socket_send_payload_to(Socket *socket, InetAddr addr, uint16_t port, Payload payload,
                                   int64_t now_ns);

/* How many hops the socket's datagrams may go from now on; 0: the host's default. */
SocketError socket_set_ttl(Socket *socket, uint8_t ttl);

/* Reads and checks up to max bytes; *out_bytes says how many. CLOSED at the end of the stream with
 * 0. */
SocketError socket_receive(Socket *socket, uint64_t max_bytes, uint64_t *out_bytes, int64_t now_ns);
/* The same for the next run of bytes, handed to the caller, to be sent on. */
SocketError socket_receive_payload(Socket *socket, uint32_t max_bytes, Payload *out_payload,
                                   int64_t now_ns);
/* False: none waits. Its payload is the caller's. */
bool socket_receive_datagram(Socket *socket, UdpDatagram *out_datagram, int64_t now_ns);

SocketError socket_shutdown(Socket *socket, int64_t now_ns);
/* The program lets go: no event follows, and data that still arrives is answered by RST. */
SocketError socket_close(Socket *socket, int64_t now_ns);
SocketError socket_abort(Socket *socket, int64_t now_ns);

/* An ICMP echo request of len bytes; ttl 0: the host's default. */
SocketError socket_echo(Socket *socket, InetAddr addr, uint16_t sequence, uint8_t ttl,
                        bool dont_fragment, uint32_t len_bytes, int64_t now_ns);
/* What READABLE or ERROR on an echo socket is about: a reply, or the echo that an error reports. */
const IcmpEcho *socket_echo_reply(const Socket *socket);
/* What the latest ERROR is about; valid in the event. */
const InetError *socket_icmp_error(const Socket *socket);

SocketKind socket_kind(const Socket *socket);
/* Why it was closed, or why the last connect failed. */
SocketError socket_error(const Socket *socket);
bool socket_is_connected(const Socket *socket); /* the handshake is done, and it is not closed */
bool socket_is_sent(const Socket *socket);      /* nothing written waits for an acknowledgement */
bool socket_at_eof(const Socket *socket);       /* the peer has closed, and all is read */
bool socket_eof_seen(const Socket *socket);     /* the peer has closed; bytes may wait */
uint64_t socket_readable_bytes(const Socket *socket);
uint32_t socket_urgent_bytes(const Socket *socket);
uint64_t socket_received_bytes(const Socket *socket); /* read by the program so far */
uint64_t socket_written_bytes(const Socket *socket);  /* written by it */
/* When its stream was last asked to connect. */
int64_t socket_connected_at_ns(const Socket *socket);
TcpConn *socket_conn(const Socket *socket); /* NULL: none (any more) */
/* The host's TCP configuration, copied at first use, for `set` before connect or listen. */
TcpConfig *socket_config(Socket *socket);
/* Applies to the live connection what may change while it lives. */
void socket_config_changed(Socket *socket, int64_t now_ns);

#endif
