#include "scenario/scenario_models.h"

#include "scenario/scenario_keys.h"

#define MAX_NESTED 4

typedef struct Model {
    ScenarioNode *root; /* NULL: there is no such file, or it is broken */
    bool found;
} Model;

struct ScenarioModels {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    const char *const *folders;
    GHashTable *by_name; /* of Model */
    unsigned depth;
};

ScenarioModels *scenario_models_new(ScenarioDoc *doc, ScenarioDiag *diag,
                                    const char *const *folders)
{
    ScenarioModels *models = g_new0(ScenarioModels, 1);
    models->doc = doc;
    models->diag = diag;
    models->folders = folders;
    models->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return models;
}

void scenario_models_free(ScenarioModels *models)
{
    if (models == NULL) {
        return;
    }
    g_hash_table_unref(models->by_name);
    g_free(models);
}

static bool check_profile(ScenarioModels *models, const ScenarioNode *root)
{
    if (root->kind != SCENARIO_NODE_MAP) {
        scenario_diag_error(models->diag, root->mark, N_("a profile must be a map"));
        return false;
    }
    for (const ScenarioNode *child = root->first; child != NULL; child = child->next) {
        bool is_free = child->key[0] == 'x' && child->key[1] == '-';
        if (!is_free && scenario_map_find(&scenario_map_profile, child->key) == NULL) {
            scenario_diag_error(
                models->diag, child->key_mark, N_("unknown key '%s' in %s"), child->key,
                lang_text(scenario_diag_lang(models->diag), scenario_map_profile.title));
        }
    }
    if (scenario_node_find(root, "source") == NULL) {
        scenario_diag_error(models->diag, root->mark,
                            N_("a profile must say under 'source' where its numbers come from"));
    }
    return true;
}

static Model *load(ScenarioModels *models, const char *name)
{
    Model *model = g_hash_table_lookup(models->by_name, name);
    if (model != NULL) {
        return model;
    }
    model = g_new0(Model, 1);
    g_hash_table_insert(models->by_name, g_strdup(name), model);
    g_autofree char *file = g_strconcat(name, ".yaml", NULL);
    for (size_t i = 0; models->folders[i] != NULL && !model->found; i++) {
        g_autofree char *path = g_build_filename(models->folders[i], file, NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            continue;
        }
        bool io = false;
        g_autofree char *shown = g_build_filename("models", file, NULL);
        model->found = true;
        ScenarioNode *root =
            scenario_doc_read(models->doc, path, shown, (ScenarioMark){ 0 }, models->diag, &io);
        model->root = root != NULL && check_profile(models, root) ? root : NULL;
    }
    return model;
}

const ScenarioNode *scenario_models_enter(ScenarioModels *models, const char *name,
                                          const char *kind, ScenarioMark mark, bool must_exist)
{
    const Model *model = load(models, name);
    if (!model->found) {
        if (must_exist) {
            scenario_diag_error(models->diag, mark,
                                N_("there is no profile '%s.yaml' in any models/"), name);
        }
        return NULL;
    }
    if (model->root == NULL) {
        return NULL;
    }
    const ScenarioNode *node = scenario_node_find(model->root, kind);
    if (node == NULL) {
        scenario_diag_error(models->diag, mark, N_("the profile '%s' has no '%s'"), name, kind);
        return NULL;
    }
    if (models->depth == MAX_NESTED) {
        scenario_diag_error(models->diag, mark, N_("profiles name each other too deeply: '%s'"),
                            name);
        return NULL;
    }
    models->depth++;
    return node;
}

void scenario_models_leave(ScenarioModels *models)
{
    g_assert(models->depth > 0);
    models->depth--;
}
