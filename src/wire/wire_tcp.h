/* The TCP header (RFC 9293 section 3.1), and the options of 9293, 2018, 7323, 7413 and 5482, as a
 * struct. */

#ifndef WIRE_WIRE_TCP_H
#define WIRE_WIRE_TCP_H

#include <glib.h>
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
    TCP_OPT_UNKNOWN = 0x20, /* some option was stepped over; only from parsing */
    TCP_OPT_RARE = 0x40     /* those that `rare` names; written in front of the SACK blocks */
};

/* Options that few segments have, in the order in which they are written. */
enum {
    TCP_RARE_USER_TIMEOUT = 0x01, /* RFC 5482 */
    TCP_RARE_FAST_OPEN = 0x02     /* RFC 7413 */
};

#define WIRE_TCP_MIN_COOKIE_BYTES 4
#define WIRE_TCP_MAX_COOKIE_BYTES 16

/* A Fast Open option: a cookie of an even length of 4 to 16 octets, or the request for one. */
typedef struct WireTcpCookie {
    uint8_t len_bytes; /* 0: a request */
    bool trial;        /* as experimental option 254 (RFC 7413 section 4.1.1, RFC 6994) */
    uint8_t bytes[WIRE_TCP_MAX_COOKIE_BYTES];
} WireTcpCookie;

/* Lies in the room of the SACK blocks from this one on: no more of them go beside it. */
#define WIRE_TCP_SACKS_BESIDE_RARE 2
typedef struct WireTcpRare {
    uint8_t options; /* TCP_RARE_*, not 0 */
    uint8_t cookie_bytes;
    bool cookie_trial;
    uint16_t user_timeout; /* as on the wire: the highest bit means minutes, else seconds */
} WireTcpRare;

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
    union {
        WireSack sack[WIRE_TCP_MAX_SACKS];
        struct {
            uint8_t cookie[WIRE_TCP_MAX_COOKIE_BYTES]; /* TCP_RARE_FAST_OPEN: no SACK blocks then */
            WireTcpRare rare;                          /* TCP_OPT_RARE */
        };
    };
} WireTcp;

/* Octets of the header with the options named, but for the rare ones, padded to a multiple of 4. */
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

/* Octets of the rare options, padded to a multiple of 4. */
uint8_t wire_tcp_rare_bytes(const WireTcp *header);
/* The same of an option with such a cookie. */
uint8_t wire_tcp_cookie_option_bytes(const WireTcpCookie *cookie);
/* Octets of the whole header. */
static inline uint8_t wire_tcp_length(const WireTcp *header)
{
    uint8_t bytes = wire_tcp_header_bytes(header->options, header->sack_count);
    if (G_UNLIKELY((header->options & TCP_OPT_RARE) != 0)) {
        bytes = (uint8_t)(bytes + wire_tcp_rare_bytes(header));
    }
    return bytes;
}

/* How many SACK blocks there is room for beside its rare options. */
uint8_t wire_tcp_most_sacks(const WireTcp *header);
/* Adds a rare option to those that the header has; no SACK blocks beside a cookie. */
void wire_tcp_set_cookie(WireTcp *header, const WireTcpCookie *cookie);
void wire_tcp_set_user_timeout(WireTcp *header, uint16_t user_timeout);
/* False: the header has no such option. */
bool wire_tcp_get_cookie(const WireTcp *header, WireTcpCookie *out_cookie);
bool wire_tcp_get_user_timeout(const WireTcp *header, uint16_t *out_user_timeout);

/* The rare options in packetdrill's notation, each behind *separator, which becomes ", " or what
 * `next` says: "FO", "FO abcd1234", "FOEXP abcd1234", "UTO 30s", "UTO 5m". */
void wire_tcp_rare_format(const WireTcp *header, GString *out, const char **separator,
                          const char *next);
/* Reads one of these at *text and steps over it. False: it is none. */
bool wire_tcp_rare_scan(const char **text, WireTcp *header);

/* Writes header_bytes octets with a zero checksum; options aligned as Linux does, or, where
 * header_bytes is too small for that, one after the other. Options stepped over in parsing are not
 * written again. */
void wire_tcp_write(const WireTcp *header, uint8_t *out_bytes);
/* Reads header and options, in any order; an option of unknown kind, of a known kind with another
 * length, a cookie without SYN (RFC 7413 4.1.1), or one for which those before it left no room, is
 * stepped over. SHORT: fewer than 20 octets; TRANSPORT_HEADER: a data offset
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
