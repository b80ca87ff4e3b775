/* Extensions of TCP and what other documents say of its windows, timers and states.
 * How a row is read and written stands in study/rfc.h. */

#include "study/rfc_rows.h"

static const RfcEntry tcp_extensions_for_high_performance[] = {
    { "RFC7323-WS-NEG-1", MUST, "2.2", MET,
      "/tcp/options/scale/both /tcp/options/scale/peer-has-none /tcp/options/scale/we-have-none "
      "/tcp/options/scale-only-in-syn",
      N_("Scaling is on only if both SYNs carry the option; the option on any other segment is "
         "ignored, and windows in SYNs are never scaled") },
    { "RFC7323-WS-MAX-1", MUST, "2.3", MET, "/tcp/options/scale/above-14-is-14",
      N_("A shift above 14 is used as 14") },
    { "RFC7323-WS-SHRINK-1", MUST, "2.4", MET, "/tcp/window/scaled-tiny-segments",
      N_("The receiver accepts a segment that fits any window it has ever advertised") },
    { "RFC7323-TS-ALL-1", MUST, "3.2", MET, "/tcp/options/timestamps-on-all",
      N_("Once both SYNs carried it, every segment but RST bears the timestamp option") },
    { "RFC7323-TS-MISS-1", SHOULD, "3.2", MET, "/tcp/options/missing-timestamp",
      N_("Then a segment (not RST) without it is dropped silently, and the connection is never "
         "aborted for that") },
    { "RFC7323-TS-ECHO-1", SHOULD, "4.3", MET, "/tcp/options/echo",
      N_("Echo the TSval of the earliest unacknowledged segment under delayed ACK, of the last "
         "in-order one during a gap, and (a must) of the segment that fills a gap") },
    { "RFC7323-RTTM-1", MAY, "4.1", DEPARTS,
      "/tcp/options/echo-times-retransmission/of-the-retransmission "
      "/tcp/options/echo-times-retransmission/of-the-original",
      N_("An echoed time is a valid RTT sample only if the ACK moves SND.UNA"),
      .reason = N_("an echo older than the latest transmission gives no sample: it would tell how "
                   "long the time-out took"),
      .departs = "src/tcp/tcp_ack.c" },
    { "RFC7323-PAWS-1", MUST, "5.3", MET, "/tcp/options/paws",
      N_("Before the window test, a segment (not RST) with TSval older than TS.Recent is answered "
         "by an ACK and dropped") },
    { "RFC7323-PAWS-RST-1", MUST_NOT, "5.2", MET, "/tcp/options/missing-timestamp",
      N_("RST is not subject to PAWS and its timestamps change no state") },
    { "RFC7323-PAWS-IDLE-1", SPEC, "5.5", MET, "/tcp/options/paws-after-24-days",
      N_("After 24 days of idleness TS.Recent no longer counts, so that the connection does not "
         "freeze") },
};

static const RfcEntry robustness_to_blind_in_window_attacks[] = {
    { "RFC5961-RST-EXACT-1", MUST, "3.2", MET,
      "/study/conform/ESTABLISHED /tcp/arrival/rst-exact-behind-gap",
      N_("RST with seq equal to RCV.NXT resets") },
    { "RFC5961-RST-CHALL-1", MUST, "3.2", MET,
      "/study/conform/ESTABLISHED /tcp/arrival/refused/rst-in-window",
      N_("RST elsewhere in the window draws a challenge ACK and is dropped") },
    { "RFC5961-RST-OUT-1", MUST, "3.2", MET,
      "/study/conform/ESTABLISHED /tcp/arrival/refused/rst-beyond /tcp/arrival/refused/rst-behind",
      N_("RST outside the window is dropped in silence") },
    { "RFC5961-RST-SYNSENT-1", MUST, "3.2", MET,
      "/study/conform/SYN-SENT /tcp/handshake/syn-sent/rst-ack-too-high",
      N_("In SYN-SENT a RST works only if its ACK covers the SYN") },
    { "RFC5961-SYN-CHALL-1", MUST, "4.2", MET,
      "/study/conform/ESTABLISHED /tcp/arrival/refused/syn-behind "
      "/tcp/arrival/refused/syn-ack-exact",
      N_("SYN on a synchronized connection draws a challenge ACK whatever its seq, and is "
         "dropped") },
    { "RFC5961-SYN-REC-1", SPEC, "4.2", MET, "/tcp/arrival/half-open",
      N_("A rebooted peer answers that ACK with RST and gets through with its next SYN") },
    { "RFC5961-ACK-RANGE-1", MUST, "5.2", MET,
      "/tcp/rfc9293/MAY-12 /tcp/arrival/refused/future-ack",
      N_("With the data check on, an ack number outside [SND.UNA - MAX.SND.WND, SND.NXT] is "
         "answered by an ACK and dropped") },
    { "RFC5961-THROTTLE-1", SHOULD, "7", MET, "/tcp/arrival/challenge-rate",
      N_("Challenge ACKs are rate-limited (10 in 5 s, say) and the limit is tunable") },
};

