/* The TCP header (RFC 9293 section 3.1), and the options of 9293, 2018 and 7323, as a struct. */

#ifndef WIRE_WIRE_TCP_H
#define WIRE_WIRE_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/packet_fault.h"
#include "wire/seq.h"

#define WIRE_TCP_HEADER_BYTES 20
#define WIRE_TCP_MAX_OPTION_BYTES 40
#define WIRE_TCP_MAX_SACKS 4

enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20,
    TCP_ECE = 0x40,
    TCP_CWR = 0x80,
    TCP_AE = 0x100
};

/* Options present, in the order in which they are written. */
enum {
    TCP_OPT_MSS = 0x01,
    TCP_OPT_SACK_PERMITTED = 0x02,
    TCP_OPT_TIMESTAMPS = 0x04,
    TCP_OPT_WINDOW_SCALE = 0x08,
    TCP_OPT_SACK = 0x10,
    TCP_OPT_UNKNOWN = 0x20 /* some option was stepped over; only from parsing */
};

typedef struct WireSack {
    TcpSeq left, right; /* [left, right) */
} WireSack;

typedef struct WireTcp {
    uint16_t src_port, dst_port;
    TcpSeq seq, ack;
    uint16_t flags;
    uint16_t window; /* as on the wire, unscaled */
    uint16_t urgent;
    uint16_t mss;         /* TCP_OPT_MSS */
    uint8_t options;      /* TCP_OPT_* */
    uint8_t window_scale; /* TCP_OPT_WINDOW_SCALE: the shift as sent, 0..255 */
    uint8_t sack_count;   /* TCP_OPT_SACK: 1..4 */
    uint8_t header_bytes; /* with options: 20..60, a multiple of 4 */
    uint32_t ts_val, ts_ecr;
    WireSack sack[WIRE_TCP_MAX_SACKS];
} WireTcp;

/* Octets of the header with the options named, padded to a multiple of 4. */
static inline uint8_t wire_tcp_header_bytes(uint8_t options, uint8_t sack_count)
{
    uint32_t bytes = WIRE_TCP_HEADER_BYTES;
    if ((options & TCP_OPT_TIMESTAMPS) != 0) {
        bytes += 12; /* SACK-permitted takes the place of its two no-operations */
    } else if ((options & TCP_OPT_SACK_PERMITTED) != 0) {
        bytes += 4;
    }
    bytes += (options & TCP_OPT_MSS) != 0 ? 4 : 0;
    bytes += (options & TCP_OPT_WINDOW_SCALE) != 0 ? 4 : 0;
    bytes += (options & TCP_OPT_SACK) != 0 ? 4 + 8 * (uint32_t)sack_count : 0;
    return (uint8_t)bytes;
}

/* Writes header_bytes octets with a zero checksum; options aligned as Linux does, or, where
 * header_bytes is too small for that, one after the other. Options stepped over in parsing are not
 * written again. */
void wire_tcp_write(const WireTcp *header, uint8_t *out_bytes);
/* Reads header and options, in any order; an option of unknown kind, or of a known kind with
 * another length, is stepped over. SHORT: fewer than 20 octets; TRANSPORT_HEADER: a data offset
 * below 5 or past the end; TCP_OPTION: an option whose length is 0, 1 or runs past the header
 * (MUST-7). Untouched on a fault. The checksum is the caller's business. */
PacketFault wire_tcp_parse(const uint8_t *bytes, size_t len_bytes, WireTcp *out_header);

/* Sequence space the segment occupies: payload, SYN and FIN (SEG.LEN). */
static inline uint32_t wire_tcp_seq_len(const WireTcp *header, uint32_t payload_bytes)
{
    return payload_bytes + ((header->flags & TCP_SYN) != 0) + ((header->flags & TCP_FIN) != 0);
}

/* "SYN ACK", in the fixed order SYN FIN RST PSH ACK URG ECE CWR AE; empty for none. */
#define WIRE_TCP_FLAGS_TEXT_BYTES 40
void wire_tcp_flags_format(uint16_t flags, char out_text[WIRE_TCP_FLAGS_TEXT_BYTES]);

#endif
