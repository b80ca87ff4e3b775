/* How TCP finds out that something was lost, and sends it again.
 * How a row is read and written stands in study/rfc.h. */

#include "study/rfc_rows.h"

static const RfcEntry sack[] = {
    { "RFC2018-SACK-PERM-1", MUST_NOT, "2", MET, "/tcp/options/sack-blocks",
      N_("SACK-permitted never appears on a segment without SYN") },
    { "RFC2018-SACK-PERM-2", MUST_NOT, "4", MET, "/tcp/options/sack-not-agreed",
      N_("No SACK blocks go to a peer whose SYN lacked SACK-permitted") },
    { "RFC2018-SACK-GEN-1", SHOULD, "4", MET, "/tcp/options/sack-blocks",
      N_("While data is held above a gap, each ACK bears a SACK option") },
    { "RFC2018-SACK-FIRST-1", MUST, "4", MET, "/tcp/reasm/blocks/rfc2018-first-lost",
      N_("The first block covers the segment that caused this ACK, unless that segment moved the "
         "ack number") },
    { "RFC2018-SACK-FILL-1", SHOULD, "4", MET, "/tcp/reasm/blocks/rfc2018-every-other-lost",
      N_("Remaining room repeats the most recently reported blocks, as many as fit") },
    { "RFC2018-SACK-MAX-1", SPEC, "3", MET,
      "/tcp/options/sack-with-timestamps /tcp/reasm/blocks/no-more-blocks-than-fit",
      N_("At most 4 blocks fit, or 3 next to a timestamp option") },
    { "RFC2018-SACK-RTO-1", MUST, "5", DEPARTS,
      "/tcp/sent/time-out-keeps-sacks /tcp/recovery/sack/reneged",
      N_("After a retransmission timeout resend from the left edge, even if it was SACKed, and "
         "disregard earlier SACK news"),
      .reason = N_("what was SACKed is believed after a time-out too, until the oldest segment "
                   "proves that the receiver has reneged (RFC 6675 5.1)"),
      .departs = "src/tcp/tcp_sent.c" },
    { "RFC2018-SACK-KEEP-1", MUST_NOT, "8", MET, "/tcp/recovery/sack/reneged",
      N_("SACKed data is not freed before the ack number covers it") },
};

static const RfcEntry duplicate_sack[] = {
    { "RFC2883-DSACK-FIRST-1", SPEC, "4", MET, "/tcp/options/dsack",
      N_("A received duplicate is reported in the first block of the ACK it causes, and only "
         "there") },
    { "RFC2883-DSACK-ONCE-1", SPEC, "4", MET, "/tcp/options/dsack",
      N_("Each arrival of duplicate data is reported once; the same block again means it arrived "
         "again") },
    { "RFC2883-DSACK-BELOW-1", SPEC, "4.1.1", MET, "/tcp/reasm/blocks/rfc2883-duplicate-delivered",
      N_("A full duplicate below the ack number gives a block lying wholly below that number") },
    { "RFC2883-DSACK-ABOVE-1", SPEC, "4.1.3", MET, "/tcp/reasm/blocks/rfc2883-duplicate-queued",
      N_("A duplicate of queued data gives its own block first and the larger queued block "
         "second") },
    { "RFC2883-DSACK-PART-1", SPEC, "4.2", MET, "/tcp/reasm/blocks/rfc2883-partly-duplicate",
      N_("Of a partly duplicate segment only the first duplicate stretch is reported") },
    { "RFC2883-DSACK-CMP-1", MUST_NOT, "5", MET, "/tcp/sent/block/dsack-below-the-ack",
      N_("The sender tests the block against the ack number of the same segment, not against "
         "SND.UNA") },
};

