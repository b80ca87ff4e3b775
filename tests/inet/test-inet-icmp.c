/* Protects ICMP: about what no error is ever sent, what an error holds, how many are sent; which
 * messages are believed, and who is told (RFC 792, RFC 1122 section 3.2.2, RFC 1812 section
 * 4.3). */

#include <string.h>

#include "inet/lab.h"

/* Host h (10.0.0.1) and station x (10.0.0.2). */
typedef struct Talk {
    Lab *lab;
    InetStack *h;
    LabStation *x;
    UdpStack *udp;
    UdpSocket *socket; /* on port 7 */
    uint16_t ident;    /* of a pinger: 1 */
} Talk;

static Talk talk_new(const InetConfig *config)
{
    Talk talk = { .lab = lab_new() };
    talk.h = lab_stack(talk.lab, "h", config);
    talk.x = lab_station(talk.lab, "x", "10.0.0.2", talk.h, "10.0.0.1/24", PACKET_LINK_ETHERNET,
                         LAB_MTU_BYTES);
    talk.udp = udp_stack_new(talk.h);
    talk.socket = lab_socket(talk.lab, talk.udp, NULL, 7);
    talk.ident = lab_pinger(talk.lab, talk.h);
    talk.lab->logs = LAB_SEEN;
    return talk;
}

static void talk_free(Talk *talk)
{
    udp_stack_free(talk->udp);
    lab_free(talk->lab);
}

/* --- Errors that are sent, and those that never are --- */

typedef struct Never {
    const char *name;
    const char *src, *dst;
    const char *eth_dst; /* NULL: ours */
    uint8_t icmp_type;   /* 0: a UDP datagram for a port that nobody reads */
    uint16_t offset;     /* of a fragment */
    bool answered;
} Never;

static const Never nevers[] = {
    { "RFC1122-UDP-PORT-1", "10.0.0.2", "10.0.0.1", NULL, 0, 0, true },
    { "first-fragment", "10.0.0.2", "10.0.0.1", NULL, 0, 0, true },
    { "about-echo-request", "10.0.0.2", "10.0.0.1", NULL, ICMP_ECHO, 0, true },
    { "about-echo-reply", "10.0.0.2", "10.0.0.1", NULL, ICMP_ECHO_REPLY, 0, true },
    { "RFC1122-ICMP-NOERR-1/later-fragment", "10.0.0.2", "10.0.0.1", NULL, 0, 8, false },
    { "RFC1122-ICMP-NOERR-1/about-unreachable", "10.0.0.2", "10.0.0.1", NULL, ICMP_UNREACHABLE, 0,
      false },
    { "RFC1122-ICMP-NOERR-1/about-redirect", "10.0.0.2", "10.0.0.1", NULL, ICMP_REDIRECT, 0,
      false },
    { "RFC1122-ICMP-NOERR-1/about-source-quench", "10.0.0.2", "10.0.0.1", NULL, ICMP_SOURCE_QUENCH,
      0, false },
    { "RFC1122-ICMP-NOERR-1/about-time-exceeded", "10.0.0.2", "10.0.0.1", NULL, ICMP_TIME_EXCEEDED,
      0, false },
    { "RFC1122-ICMP-NOERR-1/about-parameter-problem", "10.0.0.2", "10.0.0.1", NULL,
      ICMP_PARAMETER_PROBLEM, 0, false },
    { "RFC1122-ICMP-NOERR-1/broadcast", "10.0.0.2", "10.0.0.255", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/all-ones", "10.0.0.2", "255.255.255.255", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/multicast", "10.0.0.2", "224.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/link-broadcast", "10.0.0.2", "10.0.0.1", "ff:ff:ff:ff:ff:ff", 0, 0,
      false },
    { "RFC1122-ICMP-NOERR-1/source-nobody", "0.0.0.0", "10.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/source-broadcast", "10.0.0.255", "10.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/source-all-ones", "255.255.255.255", "10.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/source-multicast", "224.1.1.1", "10.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/source-loopback", "127.0.0.1", "10.0.0.1", NULL, 0, 0, false },
    { "RFC1122-ICMP-NOERR-1/source-class-e", "250.0.0.1", "10.0.0.1", NULL, 0, 0, false },
};

