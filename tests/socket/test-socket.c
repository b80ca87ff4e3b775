/* Protects: what programs may call and what they are told, over real stacks on real wires. */

#include "socket/socket.h"

#include <string.h>

#include "lib/host-bed.h"

#define MS SIM_NS_PER_MS

/* A program that writes down nothing and does nothing but keep what it is given. */
typedef struct Program {
    Socket *listener, *accepted;
    bool reads, frees_at_eof;
    uint64_t read_bytes;
    uint32_t events[SOCKET_N_EVENTS];
} Program;

static void on_event(void *user, Socket *socket, SocketEvent event, int64_t now_ns)
{
    Program *program = user;
    program->events[event]++;
    if (event == SOCKET_EVENT_ACCEPTABLE) {
        program->accepted = socket_accept(socket, on_event, program, now_ns);
    }
    if (event == SOCKET_EVENT_READABLE && program->reads) {
        uint64_t bytes;
        g_assert_cmpint(socket_receive(socket, UINT64_MAX, &bytes, now_ns), ==, SOCKET_OK);
        program->read_bytes += bytes;
    }
    if (event == SOCKET_EVENT_EOF && program->frees_at_eof) {
        socket_free(socket, now_ns);
        program->accepted = NULL;
    }
}

static void serve(HostBed *bed, Program *program)
{
    program->listener = socket_new(bed->server.sockets, SOCKET_STREAM, on_event, program);
    socket_bind(program->listener, (InetAddr){ 0 }, 80, 0);
    g_assert_cmpint(socket_listen(program->listener, 0, 0), ==, SOCKET_OK);
}

static Socket *connect_to(HostBed *bed, Program *program, InetAddr addr, uint16_t port)
{
    Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, on_event, program);
    g_assert_cmpint(socket_connect(socket, addr, port, host_bed_now(bed)), ==, SOCKET_OK);
    return socket;
}

/* A connection that both ends know of, 6 ms into the run. */
static Socket *open_pair(HostBed *bed, Program *client, Program *server)
{
    serve(bed, server);
    Socket *socket = connect_to(bed, client, BED_SERVER, 80);
    host_bed_run_until(bed, 6 * MS);
    g_assert_true(socket_is_connected(socket));
    g_assert_nonnull(server->accepted);
    g_string_truncate(bed->log, 0);
    return socket;
}

/* ---- names ---- */

static void test_names(void)
{
    for (int i = 0; i < SOCKET_N_EVENTS; i++) {
        g_assert_nonnull(socket_event_to_string((SocketEvent)i));
    }
    for (int i = 0; i < SOCKET_N_ERRORS; i++) {
        for (int k = 0; k < i; k++) {
            g_assert_cmpstr(socket_error_to_string((SocketError)i), !=,
                            socket_error_to_string((SocketError)k));
        }
    }
}

/* ---- streams ---- */

/* One transfer as a watcher sees it: each call with its return, each event, in their order. */
static void test_watched_transfer(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { .reads = true };
    host_bed_watch(bed);
    serve(bed, &server);
    host_bed_expect(bed, "0ms server bind 80\n"
                         "0ms server bind = ok\n"
                         "0ms server listen 80\n"
                         "0ms server listen = ok\n");
    Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, on_event, &client);
    socket_bind(socket, BED_CLIENT, 1234, 0);
    socket_connect(socket, BED_SERVER, 80, 0);
    host_bed_run_until(bed, 6 * MS);
    host_bed_expect(bed, "0ms client bind 10.0.0.1:1234\n"
                         "0ms client bind = ok\n"
                         "0ms client connect 10.0.1.2:80\n"
                         "0ms client connect = ok\n"
                         "4ms client * connected\n"
                         "6ms server * acceptable\n"
                         "6ms server accept 10.0.0.1:1234\n"
                         "6ms server accept = ok\n");
    uint64_t taken;
    g_assert_cmpint(socket_send_pattern(socket, 700, true, false, &taken, 6 * MS), ==, SOCKET_OK);
    g_assert_cmpuint(taken, ==, 700);
    g_assert_false(socket_is_sent(socket));
    socket_shutdown(socket, 6 * MS);
    host_bed_run_until(bed, 11 * MS);
    host_bed_expect(bed, "6ms client send 700\n"
                         "6ms client send = ok\n"
                         "6ms client shutdown\n"
                         "6ms client shutdown = ok\n"
                         "8ms server * readable\n"
                         "8ms server receive\n"
                         "8ms server receive = ok\n"
                         "8ms server * eof\n"
                         "10ms client * sent\n");
    g_assert_true(socket_is_sent(socket));
    g_assert_cmpuint(server.read_bytes, ==, 700);
    socket_set_words(server.accepted, "at last");
    socket_close(server.accepted, 11 * MS);
    host_bed_expect(bed, "11ms server close at last\n"
                         "11ms server close = ok\n");
    host_bed_run_until(bed, 13 * MS);
    host_bed_expect(bed, "13ms client * eof\n");
    g_assert_true(socket_at_eof(socket));
    uint64_t bytes;
    g_assert_cmpint(socket_receive(socket, 1, &bytes, 13 * MS), ==, SOCKET_CLOSED);
}

