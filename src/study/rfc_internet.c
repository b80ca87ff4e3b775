/* The Internet layer: IPv4, ICMP, ARP, address conflicts, UDP, path MTU discovery.
 * How a row is read and written stands in study/rfc.h. */

#include "study/rfc_rows.h"

static const RfcEntry ipv4_host_requirements[] = {
    { "RFC1122-IPV4-HDR-1", MUST, "3.2.1.1-2", MET, "/inet/input/damage/RFC1122-IPV4-HDR-1",
      N_("Drop without reply a datagram whose version is not 4 or whose header checksum is "
         "wrong") },
    { "RFC1122-IPV4-DST-1", MUST, "3.2.1.3", MET, "/inet/input/address/RFC1122-IPV4-DST-1",
      N_("A host drops datagrams not meant for it (own unicast, matching broadcast, joined "
         "multicast)") },
    { "RFC1122-IPV4-SRC-1", MUST, "3.2.1.3", MET, "/inet/input/address/RFC1122-IPV4-SRC-1",
      N_("Drop a datagram whose source cannot be a single host (broadcast, multicast) and never "
         "send with such a source") },
    { "RFC791-IPV4-FRAG-1", SPEC, "3.2", MET, "/inet/fragment/RFC791-IPV4-FRAG-1",
      N_("Fragments share the ID, use offsets in 8-octet units, set MF on all but the last and "
         "carry a fresh header checksum each") },
    { "RFC791-IPV4-FRAG-2", SPEC, "3.1", MET, "/inet/fragment/RFC791-IPV4-FRAG-2",
      N_("An option with its copy bit set goes into every fragment, any other option only into the "
         "first") },
    { "RFC791-IPV4-DF-1", SPEC, "3.2", MET, "/inet/fragment/RFC791-IPV4-DF-1",
      N_("A datagram with DF set is never fragmented; one too large is dropped and reported as "
         "type 3 code 4") },
    { "RFC791-IPV4-REASM-1", SPEC, "3.2", DEPARTS, "/inet/reassembly/RFC791-IPV4-REASM-1",
      N_("Fragments are matched on source, destination, protocol and ID, may come in any order or "
         "overlap, and yield the datagram once complete"),
      .reason = N_("overlapping fragments spoil the datagram and do not overwrite one another (RFC "
                   "5722 says why)"),
      .departs = "src/inet/inet_reassembly.c" },
    { "RFC1122-IPV4-REASM-2", MUST, "3.3.2", MET, "/inet/reassembly/RFC1122-IPV4-REASM-2",
      N_("Incomplete reassembly ends after a fixed time (60 to 120 s advised): drop the pieces, "
         "and send time exceeded code 1 only if fragment zero came") },
    { "RFC1122-IPV4-TTL-1", MUST, "3.2.1.7", MET, "/inet/input/RFC1122-IPV4-TTL-1",
      N_("Never send TTL 0, yet accept a datagram for this host even with TTL 0 or 1; a forwarding "
         "node lowers TTL by one and drops at zero (RFC 1812 5.3.1)") },
    { "RFC1122-IPV4-OPT-1", MUST, "3.2.1.8", MET, "/inet/input/options/RFC1122-IPV4-OPT-1",
      N_("Honour the header length, ignore unknown or obsolete options without error and survive "
         "bad option lengths") },
    { "RFC1812-IPV4-ROUTE-1", MUST, "5.3.13.4", DEPARTS, "/inet/input/options/source-route-through",
      N_("A router follows source routes unless it is told not to"),
      .reason = N_(
          "nobody has for decades, as source routes carry attackers past filters (RFC 7126 4.3)"),
      .departs = "src/inet/inet_input.c" },
    { "RFC1812-IPV4-RECORD-1", MUST, "5.3.13.5-6", DEPARTS, "/inet/input/options/record-route",
      N_("A router writes itself into record-route and timestamp options"),
      .reason = N_("nothing in the simulator reads them: they are passed on as they come"),
      .departs = "src/inet/inet_option.c" },
};

