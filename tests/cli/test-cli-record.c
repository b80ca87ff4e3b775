/* Protects: a trace is whole or it is not there. Under `record: auto` a run with too many lines is
 * run again with less, which it says wherever it is read; what is asked for or expected is kept
 * however long; the same scenario always leaves the same. */

#include "cli/cli.h"
#include "lib/temp-folder.h"
#include "trace/trace_recording.h"

#include <string.h>

#define SCENARIO                                                                                   \
    "wirelab: 1\n"                                                                                 \
    "hosts: {a: , b: }\n"                                                                          \
    "links: {w: {between: [a, b]}}\n"                                                              \
    "apps:\n"                                                                                      \
    "  a: [connect: b:80, send: 60kB, close]\n"                                                    \
    "  b: [listen: 80, accept, receive: until-eof, close]\n"
#define NEEDS_STATES                                                                               \
    "expect: [states: {of: a, at: b, are: [LISTEN, SYN-RCVD, ESTABLISHED, CLOSE-WAIT, LAST-ACK, "  \
    "CLOSED]}]\n"
#define NEEDS_PACKETS "expect: [no-reset: {of: a}]\n"

#define FITS "{\"level\": \"full\", \"because\": \"fits\"}"
#define ASKED(level) "{\"level\": \"" level "\", \"because\": \"asked\"}"
#define EXPECTED(level) "{\"level\": \"" level "\", \"because\": \"expected\"}"
#define TOO_LONG(level) "{\"level\": \"" level "\", \"because\": \"too-long\", \"most_lines\": "

#define ALWAYS "manifest.json scenario.resolved.yaml"
#define OF_SUMMARY "trace.ndjson summary.txt summary.json"
#define OF_CONNECTIONS "connections/a-b-80/states.csv plots"
#define OF_FULL                                                                                    \
    "network.pcapng hosts connections/a-b-80/segments.csv ladder.svg ladder.txt story.txt"

typedef struct Case {
    const char *label;
    TraceLevel past;    /* the trace of this level has one line too many; with TRACE_N_LEVELS, just
                           as many as it may */
    const char *more;   /* of the scenario */
    const char *only;   /* --only; NULL: not given */
    const char *record; /* how it goes on in the manifest */
    const char *says;   /* on standard error; NULL: nothing but the place */
    const char *there, *gone; /* files, with spaces between */
} Case;

static const Case cases[] = {
    { "fits", TRACE_N_LEVELS, "", NULL, FITS, NULL,
      ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS " " OF_FULL, "" },
    { "one-lower", TRACE_LEVEL_FULL, "", NULL, TOO_LONG("connections"),
      "recording connections without packets", ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS, OF_FULL },
    { "two-lower", TRACE_LEVEL_CONNECTIONS, "", NULL, TOO_LONG("summary"),
      "recording a summary alone", ALWAYS " " OF_SUMMARY, OF_CONNECTIONS " " OF_FULL },
    { "asked-full", TRACE_LEVEL_CONNECTIONS, "record: full\n", NULL, ASKED("full"), NULL,
      ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS " " OF_FULL, "" },
    { "asked-connections", TRACE_LEVEL_CONNECTIONS, "record: connections\n", NULL,
      ASKED("connections"), NULL, ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS, OF_FULL },
    { "needs-packets", TRACE_LEVEL_CONNECTIONS, NEEDS_PACKETS, NULL, FITS, NULL,
      ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS " " OF_FULL, "" },
    { "needs-states", TRACE_LEVEL_CONNECTIONS, NEEDS_STATES, NULL, TOO_LONG("connections"),
      "recording connections without packets", ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS, OF_FULL },
    { "needs-more-than-asked", TRACE_LEVEL_CONNECTIONS, "record: summary\n" NEEDS_STATES, NULL,
      EXPECTED("connections"), NULL, ALWAYS " " OF_SUMMARY " " OF_CONNECTIONS, OF_FULL },
    { "named-ladder", TRACE_LEVEL_FULL, "", "ladder,plots", TOO_LONG("connections"),
      "which are not left: ladder\n", ALWAYS " plots", OF_SUMMARY " " OF_FULL },
    { "asked-ladder", TRACE_LEVEL_FULL, "record: connections\n", "ladder", ASKED("connections"),
      "which are not left: ladder\n", ALWAYS, OF_SUMMARY " plots " OF_FULL },
    { "captures-keep-nothing", TRACE_LEVEL_CONNECTIONS, "", "network,summary", FITS, NULL,
      ALWAYS " network.pcapng summary.txt", "trace.ndjson" },
};