typedef struct Failure {
    const char *label;
    uint32_t addr; /* 0: the server's */
    uint16_t port;
    SocketError at_once, later;
} Failure;

static const Failure failures[] = {
    { "refused", 0, 81, SOCKET_OK, SOCKET_REFUSED },
    { "no-such-network", 0xc0000201, 80, SOCKET_OK, SOCKET_TIMED_OUT },
    { "broadcast", 0xffffffff, 80, SOCKET_NO_ROUTE, SOCKET_NO_ROUTE },
};

static void test_connect_fails(gconstpointer data)
{
    const Failure *row = data;
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program program = { 0 };
    Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, on_event, &program);
    InetAddr addr = row->addr == 0 ? BED_SERVER : inet_addr_v4(row->addr);
    g_assert_cmpint(socket_connect(socket, addr, row->port, 0), ==, row->at_once);
    host_bed_run_until(bed, 300 * SIM_NS_PER_S);
    g_assert_cmpuint(program.events[SOCKET_EVENT_CLOSED], ==, row->at_once == SOCKET_OK);
    g_assert_cmpint(socket_error(socket), ==, row->later);
    g_assert_false(socket_is_connected(socket));
    uint64_t bytes;
    g_assert_cmpint(socket_send_pattern(socket, 1, false, false, &bytes, 0), ==, row->later);
    g_assert_cmpint(socket_receive(socket, 1, &bytes, 0), ==, row->later);
}

/* The same socket may try again, here once there is a listener. */
static void test_connect_again(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *socket = connect_to(bed, &client, BED_SERVER, 80);
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpint(socket_error(socket), ==, SOCKET_REFUSED);
    serve(bed, &server);
    g_assert_cmpint(socket_connect(socket, BED_SERVER, 80, 10 * MS), ==, SOCKET_OK);
    host_bed_run_until(bed, 20 * MS);
    g_assert_true(socket_is_connected(socket));
    g_assert_cmpint(socket_error(socket), ==, SOCKET_OK);
}

/* What came before the program accepted is there to be asked for: bytes, and the end behind them.
 */
static void test_late_accept(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 };
    Socket *listener = socket_new(bed->server.sockets, SOCKET_STREAM, NULL, NULL);
    socket_bind(listener, (InetAddr){ 0 }, 80, 0);
    socket_listen(listener, 0, 0);
    Socket *socket = connect_to(bed, &client, BED_SERVER, 80);
    uint64_t bytes;
    host_bed_run_until(bed, 6 * MS);
    socket_send_pattern(socket, 300, true, false, &bytes, 6 * MS);
    socket_shutdown(socket, 6 * MS);
    host_bed_run_until(bed, 100 * MS);
    Program server = { 0 };
    Socket *late = socket_accept(listener, on_event, &server, 100 * MS);
    g_assert_nonnull(late);
    g_assert_true(socket_eof_seen(late));
    g_assert_false(socket_at_eof(late));
    g_assert_cmpuint(socket_readable_bytes(late), ==, 300);
    socket_receive(late, UINT64_MAX, &bytes, 100 * MS);
    g_assert_cmpuint(bytes, ==, 300);
    g_assert_true(socket_at_eof(late));
}

