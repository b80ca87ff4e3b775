/* Bernoulli: each packet is lost with the same probability, independently of all others. */

#include "net/net_loss.h"
#include "sim/lang.h"

typedef struct RandomState {
    uint32_t loss_ppb;
} RandomState;

static void random_configure(Loss *loss, const SimParams *params)
{
    RandomState *state = loss->state;
    state->loss_ppb = (uint32_t)sim_params_get(params, "rate");
}

static NetVerdict random_verdict(Loss *loss, const Packet *pkt, Rng *rng)
{
    const RandomState *state = loss->state;
    return rng_chance(rng, state->loss_ppb) ? NET_LOSE : NET_KEEP;
}

static const SimParamSpec random_params[] = {
    { .name = "rate",
      .unit = SIM_UNIT_PROBABILITY,
      .max = SIM_PPB,
      .required = true,
      .help = N_("The chance that a packet is lost, the same for every packet.") },
    { .name = NULL },
};

const LossOps loss_random = {
    .name = "random",
    .state_bytes = sizeof(RandomState),
    .params = random_params,
    .configure = random_configure,
    .verdict = random_verdict,
};
