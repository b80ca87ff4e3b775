/* Protects: ICMP headers, octet by octet. */

#include "wire/wire_icmp.h"

#include "lib/hex.h"

static void test_parse_and_write(void)
{
    g_autoptr(GByteArray) bytes = test_hex("08 00 0000 1234 0001");
    WireIcmp header;
    g_assert_cmpint(wire_icmp_parse(bytes->data, bytes->len, &header), ==, PACKET_OK);
    g_assert_cmpuint(header.type, ==, 8);
    g_assert_cmpuint(header.code, ==, 0);
    g_assert_cmphex(header.rest, ==, 0x12340001);

    uint8_t written[WIRE_ICMP_HEADER_BYTES];
    wire_icmp_write(&header, written);
    test_assert_bytes(written, sizeof written, bytes);
}

static void test_short(void)
{
    g_autoptr(GByteArray) bytes = test_hex("03 04 0000 0000 05");
    WireIcmp header = { .type = 77 };
    g_assert_cmpint(wire_icmp_parse(bytes->data, bytes->len, &header), ==, PACKET_FAULT_SHORT);
    g_assert_cmpuint(header.type, ==, 77);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/icmp/parse-and-write", test_parse_and_write);
    g_test_add_func("/wire/icmp/short", test_short);
    return g_test_run();
}
