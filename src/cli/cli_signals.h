/* Interruptions: while a run goes on they wait to be asked for, so that it ends at a clean place.
 */

#ifndef CLI_CLI_SIGNALS_H
#define CLI_CLI_SIGNALS_H

#include <stdbool.h>

/* For the rest of the process: when the reader of what we print goes away, a write fails; it does
 * not end us with a folder half written. */
void cli_signals_outlive_readers(void);

/* From now on SIGINT and SIGTERM wait. */
void cli_signals_hold(void);
/* Whether one of them has come since. */
bool cli_signals_pending(void);
/* Lets them through again; one that came meanwhile is forgotten. */
void cli_signals_release(void);

#endif
