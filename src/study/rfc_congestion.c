/* How much TCP sends: congestion controls, and marks in place of losses.
 * How a row is read and written stands in study/rfc.h. */

#include "study/rfc_rows.h"

static const RfcEntry congestion_control[] = {
    { "RFC5681-CC-SS-1", RECOMMENDED, "3.1", MET,
      "/tcp/cc-reno/slow-start/every-segment /tcp/cc-reno/slow-start/delayed-acks "
      "/tcp/cc-reno/large-ack",
      N_("In slow start each ACK of N new octets adds min(N, SMSS) to cwnd") },
    { "RFC5681-CC-CA-1", MUST_NOT, "3.1", MET,
      "/tcp/cc-reno/avoidance/every-segment /tcp/cc-reno/avoidance/split-acks",
      N_("In congestion avoidance cwnd gains no more than one SMSS per round trip") },
    { "RFC5681-CC-FR-1", SHOULD, "3.2", MET, "/tcp/recovery/story/reno-one-loss",
      N_("Three duplicate ACKs trigger an immediate resend of the first missing segment") },
    { "RFC5681-CC-FR-2", MUST, "3.2", MET, "/tcp/recovery/flight-size/reno",
      N_("Fast retransmit sets ssthresh to max(FlightSize/2, 2*SMSS), limited-transmit data not "
         "counted, and cwnd to ssthresh + 3*SMSS") },
    { "RFC5681-CC-FR-3", MUST, "3.2", MET,
      "/tcp/recovery/story/reno-two-losses /tcp/recovery/newreno/partial-acks",
      N_("Each further duplicate ACK adds one SMSS to cwnd; the ACK of new data sets cwnd back to "
         "ssthresh") },
    { "RFC5681-CC-RTO-1", MUST, "3.1", MET,
      "/tcp/cc/common/reno /tcp/recovery/flight-size-at-timeout/reno",
      N_("A timeout leaves cwnd at one segment or less; ssthresh is cut on the first timeout of a "
         "segment and kept on repeats") },
    { "RFC5681-CC-SYN-1", MUST_NOT, "3.1", MET, "/tcp/output/RFC5681-CC-SYN-1",
      N_("SYN/ACK and the ACK that answers it do not enlarge cwnd") },
    { "RFC5681-CC-IDLE-1", SHOULD, "4.1", MET, "/tcp/output/idle /tcp/cc/idle/reno",
      N_("After sending nothing for longer than one RTO, start again from at most min(IW, cwnd)") },
    { "RFC5681-CC-ACK-1", SHOULD, "4.2", MET, "/tcp/output/gaps-at-once",
      N_("ACK at once a segment above a gap and a segment that fills all or part of one") },
    { "RFC5681-CC-ACK-2", MUST_NOT, "4.2", MET, "/tcp/output/duplicate-ack-alone",
      N_("No more than one ACK per incoming segment, window updates apart") },
};

static const RfcEntry initial_window_of_ten[] = {
    { "RFC6928-IW-SIZE-1", SPEC, "2", MET,
      "/tcp/output/initial-window/1460 /tcp/output/initial-window/536 /tcp/cc/initial-window",
      N_("The first flight holds at most min(10*MSS, max(2*MSS, 14600)) octets") },
    { "RFC6928-IW-SMALL-1", MAY, "2", MET, "/tcp/output/initial-window/configured",
      N_("A smaller first flight is allowed") },
    { "RFC6928-IW-SYN-1", RECOMMENDED, "2", MET,
      "/tcp/handshake/after-one-lost-syn /tcp/handshake/after-two-lost-syns",
      N_("A single lost SYN or SYN/ACK does not shrink the first flight to one segment; a second "
         "loss, or loss shown to be real, does") },
    { "RFC6928-IW-LOSS-1", SPEC, "2", MET, "/tcp/cc/common/reno",
      N_("The window after a timeout stays at one segment") },
    { "RFC6928-IW-RW-1", MAY, "2", MET, "/tcp/output/idle",
      N_("The restart window after idle may be min(IW, cwnd), never more than cwnd") },
    { "RFC6928-IW-TIMER-1", MUST, "9", MET, "/tcp/timer/restart",
      N_("Each ACK of new data starts the RTO afresh, so that a long first flight causes no false "
         "timeout") },
};

