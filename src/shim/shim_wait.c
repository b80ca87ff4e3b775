#include "shim/shim_private.h"

#include <errno.h>
#include <time.h>

/* How long, in real time, a thread waits for the other to move the clock before it does so itself:
 * at the end of a script nobody else would. */
#define PATIENCE_NS (500 * SIM_NS_PER_MS)

/* How often, and for how long each time, one looks whether a thread has returned. */
enum { RETURN_LOOKS = 200, RETURN_LOOK_US = 100 };

static bool try(Shim *shim, ShimCall *call)
{
    call->error = 0;
    call->result = call->attempt(call);
    if (call->result < 0 && call->error == EAGAIN && call->waits) {
        return false;
    }
    call->done = true;
    call->done_at_us = shim_now_us(shim);
    return true;
}

void shim_settle(Shim *shim)
{
    bool any = false;
    for (guint i = 0; i < shim->waiting->len;) {
        if (try(shim, shim->waiting->pdata[i])) {
            g_ptr_array_remove_index(shim->waiting, i);
            shim->returning++;
            any = true;
        } else {
            i++;
        }
    }
    if (any) {
        pthread_cond_broadcast(&shim->finished);
    }
}

void shim_call_off(const ShimSocket *socket)
{
    GPtrArray *waiting = socket->shim->waiting;
    for (guint i = waiting->len; i > 0; i--) {
        ShimCall *call = waiting->pdata[i - 1];
        if (call->socket == socket) {
            call->result = -1;
            call->error = EBADF;
            call->done = true;
            call->done_at_us = shim_now_us(socket->shim);
            socket->shim->returning++;
            g_ptr_array_remove_index(waiting, i - 1);
        }
    }
    pthread_cond_broadcast(&socket->shim->finished);
}

void shim_let_return(Shim *shim)
{
    for (unsigned i = 0; i < RETURN_LOOKS && shim->returning > 0; i++) {
        pthread_mutex_unlock(&shim->mutex);
        g_usleep(RETURN_LOOK_US);
        pthread_mutex_lock(&shim->mutex);
    }
}

static void nothing(World *world, void *data, int64_t now_ns)
{
}

/* Lets the clock stop at the instant at which the call gives up. */
static void arm(Shim *shim, const ShimCall *call)
{
    if (call->give_up_at_us != INT64_MAX && shim->world != NULL) {
        int64_t at_ns = (call->give_up_at_us - shim->before_us) * SIM_NS_PER_US;
        world_at(shim->world, MAX(at_ns, shim_now_ns(shim)), nothing, NULL, NULL);
    }
}

/* The thread whose calls move the clock may not wait for anybody. */
static void run_until_done(Shim *shim, const ShimCall *call)
{
    while (!call->done && shim->world != NULL && shim_step(shim, SIM_NEVER - 1)) {
    }
}

static void wait_for_the_other(Shim *shim, const ShimCall *call)
{
    while (!call->done) {
        uint64_t entries = shim->entries;
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        int64_t nsec = until.tv_nsec + PATIENCE_NS;
        until.tv_sec += (time_t)(nsec / SIM_NS_PER_S);
        until.tv_nsec = (long)(nsec % SIM_NS_PER_S);
        int waited = pthread_cond_timedwait(&shim->finished, &shim->mutex, &until);
        if (waited == ETIMEDOUT && entries == shim->entries && !call->done) {
            run_until_done(shim, call);
            return;
        }
    }
}

ssize_t shim_call(Shim *shim, ShimCall *call)
{
    if (!try(shim, call)) {
        g_ptr_array_add(shim->waiting, call);
        arm(shim, call);
        if (pthread_equal(pthread_self(), shim->main_thread)) {
            run_until_done(shim, call);
            shim->returning -= call->done;
        } else {
            wait_for_the_other(shim, call);
            shim_clock_answer(call->done_at_us);
        }
    }
    if (!call->done) { /* nothing can happen any more */
        g_ptr_array_remove(shim->waiting, call);
        call->error = EAGAIN;
        call->result = -1;
    }
    if (call->result < 0) {
        errno = call->error;
    }
    return call->result;
}
