/* Protects fragmentation and reassembly: the rules of each piece for many sizes and MTUs, options,
 * pieces cut again; every order of arrival, duplicates, overlaps, lies about the end, time and
 * memory (RFC 791, 1122). */

#include <stdio.h>
#include <string.h>

#include "inet/lab.h"

#define PROTOCOL 99

/* --- Cutting --- */

/* h sends to station x over a link with the MTU. */
typedef struct Cutting {
    Lab *lab;
    InetStack *h;
    LabStation *x;
} Cutting;

static Cutting cutting_new(uint32_t mtu_bytes)
{
    Cutting cutting = { .lab = lab_new() };
    cutting.h = lab_stack(cutting.lab, "h", NULL);
    cutting.x = lab_station(cutting.lab, "x", "10.0.0.2", cutting.h, "10.0.0.1/24",
                            PACKET_LINK_ETHERNET, mtu_bytes);
    lab_say(cutting.x, lab_arp(cutting.x, 2, "02:00:00:00:02:01", "10.0.0.2", "02:00:00:00:01:01",
                               "10.0.0.1")); /* nothing shall wait for ARP */
    cutting.x->kept = g_ptr_array_new_with_free_func((GDestroyNotify)packet_free);
    cutting.lab->logs = LAB_DISCARD;
    return cutting;
}

static void cutting_free(Cutting *cutting)
{
    g_ptr_array_unref(cutting->x->kept);
    lab_free(cutting->lab);
}

/* Sends a datagram of another protocol with len octets of pattern 1; options in hex or NULL. */
static SimKey send_pattern(Cutting *cutting, uint32_t len_bytes, const char *options)
{
    NetNode *node = inet_stack_node(cutting->h);
    Packet *pkt = packet_new(node->packets, &node->entity, 0, PACKET_WHY_NONE);
    SimKey id = pkt->id;
    pkt->kind = PACKET_IP_OTHER;
    pkt->ip.src = lab_addr("10.0.0.1");
    pkt->ip.dst = lab_addr("10.0.0.2");
    pkt->ip.protocol = PROTOCOL;
    if (len_bytes > 0) {
        pkt->payload = (Payload){ .len_bytes = len_bytes, .stream = 1 };
    }
    if (options != NULL) {
        lab_set_options(pkt, options);
    }
    g_assert_true(inet_send(cutting->h, pkt, NULL, lab_now(cutting->lab)));
    lab_run_ms(cutting->lab, 20);
    return id;
}

static Packet *kept(const Cutting *cutting, guint i)
{
    return g_ptr_array_index(cutting->x->kept, i);
}

/* RFC791-IPV4-FRAG-1: one identification, offsets in words, MF on all but the last, nothing too
 * long, nothing lost, and each knows what it is a fragment of. */
static void check_pieces(const Cutting *cutting, SimKey id, uint32_t len_bytes, uint32_t mtu_bytes)
{
    guint n_pieces = cutting->x->kept->len;
    uint32_t at = 0;
    for (guint i = 0; i < n_pieces; i++) {
        const Packet *piece = kept(cutting, i);
        bool last = i == n_pieces - 1;
        g_assert_cmpuint(piece->network_bytes, <=, mtu_bytes);
        g_assert_cmpuint(piece->ip.ident, ==, kept(cutting, 0)->ip.ident);
        g_assert_cmpuint(piece->ip.fragment_offset * 8u, ==, at);
        g_assert_cmpint(piece->ip.more_fragments, ==, !last);
        g_assert_cmpint(last || piece->payload.len_bytes % 8 == 0, ==, true);
        g_assert_cmpuint(n_pieces > 1 ? packet_original(piece) : piece->id, ==, id);
        g_assert_true(payload_matches(&piece->payload, 1, at));
        if (!last) { /* as much as fits */
            g_assert_cmpuint(piece->network_bytes + 8, >, mtu_bytes);
        }
        at += piece->payload.len_bytes;
    }
    g_assert_cmpuint(at, ==, len_bytes);
}

