/* Protects: the segments of a capture in relative numbers, each with its connection; what is odd
 * about a frame is counted and never fatal. */

#include "lib/capture-builder.h"
#include "lib/hex.h"

#include <string.h>

#define MS SIM_NS_PER_MS

static CaptureBuilder start(void)
{
    CaptureBuilder builder;
    capture_builder_init(&builder, CAPTURE_LINK_RAW_IP);
    return builder;
}

/* Reads what was built, which is done with. */
static FlowSet *finish(CaptureBuilder *builder)
{
    FlowSet *set = capture_builder_flows(builder);
    capture_builder_clear(builder);
    return set;
}

static const Flow *flow_at(const FlowSet *set, guint i)
{
    g_assert_cmpuint(set->flows->len, >, i);
    return g_ptr_array_index(set->flows, i);
}

static const Flow *only_flow(const FlowSet *set)
{
    g_assert_cmpuint(set->flows->len, ==, 1);
    return flow_at(set, 0);
}

/* All segments of a flow, a line each, without the names of the ends: "0 SYN seq 0 win 1000". */
static void assert_segments(const Flow *flow, const char *expected)
{
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < flow->segments->len; i++) {
        g_autoptr(GString) one = g_string_new(NULL);
        g_autofree char *names =
            g_strdup_printf("%s > %s ", flow->end[flow_segment(flow, i)->end].name,
                            flow->end[!flow_segment(flow, i)->end].name);
        flow_put_segment(one, flow, i);
        const char *words = strstr(one->str, names);
        g_assert_nonnull(words);
        g_string_append_printf(all, "%u %s\n", flow_segment(flow, i)->end, words + strlen(names));
    }
    g_assert_cmpstr(all->str, ==, expected);
}

/* Numbers wrap around, the window is scaled but that of a SYN, SACK blocks are relative. */
static void test_relative(void)
{
    CaptureBuilder builder = start();
    capture_builder_handshake(&builder, 0, 40 * MS, 0);
    capture_builder_segment(&builder, 41 * MS, 0, "P. 1:1449(1448) ack 1 win 8");
    capture_builder_segment(&builder, 81 * MS, 1,
                            ". 1:1(0) ack 1 win 9 <nop,sack 101:201 301:401>");
    capture_builder_segment(&builder, 90 * MS, 1, "R 1:1(0)");
    g_autoptr(FlowSet) set = finish(&builder);
    assert_segments(flow_at(set, 0), "0 SYN seq 0 win 1000 <mss 1460, sackOK, TS, wscale 7>\n"
                                     "1 SYN ACK seq 0 ack 1 win 1000 "
                                     "<mss 1460, sackOK, TS, wscale 7>\n"
                                     "0 ACK seq 1 ack 1 win 1024\n"
                                     "0 PSH ACK seq 1 ack 1 len 1448 win 1024\n"
                                     "1 ACK seq 1 ack 1 win 1152 sack 101-201 301-401\n"
                                     "1 RST seq 1\n");
    g_assert_cmpstr(flow_at(set, 0)->name, ==, "192.0.2.1:40000 > 198.51.100.2:80");
    g_assert_cmpuint(flow_full_segment_bytes(flow_at(set, 0)), ==, 1448);
}

/* The first numbers seen become 1, and the higher port is the client's. */
static void test_no_handshake(void)
{
    CaptureBuilder builder = start();
    capture_builder_segment(&builder, 0, 1, "P. 2001:2101(100) ack 501 win 8");
    capture_builder_segment(&builder, MS, 0, ". 501:501(0) ack 2101 win 8");
    g_autoptr(FlowSet) set = finish(&builder);
    assert_segments(flow_at(set, 0), "1 PSH ACK seq 1 ack 1 len 100 win 8\n"
                                     "0 ACK seq 1 ack 101 win 8\n");
    g_assert_cmpint(set->point, ==, FLOW_POINT_UNKNOWN);
    g_assert_cmpuint(flow_full_segment_bytes(flow_at(set, 0)), ==, 0);
}

static void test_syn_ack_first(void)
{
    CaptureBuilder builder = start();
    capture_builder_segment(&builder, 0, 1, "S. 0:0(0) ack 1 win 8");
    capture_builder_segment(&builder, MS, 0, ". 1:1(0) ack 1 win 8");
    g_autoptr(FlowSet) set = finish(&builder);
    assert_segments(flow_at(set, 0), "1 SYN ACK seq 0 ack 1 win 8\n0 ACK seq 1 ack 1 win 8\n");
}

