#include "lib/svg.h"

#include <string.h>

typedef struct Reader {
    Svg *svg;
    SvgElement *open;
} Reader;

static void on_start(GMarkupParseContext *context, const char *name, const char **names,
                     const char **values, gpointer data, GError **error)
{
    (void)context, (void)error;
    Reader *reader = data;
    SvgElement *element = g_new0(SvgElement, 1);
    element->name = g_strdup(name);
    element->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    element->text = g_string_new(NULL);
    element->parent = reader->open;
    for (; *names != NULL; names++, values++) {
        g_hash_table_insert(element->attributes, g_strdup(*names), g_strdup(*values));
    }
    g_ptr_array_add(reader->svg->elements, element);
    reader->open = element;
}

static void on_end(GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
    (void)context, (void)name, (void)error;
    Reader *reader = data;
    reader->open = reader->open->parent;
}

static void on_text(GMarkupParseContext *context, const char *text, gsize len, gpointer data,
                    GError **error)
{
    (void)context, (void)error;
    Reader *reader = data;
    for (SvgElement *element = reader->open; element != NULL; element = element->parent) {
        g_string_append_len(element->text, text, (gssize)len);
    }
}

static void free_element(gpointer data)
{
    SvgElement *element = data;
    g_free(element->name);
    g_hash_table_unref(element->attributes);
    g_string_free(element->text, TRUE);
    g_free(element);
}

Svg *svg_read(const char *text)
{
    static const GMarkupParser parser = { .start_element = on_start,
                                          .end_element = on_end,
                                          .text = on_text };
    Reader reader = { .svg = g_new0(Svg, 1) };
    reader.svg->elements = g_ptr_array_new_with_free_func(free_element);
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &reader, NULL);
    g_autoptr(GError) error = NULL;
    g_markup_parse_context_parse(context, text, (gssize)strlen(text), &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
    return reader.svg;
}

void svg_free(Svg *svg)
{
    g_ptr_array_unref(svg->elements);
    g_free(svg);
}

const char *svg_attribute(const SvgElement *element, const char *name)
{
    const char *value = g_hash_table_lookup(element->attributes, name);
    return value != NULL ? value : "";
}

gint64 svg_number(const SvgElement *element, const char *name)
{
    gint64 number = 0;
    g_assert_true(g_ascii_string_to_signed(svg_attribute(element, name), 10, G_MININT64, G_MAXINT64,
                                           &number, NULL));
    return number;
}

gboolean svg_has_class(const SvgElement *element, const char *class)
{
    g_auto(GStrv) classes = g_strsplit(svg_attribute(element, "class"), " ", -1);
    return g_strv_contains((const char *const *)classes, class);
}

const SvgElement *svg_find(const Svg *svg, const char *class, const char *name, const char *value,
                           guint n)
{
    for (guint i = 0; i < svg->elements->len; i++) {
        const SvgElement *element = g_ptr_array_index(svg->elements, i);
        if (svg_has_class(element, class) &&
            (name == NULL || g_str_equal(svg_attribute(element, name), value)) && n-- == 0) {
            return element;
        }
    }
    return NULL;
}

guint svg_count(const Svg *svg, const char *class)
{
    guint count = 0;
    while (svg_find(svg, class, NULL, NULL, count) != NULL) {
        count++;
    }
    return count;
}

const SvgElement *svg_within(const Svg *svg, const SvgElement *outer, const char *class)
{
    for (guint i = 0; i < svg->elements->len; i++) {
        const SvgElement *element = g_ptr_array_index(svg->elements, i), *at = element;
        while (at != NULL && at != outer) {
            at = at->parent;
        }
        if (at == outer && element != outer && svg_has_class(element, class)) {
            return element;
        }
    }
    return NULL;
}
