/* Protects UDP: which socket gets a datagram, what a program learns and may set, ports, buffers,
 * errors (RFC 768, RFC 1122 section 4.1). */

#include <string.h>

#include "inet/lab.h"

/* Host h with addresses 10.0.0.1 and 10.0.1.1; stations x (10.0.0.2) and y (10.0.1.2). */
typedef struct Host {
    Lab *lab;
    InetStack *h;
    LabStation *x, *y;
    UdpStack *udp;
} Host;

static void setup(Host *host, gconstpointer data)
{
    host->lab = lab_new();
    host->h = lab_stack(host->lab, "h", NULL);
    host->x = lab_station(host->lab, "x", "10.0.0.2", host->h, "10.0.0.1/24", PACKET_LINK_ETHERNET,
                          LAB_MTU_BYTES);
    host->y = lab_station(host->lab, "y", "10.0.1.2", host->h, "10.0.1.1/24", PACKET_LINK_ETHERNET,
                          LAB_MTU_BYTES);
    host->udp = udp_stack_new(host->h);
    host->lab->logs = LAB_SEEN;
}

static void teardown(Host *host, gconstpointer data)
{
    udp_stack_free(host->udp);
    lab_free(host->lab);
}

static Payload pattern(uint32_t len_bytes)
{
    return (Payload){ .len_bytes = len_bytes, .stream = 1 };
}

/* RFC1122-UDP-ADDR-1: the program learns where it was sent to, and picks where it sends from. */
static void test_addresses(Host *host, gconstpointer data)
{
    UdpSocket *any = lab_socket(host->lab, host->udp, NULL, 7);
    UdpSocket *second = lab_socket(host->lab, host->udp, "10.0.1.1", 8);
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 1));
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.1.1", 5, 7, 2));
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.255", 5, 7, 3));
    lab_expect(host->lab, "socket 7: 1 octets from 10.0.0.2:5 to 10.0.0.1\n"
                          "socket 7: 2 octets from 10.0.0.2:5 to 10.0.1.1\n"
                          "socket 7: 3 octets from 10.0.0.2:5 to 10.0.0.255\n");
    g_assert_true(udp_send(any, lab_addr("10.0.1.2"), 9, pattern(4), lab_now(host->lab)));
    lab_run_ms(host->lab, 20);
    g_assert_true(udp_send(second, lab_addr("10.0.0.2"), 9, pattern(5), lab_now(host->lab)));
    lab_run_ms(host->lab, 20);
    lab_expect(host->lab, "y saw UDP 10.0.1.1:7 > 10.0.1.2:9 ttl 64 len 4\n"
                          "x saw UDP 10.0.1.1:8 > 10.0.0.2:9 ttl 64 len 5\n");
}

/* RFC1122-UDP-CTL-1: time to live and type of service. */
static void test_header(Host *host, gconstpointer data)
{
    UdpSocket *socket = lab_socket(host->lab, host->udp, NULL, 7);
    host->x->kept = g_ptr_array_new_with_free_func((GDestroyNotify)packet_free);
    udp_set_header(socket, 3, 0x20);
    udp_send(socket, lab_addr("10.0.0.2"), 9, pattern(1), lab_now(host->lab));
    lab_run_ms(host->lab, 20);
    const Packet *pkt = g_ptr_array_index(host->x->kept, 0);
    g_assert_cmpuint(pkt->ip.ttl, ==, 3);
    g_assert_cmpuint(pkt->ip.tos, ==, 0x20);
    g_assert_cmpuint(pkt->why, ==, PACKET_WHY_DATAGRAM);
    g_clear_pointer(&host->x->kept, g_ptr_array_unref);
}

/* The socket that has fixed most gets it. */
static void test_best_fit(Host *host, gconstpointer data)
{
    UdpSocket *bound = lab_socket(host->lab, host->udp, "10.0.0.1", 7);
    g_assert_nonnull(lab_socket(host->lab, host->udp, "10.0.1.1", 7));
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 1));
    lab_expect(host->lab, "socket 7: 1 octets from 10.0.0.2:5 to 10.0.0.1\n");
    udp_connect(bound, lab_addr("10.0.0.2"), 5);
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 2));
    lab_expect(host->lab, "socket 7: 2 octets from 10.0.0.2:5 to 10.0.0.1\n");
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 6, 7, 3)); /* another peer */
    lab_say(host->x, lab_udp(host->x, "10.0.0.3", "10.0.0.1", 5, 7, 3));
    lab_expect(host->lab, "x saw ICMP port unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 31\n"
                          "x saw ICMP port unreachable 10.0.0.1 > 10.0.0.3 ttl 64 len 31\n");
    g_assert_cmpuint(lab_discards(host->h, INET_DISCARD_NO_PORT), ==, 2);
}

