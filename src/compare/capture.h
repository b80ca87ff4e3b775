/* Captures made by anybody, in pcap or pcapng, read frame by frame through libpcap. Stamps become
 * nanoseconds whatever the file counts in. Where wirelab was built without libpcap, opening one is
 * an error that says so. */

#ifndef COMPARE_CAPTURE_H
#define COMPARE_CAPTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What stands before the network header. */
typedef enum CaptureLink {
    CAPTURE_LINK_ETHERNET,
    CAPTURE_LINK_RAW_IP,
    CAPTURE_LINK_COOKED,    /* Linux cooked capture, version 1 */
    CAPTURE_LINK_COOKED_V2, /* version 2 */
    CAPTURE_LINK_NULL,      /* BSD loopback: four octets name the family */
    CAPTURE_N_LINKS
} CaptureLink;

typedef struct CaptureFrame {
    int64_t time_ns;
    CaptureLink link;
    uint32_t captured_bytes; /* what `bytes` holds */
    uint32_t original_bytes; /* on the wire; at least captured_bytes */
    const uint8_t *bytes;    /* borrowed until the next frame is read */
} CaptureFrame;

typedef struct Capture Capture;

/* NULL sets error (G_FILE_ERROR, "FILE: what is wrong"): not readable, no capture, or frames of a
 * link that is none of the above. */
Capture *capture_open(const char *path, GError **error);
/* The same from an open file, which it takes, also on failure; name is for messages. */
Capture *capture_open_file(FILE *file, const char *name, GError **error);
void capture_free(Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_free)

/* The next frame. False: the file has ended, maybe too early. */
bool capture_next(Capture *capture, CaptureFrame *out_frame);
/* Why nothing more could be read; NULL: the file has ended as it should. Borrowed. */
const char *capture_fault(const Capture *capture);

#endif
