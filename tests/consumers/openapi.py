"""Takes out of GitHub's description of its API what the tests ask for.

The whole has over a thousand paths and takes a server half a minute to read. Arguments: the
description, then the paths to keep, in which a final `*` stands for any ending. Prints the rest,
with the parts that it refers to and no others. A path that matches nothing is an error.
"""

import json
import sys


def references(value):
    """Every `$ref` below a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref" and isinstance(inner, str):
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def matches(path, pattern):
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def main(file, patterns):
    with open(file, encoding="utf-8") as opened:
        whole = json.load(opened)
    idle = [p for p in patterns if not any(matches(path, p) for path in whole["paths"])]
    if idle:
        sys.exit(f"no path matches {', '.join(idle)}")
    paths = {
        path: item
        for path, item in whole["paths"].items()
        if any(matches(path, pattern) for pattern in patterns)
    }
    components, ahead = {}, list(references(paths))
    while ahead:
        kind, name = ahead.pop().removeprefix("#/components/").split("/", 1)
        if name not in components.setdefault(kind, {}):
            part = whole["components"][kind][name]
            components[kind][name] = part
            ahead.extend(references(part))
    kept = {key: whole[key] for key in ("openapi", "info", "servers")}
    json.dump({**kept, "paths": paths, "components": components}, sys.stdout)


main(sys.argv[1], sys.argv[2:])
