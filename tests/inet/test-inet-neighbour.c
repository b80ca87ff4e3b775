/* Protects ARP and its cache: who is asked what, how often, what is learned from whom, which
 * packets wait and what becomes of them (RFC 826, RFC 1122 section 2.3.2). */

#include "inet/lab.h"

#define HOST_MAC "02:00:00:00:01:01"
#define X_MAC "02:00:00:00:02:01"
#define Z_MAC "02:00:00:00:00:99"
#define NOBODY "00:00:00:00:00:00"

/* Host h, 10.0.0.1, and a station x, 10.0.0.2, that answers no ARP by itself. */
typedef struct Pair {
    Lab *lab;
    InetStack *h;
    LabStation *x;
    UdpStack *udp;
    UdpSocket *socket;
} Pair;

static void setup(Pair *pair, gconstpointer config)
{
    pair->lab = lab_new();
    pair->h = lab_stack(pair->lab, "h", config);
    pair->x = lab_station(pair->lab, "x", "10.0.0.2", pair->h, "10.0.0.1/24", PACKET_LINK_ETHERNET,
                          LAB_MTU_BYTES);
    pair->x->answers_arp = false;
    pair->udp = udp_stack_new(pair->h);
    pair->socket = lab_socket(pair->lab, pair->udp, NULL, 7);
    pair->lab->logs = LAB_SEEN | LAB_ARP | LAB_DISCARD | LAB_NEIGHBOUR | LAB_TIME;
}

static void teardown(Pair *pair, gconstpointer config)
{
    udp_stack_free(pair->udp);
    lab_free(pair->lab);
}

static void send(Pair *pair, const char *dst, uint32_t len_bytes)
{
    Payload payload = { .len_bytes = len_bytes, .stream = 1 };
    udp_send(pair->socket, lab_addr(dst), 9, payload, lab_now(pair->lab));
}

static void answer(Pair *pair, const char *mac, const char *addr)
{
    lab_put(pair->x, lab_arp(pair->x, 2, mac, addr, HOST_MAC, "10.0.0.1"));
}

/* RFC826-ARP-REQ-1 and RFC1122-ARP-QUEUE-1: a broadcast asks, the packets wait and follow the
 * answer. */
static void test_resolve(Pair *pair, gconstpointer config)
{
    send(pair, "10.0.0.2", 1);
    send(pair, "10.0.0.2", 2);
    lab_run_ms(pair->lab, 10);
    answer(pair, X_MAC, "10.0.0.2");
    lab_run_ms(pair->lab, 10);
    send(pair, "10.0.0.2", 3);
    lab_run_ms(pair->lab, 10);
    lab_expect(pair->lab,
               "1ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
               "11ms h: 10.0.0.2 learned " X_MAC "\n"
               "12ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 1\n"
               "12ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 2\n"
               "21ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 3\n");
}

/* RFC1122-ARP-RATE-1: one request a second, three in all, however many packets come; then the
 * program is told of each, and asking again waits its second too. */
static void test_unanswered(Pair *pair, gconstpointer config)
{
    send(pair, "10.0.0.2", 1);
    lab_run_ms(pair->lab, 2500);
    send(pair, "10.0.0.2", 2);
    lab_run_ms(pair->lab, 600);
    lab_expect(
        pair->lab,
        "1ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
        "1001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
        "2001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
        "3000ms h: 10.0.0.2 failed \n"
        "3000ms socket 7: host unreachable for 10.0.0.2 says 10.0.0.1, rest 0\n"
        "3000ms h drops UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 1: next hop does not answer ARP\n"
        "3000ms socket 7: host unreachable for 10.0.0.2 says 10.0.0.1, rest 0\n"
        "3000ms h drops UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 2: next hop does not answer ARP\n");
    g_assert_cmpuint(lab_discards(pair->h, INET_DISCARD_NEIGHBOUR), ==, 2);
}

/* RFC1122-ARP-RATE-1 again: an entry that ages faster than a second is polled once a second all the
 * same. */
