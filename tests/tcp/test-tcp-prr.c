/* Protects: Proportional Rate Reduction (RFC 9937) releases what its section 6 says at each ACK:
 * evenly while the flight shrinks to ssthresh, no more than was delivered below it, one segment
 * more when all goes well. Windows of 20 segments, halved by a loss. */

#include "tcp/tcp_prr.h"

#include "tcp/tcp_recovery_sack.h"

enum { MSS = 1000, WINDOW = 20 };

#define START ((TcpSeq)0xffffe000) /* numbers wrap soon */

typedef struct Sender {
    TcpSentQueue sent;
    TcpCc cc;
    TcpRecovery recovery;
    TcpSeq snd_una, snd_nxt;
    GString *text; /* how many segments each ACK let go */
} Sender;

static void send_one(Sender *sender)
{
    const TcpSent record = { .seq = sender->snd_nxt, .end = sender->snd_nxt + MSS };
    tcp_sent_push(&sender->sent, &record);
    sender->snd_nxt += MSS;
}

static Sender *sender_new(bool prr)
{
    Sender *sender = g_new0(Sender, 1);
    sender->snd_una = sender->snd_nxt = START;
    sender->text = g_string_new(NULL);
    tcp_sent_init(&sender->sent);
    tcp_cc_init(&sender->cc, tcp_cc_find("reno"), NULL);
    tcp_cc_established(&sender->cc, MSS, WINDOW * MSS, 0);
    sender->cc.ssthresh_bytes = WINDOW * MSS;
    tcp_recovery_init(&sender->recovery, &tcp_recovery_sack, &sender->sent, &sender->cc);
    const TcpRecoveryTraits traits = { .prr = prr }; /* no limited transmit: plainer numbers */
    tcp_recovery_established(&sender->recovery, MSS, &traits, START - 1);
    for (int i = 0; i < WINDOW; i++) {
        send_one(sender);
    }
    return sender;
}

static void sender_free(Sender *sender)
{
    tcp_sent_clear(&sender->sent);
    tcp_cc_clear(&sender->cc);
    tcp_recovery_clear(&sender->recovery);
    g_string_free(sender->text, TRUE);
    g_free(sender);
}

/* Sends what may go now. */
static void send_all(Sender *sender)
{
    TcpRecovery *recovery = &sender->recovery;
    uint32_t count = 0, index;
    for (;;) {
        int64_t room_bytes = (int64_t)sender->cc.cwnd_bytes +
                             tcp_recovery_allowance_bytes(recovery) -
                             tcp_recovery_in_flight_bytes(recovery);
        TcpRecoveryNext next = tcp_recovery_next(recovery, room_bytes, true, &index);
        if (next == TCP_NEXT_RETRANSMIT) {
            tcp_recovery_on_retransmit(recovery, index, 1, 0);
        } else if (next == TCP_NEXT_NEW && room_bytes >= MSS) {
            send_one(sender);
        } else {
            break;
        }
        count++;
    }
    g_string_append_printf(sender->text, "%u", count);
}

/* An ACK that moves snd_una by so many segments and reports the n-th to the m-th above it. */
static void ack(Sender *sender, uint32_t segments, uint32_t from, uint32_t to)
{
    sender->snd_una += segments * MSS;
    const WireSack block = { sender->snd_una + from * MSS, sender->snd_una + to * MSS };
    TcpSentAck sent;
    tcp_sent_ack(&sender->sent, sender->snd_una, &block, from < to, &sent);
    const TcpRecoveryAck news = { .sent = &sent,
                                  .snd_una = sender->snd_una,
                                  .snd_nxt = sender->snd_nxt,
                                  .duplicate = segments == 0 };
    tcp_recovery_on_ack(&sender->recovery, &news);
    send_all(sender);
}

/* The first segment is lost; each of the others brings an ACK. */
static void lose_first(Sender *sender)
{
    for (uint32_t i = 1; i < WINDOW; i++) {
        ack(sender, 0, 1, i + 1);
    }
}

/* RFC9937-PRR-RATE-1: 10 segments for the 18 that are delivered, all round trip long: k of them
 * have gone when ceil(10 k' / 18) of the k' delivered allow for it, and none takes the flight
 * above 10. RFC 6675 alone is silent for seven ACKs, and then sends at the full rate. */
