#include "lib/capture-builder.h"

#include "lib/packets.h"
#include "lib/segment.h"
#include "wire/wire_bytes.h"

static const struct {
    uint32_t type;      /* LINKTYPE_* */
    const char *octets; /* the link header before IPv4 */
    uint32_t len_bytes;
} links[CAPTURE_N_LINKS] = {
    [CAPTURE_LINK_ETHERNET] = { 1, "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0", 14 },
    [CAPTURE_LINK_RAW_IP] = { 101, "", 0 },
    [CAPTURE_LINK_COOKED] = { 113, "\0\4\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16 },
    [CAPTURE_LINK_COOKED_V2] = { 276, "\x08\0\0\0\0\0\0\1\0\1\4\6\2\0\0\0\0\1\0\0", 20 },
    [CAPTURE_LINK_NULL] = { 0, "\2\0\0\0", 4 },
};

static void put32(GByteArray *bytes, uint32_t value)
{
    const guint8 octets[] = { value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >> 24 };
    g_byte_array_append(bytes, octets, sizeof octets);
}

void capture_builder_init(CaptureBuilder *builder, CaptureLink link)
{
    *builder = (CaptureBuilder){
        .bytes = g_byte_array_new(),
        .link = link,
        .kept_bytes = UINT16_MAX,
        .iss = { 0xfffffff0, 5000 }, /* the client's numbers wrap around */
        .port = { CAPTURE_BUILDER_CLIENT_PORT, CAPTURE_BUILDER_SERVER_PORT },
    };
    put32(builder->bytes, 0xa1b23c4d);
    put32(builder->bytes, 4 << 16 | 2);
    put32(builder->bytes, 0);
    put32(builder->bytes, 0);
    put32(builder->bytes, 262144);
    put32(builder->bytes, links[link].type);
}

void capture_builder_clear(CaptureBuilder *builder)
{
    g_byte_array_unref(builder->bytes);
}

void capture_builder_frame(CaptureBuilder *builder, int64_t at_ns, const uint8_t *bytes,
                           uint32_t len_bytes)
{
    uint32_t captured_bytes = MIN(len_bytes, builder->kept_bytes);
    put32(builder->bytes, (uint32_t)(at_ns / SIM_NS_PER_S));
    put32(builder->bytes, (uint32_t)(at_ns % SIM_NS_PER_S));
    put32(builder->bytes, captured_bytes);
    put32(builder->bytes, len_bytes);
    g_byte_array_append(builder->bytes, bytes, captured_bytes);
}

void capture_builder_segment(CaptureBuilder *builder, int64_t at_ns, uint8_t end, const char *text)
{
    const SegmentOrigin origin = { builder->iss[end], builder->iss[!end], 0, 0 };
    Segment segment;
    segment_parse(text, &origin, &segment);
    segment.tcp.src_port = builder->port[end];
    segment.tcp.dst_port = builder->port[!end];
    const WireIp ip = {
        .src = end == 0 ? TEST_CLIENT_ADDR : TEST_SERVER_ADDR,
        .dst = end == 0 ? TEST_SERVER_ADDR : TEST_CLIENT_ADDR,
        .protocol = IP_PROTOCOL_TCP,
        .ttl = 64,
    };
    uint32_t link_bytes = links[builder->link].len_bytes;
    uint32_t total_bytes = WIRE_IPV4_HEADER_BYTES + segment.tcp.header_bytes + segment.len_bytes;
    g_autofree uint8_t *frame = g_malloc0(link_bytes + total_bytes);
    memcpy(frame, links[builder->link].octets, link_bytes);
    wire_ipv4_write(&ip, NULL, total_bytes, frame + link_bytes);
    wire_tcp_write(&segment.tcp, frame + link_bytes + WIRE_IPV4_HEADER_BYTES);
    capture_builder_frame(builder, at_ns, frame, link_bytes + total_bytes);
}

void capture_builder_handshake(CaptureBuilder *builder, int64_t at_ns, int64_t rtt_ns, uint8_t at)
{
    int64_t answered_ns = at_ns + (at == 0 ? rtt_ns : SIM_NS_PER_US);
    int64_t done_ns = at_ns + rtt_ns + SIM_NS_PER_US;
    capture_builder_segment(builder, at_ns, 0,
                            "S 0:0(0) win 1000 <mss 1460,sackOK,TS val 7 ecr 0,wscale 7>");
    capture_builder_segment(builder, answered_ns, 1,
                            "S. 0:0(0) ack 1 win 1000 <mss 1460,sackOK,TS val 3 ecr 7,wscale 7>");
    capture_builder_segment(builder, done_ns, 0, ". 1:1(0) ack 1 win 8");
}

Capture *capture_builder_open(const CaptureBuilder *builder)
{
    g_autoptr(GError) error = NULL;
    FILE *file = fmemopen(builder->bytes->data, builder->bytes->len, "rb");
    Capture *capture = capture_open_file(file, "memory", &error);
    g_assert_no_error(error);
    return capture;
}

FlowSet *capture_builder_flows(const CaptureBuilder *builder)
{
    g_autoptr(Capture) capture = capture_builder_open(builder);
    return flow_set_of_capture(capture);
}

void capture_builder_save(const CaptureBuilder *builder, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, (const char *)builder->bytes->data, builder->bytes->len, &error);
    g_assert_no_error(error);
}
