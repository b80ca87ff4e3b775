#include "scenario/scenario_names.h"

#include <stdlib.h>
#include <string.h>

/* A link's ends, looked up. */
typedef struct LinkEnds {
    ScenarioRef end[2];
    uint32_t members; /* 0: a single link */
    bool broken;
} LinkEnds;

struct ScenarioNames {
    const ScenarioConfig *config;
    GHashTable *hosts, *links; /* by name, of ScenarioHost and ScenarioLink */
    LinkEnds *ends;            /* by the link's index */
};

uint32_t scenario_host_members(const ScenarioHost *host)
{
    return (uint32_t)host->count.number;
}

char *scenario_member_name(const char *name, uint32_t member)
{
    return member == 0 ? g_strdup(name) : g_strdup_printf("%s.%u", name, member);
}

/* Splits "sender.7" and "sender.*" at the dot; *out_member is 0 for no number, UINT32_MAX for the
 * star. */
static char *split(const char *text, uint32_t *out_member)
{
    const char *dot = strchr(text, '.');
    *out_member = 0;
    if (dot == NULL) {
        return g_strdup(text);
    }
    guint64 number = 0;
    if (g_str_equal(dot, ".*")) {
        *out_member = UINT32_MAX;
    } else if (g_ascii_string_to_unsigned(dot + 1, 10, 1, UINT32_MAX - 1, &number, NULL)) {
        *out_member = (uint32_t)number;
    } else {
        return NULL;
    }
    return g_strndup(text, (gsize)(dot - text));
}

/* Which members a number or star names, of a family of so many (0: no family). */
static bool choose(ScenarioRef *ref, uint32_t members, uint32_t member)
{
    bool all = member == UINT32_MAX || member == 0;
    if (members == 0) {
        return member == 0;
    }
    if (!all && member > members) {
        return false;
    }
    ref->all = all;
    ref->first = all ? 1 : member;
    ref->last = all ? members : member;
    return true;
}

bool scenario_names_host(const ScenarioNames *names, const char *text, ScenarioRef *out_ref)
{
    uint32_t member = 0;
    g_autofree char *name = split(text, &member);
    ScenarioRef ref = { .host = name == NULL ? NULL : g_hash_table_lookup(names->hosts, name) };
    if (ref.host == NULL || !choose(&ref, scenario_host_members(ref.host), member)) {
        return false;
    }
    *out_ref = ref;
    return true;
}

bool scenario_names_link(const ScenarioNames *names, const char *text, ScenarioRef *out_ref)
{
    uint32_t member = 0;
    g_autofree char *name = split(text, &member);
    ScenarioRef ref = { .link = name == NULL ? NULL : g_hash_table_lookup(names->links, name) };
    if (ref.link == NULL || !choose(&ref, scenario_names_link_members(names, ref.link), member)) {
        return false;
    }
    *out_ref = ref;
    return true;
}

uint32_t scenario_names_link_members(const ScenarioNames *names, const ScenarioLink *link)
{
    return names->ends[link->head.index].members;
}

/* The end belongs to another member of the family in each member of the link. */
static bool moves(const ScenarioRef *end)
{
    return end->last > end->first;
}

uint32_t scenario_names_end_host(const ScenarioNames *names, const ScenarioLink *link,
                                 unsigned side, uint32_t member, const ScenarioHost **out_host)
{
    const ScenarioRef *end = &names->ends[link->head.index].end[side];
    *out_host = end->host;
    return moves(end) ? member : end->first;
}

char *scenario_names_end(const ScenarioNames *names, const ScenarioLink *link, unsigned side,
                         uint32_t member)
{
    const ScenarioHost *host = NULL;
    uint32_t host_member = scenario_names_end_host(names, link, side, member, &host);
    return scenario_member_name(host->head.name, host_member);
}

bool scenario_names_end_members(const ScenarioNames *names, const ScenarioLink *link, unsigned side,
                                const char *text, uint32_t *out_first, uint32_t *out_last)
{
    const ScenarioRef *end = &names->ends[link->head.index].end[side];
    *out_first = 0;
    *out_last = MAX(names->ends[link->head.index].members, 1) - 1;
    if (g_str_equal(text, "1") || g_str_equal(text, "2")) {
        return side == (text[0] == '1' ? 0 : 1);
    }
    ScenarioRef ref;
    if (!scenario_names_host(names, text, &ref) || ref.host != end->host) {
        return false;
    }
    if (!moves(end)) {
        return end->first >= ref.first && end->last <= ref.last;
    }
    *out_first = MAX(ref.first, end->first) - 1;
    *out_last = MIN(ref.last, end->last) - 1;
    return true;
}

