/* TCP headers to and from octets. */

#include "wire/wire_tcp.h"

#include <glib.h>
#include <string.h>

#include "wire/wire_bytes.h"

/* Option kinds and lengths (RFC 9293 section 3.2, RFC 2018, RFC 7323). */
enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WINDOW_SCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMPS = 8
};
enum {
    LEN_MSS = 4,
    LEN_WINDOW_SCALE = 3,
    LEN_SACK_PERMITTED = 2,
    LEN_SACK_BLOCK = 8,
    LEN_TIMESTAMPS = 10
};

enum { MASK_FLAGS = 0x1ff };

/* Where options are written. */
typedef struct OptionWriter {
    uint8_t *at;
    bool aligned; /* no-operations keep the numbers on 4-octet boundaries */
} OptionWriter;

static void put_nops(OptionWriter *writer, int count)
{
    for (int i = 0; writer->aligned && i < count; i++) {
        *writer->at++ = KIND_NOP;
    }
}

/* Kind and length; the caller writes the value behind the place returned. */
static uint8_t *put_option(OptionWriter *writer, int nops, uint8_t kind, uint8_t len_bytes)
{
    put_nops(writer, nops);
    uint8_t *option = writer->at;
    option[0] = kind;
    option[1] = len_bytes;
    writer->at += len_bytes;
    return option + 2;
}

static void put_sacks(OptionWriter *writer, const WireTcp *header)
{
    uint8_t len_bytes = (uint8_t)(2 + LEN_SACK_BLOCK * header->sack_count);
    uint8_t *value = put_option(writer, 2, KIND_SACK, len_bytes);
    for (int i = 0; i < header->sack_count; i++, value += LEN_SACK_BLOCK) {
        wire_put32(value, header->sack[i].left);
        wire_put32(value + 4, header->sack[i].right);
    }
}

static void put_options(OptionWriter *writer, const WireTcp *header)
{
    bool timestamps = (header->options & TCP_OPT_TIMESTAMPS) != 0;
    bool sack_permitted = (header->options & TCP_OPT_SACK_PERMITTED) != 0;
    if ((header->options & TCP_OPT_MSS) != 0) {
        wire_put16(put_option(writer, 0, KIND_MSS, LEN_MSS), header->mss);
    }
    if (sack_permitted) {
        put_option(writer, timestamps ? 0 : 2, KIND_SACK_PERMITTED, LEN_SACK_PERMITTED);
    }
    if (timestamps) {
        uint8_t *value =
            put_option(writer, sack_permitted ? 0 : 2, KIND_TIMESTAMPS, LEN_TIMESTAMPS);
        wire_put32(value, header->ts_val);
        wire_put32(value + 4, header->ts_ecr);
    }
    if ((header->options & TCP_OPT_WINDOW_SCALE) != 0) {
        *put_option(writer, 1, KIND_WINDOW_SCALE, LEN_WINDOW_SCALE) = header->window_scale;
    }
    if ((header->options & TCP_OPT_SACK) != 0) {
        put_sacks(writer, header);
    }
}

void wire_tcp_write(const WireTcp *header, uint8_t *out_bytes)
{
    g_assert(header->header_bytes >= WIRE_TCP_HEADER_BYTES && header->header_bytes <= 60 &&
             header->header_bytes % 4 == 0 && header->sack_count <= WIRE_TCP_MAX_SACKS);
    wire_put16(out_bytes, header->src_port);
    wire_put16(out_bytes + 2, header->dst_port);
    wire_put32(out_bytes + 4, header->seq);
    wire_put32(out_bytes + 8, header->ack);
    wire_put16(out_bytes + 12,
               (uint16_t)(header->header_bytes / 4 << 12 | (header->flags & MASK_FLAGS)));
    wire_put16(out_bytes + 14, header->window);
    wire_put16(out_bytes + 16, 0);
    wire_put16(out_bytes + 18, header->urgent);

    uint8_t aligned_bytes = wire_tcp_header_bytes(header->options, header->sack_count);
    OptionWriter writer = { .at = out_bytes + WIRE_TCP_HEADER_BYTES,
                            .aligned = aligned_bytes <= header->header_bytes };
    put_options(&writer, header);
    uint8_t *end = out_bytes + header->header_bytes;
    g_assert(writer.at <= end);
    memset(writer.at, KIND_END, (size_t)(end - writer.at));
}

