/* Protects: which packets a fault of the scenario means, and which of them it hits. */

#include "net/net_fault.h"

#define OPEN TCP_SYN
#define SYN_ACK (TCP_SYN | TCP_ACK)

typedef struct Match {
    const char *label;
    NetMatch match;
    Packet pkt;
    bool matches;
} Match;

#define ANY_BUT .kind = -1
#define TCP_PACKET(flag_bits)                                                                      \
    .kind = PACKET_TCP, .tcp = { .src_port = 1000, .dst_port = 80, .flags = (flag_bits) }
#define DATA(from, len) .payload = { .stream = 1, .offset = (from), .len_bytes = (len) }

static const Match matches[] = {
    { "any-tcp", { ANY_BUT }, { TCP_PACKET(TCP_ACK) }, true },
    { "any-arp", { ANY_BUT }, { .kind = PACKET_ARP }, true },
    { "any-raw", { ANY_BUT }, { .kind = PACKET_RAW }, true },
    { "syn",
      { ANY_BUT, .flags_set = TCP_SYN, .flags_clear = TCP_ACK },
      { TCP_PACKET(OPEN) },
      true },
    { "syn-is-not-syn-ack",
      { ANY_BUT, .flags_set = TCP_SYN, .flags_clear = TCP_ACK },
      { TCP_PACKET(SYN_ACK) },
      false },
    { "syn-ack", { ANY_BUT, .flags_set = SYN_ACK }, { TCP_PACKET(SYN_ACK) }, true },
    { "syn-ack-is-not-ack", { ANY_BUT, .flags_set = SYN_ACK }, { TCP_PACKET(TCP_ACK) }, false },
    { "flags-mean-tcp", { ANY_BUT, .flags_clear = TCP_ACK }, { .kind = PACKET_UDP }, false },
    { "kind", { .kind = PACKET_UDP }, { .kind = PACKET_UDP }, true },
    { "other-kind", { .kind = PACKET_UDP }, { TCP_PACKET(0) }, false },
    { "source-port", { ANY_BUT, .src_port = 1000 }, { TCP_PACKET(0) }, true },
    { "other-source-port", { ANY_BUT, .src_port = 80 }, { TCP_PACKET(0) }, false },
    { "destination-port", { ANY_BUT, .dst_port = 80 }, { TCP_PACKET(0) }, true },
    { "one-port-of-two", { ANY_BUT, .src_port = 1000, .dst_port = 81 }, { TCP_PACKET(0) }, false },
    { "udp-port",
      { ANY_BUT, .dst_port = 53 },
      { .kind = PACKET_UDP, .udp = { .src_port = 1, .dst_port = 53 } },
      true },
    { "a-port-means-tcp-or-udp", { ANY_BUT, .dst_port = 80 }, { .kind = PACKET_ICMP }, false },
    { "payload", { ANY_BUT, .has_payload = true }, { TCP_PACKET(TCP_ACK), DATA(0, 1) }, true },
    { "no-payload", { ANY_BUT, .has_payload = true }, { TCP_PACKET(TCP_ACK) }, false },
    { "bare-ack", { ANY_BUT, .no_payload = true }, { TCP_PACKET(TCP_ACK) }, true },
    { "no-bare-ack", { ANY_BUT, .no_payload = true }, { TCP_PACKET(TCP_ACK), DATA(0, 1) }, false },
    { "a-ping-is-no-application-data",
      { ANY_BUT, .has_payload = true },
      { .kind = PACKET_ICMP, DATA(0, 56) },
      false },
    { "octets-of-a-raw-packet-are-no-data",
      { ANY_BUT, .has_payload = true },
      { .kind = PACKET_RAW, DATA(0, 60) },
      false },
    { "retransmission-by-timeout",
      { ANY_BUT, .retransmission = true },
      { TCP_PACKET(TCP_ACK), .why = PACKET_WHY_RETRANSMIT_TIMEOUT },
      true },
    { "retransmission-fast",
      { ANY_BUT, .retransmission = true },
      { TCP_PACKET(TCP_ACK), .why = PACKET_WHY_RETRANSMIT_FAST },
      true },
    { "retransmission-in-recovery",
      { ANY_BUT, .retransmission = true },
      { TCP_PACKET(TCP_ACK), .why = PACKET_WHY_RETRANSMIT_RECOVERY },
      true },
    { "first-transmission",
      { ANY_BUT, .retransmission = true },
      { TCP_PACKET(TCP_ACK), .why = PACKET_WHY_DATA },
      false },
    { "a-copy-is-no-retransmission",
      { ANY_BUT, .retransmission = true },
      { TCP_PACKET(TCP_ACK), .why = PACKET_WHY_DUPLICATE, .original = 7 },
      false },
    { "range-inside",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(1200, 100) },
      true },
    { "range-around",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(0, 5000) },
      true },
    { "range-last-octet",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(1999, 100) },
      true },
    { "range-behind",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(2000, 100) },
      false },
    { "range-first-octet",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(0, 1001) },
      true },
    { "range-before",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(0, 1000) },
      false },
    { "range-without-data",
      { ANY_BUT, .stream_low = 1000, .stream_high = 2000 },
      { TCP_PACKET(TCP_ACK), DATA(1500, 0) },
      false },
    { "range-from-the-first",
      { ANY_BUT, .stream_high = 1 },
      { TCP_PACKET(TCP_ACK), DATA(0, 1) },
      true },
    { "range-means-tcp",
      { ANY_BUT, .stream_high = 100 },
      { .kind = PACKET_UDP, DATA(0, 10) },
      false },
};

