/* What a ladder says of packets, states, timers and discards. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_WORDS_H
#define RENDER_RENDER_LADDER_WORDS_H

#include "render/render_ladder.h"

/* Keeps an owned text as long as the ladder. */
const char *ladder_keep(Ladder *ladder, char *owned);

/* Fills in flags, label and note of the arrow's packet. */
void ladder_name_packet(Ladder *ladder, LadderArrow *arrow);

/* What led to a state, in plain words: "SYN received (#1)". */
const char *ladder_state_cause(Ladder *ladder, const TraceLine *line);
/* "retransmission timer (1 s)" */
const char *ladder_timer_text(Ladder *ladder, TcpTimer timer, int64_t ran_ns);
/* "connect: server:80", and its result unless it went well. */
const char *ladder_call_text(Ladder *ladder, const TraceLine *line);
/* "wire: down" */
const char *ladder_change_text(Ladder *ladder, const TraceLine *line);
/* "crash" */
const char *ladder_host_text(const Ladder *ladder, const TraceLine *line);
/* What a program was told; NULL for what goes without saying. */
const char *ladder_event_text(const Ladder *ladder, const TraceLine *line);
/* Why a packet died on a wire or in a node, without what only a simulator knows. */
const char *ladder_drop_text(Ladder *ladder, const TraceLine *line);
const char *ladder_discard_text(Ladder *ladder, const TraceLine *line);

/* Whether what the packet brought is lost by a discard. Not so for a duplicate, an old ACK, a
 * segment that is answered by a challenge or a reset: protocols expect those. */
bool ladder_discard_is_loss(InetDiscard discard);

#endif