/* What was said while one command ran; GLib's handler has no argument. */
static GString *said;

static void hear(const gchar *text)
{
    g_string_append(said, text);
}

static const CliVerb *find_verb(const char *name)
{
    const CliVerb *verb = cli_verbs();
    while (!g_str_equal(verb->name, name)) {
        verb++;
    }
    return verb;
}

typedef struct Fixture {
    char *folder, *scenario;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->folder = test_temp_folder();
    f->scenario = g_build_filename(f->folder, "s.yaml", NULL);
    said = g_string_new(NULL);
    g_set_printerr_handler(hear);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    g_set_printerr_handler(NULL);
    g_string_free(said, TRUE);
    test_remove_tree(f->folder);
    g_free(f->folder);
    g_free(f->scenario);
}

/* Runs a scenario with a limit; its folder is owned by the caller. */
static char *run(const Fixture *f, const char *name, const char *more, const char *only,
                 uint32_t most_lines)
{
    g_autoptr(Lang) lang = lang_new("en");
    Cli cli = { .lang = lang, .most_lines = most_lines };
    g_autofree char *text = g_strconcat(SCENARIO, more, NULL);
    char *folder = g_build_filename(f->folder, name, NULL);
    char *argv[] = { (char *)"run",    f->scenario,  (char *)"-o", folder,
                     (char *)"--only", (char *)only, NULL };
    int argc = only != NULL ? 6 : 4;
    argv[argc] = NULL;
    g_assert_true(g_file_set_contents(f->scenario, text, -1, NULL));
    g_string_truncate(said, 0);
    const CliVerb *verb = find_verb("run");
    g_assert_cmpint(verb->run(&cli, verb, argc, argv), ==, CLI_FINE);
    return folder;
}

/* How many lines the trace of a run has, its head not counted. */
static uint32_t lines_in(const char *folder)
{
    g_autofree char *trace = test_read_file(folder, "trace.ndjson");
    uint32_t n = 0;
    for (const char *at = trace; (at = strchr(at, '\n')) != NULL; at++) {
        n++;
    }
    return n - 1;
}

/* The limit of a case. */
static uint32_t limit_of(const Fixture *f, TraceLevel past)
{
    bool of_connections = past == TRACE_LEVEL_CONNECTIONS;
    g_autofree char *folder =
        run(f, "measured", of_connections ? "record: connections\n" : "record: full\n", "trace", 1);
    return lines_in(folder) - (past == TRACE_N_LEVELS ? 0 : 1);
}