static const RfcEntry syn_cookies[] = {
    { "RFC4987-COOKIE-STATE-1", SPEC, "3.6", MET, "/tcp/cookie/nothing-kept",
      N_("No connection record is held until the handshake's last ACK arrives") },
    { "RFC4987-COOKIE-MADE-1", SPEC, "3.6", MET, "/tcp/cookie/made",
      N_("The SYN/ACK's sequence number is a keyed hash of the four-tuple and peer ISN plus a "
         "slowly changing time value") },
    { "RFC4987-COOKIE-CHECK-1", SPEC, "3.6", MET,
      "/tcp/cookie/forged/other-cookie /tcp/cookie/forged/too-old",
      N_("A forged or outdated cookie makes no connection") },
    { "RFC4987-COOKIE-MSS-1", SPEC, "3.6", MET, "/tcp/cookie/mss/rounded",
      N_("The peer's MSS comes back rounded to one of a few coded values") },
    { "RFC4987-COOKIE-OPT-1", SPEC, "3.6", MET, "/tcp/cookie/options /tcp/cookie/options-lost",
      N_("Window scale and SACK survive only if coded elsewhere, as in the timestamp; else they "
         "are off") },
    { "RFC4987-COOKIE-WHEN-1", SPEC, "3.6-3.7", MET, "/tcp/cookie/on-overflow",
      N_("Cookies are used under pressure (backlog full), not as the normal path") },
    { "RFC4987-COOKIE-LOSS-1", SPEC, "3.6", MET, "/tcp/cookie/opens-late",
      N_("If the last ACK is lost the server knows nothing of the connection until data or another "
         "ACK comes") },
};

static const RfcEntry tcp_fast_open[] = {
    { "RFC7413-TFO-OPT-1", MUST, "4.1.1", MET,
      "/wire/tcp/parse/fast-open-cookie-odd /wire/tcp/parse/fast-open-without-syn "
      "/tcp/fast-open/client/bad-cookies",
      N_("Option 34 has an even length of 6 to 18 (2 to ask); it is ignored with a bad length or "
         "without SYN") },
    { "RFC7413-TFO-OFF-1", MUST_NOT, "2", MET,
      "/tcp/fast-open/server/off /tcp/fast-open/client/not-asked-for",
      N_("Not used unless the program asks, by service port") },
    { "RFC7413-TFO-REQ-1", MUST, "4.2.1", MET,
      "/tcp/fast-open/client/first-asks /tcp/fast-open/client/data-taken",
      N_("The client first obtains a cookie on an ordinary handshake and caches it with the "
         "server's MSS") },
    { "RFC7413-TFO-ACK-1", SPEC, "4.2.2", MET,
      "/tcp/fast-open/server/taken /tcp/fast-open/server/wrong-cookie",
      N_("A valid cookie: data is taken and SYN/ACK covers it. An invalid one: SYN/ACK covers the "
         "SYN alone and the normal handshake goes on") },
    { "RFC7413-TFO-RTX-1", SHOULD, "4.2.2", MET,
      "/tcp/fast-open/client/syn-lost /tcp/fast-open/server/syn-ack-lost",
      N_("A repeated SYN carries neither data nor the option, and likewise a repeated SYN/ACK") },
    { "RFC7413-TFO-RESEND-1", SHOULD, "4.2.2", MET, "/tcp/fast-open/client/only-syn-taken",
      N_("SYN data that was not acknowledged goes out again with the first ACK") },
    { "RFC7413-TFO-LIMIT-1", MUST, "4.2", MET, "/tcp/fast-open/server/limit",
      N_("Above a set number of pending fast opens the server falls back to ordinary handshakes") },
    { "RFC7413-TFO-NEG-1", MUST, "4.1.3.1", MET,
      "/tcp/fast-open/client/syn-lost scenario:fast-open-fallback",
      N_("The client remembers failures and stops trying on that path for a while") },
};