static const RfcEntry cubic[] = {
    { "RFC9438-CUBIC-CURVE-1", SPEC, "4.2", MET,
      "/tcp/cc-cubic/curve/every-segment-acknowledged /tcp/cc-cubic/average/table-1-p-1e-3",
      N_("The window follows C*(t-K)^3 + W_max with C = 0.4 and K = cbrt((W_max - cwnd_epoch)/C), "
         "evaluated one RTT ahead") },
    { "RFC9438-CUBIC-CLAMP-1", SPEC, "4.2", DEPARTS,
      "/tcp/cc-cubic/target-is-clamped /tcp/cc-cubic/curve/delayed-acks",
      N_("The target lies between cwnd and 1.5*cwnd, and each ACK of new data adds (target - "
         "cwnd)/cwnd"),
      .reason = N_("the octets that an ACK covers count, not ACKs, which a receiver that delays "
                   "them would halve"),
      .departs = "src/tcp/tcp_cc_cubic.c" },
    { "RFC9438-CUBIC-RENO-1", SHOULD, "4.3", MET, "/tcp/cc-cubic/reno-friendly",
      N_("Where the Reno estimate is larger it sets cwnd; its gain is 3*(1-b)/(1+b), and 1 once "
         "the prior cwnd is regained") },
    { "RFC9438-CUBIC-BETA-1", SHOULD, "4.6", MET,
      "/tcp/cc-cubic/curve/every-segment-acknowledged /tcp/cc/common/cubic",
      N_("A congestion event leaves 0.7 of the flight size (2 SMSS floor on loss)") },
    { "RFC9438-CUBIC-FAST-1", SHOULD, "4.7", MET, "/tcp/cc-cubic/fast-convergence/on",
      N_("If cwnd is below the last W_max at the event, W_max becomes cwnd*(1+b)/2") },
    { "RFC9438-CUBIC-APP-1", MUST_NOT, "4.2", MET, "/tcp/cc-cubic/application-limited",
      N_("Time without window growth because the program sent too little is not counted in t") },
    { "RFC9438-CUBIC-RTO-1", SPEC, "4.8", MET, "/tcp/cc-cubic/time-out",
      N_("The first avoidance stage after a timeout uses K = 0 and W_max = cwnd at its start") },
    { "RFC9438-CUBIC-SS-1", MUST, "4.10", MET, "/tcp/cc/common/cubic",
      N_("At or below ssthresh slow start runs, preferably HyStart++") },
    { "RFC9438-CUBIC-ECN-1", MUST, "4.6", MET, "/tcp/cc-cubic/ecn-floor",
      N_("ECE keeps cutting cwnd down to 1 SMSS, and the sending rate below that through the "
         "timer") },
    { "RFC9438-CUBIC-UNDO-1", MAY, "4.9", MET, "/tcp/cc-cubic/undo /tcp/cc/undo/cubic",
      N_("State saved at a loss may be restored once that loss proves spurious and cwnd is still "
         "lower") },
    { "RFC9438-CUBIC-LINUX-1", SPEC, "4.4, 4.6", DEPARTS,
      "/tcp/cc-linux/losses /tcp/cc-linux/first-growth",
      N_("ssthresh comes from the flight, and the curve alone bounds the growth: in every CUBIC "
         "there is"),
      .reason = N_("linux-cubic is Linux's: ssthresh comes from cwnd, growth is at most a segment "
                   "for two delivered"),
      .departs = "src/tcp/tcp_cc_linux_cubic.c" },
};

static const RfcEntry hystart[] = {
    { "RFC9406-HSPP-ROUND-1", SPEC, "4.2", MET, "/tcp/slow-start/threshold",
      N_("A round ends when the SND.NXT noted at its start is acknowledged") },
    { "RFC9406-HSPP-EXIT-1", SPEC, "4.2", MET,
      "/tcp/slow-start/threshold /tcp/slow-start/few-samples scenario:hystart",
      N_("With 8 samples, a round minimum above the last one by clamp(last/8, 4 ms, 16 ms) ends "
         "plain slow start") },
    { "RFC9406-HSPP-CSS-1", SPEC, "4.2", MET, "/tcp/slow-start/conservative",
      N_("Then conservative slow start grows a quarter as fast (divisor 4, at least 2)") },
    { "RFC9406-HSPP-RESUME-1", SPEC, "4.2", MET, "/tcp/slow-start/spurious",
      N_("If the round minimum drops below the noted baseline, plain slow start resumes") },
    { "RFC9406-HSPP-CA-1", SPEC, "4.2", MET, "/tcp/slow-start/conservative",
      N_("After 5 conservative rounds ssthresh becomes cwnd and avoidance begins") },
    { "RFC9406-HSPP-LIMIT-1", SPEC, "4.3", MET, "/tcp/slow-start/stretched-ack",
      N_("One ACK raises cwnd by at most 8 SMSS if sending is not paced, without limit if it is") },
    { "RFC9406-HSPP-LOSS-1", SPEC, "4.2", MET, "/tcp/slow-start/after-loss",
      N_("Loss or an ECN mark in either phase ends it at once") },
    { "RFC9406-HSPP-ONCE-1", SHOULD, "4.3", MET, "/tcp/slow-start/after-loss",
      N_("Only the first slow start of a connection uses it") },
};

