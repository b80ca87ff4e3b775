/* Protects: IPv4 headers, octet by octet, and every way in which one can be wrong. */

#include "wire/wire_ipv4.h"

#include <string.h>

#include "lib/hex.h"

#define SRC 0xc0000201 /* 192.0.2.1 */
#define DST 0xc6336402 /* 198.51.100.2 */

typedef struct Header {
    const char *label;
    const char *hex; /* the header; octets up to total_bytes are zero */
    uint32_t total_bytes;
    WireIp header; /* but for the addresses */
    uint32_t src, dst;
    const char *options;
} Header;

static const Header headers[] = {
    { "tcp",
      "4500003c 12344000 40063c51 c0000201 c6336402",
      60,
      { .protocol = 6, .ttl = 64, .ident = 0x1234, .dont_fragment = true },
      SRC,
      DST,
      "" },
    { "tos",
      "45c00038 12340000 ff01bc99 c6336402 c0000201",
      56,
      { .protocol = 1, .ttl = 255, .tos = 0xc0, .ident = 0x1234 },
      DST,
      SRC,
      "" },
    { "first-fragment",
      "45000044 12342000 40115c3e c0000201 c6336402",
      68,
      { .protocol = 17, .ttl = 64, .ident = 0x1234, .more_fragments = true },
      SRC,
      DST,
      "" },
    { "last-fragment",
      "4500002c 12340006 40117c50 c0000201 c6336402",
      44,
      { .protocol = 17, .ttl = 64, .ident = 0x1234, .fragment_offset = 6 },
      SRC,
      DST,
      "" },
    { "options",
      "4700002b 12344000 40112f50 c0000201 c6336402 07070400 00000000",
      43,
      { .protocol = 17, .ttl = 64, .ident = 0x1234, .dont_fragment = true, .option_bytes = 8 },
      SRC,
      DST,
      "07070400 00000000" },
    { "nothing-inside",
      "45000014 00000000 0000ceb3 c0000201 c6336402",
      20,
      { .ttl = 0 },
      SRC,
      DST,
      "" },
    { "all-options",
      "4f00003c 00003fff 01ff6e79 c0000201 c6336402 "
      "01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 "
      "01010101 01010101",
      60,
      { .protocol = 255,
        .ttl = 1,
        .fragment_offset = 0x1fff,
        .more_fragments = true,
        .option_bytes = 40 },
      SRC,
      DST,
      "01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 "
      "01010101 01010101" },
};

static GByteArray *datagram(const char *hex, uint32_t total_bytes)
{
    GByteArray *bytes = test_hex(hex);
    guint header_bytes = bytes->len;
    g_byte_array_set_size(bytes, total_bytes);
    memset(bytes->data + header_bytes, 0, total_bytes - header_bytes);
    return bytes;
}

static void test_parse(gconstpointer data)
{
    const Header *row = data;
    g_autoptr(GByteArray) bytes = datagram(row->hex, row->total_bytes);
    WireIp ip;
    uint32_t total_bytes;
    g_assert_cmpint(wire_ipv4_parse(bytes->data, bytes->len, &ip, &total_bytes), ==, PACKET_OK);
    g_assert_cmpuint(total_bytes, ==, row->total_bytes);
    g_assert_true(inet_addr_equal(ip.src, inet_addr_v4(row->src)));
    g_assert_true(inet_addr_equal(ip.dst, inet_addr_v4(row->dst)));
    g_assert_cmpuint(ip.protocol, ==, row->header.protocol);
    g_assert_cmpuint(ip.ttl, ==, row->header.ttl);
    g_assert_cmphex(ip.tos, ==, row->header.tos);
    g_assert_cmpuint(ip.option_bytes, ==, row->header.option_bytes);
    g_assert_cmphex(ip.ident, ==, row->header.ident);
    g_assert_cmphex(ip.fragment_offset, ==, row->header.fragment_offset);
    g_assert_cmpint(ip.dont_fragment, ==, row->header.dont_fragment);
    g_assert_cmpint(ip.more_fragments, ==, row->header.more_fragments);
}

static void test_write(gconstpointer data)
{
    const Header *row = data;
    g_autoptr(GByteArray) expected = test_hex(row->hex);
    g_autoptr(GByteArray) options = test_hex(row->options);
    WireIp ip = row->header;
    ip.src = inet_addr_v4(row->src);
    ip.dst = inet_addr_v4(row->dst);
    uint8_t written[60];
    wire_ipv4_write(&ip, options->data, row->total_bytes, written);
    test_assert_bytes(written, expected->len, expected);
}

typedef struct Malformed {
    const char *label;
    const char *hex;
    PacketFault fault;
    bool quotable; /* the header of a datagram quoted by ICMP may be so */
} Malformed;