static void test_cut(gconstpointer mtu)
{
    uint32_t mtu_bytes = GPOINTER_TO_UINT(mtu);
    uint32_t room = mtu_bytes - 20;
    const uint32_t sizes[] = { 0,        1,        room - 1,
                               room,     room + 1, 2 * (room & ~7u),
                               3 * room, 8 * room, 3 * room + 13,
                               8 * 8191, 65515 };
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        if (sizes[i] <= 65515) {
            Cutting cutting = cutting_new(mtu_bytes);
            SimKey id = send_pattern(&cutting, sizes[i], NULL);
            check_pieces(&cutting, id, sizes[i], mtu_bytes);
            cutting_free(&cutting);
        }
    }
}

/* RFC791-IPV4-FRAG-2: 0x85 is copied (security), 0x07 is not (record route). */
static void test_options(void)
{
    Cutting cutting = cutting_new(68);
    send_pattern(&cutting, 100, "0703048504aabb018601000000000000");
    g_assert_cmpuint(cutting.x->kept->len, ==, 3);
    lab_expect(cutting.lab, "");
    const char *expected[] = {
        " len 32 at 0 more options 0703048504aabb018601000000000000",
        " len 40 at 32 more options 8504aabb",
        " len 28 at 72 options 8504aabb",
    };
    for (guint i = 0; i < 3; i++) {
        g_autofree char *text = lab_describe(kept(&cutting, i));
        g_assert_true(g_str_has_suffix(text, expected[i]));
    }
    cutting_free(&cutting);
}

/* RFC791-IPV4-DF-1, at the sender: refused at once, and the path tells what would fit. */
static void test_dont_fragment(void)
{
    Cutting cutting = cutting_new(576);
    uint16_t ident = lab_pinger(cutting.lab, cutting.h);
    Payload fits = { .len_bytes = 548, .stream = 1 }, does_not = { .len_bytes = 549, .stream = 1 };
    InetAddr x = lab_addr("10.0.0.2");
    int64_t now_ns = lab_now(cutting.lab);
    g_assert_true(icmp_echo_send(cutting.h, ident, 1, x, 0, true, fits, now_ns));
    g_assert_false(icmp_echo_send(cutting.h, ident, 2, x, 0, true, does_not, now_ns));
    lab_run_ms(cutting.lab, 20);
    lab_expect(cutting.lab, "h drops ICMP echo request 00010002 10.0.0.1 > 10.0.0.2 ttl 64 len 549 "
                            "DF: too long and may not be fragmented\n");
    g_assert_cmpuint(cutting.x->kept->len, ==, 1);
    cutting_free(&cutting);
}

/* --- From end to end --- */

typedef struct Journey {
    const char *name;
    uint32_t first_mtu_bytes, second_mtu_bytes;
    PacketLink first, second;
} Journey;

static const Journey journeys[] = {
    { "1500-to-576", 1500, 576, PACKET_LINK_ETHERNET, PACKET_LINK_ETHERNET },
    { "576-to-1500", 576, 1500, PACKET_LINK_ETHERNET, PACKET_LINK_ETHERNET },
    { "1500-to-68", 1500, 68, PACKET_LINK_ETHERNET, PACKET_LINK_RAW_IP },
    { "576-to-296", 576, 296, PACKET_LINK_RAW_IP, PACKET_LINK_ETHERNET },
    { "9000-to-1280", 9000, 1280, PACKET_LINK_RAW_IP, PACKET_LINK_RAW_IP },
};

static void on_datagram(void *above, UdpSocket *socket, const InetError *error, int64_t now_ns)
{
    uint32_t *got_bytes = above;
    UdpDatagram datagram;
    g_assert_null(error);
    g_assert_true(udp_receive(socket, &datagram));
    g_assert_true(payload_matches(&datagram.payload, 9, 4));
    *got_bytes = datagram.payload.len_bytes;
    payload_clear(&datagram.payload);
}

