/* Keys of `links:`: what a wire does to packets, and what stands at its ends. The links of a
 * ready-made topology have the same. */

#include "scenario/scenario_keys_table.h"

#include "net/net_loss.h"
#include "net/qdisc.h"

static const char *qdisc_name(size_t i)
{
    const QdiscOps *ops = qdisc_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *qdisc_params(size_t i)
{
    return qdisc_registry()[i]->params;
}

static const char *loss_name(size_t i)
{
    const LossOps *ops = loss_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *loss_params(size_t i)
{
    return loss_registry()[i]->params;
}

static const ScenarioParts qdisc_parts = { qdisc_name, qdisc_params };
static const ScenarioParts loss_parts = { loss_name, loss_params };

static const ScenarioWord word_unlimited_0[] = { { "unlimited", 0 }, { NULL } };

static const ScenarioWord word_never[] = { { "never", SCENARIO_MARK_NEVER }, { NULL } };

static const ScenarioKey queue_keys[] = {
    { .spec = { "model", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") },
      FIELD(ScenarioQueue, model),
      .syntax = SCENARIO_SYNTAX_NAME,
      .consumed = true },
    { .spec = { "type", SIM_UNIT_WORD, 0, .help = N_("Which queue discipline.") },
      FIELD(ScenarioQueue, type),
      .names = &qdisc_parts },
    { .spec = { "limit", SIM_UNIT_QUEUE, 1000, INT64_MIN, MAX_COUNT,
                .help = N_("How much may wait, the packet being sent not counted.") },
      FIELD(ScenarioQueue, limit) },
    { .spec = { "mark-above", SIM_UNIT_QUEUE, SCENARIO_MARK_NEVER, INT64_MIN, MAX_COUNT,
                .help = N_("ECN-capable packets that meet a longer queue are marked (CE), not "
                           "dropped, while there is room.") },
      FIELD(ScenarioQueue, mark_above),
      .special = word_never },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_queue = {
    .title = N_("a queue"),
    .brief = "limit",
    .keys = queue_keys,
    .bytes = sizeof(ScenarioQueue),
    .parts = &qdisc_parts,
    .part_key = "type",
    .part_offset = offsetof(ScenarioQueue, part),
    .profile_key = "model",
    .profile_kind = "queue",
};

static const ScenarioKey loss_keys[] = {
    { .spec = { "chance", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,
                .help = N_("The chance that a packet is lost, the same for every packet.") },
      FIELD(ScenarioLoss, chance_ppb) },
    { .spec = { "model", SIM_UNIT_WORD, -1,
                .help = N_("A loss model, which has keys of its own.") },
      FIELD(ScenarioLoss, model),
      .names = &loss_parts },
    { .spec = { NULL } },
};

static const ScenarioMap loss_map = {
    .title = N_("the loss of a link"),
    .brief = "chance",
    .keys = loss_keys,
    .bytes = sizeof(ScenarioLoss),
    .parts = &loss_parts,
    .part_key = "model",
    .part_offset = offsetof(ScenarioLoss, part),
};

static const ScenarioKey reorder_keys[] = {
    { .spec = { "chance", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,
                .help = N_("The chance that a packet is held back so that others overtake it.") },
      FIELD(ScenarioReorder, chance_ppb) },
    { .spec = { "by", SIM_UNIT_DURATION, 5000000, 0, MAX_NS,
                .help = N_("How much later it arrives.") },
      FIELD(ScenarioReorder, by_ns) },
    { .spec = { NULL } },
};

static const ScenarioMap reorder_map = {
    .title = N_("the reordering of a link"),
    .brief = "chance",
    .keys = reorder_keys,
    .bytes = sizeof(ScenarioReorder),
};

static const ScenarioKey jitter_keys[] = {
    { .spec = { "up-to", SIM_UNIT_DURATION, 0, 0, MAX_NS,
                .help = N_("Each packet arrives later by a random time up to this.") },
      FIELD(ScenarioJitter, up_to_ns) },
    { .spec = { "reorders", SIM_UNIT_BOOL, 0, 0, 1,
                .help = N_("Whether a packet may overtake another one by jitter.") },
      FIELD(ScenarioJitter, reorders) },
    { .spec = { NULL } },
};

static const ScenarioMap jitter_map = {
    .title = N_("the jitter of a link"),
    .brief = "up-to",
    .keys = jitter_keys,
    .bytes = sizeof(ScenarioJitter),
};

/* The keys of one direction. A link has them for both directions, beside its own. */
#define WIRE_ROWS(base)                                                                            \
    { .spec = { "rate", SIM_UNIT_RATE, 1000000000, 1, MAX_BPS,                                     \
                .help = N_("Bits a second that the transmitter sends.") },                         \
      .offset = (base) + offsetof(ScenarioWire, rate_bps),                                         \
      .special = word_unlimited_0 },                                                               \
        { .spec = { "delay", SIM_UNIT_DURATION, 1000000, 1, MAX_NS,                                \
                    .help = N_("From the last bit sent to the last bit received: propagation.") }, \
          .offset = (base) + offsetof(ScenarioWire, delay_ns) },                                   \
        { .spec = { "queue", .help = N_("Packets that wait for the transmitter.") },               \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, queue),                                        \
          .map = &scenario_map_queue },                                                            \
        { .spec = { "loss", .help = N_("Packets lost by chance.") },                               \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, loss),                                         \
          .map = &loss_map },                                                                      \
        { .spec = { "duplicate", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,                              \
                    .help = N_("The chance that a packet arrives twice.") },                       \
          .offset = (base) + offsetof(ScenarioWire, duplicate_ppb) },                              \
        { .spec = { "corrupt", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,                                \
                    .help = N_("The chance that a bit of a packet is inverted.") },                \
          .offset = (base) + offsetof(ScenarioWire, corrupt_ppb) },                                \
        { .spec = { "reorder", .help = N_("Packets held back by chance.") },                       \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, reorder),                                      \
          .map = &reorder_map },                                                                   \
        { .spec = { "jitter", .help = N_("Variation of the delay.") },                             \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, jitter),                                       \
          .map = &jitter_map },                                                                    \
    {                                                                                              \
        .spec = { "count-gap", SIM_UNIT_BOOL,                                                      \
                  0,           0,                                                                  \
                  1,           .help = N_("Whether preamble and frame gap count.") },              \
        .offset = (base) + offsetof(ScenarioWire, count_gap)                                       \
    }

