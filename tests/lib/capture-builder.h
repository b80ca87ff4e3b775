/* Captures for tests of what reads them: pcap files in memory, frame by frame. */

#ifndef TESTS_LIB_CAPTURE_BUILDER_H
#define TESTS_LIB_CAPTURE_BUILDER_H

#include "compare/flow.h"

#define CAPTURE_BUILDER_CLIENT_PORT 40000
#define CAPTURE_BUILDER_SERVER_PORT 80

/* A connection from 192.0.2.1:40000 to 198.51.100.2:80; all but bytes may be changed at will. */
typedef struct CaptureBuilder {
    GByteArray *bytes; /* the file so far; nanoseconds, little-endian */
    CaptureLink link;
    uint32_t kept_bytes; /* of each frame at most */
    TcpSeq iss[2];
    uint16_t port[2];
} CaptureBuilder;

void capture_builder_init(CaptureBuilder *builder, CaptureLink link);
void capture_builder_clear(CaptureBuilder *builder);

/* Any octets as a frame. */
void capture_builder_frame(CaptureBuilder *builder, int64_t at_ns, const uint8_t *bytes,
                           uint32_t len_bytes);
/* A segment in the notation of lib/segment.h, from end 0 (the client) or 1. */
void capture_builder_segment(CaptureBuilder *builder, int64_t at_ns, uint8_t end, const char *text);
/* A handshake of both ends with MSS 1460, SACK, timestamps and a window scale of 7, the server
 * rtt_ns away, as seen at end `at`; begins at at_ns. */
void capture_builder_handshake(CaptureBuilder *builder, int64_t at_ns, int64_t rtt_ns, uint8_t at);

/* Reads the capture. The builder must outlive it. */
Capture *capture_builder_open(const CaptureBuilder *builder);
/* Its connections. */
FlowSet *capture_builder_flows(const CaptureBuilder *builder);
/* Writes it to a file. */
void capture_builder_save(const CaptureBuilder *builder, const char *path);

#endif
