/* getsockopt(), setsockopt(), fcntl(), ioctl(): numbers by level and name.
 *
 * What is set before there is a connection is kept and goes before the host's settings when it
 * opens; what is accepted has it from its listener. */

#include "shim/shim_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

typedef struct OptionRow {
    int level, name;
    /* For connections to come; NULL: they do not care. */
    void (*configure)(TcpConfig *config, int value);
    /* For the socket as it stands; optional. */
    void (*apply)(ShimSocket *socket, int value);
    /* What getsockopt() tells; NULL: what was set last, else 0. */
    int (*get)(const ShimSocket *socket);
} OptionRow;

/* ---- SOL_SOCKET ---- */

#define LEAST_SNDBUF 4608
#define LEAST_RCVBUF 2304

static void configure_sndbuf(TcpConfig *config, int value)
{
    config->send_buffer_bytes = (uint32_t)MAX(2 * value, LEAST_SNDBUF);
}

static void configure_rcvbuf(TcpConfig *config, int value)
{
    config->receive_buffer_bytes = (uint32_t)MAX(value, LEAST_RCVBUF / 2);
}

static void apply_rcvbuf(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_receive_buffer(socket->conn, (uint32_t)MAX(value, LEAST_RCVBUF / 2),
                               shim_now_ns(socket->shim));
    }
}

static TcpConfig config_of(const ShimSocket *socket)
{
    TcpConfig config;
    shim_settings_read(socket->shim, &config);
    shim_options_apply(socket, &config);
    return config;
}

static int get_sndbuf(const ShimSocket *socket)
{
    return (int)config_of(socket).send_buffer_bytes;
}

static int get_error(const ShimSocket *socket)
{
    return shim_take_error((ShimSocket *)socket);
}

static void configure_keep_alive(TcpConfig *config, int value)
{
    config->keep_alive = value != 0;
}

static void apply_keep_alive(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_keep_alive(socket->conn, value != 0, shim_now_ns(socket->shim));
    }
}

/* ---- SOL_TCP ---- */

static void configure_nodelay(TcpConfig *config, int value)
{
    config->nagle = value == 0;
}

static void apply_nodelay(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_nagle(socket->conn, value == 0, shim_now_ns(socket->shim));
        if (value != 0) {
            tcp_flush(socket->conn, shim_now_ns(socket->shim)); /* as Linux does, even if corked */
        }
    }
}

static void apply_cork(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_cork(socket->conn, value != 0, shim_now_ns(socket->shim));
    }
}

static void configure_maxseg(TcpConfig *config, int value)
{
    config->mss_bytes = (uint32_t)value;
}

static int get_maxseg(const ShimSocket *socket)
{
    TcpConnFacts facts;
    if (socket->conn == NULL || shim_is_opening(socket)) {
        uint32_t asked = config_of(socket).mss_bytes;
        return asked != 0 ? (int)asked : 536;
    }
    tcp_conn_facts(socket->conn, &facts);
    return (int)facts.snd_mss_bytes;
}

static void configure_keep_idle(TcpConfig *config, int value)
{
    config->keep_alive_idle_ns = value * SIM_NS_PER_S;
}

static void configure_keep_interval(TcpConfig *config, int value)
{
    config->keep_alive_interval_ns = value * SIM_NS_PER_S;
}

static void configure_keep_count(TcpConfig *config, int value)
{
    config->keep_alive_probes = (uint32_t)value;
}

static void configure_user_timeout(TcpConfig *config, int value)
{
    config->user_timeout_ns = value * SIM_NS_PER_MS;
}

static void apply_user_timeout(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_user_timeout(socket->conn, value * SIM_NS_PER_MS, shim_now_ns(socket->shim));
    }
}

/* A SYN is sent so many times again, each time after twice as long. */
static void configure_syn_count(TcpConfig *config, int value)
{
    config->syn_r2_ns = ((INT64_C(2) << MIN(value, 20)) - 1) * config->initial_rto_ns;
}

/* For a SYN that is out already. */
static void apply_syn_count(ShimSocket *socket, int value)
{
    if (shim_is_opening(socket)) {
        TcpConfig config = config_of(socket);
        socket->syn_limited = true;
        tcp_set_user_timeout(socket->conn, config.syn_r2_ns, shim_now_ns(socket->shim));
    }
}

static void apply_inq(ShimSocket *socket, int value)
{
    socket->wants_inq = value != 0;
}

/* ---- SOL_IP ---- */

