#include "shim/script-player.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/script-calls.h"

void player_wrong(const Player *player, const char *what, const char *detail)
{
    g_error("%s:%d: %s: %s", player->file, player->line, what, detail);
}

int64_t player_now_us(Player *player)
{
    struct timeval now;
    player->stack.gettimeofday(player->stack.userdata, &now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec - player->zero_us;
}

static void wait_until(Player *player, int64_t at_us)
{
    int64_t gap_us = at_us - player_now_us(player);
    if (gap_us > SLEEP_SHORT_US) {
        player->stack.usleep(player->stack.userdata, (useconds_t)(gap_us - SLEEP_SHORT_US));
    }
    while (player_now_us(player) < at_us) {
    }
}

void player_check_time(const Player *player, const char *what, int64_t want_us, int64_t got_us)
{
    if (ABS(want_us - got_us) > TOLERANCE_US) {
        g_error("%s:%d: %s expected at %.6f s, was at %.6f s", player->file, player->line, what,
                (double)want_us / 1e6, (double)got_us / 1e6);
    }
}

/* ---- segments ---- */

static void inject(Player *player, const char *text)
{
    SegmentOrigin origin = { PEER_ISN, player->iss, 0, player->ts_base };
    Segment segment;
    segment_parse(text, &origin, &segment);
    Packet *pkt = packet_new(&player->pool, &player->maker, 0, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){ .src = inet_addr_v4(PEER_ADDR),
                        .dst = inet_addr_v4(HOST_ADDR),
                        .protocol = IP_PROTOCOL_TCP,
                        .ttl = 255 };
    pkt->tcp = segment.tcp;
    pkt->tcp.src_port = player->peer_port;
    pkt->tcp.dst_port = player->host_port;
    g_autofree uint8_t *text_bytes = g_malloc0(MAX(segment.len_bytes, 1));
    pkt->payload = payload_literal(text_bytes, segment.len_bytes);
    packet_set_length(pkt);
    g_autofree uint8_t *bytes = g_malloc(packet_frame_bytes(pkt));
    packet_serialise(pkt, bytes);
    player->stack.netdev_send(player->stack.userdata, bytes, packet_frame_bytes(pkt));
    packet_free(pkt);
}

/* The next segment, read. */
static Packet *receive(Player *player, int64_t *out_at_us)
{
    g_autofree uint8_t *bytes = g_malloc(MAX_DATAGRAM);
    size_t len = MAX_DATAGRAM;
    long long at_us;
    player->stack.netdev_receive(player->stack.userdata, bytes, &len, &at_us);
    if (len == 0) {
        player_wrong(player, "nothing was sent", "");
    }
    *out_at_us = at_us - player->zero_us;
    Packet *pkt = packet_new_raw(&player->pool, &player->maker, 0, PACKET_WHY_INJECTED,
                                 PACKET_LINK_RAW_IP, bytes, len);
    if (packet_parse(pkt, PACKET_DEPTH_TRANSPORT) != PACKET_OK || pkt->kind != PACKET_TCP) {
        player_wrong(player, "what was sent is no good segment", packet_why_to_string(pkt->why));
    }
    return pkt;
}

/* The host's numbers, from the first segment that shows them. */
static void learn(Player *player, const WireTcp *got, const WireTcp *want)
{
    if ((got->flags & TCP_SYN) != 0 && (!player->iss_known || (got->flags & TCP_ACK) == 0)) {
        player->iss = got->seq;
        player->iss_known = true;
        player->host_port = got->src_port;
        player->peer_port = got->dst_port;
    }
    if ((got->options & TCP_OPT_TIMESTAMPS) != 0 && !player->ts_known) {
        player->ts_base = got->ts_val - want->ts_val;
        player->ts_known = (want->options & TCP_OPT_TIMESTAMPS) != 0;
    }
}

/* Segments sent at once stand for one of their sum: the first one's place, the last one's rest. */
static void expect(Player *player, const char *text, int64_t at_us)
{
    SegmentOrigin nothing = { 0 };
    Segment want;
    int64_t got_at_us;
    segment_parse(text, &nothing, &want);
    Packet *pkt = receive(player, &got_at_us);
    learn(player, &pkt->tcp, &want.tcp);
    TcpSeq seq = pkt->tcp.seq;
    uint32_t len = pkt->payload.len_bytes;
    while (len > 0 && len < want.len_bytes) {
        packet_free(pkt);
        pkt = receive(player, &got_at_us);
        len += pkt->payload.len_bytes;
    }
    pkt->tcp.seq = seq;
    pkt->payload.len_bytes = len;
    SegmentOrigin origin = { player->iss, PEER_ISN, player->ts_base, 0 };
    segment_assert(player->file, player->line, pkt, text, &origin);
    player_check_time(player, text, at_us, got_at_us);
    packet_free(pkt);
}

/* ---- calls that wait ---- */

static void *wait_in_call(void *data)
{
    Call *call = data;
    call->player->thread_id = (int)gettid();
    script_call_make(call);
    return NULL;
}

/* Whether the thread sleeps, or is gone. */
static bool is_asleep(int thread_id)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/stat", thread_id);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return true;
    }
    const char *state = strrchr(text, ')');
    return state == NULL || state[1] == '\0' || state[2] == 'S' || state[2] == 'Z';
}

