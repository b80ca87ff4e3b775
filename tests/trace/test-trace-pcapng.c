/* Protects: captures in pcapng: the octets of every kind of block, and that a dissector reads from
 * them what was said. */

#include "config.h"

#include "trace/trace_pcapng.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/packets.h"
#include "lib/tshark.h"

typedef struct Capture {
    TestPackets packets;
    TraceOutput *output; /* in memory; owned by `capture` */
    TracePcapng *capture;
    size_t seen_bytes; /* octets looked at so far */
} Capture;

static void set_up(Capture *c, gconstpointer data)
{
    test_packets_init(&c->packets);
    c->output = trace_output_new_memory();
    c->capture = trace_pcapng_new(c->output, NULL);
    trace_output_bytes(c->output, &c->seen_bytes);
}

static void tear_down(Capture *c, gconstpointer data)
{
    trace_pcapng_free(c->capture);
    test_packets_clear(&c->packets);
}

/* What was written since the last call must be these octets. */
static void assert_written(Capture *c, const char *hex)
{
    g_autoptr(GByteArray) expected = test_hex(hex);
    size_t len_bytes;
    const uint8_t *bytes = trace_output_bytes(c->output, &len_bytes);
    test_assert_bytes(bytes + c->seen_bytes, len_bytes - c->seen_bytes, expected);
    c->seen_bytes = len_bytes;
}

static void skip_written(Capture *c)
{
    trace_output_bytes(c->output, &c->seen_bytes);
}

/* Type, length, magic, version 1.0, unknown section length; a comment; the program; the end. */
static void test_section(void)
{
    TraceOutput *output = trace_output_new_memory();
    TracePcapng *capture = trace_pcapng_new(output, "hello");
    size_t len_bytes;
    const uint8_t *bytes = trace_output_bytes(output, &len_bytes);
    g_autoptr(GByteArray) start = test_hex("0a0d0d0a 40000000 4d3c2b1a 0100 0000 ffffffffffffffff "
                                           "0100 0500 68656c6c6f 000000 0400");
    test_assert_bytes(bytes, start->len, start);
    const uint8_t *program = bytes + start->len;
    g_assert_cmpuint(program[0], ==, strlen(PACKAGE_STRING));
    g_assert_cmpmem(program + 2, strlen(PACKAGE_STRING), PACKAGE_STRING, strlen(PACKAGE_STRING));
    g_autoptr(GByteArray) end = test_hex("00000000 40000000");
    test_assert_bytes(bytes + len_bytes - 8, 8, end);
    g_assert_cmpuint(len_bytes, ==, 0x40);
    trace_pcapng_free(capture);
}

static void test_interface(Capture *c, gconstpointer data)
{
    g_assert_cmpuint(
        trace_pcapng_add_interface(c->capture, "a>b", "one way", PACKET_LINK_ETHERNET, 10000000),
        ==, 0);
    assert_written(c, "01000000 40000000 0100 0000 00000000 "
                      "0200 0300 613e62 00 0300 0700 6f6e6520776179 00 "
                      "0800 0800 8096980000000000 0900 0100 09 000000 00000000 40000000");
    g_assert_cmpuint(trace_pcapng_add_interface(c->capture, "tun0", NULL, PACKET_LINK_RAW_IP, 0),
                     ==, 1);
    assert_written(c, "01000000 28000000 6500 0000 00000000 "
                      "0200 0400 74756e30 0900 0100 09 000000 00000000 28000000");
}

static void test_name_ipv4(Capture *c, gconstpointer data)
{
    trace_pcapng_add_name(c->capture, TEST_CLIENT_ADDR, "client");
    assert_written(c, "04000000 20000000 0100 0b00 c0000201 636c69656e7400 00 00000000 20000000");
}

static void test_name_ipv6(Capture *c, gconstpointer data)
{
    InetAddr addr;
    g_assert_true(inet_addr_parse("2001:db8::1", &addr));
    trace_pcapng_add_name(c->capture, addr, "a");
    assert_written(c, "04000000 28000000 0200 1200 20010db8000000000000000000000001 6100 0000 "
                      "00000000 28000000");
}