static Packet *offence(Talk *talk, const Never *row)
{
    Packet *pkt = row->icmp_type != 0 || g_str_has_suffix(row->name, "echo-reply")
                      ? lab_icmp(talk->x, row->src, row->dst, row->icmp_type, 0, 0, 40)
                      : lab_udp(talk->x, row->src, row->dst, 5, 6, 40);
    if (row->eth_dst != NULL) {
        pkt->eth.dst = lab_mac(row->eth_dst);
    }
    pkt->ip.fragment_offset = row->offset;
    return pkt;
}

/* Asks for an error about the packet, whatever it is, in all its forms. */
static void test_never(gconstpointer data)
{
    const Never *row = data;
    Talk talk = talk_new(NULL);
    for (int form = 0; form < 2; form++) {
        Packet *pkt = offence(&talk, row);
        if (form == 1) {
            pkt = lab_raw(pkt);
            g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
        }
        inet_icmp_error(talk.h, pkt, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, lab_now(talk.lab));
        packet_free(pkt);
        lab_run_ms(talk.lab, 20);
        lab_expect(talk.lab, row->answered
                                 ? "x saw ICMP port unreachable 10.0.0.1 > 10.0.0.2 ttl 64 "
                                   "len 68\n"
                                 : "");
    }
    talk_free(&talk);
}

/* RFC1122-ICMP-QUOTE-1, RFC 1812 4.3.2.3 and .5: the datagram as it came, as much as fits 576
 * octets, in an error of its own importance. */
static void test_quote(void)
{
    static const uint32_t sizes[] = { 0, 1, 100, 519, 520, 521, 1400 };
    Talk talk = talk_new(NULL);
    talk.x->kept = g_ptr_array_new_with_free_func((GDestroyNotify)packet_free);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Packet *pkt = lab_udp(talk.x, "10.0.0.2", "10.0.0.1", 5, 6, sizes[i]);
        pkt->ip.ttl = 33;
        pkt->ip.tos = 4;
        g_autofree uint8_t *sent = g_malloc(pkt->network_bytes);
        packet_serialise_network(pkt, sent);
        uint32_t expected_bytes = MIN(pkt->network_bytes, 548);
        lab_say(talk.x, pkt);
        const Packet *error = g_ptr_array_index(talk.x->kept, i);
        g_assert_cmpuint(error->network_bytes, <=, 576);
        g_assert_cmpuint(error->ip.tos, ==, 0xc0);
        g_assert_cmpmem(payload_bytes(&error->payload), error->payload.len_bytes, sent,
                        expected_bytes);
    }
    g_ptr_array_unref(talk.x->kept);
    talk_free(&talk);
}

/* RFC1122-ICMP-UNREACH-1. */
static void test_no_protocol(void)
{
    Talk talk = talk_new(NULL);
    talk.lab->logs = LAB_SEEN | LAB_DISCARD;
    lab_say(talk.x, lab_ip(talk.x, "10.0.0.2", "10.0.0.1", 99, 8));
    lab_say(talk.x, lab_udp(talk.x, "10.0.0.2", "10.0.0.1", 5, 6, 8));
    lab_expect(talk.lab,
               "h drops IP 99 10.0.0.2 > 10.0.0.1 ttl 64 len 8: protocol unknown here\n"
               "x saw ICMP protocol unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 28\n"
               "h drops UDP 10.0.0.2:5 > 10.0.0.1:6 ttl 64 len 8: nobody listens on the port\n"
               "x saw ICMP port unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 36\n");
    talk_free(&talk);
}

