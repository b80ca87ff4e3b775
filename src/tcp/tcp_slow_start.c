#include "tcp/tcp_slow_start.h"

static const TcpSlowStartOps *const registry[] = { &tcp_slow_start_plus_plus, NULL };

const TcpSlowStartOps *const *tcp_slow_start_registry(void)
{
    return registry;
}

TcpSlowStart *tcp_slow_start_new(const TcpSlowStartOps *ops)
{
    TcpSlowStart *slow_start = g_malloc0(ops->state_bytes);
    slow_start->ops = ops;
    if (ops->init != NULL) {
        ops->init(slow_start);
    }
    return slow_start;
}
