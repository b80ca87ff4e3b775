/* Hosts and links by name. A family (count: 100) has the members sender.1 to sender.100; "sender.*"
 * and plain "sender" name all of them. A link between a family and something else is a family of
 * links. */

#ifndef SCENARIO_SCENARIO_NAMES_H
#define SCENARIO_SCENARIO_NAMES_H

#include "scenario/scenario_config.h"

typedef struct ScenarioNames ScenarioNames;

/* Looks the ends of links up; ends that do not exist, or do not fit together, are added to diag,
 * and the link then has no members. config is borrowed. */
ScenarioNames *scenario_names_new(const ScenarioConfig *config, ScenarioDiag *diag);
void scenario_names_free(ScenarioNames *names);

/* What a name stands for: a single thing (first and last are 0), or members first to last. */
typedef struct ScenarioRef {
    const ScenarioHost *host; /* or */
    const ScenarioLink *link;
    uint32_t first, last;
    bool all; /* the whole family was named, be it of one */
} ScenarioRef;

/* False: there is no such host, or member. */
bool scenario_names_host(const ScenarioNames *names, const char *text, ScenarioRef *out_ref);
bool scenario_names_link(const ScenarioNames *names, const char *text, ScenarioRef *out_ref);

/* Members of a host's family; 0: it is none. */
uint32_t scenario_host_members(const ScenarioHost *host);
/* Members of a link's family; 0: it is none. */
uint32_t scenario_names_link_members(const ScenarioNames *names, const ScenarioLink *link);
/* The host at an end (0, 1) of a link's member (0: the link itself): "sender.7". Owned by the
 * caller. */
char *scenario_names_end(const ScenarioNames *names, const ScenarioLink *link, unsigned side,
                         uint32_t member);
/* The same as a host, returning which member of its family (0: it is none). */
uint32_t scenario_names_end_host(const ScenarioNames *names, const ScenarioLink *link,
                                 unsigned side, uint32_t member, const ScenarioHost **out_host);
/* The members of a link, counted from 0, whose end on that side the text names ("server",
 * "sender.*", "1"). False: none. */
bool scenario_names_end_members(const ScenarioNames *names, const ScenarioLink *link, unsigned side,
                                const char *text, uint32_t *out_first, uint32_t *out_last);
/* The direction of a link's member (0: of all) that leads toward this end ("server", "sender.*",
 * "1"): wire 0 or 1; -1: that is no end of it. */
int scenario_names_direction(const ScenarioNames *names, const ScenarioLink *link, uint32_t member,
                             const char *end);

/* "sender.7", or "sender" for member 0. Owned by the caller. */
char *scenario_member_name(const char *name, uint32_t member);

/* The host name most like this one, for a suggestion; NULL: none. */
const char *scenario_names_suggest_host(const ScenarioNames *names, const char *text);
const char *scenario_names_suggest_link(const ScenarioNames *names, const char *text);

#endif
