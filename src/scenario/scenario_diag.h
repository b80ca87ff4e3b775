/* What is wrong with a scenario, told like a good compiler: file:line:col, the message, the source
 * line and a caret under the place; several at once, sorted by place.
 *
 * Messages are made in the language of the user when they are added, so that they outlive the
 * scenario they speak of. Columns count characters; the caret stands right under wide characters
 * too. */

#ifndef SCENARIO_SCENARIO_DIAG_H
#define SCENARIO_SCENARIO_DIAG_H

#include "sim/lang.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A piece of text that was read: a file, or one --set of the command line. */
typedef struct ScenarioSource {
    char *name; /* as shown in messages */
    GBytes *bytes;
    bool is_setting; /* a --set: it has no lines, so a message names it without a position */
} ScenarioSource;

/* Where something stands. line 0: nowhere in particular. */
typedef struct ScenarioMark {
    uint32_t source; /* index */
    uint32_t line;   /* from 1 */
    uint32_t col;    /* from 1, in characters */
    uint32_t len;    /* characters on that line; 0: unknown */
} ScenarioMark;

/* A list of ScenarioSource, shared by all that hold marks into it. Owned reference. */
GPtrArray *scenario_sources_new(void);
/* Adds a source and returns its index; copies name, takes a reference to bytes. */
uint32_t scenario_sources_add(GPtrArray *sources, const char *name, GBytes *bytes, bool is_setting);
const ScenarioSource *scenario_sources_get(const GPtrArray *sources, uint32_t index);

typedef struct ScenarioDiag ScenarioDiag;

#define SCENARIO_DIAG_MAX_SHOWN 20

/* lang is borrowed and may be NULL (English). colour: with escape sequences for a terminal. */
ScenarioDiag *scenario_diag_new(const Lang *lang, bool colour);
void scenario_diag_free(ScenarioDiag *diag);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioDiag, scenario_diag_free)

const Lang *scenario_diag_lang(const ScenarioDiag *diag);
/* What an error is called: a msgid, "error" at first. */
void scenario_diag_set_word(ScenarioDiag *diag, const char *word);
/* Follows another list of sources from now on; marks refer to it. Takes a reference. */
void scenario_diag_set_sources(ScenarioDiag *diag, GPtrArray *sources);

/* Adds an error. format is a msgid, translated here. The same error twice at one place counts once.
 */
void scenario_diag_error(ScenarioDiag *diag, ScenarioMark mark, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

uint32_t scenario_diag_count(const ScenarioDiag *diag);

/* All errors, sorted by source, line and column, the first SCENARIO_DIAG_MAX_SHOWN of them and a
 * line that counts the rest; each ends with a newline. Owned by the caller. */
char *scenario_diag_to_string(ScenarioDiag *diag);

/* The same, all that were kept, as a JSON array of objects with file, line, column (from 1, in
 * characters; 0: nowhere in particular) and message. Owned by the caller. */
char *scenario_diag_to_json(ScenarioDiag *diag);

/* "file:line:col", or "--set KEY=VALUE". Owned by the caller. */
char *scenario_mark_to_string(const GPtrArray *sources, ScenarioMark mark);

/* The candidate that looks most like the word, or NULL if none looks like it; ties go to the first.
 * candidates ends with a NULL. */
const char *scenario_suggest(const char *word, const char *const *candidates);

#endif
