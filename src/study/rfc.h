/* What the stack owes its documents, and how it stands: every labelled requirement of RFC 9293, and
 * testable statements of the other RFCs, each with a status and the tests that show it.
 *
 * A row, in rfc_*.c:
 *
 *     { "RFC6298-RTO-INIT-1", SHOULD, "2.1", MET, "/tcp/rtt/before-first-sample",
 *       N_("Before any RTT sample the RTO is 1 s") },
 *
 * is: id, level, section, status, tests, statement in our words; then, by name, `.reason` unless it
 * is met, and `.departs`, the file whose "Departs:" comment says the same. Tests are names in TAP,
 * several with blanks between, or scenario:NAME for a shipped scenario whose `expect:` shows it. A
 * test that is named after an id and exists suffices: "/tcp/cookies/RFC4987-COOKIE-MADE-1".
 * tests/study/test-rfc.sh refuses a row without a status or test, a test that nobody lists, and a
 * "Departs:" without a row. */

#ifndef STUDY_RFC_H
#define STUDY_RFC_H

#include "sim/lang.h"

#include <stdbool.h>

typedef enum RfcLevel {
    RFC_MUST,
    RFC_MUST_NOT,
    RFC_SHOULD,
    RFC_SHOULD_NOT,
    RFC_RECOMMENDED,
    RFC_MAY,
    RFC_SPEC, /* told as an algorithm, a format or in prose, without such a word */
    RFC_N_LEVELS
} RfcLevel;

typedef enum RfcStatus {
    RFC_MET,
    RFC_DEPARTS,        /* on purpose */
    RFC_NOT_APPLICABLE, /* to what wirelab has, or a MAY that it makes no use of */
    RFC_MISSING,
    RFC_NOT_BUILT, /* the protocol or queue that it is about does not exist yet */
    RFC_N_STATUSES
} RfcStatus;

typedef struct RfcEntry {
    const char *id;
    RfcLevel level;
    const char *section;
    RfcStatus status;
    const char *tests;   /* with blanks between; NULL: none */
    const char *what;    /* msgid */
    const char *reason;  /* msgid; NULL: none */
    const char *departs; /* a file of the source; NULL: none */
} RfcEntry;

/* Statements that belong together. */
typedef struct RfcGroup {
    const char *title; /* msgid; NULL ends a list of groups */
    const RfcEntry *entries;
    size_t count;
} RfcGroup;

/* Each list of groups is a file. */
extern const RfcGroup rfc_groups_9293[];
extern const RfcGroup rfc_groups_internet[];
extern const RfcGroup rfc_groups_tcp[];
extern const RfcGroup rfc_groups_recovery[];
extern const RfcGroup rfc_groups_congestion[];
extern const RfcGroup rfc_groups_later[];

typedef void (*RfcFn)(const RfcGroup *group, const RfcEntry *entry, void *data);
/* Calls fn for every entry, group by group. */
void rfc_each(RfcFn fn, void *data);

/* The document that the id names: "RFC 9293", "BBR". Free with g_free(). */
char *rfc_document(const RfcEntry *entry);
const char *rfc_level_to_string(RfcLevel level);    /* "MUST NOT" */
const char *rfc_status_to_string(RfcStatus status); /* msgid: "not applicable" */

/* What `wirelab rfc WORD...` is asked for: entries of any of these documents (9293, RFC9293, bbr),
 * and of them those with one of these ids, if there are any. */
typedef struct RfcFilter {
    const char *const *words; /* NULL-terminated, borrowed */
} RfcFilter;
bool rfc_filter_has(const RfcFilter *filter, const RfcEntry *entry);
/* The first word that no entry answers to; NULL: there is none. */
const char *rfc_filter_unknown(const RfcFilter *filter);

/* Entries by status. */
typedef struct RfcCounts {
    unsigned of[RFC_N_STATUSES];
} RfcCounts;
RfcCounts rfc_count(const RfcFilter *filter);

/* ---- showing (rfc_report.c); all append to out ---- */

/* A line for each document, and one for all. */
void rfc_report_summary(GString *out, const RfcFilter *filter, const Lang *lang, bool colour);
/* Each entry in full. */
void rfc_report_entries(GString *out, const RfcFilter *filter, const Lang *lang, bool colour);
/* All of it as one JSON object, an entry a line. */
void rfc_report_json(GString *out, const RfcFilter *filter, const Lang *lang);

#endif
