/* What RFC 9293 section 3.10.7 and RFC 5961 expect of every cell, as rules of which the first that
 * fits holds, in the order of the RFC's own checks. Written from the documents, not from the stack;
 * each names its paragraph. */

#include "study/conform_sets.h"

/* ---- paragraphs ---- */

static const ConformParagraph
    closed_rst = { "RFC 9293 3.10.7.1", N_("without a connection a RST is discarded") },
    closed_ack = { "RFC 9293 3.10.7.1",
                   N_("without a connection an ACK draws a RST that takes its number") },
    closed_other = { "RFC 9293 3.10.7.1",
                     N_("without a connection a segment without ACK draws a RST that acknowledges "
                        "it") },
    listen_rst = { "RFC 9293 3.10.7.2, first", N_("a listener ignores a RST") },
    listen_ack = { "RFC 9293 3.10.7.2, second",
                   N_("an ACK cannot be meant for a listener and draws a RST") },
    listen_syn = { "RFC 9293 3.10.7.2, third",
                   N_("a SYN is answered by SYN, ACK; other controls and text are queued until "
                      "the handshake is done") },
    listen_other = { "RFC 9293 3.10.7.2, fourth", N_("anything else is dropped") },
    sent_bad_ack_rst = { "RFC 9293 3.10.7.3, first",
                         N_("a RST that does not acknowledge the SYN is dropped") },
    sent_bad_ack = { "RFC 9293 3.10.7.3, first",
                     N_("an ACK of something else than the SYN draws a RST") },
    sent_rst_ack = { "RFC 9293 3.10.7.3, second",
                     N_("a RST that acknowledges the SYN ends the attempt, and the user is told") },
    sent_rst = { "RFC 9293 3.10.7.3, second", N_("a RST without an ACK is dropped") },
    sent_syn_ack = { "RFC 9293 3.10.7.3, fourth",
                     N_("SYN, ACK of the SYN: the connection is established, an ACK is sent; text "
                        "is taken") },
    sent_syn = { "RFC 9293 3.10.7.3, fourth",
                 N_("a SYN alone: both open at once, SYN, ACK is sent; other controls and text are "
                    "queued") },
    sent_other = { "RFC 9293 3.10.7.3, fifth", N_("neither SYN nor RST: dropped") },
    outside_rst = { ARRIVES "first", N_("a RST outside of the window is dropped in silence") },
    outside = { ARRIVES "first",
                N_("a segment outside of the window is dropped and answered by an ACK") },
    rst_passive = { ARRIVES "second; RFC 5961 3.2",
                    N_("a RST at RCV.NXT: a passive opener goes back to LISTEN, nobody is told") },
    rst_active = { ARRIVES "second; RFC 5961 3.2",
                   N_("a RST at RCV.NXT: an active opener is told that it was refused") },
    rst_exact = { ARRIVES "second; RFC 5961 3.2",
                  N_("a RST at RCV.NXT resets the connection, and the user is told") },
    rst_late = { ARRIVES "second; RFC 5961 3.2",
                 N_("a RST at RCV.NXT ends a connection that the user has closed") },
    rst_inside = { ARRIVES "second; RFC 5961 3.2",
                   N_("a RST elsewhere in the window draws a challenge ACK") },
    syn_passive = { ARRIVES "fourth",
                    N_("a SYN in the window: a passive opener goes back to LISTEN") },
    syn_active = { ARRIVES "fourth; RFC 5961 4.2",
                   N_("after an active open a SYN draws a challenge ACK") },
    syn_challenge = { ARRIVES "fourth; RFC 5961 4.2",
                      N_("a SYN draws a challenge ACK, whatever its number") },
    no_ack = { ARRIVES "fifth", N_("a segment without ACK is dropped") },
    bad_ack = { ARRIVES "fifth; RFC 9293 3.5.2, group 2",
                N_("an ACK that does not acknowledge our SYN draws a RST") },
    ack_of_syn = { ARRIVES "fifth", N_("the ACK of our SYN: established") },
    ack_of_syn_text = { ARRIVES "fifth and seventh",
                        N_("the ACK of our SYN: established, and the text is taken") },
    ack_of_syn_fin = { ARRIVES "fifth and eighth",
                       N_("the ACK of our SYN, and the FIN counts in its turn") },
    ack_unknown = { ARRIVES "fifth; RFC 5961 5.2",
                    N_("an ACK of what was never sent, or older than the largest window, is "
                       "answered by an ACK and dropped") },
    ack_known = { ARRIVES "fifth", N_("an ACK needs no answer") },
    ack_of_fin = { ARRIVES "fifth", N_("our FIN is acknowledged: FIN-WAIT-2") },
    text_taken = { ARRIVES "seventh",
                   N_("text in the window is taken and acknowledged; after a gap it waits") },
    text_of_fin = { ARRIVES "fifth and seventh",
                    N_("our FIN is acknowledged: FIN-WAIT-2, and the text is taken") },
    fin_cut = { ARRIVES "first and seventh",
                N_("what lies beyond the window, the FIN with it, is cut off") },
    fin_taken = { ARRIVES "eighth", N_("a FIN is acknowledged, after a gap in its turn") },
    text_late = { ARRIVES "seventh", N_("text after the peer's FIN is ignored") },
    fin_again = { ARRIVES "eighth",
                  N_("a FIN after the peer's FIN changes nothing, and is acknowledged") },
    fin_late_cut = { ARRIVES "first and seventh",
                     N_("the FIN beyond the window is cut off, the text is ignored") },
    closing_old = { ARRIVES "fifth",
                    N_("in CLOSING what does not acknowledge our FIN is ignored") },
    closing_ack = { ARRIVES "fifth", N_("our FIN is acknowledged: TIME-WAIT") },
    closing_fin = { ARRIVES "fifth and eighth",
                    N_("our FIN is acknowledged: TIME-WAIT, where a FIN is acknowledged again") },
    last_ack = { ARRIVES "fifth", N_("our FIN is acknowledged: the connection is gone") };