static const RfcEntry icmp[] = {
    { "RFC792-ICMP-CSUM-1", SPEC, "messages", MET, "/inet/input/damage/RFC792-ICMP-CSUM-1",
      N_("The checksum covers the whole ICMP message; messages with a wrong checksum are not acted "
         "on") },
    { "RFC1122-ICMP-ECHO-1", MUST, "3.2.2.6", MET, "/inet/icmp/RFC1122-ICMP-ECHO-1",
      N_("Answer an echo request with same identifier, sequence number and all data, from the "
         "address it was sent to") },
    { "RFC1122-ICMP-ECHO-2", MAY, "3.2.2.6", MET, "/inet/input/address/RFC1122-ICMP-ECHO-2",
      N_("Echo requests to broadcast or multicast addresses may go unanswered") },
    { "RFC1122-ICMP-QUOTE-1", MUST, "3.2.2", MET, "/inet/icmp/RFC1122-ICMP-QUOTE-1",
      N_("An error quotes the offending IP header and at least 8 octets after it, unaltered") },
    { "RFC1122-ICMP-NOERR-1", MUST_NOT, "3.2.2", MET, "/inet/icmp/never/RFC1122-ICMP-NOERR-1",
      N_("No error is sent about an ICMP error, a broadcast or multicast (IP or link), a later "
         "fragment, or a source that is not one host") },
    { "RFC1122-ICMP-UNREACH-1", SHOULD, "3.2.2.1", MET, "/inet/icmp/RFC1122-ICMP-UNREACH-1",
      N_("Unsupported protocol gives type 3 code 2, a closed UDP port gives type 3 code 3") },
    { "RFC1812-ICMP-TIMEX-1", MUST, "5.3.1", MET, "/inet/forward/RFC1812-ICMP-TIMEX-1",
      N_("A router that counts TTL down to zero drops the packet and sends time exceeded code 0 to "
         "the source") },
    { "RFC1122-ICMP-UNKNOWN-1", MUST, "3.2.2", MET, "/inet/icmp/message/RFC1122-ICMP-UNKNOWN-1",
      N_("Messages of unknown type are dropped without reply") },
    { "RFC1122-ICMP-DEMUX-1", MUST, "3.2.2", MET, "/inet/icmp/message/RFC1122-ICMP-DEMUX-1",
      N_("Errors go to the transport named by the protocol number in the quoted header") },
    { "RFC6633-ICMP-SQ-1", MUST_NOT, "3", MET, "/inet/icmp/message/RFC6633-ICMP-SQ-1",
      N_("Hosts never send Source Quench, and transports drop any that arrives") },
    { "RFC1122-ICMP-TIME-1", MAY, "3.2.2.8", DEPARTS, "/inet/icmp/message/timestamp-not-served",
      N_("Timestamp requests may be answered; address-mask requests are answered by their "
         "authority alone"),
      .reason = N_("RFC 1122 leaves them to choice, and RFC 6918 has given two of them up"),
      .departs = "src/inet/inet_icmp.c" },
};

static const RfcEntry arp[] = {
    { "RFC826-ARP-REQ-1", SPEC, "generation", MET, "/inet/neighbour/RFC826-ARP-REQ-1",
      N_("Resolve by a link broadcast, EtherType 0x0806, hardware 1, protocol 0x0800, lengths 6 "
         "and 4, own pair as sender, wanted address as target") },
    { "RFC826-ARP-REPLY-1", SPEC, "reception", MET, "/inet/neighbour/reception/RFC826-ARP-REPLY-1",
      N_("The owner of the target address replies by unicast with sender and target swapped and "
         "its own hardware address filled in") },
    { "RFC826-ARP-MERGE-1", SPEC, "reception", MET, "/inet/neighbour/reception/RFC826-ARP-MERGE-1",
      N_("An entry already held for the sender address is refreshed from any ARP packet, whatever "
         "its target or opcode") },
    { "RFC826-ARP-MERGE-2", SPEC, "reception", MET, "/inet/neighbour/reception/RFC826-ARP-MERGE-2",
      N_("A new entry is made from the sender fields only if this host is the target") },
    { "RFC826-ARP-TYPE-1", SPEC, "reception", MET, "/inet/neighbour/RFC826-ARP-TYPE-1",
      N_("Packets of a foreign hardware or protocol type are dropped") },
    { "RFC1122-ARP-FLUSH-1", MUST, "2.3.2.1", MET, "/inet/neighbour/RFC1122-ARP-FLUSH-1",
      N_("Stale entries get flushed; where a timeout does it, the time can be set") },
    { "RFC1122-ARP-RATE-1", MUST, "2.3.2.1", MET, "/inet/neighbour/RFC1122-ARP-RATE-1",
      N_("Requests for one address are limited, about one per second being the advised maximum") },
    { "RFC1122-ARP-QUEUE-1", SHOULD, "2.3.2.2", MET, "/inet/neighbour/RFC1122-ARP-QUEUE-1",
      N_("At least the newest packet waiting for an address is kept and sent once it resolves") },
};

