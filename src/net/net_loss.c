#include "net/net_loss.h"

#include <glib.h>
#include <string.h>

#include "sim/lang.h"

static const char *const kind_names[NET_N_FAULT_KINDS] = {
    [NET_FAULT_NONE] = N_("unharmed"),        [NET_FAULT_DROP] = N_("dropped"),
    [NET_FAULT_DUPLICATE] = N_("duplicated"), [NET_FAULT_DELAY] = N_("delayed"),
    [NET_FAULT_CORRUPT] = N_("corrupted"),    [NET_FAULT_MARK] = N_("marked CE"),
};

const char *net_fault_kind_to_string(NetFaultKind kind)
{
    g_assert((unsigned)kind < NET_N_FAULT_KINDS);
    return kind_names[kind];
}

static const LossOps *const registry[] = { &loss_random, NULL };

const LossOps *const *loss_registry(void)
{
    return registry;
}

const LossOps *loss_find(const char *name)
{
    for (size_t i = 0; registry[i] != NULL; i++) {
        if (strcmp(registry[i]->name, name) == 0) {
            return registry[i];
        }
    }
    return NULL;
}

void loss_init(Loss *loss, const LossOps *ops, const SimParams *params)
{
    *loss = (Loss){ .ops = ops };
    if (ops->state_bytes > 0) {
        loss->state = g_malloc0(ops->state_bytes);
    }
    if (ops->configure != NULL) {
        ops->configure(loss, params);
    }
}

void loss_finish(Loss *loss)
{
    g_clear_pointer(&loss->state, g_free);
}

NetVerdict loss_verdict(Loss *loss, const Packet *pkt, Rng *rng, bool *out_drew)
{
    uint64_t before = rng->index;
    NetVerdict verdict = loss->ops->verdict(loss, pkt, rng);
    g_assert(verdict == NET_KEEP || verdict == NET_LOSE || verdict == NET_CORRUPT);
    *out_drew = rng->index != before;
    return verdict;
}