/* The bucket: a burst at once, then one for each time that a token takes. */
static void test_rate(void)
{
    InetConfig config;
    inet_config_init(&config);
    config.icmp_error_rate_hz = 10;
    config.icmp_error_burst = 3;
    Talk talk = talk_new(&config);
    talk.lab->logs = LAB_SEEN | LAB_TIME;
    lab_say(talk.x,
            lab_arp(talk.x, 2, "02:00:00:00:02:01", "10.0.0.2", "02:00:00:00:01:01", "10.0.0.1"));
    for (int i = 0; i < 50; i++) {
        lab_put(talk.x, lab_udp(talk.x, "10.0.0.2", "10.0.0.1", 5, 6, 8));
        lab_run_ms(talk.lab, 10);
    }
    GString *expected = g_string_new(NULL);
    for (unsigned i = 0; i < 7; i++) { /* at 21 ms three, of which each is back after 100 ms */
        static const int at_ms[] = { 22, 32, 42, 122, 222, 322, 422 };
        g_string_append_printf(expected,
                               "%dms x saw ICMP port unreachable 10.0.0.1 > 10.0.0.2 ttl 64 "
                               "len 36\n",
                               at_ms[i]);
    }
    lab_expect(talk.lab, expected->str);
    g_string_free(expected, TRUE);
    g_assert_cmpuint(lab_discards(talk.h, INET_DISCARD_NO_PORT), ==, 50);
    talk_free(&talk);
}

static void test_rate_of_none(void)
{
    InetConfig config;
    inet_config_init(&config);
    config.icmp_error_rate_hz = 0;
    Talk talk = talk_new(&config);
    lab_say(talk.x, lab_udp(talk.x, "10.0.0.2", "10.0.0.1", 5, 6, 8));
    lab_expect(talk.lab, "");
    talk_free(&talk);
}

/* --- Messages that come --- */

/* A message from x about a datagram that h has sent, or has not. */
typedef struct Message {
    const char *name;
    uint8_t type, code;
    uint32_t rest;
    uint8_t about; /* protocol: UDP from port 7, or ICMP with ident 1, sequence 3 */
    const char *about_src;
    uint32_t quoted_bytes; /* cut to this */
    const char *lines;
} Message;

#define FROM_H "10.0.0.1"
#define NO_MEANING(what, len)                                                                      \
    "h drops ICMP " what " 10.0.0.2 > 10.0.0.1 ttl 64 len " len                                    \
    ": ICMP message without meaning here\n"

static const Message messages[] = {
    { "RFC1122-UDP-ERR-1", 3, 3, 0, 17, FROM_H, 28,
      "socket 7: port unreachable for 9.9.9.9 says 10.0.0.2, rest 0\n" },
    { "RFC1122-ICMP-DEMUX-1/echo", 11, 0, 0, 1, FROM_H, 28,
      "ping 1/3: time to live exceeded for 9.9.9.9 says 10.0.0.2, rest 0\n" },
    { "host-unreachable", 3, 1, 0, 17, FROM_H, 60,
      "socket 7: host unreachable for 9.9.9.9 says 10.0.0.2, rest 0\n" },
    { "unreachable-unknown-code", 3, 13, 0, 17, FROM_H, 60,
      "socket 7: destination unreachable for 9.9.9.9 says 10.0.0.2, rest 0\n" },
    { "parameter-problem", 12, 0, 0x14000000, 17, FROM_H, 60,
      "socket 7: parameter problem for 9.9.9.9 says 10.0.0.2, rest 14000000\n" },
    { "reassembly-time", 11, 1, 0, 17, FROM_H, 60,
      "socket 7: reassembly time exceeded for 9.9.9.9 says 10.0.0.2, rest 0\n" },
    { "needs-fragmentation", 3, 4, 1000, 17, FROM_H, 60,
      "socket 7: fragmentation needed for 9.9.9.9 says 10.0.0.2, rest 3e8\n" },
    { "needs-fragmentation-below-68", 3, 4, 10, 17, FROM_H, 60,
      "socket 7: fragmentation needed for 9.9.9.9 says 10.0.0.2, rest 44\n" },
    { "RFC1191-PMTU-ZERO-1", 3, 4, 0, 17, FROM_H, 60, /* 1428 octets were sent: 1006 */
      "socket 7: fragmentation needed for 9.9.9.9 says 10.0.0.2, rest 3ee\n" },
    { "quoted-too-short", 3, 3, 0, 17, FROM_H, 27, NO_MEANING("port unreachable", "27") },
    { "quoted-no-header", 3, 3, 0, 17, FROM_H, 19, NO_MEANING("port unreachable", "19") },
    { "quoted-nothing", 3, 3, 0, 17, FROM_H, 0, NO_MEANING("port unreachable", "0") },
    { "not-from-here", 3, 3, 0, 17, "10.0.0.77", 28, NO_MEANING("port unreachable", "28") },
    { "protocol-unknown", 3, 2, 0, 99, FROM_H, 28, NO_MEANING("protocol unreachable", "28") },
    { "RFC6633-ICMP-SQ-1", 4, 0, 0, 17, FROM_H, 28, NO_MEANING("source quench", "28") },
    { "RFC1122-ICMP-UNKNOWN-1", 77, 0, 0, 17, FROM_H, 28, NO_MEANING("ICMP message", "28") },
    { "timestamp-not-served", 13, 0, 0, 17, FROM_H, 12, NO_MEANING("ICMP message", "12") },
    { "reply-nobody-asked-for", 0, 0, 0x00630001, 17, FROM_H, 12,
      NO_MEANING("echo reply 00630001", "12") },
};