static void test_ports(Host *host, gconstpointer data)
{
    InetAddr any = { 0 }, first = lab_addr("10.0.0.1"), second = lab_addr("10.0.1.1");
    UdpSocket *one = udp_open(host->udp, first, 7, 100, NULL, NULL);
    g_assert_nonnull(one);
    g_assert_null(udp_open(host->udp, first, 7, 100, NULL, NULL));
    g_assert_null(udp_open(host->udp, any, 7, 100, NULL, NULL));
    UdpSocket *two = udp_open(host->udp, second, 7, 100, NULL, NULL);
    g_assert_nonnull(two);
    udp_close(one);
    udp_close(two);
    g_assert_nonnull(udp_open(host->udp, inet_addr_v4(0), 7, 100, NULL, NULL));
    g_assert_null(udp_open(host->udp, first, 7, 100, NULL, NULL));
}

/* All ephemeral ports are given once, in no plain order, then none; the same on the next run. */
static void test_ephemeral(Host *host, gconstpointer data)
{
    g_autofree uint8_t *seen = g_malloc0(65536);
    uint16_t first = 0;
    for (unsigned i = 0; i < 16384; i++) {
        UdpSocket *socket = udp_open(host->udp, (InetAddr){ 0 }, 0, 100, NULL, NULL);
        g_assert_nonnull(socket);
        g_assert_cmpuint(udp_port(socket), >=, 49152);
        g_assert_cmpuint(seen[udp_port(socket)]++, ==, 0);
        if (i == 0) {
            first = udp_port(socket);
        }
    }
    g_assert_null(udp_open(host->udp, (InetAddr){ 0 }, 0, 100, NULL, NULL));
    Host again;
    setup(&again, NULL);
    g_assert_cmpuint(udp_port(udp_open(again.udp, (InetAddr){ 0 }, 0, 100, NULL, NULL)), ==, first);
    teardown(&again, NULL);
}

/* The buffer counts octets and headers; what does not fit is dropped, what was read makes room. */
static void test_buffer(Host *host, gconstpointer data)
{
    UdpSocket *socket = udp_open(host->udp, (InetAddr){ 0 }, 7, 100, NULL, NULL);
    static const uint32_t sent[] = { 40, 41, 0, 30 }, read[] = { 40, 41 };
    for (unsigned i = 0; i < G_N_ELEMENTS(sent); i++) {
        lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, sent[i]));
    }
    g_assert_cmpuint(lab_discards(host->h, INET_DISCARD_RECEIVE_BUFFER), ==, 2);
    UdpDatagram datagram;
    for (unsigned i = 0; i < G_N_ELEMENTS(read); i++) {
        g_assert_true(udp_receive(socket, &datagram));
        g_assert_cmpuint(datagram.payload.len_bytes, ==, read[i]);
        payload_clear(&datagram.payload);
    }
    g_assert_false(udp_receive(socket, &datagram));
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 93));
    g_assert_false(udp_receive(socket, &datagram));
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 92));
    g_assert_true(udp_receive(socket, &datagram));
    payload_clear(&datagram.payload);
}

/* Each row changes two octets of a datagram's frame. */
typedef struct Octets {
    const char *name;
    unsigned at;
    uint8_t high, low;
    bool delivered;
} Octets;

static const Octets octets_rows[] = {
    { "RFC1122-UDP-CSUM-2/none-made", 40, 0, 0, true },
    { "RFC1122-UDP-CSUM-2/wrong", 40, 0x12, 0x34, false },
    { "RFC768-UDP-LEN-1/below-8", 38, 0, 7, false },
    { "RFC768-UDP-LEN-1/past-the-end", 38, 0, 200, false },
};

static void test_octets(gconstpointer data)
{
    const Octets *row = data;
    Host host;
    setup(&host, NULL);
    lab_socket(host.lab, host.udp, NULL, 7);
    Packet *pkt = lab_raw(lab_udp(host.x, "10.0.0.2", "10.0.0.1", 5, 7, 30));
    gsize len_bytes;
    uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&pkt->payload.bytes), &len_bytes);
    bytes[row->at] = row->high;
    bytes[row->at + 1] = row->low;
    pkt->payload.bytes = g_bytes_new_take(bytes, len_bytes);
    lab_say(host.x, pkt);
    lab_expect(host.lab, row->delivered ? "socket 7: 30 octets from 10.0.0.2:5 to 10.0.0.1\n" : "");
    g_assert_cmpuint(lab_discards(host.h, INET_DISCARD_PARSE), ==, row->delivered ? 0 : 1);
    teardown(&host, NULL);
}

