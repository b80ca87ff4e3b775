/* Protects: the ladder in characters: straight lines whatever the script, terminals as they are. */

#include <string.h>

#include "lib/trace-builder.h"
#include "render/render_ladder.h"

#define MS SIM_NS_PER_MS

/* The rows of a ladder; takes the run. */
static char **rows_of(TraceRun *run, const char *code, int cells, gboolean colour)
{
    g_autoptr(Lang) lang = lang_new(code);
    run->lang = trace_run_text(run, code);
    trace_builder_sort(run);
    g_autoptr(Ladder) ladder = ladder_new(run, lang, false);
    g_autoptr(GString) text = ladder_text(ladder, cells, colour);
    char **rows = g_strsplit(text->str, "\n", -1);
    trace_run_free(run);
    return rows;
}

static int cells_of(const char *text, gssize bytes)
{
    int cells = 0;
    for (const char *c = text; *c != '\0' && c - text < bytes; c = g_utf8_next_char(c)) {
        cells += g_unichar_iswide(g_utf8_get_char(c)) ? 2 : 1;
    }
    return cells;
}

static const char *row_with(char **rows, const char *words)
{
    for (char **row = rows; *row != NULL; row++) {
        if (strstr(*row, words) != NULL) {
            return *row;
        }
    }
    g_error("no row with '%s' in:\n%s", words, g_strjoinv("\n", rows));
}

/* ---- rows ---- */

/* The story as it is printed: in order, an arrow in its direction, marks on the outer sides. */
static void test_story(void)
{
    static const char *const told[] = {
        "> connect: server:80 |",
        "| > listen: 80",
        "SYN-SENT (active open) |-- #1 SYN seq=0 -",
        ">|",
        "|<",
        "- #2 SYN ACK seq=0 ack=1 --| SYN-RCVD (SYN received)",
        "ESTABLISHED (SYN-ACK received) |-- #3 ACK",
        "| planned fault  X- #4 ACK seq=1 ack=1 len=1000 --|",
        "1 s   ",
        "|<=",
        "= #5 ACK seq=1 ack=1 len=1000 ==| @ retransmission timer (1 s)",
        "(retransmission after timeout of #4)",
        "| CLOSE-WAIT (FIN received)",
    };
    g_auto(GStrv) rows = rows_of(trace_builder_story(), "en", 0, FALSE);
    g_autofree char *text = g_strjoinv("\n", rows);
    const char *from = text;
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
        const char *found = strstr(from, told[i]);
        if (found == NULL) {
            g_error("no '%s' after the one before in:\n%s", told[i], text);
        }
        from = found;
    }
    g_assert_cmpstr(rows[0], ==, "Built by hand <&>");
}

/* The lines of the hosts stand in the same cells in every row, wide characters or not. */
static void assert_straight(char **rows)
{
    int left = -1, right = -1;
    for (char **row = rows + 3; *row != NULL && **row != '\0'; row++) {
        const char *first = strpbrk(*row, "|~"), *last = strrchr(*row, '|');
        if (first == NULL || *first == '~' || last == first) {
            continue;
        }
        left = left < 0 ? cells_of(*row, first - *row) : left;
        right = right < 0 ? cells_of(*row, last - *row) : right;
        g_assert_cmpint(cells_of(*row, first - *row), ==, left);
        g_assert_cmpint(cells_of(*row, last - *row), ==, right);
    }
    g_assert_cmpint(right, >, left);
}

static void test_straight(gconstpointer data)
{
    g_auto(GStrv) story = rows_of(trace_builder_story(), data, 0, FALSE);
    assert_straight(story);
    g_auto(GStrv) transfer = rows_of(trace_builder_transfer(200), data, 0, FALSE);
    assert_straight(transfer);
    g_auto(GStrv) narrow = rows_of(trace_builder_story(), data, 80, FALSE);
    assert_straight(narrow);
}

/* In eighty cells labels and states are whole; what gives way is cut with a sign, or wrapped. */
static void test_narrow(gconstpointer data)
{
    g_auto(GStrv) rows = rows_of(trace_builder_story(), data, 80, FALSE);
    for (char **row = rows + 2; *row != NULL && **row != '\0'; row++) {
        g_assert_cmpint(cells_of(*row, G_MAXINT), <=, 80);
    }
    row_with(rows, "#4 ACK seq=1 ack=1 len=1000");
    row_with(rows, "ESTABLISHED");
    row_with(rows, "> conn");
    row_with(rows, "…");
}