static void test_rate(void)
{
    Sender *sender = sender_new(true);
    lose_first(sender);
    g_assert_cmpstr(sender->text->str, ==, "0010010101101001111");
    sender_free(sender);

    sender = sender_new(false);
    lose_first(sender);
    g_assert_cmpstr(sender->text->str, ==, "0010000000111111111");
    sender_free(sender);
}

/* RFC9937-PRR-INIT-1: RecoverFS is what was outstanding less what earlier ACKs had SACKed. */
static void test_init(void)
{
    Sender *sender = sender_new(true);
    ack(sender, 0, 1, 2);
    ack(sender, 0, 1, 3);
    TcpSentAck sent;
    const WireSack block = { START + MSS, START + 4 * MSS };
    tcp_sent_ack(&sender->sent, START, &block, 1, &sent);
    const TcpRecoveryAck news = { .sent = &sent, .snd_una = START, .snd_nxt = sender->snd_nxt };
    TcpPrr prr;
    tcp_prr_begin(&prr, &sender->recovery, &news);
    g_assert_cmpuint(prr.recover_fs_bytes, ==, (WINDOW - 2) * MSS);
    g_assert_cmpuint(prr.delivered_bytes, ==, 0);
    g_assert_cmpuint(prr.out_bytes, ==, 0);
    sender_free(sender);
}

/* RFC9937-PRR-FIRST-1: the first ACK lets the retransmission go, whatever the proportion says. */
static void test_first(void)
{
    Sender *sender = sender_new(true);
    ack(sender, 0, 19, 20); /* one in twenty: half a segment */
    ack(sender, 0, 18, 20);
    ack(sender, 0, 17, 20);
    g_assert_cmpstr(sender->text->str, ==, "001");
    sender_free(sender);
}

/* RFC9937-PRR-CRB-1: most of the window is lost, far more than half: one segment for each that was
 * delivered. RFC9937-PRR-SSRB-1: one more for each ACK that moves snd_una and tells of no loss. */
static void test_below_ssthresh(void)
{
    Sender *sender = sender_new(true);
    for (uint32_t i = 16; i < WINDOW; i++) {
        ack(sender, 0, 16, i + 1);
    }
    g_assert_cmpstr(sender->text->str, ==, "0011");
    g_assert_cmpuint(tcp_recovery_in_flight_bytes(&sender->recovery), ==, 2 * MSS);
    g_string_truncate(sender->text, 0);
    ack(sender, 1, 0, 0);
    ack(sender, 1, 0, 0);
    g_assert_cmpstr(sender->text->str, ==, "22");
    sender_free(sender);
}

/* RFC9937-PRR-CRB-1: the ACKs of three were lost; the fourth tells of all, and lets as many go. */
static void test_lost_acks(void)
{
    Sender *sender = sender_new(true);
    ack(sender, 0, 16, 20);
    g_assert_cmpstr(sender->text->str, ==, "4");
    sender_free(sender);
}

/* RFC9937-PRR-END-1: the window at the end is ssthresh, and nothing is left of the allowance. */
static void test_end(void)
{
    Sender *sender = sender_new(true);
    lose_first(sender);
    ack(sender, WINDOW, 0, 0);
    g_assert_false(sender->recovery.on);
    g_assert_cmpuint(sender->cc.cwnd_bytes, ==, WINDOW / 2 * MSS);
    g_assert_cmpint(tcp_recovery_allowance_bytes(&sender->recovery), ==, 0);
    g_assert_cmpuint(tcp_recovery_in_flight_bytes(&sender->recovery), ==, WINDOW / 2 * MSS);
    sender_free(sender);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/prr/rate", test_rate);
    g_test_add_func("/tcp/prr/init", test_init);
    g_test_add_func("/tcp/prr/first", test_first);
    g_test_add_func("/tcp/prr/below-ssthresh", test_below_ssthresh);
    g_test_add_func("/tcp/prr/lost-acks", test_lost_acks);
    g_test_add_func("/tcp/prr/end", test_end);
    return g_test_run();
}