static const RfcEntry congestion_window_validation[] = {
    { "RFC7661-CWV-PIPE-1", SPEC, "4.2", DEPARTS, "/tcp/burst/validation",
      N_("pipeACK is the largest volume acknowledged per RTT over max(3*RTT, 1 s), frozen during "
         "recovery"),
      .reason = N_("window-validation is that of RFC 2861, as Linux has it: the volume that is "
                   "acknowledged is not measured") },
    { "RFC7661-CWV-ENTER-1", MUST, "4.4", DEPARTS, "/tcp/burst/validation",
      N_("Below half of cwnd the phase is non-validated"),
      .reason = N_("window-validation is that of RFC 2861, as Linux has it: the volume that is "
                   "acknowledged is not measured") },
    { "RFC7661-CWV-HOLD-1", MUST_NOT, "4.4", DEPARTS, "/tcp/burst/validation /tcp/cc/common/reno",
      N_("There, cwnd does not grow unless it is the limiting factor; it is kept for up to 5 "
         "minutes"),
      .reason = N_("window-validation is that of RFC 2861, as Linux has it: what stays unused for "
                   "a time-out is given up") },
    { "RFC7661-CWV-LOSS-1", MUST, "4.4.1", DEPARTS, NULL,
      N_("Loss there sets cwnd to max(pipeACK, LossFlightSize)/2, and to (that maximum less "
         "retransmitted octets)/2 when recovery ends"),
      .reason = N_("window-validation is that of RFC 2861, as Linux has it: the volume that is "
                   "acknowledged is not measured") },
    { "RFC7661-CWV-END-1", MUST, "4.4.3", DEPARTS, "/tcp/burst/validation",
      N_("When the period ends ssthresh = max(ssthresh, 3*cwnd/4), then cwnd = max(cwnd/2, IW)"),
      .reason = N_("window-validation is that of RFC 2861, as Linux has it: what stays unused for "
                   "a time-out is given up") },
    { "RFC7661-CWV-BURST-1", SHOULD, "4.4.2", DEPARTS, "/tcp/burst/pairs",
      N_("Bursts are bounded, for example by pacing"),
      .reason = N_("bursts are bounded where pacing is switched on, whatever the phase") },
};

static const RfcEntry ecn[] = {
    { "RFC3168-ECN-NEG-1", SPEC, "6.1.1", MET,
      "/tcp/ecn/RFC3168-ECN-NEG-1/answer/agreed /tcp/ecn/RFC3168-ECN-NEG-1/offer/accepts",
      N_("Offer with ECE and CWR on SYN, accept with ECE alone on SYN/ACK; a SYN/ACK with both "
         "bits or neither means no ECN") },
    { "RFC3168-ECN-ECT-1", MUST_NOT, "6.1", MET, "/tcp/ecn/RFC3168-ECN-ECT-1",
      N_("No ECT on SYN, SYN/ACK, pure ACK, retransmission or window probe") },
    { "RFC3168-ECN-ECE-1", SPEC, "6.1.3", MET, "/tcp/ecn/RFC3168-ECN-ECE-1",
      N_("After a CE data packet every ACK carries ECE until a segment with CWR arrives") },
    { "RFC3168-ECN-RESP-1", MUST, "5", MET, "/tcp/ecn/RFC3168-ECN-RESP-1",
      N_("The sender reacts to ECE as to one loss and not again within the same window") },
    { "RFC3168-ECN-CWR-1", SHOULD, "6.1.2", MET, "/tcp/ecn/RFC3168-ECN-CWR-1",
      N_("CWR is set on the first new data segment after the cut, and not on retransmissions") },
    { "RFC3168-ECN-ONE-1", MUST, "6.1.2", MET, "/tcp/ecn/RFC3168-ECN-ONE-1",
      N_("With cwnd at one segment, ECE restarts the retransmission timer so that sending slows "
         "further") },
    { "RFC3168-ECN-OOW-1", SHOULD, "6.1.5", MET, "/tcp/ecn/RFC3168-ECN-OOW-1",
      N_("CE on a data segment outside the window is ignored") },
    { "RFC3168-ECN-AQM-1", SHOULD, "5", DEPARTS, "/net/qdisc/mark-above/not-capable",
      N_("A queue marks CE only where it would otherwise drop for congestion; Not-ECT packets are "
         "dropped"),
      .reason = N_("drop-tail marks above a length and drops where it is full"),
      .departs = "src/net/qdisc_droptail.c" },
    { "RFC3168-ECN-FRAG-1", MUST, "5.3", MET, "/inet/reassembly/RFC3168-ECN-FRAG-1/mixed",
      N_("Reassembly keeps a CE mark of any fragment or drops the lot; where CE and Not-ECT "
         "fragments mix it must drop") },
};

