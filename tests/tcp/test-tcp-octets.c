/* Protects: what arrives and leaves as octets. Checksums, options at odd places, unknown and
 * malformed ones, IP options: RFC 9293 3.1, 3.2 and 3.9.2, from the wire up to the connection. */

#include <string.h>

#include "lib/tcp-bed.h"
#include "wire/checksum.h"

enum { IP_HEADER_BYTES = 20, TCP_HEADER_BYTES = 20, MOST_BYTES = 200 };

/* A segment as octets: text of zeros behind the options. */
typedef struct Octets {
    uint16_t flags;
    TcpSeq seq, ack;                  /* relative */
    const char *ip_options, *options; /* hex, a multiple of four octets; NULL: none */
    uint8_t text_bytes;
    uint8_t spoil; /* added to the checksum */
} Octets;

static uint8_t put_hex(const char *hex, uint8_t *out_bytes)
{
    uint8_t count = 0;
    for (; hex != NULL && hex[0] != '\0'; hex += hex[2] == ' ' ? 3 : 2) {
        out_bytes[count++] =
            (uint8_t)(g_ascii_xdigit_value(hex[0]) * 16 + g_ascii_xdigit_value(hex[1]));
    }
    g_assert(count % 4 == 0);
    return count;
}

static void put_16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void put_32(uint8_t *bytes, uint32_t value)
{
    put_16(bytes, (uint16_t)(value >> 16));
    put_16(bytes + 2, (uint16_t)value);
}

static uint8_t write_ip(const Octets *octets, uint8_t *ip)
{
    uint8_t header_bytes = (uint8_t)(IP_HEADER_BYTES + put_hex(octets->ip_options, ip + 20));
    ip[0] = (uint8_t)(0x40 | header_bytes / 4);
    ip[8] = 64;
    ip[9] = IP_PROTOCOL_TCP;
    put_32(ip + 12, inet_addr_to_v4(TCP_BED_PEER));
    put_32(ip + 16, inet_addr_to_v4(TCP_BED_HOST));
    return header_bytes;
}

static uint8_t write_tcp(const TcpBed *bed, const Octets *octets, uint8_t *tcp)
{
    uint8_t header_bytes = (uint8_t)(TCP_HEADER_BYTES + put_hex(octets->options, tcp + 20));
    uint8_t total_bytes = (uint8_t)(header_bytes + octets->text_bytes);
    put_16(tcp, bed->peer_tcp_port);
    put_16(tcp + 2, bed->host_tcp_port);
    put_32(tcp + 4, TCP_BED_PEER_ISN + octets->seq);
    put_32(tcp + 8, bed->iss + octets->ack);
    tcp[12] = (uint8_t)(header_bytes / 4 << 4);
    tcp[13] = (uint8_t)octets->flags;
    put_16(tcp + 14, 65535);
    uint64_t sum = checksum_add_pseudo(0, TCP_BED_PEER, TCP_BED_HOST, IP_PROTOCOL_TCP, total_bytes);
    put_16(tcp + 16,
           (uint16_t)(checksum_finish(checksum_add(sum, tcp, total_bytes)) + octets->spoil));
    return total_bytes;
}