static Packet *message(Talk *talk, const Message *row)
{
    Packet *about = row->about == IP_PROTOCOL_ICMP
                        ? lab_icmp(talk->x, row->about_src, "9.9.9.9", ICMP_ECHO, 0, 0x10003, 1400)
                    : row->about == IP_PROTOCOL_UDP
                        ? lab_udp(talk->x, row->about_src, "9.9.9.9", 7, 9, 1400)
                        : lab_ip(talk->x, row->about_src, "9.9.9.9", row->about, 1400);
    uint8_t bytes[1500];
    packet_serialise_network(about, bytes);
    packet_free(about);
    Packet *pkt = lab_icmp(talk->x, "10.0.0.2", "10.0.0.1", row->type, row->code, row->rest, 0);
    payload_clear(&pkt->payload);
    pkt->payload = payload_literal(bytes, row->quoted_bytes);
    packet_set_length(pkt);
    return pkt;
}

static void test_message(gconstpointer data)
{
    const Message *row = data;
    Talk talk = talk_new(NULL);
    talk.lab->logs = LAB_SEEN | LAB_DISCARD;
    lab_say(talk.x, message(&talk, row));
    lab_expect(talk.lab, row->lines);
    talk_free(&talk);
}

/* RFC 1191 7.1: the plateau below what was sent. */
static void test_plateaus(void)
{
    static const struct {
        uint16_t sent_bytes;
        const char *mtu;
    } rows[] = {
        { 65535, "7d00" }, { 32000, "45fa" }, { 1500, "5d4" }, { 1492, "3ee" },
        { 509, "1fc" },    { 297, "128" },    { 296, "44" },   { 28, "44" },
    };
    Talk talk = talk_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        Packet *pkt = message(
            &talk,
            &(Message){
                .type = 3, .code = 4, .about = 17, .about_src = FROM_H, .quoted_bytes = 28 });
        gsize len_bytes;
        uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&pkt->payload.bytes), &len_bytes);
        bytes[2] = (uint8_t)(rows[i].sent_bytes >> 8);
        bytes[3] = (uint8_t)rows[i].sent_bytes;
        pkt->payload.bytes = g_bytes_new_take(bytes, len_bytes);
        lab_say(talk.x, pkt);
        g_autofree char *expected = g_strdup_printf(
            "socket 7: fragmentation needed for 9.9.9.9 says 10.0.0.2, rest %s\n", rows[i].mtu);
        lab_expect(talk.lab, expected);
    }
    talk_free(&talk);
}

