#include "scenario/scenario_modules.h"

#include <dlfcn.h>
#include <string.h>

#include "tcp/tcp_variant.h"

typedef struct Module {
    void *handle;
    const TcpCcOps *ops;
    char *digest;
} Module;

struct ScenarioModules {
    GPtrArray *modules; /* of Module */
};

static void module_free(void *data)
{
    Module *module = data;
    g_free(module->digest);
    dlclose(module->handle);
    g_free(module);
}

ScenarioModules *scenario_modules_new(void)
{
    ScenarioModules *modules = g_new(ScenarioModules, 1);
    modules->modules = g_ptr_array_new_with_free_func(module_free);
    return modules;
}

void scenario_modules_free(ScenarioModules *modules)
{
    if (modules != NULL) {
        g_ptr_array_unref(modules->modules);
        g_free(modules);
    }
}

const TcpCcOps *scenario_modules_at(const ScenarioModules *modules, size_t i)
{
    if (modules == NULL || i >= modules->modules->len) {
        return NULL;
    }
    const Module *module = modules->modules->pdata[i];
    return module->ops;
}

/* A word that a scenario can write: "my-cc". */
static bool is_word(const char *name)
{
    size_t len = name == NULL ? 0 : strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && name[len] == '\0' && g_ascii_isalpha(name[0]);
}

static bool is_taken(const ScenarioModules *modules, const char *name)
{
    bool taken = tcp_variant_find(name) != NULL;
    for (size_t i = 0; !taken && scenario_modules_at(modules, i) != NULL; i++) {
        taken = g_str_equal(scenario_modules_at(modules, i)->name, name);
    }
    return taken;
}

/* What is wrong with a module of the right version, a msgid with one %s, the name; NULL: nothing.
 */
static const char *fault_of(const ScenarioModules *modules, const TcpCcOps *ops)
{
    if (!is_word(ops->name)) {
        return N_(
            "its name '%s' is none that a scenario can write: small letters, digits, hyphens");
    }
    if (is_taken(modules, ops->name)) {
        return N_("there is a congestion control '%s' already");
    }
    if (ops->on_ack == NULL || ops->on_loss == NULL) {
        return N_("'%s' lacks one of the hooks that it must have: on_ack, on_loss");
    }
    if ((ops->params != NULL) != (ops->configure != NULL)) {
        return N_("'%s' must have both, parameters and the hook 'configure', or neither");
    }
    return ops->draws ? N_("'%s' asks for random numbers, which a module cannot draw") : NULL;
}

static bool is_usable(const ScenarioModules *modules, const TcpCcModule *module, const char *path,
                      ScenarioDiag *diag)
{
    const ScenarioMark nowhere = { 0 };
    if (module == NULL || module->ops == NULL) {
        scenario_diag_error(diag, nowhere,
                            N_("%s: this is no congestion control: it exports no '%s'"), path,
                            TCP_CC_MODULE);
        return false;
    }
    if (module->abi != TCP_CC_ABI) {
        scenario_diag_error(
            diag, nowhere,
            N_("%s: built for version %u of the interface; this wirelab has version "
               "%u: compile it again"),
            path, module->abi, (unsigned)TCP_CC_ABI);
        return false;
    }
    const char *fault = fault_of(modules, module->ops);
    if (fault != NULL) {
        const char *name = module->ops->name == NULL ? "" : module->ops->name;
        g_autofree char *text = g_strdup_printf(lang_text(scenario_diag_lang(diag), fault), name);
        scenario_diag_error(diag, nowhere, "%s: %s", path, text);
    }
    return fault == NULL;
}

bool scenario_modules_load(ScenarioModules *modules, const char *path, ScenarioDiag *diag)
{
    g_autofree char *content = NULL;
    gsize len = 0;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &content, &len, &error)) {
        scenario_diag_error(diag, (ScenarioMark){ 0 }, "%s", error->message);
        return false;
    }
    /* Without a slash dlopen() would look where libraries are. */
    g_autofree char *file = g_canonicalize_filename(path, NULL);
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        scenario_diag_error(diag, (ScenarioMark){ 0 }, N_("%s cannot be loaded: %s"), path,
                            dlerror());
        return false;
    }
    const TcpCcModule *found = dlsym(handle, TCP_CC_MODULE);
    if (!is_usable(modules, found, path, diag)) {
        dlclose(handle);
        return false;
    }
    Module *module = g_new(Module, 1);
    *module = (Module){
        .handle = handle,
        .ops = found->ops,
        .digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, len),
    };
    g_ptr_array_add(modules->modules, module);
    return true;
}

char *scenario_modules_json(const ScenarioModules *modules)
{
    if (scenario_modules_at(modules, 0) == NULL) {
        return NULL;
    }
    GString *out = g_string_new("{");
    for (guint i = 0; i < modules->modules->len; i++) {
        const Module *module = modules->modules->pdata[i];
        g_string_append_printf(out, "%s\"%s\": \"sha256:%s\"", i == 0 ? "" : ", ",
                               module->ops->name, module->digest);
    }
    return g_string_free(g_string_append_c(out, '}'), FALSE);
}