static void test_match(gconstpointer data)
{
    const Match *m = data;
    g_assert_cmpint(net_match(&m->match, &m->pkt), ==, m->matches);
}

/* ---- The n-th ---- */

typedef struct Nth {
    const char *label;
    uint32_t first, last;
    const char *hit; /* of ten matching packets */
} Nth;

static const Nth nths[] = {
    { "first", 1, 1, "X........." }, { "third", 3, 3, "..X......." },
    { "range", 2, 4, ".XXX......" }, { "from-the-ninth", 9, 0, "........XX" },
    { "all", 1, 0, "XXXXXXXXXX" },   { "eleventh", 11, 11, ".........." },
};

static void test_nth(gconstpointer data)
{
    const Nth *n = data;
    NetFault fault = { .match = { ANY_BUT, .flags_set = TCP_SYN },
                       .first = n->first,
                       .last = n->last };
    const Packet syn = { TCP_PACKET(TCP_SYN) }, ack = { TCP_PACKET(TCP_ACK) };
    char hit[11] = "";
    for (unsigned i = 0; i < 10; i++) {
        g_assert_false(net_fault_due(&fault, &ack)); /* does not match, does not count */
        hit[i] = net_fault_due(&fault, &syn) ? 'X' : '.';
    }
    g_assert_cmpstr(hit, ==, n->hit);
    g_assert_cmpuint(fault.seen, ==, 10);
}

/* ---- Retransmissions of the n-th ---- */

typedef struct Seen {
    SimKey id, original;
    PacketWhy why;
    uint32_t len_bytes;
    bool hit;
} Seen;

/* "The second repetition of the second data segment." */
static void test_retransmission_of(void)
{
    static const Seen seen[] = {
        { 1, 0, PACKET_WHY_OPEN, 0, false },
        { 2, 0, PACKET_WHY_DATA, 100, false },
        { 20, 2, PACKET_WHY_DUPLICATE, 100, false }, /* a link's doing: no transmission at all */
        { 3, 0, PACKET_WHY_DATA, 100, false },       /* the one meant */
        { 4, 0, PACKET_WHY_DATA, 100, false },
        { 5, 2, PACKET_WHY_RETRANSMIT_FAST, 100, false },     /* of another */
        { 6, 3, PACKET_WHY_RETRANSMIT_RECOVERY, 100, false }, /* its first repetition */
        { 7, 3, PACKET_WHY_DUPLICATE, 100, false },
        { 8, 3, PACKET_WHY_RETRANSMIT_TIMEOUT, 100, true },
        { 9, 3, PACKET_WHY_RETRANSMIT_TIMEOUT, 100, false },
    };
    NetFault fault = { .match = { ANY_BUT, .has_payload = true, .retransmission_of = 2 },
                       .first = 2,
                       .last = 2 };
    for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
        const Seen *s = &seen[i];
        const Packet pkt = { TCP_PACKET(TCP_ACK), DATA(0, s->len_bytes), .id = s->id,
                             .repeats = s->original != 0, .original = s->original,
                             .why = s->why };
        g_assert_cmpint(net_fault_due(&fault, &pkt), ==, s->hit);
    }
}

/* A repetition may name the one before it instead of the first transmission. */
static void test_retransmission_chain(void)
{
    NetFault fault = { .match = { ANY_BUT, .retransmission_of = 1 }, .first = 1 };
    const Packet chain[] = {
        { TCP_PACKET(TCP_SYN), .id = 10, .why = PACKET_WHY_OPEN },
        { TCP_PACKET(TCP_SYN), .id = 11, .repeats = true, .original = 10,
          .why = PACKET_WHY_RETRANSMIT_TIMEOUT },
        { TCP_PACKET(TCP_SYN), .id = 12, .repeats = true, .original = 11,
          .why = PACKET_WHY_RETRANSMIT_TIMEOUT },
    };
    g_assert_false(net_fault_due(&fault, &chain[0]));
    g_assert_true(net_fault_due(&fault, &chain[1]));
    g_assert_true(net_fault_due(&fault, &chain[2]));
}

#define ADD(prefix, rows, test)                                                                    \
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {                                              \
        g_autofree char *path = g_strconcat(prefix, (rows)[i].label, NULL);                        \
        g_test_add_data_func(path, &(rows)[i], test);                                              \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/net/fault/match/", matches, test_match);
    ADD("/net/fault/nth/", nths, test_nth);
    g_test_add_func("/net/fault/retransmission-of", test_retransmission_of);
    g_test_add_func("/net/fault/retransmission-chain", test_retransmission_chain);
    return g_test_run();
}
