/* What stands beside the lines of hosts: states, calls, events, timers; and what changes of links.
 */

#include <string.h>

#include "render/render_ladder_build.h"

void ladder_add_mark(Ladder *ladder, const TraceLine *line, LadderMarkKind kind, const char *text,
                     const char *cause)
{
    uint32_t column = ladder_column_of(ladder, line->place);
    if (column == TRACE_NONE || !ladder_column(ladder, column)->is_end) {
        return;
    }
    LadderMark mark = { .kind = kind,
                        .column = column,
                        .toward = column,
                        .line = ladder_line_index(ladder, line),
                        .time_ns = line->time_ns,
                        .text = text,
                        .cause = cause };
    g_array_append_val(ladder->marks, mark);
}

static bool same_call(const TraceLine *a, const TraceLine *b)
{
    return g_strcmp0(a->call.call, b->call.call) == 0 &&
           g_strcmp0(a->call.text, b->call.text) == 0 && a->call.result == b->call.result;
}

/* The bind() that listen() brings along goes without saying. */
static void drop_bind(Ladder *ladder, const TraceLine *line)
{
    const LadderMark *last =
        ladder->marks->len > 0 ? ladder_mark(ladder, ladder->marks->len - 1) : NULL;
    const TraceLine *before = last != NULL ? trace_line(ladder->run, last->line) : NULL;
    if (before != NULL && before->what == TRACE_CALL && before->place == line->place &&
        before->time_ns == line->time_ns && g_str_equal(before->call.call, "bind") &&
        g_str_equal(line->call.call, "listen")) {
        g_array_set_size(ladder->marks, ladder->marks->len - 1);
    }
}

/* A call that a program repeats is shown once. */
static void on_call(LadderBuilder *builder, const TraceLine *line)
{
    Ladder *ladder = builder->ladder;
    uint32_t column = ladder_column_of(ladder, line->place);
    if (column == TRACE_NONE) {
        return;
    }
    uint32_t before = builder->last_call[column];
    builder->last_call[column] = ladder_line_index(ladder, line);
    if (before != TRACE_NONE && same_call(line, trace_line(ladder->run, before))) {
        return;
    }
    drop_bind(ladder, line);
    ladder_add_mark(ladder, line, LADDER_CALL, ladder_call_text(ladder, line), NULL);
}

static void on_event(Ladder *ladder, const TraceLine *line)
{
    const char *text = ladder_event_text(ladder, line);
    if (text != NULL) {
        ladder_add_mark(ladder, line, LADDER_EVENT, text, NULL);
    }
}

static void on_state(Ladder *ladder, const TraceLine *line)
{
    ladder_add_mark(ladder, line, LADDER_STATE, tcp_state_to_string(line->state.to),
                    ladder_state_cause(ladder, line));
}

static void on_timer(Ladder *ladder, const TraceLine *line)
{
    uint32_t column = ladder_column_of(ladder, line->place);
    if (line->timer.change != TCP_TIMER_FIRED || column == TRACE_NONE ||
        line->timer.timer == TCP_TIMER_DELAYED_ACK) {
        return;
    }
    const TraceLine *set = line->cause != TRACE_NONE ? trace_line(ladder->run, line->cause) : line;
    bool set_is_shown =
        set->time_ns < ladder->omitted_from_ns || set->time_ns >= ladder->omitted_to_ns;
    LadderBar bar = { .column = column,
                      .timer = line->timer.timer,
                      .from_line = ladder_line_index(ladder, set),
                      .to_line = ladder_line_index(ladder, line),
                      .from_ns = set_is_shown ? set->time_ns : ladder->omitted_to_ns,
                      .to_ns = line->time_ns };
    g_array_append_val(ladder->bars, bar);
    ladder_add_mark(ladder, line, LADDER_TIMER,
                    ladder_timer_text(ladder, line->timer.timer, line->time_ns - set->time_ns),
                    NULL);
}

/* A host that is down has a bar until it is back, or until the end. */
static void on_host(Ladder *ladder, const TraceLine *line)
{
    uint32_t column = ladder_column_of(ladder, line->place);
    ladder_add_mark(ladder, line, LADDER_HOST, ladder_host_text(ladder, line), NULL);
    if (column == TRACE_NONE) {
        return;
    }
    for (guint i = ladder->bars->len; i-- > 0;) {
        LadderBar *bar = ladder_bar(ladder, i);
        if (bar->column == column && bar->down && bar->to_line == TRACE_NONE) {
            bar->to_line = ladder_line_index(ladder, line);
            bar->to_ns = line->time_ns;
        }
    }
    if (strcmp(line->text, "crash") == 0) {
        LadderBar bar = { .column = column,
                          .down = true,
                          .from_line = ladder_line_index(ladder, line),
                          .to_line = TRACE_NONE,
                          .from_ns = line->time_ns,
                          .to_ns = ladder->run->end_ns };
        g_array_append_val(ladder->bars, bar);
    }
}

/* Both wires of a link tell of a change; the first is shown. */
static void on_change(Ladder *ladder, const TraceLine *line)
{
    const TracePlace *wire = trace_place(ladder->run, line->place);
    bool is_wire = wire->kind == TRACE_PLACE_WIRE;
    uint32_t from = is_wire ? ladder_column_of(ladder, wire->from) : TRACE_NONE;
    uint32_t to = is_wire ? ladder_column_of(ladder, wire->to) : TRACE_NONE;
    if (from == TRACE_NONE || to == TRACE_NONE) {
        return;
    }
    LadderMark mark = { .kind = LADDER_LINK,
                        .column = MIN(from, to),
                        .toward = MAX(from, to),
                        .line = ladder_line_index(ladder, line),
                        .time_ns = line->time_ns,
                        .text = ladder_change_text(ladder, line) };
    for (guint i = ladder->marks->len; i-- > 0;) {
        const LadderMark *other = ladder_mark(ladder, i);
        if (other->time_ns != line->time_ns) {
            break;
        }
        if (other->kind == LADDER_LINK && strcmp(other->text, mark.text) == 0) {
            return;
        }
    }
    g_array_append_val(ladder->marks, mark);
}

void ladder_read_host(LadderBuilder *builder, const TraceLine *line)
{
    switch (line->what) {
    case TRACE_STATE:
        on_state(builder->ladder, line);
        break;
    case TRACE_CALL:
        on_call(builder, line);
        break;
    case TRACE_EVENT:
        on_event(builder->ladder, line);
        break;
    case TRACE_TIMER:
        on_timer(builder->ladder, line);
        break;
    case TRACE_HOST:
        on_host(builder->ladder, line);
        break;
    case TRACE_CHANGE:
        on_change(builder->ladder, line);
        break;
    default:
        break;
    }
}
