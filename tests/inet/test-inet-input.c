/* Protects what a host and a router take in: whose datagrams, from whom, how broken, with which
 * options; and what a router does with the rest (RFC 791, 1122 section 3.2.1, 1812 section 5). */

#include "inet/lab.h"

/* Host h or router r with station x (10.0.0.2) and station y (10.0.1.2) on two interfaces. */
typedef struct Site {
    Lab *lab;
    InetStack *stack;
    LabStation *x, *y;
} Site;

static Site build(bool forwards, PacketLink y_type, uint32_t y_mtu_bytes)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = forwards;
    Site site = { .lab = lab_new() };
    site.stack = lab_stack(site.lab, forwards ? "r" : "h", &config);
    site.x = lab_station(site.lab, "x", "10.0.0.2", site.stack, "10.0.0.1/24", PACKET_LINK_ETHERNET,
                         LAB_MTU_BYTES);
    site.y = lab_station(site.lab, "y", "10.0.1.2", site.stack, "10.0.1.1/24", y_type, y_mtu_bytes);
    return site;
}

/* Addresses. Each row is an echo request that x sends, parsed and raw. */
typedef struct Addressing {
    const char *name;
    bool forwards;
    const char *src, *dst;
    const char *eth_dst; /* NULL: ours */
    const char *lines;
} Addressing;

#define ECHO(src, dst, ttl) "ICMP echo request 00010001 " src " > " dst " ttl " ttl " len 8"
#define REPLY(src, dst) "x saw ICMP echo reply 00010001 " src " > " dst " ttl 64 len 8\n"
#define BAD_SOURCE(dst, src) "h drops " ECHO(src, dst, "64") ": impossible source address\n"
#define NOT_LOCAL(who, dst) who " drops " ECHO("10.0.0.2", dst, "64") ": not for this host\n"
#define NO_MEANING(dst)                                                                            \
    "h got " ECHO("10.0.0.2", dst,                                                                 \
                  "64") "\n"                                                                       \
                        "h drops " ECHO("10.0.0.2", dst,                                           \
                                        "64") ": ICMP message without meaning here\n"

