/* pcapng: blocks of a type, a length, a body and the length again, all on 4-octet boundaries. */

#include "config.h"

#include "trace/trace_pcapng.h"

#include "trace/trace_bytes.h"

/* Block types (section 11.1), option codes (3.5, 4.1, 4.2, 4.3), link types. */
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_NAMES = 4, BLOCK_PACKET = 6 };
enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    SECTION_APPLICATION = 4,
    INTERFACE_NAME = 2,
    INTERFACE_DESCRIPTION = 3,
    INTERFACE_SPEED = 8,
    INTERFACE_RESOLUTION = 9,
    PACKET_FLAGS = 2,
    PACKET_ID = 5
};
enum { NAME_END = 0, NAME_IPV4 = 1, NAME_IPV6 = 2 };
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, VERSION_MAJOR = 1, VERSION_MINOR = 0 };
enum { RESOLUTION_NS = 9 };

/* More than block headers, fixed fields and numeric options of any block take. */
enum { BLOCK_OVERHEAD_BYTES = 128 };
#define OPTION_MAX_BYTES 65535

static const uint16_t link_types[] = { [PACKET_LINK_ETHERNET] = 1, [PACKET_LINK_RAW_IP] = 101 };

struct TracePcapng {
    TraceOutput *output;
    uint32_t interface_count;
};

/* Zeros up to the next boundary, counted from the start of the block. */
static uint8_t *put_padding(const uint8_t *block, uint8_t *at)
{
    while ((at - block) % 4 != 0) {
        *at++ = 0;
    }
    return at;
}

static uint8_t *begin_block(uint8_t *block, uint32_t type)
{
    return trace_put32(block, type) + sizeof(uint32_t); /* the length comes with the end */
}

static void end_block(TraceOutput *output, uint8_t *block, uint8_t *at)
{
    uint32_t len_bytes = (uint32_t)(at - block) + (uint32_t)sizeof(uint32_t);
    trace_put32(block + sizeof(uint32_t), len_bytes);
    trace_put32(at, len_bytes);
    trace_output_commit(output, len_bytes);
}

static uint8_t *put_option(const uint8_t *block, uint8_t *at, uint16_t code, const void *value,
                           size_t len_bytes)
{
    at = trace_put16(at, code);
    at = trace_put16(at, (uint16_t)len_bytes);
    memcpy(at, value, len_bytes);
    return put_padding(block, at + len_bytes);
}

/* Octets of the text that an option can hold, cut between characters. */
static size_t text_bytes(const char *text)
{
    if (text == NULL) {
        return 0;
    }
    size_t len_bytes = strlen(text);
    if (len_bytes > OPTION_MAX_BYTES) {
        len_bytes = (size_t)(g_utf8_find_prev_char(text, text + OPTION_MAX_BYTES + 1) - text);
    }
    return len_bytes;
}

static uint8_t *put_text(const uint8_t *block, uint8_t *at, uint16_t code, const char *text)
{
    return text != NULL ? put_option(block, at, code, text, text_bytes(text)) : at;
}

static void put_section(TraceOutput *output, const char *comment)
{
    uint8_t *block = trace_output_reserve(output, BLOCK_OVERHEAD_BYTES + text_bytes(comment));
    uint8_t *at = begin_block(block, BLOCK_SECTION);
    at = trace_put32(at, BYTE_ORDER_MAGIC);
    at = trace_put16(at, VERSION_MAJOR);
    at = trace_put16(at, VERSION_MINOR);
    at = trace_put64(at, UINT64_MAX); /* section length: not said */
    at = put_text(block, at, OPTION_COMMENT, comment);
    at = put_text(block, at, SECTION_APPLICATION, PACKAGE_STRING);
    at = put_option(block, at, OPTION_END, "", 0);
    end_block(output, block, at);
}

TracePcapng *trace_pcapng_new(TraceOutput *output, const char *comment)
{
    TracePcapng *capture = g_new0(TracePcapng, 1);
    capture->output = output;
    put_section(output, comment);
    return capture;
}

void trace_pcapng_free(TracePcapng *capture)
{
    if (capture == NULL) {
        return;
    }
    trace_output_free(capture->output);
    g_free(capture);
}

