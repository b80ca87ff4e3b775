#include "study/soak_scenario.h"

#include "scenario/scenario_keys.h"
#include "sim/sim_rng.h"
#include "tcp/tcp_variant.h"

typedef struct Maker {
    Rng rng;
    GString *out;
    uint32_t least_mss_bytes; /* so that small segments do not become too many */
    bool fast_open;           /* of either host */
} Maker;

static uint32_t below(Maker *maker, uint32_t bound)
{
    return (uint32_t)rng_below(&maker->rng, bound);
}

static bool one_in(Maker *maker, uint32_t times)
{
    return below(maker, times) == 0;
}

#define PICK(maker, texts) texts[below(maker, G_N_ELEMENTS(texts))]

static void G_GNUC_PRINTF(2, 3) put(Maker *maker, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(maker->out, format, args);
    va_end(args);
}

/* ---- networks ---- */

/* Two inverted bits can cancel out in the Internet checksum, one cannot: only one wire of a path
 * may corrupt. */
static void put_wire(Maker *maker, bool may_corrupt)
{
    static const char *const rates[] = { "64kbit/s", "1Mbit/s", "10Mbit/s", "1Gbit/s" };
    static const char *const delays[] = { "10us", "1ms", "20ms", "150ms" };
    static const char *const queues[] = { "1pkt", "3pkt", "10pkt", "100pkt", "4kB" };
    static const char *const chances[] = { "0.1%", "0.5%", "1%", "2%", "5%", "15%" };
    static const char *const times[] = { "100us", "2ms", "30ms", "400ms", "3s" };
    put(maker, "rate: %s, delay: %s, queue: %s", PICK(maker, rates), PICK(maker, delays),
        PICK(maker, queues));
    if (one_in(maker, 2)) {
        put(maker, ", loss: %s", PICK(maker, chances));
    }
    if (one_in(maker, 2)) {
        put(maker, ", duplicate: %s", PICK(maker, chances));
    }
    if (may_corrupt && one_in(maker, 2)) {
        put(maker, ", corrupt: %s", PICK(maker, chances));
    }
    if (one_in(maker, 2)) {
        const char *chance = PICK(maker, chances);
        put(maker, ", reorder: {chance: %s, by: %s}", chance, PICK(maker, times));
    }
    if (one_in(maker, 3)) {
        const char *up_to = PICK(maker, times);
        put(maker, ", jitter: {up-to: %s, reorders: %s}", up_to,
            one_in(maker, 2) ? "true" : "false");
    }
}

static void put_links(Maker *maker, uint32_t hops)
{
    static const char *const mtus[] = { "576B", "1000B", "1500B", "1500B", "9000B" };
    uint32_t corrupting = 1 + below(maker, hops);
    put(maker, "links:\n");
    for (uint32_t i = 1; i <= hops; i++) {
        const char *from = i == 1 ? "client" : i == 2 ? "r1" : "r2";
        const char *to = i == hops ? "server" : i == 1 ? "r1" : "r2";
        put(maker, "  w%u: {between: [%s, %s], type: %s, mtu: %s, ", i, from, to,
            one_in(maker, 2) ? "ethernet" : "raw-ip", PICK(maker, mtus));
        put_wire(maker, i == corrupting);
        put(maker, "}\n");
    }
}

/* ---- hosts ---- */

/* Whatever can be on or off in `tcp:`, or is one of some words, so that a new key is soaked from
 * its first day. */
static void put_switches(Maker *maker)
{
    for (const ScenarioKey *key = scenario_map_tcp.keys; key->spec.name != NULL; key++) {
        /* A server that keeps nothing of a SYN cannot send again what it says first. */
        bool forgets = g_str_equal(key->spec.name, "syn-cookies");
        if (key->form != SCENARIO_FORM_VALUE || forgets || !one_in(maker, 3)) {
            continue;
        }
        if (key->spec.unit == SIM_UNIT_BOOL) {
            put(maker, "%s: %s, ", key->spec.name, one_in(maker, 2) ? "true" : "false");
        } else if (key->spec.unit == SIM_UNIT_WORD && key->spec.words != NULL) {
            uint32_t words = g_strv_length((char **)key->spec.words);
            put(maker, "%s: %s, ", key->spec.name, key->spec.words[below(maker, words)]);
            maker->fast_open = maker->fast_open || g_str_equal(key->spec.name, "fast-open");
        }
    }
}

static void put_algorithms(Maker *maker)
{
    uint32_t variants = 0, recoveries = 0;
    const TcpVariant *variant = tcp_variant_list(&variants);
    while (tcp_recovery_registry()[recoveries] != NULL) {
        recoveries++;
    }
    put(maker, "congestion: %s, ", variant[below(maker, variants)].name);
    uint32_t recovery = below(maker, recoveries + 1);
    put(maker, "recovery: %s",
        recovery == recoveries ? "auto" : tcp_recovery_registry()[recovery]->name);
}

static void put_tcp(Maker *maker)
{
    static const char *const sizes[] = { "700B", "3kB", "20kB", "64KiB", "1MiB" };
    static const uint32_t segments[] = { 90, 536, 1000, 1460 };
    put_switches(maker);
    if (one_in(maker, 3)) {
        uint32_t mss_bytes = PICK(maker, segments);
        maker->least_mss_bytes = MIN(maker->least_mss_bytes, mss_bytes);
        put(maker, "mss: %uB, ", mss_bytes);
    }
    if (one_in(maker, 2)) {
        put(maker, "receive-buffer: %s, ", PICK(maker, sizes));
    }
    if (one_in(maker, 2)) {
        put(maker, "send-buffer: %s, ", PICK(maker, sizes));
    }
    if (one_in(maker, 2)) {
        /* Sequence numbers wrap in the middle of the transfer. */
        put(maker, "isn: %u, ", UINT32_MAX - below(maker, 30000));
    }
    if (one_in(maker, 4)) {
        put(maker, "min-rto: 200ms, ");
    }
    if (one_in(maker, 8)) {
        put(maker, "user-timeout: %us, ", 2 + below(maker, 60));
    }
    put_algorithms(maker);
}

