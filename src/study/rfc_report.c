#include "study/rfc.h"

#include "render/render_ladder_cells.h"
#include "trace/trace_json.h"

#include <string.h>

#define NAME_CELLS 12
#define TITLE_CELLS 52
#define COUNT_CELLS 9
#define LINE_CELLS 96
#define INDENT 4

static const char *const status_sgr[] = {
    [RFC_MET] = "32",       [RFC_DEPARTS] = "33",  [RFC_NOT_APPLICABLE] = "36",
    [RFC_MISSING] = "1;31", [RFC_NOT_BUILT] = "2",
};

static void put_padded(GString *out, const char *text, int cells)
{
    g_string_append_printf(out, "%s%*s", text, MAX(cells - ladder_cells_of(text), 1), "");
}

/* ---- the summary ---- */

/* A document: its entries may stand in several groups. */
typedef struct Document {
    char *name;
    const char *title;
    RfcCounts counts;
} Document;

typedef struct Summary {
    const RfcFilter *filter;
    GArray *documents;
} Summary;

static void clear_document(void *data)
{
    Document *document = data;
    g_free(document->name);
}

static Document *find_document(GArray *documents, const char *name)
{
    for (guint i = 0; i < documents->len; i++) {
        Document *document = &g_array_index(documents, Document, i);
        if (strcmp(document->name, name) == 0) {
            return document;
        }
    }
    return NULL;
}

static void sum_up(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    Summary *summary = data;
    if (!rfc_filter_has(summary->filter, entry)) {
        return;
    }
    g_autofree char *name = rfc_document(entry);
    Document *document = find_document(summary->documents, name);
    if (document == NULL) {
        Document fresh = { .name = g_steal_pointer(&name), .title = group->title };
        g_array_append_val(summary->documents, fresh);
        document = &g_array_index(summary->documents, Document, summary->documents->len - 1);
    }
    document->counts.of[entry->status]++;
}

static GArray *documents_of(const RfcFilter *filter)
{
    Summary summary = { filter, g_array_new(FALSE, FALSE, sizeof(Document)) };
    g_array_set_clear_func(summary.documents, clear_document);
    rfc_each(sum_up, &summary);
    return summary.documents;
}

static void put_counts(GString *out, const char *name, const char *title, const RfcCounts *counts,
                       bool colour)
{
    put_padded(out, name, NAME_CELLS);
    put_padded(out, title, TITLE_CELLS);
    for (unsigned status = 0; status < RFC_N_STATUSES; status++) {
        bool coloured = colour && counts->of[status] > 0;
        if (coloured) {
            g_string_append_printf(out, "\033[%sm", status_sgr[status]);
        }
        g_string_append_printf(out, "%*u", COUNT_CELLS, counts->of[status]);
        if (coloured) {
            g_string_append(out, "\033[0m");
        }
    }
    g_string_append_c(out, '\n');
}

static void put_head(GString *out, const Lang *lang)
{
    static const char *const heads[] = {
        [RFC_MET] = N_("met"),
        [RFC_DEPARTS] = N_("departs"),
        [RFC_NOT_APPLICABLE] = N_("n/a"),
        [RFC_MISSING] = N_("missing"),
        [RFC_NOT_BUILT] = N_("later"),
    };
    put_padded(out, "", NAME_CELLS + TITLE_CELLS);
    for (unsigned status = 0; status < RFC_N_STATUSES; status++) {
        const char *head = lang_text(lang, heads[status]);
        g_string_append_printf(out, "%*s%s", COUNT_CELLS - ladder_cells_of(head), "", head);
    }
    g_string_append_c(out, '\n');
}

void rfc_report_summary(GString *out, const RfcFilter *filter, const Lang *lang, bool colour)
{
    g_autoptr(GArray) documents = documents_of(filter);
    put_head(out, lang);
    for (guint i = 0; i < documents->len; i++) {
        const Document *document = &g_array_index(documents, Document, i);
        put_counts(out, document->name, lang_text(lang, document->title), &document->counts,
                   colour);
    }
    RfcCounts all = rfc_count(filter);
    put_counts(out, "", lang_text(lang, N_("all")), &all, colour);
}

/* ---- entries ---- */

/* Chinese breaks before any character but these. */
static bool may_begin_line(gunichar glyph)
{
    return g_unichar_iswide(glyph) && g_utf8_strchr("，。；：、）”？！", -1, glyph) == NULL;
}

