"""The register of sub-processors: who works on callers' data for us, where, by which contract (GDPR art. 28 and 30).

A YAML file of the operator's, beside `voiced.yaml`. What is in it is a lawyer's word; what is missing, the pre-flight
says.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from voiced import yamlfile
from voiced.errors import BadInput, Problem

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Transfer = Literal["none", "adequacy", "dpf", "scc"]
UNCONFIRMED = "TO CONFIRM"
"""How the reference of an agreement begins that nobody has looked at."""


def doc(text: str) -> Meta:
    """Describe a key, for the schema and the reference page."""
    return Meta(description=text)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in the register."""


class Agreement(Part, frozen=True):
    """The contract of GDPR art. 28(3)."""

    reference: Annotated[
        Text,
        doc("Where it is found: its title, number or version. `TO CONFIRM` before it: nobody has looked at it yet."),
    ]
    date: Annotated[
        str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), doc("Day on which it was signed or accepted, in quotes.")
    ]

    @property
    def confirmed(self) -> bool:
        """Whether somebody stands for it: entries of a new project are only what companies publish."""
        return not self.reference.startswith(UNCONFIRMED)


class SubProcessor(Part, frozen=True):
    """One company that works on callers' data for us."""

    provider: Annotated[Text, doc("The plugin by which it gets them, by its name in `voiced.yaml`.")]
    company: Annotated[Text, doc("Name and seat.")]
    role: Annotated[Text, doc("What it does with the data.")]
    region: Annotated[Literal["eu", "us", "elsewhere"], doc("Where it does that.")]
    dpa: Annotated[Agreement, doc("The data processing agreement.")]
    transfer: Annotated[
        Transfer,
        doc(
            "Ground on which data may leave the European Union: `none` (it does not), `adequacy` (a decision for the "
            "country), `dpf` (Data Privacy Framework), `scc` (standard contractual clauses 2021/914)."
        ),
    ]
    retention: Annotated[Text, doc("How long it keeps the data.")]


class Register(Part, frozen=True):
    """The register: one YAML file."""

    subprocessors: Annotated[tuple[SubProcessor, ...], doc("The companies.")]

    def of(self, provider: str) -> SubProcessor | None:
        """Return the entry of a plugin."""
        return next((each for each in self.subprocessors if each.provider == provider), None)


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the register."""
    made = msgspec.json.schema(Register)
    title = "The register of sub-processors of voiced"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **made}


def read_register(file: Path) -> Register:
    """Read the register. Raises `BadInput` with every fault; a file that is not there is one."""
    document = yamlfile.load(file)
    problems = yamlfile.validate(document, schema()) or list(_lint(document))
    if problems:
        raise BadInput(problems)
    register: Register = msgspec.convert(document.data, Register)
    return register


def _lint(document: yamlfile.Document) -> list[Problem]:
    """Find what a schema cannot say."""
    problems, seen = [], set()
    for index, each in enumerate(document.data["subprocessors"]):
        path: list[str | int] = ["subprocessors", index]
        if each["provider"] in seen:
            problems.append(document.problem([*path, "provider"], f"{each['provider']!r} stands twice", "delete one"))
        seen.add(each["provider"])
        try:
            date.fromisoformat(each["dpa"]["date"])
        except ValueError:
            problems.append(document.problem([*path, "dpa", "date"], "there is no such day", "write it as 2026-01-31"))
        if each["region"] != "eu" and each["transfer"] == "none":
            reason = f"data goes to {each['region']!r} without a ground for that"
            problems.append(document.problem([*path, "transfer"], reason, "name the adequacy, dpf or scc it rests on"))
    return problems