/* RFC1122-UDP-ERR-1: the error reaches the socket that sent; a connected one is told of its peer's
 * alone. */
static void test_errors(Host *host, gconstpointer data)
{
    UdpSocket *socket = lab_socket(host->lab, host->udp, NULL, 7);
    lab_socket(host->lab, host->udp, NULL, 8);
    for (int connected = 0; connected < 2; connected++) {
        for (uint16_t dst_port = 9; dst_port <= 10; dst_port++) {
            Packet *about = lab_udp(host->x, "10.0.0.1", "10.0.0.2", 7, dst_port, 100);
            lab_say(host->x, lab_icmp_about(host->x, "10.0.0.2", about, ICMP_UNREACHABLE,
                                            ICMP_UNREACHABLE_PORT, 0));
        }
        lab_expect(host->lab,
                   connected ? "socket 7: port unreachable for 10.0.0.2 says 10.0.0.2, rest 0\n"
                             : "socket 7: port unreachable for 10.0.0.2 says 10.0.0.2, rest 0\n"
                               "socket 7: port unreachable for 10.0.0.2 says 10.0.0.2, rest 0\n");
        udp_connect(socket, lab_addr("10.0.0.2"), 9);
    }
}

/* A report about a datagram of ours lowers the path MTU; one about nobody's does not. */
static void test_path_mtu(Host *host, gconstpointer data)
{
    InetPath path = { 0 };
    lab_socket(host->lab, host->udp, NULL, 7);
    for (uint16_t port = 6; port <= 7; port++) {
        Packet *about = lab_udp(host->x, "10.0.0.1", "10.0.0.2", port, 9, 1000);
        lab_say(host->x, lab_icmp_about(host->x, "10.0.0.2", about, ICMP_UNREACHABLE,
                                        ICMP_UNREACHABLE_NEEDS_FRAGMENTATION, 600));
        g_assert_true(inet_path_find(host->h, lab_addr("10.0.0.2"), &path));
        g_assert_cmpuint(path.mtu_bytes, ==, port == 7 ? 600 : 1500);
    }
}

static void test_refusals(Host *host, gconstpointer data)
{
    UdpSocket *socket = lab_socket(host->lab, host->udp, NULL, 7);
    g_assert_false(udp_send(socket, lab_addr("10.0.0.2"), 9, pattern(65508), 0));
    g_assert_false(udp_send(socket, lab_addr("99.0.0.2"), 9, pattern(1), 0));
    g_assert_cmpuint(lab_discards(host->h, INET_DISCARD_NO_ROUTE), ==, 1);
}

static void close_itself(void *above, UdpSocket *socket, const InetError *error, int64_t now_ns)
{
    udp_close(socket);
    *(bool *)above = true;
}

/* A handler may close its socket, and unread datagrams go with it. */
static void test_close_in_call(Host *host, gconstpointer data)
{
    bool closed = false;
    udp_open(host->udp, (InetAddr){ 0 }, 7, 1000, close_itself, &closed);
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 3));
    g_assert_true(closed);
    lab_expect(host->lab, "");
    lab_say(host->x, lab_udp(host->x, "10.0.0.2", "10.0.0.1", 5, 7, 3));
    lab_expect(host->lab, "x saw ICMP port unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 31\n");
}

#define ADD(name, test) g_test_add("/inet/udp/" name, Host, NULL, setup, test, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("RFC1122-UDP-ADDR-1", test_addresses);
    ADD("RFC1122-UDP-CTL-1", test_header);
    ADD("best-fit", test_best_fit);
    ADD("ports", test_ports);
    ADD("ephemeral", test_ephemeral);
    ADD("buffer", test_buffer);
    for (unsigned i = 0; i < G_N_ELEMENTS(octets_rows); i++) {
        g_autofree char *path = g_strdup_printf("/inet/udp/%s", octets_rows[i].name);
        g_test_add_data_func(path, &octets_rows[i], test_octets);
    }
    ADD("RFC1122-UDP-ERR-1", test_errors);
    ADD("path-mtu", test_path_mtu);
    ADD("refusals", test_refusals);
    ADD("close-in-call", test_close_in_call);
    return g_test_run();
}
