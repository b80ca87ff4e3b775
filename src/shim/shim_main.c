/* The module's face: what the tool looks up, and what it calls in libc, which this object answers
 * first when it is preloaded as well. */

#include "shim/shim_private.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/times.h>

#define EXPORT __attribute__((visibility("default")))

/* The one shim of the process: libc's functions have no room for a pointer to it. */
static Shim *current;

static void main_free(void *userdata)
{
    g_clear_pointer(&current, shim_free);
}

EXPORT void packetdrill_interface_init(const char *flags, ShimInterface *out_interface)
{
    g_clear_pointer(&current, shim_free); /* a script that failed leaves it behind */
    current = shim_new(flags);
    *out_interface = (ShimInterface){ .userdata = current, .free = main_free };
    shim_open_fill(out_interface);
    shim_data_fill(out_interface);
    shim_options_fill(out_interface);
    shim_poll_fill(out_interface);
    shim_pipe_fill(out_interface);
    shim_net_fill(out_interface);
}

/* Programs that the tool starts do not load it again. */
__attribute__((constructor)) static void preload_for_one(void)
{
    unsetenv("LD_PRELOAD");
}

typedef int (*GetsockoptFn)(int fd, int level, int name, void *value, socklen_t *len);

EXPORT int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict len)
{
    if (current != NULL) {
        shim_enter(current);
        bool ours = shim_socket_find(current, fd) != NULL;
        int result = ours ? shim_getsockopt(current, fd, level, name, value, len) : 0;
        shim_leave(current);
        if (ours) {
            return result;
        }
    }
    GetsockoptFn next = (GetsockoptFn)dlsym(RTLD_NEXT, "getsockopt");
    return next(fd, level, name, value, len);
}

/* The tool looks at this clock until it has moved ten times; why wait? */
EXPORT clock_t times(struct tms *out_times)
{
    static clock_t ticks;
    if (out_times != NULL) {
        *out_times = (struct tms){ 0 };
    }
    return ++ticks;
}

/* Nothing here must meet a deadline in real time. */
EXPORT int mlockall(int flags)
{
    return 0;
}
