"""Reading flows: YAML in, `Flow` values out, or every fault with its line.

Three passes, each only over what the one before let through: the YAML itself, the schema, then what a schema cannot
say (`lint`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from voiced.dialog.flow import Flow, Route
from voiced.dialog.intents import Intent, library
from voiced.dialog.lint import lint
from voiced.errors import BadInput, Problem
from voiced.yamlfile import Document, load_bytes, loads, validate

SUFFIX = ".yaml"
REMEMBERED = 64
"""Flows that are not read again while nothing changed that they depend on."""


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a flow file."""
    made = msgspec.json.schema(Flow)
    made["$defs"]["Flow"]["properties"].pop("version")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A flow of voiced", **made}


def read_flow(
    document: Document, constants: Mapping[str, str] | None = None, tools: Collection[str] | None = None
) -> Flow:
    """Build the flow that `document` describes.

    `constants` are values of the configuration that texts may use (the company's name); `tools` the names of the tools
    that exist, None when that is not known. Raises `BadInput` with every fault.
    """
    problems = validate(document, schema())
    if problems:
        raise BadInput(problems)
    flow: Flow = msgspec.convert(document.data, Flow)
    flow = msgspec.structs.replace(flow, vars={**(constants or {}), **flow.vars})
    problems = lint(flow, document, library(), tools)
    if problems:
        raise BadInput(problems)
    return _named(flow, library())


def read_flows(
    folder: Path, constants: Mapping[str, str] | None = None, tools: Collection[str] | None = None
) -> dict[str, Flow]:
    """Read every flow of `folder`, by name. Raises `BadInput` with the faults of all of them."""
    return read_contents(folder, dict.fromkeys(folder.glob(f"*{SUFFIX}")), constants, tools)


def read_contents(
    folder: Path,
    contents: Mapping[Path, bytes | None],
    constants: Mapping[str, str] | None = None,
    tools: Collection[str] | None = None,
) -> dict[str, Flow]:
    """Read the flows of `folder` from the bytes of its files; None: from the disk. Raises as `read_flows`."""
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    if not contents:
        raise BadInput([Problem(str(folder), 0, 0, "no flow is in this folder", "add one, such as accueil.yaml")])
    for file in sorted(contents):
        try:
            flow = read_file(file, constants, tools, contents[file])
            flows[flow.flow] = flow
        except BadInput as error:
            problems.extend(error.problems)
    if problems:
        raise BadInput(problems)
    return flows


def read_file(
    file: Path,
    constants: Mapping[str, str] | None = None,
    tools: Collection[str] | None = None,
    content: bytes | None = None,
) -> Flow:
    """Read one flow file, from `content` when that is given; its version is the digest of its bytes."""
    if content is None:
        content = load_bytes(file)
    known = tuple(sorted((constants or {}).items()))
    return _read(file, content, known, None if tools is None else frozenset(tools))


@lru_cache(maxsize=REMEMBERED)
def _read(file: Path, content: bytes, constants: tuple[tuple[str, str], ...], tools: frozenset[str] | None) -> Flow:
    """Read a flow, unless it was read before: most of the flows of a change are those of before."""
    document = loads(content, str(file))
    flow = read_flow(document, dict(constants), tools)
    if flow.flow != file.stem:
        reason = f"the flow calls itself {flow.flow!r}, its file {file.name!r}"
        raise BadInput([document.problem(["flow"], reason, f"write `flow: {file.stem}`")])
    return msgspec.structs.replace(flow, version=hashlib.sha256(content).hexdigest()[:12])


def read_text(text: str, name: str = "flow.yaml") -> Flow:
    """Read a flow from YAML text; `name` stands in faults."""
    return read_flow(loads(text, name))


def _named(flow: Flow, intents: Mapping[str, Intent]) -> Flow:
    """Give routes that name an intent of the library its description and examples."""
    steps = {
        name: msgspec.structs.replace(step, routes=tuple(_route(route, intents) for route in step.routes))
        if step.routes
        else step
        for name, step in flow.steps.items()
    }
    anywhere = tuple(_route(route, intents) for route in flow.anywhere)
    return msgspec.structs.replace(flow, steps=steps, anywhere=anywhere)


def _route(route: Route, intents: Mapping[str, Intent]) -> Route:
    name = route.intent or ("oui" if route.yes else "non" if route.no else "")
    known = intents.get(name)
    if known is None:
        return route
    examples = (*route.examples, *(example for example in known.examples if example not in route.examples))
    return msgspec.structs.replace(route, about=route.about or known.about, examples=examples)