static void configure_tos(TcpConfig *config, int value)
{
    config->tos = (uint8_t)value;
}

static void apply_tos(ShimSocket *socket, int value)
{
    if (socket->conn != NULL) {
        tcp_set_tos(socket->conn, (uint8_t)value);
    }
}

/* ---- the table ---- */

static const OptionRow option_rows[] = {
    { SOL_SOCKET, SO_REUSEADDR, NULL, NULL, NULL },
    { SOL_SOCKET, SO_REUSEPORT, NULL, NULL, NULL },
    { SOL_SOCKET, SO_MARK, NULL, NULL, NULL },
    { SOL_SOCKET, SO_ZEROCOPY, NULL, NULL, NULL },
    { SOL_SOCKET, SO_SNDBUF, configure_sndbuf, NULL, get_sndbuf },
    { SOL_SOCKET, SO_RCVBUF, configure_rcvbuf, apply_rcvbuf, NULL },
    { SOL_SOCKET, SO_KEEPALIVE, configure_keep_alive, apply_keep_alive, NULL },
    { SOL_SOCKET, SO_ERROR, NULL, NULL, get_error },
    { IPPROTO_TCP, TCP_NODELAY, configure_nodelay, apply_nodelay, NULL },
    { IPPROTO_TCP, TCP_CORK, NULL, apply_cork, NULL },
    { IPPROTO_TCP, TCP_NOTSENT_LOWAT, NULL, NULL, NULL },
    { IPPROTO_TCP, TCP_MAXSEG, configure_maxseg, NULL, get_maxseg },
    { IPPROTO_TCP, TCP_KEEPIDLE, configure_keep_idle, NULL, NULL },
    { IPPROTO_TCP, TCP_KEEPINTVL, configure_keep_interval, NULL, NULL },
    { IPPROTO_TCP, TCP_KEEPCNT, configure_keep_count, NULL, NULL },
    { IPPROTO_TCP, TCP_USER_TIMEOUT, configure_user_timeout, apply_user_timeout, NULL },
    { IPPROTO_TCP, TCP_SYNCNT, configure_syn_count, apply_syn_count, NULL },
    { IPPROTO_TCP, TCP_FASTOPEN, NULL, NULL, NULL },
    { IPPROTO_TCP, TCP_FASTOPEN_CONNECT, NULL, NULL, NULL },
    { IPPROTO_TCP, TCP_INQ, NULL, apply_inq, NULL },
    { IPPROTO_IP, IP_TOS, configure_tos, apply_tos, NULL },
    { IPPROTO_IP, IP_MTU_DISCOVER, NULL, NULL, NULL },
    { IPPROTO_IP, IP_FREEBIND, NULL, NULL, NULL },
};

static const OptionRow *find_row(int level, int name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(option_rows); i++) {
        if (option_rows[i].level == level && option_rows[i].name == name) {
            return &option_rows[i];
        }
    }
    errno = ENOPROTOOPT;
    return NULL;
}

void shim_options_apply(const ShimSocket *socket, TcpConfig *config)
{
    for (guint i = 0; i < socket->options->len; i++) {
        const ShimOption *option = &g_array_index(socket->options, ShimOption, i);
        const OptionRow *row = find_row(option->level, option->name);
        if (row != NULL && row->configure != NULL) {
            row->configure(config, option->value);
        }
    }
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static int set_number(ShimSocket *socket, const OptionRow *row, int value)
{
    ShimOption option = { row->level, row->name, value };
    g_array_append_val(socket->options, option);
    if (row->apply != NULL) {
        row->apply(socket, value);
    }
    return 0;
}

static int set_linger(ShimSocket *socket, const void *value, socklen_t len)
{
    struct linger linger;
    if (len < sizeof linger) {
        return fail(EINVAL);
    }
    memcpy(&linger, value, sizeof linger);
    socket->aborts = linger.l_onoff != 0 && linger.l_linger == 0;
    return 0;
}

/* Sixteen octets, or two keys of as many, the first of which cookies are made with. */
static int set_fast_open_key(ShimSocket *socket, const void *value, socklen_t len)
{
    if (len != sizeof socket->fast_open_key && len != 2 * sizeof socket->fast_open_key) {
        return fail(EINVAL);
    }
    memcpy(socket->fast_open_key, value, sizeof socket->fast_open_key);
    socket->has_fast_open_key = true;
    return 0;
}

/* Clients may be forbidden Fast Open. */
static bool is_forbidden(const ShimSocket *socket, int level, int name)
{
    TcpConfig config;
    return level == IPPROTO_TCP && name == TCP_FASTOPEN_CONNECT &&
           !shim_settings_fast_client(socket->shim, &config);
}

static int set_option(ShimSocket *socket, int level, int name, const void *value, socklen_t len)
{
    int number = 0;
    if (value == NULL) {
        return fail(EFAULT);
    }
    if (level == SOL_SOCKET && name == SO_LINGER) {
        return set_linger(socket, value, len);
    }
    if (level == IPPROTO_TCP && name == TCP_FASTOPEN_KEY) {
        return set_fast_open_key(socket, value, len);
    }
    if (is_forbidden(socket, level, name)) {
        return fail(EOPNOTSUPP);
    }
    const OptionRow *row = find_row(level, name);
    if (row == NULL) {
        return -1;
    }
    /* Those of IP may be one octet. */
    if (len < sizeof number && (level != IPPROTO_IP || len == 0)) {
        return fail(EINVAL);
    }
    memcpy(&number, value, len < sizeof number ? 1 : sizeof number);
    return set_number(socket, row, number);
}

static int options_setsockopt(void *userdata, int fd, int level, int name, const void *value,
                              socklen_t len)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    int result = socket != NULL ? set_option(socket, level, name, value, len) : -1;
    shim_leave(shim);
    return result;
}

