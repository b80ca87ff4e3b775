/* Protects: the tables, summaries and the manifest say what the run says, in every column, and stay
 * CSV and JSON whatever a scenario is called. */

#include <json-glib/json-glib.h>

#include "lib/temp-folder.h"
#include "lib/trace-builder.h"
#include "trace/trace_tables.h"

#define MS SIM_NS_PER_MS

typedef struct Fixture {
    char *root;
    TraceFolder *folder;
    TraceRun *run;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = test_temp_folder();
    g_autofree char *place = g_build_filename(f->root, "run", NULL);
    f->folder = trace_folder_new(place, NULL);
    f->run = trace_builder_story();
}

static void tear_down(Fixture *f, gconstpointer data)
{
    trace_run_free(f->run);
    trace_folder_free(f->folder);
    test_remove_tree(f->root);
    g_free(f->root);
}

static void assert_file(const Fixture *f, const char *name, const char *expected)
{
    g_autofree char *contents = test_read_file(trace_folder_path(f->folder), name);
    g_assert_cmpstr(contents, ==, expected);
}

/* Parses it; a text that is no JSON fails here. */
static JsonObject *parse(JsonParser *parser, const char *text)
{
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_node_get_object(json_parser_get_root(parser));
}

/* ---- connections/<name>/ ---- */

/* The last column names the packet whose arrival led there, where one is known. */
static void test_states(Fixture *f, gconstpointer data)
{
    guint last = f->run->lines->len - 1;
    trace_line(f->run, last)->cause = last - 1;
    g_assert_true(trace_write_connections(f->run, f->folder, NULL));
    assert_file(f, "connections/client-server-80/states.csv",
                "time_ns,host,from,event,to,packet\n"
                "0,client,CLOSED,open-active,SYN-SENT,\n"
                "20000000,server,LISTEN,rcv-syn,SYN-RCVD,\n"
                "40000000,client,SYN-SENT,rcv-syn-ack,ESTABLISHED,\n"
                "60000000,server,SYN-RCVD,rcv-ack-of-syn,ESTABLISHED,\n"
                "1100000000,server,ESTABLISHED,rcv-fin,CLOSE-WAIT,6\n");
}

/* Each segment once, with its end: #4 was lost, and #5 is the same again. */
static void test_segments(Fixture *f, gconstpointer data)
{
    g_assert_true(trace_write_connections(f->run, f->folder, NULL));
    assert_file(f, "connections/client-server-80/segments.csv",
                "packet,time_ns,from,to,flags,seq,ack,len,window,why,original,ended_at_ns,fate\n"
                "1,0,client,server,SYN,0,,0,65535,connection opening,,20000000,received\n"
                "2,20000000,server,client,SYN ACK,0,1,0,65535,connection opening,,40000000,"
                "received\n"
                "3,40000000,client,server,ACK,1,1,0,65535,acknowledgement,,60000000,received\n"
                "4,60000000,server,client,ACK,1,1,1000,65535,new data,,60000000,"
                "lost: planned fault\n"
                "5,1060000000,server,client,ACK,1,1,1000,65535,retransmission after timeout,4,"
                "1080000000,received\n"
                "6,1080000000,client,server,FIN ACK,1,1001,0,65535,connection closing,,1100000000,"
                "received\n");
}