/* What arrives is what was sent, cut once or twice. */
static void test_journey(gconstpointer data)
{
    const Journey *row = data;
    static const uint32_t sizes[] = { 1, 40, 41, 500, 549, 1472, 1473, 5000, 20000, 65507 };
    g_autoptr(Lab) lab = lab_new();
    InetConfig config;
    inet_config_init(&config);
    config.forwards = true;
    InetStack *a = lab_stack(lab, "a", NULL), *r = lab_stack(lab, "r", &config);
    InetStack *b = lab_stack(lab, "b", NULL);
    lab_join(lab, a, "10.0.1.1/24", r, "10.0.1.254/24", row->first, row->first_mtu_bytes);
    lab_join(lab, r, "10.0.2.254/24", b, "10.0.2.1/24", row->second, row->second_mtu_bytes);
    inet_route_add(a, inet_addr_v4(0), 0, lab_addr("10.0.1.254"), lab_iface(a, 0), 0);
    inet_stack_set_probe(r, NULL);
    UdpStack *udp_a = udp_stack_new(a), *udp_b = udp_stack_new(b);
    uint32_t got_bytes = 0;
    UdpSocket *from = lab_socket(lab, udp_a, NULL, 1);
    g_assert_nonnull(udp_open(udp_b, (InetAddr){ 0 }, 2, 100000, on_datagram, &got_bytes));
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Payload payload = { .len_bytes = sizes[i], .stream = 9, .offset = 4 };
        udp_send(from, lab_addr("10.0.2.1"), 2, payload, lab_now(lab));
        lab_run_ms(lab, 20);
        g_assert_cmpuint(got_bytes, ==, sizes[i]);
    }
    udp_stack_free(udp_a);
    udp_stack_free(udp_b);
}

/* --- Putting together --- */

typedef struct Joining {
    Lab *lab;
    InetStack *h;
    LabStation *x;
    GString *got;
} Joining;

static uint8_t octet_at(uint32_t at)
{
    return (uint8_t)(at * 7 + at / 256);
}

/* Writes the length of a datagram that is whole and right. */
static void on_whole(void *above, Packet *pkt, int64_t now_ns)
{
    GString *got = above;
    const uint8_t *bytes = payload_bytes(&pkt->payload);
    for (uint32_t at = 0; at < pkt->payload.len_bytes; at++) {
        g_assert_cmpuint(bytes[at], ==, octet_at(at));
    }
    g_string_append_printf(got, "whole %u", pkt->payload.len_bytes);
    if (pkt->ip.tos != 0) {
        g_string_append_printf(got, " tos %u", pkt->ip.tos);
    }
    g_string_append_c(got, '\n');
    packet_free(pkt);
}

static const InetProtocolOps whole = { PROTOCOL, on_whole, NULL, NULL };

static Joining joining_new(const InetConfig *config)
{
    Joining joining = { .lab = lab_new(), .got = g_string_new(NULL) };
    joining.h = lab_stack(joining.lab, "h", config);
    joining.x = lab_station(joining.lab, "x", "10.0.0.2", joining.h, "10.0.0.1/24",
                            PACKET_LINK_ETHERNET, 65535);
    inet_register(joining.h, &whole, joining.got);
    joining.lab->logs = LAB_SEEN;
    return joining;
}

static void joining_free(Joining *joining)
{
    g_string_free(joining->got, TRUE);
    lab_free(joining->lab);
}

static Packet *piece(Joining *joining, uint32_t start, uint32_t end, bool more, uint16_t ident,
                     bool altered)
{
    Packet *pkt = lab_ip(joining->x, "10.0.0.2", "10.0.0.1", PROTOCOL, 0);
    g_autofree uint8_t *bytes = g_malloc(end - start + 1);
    for (uint32_t at = start; at < end; at++) {
        bytes[at - start] = (uint8_t)(octet_at(at) ^ (altered ? 1 : 0));
    }
    payload_clear(&pkt->payload);
    pkt->payload = payload_literal(bytes, end - start);
    pkt->ip.ident = ident;
    pkt->ip.fragment_offset = (uint16_t)(start / 8);
    pkt->ip.more_fragments = more;
    pkt->why = PACKET_WHY_FRAGMENT;
    packet_set_length(pkt);
    return pkt;
}

/* Pieces as "start-end", "+" behind: more follow, "!" behind: other octets than are right. */
static void say_pieces(Joining *joining, const char *text, uint16_t ident)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        uint32_t start, end;
        g_assert_cmpint(sscanf(*word, "%u-%u", &start, &end), ==, 2);
        bool more = strchr(*word, '+') != NULL, altered = strchr(*word, '!') != NULL;
        lab_put(joining->x, piece(joining, start, end, more, ident, altered));
        lab_run_ms(joining->lab, 2);
    }
}