/* The fate of other messages of ours, an echo reply here, concerns no pinger with the same
 * number. */
static void test_error_about_reply(void)
{
    Talk talk = talk_new(NULL);
    Packet *about = lab_icmp(talk.x, "10.0.0.1", "9.9.9.9", ICMP_ECHO_REPLY, 0, 0x10003, 20);
    lab_say(talk.x, lab_icmp_about(talk.x, "10.0.0.2", about, ICMP_UNREACHABLE, 1, 0));
    lab_expect(talk.lab, "");
    g_assert_cmpuint(lab_discards(talk.h, INET_DISCARD_ICMP), ==, 1);
    talk_free(&talk);
}

/* Quoted octets that lie about their header length are not read past their end. */
static void test_quoted_garbage(void)
{
    Talk talk = talk_new(NULL);
    Rng rng;
    rng_init(&rng, 1, "garbage");
    for (int n = 0; n < 2000; n++) {
        uint8_t bytes[64];
        uint32_t len_bytes = (uint32_t)rng_below(&rng, sizeof bytes + 1);
        for (unsigned i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)rng_u64(&rng);
        }
        bytes[0] = (uint8_t)(0x40 | (bytes[0] & 0x0f));
        memcpy(bytes + 12, "\x0a\x00\x00\x01", 4); /* from us, so that reading goes on */
        uint8_t type = n % 2 == 0 ? ICMP_UNREACHABLE : ICMP_REDIRECT;
        Packet *pkt = lab_icmp(talk.x, "10.0.0.2", "10.0.0.1", type, 4, 0, 0);
        payload_clear(&pkt->payload);
        pkt->payload = payload_literal(bytes, len_bytes);
        packet_set_length(pkt);
        lab_put(talk.x, pkt);
    }
    lab_run_ms(talk.lab, 20);
    talk_free(&talk);
}

/* An echo that was too long: the path MTU is learned for that destination, and the next one is
 * cut. */
static void test_path_mtu(void)
{
    Talk talk = talk_new(NULL);
    inet_route_add(talk.h, inet_addr_v4(0), 0, lab_addr("10.0.0.2"), lab_iface(talk.h, 0), 0);
    lab_say(talk.x, message(&talk, &(Message){ .type = 3,
                                               .code = 4,
                                               .rest = 1000,
                                               .about = 1,
                                               .about_src = FROM_H,
                                               .quoted_bytes = 28 }));
    lab_expect(talk.lab, "ping 1/3: fragmentation needed for 9.9.9.9 says 10.0.0.2, rest 3e8\n");
    InetPath path = { 0 };
    g_assert_true(inet_path_find(talk.h, lab_addr("9.9.9.9"), &path));
    g_assert_cmpuint(path.mtu_bytes, ==, 1000);
    Payload payload = { .len_bytes = 1400, .stream = 1 };
    icmp_echo_send(talk.h, talk.ident, 4, lab_addr("9.9.9.9"), 0, false, payload,
                   lab_now(talk.lab));
    lab_run_ms(talk.lab, 20);
    lab_expect(talk.lab, "x saw IP 1 10.0.0.1 > 9.9.9.9 ttl 64 len 976 at 0 more\n"
                         "x saw IP 1 10.0.0.1 > 9.9.9.9 ttl 64 len 432 at 976\n");
    talk_free(&talk);
}

/* --- Redirects that come (RFC 1122 3.2.2.2) --- */

typedef struct Redirect {
    const char *name;
    const char *from, *gateway, *about_src;
    bool accepts;
    bool obeyed;
} Redirect;

static const Redirect redirects[] = {
    { "obeyed", "10.0.0.2", "10.0.0.3", FROM_H, true, true },
    { "switched-off", "10.0.0.2", "10.0.0.3", FROM_H, false, false },
    { "not-from-our-gateway", "10.0.0.4", "10.0.0.3", FROM_H, true, false },
    { "to-another-network", "10.0.0.2", "10.0.5.3", FROM_H, true, false },
    { "to-ourselves", "10.0.0.2", "10.0.0.1", FROM_H, true, false },
    { "to-everybody", "10.0.0.2", "10.0.0.255", FROM_H, true, false },
    { "about-what-we-did-not-send", "10.0.0.2", "10.0.0.3", "10.0.0.9", true, false },
};