/* What is not known yet is an empty cell, not a number that looks like one. */
static void test_cwnd(Fixture *f, gconstpointer data)
{
    TraceLine line = { .time_ns = 2000 * MS,
                       .place = 0,
                       .what = TRACE_VARS,
                       .packet = TRACE_NONE,
                       .cause = TRACE_NONE,
                       .vars = { .cwnd_bytes = 14600,
                                 .ssthresh_bytes = TCP_SSTHRESH_INFINITE,
                                 .in_flight_bytes = 1460,
                                 .snd_wnd = 65535,
                                 .rcv_wnd = 32768,
                                 .srtt_ns = -1,
                                 .rttvar_ns = -1,
                                 .rto_ns = 1000 * MS,
                                 .cc_phase = "slow-start" } };
    g_array_append_val(f->run->lines, line);
    line.vars.ssthresh_bytes = 7300;
    line.vars.srtt_ns = 40 * MS;
    line.vars.rttvar_ns = 20 * MS;
    line.vars.cc_phase = "avoidance";
    line.place = line.end = 1;
    g_array_append_val(f->run->lines, line);
    g_assert_true(trace_write_connections(f->run, f->folder, NULL));
    assert_file(f, "connections/client-server-80/cwnd.csv",
                "time_ns,host,cwnd_bytes,ssthresh_bytes,in_flight_bytes,snd_wnd,rcv_wnd,srtt_ns,"
                "rttvar_ns,rto_ns,phase\n"
                "2000000000,client,14600,,1460,65535,32768,,,1000000000,slow-start\n"
                "2000000000,server,14600,7300,1460,65535,32768,40000000,20000000,1000000000,"
                "avoidance\n");
}

/* ---- summary ---- */

static void count_something(TraceRun *run)
{
    TraceEnd *server = &trace_conn(run, 0)->end[1];
    trace_conn(run, 0)->end[0].closed_at_ns = -1;
    trace_conn(run, 0)->end[0].vars.srtt_ns = -1;
    server->opened_at_ns = 0;
    server->closed_at_ns = 500 * MS;
    server->reason = TCP_REASON_RESET;
    server->stats.bytes_sent = 1000;
    server->stats.segments_sent = 3;
    server->stats.segments_retransmitted = 1;
    server->stats.bytes_delivered = 125;
    server->vars.srtt_ns = 40 * MS;
    trace_place(run, 3)->stats.sent_pkts = 3;
    trace_place(run, 3)->stats.dropped_pkts[NET_DROP_FAULT] = 1;
}

static void test_summary_text(Fixture *f, gconstpointer data)
{
    count_something(f->run);
    g_autoptr(GString) text = trace_summary_text(f->run, NULL);
    g_assert_cmpstr(
        text->str, ==,
        "Built by hand <&>\n"
        "simulated time 1.100000000 s\n\n"
        "client-server-80\n"
        "  client: sent 0 bytes in 0 segments, 0 of them again; read 0 bytes; still open\n"
        "  server: sent 1000 bytes in 3 segments, 1 of them again; read 125 bytes; "
        "srtt 0.040000000 s; reset by the peer\n\n"
        "wire client>server: 0 frames, 0 bytes; longest queue 0; lost 0\n"
        "wire server>client: 3 frames, 0 bytes; longest queue 0; lost 1 (planned fault 1)\n");
}

/* 125 bytes in half a second are 2000 bit/s. */
static void test_summary_json(Fixture *f, gconstpointer data)
{
    count_something(f->run);
    g_autoptr(GString) text = trace_summary_json(f->run);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *summary = parse(parser, text->str);
    JsonArray *conns = json_object_get_array_member(summary, "connections");
    JsonArray *wires = json_object_get_array_member(summary, "wires");
    g_assert_cmpuint(json_array_get_length(conns), ==, 1);
    g_assert_cmpuint(json_array_get_length(wires), ==, 2);
    JsonArray *ends = json_object_get_array_member(json_array_get_object_element(conns, 0), "ends");
    JsonObject *server = json_array_get_object_element(ends, 1);
    g_assert_cmpstr(json_object_get_string_member(server, "host"), ==, "server");
    g_assert_cmpint(json_object_get_int_member(server, "goodput_bps"), ==, 2000);
    g_assert_cmpint(json_object_get_int_member(server, "segments_retransmitted"), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(server, "reason"), ==,
                    tcp_reason_to_string(TCP_REASON_RESET));
    JsonObject *lost =
        json_object_get_object_member(json_array_get_object_element(wires, 1), "lost");
    g_assert_cmpuint(json_object_get_size(lost), ==, 1);
    g_assert_cmpint(json_object_get_int_member(lost, net_drop_to_string(NET_DROP_FAULT)), ==, 1);
}

