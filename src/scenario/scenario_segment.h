/* A TCP segment written down, in the notation of packetdrill: flags, numbers and length, then what
 * else it says. "S 0:0(0) win 65535 <mss 1460,sackOK,wscale 7>", "P. 1:1001(1000) ack 1", "R
 * 1:1(0)". */

#ifndef SCENARIO_SCENARIO_SEGMENT_H
#define SCENARIO_SCENARIO_SEGMENT_H

#include "sim/lang.h"
#include "wire/wire_tcp.h"

#include <stdbool.h>

typedef struct ScenarioSegment {
    WireTcp tcp;        /* ports, header length and checksum apart; seq and ack as written */
    uint32_t len_bytes; /* of the payload */
} ScenarioSegment;

/* Returns NULL and sets *out_segment, or returns what is wrong, in the language given; owned by the
 * caller. */
char *scenario_segment_parse(const char *text, const Lang *lang, ScenarioSegment *out_segment);

#endif
