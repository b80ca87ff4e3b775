/* Virtual time. The tool measures with gettimeofday() and waits with usleep() and in
 * netdev_receive(); nothing else moves the clock. */

#include "shim/shim_private.h"

#include <errno.h>
#include <string.h>

/* The tool asks usleep() for so much less than it wants, and looks at the clock until that has
 * passed too. */
#define SLEEP_SHORT_US 20
/* Before the first event it looks at the clock until that moves, and does not sleep. */
#define PATIENT_LOOKS 16
/* Nothing that a script waits for takes longer. */
#define RECEIVE_MOST_NS (300 * SIM_NS_PER_S)

/* When the call that the thread waited in was done; 0: the clock's own time is told. */
static _Thread_local int64_t answer_us;

void shim_clock_answer(int64_t at_us)
{
    answer_us = at_us;
}

int64_t shim_now_us(const Shim *shim)
{
    return shim->before_us + shim_now_ns(shim) / SIM_NS_PER_US;
}

bool shim_step(Shim *shim, int64_t until_ns)
{
    bool stepped = sim_step(world_sim(shim->world), until_ns);
    if (stepped) {
        shim_settle(shim);
    }
    return stepped;
}

void shim_run_until_us(Shim *shim, int64_t until_us)
{
    if (shim->world == NULL) {
        shim->before_us = MAX(until_us, shim->before_us);
        return;
    }
    int64_t until_ns = (until_us - shim->before_us) * SIM_NS_PER_US;
    while (shim_step(shim, until_ns)) {
    }
    if (until_ns > shim_now_ns(shim)) {
        world_run(shim->world, until_ns);
    }
}

static int clock_usleep(void *userdata, useconds_t us)
{
    Shim *shim = userdata;
    shim_enter(shim);
    if (pthread_equal(pthread_self(), shim->main_thread)) {
        shim_let_return(shim);
    }
    shim_run_until_us(shim, shim_now_us(shim) + us + SLEEP_SHORT_US);
    shim_leave(shim);
    return 0;
}

static int clock_gettimeofday(void *userdata, struct timeval *now, struct timezone *zone)
{
    Shim *shim = userdata;
    pthread_mutex_lock(&shim->mutex);
    if (pthread_equal(pthread_self(), shim->main_thread) && ++shim->clock_asked > PATIENT_LOOKS) {
        shim_run_until_us(shim, shim_now_us(shim) + 1);
    }
    int64_t us = shim_now_us(shim);
    if (answer_us != 0) {
        us = answer_us;
        answer_us = 0;
        shim->returning--;
    }
    pthread_mutex_unlock(&shim->mutex);
    *now = (struct timeval){ us / 1000000, us % 1000000 };
    return 0;
}

/* A SYN, for which listeners look at the settings again. */
static bool is_syn(const uint8_t *ip, size_t len)
{
    size_t tcp_at = (size_t)(ip[0] & 0xf) * 4;
    return ip[9] == IP_PROTOCOL_TCP && len >= tcp_at + WIRE_TCP_HEADER_BYTES &&
           (ip[tcp_at + 13] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static int net_send(void *userdata, const void *bytes, size_t len)
{
    Shim *shim = userdata;
    const uint8_t *ip = bytes;
    if (len < 20 || ip[0] >> 4 != 4) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    shim_enter(shim);
    shim_world_build(shim, inet_addr_v4((uint32_t)ip[16] << 24 | (uint32_t)ip[17] << 16 |
                                        (uint32_t)ip[18] << 8 | ip[19]));
    if (is_syn(ip, len)) {
        shim_configure_listeners(shim);
    }
    shim_world_put(shim, bytes, len);
    shim_leave(shim);
    return 0;
}

static int net_receive(void *userdata, void *bytes, size_t *len, long long *at_us)
{
    Shim *shim = userdata;
    shim_enter(shim);
    if (shim->world != NULL) {
        int64_t until_ns = shim_now_ns(shim) + RECEIVE_MOST_NS;
        while (g_queue_is_empty(&shim->sent) && shim_step(shim, until_ns)) {
        }
    }
    g_autofree ShimFrame *frame = g_queue_pop_head(&shim->sent);
    size_t room = *len;
    *len = 0;
    *at_us = shim_now_us(shim);
    if (frame != NULL) {
        *len = MIN(room, frame->len);
        *at_us = frame->at_us;
        memcpy(bytes, frame->bytes, *len);
    }
    shim_leave(shim);
    return 0;
}

void shim_net_fill(ShimInterface *interface)
{
    interface->usleep = clock_usleep;
    interface->gettimeofday = clock_gettimeofday;
    interface->netdev_send = net_send;
    interface->netdev_receive = net_receive;
}