static const ScenarioKey wire_keys[] = { WIRE_ROWS(0), { .spec = { NULL } } };

const ScenarioMap scenario_map_wire = {
    .title = N_("one direction of a link"),
    .keys = wire_keys,
    .bytes = sizeof(ScenarioWire),
};

static const ScenarioKey toward_keys[] = {
    WIRE_ROWS(offsetof(ScenarioToward, wire)),
    { .spec = { NULL } },
};

static const ScenarioMap toward_map = {
    .title = N_("the direction toward an end"),
    .named = N_("direction '%s'"),
    .keys = toward_keys,
    .bytes = sizeof(ScenarioToward),
};

static const ScenarioKey end_keys[] = {
    { .spec = { "address", SIM_UNIT_TEXT, .help = N_("The address of the host on this link.") },
      FIELD(ScenarioEnd, address),
      .syntax = SCENARIO_SYNTAX_ADDRESS },
    { .spec = { "mac", SIM_UNIT_TEXT, .help = N_("The MAC address of the host on this link.") },
      FIELD(ScenarioEnd, mac),
      .syntax = SCENARIO_SYNTAX_MAC },
    { .spec = { NULL } },
};

static const ScenarioMap end_map = {
    .title = N_("an end of a link"),
    .named = N_("end '%s'"),
    .brief = "address",
    .keys = end_keys,
    .bytes = sizeof(ScenarioEnd),
};

static const char *const link_types[] = { "ethernet", "raw-ip", NULL };

/* The keys that a link has wherever it is described, beside those of its directions. */
#define LINK_ROWS                                                                                  \
    { .spec = { "model", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") }, \
      FIELD(ScenarioLink, model),                                                                  \
      .syntax = SCENARIO_SYNTAX_NAME,                                                              \
      .consumed = true },                                                                          \
        { .spec = { "type", SIM_UNIT_WORD, PACKET_LINK_ETHERNET, .words = link_types,              \
                    .help =                                                                        \
                        N_("Ethernet frames, or bare datagrams without link header and ARP.") },   \
          FIELD(ScenarioLink, type) },                                                             \
    {                                                                                              \
        .spec = { "mtu", SIM_UNIT_BYTES, 1500, 68, 65535, .help = N_("The largest datagram.") },   \
        FIELD(ScenarioLink, mtu_bytes)                                                             \
    }

static const ScenarioKey link_keys[] = {
    { .spec = { "between", SIM_UNIT_TEXT, 0, 2, 2, .required = true,
                .help =
                    N_("The two ends. A family at one end, like sender.*, makes a link for each "
                       "member; families at both ends are joined member by member.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioLink, between),
      .syntax = SCENARIO_SYNTAX_HOST },
    LINK_ROWS,
    { .spec = { "network", SIM_UNIT_TEXT,
                .help =
                    N_("The network of the link; assigned in the order of links if not given.") },
      FIELD(ScenarioLink, network),
      .syntax = SCENARIO_SYNTAX_PREFIX },
    { .spec = { "ends", .help = N_("Addresses of the hosts on this link.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, ends),
      .map = &end_map,
      .syntax = SCENARIO_SYNTAX_END },
    WIRE_ROWS(offsetof(ScenarioLink, wire)),
    { .spec = { "toward", .help = N_("What differs in the direction toward a host; 1 and 2 are the "
                                     "first and the second end of between.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, toward),
      .map = &toward_map,
      .syntax = SCENARIO_SYNTAX_END,
      .partial = true },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_link = {
    .title = N_("a link"),
    .named = N_("link '%s'"),
    .keys = link_keys,
    .bytes = sizeof(ScenarioLink),
    .profile_key = "model",
    .profile_kind = "link",
};

static const ScenarioKey topology_link_keys[] = {
    LINK_ROWS,
    WIRE_ROWS(offsetof(ScenarioLink, wire)),
    { .spec = { "toward", .help = N_("What differs in the direction toward the first (1) or the "
                                     "second (2) end.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, toward),
      .map = &toward_map,
      .syntax = SCENARIO_SYNTAX_END,
      .partial = true },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_topology_link = {
    .title = N_("the links of a topology"),
    .keys = topology_link_keys,
    .bytes = sizeof(ScenarioLink),
    .profile_key = "model",
    .profile_kind = "link",
};
