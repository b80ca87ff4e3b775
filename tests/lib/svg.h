/* A picture as a test sees it: its elements in order, with their attributes and texts. */

#ifndef TESTS_LIB_SVG_H
#define TESTS_LIB_SVG_H

#include <glib.h>

typedef struct SvgElement {
    char *name;
    GHashTable *attributes; /* texts */
    GString *text;          /* of the element and all within */
    struct SvgElement *parent;
} SvgElement;

typedef struct Svg {
    GPtrArray *elements; /* of SvgElement, parents before what they hold */
} Svg;

/* Fails if the text is not well-formed. */
Svg *svg_read(const char *text);
void svg_free(Svg *svg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Svg, svg_free)

/* An attribute, or "" without it; as a whole number, the test fails if it is none. */
const char *svg_attribute(const SvgElement *element, const char *name);
gint64 svg_number(const SvgElement *element, const char *name);
gboolean svg_has_class(const SvgElement *element, const char *class);

/* The n-th element (from 0) with this class and, unless name is NULL, this attribute; or NULL. */
const SvgElement *svg_find(const Svg *svg, const char *class, const char *name, const char *value,
                           guint n);
guint svg_count(const Svg *svg, const char *class);
/* The first element of this class within another. */
const SvgElement *svg_within(const Svg *svg, const SvgElement *outer, const char *class);

#endif