/* The end of the stream counts as sent when it is acknowledged, bytes before it or none. */
static void test_sent_end(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *socket = open_pair(bed, &client, &server);
    g_assert_true(socket_is_sent(socket));
    socket_shutdown(socket, 6 * MS);
    g_assert_false(socket_is_sent(socket));
    host_bed_run_until(bed, 500 * MS);
    g_assert_true(socket_is_sent(socket));
}

/* A socket whose connection is over may open another; nothing of the first clings to it. */
static void test_second_connection(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { .reads = true }, server = { .reads = true };
    Socket *socket = open_pair(bed, &client, &server);
    uint64_t taken;
    socket_send_pattern(server.accepted, 100, true, false, &taken, 6 * MS);
    host_bed_run_until(bed, 20 * MS);
    socket_abort(server.accepted, 20 * MS);
    host_bed_run_until(bed, 30 * MS);
    g_assert_cmpint(socket_connect(socket, BED_SERVER, 80, 30 * MS), ==, SOCKET_OK);
    g_assert_false(socket_is_connected(socket));
    host_bed_run_until(bed, 40 * MS);
    socket_send_pattern(server.accepted, 50, true, false, &taken, 40 * MS);
    host_bed_run_until(bed, 50 * MS);
    g_assert_cmpuint(socket_received_bytes(socket), ==, 50);
    g_assert_cmpuint(bed->wrong, ==, 0);
}

/* Calls that make no sense where they stand. */
static void test_wrong_calls(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    uint64_t bytes;
    Socket *fresh = socket_new(bed->client.sockets, SOCKET_STREAM, NULL, NULL);
    g_assert_cmpint(socket_receive(fresh, 1, &bytes, 0), ==, SOCKET_NOT_CONNECTED);
    g_assert_cmpint(socket_shutdown(fresh, 0), ==, SOCKET_NOT_CONNECTED);
    g_assert_cmpint(socket_abort(fresh, 0), ==, SOCKET_NOT_CONNECTED);
    g_assert_null(socket_accept(fresh, NULL, NULL, 0));

    Socket *socket = open_pair(bed, &client, &server);
    g_assert_cmpint(socket_connect(socket, BED_SERVER, 80, 6 * MS), ==, SOCKET_ALREADY_CONNECTED);
    g_assert_cmpint(socket_bind(socket, BED_CLIENT, 1, 6 * MS), ==, SOCKET_ALREADY_CONNECTED);
    g_assert_cmpint(socket_listen(socket, 0, 6 * MS), ==, SOCKET_ALREADY_CONNECTED);
    g_assert_cmpint(socket_receive(socket, 1, &bytes, 6 * MS), ==, SOCKET_OK);
    g_assert_cmpuint(bytes, ==, 0);
    socket_shutdown(socket, 6 * MS);
    g_assert_cmpint(socket_send_pattern(socket, 1, false, false, &bytes, 6 * MS), ==,
                    SOCKET_CLOSED);
    g_assert_cmpuint(socket_send_room_bytes(socket), ==, 0);

    Socket *second = socket_new(bed->server.sockets, SOCKET_STREAM, NULL, NULL);
    socket_bind(second, (InetAddr){ 0 }, 80, 6 * MS);
    g_assert_cmpint(socket_listen(second, 0, 6 * MS), ==, SOCKET_ADDRESS_IN_USE);
}

static void test_reset(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *socket = open_pair(bed, &client, &server);
    g_assert_cmpint(socket_abort(server.accepted, 6 * MS), ==, SOCKET_OK);
    g_assert_cmpint(socket_error(server.accepted), ==, SOCKET_ABORTED);
    g_assert_cmpuint(server.events[SOCKET_EVENT_CLOSED], ==, 0); /* it knows */
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpuint(client.events[SOCKET_EVENT_CLOSED], ==, 1);
    g_assert_cmpint(socket_error(socket), ==, SOCKET_RESET);
    g_assert_null(socket_conn(socket));
}

/* What is written while the handshake runs goes when it is done. */
static void test_send_while_connecting(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { .reads = true };
    serve(bed, &server);
    Socket *socket = connect_to(bed, &client, BED_SERVER, 80);
    uint64_t taken;
    g_assert_cmpint(socket_send_pattern(socket, 100, true, false, &taken, 0), ==, SOCKET_OK);
    host_bed_run_until(bed, 20 * MS);
    g_assert_cmpuint(server.read_bytes + socket_readable_bytes(server.accepted), ==, 100);
}

