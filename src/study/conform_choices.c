/* Where the RFCs leave a choice, or wirelab departs from the letter of RFC 9293 with a reason. A
 * choice that no cell makes fails the tests. */

#include "study/conform_sets.h"

static const ConformParagraph
    refused = { "RFC 9293 3.10.7.3, second", N_("the program is told \"refused\", as after the RST "
                                                "of RFC 9293 3.10.7.4: it is the "
                                                "same event, a peer that wants no connection") },
    early_text = { "RFC 9293 3.10.7.2, third",
                   N_("text that comes with a SYN is kept and acknowledged along with it, so that "
                      "it need not come again; the program gets it after the handshake") },
    syn_again = { "RFC 9293 3.10.7.4, first",
                  N_("the same SYN again gets the same SYN, ACK again: a peer in SYN-SENT can make "
                     "nothing of a bare ACK") },
    syn_limited = { "RFC 5961 7",
                    N_("before the handshake is done, too, an ACK that a SYN draws counts against "
                       "the limit on challenges") },
    crossed = { "RFC 9293 3.5, figure 8",
                N_("SYNs have crossed, and the peer's comes again as SYN, ACK: the SYN is known, "
                   "the ACK counts") },
    hazard = { "RFC 1337 3", N_("a RST does not cut TIME-WAIT short") },
    reopened = { "RFC 9293 3.6.1 (MAY-2); RFC 6191 2",
                 N_("a SYN with a number beyond the old connection's opens a new one") };

static const ConformRule choices[] = {
    { { O(SYN_SENT), K(RST_ACK), ANY, A(RIGHT), ANY }, { TO(CLOSED), TELLS(REFUSED) }, &refused },

    { { O(LISTEN) | O(SYN_SENT), K(SYN), ANY, ANY, TEXT },
      { TO(SYN_RCVD), SENDS(SYN_ACK), .takes = CONFORM_TAKES },
      &early_text },
    { { O(LISTEN) | O(SYN_SENT), K(SYN_FIN), ANY, ANY, TEXT },
      { TO_THEN(SYN_RCVD, CLOSE_WAIT), SENDS(SYN_ACK), .takes = CONFORM_TAKES },
      &early_text },

    /* SEG.SEQ is IRS only if no text follows the SYN up to RCV.NXT. */
    { { RECEIVED, K(SYN), P(LEFT), ANY, BARE }, { STAYS, SENDS(SYN_ACK) }, &syn_again },
    { { RECEIVED, K(SYN_ACK), P(LEFT), A(RIGHT), BARE }, { TO(ESTABLISHED) }, &crossed },
    { { RECEIVED, K(SYN_ACK), P(LEFT), NOT_OF_SYN, BARE }, { STAYS, SENDS(RST) }, &crossed },
    { { O(SYN_RECEIVED), WITH_SYN, OUTSIDE, ANY, ANY }, { STAYS, SENDS(CHALLENGE) }, &syn_limited },

    { { O(TIME_WAIT), WITH_RST, ANY, ANY, ANY }, { STAYS }, &hazard },
    { { O(TIME_WAIT), K(SYN), FURTHER | P(BEYOND), ANY, ANY },
      { TO(SYN_RCVD), SENDS(SYN_ACK), TELLS(FREE), .takes = CONFORM_TAKES },
      &reopened },
    { { O(TIME_WAIT), K(SYN_FIN), FURTHER | P(BEYOND), ANY, ANY },
      { TO_THEN(SYN_RCVD, CLOSE_WAIT), SENDS(SYN_ACK), TELLS(FREE), .takes = CONFORM_TAKES },
      &reopened },
};

const ConformRule *conform_choices(size_t *out_count)
{
    *out_count = G_N_ELEMENTS(choices);
    return choices;
}

const ConformRule *conform_choice(const ConformCell *cell)
{
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
        if (conform_filter_has(&choices[i].cells, cell)) {
            return &choices[i];
        }
    }
    return NULL;
}
