#include "scenario/scenario_events.h"

#include "scenario/scenario_names.h"
#include "scenario/scenario_segment.h"

#include <string.h>

/* Calls back for each wire that a link's name and direction mean: both of a link without a
 * direction, those of all members of a family. */
typedef void (*WireFn)(NetWire *wire, void *data);

static void for_each_wire(const ScenarioBuilt *built, const Scenario *scenario,
                          const char *link_name, const char *toward, WireFn fn, void *data)
{
    ScenarioRef ref = { 0 };
    scenario_names_link(scenario->names, link_name, &ref);
    for (uint32_t member = ref.first; member <= ref.last; member++) {
        g_autofree char *name = scenario_member_name(ref.link->head.name, member);
        const WorldLink *link = world_find_link(built->world, name);
        int direction = toward == NULL
                            ? -1
                            : scenario_names_direction(scenario->names, ref.link, member, toward);
        for (int i = 0; i < 2; i++) {
            if (direction < 0 || direction == i) {
                fn(net_link_wire(link->net, (unsigned)i), data);
            }
        }
    }
}

/* faults: */

typedef struct MatchWord {
    uint16_t flags_set, flags_clear;
    int8_t kind;
    bool has_payload, no_payload;
} MatchWord;

/* In the order of the words under `match:`. */
static const MatchWord match_words[] = {
    { .kind = -1 },
    { .kind = PACKET_TCP },
    { .kind = PACKET_UDP },
    { .kind = PACKET_ICMP },
    { .kind = PACKET_ARP },
    { .flags_set = TCP_SYN, .flags_clear = TCP_ACK, .kind = -1 },
    { .flags_set = TCP_SYN | TCP_ACK, .kind = -1 },
    { .flags_set = TCP_ACK,
      .flags_clear = TCP_SYN | TCP_FIN | TCP_RST,
      .kind = -1,
      .no_payload = true },
    { .kind = -1, .has_payload = true },
    { .flags_set = TCP_FIN, .kind = -1 },
    { .flags_set = TCP_RST, .kind = -1 },
    { .flags_set = TCP_PSH, .kind = -1 },
    { .flags_set = TCP_URG, .kind = -1 },
};

static const uint16_t without_flags[] = { 0, TCP_SYN, TCP_ACK, TCP_FIN, TCP_RST, TCP_PSH, TCP_URG };

static NetMatch match_of(const ScenarioMatch *from)
{
    const MatchWord *word = &match_words[from->what.number];
    return (NetMatch){
        .flags_set = word->flags_set,
        .flags_clear = word->flags_clear | without_flags[from->without.number],
        .kind = word->kind,
        .src_port = (uint16_t)from->from_port.number,
        .dst_port = (uint16_t)from->to_port.number,
        .has_payload = word->has_payload,
        .no_payload = word->no_payload,
        .retransmission = from->retransmission.number != 0,
        .retransmission_of = (uint32_t)from->retransmission_of.number,
        .stream_low = (uint64_t)from->stream_from.number,
        .stream_high = from->stream_to.number > 0     ? (uint64_t)from->stream_to.number
                       : from->stream_from.number > 0 ? UINT64_MAX
                                                      : 0,
    };
}

static void add_fault(NetWire *wire, void *data)
{
    net_wire_add_fault(wire, data);
}

void scenario_add_faults(ScenarioBuilt *built, const Scenario *scenario)
{
    static const NetFaultKind actions[] = {
        [SCENARIO_FAULT_DROP] = NET_FAULT_DROP,
        [SCENARIO_FAULT_DUPLICATE] = NET_FAULT_DUPLICATE,
        [SCENARIO_FAULT_DELAY] = NET_FAULT_DELAY,
        [SCENARIO_FAULT_CORRUPT] = NET_FAULT_CORRUPT,
    };
    for (uint32_t i = 0; i < scenario->config.faults.count; i++) {
        const ScenarioFault *from = scenario_item(&scenario->config.faults, ScenarioFault, i);
        uint32_t times = (uint32_t)from->times.number;
        uint32_t first = (uint32_t)from->nth.number;
        NetFault fault = { .match = match_of(&from->match),
                           .first = first,
                           .last = times == 0 || times > UINT32_MAX - first ? 0 : first + times - 1,
                           .action = actions[from->action.number],
                           .delay_ns = from->by_ns.number,
                           .bit = (uint32_t)from->bit.number,
                           .index = (int32_t)i };
        for_each_wire(built, scenario, from->link.text, from->toward.text, add_fault, &fault);
    }
}