static const RfcEntry ipv4_address_conflict_detection[] = {
    { "RFC5227-ACD-PROBE-1", MUST, "2.1.1", DEPARTS, "/inet/conflict/RFC5227-ACD-PROBE-1",
      N_("Before using an address, broadcast 3 probes (sender address zero), the first after 0 to "
         "1 s at random, then 1 to 2 s apart"),
      .reason = N_("probing is off unless a scenario asks for it"),
      .departs = "src/inet/inet_stack.h" },
    { "RFC5227-ACD-PROBE-2", MUST, "2.1.1", MET, "/inet/conflict/RFC5227-ACD-PROBE-2",
      N_("Until 2 s after the last probe, any ARP packet whose sender address is the probed one "
         "means the address is taken") },
    { "RFC5227-ACD-PROBE-3", SHOULD, "2.1.1", MET, "/inet/conflict/RFC5227-ACD-PROBE-3",
      N_("A probe by another hardware address for the same target in that time counts as a "
         "conflict too") },
    { "RFC5227-ACD-CACHE-1", SPEC, "1.1", MET, "/inet/neighbour/reception/RFC5227-ACD-CACHE-1",
      N_("A probe leaves no entry in the caches of other hosts, its sender address being zero") },
    { "RFC5227-ACD-ANN-1", MUST, "2.3", MET, "/inet/conflict/RFC5227-ACD-ANN-1",
      N_("After probing send 2 announcements 2 s apart with sender and target both set to the new "
         "address") },
    { "RFC5227-ACD-DEFEND-1", MUST, "2.4", MET, "/inet/conflict/RFC5227-ACD-DEFEND-1",
      N_("Answer a conflict by giving the address up or by one announcement; a second conflict "
         "within 10 s ends the defence") },
    { "RFC5227-ACD-ANSWER-1", MUST, "2.5", MET, "/inet/neighbour/reception/RFC5227-ACD-ANSWER-1",
      N_("Once announced, reply to ordinary requests and to probes for the address") },
    { "RFC5227-ACD-RATE-1", MUST, "2.1.1", NOT_APPLICABLE, NULL,
      N_("After 10 conflicts on an interface, try at most one new address per 60 s"),
      .reason = N_("no host here chooses a new address by itself") },
};

