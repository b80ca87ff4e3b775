/* Protects: what faults and chances do to packets, that they are announced with their cause, and
 * that no draw depends on another. */

#include "net/wire_bed.h"

#include <string.h>

/* ---- Faults by plan ---- */

typedef struct Planned {
    const char *label;
    NetFault faults[4]; /* until one without an action */
    const char *log;    /* of five packets of 100 octets at 0, 1, ... ms; 100 us each, then 1 ms */
} Planned;

#define EACH .match = { .kind = -1 }, .first = 1
#define ONLY(n) .match = { .kind = -1 }, .first = (n), .last = (n)

static const Planned planned[] = {
    { "drop",
      { { ONLY(2), .action = NET_FAULT_DROP, .index = 7 } },
      "1000000 drop #2 planned fault by fault 7\n"
      "1100000 got #1\n3100000 got #3\n4100000 got #4\n5100000 got #5\n" },
    { "delay-lets-others-overtake",
      { { ONLY(1), .action = NET_FAULT_DELAY, .delay_ns = 2500000, .index = 0 } },
      "0 delayed #1 by fault 0 +2500000\n"
      "2100000 got #2\n3100000 got #3\n3600000 got #1\n4100000 got #4\n5100000 got #5\n" },
    { "two-delays-add-up",
      { { ONLY(1), .action = NET_FAULT_DELAY, .delay_ns = 1000000, .index = 0 },
        { ONLY(1), .action = NET_FAULT_DELAY, .delay_ns = 1500000, .index = 1 } },
      "0 delayed #1 by fault 0 +1000000\n0 delayed #1 by fault 1 +1500000\n"
      "2100000 got #2\n3100000 got #3\n3600000 got #1\n4100000 got #4\n5100000 got #5\n" },
    /* The copy is a frame of its own: it is sent behind the original. */
    { "duplicate-follows",
      { { ONLY(1), .action = NET_FAULT_DUPLICATE, .index = 0 } },
      "0 duplicated #1 by fault 0\n"
      "1100000 got #1\n1200000 got copy 1 of #1\n2100000 got #2\n3100000 got #3\n4100000 got #4\n"
      "5100000 got #5\n" },
    { "duplicate-later",
      { { ONLY(1), .action = NET_FAULT_DUPLICATE, .delay_ns = 2000000, .index = 0 } },
      "0 duplicated #1 by fault 0\n"
      "1100000 got #1\n2100000 got #2\n3100000 got #3\n3200000 got copy 1 of #1\n4100000 got #4\n"
      "5100000 got #5\n" },
    /* The copy of a delayed packet follows the packet. */
    { "duplicate-of-a-delayed",
      { { ONLY(1), .action = NET_FAULT_DUPLICATE, .index = 0 },
        { ONLY(1), .action = NET_FAULT_DELAY, .delay_ns = 2500000, .index = 1 } },
      "0 delayed #1 by fault 1 +2500000\n0 duplicated #1 by fault 0\n"
      "2100000 got #2\n3100000 got #3\n3600000 got #1\n3700000 got copy 1 of #1\n4100000 got #4\n"
      "5100000 got #5\n" },
    { "corrupt-a-named-bit",
      { { ONLY(2), .action = NET_FAULT_CORRUPT, .bit = 9, .index = 3 } },
      "1000000 corrupted #2 corrupted by fault 3 bit 9\n"
      "1100000 got #1\n2100000 got #2 corrupted\n3100000 got #3\n4100000 got #4\n5100000 got "
      "#5\n" },
    { "a-bit-past-the-end-wraps",
      { { ONLY(2), .action = NET_FAULT_CORRUPT, .bit = 809, .index = 3 } },
      "1000000 corrupted #2 corrupted by fault 3 bit 9\n"
      "1100000 got #1\n2100000 got #2 corrupted\n3100000 got #3\n4100000 got #4\n5100000 got "
      "#5\n" },
    /* What would hit a packet that is dropped is counted, but does not happen. */
    { "every-fault-counts-every-packet",
      { { ONLY(1), .action = NET_FAULT_DROP, .index = 0 },
        { ONLY(2), .action = NET_FAULT_DROP, .index = 1 },
        { ONLY(1), .action = NET_FAULT_DUPLICATE, .index = 2 } },
      "0 drop #1 planned fault by fault 0\n1000000 drop #2 planned fault by fault 1\n"
      "3100000 got #3\n4100000 got #4\n5100000 got #5\n" },
    { "the-first-drop-gives-the-reason",
      { { ONLY(1), .action = NET_FAULT_DUPLICATE, .index = 0 },
        { EACH, .action = NET_FAULT_DROP, .index = 1 },
        { ONLY(1), .action = NET_FAULT_DROP, .index = 2 } },
      "0 drop #1 planned fault by fault 1\n1000000 drop #2 planned fault by fault 1\n"
      "2000000 drop #3 planned fault by fault 1\n3000000 drop #4 planned fault by fault 1\n"
      "4000000 drop #5 planned fault by fault 1\n" },
    { "by-flags-none",
      { { .match = { .kind = -1, .flags_set = TCP_SYN }, .first = 1, .action = NET_FAULT_DROP } },
      "1100000 got #1\n2100000 got #2\n3100000 got #3\n4100000 got #4\n5100000 got #5\n" },
};

