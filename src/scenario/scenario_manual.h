/* The keys explained, from the table: for `wirelab explain`, and as the manual page
 * wirelab-scenario(5). */

#ifndef SCENARIO_SCENARIO_MANUAL_H
#define SCENARIO_SCENARIO_MANUAL_H

#include "sim/lang.h"

/* What stands under a key named by its path; the names of things in it may be anything:
 * "links.*.delay", "links.wire.delay", "apps.client.send". NULL: there is no such key, and
 * *out_meant, owned by the caller, is the one that was probably meant, or NULL. Owned by the
 * caller. */
char *scenario_explain(const char *path, const Lang *lang, char **out_meant);

/* All keys, a line each. Owned by the caller. */
char *scenario_explain_all(const Lang *lang);

/* The manual page, in the language of man(7). Owned by the caller. */
char *scenario_manual_page(const Lang *lang);

#endif
