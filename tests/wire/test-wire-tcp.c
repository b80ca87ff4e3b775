/* Protects: TCP headers and options, octet by octet: what is written, what is understood in which
 * order, and that a malformed option leads nowhere. */

#include "wire/wire_tcp.h"

#include "lib/hex.h"

/* Ports 49152 and 80, seq 01020304, ack 0a0b0c0d, window 502; offset, flags and options vary. */
#define FIXED(offset_and_flags) "c000 0050 01020304 0a0b0c0d " offset_and_flags " 01f6 0000 0000 "
#define FIXED_FIELDS                                                                               \
    .src_port = 49152, .dst_port = 80, .seq = 0x01020304, .ack = 0x0a0b0c0d, .window = 502

typedef struct Header {
    const char *label;
    const char *hex;
    WireTcp header;
    bool parsed_only; /* another form of what would be written differently */
} Header;

static const Header headers[] = {
    { "plain", FIXED("5010"), { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 20 } },
    { "urgent",
      "c000 0050 01020304 0a0b0c0d 5030 01f6 0000 beef",
      { FIXED_FIELDS, .flags = TCP_ACK | TCP_URG, .urgent = 0xbeef, .header_bytes = 20 } },
    { "extremes",
      "ffff ffff ffffffff ffffffff 51ff ffff 0000 ffff",
      { .src_port = 65535,
        .dst_port = 65535,
        .seq = UINT32_MAX,
        .ack = UINT32_MAX,
        .flags = 0x1ff,
        .window = 65535,
        .urgent = 65535,
        .header_bytes = 20 } },

    /* One option each. */
    { "mss",
      FIXED("6002") "020405b4",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_MSS, .mss = 1460 } },
    { "sack-permitted",
      FIXED("6002") "01010402",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_SACK_PERMITTED } },
    { "timestamps",
      FIXED("8010") "0101080a 11223344 55667788",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 32, .options = TCP_OPT_TIMESTAMPS,
        .ts_val = 0x11223344, .ts_ecr = 0x55667788 } },
    { "window-scale",
      FIXED("6002") "0103030e",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_WINDOW_SCALE,
        .window_scale = 14 } },
    { "window-scale-too-large-is-carried",
      FIXED("6002") "010303ff",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_WINDOW_SCALE,
        .window_scale = 255 } },
    { "sack-1",
      FIXED("8010") "0101050a 00000001 00000002",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 32, .options = TCP_OPT_SACK,
        .sack_count = 1, .sack = { { 1, 2 } } } },
    { "sack-4",
      FIXED("e010") "01010522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 "
                    "fffffff0",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 56, .options = TCP_OPT_SACK,
        .sack_count = 4, .sack = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 0xfffffff0 } } } },

    /* Rare ones. */
    { "user-timeout-seconds",
      FIXED("6010") "1c04001e",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24, .options = TCP_OPT_RARE,
        .rare = { .options = TCP_RARE_USER_TIMEOUT, .user_timeout = 30 } } },
    { "fast-open-request",
      FIXED("6002") "22020101",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_RARE,
        .rare = { .options = TCP_RARE_FAST_OPEN } } },
    { "fast-open-cookie",
      FIXED("8002") "220a0011 22334455 66770101",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 32, .options = TCP_OPT_RARE,
        .cookie = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 },
        .rare = { .options = TCP_RARE_FAST_OPEN, .cookie_bytes = 8 } } },
    { "fast-open-trial-request",
      FIXED("6002") "fe04f989",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_RARE,
        .rare = { .options = TCP_RARE_FAST_OPEN, .cookie_trial = true } } },
    { "fast-open-trial-cookie",
      FIXED("7012") "fe08f989 aabbccdd",
      { FIXED_FIELDS, .flags = TCP_SYN | TCP_ACK, .header_bytes = 28, .options = TCP_OPT_RARE,
        .cookie = { 0xaa, 0xbb, 0xcc, 0xdd },
        .rare = { .options = TCP_RARE_FAST_OPEN, .cookie_bytes = 4, .cookie_trial = true } } },
    { "syn-with-all-and-the-longest-cookie",
      FIXED("f002") "020405b4 0402080a 11223344 00000000 01030307 "
                    "2212000102030405060708090a0b0c0d0e0f0101",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 60,
        .options = TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_TIMESTAMPS |
                   TCP_OPT_WINDOW_SCALE | TCP_OPT_RARE,
        .mss = 1460, .ts_val = 0x11223344, .window_scale = 7,
        .cookie = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
        .rare = { .options = TCP_RARE_FAST_OPEN, .cookie_bytes = 16 } } },
    { "fast-open-without-syn",
      FIXED("6010") "22020101",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "fast-open-cookie-too-short",
      FIXED("6002") "2204aabb",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "fast-open-cookie-odd",
      FIXED("7002") "2207aabb ccddee00",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 28, .options = TCP_OPT_UNKNOWN },
      true },
    { "fast-open-cookie-too-long",
      FIXED("a002") "2214 000102030405060708090a0b0c0d0e0f1011",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 40, .options = TCP_OPT_UNKNOWN },
      true },
    { "another-experiment",
      FIXED("6002") "fe04f98a",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "experiment-without-a-number",
      FIXED("6002") "fe020101",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "no-room-for-a-third-block-beside-a-user-timeout",
      FIXED("d010") "1c04001e 0101051a 00000001 00000002 00000003 00000004 00000005 00000006",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 52,
        .options = TCP_OPT_RARE | TCP_OPT_UNKNOWN,
        .rare = { .options = TCP_RARE_USER_TIMEOUT, .user_timeout = 30 } },
      true },

    /* Together, in the order in which Linux writes them. */
    { "syn-with-all",
      FIXED("a002") "020405b4 0402080a 11223344 00000000 01030307",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 40,
        .options = TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE,
        .mss = 1460, .ts_val = 0x11223344, .window_scale = 7 } },
    { "syn-without-timestamps",
      FIXED("8002") "020405b4 01010402 01030307",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 32,
        .options = TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_WINDOW_SCALE, .mss = 1460,
        .window_scale = 7 } },
    { "syn-without-sack",
      FIXED("a002") "020405b4 0101080a 11223344 00000000 01030307",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 40,
        .options = TCP_OPT_MSS | TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE, .mss = 1460,
        .ts_val = 0x11223344, .window_scale = 7 } },
    { "timestamps-and-3-sacks",
      FIXED("f010") "0101080a 11223344 55667788 0101051a 00000001 00000002 00000003 00000004 "
                    "00000005 00000006",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 60,
        .options = TCP_OPT_TIMESTAMPS | TCP_OPT_SACK, .ts_val = 0x11223344, .ts_ecr = 0x55667788,
        .sack_count = 3, .sack = { { 1, 2 }, { 3, 4 }, { 5, 6 } } } },

    /* Where there is no room for alignment, options follow each other. */
    { "tight",
      FIXED("f010") "080a 11223344 55667788 030307 "
                    "051a 00000001 00000002 00000003 00000004 00000005 00000006 00",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 60,
        .options = TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE | TCP_OPT_SACK, .window_scale = 7,
        .ts_val = 0x11223344, .ts_ecr = 0x55667788, .sack_count = 3,
        .sack = { { 1, 2 }, { 3, 4 }, { 5, 6 } } } },

    /* Understood, though nobody here writes it so. */
    { "reversed",
      FIXED("a002") "030307 080a 11223344 00000000 0402 020405b4 00",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 40,
        .options = TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE,
        .mss = 1460, .ts_val = 0x11223344, .window_scale = 7 },
      true },
    { "unaligned",
      FIXED("6002") "0303 0700", /* no no-operation before the window scale */
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_WINDOW_SCALE,
        .window_scale = 7 },
      true },
    { "only-no-operations",
      FIXED("6010") "01010101",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24 },
      true },
    { "nothing-after-the-end",
      FIXED("7010") "01000204 05b40000",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 28 },
      true },
    { "end-at-once",
      FIXED("6010") "00000000",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24 } },
    { "twice-the-last-counts",
      FIXED("7002") "020405b4 02040218",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 28, .options = TCP_OPT_MSS, .mss = 536 },
      true },
    { "unknown-kind",
      FIXED("7002") "fd04aabb 020405b4",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 28,
        .options = TCP_OPT_MSS | TCP_OPT_UNKNOWN, .mss = 1460 },
      true },
    { "unknown-kind-shortest",
      FIXED("6010") "fd020000",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "unknown-kind-longest",
      FIXED("f010") "fd28 0000 0204 05b4 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 "
                    "0000 0000 0000 0000 0000",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 60, .options = TCP_OPT_UNKNOWN },
      true },

    /* A known kind with another length is another option. */
    { "mss-of-3",
      FIXED("6002") "02030500",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "window-scale-of-4",
      FIXED("6002") "03040707",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "sack-permitted-of-4",
      FIXED("6002") "04040000",
      { FIXED_FIELDS, .flags = TCP_SYN, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "timestamps-of-8",
      FIXED("7010") "0808112233445566",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 28, .options = TCP_OPT_UNKNOWN },
      true },
    { "sack-of-no-block",
      FIXED("6010") "05020101",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 24, .options = TCP_OPT_UNKNOWN },
      true },
    { "sack-of-half-a-block",
      FIXED("7010") "0506000000010101",
      { FIXED_FIELDS, .flags = TCP_ACK, .header_bytes = 28, .options = TCP_OPT_UNKNOWN },
      true },
};