/* A program may free its socket in an event, and within a call that brings the event about. */
static void test_free_in_event(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { .frees_at_eof = true };
    Socket *socket = open_pair(bed, &client, &server);
    socket_free(socket, 6 * MS);
    host_bed_run_until(bed, SIM_NS_PER_S);
    g_assert_null(server.accepted);
}

static void free_when_closed(void *program, Socket *socket, SocketEvent event, int64_t now_ns)
{
    if (event == SOCKET_EVENT_CLOSED) {
        *(bool *)program = true;
        socket_free(socket, now_ns);
    }
}

static void test_free_in_call(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    bool freed = false;
    Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, free_when_closed, &freed);
    socket_connect(socket, BED_NOWHERE, 80, 0);
    g_assert_cmpint(socket_shutdown(socket, 0), ==,
                    SOCKET_OK); /* ends it: nothing was agreed yet */
    g_assert_true(freed);
}

/* ---- the integrity check ---- */

static void send_bytes(Socket *socket, Payload payload, int64_t now_ns)
{
    uint64_t taken;
    g_assert_cmpint(socket_send(socket, &payload, true, false, &taken, now_ns), ==, SOCKET_OK);
    g_assert_cmpuint(payload.len_bytes, ==, 0);
}

static Payload literal(const char *text)
{
    return payload_literal((const uint8_t *)text, (uint32_t)strlen(text));
}

/* Pattern and literal bytes of one stream, mixed: all in step. */
static void test_right_bytes(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { .reads = true };
    Socket *socket = open_pair(bed, &client, &server);
    uint64_t taken;
    send_bytes(socket, literal("hello "), 6 * MS);
    socket_send_pattern(socket, 3000, true, false, &taken, 6 * MS);
    send_bytes(socket, literal("bye"), 6 * MS);
    host_bed_run_until(bed, 100 * MS);
    g_assert_cmpuint(server.read_bytes, ==, 3009);
    g_assert_cmpuint(bed->wrong, ==, 0);
    g_assert_cmpuint(socket_host_received_bytes(bed->server.sockets), ==, 3009);
}

/* A stack that delivered other bytes than the next ones would be found out; here the sender skips
 * some. It is announced once, and all that follows is counted. */
static void test_wrong_bytes(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { .reads = true };
    Socket *socket = open_pair(bed, &client, &server);
    send_bytes(socket, (Payload){ .len_bytes = 100, .stream = 7, .offset = 0 }, 6 * MS);
    send_bytes(socket, (Payload){ .len_bytes = 100, .stream = 7, .offset = 100 }, 6 * MS);
    host_bed_run_until(bed, 100 * MS);
    g_assert_cmpuint(bed->wrong, ==, 0);
    send_bytes(socket, (Payload){ .len_bytes = 100, .stream = 7, .offset = 201 }, 100 * MS);
    send_bytes(socket, (Payload){ .len_bytes = 50, .stream = 8, .offset = 300 }, 100 * MS);
    host_bed_run_until(bed, 200 * MS);
    g_assert_cmpuint(bed->wrong, ==, 1);
    g_assert_cmpuint(socket_host_wrong_bytes(bed->server.sockets), ==, 150);
}

/* Bytes read to be sent on keep the numbers of their origin, and pass the check at home. */
static void test_sent_on(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { .reads = true }, server = { 0 };
    Socket *socket = open_pair(bed, &client, &server);
    uint64_t taken;
    socket_send_pattern(socket, 500, true, false, &taken, 6 * MS);
    host_bed_run_until(bed, 20 * MS);
    Payload payload;
    g_assert_cmpint(socket_receive_payload(server.accepted, 300, &payload, 20 * MS), ==, SOCKET_OK);
    g_assert_cmpuint(payload.len_bytes, ==, 300);
    send_bytes(server.accepted, payload, 20 * MS);
    socket_receive_payload(server.accepted, 300, &payload, 20 * MS);
    g_assert_cmpuint(payload.len_bytes, ==, 200);
    send_bytes(server.accepted, payload, 20 * MS);
    host_bed_run_until(bed, 100 * MS);
    g_assert_cmpuint(client.read_bytes, ==, 500);
    g_assert_cmpuint(bed->wrong, ==, 0);
}

