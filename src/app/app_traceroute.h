#ifndef APP_APP_TRACEROUTE_H
#define APP_APP_TRACEROUTE_H

#include "app/app.h"

/* What one probe found. */
typedef struct AppHop {
    uint8_t ttl;
    InetAddr addr;  /* who answered; unspecified: nobody did in time */
    int64_t rtt_ns; /* -1: nobody */
} AppHop;

extern const AppOps app_traceroute;

/* All probes so far, in their order; borrowed. */
const AppHop *app_traceroute_hops(const App *app, uint32_t *out_count);

#endif