static const RfcEntry ecn_experimentation[] = {
    { "RFC8311-ECN-ECT0-1", MUST, "4.2", MET, "/tcp/ecn/RFC3168-ECN-ECT-1",
      N_("Use ECT(0) unless an experimental RFC gives a reason for ECT(1)") },
    { "RFC8311-ECN-NONCE-1", SPEC, "3", MET, "/tcp/ecn/RFC8311-ECN-NONCE-1",
      N_("The ECN nonce is withdrawn: the former NS bit and ECT(1) carry no nonce") },
    { "RFC8311-ECN-CTRL-1", SPEC, "4.3", MET, "/tcp/ecn/RFC3168-ECN-ECT-1",
      N_("ECT on SYN, pure ACK, retransmission and probe is open to experiment only, so it is off "
         "by default") },
    { "RFC8311-ECN-PASS-1", SHOULD_NOT, "4.3", MET, "/net/qdisc/mark-above/never-reached",
      N_("Nodes on the path do not drop TCP control or retransmitted packets merely for not being "
         "Not-ECT") },
    { "RFC8311-ECN-RESP-1", SPEC, "4.1", MET,
      "/tcp/cc-dctcp/RFC8257-DCTCP-CUT-1 /tcp/ecn/RFC3168-ECN-RESP-1",
      N_("A response to CE that differs from the response to loss needs an experimental RFC behind "
         "it") },
};

static const RfcEntry accurate_ecn[] = {
    { "RFC9768-ACCECN-SYN-1", MUST, "3.1.1", MET, "/tcp/accecn/RFC9768-ACCECN-FALL-1/not-ect",
      N_("The client asks with AE, CWR and ECE all set on SYN") },
    { "RFC9768-ACCECN-SYNACK-1", MUST, "3.1.1", MET,
      "/tcp/accecn/RFC9768-ACCECN-SYNACK-1/not-ect /tcp/accecn/RFC9768-ACCECN-SYNACK-1/ect1 "
      "/tcp/accecn/RFC9768-ACCECN-SYNACK-1/ect0 /tcp/accecn/RFC9768-ACCECN-SYNACK-1/ce",
      N_("The server answers (AE,CWR,ECE) 010, 011, 100 or 110 for a SYN that arrived Not-ECT, "
         "ECT(1), ECT(0) or CE") },
    { "RFC9768-ACCECN-FALL-1", MUST, "3.1.2", MET,
      "/tcp/accecn/RFC9768-ACCECN-FALL-1/classic /tcp/accecn/RFC9768-ACCECN-FALL-1/none "
      "/tcp/accecn/RFC9768-ACCECN-FALL-1/reflected",
      N_("The client falls back to classic ECN on 001, and to no ECN on 000 or on the broken echo "
         "111") },
    { "RFC9768-ACCECN-INIT-1", SPEC, "3.2.1", MET, "/tcp/accecn/RFC9768-ACCECN-ACK-1",
      N_("Counters begin at 5 for CE packets, 1 for ECT(0) and ECT(1) octets, 0 for CE octets") },
    { "RFC9768-ACCECN-HS-1", MUST, "3.2.2.1", MET,
      "/tcp/accecn/RFC9768-ACCECN-FALL-1/ce /tcp/accecn/RFC9768-ACCECN-FALL-1/ect0",
      N_("The pure ACK of the SYN/ACK tells in the same code how the SYN/ACK arrived") },
    { "RFC9768-ACCECN-ACE-1", MUST, "3.2.2", MET,
      "/tcp/accecn/RFC9768-ACCECN-ACE-1 /tcp/accecn/RFC9768-ACCECN-ACK-1",
      N_("Otherwise each segment without SYN carries the low 3 bits of the CE packet count in the "
         "three flags") },
    { "RFC9768-ACCECN-ACK-1", MUST, "3.2.2.5.1", MET, "/tcp/accecn/RFC9768-ACCECN-ACK-1",
      N_("ACK at a change from not-CE to CE on data (should), and by the n-th new CE mark, n being "
         "2 with unacknowledged data, else 3, at most 7") },
    { "RFC9768-ACCECN-OPT-1", MUST, "3.2.3", DEPARTS, NULL,
      N_("Options 172 and 174 carry 24-bit octet counters in opposite orders, length 11, 8, 5 or "
         "2, and never ride on SYN"),
      .reason = N_("the counter in the flags is sent and read, the options are not"),
      .departs = "src/tcp/tcp_accecn.h" },
    { "RFC9768-ACCECN-WRAP-1", SHOULD, "3.2.2.5.2", MET,
      "/tcp/accecn/RFC9768-ACCECN-WRAP-1/round-once",
      N_("Without the option, if the 3-bit count could have wrapped, assume the safest likely "
         "case") },
    { "RFC9768-ACCECN-ZERO-1", MUST_NOT, "3.2.2.1", MET, "/tcp/accecn/RFC9768-ACCECN-ZERO-1",
      N_("A server in SYN-RECEIVED that reads 000 on the pure ACK sets no ECT afterwards, yet goes "
         "on feeding marks back") },
};

