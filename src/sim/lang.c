/* Reads a catalogue of msgfmt(1) where it lies: a header, a table of ids sorted as strcmp() sorts
 * them, and a table of their translations, both of (length, offset) pairs. The format is in the
 * manual of GNU gettext, "The Format of GNU MO Files". Its hash table is not used. */

#include "sim/lang.h"

#include "sim/lang_zh_mo.h"

#include <stdbool.h>
#include <string.h>

#define MO_MAGIC 0x950412deu
#define MO_HEADER_BYTES 28
#define MO_ENTRY_BYTES 8

struct Lang {
    char *code;
    const uint8_t *mo;
    size_t mo_bytes;
    uint32_t count;    /* messages */
    uint32_t ids_at;   /* where the table of ids starts, in bytes */
    uint32_t texts_at; /* where the table of translations starts */
};

static const char *const lang_known_codes[] = { "en", "zh", NULL };

static uint32_t read_u32(const uint8_t *mo, size_t at)
{
    uint32_t word;
    memcpy(&word, mo + at, sizeof word);
    return GUINT32_FROM_LE(word);
}

/* Entry i of the table at table_at; the catalogue is known to be sound. */
static const char *table_string(const Lang *lang, uint32_t table_at, uint32_t i)
{
    return (const char *)lang->mo + read_u32(lang->mo, table_at + (size_t)i * MO_ENTRY_BYTES + 4);
}

static bool table_is_sound(const Lang *lang, uint32_t table_at)
{
    if ((uint64_t)table_at + (uint64_t)lang->count * MO_ENTRY_BYTES > lang->mo_bytes) {
        return false;
    }
    for (uint32_t i = 0; i < lang->count; i++) {
        size_t entry_at = table_at + (size_t)i * MO_ENTRY_BYTES;
        uint64_t end_at = (uint64_t)read_u32(lang->mo, entry_at) + read_u32(lang->mo, entry_at + 4);
        if (end_at >= lang->mo_bytes || lang->mo[end_at] != '\0') {
            return false;
        }
    }
    return true;
}

static bool ids_are_sorted(const Lang *lang)
{
    for (uint32_t i = 1; i < lang->count; i++) {
        if (strcmp(table_string(lang, lang->ids_at, i - 1), table_string(lang, lang->ids_at, i)) >=
            0) {
            return false;
        }
    }
    return true;
}

static bool read_header(Lang *lang)
{
    if (lang->mo_bytes < MO_HEADER_BYTES || read_u32(lang->mo, 0) != MO_MAGIC ||
        read_u32(lang->mo, 4) >> 16 != 0) {
        return false;
    }
    lang->count = read_u32(lang->mo, 8);
    lang->ids_at = read_u32(lang->mo, 12);
    lang->texts_at = read_u32(lang->mo, 16);
    return true;
}

Lang *lang_new_from_mo(const char *code, const uint8_t *mo, size_t mo_bytes)
{
    g_autoptr(Lang) lang = g_new0(Lang, 1);
    lang->code = g_strdup(code);
    lang->mo = mo;
    lang->mo_bytes = mo_bytes;
    if (!read_header(lang) || !table_is_sound(lang, lang->ids_at) ||
        !table_is_sound(lang, lang->texts_at) || !ids_are_sorted(lang)) {
        return NULL;
    }
    return g_steal_pointer(&lang);
}

Lang *lang_new(const char *code)
{
    if (g_str_equal(code, "en")) {
        Lang *english = g_new0(Lang, 1);
        english->code = g_strdup(code);
        return english;
    }
    if (g_str_equal(code, "zh")) {
        Lang *chinese = lang_new_from_mo(code, lang_zh_mo, sizeof lang_zh_mo);
        g_assert(chinese != NULL);
        return chinese;
    }
    return NULL;
}

void lang_free(Lang *lang)
{
    if (lang == NULL) {
        return;
    }
    g_free(lang->code);
    g_free(lang);
}

const char *lang_code(const Lang *lang)
{
    return lang == NULL ? "en" : lang->code;
}

const char *lang_text(const Lang *lang, const char *msgid)
{
    /* The empty id is the catalogue's own header. */
    if (lang == NULL || msgid[0] == '\0') {
        return msgid;
    }
    uint32_t low = 0;
    uint32_t high = lang->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(msgid, table_string(lang, lang->ids_at, middle));
        if (order == 0) {
            return table_string(lang, lang->texts_at, middle);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return msgid;
}

const char *const *lang_codes(void)
{
    return lang_known_codes;
}
