/* What a scenario says, as plain structs: the table of keys (scenario_keys.h) says which key fills
 * which field, in which unit. Everything lives as long as the ScenarioDoc it was read from. */

#ifndef SCENARIO_SCENARIO_CONFIG_H
#define SCENARIO_SCENARIO_CONFIG_H

#include "scenario/scenario_diag.h"
#include "sim/sim_params.h"

/* One value with the place where it was written. Units are those of the field's name. */
typedef struct ScenarioValue {
    int64_t number;   /* also the index of a word */
    const char *text; /* as written; of a default text, the default; else NULL */
    ScenarioMark mark;
    bool given; /* by the scenario or by a profile it names */
} ScenarioValue;

/* Items of one struct type (a list's or a map's with free names), in the order of the file. */
typedef struct ScenarioList {
    void *items;
    uint32_t count;
    bool given;
} ScenarioList;

#define scenario_item(list, type, i) (&((type *)(list)->items)[i])

/* The first member of every struct that is an item of a list. */
typedef struct ScenarioHead {
    const char *name;  /* in a map: its key; else NULL */
    uint32_t index;    /* in the list */
    ScenarioMark mark; /* of the name, or of the item */
} ScenarioHead;

/* A pluggable part that was chosen by name, with the values of its own keys. */
typedef struct ScenarioPart {
    const char *name; /* NULL: none */
    ScenarioMark mark;
    const SimParamSpec *specs; /* NULL: it has no keys */
    ScenarioValue *values;     /* in the order of specs */
} ScenarioPart;

typedef struct ScenarioTitle {
    ScenarioValue en, zh;
} ScenarioTitle;

/* How many plain keys `tcp:`, `ip:` and `arp:` may have; the tables are checked against it. */
#define SCENARIO_STACK_MAX_KEYS 80

typedef struct ScenarioCongestion {
    ScenarioValue name;
    ScenarioPart part;
} ScenarioCongestion;

/* Values in the order of the map's keys, each of which knows how to put its own into a TcpConfig.
 */
typedef struct ScenarioTcp {
    ScenarioValue values[SCENARIO_STACK_MAX_KEYS];
    ScenarioCongestion congestion;
    ScenarioValue recovery, hystart;
} ScenarioTcp;

/* `ip:` or `arp:`, likewise into an InetConfig. */
typedef struct ScenarioInet {
    ScenarioValue values[SCENARIO_STACK_MAX_KEYS];
} ScenarioInet;

typedef struct ScenarioRoute {
    ScenarioHead head;
    ScenarioValue to, via, metric;
} ScenarioRoute;

typedef enum ScenarioHostKind { SCENARIO_HOST, SCENARIO_ROUTER, SCENARIO_SWITCH } ScenarioHostKind;

typedef struct ScenarioHost {
    ScenarioHead head;
    ScenarioValue kind; /* ScenarioHostKind */
    ScenarioValue count;
    ScenarioValue stack;
    ScenarioTcp tcp;
    ScenarioInet ip, arp;
    ScenarioList routes; /* of ScenarioRoute */
    ScenarioValue ageing_ns;
    bool from_topology;
} ScenarioHost;

/* `mark-above` that no queue reaches. */
#define SCENARIO_MARK_NEVER INT64_MAX

typedef struct ScenarioQueue {
    ScenarioValue model, type, limit, mark_above;
    ScenarioPart part;
} ScenarioQueue;

typedef struct ScenarioLoss {
    ScenarioValue chance_ppb, model;
    ScenarioPart part;
} ScenarioLoss;

typedef struct ScenarioReorder {
    ScenarioValue chance_ppb, by_ns;
} ScenarioReorder;

typedef struct ScenarioJitter {
    ScenarioValue up_to_ns, reorders;
} ScenarioJitter;

/* What can be said of one direction of a link. */
typedef struct ScenarioWire {
    ScenarioValue rate_bps, delay_ns, count_gap, duplicate_ppb, corrupt_ppb;
    ScenarioQueue queue;
    ScenarioLoss loss;
    ScenarioReorder reorder;
    ScenarioJitter jitter;
} ScenarioWire;

typedef struct ScenarioToward {
    ScenarioHead
        head; /* name: the host at the end, or "1", "2": the first or second of `between` */
    ScenarioWire wire;
} ScenarioToward;

typedef struct ScenarioEnd {
    ScenarioHead head; /* name: the host */
    ScenarioValue address, mac;
} ScenarioEnd;

typedef struct ScenarioLink {
    ScenarioHead head;
    ScenarioList between; /* of ScenarioValue */
    ScenarioValue model, type, mtu_bytes, network;
    ScenarioList ends;   /* of ScenarioEnd */
    ScenarioWire wire;   /* both directions */
    ScenarioList toward; /* of ScenarioToward: what differs */
    bool from_topology;
} ScenarioLink;