int scenario_names_direction(const ScenarioNames *names, const ScenarioLink *link, uint32_t member,
                             const char *end)
{
    if (g_str_equal(end, "1") || g_str_equal(end, "2")) {
        return end[0] == '1' ? 1 : 0;
    }
    ScenarioRef ref;
    if (!scenario_names_host(names, end, &ref)) {
        return -1;
    }
    const LinkEnds *ends = &names->ends[link->head.index];
    for (int side = 0; side < 2; side++) {
        const ScenarioRef *at = &ends->end[side];
        bool one = moves(at) && member > 0;
        uint32_t first = one ? member : at->first;
        uint32_t last = one ? member : at->last;
        if (at->host == ref.host && first >= ref.first && last <= ref.last) {
            return 1 - side;
        }
    }
    return -1;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *suggest(GHashTable *things, const char *text)
{
    uint32_t member = 0;
    g_autofree char *name = split(text, &member);
    g_autofree const char **keys = (const char **)g_hash_table_get_keys_as_array(things, NULL);
    /* The table's order must not show in the choice among equals. */
    qsort(keys, g_hash_table_size(things), sizeof *keys, compare_texts);
    return scenario_suggest(name == NULL ? text : name, keys);
}

const char *scenario_names_suggest_host(const ScenarioNames *names, const char *text)
{
    return suggest(names->hosts, text);
}

const char *scenario_names_suggest_link(const ScenarioNames *names, const char *text)
{
    return suggest(names->links, text);
}

static bool find_end(ScenarioNames *names, const ScenarioLink *link, unsigned side,
                     ScenarioDiag *diag)
{
    const ScenarioValue *value = scenario_item(&link->between, ScenarioValue, side);
    ScenarioRef *end = &names->ends[link->head.index].end[side];
    if (scenario_names_host(names, value->text, end)) {
        return true;
    }
    const char *meant = scenario_names_suggest_host(names, value->text);
    if (meant != NULL && !g_str_equal(meant, value->text) &&
        !(g_str_has_prefix(value->text, meant) && value->text[strlen(meant)] == '.')) {
        scenario_diag_error(diag, value->mark, N_("there is no host '%s'; did you mean '%s'?"),
                            value->text, meant);
    } else {
        scenario_diag_error(diag, value->mark, N_("there is no host '%s'"), value->text);
    }
    return false;
}

static uint32_t width(const ScenarioRef *ref)
{
    return ref->first == 0 ? 0 : ref->last - ref->first + 1;
}

static void find_ends(ScenarioNames *names, const ScenarioLink *link, ScenarioDiag *diag)
{
    LinkEnds *ends = &names->ends[link->head.index];
    bool first = find_end(names, link, 0, diag);
    bool second = find_end(names, link, 1, diag);
    ends->broken = !first || !second;
    if (ends->broken) {
        return;
    }
    const ScenarioRef *a = &ends->end[0];
    const ScenarioRef *b = &ends->end[1];
    ScenarioMark mark = scenario_item(&link->between, ScenarioValue, 1)->mark;
    if (a->host == b->host && (width(a) > 1 || width(b) > 1 || a->first == b->first)) {
        scenario_diag_error(diag, mark, N_("link '%s' joins '%s' to itself"), link->head.name,
                            a->host->head.name);
        return;
    }
    if (width(a) > 1 && width(b) > 1 && width(a) != width(b)) {
        scenario_diag_error(diag, mark, N_("link '%s' joins families of %u and of %u members"),
                            link->head.name, width(a), width(b));
        return;
    }
    ends->members = a->all || b->all ? MAX(width(a), width(b)) : 0;
}

ScenarioNames *scenario_names_new(const ScenarioConfig *config, ScenarioDiag *diag)
{
    ScenarioNames *names = g_new0(ScenarioNames, 1);
    names->config = config;
    names->hosts = g_hash_table_new(g_str_hash, g_str_equal);
    names->links = g_hash_table_new(g_str_hash, g_str_equal);
    names->ends = g_new0(LinkEnds, config->links.count);
    for (uint32_t i = 0; i < config->hosts.count; i++) {
        ScenarioHost *host = scenario_item(&config->hosts, ScenarioHost, i);
        g_hash_table_insert(names->hosts, (gpointer)host->head.name, host);
    }
    for (uint32_t i = 0; i < config->links.count; i++) {
        ScenarioLink *link = scenario_item(&config->links, ScenarioLink, i);
        find_ends(names, link, diag);
        g_hash_table_insert(names->links, (gpointer)link->head.name, link);
    }
    return names;
}

void scenario_names_free(ScenarioNames *names)
{
    if (names == NULL) {
        return;
    }
    g_hash_table_unref(names->hosts);
    g_hash_table_unref(names->links);
    g_free(names->ends);
    g_free(names);
}
