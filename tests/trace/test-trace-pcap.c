/* Protects: classic captures with nanoseconds, octet by octet, for both kinds of links and both
 * together. */

#include "trace/trace_pcap.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/packets.h"
#include "lib/tshark.h"

#define HELLO "45000021 00004000 40114e95 c0000201 c6336402 c0000009 000d0fc1 68656c6c6f"
#define ETH "020000000002 020000000001 0800"
#define ARP "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c6336402"

typedef enum What { UDP_ON_ETHERNET, UDP_ON_RAW_IP, ARP_REQUEST, RAW_FRAME, RAW_SHORT } What;

typedef struct Written {
    const char *label;
    TracePcapLink link;
    What what;
    uint32_t port;
    bool outgoing;
    const char *hex; /* file header and one record at 5.000000007 s */
} Written;

#define HEADER(link) "4d3cb2a1 0200 0400 00000000 00000000 00000400 " link " "
#define TIME "05000000 07000000 "

static const Written table[] = {
    { "ethernet", TRACE_PCAP_ETHERNET, UDP_ON_ETHERNET, 0, false,
      HEADER("01000000") TIME "3c000000 3c000000" ETH HELLO "00000000000000000000000000" },
    { "raw-ip", TRACE_PCAP_RAW_IP, UDP_ON_RAW_IP, 0, false,
      HEADER("65000000") TIME "21000000 21000000" HELLO },
    { "cooked-from-ethernet", TRACE_PCAP_COOKED, UDP_ON_ETHERNET, 0, false,
      HEADER("14010000") TIME "35000000 35000000"
                              "0800 0000 00000001 0001 00 06 020000000001 0000" HELLO },
    { "cooked-from-raw-ip", TRACE_PCAP_COOKED, UDP_ON_RAW_IP, 3, true,
      HEADER("14010000") TIME "35000000 35000000"
                              "0800 0000 00000004 0207 04 00 0000000000000000" HELLO },
    { "cooked-arp", TRACE_PCAP_COOKED, ARP_REQUEST, 1, true,
      HEADER("14010000") TIME "30000000 30000000"
                              "0806 0000 00000002 0001 04 06 020000000001 0000" ARP },
    { "cooked-from-raw-octets", TRACE_PCAP_COOKED, RAW_FRAME, 0, false,
      HEADER("14010000") TIME "16000000 16000000"
                              "88cc 0000 00000001 0001 00 06 020000000001 0000 abcd" },
    { "cooked-from-less-than-a-header", TRACE_PCAP_COOKED, RAW_SHORT, 0, false,
      HEADER("14010000") TIME "14000000 14000000"
                              "0000 0000 00000001 0001 00 06 000000000000 0000" },
};

static Packet *new_raw(TestPackets *packets, const char *hex)
{
    g_autoptr(GByteArray) bytes = test_hex(hex);
    return packet_new_raw(&packets->pool, &packets->maker, 0, PACKET_WHY_INJECTED,
                          PACKET_LINK_ETHERNET, bytes->data, bytes->len);
}

static Packet *new_packet(TestPackets *packets, What what)
{
    switch (what) {
    case UDP_ON_ETHERNET:
        return test_packet_udp(packets, PACKET_LINK_ETHERNET, "hello");
    case UDP_ON_RAW_IP:
        return test_packet_udp(packets, PACKET_LINK_RAW_IP, "hello");
    case ARP_REQUEST:
        return test_packet_arp(packets);
    case RAW_FRAME:
        return new_raw(packets, "020000000002 020000000001 88cc abcd");
    case RAW_SHORT:
        return new_raw(packets, "0200");
    }
    g_assert_not_reached();
}

static void test_written(gconstpointer data)
{
    const Written *row = data;
    g_autoptr(GByteArray) expected = test_hex(row->hex);
    TestPackets packets;
    test_packets_init(&packets);
    TraceOutput *output = trace_output_new_memory();
    g_autoptr(TracePcap) capture = trace_pcap_new(output, row->link);
    Packet *pkt = new_packet(&packets, row->what);
    g_assert_true(trace_pcap_write(capture, INT64_C(5000000007), pkt, row->port, row->outgoing));
    size_t len_bytes;
    const uint8_t *bytes = trace_output_bytes(output, &len_bytes);
    test_assert_bytes(bytes, len_bytes, expected);
    packet_free(pkt);
    test_packets_clear(&packets);
}

typedef struct Dissected {
    const char *label;
    TracePcapLink link;
    What first, second;
    const char *text; /* time, length, protocols */
} Dissected;

static const Dissected dissected[] = {
    { "ethernet", TRACE_PCAP_ETHERNET, ARP_REQUEST, UDP_ON_ETHERNET,
      "0.000000001|60|eth:ethertype:arp\n4294967295.000000003|60|eth:ethertype:ip:udp:data\n" },
    { "raw-ip", TRACE_PCAP_RAW_IP, UDP_ON_RAW_IP, UDP_ON_RAW_IP,
      "0.000000001|33|raw:ip:udp:data\n4294967295.000000003|33|raw:ip:udp:data\n" },
    { "cooked", TRACE_PCAP_COOKED, ARP_REQUEST, UDP_ON_RAW_IP,
      "0.000000001|48|sll:ethertype:arp\n4294967295.000000003|53|sll:ethertype:ip:udp:data\n" },
};

static void test_dissector(gconstpointer data)
{
    const Dissected *row = data;
    g_autofree char *folder = g_dir_make_tmp("wirelab-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "host.pcap", NULL);
    g_autoptr(GError) error = NULL;
    TestPackets packets;
    test_packets_init(&packets);
    g_autoptr(TracePcap) capture = trace_pcap_new(trace_output_new(path, &error), row->link);
    g_assert_no_error(error);
    Packet *first = new_packet(&packets, row->first);
    Packet *second = new_packet(&packets, row->second);
    g_assert_true(trace_pcap_write(capture, 1, first, 0, true));
    g_assert_true(trace_pcap_write(capture, UINT32_MAX * SIM_NS_PER_S + 3, second, 1, false));
    g_assert_true(trace_pcap_close(capture, &error));
    g_assert_no_error(error);
    packet_free(first);
    packet_free(second);
    test_packets_clear(&packets);

    g_autofree char *seen =
        test_tshark(path, "-T", "fields", "-E", "separator=|", "-e", "frame.time_epoch", "-e",
                    "frame.len", "-e", "frame.protocols", NULL);
    if (seen != NULL) {
        g_assert_cmpstr(seen, ==, row->text);
        g_assert_true(test_tshark_accepts(path));
    }
    g_remove(path);
    g_rmdir(folder);
}

static void test_disk_full(void)
{
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("this system has no /dev/full");
        return;
    }
    g_autoptr(TracePcap) capture =
        trace_pcap_new(trace_output_new("/dev/full", NULL), TRACE_PCAP_RAW_IP);
    g_autoptr(GError) error = NULL;
    g_assert_false(trace_pcap_close(capture, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *path = g_strdup_printf("/trace/pcap/written/%s", table[i].label);
        g_test_add_data_func(path, &table[i], test_written);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(dissected); i++) {
        g_autofree char *path = g_strdup_printf("/trace/pcap/dissector/%s", dissected[i].label);
        g_test_add_data_func(path, &dissected[i], test_dissector);
    }
    g_test_add_func("/trace/pcap/disk-full", test_disk_full);
    return g_test_run();
}