static void assert_files(const char *folder, const char *names, bool are_there)
{
    g_auto(GStrv) all = g_strsplit(names, " ", -1);
    for (guint i = 0; all[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(folder, all[i], NULL);
        if (all[i][0] != '\0' && g_file_test(path, G_FILE_TEST_EXISTS) != are_there) {
            g_error("%s is %s", all[i], are_there ? "missing" : "there");
        }
    }
}

static void assert_contains(const char *folder, const char *name, const char *text)
{
    g_autofree char *contents = test_read_file(folder, name);
    if (strstr(contents, text) == NULL) {
        g_error("%s does not say: %s", name, text);
    }
}

static void test_case(Fixture *f, gconstpointer data)
{
    const Case *c = data;
    uint32_t limit = limit_of(f, c->past);
    g_autofree char *folder = run(f, "run", c->more, c->only, limit);
    assert_files(folder, c->there, true);
    assert_files(folder, c->gone, false);
    g_autofree char *record = g_strconcat("\"record\": ", c->record, NULL);
    assert_contains(folder, "manifest.json", record);
    if (c->says != NULL) {
        g_assert_nonnull(strstr(said->str, c->says));
    } else {
        g_assert_null(strchr(said->str, '\n')[1] != '\0' ? said->str : NULL);
    }
}

/* The summary, for people and programs, says what is not there and how to get it. */
static void test_summary(Fixture *f, gconstpointer data)
{
    uint32_t limit = limit_of(f, TRACE_LEVEL_FULL);
    g_autofree char *folder = run(f, "run", "", NULL, limit);
    g_autofree char *text = g_strdup_printf(
        "\nrecorded: connections, without packets; no captures, segments, ladder or story; more "
        "has over %u lines, which 'record: full' keeps\n",
        limit);
    g_autofree char *json = g_strdup_printf("\"record\":" TOO_LONG("connections") "%u}", limit);
    assert_contains(folder, "summary.txt", text);
    assert_contains(folder, "summary.json", json);
}

/* No file of a second run of a scenario differs, and it is the first run of the lower level: the
 * attempt that grew too long leaves no mark. */
static void test_same_bytes(Fixture *f, gconstpointer data)
{
    static const char *const names[] = { "manifest.json", "trace.ndjson", "summary.txt",
                                         "connections/a-b-80/cwnd.csv" };
    uint32_t limit = limit_of(f, TRACE_LEVEL_FULL);
    g_autofree char *first = run(f, "first", "", NULL, limit);
    g_autofree char *second = run(f, "second", "", NULL, limit);
    g_autofree char *asked = run(f, "asked", "record: connections\n", NULL, limit);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *a = test_read_file(first, names[i]);
        g_autofree char *b = test_read_file(second, names[i]);
        g_assert_cmpstr(a, ==, b);
    }
    g_autofree char *fallen = test_read_file(first, "trace.ndjson");
    g_autofree char *straight = test_read_file(asked, "trace.ndjson");
    g_assert_cmpstr(fallen, ==, straight);
}

/* Nothing of an attempt stays beside the run. */
static void test_nothing_beside(Fixture *f, gconstpointer data)
{
    g_autofree char *runs = g_build_filename(f->folder, "runs", NULL);
    uint32_t limit = limit_of(f, TRACE_LEVEL_CONNECTIONS);
    g_autofree char *folder = run(f, "runs/run", "", NULL, limit);
    g_autofree char *name = g_path_get_basename(folder);
    g_autoptr(GDir) dir = g_dir_open(runs, 0, NULL);
    g_assert_cmpstr(g_dir_read_name(dir), ==, name);
    g_assert_null(g_dir_read_name(dir));
}

static CliStatus show(const char *what, uint32_t most_lines)
{
    g_autoptr(Lang) lang = lang_new("en");
    Cli cli = { .lang = lang, .most_lines = most_lines };
    char *argv[] = { (char *)"show", (char *)what, NULL };
    const CliVerb *verb = find_verb("show");
    return verb->run(&cli, verb, 2, argv);
}

/* A run that was left, and a scenario that is run for it, are shown as far as they are recorded. */
static void test_show(Fixture *f, gconstpointer data)
{
    uint32_t limit = limit_of(f, TRACE_LEVEL_FULL);
    g_autofree char *folder = run(f, "run", "", NULL, limit);
    if (g_test_subprocess()) {
        g_set_printerr_handler(NULL);
        g_assert_cmpint(show(folder, limit), ==, CLI_FINE);
        g_assert_cmpint(show(f->scenario, limit), ==, CLI_FINE);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*recorded: connections*recorded: connections*");
    g_test_trap_assert_stdout_unmatched("*SYN*");
    g_test_trap_assert_stderr("*recording connections without packets*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/cli/record/%s", cases[i].label);
        g_test_add(path, Fixture, &cases[i], set_up, test_case, tear_down);
    }
    g_test_add("/cli/record/summary", Fixture, NULL, set_up, test_summary, tear_down);
    g_test_add("/cli/record/same-bytes", Fixture, NULL, set_up, test_same_bytes, tear_down);
    g_test_add("/cli/record/show", Fixture, NULL, set_up, test_show, tear_down);
    g_test_add("/cli/record/nothing-beside", Fixture, NULL, set_up, test_nothing_beside, tear_down);
    return g_test_run();
}
