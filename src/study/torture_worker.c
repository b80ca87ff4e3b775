#include "study/torture_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#define SAID_BYTES 65536

static void set_error(GError **error, const char *what)
{
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", what,
                g_strerror(errno));
}

void *torture_share_new(size_t bytes, GError **error)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        set_error(error, "mmap");
        return NULL;
    }
    return memory;
}

void torture_share_free(void *memory, size_t bytes)
{
    munmap(memory, bytes);
}

/* A failed assertion ends the child at once and without a core: the parent tells of it. */
static void on_death(int number)
{
    (void)number;
    _exit(EXIT_FAILURE);
}

/* Nobody would read what an orphan finds. */
static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
}

static G_GNUC_NORETURN void be_child(const TortureWorker *worker, pid_t parent,
                                     void (*work)(void *data), void *data)
{
    die_with_parent(parent);
    signal(SIGABRT, on_death);
    dup2(worker->said_fd, STDOUT_FILENO); /* GLib tells a failed assertion there, in tests */
    dup2(worker->said_fd, STDERR_FILENO);
    work(data);
    _exit(EXIT_SUCCESS);
}

bool torture_worker_start(TortureWorker *worker, void (*work)(void *data), void *data,
                          GError **error)
{
    g_autofree char *path = NULL;
    worker->said_fd = g_file_open_tmp("wirelab-XXXXXX", &path, error);
    if (worker->said_fd < 0) {
        return false;
    }
    unlink(path);
    pid_t parent = getpid();
    worker->pid = fork();
    if (worker->pid == 0) {
        be_child(worker, parent, work, data);
    }
    if (worker->pid < 0) {
        worker->pid = 0;
        close(worker->said_fd);
        set_error(error, "fork");
        return false;
    }
    return true;
}

/* What GLib or a sanitizer prints of the failure, to the end of its line. */
static void take_said(const TortureWorker *worker, char *out_said, size_t said_bytes)
{
    static const char *const signs[] = { "ERROR:", "runtime error:", "AddressSanitizer:" };
    g_autofree char *text = g_malloc0(SAID_BYTES + 1);
    const char *said = "";
    if (pread(worker->said_fd, text, SAID_BYTES, 0) > 0) {
        for (size_t i = 0; i < G_N_ELEMENTS(signs) && said[0] == '\0'; i++) {
            const char *sign = strstr(text, signs[i]);
            said = sign != NULL ? sign : said;
        }
    }
    g_strlcpy(out_said, said, said_bytes);
    out_said[strcspn(out_said, "\n")] = '\0';
}

TortureWorkerEnd torture_worker_look(TortureWorker *worker, bool wait, char *out_said,
                                     size_t said_bytes)
{
    int status = 0;
    pid_t got;
    do {
        got = waitpid(worker->pid, &status, wait ? 0 : WNOHANG);
    } while (got < 0 && errno == EINTR);
    if (got == 0) {
        return TORTURE_WORKER_RUNS;
    }
    bool fine = got > 0 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    if (!fine) {
        take_said(worker, out_said, said_bytes);
    }
    close(worker->said_fd);
    worker->pid = 0;
    return fine ? TORTURE_WORKER_DONE : TORTURE_WORKER_DIED;
}

void torture_worker_kill(TortureWorker *worker)
{
    char said[1];
    kill(worker->pid, SIGKILL);
    torture_worker_look(worker, true, said, sizeof said);
}
