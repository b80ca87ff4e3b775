/* The language of a text shown to people: English, or Chinese from po/zh_CN.po.
 *
 * A message id is the English text itself. It is written N_("...") where it stands, in a table or
 * in a call, and translated where it is shown:
 *
 *     g_string_append(out, lang_text(lang, N_("connection refused")));
 *     g_string_append_printf(out, lang_text(lang, N_("%d lost")), lost_pkts);
 *
 * This is not gettext(), because gettext keeps one language per process, in globals that follow
 * setlocale(), and finds a catalogue only where it was installed. A run writes its files in one
 * language while the command speaks to the user in another, the same bytes on every machine, and
 * a world is a library object. So the compiled catalogue is part of the program, a Lang is a value
 * that is passed about, and nothing here looks at the environment (cli/cli_lang.h does).
 *
 * tests/house/translations.sh fails on an N_() text without a translation, on a translation
 * that no N_() uses any more, and on one whose printf conversions are not those of its id. */

#ifndef SIM_LANG_H
#define SIM_LANG_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Marks a string literal as a message id; it is the literal. */
#define N_(text) text

typedef struct Lang Lang;

/* Returns an owned Lang for "en" or "zh", or NULL for any other code. */
Lang *lang_new(const char *code);

/* As lang_new(), for a catalogue in the format of msgfmt(1), little-endian, of mo_bytes bytes at
 * mo, which must outlive the Lang; code is copied. The whole catalogue is checked first: NULL if a
 * table or a string would reach outside it, a string is not terminated, or the ids are unsorted. */
Lang *lang_new_from_mo(const char *code, const uint8_t *mo, size_t mo_bytes);

/* Frees lang; the texts it returned stay. NULL is nothing. */
void lang_free(Lang *lang);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lang, lang_free)

/* Returns the code lang was made with; borrowed, as long as lang lives. "en" for NULL. */
const char *lang_code(const Lang *lang);

/* Returns what msgid says in lang: its translation, or msgid itself where there is none. Borrowed,
 * as long as msgid and the program live. NULL for lang is English, for who has none at hand. */
const char *lang_text(const Lang *lang, const char *msgid) G_GNUC_FORMAT(2);

/* Returns the codes lang_new() knows, English first, then a NULL. */
const char *const *lang_codes(void);

#endif