static const RfcEntry nagle_delayed_ack_and_silly_window_rules[] = {
    { "RFC896-NAGLE-1", SPEC, "small-packet problem", MET, "/tcp/rfc9293/SHLD-7",
      N_("While data is unacknowledged, hold back less than a full segment until the ACK comes or "
         "the segment fills") },
    { "RFC1122-NAGLE-IDLE-1", SHOULD, "4.2.3.4", MET, "/tcp/rfc9293/SHLD-7",
      N_("With nothing outstanding, even one octet leaves at once") },
    { "RFC1122-NAGLE-OFF-1", MUST, "4.2.3.4", MET, "/tcp/rfc9293/MUST-17 /tcp/output/no-delay",
      N_("The no-delay switch makes small writes leave at once, within cwnd and the peer's "
         "window") },
    { "RFC1122-SWS-SEND-1", MUST, "4.2.3.4", MET,
      "/tcp/rfc9293/MUST-38 /tcp/window/sws-half-window",
      N_("The sender avoids silly windows; advised rule: send if a full segment fits, if all "
         "pushed data fits, or if half the largest window seen can be filled") },
    { "RFC1122-SWS-OVER-1", SPEC, "4.2.3.4", MET, "/tcp/rfc9293/MUST-38",
      N_("A timeout of 0.1 to 1 s overrides the sender rule so that no deadlock arises") },
    { "RFC1122-SWS-RECV-1", MUST, "4.2.3.3", MET,
      "/tcp/rfc9293/MUST-39 /tcp/window/no-needless-update/small-buffer",
      N_("The right edge moves only by min(half the buffer, one segment) or more"),
      .reason = N_("Linux keeps a closed window closed while its limit is less than a segment; "
                   "autotuning here opens it, or it would wait for ever"),
      .departs = "src/tcp/tcp_space.c" },
    { "RFC1122-DELACK-1", MUST, "4.2.3.2", MET, "/tcp/rfc9293/MUST-40 /tcp/rfc9293/SHLD-19",
      N_("A lone segment is acknowledged in under 500 ms, and in a stream of full segments every "
         "second one at the latest (should)") },
    { "RFC1122-DELACK-PIGGY-1", SPEC, "4.2.3.2", MET, "/tcp/rfc9293/MUST-58",
      N_("A reply sent within the delay carries the ACK, so no bare ACK follows") },
};

static const RfcEntry persist_condition[] = {
    { "RFC6429-ZWP-KEEP-1", MUST_NOT, "4", MET, "/tcp/rfc9293/MUST-37",
      N_("A connection is not closed just for having been in persist for long") },
    { "RFC6429-ZWP-ABORT-1", SPEC, "4", MET, "/tcp/window/abort-at-closed-window",
      N_("Programs and resource management can close or abort it while in persist") },
    { "RFC9293-ZWP-FIRST-1", SHOULD, "3.8.6.1", MET, "/tcp/rfc9293/SHLD-29 /tcp/rfc9293/SHLD-30",
      N_("The first probe comes one RTO after the window closed, later ones at exponentially "
         "growing gaps") },
    { "RFC9293-ZWP-REPLY-1", SPEC, "3.8.6.1", MET, "/tcp/rfc9293/MAY-8",
      N_("The closed receiver answers each probe with its RCV.NXT and the present (zero) window") },
    { "RFC9293-ZWP-OPEN-1", SPEC, "3.8.6.1", MET, "/tcp/window/probe-is-accepted",
      N_("Transfer resumes after a reopening whose window update was lost") },
    { "RFC9293-ZWP-DEAD-1", SPEC, "3.8.6.1", MET, "/tcp/window/probe-unanswered",
      N_("The protection holds only while probes are answered; a peer that answers none may be "
         "given up under the R2 rule") },
};

