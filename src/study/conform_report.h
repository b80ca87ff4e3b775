/* What wirelab conform shows: the grid as a table, single cells in words, all of it as JSON. */

#ifndef STUDY_CONFORM_REPORT_H
#define STUDY_CONFORM_REPORT_H

#include "study/conform.h"

/* results: an array of ConformResult in the order of conform_cells(). All append to out. */

/* A block for each state with a row for each kind and acknowledgement, and what its signs mean. */
void conform_report_table(GString *out, const GArray *results, const Lang *lang, bool colour);
/* A cell in words: the segment, what is expected and why, and what was seen if that is another
 * thing. */
void conform_report_cell(GString *out, const ConformResult *result, const Lang *lang);
/* How many cells are as expected, chosen, wrong. */
void conform_report_summary(GString *out, const GArray *results, const Lang *lang);
/* All of it as one JSON object. */
void conform_report_json(GString *out, const GArray *results, const Lang *lang);

/* Cells with this verdict. */
unsigned conform_report_count(const GArray *results, ConformVerdict verdict);

#endif