static void ignore(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
}

static void test_planned(gconstpointer data)
{
    const Planned *p = data;
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < G_N_ELEMENTS(p->faults) && p->faults[i].action != NET_FAULT_NONE;
         i++) {
        net_wire_add_fault(bed.wire, &p->faults[i]);
    }
    bed.probe.on_offer = bed.probe.on_transmit = bed.probe.on_arrive = ignore;
    bed.probe.on_queue = NULL;
    wire_bed_watch(&bed);
    for (unsigned i = 0; i < 5; i++) {
        wire_bed_send(&bed, i * SIM_NS_PER_MS, 100);
    }
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, p->log);
    wire_bed_close(&bed);
}

/* ---- Corruption is real ---- */

typedef struct Corrupted {
    const char *label;
    PacketLink link;
    uint32_t bit;
    PacketFault found; /* by the receiver */
} Corrupted;

static const Corrupted corrupted[] = {
    { "ip-version", PACKET_LINK_RAW_IP, 0, PACKET_FAULT_IP_VERSION },
    { "ip-ttl", PACKET_LINK_RAW_IP, 8 * 8, PACKET_FAULT_IP_CHECKSUM },
    { "tcp-sequence", PACKET_LINK_RAW_IP, 8 * 24, PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "last-octet", PACKET_LINK_RAW_IP, 8 * 99 + 7, PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "behind-the-ethernet-header", PACKET_LINK_ETHERNET, 8 * 14, PACKET_FAULT_IP_VERSION },
    { "ethertype", PACKET_LINK_ETHERNET, 8 * 12, PACKET_FAULT_ETHERTYPE },
    /* Source addresses are nobody's business: the frame is read as if nothing had happened. */
    { "ethernet-source", PACKET_LINK_ETHERNET, 8 * 6 + 7, PACKET_OK },
};

static void receive_and_parse(NetPort *port, Packet *pkt, int64_t now_ns)
{
    PacketFault *found = port->above;
    g_assert_true(pkt->corrupted);
    *found = packet_parse(pkt, PACKET_DEPTH_TRANSPORT);
    packet_free(pkt);
}

static void test_corrupted(gconstpointer data)
{
    const Corrupted *c = data;
    NetWireConfig config = wire_bed_config();
    const NetFault fault = { EACH, .action = NET_FAULT_CORRUPT, .bit = c->bit };
    PacketFault found = PACKET_N_FAULTS;
    WireBed bed;
    wire_bed_open_with(&bed, &config, c->link, 1);
    net_wire_to(bed.wire)->receive = receive_and_parse;
    net_wire_to(bed.wire)->above = &found;
    net_wire_add_fault(bed.wire, &fault);
    wire_bed_send(&bed, 0, 100);
    wire_bed_finish(&bed);
    g_assert_cmpstr(packet_fault_to_string(found), ==, packet_fault_to_string(c->found));
    wire_bed_close(&bed);
}

static void receive_silently(NetPort *port, Packet *pkt, int64_t now_ns)
{
    packet_free(pkt);
}

/* A drawn bit falls anywhere in the datagram, and nowhere else in the frame: not in the link
 * header, not in the padding. */
static void note_bit(void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                     const NetDetail *detail, int64_t now_ns)
{
    WireBed *bed = watcher;
    g_assert_cmpint(kind, ==, NET_FAULT_CORRUPT);
    g_assert_cmpstr(detail->rng_stream, ==, "link wire a>b bit");
    g_string_append_printf(bed->log, "%" G_GUINT64_FORMAT " ", detail->bit / 8);
}