int shim_option(const ShimSocket *socket, int level, int name)
{
    for (guint i = socket->options->len; i > 0; i--) {
        const ShimOption *option = &g_array_index(socket->options, ShimOption, i - 1);
        if (option->level == level && option->name == name) {
            return option->value;
        }
    }
    return 0;
}

int shim_getsockopt(Shim *shim, int fd, int level, int name, void *value, socklen_t *len)
{
    const ShimSocket *socket = shim_socket_find(shim, fd);
    if (socket == NULL) {
        return -1;
    }
    if (shim_info_get(socket, level, name, value, len)) {
        return 0;
    }
    const OptionRow *row = find_row(level, name);
    if (row == NULL) {
        return -1;
    }
    int number = row->get != NULL ? row->get(socket) : shim_option(socket, level, name);
    *len = MIN(*len, sizeof number);
    memcpy(value, &number, *len);
    return 0;
}

static int options_getsockopt(void *userdata, int fd, int level, int name, void *value,
                              socklen_t *len)
{
    Shim *shim = userdata;
    if (value == NULL || len == NULL) {
        return fail(EFAULT);
    }
    shim_enter(shim);
    int result = shim_getsockopt(shim, fd, level, name, value, len);
    shim_leave(shim);
    return result;
}

/* ---- fcntl, ioctl ---- */

static int options_fcntl(void *userdata, int fd, int command, ...)
{
    Shim *shim = userdata;
    int result = -1;
    va_list args;
    va_start(args, command);
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    if (socket != NULL && command == F_GETFL) {
        result = O_RDWR | (socket->nonblocking ? O_NONBLOCK : 0);
    } else if (socket != NULL && command == F_SETFL) {
        socket->nonblocking = (va_arg(args, int) & O_NONBLOCK) != 0;
        result = 0;
    } else if (socket != NULL) {
        errno = EINVAL;
    }
    shim_leave(shim);
    va_end(args);
    return result;
}

/* What is written and not acknowledged. */
static int unacknowledged(const ShimSocket *socket)
{
    TcpConnFacts facts;
    if (socket->conn == NULL) {
        return 0;
    }
    tcp_conn_facts(socket->conn, &facts);
    return (int)(facts.unacked_bytes + facts.unsent_bytes);
}

static int options_ioctl(void *userdata, int fd, unsigned long request, ...)
{
    Shim *shim = userdata;
    int result = 0;
    va_list args;
    va_start(args, request);
    int *out = va_arg(args, int *);
    va_end(args);
    shim_enter(shim);
    const ShimSocket *socket = shim_socket_find(shim, fd);
    if (socket == NULL) {
        result = -1;
    } else if (request == FIONREAD) {
        *out = (int)shim_readable_bytes(socket);
    } else if (request == SIOCOUTQ) {
        *out = unacknowledged(socket);
    } else {
        result = fail(EINVAL);
    }
    shim_leave(shim);
    return result;
}

void shim_options_fill(ShimInterface *interface)
{
    interface->getsockopt = options_getsockopt;
    interface->setsockopt = options_setsockopt;
    interface->fcntl = options_fcntl;
    interface->ioctl = options_ioctl;
}
