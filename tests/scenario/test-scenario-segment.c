/* Protects: a segment written in packetdrill's notation is read as what it says, and anything else
 * is refused with the place where it goes wrong. */

#include "scenario/scenario_segment.h"

#include <glib.h>

typedef struct Good {
    const char *label;
    const char *text;
    ScenarioSegment segment;
} Good;

static const Good goods[] = {
    { "syn", "S 0:0(0)", { .tcp = { .flags = TCP_SYN, .window = 65535 } } },
    { "syn-options",
      "S 0:0(0) win 1000 <mss 1460,sackOK,nop,wscale 7>",
      { .tcp = { .flags = TCP_SYN,
                 .window = 1000,
                 .mss = 1460,
                 .window_scale = 7,
                 .options = TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_WINDOW_SCALE } } },
    { "timestamps",
      ". 1:1(0) ack 1 <TS val 5 ecr 6>",
      { .tcp = { .flags = TCP_ACK,
                 .seq = 1,
                 .ack = 1,
                 .window = 65535,
                 .ts_val = 5,
                 .ts_ecr = 6,
                 .options = TCP_OPT_TIMESTAMPS } } },
    { "rare-options",
      "S 0:0(0) <UTO 5m, FO 0011223344556677>",
      { .tcp = { .flags = TCP_SYN,
                 .window = 65535,
                 .options = TCP_OPT_RARE,
                 .cookie = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 },
                 .rare = { .options = TCP_RARE_USER_TIMEOUT | TCP_RARE_FAST_OPEN,
                           .cookie_bytes = 8,
                           .user_timeout = 0x8005 } } } },
    { "data",
      "P. 1:1001(1000) ack 7 win 5",
      { .tcp = { .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 7, .window = 5 },
        .len_bytes = 1000 } },
    { "wrap",
      "F 4294967290:4(10)",
      { .tcp = { .flags = TCP_FIN, .seq = 4294967290u, .window = 65535 }, .len_bytes = 10 } },
    { "all-flags",
      "SFRP.UEW 1:1(0) urg 9",
      { .tcp = { .flags =
                     TCP_SYN | TCP_FIN | TCP_RST | TCP_PSH | TCP_ACK | TCP_URG | TCP_ECE | TCP_CWR,
                 .seq = 1,
                 .urgent = 9,
                 .window = 65535 } } },
    { "blanks", "  R   1 : 1 ( 0 )  ", { .tcp = { .flags = TCP_RST, .seq = 1, .window = 65535 } } },
};

static void test_good(gconstpointer data)
{
    const Good *good = data;
    ScenarioSegment segment;
    g_autofree char *wrong = scenario_segment_parse(good->text, NULL, &segment);
    g_assert_cmpstr(wrong, ==, NULL);
    g_assert_cmphex(segment.tcp.flags, ==, good->segment.tcp.flags);
    g_assert_cmpuint(segment.tcp.seq, ==, good->segment.tcp.seq);
    g_assert_cmpuint(segment.tcp.ack, ==, good->segment.tcp.ack);
    g_assert_cmpuint(segment.tcp.window, ==, good->segment.tcp.window);
    g_assert_cmpuint(segment.tcp.urgent, ==, good->segment.tcp.urgent);
    g_assert_cmphex(segment.tcp.options, ==, good->segment.tcp.options);
    g_assert_cmpmem(segment.tcp.cookie, sizeof segment.tcp.cookie, good->segment.tcp.cookie,
                    sizeof segment.tcp.cookie);
    g_assert_cmphex(segment.tcp.rare.options, ==, good->segment.tcp.rare.options);
    g_assert_cmphex(segment.tcp.rare.user_timeout, ==, good->segment.tcp.rare.user_timeout);
    g_assert_cmpuint(segment.tcp.rare.cookie_bytes, ==, good->segment.tcp.rare.cookie_bytes);
    g_assert_cmpuint(segment.tcp.mss, ==, good->segment.tcp.mss);
    g_assert_cmpuint(segment.tcp.window_scale, ==, good->segment.tcp.window_scale);
    g_assert_cmpuint(segment.tcp.ts_val, ==, good->segment.tcp.ts_val);
    g_assert_cmpuint(segment.tcp.ts_ecr, ==, good->segment.tcp.ts_ecr);
    g_assert_cmpuint(segment.len_bytes, ==, good->segment.len_bytes);
}

static const char *const bads[] = {
    "",
    "X 0:0(0)",
    "S",
    "S 0:0",
    "S 0:0(1)",
    "S 5:4(0)",
    "S 0:0(0) ack 1",
    ". 1:1(0) ack",
    ". 1:1(0) ack 4294967296",
    "S 0:0(0) win 70000",
    "S 0:0(0) <mss>",
    "S 0:0(0) <mss 1460",
    "S 0:0(0) <mss 1460;>",
    "S 0:0(0) <window 3>",
    "S 0:0(0) more",
    "S 0:70000(70000)",
    "S 0:0(0) ackack 1",
};

static void test_bad(gconstpointer data)
{
    ScenarioSegment segment = { .len_bytes = 12345 };
    g_autofree char *wrong = scenario_segment_parse(data, NULL, &segment);
    g_assert_nonnull(wrong);
    g_assert_cmpuint(segment.len_bytes, ==, 12345);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(goods); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/segment/good/%s", goods[i].label);
        g_test_add_data_func(path, &goods[i], test_good);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bads); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/segment/bad/%zu", i);
        g_test_add_data_func(path, bads[i], test_bad);
    }
    return g_test_run();
}