static void test_drawn_bits(void)
{
    NetWireConfig config = { .delay_ns = 1, .queue_limit = 10 };
    const NetFault fault = { EACH, .action = NET_FAULT_CORRUPT, .bit = NET_BIT_DRAWN };
    bool hit[60] = { false };
    WireBed bed;
    wire_bed_open_with(&bed, &config, PACKET_LINK_ETHERNET, 1);
    bed.probe = (NetProbe){ .watcher = &bed, .on_fault = note_bit };
    net_wire_set_probe(bed.wire, &bed.probe);
    net_wire_to(bed.wire)->receive = receive_silently;
    net_wire_add_fault(bed.wire, &fault);
    for (unsigned i = 0; i < 1000; i++) {
        g_string_truncate(bed.log, 0);
        wire_bed_send(&bed, 10 * i, 40);
        gint64 octet = g_ascii_strtoll(bed.log->str, NULL, 10);
        g_assert_cmpint(octet, >=, 14);
        g_assert_cmpint(octet, <, 54);
        hit[octet] = true;
    }
    for (unsigned i = 14; i < 54; i++) {
        g_assert_true(hit[i]);
    }
    wire_bed_finish(&bed);
    wire_bed_close(&bed);
}

/* An injected frame may be shorter than any header, or empty. */
static void test_corrupt_tiny(void)
{
    NetWireConfig config = { .delay_ns = 1, .queue_limit = 10, .corrupt_ppb = SIM_PPB };
    const uint8_t octets[20] = { 0 };
    WireBed bed;
    wire_bed_open_with(&bed, &config, PACKET_LINK_ETHERNET, 1);
    wire_bed_watch(&bed);
    for (uint32_t len_bytes = 0; len_bytes <= sizeof octets; len_bytes++) {
        Packet *pkt = packet_new_raw(&bed.packets, &bed.a->entity, 0, PACKET_WHY_INJECTED,
                                     PACKET_LINK_ETHERNET, octets, len_bytes);
        wire_bed_offer(&bed, 10 * len_bytes, pkt);
    }
    wire_bed_finish(&bed);
    g_assert_cmpuint(net_wire_stats(bed.wire).corrupted_pkts, ==, 20);
    g_assert_cmpuint(bed.b->dropped_pkts[NET_DROP_BAD_FRAME], ==, 14);
    wire_bed_close(&bed);
}

/* ---- Chances ---- */

enum { PKTS = 4000 };

/* Sends PKTS packets 1 ms apart and returns what arrived, one line each. */
static char *arrivals(const NetWireConfig *config, uint64_t seed, const NetFault *fault)
{
    WireBed bed;
    wire_bed_open_with(&bed, config, PACKET_LINK_RAW_IP, seed);
    if (fault != NULL) {
        net_wire_add_fault(bed.wire, fault);
    }
    for (unsigned i = 0; i < PKTS; i++) {
        wire_bed_send(&bed, i * SIM_NS_PER_MS, 100);
    }
    wire_bed_finish(&bed);
    char *log = g_strdup(bed.log->str);
    wire_bed_close(&bed);
    return log;
}

static unsigned count(const char *log, const char *what)
{
    unsigned found = 0;
    for (const char *at = log; (at = strstr(at, what)) != NULL; at += strlen(what)) {
        found++;
    }
    return found;
}

