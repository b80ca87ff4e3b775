/* Protects: ARP messages, octet by octet, and that only Ethernet and IPv4 are taken for such. */

#include "wire/wire_arp.h"

#include "lib/hex.h"

#define REQUEST "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c6336402"

static void test_parse_and_write(void)
{
    g_autoptr(GByteArray) bytes = test_hex(REQUEST);
    WireArp message;
    g_assert_cmpint(wire_arp_parse(bytes->data, bytes->len, &message), ==, PACKET_OK);
    g_assert_cmpuint(message.operation, ==, WIRE_ARP_REQUEST);
    g_assert_true(mac_addr_equal(&message.sender_mac, &(MacAddr){ { 2, 0, 0, 0, 0, 1 } }));
    g_assert_true(mac_addr_equal(&message.target_mac, &(MacAddr){ { 0 } }));
    g_assert_true(inet_addr_equal(message.sender_addr, inet_addr_v4(0xc0000201)));
    g_assert_true(inet_addr_equal(message.target_addr, inet_addr_v4(0xc6336402)));

    message.operation = WIRE_ARP_REPLY;
    uint8_t written[WIRE_ARP_BYTES];
    wire_arp_write(&message, written);
    bytes->data[7] = 2;
    test_assert_bytes(written, sizeof written, bytes);
}

typedef struct Malformed {
    const char *label;
    const char *hex;
    PacketFault fault;
} Malformed;

static const Malformed malformed[] = {
    { "empty", "", PACKET_FAULT_SHORT },
    { "27-octets", "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c63364",
      PACKET_FAULT_SHORT },
    { "hardware-type", "0006 0800 06 04 0001 020000000001 c0000201 000000000000 c6336402",
      PACKET_FAULT_TRANSPORT_HEADER },
    { "protocol-type", "0001 86dd 06 04 0001 020000000001 c0000201 000000000000 c6336402",
      PACKET_FAULT_TRANSPORT_HEADER },
    { "hardware-length", "0001 0800 08 04 0001 020000000001 c0000201 000000000000 c6336402",
      PACKET_FAULT_TRANSPORT_HEADER },
    { "protocol-length", "0001 0800 06 10 0001 020000000001 c0000201 000000000000 c6336402",
      PACKET_FAULT_TRANSPORT_HEADER },
};

static void test_malformed(gconstpointer data)
{
    const Malformed *row = data;
    g_autoptr(GByteArray) bytes = test_hex(row->hex);
    WireArp message = { .operation = 77 };
    g_assert_cmpint(wire_arp_parse(bytes->data, bytes->len, &message), ==, row->fault);
    g_assert_cmpuint(message.operation, ==, 77);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/arp/parse-and-write", test_parse_and_write);
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strdup_printf("/wire/arp/malformed/%s", malformed[i].label);
        g_test_add_data_func(path, &malformed[i], test_malformed);
    }
    return g_test_run();
}
