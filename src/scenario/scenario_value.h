/* One scalar, by the key it stands under: unit, range, words, syntax. Strict YAML 1.2 core rules:
 * only `true` and `false` are booleans, numbers are decimal, and a number in quotes is a text. */

#ifndef SCENARIO_SCENARIO_VALUE_H
#define SCENARIO_SCENARIO_VALUE_H

#include "scenario/scenario_doc.h"
#include "scenario/scenario_keys.h"

typedef struct ScenarioValueReader ScenarioValueReader;

ScenarioValueReader *scenario_value_reader_new(ScenarioDoc *doc, ScenarioDiag *diag);
void scenario_value_reader_free(ScenarioValueReader *reader);

/* Reads the node by the key's rules. What is wrong is added to the diagnostics, and *out is
 * untouched. */
void scenario_value_read(ScenarioValueReader *reader, const ScenarioKey *key,
                         const ScenarioNode *node, ScenarioValue *out);

/* The value as it would be written, in one way only: "20ms", "until-eof", "true", "server:80". NULL
 * for one that is not there: no text, or a number that nobody could write. Owned by the caller. */
char *scenario_value_format(const ScenarioKey *key, const ScenarioValue *value);
/* Whether the value says what would hold without it. */
bool scenario_value_is_default(const ScenarioKey *key, const ScenarioValue *value);

/* Whether the text is what the syntax wants. */
bool scenario_value_matches(ScenarioValueReader *reader, ScenarioSyntax syntax, const char *text);
/* The same, and says so if not. */
bool scenario_value_check_syntax(ScenarioValueReader *reader, ScenarioSyntax syntax,
                                 const char *text, ScenarioMark mark);

#endif