static const RfcEntry udp[] = {
    { "RFC768-UDP-CSUM-1", SPEC, "fields", MET,
      "/wire/packet-bytes/serialise/udp-checksum-of-zero-is-sent-as-ones",
      N_("The checksum takes in the pseudo-header; a computed zero is sent as 0xFFFF") },
    { "RFC1122-UDP-CSUM-2", MUST, "4.1.3.4", MET, "/inet/udp/RFC1122-UDP-CSUM-2",
      N_("Drop silently a datagram with a non-zero checksum that is wrong; a zero checksum means "
         "none was made") },
    { "RFC1122-UDP-CSUM-3", MUST, "4.1.3.4", MET,
      "/wire/packet-bytes/serialise/udp "
      "/wire/packet-bytes/serialise/udp-checksum-of-zero-is-sent-as-ones",
      N_("Checksums are on unless the program turns them off") },
    { "RFC768-UDP-LEN-1", SPEC, "fields", MET, "/inet/udp/RFC768-UDP-LEN-1",
      N_("The length field counts header and data and is never below 8; a datagram that "
         "contradicts its IP length is not delivered") },
    { "RFC1122-UDP-PORT-1", SHOULD, "4.1.3.1", MET, "/inet/icmp/never/RFC1122-UDP-PORT-1",
      N_("A datagram for a port nobody reads draws ICMP port unreachable") },
    { "RFC1122-UDP-ERR-1", MUST, "4.1.3.3", MET,
      "/inet/icmp/message/RFC1122-UDP-ERR-1 /inet/udp/RFC1122-UDP-ERR-1",
      N_("ICMP errors about a socket's datagrams reach the program") },
    { "RFC1122-UDP-ADDR-1", MUST, "4.1.3.5", MET, "/inet/udp/RFC1122-UDP-ADDR-1",
      N_("The program learns the destination address of what it receives and can pick the source "
         "address of what it sends") },
    { "RFC1122-UDP-CTL-1", MUST, "4.1.4", DEPARTS, "/inet/udp/RFC1122-UDP-CTL-1",
      N_("The program can set TTL, TOS and IP options"),
      .reason = N_("TTL and TOS can be set, IP options cannot: no program here would"),
      .departs = "src/inet/inet_udp.h" },
};

static const RfcEntry path_mtu_discovery[] = {
    { "RFC1191-PMTU-DF-1", SPEC, "2", MET, "/tcp/icmp/RFC1191-PMTU-DF-1",
      N_("Start from the first-hop MTU and send with DF set") },
    { "RFC1191-PMTU-DEC-1", MUST, "3", MET, "/tcp/icmp/lower-mtu",
      N_("A datagram-too-big message lowers the estimate to its next-hop MTU, and TCP cuts smaller "
         "segments from then on") },
    { "RFC1191-PMTU-ZERO-1", MUST, "3", MET,
      "/inet/icmp/RFC1191-PMTU-ZERO-1 /inet/icmp/message/RFC1191-PMTU-ZERO-1",
      N_("A message with next-hop MTU zero (old router) is dealt with, for example by a table of "
         "plateaus") },
    { "RFC1191-PMTU-MIN-1", MUST_NOT, "3", MET, "/inet/path/RFC1191-PMTU-MIN-1",
      N_("The estimate never falls below 68") },
    { "RFC1191-PMTU-NOINC-1", MUST_NOT, "3", MET,
      "/tcp/icmp/odd-mtus /inet/path/RFC1191-PMTU-MIN-1",
      N_("The estimate never rises because of a datagram-too-big message") },
    { "RFC1191-PMTU-INC-1", MUST_NOT, "3", MET, "/inet/path/RFC1191-PMTU-INC-1",
      N_("No larger size is tried within 5 minutes of a too-big message, nor within 1 minute of a "
         "successful increase") },
    { "RFC1191-PMTU-RTR-1", MUST, "4", MET, "/inet/forward/RFC1191-PMTU-RTR-1",
      N_("The router puts the next-hop MTU in the low 16 bits of the unused field and zeros in the "
         "high 16") },
    { "RFC1191-PMTU-MSS-1", SPEC, "6.4", MET, "/tcp/rfc9293/MUST-16/mtu",
      N_("Segments never exceed the peer's MSS, however large the path MTU") },
    { "RFC1191-PMTU-BURST-1", MUST_NOT, "6.4", MET, "/tcp/icmp/lower-mtu",
      N_("A burst of too-big messages does not cause one retransmission per message") },
    { "RFC5927-PMTU-CHECK-1", SPEC, "4.1", MET, "/tcp/icmp/not-believed",
      N_("Advisable: ignore an ICMP error whose quoted TCP sequence number is not between SND.UNA "
         "and SND.NXT") },
};

const RfcGroup rfc_groups_internet[] = {
    GROUP(N_("IPv4 host requirements"), ipv4_host_requirements),
    GROUP(N_("ICMP"), icmp),
    GROUP(N_("ARP"), arp),
    GROUP(N_("IPv4 address conflict detection"), ipv4_address_conflict_detection),
    GROUP(N_("UDP"), udp),
    GROUP(N_("Path MTU discovery"), path_mtu_discovery),
    { 0 },
};