/* An instant of more than 32 bits of nanoseconds, every option, padding of frame and comment. */
static void test_packet(Capture *c, gconstpointer data)
{
    trace_pcapng_add_interface(c->capture, "tun0", NULL, PACKET_LINK_RAW_IP, 0);
    skip_written(c);
    g_autoptr(Packet) pkt = test_packet_udp(&c->packets, PACKET_LINK_RAW_IP, "hello");
    TraceRecord record = { .at_ns = INT64_C(0x123456789abc),
                           .interface = 0,
                           .number = 41,
                           .direction = TRACE_DIRECTION_OUT,
                           .comment = "lost" };
    g_assert_true(trace_pcapng_write(c->capture, &record, pkt));
    assert_written(c, "06000000 64000000 00000000 34120000 bc9a7856 21000000 21000000 "
                      "45000021 00004000 40114e95 c0000201 c6336402 c0000009 000d0fc1 68656c6c6f "
                      "000000 0100 0400 6c6f7374 0200 0400 02000000 0500 0800 2900000000000000 "
                      "00000000 64000000");
}

static void test_packet_with_nothing_said(Capture *c, gconstpointer data)
{
    trace_pcapng_add_interface(c->capture, "eth0", NULL, PACKET_LINK_ETHERNET, 0);
    skip_written(c);
    g_autoptr(Packet) pkt = test_packet_arp(&c->packets);
    TraceRecord record = { .at_ns = 0 };
    g_assert_true(trace_pcapng_write(c->capture, &record, pkt));
    assert_written(c, "06000000 60000000 00000000 00000000 00000000 3c000000 3c000000 "
                      "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 "
                      "000000000000 c6336402 000000000000000000000000000000000000 "
                      "00000000 60000000");
}

/* An option holds 65,535 octets: a longer comment is cut, but not within a character. */
static void test_longest_comment(Capture *c, gconstpointer data)
{
    trace_pcapng_add_interface(c->capture, "eth0", NULL, PACKET_LINK_ETHERNET, 0);
    skip_written(c);
    g_autoptr(Packet) pkt = test_packet_arp(&c->packets);
    GString *comment = g_string_new("ab");
    while (comment->len <= 65535) {
        g_string_append(comment, "\xe4\xb8\xa2"); /* three octets */
    }
    TraceRecord record = { .comment = comment->str };
    g_assert_true(trace_pcapng_write(c->capture, &record, pkt));
    size_t len_bytes;
    const uint8_t *bytes = trace_output_bytes(c->output, &len_bytes) + c->seen_bytes;
    size_t comment_at = 28 + 60;
    g_assert_cmpuint(bytes[comment_at + 2] | bytes[comment_at + 3] << 8, ==, 65534 - 65534 % 3 + 2);
    g_assert_true(
        g_utf8_validate((const char *)bytes + comment_at + 4, 65534 - 65534 % 3 + 2, NULL));
    g_string_free(comment, TRUE);
}

static void test_longest_frame(Capture *c, gconstpointer data)
{
    trace_pcapng_add_interface(c->capture, "tun0", NULL, PACKET_LINK_RAW_IP, 0);
    skip_written(c);
    g_autoptr(Packet) pkt = test_packet_echo(&c->packets, PACKET_LINK_RAW_IP, 65507);
    TraceRecord record = { .at_ns = 1 };
    for (int i = 0; i < 10; i++) {
        g_assert_true(trace_pcapng_write(c->capture, &record, pkt));
    }
    size_t len_bytes;
    trace_output_bytes(c->output, &len_bytes);
    g_assert_cmpuint(len_bytes - c->seen_bytes, ==, 10 * (28 + 65536 + 4 + 4));
}

