/* What the files that write the schema have in common. For scenario_schema*.c alone. */

#ifndef SCENARIO_SCENARIO_SCHEMA_INNER_H
#define SCENARIO_SCENARIO_SCHEMA_INNER_H

#include "scenario/scenario_keys.h"
#include "scenario/scenario_schema.h"

#include <json-glib/json-glib.h>

typedef struct ScenarioSchemaWriter {
    JsonBuilder *json;
    const Lang *lang;
    GPtrArray *maps; /* of const ScenarioMap, in the order in which they were first needed */
} ScenarioSchemaWriter;

/* ---- scenario_schema_writer.c: JSON ---- */

/* A member of the open object. */
void scenario_schema_put_text(ScenarioSchemaWriter *writer, const char *name, const char *value);
void scenario_schema_put_int(ScenarioSchemaWriter *writer, const char *name, int64_t value);
/* An object: in the open object, or, if name is NULL, in the open array. */
void scenario_schema_begin_object(ScenarioSchemaWriter *writer, const char *name);
/* An array in the open object. */
void scenario_schema_begin_array(ScenarioSchemaWriter *writer, const char *name);
void scenario_schema_end_object(ScenarioSchemaWriter *writer);
void scenario_schema_end_array(ScenarioSchemaWriter *writer);
/* In the open array, a schema that says the type only. */
void scenario_schema_put_type(ScenarioSchemaWriter *writer, const char *type);

/* ---- scenario_schema_forms.c: what stands behind a key ---- */

/* "a fault" -> "fault", "the programs of a host" -> "programs-of-a-host". Owned by the caller. */
char *scenario_schema_definition_name(const ScenarioMap *map);
/* In the open array, a reference to the definition of the map, which is written later. */
void scenario_schema_add_reference(ScenarioSchemaWriter *writer, const ScenarioMap *map);
/* Allows the keys that mean nothing: "x-author". */
void scenario_schema_put_free_keys(ScenarioSchemaWriter *writer);
/* In the open object, what may stand behind the key. */
void scenario_schema_put_form(ScenarioSchemaWriter *writer, const ScenarioKey *key);
/* The same as a member, with its description. */
void scenario_schema_put_key(ScenarioSchemaWriter *writer, const ScenarioKey *key);

#endif
