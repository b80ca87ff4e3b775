#include "study/rfc.h"

#include <string.h>

static const RfcGroup *const lists[] = { rfc_groups_9293,       rfc_groups_internet,
                                         rfc_groups_tcp,        rfc_groups_recovery,
                                         rfc_groups_congestion, rfc_groups_later };

static const char *const level_names[] = {
    [RFC_MUST] = "MUST",
    [RFC_MUST_NOT] = "MUST NOT",
    [RFC_SHOULD] = "SHOULD",
    [RFC_SHOULD_NOT] = "SHOULD NOT",
    [RFC_RECOMMENDED] = "RECOMMENDED",
    [RFC_MAY] = "MAY",
    [RFC_SPEC] = "SPEC",
};

static const char *const status_names[] = {
    [RFC_MET] = N_("met"),
    [RFC_DEPARTS] = N_("departs"),
    [RFC_NOT_APPLICABLE] = N_("not applicable"),
    [RFC_MISSING] = N_("missing"),
    [RFC_NOT_BUILT] = N_("not built yet"),
};

const char *rfc_level_to_string(RfcLevel level)
{
    g_assert(level < RFC_N_LEVELS);
    return level_names[level];
}

const char *rfc_status_to_string(RfcStatus status)
{
    g_assert(status < RFC_N_STATUSES);
    return status_names[status];
}

void rfc_each(RfcFn fn, void *data)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (const RfcGroup *group = lists[i]; group->title != NULL; group++) {
            for (size_t entry = 0; entry < group->count; entry++) {
                fn(group, &group->entries[entry], data);
            }
        }
    }
}

/* The labels of RFC 9293 (MUST-1) carry no number of a document; drafts have a name. */
char *rfc_document(const RfcEntry *entry)
{
    static const char *const labels[] = { "MUST", "SHLD", "MAY", "REC", NULL };
    g_autofree char *name = g_strndup(entry->id, strcspn(entry->id, "-"));
    if (g_strv_contains(labels, name)) {
        return g_strdup("RFC 9293");
    }
    return g_str_has_prefix(name, "RFC") ? g_strconcat("RFC ", name + strlen("RFC"), NULL)
                                         : g_steal_pointer(&name);
}

/* ---- filters ---- */

static bool is_document(const char *word, const char *document)
{
    const char *number = g_ascii_strncasecmp(word, "RFC", 3) == 0 ? word + 3 : word;
    bool numbered = g_str_has_prefix(document, "RFC ");
    return g_ascii_strcasecmp(number, numbered ? document + 4 : document) == 0;
}

/* The words are of two kinds; an entry has to answer to one of each kind that is there. */
bool rfc_filter_has(const RfcFilter *filter, const RfcEntry *entry)
{
    g_autofree char *document = rfc_document(entry);
    bool any_id = false, any_document = false, id = false, of_document = false;
    for (const char *const *word = filter->words; *word != NULL; word++) {
        bool is_id = strchr(*word, '-') != NULL;
        any_id |= is_id;
        any_document |= !is_id;
        id |= is_id && g_ascii_strcasecmp(*word, entry->id) == 0;
        of_document |= !is_id && is_document(*word, document);
    }
    return (!any_id || id) && (!any_document || of_document);
}

typedef struct Search {
    const char *word;
    bool found;
} Search;

static void search(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    Search *wanted = data;
    const char *const words[] = { wanted->word, NULL };
    wanted->found |= rfc_filter_has(&(RfcFilter){ words }, entry);
}

const char *rfc_filter_unknown(const RfcFilter *filter)
{
    for (const char *const *word = filter->words; *word != NULL; word++) {
        Search wanted = { .word = *word };
        rfc_each(search, &wanted);
        if (!wanted.found) {
            return *word;
        }
    }
    return NULL;
}

typedef struct Counting {
    const RfcFilter *filter;
    RfcCounts counts;
} Counting;

static void count(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    Counting *counting = data;
    if (rfc_filter_has(counting->filter, entry)) {
        counting->counts.of[entry->status]++;
    }
}

RfcCounts rfc_count(const RfcFilter *filter)
{
    Counting counting = { .filter = filter };
    rfc_each(count, &counting);
    return counting.counts;
}