static void test_disk_full(void)
{
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("this system has no /dev/full");
        return;
    }
    TestPackets packets;
    test_packets_init(&packets);
    g_autoptr(TracePcapng) capture = trace_pcapng_new(trace_output_new("/dev/full", NULL), NULL);
    trace_pcapng_add_interface(capture, "tun0", NULL, PACKET_LINK_RAW_IP, 0);
    Packet *pkt = test_packet_echo(&packets, PACKET_LINK_RAW_IP, 65507);
    TraceRecord record = { .at_ns = 1 };
    bool good = true;
    for (int i = 0; i < 10 && good; i++) {
        good = trace_pcapng_write(capture, &record, pkt);
    }
    g_assert_false(good);
    g_autoptr(GError) error = NULL;
    g_assert_false(trace_pcapng_close(capture, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
    packet_free(pkt);
    test_packets_clear(&packets);
}

/* The dissector. */

static void write_and_free(TracePcapng *capture, const TraceRecord *record, Packet *pkt)
{
    g_assert_true(trace_pcapng_write(capture, record, pkt));
    packet_free(pkt);
}

static void write_capture(const char *path)
{
    g_autoptr(GError) error = NULL;
    TestPackets packets;
    test_packets_init(&packets);
    TraceOutput *output = trace_output_new(path, &error);
    g_assert_no_error(error);
    g_autoptr(TracePcapng) capture = trace_pcapng_new(output, "A title \xe4\xb8\xa2");
    trace_pcapng_add_name(capture, TEST_CLIENT_ADDR, "client");
    trace_pcapng_add_name(capture, TEST_SERVER_ADDR, "server");
    trace_pcapng_add_interface(capture, "wire client>server", "10 Mbit/s", PACKET_LINK_ETHERNET,
                               10000000);
    trace_pcapng_add_interface(capture, "tunnel", NULL, PACKET_LINK_RAW_IP, 0);

    write_and_free(capture, &(TraceRecord){ .at_ns = 1, .number = 1 }, test_packet_arp(&packets));
    write_and_free(capture,
                   &(TraceRecord){ .at_ns = INT64_C(1000000000002),
                                   .number = 2,
                                   .direction = TRACE_DIRECTION_OUT,
                                   .comment = "lost here: queue full 50/50" },
                   test_packet_tcp(&packets, PACKET_LINK_ETHERNET, TCP_SYN, 100, 0));
    write_and_free(capture,
                   &(TraceRecord){ .at_ns = INT64_C(2000000000003),
                                   .number = 3,
                                   .interface = 1,
                                   .direction = TRACE_DIRECTION_IN,
                                   .comment = "\xe9\x98\x9f\xe5\x88\x97\xe6\xbb\xa1" },
                   test_packet_udp(&packets, PACKET_LINK_RAW_IP, "hello"));
    write_and_free(capture,
                   &(TraceRecord){ .at_ns = INT64_C(2000000000003), .number = UINT64_C(1) << 40 },
                   test_packet_echo(&packets, PACKET_LINK_ETHERNET, 1000));
    write_and_free(capture, &(TraceRecord){ .at_ns = INT64_C(2000000000004), .number = 5 },
                   test_packet_tcp(&packets, PACKET_LINK_ETHERNET, TCP_ACK, 101, 1448));
    g_assert_true(trace_pcapng_close(capture, &error));
    g_assert_no_error(error);
    test_packets_clear(&packets);
}

static const char *const dissected =
    "1|0.000000000|60|0|wire client>server|1|||\n"
    "2|1000.000000001|66|0|wire client>server|2|lost here: queue full 50/50|client|server\n"
    "3|2000.000000002|33|1|tunnel|3|\xe9\x98\x9f\xe5\x88\x97\xe6\xbb\xa1|client|server\n"
    "4|2000.000000002|1042|0|wire client>server|1099511627776||client|server\n"
    "5|2000.000000003|1514|0|wire client>server|5||client|server\n";

static void test_dissector(void)
{
    g_autofree char *folder = g_dir_make_tmp("wirelab-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "network.pcapng", NULL);
    write_capture(path);
    g_autofree char *seen =
        test_tshark(path, "-N", "n", "-T", "fields", "-E", "separator=|", "-e", "frame.number",
                    "-e", "frame.time_relative", "-e", "frame.len", "-e", "frame.interface_id",
                    "-e", "frame.interface_name", "-e", "frame.packet_id", "-e", "frame.comment",
                    "-e", "ip.src_host", "-e", "ip.dst_host", NULL);
    if (seen != NULL) {
        g_assert_cmpstr(seen, ==, dissected);
        g_assert_true(test_tshark_accepts(path));
    }
    g_remove(path);
    g_rmdir(folder);
}

static void add(const char *label, void (*test)(Capture *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/trace/pcapng/%s", label);
    g_test_add(path, Capture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/pcapng/section", test_section);
    add("interface", test_interface);
    add("name-ipv4", test_name_ipv4);
    add("name-ipv6", test_name_ipv6);
    add("packet", test_packet);
    add("packet-with-nothing-said", test_packet_with_nothing_said);
    add("longest-comment", test_longest_comment);
    add("longest-frame", test_longest_frame);
    g_test_add_func("/trace/pcapng/disk-full", test_disk_full);
    g_test_add_func("/trace/pcapng/dissector", test_dissector);
    return g_test_run();
}
