/* Protects: the requirement table is whole and honest: no row without what its status needs, every
 * label of RFC 9293 there once, none of its MUSTs and SHOULDs left open. */

#include "study/rfc.h"

#include <string.h>

/* Looks at every entry; what is wrong is appended to a text. */
static void expect_of_each(RfcFn fn)
{
    g_autoptr(GString) wrong = g_string_new(NULL);
    rfc_each(fn, wrong);
    g_assert_cmpstr(wrong->str, ==, "");
}

static void check_row(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    const char *lacks = NULL;
    if (entry->id == NULL || entry->section == NULL || entry->what == NULL) {
        lacks = "a part";
    } else if (entry->status == RFC_MET && entry->tests == NULL) {
        lacks = "a test";
    } else if (entry->status != RFC_MET && entry->reason == NULL) {
        lacks = "a reason";
    } else if (entry->departs != NULL && entry->reason == NULL) {
        lacks = "a reason";
    } else if (entry->status >= RFC_MISSING && entry->tests != NULL) {
        lacks = "a status that fits its test";
    }
    if (lacks != NULL) {
        g_string_append_printf(data, "%s lacks %s\n", entry->id, lacks);
    }
}

static void test_rows(void)
{
    expect_of_each(check_row);
}

static void count_id(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(data, entry->id));
    g_hash_table_insert(data, (void *)entry->id, GUINT_TO_POINTER(count + 1));
}

/* Appendix B of RFC 9293. */
static void test_labels(void)
{
    static const struct {
        const char *prefix;
        unsigned last;
    } labels[] = { { "MUST", 69 }, { "SHLD", 31 }, { "MAY", 18 }, { "REC", 1 } };
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    rfc_each(count_id, counts);
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        for (unsigned number = 1; number <= labels[i].last; number++) {
            g_autofree char *id = g_strdup_printf("%s-%u", labels[i].prefix, number);
            g_assert_true(g_hash_table_contains(counts, id));
        }
    }
    GHashTableIter iter;
    void *id, *count;
    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &id, &count)) {
        if (GPOINTER_TO_UINT(count) != 1) {
            g_error("%s stands %u times", (char *)id, GPOINTER_TO_UINT(count));
        }
    }
}

static void check_open(const RfcGroup *group, const RfcEntry *entry, void *data)
{
    g_autofree char *document = rfc_document(entry);
    if (entry->level != RFC_MAY && entry->status == RFC_MISSING &&
        strcmp(document, "RFC 9293") == 0) {
        g_string_append_printf(data, "%s is missing\n", entry->id);
    }
}

/* No MUST and no SHOULD of RFC 9293 is untested. */
static void test_9293_is_whole(void)
{
    expect_of_each(check_open);
}

/* Of the others, at least nine of ten that are about what exists. */
static void test_nine_of_ten(void)
{
    static const char *const all[] = { NULL };
    RfcCounts counts = rfc_count(&(RfcFilter){ all });
    unsigned open = counts.of[RFC_MISSING];
    unsigned about = counts.of[RFC_MET] + counts.of[RFC_DEPARTS] + open;
    g_assert_cmpuint(10 * open, <=, about);
}

static void test_filter(void)
{
    static const char *const words[] = { "rfc6298", "RFC6298-RTO-INIT-1", "RFC2018-SACK-GEN-1",
                                         NULL };
    static const char *const label[] = { "must-7", NULL };
    static const char *const unknown[] = { "9293", "MUST-70", NULL };
    RfcCounts counts = rfc_count(&(RfcFilter){ words });
    g_assert_cmpuint(counts.of[RFC_MET], ==, 1);
    counts = rfc_count(&(RfcFilter){ label });
    g_assert_cmpuint(counts.of[RFC_MET], ==, 1);
    g_assert_cmpstr(rfc_filter_unknown(&(RfcFilter){ unknown }), ==, "MUST-70");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/study/rfc/rows", test_rows);
    g_test_add_func("/study/rfc/labels", test_labels);
    g_test_add_func("/study/rfc/9293-is-whole", test_9293_is_whole);
    g_test_add_func("/study/rfc/nine-of-ten", test_nine_of_ten);
    g_test_add_func("/study/rfc/filter", test_filter);
    return g_test_run();
}