/* The end of what fits a line, at a place where it may break; the text's if all fits. */
static const char *line_end(const char *text)
{
    const char *end = NULL;
    int column = INDENT;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar glyph = g_utf8_get_char(at);
        if (at > text && (glyph == ' ' || may_begin_line(glyph))) {
            end = at;
        }
        column += g_unichar_iswide(glyph) ? 2 : 1;
        if (column > LINE_CELLS && end != NULL) {
            return end;
        }
    }
    return text + strlen(text);
}

/* Text, wrapped and indented. */
static void put_wrapped(GString *out, const char *text)
{
    while (*text != '\0') {
        const char *end = line_end(text);
        g_string_append_printf(out, "%*s%.*s\n", INDENT, "", (int)(end - text), text);
        text = end + (*end == ' ');
    }
}

typedef struct Report {
    GString *out;
    const RfcFilter *filter;
    const Lang *lang;
    bool colour;
} Report;

static void put_entry(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    const Report *report = data;
    if (!rfc_filter_has(report->filter, entry)) {
        return;
    }
    g_autofree char *document = rfc_document(entry);
    const char *status = lang_text(report->lang, rfc_status_to_string(entry->status));
    g_string_append_printf(report->out, "%s  %s  %s %s  ", entry->id,
                           rfc_level_to_string(entry->level), document, entry->section);
    g_string_append_printf(report->out, report->colour ? "\033[%sm%s\033[0m\n" : "%.0s%s\n",
                           status_sgr[entry->status], status);
    put_wrapped(report->out, lang_text(report->lang, entry->what));
    if (entry->reason != NULL) {
        g_autofree char *reason = g_strdup_printf(lang_text(report->lang, N_("because %s")),
                                                  lang_text(report->lang, entry->reason));
        put_wrapped(report->out, reason);
    }
    if (entry->tests != NULL) {
        g_autofree char *tests =
            g_strdup_printf(lang_text(report->lang, N_("shown by %s")), entry->tests);
        put_wrapped(report->out, tests);
    }
}

void rfc_report_entries(GString *out, const RfcFilter *filter, const Lang *lang, bool colour)
{
    Report report = { out, filter, lang, colour };
    rfc_each(put_entry, &report);
}

/* ---- JSON ---- */

static void put_member(GString *out, const char *name, const char *text)
{
    g_string_append_printf(out, "%s\"%s\":", g_str_has_suffix(out->str, "{") ? "" : ",", name);
    trace_json_put_text(out, text);
}

static void put_tests(GString *out, const char *tests)
{
    g_auto(GStrv) names = g_strsplit(tests != NULL ? tests : "", " ", -1);
    g_string_append(out, ",\"tests\":[");
    for (size_t i = 0; names[i] != NULL; i++) {
        g_string_append(out, i > 0 ? "," : "");
        trace_json_put_text(out, names[i]);
    }
    g_string_append_c(out, ']');
}

static void put_object(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    const Report *report = data;
    GString *out = report->out;
    if (!rfc_filter_has(report->filter, entry)) {
        return;
    }
    g_autofree char *document = rfc_document(entry);
    g_string_append(out, g_str_has_suffix(out->str, "[") ? "\n{" : ",\n{");
    put_member(out, "id", entry->id);
    put_member(out, "document", document);
    put_member(out, "section", entry->section);
    put_member(out, "level", rfc_level_to_string(entry->level));
    put_member(out, "status", rfc_status_to_string(entry->status));
    put_member(out, "statement", lang_text(report->lang, entry->what));
    put_tests(out, entry->tests);
    if (entry->reason != NULL) {
        put_member(out, "reason", lang_text(report->lang, entry->reason));
    }
    if (entry->departs != NULL) {
        put_member(out, "departs_in", entry->departs);
    }
    g_string_append_c(out, '}');
}

void rfc_report_json(GString *out, const RfcFilter *filter, const Lang *lang)
{
    RfcCounts counts = rfc_count(filter);
    g_string_append(out, "{\"counts\":{");
    for (unsigned status = 0; status < RFC_N_STATUSES; status++) {
        g_string_append_printf(out, "%s\"%s\":%u", status > 0 ? "," : "",
                               rfc_status_to_string(status), counts.of[status]);
    }
    g_string_append(out, "},\"entries\":[");
    Report report = { out, filter, lang, false };
    rfc_each(put_object, &report);
    g_string_append(out, "\n]}\n");
}