typedef struct Pieces {
    const char *name;
    const char *pieces;
    uint32_t whole_bytes; /* 0: nothing comes of it */
    uint64_t duplicates, overlaps, malformed;
} Pieces;

static const Pieces pieces_rows[] = {
    { "RFC791-IPV4-REASM-1/in-order", "0-16+ 16-32+ 32-40", 40, 0, 0, 0 },
    { "RFC791-IPV4-REASM-1/backwards", "32-40 16-32+ 0-16+", 40, 0, 0, 0 },
    { "RFC791-IPV4-REASM-1/mixed", "16-32+ 48-49 0-16+ 32-48+", 49, 0, 0, 0 },
    { "last-is-odd", "0-8+ 8-11", 11, 0, 0, 0 },
    { "largest", "0-65512+ 65512-65515", 65515, 0, 0, 0 },
    { "duplicate-first", "0-16+ 0-16+ 16-24", 24, 1, 0, 0 },
    { "duplicate-last", "16-24 16-24 0-16+", 24, 1, 0, 0 },
    { "duplicate-middle", "0-8+ 8-16+ 8-16+ 8-16+ 16-24", 24, 2, 0, 0 },
    { "gap", "0-8+ 16-24", 0, 0, 0, 0 },
    { "no-end", "0-8+ 8-16+", 0, 0, 0, 0 },
    { "overlap-behind", "0-16+ 8-24+ 24-32", 0, 0, 3, 0 },
    { "overlap-before", "8-24+ 0-16+ 24-32", 0, 0, 3, 0 },
    { "overlap-inside", "0-32+ 8-16+", 0, 0, 2, 0 },
    { "overlap-around", "8-16+ 0-24+", 0, 0, 2, 0 },
    { "same-place-other-octets", "0-16+ 0-16+! 16-24", 0, 0, 3, 0 },
    { "same-place-other-length", "0-16+ 0-8+ 16-24", 0, 0, 3, 0 },
    { "same-octets-other-flag", "8-16+ 8-16", 0, 0, 2, 0 },
    { "end-twice", "16-24 24-32", 0, 0, 2, 0 },
    { "end-before-what-came", "24-32+ 8-16", 0, 0, 2, 0 },
    { "behind-the-end", "8-16 16-24+", 0, 0, 2, 0 },
    { "spoilt-for-good", "0-16+ 8-24+ 0-16+ 16-24 24-32", 0, 0, 5, 0 },
    { "not-whole-words", "0-12+ 16-24", 0, 0, 0, 1 },
    { "empty", "0-0+ 8-8", 0, 0, 0, 2 },
    { "ping-of-death", "65512-65516", 0, 0, 0, 1 },
};

static void test_pieces(gconstpointer data)
{
    const Pieces *row = data;
    Joining joining = joining_new(NULL);
    say_pieces(&joining, row->pieces, 7);
    g_autofree char *expected =
        row->whole_bytes == 0 ? g_strdup("") : g_strdup_printf("whole %u\n", row->whole_bytes);
    g_assert_cmpstr(joining.got->str, ==, expected);
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_FRAGMENT_DUPLICATE), ==, row->duplicates);
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_FRAGMENT_OVERLAP), ==, row->overlaps);
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_PARSE), ==, row->malformed);
    joining_free(&joining);
}

/* Options of the first piece count against the 65,535 octets of the whole. */
static void test_options_too_long(void)
{
    Joining joining = joining_new(NULL);
    say_pieces(&joining, "65512-65515", 7);
    Packet *first = piece(&joining, 0, 65472, true, 7, false);
    lab_set_options(first, "01010101");
    lab_say(joining.x, first);
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_FRAGMENT_OVERLAP), ==, 2);
    joining_free(&joining);
}