/* events: */

typedef struct Happening {
    ScenarioBuilt *built;
    const Scenario *scenario;
    const Lang *lang;
    const ScenarioEvent *event;
    const ScenarioInject *inject;
    int64_t now_ns;
} Happening;

static void set_number(int64_t *field, const ScenarioValue *value)
{
    if (value->given) {
        *field = value->number;
    }
}

static void set_chance(uint32_t *field, const ScenarioValue *value)
{
    if (value->given) {
        *field = (uint32_t)value->number;
    }
}

static void change_wire(NetWire *wire, void *data)
{
    const Happening *happening = data;
    const ScenarioWire *set = happening->event->set;
    NetWireConfig config = *net_wire_config(wire);
    set_number(&config.rate_bps, &set->rate_bps);
    set_number(&config.delay_ns, &set->delay_ns);
    set_number(&config.queue_limit, &set->queue.limit);
    if (set->queue.mark_above.given) {
        config.marks = set->queue.mark_above.number != SCENARIO_MARK_NEVER;
        config.mark_above = set->queue.mark_above.number;
    }
    set_number(&config.reorder_ns, &set->reorder.by_ns);
    set_number(&config.jitter_ns, &set->jitter.up_to_ns);
    set_chance(&config.loss_ppb, &set->loss.chance_ppb);
    set_chance(&config.duplicate_ppb, &set->duplicate_ppb);
    set_chance(&config.corrupt_ppb, &set->corrupt_ppb);
    set_chance(&config.reorder_ppb, &set->reorder.chance_ppb);
    config.count_gap = set->count_gap.given ? set->count_gap.number != 0 : config.count_gap;
    config.jitter_reorders =
        set->jitter.reorders.given ? set->jitter.reorders.number != 0 : config.jitter_reorders;
    net_wire_reconfigure(wire, &config, happening->now_ns);
}

/* Both wires of a link go up and down together. */
static void change_links(const Happening *happening, bool up)
{
    ScenarioRef ref = { 0 };
    scenario_names_link(happening->scenario->names, happening->event->link.text, &ref);
    for (uint32_t member = ref.first; member <= ref.last; member++) {
        g_autofree char *name = scenario_member_name(ref.link->head.name, member);
        net_link_set_up(world_find_link(happening->built->world, name)->net, up, happening->now_ns);
    }
}

static void change_hosts(const Happening *happening)
{
    World *world = happening->built->world;
    ScenarioRef ref = { 0 };
    scenario_names_host(happening->scenario->names, happening->event->host.text, &ref);
    for (uint32_t member = ref.first; member <= ref.last; member++) {
        g_autofree char *name = scenario_member_name(ref.host->head.name, member);
        WorldNode *node = world_find_node(world, name);
        if (happening->event->action.number == SCENARIO_EVENT_CRASH) {
            world_crash(world, node, happening->now_ns);
        } else {
            world_reboot(world, node, happening->now_ns);
        }
    }
}

static void run_event(World *world, void *data, int64_t now_ns)
{
    Happening *happening = data;
    const ScenarioEvent *event = happening->event;
    happening->now_ns = now_ns;
    if (event->set != NULL) {
        for_each_wire(happening->built, happening->scenario, event->link.text, event->toward.text,
                      change_wire, happening);
    } else if (event->host.given) {
        change_hosts(happening);
    } else {
        change_links(happening, event->action.number == SCENARIO_EVENT_UP);
    }
}

/* inject: */

static void resolve_host_port(const World *world, const char *text, InetAddr *out_addr,
                              uint16_t *out_port)
{
    const char *colon = strrchr(text, ':');
    g_autofree char *host = g_strndup(text, (gsize)(colon - text));
    world_resolve(world, host, out_addr);
    *out_port = (uint16_t)g_ascii_strtoull(colon + 1, NULL, 10);
}

/* The frame goes to whoever has the address on this network, else to the far end of the link. */
static void address_frame(const World *world, Packet *pkt, const NetWire *wire,
                          const WorldLink *link)
{
    pkt->link = link->config.type;
    if (pkt->link != PACKET_LINK_ETHERNET) {
        return;
    }
    const WorldEnd *station = world_find_station(world, &link->end[0], pkt->ip.dst);
    pkt->eth = (WireEth){ .dst = station != NULL ? station->port->mac : net_wire_to(wire)->mac,
                          .src = net_wire_from(wire)->mac,
                          .type = WIRE_ETHERTYPE_IPV4 };
}