static void test_rate_of_polls(Pair *pair, gconstpointer config)
{
    answer(pair, X_MAC, "10.0.0.2");
    lab_run_ms(pair->lab, 500);
    lab_forget(pair->lab);
    pair->lab->logs = LAB_ARP | LAB_TIME;
    for (int i = 0; i < 3; i++) {
        send(pair, "10.0.0.2", 1); /* 500, 900, 1300: the entry is old */
        lab_run_ms(pair->lab, 100);
        answer(pair, X_MAC, "10.0.0.2");
        lab_run_ms(pair->lab, 300);
    }
    lab_expect(pair->lab,
               "501ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > " X_MAC "\n");
}

static void test_ask_again_after_failure(Pair *pair, gconstpointer config)
{
    pair->lab->logs = LAB_ARP | LAB_TIME;
    send(pair, "10.0.0.2", 1);
    lab_run_ms(pair->lab, 300);
    send(pair, "10.0.0.2", 1);
    lab_run_ms(pair->lab, 500);
    lab_expect(pair->lab,
               "1ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
               "250ms socket 7: host unreachable for 10.0.0.2 says 10.0.0.1, rest 0\n"
               "301ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC
               " > ff:ff:ff:ff:ff:ff\n"
               "550ms socket 7: host unreachable for 10.0.0.2 says 10.0.0.1, rest 0\n");
}

/* Not the oldest is kept but the latest. */
static void test_queue(Pair *pair, gconstpointer config)
{
    for (uint32_t len_bytes = 1; len_bytes <= 4; len_bytes++) {
        send(pair, "10.0.0.2", len_bytes);
    }
    lab_run_ms(pair->lab, 10);
    answer(pair, X_MAC, "10.0.0.2");
    lab_run_ms(pair->lab, 10);
    lab_expect(pair->lab,
               "0ms h drops UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 1: too many wait for ARP\n"
               "0ms h drops UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 2: too many wait for ARP\n"
               "1ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"
               "11ms h: 10.0.0.2 learned " X_MAC "\n"
               "12ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 3\n"
               "12ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 4\n");
    g_assert_cmpuint(lab_discards(pair->h, INET_DISCARD_NEIGHBOUR_QUEUE), ==, 2);
}

/* RFC1122-ARP-FLUSH-1: an old entry in use is polled by unicast while packets go on; an answer
 * makes it young, silence removes it, and then everybody is asked. */
static void test_age(Pair *pair, gconstpointer config)
{
    answer(pair, X_MAC, "10.0.0.2");
    lab_run_ms(pair->lab, 4000);
    send(pair, "10.0.0.2", 1); /* 4 s: young */
    lab_run_ms(pair->lab, 2000);
    send(pair, "10.0.0.2", 2); /* 6 s: polled */
    lab_run_ms(pair->lab, 100);
    answer(pair, X_MAC, "10.0.0.2");
    lab_run_ms(pair->lab, 3900);
    send(pair, "10.0.0.2", 3); /* 10 s: young again */
    lab_run_ms(pair->lab, 10000);
    lab_expect(pair->lab,
               "1ms h: 10.0.0.2 learned " X_MAC "\n"
               "4001ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 1\n"
               "6001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > " X_MAC "\n"
               "6001ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 2\n"
               "10001ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 3\n");
    send(pair, "10.0.0.2", 4); /* 20 s: polled in vain */
    lab_run_ms(pair->lab, 4000);
    send(pair, "10.0.0.2", 5);
    lab_run_ms(pair->lab, 10);
    lab_expect(pair->lab,
               "20001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > " X_MAC "\n"
               "20001ms x saw UDP 10.0.0.1:7 > 10.0.0.2:9 ttl 64 len 4\n"
               "21001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > " X_MAC "\n"
               "22001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC " > " X_MAC "\n"
               "23000ms h: 10.0.0.2 expired " X_MAC "\n"
               "24001ms x saw ARP who has 10.0.0.2 tell 10.0.0.1 at " HOST_MAC
               " > ff:ff:ff:ff:ff:ff\n");
}

