#include "cli/cli_signals.h"

#include <signal.h>
#include <time.h>

static void fill(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

void cli_signals_outlive_readers(void)
{
    struct sigaction action = { 0 };
    action.sa_handler = SIG_IGN;
    sigemptyset(&action.sa_mask);
    sigaction(SIGPIPE, &action, NULL);
}

void cli_signals_hold(void)
{
    sigset_t set;
    fill(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool cli_signals_pending(void)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

void cli_signals_release(void)
{
    static const struct timespec at_once = { 0 };
    sigset_t set;
    fill(&set);
    while (sigtimedwait(&set, NULL, &at_once) > 0) {
        continue;
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}
