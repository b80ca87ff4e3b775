/* wirelab list: the scenarios and models at hand, with their titles. */

#include "cli/cli.h"
#include "scenario/scenario_doc.h"

#include "trace/trace_json.h"

#include <string.h>

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The YAML files of a folder, sorted; the array frees them. */
static GPtrArray *list_files(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, ".yaml")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static const char *in_language(const ScenarioNode *text, const Lang *lang)
{
    const ScenarioNode *own = text == NULL ? NULL : scenario_node_find(text, lang_code(lang));
    const ScenarioNode *english = text == NULL ? NULL : scenario_node_find(text, "en");
    const ScenarioNode *node = own != NULL ? own : english != NULL ? english : text;
    return node != NULL && node->text != NULL ? node->text : "";
}

/* The title of a file, read without checking the rest of it. Owned by the caller. */
static char *title_of(const char *path, const char *key, const Lang *lang)
{
    g_autoptr(ScenarioDoc) doc = scenario_doc_new();
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(lang, false);
    bool io = false;
    const ScenarioNode *root = scenario_doc_read(doc, path, path, (ScenarioMark){ 0 }, diag, &io);
    const ScenarioNode *title = root == NULL ? NULL : scenario_node_find(root, key);
    return g_strdup(in_language(title, lang));
}

#define TITLE_COLUMN_CELLS 35

/* What list_kind() makes of each file that it finds. */
typedef void (*PutFn)(GString *out, const char *path, const char *name, const char *title);

static void put_row(GString *out, const char *path, const char *name, const char *title)
{
    (void)path;
    cli_put_row(out, name, TITLE_COLUMN_CELLS, title);
}

static void put_object(GString *out, const char *path, const char *name, const char *title)
{
    g_string_append(out, out->len == 0 || g_str_has_suffix(out->str, "[") ? "" : ",");
    g_string_append(out, "{\"name\":");
    trace_json_put_text(out, name);
    g_string_append(out, ",\"file\":");
    trace_json_put_text(out, path);
    g_string_append(out, ",\"title\":");
    trace_json_put_text(out, title);
    g_string_append_c(out, '}');
}

/* The files of a folder; key: where their titles stand. */
static void list_folder(GString *out, const char *folder, const char *key, const Lang *lang,
                        PutFn put)
{
    g_autoptr(GPtrArray) files = list_files(folder);
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(folder, files->pdata[i], NULL);
        g_autofree char *title = title_of(path, key, lang);
        g_autofree char *name = g_strdup(files->pdata[i]);
        name[strlen(name) - strlen(".yaml")] = '\0';
        put(out, path, name, title);
    }
}

typedef struct Kind {
    const char *name; /* of the folder and of the list */
    const char *key;  /* where the titles of its files stand */
} Kind;

static const Kind kinds[] = { { "scenarios", "title" }, { "models", "about" } };

static void list_as_text(GString *out, const Kind *kind, const Lang *lang)
{
    g_auto(GStrv) folders = cli_data_folders(kind->name);
    for (size_t i = 0; folders[i] != NULL; i++) {
        g_string_append_printf(out, "%s:\n", folders[i]);
        list_folder(out, folders[i], kind->key, lang, put_row);
    }
}

static void list_as_json(GString *out, const Kind *kind, const Lang *lang)
{
    g_auto(GStrv) folders = cli_data_folders(kind->name);
    g_string_append_printf(out, "%s\"%s\":[", kind == kinds ? "{" : ",", kind->name);
    for (size_t i = 0; folders[i] != NULL; i++) {
        list_folder(out, folders[i], kind->key, lang, put_object);
    }
    g_string_append(out, kind == &kinds[G_N_ELEMENTS(kinds) - 1] ? "]}\n" : "]");
}

CliStatus cli_list(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const GOptionEntry entries[] = { { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        (cli->json ? list_as_json : list_as_text)(out, &kinds[i], cli->lang);
    }
    return cli_put(cli, out->str) ? CLI_FINE : CLI_IO;
}
