/* What is not YAML, and where. */

#include "scenario/scenario_doc_inner.h"

/* What libyaml says of bad syntax, marked for the catalogue. */
static const char *const yaml_problems[] = {
    N_("did not find expected ',' or ']'"),
    N_("did not find expected ',' or '}'"),
    N_("did not find expected key"),
    N_("did not find expected '-' indicator"),
    N_("did not find expected node content"),
    N_("did not find expected <document start>"),
    N_("could not find expected ':'"),
    N_("mapping values are not allowed in this context"),
    N_("block sequence entries are not allowed in this context"),
    N_("found character that cannot start any token"),
    N_("found unexpected end of stream"),
    N_("found unexpected document indicator"),
    N_("found a tab character that violates indentation"),
    N_("found unknown escape character"),
    N_("control characters are not allowed"),
    N_("invalid leading UTF-8 octet"),
    N_("invalid trailing UTF-8 octet"),
    N_("incomplete UTF-8 octet sequence"),
};

ScenarioMark scenario_doc_mark(const ScenarioDocReader *reader, yaml_mark_t start, yaml_mark_t end)
{
    ScenarioMark mark = { .source = reader->source,
                          .line = (uint32_t)start.line + 1,
                          .col = (uint32_t)start.column + 1 };
    mark.len = end.line == start.line ? (uint32_t)(end.column - start.column) : 0;
    return mark;
}

/* libyaml's reader knows only the octet it stumbled over. */
static ScenarioMark mark_of_offset(const ScenarioDocReader *reader, size_t offset)
{
    size_t len_bytes = 0;
    const char *bytes = g_bytes_get_data(
        scenario_sources_get(reader->doc->sources, reader->source)->bytes, &len_bytes);
    ScenarioMark mark = { .source = reader->source, .line = 1, .col = 1 };
    for (size_t i = 0; i < MIN(offset, len_bytes); i++) {
        if (bytes[i] == '\n') {
            mark.line++;
            mark.col = 1;
        } else if (((uint8_t)bytes[i] & 0xc0) != 0x80) {
            mark.col++;
        }
    }
    return mark;
}

/* The octet at a mark of the scanner. */
static char octet_at(const ScenarioDocReader *reader, yaml_mark_t mark)
{
    size_t len_bytes = 0;
    const char *at = g_bytes_get_data(
        scenario_sources_get(reader->doc->sources, reader->source)->bytes, &len_bytes);
    const char *end = at + len_bytes;
    for (size_t i = 0; i < mark.index && at < end; i++) {
        at = g_utf8_next_char(at);
    }
    return at < end ? *at : '\0';
}

void scenario_doc_report_syntax(ScenarioDocReader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const Lang *lang = scenario_diag_lang(reader->diag);
    const char *problem = parser->problem == NULL ? yaml_problems[4] : parser->problem;
    if (parser->error == YAML_READER_ERROR) {
        scenario_diag_error(reader->diag, mark_of_offset(reader, parser->problem_offset),
                            N_("this is not YAML: %s"), lang_text(lang, problem));
        return;
    }
    ScenarioMark mark = scenario_doc_mark(reader, parser->problem_mark, parser->problem_mark);
    char octet = octet_at(reader, parser->problem_mark);
    if (parser->error == YAML_SCANNER_ERROR && octet == '\t') {
        scenario_diag_error(reader->diag, mark,
                            N_("a tab cannot indent YAML; write spaces instead"));
    } else if (parser->error == YAML_SCANNER_ERROR && (octet == '@' || octet == '`')) {
        scenario_diag_error(reader->diag, mark, N_("a value cannot begin with '%c' in YAML"),
                            octet);
    } else {
        scenario_diag_error(reader->diag, mark, N_("this is not YAML: %s"),
                            lang_text(lang, problem));
    }
}
