/* Keys of `apps:`: the steps of a program, and the ready-made programs. */

#include "scenario/scenario_keys_table.h"

#include "app/app.h"
#include "app/app_steps.h"

static const char *app_name(size_t i)
{
    const AppOps *ops = app_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *app_params(size_t i)
{
    return app_registry()[i]->params;
}

static const char *socket_error_name(size_t i)
{
    return i < SOCKET_N_ERRORS ? socket_error_to_string((SocketError)i) : NULL;
}

static const ScenarioParts app_parts = { app_name, app_params };
static const ScenarioParts socket_error_names = { socket_error_name, NULL };

static const ScenarioWord word_until_eof[] = { { "until-eof", INT64_MAX }, { NULL } };

/* A value instead of which a program may wait for an event. */
static const ScenarioWord words_wait[] = {
    { "established", -1 - SOCKET_EVENT_CONNECTED },
    { "readable", -1 - SOCKET_EVENT_READABLE },
    { "sent", -1 - SOCKET_EVENT_SENT },
    { "urgent", -1 - SOCKET_EVENT_URGENT },
    { "eof", -1 - SOCKET_EVENT_EOF },
    { "closed", -1 - SOCKET_EVENT_CLOSED },
    { NULL },
};

#define STEP_ROW(word, unit_, field, ...)                                                          \
    {                                                                                              \
        .spec = { word, unit_, __VA_ARGS__ }, FIELD(ScenarioStep, field)                           \
    }
#define STEP_EXPECT                                                                                \
    {                                                                                              \
        .spec = { "expect", SIM_UNIT_WORD, SOCKET_OK,                                              \
                  .help = N_("How the call must end; anything else fails the run.") },             \
        FIELD(ScenarioStep, expect), .names = &socket_error_names                                  \
    }
#define STEP_END                                                                                   \
    {                                                                                              \
        .spec = { NULL }                                                                           \
    }

static const ScenarioKey listen_keys[] = {
    STEP_ROW("port", SIM_UNIT_NUMBER, port, 0, 1, 65535, true, .help = N_("The local port.")),
    { .spec = { "backlog", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Connections that may wait; auto: the host's.") },
      FIELD(ScenarioStep, backlog),
      .special = scenario_word_auto_0 },
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey bind_keys[] = {
    STEP_ROW("port", SIM_UNIT_NUMBER, port, 0, 1, 65535, true, .help = N_("The local port.")),
    { .spec = { "address", SIM_UNIT_TEXT,
                .help = N_("One of the host's addresses; any if not "
                           "given.") },
      FIELD(ScenarioStep, address),
      .syntax = SCENARIO_SYNTAX_ADDRESS },
    STEP_EXPECT,
    STEP_END,
};
#define TO_HELP                                                                                    \
    N_("Host and port. Of a host with several addresses, one on a network that this host is on, "  \
       "else the first to which it has a route.")
static const ScenarioKey connect_keys[] = {
    STEP_ROW("to", SIM_UNIT_HOST_PORT, to, .required = true, .help = TO_HELP),
    STEP_ROW("wait", SIM_UNIT_BOOL, waits, 1, 0, 1,
             .help = N_("Whether to go on only when the connection is there; what is sent before "
                        "rides on the handshake.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey send_keys[] = {
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 1, MAX_BYTES, .help = N_("How many bytes.")),
    { .spec = { "text", SIM_UNIT_TEXT, .help = N_("These words, instead of a number of bytes.") },
      FIELD(ScenarioStep, text) },
    { .spec = { "each", SIM_UNIT_BYTES, 0, 1, MAX_BYTES,
                .help = N_("Bytes of one write; all: as many as there is room for.") },
      FIELD(ScenarioStep, chunk_bytes),
      .special = scenario_word_all_0 },
    STEP_ROW("every", SIM_UNIT_DURATION, every_ns, 0, 0, MAX_NS,
             .help = N_("Pause between one and the next.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey send_urgent_keys[] = {
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 1, MAX_BYTES, true, .help = N_("How many bytes.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey receive_keys[] = {
    { .spec = { "bytes", SIM_UNIT_BYTES, INT64_MAX, 1, MAX_BYTES,
                .help = N_("How many bytes; until-eof: until the peer closes.") },
      FIELD(ScenarioStep, bytes),
      .special = word_until_eof },
    { .spec = { "each", SIM_UNIT_BYTES, 0, 1, MAX_BYTES,
                .help = N_("Bytes of one read; all: what there is.") },
      FIELD(ScenarioStep, chunk_bytes),
      .special = scenario_word_all_0 },
    STEP_ROW("every", SIM_UNIT_DURATION, every_ns, 0, 0, MAX_NS,
             .help = N_("Pause between one and the next.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey plain_keys[] = { STEP_EXPECT, STEP_END };
static const ScenarioKey wait_keys[] = {
    { .spec = { "for", SIM_UNIT_DURATION, 0, 0, MAX_NS, true,
                .help = N_("How long, or for what.") },
      FIELD(ScenarioStep, wait_for),
      .special = words_wait },
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey at_keys[] = {
    STEP_ROW("time", SIM_UNIT_DURATION, at_ns, 0, 0, MAX_NS, true,
             .help = N_("Since the start of the run.")),
    STEP_END,
};
static const ScenarioKey repeat_keys[] = {
    { .spec = { "times", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT, true, .help = N_("How often.") },
      FIELD(ScenarioStep, times),
      .special = scenario_word_forever_0 },
    { .spec = { "do", .required = true, .help = N_("The steps to repeat.") },
      .form = SCENARIO_FORM_LIST,
      FIELD(ScenarioStep, body),
      .map = &scenario_map_step },
    STEP_END,
};
static const ScenarioKey send_to_keys[] = {
    STEP_ROW("to", SIM_UNIT_HOST_PORT, to, .required = true, .help = TO_HELP),
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 0, 65507, true,
             .help = N_("Length of the datagram.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey receive_from_keys[] = {
    STEP_ROW("count", SIM_UNIT_NUMBER, times, 1, 1, MAX_COUNT, .help = N_("How many datagrams.")),
    STEP_EXPECT,
    STEP_END,
};

/* The map of one verb. */
#define STEP_MAP(word, title_, brief_)                                                             \
    static const ScenarioMap word##_map = { .title = title_, .brief = brief_, .keys = word##_keys }
STEP_MAP(listen, "listen", "port");
STEP_MAP(bind, "bind", "port");
STEP_MAP(connect, "connect", "to");
STEP_MAP(send, "send", "bytes");
STEP_MAP(send_urgent, "send-urgent", "bytes");
STEP_MAP(receive, "receive", "bytes");
STEP_MAP(plain, N_("a call"), NULL);
STEP_MAP(wait, "wait", "for");
STEP_MAP(at, "at", "time");
STEP_MAP(repeat, "repeat", NULL);
STEP_MAP(send_to, "send-to", "to");
STEP_MAP(receive_from, "receive-from", "count");

#define STEP(word, map_, kind_, help_)                                                             \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = SCENARIO_FORM_VARIANT, .map = map_,               \
        .variant = kind_                                                                           \
    }

static const ScenarioKey step_keys[] = {
    STEP("listen", &listen_map, APP_STEP_LISTEN, N_("Waits for connections at a port.")),
    STEP("bind", &bind_map, APP_STEP_BIND,
         N_("Chooses the local port, or opens it for datagrams.")),
    STEP("accept", &plain_map, APP_STEP_ACCEPT, N_("Takes the next connection.")),
    STEP("connect", &connect_map, APP_STEP_CONNECT, N_("Opens a connection.")),
    STEP("send", &send_map, APP_STEP_SEND, N_("Writes to the connection.")),
    STEP("send-urgent", &send_urgent_map, APP_STEP_SEND_URGENT, N_("Writes urgent data.")),
    STEP("receive", &receive_map, APP_STEP_RECEIVE, N_("Reads from the connection.")),
    STEP("shutdown", &plain_map, APP_STEP_SHUTDOWN, N_("Sends no more, but goes on receiving.")),
    STEP("close", &plain_map, APP_STEP_CLOSE, N_("Closes the connection.")),
    STEP("abort", &plain_map, APP_STEP_ABORT, N_("Resets the connection.")),
    STEP("wait", &wait_map, APP_STEP_WAIT,
         N_("Does nothing for a time, or until something happens.")),
    STEP("at", &at_map, APP_STEP_AT, N_("Does nothing until an instant of the simulated clock.")),
    STEP("repeat", &repeat_map, APP_STEP_REPEAT, N_("Does some steps several times.")),
    { .spec = { "set", .help = N_("Changes options of the next connection, or of this one where it "
                                  "can still change them.") },
      .form = SCENARIO_FORM_VARIANT,
      FIELD(ScenarioStep, tcp),
      .map = &scenario_map_tcp,
      .variant = APP_STEP_SET,
      .partial = true },
    STEP("send-to", &send_to_map, APP_STEP_SEND_TO, N_("Sends a datagram.")),
    STEP("receive-from", &receive_from_map, APP_STEP_RECEIVE_FROM, N_("Receives datagrams.")),
    STEP_END,
};

const ScenarioMap scenario_map_step = {
    .title = N_("a step"),
    .named = N_("step %s"),
    .keys = step_keys,
    .bytes = sizeof(ScenarioStep),
    .one_of = true,
    .kind_offset = offsetof(ScenarioStep, kind),
};

static const ScenarioKey start_keys[] = {
    { .spec = { "at", SIM_UNIT_DURATION, 0, 0, MAX_NS, .help = N_("When the program starts.") },
      FIELD(ScenarioStart, at_ns) },
    { .spec = { "spread", SIM_UNIT_DURATION, 0, 0, MAX_NS,
                .help = N_("The members of a family start evenly over this time.") },
      FIELD(ScenarioStart, spread_ns) },
    { .spec = { NULL } },
};

static const ScenarioMap start_map = {
    .title = N_("the start of a program"),
    .brief = "at",
    .keys = start_keys,
    .bytes = sizeof(ScenarioStart),
};

static const char *const reboot_words[] = { "restart", "stay-down", NULL };

static const ScenarioKey steps_keys[] = {
    { .spec = { "steps", .required = true, .help = N_("A list of socket calls.") },
      .form = SCENARIO_FORM_LIST,
      FIELD(ScenarioProgram, steps),
      .map = &scenario_map_step },
    { .spec = { NULL } },
};
static const ScenarioMap steps_map = { .title = N_("a list of steps"),
                                       .brief = "steps",
                                       .keys = steps_keys };

static const ScenarioKey program_keys[] = {
    { .spec = { "steps", .help = N_("A program written as a list of socket calls.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &steps_map,
      .variant = SCENARIO_PROGRAM_STEPS },
    { .spec = { "start", .help = N_("When the program starts.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioProgram, start),
      .map = &start_map },
    { .spec = { "on-reboot", SIM_UNIT_WORD, 0, .words = reboot_words,
                .help = N_("Whether the program runs again when its host comes back.") },
      FIELD(ScenarioProgram, on_reboot) },
    { .spec = { NULL } },
};

static const ScenarioMap program_map = {
    .title = N_("a program"),
    .named = N_("program %s"),
    .brief = "steps",
    .keys = program_keys,
    .bytes = sizeof(ScenarioProgram),
    .one_of = true,
    .kind_offset = offsetof(ScenarioProgram, kind),
    .parts = &app_parts,
    .part_offset = offsetof(ScenarioProgram, app),
    .part_variant = SCENARIO_PROGRAM_APP,
};

static const ScenarioKey programs_keys[] = {
    { .spec = { "programs", .required = true, .help = N_("One program, or a list of several.") },
      .form = SCENARIO_FORM_MANY,
      FIELD(ScenarioPrograms, programs),
      .map = &program_map },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_programs = {
    .title = N_("the programs of a host"),
    .named = N_("the programs of '%s'"),
    .brief = "programs",
    .only_brief = true,
    .keys = programs_keys,
    .bytes = sizeof(ScenarioPrograms),
};
