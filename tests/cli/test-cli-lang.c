/* Protects: messages speak the user's language, by the rules other GNU programs follow, even where
 * no such locale is installed. */

#include "cli/cli_lang.h"

#include <glib.h>

typedef struct Setting {
    const char *label;
    const char *language, *lc_all, *lc_messages, *lang; /* the variables; NULL is unset */
    const char *expected;
} Setting;

static const Setting settings[] = {
    { "nothing", NULL, NULL, NULL, NULL, "en" },
    { "lang", NULL, NULL, NULL, "zh_CN.UTF-8", "zh" },
    { "lang-no-codeset", NULL, NULL, NULL, "zh_CN", "zh" },
    { "lang-singapore", NULL, NULL, NULL, "zh_SG.UTF-8", "zh" },
    { "lang-other", NULL, NULL, NULL, "de_DE.UTF-8", "en" },
    { "messages-over-lang", NULL, NULL, "en_GB.UTF-8", "zh_CN.UTF-8", "en" },
    { "messages-chinese", NULL, NULL, "zh_CN.UTF-8", "en_GB.UTF-8", "zh" },
    { "all-over-messages", NULL, "en_GB.UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", "en" },
    { "empty-is-unset", "", "", "", "zh_CN.UTF-8", "zh" },
    { "language-over-all", "zh_CN", "en_GB.UTF-8", NULL, NULL, "zh" },
    { "language-short", "zh", NULL, NULL, "en_GB.UTF-8", "zh" },
    { "language-first-known", "fr:zh_CN:en", NULL, NULL, "en_GB.UTF-8", "zh" },
    { "language-english-first", "en:zh_CN", NULL, NULL, "zh_CN.UTF-8", "en" },
    { "language-bare-debian", "zh_CN", NULL, NULL, "C.UTF-8", "zh" },
    { "language-no-locale", "zh_CN", NULL, NULL, NULL, "zh" },
    { "language-not-in-c", "zh_CN", NULL, NULL, "C", "en" },
    { "language-not-in-posix", "zh_CN", "POSIX", NULL, "zh_CN.UTF-8", "en" },
    { "traditional", NULL, NULL, NULL, "zh_TW.UTF-8", "en" },
    { "traditional-then-simplified", "zh_TW:zh_CN", NULL, NULL, "zh_TW.UTF-8", "zh" },
    { "modifier", NULL, NULL, NULL, "zh_CN.UTF-8@pinyin", "zh" },
};

static void set_or_unset(const char *name, const char *value)
{
    if (value == NULL) {
        g_unsetenv(name);
    } else {
        g_setenv(name, value, TRUE);
    }
}

static void test_setting(gconstpointer data)
{
    const Setting *setting = data;
    set_or_unset("LANGUAGE", setting->language);
    set_or_unset("LC_ALL", setting->lc_all);
    set_or_unset("LC_MESSAGES", setting->lc_messages);
    set_or_unset("LANG", setting->lang);
    g_assert_cmpstr(cli_lang_of_user(), ==, setting->expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *path = g_strdup_printf("/cli/lang/%s", settings[i].label);
        g_test_add_data_func(path, &settings[i], test_setting);
    }
    return g_test_run();
}
