#include "cli/cli_abort.h"

#include "cli/cli.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Not from the catalogue: looking something up may be what failed. */
static const char english[] =
    "wirelab: this is a bug in wirelab. Please report it with the scenario, "
    "the seed and the lines above.\n";
static const char chinese[] =
    "wirelab: 这是 wirelab 自身的错误。请连同场景、种子和以上各行一并报告。\n";

/* A handler has no argument of its own and may hardly do anything, so there is one for each
 * language. */
static void leave(const char *message)
{
    /* Nothing could be done about a failure here. */
    ssize_t written = write(STDERR_FILENO, message, strlen(message));
    (void)written;
    _exit(CLI_BUG);
}

static void leave_in_english(int number)
{
    (void)number;
    leave(english);
}

static void leave_in_chinese(int number)
{
    (void)number;
    leave(chinese);
}

void cli_abort_install(const Lang *lang)
{
    static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    struct sigaction action = { 0 };
    action.sa_handler = strcmp(lang_code(lang), "zh") == 0 ? leave_in_chinese : leave_in_english;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        sigaction(signals[i], &action, NULL);
    }
}
