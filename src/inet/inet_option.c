/* IPv4 options (RFC 791 section 3.1), looked at only as far as safety needs: lengths that make
 * sense, source routes, and what goes into each fragment.
 *
 * Departs: record route and timestamps are passed on as they come (RFC 1812 5.3.13.5 and .6 would
 * have a router write into them); nothing in the simulator reads them. */

#include <string.h>

#include "inet/inet_internal.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_LOOSE_ROUTE = 131, OPTION_STRICT_ROUTE = 137 };
#define OPTION_COPIED 0x80

/* Octets of the option that starts at `at`; 0: its length is missing, below 2, or runs past the
 * end. */
static unsigned option_len(const uint8_t *options, unsigned at, unsigned end)
{
    if (options[at] == OPTION_NOP) {
        return 1;
    }
    if (at + 1 >= end || options[at + 1] < 2 || options[at + 1] > end - at) {
        return 0;
    }
    return options[at + 1];
}

/* Reads a source route of len octets: the pointer counts from 1 and stands behind the list at its
 * end. */
static void read_source_route(const uint8_t *option, unsigned len, unsigned at, InetOptions *out)
{
    if (len < 3) {
        out->bad_at = (int)(WIRE_IPV4_HEADER_BYTES + at + 1);
    } else if (option[2] < 4) {
        out->bad_at = (int)(WIRE_IPV4_HEADER_BYTES + at + 2);
    } else {
        out->source_route |= option[2] <= len;
    }
}

InetOptions inet_options_read(const Packet *pkt)
{
    InetOptions found = { 0 };
    unsigned end = pkt->ip.option_bytes;
    unsigned at = 0;
    while (at < end && pkt->ip_options[at] != OPTION_END && found.bad_at == 0) {
        const uint8_t *option = pkt->ip_options + at;
        unsigned len = option_len(pkt->ip_options, at, end);
        if (len == 0) {
            found.bad_at = (int)(WIRE_IPV4_HEADER_BYTES + at + 1);
            break;
        }
        if (option[0] == OPTION_LOOSE_ROUTE || option[0] == OPTION_STRICT_ROUTE) {
            read_source_route(option, len, at, &found);
        }
        at += len;
    }
    return found;
}

uint8_t inet_options_copied(const uint8_t *options, uint8_t len_bytes, uint8_t out_options[40])
{
    unsigned at = 0, copied = 0;
    memset(out_options, OPTION_END, WIRE_IPV4_MAX_OPTION_BYTES);
    while (at < len_bytes && options[at] != OPTION_END) {
        unsigned len = option_len(options, at, len_bytes);
        if (len == 0) {
            break;
        }
        if ((options[at] & OPTION_COPIED) != 0) {
            memcpy(out_options + copied, options + at, len);
            copied += len;
        }
        at += len;
    }
    return (uint8_t)((copied + 3) & ~3u);
}
