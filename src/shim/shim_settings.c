/* The host's settings: Linux's defaults, the sysctls of the network namespace that the tool runs
 * in, and what --so_flags says. Read when they are needed, since scripts change them. */

#include "shim/shim_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROC_DIR "/proc/sys/net/ipv4"

void shim_settings_flags(Shim *shim, const char *flags)
{
    shim->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    shim->settings_dir = g_strdup(PROC_DIR);
    g_auto(GStrv) words = g_strsplit_set(flags != NULL ? flags : "", " \n", -1);
    for (char **word = words; *word != NULL; word++) {
        char *equals = strchr(*word, '=');
        if (equals == NULL) {
            continue;
        }
        *equals = '\0';
        char *value = equals + 1;
        if (strcmp(*word, "mtu") == 0) {
            shim->mtu_bytes = (uint32_t)CLAMP(atoi(value), 68, 65535);
        } else if (strcmp(*word, "settings") == 0) {
            g_free(shim->settings_dir);
            shim->settings_dir = strcmp(value, "none") == 0 ? NULL : g_strdup(value);
        } else if (strcmp(*word, "refused") == 0) {
            shim->refused_dir = g_strdup(value);
        } else {
            g_hash_table_replace(shim->settings, g_strdup(*word),
                                 g_strdelimit(g_strdup(value), ",", ' '));
        }
    }
}

static char *read_setting(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *text = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL)) {
        g_strchomp(text);
    }
    return text;
}

/* The text of a setting, without the line's end; NULL: there is none. */
static char *setting_text(const Shim *shim, const char *name)
{
    const char *given = g_hash_table_lookup(shim->settings, name);
    if (given != NULL || shim->settings_dir == NULL) {
        return g_strdup(given);
    }
    char *text = shim->refused_dir != NULL ? read_setting(shim->refused_dir, name) : NULL;
    return text != NULL ? text : read_setting(shim->settings_dir, name);
}

/* The n-th number of a setting. */
static int64_t nth_setting(const Shim *shim, const char *name, unsigned n, int64_t fallback)
{
    g_autofree char *text = setting_text(shim, name);
    char *at = text, *end = NULL;
    int64_t value = fallback;
    for (unsigned i = 0; at != NULL && i <= n; i++, at = end) {
        value = g_ascii_strtoll(at, &end, 0);
        if (end == at) {
            return fallback;
        }
    }
    return value;
}

int64_t shim_setting(const Shim *shim, const char *name, int64_t fallback)
{
    return nth_setting(shim, name, 0, fallback);
}

/* ---- what follows from them ---- */

typedef struct SettingRow {
    const char *name;
    void (*apply)(TcpConfig *config, int64_t value);
} SettingRow;

static void set_timestamps(TcpConfig *config, int64_t value)
{
    config->timestamps = value != 0;
}

static void set_sack(TcpConfig *config, int64_t value)
{
    config->sack = value != 0;
}

static void set_window_scaling(TcpConfig *config, int64_t value)
{
    config->window_scaling = value != 0;
}

static void set_f_rto(TcpConfig *config, int64_t value)
{
    config->f_rto = value != 0;
}

static void set_after_idle(TcpConfig *config, int64_t value)
{
    config->slow_start_after_idle = value != 0;
}

static void set_recovery(TcpConfig *config, int64_t value)
{
    config->recovery = tcp_recovery_find(value & 1 ? "rack" : "sack");
}

static void set_keep_alive_time(TcpConfig *config, int64_t value)
{
    config->keep_alive_idle_ns = value * SIM_NS_PER_S;
}

static void set_keep_alive_interval(TcpConfig *config, int64_t value)
{
    config->keep_alive_interval_ns = value * SIM_NS_PER_S;
}

static void set_keep_alive_probes(TcpConfig *config, int64_t value)
{
    config->keep_alive_probes = (uint32_t)value;
}

static void set_min_rto(TcpConfig *config, int64_t value)
{
    config->min_rto_ns = value * SIM_NS_PER_US;
}

/* 0: off; 1: asked for; 2: where the peer asks. */
static void set_ecn(TcpConfig *config, int64_t value)
{
    config->ecn = value == 0 ? TCP_ECN_OFF : value == 1 ? TCP_ECN_ON : TCP_ECN_ACCEPT;
}

static const SettingRow setting_rows[] = {
    { "tcp_ecn", set_ecn },
    { "tcp_timestamps", set_timestamps },
    { "tcp_sack", set_sack },
    { "tcp_window_scaling", set_window_scaling },
    { "tcp_frto", set_f_rto },
    { "tcp_slow_start_after_idle", set_after_idle },
    { "tcp_recovery", set_recovery },
    { "tcp_keepalive_time", set_keep_alive_time },
    { "tcp_keepalive_intvl", set_keep_alive_interval },
    { "tcp_keepalive_probes", set_keep_alive_probes },
    { "tcp_rto_min_us", set_min_rto },
};

