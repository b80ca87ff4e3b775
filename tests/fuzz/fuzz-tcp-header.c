/* Octets of a TCP header. What is read must be written, and read again as the same. */

#include <glib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "wire/wire_tcp.h"

/* What is not carried: options of unknown kinds, and SACK blocks of an earlier of two options. */
static void forget(WireTcp *header)
{
    header->options &= (uint8_t)~TCP_OPT_UNKNOWN;
    bool rare = (header->options & TCP_OPT_RARE) != 0;
    bool cookie = rare && (header->rare.options & TCP_RARE_FAST_OPEN) != 0;
    int end = rare ? WIRE_TCP_SACKS_BESIDE_RARE : WIRE_TCP_MAX_SACKS;
    for (int i = header->sack_count; i < end && !cookie; i++) {
        header->sack[i] = (WireSack){ 0, 0 };
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    WireTcp header, again;
    if (wire_tcp_parse(data, size, &header) != PACKET_OK) {
        return 0;
    }
    g_assert(header.header_bytes <= size && header.sack_count <= WIRE_TCP_MAX_SACKS);
    uint8_t written[WIRE_TCP_HEADER_BYTES + WIRE_TCP_MAX_OPTION_BYTES];
    wire_tcp_write(&header, written);
    g_assert(wire_tcp_parse(written, header.header_bytes, &again) == PACKET_OK);
    forget(&header);
    forget(&again);
    g_assert_cmpmem(&again, sizeof again, &header, sizeof header);

    g_autoptr(GString) rare = g_string_new(NULL);
    const char *separator = "";
    wire_tcp_rare_format(&header, rare, &separator, ",");

    char text[WIRE_TCP_FLAGS_TEXT_BYTES];
    wire_tcp_flags_format(header.flags, text);
    return 0;
}