/* A segment that an interface is to take apart: FIN and PSH belong to the last piece. */
static void test_offloaded(void)
{
    CaptureBuilder builder = start();
    capture_builder_handshake(&builder, 0, 40 * MS, 0);
    capture_builder_segment(&builder, 41 * MS, 0, "FP. 1:3001(3000) ack 1 win 8");
    g_autoptr(FlowSet) set = finish(&builder);
    const Flow *flow = flow_at(set, 0);
    g_array_remove_range(flow->segments, 0, 3);
    assert_segments(flow, "0 ACK seq 1 ack 1 len 1448 win 1024\n"
                          "0 ACK seq 1449 ack 1 len 1448 win 1024\n"
                          "0 FIN PSH ACK seq 2897 ack 1 len 104 win 1024\n");
    g_assert_cmpuint(set->odd[FLOW_ODDITY_OFFLOADED], ==, 1);
    g_assert_cmpuint(set->frames, ==, 4);
}

/* Only a new SYN after the end opens the next connection between the same ends; an old duplicate
 * in the midst of one does not. */
static void test_ports_used_again(void)
{
    CaptureBuilder builder = start();
    capture_builder_handshake(&builder, 0, MS, 0);
    capture_builder_segment(&builder, 10 * MS, 0, "S 700:700(0) win 8");
    capture_builder_segment(&builder, 20 * MS, 0, "R. 1:1(0) ack 1");
    capture_builder_segment(&builder, 21 * MS, 0, "S 0:0(0) win 8");
    builder.iss[0] = 77;
    capture_builder_handshake(&builder, 30 * MS, MS, 0);
    g_autoptr(FlowSet) set = finish(&builder);
    g_assert_cmpuint(set->flows->len, ==, 2);
    g_assert_cmpuint(flow_at(set, 0)->segments->len, ==, 6);
    g_assert_cmpuint(flow_at(set, 1)->segments->len, ==, 3);
}

static void test_two_at_once(void)
{
    CaptureBuilder builder = start();
    capture_builder_segment(&builder, 0, 0, "S 0:0(0) win 8");
    builder.port[0]++;
    capture_builder_segment(&builder, MS, 0, "S 0:0(0) win 8");
    builder.port[0]--;
    capture_builder_segment(&builder, 2 * MS, 1, "S. 0:0(0) ack 1 win 8");
    g_autoptr(FlowSet) set = finish(&builder);
    g_assert_cmpuint(flow_at(set, 0)->segments->len, ==, 2);
    g_assert_cmpuint(flow_at(set, 1)->segments->len, ==, 1);
}

static void test_point(gconstpointer data)
{
    uint8_t end = (uint8_t)GPOINTER_TO_UINT(data);
    CaptureBuilder builder = start();
    capture_builder_segment(&builder, 0, 0, "S 0:0(0) win 1000");
    capture_builder_handshake(&builder, 1000 * MS, 40 * MS, end);
    g_autoptr(FlowSet) set = finish(&builder);
    g_assert_cmpint(set->point, ==, end == 0 ? FLOW_POINT_CLIENT : FLOW_POINT_SERVER);
}

/* ---- odd frames ---- */

typedef struct OddRow {
    const char *label;
    CaptureLink link;
    uint32_t kept_bytes;
    const char *octets;
    FlowOddity odd;
} OddRow;

#define MACS "020000000002 020000000001 "
#define PORTS "9c40 0050 00000001 00000000 "
#define ADDRS "c0000201 c6336402 "