static const RfcEntry user_timeout_option[] = {
    { "RFC5482-UTO-FMT-1", MUST, "3.3", MET,
      "/wire/tcp/parse/user-timeout-seconds /tcp/user-timeout/told",
      N_("Kind 28, length 4, one bit for minutes or seconds, 15 bits unsigned") },
    { "RFC5482-UTO-ZERO-1", MUST_NOT, "3.4", MET, "/tcp/user-timeout/zero",
      N_("A value of zero is never sent and is ignored on receipt") },
    { "RFC5482-UTO-ADAPT-1", SHOULD, "3.1", MET, "/tcp/user-timeout/adopted/longer",
      N_("If changeable, the timeout becomes min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT))") },
    { "RFC5482-UTO-FIXED-1", MUST_NOT, "3.1", MET, "/tcp/user-timeout/fixed",
      N_("A timeout set by the program is not changed by the peer's option") },
    { "RFC5482-UTO-WHEN-1", SHOULD, "3", MET, "/tcp/user-timeout/told /tcp/user-timeout/changed",
      N_("The option goes on SYN, on the first segment without SYN, and after each change") },
    { "RFC5482-UTO-LIMIT-1", MUST, "3.1", MET,
      "/tcp/user-timeout/adopted/least /tcp/user-timeout/adopted/most",
      N_("Both limits are enforced; the lower one exceeds the current RTO and should be 100 s or "
         "more") },
    { "RFC5482-UTO-KA-1", MUST, "4.2", MET, "/tcp/user-timeout/keep-alive",
      N_("With keep-alive on, its timer is longer than the adopted user timeout") },
};

static const RfcEntry time_wait_reuse_and_hazards[] = {
    { "RFC6191-TW-TS-1", SHOULD, "2", MET, "/tcp/rfc9293/SHLD-4/newer-timestamp",
      N_("SYN with a timestamp above the last one seen is accepted from TIME-WAIT") },
    { "RFC6191-TW-TS-2", SHOULD, "2", MET,
      "/tcp/rfc9293/SHLD-4/same-timestamp-newer-seq /tcp/rfc9293/SHLD-4/same-timestamp-same-seq",
      N_("With equal timestamps the SYN's sequence number must exceed the old connection's last") },
    { "RFC6191-TW-SEQ-1", SHOULD, "2", MET,
      "/tcp/rfc9293/MAY-2/never-newer-seq /tcp/rfc9293/MAY-2/never-older-seq",
      N_("If the new connection will not use timestamps, the sequence number alone decides") },
    { "RFC6191-TW-NEWTS-1", SHOULD, "2", MET, "/tcp/rfc9293/MAY-2/first-timestamp",
      N_("If only the new connection uses timestamps, the SYN is accepted") },
    { "RFC6191-TW-DROP-1", SHOULD, "2", MET,
      "/tcp/rfc9293/SHLD-4/older-timestamp /tcp/rfc9293/SHLD-4/no-timestamp-older-seq",
      N_("Any other SYN is dropped in silence and TIME-WAIT goes on") },
    { "RFC1337-TW-RST-1", SPEC, "3", MET, "/study/conform/TIME-WAIT",
      N_("RST does not cut TIME-WAIT short") },
    { "RFC1337-TW-DUP-1", SPEC, "2-3", MET, "/tcp/close/RFC1337-TW-DUP-1",
      N_("Old duplicate data or ACKs neither enter nor reset a new connection on the same "
         "four-tuple") },
};

const RfcGroup rfc_groups_tcp[] = {
    GROUP(N_("TCP extensions for high performance"), tcp_extensions_for_high_performance),
    GROUP(N_("Robustness to blind in-window attacks"), robustness_to_blind_in_window_attacks),
    GROUP(N_("SYN cookies"), syn_cookies),
    GROUP(N_("TCP Fast Open"), tcp_fast_open),
    GROUP(N_("Nagle, delayed ACK and silly-window rules"),
          nagle_delayed_ack_and_silly_window_rules),
    GROUP(N_("Persist condition"), persist_condition),
    GROUP(N_("User timeout option"), user_timeout_option),
    GROUP(N_("TIME-WAIT reuse and hazards"), time_wait_reuse_and_hazards),
    { 0 },
};
