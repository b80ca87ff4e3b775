/* Plays a script on the packetdrill module as packetdrill would: socket calls, segments that
 * arrive, segments that are expected, each at its time.
 *
 *     # words for the reader
 *     set tcp_sack=0 mtu=1500             settings, before anything else
 *     0     socket = 3                    at this instant, in seconds
 *     +.1   < S 0:0(0) win 65535          so much after the line before; a segment arrives
 *     +0    > S. 0:0(0) ack 1 <...>       the next that the host sends is this, and now
 *     +0    accept 3 = 4
 *     +0...0.2 read 4 1000 = 1000         called now, returns at the second time
 *     +0    write 4 100 = -1 EPIPE
 *     +0    info 4 cwnd = 10              what TCP_INFO says
 *     use server                          the lines of server.part, which stands beside it
 *     next                                the peer's next connection, from another port
 *
 * Segments are written as in lib/segment.h; one line may stand for several that were sent at once.
 * Numbers of sockets are the script's own. Anything else than what the script says ends the
 * program, naming file and line. */

#ifndef TESTS_SHIM_SCRIPT_PLAYER_H
#define TESTS_SHIM_SCRIPT_PLAYER_H

/* Loads the module; ends the program where that fails. */
void *script_player_load(const char *module);
void script_player_run(void *module, const char *script);

#endif