/* Which packets bear the mark, as one string; "#17 #40 ". */
static char *numbers(const char *log, bool (*has_mark)(const char *line))
{
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        const char *number = strchr(lines[i], '#');
        if (number != NULL && has_mark(lines[i])) {
            g_string_append_printf(out, "#%d ", atoi(number + 1));
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool is_any(const char *line)
{
    return strstr(line, "copy") == NULL;
}

static bool is_copy(const char *line)
{
    return strstr(line, "copy") != NULL;
}

static bool is_corrupted(const char *line)
{
    return strstr(line, "corrupted") != NULL && is_any(line);
}

/* Sent at i ms, due 1.1 ms later; a reordered one comes 250 us after that. */
static bool is_late(const char *line)
{
    return g_ascii_strtoll(line, NULL, 10) % SIM_NS_PER_MS >= 300000 && is_any(line);
}

static int compare_numbers(const void *a, const void *b)
{
    return atoi(*(char *const *)a + 1) - atoi(*(char *const *)b + 1);
}

/* The same numbers in their order, whatever the order of arrival. */
static char *in_order(const char *numbers_text)
{
    g_autofree char *text = g_strchomp(g_strdup(numbers_text));
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    qsort(words, g_strv_length(words), sizeof *words, compare_numbers);
    return g_strjoinv(" ", words);
}

typedef struct Chance {
    const char *label;
    size_t ppb_offset;
    bool (*has_mark)(const char *line);
    bool is_absence; /* the mark is that it did not arrive */
} Chance;

static const Chance chances[] = {
    { "loss", offsetof(NetWireConfig, loss_ppb), is_any, true },
    { "duplicate", offsetof(NetWireConfig, duplicate_ppb), is_copy, false },
    { "corrupt", offsetof(NetWireConfig, corrupt_ppb), is_corrupted, false },
    { "reorder", offsetof(NetWireConfig, reorder_ppb), is_late, false },
};

static NetWireConfig with_chance(NetWireConfig config, const Chance *c, uint32_t ppb)
{
    *(uint32_t *)((char *)&config + c->ppb_offset) = ppb;
    config.reorder_ns = 250000;
    return config;
}

static char *marked(const NetWireConfig *config, const Chance *c)
{
    g_autofree char *log = arrivals(config, 1, NULL);
    g_autofree char *found = numbers(log, c->has_mark);
    return in_order(found);
}

/* About one in ten is hit, the same ones each time, others with another seed; never hits none,
 * always all. */
static void test_chance(gconstpointer data)
{
    const Chance *c = data;
    NetWireConfig never = wire_bed_config(), tenth = with_chance(never, c, SIM_PPB / 10);
    NetWireConfig always = with_chance(never, c, SIM_PPB);
    g_autofree char *once = arrivals(&tenth, 1, NULL), *again = arrivals(&tenth, 1, NULL);
    g_autofree char *other = arrivals(&tenth, 2, NULL);
    g_assert_cmpstr(once, ==, again);
    g_assert_cmpstr(once, !=, other);

    g_autofree char *hits = numbers(once, c->has_mark), *all = arrivals(&always, 1, NULL);
    g_autofree char *all_hits = numbers(all, c->has_mark);
    unsigned hit_pkts = c->is_absence ? PKTS - count(hits, "#") : count(hits, "#");
    g_assert_cmpuint(hit_pkts, >, PKTS / 10 - 100);
    g_assert_cmpuint(hit_pkts, <, PKTS / 10 + 100);
    g_assert_cmpuint(count(all_hits, "#"), ==, c->is_absence ? 0 : PKTS);
}

/* With all the other chances on and a fault that drops, the same packets are hit. */
static void test_independent(gconstpointer data)
{
    const Chance *c = data;
    NetWireConfig alone = with_chance(wire_bed_config(), c, SIM_PPB / 10), all = alone;
    g_autofree char *expected = marked(&alone, c);
    for (size_t i = 0; i < G_N_ELEMENTS(chances); i++) {
        bool hides = chances[i].is_absence && !c->is_absence;
        if (&chances[i] != c && !hides) {
            all = with_chance(all, &chances[i], SIM_PPB / 5);
        }
    }
    g_autofree char *found = marked(&all, c);
    g_assert_cmpstr(found, ==, expected);
}

/* A fault that drops a packet takes no draw away from those behind it. */
static void test_fault_moves_no_draw(void)
{
    NetWireConfig config = with_chance(wire_bed_config(), &chances[0], SIM_PPB / 10);
    const NetFault fault = { ONLY(1), .action = NET_FAULT_DROP };
    g_autofree char *without = arrivals(&config, 1, NULL), *with = arrivals(&config, 1, &fault);
    g_assert_true(g_str_has_prefix(without, "1100000 got #1\n"));
    g_assert_cmpstr(with, ==, strchr(without, '\n') + 1);
}

/* Traffic and chances on another wire, here the way back, change nothing on this one. */
static void test_other_wires(void)
{
    NetWireConfig config = with_chance(wire_bed_config(), &chances[0], SIM_PPB / 10);
    NetWireConfig other = with_chance(config, &chances[1], SIM_PPB / 3);
    g_autofree char *expected = arrivals(&config, 1, NULL);
    WireBed bed;
    wire_bed_open(&bed, &config);
    NetWire *back = net_link_wire(bed.link, 1);
    net_wire_reconfigure(back, &other, 0);
    net_wire_to(back)->receive = receive_silently;
    for (unsigned i = 0; i < PKTS; i++) {
        int64_t at_ns = i * SIM_NS_PER_MS;
        Packet *pkt = wire_bed_tcp(&bed, 100);
        Packet *also = packet_copy(pkt, &bed.b->entity, 0, PACKET_WHY_DATA);
        wire_bed_offer(&bed, at_ns, pkt);
        net_wire_offer(back, also, at_ns);
    }
    wire_bed_finish(&bed);
    NetWireStats stats = net_wire_stats(back);
    g_assert_cmpuint(stats.dropped_pkts[NET_DROP_LOSS], >, 0);
    g_assert_cmpuint(stats.duplicated_pkts, >, 0);
    wire_bed_expect(&bed, expected);
    wire_bed_close(&bed);
}

/* A chance turned off for a while goes on drawing, so those hit afterwards are the same. */
static void test_turned_off_for_a_while(void)
{
    NetWireConfig on = with_chance(wire_bed_config(), &chances[0], SIM_PPB / 10);
    NetWireConfig off = wire_bed_config();
    g_autofree char *always = arrivals(&on, 1, NULL);
    WireBed bed;
    wire_bed_open(&bed, &on);
    for (unsigned i = 0; i < PKTS; i++) {
        int64_t at_ns = i * SIM_NS_PER_MS;
        if (i == 1000 || i == 2000) {
            sim_run(bed.sim, at_ns);
            net_wire_reconfigure(bed.wire, i == 1000 ? &off : &on, at_ns);
        }
        wire_bed_send(&bed, at_ns, 100);
    }
    wire_bed_finish(&bed);
    const char *after = strstr(bed.log->str, "#2000\n"), *expected = strstr(always, "#2000\n");
    g_assert_nonnull(after);
    g_assert_nonnull(expected);
    g_assert_cmpstr(after, ==, expected);
    g_assert_cmpuint(count(bed.log->str, "got"), >, count(always, "got") + 50);
    wire_bed_close(&bed);
}

/* ---- What is told of a chance ---- */

static void test_detail(void)
{
    NetWireConfig config = wire_bed_config();
    config.loss_ppb = SIM_PPB;
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_watch(&bed);
    bed.probe.on_offer = NULL;
    wire_bed_send(&bed, 0, 100);
    wire_bed_expect(&bed, "0 drop #1 random loss by 'link wire a>b loss'\n");

    config.loss_ppb = 0;
    config.reorder_ppb = config.duplicate_ppb = SIM_PPB;
    config.reorder_ns = 5;
    net_wire_reconfigure(bed.wire, &config, 0);
    g_string_truncate(bed.log, 0);
    wire_bed_send(&bed, 0, 100);
    wire_bed_expect(&bed, "0 delayed #2 by 'link wire a>b reorder' +5\n"
                          "0 duplicated #2 by 'link wire a>b duplicate'\n"
                          "0 transmit #2\n"
                          "0 queue 1, 100 bytes\n");
    wire_bed_finish(&bed);
    NetWireStats stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.offered_pkts, ==, 2);
    g_assert_cmpuint(stats.duplicated_pkts, ==, 1);
    g_assert_cmpuint(stats.duplicated_bytes, ==, 100);
    g_assert_cmpuint(stats.delayed_pkts, ==, 1);
    g_assert_cmpuint(stats.sent_pkts, ==, 2);
    g_assert_cmpuint(stats.sent_bytes, ==, 200);
    wire_bed_close(&bed);
}

/* A frame that was overtaken is announced after all that happened on the wire before. */
static void test_overtaken_is_announced_in_order(void)
{
    NetWireConfig config = wire_bed_config();
    const NetFault fault = { ONLY(1), .action = NET_FAULT_DELAY, .delay_ns = 1000000 };
    WireBed bed;
    wire_bed_open(&bed, &config);
    net_wire_add_fault(bed.wire, &fault);
    wire_bed_send(&bed, 0, 100);
    wire_bed_watch(&bed);
    wire_bed_send(&bed, 1150000, 800);
    wire_bed_send(&bed, 1150000, 100);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "1150000 offer #2\n"
                          "1150000 transmit #2\n"
                          "1150000 offer #3\n"
                          "1150000 queue 1, 100 bytes\n"
                          "1950000 transmit #3\n"
                          "1950000 queue 0, 0 bytes\n"
                          "2100000 arrive #1\n"
                          "2100000 got #1\n"
                          "2950000 arrive #2\n"
                          "2950000 got #2\n"
                          "3050000 arrive #3\n"
                          "3050000 got #3\n");
    wire_bed_close(&bed);
}