/* RFC 826's rules of reception, and what is no honest sender. Each row: a message, and what comes
 * of it. */
typedef struct Reception {
    const char *name;
    bool known; /* the sender has an entry already, with X_MAC */
    uint16_t operation;
    const char *sender_mac, *sender, *target_mac, *target;
    const char *lines;
} Reception;

static const Reception receptions[] = {
    { "RFC826-ARP-REPLY-1", false, 1, X_MAC, "10.0.0.2", NOBODY, "10.0.0.1",
      "h: 10.0.0.2 learned " X_MAC "\n"
      "x saw ARP 10.0.0.1 is at " HOST_MAC " tell 10.0.0.2 > " X_MAC "\n" },
    { "RFC826-ARP-MERGE-2", false, 1, X_MAC, "10.0.0.2", NOBODY, "10.0.0.9", "" },
    { "RFC826-ARP-MERGE-1", true, 1, Z_MAC, "10.0.0.2", NOBODY, "10.0.0.9",
      "h: 10.0.0.2 changed " Z_MAC "\n" },
    { "announcement-changes-entry", true, 1, Z_MAC, "10.0.0.2", NOBODY, "10.0.0.2",
      "h: 10.0.0.2 changed " Z_MAC "\n" },
    { "announcement-makes-no-entry", false, 1, X_MAC, "10.0.0.2", NOBODY, "10.0.0.2", "" },
    { "unasked-reply", false, 2, X_MAC, "10.0.0.2", HOST_MAC, "10.0.0.1",
      "h: 10.0.0.2 learned " X_MAC "\n" },
    { "same-again", true, 2, X_MAC, "10.0.0.2", HOST_MAC, "10.0.0.1", "" },
    { "RFC5227-ACD-CACHE-1", false, 1, X_MAC, "0.0.0.0", NOBODY, "10.0.0.9", "" },
    { "RFC5227-ACD-ANSWER-1", false, 1, X_MAC, "0.0.0.0", NOBODY, "10.0.0.1",
      "x saw ARP 10.0.0.1 is at " HOST_MAC " tell 0.0.0.0 > " X_MAC "\n" },
    { "sender-with-group-mac", false, 2, "ff:ff:ff:ff:ff:ff", "10.0.0.2", HOST_MAC, "10.0.0.1",
      "" },
    { "sender-is-broadcast", false, 2, X_MAC, "255.255.255.255", HOST_MAC, "10.0.0.1", "" },
    { "unknown-operation", false, 3, X_MAC, "10.0.0.2", HOST_MAC, "10.0.0.1",
      "h: 10.0.0.2 learned " X_MAC "\n" },
};

static void test_reception(gconstpointer data)
{
    const Reception *row = data;
    Pair pair;
    setup(&pair, NULL);
    if (row->known) {
        answer(&pair, X_MAC, "10.0.0.2");
        lab_run_ms(pair.lab, 10);
        lab_forget(pair.lab);
    }
    pair.lab->logs &= ~(unsigned)LAB_TIME;
    lab_say(pair.x, lab_arp(pair.x, row->operation, row->sender_mac, row->sender, row->target_mac,
                            row->target));
    lab_expect(pair.lab, row->lines);
    teardown(&pair, NULL);
}

/* RFC826-ARP-TYPE-1: another hardware type is malformed here. */
static void test_foreign_type(Pair *pair, gconstpointer config)
{
    Packet *pkt = lab_raw(lab_arp(pair->x, 1, X_MAC, "10.0.0.2", NOBODY, "10.0.0.1"));
    gsize len_bytes;
    uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&pkt->payload.bytes), &len_bytes);
    bytes[WIRE_ETH_HEADER_BYTES + 1] = 6; /* IEEE 802 */
    pkt->payload.bytes = g_bytes_new_take(bytes, len_bytes);
    lab_say(pair->x, pkt);
    g_assert_cmpuint(lab_discards(pair->h, INET_DISCARD_PARSE), ==, 1);
}

