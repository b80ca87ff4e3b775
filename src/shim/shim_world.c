#include "shim/shim_private.h"

#include <errno.h>
#include <string.h>

enum { PREFIX_BITS = 16, HOST_MTU_BYTES = 1500 };

static void take_frame(void *above, WorldNode *node, const uint8_t *bytes, size_t len_bytes,
                       int64_t now_ns)
{
    Shim *shim = above;
    ShimFrame *frame = g_malloc(sizeof(ShimFrame) + len_bytes);
    frame->at_us = shim->before_us + (now_ns - SHIM_WIRE_NS) / SIM_NS_PER_US;
    frame->len = len_bytes;
    memcpy(frame->bytes, bytes, len_bytes);
    g_queue_push_tail(&shim->sent, frame);
}

static void add_link(Shim *shim, WorldNode *outside, InetAddr addr)
{
    WorldLinkConfig wire;
    world_link_config_init(&wire, "wire", shim->host, outside);
    wire.type = PACKET_LINK_RAW_IP;
    wire.mtu_bytes = shim->mtu_bytes;
    wire.end[0].addr = addr;
    wire.end[1].addr = inet_addr_v4(inet_addr_to_v4(addr) ^ 3);
    wire.network = inet_addr_mask(addr, PREFIX_BITS);
    wire.prefix_bits = PREFIX_BITS;
    for (unsigned side = 0; side < 2; side++) {
        wire.wire[side].rate_bps = 0;
        wire.wire[side].delay_ns = SHIM_WIRE_NS;
        wire.wire[side].queue_limit = INT32_MAX;
    }
    WorldLink *link = world_add_link(shim->world, &wire);
    bool connected = world_connect(shim->world, WORLD_ROUTING_NONE);
    g_assert(connected);
    world_add_route(shim->host, inet_addr_v4(0), 0, link->end[1].addr, 1);
    shim->port = link->end[0].port;
}

bool shim_world_build(Shim *shim, InetAddr addr)
{
    if (shim->world != NULL) {
        return inet_addr_equal(shim->host->addr, addr);
    }
    WorldHostConfig config;
    world_host_config_init(&config);
    shim->world = world_new(1);
    shim->host = world_add_host(shim->world, "host", &config);
    WorldNode *outside = world_add_outside(shim->world, "outside", take_frame, shim);
    add_link(shim, outside, addr);
    world_run(shim->world, 0);
    return true;
}

void shim_world_put(Shim *shim, const uint8_t *bytes, size_t len)
{
    world_put_frame(shim->world, shim->port, bytes, len);
    shim_settle(shim);
}

Shim *shim_new(const char *flags)
{
    Shim *shim = g_new0(Shim, 1);
    pthread_mutex_init(&shim->mutex, NULL);
    pthread_cond_init(&shim->finished, NULL);
    shim->main_thread = pthread_self();
    shim->before_us = SHIM_EPOCH_US;
    shim->mtu_bytes = HOST_MTU_BYTES;
    g_queue_init(&shim->sent);
    shim->sockets = g_ptr_array_new();
    shim->waiting = g_ptr_array_new();
    shim_settings_flags(shim, flags);
    return shim;
}

void shim_free(Shim *shim)
{
    for (guint fd = 0; fd < shim->sockets->len; fd++) {
        if (shim->sockets->pdata[fd] != NULL) {
            shim_socket_free(shim->sockets->pdata[fd]);
        }
    }
    g_ptr_array_unref(shim->sockets);
    g_ptr_array_unref(shim->waiting);
    world_free(shim->world);
    g_queue_clear_full(&shim->sent, g_free);
    g_free(shim->settings_dir);
    g_free(shim->refused_dir);
    g_hash_table_unref(shim->settings);
    pthread_cond_destroy(&shim->finished);
    pthread_mutex_destroy(&shim->mutex);
    g_free(shim);
}

void shim_enter(Shim *shim)
{
    pthread_mutex_lock(&shim->mutex);
    shim->entries++;
    shim->clock_asked = 0;
}

void shim_leave(Shim *shim)
{
    int error = errno;
    if (shim->world != NULL) {
        int64_t out_at_ns = shim_now_ns(shim) + SHIM_WIRE_NS;
        while (shim_step(shim, out_at_ns)) {
        }
        world_run(shim->world, out_at_ns);
    }
    pthread_mutex_unlock(&shim->mutex);
    errno = error;
}