static const Addressing addressings[] = {
    { "own-address", false, "10.0.0.2", "10.0.0.1", NULL,
      "h got " ECHO("10.0.0.2", "10.0.0.1", "64") "\n" REPLY("10.0.0.1", "10.0.0.2") },
    /* RFC 1122 3.3.4.2: any of our addresses, by any interface. */
    { "own-address-of-other-interface", false, "10.0.0.2", "10.0.1.1", NULL,
      "h got " ECHO("10.0.0.2", "10.0.1.1", "64") "\n" REPLY("10.0.1.1", "10.0.0.2") },
    { "router-own-address-of-other-interface", true, "10.0.0.2", "10.0.1.1", NULL,
      "r got " ECHO("10.0.0.2", "10.0.1.1", "64") "\n" REPLY("10.0.1.1", "10.0.0.2") },
    { "RFC1122-IPV4-DST-1", false, "10.0.0.2", "10.0.0.9", NULL, NOT_LOCAL("h", "10.0.0.9") },
    { "loopback-destination", false, "10.0.0.2", "127.0.0.1", NULL, NOT_LOCAL("h", "127.0.0.1") },
    { "router-loopback-destination", true, "10.0.0.2", "127.0.0.1", NULL,
      NOT_LOCAL("r", "127.0.0.1") },
    { "multicast-nobody-joined", false, "10.0.0.2", "224.0.0.9", "01:00:5e:00:00:09",
      NOT_LOCAL("h", "224.0.0.9") },
    { "RFC1122-ICMP-ECHO-2", false, "10.0.0.2", "10.0.0.255", "ff:ff:ff:ff:ff:ff",
      NO_MEANING("10.0.0.255") },
    { "all-ones", false, "10.0.0.2", "255.255.255.255", "ff:ff:ff:ff:ff:ff",
      NO_MEANING("255.255.255.255") },
    { "no-source-to-everybody", false, "0.0.0.0", "255.255.255.255", "ff:ff:ff:ff:ff:ff",
      "h got " ECHO("0.0.0.0", "255.255.255.255",
                    "64") "\n"
                          "h drops " ECHO("0.0.0.0", "255.255.255.255",
                                          "64") ": ICMP message without meaning here\n" },
    { "RFC1122-IPV4-SRC-1/none", false, "0.0.0.0", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "0.0.0.0") },
    { "RFC1122-IPV4-SRC-1/all-ones", false, "255.255.255.255", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "255.255.255.255") },
    { "RFC1122-IPV4-SRC-1/broadcast", false, "10.0.0.255", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "10.0.0.255") },
    { "RFC1122-IPV4-SRC-1/multicast", false, "224.1.2.3", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "224.1.2.3") },
    { "RFC1122-IPV4-SRC-1/loopback", false, "127.0.0.1", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "127.0.0.1") },
    { "RFC1122-IPV4-SRC-1/this-network", false, "0.1.2.3", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "0.1.2.3") },
    { "RFC1122-IPV4-SRC-1/class-e", false, "240.0.0.1", "10.0.0.1", NULL,
      BAD_SOURCE("10.0.0.1", "240.0.0.1") },
    { "router-forwards", true, "10.0.0.2", "10.0.1.2", NULL,
      "y saw " ECHO("10.0.0.2", "10.0.1.2", "63") "\n" },
    /* RFC 1812 5.3.4: not what a link's broadcast brought. */
    { "router-link-broadcast", true, "10.0.0.2", "10.0.1.2", "ff:ff:ff:ff:ff:ff",
      NOT_LOCAL("r", "10.0.1.2") },
    /* RFC 2644: a broadcast of another network ends at its router. */
    { "router-directed-broadcast", true, "10.0.0.2", "10.0.1.255", NULL,
      "r got " ECHO("10.0.0.2", "10.0.1.255",
                    "64") "\n"
                          "r drops " ECHO("10.0.0.2", "10.0.1.255",
                                          "64") ": ICMP message without meaning here\n" },
    { "router-multicast", true, "10.0.0.2", "224.0.0.9", "01:00:5e:00:00:09",
      NOT_LOCAL("r", "224.0.0.9") },
    { "router-no-route", true, "10.0.0.2", "99.0.0.1", NULL,
      "r drops " ECHO("10.0.0.2", "99.0.0.1",
                      "64") ": no route\n"
                            "x saw ICMP network unreachable 10.0.0.1 > 10.0.0.2 ttl 64 len 36\n" },
};

static void test_addressing(gconstpointer data)
{
    const Addressing *row = data;
    Site site = build(row->forwards, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    Packet *pkt = lab_icmp(site.x, row->src, row->dst, ICMP_ECHO, 0, 0x10001, 8);
    if (row->eth_dst != NULL) {
        pkt->eth.dst = lab_mac(row->eth_dst);
    }
    lab_say(site.x, pkt);
    lab_expect(site.lab, row->lines);
    lab_free(site.lab);
}

/* Broken octets: each row changes one of an echo request's frame with options 01010100. */
typedef struct Damage {
    const char *name;
    unsigned at;
    uint8_t value;
    PacketFault fault;
} Damage;

static const Damage damages[] = {
    { "RFC1122-IPV4-HDR-1/version", 14, 0x66, PACKET_FAULT_IP_VERSION },
    { "RFC1122-IPV4-HDR-1/checksum", 25, 0xff, PACKET_FAULT_IP_CHECKSUM },
    { "header-length", 14, 0x44, PACKET_FAULT_IP_HEADER },
    { "total-length", 17, 200, PACKET_FAULT_IP_HEADER },
    { "ethertype", 13, 0x42, PACKET_FAULT_ETHERTYPE },
    { "RFC792-ICMP-CSUM-1", 50, 0xff, PACKET_FAULT_TRANSPORT_CHECKSUM },
};

static Packet *damaged(LabStation *x, const char *dst, unsigned at, uint8_t value)
{
    Packet *pkt = lab_icmp(x, "10.0.0.2", dst, ICMP_ECHO, 0, 0x10001, 30);
    lab_set_options(pkt, "01010100");
    pkt = lab_raw(pkt);
    gsize len_bytes;
    uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&pkt->payload.bytes), &len_bytes);
    bytes[at] = value;
    pkt->payload.bytes = g_bytes_new_take(bytes, len_bytes);
    return pkt;
}