/* Linux as it is when nobody has set anything. */
static void set_defaults(TcpConfig *config)
{
    tcp_config_init(config);
    config->min_rto_ns = 200 * SIM_NS_PER_MS;
    config->max_rto_ns = 120 * SIM_NS_PER_S;
    config->initial_window_segments = 10;
    config->recovery = tcp_recovery_find("rack");
    config->cc = tcp_cc_find("linux-cubic");
    config->prr = true;
    config->undo = true;
    config->f_rto = true;
    config->msl_ns = 30 * SIM_NS_PER_S;
    config->syn_data = false;
    config->timestamps_required = false;
    config->quick_ack = true;
    config->floored_rto = true;
    config->offload = true;
    config->minshall = true;
    config->validation = true;
    config->linux_rack = true;
    config->timer_slack_ns = 2 * SIM_NS_PER_MS;
    config->whole_segments = true;
    config->bare_probes = true;
    config->reset_acks = true;
    config->sack_fin = true;
    config->delayed_fin_ack = true;
}

/* ---- Fast Open: the bits of tcp_fastopen ---- */

enum {
    FAST_CLIENT = 0x1,
    FAST_SERVER = 0x2,
    FAST_CLIENT_NO_COOKIE = 0x4,
    FAST_SERVER_NO_COOKIE = 0x200,
    FAST_SERVER_ALL = 0x400 /* listeners have it without asking */
};

static int64_t fast_open_bits(const Shim *shim)
{
    return shim_setting(shim, "tcp_fastopen", FAST_CLIENT);
}

/* Four words in hexadecimal, each the lower octet first. */
static void read_key(const Shim *shim, TcpConfig *config)
{
    uint32_t words[4];
    g_autofree char *text = setting_text(shim, "tcp_fastopen_key");
    if (text == NULL ||
        sscanf(text, "%x-%x-%x-%x", &words[0], &words[1], &words[2], &words[3]) != 4) {
        return;
    }
    for (unsigned i = 0; i < sizeof config->fast_open_key; i++) {
        config->fast_open_key[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
    }
    config->fast_open_keyed = true;
}

bool shim_settings_fast_client(const Shim *shim, TcpConfig *config)
{
    int64_t bits = fast_open_bits(shim);
    config->fast_open = TCP_FAST_OPEN_CLIENT;
    config->fast_open_cookies = (bits & FAST_CLIENT_NO_COOKIE) == 0;
    config->fast_open_hold_off_ns =
        shim_setting(shim, "tcp_fastopen_blackhole_timeout_sec", 0) * SIM_NS_PER_S;
    return (bits & FAST_CLIENT) != 0;
}

void shim_settings_fast_server(const Shim *shim, uint32_t queue_len, uint32_t backlog,
                               TcpConfig *config)
{
    int64_t bits = fast_open_bits(shim);
    if ((bits & FAST_SERVER) == 0 || (queue_len == 0 && (bits & FAST_SERVER_ALL) == 0)) {
        return;
    }
    config->fast_open = TCP_FAST_OPEN_SERVER;
    config->fast_open_cookies = (bits & FAST_SERVER_NO_COOKIE) == 0;
    config->fast_open_pending = queue_len != 0 ? queue_len : backlog;
    read_key(shim, config);
}

static void set_congestion_control(const Shim *shim, TcpConfig *config)
{
    g_autofree char *name = setting_text(shim, "tcp_congestion_control");
    g_autofree char *own = g_strdup_printf("linux-%s", name != NULL ? name : "cubic");
    const TcpCcOps *cc = tcp_cc_find(own);
    cc = cc == NULL && name != NULL ? tcp_cc_find(name) : cc;
    if (cc != NULL) {
        config->cc = cc;
    }
}

void shim_settings_read(const Shim *shim, TcpConfig *out_config)
{
    set_defaults(out_config);
    for (size_t i = 0; i < G_N_ELEMENTS(setting_rows); i++) {
        int64_t value = shim_setting(shim, setting_rows[i].name, -1);
        if (value >= 0) {
            setting_rows[i].apply(out_config, value);
        }
    }
    out_config->receive_buffer_bytes = (uint32_t)nth_setting(shim, "tcp_rmem", 2, 15 * 1024 * 1024);
    out_config->send_buffer_bytes = (uint32_t)nth_setting(shim, "tcp_wmem", 2, 4194304);
    set_congestion_control(shim, out_config);
}