static const RfcEntry sack_based_loss_recovery[] = {
    { "RFC6675-REC-LOST-1", SPEC, "4", MET,
      "/tcp/sent/is-lost/two-segments-above /tcp/sent/is-lost/one-octet-more "
      "/tcp/sent/is-lost/three-runs-of-one-octet",
      N_("Data is lost once 3 separate SACKed runs, or more than 2*SMSS SACKed octets, lie above "
         "it") },
    { "RFC6675-REC-PIPE-1", MUST, "4", MET, "/tcp/sent/random",
      N_("The in-flight estimate counts octets neither SACKed nor lost, plus retransmitted ones") },
    { "RFC6675-REC-ENTER-1", SPEC, "5", MET,
      "/tcp/recovery/story/sack-one-loss /tcp/recovery/story/sack-too-few-duplicates",
      N_("On the third duplicate ACK, or when the first hole is lost by the rule above, halve to "
         "FlightSize/2 and resend the first hole") },
    { "RFC6675-REC-NEXT-1", MUST, "4", MET,
      "/tcp/recovery/sack/RFC6675-REC-NEXT-1 /tcp/recovery/story/sack-rule-4",
      N_("Send in this order: holes deemed lost, new data, holes not yet deemed lost, one rescue "
         "segment") },
    { "RFC6675-REC-RESCUE-1", SHOULD, "4", DEPARTS,
      "/tcp/recovery/story/sack-one-rescue /tcp/recovery/story/sack-rescue-lost",
      N_("At most one rescue retransmission per recovery, covering the highest octet not SACKed"),
      .reason = N_("a hole that was sent again just before is not sent a second time as a rescue: "
                   "its copy is waited for"),
      .departs = "src/tcp/tcp_recovery_sack.c" },
    { "RFC6675-REC-CWND-1", SHOULD, "5", MET,
      "/tcp/recovery/sack/whole-segment /tcp/recovery/story/sack-two-losses",
      N_("During recovery send only while cwnd exceeds the in-flight estimate by one SMSS or "
         "more") },
    { "RFC6675-REC-EXIT-1", MUST, "5", MET, "/tcp/recovery/story/sack-two-losses",
      N_("Recovery ends when everything sent before it started is cumulatively acknowledged") },
    { "RFC6675-REC-RTO-1", MUST_NOT, "5.1", MET, "/tcp/recovery/sack/after-timeout",
      N_("After an RTO no new SACK recovery starts until data up to the point then reached is "
         "acknowledged") },
};

static const RfcEntry newreno[] = {
    { "RFC6582-NR-ENTER-1", SPEC, "3.2", MET, "/tcp/recovery/newreno/careful",
      N_("Three duplicate ACKs start recovery only if the ack number covers more than the last "
         "recovery point") },
    { "RFC6582-NR-PART-1", SPEC, "3.2", MET, "/tcp/recovery/newreno/partial-acks",
      N_("A partial ACK makes the sender resend the first missing segment at once and stay in "
         "recovery") },
    { "RFC6582-NR-PART-2", SPEC, "3.2", MET, "/tcp/recovery/newreno/partial-acks",
      N_("On a partial ACK take the acknowledged amount off cwnd, then add back one SMSS if that "
         "much was acknowledged") },
    { "RFC6582-NR-TIMER-1", SPEC, "3.2", MET, "/tcp/recovery/newreno/partial-acks",
      N_("Only the first partial ACK of a recovery restarts the retransmission timer") },
    { "RFC6582-NR-FULL-1", SPEC, "3.2", MET, "/tcp/recovery/newreno/partial-acks",
      N_("A full ACK sets cwnd to ssthresh or to min(ssthresh, max(FlightSize, SMSS) + SMSS) and "
         "ends recovery") },
    { "RFC6582-NR-RTO-1", SPEC, "3.2", MET, "/tcp/recovery/newreno/careful",
      N_("A timeout records the highest sequence number sent and leaves recovery") },
};

static const RfcEntry retransmission_timer[] = {
    { "RFC6298-RTO-INIT-1", SHOULD, "2.1", MET, "/tcp/rtt/before-first-sample",
      N_("Before any RTT sample the RTO is 1 s") },
    { "RFC6298-RTO-FIRST-1", MUST, "2.2", MET, "/tcp/rtt/rfc6298/first-sample",
      N_("The first sample R gives SRTT = R, RTTVAR = R/2, RTO = SRTT + max(G, 4*RTTVAR)") },
    { "RFC6298-RTO-UPD-1", MUST, "2.3", MET,
      "/tcp/rtt/rfc6298/second-sample /tcp/rtt/rfc6298/third-sample",
      N_("Later samples update RTTVAR (gain 1/4) first and SRTT (gain 1/8) second") },
    { "RFC6298-RTO-MIN-1", SHOULD, "2.4", MET, "/tcp/rtt/rfc6298/least-rto",
      N_("An RTO below 1 s is raised to 1 s") },
    { "RFC6298-RTO-KARN-1", MUST_NOT, "3", MET, "/tcp/rfc9293/MUST-18 /tcp/sent/karn",
      N_("No RTT sample from a retransmitted segment, unless timestamps settle which copy was "
         "acknowledged") },
    { "RFC6298-RTO-RATE-1", MUST, "3", MET, "/tcp/rtt/rfc6298/four-samples-a-round-trip",
      N_("Take at least one sample per round trip where Karn's rule allows it") },
    { "RFC6298-RTO-BACK-1", MUST, "5.5", MET, "/tcp/rfc9293/MUST-19 /tcp/rtt/back-off",
      N_("Each expiry doubles the RTO; a ceiling, if any, is 60 s or more") },
    { "RFC6298-RTO-RUN-1", RECOMMENDED, "5.1-5.3", MET, "/tcp/timer/restart",
      N_("Start the timer with data outstanding, restart it on each ACK of new data, stop it when "
         "all is acknowledged") },
    { "RFC6298-RTO-EARLY-1", MUST, "5", MET, "/tcp/rfc9293/MUST-19 /tcp/timer/restart",
      N_("The timer never resends a segment sooner than one RTO after its last transmission") },
    { "RFC6298-RTO-SYN-1", MUST, "5.7", MET, "/tcp/handshake/after-one-lost-syn",
      N_("If the SYN timed out with an RTO under 3 s, data transfer begins with an RTO of 3 s") },
};