static void test_redirect(gconstpointer data)
{
    const Redirect *row = data;
    InetConfig config;
    inet_config_init(&config);
    config.accept_redirects = row->accepts;
    Talk talk = talk_new(&config);
    InetPath path = { 0 };
    inet_route_add(talk.h, inet_addr_v4(0), 0, lab_addr("10.0.0.2"), lab_iface(talk.h, 0), 0);
    g_assert_true(inet_path_find(talk.h, lab_addr("9.9.9.9"), &path));
    Packet *about = lab_udp(talk.x, row->about_src, "9.9.9.9", 7, 9, 10);
    Packet *pkt = lab_icmp_about(talk.x, row->from, about, ICMP_REDIRECT, ICMP_REDIRECT_HOST,
                                 inet_addr_to_v4(lab_addr(row->gateway)));
    pkt->ip.dst = lab_addr("10.0.0.1");
    lab_say(talk.x, pkt);
    g_assert_cmpuint(lab_discards(talk.h, INET_DISCARD_ICMP), ==, row->obeyed ? 0 : 1);

    /* Seen by whose address is asked for; another destination keeps the old way. */
    talk.lab->logs = LAB_ARP;
    Payload payload = { .len_bytes = 1, .stream = 1 };
    udp_send(talk.socket, lab_addr("9.9.9.9"), 9, payload, lab_now(talk.lab));
    lab_run_ms(talk.lab, 20);
    udp_send(talk.socket, lab_addr("9.9.9.8"), 9, payload, lab_now(talk.lab));
    lab_run_ms(talk.lab, 20);
#define ASKS(gateway)                                                                              \
    "x saw ARP who has " gateway " tell 10.0.0.1 at 02:00:00:00:01:01 > ff:ff:ff:ff:ff:ff\n"
    lab_expect(talk.lab, row->obeyed ? ASKS("10.0.0.3") ASKS("10.0.0.2") : ASKS("10.0.0.2"));
    if (row->obeyed) { /* a crash forgets what was learned */
        inet_stack_reset(talk.h);
        udp_send(talk.socket, lab_addr("9.9.9.9"), 9, payload, lab_now(talk.lab));
        lab_run_ms(talk.lab, 20);
        lab_expect(talk.lab, ASKS("10.0.0.2"));
    }
    talk_free(&talk);
}

/* --- Echo --- */

/* RFC1122-ICMP-ECHO-1: any length, cut or not, the same octets come back. */
static void test_echo_lengths(void)
{
    static const uint32_t sizes[] = { 0, 1, 8, 56, 1472, 1473, 5000, 65507 };
    g_autoptr(Lab) lab = lab_new();
    InetStack *a = lab_stack(lab, "a", NULL), *b = lab_stack(lab, "b", NULL);
    lab_join(lab, a, "10.0.0.1/24", b, "10.0.0.2/24", PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    lab->logs = LAB_DISCARD;
    uint16_t ident = lab_pinger(lab, a);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Payload payload = { 0 };
        if (sizes[i] > 0) {
            payload = (Payload){ .len_bytes = sizes[i], .stream = 1 };
        }
        g_assert_true(icmp_echo_send(a, ident, (uint16_t)i, lab_addr("10.0.0.2"), 0, false, payload,
                                     lab_now(lab)));
        lab_run_ms(lab, 20);
        g_autofree char *expected =
            g_strdup_printf("ping 1/%u: %u octets from 10.0.0.2 ttl 64\n", i, sizes[i]);
        lab_expect(lab, expected);
    }
    Payload payload = { .len_bytes = 65508, .stream = 1 };
    g_assert_false(
        icmp_echo_send(a, ident, 1, lab_addr("10.0.0.2"), 0, false, payload, lab_now(lab)));
    g_assert_false(icmp_echo_send(a, ident, 1, lab_addr("11.0.0.2"), 0, false,
                                  (Payload){ .len_bytes = 1, .stream = 1 }, lab_now(lab)));
    lab_expect(lab,
               "a drops ICMP echo request 00010001 0.0.0.0 > 11.0.0.2 ttl 64 len 1: no route\n");
}