static const OddRow odd_rows[] = {
    { "whole", CAPTURE_LINK_RAW_IP, 60,
      "45000028 00000000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_NONE },
    { "padded", CAPTURE_LINK_ETHERNET, 60,
      MACS "0800 45000028 00000000 4006 0000" ADDRS PORTS "50020008 00000000 0102030405",
      FLOW_ODDITY_NONE },
    { "vlan", CAPTURE_LINK_ETHERNET, 99,
      MACS "88a8 0001 8100 0002 0800 45000028 00000000 4006 0000" ADDRS PORTS "50020008 00000000",
      FLOW_ODDITY_NONE },
    { "total-length-left-out", CAPTURE_LINK_RAW_IP, 60,
      "45000000 00000000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_NONE },
    { "payload-cut-off", CAPTURE_LINK_RAW_IP, 40,
      "4500002a 00000000 4006 0000" ADDRS PORTS "50100008 00000000 4142", FLOW_ODDITY_NONE },
    { "udp", CAPTURE_LINK_RAW_IP, 60, "4500001c 00000000 4011 0000" ADDRS "0035 0035 0008 0000",
      FLOW_ODDITY_OTHER },
    { "arp", CAPTURE_LINK_ETHERNET, 60, MACS "0806 0001", FLOW_ODDITY_OTHER },
    { "ipv6", CAPTURE_LINK_RAW_IP, 60, "60000000 0000 3b40", FLOW_ODDITY_OTHER },
    { "fragment", CAPTURE_LINK_RAW_IP, 60,
      "45000028 00002000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_FRAGMENT },
    { "no-link-header", CAPTURE_LINK_ETHERNET, 60, "0200", FLOW_ODDITY_MALFORMED },
    { "vlan-without-end", CAPTURE_LINK_ETHERNET, 60, MACS "8100 0001", FLOW_ODDITY_MALFORMED },
    { "version-5", CAPTURE_LINK_RAW_IP, 60, "55000028 00000000", FLOW_ODDITY_MALFORMED },
    { "length-beyond-the-frame", CAPTURE_LINK_RAW_IP, 60,
      "450000ff 00000000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_MALFORMED },
    { "data-offset-beyond-the-end", CAPTURE_LINK_RAW_IP, 60,
      "45000028 00000000 4006 0000" ADDRS PORTS "f0020008 00000000", FLOW_ODDITY_MALFORMED },
    { "option-of-length-0", CAPTURE_LINK_RAW_IP, 60,
      "4500002c 00000000 4006 0000" ADDRS PORTS "60020008 00000000 02000000",
      FLOW_ODDITY_MALFORMED },
    { "network-header-cut-off", CAPTURE_LINK_RAW_IP, 19,
      "45000028 00000000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_TOO_SHORT },
    { "transport-header-cut-off", CAPTURE_LINK_RAW_IP, 39,
      "45000028 00000000 4006 0000" ADDRS PORTS "50020008 00000000", FLOW_ODDITY_TOO_SHORT },
    { "nothing-kept", CAPTURE_LINK_NULL, 0, "02000000 45000028", FLOW_ODDITY_TOO_SHORT },
};

static void test_odd(gconstpointer data)
{
    const OddRow *row = data;
    CaptureBuilder builder;
    capture_builder_init(&builder, row->link);
    builder.kept_bytes = row->kept_bytes;
    g_autoptr(GByteArray) octets = test_hex(row->octets);
    capture_builder_frame(&builder, 0, octets->data, octets->len);
    g_autoptr(FlowSet) set = finish(&builder);
    for (unsigned i = 0; i < FLOW_N_ODDITIES; i++) {
        g_assert_cmpuint(set->odd[i], ==, i == row->odd ? 1 : 0);
    }
    g_assert_cmpuint(set->flows->len, ==, row->odd == FLOW_ODDITY_NONE ? 1 : 0);
}

/* ---- captures of real hosts ---- */

typedef struct RealRow {
    const char *name;
    FlowPoint point;
    uint32_t segments;
    const char *last; /* its words */
} RealRow;

static const RealRow real_rows[] = {
    { "abort", FLOW_POINT_CLIENT, 10, "10.9.0.1 > 10.9.0.2 RST ACK seq 3001 ack 1" },
    { "half-close", FLOW_POINT_CLIENT, 40, "10.9.0.1 > 10.9.0.2 ACK seq 5002 ack 20002 win 80896" },
    { "nodelay", FLOW_POINT_CLIENT, 46, "10.9.0.1 > 10.9.0.2 ACK seq 1002 ack 2 win 64512" },
    { "reqresp-small", FLOW_POINT_CLIENT, 10,
      "10.9.0.2 > 10.9.0.1 ACK seq 1002 ack 102 win 65536" },
    { "syn-lost-server", FLOW_POINT_SERVER, 6, "10.9.0.1 > 10.9.0.2 ACK seq 2 ack 2 win 64512" },
    { "tail-loss", FLOW_POINT_CLIENT, 48, "10.9.0.1 > 10.9.0.2 ACK seq 30002 ack 2 win 64512" },
};

static void test_real(gconstpointer data)
{
    const RealRow *row = data;
    g_autofree char *name = g_strdup_printf("tests/data/linux-traces/%s.pcap", row->name);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_open(path, &error);
    g_assert_no_error(error);
    g_autoptr(FlowSet) set = flow_set_of_capture(capture);
    const Flow *flow = only_flow(set);
    g_autoptr(GString) last = g_string_new(NULL);
    flow_put_segment(last, flow, flow->segments->len - 1);
    g_assert_cmpint(set->point, ==, row->point);
    g_assert_cmpuint(set->odd[FLOW_ODDITY_NONE], ==, row->segments);
    g_assert_cmpuint(flow->segments->len, ==, row->segments);
    g_assert_cmpuint(flow_full_segment_bytes(flow), ==, 1448);
    g_assert_cmpstr(strchr(last->str, ' ') + 1, ==, row->last);
}

/* ---- what is the same, and what led to it ---- */

/* One segment more in the middle, and another one changed. */
static void test_in_common(void)
{
    CaptureBuilder a = start(), b = start();
    for (uint32_t i = 0; i < 10; i++) {
        g_autofree char *text = g_strdup_printf(". %u:%u(10) ack 1 win 8", 1 + i * 10, 11 + i * 10);
        capture_builder_segment(&a, i * MS, 0, text);
        capture_builder_segment(&b, i * MS, 0, i == 7 ? ". 1:2(1) ack 1 win 8" : text);
        if (i == 3) {
            capture_builder_segment(&b, i * MS, 1, ". 1:1(0) ack 11 win 8");
        }
    }
    g_autoptr(FlowSet) set_a = finish(&a);
    g_autoptr(FlowSet) set_b = finish(&b);
    const Flow *flow_a = only_flow(set_a), *flow_b = only_flow(set_b);
    g_assert_cmpuint(flow_in_common(flow_a, flow_b, FLOW_PARTS_USUAL), ==, 9);
    g_assert_cmpuint(flow_in_common(flow_b, flow_a, FLOW_PARTS_USUAL), ==, 9);
    g_assert_cmpuint(flow_in_common(flow_a, flow_a, FLOW_PARTS_USUAL), ==, 10);
}

/* Each part is compared when asked for, and not otherwise. */
static void test_parts(void)
{
    const FlowSegment plain = { .flags = TCP_ACK, .sack_count = 1, .options = TCP_OPT_SACK };
    FlowSegment other[FLOW_N_PARTS];
    for (unsigned i = 0; i < FLOW_N_PARTS; i++) {
        other[i] = plain;
    }
    other[FLOW_PART_FLAGS].flags |= TCP_FIN;
    other[FLOW_PART_SEQ].seq++;
    other[FLOW_PART_ACK].ack++;
    other[FLOW_PART_LEN].len_bytes++;
    other[FLOW_PART_SACK].sack[0].right++;
    other[FLOW_PART_PSH].flags |= TCP_PSH;
    other[FLOW_PART_WINDOW].window_bytes++;
    other[FLOW_PART_OPTIONS].options |= TCP_OPT_TIMESTAMPS;
    for (unsigned i = 0; i < FLOW_N_PARTS; i++) {
        g_assert_false(flow_segments_equal(&plain, &other[i], 1u << i));
        g_assert_true(flow_segments_equal(&plain, &other[i], ~(1u << i)));
    }
    FlowSegment from_other_end = plain;
    from_other_end.end = 1;
    g_assert_false(flow_segments_equal(&plain, &from_other_end, 0));
}

static void test_reasons(void)
{
    CaptureBuilder builder = start();
    capture_builder_handshake(&builder, 0, MS, 0);
    capture_builder_segment(&builder, 2 * MS, 0, ". 1:101(100) ack 1 win 8");
    capture_builder_segment(&builder, 3 * MS, 0, ". 101:201(100) ack 1 win 8");
    capture_builder_segment(&builder, 4 * MS, 0, ". 51:151(100) ack 1 win 8");
    g_autoptr(FlowSet) set = finish(&builder);
    const Flow *flow = only_flow(set);
    g_assert_cmpuint(flow_repeated(flow, 5), ==, 3);
    g_assert_cmpuint(flow_answered(flow, 5), ==, 1);
    g_assert_cmpuint(flow_repeated(flow, 4), ==, TRACE_NONE);
    g_assert_cmpuint(flow_repeated(flow, 2), ==, TRACE_NONE);
    g_assert_cmpuint(flow_answered(flow, 0), ==, TRACE_NONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/flow/relative", test_relative);
    g_test_add_func("/compare/flow/no-handshake", test_no_handshake);
    g_test_add_func("/compare/flow/syn-ack-first", test_syn_ack_first);
    g_test_add_func("/compare/flow/offloaded", test_offloaded);
    g_test_add_func("/compare/flow/ports-used-again", test_ports_used_again);
    g_test_add_func("/compare/flow/two-at-once", test_two_at_once);
    g_test_add_data_func("/compare/flow/point-client", GUINT_TO_POINTER(0), test_point);
    g_test_add_data_func("/compare/flow/point-server", GUINT_TO_POINTER(1), test_point);
    for (size_t i = 0; i < G_N_ELEMENTS(odd_rows); i++) {
        g_autofree char *path = g_strdup_printf("/compare/flow/odd/%s", odd_rows[i].label);
        g_test_add_data_func(path, &odd_rows[i], test_odd);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(real_rows); i++) {
        g_autofree char *path = g_strdup_printf("/compare/flow/real/%s", real_rows[i].name);
        g_test_add_data_func(path, &real_rows[i], test_real);
    }
    g_test_add_func("/compare/flow/in-common", test_in_common);
    g_test_add_func("/compare/flow/parts", test_parts);
    g_test_add_func("/compare/flow/reasons", test_reasons);
    return g_test_run();
}