/* ---- options ---- */

static void test_config(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    serve(bed, &server);
    Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, on_event, &client);
    socket_config(socket)->send_buffer_bytes = 5000;
    socket_connect(socket, BED_SERVER, 80, 0);
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpuint(socket_send_room_bytes(socket), ==, 5000);
    socket_config(socket)->nagle = false;
    socket_config_changed(socket, 10 * MS);

    Socket *other = connect_to(bed, &client, BED_SERVER, 80);
    host_bed_run_until(bed, 20 * MS);
    g_assert_cmpuint(socket_send_room_bytes(other), !=, 5000); /* the host's are untouched */
}

static void test_urgent(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *socket = open_pair(bed, &client, &server);
    uint64_t bytes;
    socket_send_pattern(socket, 10, false, false, &bytes, 6 * MS);
    socket_send_pattern(socket, 5, true, true, &bytes, 6 * MS);
    host_bed_run_until(bed, 100 * MS);
    g_assert_cmpuint(server.events[SOCKET_EVENT_URGENT], >, 0);
    g_assert_cmpuint(socket_urgent_bytes(server.accepted), ==, 15);
    socket_receive(server.accepted, 12, &bytes, 100 * MS);
    g_assert_cmpuint(socket_urgent_bytes(server.accepted), ==, 3);
    g_assert_cmpuint(socket_received_bytes(server.accepted), ==, 12);
}

/* ---- crashes ---- */

static void test_crash(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *socket = open_pair(bed, &client, &server);
    memset(server.events, 0, sizeof server.events);
    host_bed_crash(bed, &bed->server);
    g_assert_cmpuint(server.events[SOCKET_EVENT_CLOSED], ==, 0);
    Socket *down = socket_new(bed->server.sockets, SOCKET_STREAM, on_event, &server);
    g_assert_cmpint(socket_connect(down, BED_CLIENT, 80, 6 * MS), ==, SOCKET_HOST_DOWN);
    bed->server.node->up = true;
    uint64_t taken;
    socket_send_pattern(socket, 1, true, false, &taken, 6 * MS);
    host_bed_run_until(bed, 20 * MS);
    g_assert_cmpint(socket_error(socket), ==, SOCKET_RESET); /* the other half did not know */
}

/* ---- datagrams ---- */

static Socket *datagram_socket(BedHost *host, Program *program, uint16_t port)
{
    Socket *socket = socket_new(host->sockets, SOCKET_DATAGRAM, on_event, program);
    g_assert_cmpint(socket_bind(socket, (InetAddr){ 0 }, port, 0), ==, SOCKET_OK);
    return socket;
}

static void test_datagrams(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 }, server = { 0 };
    Socket *from = socket_new(bed->client.sockets, SOCKET_DATAGRAM, on_event, &client);
    Socket *to = datagram_socket(&bed->server, &server, 9);
    g_assert_cmpint(socket_send_to(from, BED_SERVER, 9, 100, 0), ==, SOCKET_OK);
    g_assert_cmpint(socket_send_to(from, BED_SERVER, 9, 0, 0), ==, SOCKET_OK);
    g_assert_cmpint(socket_send_to(from, BED_SERVER, 9, 65507, 0), ==, SOCKET_OK);
    g_assert_cmpint(socket_send_to(from, BED_SERVER, 9, 65508, 0), ==, SOCKET_TOO_BIG);
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpuint(server.events[SOCKET_EVENT_READABLE], ==, 3);
    static const uint32_t lengths[] = { 100, 0, 65507 };
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        UdpDatagram datagram;
        g_assert_true(socket_receive_datagram(to, &datagram, 10 * MS));
        g_assert_cmpuint(datagram.payload.len_bytes, ==, lengths[i]);
        g_assert_cmpint(socket_send_payload_to(to, datagram.from, datagram.from_port,
                                               datagram.payload, 10 * MS),
                        ==, SOCKET_OK);
    }
    UdpDatagram none;
    g_assert_false(socket_receive_datagram(to, &none, 10 * MS));
    host_bed_run_until(bed, 20 * MS);
    g_assert_cmpuint(client.events[SOCKET_EVENT_READABLE], ==, 3);
    g_assert_cmpuint(socket_host_received_bytes(bed->server.sockets), ==, 65607);
    socket_free(from, 20 * MS); /* with datagrams unread */
}

