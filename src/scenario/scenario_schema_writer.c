/* The few shapes of JSON that a schema is made of. */

#include "scenario/scenario_schema_inner.h"

void scenario_schema_put_text(ScenarioSchemaWriter *writer, const char *name, const char *value)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_add_string_value(writer->json, value);
}

void scenario_schema_put_int(ScenarioSchemaWriter *writer, const char *name, int64_t value)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_add_int_value(writer->json, value);
}

void scenario_schema_begin_object(ScenarioSchemaWriter *writer, const char *name)
{
    if (name != NULL) {
        json_builder_set_member_name(writer->json, name);
    }
    json_builder_begin_object(writer->json);
}

void scenario_schema_begin_array(ScenarioSchemaWriter *writer, const char *name)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_begin_array(writer->json);
}

void scenario_schema_end_object(ScenarioSchemaWriter *writer)
{
    json_builder_end_object(writer->json);
}

void scenario_schema_end_array(ScenarioSchemaWriter *writer)
{
    json_builder_end_array(writer->json);
}

void scenario_schema_put_type(ScenarioSchemaWriter *writer, const char *type)
{
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_put_text(writer, "type", type);
    scenario_schema_end_object(writer);
}
