/* Protects: a text is found or stays English; a damaged catalogue is refused, never read past. */

#include "sim/lang.h"

#include <string.h>

#define HEADER_BYTES 28

/* Builds a catalogue as msgfmt would, from n (id, text) pairs in the order given. */
static GByteArray *build_mo(const char *const (*pairs)[2], uint32_t n)
{
    GByteArray *strings = g_byte_array_new();
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t strings_at = HEADER_BYTES + 2 * n * 8;
    const uint32_t header[] = { 0x950412de, 0, n, HEADER_BYTES, HEADER_BYTES + n * 8, 0, 0 };
    g_array_append_vals(words, header, G_N_ELEMENTS(header));
    for (uint32_t column = 0; column < 2; column++) {
        for (uint32_t i = 0; i < n; i++) {
            uint32_t length = (uint32_t)strlen(pairs[i][column]);
            const uint32_t entry[] = { length, strings_at + strings->len };
            g_array_append_vals(words, entry, 2);
            g_byte_array_append(strings, (const uint8_t *)pairs[i][column], length + 1);
        }
    }
    for (guint i = 0; i < words->len; i++) {
        uint32_t *word = &g_array_index(words, uint32_t, i);
        *word = GUINT32_TO_LE(*word);
    }
    g_byte_array_prepend(strings, (const uint8_t *)words->data, words->len * 4);
    return strings;
}

static const char *const three_pairs[][2] = { { "", "header" }, { "no", "否" }, { "yes", "是" } };

static void test_english_is_itself(void)
{
    g_autoptr(Lang) lang = lang_new("en");
    const char *msgid = N_("connection");
    g_assert_cmpstr(lang_code(lang), ==, "en");
    g_assert_true(lang_text(lang, msgid) == msgid);
}

static void test_null_is_english(void)
{
    g_assert_cmpstr(lang_code(NULL), ==, "en");
    g_assert_cmpstr(lang_text(NULL, "connection"), ==, "connection");
}

static void test_unknown_code(void)
{
    g_assert_null(lang_new("de"));
    g_assert_null(lang_new(""));
    g_assert_null(lang_new("zh_CN"));
}

/* Every code that is announced can be made, and says so. */
static void test_codes(void)
{
    const char *const *codes = lang_codes();
    g_assert_cmpstr(codes[0], ==, "en");
    for (size_t i = 0; codes[i] != NULL; i++) {
        g_autoptr(Lang) lang = lang_new(codes[i]);
        g_assert_cmpstr(lang_code(lang), ==, codes[i]);
    }
}

/* The catalogue inside the program passes its own checks, and an unknown id stays as it is. */
static void test_builtin_chinese(void)
{
    g_autoptr(Lang) lang = lang_new("zh");
    g_assert_nonnull(lang);
    g_assert_cmpstr(lang_text(lang, "no such message"), ==, "no such message");
}

static void test_lookup(void)
{
    g_autoptr(GByteArray) mo = build_mo(three_pairs, 3);
    g_autoptr(Lang) lang = lang_new_from_mo("zh", mo->data, mo->len);
    g_assert_nonnull(lang);
    g_assert_cmpstr(lang_text(lang, "no"), ==, "否");
    g_assert_cmpstr(lang_text(lang, "yes"), ==, "是");
    g_assert_cmpstr(lang_text(lang, "maybe"), ==, "maybe");
    g_assert_cmpstr(lang_text(lang, "zzz"), ==, "zzz");
    g_assert_cmpstr(lang_text(lang, "a"), ==, "a");
}

static void test_empty_id_is_not_the_header(void)
{
    g_autoptr(GByteArray) mo = build_mo(three_pairs, 3);
    g_autoptr(Lang) lang = lang_new_from_mo("zh", mo->data, mo->len);
    g_assert_cmpstr(lang_text(lang, ""), ==, "");
}

static void test_no_messages(void)
{
    g_autoptr(GByteArray) mo = build_mo(three_pairs, 0);
    g_autoptr(Lang) lang = lang_new_from_mo("zh", mo->data, mo->len);
    g_assert_nonnull(lang);
    g_assert_cmpstr(lang_text(lang, "yes"), ==, "yes");
}

static void test_unsorted_is_refused(void)
{
    static const char *const unsorted[][2] = { { "yes", "1" }, { "no", "2" } };
    static const char *const twice[][2] = { { "no", "1" }, { "no", "2" } };
    g_autoptr(GByteArray) unsorted_mo = build_mo(unsorted, 2);
    g_autoptr(GByteArray) twice_mo = build_mo(twice, 2);
    g_assert_null(lang_new_from_mo("zh", unsorted_mo->data, unsorted_mo->len));
    g_assert_null(lang_new_from_mo("zh", twice_mo->data, twice_mo->len));
}

/* A catalogue cut anywhere is refused: its last byte is a string's end. */
static void test_every_cut_is_refused(void)
{
    g_autoptr(GByteArray) mo = build_mo(three_pairs, 3);
    for (guint length = 0; length < mo->len; length++) {
        g_autofree uint8_t *exact = g_memdup2(mo->data, length);
        g_assert_null(lang_new_from_mo("zh", exact, length));
    }
}

typedef struct Damage {
    const char *label;
    uint32_t at; /* offset of the 32-bit word that is replaced */
    uint32_t value;
} Damage;

static const Damage damages[] = {
    { "magic", 0, 0xde120495 },
    { "revision", 4, 0x00010000 },
    { "count-beyond-end", 8, 4000 },
    { "count-overflows", 8, 0xffffffff },
    { "ids-beyond-end", 12, 0x7fffffff },
    { "ids-overflow", 12, 0xfffffff8 },
    { "texts-beyond-end", 16, 0x7fffffff },
    { "id-length-overflows", 28, 0xffffffff },
    { "id-not-terminated", 28 + 8, 1 },
    { "text-offset-overflows", 28 + 3 * 8 + 4, 0xffffffff },
};

static void test_damage_is_refused(gconstpointer data)
{
    const Damage *damage = data;
    g_autoptr(GByteArray) mo = build_mo(three_pairs, 3);
    uint32_t word = GUINT32_TO_LE(damage->value);
    memcpy(mo->data + damage->at, &word, sizeof word);
    g_assert_null(lang_new_from_mo("zh", mo->data, mo->len));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sim/lang/english-is-itself", test_english_is_itself);
    g_test_add_func("/sim/lang/null-is-english", test_null_is_english);
    g_test_add_func("/sim/lang/unknown-code", test_unknown_code);
    g_test_add_func("/sim/lang/codes", test_codes);
    g_test_add_func("/sim/lang/builtin-chinese", test_builtin_chinese);
    g_test_add_func("/sim/lang/lookup", test_lookup);
    g_test_add_func("/sim/lang/empty-id-is-not-the-header", test_empty_id_is_not_the_header);
    g_test_add_func("/sim/lang/no-messages", test_no_messages);
    g_test_add_func("/sim/lang/unsorted-is-refused", test_unsorted_is_refused);
    g_test_add_func("/sim/lang/every-cut-is-refused", test_every_cut_is_refused);
    for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *path = g_strdup_printf("/sim/lang/damage/%s", damages[i].label);
        g_test_add_data_func(path, &damages[i], test_damage_is_refused);
    }
    return g_test_run();
}