static const RfcEntry limited_transmit[] = {
    { "RFC3042-LT-SEND-1", SHOULD, "2", MET, "/tcp/output/limited-transmit",
      N_("The first and the second duplicate ACK each release one new segment if the peer's window "
         "has room") },
    { "RFC3042-LT-LIMIT-1", SPEC, "2", MET, "/tcp/output/limited-transmit",
      N_("Outstanding data stays within cwnd + 2*SMSS while doing so") },
    { "RFC3042-LT-CWND-1", MUST_NOT, "2", MET, "/tcp/output/limited-transmit",
      N_("cwnd is left as it is") },
    { "RFC3042-LT-SACK-1", MUST_NOT, "2", MET, "/tcp/recovery/sack/needs-news",
      N_("With SACK in use, a duplicate ACK without new SACK information releases nothing") },
};

static const RfcEntry proportional_rate_reduction[] = {
    { "RFC9937-PRR-INIT-1", MUST, "6.1", MET, "/tcp/prr/init",
      N_("Recovery starts with zeroed delivered and sent counters and RecoverFS = outstanding "
         "octets less those SACKed earlier (what this ACK delivers is included)") },
    { "RFC9937-PRR-DELIV-1", SPEC, "6.2", MET, "/tcp/sent/cumulative /tcp/sent/random",
      N_("With SACK, an ACK delivers the advance of SND.UNA plus the rise (or less the fall) in "
         "SACKed octets") },
    { "RFC9937-PRR-RATE-1", SPEC, "6.2", MET, "/tcp/prr/rate",
      N_("Above ssthresh, total sent follows ceil(delivered*ssthresh/RecoverFS), so sending is "
         "spread over the round trip") },
    { "RFC9937-PRR-CRB-1", SPEC, "6.2", MET, "/tcp/prr/below-ssthresh /tcp/prr/lost-acks",
      N_("At or below ssthresh, one ACK releases the greater of what it delivered and what earlier "
         "ACKs delivered but sending left unused, never past ssthresh") },
    { "RFC9937-PRR-SSRB-1", SPEC, "6.2", MET, "/tcp/prr/below-ssthresh",
      N_("There, one extra SMSS is allowed only if this ACK advances SND.UNA and shows no further "
         "loss") },
    { "RFC9937-PRR-FIRST-1", SPEC, "6.2", MET, "/tcp/prr/first",
      N_("The ACK that starts recovery always releases one retransmission, even if the formula "
         "yields zero") },
    { "RFC9937-PRR-INFL-1", MUST, "6.2", MET, "/tcp/sent/random",
      N_("With RACK, in-flight = SND.NXT - SND.UNA less SACKed, less lost, plus retransmitted "
         "since marked lost") },
    { "RFC9937-PRR-END-1", SPEC, "6.4", MET, "/tcp/prr/end",
      N_("When the episode ends cwnd becomes ssthresh") },
};