/* A connected datagram socket hears that nobody listens. */
static void test_datagram_refused(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program client = { 0 };
    uint64_t taken;
    Socket *socket = socket_new(bed->client.sockets, SOCKET_DATAGRAM, on_event, &client);
    g_assert_cmpint(socket_send_pattern(socket, 10, false, false, &taken, 0), ==,
                    SOCKET_NOT_CONNECTED);
    g_assert_cmpint(socket_connect(socket, BED_SERVER, 9, 0), ==, SOCKET_OK);
    g_assert_cmpint(socket_send_pattern(socket, 10, false, false, &taken, 0), ==, SOCKET_OK);
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpuint(client.events[SOCKET_EVENT_ERROR], ==, 1);
    g_assert_cmpint(socket_error(socket), ==, SOCKET_REFUSED);
}

static void test_port_in_use(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    datagram_socket(&bed->server, NULL, 9);
    Socket *second = socket_new(bed->server.sockets, SOCKET_DATAGRAM, NULL, NULL);
    g_assert_cmpint(socket_bind(second, (InetAddr){ 0 }, 9, 0), ==, SOCKET_ADDRESS_IN_USE);
}

/* ---- echo ---- */

static void test_echo(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    Program program = { 0 };
    Socket *socket = socket_new(bed->client.sockets, SOCKET_ECHO, on_event, &program);
    g_assert_cmpint(socket_echo(socket, BED_SERVER, 7, 0, false, 56, 0), ==, SOCKET_OK);
    host_bed_run_until(bed, 10 * MS);
    g_assert_cmpuint(program.events[SOCKET_EVENT_READABLE], ==, 1);
    g_assert_cmpuint(socket_echo_reply(socket)->sequence, ==, 7);
    g_assert_cmpuint(socket_echo_reply(socket)->len_bytes, ==, 56);
    g_assert_true(inet_addr_equal(socket_echo_reply(socket)->from, BED_SERVER));

    socket_echo(socket, BED_SERVER, 8, 1, false, 56, 10 * MS); /* dies at the router */
    host_bed_run_until(bed, 20 * MS);
    g_assert_cmpuint(program.events[SOCKET_EVENT_ERROR], ==, 1);
    g_assert_cmpuint(socket_echo_reply(socket)->sequence, ==, 8);
    g_assert_true(inet_addr_equal(socket_echo_reply(socket)->from, inet_addr_v4(0x0a0000fe)));
    socket_free(socket, 20 * MS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/socket/names", test_names);
    g_test_add_func("/socket/stream/watched-transfer", test_watched_transfer);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path =
            g_strdup_printf("/socket/stream/connect-fails/%s", failures[i].label);
        g_test_add_data_func(path, &failures[i], test_connect_fails);
    }
    g_test_add_func("/socket/stream/connect-again", test_connect_again);
    g_test_add_func("/socket/stream/late-accept", test_late_accept);
    g_test_add_func("/socket/stream/sent-end", test_sent_end);
    g_test_add_func("/socket/stream/second-connection", test_second_connection);
    g_test_add_func("/socket/stream/wrong-calls", test_wrong_calls);
    g_test_add_func("/socket/stream/reset", test_reset);
    g_test_add_func("/socket/stream/send-while-connecting", test_send_while_connecting);
    g_test_add_func("/socket/stream/free-in-event", test_free_in_event);
    g_test_add_func("/socket/stream/free-in-call", test_free_in_call);
    g_test_add_func("/socket/check/right-bytes", test_right_bytes);
    g_test_add_func("/socket/check/wrong-bytes", test_wrong_bytes);
    g_test_add_func("/socket/check/sent-on", test_sent_on);
    g_test_add_func("/socket/config", test_config);
    g_test_add_func("/socket/urgent", test_urgent);
    g_test_add_func("/socket/crash", test_crash);
    g_test_add_func("/socket/datagram/datagrams", test_datagrams);
    g_test_add_func("/socket/datagram/refused", test_datagram_refused);
    g_test_add_func("/socket/datagram/port-in-use", test_port_in_use);
    g_test_add_func("/socket/echo", test_echo);
    return g_test_run();
}