static void pass_on(NetPort *port, Packet *pkt, int64_t now_ns)
{
    g_assert_false(pkt->late);
    g_assert_false(pkt->may_be_overtaken);
    packet_free(pkt);
}

/* What one wire held a packet back by is no business of the next. */
static void test_delay_stays_on_its_wire(void)
{
    NetWireConfig config = wire_bed_config();
    const NetFault fault = { EACH, .action = NET_FAULT_DELAY, .delay_ns = 1000000 };
    config.jitter_ns = 1000;
    WireBed bed;
    wire_bed_open(&bed, &config);
    net_wire_add_fault(bed.wire, &fault);
    net_wire_to(bed.wire)->receive = pass_on;
    wire_bed_send(&bed, 0, 100);
    wire_bed_finish(&bed);
    g_assert_cmpuint(net_wire_stats(bed.wire).arrived_pkts, ==, 1);
    wire_bed_close(&bed);
}

/* ---- Jitter ---- */

/* Packets 1 ms apart with 10 ms of jitter: each within its bounds; in order, or not if that is
 * asked for. */
static void test_jitter(gconstpointer data)
{
    NetWireConfig config = wire_bed_config();
    config.jitter_ns = 10 * SIM_NS_PER_MS;
    config.jitter_reorders = data != NULL;
    g_autofree char *log = arrivals(&config, 1, NULL);
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    unsigned overtakings = 0, late = 0;
    int last = 0;
    for (unsigned i = 0; *lines[i] != '\0'; i++) {
        int number = atoi(strchr(lines[i], '#') + 1);
        int64_t due_ns = (number - 1) * SIM_NS_PER_MS + 1100000;
        int64_t late_ns = g_ascii_strtoll(lines[i], NULL, 10) - due_ns;
        g_assert_cmpint(late_ns, >=, 0);
        g_assert_cmpint(late_ns, <=, config.jitter_ns);
        late += late_ns > config.jitter_ns / 2;
        overtakings += number < last;
        last = number;
    }
    g_assert_cmpuint(count(log, "got"), ==, PKTS);
    if (config.jitter_reorders) {
        g_assert_cmpuint(overtakings, >, PKTS / 4);
        g_assert_cmpuint(late, >, PKTS / 2 - 200);
        g_assert_cmpuint(late, <, PKTS / 2 + 200);
    } else {
        g_assert_cmpuint(overtakings, ==, 0);
    }
}