static const RfcEntry rack_tlp[] = {
    { "RFC8985-RACK-LOSS-1", SPEC, "6.2", MET, "/tcp/rack/reordering /tcp/rack/lost-again",
      N_("A segment is lost if one sent after it was delivered and RACK.rtt + reo_wnd has passed "
         "since its own last transmission; works for lost retransmissions"),
      .reason = N_("where the clock shows one time for several segments, the order in which they "
                   "left tells, not their numbers"),
      .departs = "src/tcp/tcp_sent.h" },
    { "RFC8985-RACK-SAMPLE-1", SPEC, "6.2", MET,
      "/tcp/rack/sample/too-soon /tcp/rack/sample/echo-of-the-original "
      "/tcp/rack/sample/a-round-trip-later",
      N_("A retransmitted segment ACKed in less than min_RTT, or with a timestamp echo older than "
         "its resend, is not used as reference") },
    { "RFC8985-RACK-REO-1", SPEC, "6.2", MET, "/tcp/rack/reordering",
      N_("Reordering counts as seen when a never-retransmitted segment is delivered below the "
         "highest one delivered") },
    { "RFC8985-RACK-WND-1", SPEC, "6.2", MET, "/tcp/rack/window",
      N_("reo_wnd = min(mult*min_RTT/4, SRTT), but zero if no reordering was seen and either "
         "recovery runs or 3 segments are SACKed") },
    { "RFC8985-RACK-DSACK-1", SPEC, "6.2", MET, "/tcp/rack/dsack",
      N_("A DSACK raises mult by one, once per round; after 16 recoveries without one it returns "
         "to 1") },
    { "RFC8985-RACK-TIMER-1", RECOMMENDED, "6.2", DEPARTS, "/tcp/rack/timer",
      N_("A timer marks the loss when the reordering window runs out with no further ACK"),
      .reason = N_(
          "the timer is set for the first segment that waits, and each is judged in its own time"),
      .departs = "src/tcp/tcp_recovery_rack.c" },
    { "RFC8985-RACK-RTT-1", SPEC, "6.2", DEPARTS, NULL,
      N_("RACK.rtt is that of the delivered segment which was sent last"),
      .reason = N_("Linux looks at what an ACK SACKs before what it acknowledges, and keeps the "
                   "round trip of the latter"),
      .departs = "src/tcp/tcp_recovery_rack.c" },
    { "RFC8985-TLP-PTO-1", SHOULD, "7.2", MET, "/tcp/rack/probe /tcp/rack/probe-of-one",
      N_("The probe timer runs 2*SRTT (plus an allowance for delayed ACK if one segment is out; 1 "
         "s without SRTT), never past the RTO") },
    { "RFC8985-TLP-PROBE-1", SHOULD, "7.3", MET, "/tcp/rack/probe /tcp/rack/probe-is-new",
      N_("Probe with one new segment if there is one and the window allows, else resend the "
         "highest one") },
    { "RFC8985-TLP-ONE-1", MUST, "7.3", MET, "/tcp/rack/RFC8985-TLP-ONE-1 /tcp/rack/probe",
      N_("No probe while an earlier one is in flight or without an RTT sample since the last; RTO "
         "is re-armed afterwards in any case") },
    { "RFC8985-TLP-CC-1", SHOULD, "7.4.2", MET, "/tcp/rack/probe-repairs",
      N_("If the probe itself repaired a loss, respond as to a fast recovery") },
};

static const RfcEntry f_rto[] = {
    { "RFC5682-FRTO-FIRST-1", MUST, "2.1", MET, "/tcp/undo/f-rto/spurious /tcp/undo/f-rto/lost",
      N_("On RTO resend the first unacknowledged segment only and note the highest sequence number "
         "sent") },
    { "RFC5682-FRTO-NEW-1", MUST, "2.1", MET, "/tcp/undo/f-rto/spurious",
      N_("If the next ACK advances but stays short of that mark, send up to two new segments, not "
         "retransmissions") },
    { "RFC5682-FRTO-SPUR-1", MUST, "2.1", MET, "/tcp/undo/f-rto/spurious",
      N_("If the second ACK advances as well, the timeout was spurious and the go-back-N resend "
         "does not happen") },
    { "RFC5682-FRTO-DUP-1", MUST, "2.1", MET,
      "/tcp/undo/f-rto/duplicate-first /tcp/undo/f-rto/lost",
      N_("A duplicate as first ACK leads to ordinary recovery; as second ACK, to cwnd of at most 3 "
         "segments and slow start resends") },
    { "RFC5682-FRTO-NODATA-1", SPEC, "2.1", MET, "/tcp/undo/f-rto/without-data",
      N_("With no new data, or no window for it, carry on with ordinary recovery") },
    { "RFC5682-FRTO-SACK-1", MAY, "3.1", MET,
      "/tcp/undo/f-rto/sack-spurious /tcp/undo/f-rto/sack-lost",
      N_("With SACK the variant that judges by SACKed new data may be used, but not if loss "
         "recovery was already running") },
    { "RFC5682-FRTO-AGAIN-1", MUST, "2.1", MET, "/tcp/undo/f-rto/RFC5682-FRTO-AGAIN-1",
      N_("Another expiry on the way starts the procedure afresh") },
};

const RfcGroup rfc_groups_recovery[] = {
    GROUP(N_("SACK"), sack),
    GROUP(N_("Duplicate SACK"), duplicate_sack),
    GROUP(N_("SACK-based loss recovery"), sack_based_loss_recovery),
    GROUP(N_("NewReno"), newreno),
    GROUP(N_("Retransmission timer"), retransmission_timer),
    GROUP(N_("Limited transmit"), limited_transmit),
    GROUP(N_("Proportional rate reduction"), proportional_rate_reduction),
    GROUP(N_("RACK-TLP"), rack_tlp),
    GROUP(N_("F-RTO"), f_rto),
    { 0 },
};