static void assert_same(const WireTcp *a, const WireTcp *b)
{
    g_assert_cmpuint(a->src_port, ==, b->src_port);
    g_assert_cmpuint(a->dst_port, ==, b->dst_port);
    g_assert_cmphex(a->seq, ==, b->seq);
    g_assert_cmphex(a->ack, ==, b->ack);
    g_assert_cmphex(a->flags, ==, b->flags);
    g_assert_cmpuint(a->window, ==, b->window);
    g_assert_cmphex(a->urgent, ==, b->urgent);
    g_assert_cmpuint(a->header_bytes, ==, b->header_bytes);
    g_assert_cmphex(a->options, ==, b->options);
    g_assert_cmpuint(a->mss, ==, b->mss);
    g_assert_cmpuint(a->window_scale, ==, b->window_scale);
    g_assert_cmphex(a->ts_val, ==, b->ts_val);
    g_assert_cmphex(a->ts_ecr, ==, b->ts_ecr);
    g_assert_cmpuint(a->sack_count, ==, b->sack_count);
    for (int i = 0; i < a->sack_count; i++) {
        g_assert_cmphex(a->sack[i].left, ==, b->sack[i].left);
        g_assert_cmphex(a->sack[i].right, ==, b->sack[i].right);
    }
    if (a->options & TCP_OPT_RARE) {
        g_assert_cmphex(a->rare.options, ==, b->rare.options);
        g_assert_cmphex(a->rare.user_timeout, ==, b->rare.user_timeout);
        g_assert_cmpuint(a->rare.cookie_trial, ==, b->rare.cookie_trial);
        g_assert_cmpmem(a->cookie, a->rare.cookie_bytes, b->cookie, b->rare.cookie_bytes);
    }
}

