#include "compare/compare_info.h"

#include <string.h>

#include "trace/trace_tables.h"

/* ---- reading ---- */

typedef enum Column { COLUMN_TIME, COLUMN_UNACKED, COLUMN_SSTHRESH, COLUMN_CWND, N_COLUMNS } Column;

static const char *const columns[N_COLUMNS] = {
    [COLUMN_TIME] = "time_s",
    [COLUMN_UNACKED] = "unacked",
    [COLUMN_SSTHRESH] = "ssthresh",
    [COLUMN_CWND] = "cwnd",
};

static bool fail(const char *path, guint line, const char *what, const char *which, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: %s%s", path, line, what, which);
    return false;
}

/* Where each column stands. */
static bool find_columns(const char *path, const char *header, guint *out_at, GError **error)
{
    g_auto(GStrv) names = g_strsplit(header, ",", -1);
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        guint at = 0;
        while (names[at] != NULL && strcmp(g_strstrip(names[at]), columns[i]) != 0) {
            at++;
        }
        if (names[at] == NULL) {
            return fail(path, 1, "no column is called ", columns[i], error);
        }
        out_at[i] = at;
    }
    return true;
}

#define NS_DIGITS 9

/* "1795396923.806119", exactly; digits beyond nanoseconds are left out. */
static bool parse_seconds(const char *text, int64_t *out_ns)
{
    char *end = NULL;
    guint64 seconds = g_ascii_strtoull(text, &end, 10);
    if (!g_ascii_isdigit(text[0]) || seconds > UINT32_MAX) {
        return false;
    }
    int64_t fraction_ns = 0, unit_ns = SIM_NS_PER_S;
    if (*end == '.') {
        for (end++; g_ascii_isdigit(*end); end++) {
            unit_ns /= 10;
            fraction_ns += unit_ns * (*end - '0');
        }
    }
    *out_ns = (int64_t)seconds * SIM_NS_PER_S + fraction_ns;
    return *end == '\0';
}

static bool parse_count(const char *text, uint32_t *out_count)
{
    guint64 count = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX, &count, NULL)) {
        return false;
    }
    *out_count = (uint32_t)count;
    return true;
}

static bool parse_row(const char *text, const guint *at, CompareInfoRow *out_row)
{
    g_auto(GStrv) cells = g_strsplit(text, ",", -1);
    guint count = g_strv_length(cells);
    for (unsigned i = 0; i < N_COLUMNS; i++) {
        if (at[i] >= count) {
            return false;
        }
        g_strstrip(cells[at[i]]);
    }
    return parse_seconds(cells[at[COLUMN_TIME]], &out_row->time_ns) &&
           parse_count(cells[at[COLUMN_UNACKED]], &out_row->unacked) &&
           parse_count(cells[at[COLUMN_SSTHRESH]], &out_row->ssthresh) &&
           parse_count(cells[at[COLUMN_CWND]], &out_row->cwnd);
}

static bool parse_table(CompareInfo *info, char **lines, GError **error)
{
    guint at[N_COLUMNS];
    if (lines[0] == NULL) {
        return fail(info->path, 1, "the table is empty", "", error);
    }
    if (!find_columns(info->path, lines[0], at, error)) {
        return false;
    }
    for (guint i = 1; lines[i] != NULL; i++) {
        CompareInfoRow row;
        if (lines[i][0] == '\0') {
            continue;
        }
        if (!parse_row(lines[i], at, &row)) {
            return fail(info->path, i + 1, "not a row of the table: ", lines[i], error);
        }
        g_array_append_val(info->rows, row);
    }
    return true;
}

CompareInfo *compare_info_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(CompareInfo) info = g_new0(CompareInfo, 1);
    info->path = g_strdup(name);
    info->rows = g_array_new(FALSE, FALSE, sizeof(CompareInfoRow));
    info->first_off = TRACE_NONE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    return parse_table(info, lines, error) ? g_steal_pointer(&info) : NULL;
}

CompareInfo *compare_info_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    return g_file_get_contents(path, &text, NULL, error) ? compare_info_parse(path, text, error)
                                                         : NULL;
}

void compare_info_free(CompareInfo *info)
{
    if (info == NULL) {
        return;
    }
    g_free(info->path);
    g_array_unref(info->rows);
    g_free(info);
}

/* ---- the run's windows ---- */

