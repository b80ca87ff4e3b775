/* A script being played, and the calls that it can make. */

#ifndef TESTS_SHIM_SCRIPT_CALLS_H
#define TESTS_SHIM_SCRIPT_CALLS_H

#include <pthread.h>

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

/* Names file and line, and ends the program. */
G_NORETURN void player_wrong(const Player *player, const char *what, const char *detail);
int64_t player_now_us(Player *player); /* since the script began */
void player_check_time(const Player *player, const char *what, int64_t want_us, int64_t got_us);

/* Reads "read 4 100 = -1 EAGAIN" at the player's line; free with script_call_free(). */
Call *script_call_read(Player *player, const char *text, int64_t end_us);
void script_call_free(Call *call);
/* Makes it and notes the result; another thread may do that. */
void script_call_make(Call *call);
/* Fails unless the result is what the script says. */
void script_call_check(Call *call);

#endif