static void on_fault(void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
                     PacketFault fault, int64_t now_ns)
{
    *(PacketFault *)watcher = fault;
}

static void test_damage(gconstpointer data)
{
    const Damage *row = data;
    PacketFault fault = PACKET_OK;
    InetProbe probe = { .watcher = &fault, .on_discard = on_fault };
    Site site = build(false, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    inet_stack_set_probe(site.stack, &probe);
    lab_say(site.x, damaged(site.x, "10.0.0.1", row->at, row->value));
    g_assert_cmpstr(packet_fault_to_string(fault), ==, packet_fault_to_string(row->fault));
    g_assert_cmpuint(lab_discards(site.stack, INET_DISCARD_PARSE), ==, 1);
    lab_expect(site.lab, "");
    lab_free(site.lab);
}

/* A router looks no deeper than its own header: wrong transport bits travel on, octet for octet,
 * over any type of link, and the end host finds them. */
static void test_router_passes_damage(gconstpointer type)
{
    Site site = build(true, (PacketLink)GPOINTER_TO_INT(type), LAB_MTU_BYTES);
    InetStack *b = lab_stack(site.lab, "b", NULL);
    lab_join(site.lab, site.stack, "10.0.9.1/24", b, "10.0.9.2/24",
             (PacketLink)GPOINTER_TO_INT(type), LAB_MTU_BYTES);
    lab_say(site.x, damaged(site.x, "10.0.9.2", 55, 0xff));
    lab_expect(site.lab, "b drops raw 1 10.0.0.2 > 10.0.9.2 ttl 63 len 62 options 01010100: "
                         "malformed, bad transport checksum\n");
    lab_free(site.lab);
}

/* RFC1122-IPV4-TTL-1: a host takes what has no life left. */
static void test_ttl_at_host(void)
{
    Site site = build(false, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    for (uint8_t ttl = 0; ttl <= 2; ttl++) {
        Packet *pkt = lab_icmp(site.x, "10.0.0.2", "10.0.0.1", ICMP_ECHO, 0, 1, 8);
        pkt->ip.ttl = ttl;
        lab_say(site.x, pkt);
    }
#define ANSWERED(ttl)                                                                              \
    "h got ICMP echo request 00000001 10.0.0.2 > 10.0.0.1 ttl " ttl " len 8\n"                     \
    "x saw ICMP echo reply 00000001 10.0.0.1 > 10.0.0.2 ttl 64 len 8\n"
    lab_expect(site.lab, ANSWERED("0") ANSWERED("1") ANSWERED("2"));
    lab_free(site.lab);
}

/* RFC1812-ICMP-TIMEX-1: a router passes nothing on with 0, and tells the sender. */
static void test_ttl_at_router(void)
{
    Site site = build(true, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    for (uint8_t ttl = 0; ttl <= 2; ttl++) {
        Packet *pkt = lab_icmp(site.x, "10.0.0.2", "10.0.1.2", ICMP_ECHO, 0, 1, 8);
        pkt->ip.ttl = ttl;
        lab_say(site.x, pkt);
    }
#define DROPPED(ttl)                                                                               \
    "r drops ICMP echo request 00000001 10.0.0.2 > 10.0.1.2 ttl " ttl                              \
    " len 8: time to live exceeded\n"                                                              \
    "x saw ICMP time to live exceeded 10.0.0.1 > 10.0.0.2 ttl 64 len 36\n"
    lab_expect(site.lab,
               DROPPED("0") DROPPED(
                   "1") "y saw ICMP echo request 00000001 10.0.0.2 > 10.0.1.2 ttl 1 len 8\n");
    lab_free(site.lab);
}

/* Options: each row on an echo request to h itself (to_us) or through r. */
typedef struct Options {
    const char *name;
    const char *hex;
    bool to_us;
    int pointer;  /* of the parameter problem; 0: none */
    bool refused; /* source route */
} Options;

static const Options options_rows[] = {
    { "none-but-padding", "01010100", true, 0, false },
    { "RFC1122-IPV4-OPT-1/unknown", "5e04aaaa", true, 0, false },
    { "RFC1122-IPV4-OPT-1/unknown-forwarded", "5e04aaaa", false, 0, false },
    { "record-route",
      "07070400000000"
      "00",
      false, 0, false },
    { "after-end-anything", "00ff00ff", true, 0, false },
    { "RFC1122-IPV4-OPT-1/length-0", "5e000000", true, 21, false },
    { "RFC1122-IPV4-OPT-1/length-1", "5e010000", true, 21, false },
    { "RFC1122-IPV4-OPT-1/past-the-end", "015e0400", true, 22, false },
    { "RFC1122-IPV4-OPT-1/no-length", "0101015e", true, 24, false },
    { "length-0-in-transit", "5e000000", false, 21, false },
    { "loose-source-route",
      "830704"
      "0a000102"
      "00",
      true, 0, true },
    { "strict-source-route",
      "01890704"
      "0a000102",
      true, 0, true },
    { "source-route-at-its-end",
      "830708"
      "0a000102"
      "00",
      true, 0, false },
    { "source-route-through",
      "830704"
      "0a000102"
      "00",
      false, 0, false },
    { "source-route-pointer",
      "830703"
      "0a000102"
      "00",
      true, 22, false },
    { "source-route-too-short", "83020100", true, 21, false },
};

static void test_options(gconstpointer data)
{
    const Options *row = data;
    Site site = build(true, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    site.lab->logs = LAB_SEEN;
    Packet *pkt = lab_icmp(site.x, "10.0.0.2", row->to_us ? "10.0.0.1" : "10.0.1.2", ICMP_ECHO, 0,
                           0x10001, 8);
    lab_set_options(pkt, row->hex);
    uint32_t quoted_bytes = pkt->network_bytes;
    lab_say(site.x, pkt);
    g_autofree char *expected = NULL;
    if (row->pointer != 0) {
        expected =
            g_strdup_printf("x saw ICMP parameter problem %02x000000 10.0.0.1 > 10.0.0.2 ttl 64 "
                            "len %u\n",
                            row->pointer, quoted_bytes);
    } else if (row->refused) {
        expected = g_strdup_printf(
            "x saw ICMP source route failed 10.0.0.1 > 10.0.0.2 ttl 64 len %u\n", quoted_bytes);
    } else if (row->to_us) {
        expected = g_strdup(REPLY("10.0.0.1", "10.0.0.2"));
    } else {
        expected =
            g_strdup_printf("y saw " ECHO("10.0.0.2", "10.0.1.2", "63") " options %s\n", row->hex);
    }
    lab_expect(site.lab, expected);
    g_assert_cmpuint(lab_discards(site.stack, INET_DISCARD_OPTION), ==, row->pointer != 0);
    g_assert_cmpuint(lab_discards(site.stack, INET_DISCARD_SOURCE_ROUTE), ==, row->refused);
    lab_free(site.lab);
}

/* Redirects (RFC 1812 5.2.7.2): the sender and the better gateway are on the link the packet came
 * by. */
static void test_redirect_sent(void)
{
    static const struct {
        const char *dst;
        bool redirected;
    } rows[] = {
        { "10.0.0.9", true },  /* on the link itself */
        { "30.0.0.1", true },  /* behind 10.0.0.3 */
        { "10.0.1.2", false }, /* another link */
        { "40.0.0.1", false }, /* out again, to a gateway that the sender does not reach */
    };
    Site site = build(true, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    InetIface *iface = lab_iface(site.stack, 0);
    inet_route_add(site.stack, lab_addr("30.0.0.0"), 8, lab_addr("10.0.0.3"), iface, 0);
    inet_route_add(site.stack, lab_addr("40.0.0.0"), 8, lab_addr("50.0.0.3"), iface, 0);
    site.lab->logs = LAB_FORWARD;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        site.lab->logs = LAB_SENT;
        lab_say(site.x, lab_udp(site.x, "10.0.0.2", rows[i].dst, 1, 2, 3));
        g_assert_cmpint(strstr(site.lab->log->str, "sends ICMP redirect") != NULL, ==,
                        rows[i].redirected);
        lab_forget(site.lab);
    }
    site.lab->logs = LAB_SEEN;
    lab_say(site.x, lab_udp(site.x, "10.0.0.2", "30.0.0.1", 1, 2, 3));
    lab_expect(site.lab, "x saw ICMP redirect 0a000003 10.0.0.1 > 10.0.0.2 ttl 64 len 31\n"
                         "x saw UDP 10.0.0.2:1 > 30.0.0.1:2 ttl 63 len 3\n");
    lab_say(site.x, lab_udp(site.x, "10.0.5.2", "30.0.0.1", 1, 2, 3)); /* not of this link */
    lab_expect(site.lab, "x saw UDP 10.0.5.2:1 > 30.0.0.1:2 ttl 63 len 3\n");
    Packet *routed = lab_udp(site.x, "10.0.0.2", "30.0.0.1", 1, 2, 3);
    lab_set_options(routed, "8307040a00010200"); /* its route is its sender's choice */
    lab_say(site.x, routed);
    lab_expect(site.lab,
               "x saw UDP 10.0.0.2:1 > 30.0.0.1:2 ttl 63 len 3 options 8307040a00010200\n");
    lab_free(site.lab);
}

/* RFC1191-PMTU-RTR-1 and RFC791-IPV4-DF-1: what may not be cut dies, with the next link's MTU; what
 * may is cut; what fits goes on. */
static void test_too_long(void)
{
    static const uint32_t sizes[] = { 548, 549 };
    Site site = build(true, PACKET_LINK_RAW_IP, 576);
    for (unsigned i = 0; i < 4; i++) {
        Packet *pkt = lab_udp(site.x, "10.0.0.2", "10.0.1.2", 1, 2, sizes[i / 2]);
        pkt->ip.dont_fragment = i % 2 == 1;
        lab_say(site.x, pkt);
    }
    lab_expect(site.lab, "y saw UDP 10.0.0.2:1 > 10.0.1.2:2 ttl 63 len 548\n"
                         "y saw UDP 10.0.0.2:1 > 10.0.1.2:2 ttl 63 len 548 DF\n"
                         "y saw IP 17 10.0.0.2 > 10.0.1.2 ttl 63 len 552 at 0 more\n"
                         "y saw IP 17 10.0.0.2 > 10.0.1.2 ttl 63 len 5 at 552\n"
                         "r drops UDP 10.0.0.2:1 > 10.0.1.2:2 ttl 64 len 549 DF: "
                         "too long and may not be fragmented\n"
                         "x saw ICMP fragmentation needed 00000240 10.0.0.1 > 10.0.0.2 ttl 64 "
                         "len 548\n");
    lab_free(site.lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(addressings); i++) {
        g_autofree char *path = g_strdup_printf("/inet/input/address/%s", addressings[i].name);
        g_test_add_data_func(path, &addressings[i], test_addressing);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *path = g_strdup_printf("/inet/input/damage/%s", damages[i].name);
        g_test_add_data_func(path, &damages[i], test_damage);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(options_rows); i++) {
        g_autofree char *path = g_strdup_printf("/inet/input/options/%s", options_rows[i].name);
        g_test_add_data_func(path, &options_rows[i], test_options);
    }
    g_test_add_data_func("/inet/forward/damage/ethernet", GINT_TO_POINTER(PACKET_LINK_ETHERNET),
                         test_router_passes_damage);
    g_test_add_data_func("/inet/forward/damage/raw-ip", GINT_TO_POINTER(PACKET_LINK_RAW_IP),
                         test_router_passes_damage);
    g_test_add_func("/inet/input/RFC1122-IPV4-TTL-1", test_ttl_at_host);
    g_test_add_func("/inet/forward/RFC1812-ICMP-TIMEX-1", test_ttl_at_router);
    g_test_add_func("/inet/forward/redirect", test_redirect_sent);
    g_test_add_func("/inet/forward/RFC1191-PMTU-RTR-1", test_too_long);
    return g_test_run();
}
