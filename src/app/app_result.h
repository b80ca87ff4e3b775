/* What programs tell of themselves when a run ends: numbers with a name and a unit. An AppOps lists
 * those that it has; the summary, `expect:`, the JSON Schema and the manual walk such lists, so
 * that an application gets all of them by its list alone. */

#ifndef APP_APP_RESULT_H
#define APP_APP_RESULT_H

#include "app/app.h"

#define APP_NO_RESULT INT64_MIN /* nothing to tell: no round trip without a reply */

/* Wherever a name is used, it means the same: unit, label and help are the same, too. */
struct AppResult {
    const char *name;  /* the word of `expect:`; in summary.json with '_' and the unit */
    SimUnit unit;      /* BOOL, NUMBER, BYTES, DURATION, RATE or PROBABILITY */
    const char *label; /* msgid: what the summary says before the number */
    const char *help;  /* msgid: one sentence for manual page and schema */
    int64_t (*get)(const App *app); /* or APP_NO_RESULT */
};

/* Made of App and AppStats, for any program that keeps them. A program with a number of its own
 * declares another AppResult beside these. */
extern const AppResult app_result_finished;
extern const AppResult app_result_connections, app_result_exchanges, app_result_failed;
extern const AppResult app_result_sent_bytes, app_result_received_bytes;
extern const AppResult app_result_time, app_result_goodput;
extern const AppResult app_result_latency_min, app_result_latency_avg, app_result_latency_max;
/* Of datagrams and ICMP messages; programs that have had no socket for them have none of these. */
extern const AppResult app_result_sent, app_result_received, app_result_lost, app_result_loss,
    app_result_reordered, app_result_duplicated;
extern const AppResult app_result_rtt_min, app_result_rtt_avg, app_result_rtt_max;

/* Whether the program has the result. */
bool app_has_result(const AppOps *ops, const char *name);
/* The results that any program has, each name once, in a fixed order; NULL past the last. */
const AppResult *app_result_nth(size_t i);

#endif
