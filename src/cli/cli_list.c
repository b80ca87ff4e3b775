/* wirelab list: the scenarios and models at hand, with their titles. */

#include "cli/cli.h"
#include "scenario/scenario_doc.h"

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

static void list_folder(GString *out, const char *folder, const char *key, const Lang *lang)
{
    g_autoptr(GPtrArray) names = list_files(folder);
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *title = title_of(path, key, lang);
        g_string_append_printf(out, "  %-32.*s %s\n", (int)(strlen(name) - strlen(".yaml")), name,
                               title);
    }
}

static void list_kind(GString *out, const char *kind, const char *key, const Lang *lang)
{
    g_auto(GStrv) folders = cli_data_folders(kind);
    for (size_t i = 0; folders[i] != NULL; i++) {
        g_string_append_printf(out, "%s:\n", folders[i]);
        list_folder(out, folders[i], key, lang);
    }
}

CliStatus cli_list(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    GOptionEntry entries[] = { { 0 } };
    if (!cli_parse(cli, verb, &argc, &argv, entries)) {
        return CLI_USAGE;
    }
    if (argc > 1) {
        return cli_wrong_usage(cli, verb);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    list_kind(out, "scenarios", "title", cli->lang);
    list_kind(out, "models", "about", cli->lang);
    return cli_put(cli, out->str) ? CLI_FINE : CLI_IO;
}
