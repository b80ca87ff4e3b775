/* The captures of a run, written line by line as the recorder hands lines out: network.pcapng with
 * the truth in its comments, and what each host saw. */

#ifndef TRACE_TRACE_CAPTURE_H
#define TRACE_TRACE_CAPTURE_H

#include "trace/trace_folder.h"
#include "trace/trace_log.h"

typedef struct TraceCapture TraceCapture;

/* Begins network.pcapng in the folder: each frame once per wire, at the instant its first bit
 * leaves; again where its octets were changed, and where it died. All places must be known to the
 * log, which hands lines to the capture until trace_log_finish(). NULL sets error. */
TraceCapture *trace_capture_network(TraceLog *log, TraceFolder *folder, const Lang *lang,
                                    GError **error);

/* Begins hosts/<host>.pcap for the first `most` hosts, or those named (NULL-terminated): every
 * frame when the host hands it to a wire or gets it from one. */
TraceCapture *trace_capture_hosts(TraceLog *log, TraceFolder *folder, uint32_t most,
                                  const char *const *names, GError **error);

/* Writes what is left. False: a file could not be written. */
bool trace_capture_close(TraceCapture *capture, GError **error);
void trace_capture_free(TraceCapture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceCapture, trace_capture_free)

/* Records written so far. */
uint64_t trace_capture_records(const TraceCapture *capture);

#endif