/* One option of a known kind and length; false: not one of those. */
static bool take_option(const uint8_t *option, uint8_t len_bytes, WireTcp *header)
{
    const uint8_t *value = option + 2;
    if (option[0] == KIND_MSS && len_bytes == LEN_MSS) {
        header->options |= TCP_OPT_MSS;
        header->mss = wire_get16(value);
    } else if (option[0] == KIND_WINDOW_SCALE && len_bytes == LEN_WINDOW_SCALE) {
        header->options |= TCP_OPT_WINDOW_SCALE;
        header->window_scale = value[0];
    } else if (option[0] == KIND_SACK_PERMITTED && len_bytes == LEN_SACK_PERMITTED) {
        header->options |= TCP_OPT_SACK_PERMITTED;
    } else if (option[0] == KIND_TIMESTAMPS && len_bytes == LEN_TIMESTAMPS) {
        header->options |= TCP_OPT_TIMESTAMPS;
        header->ts_val = wire_get32(value);
        header->ts_ecr = wire_get32(value + 4);
    } else if (option[0] == KIND_SACK && len_bytes > 2 && (len_bytes - 2) % LEN_SACK_BLOCK == 0) {
        header->options |= TCP_OPT_SACK;
        header->sack_count = (uint8_t)((len_bytes - 2) / LEN_SACK_BLOCK);
        for (int i = 0; i < header->sack_count; i++, value += LEN_SACK_BLOCK) {
            header->sack[i] = (WireSack){ wire_get32(value), wire_get32(value + 4) };
        }
    } else {
        return false;
    }
    return true;
}

static PacketFault take_options(const uint8_t *bytes, size_t len_bytes, WireTcp *header)
{
    size_t at = 0;
    while (at < len_bytes && bytes[at] != KIND_END) {
        if (bytes[at] == KIND_NOP) {
            at++;
            continue;
        }
        /* RFC 9293 3.1 MUST-7: an illegal option length must not lead astray. */
        if (len_bytes - at < 2 || bytes[at + 1] < 2 || bytes[at + 1] > len_bytes - at) {
            return PACKET_FAULT_TCP_OPTION;
        }
        /* RFC 9293 3.1 MUST-6: an option that is not implemented is ignored. */
        if (!take_option(bytes + at, bytes[at + 1], header)) {
            header->options |= TCP_OPT_UNKNOWN;
        }
        at += bytes[at + 1];
    }
    return PACKET_OK;
}

PacketFault wire_tcp_parse(const uint8_t *bytes, size_t len_bytes, WireTcp *out_header)
{
    if (len_bytes < WIRE_TCP_HEADER_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    size_t header_bytes = (size_t)(bytes[12] >> 4) * 4;
    if (header_bytes < WIRE_TCP_HEADER_BYTES || header_bytes > len_bytes) {
        return PACKET_FAULT_TRANSPORT_HEADER;
    }
    WireTcp header = {
        .src_port = wire_get16(bytes),
        .dst_port = wire_get16(bytes + 2),
        .seq = wire_get32(bytes + 4),
        .ack = wire_get32(bytes + 8),
        .flags = wire_get16(bytes + 12) & MASK_FLAGS,
        .window = wire_get16(bytes + 14),
        .urgent = wire_get16(bytes + 18),
        .header_bytes = (uint8_t)header_bytes,
    };
    PacketFault fault =
        take_options(bytes + WIRE_TCP_HEADER_BYTES, header_bytes - WIRE_TCP_HEADER_BYTES, &header);
    if (fault == PACKET_OK) {
        *out_header = header;
    }
    return fault;
}

void wire_tcp_flags_format(uint16_t flags, char out_text[WIRE_TCP_FLAGS_TEXT_BYTES])
{
    static const struct {
        uint16_t flag;
        const char *word;
    } order[] = {
        { TCP_SYN, "SYN" }, { TCP_FIN, "FIN" }, { TCP_RST, "RST" },
        { TCP_PSH, "PSH" }, { TCP_ACK, "ACK" }, { TCP_URG, "URG" },
        { TCP_ECE, "ECE" }, { TCP_CWR, "CWR" }, { TCP_AE, "AE" },
    };
    out_text[0] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        if ((flags & order[i].flag) != 0) {
            g_strlcat(out_text, out_text[0] != '\0' ? " " : "", WIRE_TCP_FLAGS_TEXT_BYTES);
            g_strlcat(out_text, order[i].word, WIRE_TCP_FLAGS_TEXT_BYTES);
        }
    }
}