static const RfcEntry dctcp[] = {
    { "RFC8257-DCTCP-ECE-1", MUST, "3.2", MET, "/tcp/ecn/RFC8257-DCTCP-ECE-1",
      N_("ECE on an ACK mirrors whether the latest data packets were CE; no latching until CWR") },
    { "RFC8257-DCTCP-ACK-1", MUST, "3.2", MET, "/tcp/ecn/RFC8257-DCTCP-ECE-1",
      N_("A change of CE state causes an immediate ACK") },
    { "RFC8257-DCTCP-ALPHA-1", SHOULD, "3.3", MET, "/tcp/cc-dctcp/RFC8257-DCTCP-ALPHA-1/half",
      N_("alpha starts at 1 and each window becomes (1-g)*alpha + g*(marked fraction), g = 1/16 "
         "being usual") },
    { "RFC8257-DCTCP-CUT-1", SHOULD, "3.3", MET, "/tcp/cc-dctcp/RFC8257-DCTCP-CUT-1",
      N_("Marks cut cwnd by the factor 1 - alpha/2, once per window") },
    { "RFC8257-DCTCP-LOSS-1", MUST, "3.5", MET, "/tcp/cc-dctcp/RFC8257-DCTCP-LOSS-1",
      N_("Loss is treated as by ordinary TCP") },
    { "RFC8257-DCTCP-SYN-1", SHOULD, "3.6", MET, "/tcp/ecn/RFC8257-DCTCP-SYN-1",
      N_("SYN, SYN/ACK and RST go out with ECT, and CE on them is ignored") },
    { "RFC8257-DCTCP-CLAMP-1", MUST, "4.2", MET, "/tcp/cc-dctcp/RFC8257-DCTCP-CLAMP-1",
      N_("alpha stays within 0 to 1 after each update and can reach 0") },
};

