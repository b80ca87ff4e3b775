/* The folder of a run: written whole beside its place, then put there in one step, so that a reader
 * sees a whole run or none, and an earlier run stays until then. */

#ifndef TRACE_TRACE_FOLDER_H
#define TRACE_TRACE_FOLDER_H

#include <glib.h>
#include <stdbool.h>

#define TRACE_MANIFEST "manifest.json"

typedef struct TraceFolder TraceFolder;

/* Makes a temporary folder beside `place`, and the folders above it. Refuses a place where
 * something other than a run stands (a run has a manifest). Errors: G_FILE_ERROR. */
TraceFolder *trace_folder_new(const char *place, GError **error);
/* The folder of a run that is there, to write into as it stands: for drawing again. Nothing to
 * commit. */
TraceFolder *trace_folder_open(const char *path, GError **error);
/* Removes what was not put in place. */
void trace_folder_free(TraceFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceFolder, trace_folder_free)

/* Path of a file in it ("connections/client-server-80/states.csv"), whose folder is made; owned by
 * the caller. NULL sets error. */
char *trace_folder_file(TraceFolder *folder, const char *name, GError **error);
/* The temporary folder itself; borrowed. */
const char *trace_folder_path(const TraceFolder *folder);

/* Writes a whole file. */
bool trace_folder_write(TraceFolder *folder, const char *name, const GString *contents,
                        GError **error);

/* Names of all files below a folder, sorted, relative; owned by the caller. */
GPtrArray *trace_folder_list(const char *path, GError **error);

/* Puts it in place, replacing an earlier run, or at `place` with the suffix appended
 * (".interrupted"). */
bool trace_folder_commit(TraceFolder *folder, const char *suffix, GError **error);

/* Whether a file of a run is a result, the same on every machine: not so the pictures that gnuplot
 * draws, and the manifest, which is about the others. */
bool trace_folder_is_result(const char *name);

/* Whether the path is the folder of a run. */
bool trace_folder_is_run(const char *path);

#endif
