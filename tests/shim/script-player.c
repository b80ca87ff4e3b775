#include "shim/script-player.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/segment.h"
#include "shim/shim_abi.h"

#define HOST_ADDR 0xc0a80001u
#define PEER_ADDR 0xc0000201u
#define HOST_PORT 8080
#define PEER_PORT 5000
#define PEER_ISN 1000000u
#define SLEEP_SHORT_US 20
#define TOLERANCE_US 200
#define MAX_FDS 32
#define MAX_WORDS 8
#define MAX_DATAGRAM 65536

typedef int (*GetsockoptFn)(int fd, int level, int name, void *value, socklen_t *len);
typedef void (*InitFn)(const char *flags, ShimInterface *out_interface);

typedef struct Player Player;

/* A call as the script has it. */
typedef struct Call {
    Player *player;
    char *words[MAX_WORDS]; /* name and arguments */
    unsigned word_count;
    long long want;
    int want_errno; /* 0: the call succeeds */
    int64_t end_us; /* relative; -1: it does not wait */
    int line;
    /* The result. */
    long long got;
    int got_errno;
    int64_t got_at_us;
} Call;

struct Player {
    const char *file;
    int line;
    ShimInterface stack;
    GetsockoptFn getsockopt;
    int64_t zero_us, last_us; /* the tool's clock at time 0; of the line before, relative */
    int fds[MAX_FDS];         /* by the script's number; -1: none */
    /* The connection of the segments. */
    uint16_t host_port, peer_port;
    TcpSeq iss;
    uint32_t ts_base;
    bool iss_known, ts_known;
    /* A call that waits. */
    Call *waiting;
    pthread_t thread;
    volatile int thread_id;
    /* For packets made and read here. */
    SimPool pool;
    SimEntity maker;
};

G_NORETURN static void wrong(const Player *player, const char *what, const char *detail)
{
    g_error("%s:%d: %s: %s", player->file, player->line, what, detail);
}

static int64_t now_us(Player *player)
{
    struct timeval now;
    player->stack.gettimeofday(player->stack.userdata, &now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec - player->zero_us;
}

static void wait_until(Player *player, int64_t at_us)
{
    int64_t gap_us = at_us - now_us(player);
    if (gap_us > SLEEP_SHORT_US) {
        player->stack.usleep(player->stack.userdata, (useconds_t)(gap_us - SLEEP_SHORT_US));
    }
    while (now_us(player) < at_us) {
    }
}

static void check_time(const Player *player, const char *what, int64_t want_us, int64_t got_us)
{
    if (ABS(want_us - got_us) > TOLERANCE_US) {
        g_error("%s:%d: %s expected at %.6f s, was at %.6f s", player->file, player->line, what,
                (double)want_us / 1e6, (double)got_us / 1e6);
    }
}

/* ---- segments ---- */

static void *zeroes(uint32_t len)
{
    return g_malloc0(MAX(len, 1));
}

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
    g_autofree uint8_t *text_bytes = zeroes(segment.len_bytes);
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
        wrong(player, "nothing was sent", "");
    }
    *out_at_us = at_us - player->zero_us;
    Packet *pkt = packet_new_raw(&player->pool, &player->maker, 0, PACKET_WHY_INJECTED,
                                 PACKET_LINK_RAW_IP, bytes, len);
    if (packet_parse(pkt, PACKET_DEPTH_TRANSPORT) != PACKET_OK || pkt->kind != PACKET_TCP) {
        wrong(player, "what was sent is no good segment", packet_why_to_string(pkt->why));
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
    check_time(player, text, at_us, got_at_us);
    packet_free(pkt);
}

/* ---- calls ---- */

static long long number(const Call *call, unsigned i)
{
    return i < call->word_count ? g_ascii_strtoll(call->words[i], NULL, 0) : 0;
}

static int fd_of(const Call *call)
{
    long long script_fd = number(call, 1);
    return script_fd >= 0 && script_fd < MAX_FDS ? call->player->fds[script_fd] : -1;
}

static const char *word(const Call *call, unsigned i)
{
    return i < call->word_count ? call->words[i] : "";
}

static struct sockaddr_in ends_of(uint32_t addr, uint16_t port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons(port),
                                 .sin_addr = { htonl(addr) } };
}

static long long call_socket(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->socket(stack->userdata, AF_INET, SOCK_STREAM, IPPROTO_TCP);
}