/* Each pinger gets its own; a closed one gets nothing; a number is not given twice at once. */
static void test_pingers(void)
{
    Talk talk = talk_new(NULL);
    uint16_t second = lab_pinger(talk.lab, talk.h);
    g_assert_cmpuint(second, !=, talk.ident);
    lab_say(talk.x, lab_icmp(talk.x, "10.0.0.2", "10.0.0.1", 0, 0, (uint32_t)second << 16 | 9, 4));
    lab_expect(talk.lab, "ping 2/9: 4 octets from 10.0.0.2 ttl 64\n");
    icmp_echo_close(talk.h, second);
    lab_say(talk.x, lab_icmp(talk.x, "10.0.0.2", "10.0.0.1", 0, 0, (uint32_t)second << 16 | 9, 4));
    lab_expect(talk.lab, "");
    g_assert_cmpuint(lab_discards(talk.h, INET_DISCARD_ICMP), ==, 1);
    for (int i = 0; i < 70000; i++) { /* round all the numbers: 0 and those in use are left out */
        uint16_t ident = icmp_echo_open(talk.h, NULL, NULL);
        g_assert_true(ident != 0 && ident != talk.ident);
        icmp_echo_close(talk.h, ident);
    }
    talk_free(&talk);
}

/* Type of service comes back, its ECN bits do not; a reply starts with a life of its own. */
static void test_echo_header(void)
{
    Talk talk = talk_new(NULL);
    talk.x->kept = g_ptr_array_new_with_free_func((GDestroyNotify)packet_free);
    Packet *pkt = lab_icmp(talk.x, "10.0.0.2", "10.0.0.1", ICMP_ECHO, 0, 1, 8);
    pkt->ip.tos = 0xbb;
    pkt->ip.ttl = 3;
    lab_say(talk.x, pkt);
    const Packet *reply = g_ptr_array_index(talk.x->kept, 0);
    g_assert_cmpuint(reply->ip.tos, ==, 0xb8);
    g_assert_cmpuint(reply->ip.ttl, ==, 64);
    g_ptr_array_unref(talk.x->kept);
    talk_free(&talk);
}

#define ADD_ROWS(folder, rows, test)                                                               \
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {                                            \
        g_autofree char *path = g_strdup_printf("/inet/icmp/" folder "/%s", rows[i].name);         \
        g_test_add_data_func(path, &rows[i], test);                                                \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_ROWS("never", nevers, test_never)
    ADD_ROWS("message", messages, test_message)
    ADD_ROWS("redirect", redirects, test_redirect)
    g_test_add_func("/inet/icmp/RFC1122-ICMP-QUOTE-1", test_quote);
    g_test_add_func("/inet/icmp/RFC1122-ICMP-UNREACH-1", test_no_protocol);
    g_test_add_func("/inet/icmp/rate", test_rate);
    g_test_add_func("/inet/icmp/rate-of-none", test_rate_of_none);
    g_test_add_func("/inet/icmp/RFC1191-PMTU-ZERO-1", test_plateaus);
    g_test_add_func("/inet/icmp/error-about-reply", test_error_about_reply);
    g_test_add_func("/inet/icmp/quoted-garbage", test_quoted_garbage);
    g_test_add_func("/inet/icmp/path-mtu", test_path_mtu);
    g_test_add_func("/inet/icmp/RFC1122-ICMP-ECHO-1", test_echo_lengths);
    g_test_add_func("/inet/icmp/pingers", test_pingers);
    g_test_add_func("/inet/icmp/echo-header", test_echo_header);
    return g_test_run();
}