/* A wide terminal is not filled: the ladder is as wide as its texts. */
static void test_wide(void)
{
    g_auto(GStrv) free = rows_of(trace_builder_story(), "en", 0, FALSE);
    g_auto(GStrv) wide = rows_of(trace_builder_story(), "en", 400, FALSE);
    g_autofree char *a = g_strjoinv("\n", free), *b = g_strjoinv("\n", wide);
    g_assert_cmpstr(a, ==, b);
}

/* Bands and breaks say how much they stand for. */
static void test_long(void)
{
    g_auto(GStrv) rows = rows_of(trace_builder_transfer(5000), "en", 0, FALSE);
    g_assert_nonnull(strstr(row_with(rows, " more, #"), "|.. "));
    g_assert_nonnull(strchr(row_with(rows, "packets left out ("), '~'));
    g_assert_cmpuint(g_strv_length(rows), <, 600);
}

/* Where routers stand close, what befell a packet has a row of its own, clear of the label. */
static void test_fate_below(void)
{
    TraceRun *run = trace_builder_new();
    uint32_t client = trace_builder_node(run, TRACE_PLACE_HOST, "client");
    uint32_t server = trace_builder_node(run, TRACE_PLACE_HOST, "server");
    uint32_t router = trace_builder_node(run, TRACE_PLACE_ROUTER, "router");
    uint32_t near = trace_builder_link(run, "near", client, router);
    uint32_t far = trace_builder_link(run, "far", router, server);
    trace_builder_conn(run, "client-server-80", client, server);
    for (uint32_t i = 0; i < 2; i++) {
        int64_t at_ns = i * 100 * MS;
        uint32_t data = trace_builder_segment(run, at_ns, 0, TCP_ACK, 1000000000, 1, 1000,
                                              PACKET_WHY_DATA, TRACE_NONE);
        trace_builder_crosses(run, at_ns, at_ns + 10 * MS, data, near);
        if (i == 0) {
            trace_builder_crosses(run, at_ns + 10 * MS, at_ns + 20 * MS, data, far);
        } else {
            trace_builder_line(run, at_ns + 10 * MS, router, TRACE_DISCARD, data)->discard.discard =
                INET_DISCARD_TTL;
        }
    }
    g_auto(GStrv) rows = rows_of(run, "en", 0, FALSE);
    const char *label = row_with(rows, "#2 ACK seq=1000000000 ack=1 len=1000");
    g_assert_null(strstr(label, "exceeded"));
    row_with(rows, "(time to live exceeded)");
}

/* ---- terminals ---- */

static void test_colour(void)
{
    g_auto(GStrv) plain = rows_of(trace_builder_story(), "en", 0, FALSE);
    g_auto(GStrv) coloured = rows_of(trace_builder_story(), "en", 0, TRUE);
    g_autofree char *text = g_strjoinv("\n", plain);
    g_assert_null(strchr(text, '\x1b'));
    g_assert_true(g_str_has_prefix(row_with(coloured, "planned fault"), "\x1b[31m"));
    g_assert_true(g_str_has_suffix(row_with(coloured, "planned fault"), "\x1b[0m"));
}

/* Titles, names and calls cannot command the terminal. */
static void test_control_characters(void)
{
    TraceRun *run = trace_builder_story();
    run->title_en = "\x1b[2Jgone";
    trace_place(run, 0)->name = "cli\x1b]0;ent";
    trace_builder_call(run, 0, 0, "send: \x07x");
    g_auto(GStrv) rows = rows_of(run, "en", 0, FALSE);
    g_autofree char *text = g_strjoinv("\n", rows);
    g_assert_null(strpbrk(text, "\x1b\x07"));
    row_with(rows, "> send: x");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/ladder-text/story", test_story);
    g_test_add_data_func("/render/ladder-text/straight/en", "en", test_straight);
    g_test_add_data_func("/render/ladder-text/straight/zh", "zh", test_straight);
    g_test_add_data_func("/render/ladder-text/narrow/en", "en", test_narrow);
    g_test_add_data_func("/render/ladder-text/narrow/zh", "zh", test_narrow);
    g_test_add_func("/render/ladder-text/wide", test_wide);
    g_test_add_func("/render/ladder-text/long", test_long);
    g_test_add_func("/render/ladder-text/fate-below", test_fate_below);
    g_test_add_func("/render/ladder-text/colour", test_colour);
    g_test_add_func("/render/ladder-text/control-characters", test_control_characters);
    return g_test_run();
}