static long long call_bind(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct sockaddr_in addr = ends_of(HOST_ADDR, HOST_PORT);
    return stack->bind(stack->userdata, fd_of(call), (struct sockaddr *)&addr, sizeof addr);
}

static long long call_listen(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->listen(stack->userdata, fd_of(call), (int)number(call, 2));
}

static long long call_accept(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;
    int fd = stack->accept(stack->userdata, fd_of(call), (struct sockaddr *)&addr, &len);
    if (fd >= 0 && ntohl(addr.sin_addr.s_addr) != PEER_ADDR) {
        wrong(call->player, "accept", "another peer");
    }
    return fd;
}

static long long call_connect(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct sockaddr_in addr = ends_of(PEER_ADDR, HOST_PORT);
    return stack->connect(stack->userdata, fd_of(call), (struct sockaddr *)&addr, sizeof addr);
}

static long long call_read(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    size_t len = (size_t)number(call, 2);
    g_autofree void *bytes = zeroes((uint32_t)len);
    return stack->read(stack->userdata, fd_of(call), bytes, len);
}

static int send_flags(const char *text)
{
    return (strstr(text, "MORE") ? MSG_MORE : 0) | (strstr(text, "OOB") ? MSG_OOB : 0) |
           (strstr(text, "EOR") ? MSG_EOR : 0) | (strstr(text, "FASTOPEN") ? MSG_FASTOPEN : 0) |
           (strstr(text, "DONTWAIT") ? MSG_DONTWAIT : 0);
}

static long long call_send(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    size_t len = (size_t)number(call, 2);
    g_autofree void *bytes = zeroes((uint32_t)len);
    struct sockaddr_in addr = ends_of(PEER_ADDR, HOST_PORT);
    int flags = send_flags(word(call, 3));
    if (flags & MSG_FASTOPEN) {
        return stack->sendto(stack->userdata, fd_of(call), bytes, len, flags,
                             (struct sockaddr *)&addr, sizeof addr);
    }
    return stack->send(stack->userdata, fd_of(call), bytes, len, flags);
}

/* A buffer that is not there. */
static long long call_write_nowhere(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->write(stack->userdata, fd_of(call), NULL, 10);
}

static long long call_close(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    int fd = fd_of(call);
    call->player->fds[number(call, 1)] = -1;
    return stack->close(stack->userdata, fd);
}

static long long call_shutdown(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    const char *how = word(call, 2);
    return stack->shutdown(stack->userdata, fd_of(call),
                           strcmp(how, "RD") == 0   ? SHUT_RD
                           : strcmp(how, "WR") == 0 ? SHUT_WR
                                                    : SHUT_RDWR);
}

static long long call_nonblock(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->fcntl(stack->userdata, fd_of(call), F_SETFL, O_RDWR | O_NONBLOCK);
}

static long long call_getfl(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    int flags = stack->fcntl(stack->userdata, fd_of(call), F_GETFL);
    return flags < 0 ? flags : (flags & O_NONBLOCK) != 0;
}

static long long call_inq(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    int waits = 0;
    int result = stack->ioctl(stack->userdata, fd_of(call), FIONREAD, &waits);
    return result < 0 ? result : waits;
}