static void start_waiting(Player *player, Call *call)
{
    player->waiting = call;
    player->thread_id = 0;
    pthread_create(&player->thread, NULL, wait_in_call, call);
    while (player->thread_id == 0 || !is_asleep(player->thread_id)) {
        g_usleep(50);
    }
}

static void end_waiting(Player *player)
{
    if (player->waiting != NULL) {
        pthread_join(player->thread, NULL);
        Call *call = g_steal_pointer(&player->waiting);
        script_call_check(call);
        script_call_free(call);
    }
}

static void play_call(Player *player, const char *text, int64_t at_us, int64_t end_us)
{
    Call *call = script_call_read(player, text, end_us);
    end_waiting(player);
    if (end_us >= 0) {
        start_waiting(player, call);
        return;
    }
    script_call_make(call);
    script_call_check(call);
    script_call_free(call);
}

/* ---- lines ---- */

static int64_t read_time(const Player *player, const char *text, int64_t base_us)
{
    bool relative = *text == '+';
    double seconds = g_ascii_strtod(text + relative, NULL);
    return (relative ? base_us : 0) + (int64_t)(seconds * 1e6 + 0.5);
}

static void play_event(Player *player, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, " ", 2);
    if (parts[1] == NULL) {
        player_wrong(player, "no event", line);
    }
    char *text = g_strstrip(parts[1]);
    int64_t at_us = read_time(player, parts[0], player->last_us), end_us = -1;
    char *until = strstr(parts[0], "...");
    if (until != NULL) {
        end_us = read_time(player, until + 3, 0) + (*parts[0] == '+' ? player->last_us : 0);
    }
    player->last_us = at_us;
    if (text[0] == '>') {
        expect(player, g_strchug(text + 1), at_us);
        return;
    }
    wait_until(player, at_us);
    if (text[0] == '<') {
        inject(player, g_strchug(text + 1));
    } else {
        play_call(player, text, at_us, end_us);
    }
}

static void play_text(Player *player, const char *file);

/* The lines of a file beside the script. */
static void play_part(Player *player, const char *name)
{
    const char *script = player->file;
    int line = player->line;
    g_autofree char *folder = g_path_get_dirname(script);
    g_autofree char *path = g_strdup_printf("%s/%s.part", folder, name);
    play_text(player, path);
    player->file = script;
    player->line = line;
}

static void play_line(Player *player, char *line)
{
    g_strstrip(line);
    if (*line == '\0' || *line == '#' || g_str_has_prefix(line, "set ")) {
        return;
    }
    if (strcmp(line, "next") == 0) {
        player->peer_port++;
        player->iss_known = false;
        player->host_port = HOST_PORT;
        player->ts_known = false;
    } else if (g_str_has_prefix(line, "use ")) {
        play_part(player, line + strlen("use "));
    } else {
        play_event(player, line);
    }
}

static char **read_lines(const char *file)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL)) {
        g_error("%s: cannot be read", file);
    }
    return g_strsplit(text, "\n", -1);
}

static void play_text(Player *player, const char *file)
{
    g_auto(GStrv) lines = read_lines(file);
    player->file = file;
    for (unsigned i = 0; lines[i] != NULL; i++) {
        player->line = (int)i + 1;
        play_line(player, lines[i]);
    }
}

/* All that the script sets, and that nothing else is. */
static char *flags_of(char **lines)
{
    GString *flags = g_string_new("settings=none");
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "set ")) {
            g_string_append_printf(flags, " %s", *line + strlen("set "));
        }
    }
    return g_string_free(flags, FALSE);
}

/* What the script left open is closed behind the module's back, as the tool does. */
static void finish(Player *player)
{
    for (unsigned i = 0; i < MAX_FDS; i++) {
        if (player->fds[i] >= 0 && close(player->fds[i]) != 0) {
            player_wrong(player, "close", g_strerror(errno));
        }
    }
    player->stack.free(player->stack.userdata);
    sim_pool_clear(&player->pool);
}

void *script_player_load(const char *module)
{
    void *handle = dlopen(module, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) {
        g_error("%s", dlerror());
    }
    return handle;
}

void script_player_run(void *module, const char *script)
{
    g_auto(GStrv) lines = read_lines(script);
    g_autofree char *flags = flags_of(lines);
    Player player = { .file = script, .host_port = HOST_PORT, .peer_port = PEER_PORT };
    memset(player.fds, -1, sizeof player.fds);
    sim_pool_init(&player.pool, sizeof(Packet));
    sim_entity_init(&player.maker, 1);
    player.getsockopt = (GetsockoptFn)dlsym(module, "getsockopt");
    InitFn init = (InitFn)dlsym(module, "packetdrill_interface_init");
    g_assert_nonnull(init);
    init(flags, &player.stack);
    player.zero_us = player_now_us(&player);
    play_text(&player, script);
    end_waiting(&player);
    finish(&player);
}
