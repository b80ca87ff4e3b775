/* Processes that do the work of torture: forked, since an assertion of the stack that fails takes
 * its process along. They share memory with their parent; what they print is kept, for the message
 * of an assertion. */

#ifndef STUDY_TORTURE_WORKER_H
#define STUDY_TORTURE_WORKER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct TortureWorker {
    pid_t pid;   /* 0: it does not run */
    int said_fd; /* a file without a name: what it prints */
} TortureWorker;

typedef enum TortureWorkerEnd {
    TORTURE_WORKER_RUNS,
    TORTURE_WORKER_DONE,
    TORTURE_WORKER_DIED
} TortureWorkerEnd;

/* Zeroed memory that children share, until torture_share_free(). NULL sets error. */
void *torture_share_new(size_t bytes, GError **error);
void torture_share_free(void *memory, size_t bytes);

/* Calls work(data) in a child, which ends when that returns. False sets error. */
bool torture_worker_start(TortureWorker *worker, void (*work)(void *data), void *data,
                          GError **error);
/* Whether it has ended, and how; wait: until it has. What an assertion said goes to out_said,
 * said_bytes long. */
TortureWorkerEnd torture_worker_look(TortureWorker *worker, bool wait, char *out_said,
                                     size_t said_bytes);
void torture_worker_kill(TortureWorker *worker);

#endif