/* `of` does not mean one connection. */
static void report_of(const Happening *happening, uint32_t count)
{
    const ScenarioValue *of = &happening->inject->of;
    const char *wrong =
        count == 0 ? N_("there is no connection '%s' at that time")
                   : N_("'%s' has more than one connection at that time; name one of them");
    scenario_failure_add(happening->built->failures, of->mark,
                         g_strdup_printf(lang_text(happening->lang, wrong), of->text));
}

/* NULL, after a failure, if it is about no connection. */
static Packet *make_segment(const Happening *happening, const NetWire *wire, const WorldLink *link)
{
    const ScenarioInject *inject = happening->inject;
    World *world = happening->built->world;
    ScenarioSegment segment;
    g_autofree char *wrong = scenario_segment_parse(inject->segment.text, NULL, &segment);
    g_assert(wrong == NULL);
    g_autoptr(Packet) pkt = world_new_packet(world, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->tcp = segment.tcp;
    pkt->ip = (WireIp){ .protocol = IP_PROTOCOL_TCP, .ttl = 64 };
    resolve_host_port(world, inject->from.text, &pkt->ip.src, &pkt->tcp.src_port);
    resolve_host_port(world, inject->to.text, &pkt->ip.dst, &pkt->tcp.dst_port);
    if (inject->of.given) {
        uint32_t iss[2] = { 0, 0 };
        uint32_t count =
            happening->built->find_isn(happening->built->above, inject->of.text, pkt->ip.src, iss);
        if (count != 1) {
            report_of(happening, count);
            return NULL;
        }
        pkt->tcp.seq += iss[0];
        pkt->tcp.ack += (pkt->tcp.flags & TCP_ACK) != 0 ? iss[1] : 0;
    }
    if (segment.len_bytes > 0) {
        g_autofree uint8_t *octets = g_malloc(segment.len_bytes);
        memset(octets, 'X', segment.len_bytes);
        pkt->payload.len_bytes = segment.len_bytes;
        pkt->payload.bytes = g_bytes_new_take(g_steal_pointer(&octets), segment.len_bytes);
    }
    packet_set_length(pkt);
    address_frame(world, pkt, wire, link);
    return g_steal_pointer(&pkt);
}

/* Hexadecimal digits in pairs, blanks between pairs; checked already. */
static Packet *make_raw(const Happening *happening, const WorldLink *link)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    for (const char *at = happening->inject->raw.text; *at != '\0'; at++) {
        if (*at != ' ') {
            uint8_t octet =
                (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
            g_byte_array_append(octets, &octet, 1);
            at++;
        }
    }
    return world_new_raw_packet(happening->built->world, link->config.type, octets->data,
                                octets->len);
}

static void run_inject(World *world, void *data, int64_t now_ns)
{
    Happening *happening = data;
    const ScenarioInject *inject = happening->inject;
    ScenarioRef ref = { 0 };
    scenario_names_link(happening->scenario->names, inject->link.text, &ref);
    g_autofree char *name = scenario_member_name(ref.link->head.name, ref.first);
    const WorldLink *link = world_find_link(world, name);
    int direction = scenario_names_direction(happening->scenario->names, ref.link, ref.first,
                                             inject->toward.text);
    NetWire *wire = net_link_wire(link->net, (unsigned)direction);
    g_autoptr(Packet) pkt =
        inject->raw.given ? make_raw(happening, link) : make_segment(happening, wire, link);
    if (pkt != NULL) {
        net_wire_offer(wire, g_steal_pointer(&pkt), now_ns);
    }
}

static Happening *new_happening(ScenarioBuilt *built, const Scenario *scenario, const Lang *lang)
{
    Happening *happening = g_new0(Happening, 1);
    happening->built = built;
    happening->scenario = scenario;
    happening->lang = lang;
    return happening;
}

void scenario_add_events(ScenarioBuilt *built, const Scenario *scenario, const Lang *lang)
{
    for (uint32_t i = 0; i < scenario->config.events.count; i++) {
        Happening *happening = new_happening(built, scenario, lang);
        happening->event = scenario_item(&scenario->config.events, ScenarioEvent, i);
        world_at(built->world, happening->event->at_ns.number, run_event, happening, g_free);
    }
    for (uint32_t i = 0; i < scenario->config.inject.count; i++) {
        Happening *happening = new_happening(built, scenario, lang);
        happening->inject = scenario_item(&scenario->config.inject, ScenarioInject, i);
        world_at(built->world, happening->inject->at_ns.number, run_inject, happening, g_free);
    }
}
