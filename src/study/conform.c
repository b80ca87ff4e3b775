/* Judging a cell: the rule's words become numbers, which are compared with what was seen. */

#include "study/conform.h"

#include "wire/wire_tcp.h"

static const char *const reply_names[] = {
    [CONFORM_REPLY_NOTHING] = N_("nothing"),
    [CONFORM_REPLY_RST] = "RST",
    [CONFORM_REPLY_RST_ACK] = "RST, ACK",
    [CONFORM_REPLY_ACK] = "ACK",
    [CONFORM_REPLY_CHALLENGE] = N_("challenge ACK"),
    [CONFORM_REPLY_SYN_ACK] = "SYN, ACK",
    [CONFORM_REPLY_OTHER] = N_("something else"),
};

static const char *const report_names[] = {
    [CONFORM_REPORT_NONE] = N_("nothing"),
    [CONFORM_REPORT_RESET] = N_("connection reset"),
    [CONFORM_REPORT_REFUSED] = N_("connection refused"),
    [CONFORM_REPORT_CLOSED] = N_("connection closed"),
    [CONFORM_REPORT_FREE] = N_("anything"),
};

static const char *const verdict_names[] = {
    [CONFORM_AS_EXPECTED] = "as-expected",
    [CONFORM_CHOSEN] = "chosen",
    [CONFORM_WRONG] = "wrong",
};

const char *conform_reply_to_string(ConformReply reply)
{
    g_assert(reply < CONFORM_N_REPLIES);
    return reply_names[reply];
}

const char *conform_report_to_string(ConformReport report)
{
    g_assert(report < CONFORM_N_REPORTS);
    return report_names[report];
}

const char *conform_verdict_to_string(ConformVerdict verdict)
{
    g_assert(verdict < CONFORM_N_VERDICTS);
    return verdict_names[verdict];
}

/* ---- what is expected ---- */

static TcpState then_state(const ConformOutcome *outcome, TcpState after)
{
    if (outcome->then != CONFORM_SAME) {
        return (TcpState)outcome->then;
    }
    return after == TCP_STATE_SYN_RCVD ? TCP_STATE_ESTABLISHED : after;
}

/* Of the segment's text what lies in the window. With a SYN that opens it is all. */
static uint32_t taken_bytes(const ConformCell *cell, const ConformOutcome *outcome)
{
    if (outcome->takes == CONFORM_TAKES_NOTHING || !cell->text) {
        return 0;
    }
    bool opens = outcome->reply == CONFORM_REPLY_SYN_ACK || cell->origin == CONFORM_SYN_SENT;
    return !opens && cell->place == CONFORM_RIGHT_EDGE ? 1 : CONFORM_TEXT_BYTES;
}

/* RCV.NXT when the segment has been dealt with. */
static TcpSeq next_expected(const ConformCell *cell, ConformTakes takes, const ConformNumbers *at)
{
    if (takes != CONFORM_TAKES) {
        return at->rcv_nxt;
    }
    bool in_turn = cell->origin == CONFORM_SYN_SENT || cell->place == CONFORM_LEFT_EDGE;
    return in_turn ? at->seg_seq + at->seg_len : at->rcv_nxt;
}

static void expect_reply(const ConformCell *cell, const ConformOutcome *outcome,
                         const ConformNumbers *at, ConformAnswer *answer)
{
    switch (outcome->reply) {
    case CONFORM_REPLY_RST:
        answer->flags = TCP_RST;
        answer->seq = at->seg_ack;
        break;
    case CONFORM_REPLY_RST_ACK:
        answer->flags = TCP_RST | TCP_ACK;
        answer->ack = at->seg_seq + at->seg_len;
        break;
    case CONFORM_REPLY_ACK:
    case CONFORM_REPLY_CHALLENGE:
        answer->flags = TCP_ACK;
        answer->seq = at->snd_nxt;
        answer->ack = next_expected(cell, outcome->takes, at);
        break;
    case CONFORM_REPLY_SYN_ACK:
        answer->flags = TCP_SYN | TCP_ACK;
        answer->seq = CONFORM_HOST_ISS;
        answer->ack = at->seg_seq + 1;
        if (outcome->takes == CONFORM_TAKES) {
            answer->ack += taken_bytes(cell, outcome);
        }
        break;
    default:
        break;
    }
}

static void expect(const ConformCell *cell, const ConformOutcome *outcome, const ConformNumbers *at,
                   ConformAnswer *out)
{
    bool stays = outcome->after == CONFORM_SAME;
    TcpState after = stays ? conform_origin_state(cell->origin) : (TcpState)outcome->after;
    *out = (ConformAnswer){ .after = after,
                            .then = then_state(outcome, after),
                            .reply = outcome->reply,
                            .report = outcome->report,
                            .text_bytes = taken_bytes(cell, outcome) };
    expect_reply(cell, outcome, at, out);
}

/* ---- judging ---- */

/* The ISS of a connection that follows one in TIME-WAIT is any that is larger than the numbers used
 * before (RFC 9293 3.6.1, MAY-2). */
static bool is_right_seq(const ConformResult *result, const ConformAnswer *expected)
{
    if (result->cell.origin == CONFORM_TIME_WAIT && expected->reply == CONFORM_REPLY_SYN_ACK) {
        return seq_gt(result->seen.seq, result->numbers.snd_nxt);
    }
    return expected->seq == result->seen.seq;
}

static bool agrees(const ConformResult *result, const ConformAnswer *expected)
{
    const ConformAnswer *seen = &result->seen;
    return expected->after == seen->after && expected->then == seen->then &&
           expected->reply == seen->reply && expected->flags == seen->flags &&
           is_right_seq(result, expected) && expected->ack == seen->ack &&
           expected->text_bytes == seen->text_bytes &&
           (expected->report == seen->report || expected->report == CONFORM_REPORT_FREE);
}

void conform_judge(const ConformCell *cell, ConformResult *out_result)
{
    ConformResult result = { .cell = *cell, .rule = conform_rule(cell) };
    conform_try(cell, &result.numbers, &result.seen);
    expect(cell, &result.rule->outcome, &result.numbers, &result.expected);
    result.verdict = agrees(&result, &result.expected) ? CONFORM_AS_EXPECTED : CONFORM_WRONG;
    const ConformRule *choice = conform_choice(cell);
    if (result.verdict == CONFORM_WRONG && choice != NULL) {
        ConformAnswer chosen;
        expect(cell, &choice->outcome, &result.numbers, &chosen);
        if (agrees(&result, &chosen)) {
            result.verdict = CONFORM_CHOSEN;
            result.choice = choice;
        }
    }
    *out_result = result;
}