static const Malformed malformed[] = {
    { "empty", "", PACKET_FAULT_SHORT, false },
    { "one-octet", "45", PACKET_FAULT_SHORT, false },
    { "19-octets", "45000014 00000000 0000ceb3 c0000201 c63364", PACKET_FAULT_SHORT, false },
    { "version-6", "60000000 00000000 00000000 00000000 00000000", PACKET_FAULT_IP_VERSION, false },
    { "version-0", "05", PACKET_FAULT_IP_VERSION, false },
    { "header-length-4", "44000014 00000000 0000cfb3 c0000201 c6336402", PACKET_FAULT_IP_HEADER,
      false },
    { "header-longer-than-total", "46000014 00000000 0000cdb3 c0000201 c6336402 00000000",
      PACKET_FAULT_IP_HEADER, true },
    { "header-longer-than-there-is", "46000014 00000000 0000cdb3 c0000201 c6336402 000000",
      PACKET_FAULT_IP_HEADER, false },
    { "total-longer-than-there-is", "45000015 00000000 0000ceb2 c0000201 c6336402",
      PACKET_FAULT_IP_HEADER, true },
    { "total-0", "45000000 00000000 0000cec7 c0000201 c6336402", PACKET_FAULT_IP_HEADER, true },
    { "checksum", "45000014 00000000 0000ceb4 c0000201 c6336402", PACKET_FAULT_IP_CHECKSUM, true },
    { "checksum-of-zero", "45000014 00000000 00000000 c0000201 c6336402", PACKET_FAULT_IP_CHECKSUM,
      true },
    { "one-bit", "45000014 00000000 0000ceb3 c0000201 c6336403", PACKET_FAULT_IP_CHECKSUM, true },
};

static void test_malformed(gconstpointer data)
{
    const Malformed *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    WireIp ip = { .ttl = 77 };
    uint32_t total_bytes = 99;
    g_assert_cmpint(wire_ipv4_parse(bytes->data, bytes->len, &ip, &total_bytes), ==, row->fault);
    g_assert_cmpuint(ip.ttl, ==, 77);
    g_assert_cmpuint(total_bytes, ==, 99);
    g_assert_cmpint(wire_ipv4_parse_quoted(bytes->data, bytes->len, &ip), ==, row->quotable);
    g_assert_cmpuint(ip.ttl, ==, row->quotable ? 0 : 77);
}

static void test_fragment(void)
{
    g_assert_false(wire_ip_is_fragment(&(WireIp){ .dont_fragment = true, .ident = 1 }));
    g_assert_true(wire_ip_is_fragment(&(WireIp){ .more_fragments = true }));
    g_assert_true(wire_ip_is_fragment(&(WireIp){ .fragment_offset = 1 }));
}

/* Ethernet pads short frames: octets beyond the total length are none of the datagram's. */
static void test_padding(void)
{
    g_autoptr(GByteArray) bytes = datagram("45000014 00000000 0000ceb3 c0000201 c6336402", 46);
    WireIp ip;
    uint32_t total_bytes;
    g_assert_cmpint(wire_ipv4_parse(bytes->data, bytes->len, &ip, &total_bytes), ==, PACKET_OK);
    g_assert_cmpuint(total_bytes, ==, 20);
}

/* A router's change leaves a checksum as good as one made anew, for every value. */
static void test_update(void)
{
    g_autoptr(GByteArray) bytes = test_hex("4500003c 12344000 40063c51 c0000201 c6336402");
    for (unsigned value = 0; value < 256; value++) {
        uint8_t changed[60] = { 0 }, written[60] = { 0 };
        memcpy(changed, bytes->data, bytes->len);
        wire_ipv4_update(changed, (uint8_t)(value * 7), (uint8_t)value);
        WireIp ip;
        uint32_t total_bytes;
        g_assert_cmpint(wire_ipv4_parse(changed, 60, &ip, &total_bytes), ==, PACKET_OK);
        g_assert_cmpuint(ip.ttl, ==, value);
        g_assert_cmphex(ip.tos, ==, (uint8_t)(value * 7));
        wire_ipv4_write(&ip, NULL, 60, written);
        g_assert_cmpmem(changed, 20, written, 20);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *parse = g_strdup_printf("/wire/ipv4/parse/%s", headers[i].label);
        g_test_add_data_func(parse, &headers[i], test_parse);
        g_autofree char *write = g_strdup_printf("/wire/ipv4/write/%s", headers[i].label);
        g_test_add_data_func(write, &headers[i], test_write);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strdup_printf("/wire/ipv4/malformed/%s", malformed[i].label);
        g_test_add_data_func(path, &malformed[i], test_malformed);
    }
    g_test_add_func("/wire/ipv4/fragment", test_fragment);
    g_test_add_func("/wire/ipv4/padding", test_padding);
    g_test_add_func("/wire/ipv4/update", test_update);
    return g_test_run();
}