static void test_parse(gconstpointer data)
{
    const Header *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    WireTcp header;
    g_assert_cmpint(wire_tcp_parse(bytes->data, bytes->len, &header), ==, PACKET_OK);
    assert_same(&header, &row->header);
}

static void test_write(gconstpointer data)
{
    const Header *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    uint8_t written[64];
    wire_tcp_write(&row->header, written);
    test_assert_bytes(written, row->header.header_bytes, bytes);
}

/* What is not written as it came still says the same. */
static void test_rewrite(gconstpointer data)
{
    const Header *row = data;
    uint8_t written[64];
    WireTcp again;
    wire_tcp_write(&row->header, written);
    g_assert_cmpint(wire_tcp_parse(written, row->header.header_bytes, &again), ==, PACKET_OK);
    again.options |= row->header.options & TCP_OPT_UNKNOWN;
    assert_same(&again, &row->header);
}

typedef struct Malformed {
    const char *label;
    const char *hex;
    PacketFault fault;
} Malformed;

static const Malformed malformed[] = {
    { "empty", "", PACKET_FAULT_SHORT },
    { "19-octets", "c000 0050 01020304 0a0b0c0d 5010 01f6 0000 00", PACKET_FAULT_SHORT },
    { "offset-0", FIXED("0010"), PACKET_FAULT_TRANSPORT_HEADER },
    { "offset-4", FIXED("4010"), PACKET_FAULT_TRANSPORT_HEADER },
    { "offset-past-the-end", FIXED("6010") "010101", PACKET_FAULT_TRANSPORT_HEADER },
    { "offset-15-without-options", FIXED("f010"), PACKET_FAULT_TRANSPORT_HEADER },
    { "length-0", FIXED("6010") "08000000", PACKET_FAULT_TCP_OPTION },
    { "length-1", FIXED("6010") "08010000", PACKET_FAULT_TCP_OPTION },
    { "length-0-of-unknown", FIXED("6010") "fd000000", PACKET_FAULT_TCP_OPTION },
    { "length-past-the-end", FIXED("6010") "080a1122", PACKET_FAULT_TCP_OPTION },
    { "length-one-past-the-end", FIXED("6010") "fd050000", PACKET_FAULT_TCP_OPTION },
    { "length-past-the-header-into-data", FIXED("6010") "080a1122 33445566 77889900",
      PACKET_FAULT_TCP_OPTION },
    { "length-missing", FIXED("6010") "01010108", PACKET_FAULT_TCP_OPTION },
    { "after-a-good-one", FIXED("7002") "020405b4 03000000", PACKET_FAULT_TCP_OPTION },
};