/* A ready-made network. Fields are used by the kinds that have the key. */
typedef struct ScenarioTopology {
    int kind; /* ScenarioTopologyKind, -1: none */
    ScenarioMark mark;
    ScenarioValue routers, leaves, centre, senders, receivers, k;
    ScenarioLink link, access, bottleneck;
} ScenarioTopology;

typedef enum ScenarioTopologyKind {
    SCENARIO_TOPOLOGY_CHAIN,
    SCENARIO_TOPOLOGY_STAR,
    SCENARIO_TOPOLOGY_DUMBBELL,
    SCENARIO_TOPOLOGY_FAT_TREE
} ScenarioTopologyKind;

typedef struct ScenarioStart {
    ScenarioValue at_ns, spread_ns;
} ScenarioStart;

/* One step of a program; which fields count depends on the kind. */
typedef struct ScenarioStep {
    ScenarioHead head;
    int kind;          /* AppStepKind */
    ScenarioMark mark; /* of the verb */
    ScenarioValue port, backlog, address, to, bytes, chunk_bytes, every_ns, text;
    ScenarioValue wait_for, waits, at_ns, times, expect;
    ScenarioList body; /* of ScenarioStep: repeat */
    ScenarioTcp *tcp;  /* set; NULL: not given */
} ScenarioStep;

typedef enum ScenarioProgramKind {
    SCENARIO_PROGRAM_STEPS,
    SCENARIO_PROGRAM_APP
} ScenarioProgramKind;

typedef struct ScenarioProgram {
    ScenarioHead head;
    int kind; /* ScenarioProgramKind */
    ScenarioMark mark;
    ScenarioList steps; /* of ScenarioStep */
    ScenarioPart app;
    ScenarioStart start;
    ScenarioValue on_reboot;
} ScenarioProgram;

typedef struct ScenarioPrograms {
    ScenarioHead head;     /* name: host, member or family */
    ScenarioList programs; /* of ScenarioProgram */
} ScenarioPrograms;

typedef struct ScenarioMatch {
    ScenarioValue what, without, from_port, to_port, retransmission, retransmission_of, stream_from,
        stream_to;
} ScenarioMatch;

typedef enum ScenarioFaultDo {
    SCENARIO_FAULT_DROP,
    SCENARIO_FAULT_DUPLICATE,
    SCENARIO_FAULT_DELAY,
    SCENARIO_FAULT_CORRUPT
} ScenarioFaultDo;

typedef struct ScenarioFault {
    ScenarioHead head;
    ScenarioValue link, toward, nth, times, action, by_ns, bit;
    ScenarioMatch match;
} ScenarioFault;

typedef struct ScenarioInject {
    ScenarioHead head;
    ScenarioValue at_ns, link, toward, segment, from, to, of, raw;
} ScenarioInject;

typedef enum ScenarioEventDo {
    SCENARIO_EVENT_UP,
    SCENARIO_EVENT_DOWN,
    SCENARIO_EVENT_CRASH,
    SCENARIO_EVENT_REBOOT
} ScenarioEventDo;

typedef struct ScenarioEvent {
    ScenarioHead head;
    ScenarioValue at_ns, link, toward, host, action;
    ScenarioWire *set; /* NULL: not given */
} ScenarioEvent;

typedef enum ScenarioExpectKind {
    SCENARIO_EXPECT_STATES,
    SCENARIO_EXPECT_RETRANSMISSIONS,
    SCENARIO_EXPECT_SEGMENTS,
    SCENARIO_EXPECT_DROPS,
    SCENARIO_EXPECT_MARKS,
    SCENARIO_EXPECT_CE_RECEIVED,
    SCENARIO_EXPECT_ECE_SENT,
    SCENARIO_EXPECT_ECN_REDUCTIONS,
    SCENARIO_EXPECT_COMPLETION,
    SCENARIO_EXPECT_DELIVERED,
    SCENARIO_EXPECT_NO_RESET,
    SCENARIO_EXPECT_ERROR,
    SCENARIO_EXPECT_STORY,
    SCENARIO_EXPECT_RESULT,
    SCENARIO_N_EXPECTS
} ScenarioExpectKind;

typedef struct ScenarioExpect {
    ScenarioHead head;
    int kind; /* ScenarioExpectKind */
    ScenarioMark mark;
    ScenarioValue of, at, link, toward, cause, is /* TcpReason */, are, min, max;
    ScenarioList states;       /* of ScenarioValue: TcpState */
    ScenarioList tells, never; /* of ScenarioValue: words of the story */
    ScenarioPart result;       /* of a program: scenario_judge.h */
} ScenarioExpect;

typedef struct ScenarioConfig {
    ScenarioValue version, name, seed, stop_ns, lang, record, routing;
    ScenarioTitle title, about;
    ScenarioList outputs;  /* of ScenarioValue */
    ScenarioList captures; /* of ScenarioValue */
    ScenarioTopology topology;
    ScenarioList hosts, links, apps, faults, inject, events, expect;
} ScenarioConfig;

#endif