/* ---- rules ---- */

static const ConformRule rules[] = {
    /* 3.10.7.1 */
    { { O(CLOSED), WITH_RST, ANY, ANY, ANY }, { STAYS }, &closed_rst },
    { { O(CLOSED), WITH_ACK, ANY, ANY, ANY }, { STAYS, SENDS(RST) }, &closed_ack },
    { { O(CLOSED), ANY, ANY, ANY, ANY }, { STAYS, SENDS(RST_ACK) }, &closed_other },

    /* 3.10.7.2 */
    { { O(LISTEN), WITH_RST, ANY, ANY, ANY }, { STAYS }, &listen_rst },
    { { O(LISTEN), WITH_ACK, ANY, ANY, ANY }, { STAYS, SENDS(RST) }, &listen_ack },
    { { O(LISTEN), K(SYN), ANY, ANY, ANY },
      { TO(SYN_RCVD), SENDS(SYN_ACK), .takes = CONFORM_TAKES_LATER },
      &listen_syn },
    { { O(LISTEN), K(SYN_FIN), ANY, ANY, ANY },
      { TO_THEN(SYN_RCVD, CLOSE_WAIT), SENDS(SYN_ACK), .takes = CONFORM_TAKES_LATER },
      &listen_syn },
    { { O(LISTEN), ANY, ANY, ANY, ANY }, { STAYS }, &listen_other },

    /* 3.10.7.3 */
    { { O(SYN_SENT), K(RST_ACK), ANY, NOT_OF_SYN, ANY }, { STAYS }, &sent_bad_ack_rst },
    { { O(SYN_SENT), WITH_ACK, ANY, NOT_OF_SYN, ANY }, { STAYS, SENDS(RST) }, &sent_bad_ack },
    { { O(SYN_SENT), K(RST_ACK), ANY, ANY, ANY }, { TO(CLOSED), TELLS(RESET) }, &sent_rst_ack },
    { { O(SYN_SENT), K(RST), ANY, ANY, ANY }, { STAYS }, &sent_rst },
    { { O(SYN_SENT), K(SYN_ACK), ANY, ANY, ANY },
      { TO(ESTABLISHED), SENDS(ACK), .takes = CONFORM_TAKES },
      &sent_syn_ack },
    { { O(SYN_SENT), K(SYN), ANY, ANY, ANY },
      { TO(SYN_RCVD), SENDS(SYN_ACK), .takes = CONFORM_TAKES_LATER },
      &sent_syn },
    { { O(SYN_SENT), K(SYN_FIN), ANY, ANY, ANY },
      { TO_THEN(SYN_RCVD, CLOSE_WAIT), SENDS(SYN_ACK), .takes = CONFORM_TAKES_LATER },
      &sent_syn },
    { { O(SYN_SENT), ANY, ANY, ANY, ANY }, { STAYS }, &sent_other },

    /* 3.10.7.4; SYNs before the first check: RFC 5961 has them challenged whatever their number. */
    { { SYNCHRONISED, WITH_SYN, ANY, ANY, ANY }, { STAYS, SENDS(CHALLENGE) }, &syn_challenge },
    { { O(SYN_RECEIVED_ACTIVE), WITH_SYN, ANY, ANY, ANY },
      { STAYS, SENDS(CHALLENGE) },
      &syn_active },

    /* First */
    { { ANY, WITH_RST, OUTSIDE, ANY, ANY }, { STAYS }, &outside_rst },
    { { ANY, ANY, OUTSIDE, ANY, ANY }, { STAYS, SENDS(ACK) }, &outside },

    /* Second */
    { { ANY, WITH_RST, FURTHER, ANY, ANY }, { STAYS, SENDS(CHALLENGE) }, &rst_inside },
    { { O(SYN_RECEIVED), WITH_RST, ANY, ANY, ANY }, { TO(LISTEN) }, &rst_passive },
    { { O(SYN_RECEIVED_ACTIVE), WITH_RST, ANY, ANY, ANY },
      { TO(CLOSED), TELLS(REFUSED) },
      &rst_active },
    { { RECEIVING | O(CLOSE_WAIT), WITH_RST, ANY, ANY, ANY },
      { TO(CLOSED), TELLS(RESET) },
      &rst_exact },
    { { ANY, WITH_RST, ANY, ANY, ANY }, { TO(CLOSED), TELLS(FREE) }, &rst_late },

    /* Fourth */
    { { O(SYN_RECEIVED), WITH_SYN, ANY, ANY, ANY }, { TO(LISTEN) }, &syn_passive },

    /* Fifth to eighth. Where the RFC would hold a segment with a gap before it as a whole ("one
     * could tailor..."), its ACK counts at once: duplicate ACKs (RFC 5681) rest on that. */
    { { ANY, K(FIN), ANY, ANY, ANY }, { STAYS }, &no_ack },
    { { RECEIVED, PLAIN, ANY, NOT_OF_SYN, ANY }, { STAYS, SENDS(RST) }, &bad_ack },
    { { RECEIVED, K(ACK), ANY, ANY, BARE }, { TO(ESTABLISHED) }, &ack_of_syn },
    { { RECEIVED, K(ACK), ANY, ANY, TEXT },
      { TO(ESTABLISHED), SENDS(ACK), .takes = CONFORM_TAKES },
      &ack_of_syn_text },
    { { RECEIVED, K(FIN_ACK), P(LEFT_EDGE), ANY, ANY },
      { TO(CLOSE_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &ack_of_syn_fin },
    { { RECEIVED, K(FIN_ACK), P(RIGHT_EDGE), ANY, TEXT },
      { TO(ESTABLISHED), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_cut },
    { { RECEIVED, K(FIN_ACK), ANY, ANY, ANY },
      { TO_THEN(ESTABLISHED, CLOSE_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &ack_of_syn_fin },

    { { SYNCHRONISED, PLAIN, ANY, UNKNOWN, ANY }, { STAYS, SENDS(CHALLENGE) }, &ack_unknown },

    { { O(FIN_WAIT_1), K(ACK), ANY, A(RIGHT), BARE }, { TO(FIN_WAIT_2) }, &ack_of_fin },
    { { O(FIN_WAIT_1), K(ACK), ANY, A(RIGHT), TEXT },
      { TO(FIN_WAIT_2), SENDS(ACK), .takes = CONFORM_TAKES },
      &text_of_fin },
    { { RECEIVING, K(ACK), ANY, KNOWN, BARE }, { STAYS }, &ack_known },
    { { RECEIVING, K(ACK), ANY, KNOWN, TEXT },
      { STAYS, SENDS(ACK), .takes = CONFORM_TAKES },
      &text_taken },

    { { O(FIN_WAIT_1), K(FIN_ACK), P(RIGHT_EDGE), A(RIGHT), TEXT },
      { TO(FIN_WAIT_2), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_cut },
    { { RECEIVING, K(FIN_ACK), P(RIGHT_EDGE), KNOWN, TEXT },
      { STAYS, SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_cut },
    { { O(ESTABLISHED), K(FIN_ACK), P(LEFT_EDGE), KNOWN, ANY },
      { TO(CLOSE_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },
    { { O(ESTABLISHED), K(FIN_ACK), FURTHER, KNOWN, ANY },
      { STAYS_THEN(CLOSE_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },
    { { O(FIN_WAIT_1), K(FIN_ACK), P(LEFT_EDGE), A(OLD), ANY },
      { TO(CLOSING), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },
    { { O(FIN_WAIT_1), K(FIN_ACK), FURTHER, A(OLD), ANY },
      { STAYS_THEN(CLOSING), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },
    { { O(FIN_WAIT_1) | O(FIN_WAIT_2), K(FIN_ACK), P(LEFT_EDGE), KNOWN, ANY },
      { TO(TIME_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },
    { { O(FIN_WAIT_1) | O(FIN_WAIT_2), K(FIN_ACK), FURTHER, KNOWN, ANY },
      { TO_THEN(FIN_WAIT_2, TIME_WAIT), SENDS(ACK), .takes = CONFORM_TAKES },
      &fin_taken },

    /* After the peer's FIN */
    { { O(CLOSING), PLAIN, ANY, A(OLD), ANY }, { STAYS }, &closing_old },
    { { O(LAST_ACK), PLAIN, ANY, A(RIGHT), ANY }, { TO(CLOSED), TELLS(CLOSED) }, &last_ack },
    { { O(CLOSING), K(ACK), ANY, A(RIGHT), ANY }, { TO(TIME_WAIT) }, &closing_ack },
    { { O(CLOSING), K(FIN_ACK), P(RIGHT_EDGE), A(RIGHT), TEXT }, { TO(TIME_WAIT) }, &closing_ack },
    { { O(CLOSING), K(FIN_ACK), ANY, A(RIGHT), ANY }, { TO(TIME_WAIT), SENDS(ACK) }, &closing_fin },
    { { SYNCHRONISED, K(ACK), ANY, KNOWN, BARE }, { STAYS }, &ack_known },
    { { SYNCHRONISED, K(ACK), ANY, KNOWN, TEXT }, { STAYS }, &text_late },
    { { SYNCHRONISED, K(FIN_ACK), P(RIGHT_EDGE), KNOWN, TEXT }, { STAYS }, &fin_late_cut },
    { { SYNCHRONISED, K(FIN_ACK), ANY, KNOWN, ANY }, { STAYS, SENDS(ACK) }, &fin_again },
};

const ConformRule *conform_rules(size_t *out_count)
{
    *out_count = G_N_ELEMENTS(rules);
    return rules;
}

const ConformRule *conform_rule(const ConformCell *cell)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (conform_filter_has(&rules[i].cells, cell)) {
            return &rules[i];
        }
    }
    g_assert_not_reached();
}
