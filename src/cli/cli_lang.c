/* The language list is GLib's; what is added here is the C locale and which Chinese is ours. */

#include "cli/cli_lang.h"

#include <glib.h>
#include <stdbool.h>

/* The variables that set the language of messages; the first that is not empty counts. */
static const char *const locale_variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

/* What simplified Chinese is called in the list of g_get_language_names(). */
static const char *const simplified_chinese[] = { "zh_CN", "zh_SG", "zh_Hans", "zh_MY" };

/* GNU gettext ignores LANGUAGE in the C locale. GLib does not. An unset locale is left to GLib:
 * who then sets LANGUAGE means it. */
static bool locale_is_c(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(locale_variables); i++) {
        const char *value = g_getenv(locale_variables[i]);
        if (value != NULL && value[0] != '\0') {
            return g_str_equal(value, "C") || g_str_equal(value, "POSIX");
        }
    }
    return false;
}

static bool is_simplified_chinese(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(simplified_chinese); i++) {
        if (g_str_equal(name, simplified_chinese[i])) {
            return true;
        }
    }
    return false;
}

/* GLib follows each name the user gave by its shorter forms: after zh_TW comes "zh", which the
 * user did not say. So "zh" counts only where it does not stand behind another Chinese name. */
const char *cli_lang_of_user(void)
{
    if (locale_is_c()) {
        return "en";
    }
    const char *const *names = g_get_language_names_with_category("LC_MESSAGES");
    for (size_t i = 0; names[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit_set(names[i], ".@", 2);
        bool is_shortened = i > 0 && g_str_has_prefix(names[i - 1], "zh");
        if (is_simplified_chinese(parts[0]) || (g_str_equal(parts[0], "zh") && !is_shortened)) {
            return "zh";
        }
        if (g_str_equal(parts[0], "en") || g_str_has_prefix(parts[0], "en_")) {
            return "en";
        }
    }
    return "en";
}
