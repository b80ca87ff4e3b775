/* What torture has found, for people, for programs, and as scenarios that show it again. */

#ifndef STUDY_TORTURE_TEXT_H
#define STUDY_TORTURE_TEXT_H

#include "study/torture_sweep.h"

/* A fault as an entry of `faults:`: "{link: wire, toward: server, nth: 2, do: drop}". Owned by the
 * caller. */
char *torture_fault_text(const TortureBase *base, const TortureFault *fault);

/* files: where each failure was written, in their order; a NULL ends them early. */
GString *torture_report_text(const TortureBase *base, const TortureReport *report,
                             const GPtrArray *files, const Lang *lang);
GString *torture_report_json(const TortureBase *base, const TortureReport *report,
                             const GPtrArray *files);

/* A scenario that runs into a failure by its own faults, with what is wrong as a comment, and
 * nothing that the torture's scenario expects. */
GString *torture_case_yaml(const TortureBase *base, const TortureFailure *failure,
                           const Lang *lang);

#endif
