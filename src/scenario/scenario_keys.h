/* The one table of scenario keys. Parser, defaults, units, JSON Schema, `wirelab explain`, the
 * manual page wirelab-scenario(5) and scenario.resolved.yaml are all made from it; there is no
 * second list. It stands in scenario_keys_*.c, a file for each subject, the top in scenario_keys.c.
 *
 * A ScenarioMap is the set of keys that may stand in one kind of map; a ScenarioKey is a row of it:
 * name, unit, range, default, help, and the field it fills. Pluggable parts (queues, loss models,
 * congestion controls, applications) bring their own rows as SimParamSpec tables, found through
 * their registries. */

#ifndef SCENARIO_SCENARIO_KEYS_H
#define SCENARIO_SCENARIO_KEYS_H

#include "inet/inet_stack.h"
#include "scenario/scenario_config.h"
#include "tcp/tcp_stack.h"

/* What stands behind the key's colon. */
typedef enum ScenarioForm {
    SCENARIO_FORM_VALUE,   /* a scalar -> ScenarioValue */
    SCENARIO_FORM_VALUES,  /* a list of scalars, or one -> ScenarioList of ScenarioValue */
    SCENARIO_FORM_MAP,     /* a map, or its brief form -> the struct itself */
    SCENARIO_FORM_OPTION,  /* the same -> a pointer, NULL when not given */
    SCENARIO_FORM_LIST,    /* a list of maps -> ScenarioList of the map's struct */
    SCENARIO_FORM_MANY,    /* a map or a list of maps -> ScenarioList of the map's struct */
    SCENARIO_FORM_NAMED,   /* a map from free names to maps -> ScenarioList of the map's struct */
    SCENARIO_FORM_VARIANT, /* a map, or its brief form, that makes its parent one of a kind -> the
                            * same struct; or, if the map has one of its own, a pointer to that */
    SCENARIO_FORM_INCLUDE  /* file names, gone before the tree is read */
} ScenarioForm;

/* What a text must look like. One table: scenario_syntax_get(). */
typedef enum ScenarioSyntax {
    SCENARIO_SYNTAX_ANY,
    SCENARIO_SYNTAX_NAME, /* a new name */
    SCENARIO_SYNTAX_FILE, /* may name a file */
    SCENARIO_SYNTAX_HOST, /* names a host: "server", "sender.7", "sender.*" */
    SCENARIO_SYNTAX_END,  /* names an end of a link: a host, "1" or "2" */
    SCENARIO_SYNTAX_CONN, /* names a connection or the only one of a host */
    SCENARIO_SYNTAX_ADDRESS,
    SCENARIO_SYNTAX_PREFIX,  /* 10.0.1.0/24 */
    SCENARIO_SYNTAX_NETWORK, /* the same, or "default" */
    SCENARIO_SYNTAX_MAC,
    SCENARIO_SYNTAX_HEX,
    SCENARIO_N_SYNTAXES
} ScenarioSyntax;

typedef struct ScenarioSyntaxInfo {
    const char *describe; /* msgid: "an address, like 10.0.1.2" */
    const char *pattern;  /* regular expression, anchored, the same in ECMA 262 and PCRE */
} ScenarioSyntaxInfo;
const ScenarioSyntaxInfo *scenario_syntax_get(ScenarioSyntax syntax);

/* A word that may stand for a quantity: "auto", "until-eof". */
typedef struct ScenarioWord {
    const char *word;
    int64_t number;
} ScenarioWord;

/* A registry of pluggable parts. */
typedef struct ScenarioParts {
    const char *(*name)(size_t i);           /* NULL past the last */
    const SimParamSpec *(*params)(size_t i); /* NULL hook, or a NULL result: no keys */
} ScenarioParts;

typedef struct ScenarioMap ScenarioMap;

typedef struct ScenarioKey {
    SimParamSpec spec; /* name, unit, fallback, min, max, required, words, help */
    ScenarioForm form;
    size_t offset;               /* of the field in the struct of the map */
    const ScenarioMap *map;      /* the forms with maps; VARIANT: fills the same struct */
    const char *fallback_text;   /* default of a text */
    ScenarioSyntax syntax;       /* of a text */
    const ScenarioWord *special; /* words beside the quantity; ends with a NULL word */
    const ScenarioParts *names;  /* of a word: the registry that says which */
    bool modules; /* of a word: those of loaded modules follow, counted on from the registry's */
    int variant;  /* VARIANT: the enumerator for the struct's kind */
    bool partial; /* what is in the map overrides something: no defaults, nothing required */
    bool (*applies)(
        const void *base); /* whether it means something, by the rest of the map; NULL: always */
    const char *only_for;  /* msgid, with `applies`: "a switch" */
    bool consumed; /* has done its work when the scenario is read: not in the resolved one */
    int64_t (*tcp_get)(const TcpConfig *config); /* default, of the stack itself */
    void (*tcp_set)(TcpConfig *config, int64_t value);
    int64_t (*inet_get)(const InetConfig *config);
    void (*inet_set)(InetConfig *config, int64_t value);
} ScenarioKey;

struct ScenarioMap {
    const char *title;       /* msgid for a nameless one: "a link" */
    const char *named;       /* msgid with the name or number: "link '%s'"; NULL: never an item */
    const char *brief;       /* the key for which a scalar or list alone stands */
    bool only_brief;         /* whatever stands here stands for that key */
    const ScenarioKey *keys; /* ends with a NULL name */
    size_t bytes;            /* of its struct; 0: fills that of its parent */
    bool one_of;        /* exactly one VARIANT key; the word alone will do if nothing is required */
    size_t kind_offset; /* one_of: of the int that says which; a ScenarioMark follows it */
    const ScenarioParts *parts; /* bring further keys, */
    const char *part_key;     /* chosen by the word under this key; NULL: each part is a variant, */
    size_t part_offset;       /* and put their values into this ScenarioPart */
    int part_variant;         /* part_key NULL: the enumerator for the struct's kind */
    const char *profile_key;  /* the key that names a profile in models/, */
    const char *profile_kind; /* and the key of that file under which this map stands */
};

/* The whole scenario: fills a ScenarioConfig. */
extern const ScenarioMap scenario_map_top;
/* A file of models/: fills nothing, says what such a file holds. */
extern const ScenarioMap scenario_map_profile;
extern const ScenarioMap scenario_map_host, scenario_map_link, scenario_map_wire,
    scenario_map_queue;
extern const ScenarioMap scenario_map_tcp, scenario_map_ip, scenario_map_arp, scenario_map_step;

/* The key's default: of a quantity, boolean or word. */
int64_t scenario_key_fallback(const ScenarioKey *key);
/* The i-th word that may stand under a key with words; NULL past the last. */
const char *scenario_key_word(const ScenarioKey *key, size_t i);
/* How many words the key has itself: the number of the first that a module brings. */
size_t scenario_key_word_count(const ScenarioKey *key);
/* The key of that name; NULL: there is none. */
const ScenarioKey *scenario_map_find(const ScenarioMap *map, const char *name);

#endif