static void inject(TcpBed *bed, const Octets *octets)
{
    uint8_t bytes[MOST_BYTES] = { 0 };
    uint8_t ip_bytes = write_ip(octets, bytes);
    uint8_t total_bytes = (uint8_t)(ip_bytes + write_tcp(bed, octets, bytes + ip_bytes));
    put_16(bytes + 2, total_bytes);
    put_16(bytes + 10, checksum_finish(checksum_add(0, bytes, ip_bytes)));
    Packet *pkt = packet_new_raw(&bed->pool, &bed->peer->entity, 0, PACKET_WHY_INJECTED,
                                 PACKET_LINK_RAW_IP, bytes, total_bytes);
    net_port_arrive(bed->host_port, pkt, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

/* ---- segments with text for an established connection ---- */

typedef struct TextRow {
    const char *label;
    const char *ip_options, *options;
    uint8_t spoil;
    bool accepted;
} TextRow;

static const TextRow text_rows[] = {
    { "MUST-3/good", NULL, NULL, 0, true },
    { "MUST-3/bad", NULL, NULL, 1, false },
    { "MUST-4", NULL, "01 01 01 00", 0, true },
    { "MUST-5", NULL, "08 0a 00 00 00 01 00 00 00 00 01 01", 0, true },
    { "MUST-6", NULL, "fd 04 12 34", 0, true },
    { "MUST-6/long", NULL, "fd 0b 01 02 03 04 05 06 07 08 09 01", 0, true },
    { "MUST-68", NULL, "1e 03 00 01", 0, true },
    { "MUST-64", NULL, "01 fd 03 00 01 08 0a 00 00 00 01 00 00 00 00 00", 0, true },
    { "MUST-7/zero-length", NULL, "fd 00 01 01", 0, false },
    { "MUST-7/one", NULL, "fd 01 01 01", 0, false },
    { "MUST-7/past-the-header", NULL, "fd 05 01 01", 0, false },
    { "MUST-7/no-length", NULL, "01 01 01 fd", 0, false },
    /* Of a length that timestamps never have: stepped over. */
    { "MUST-7/timestamps-too-short", NULL, "08 09 00 00 00 01 00 00 00 01 01 01", 0, true },
    { "MUST-50/no-operation", "01 01 01 00", NULL, 0, true },
    { "MUST-50/record-route", "07 07 04 00 00 00 00 00", NULL, 0, true },
    { "MUST-50/unknown", "9e 04 00 00", NULL, 0, true },
};

static void test_text(gconstpointer data)
{
    const TextRow *row = data;
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    inject(&bed, &(Octets){ .flags = TCP_ACK,
                            .seq = 1,
                            .ack = 1,
                            .ip_options = row->ip_options,
                            .options = row->options,
                            .text_bytes = 20,
                            .spoil = row->spoil });
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, row->accepted ? 20 : 0);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_expect_nothing(&bed);
    /* Whatever it was, the connection goes on. */
    tcp_bed_inject(&bed, "P. 1:31(30) ack 1 win 65535");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 30);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- SYNs ---- */

typedef struct SynRow {
    const char *label, *options;
    uint32_t full_bytes; /* of our segments then */
} SynRow;

static const SynRow syn_rows[] = {
    { "MUST-4/mss", "02 04 03 e8", 1000 },
    { "MUST-4/mss-behind-no-operations", "01 01 02 04 03 e8 00 00", 1000 },
    { "MUST-64/mss-at-odd-place", "01 02 04 03 e8 01 01 00", 1000 },
    { "MUST-6/mss-behind-unknown", "fd 04 00 00 02 04 03 e8", 1000 },
    { "MUST-4/nothing-behind-the-end", "00 00 00 00 02 04 03 e8", 536 },
};

static void test_syn(gconstpointer data)
{
    const SynRow *row = data;
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    inject(&bed, &(Octets){ .flags = TCP_SYN, .options = row->options });
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_send(&bed, 1460);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(pkt->payload.len_bytes, ==, row->full_bytes);
    packet_free(pkt);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- what leaves ---- */

/* MUST-2: every kind of segment sums to nothing. MUST-69: behind an end of options are zeros only.
 */
static void check_octets(const Packet *pkt)
{
    uint8_t bytes[1500];
    uint32_t total_bytes = packet_frame_bytes(pkt);
    packet_serialise(pkt, bytes);
    const uint8_t *tcp = bytes + IP_HEADER_BYTES;
    uint32_t tcp_bytes = total_bytes - IP_HEADER_BYTES;
    uint64_t sum = checksum_add_pseudo(0, pkt->ip.src, pkt->ip.dst, IP_PROTOCOL_TCP, tcp_bytes);
    g_assert_cmpuint(checksum_finish(checksum_add(sum, tcp, tcp_bytes)), ==, 0);
    uint32_t header_bytes = (uint32_t)(tcp[12] >> 4) * 4;
    uint32_t i = TCP_HEADER_BYTES;
    while (i < header_bytes && tcp[i] != 0) {
        i += tcp[i] == 1 ? 1 : tcp[i + 1];
    }
    for (; i < header_bytes; i++) {
        g_assert_cmpuint(tcp[i], ==, 0);
    }
}

static void test_sent(void)
{
    TcpConfig config;
    TcpBed bed;
    unsigned checked = 0;
    tcp_config_init(&config); /* all options */
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0,wscale 7>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <TS val 1 ecr 0>");
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535 <TS val 1 ecr 0>");
    tcp_bed_send(&bed, 3001);
    tcp_abort(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    while (!g_queue_is_empty(&bed.sent)) {
        Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
        check_octets(pkt);
        packet_free(pkt);
        checked++;
    }
    g_assert_cmpuint(checked, >=, 5);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(text_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/rfc9293/%s", text_rows[i].label);
        g_test_add_data_func(path, &text_rows[i], test_text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(syn_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/rfc9293/%s", syn_rows[i].label);
        g_test_add_data_func(path, &syn_rows[i], test_syn);
    }
    g_test_add_func("/tcp/rfc9293/MUST-2", test_sent);
    g_test_add_func("/tcp/rfc9293/MUST-69", test_sent);
    return g_test_run();
}