/* A row was written when a poll each millisecond saw a change, on a machine with noise of its own:
 * so long before and after it the run may have had that window. */
#define EARLIER_NS (5 * SIM_NS_PER_MS / 2)
#define LATER_NS (SIM_NS_PER_MS / 2)

typedef struct Window {
    int64_t time_ns;
    uint32_t cwnd, ssthresh; /* in segments */
    bool in_flight;
} Window;

static GArray *windows_of(const TraceRun *run, const Flow *flow, uint8_t end)
{
    GArray *windows = g_array_new(FALSE, FALSE, sizeof(Window));
    uint32_t full_bytes = MAX(flow_full_segment_bytes(flow), 1);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what != TRACE_VARS || line->conn != flow->conn || line->end != end) {
            continue;
        }
        bool unset = line->vars.ssthresh_bytes == TCP_SSTHRESH_INFINITE;
        const Window window = {
            .time_ns = line->time_ns,
            .cwnd = line->vars.cwnd_bytes / full_bytes,
            .ssthresh = unset ? COMPARE_INFO_NO_SSTHRESH : line->vars.ssthresh_bytes / full_bytes,
            .in_flight = line->vars.in_flight_bytes > 0,
        };
        g_array_append_val(windows, window);
    }
    return windows;
}

/* How many windows were announced up to then. */
static guint count_until(const GArray *windows, int64_t at_ns)
{
    guint low = 0, high = windows->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(windows, Window, middle).time_ns <= at_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* The nearest to what the row says of those that the run had about then; NULL: none yet. */
static const Window *nearest(const GArray *windows, const CompareInfoRow *row, int64_t at_ns)
{
    guint first = count_until(windows, at_ns - EARLIER_NS);
    guint end = count_until(windows, at_ns + LATER_NS);
    const Window *best = NULL;
    uint64_t best_apart = UINT64_MAX;
    for (guint i = first > 0 ? first - 1 : 0; i < end; i++) {
        const Window *window = &g_array_index(windows, Window, i);
        uint64_t now_apart =
            (uint64_t)apart(window->cwnd, row->cwnd) + apart(window->ssthresh, row->ssthresh);
        if (now_apart < best_apart) {
            best = window;
            best_apart = now_apart;
        }
    }
    return best;
}

/* Of how many rows this end may be the one reported. */
static uint32_t count_fitting(const CompareInfo *info, const GArray *windows, int64_t ahead_ns)
{
    uint32_t fitting = 0;
    for (guint i = 0; i < info->rows->len; i++) {
        const CompareInfoRow *row = &g_array_index(info->rows, CompareInfoRow, i);
        guint until = count_until(windows, row->time_ns - ahead_ns);
        bool in_flight = until > 0 && g_array_index(windows, Window, until - 1).in_flight;
        fitting += in_flight == (row->unacked > 0);
    }
    return fitting;
}

static void check_row(CompareInfo *info, uint32_t index, const GArray *windows, int64_t at_ns,
                      bool before)
{
    const CompareInfoRow *row = &g_array_index(info->rows, CompareInfoRow, index);
    const Window *window = nearest(windows, row, at_ns);
    if (window == NULL) {
        return;
    }
    bool within =
        apart(window->cwnd, row->cwnd) <= 1 && apart(window->ssthresh, row->ssthresh) <= 1;
    info->compared++;
    info->within += within;
    info->compared_before += before;
    info->within_before += before && within;
    if (!within && info->first_off == TRACE_NONE) {
        info->first_off = index;
        info->first_off_at_ns = at_ns;
        info->run_cwnd = window->cwnd;
        info->run_ssthresh = window->ssthresh;
    }
}

void compare_info_check(CompareInfo *info, const TraceRun *run, const Flow *flow, int64_t ahead_ns,
                        int64_t same_until_ns)
{
    g_autoptr(GArray) client = windows_of(run, flow, 0);
    g_autoptr(GArray) server = windows_of(run, flow, 1);
    info->end = count_fitting(info, server, ahead_ns) > count_fitting(info, client, ahead_ns);
    for (uint32_t i = 0; i < info->rows->len; i++) {
        int64_t at_ns = g_array_index(info->rows, CompareInfoRow, i).time_ns - ahead_ns;
        check_row(info, i, info->end == 1 ? server : client, at_ns, at_ns <= same_until_ns);
    }
}
