/* Protects: UDP headers, octet by octet, and the bounds of the length field. */

#include "wire/wire_udp.h"

#include "lib/hex.h"

typedef struct Datagram {
    const char *label;
    const char *hex;
    PacketFault fault;
    uint32_t total_bytes;
} Datagram;

static const Datagram datagrams[] = {
    { "whole", "14e9 0035 000a 0000 abcd", PACKET_OK, 10 },
    { "no-data", "14e9 0035 0008 0000", PACKET_OK, 8 },
    { "octets-beyond-the-end", "14e9 0035 0008 0000 abcd", PACKET_OK, 8 },
    { "empty", "", PACKET_FAULT_SHORT, 0 },
    { "7-octets", "14e9 0035 0008 00", PACKET_FAULT_SHORT, 0 },
    { "length-0", "14e9 0035 0000 0000", PACKET_FAULT_TRANSPORT_HEADER, 0 },
    { "length-7", "14e9 0035 0007 0000", PACKET_FAULT_TRANSPORT_HEADER, 0 },
    { "length-past-the-end", "14e9 0035 000b 0000 abcd", PACKET_FAULT_TRANSPORT_HEADER, 0 },
};

static void test_parse(gconstpointer data)
{
    const Datagram *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    WireUdp header = { 1, 2 };
    uint32_t total_bytes = 0;
    g_assert_cmpint(wire_udp_parse(bytes->data, bytes->len, &header, &total_bytes), ==, row->fault);
    g_assert_cmpuint(total_bytes, ==, row->total_bytes);
    g_assert_cmpuint(header.src_port, ==, row->fault == PACKET_OK ? 5353 : 1);
    g_assert_cmpuint(header.dst_port, ==, row->fault == PACKET_OK ? 53 : 2);
}

static void test_write(void)
{
    g_autoptr(GByteArray) bytes = test_hex("14e9 0035 ffff 0000");
    uint8_t written[WIRE_UDP_HEADER_BYTES];
    wire_udp_write(&(WireUdp){ .src_port = 5353, .dst_port = 53 }, 65535, written);
    test_assert_bytes(written, sizeof written, bytes);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(datagrams); i++) {
        g_autofree char *path = g_strdup_printf("/wire/udp/parse/%s", datagrams[i].label);
        g_test_add_data_func(path, &datagrams[i], test_parse);
    }
    g_test_add_func("/wire/udp/write", test_write);
    return g_test_run();
}
