#include "scenario/scenario_program.h"

#include "scenario/scenario_keys.h"
#include "scenario/scenario_read.h"
#include "scenario/scenario_value.h"

#include <string.h>

/* "receiver.*:80" for member 7 is "receiver.7:80". */
static const char *place_member(ScenarioDoc *doc, const char *text, uint32_t member)
{
    const char *star = text == NULL || member == 0 ? NULL : strchr(text, '*');
    if (star == NULL) {
        return text;
    }
    g_autofree char *placed =
        g_strdup_printf("%.*s%u%s", (int)(star - text), text, member, star + 1);
    return scenario_doc_text(doc, placed);
}

/* "server:80" -> "server" and 80; checked already. */
static void split_host_port(ScenarioDoc *doc, const char *text, const char **out_host,
                            uint16_t *out_port)
{
    const char *colon = strrchr(text, ':');
    g_autofree char *host = g_strndup(text, (gsize)(colon - text));
    *out_host = scenario_doc_text(doc, host);
    *out_port = (uint16_t)g_ascii_strtoull(colon + 1, NULL, 10);
}

/* The step in the scenario's words: the verb's own value, then what differs from the defaults.
 * Values are written in one way only, so that the resolved scenario leaves the same trace. */
static const char *words_of(ScenarioDoc *doc, const ScenarioStep *step, const ScenarioKey *verb,
                            uint32_t member)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (const ScenarioKey *key = verb->map->keys; key->spec.name != NULL; key++) {
        const ScenarioValue *value =
            (const ScenarioValue *)(const void *)((const uint8_t *)step + key->offset);
        bool brief = verb->map->brief != NULL && g_str_equal(verb->map->brief, key->spec.name);
        if (key->form != SCENARIO_FORM_VALUE || (!brief && scenario_value_is_default(key, value))) {
            continue;
        }
        g_autofree char *text = scenario_value_format(key, value);
        if (text == NULL) {
            continue;
        }
        g_string_append_printf(words, "%s%s%s%s", words->len == 0 ? "" : " ",
                               brief ? "" : key->spec.name, brief ? "" : " ",
                               place_member(doc, text, member));
    }
    return scenario_doc_text(doc, words->str);
}

static const ScenarioKey *verb_of(const ScenarioStep *step)
{
    const ScenarioKey *key = scenario_map_step.keys;
    while (key->variant != step->kind) {
        key++;
    }
    return key;
}

typedef struct Flattener {
    ScenarioDoc *doc;
    uint32_t member;
    GArray *steps; /* of AppStep */
    GArray *marks; /* of ScenarioMark */
} Flattener;

static void add_step(Flattener *flat, const ScenarioStep *from, const AppStep *step)
{
    g_array_append_vals(flat->steps, step, 1);
    g_array_append_vals(flat->marks, &from->mark, 1);
}

/* One option is one step. */
static void add_settings(Flattener *flat, const ScenarioStep *from)
{
    uint32_t i = 0;
    for (const ScenarioKey *key = scenario_map_tcp.keys; key->tcp_set != NULL; key++, i++) {
        const ScenarioValue *value = &from->tcp->values[i];
        if (value->given) {
            g_autofree char *text = scenario_value_format(key, value);
            g_autofree char *words = g_strdup_printf("%s %s", key->spec.name, text);
            const AppStep step = { .kind = APP_STEP_SET,
                                   .text = scenario_doc_text(flat->doc, words),
                                   .set = key->tcp_set,
                                   .value = value->number };
            add_step(flat, from, &step);
        }
    }
}

static void set_wait(AppStep *step, const ScenarioValue *wait_for)
{
    if (wait_for->number < 0) {
        step->wait_event = true;
        step->until = (SocketEvent)(-1 - wait_for->number);
    } else {
        step->time_ns = wait_for->number;
    }
}

static AppStep make_step(Flattener *flat, const ScenarioStep *from)
{
    AppStep step = {
        .kind = (AppStepKind)from->kind,
        .text = words_of(flat->doc, from, verb_of(from), flat->member),
        .port = (uint16_t)from->port.number,
        .host = from->address.text,
        .bytes = from->bytes.number == INT64_MAX ? UINT64_MAX : (uint64_t)from->bytes.number,
        .chunk_bytes = (uint64_t)from->chunk_bytes.number,
        .literal = from->text.text,
        .time_ns = from->every_ns.number,
        .expect = (SocketError)from->expect.number,
    };
    if (step.literal != NULL) {
        step.bytes = strlen(step.literal);
    }
    if (from->to.text != NULL) {
        split_host_port(flat->doc, place_member(flat->doc, from->to.text, flat->member), &step.host,
                        &step.port);
    }
    switch (from->kind) {
    case APP_STEP_LISTEN:
        step.count = (uint32_t)from->backlog.number;
        break;
    case APP_STEP_RECEIVE_FROM:
    case APP_STEP_REPEAT:
        step.count = (uint32_t)from->times.number;
        break;
    case APP_STEP_CONNECT:
        step.no_wait = from->waits.number == 0;
        break;
    case APP_STEP_AT:
        step.time_ns = from->at_ns.number;
        break;
    case APP_STEP_WAIT:
        set_wait(&step, &from->wait_for);
        break;
    default:
        break;
    }
    return step;
}

static void flatten(Flattener *flat, const ScenarioList *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const ScenarioStep *from = scenario_item(steps, ScenarioStep, i);
        if (from->kind == APP_STEP_SET) {
            add_settings(flat, from);
            continue;
        }
        AppStep step = make_step(flat, from);
        guint at = flat->steps->len;
        add_step(flat, from, &step);
        flatten(flat, &from->body);
        g_array_index(flat->steps, AppStep, at).body = flat->steps->len - at - 1;
    }
}

ScenarioSteps scenario_program_steps(const Scenario *scenario, const ScenarioProgram *program,
                                     uint32_t member)
{
    Flattener flat = { .doc = scenario->doc, .member = member };
    flat.steps = g_array_new(FALSE, FALSE, sizeof(AppStep));
    flat.marks = g_array_new(FALSE, FALSE, sizeof(ScenarioMark));
    flatten(&flat, &program->steps);
    ScenarioSteps out = { .count = flat.steps->len };
    out.steps = scenario_doc_alloc(scenario->doc, MAX(out.count, 1) * sizeof *out.steps);
    out.marks = scenario_doc_alloc(scenario->doc, MAX(out.count, 1) * sizeof *out.marks);
    for (uint32_t i = 0; i < out.count; i++) {
        out.steps[i] = g_array_index(flat.steps, AppStep, i);
        out.marks[i] = g_array_index(flat.marks, ScenarioMark, i);
    }
    g_array_unref(flat.steps);
    g_array_unref(flat.marks);
    return out;
}

const SimParams *scenario_program_params(const Scenario *scenario, const ScenarioProgram *program,
                                         uint32_t member)
{
    ScenarioPart part = program->app;
    uint32_t count = 0;
    while (part.specs != NULL && part.specs[count].name != NULL) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    part.values = scenario_doc_alloc(scenario->doc, count * sizeof *part.values);
    for (uint32_t i = 0; i < count; i++) {
        part.values[i] = program->app.values[i];
        if (part.specs[i].unit == SIM_UNIT_HOST_PORT || part.specs[i].unit == SIM_UNIT_TEXT) {
            part.values[i].text = place_member(scenario->doc, part.values[i].text, member);
        }
    }
    return scenario_part_params(scenario->doc, &part);
}

char *scenario_program_name(const char *host, uint32_t index)
{
    return index == 0 ? g_strdup(host) : g_strdup_printf("%s#%u", host, index + 1);
}
