#include "lib/app-bed.h"

#include <string.h>

static bool resolve(void *world, const char *name, InetAddr *out_addr)
{
    static const struct {
        const char *name;
        uint32_t addr;
    } names[] = { { "client", 0x0a000001 },
                  { "server", 0x0a000102 },
                  { "router", 0x0a0000fe },
                  { "nowhere", 0xc0000201 } };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i].name) == 0) {
            *out_addr = inet_addr_v4(names[i].addr);
            return true;
        }
    }
    return false;
}

static bool configure(App *app, const AppSetting *settings, GError **error)
{
    const SimParamSpec *specs = app->ops->params;
    int64_t values[32] = { 0 };
    const char *texts[32] = { NULL };
    for (size_t i = 0; specs[i].name != NULL; i++) {
        g_assert_cmpuint(i, <, G_N_ELEMENTS(values));
        values[i] = specs[i].fallback;
    }
    for (; settings->name != NULL; settings++) {
        size_t i = 0;
        while (strcmp(specs[i].name, settings->name) != 0) {
            i++;
            g_assert_nonnull(specs[i].name);
        }
        values[i] = settings->value;
        texts[i] = settings->text;
    }
    const SimParams params = { specs, values, texts };
    return app->ops->configure(app, &params, error);
}

App *app_bed_new(HostBed *bed, const BedHost *host, const AppOps *ops, const AppSetting *settings)
{
    App *app = app_new(ops, host->sockets, ops->name, 1, resolve, bed);
    g_autoptr(GError) error = NULL;
    configure(app, settings, &error);
    g_assert_no_error(error);
    return app;
}

GError *app_bed_refusal(HostBed *bed, const AppOps *ops, const AppSetting *settings)
{
    g_autoptr(App) app = app_new(ops, bed->client.sockets, ops->name, 1, resolve, bed);
    GError *error = NULL;
    bool accepted = configure(app, settings, &error);
    g_assert_true(accepted == (error == NULL));
    return error;
}

App *app_bed_steps(HostBed *bed, const BedHost *host, const AppStep *steps)
{
    App *app = app_new(&app_steps, host->sockets, "steps", 1, resolve, bed);
    uint32_t count = 0;
    while (steps[count].text != NULL) {
        count++;
    }
    app_steps_set(app, steps, count);
    return app;
}
