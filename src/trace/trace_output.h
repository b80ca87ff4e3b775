/* Octets on their way into a file, or kept in memory. Writers make their records in place, in its
 * buffer; the first error (a full disk) is remembered, what follows it goes nowhere, and closing
 * reports it. */

#ifndef TRACE_TRACE_OUTPUT_H
#define TRACE_TRACE_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_OUTPUT_MAX_BYTES (256 * 1024) /* the most that may be reserved at once */

typedef struct TraceOutput TraceOutput;

/* Creates or empties the file. NULL, G_FILE_ERROR: it cannot be opened. */
TraceOutput *trace_output_new(const char *path, GError **error);
TraceOutput *trace_output_new_memory(void);
/* Closes without a word about errors. */
void trace_output_free(TraceOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceOutput, trace_output_free)

/* Room for len_bytes <= TRACE_OUTPUT_MAX_BYTES octets, of which trace_output_commit() then says how
 * many were written. Borrowed until then; never NULL. */
uint8_t *trace_output_reserve(TraceOutput *output, size_t len_bytes);
void trace_output_commit(TraceOutput *output, size_t len_bytes);

/* Whether an error was met: a run that writes nothing any more may want to stop. */
bool trace_output_failed(const TraceOutput *output);

/* Writes what is left and closes the file; the output stays, to be freed. False, G_FILE_ERROR, with
 * the first error met since it was opened. */
bool trace_output_close(TraceOutput *output, GError **error);

/* The octets kept in memory so far; borrowed until the next call. */
const uint8_t *trace_output_bytes(const TraceOutput *output, size_t *out_len_bytes);

#endif