static void put_hosts(Maker *maker, uint32_t hops)
{
    put(maker, "hosts:\n");
    for (uint32_t i = 0; i < 2; i++) {
        put(maker, "  %s: {%stcp: {", i == 0 ? "client" : "server",
            one_in(maker, 4) ? "stack: linux, " : "");
        put_tcp(maker);
        put(maker, "}}\n");
    }
    for (uint32_t i = 1; i < hops; i++) {
        put(maker, "  r%u: {kind: router}\n", i);
    }
}

/* ---- programs ---- */

/* Steps of both sides, inside of brackets. */
typedef struct Talk {
    GString *client, *server;
} Talk;

static uint32_t pick_bytes(Maker *maker)
{
    uint32_t most = maker->least_mss_bytes < 500 ? 5000 : 60000;
    return one_in(maker, 3) ? 1 + below(maker, 100) : 1 + below(maker, most);
}

static void say_wait(Maker *maker, GString *steps)
{
    if (one_in(maker, 3)) {
        g_string_append_printf(steps, "wait: %ums, ", 1 + below(maker, 3000));
    }
}

/* Some writes; what they are in all. */
static uint32_t say_send(Maker *maker, GString *steps)
{
    uint32_t sum = 0;
    for (uint32_t n = 1 + below(maker, 3); n > 0; n--) {
        uint32_t bytes = pick_bytes(maker);
        sum += bytes;
        if (one_in(maker, 8)) {
            g_string_append_printf(steps, "send-urgent: 1B, send: %uB, ", bytes);
            sum++;
        } else if (one_in(maker, 3)) {
            g_string_append_printf(steps, "send: {bytes: %uB, each: %uB, every: %ums}, ", bytes,
                                   1 + bytes / (1 + below(maker, 20)), below(maker, 50));
        } else {
            g_string_append_printf(steps, "send: %uB, ", bytes);
        }
        say_wait(maker, steps);
    }
    return sum;
}

/* bytes 0: until the end. */
static void say_receive(Maker *maker, GString *steps, uint32_t bytes)
{
    g_string_append(steps, "receive: {");
    if (bytes > 0) {
        g_string_append_printf(steps, "bytes: %uB", bytes);
    } else {
        g_string_append(steps, "bytes: until-eof");
    }
    if (one_in(maker, 4)) {
        g_string_append_printf(steps, ", each: %uB, every: %ums", 200 + below(maker, 4000),
                               below(maker, 100));
    }
    g_string_append(steps, "}, ");
}

/* With Fast Open `connect` does not wait, and a CLOSE in SYN-SENT forgets what was written (RFC
 * 9293 3.10.4). */
static void say_wait_till_open(Maker *maker, GString *steps)
{
    g_string_append(steps, maker->fast_open ? "wait: sent, " : "");
}

/* One sends and says that it is done; the other reads, may answer, and closes. */
static void talk_one_way(Maker *maker, GString *speaker, GString *listener)
{
    bool answers = one_in(maker, 2);
    say_send(maker, speaker);
    say_wait_till_open(maker, speaker);
    g_string_append(speaker, answers ? "shutdown, " : "");
    say_receive(maker, listener, 0);
    if (answers) {
        say_wait(maker, listener);
        say_send(maker, listener);
        say_receive(maker, speaker, 0);
    }
}

/* Questions and answers. */
static void talk_in_turns(Maker *maker, GString *first, GString *second)
{
    for (uint32_t n = 1 + below(maker, 5); n > 0; n--) {
        uint32_t asked = say_send(maker, first);
        say_receive(maker, second, asked);
        uint32_t answered = say_send(maker, second);
        say_receive(maker, first, answered);
    }
}

/* Both close at about the same time, or one does not wait for the rest. */
static void say_goodbye(Maker *maker, GString *steps)
{
    say_wait(maker, steps);
    g_string_append(steps, one_in(maker, 8) ? "abort" : "close");
}

static void put_programs(Maker *maker)
{
    g_autoptr(GString) client = g_string_new(NULL);
    g_autoptr(GString) server = g_string_new(NULL);
    Talk talk = { client, server };
    bool client_first = one_in(maker, 2);
    GString *first = client_first ? talk.client : talk.server;
    GString *second = client_first ? talk.server : talk.client;
    if (one_in(maker, 2)) {
        talk_one_way(maker, first, second);
    } else {
        talk_in_turns(maker, first, second);
    }
    say_goodbye(maker, client);
    say_goodbye(maker, server);
    put(maker, "apps:\n  server: [listen: 80, accept, %s]\n", server->str);
    put(maker, "  client: [connect: server:80, %s]\n", client->str);
}

char *soak_scenario(uint64_t number)
{
    Maker maker = { .out = g_string_new("wirelab: 1\n"), .least_mss_bytes = UINT32_MAX };
    rng_init(&maker.rng, number, "soak");
    uint32_t hops = 1 + below(&maker, 3);
    /* The slowest of all, with tiny buffers over long ways, take hours. */
    put(&maker, "seed: %" G_GUINT64_FORMAT "\nstop: 100h\n", number);
    put_hosts(&maker, hops);
    put_links(&maker, hops);
    put_programs(&maker);
    return g_string_free(maker.out, FALSE);
}
