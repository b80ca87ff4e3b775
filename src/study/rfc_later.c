/* Protocols and queues that do not exist yet.
 * How a row is read and written stands in study/rfc.h. */

#include "study/rfc_rows.h"

#define NO_PROTOCOL N_("there is no such protocol yet")
#define NO_QUEUE N_("there is no such queue yet")

static const RfcEntry rip_version_2[] = {
    { "RFC2453-RIP-PERIOD-1", SPEC, "3.8", NOT_BUILT, NULL,
      N_("A full response goes out every 30 s, jittered by up to 5 s, to 224.0.0.9 port 520"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-TIMEOUT-1", SPEC, "3.8", NOT_BUILT, NULL,
      N_("A route not renewed for 180 s gets metric 16, is still announced for 120 s, then "
         "removed"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-METRIC-1", SPEC, "3.9.2", NOT_BUILT, NULL,
      N_("metric = min(received + cost, 16); a better route, or any change from the present next "
         "hop, is adopted"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-SPLIT-1", SPEC, "3.4.3", NOT_BUILT, NULL,
      N_("Routes are left out of updates towards where they came from, or sent there with metric "
         "16"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-TRIG-1", SPEC, "3.10.1", NOT_BUILT, NULL,
      N_("A change triggers an update, at most one per 1 to 5 s (random), carrying at least the "
         "changed routes"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-REQ-1", SPEC, "3.9.1", NOT_BUILT, NULL,
      N_("A request of one entry with family 0 and metric 16 asks for the whole table; one for "
         "single routes skips split horizon"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-VALID-1", SPEC, "3.9.2", NOT_BUILT, NULL,
      N_("Responses not from port 520, not from a neighbour on the link, or from oneself are "
         "ignored; so are bad entries"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-FMT-1", SPEC, "3.6-4.4", NOT_BUILT, NULL,
      N_("At most 25 entries per datagram, with mask and next hop; next hop zero means the sender"),
      .reason = NO_PROTOCOL },
    { "RFC2453-RIP-GC-1", SPEC, "3.8", NOT_BUILT, NULL,
      N_("A new route arriving during the 120 s replaces the dying one and stops its removal"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry tftp_with_options[] = {
    { "RFC1350-TFTP-TID-1", SPEC, "4", NOT_BUILT, NULL,
      N_("Requests go to port 69; the server answers from a fresh port, and both ports stay fixed "
         "for the transfer"),
      .reason = NO_PROTOCOL },
    { "RFC1350-TFTP-TID-2", SPEC, "4", NOT_BUILT, NULL,
      N_("A packet from a wrong port gets an error reply and does not disturb the transfer"),
      .reason = NO_PROTOCOL },
    { "RFC1350-TFTP-LOCK-1", SPEC, "2", NOT_BUILT, NULL,
      N_("One block is in flight at a time; blocks count from 1 and a write request is answered by "
         "ACK 0"),
      .reason = NO_PROTOCOL },
    { "RFC1350-TFTP-END-1", SPEC, "6", NOT_BUILT, NULL,
      N_("A block shorter than the block size ends the file; an exact multiple needs an empty last "
         "block"),
      .reason = NO_PROTOCOL },
    { "RFC1350-TFTP-SAS-1", SPEC, "5", NOT_BUILT, NULL,
      N_("A duplicate ACK does not cause data to be sent again (sorcerer's apprentice)"),
      .reason = NO_PROTOCOL },
    { "RFC1350-TFTP-DALLY-1", SPEC, "6", NOT_BUILT, NULL,
      N_("The last ACK is sent again if the last block arrives again"), .reason = NO_PROTOCOL },
    { "RFC2347-TFTP-OACK-1", SPEC, "negotiation", NOT_BUILT, NULL,
      N_("Options taken up come back in OACK, unknown ones are left out; a read continues with ACK "
         "0, a write with block 1"),
      .reason = NO_PROTOCOL },
    { "RFC2347-TFTP-OACK-2", SPEC, "negotiation", NOT_BUILT, NULL,
      N_("An OACK with an option not asked for is refused with error 8"), .reason = NO_PROTOCOL },
    { "RFC2348-TFTP-BLK-1", SPEC, "blksize", NOT_BUILT, NULL,
      N_("blksize 8 to 65464; the server may lower it, not raise it"), .reason = NO_PROTOCOL },
    { "RFC2349-TFTP-OPT-1", SPEC, "timeout, tsize", NOT_BUILT, NULL,
      N_("timeout 1 to 255 s is returned unchanged; tsize tells the file size, a read asking with "
         "0"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry ftp[] = {
    { "RFC959-FTP-MIN-1", SPEC, "5.1", NOT_BUILT, NULL,
      N_("At least USER, QUIT, PORT, TYPE, MODE, STRU, RETR, STOR and NOOP work with the default "
         "parameters"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-PORT-1", SPEC, "4.1.2", NOT_BUILT, NULL,
      N_("PORT h1,h2,h3,h4,p1,p2 makes the server connect from its data port to that address"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-PASV-1", SPEC, "4.1.2", NOT_BUILT, NULL,
      N_("PASV makes the server listen and name the address in a 227 reply"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-REPLY-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("Each command gets a reply; a transfer shows 1yz, then 2yz after the data connection is "
         "done"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-MULTI-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("A multi-line reply opens with code and hyphen and closes with the same code and a space"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-STREAM-1", SPEC, "3.4.1", NOT_BUILT, NULL,
      N_("In stream mode with file structure the close of the data connection is the end of file"),
      .reason = NO_PROTOCOL },
    { "RFC959-FTP-SEQ-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("PASS comes after USER (331) and RNTO after RNFR (350); out of order gives an error"),
      .reason = NO_PROTOCOL },
    { "RFC3659-FTP-REST-1", SPEC, "5.3", NOT_BUILT, NULL,
      N_("REST with a decimal offset gets 350 and makes the next RETR or STOR start there"),
      .reason = NO_PROTOCOL },
    { "RFC3659-FTP-SIZE-1", MUST, "4", NOT_BUILT, NULL,
      N_("SIZE returns 213 and the exact octet count for the current type and mode, else 550"),
      .reason = NO_PROTOCOL },
    { "RFC3659-FTP-MLST-1", MUST_NOT, "7.2", NOT_BUILT, NULL,
      N_("MLST and MLSD lines keep strictly to fact=value; pairs, one space, the name"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry smtp[] = {
    { "RFC5321-SMTP-ORDER-1", MUST, "4.1.4", NOT_BUILT, NULL,
      N_("MAIL, RCPT, DATA come in that order; a misplaced command gets 503 and changes nothing"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-REPLY-1", MUST, "4.2", NOT_BUILT, NULL,
      N_("Every command draws exactly one reply, and clients judge by the code alone"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-MULTI-1", MUST, "4.2.1", NOT_BUILT, NULL,
      N_("In a multi-line reply all lines but the last have a hyphen after the code"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-DOT-1", SPEC, "4.5.2", NOT_BUILT, NULL,
      N_("A dot at the start of a line is doubled in transit and taken off again"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-EOD-1", MUST_NOT, "4.1.1.4", NOT_BUILT, NULL,
      N_("Only CRLF.CRLF ends the mail; bare LF forms do not"), .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-WAIT-1", MUST_NOT, "3.3", NOT_BUILT, NULL,
      N_("The client sends mail text only after a 354 reply"), .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-RCPT-1", MUST, "4.5.3.1", NOT_BUILT, NULL,
      N_("At least 100 recipients per mail are taken; beyond the limit the code is 452"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-PM-1", MUST, "4.5.1", NOT_BUILT, NULL,
      N_("Mail to postmaster, in any letter case, is accepted"), .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-TIME-1", MUST, "4.5.3.2", NOT_BUILT, NULL,
      N_("The client times each command separately; the server waits at least 5 minutes for the "
         "next command (should)"),
      .reason = NO_PROTOCOL },
    { "RFC5321-SMTP-RSET-1", MUST, "4.1.1.5", NOT_BUILT, NULL,
      N_("RSET and a new EHLO drop the mail under way"), .reason = NO_PROTOCOL },
};

static const RfcEntry pop3[] = {
    { "RFC1939-POP-GREET-1", SPEC, "4", NOT_BUILT, NULL,
      N_("The server speaks first, with a line starting +OK"), .reason = NO_PROTOCOL },
    { "RFC1939-POP-CASE-1", MUST, "3", NOT_BUILT, NULL,
      N_("Status words are sent in upper case, commands are read in any case"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-STUFF-1", SPEC, "3", NOT_BUILT, NULL,
      N_("Multi-line replies end with CRLF.CRLF, and lines starting with a dot get one more"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-STATE-1", MUST, "3", NOT_BUILT, NULL,
      N_("Unknown commands and commands in the wrong state get -ERR"), .reason = NO_PROTOCOL },
    { "RFC1939-POP-DELE-1", SPEC, "5", NOT_BUILT, NULL,
      N_("DELE only marks: numbering stays, later use of that number is an error, RSET unmarks"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-QUIT-1", MUST_NOT, "6", NOT_BUILT, NULL,
      N_("Messages are removed only by QUIT from the transaction state, never by a broken "
         "connection"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-STAT-1", SPEC, "5", NOT_BUILT, NULL,
      N_("STAT is +OK, count, size, single spaces, marked messages left out"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-LOCK-1", SPEC, "4", NOT_BUILT, NULL,
      N_("The mailbox is locked for one session; a second login gets -ERR"),
      .reason = NO_PROTOCOL },
    { "RFC1939-POP-IDLE-1", MUST, "3", NOT_BUILT, NULL,
      N_("An idle timer, if any, allows 10 minutes or more and closes without deleting"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry dns[] = {
    { "RFC1035-DNS-ID-1", SPEC, "4.1.1", NOT_BUILT, NULL,
      N_("The reply repeats ID, opcode, RD and the question; a reply that matches no pending query "
         "is dropped"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-LABEL-1", SPEC, "2.3.4", NOT_BUILT, NULL,
      N_("Labels have at most 63 octets, names at most 255; others are format errors"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-PTR-1", SPEC, "4.1.4", NOT_BUILT, NULL,
      N_("Compression pointers are understood everywhere and loops in them do no harm"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-CASE-1", SPEC, "2.3.3", NOT_BUILT, NULL,
      N_("Names compare without regard to letter case"), .reason = NO_PROTOCOL },
    { "RFC1035-DNS-TC-1", SPEC, "4.2.1", NOT_BUILT, NULL,
      N_("A UDP reply over 512 octets is cut and flagged TC, and the client asks again over TCP "
         "(the latter by RFC 1123 6.1.3.2)"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-TCP-1", SPEC, "4.2.2", NOT_BUILT, NULL,
      N_("Over TCP each message follows a two-octet length, and several share a connection"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-RCODE-1", SPEC, "4.1.1", NOT_BUILT, NULL,
      N_("Missing name gives 3, unreadable query 1, unsupported opcode 4"), .reason = NO_PROTOCOL },
    { "RFC1035-DNS-TTL-1", SPEC, "3.2.1", NOT_BUILT, NULL,
      N_("Cached records expire with their TTL; TTL 0 is used once and not cached"),
      .reason = NO_PROTOCOL },
    { "RFC1035-DNS-RETRY-1", SPEC, "4.2.1", NOT_BUILT, NULL,
      N_("Lost UDP queries are repeated, other servers first, with gaps of 2 to 5 s or measured"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry http_1_1[] = {
    { "RFC9112-HTTP-HOST-1", MUST, "3.2", NOT_BUILT, NULL,
      N_("A request without Host, or with two, gets 400"), .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-CHUNK-1", MUST, "7.1", NOT_BUILT, NULL,
      N_("Chunked bodies are decoded, extensions ignored, huge sizes handled without overflow"),
      .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-LEN-1", MUST_NOT, "6.2", NOT_BUILT, NULL,
      N_("Content-Length is not sent along with Transfer-Encoding"), .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-LEN-2", MUST, "6.1, 6.3", NOT_BUILT, NULL,
      N_("If a request has both, the coding wins and the server closes after replying; an invalid "
         "length gives 400 and close"),
      .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-WS-1", MUST, "5.1", NOT_BUILT, NULL,
      N_("A space between field name and colon in a request gives 400"), .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-FOLD-1", MUST, "5.2", NOT_BUILT, NULL,
      N_("Folded header lines in a request are refused or turned into spaces"),
      .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-PERSIST-1", SHOULD, "9.3", NOT_BUILT, NULL,
      N_("Connections stay open by default, each body read to its end before the next message"),
      .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-PIPE-1", MUST, "9.3.2", NOT_BUILT, NULL,
      N_("Pipelined requests are answered in the order they came"), .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-CLOSE-1", MUST, "9.6", NOT_BUILT, NULL,
      N_("After close is sent or received no more requests are processed and the connection is "
         "shut"),
      .reason = NO_PROTOCOL },
    { "RFC9112-HTTP-TE-1", MUST_NOT, "6.1", NOT_BUILT, NULL,
      N_("No Transfer-Encoding in 1xx or 204 responses, nor towards a peer not known to speak "
         "HTTP/1.1"),
      .reason = NO_PROTOCOL },
};

static const RfcEntry dhcp[] = {
    { "RFC2131-DHCP-PORT-1", SPEC, "3, 4.1", NOT_BUILT, NULL,
      N_("Clients send to port 67 and servers to 68; options follow the cookie 99.130.83.99"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-SELECT-1", MUST, "4.3.2", NOT_BUILT, NULL,
      N_("When selecting, the request names the server and the offered address, ciaddr is zero, "
         "and it is broadcast"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-REBOOT-1", MUST, "4.3.2", NOT_BUILT, NULL,
      N_("When verifying after reboot, the request asks for the old address and names no server"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-RENEW-1", MUST, "4.4.5", NOT_BUILT, NULL,
      N_("At T1 (half the lease) renew by unicast, at T2 (7/8) rebind by broadcast, with ciaddr "
         "filled and neither option present"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-EXPIRE-1", MUST, "4.4.5", NOT_BUILT, NULL,
      N_("When the lease ends the client stops using the address at once"), .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-RTX-1", MUST, "4.1", NOT_BUILT, NULL,
      N_("Retries back off exponentially with jitter: about 4 s, 8 s and so on up to 64 s, each "
         "+/- 1 s"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-DECLINE-1", MUST, "3.1", NOT_BUILT, NULL,
      N_("An address found in use is declined, and the client waits 10 s before it starts over "
         "(should)"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-NAK-1", MUST, "4.3.2", NOT_BUILT, NULL,
      N_("With giaddr zero a NAK is broadcast; a server without a record of a rebooting client "
         "keeps silent"),
      .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-XID-1", SPEC, "4.4.1", NOT_BUILT, NULL,
      N_("Replies whose xid does not match are dropped"), .reason = NO_PROTOCOL },
    { "RFC2131-DHCP-INFORM-1", MUST_NOT, "4.3.5", NOT_BUILT, NULL,
      N_("The answer to an INFORM holds no lease time"), .reason = NO_PROTOCOL },
};

static const RfcEntry codel[] = {
    { "RFC8289-CODEL-SOJ-1", SPEC, "5.5", NOT_BUILT, NULL,
      N_("The signal is the time a packet spent queued, judged when it leaves"),
      .reason = NO_QUEUE },
    { "RFC8289-CODEL-ENTER-1", SPEC, "5.6", NOT_BUILT, NULL,
      N_("Dropping starts after the sojourn time was above 5 ms without a break for 100 ms"),
      .reason = NO_QUEUE },
    { "RFC8289-CODEL-LAW-1", SPEC, "5.6", NOT_BUILT, NULL,
      N_("The n-th next drop follows after interval/sqrt(n)"), .reason = NO_QUEUE },
    { "RFC8289-CODEL-EXIT-1", SPEC, "5.5", NOT_BUILT, NULL,
      N_("Dropping stops as soon as a packet's sojourn time is below target"), .reason = NO_QUEUE },
    { "RFC8289-CODEL-MTU-1", SPEC, "5.6", NOT_BUILT, NULL,
      N_("Nothing is dropped while one MTU or less remains queued"), .reason = NO_QUEUE },
    { "RFC8289-CODEL-RESUME-1", SPEC, "5.5", NOT_BUILT, NULL,
      N_("On re-entry within 16 intervals the count resumes from the recent rate, otherwise at 1"),
      .reason = NO_QUEUE },
    { "RFC8289-CODEL-TAIL-1", SPEC, "5.4", NOT_BUILT, NULL,
      N_("Drops because the buffer is full do not enter the control law"), .reason = NO_QUEUE },
};

static const RfcEntry fq_codel[] = {
    { "RFC8290-FQ-HASH-1", SPEC, "4.1", NOT_BUILT, NULL,
      N_("Packets go to one of 1024 queues by a salted hash of the five-tuple"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-NEW-1", SPEC, "4.1", NOT_BUILT, NULL,
      N_("A queue that becomes active joins the new list with one quantum of credit, so sparse "
         "flows go first"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-DRR-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("A queue out of credit gets a quantum (1514 octets) and moves to the end of the old list"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-EMPTY-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("A new queue that runs empty goes to the end of the old list before it may leave; an old "
         "one leaves"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-CODEL-1", SPEC, "4.2", NOT_BUILT, NULL, N_("Each queue has its own CoDel state"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-LIMIT-1", MUST, "5.2.3", NOT_BUILT, NULL,
      N_("There is a total packet limit; over it, half the fattest queue, at most 64 packets, is "
         "dropped from its head"),
      .reason = NO_QUEUE },
    { "RFC8290-FQ-ECN-1", SPEC, "5.2.6", NOT_BUILT, NULL,
      N_("Packets with ECT are marked in place of being dropped by CoDel, by default"),
      .reason = NO_QUEUE },
};

static const RfcEntry pie[] = {
    { "RFC8033-PIE-UPD-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("Every 15 ms p changes by alpha*(delay - 15 ms) + beta*(delay - previous), alpha 1/8 and "
         "beta 5/4 per second"),
      .reason = NO_QUEUE },
    { "RFC8033-PIE-SCALE-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("The change is divided by 2048 down to 2 while p is small, and p stays within 0 and 1"),
      .reason = NO_QUEUE },
    { "RFC8033-PIE-DECAY-1", SPEC, "4.2", NOT_BUILT, NULL,
      N_("With two delay samples of zero p shrinks by 2 percent per update"), .reason = NO_QUEUE },
    { "RFC8033-PIE-GUARD-1", SPEC, "4.1", NOT_BUILT, NULL,
      N_("No drop if the previous delay is below half the target with p under 0.2, or two packets "
         "or fewer are queued"),
      .reason = NO_QUEUE },
    { "RFC8033-PIE-BURST-1", SHOULD, "4.4", NOT_BUILT, NULL,
      N_("The first 150 ms of a burst pass untouched; the allowance returns once p is 0 and the "
         "delay is low"),
      .reason = NO_QUEUE },
    { "RFC8033-PIE-ECN-1", SHOULD, "5.1", NOT_BUILT, NULL,
      N_("If ECN is supported, mark ECT packets while p is at most 0.1 and drop above that"),
      .reason = NO_QUEUE },
};

static const RfcEntry dualpi2[] = {
    { "RFC9332-DUALPI2-CLASS-1", SPEC, "A.1", NOT_BUILT, NULL,
      N_("ECT(1) and CE enter the low-latency queue, Not-ECT and ECT(0) the classic one"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-PI-1", SPEC, "A.1", NOT_BUILT, NULL,
      N_("A PI controller with 15 ms target yields p'; classic drops or marks happen with p' "
         "squared"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-COUPLE-1", MUST, "2.5.1", NOT_BUILT, NULL,
      N_("Marking in the low-latency queue is never less than k*p', k = 2 advised"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-NATIVE-1", SPEC, "A.1", NOT_BUILT, NULL,
      N_("Its own marking ramps from 0 at 800 us to certainty at 1200 us, and the greater of the "
         "two counts"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-PRIO-1", MUST, "2.5.1", NOT_BUILT, NULL,
      N_("Low-latency packets have priority, bounded so that classic traffic is not starved"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-OVER-1", MUST, "2.5.1.1", NOT_BUILT, NULL,
      N_("Under overload ECN-capable packets of both kinds are dropped too, until it subsides"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-FAIR-1", SPEC, "2.1", NOT_BUILT, NULL,
      N_("A scalable and a classic flow with equal RTT get about equal rates"),
      .reason = NO_QUEUE },
    { "RFC9332-DUALPI2-BUF-1", SPEC, "A.1", NOT_BUILT, NULL,
      N_("Both queues share one buffer limit, tested before enqueue"), .reason = NO_QUEUE },
};

const RfcGroup rfc_groups_later[] = {
    GROUP(N_("RIP version 2"), rip_version_2),
    GROUP(N_("TFTP with options"), tftp_with_options),
    GROUP(N_("FTP"), ftp),
    GROUP(N_("SMTP"), smtp),
    GROUP(N_("POP3"), pop3),
    GROUP(N_("DNS"), dns),
    GROUP(N_("HTTP/1.1"), http_1_1),
    GROUP(N_("DHCP"), dhcp),
    GROUP(N_("CoDel"), codel),
    GROUP(N_("FQ-CoDel"), fq_codel),
    GROUP(N_("PIE"), pie),
    GROUP(N_("DualPI2"), dualpi2),
    { 0 },
};