/* A ping that is not over, with one of three replies; values in the order of its list. */
static void add_program(TraceRun *run)
{
    const AppOps *ops = app_find("ping");
    TraceProgram program = { .name = "client#2",
                             .ops = ops,
                             .failure = "a request could not be sent",
                             .failure_error = SOCKET_NO_ROUTE };
    program.values = g_new0(int64_t, 32);
    for (guint i = 0; ops->results[i] != NULL; i++) {
        const AppResult *result = ops->results[i];
        program.values[i] = result == &app_result_sent       ? 3
                            : result == &app_result_received ? 1
                            : result == &app_result_loss     ? 666666666
                            : result == &app_result_rtt_min  ? 40 * MS
                                                             : APP_NO_RESULT;
    }
    g_array_append_val(run->programs, program);
}

static void test_summary_program(Fixture *f, gconstpointer data)
{
    add_program(f->run);
    g_autoptr(GString) text = trace_summary_text(f->run, NULL);
    g_assert_nonnull(
        strstr(text->str, "\nclient#2 ping: sent 3, received 1, loss rate 66.666%, shortest round "
                          "trip 0.040000000 s; failed: a request could not be sent (no-route); "
                          "not finished\n\n"));
    g_autoptr(Lang) zh = lang_new("zh");
    g_autoptr(GString) chinese = trace_summary_text(f->run, zh);
    g_assert_nonnull(strstr(chinese->str, "\nclient#2 ping: 发出 3，收到 1，丢失率 66.666%，"
                                          "最短往返时间 0.040000000 s；失败：有请求无法发出 "
                                          "(no-route)；未完成\n\n"));
    g_autoptr(GString) json = trace_summary_json(f->run);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonArray *programs = json_object_get_array_member(parse(parser, json->str), "programs");
    JsonObject *program = json_array_get_object_element(programs, 0);
    JsonObject *results = json_object_get_object_member(program, "results");
    g_assert_cmpstr(json_object_get_string_member(program, "program"), ==, "ping");
    g_assert_cmpint(json_object_get_int_member(results, "rtt_min_ns"), ==, 40 * MS);
    g_assert_cmpint(json_object_get_int_member(results, "loss_ppb"), ==, 666666666);
    g_assert_true(json_object_get_null_member(results, "rtt_max_ns"));
}

/* ---- manifest ---- */

/* A scenario is named after its file, and a file may be called anything. */
static void test_manifest(Fixture *f, gconstpointer data)
{
    const char *name = "a \"quoted\\ name\" \t 网络";
    g_autoptr(GString) abc = g_string_new("abc");
    f->run->scenario = trace_run_text(f->run, name);
    f->run->seed = 7;
    g_assert_true(trace_folder_write(f->folder, "deep/abc.txt", abc, NULL));
    g_assert_true(trace_folder_write(f->folder, "network.pcapng", abc, NULL));
    g_assert_true(trace_write_manifest(f->run, f->folder, NULL));
    g_autofree char *text = test_read_file(trace_folder_path(f->folder), TRACE_MANIFEST);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *manifest = parse(parser, text);
    g_assert_cmpstr(json_object_get_string_member(manifest, "scenario"), ==, name);
    g_assert_cmpint(json_object_get_int_member(manifest, "seed"), ==, 7);
    JsonObject *files = json_object_get_object_member(manifest, "files");
    g_assert_cmpuint(json_object_get_size(files), ==, 2);
    /* FIPS 180-4: the digest of "abc". */
    g_assert_cmpstr(json_object_get_string_member(files, "deep/abc.txt"), ==,
                    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    g_assert_cmpstr(json_object_get_string_member(files, "network.pcapng"), ==, "bytes:3");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *path;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        { "/trace/tables/states", test_states },
        { "/trace/tables/segments", test_segments },
        { "/trace/tables/cwnd", test_cwnd },
        { "/trace/tables/summary-text", test_summary_text },
        { "/trace/tables/summary-json", test_summary_json },
        { "/trace/tables/summary-program", test_summary_program },
        { "/trace/tables/manifest", test_manifest },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