static const RfcEntry bbr[] = {
    { "BBR-STARTUP-1", SPEC, "startup", MET, "/tcp/cc-bbr3/startup",
      N_("Startup paces at 2.77 times the bandwidth estimate with cwnd gain 2, doubling the rate "
         "per round") },
    { "BBR-STARTUP-FULL-1", SPEC, "startup", MET, "/tcp/cc-bbr3/order",
      N_("It ends after 3 rounds, not limited by the program, with under 25 percent growth") },
    { "BBR-STARTUP-LOSS-1", SPEC, "startup", DEPARTS, "scenario:bbr3",
      N_("Or after a full round in recovery with over 2 percent loss in 6 or more separate runs"),
      .reason = N_("losses are judged by the ACK that tells of them, not packet by packet"),
      .departs = "src/tcp/tcp_cc_bbr3.c" },
    { "BBR-DRAIN-1", SPEC, "drain", MET, "/tcp/cc-bbr3/gain/drain /tcp/cc-bbr3/order",
      N_("Drain paces at 0.5 until in-flight is at most the estimated BDP, or for 3 rounds") },
    { "BBR-CYCLE-1", SPEC, "probe-bw", MET,
      "/tcp/cc-bbr3/gain /tcp/cc-bbr3/order /tcp/cc-bbr3/time-scale",
      N_("ProbeBW goes through DOWN (0.90), CRUISE (1.0), REFILL (1.0, one round) and UP (1.25, "
         "cwnd gain 2.25)") },
    { "BBR-LOSS-1", SPEC, "probe-bw", DEPARTS, "scenario:bbr3",
      N_("While probing, a round with over 2 percent loss bounds the long-term in-flight, by no "
         "deeper a cut than 0.7"),
      .reason = N_("losses are judged by the ACK that tells of them, not packet by packet") },
    { "BBR-RTT-1", SPEC, "probe-rtt", MET, "/tcp/cc-bbr3/probe-rtt",
      N_("If no lower RTT was seen for 5 s, hold in-flight to half the BDP for 200 ms and one "
         "round at least") },
    { "BBR-FILTER-1", SPEC, "model", MET, "/tcp/cc-bbr3/steady-state /tcp/cc-bbr3/probe-rtt",
      N_("max_bw spans two probe cycles and min_rtt 10 s; samples limited by the program count "
         "only if they raise max_bw") },
    { "BBR-PACE-1", SPEC, "pacing", DEPARTS,
      "/tcp/cc-bbr3/gain /tcp/cc-bbr/gain-cycle /tcp/cc-bbr/probe-rtt",
      N_("Segments are paced at gain times bandwidth less 1 percent, and the model keeps cwnd at 4 "
         "SMSS or more"),
      .reason =
          N_("version 1 counts in flight what is, not what will be when a paced segment leaves"),
      .departs = "src/tcp/tcp_cc_bbr.c" },
    { "BBR-IDLE-1", SPEC, "idle", MET, "/tcp/cc-bbr3/idle",
      N_("After idle in ProbeBW, restart at the estimated bandwidth; no ProbeRTT is due on that "
         "account") },
};

/* No RFC: Brakmo and Peterson, 1995; Mascolo and others, 2001. */
static const RfcEntry delay_and_rate[] = {
    { "VEGAS-LOSS-1", SPEC, "3.1, 4", DEPARTS, "/tcp/cc-vegas/loss",
      N_("Vegas finds losses by a finer timer, and takes a quarter off the window"),
      .reason =
          N_("losses are the business of recovery, and the window is halved as Linux does it"),
      .departs = "src/tcp/tcp_cc_vegas.c" },
    { "WESTWOOD-RATE-1", SPEC, "2", DEPARTS, "/tcp/cc-westwood/estimate",
      N_("Westwood counts each ACK, duplicates included, towards the delivery rate"),
      .reason = N_("without SACK a duplicate ACK does not count as a segment delivered"),
      .departs = "src/tcp/tcp_cc_westwood.c" },
    { "WESTWOOD-LOSS-1", SPEC, "2", DEPARTS, "/tcp/cc-westwood/random-loss",
      N_("After a loss the window is what the estimated rate fills in the least round-trip time"),
      .reason = N_("it is never more than before, were the estimate ever so high"),
      .departs = "src/tcp/tcp_cc_westwood.c" },
};

const RfcGroup rfc_groups_congestion[] = {
    GROUP(N_("Congestion control"), congestion_control),
    GROUP(N_("Initial window of ten"), initial_window_of_ten),
    GROUP(N_("CUBIC"), cubic),
    GROUP(N_("HyStart++"), hystart),
    GROUP(N_("Congestion window validation"), congestion_window_validation),
    GROUP(N_("ECN"), ecn),
    GROUP(N_("ECN experimentation"), ecn_experimentation),
    GROUP(N_("Accurate ECN"), accurate_ecn),
    GROUP(N_("DCTCP"), dctcp),
    GROUP(N_("BBR congestion control (draft-ietf-ccwg-bbr)"), bbr),
    GROUP(N_("Vegas and Westwood+"), delay_and_rate),
    { 0 },
};
