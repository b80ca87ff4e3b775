/* The words in which rows of the requirement table are written (study/rfc.h says how). */

#ifndef STUDY_RFC_ROWS_H
#define STUDY_RFC_ROWS_H

#include "study/rfc.h"

#define MUST RFC_MUST
#define MUST_NOT RFC_MUST_NOT
#define SHOULD RFC_SHOULD
#define SHOULD_NOT RFC_SHOULD_NOT
#define RECOMMENDED RFC_RECOMMENDED
#define MAY RFC_MAY
#define SPEC RFC_SPEC

#define MET RFC_MET
#define DEPARTS RFC_DEPARTS
#define NOT_APPLICABLE RFC_NOT_APPLICABLE
#define MISSING RFC_MISSING
#define NOT_BUILT RFC_NOT_BUILT

#define GROUP(title, entries)                                                                      \
    {                                                                                              \
        title, entries, G_N_ELEMENTS(entries)                                                      \
    }

#endif
