/* A failed assertion is a bug of wirelab: it ends with a message and exit status 5 instead of a
 * core. */

#ifndef CLI_CLI_ABORT_H
#define CLI_CLI_ABORT_H

#include "sim/lang.h"

/* Catches SIGABRT, SIGSEGV and their like for the rest of the process. */
void cli_abort_install(const Lang *lang);

#endif
