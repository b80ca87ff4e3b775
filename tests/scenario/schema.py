"""Judges wirelab's schema by an independent validator: every scenario given is accepted, and each
structural mutation of it is refused. Prints TAP verdicts' problems, one a line; silence is praise."""

import copy
import json
import re
import sys

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 core: no dates, no sexagesimals, no yes and no."""


CoreLoader.yaml_implicit_resolvers = {}
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), list("~nN") + [""])
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"))
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))


def with_text_keys(node):
    """As JSON has it: every key is a text."""
    if isinstance(node, dict):
        return {str(key): with_text_keys(value) for key, value in node.items()}
    return [with_text_keys(item) for item in node] if isinstance(node, list) else node


def places(node, path=()):
    """Every place of the tree: (path, value)."""
    yield path, node
    if isinstance(node, dict):
        for key in node:
            yield from places(node[key], path + (key,))
    elif isinstance(node, list):
        for i, item in enumerate(node):
            yield from places(item, path + (i,))


def at(node, path):
    for key in path:
        node = node[key]
    return node


def is_free(path):
    """Below a key that is anybody's own, or a name that anybody may choose."""
    return any(isinstance(key, str) and key.startswith("x-") for key in path)


def mutations(scenario):
    """Changes that no reading of the format allows."""
    for path, value in places(scenario):
        if is_free(path):
            continue
        if isinstance(value, dict):
            yield path, "unknown key", lambda node: node.__setitem__("No_such_key", 1)
        if not path:
            continue
        key, above = path[-1], path[:-1]
        if isinstance(value, str) and key not in ("en", "zh", "title", "about", "include", "text"):
            yield path, "map for a value", replace(above, key, {"No_such_key": 1})
        if isinstance(value, bool):
            yield path, "word for a boolean", replace(above, key, "yes")
        if isinstance(value, int) and not isinstance(value, bool):
            yield path, "text for a number", replace(above, key, "No such word")
            yield path, "fraction for a number", replace(above, key, 1.5)


def replace(above, key, value):
    def change(_):
        change.target[key] = value
    change.above = above
    return change


def mutated(scenario, path, change):
    copied = copy.deepcopy(scenario)
    if hasattr(change, "above"):
        change.target = at(copied, change.above)
        change(None)
    else:
        change(at(copied, path))
    return copied


def main():
    schema = json.load(open(sys.argv[1], encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    tried = 0
    for name in sys.argv[2:]:
        scenario = with_text_keys(yaml.load(open(name, encoding="utf-8"), CoreLoader))
        for error in validator.iter_errors(scenario):
            print(f"{name}: refused at {list(error.absolute_path)}: {error.message[:200]}")
        without = {key: value for key, value in scenario.items() if key != "wirelab"}
        if validator.is_valid(without):
            print(f"{name}: accepted without 'wirelab'")
        for path, what, change in mutations(scenario):
            tried += 1
            if validator.is_valid(mutated(scenario, path, change)):
                print(f"{name}: {what} at {list(path)} is accepted")
    print(f"{tried} mutations", file=sys.stderr)


main()
