/* What a run leaves beside its pictures: tables, story, summary, manifest. All are made from the
 * TraceRun. */

#ifndef TRACE_TRACE_TABLES_H
#define TRACE_TRACE_TABLES_H

#include "trace/trace_folder.h"
#include "trace/trace_run.h"

/* connections/<name>/states.csv, cwnd.csv, segments.csv for every connection; no segments.csv where
 * packets were not recorded. */
bool trace_write_connections(const TraceRun *run, TraceFolder *folder, GError **error);

/* story.txt: one line a segment, state change, loss or timer that fires. Owned by the caller. */
GString *trace_story(const TraceRun *run, const Lang *lang);

/* summary.txt and summary.json. Owned by the caller. */
GString *trace_summary_text(const TraceRun *run, const Lang *lang);
GString *trace_summary_json(const TraceRun *run);

/* manifest.json, with the digest of every other file in the folder, of captures the size: write it
 * last. */
bool trace_write_manifest(const TraceRun *run, TraceFolder *folder, GError **error);

/* "1.234567890", the instant in seconds, exact. */
void trace_put_seconds(GString *out, int64_t ns);

#endif