/* Any order of any number of pieces, some of them twice, gives the datagram. */
static void test_shuffled(void)
{
    Rng rng;
    rng_init(&rng, 1, "shuffle");
    Joining joining = joining_new(NULL);
    for (uint16_t ident = 1; ident <= 200; ident++) {
        uint32_t n = 2 + (uint32_t)rng_below(&rng, 12);
        g_autoptr(GPtrArray) pieces = g_ptr_array_new();
        for (uint32_t i = 0; i < n; i++) {
            bool last = i == n - 1;
            Packet *pkt =
                piece(&joining, i * 24, last ? i * 24 + 5 : i * 24 + 24, !last, ident, false);
            g_ptr_array_insert(pieces, (gint)rng_below(&rng, pieces->len + 1), pkt);
        }
        for (guint i = 0; i < pieces->len; i++) {
            Packet *pkt = g_ptr_array_index(pieces, i);
            bool twice = i + 1 < pieces->len && rng_below(&rng, 4) == 0;
            if (twice) {
                SimEntity maker = { .id = 1, .next_item = 1 };
                lab_put(joining.x, packet_copy(pkt, &maker, 0, PACKET_WHY_DUPLICATE));
            }
            lab_put(joining.x, pkt);
        }
        lab_run_ms(joining.lab, 2);
        g_autofree char *expected = g_strdup_printf("whole %u\n", (n - 1) * 24 + 5);
        g_assert_cmpstr(joining.got->str, ==, expected);
        g_string_truncate(joining.got, 0);
    }
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_FRAGMENT_OVERLAP), ==, 0);
    joining_free(&joining);
}

/* Datagrams of other identifications, protocols or sources do not mix. */
static void test_keys(void)
{
    Joining joining = joining_new(NULL);
    say_pieces(&joining, "0-8+", 1);
    say_pieces(&joining, "0-16+", 2);
    say_pieces(&joining, "16-20", 2);
    Packet *stranger = piece(&joining, 8, 12, false, 1, false);
    stranger->ip.src = lab_addr("10.0.0.3");
    lab_say(joining.x, stranger);
    stranger = piece(&joining, 8, 12, false, 1, false);
    stranger->ip.protocol = 98;
    lab_say(joining.x, stranger);
    say_pieces(&joining, "8-12", 1);
    g_assert_cmpstr(joining.got->str, ==, "whole 20\nwhole 12\n");
    joining_free(&joining);
}

/* RFC1122-IPV4-REASM-2: after its time the pieces go, and the sender is told if the first one came;
 * a piece that comes later starts anew. */
static void test_timeout(gconstpointer data)
{
    bool first_came = GPOINTER_TO_INT(data);
    Joining joining = joining_new(NULL);
    joining.lab->logs = LAB_SEEN | LAB_DISCARD | LAB_TIME;
    say_pieces(&joining, first_came ? "0-40+ 48-56+" : "40-48+ 48-56+", 7);
    lab_run_ms(joining.lab, 50000);
    say_pieces(&joining, "64-72+", 7);
    lab_run_ms(joining.lab, 20000);
#define TIMED_OUT(len, at)                                                                         \
    "60001ms h drops IP 99 10.0.0.2 > 10.0.0.1 ttl 64 len " len " at " at                          \
    " more: other fragments did not come\n"
    lab_expect(joining.lab,
               first_came ? TIMED_OUT("40", "0") TIMED_OUT("8", "48")
                                TIMED_OUT("8", "64") "60004ms x saw ICMP reassembly time exceeded "
                                                     "10.0.0.1 > 10.0.0.2 ttl 64 len 60\n"
                          : TIMED_OUT("8", "40") TIMED_OUT("8", "48") TIMED_OUT("8", "64"));
    say_pieces(&joining, "0-40+ 40-48", 7);
    g_assert_cmpstr(joining.got->str, ==, "whole 48\n");
    joining_free(&joining);
}

/* What is unfinished is bounded, whatever comes; what was finished gives its room back. */
static void test_memory(void)
{
    InetConfig config;
    inet_config_init(&config);
    config.reassembly_max_bytes = 4000;
    Joining joining = joining_new(&config);
    for (uint16_t ident = 1; ident <= 100; ident++) {
        say_pieces(&joining, "0-800+", ident);
        say_pieces(&joining, "800-801", ident);
    }
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_REASSEMBLY_FULL), ==, 0);
    for (uint16_t ident = 1001; ident <= 1005; ident++) {
        say_pieces(&joining, "0-800+", ident);
    }
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_REASSEMBLY_FULL), ==, 1);
    lab_run_ms(joining.lab, 70000);
    say_pieces(&joining, "0-800+", 2000);
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_REASSEMBLY_FULL), ==, 1);
    joining_free(&joining);
}