static const struct {
    const char *name;
    int level, number;
} option_names[] = {
    { "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR },
    { "SO_SNDBUF", SOL_SOCKET, SO_SNDBUF },
    { "SO_RCVBUF", SOL_SOCKET, SO_RCVBUF },
    { "SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE },
    { "SO_ERROR", SOL_SOCKET, SO_ERROR },
    { "TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY },
    { "TCP_CORK", IPPROTO_TCP, TCP_CORK },
    { "TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG },
    { "TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE },
    { "TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL },
    { "TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT },
    { "TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT },
    { "TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT },
    { "TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN },
    { "TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT },
    { "TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT },
    { "TCP_INQ", IPPROTO_TCP, TCP_INQ },
    { "IP_TOS", IPPROTO_IP, IP_TOS },
};

static unsigned find_option(const Call *call)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(option_names); i++) {
        if (strcmp(option_names[i].name, word(call, 2)) == 0) {
            return i;
        }
    }
    wrong(call->player, "no such option", word(call, 2));
}

static long long call_setsockopt(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    unsigned i = find_option(call);
    int value = (int)number(call, 3);
    return stack->setsockopt(stack->userdata, fd_of(call), option_names[i].level,
                             option_names[i].number, &value, sizeof value);
}

static long long call_linger(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct linger linger = { 1, (int)number(call, 2) };
    return stack->setsockopt(stack->userdata, fd_of(call), SOL_SOCKET, SO_LINGER, &linger,
                             sizeof linger);
}

static long long call_getsockopt(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    unsigned i = find_option(call);
    int value = 0;
    socklen_t len = sizeof value;
    int result = stack->getsockopt(stack->userdata, fd_of(call), option_names[i].level,
                                   option_names[i].number, &value, &len);
    if (result == 0 && len != sizeof value) {
        wrong(call->player, "getsockopt", "another length");
    }
    return result < 0 ? result : value;
}

static long long call_info(Call *call)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    if (call->player->getsockopt(fd_of(call), IPPROTO_TCP, TCP_INFO, &info, &len) < 0) {
        return -1;
    }
    const struct {
        const char *name;
        long long value;
    } fields[] = {
        { "state", info.tcpi_state },           { "ca_state", info.tcpi_ca_state },
        { "options", info.tcpi_options },       { "cwnd", info.tcpi_snd_cwnd },
        { "ssthresh", info.tcpi_snd_ssthresh }, { "unacked", info.tcpi_unacked },
        { "sacked", info.tcpi_sacked },         { "lost", info.tcpi_lost },
        { "retrans", info.tcpi_retrans },       { "rtt_ms", info.tcpi_rtt / 1000 },
        { "snd_mss", info.tcpi_snd_mss },       { "backoff", info.tcpi_backoff },
        { "probes", info.tcpi_probes },         { "rto_ms", info.tcpi_rto / 1000 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(fields[i].name, word(call, 2)) == 0) {
            return fields[i].value;
        }
    }
    wrong(call->player, "info has no", word(call, 2));
}

static short poll_events(const char *text)
{
    return (short)((strstr(text, "IN") ? POLLIN : 0) | (strstr(text, "OUT") ? POLLOUT : 0) |
                   (strstr(text, "HUP") ? POLLHUP : 0) | (strstr(text, "ERR") ? POLLERR : 0));
}

/* poll FD EVENTS MS: what of POLLIN 1, POLLOUT 4, POLLERR 8, POLLHUP 16 holds. */
static long long call_poll(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct pollfd fd = { fd_of(call), poll_events(word(call, 2)), 0 };
    int count = stack->poll(stack->userdata, &fd, 1, (int)number(call, 3));
    return count <= 0 ? count : fd.revents;
}

static long long call_epoll_create(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->epoll_create(stack->userdata, 1);
}

/* epoll_add SET FD EVENTS */
static long long call_epoll_add(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    int fd = call->player->fds[number(call, 2)];
    struct epoll_event event = { .data.fd = fd };
    event.events = (uint32_t)(uint16_t)poll_events(word(call, 3)) |
                   (strstr(word(call, 3), "EDGE") ? EPOLLET : 0);
    return stack->epoll_ctl(stack->userdata, fd_of(call), EPOLL_CTL_ADD, fd, &event);
}

static long long call_epoll_wait(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    struct epoll_event event;
    int count = stack->epoll_wait(stack->userdata, fd_of(call), &event, 1, (int)number(call, 2));
    return count <= 0 ? count : (long long)event.events;
}

static const struct {
    const char *name;
    long long (*run)(Call *call);
    bool makes_fd;
} calls[] = {
    { "socket", call_socket, true },
    { "bind", call_bind, false },
    { "listen", call_listen, false },
    { "accept", call_accept, true },
    { "connect", call_connect, false },
    { "read", call_read, false },
    { "write", call_send, false },
    { "write-nowhere", call_write_nowhere, false },
    { "close", call_close, false },
    { "shutdown", call_shutdown, false },
    { "nonblock", call_nonblock, false },
    { "nonblocking", call_getfl, false },
    { "inq", call_inq, false },
    { "setsockopt", call_setsockopt, false },
    { "linger", call_linger, false },
    { "getsockopt", call_getsockopt, false },
    { "info", call_info, false },
    { "poll", call_poll, false },
    { "epoll_create", call_epoll_create, true },
    { "epoll_add", call_epoll_add, false },
    { "epoll_wait", call_epoll_wait, false },
};

static unsigned find_call(const Call *call)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (strcmp(calls[i].name, call->words[0]) == 0) {
            return i;
        }
    }
    wrong(call->player, "no such call", call->words[0]);
}

static void make_call(Call *call)
{
    errno = 0;
    call->got = calls[find_call(call)].run(call);
    call->got_errno = call->got < 0 ? errno : 0;
    call->got_at_us = now_us(call->player);
}

static void check_call(Call *call)
{
    Player *player = call->player;
    int line = player->line;
    player->line = call->line;
    if (calls[find_call(call)].makes_fd && call->got >= 0 && call->want >= 0) {
        player->fds[call->want] = (int)call->got;
        call->got = call->want;
    }
    if (call->got != call->want || call->got_errno != call->want_errno) {
        g_error("%s:%d: %s: expected %lld %s, got %lld %s", player->file, call->line,
                call->words[0], call->want, g_strerror(call->want_errno), call->got,
                g_strerror(call->got_errno));
    }
    if (call->end_us >= 0) {
        check_time(player, call->words[0], call->end_us, call->got_at_us);
    }
    player->line = line;
}

static void free_call(Call *call)
{
    for (unsigned i = 0; i < call->word_count; i++) {
        g_free(call->words[i]);
    }
    g_free(call);
}

/* ---- calls that wait ---- */

static void *wait_in_call(void *data)
{
    Call *call = data;
    call->player->thread_id = (int)gettid();
    make_call(call);
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
        check_call(call);
        free_call(call);
    }
}

static void play_call(Player *player, const char *text, int64_t at_us, int64_t end_us)
{
    Call *call = g_new0(Call, 1);
    g_auto(GStrv) sides = g_strsplit(text, "=", 2);
    g_auto(GStrv) left = g_strsplit_set(g_strstrip(sides[0]), " ", MAX_WORDS);
    g_auto(GStrv) right = g_strsplit(sides[1] != NULL ? g_strstrip(sides[1]) : "0", " ", 2);
    static const struct {
        const char *name;
        int number;
    } errors[] = {
        { "EAGAIN", EAGAIN },
        { "EBADF", EBADF },
        { "ECONNREFUSED", ECONNREFUSED },
        { "ECONNRESET", ECONNRESET },
        { "EFAULT", EFAULT },
        { "EINPROGRESS", EINPROGRESS },
        { "EALREADY", EALREADY },
        { "EISCONN", EISCONN },
        { "EINVAL", EINVAL },
        { "ENOTCONN", ENOTCONN },
        { "EPIPE", EPIPE },
        { "ETIMEDOUT", ETIMEDOUT },
        { "EHOSTUNREACH", EHOSTUNREACH },
        { "EADDRINUSE", EADDRINUSE },
        { "ENOPROTOOPT", ENOPROTOOPT },
        { "EEXIST", EEXIST },
        { "EOPNOTSUPP", EOPNOTSUPP },
    };
    call->player = player;
    call->line = player->line;
    call->end_us = end_us;
    for (unsigned i = 0; left[i] != NULL; i++) {
        call->words[call->word_count++] = g_strdup(left[i]);
    }
    call->want = g_ascii_strtoll(right[0], NULL, 0);
    for (size_t i = 0; right[1] != NULL && i < G_N_ELEMENTS(errors); i++) {
        if (strcmp(errors[i].name, right[1]) == 0) {
            call->want_errno = errors[i].number;
        }
    }
    if (right[1] != NULL && call->want_errno == 0) {
        wrong(player, "no such error", right[1]);
    }
    end_waiting(player);
    if (end_us >= 0) {
        start_waiting(player, call);
        return;
    }
    make_call(call);
    check_call(call);
    free_call(call);
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
        wrong(player, "no event", line);
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
        return;
    }
    play_event(player, line);
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
            wrong(player, "close", g_strerror(errno));
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
    g_autofree char *text = NULL;
    if (!g_file_get_contents(script, &text, NULL, NULL)) {
        g_error("%s: cannot be read", script);
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *flags = flags_of(lines);
    Player player = { .file = script, .host_port = HOST_PORT, .peer_port = PEER_PORT };
    memset(player.fds, -1, sizeof player.fds);
    sim_pool_init(&player.pool, sizeof(Packet));
    sim_entity_init(&player.maker, 1);
    player.getsockopt = (GetsockoptFn)dlsym(module, "getsockopt");
    InitFn init = (InitFn)dlsym(module, "packetdrill_interface_init");
    g_assert_nonnull(init);
    init(flags, &player.stack);
    player.zero_us = now_us(&player);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        player.line = (int)i + 1;
        play_line(&player, lines[i]);
    }
    end_waiting(&player);
    finish(&player);
}