/* Packets of others that wait in a router: their senders are told (RFC 1812 3.3.2). */
static void test_router_tells_sender(void)
{
    g_autoptr(Lab) lab = lab_new();
    InetConfig config;
    inet_config_init(&config);
    config.forwards = true;
    InetStack *r = lab_stack(lab, "r", &config);
    LabStation *x =
        lab_station(lab, "x", "10.0.0.2", r, "10.0.0.1/24", PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    LabStation *y =
        lab_station(lab, "y", "10.0.1.2", r, "10.0.1.1/24", PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    y->answers_arp = false;
    lab_put(x, lab_udp(x, "10.0.0.2", "10.0.1.2", 5, 6, 100));
    lab_run_ms(lab, 4000);
    lab_expect(lab,
               "r drops UDP 10.0.0.2:5 > 10.0.1.2:6 ttl 63 len 100: next hop does not answer ARP\n"
               "x saw ICMP host unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 128\n");
}

/* Groups on the link are mapped (RFC 1112 6.4), not asked for. */
static void test_groups(Pair *pair, gconstpointer config)
{
    static const struct {
        const char *dst, *mac;
    } rows[] = {
        { "255.255.255.255", "ff:ff:ff:ff:ff:ff" },
        { "10.0.0.255", "ff:ff:ff:ff:ff:ff" },
        { "224.0.0.9", "01:00:5e:00:00:09" },
        { "239.129.2.3", "01:00:5e:01:02:03" },
    };
    inet_route_add(pair->h, lab_addr("224.0.0.0"), 4, (InetAddr){ 0 }, lab_iface(pair->h, 0), 0);
    pair->lab->logs = LAB_ARP;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        InetPath path = { 0 };
        g_assert_true(inet_path_find(pair->h, lab_addr(rows[i].dst), &path));
        g_assert_cmpuint(path.kind, ==, i < 2 ? INET_PATH_BROADCAST : INET_PATH_MULTICAST);
        send(pair, rows[i].dst, 1);
        lab_run_ms(pair->lab, 10);
        char mac[18];
        mac_addr_format(&pair->x->seen.dst, mac);
        g_assert_cmpstr(mac, ==, rows[i].mac);
    }
    lab_expect(pair->lab, "");
}

#define ADD(name, test, config)                                                                    \
    g_test_add("/inet/neighbour/" name, Pair, config, setup, test, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    InetConfig quick, small, ageing, hasty;
    inet_config_init(&quick);
    quick.arp_tries = 1;
    quick.arp_retry_ns = 250 * SIM_NS_PER_MS;
    inet_config_init(&small);
    small.arp_queue_pkts = 2;
    inet_config_init(&ageing);
    ageing.arp_age_ns = 5 * SIM_NS_PER_S;
    inet_config_init(&hasty);
    hasty.arp_age_ns = 200 * SIM_NS_PER_MS;

    ADD("RFC826-ARP-REQ-1", test_resolve, NULL);
    ADD("RFC1122-ARP-RATE-1", test_unanswered, NULL);
    ADD("ask-again-after-failure", test_ask_again_after_failure, &quick);
    ADD("RFC1122-ARP-QUEUE-1", test_queue, &small);
    ADD("RFC1122-ARP-FLUSH-1", test_age, &ageing);
    ADD("rate-of-polls", test_rate_of_polls, &hasty);
    ADD("RFC826-ARP-TYPE-1", test_foreign_type, NULL);
    ADD("groups", test_groups, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(receptions); i++) {
        g_autofree char *path = g_strdup_printf("/inet/neighbour/reception/%s", receptions[i].name);
        g_test_add_data_func(path, &receptions[i], test_reception);
    }
    g_test_add_func("/inet/neighbour/router-tells-sender", test_router_tells_sender);
    return g_test_run();
}