uint32_t trace_pcapng_add_interface(TracePcapng *capture, const char *name, const char *description,
                                    PacketLink link, int64_t rate_bps)
{
    uint8_t *block = trace_output_reserve(capture->output, BLOCK_OVERHEAD_BYTES + text_bytes(name) +
                                                               text_bytes(description));
    uint8_t *at = begin_block(block, BLOCK_INTERFACE);
    at = trace_put16(at, link_types[link]);
    at = trace_put16(at, 0);
    at = trace_put32(at, 0); /* frames are never cut */
    at = put_text(block, at, INTERFACE_NAME, name);
    at = put_text(block, at, INTERFACE_DESCRIPTION, description);
    if (rate_bps > 0) {
        uint8_t speed[sizeof(uint64_t)];
        trace_put64(speed, (uint64_t)rate_bps);
        at = put_option(block, at, INTERFACE_SPEED, speed, sizeof speed);
    }
    at = put_option(block, at, INTERFACE_RESOLUTION, &(uint8_t){ RESOLUTION_NS }, 1);
    at = put_option(block, at, OPTION_END, "", 0);
    end_block(capture->output, block, at);
    return capture->interface_count++;
}

static uint8_t *put_addr(uint8_t *at, InetAddr addr)
{
    if (inet_addr_family(addr) == INET_FAMILY_IPV4) {
        uint32_t octets = GUINT32_TO_BE(inet_addr_to_v4(addr));
        memcpy(at, &octets, sizeof octets);
        return at + sizeof octets;
    }
    uint64_t octets[2] = { GUINT64_TO_BE(addr.hi), GUINT64_TO_BE(addr.lo) };
    memcpy(at, octets, sizeof octets);
    return at + sizeof octets;
}

void trace_pcapng_add_name(TracePcapng *capture, InetAddr addr, const char *name)
{
    size_t name_bytes = strlen(name) + 1;
    bool v4 = inet_addr_family(addr) == INET_FAMILY_IPV4;
    uint8_t *block = trace_output_reserve(capture->output, BLOCK_OVERHEAD_BYTES + name_bytes);
    uint8_t *at = begin_block(block, BLOCK_NAMES);
    at = trace_put16(at, v4 ? NAME_IPV4 : NAME_IPV6);
    at = trace_put16(at, (uint16_t)((v4 ? 4 : 16) + name_bytes));
    at = put_addr(at, addr);
    memcpy(at, name, name_bytes);
    at = put_padding(block, at + name_bytes);
    at = put_option(block, at, NAME_END, "", 0);
    end_block(capture->output, block, at);
}

/* epb_flags: bits 0 and 1 are the direction, 1 inbound, 2 outbound. */
static const uint32_t direction_flags[] = {
    [TRACE_DIRECTION_NONE] = 0,
    [TRACE_DIRECTION_IN] = 1,
    [TRACE_DIRECTION_OUT] = 2,
};

static uint8_t *put_packet_options(const uint8_t *block, uint8_t *at, const TraceRecord *record)
{
    at = put_text(block, at, OPTION_COMMENT, record->comment);
    if (record->direction != TRACE_DIRECTION_NONE) {
        uint8_t flags[sizeof(uint32_t)];
        trace_put32(flags, direction_flags[record->direction]);
        at = put_option(block, at, PACKET_FLAGS, flags, sizeof flags);
    }
    if (record->number != 0) {
        uint8_t number[sizeof(uint64_t)];
        trace_put64(number, record->number);
        at = put_option(block, at, PACKET_ID, number, sizeof number);
    }
    return put_option(block, at, OPTION_END, "", 0);
}

bool trace_pcapng_write(TracePcapng *capture, const TraceRecord *record, const Packet *pkt)
{
    g_assert(record->interface < capture->interface_count && record->at_ns >= 0);
    uint32_t frame_bytes = packet_frame_bytes(pkt);
    uint8_t *block = trace_output_reserve(capture->output, BLOCK_OVERHEAD_BYTES + frame_bytes +
                                                               text_bytes(record->comment));
    uint8_t *at = begin_block(block, BLOCK_PACKET);
    at = trace_put32(at, record->interface);
    at = trace_put32(at, (uint32_t)((uint64_t)record->at_ns >> 32));
    at = trace_put32(at, (uint32_t)record->at_ns);
    at = trace_put32(at, frame_bytes);
    at = trace_put32(at, frame_bytes);
    packet_serialise(pkt, at);
    at = put_padding(block, at + frame_bytes);
    at = put_packet_options(block, at, record);
    end_block(capture->output, block, at);
    return !trace_output_failed(capture->output);
}

bool trace_pcapng_close(TracePcapng *capture, GError **error)
{
    return trace_output_close(capture->output, error);
}
