/* What the files of the table have in common: how a row is written, and the maps, words and rows
 * that more than one of them needs. For scenario_keys*.c alone. */

#ifndef SCENARIO_SCENARIO_KEYS_TABLE_H
#define SCENARIO_SCENARIO_KEYS_TABLE_H

#include "scenario/scenario_keys.h"
#include "sim/lang.h"

#define FIELD(type, field) .offset = offsetof(type, field)
#define MAX_NS SIM_PARAM_MAX_NS
#define MAX_BPS SIM_PARAM_MAX_BPS
#define MAX_BYTES SIM_PARAM_MAX_BYTES
#define MAX_COUNT 1000000
#define MAX_PPB 1000000000
#define MAX_U32 UINT32_MAX

/* The maps under the keys of the top. */
extern const ScenarioMap scenario_map_topology, scenario_map_programs, scenario_map_fault,
    scenario_map_inject, scenario_map_event, scenario_map_expect;
/* A link of a ready-made topology. */
extern const ScenarioMap scenario_map_topology_link;

/* The word, and what it stands for. */
extern const ScenarioWord scenario_word_auto_0[], scenario_word_none_0[], scenario_word_forever_0[],
    scenario_word_all_0[];

/* By ScenarioHostKind; ends with a NULL. */
extern const char *const scenario_host_kinds[];

/* Which link, and which direction of it: fields of the struct `type`. */
#define LINK_ROW(type, required_)                                                                  \
    {                                                                                              \
        .spec = { "link", SIM_UNIT_TEXT, .required = required_, .help = N_("Which link.") },       \
        FIELD(type, link), .syntax = SCENARIO_SYNTAX_HOST                                          \
    }
#define TOWARD_ROW(type, required_)                                                                \
    {                                                                                              \
        .spec = { "toward", SIM_UNIT_TEXT, .required = required_,                                  \
                  .help = N_("In which direction: toward this end.") },                            \
        FIELD(type, toward), .syntax = SCENARIO_SYNTAX_END                                         \
    }

#endif