/* A whole that turns out broken: the transport's checksum is wrong. */
static void test_broken_whole(void)
{
    Joining joining = joining_new(NULL);
    udp_stack_free(udp_stack_new(joining.h)); /* UDP is known here; nobody is called */
    joining.lab->logs = LAB_DISCARD | LAB_REASSEMBLED;
    for (int i = 0; i < 2; i++) {
        Packet *pkt = piece(&joining, i == 0 ? 0 : 16, i == 0 ? 16 : 24, i == 0, 7, false);
        pkt->ip.protocol = IP_PROTOCOL_UDP;
        lab_say(joining.x, pkt);
    }
    lab_expect(joining.lab, "h reassembled IP 17 10.0.0.2 > 10.0.0.1 ttl 64 len 24\n"
                            "h drops IP 17 10.0.0.2 > 10.0.0.1 ttl 64 len 24: malformed, "
                            "bad transport header\n");
    joining_free(&joining);
}

/* RFC3168-ECN-FRAG-1: congestion that one piece met is the whole's. */
static void test_congestion(void)
{
    Joining joining = joining_new(NULL);
    for (uint32_t i = 0; i < 3; i++) {
        Packet *pkt = piece(&joining, i * 8, i * 8 + 8, i < 2, 7, false);
        pkt->ip.tos = i == 1 ? 3 : 2;
        lab_say(joining.x, pkt);
    }
    g_assert_cmpstr(joining.got->str, ==, "whole 24 tos 3\n");
    joining_free(&joining);
}

/* RFC3168-ECN-FRAG-1: a mark that nobody could be told of. */
static void test_mixed_congestion(void)
{
    Joining joining = joining_new(NULL);
    for (uint32_t i = 0; i < 3; i++) {
        Packet *pkt = piece(&joining, i * 8, i * 8 + 8, i < 2, 7, false);
        pkt->ip.tos = i == 1 ? WIRE_IP_CE : i == 2 ? WIRE_IP_NOT_ECT : WIRE_IP_ECT_0;
        lab_say(joining.x, pkt);
    }
    g_assert_cmpstr(joining.got->str, ==, "");
    g_assert_cmpuint(lab_discards(joining.h, INET_DISCARD_FRAGMENT_ECN), ==, 3);
    joining_free(&joining);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const unsigned mtus[] = { 68, 69, 75, 76, 296, 576, 1280, 1492, 1500, 9000 };
    for (unsigned i = 0; i < G_N_ELEMENTS(mtus); i++) {
        g_autofree char *path =
            g_strdup_printf("/inet/fragment/RFC791-IPV4-FRAG-1/mtu-%u", mtus[i]);
        g_test_add_data_func(path, GUINT_TO_POINTER(mtus[i]), test_cut);
    }
    g_test_add_func("/inet/fragment/RFC791-IPV4-FRAG-2", test_options);
    g_test_add_func("/inet/fragment/RFC791-IPV4-DF-1", test_dont_fragment);
    for (unsigned i = 0; i < G_N_ELEMENTS(journeys); i++) {
        g_autofree char *path = g_strdup_printf("/inet/fragment/journey/%s", journeys[i].name);
        g_test_add_data_func(path, &journeys[i], test_journey);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(pieces_rows); i++) {
        g_autofree char *path = g_strdup_printf("/inet/reassembly/%s", pieces_rows[i].name);
        g_test_add_data_func(path, &pieces_rows[i], test_pieces);
    }
    g_test_add_func("/inet/reassembly/options-too-long", test_options_too_long);
    g_test_add_func("/inet/reassembly/shuffled", test_shuffled);
    g_test_add_func("/inet/reassembly/keys", test_keys);
    g_test_add_data_func("/inet/reassembly/RFC1122-IPV4-REASM-2/first-came", GINT_TO_POINTER(1),
                         test_timeout);
    g_test_add_data_func("/inet/reassembly/RFC1122-IPV4-REASM-2/first-did-not", GINT_TO_POINTER(0),
                         test_timeout);
    g_test_add_func("/inet/reassembly/memory", test_memory);
    g_test_add_func("/inet/reassembly/broken-whole", test_broken_whole);
    g_test_add_func("/inet/reassembly/congestion", test_congestion);
    g_test_add_func("/inet/reassembly/RFC3168-ECN-FRAG-1/mixed", test_mixed_congestion);
    return g_test_run();
}