#define ADD(prefix, rows, test)                                                                    \
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {                                              \
        g_autofree char *path = g_strconcat(prefix, (rows)[i].label, NULL);                        \
        g_test_add_data_func(path, &(rows)[i], test);                                              \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/net/impair/planned/", planned, test_planned);
    ADD("/net/impair/corrupted/", corrupted, test_corrupted);
    g_test_add_func("/net/impair/drawn-bits", test_drawn_bits);
    g_test_add_func("/net/impair/corrupt-tiny", test_corrupt_tiny);
    ADD("/net/impair/chance/", chances, test_chance);
    ADD("/net/impair/independent/", chances, test_independent);
    g_test_add_func("/net/impair/fault-moves-no-draw", test_fault_moves_no_draw);
    g_test_add_func("/net/impair/other-wires", test_other_wires);
    g_test_add_func("/net/impair/turned-off-for-a-while", test_turned_off_for_a_while);
    g_test_add_func("/net/impair/detail", test_detail);
    g_test_add_func("/net/impair/overtaken-is-announced-in-order",
                    test_overtaken_is_announced_in_order);
    g_test_add_func("/net/impair/delay-stays-on-its-wire", test_delay_stays_on_its_wire);
    g_test_add_data_func("/net/impair/jitter/in-order", NULL, test_jitter);
    g_test_add_data_func("/net/impair/jitter/reorders", "yes", test_jitter);
    return g_test_run();
}
