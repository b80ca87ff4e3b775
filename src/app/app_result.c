#include "app/app_result.h"

#include "app/app_steps.h"
#include "sim/lang.h"

#include <string.h>

#define PPB INT64_C(1000000000)

/* ---- life ---- */

static int64_t get_finished(const App *app)
{
    return app->done;
}

const AppResult app_result_finished = {
    .name = "finished",
    .unit = SIM_UNIT_BOOL,
    .label = N_("finished"),
    .help = N_("Whether the program has done all it had to do."),
    .get = get_finished,
};

/* ---- counters ---- */

/* A counter of AppStats that every program of the list has... */
#define COUNTER(id, word, unit_, field, label_, help_)                                             \
    static int64_t get_##id(const App *app)                                                        \
    {                                                                                              \
        return (int64_t)app->stats.field;                                                          \
    }                                                                                              \
    const AppResult app_result_##id = {                                                            \
        .name = word, .unit = unit_, .label = label_, .help = help_, .get = get_##id               \
    };
/* ...and one that makes no sense without datagrams. */
#define DATAGRAM_COUNTER(id, word, field, label_, help_)                                           \
    static int64_t get_##id(const App *app)                                                        \
    {                                                                                              \
        return app->stats.has_datagrams ? (int64_t)app->stats.field : APP_NO_RESULT;               \
    }                                                                                              \
    const AppResult app_result_##id = {                                                            \
        .name = word, .unit = SIM_UNIT_NUMBER, .label = label_, .help = help_, .get = get_##id     \
    };

COUNTER(exchanges, "exchanges", SIM_UNIT_NUMBER, completed, N_("exchanges"),
        N_("Requests whose whole response has been read; of a server, has been sent."))
COUNTER(failed, "failed", SIM_UNIT_NUMBER, failed, N_("failures"),
        N_("Exchanges, connections or datagrams that came to nothing. Expecting it says that "
           "failures of the program need not fail the run."))
COUNTER(sent_bytes, "sent-bytes", SIM_UNIT_BYTES, sent_bytes, N_("bytes sent"),
        N_("Bytes given to be sent."))
COUNTER(received_bytes, "received-bytes", SIM_UNIT_BYTES, received_bytes, N_("bytes received"),
        N_("Bytes read by the program."))

DATAGRAM_COUNTER(sent, "sent", sent_pkts, N_("sent"), N_("Datagrams or requests sent."))
DATAGRAM_COUNTER(received, "received", received_pkts, N_("received"),
                 N_("Datagrams or replies received."))
DATAGRAM_COUNTER(
    lost, "lost", lost_pkts, N_("lost"),
    N_("Requests without a reply; of a receiver, datagrams that are missing before one "
       "that arrived."))
DATAGRAM_COUNTER(reordered, "reordered", reordered_pkts, N_("reordered"),
                 N_("Datagrams that arrived after a later one of the same sender."))
DATAGRAM_COUNTER(duplicated, "duplicated", duplicated_pkts, N_("duplicated"),
                 N_("Datagrams that arrived once more."))

/* A program that has to do with datagrams alone has none. */
static int64_t get_connections(const App *app)
{
    const AppStats *stats = &app->stats;
    return stats->opened > 0 || !stats->has_datagrams ? (int64_t)stats->opened : APP_NO_RESULT;
}

const AppResult app_result_connections = {
    .name = "connections",
    .unit = SIM_UNIT_NUMBER,
    .label = N_("connections"),
    .help = N_("Connections opened or accepted."),
    .get = get_connections,
};

static int64_t get_loss(const App *app)
{
    uint64_t expected_pkts = app->stats.received_pkts + app->stats.lost_pkts;
    return expected_pkts > 0
               ? (int64_t)((unsigned __int128)app->stats.lost_pkts * PPB / expected_pkts)
               : APP_NO_RESULT;
}

const AppResult app_result_loss = {
    .name = "loss",
    .unit = SIM_UNIT_PROBABILITY,
    .label = N_("loss rate"),
    .help = N_("How many of all that should have arrived were lost."),
    .get = get_loss,
};

/* ---- times ---- */

static int64_t get_min_time(const App *app)
{
    return app->stats.times > 0 ? app->stats.min_time_ns : APP_NO_RESULT;
}

static int64_t get_avg_time(const App *app)
{
    return app->stats.times > 0 ? app->stats.sum_time_ns / (int64_t)app->stats.times
                                : APP_NO_RESULT;
}

static int64_t get_max_time(const App *app)
{
    return app->stats.times > 0 ? app->stats.max_time_ns : APP_NO_RESULT;
}

#define TIME(id, word, which, label_, help_)                                                       \
    const AppResult app_result_##id = { .name = word,                                              \
                                        .unit = SIM_UNIT_DURATION,                                 \
                                        .label = label_,                                           \
                                        .help = help_,                                             \
                                        .get = get_##which##_time };

TIME(rtt_min, "rtt-min", min, N_("shortest round trip"), N_("The shortest round trip."))
TIME(rtt_avg, "rtt-avg", avg, N_("average round trip"), N_("The average of the round trips."))
TIME(rtt_max, "rtt-max", max, N_("longest round trip"), N_("The longest round trip."))
TIME(latency_min, "latency-min", min, N_("shortest exchange"),
     N_("The shortest time from opening a connection until its response has been read."))
TIME(latency_avg, "latency-avg", avg, N_("average exchange"),
     N_("The average time from opening a connection until its response has been read."))
TIME(latency_max, "latency-max", max, N_("longest exchange"),
     N_("The longest time from opening a connection until its response has been read."))

/* ---- transfers ---- */

static int64_t get_time(const App *app)
{
    const AppStats *stats = &app->stats;
    return stats->moved_bytes > 0 ? stats->last_at_ns - stats->first_at_ns : APP_NO_RESULT;
}

const AppResult app_result_time = {
    .name = "time",
    .unit = SIM_UNIT_DURATION,
    .label = N_("time"),
    .help = N_("How long the transfer took: of a sender, from the start until the peer had it all; "
               "of a receiver, from the first read to the last."),
    .get = get_time,
};

static int64_t get_goodput(const App *app)
{
    const AppStats *stats = &app->stats;
    int64_t span_ns = get_time(app);
    return span_ns > 0 ? (int64_t)((unsigned __int128)stats->moved_bytes * 8 * SIM_NS_PER_S /
                                   (uint64_t)span_ns)
                       : APP_NO_RESULT;
}

const AppResult app_result_goodput = {
    .name = "goodput",
    .unit = SIM_UNIT_RATE,
    .label = N_("goodput"),
    .help = N_("The bytes of the transfer over its time."),
    .get = get_goodput,
};

/* ---- all of them ---- */

bool app_has_result(const AppOps *ops, const char *name)
{
    for (const AppResult *const *at = ops->results; *at != NULL; at++) {
        if (strcmp((*at)->name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The programs, the list of steps first; NULL past the last. */
static const AppOps *program_nth(size_t i)
{
    return i == 0 ? &app_steps : app_registry()[i - 1];
}

static bool is_in_earlier(const char *name, size_t program)
{
    for (size_t i = 0; i < program; i++) {
        if (app_has_result(program_nth(i), name)) {
            return true;
        }
    }
    return false;
}

const AppResult *app_result_nth(size_t i)
{
    for (size_t program = 0; program_nth(program) != NULL; program++) {
        for (const AppResult *const *at = program_nth(program)->results; *at != NULL; at++) {
            if (!is_in_earlier((*at)->name, program) && i-- == 0) {
                return *at;
            }
        }
    }
    return NULL;
}
