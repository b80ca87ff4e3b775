#include "shim/script-calls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

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

/* As the calls take it, and as it is read and written. */
typedef union Address {
    struct sockaddr any;
    struct sockaddr_in in;
} Address;

static Address ends_of(uint32_t addr, uint16_t port)
{
    return (Address){
        .in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(addr) } }
    };
}

static long long call_socket(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->socket(stack->userdata, AF_INET, SOCK_STREAM, IPPROTO_TCP);
}

static long long call_bind(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    Address addr = ends_of(HOST_ADDR, HOST_PORT);
    return stack->bind(stack->userdata, fd_of(call), &addr.any, sizeof addr.in);
}

static long long call_listen(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    return stack->listen(stack->userdata, fd_of(call), (int)number(call, 2));
}

static long long call_accept(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    Address addr;
    socklen_t len = sizeof addr.in;
    int fd = stack->accept(stack->userdata, fd_of(call), &addr.any, &len);
    if (fd >= 0 && ntohl(addr.in.sin_addr.s_addr) != PEER_ADDR) {
        player_wrong(call->player, "accept", "another peer");
    }
    return fd;
}

static long long call_connect(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    Address addr = ends_of(PEER_ADDR, HOST_PORT);
    return stack->connect(stack->userdata, fd_of(call), &addr.any, sizeof addr.in);
}

static long long call_read(Call *call)
{
    const ShimInterface *stack = &call->player->stack;
    size_t len = (size_t)number(call, 2);
    g_autofree void *bytes = g_malloc0(MAX(len, 1));
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
    g_autofree void *bytes = g_malloc0(MAX(len, 1));
    Address addr = ends_of(PEER_ADDR, HOST_PORT);
    int flags = send_flags(word(call, 3));
    if (flags & MSG_FASTOPEN) {
        return stack->sendto(stack->userdata, fd_of(call), bytes, len, flags, &addr.any,
                             sizeof addr.in);
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
    player_wrong(call->player, "no such option", word(call, 2));
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
        player_wrong(call->player, "getsockopt", "another length");
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
    player_wrong(call->player, "info has no", word(call, 2));
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
    player_wrong(call->player, "no such call", call->words[0]);
}

void script_call_make(Call *call)
{
    errno = 0;
    call->got = calls[find_call(call)].run(call);
    call->got_errno = call->got < 0 ? errno : 0;
    call->got_at_us = player_now_us(call->player);
}

void script_call_check(Call *call)
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
        player_check_time(player, call->words[0], call->end_us, call->got_at_us);
    }
    player->line = line;
}

void script_call_free(Call *call)
{
    for (unsigned i = 0; i < call->word_count; i++) {
        g_free(call->words[i]);
    }
    g_free(call);
}

static const struct {
    const char *name;
    int number;
} error_names[] = {
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

static int find_error(const Player *player, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(error_names); i++) {
        if (strcmp(error_names[i].name, name) == 0) {
            return error_names[i].number;
        }
    }
    player_wrong(player, "no such error", name);
}

Call *script_call_read(Player *player, const char *text, int64_t end_us)
{
    Call *call = g_new0(Call, 1);
    g_auto(GStrv) sides = g_strsplit(text, "=", 2);
    g_auto(GStrv) left = g_strsplit_set(g_strstrip(sides[0]), " ", MAX_WORDS);
    g_auto(GStrv) right = g_strsplit(sides[1] != NULL ? g_strstrip(sides[1]) : "0", " ", 2);
    call->player = player;
    call->line = player->line;
    call->end_us = end_us;
    for (unsigned i = 0; left[i] != NULL; i++) {
        call->words[call->word_count++] = g_strdup(left[i]);
    }
    call->want = g_ascii_strtoll(right[0], NULL, 0);
    call->want_errno = right[1] != NULL ? find_error(player, right[1]) : 0;
    return call;
}
