#include "scenario/scenario.h"

#include "scenario/scenario_check.h"
#include "scenario/scenario_keys.h"
#include "scenario/scenario_merge.h"
#include "scenario/scenario_names.h"
#include "scenario/scenario_read.h"
#include "scenario/scenario_topology.h"

#include <string.h>

/* How far up from the scenario's folder a models/ may stand. */
#define MAX_PARENTS 3

void scenario_free(Scenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    g_clear_pointer(&scenario->names, scenario_names_free);
    scenario_doc_free(scenario->doc);
    g_free(scenario->name);
    scenario_modules_free(scenario->modules);
    g_free(scenario);
}

char *scenario_where(const Scenario *scenario, ScenarioMark mark)
{
    return scenario_mark_to_string(scenario_doc_sources(scenario->doc), mark);
}

/* models/ beside the scenario and above it, then those of the caller. The array frees its strings.
 */
static GPtrArray *profile_folders(const ScenarioRequest *request, const char *folder)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *at = folder == NULL ? NULL : g_canonicalize_filename(folder, NULL);
    for (int i = 0; i <= MAX_PARENTS && at != NULL; i++) {
        g_ptr_array_add(folders, g_build_filename(at, "models", NULL));
        char *parent = g_path_get_dirname(at);
        g_free(at);
        at = parent;
    }
    for (size_t i = 0; request->folders != NULL && request->folders[i] != NULL; i++) {
        g_ptr_array_add(folders, g_strdup(request->folders[i]));
    }
    g_ptr_array_add(folders, NULL);
    return folders;
}

static void read_config(Scenario *scenario, const ScenarioNode *root, const GPtrArray *folders,
                        ScenarioDiag *diag)
{
    g_autoptr(ScenarioReader) reader =
        scenario_reader_new(scenario->doc, diag, (const char *const *)folders->pdata);
    /* What hosts and links say of a topology's parts is read over what the topology makes of them.
     */
    scenario_read_only(reader, &scenario_map_top, root, "topology", &scenario->config);
    scenario_topology_expand(scenario->doc, reader, &scenario->config, diag);
    scenario_read_rest(reader, &scenario_map_top, root, "topology", &scenario->config);
}

/* A file of a later format is refused for that alone: what else it says is not for this program to
 * judge. */
static bool is_readable(const ScenarioNode *root, ScenarioDiag *diag)
{
    const ScenarioKey *key = scenario_map_find(&scenario_map_top, "wirelab");
    const ScenarioNode *version = scenario_node_find(root, key->spec.name);
    guint64 number = 0;
    if (version == NULL || version->kind != SCENARIO_NODE_SCALAR ||
        !g_ascii_string_to_unsigned(version->text, 10, 0, G_MAXUINT64, &number, NULL) ||
        number <= (guint64)key->spec.max) {
        return true;
    }
    scenario_diag_error(diag, version->mark,
                        N_("this file is of format %s; this wirelab reads format %u and no newer "
                           "one"),
                        version->text, (unsigned)key->spec.max);
    return false;
}

static bool load_modules(Scenario *scenario, const char *const *paths, ScenarioDiag *diag)
{
    bool loaded = true;
    for (size_t i = 0; paths != NULL && paths[i] != NULL; i++) {
        if (scenario->modules == NULL) {
            scenario->modules = scenario_modules_new();
            scenario_doc_set_modules(scenario->doc, scenario->modules);
        }
        loaded = scenario_modules_load(scenario->modules, paths[i], diag) && loaded;
    }
    return loaded;
}

/* root is what the file holds, or NULL if it could not be read. */
static Scenario *finish(Scenario *loading, const ScenarioRequest *request, ScenarioNode *root,
                        const char *folder, const GPtrArray *folders, ScenarioDiag *diag,
                        bool *out_io)
{
    g_autoptr(Scenario) scenario = loading;
    if (!load_modules(scenario, request->modules, diag)) {
        return NULL;
    }
    if (root != NULL && root->kind != SCENARIO_NODE_MAP) {
        scenario_diag_error(diag, root->mark, N_("%s must be a map"),
                            lang_text(scenario_diag_lang(diag), scenario_map_top.title));
        return NULL;
    }
    root = root == NULL ? NULL : scenario_include(scenario->doc, root, folder, diag, out_io);
    if (root == NULL) {
        return NULL;
    }
    for (size_t i = 0; request->settings != NULL && request->settings[i] != NULL; i++) {
        scenario_set(scenario->doc, root, request->settings[i], diag);
    }
    if (!is_readable(root, diag)) {
        return NULL;
    }
    read_config(scenario, root, folders, diag);
    if (scenario_diag_count(diag) > 0) {
        return NULL;
    }
    if (scenario->config.name.given) {
        g_free(scenario->name);
        scenario->name = g_strdup(scenario->config.name.text);
    }
    scenario->names = scenario_names_new(&scenario->config, diag);
    if (scenario_diag_count(diag) == 0) {
        scenario_check(scenario, diag);
    }
    return scenario_diag_count(diag) > 0 ? NULL : g_steal_pointer(&scenario);
}

static char *name_of(const char *path)
{
    char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, ".yaml")) {
        name[strlen(name) - strlen(".yaml")] = '\0';
    }
    return name;
}

static Scenario *start(const ScenarioRequest *request)
{
    Scenario *scenario = g_new0(Scenario, 1);
    scenario->name = name_of(request->path);
    scenario->doc = scenario_doc_new();
    return scenario;
}

Scenario *scenario_load(const ScenarioRequest *request, ScenarioDiag *diag, bool *out_io)
{
    Scenario *scenario = start(request);
    g_autofree char *folder = g_path_get_dirname(request->path);
    g_autoptr(GPtrArray) folders = profile_folders(request, folder);
    ScenarioNode *root = scenario_doc_read(scenario->doc, request->path, request->path,
                                           (ScenarioMark){ 0 }, diag, out_io);
    return finish(scenario, request, root, folder, folders, diag, out_io);
}

Scenario *scenario_load_bytes(const ScenarioRequest *request, GBytes *bytes, ScenarioDiag *diag)
{
    Scenario *scenario = start(request);
    g_autoptr(GPtrArray) folders = profile_folders(request, NULL);
    uint32_t source =
        scenario_sources_add(scenario_doc_sources(scenario->doc), request->path, bytes, false);
    ScenarioNode *root = scenario_doc_parse(scenario->doc, source, diag);
    bool io = false;
    return finish(scenario, request, root, ".", folders, diag, &io);
}
