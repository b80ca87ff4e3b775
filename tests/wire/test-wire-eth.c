/* Protects: Ethernet headers, octet by octet. */

#include "wire/wire_eth.h"

#include "lib/hex.h"

static void test_parse_and_write(void)
{
    g_autoptr(GByteArray) bytes = test_hex("ffffffffffff 020000000001 0806");
    WireEth header;
    g_assert_true(wire_eth_parse(bytes->data, bytes->len, &header));
    g_assert_true(mac_addr_equal(&header.dst, &mac_addr_broadcast));
    g_assert_true(mac_addr_equal(&header.src, &(MacAddr){ { 2, 0, 0, 0, 0, 1 } }));
    g_assert_cmphex(header.type, ==, WIRE_ETHERTYPE_ARP);

    uint8_t written[WIRE_ETH_HEADER_BYTES];
    wire_eth_write(&header, written);
    test_assert_bytes(written, sizeof written, bytes);
}

static void test_short(void)
{
    g_autoptr(GByteArray) bytes = test_hex("ffffffffffff 020000000001 08");
    WireEth header = { .type = 7 };
    g_assert_false(wire_eth_parse(bytes->data, bytes->len, &header));
    g_assert_false(wire_eth_parse(bytes->data, 0, &header));
    g_assert_cmpuint(header.type, ==, 7);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/eth/parse-and-write", test_parse_and_write);
    g_test_add_func("/wire/eth/short", test_short);
    return g_test_run();
}
