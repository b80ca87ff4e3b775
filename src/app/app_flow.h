/* What a receiver of datagrams can tell of those that did not come, or not in their order: each
 * carries its place in its sender's stream, so a gap shows. Whatever was sent after the last one
 * that arrived is beyond its knowledge (as in RFC 3550 6.4.1). */

#ifndef APP_APP_FLOW_H
#define APP_APP_FLOW_H

#include "app/app.h"

/* Counts a datagram among those received, and what its place says of others. */
void app_flow_count(App *app, const UdpDatagram *datagram, int64_t now_ns);

#endif