static void test_malformed(gconstpointer data)
{
    const Malformed *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    WireTcp header = { .src_port = 1, .mss = 2 };
    g_assert_cmpint(wire_tcp_parse(bytes->data, bytes->len, &header), ==, row->fault);
    g_assert_cmpuint(header.src_port, ==, 1);
    g_assert_cmpuint(header.mss, ==, 2);
}

/* They share their room, but for the first two blocks. */
static void test_user_timeout_beside_sack(void)
{
    g_autoptr(GByteArray) bytes =
        test_hex(FIXED("b010") "1c048005 01010512 00000001 00000002 00000003 00000004");
    WireTcp header;
    uint16_t timeout;
    uint8_t written[64];
    g_assert_cmpint(wire_tcp_parse(bytes->data, bytes->len, &header), ==, PACKET_OK);
    g_assert_cmpuint(header.sack_count, ==, 2);
    g_assert_cmphex(header.sack[0].left, ==, 1);
    g_assert_cmphex(header.sack[1].right, ==, 4);
    g_assert_true(wire_tcp_get_user_timeout(&header, &timeout));
    g_assert_cmphex(timeout, ==, 0x8005);
    g_assert_cmpuint(wire_tcp_length(&header), ==, header.header_bytes);
    wire_tcp_write(&header, written);
    test_assert_bytes(written, header.header_bytes, bytes);
}

static void test_reserved_bits_are_no_flags(void)
{
    g_autoptr(GByteArray) bytes = test_hex(FIXED("5e10"));
    WireTcp header;
    g_assert_cmpint(wire_tcp_parse(bytes->data, bytes->len, &header), ==, PACKET_OK);
    g_assert_cmphex(header.flags, ==, TCP_ACK);
}

static void test_header_bytes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        const WireTcp *header = &headers[i].header;
        bool tight_or_filled =
            g_str_equal(headers[i].label, "tight") || g_str_equal(headers[i].label, "end-at-once");
        if (!headers[i].parsed_only && !tight_or_filled) {
            g_assert_cmpuint(wire_tcp_length(header), ==, header->header_bytes);
        }
    }
}

typedef struct Flags {
    uint16_t flags;
    const char *text;
} Flags;

static const Flags flag_texts[] = {
    { 0, "" },
    { TCP_FIN, "FIN" },
    { TCP_SYN, "SYN" },
    { TCP_RST, "RST" },
    { TCP_PSH, "PSH" },
    { TCP_ACK, "ACK" },
    { TCP_URG, "URG" },
    { TCP_ECE, "ECE" },
    { TCP_CWR, "CWR" },
    { TCP_AE, "AE" },
    { TCP_SYN | TCP_ACK, "SYN ACK" },
    { TCP_ACK | TCP_FIN | TCP_PSH, "FIN PSH ACK" },
    { 0x1ff, "SYN FIN RST PSH ACK URG ECE CWR AE" },
};

static void test_flags_format(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(flag_texts); i++) {
        char text[WIRE_TCP_FLAGS_TEXT_BYTES];
        wire_tcp_flags_format(flag_texts[i].flags, text);
        g_assert_cmpstr(text, ==, flag_texts[i].text);
    }
}

static void test_seq_len(void)
{
    g_assert_cmpuint(wire_tcp_seq_len(&(WireTcp){ .flags = TCP_ACK }, 10), ==, 10);
    g_assert_cmpuint(wire_tcp_seq_len(&(WireTcp){ .flags = TCP_SYN }, 0), ==, 1);
    g_assert_cmpuint(wire_tcp_seq_len(&(WireTcp){ .flags = TCP_SYN | TCP_FIN }, 10), ==, 12);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *parse = g_strdup_printf("/wire/tcp/parse/%s", headers[i].label);
        g_test_add_data_func(parse, &headers[i], test_parse);
        g_autofree char *write = g_strdup_printf("/wire/tcp/write/%s", headers[i].label);
        g_test_add_data_func(write, &headers[i],
                             headers[i].parsed_only ? test_rewrite : test_write);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strdup_printf("/wire/tcp/malformed/%s", malformed[i].label);
        g_test_add_data_func(path, &malformed[i], test_malformed);
    }
    g_test_add_func("/wire/tcp/user-timeout-beside-sack", test_user_timeout_beside_sack);
    g_test_add_func("/wire/tcp/reserved-bits-are-no-flags", test_reserved_bits_are_no_flags);
    g_test_add_func("/wire/tcp/header-bytes", test_header_bytes);
    g_test_add_func("/wire/tcp/flags-format", test_flags_format);
    g_test_add_func("/wire/tcp/seq-len", test_seq_len);
    return g_test_run();
}
