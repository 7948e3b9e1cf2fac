"""What a schema cannot say about `voiced.yaml`: names that must exist, addresses, folders."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from voiced.config.catalogue import Plugins, providers
from voiced.config.choice import KINDS as TRIED
from voiced.config.named import named, shares, stand_ins
from voiced.config.schema import Schema, child
from voiced.config.substitute import Place
from voiced.errors import Problem
from voiced.plugin import KINDS, Kind

_E164 = re.compile(r"\+[1-9]\d{6,14}")
COUNTED: tuple[Kind, ...] = ("telco", "stt", "tts", "llm", "tool")
"""Kinds of which requests are counted, and held to the limits of an account."""
CHOSEN: tuple[Kind, ...] = ("telco", "stt", "tts", "llm", "vad")


class Rules(Struct, frozen=True):
    """Checks one file's data, variables filled in. A value of the wrong type is passed over: the schema reports it.

    `folder` is where the file lies, `place` makes a problem out of a setting's path, `flows` are the names of the flows
    that there are (empty where that is not known).
    """

    data: Mapping[str, Any]
    schema: Schema
    plugins: Plugins
    folder: Path
    place: Place
    flows: Sequence[str] = ()

    def problems(self) -> list[Problem]:
        """Return everything that is wrong, in the order of the file's sections."""
        checks = (
            self._public_url(),
            self._plugins(),
            self._providers(),
            self._named(),
            self._trials(),
            self._accounts(),
            self._numbers(),
            self._flow_names(),
            self._folders(),
            self._store(),
            self._site(),
        )
        return [problem for check in checks for problem in check]

    def enabled(self) -> list[str]:
        """Return the plugins that the file names, and those of every provider that it names; sorted."""
        every = list(self.active().items())
        every += [(each.kind, each.name) for each in named(self.data)]
        owners = (providers(self.plugins, kind).get(name) for kind, name in every)
        return sorted({*self.data["plugins"], *(owner for owner in owners if owner is not None)})

    def active(self) -> dict[Kind, str]:
        """Return the active provider of each kind."""
        return {kind: self.text("providers", kind) for kind in CHOSEN}

    def text(self, *path: str) -> str:
        """Return the text at `path`, its default when it is not stated, "" when it is no text."""
        node: Schema = self.schema
        value: Any = self.data
        for key in path:
            node = child(node, key)
            value = value.get(key, node.get("default")) if isinstance(value, Mapping) else node.get("default", "")
        return value if isinstance(value, str) else ""

    def _public_url(self) -> Iterator[Problem]:
        url, path = self.text("server", "public_url"), ("server", "public_url")
        if not url:
            return
        parts = _split(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield self.place(path, f"{url!r} is not an address", "write it as https://voix.example.fr")
        elif parts.path.strip("/") or parts.query or parts.fragment:
            fix = f"write {parts.scheme}://{parts.netloc}"
            yield self.place(path, f"{url!r} has a path; voiced adds its own", fix)
        elif parts.scheme == "http" and not _loopback(parts.hostname):
            yield self.place(path, f"{url!r} is not https: callers' voices would travel in the clear", "use https")

    def _plugins(self) -> Iterator[Problem]:
        """Check that the plugins which the file names can be used: calls would go on without what they bring."""
        for name in self.data["plugins"]:
            found = self.plugins.get(name)
            if found is not None and found.spec is None:
                fix = "see `voiced plugins`; update it, or remove it"
                yield self.place(("plugins", name), f"{name} ({found.origin}): {found.failure}", fix, key=True)

    def _providers(self) -> Iterator[Problem]:
        for kind in CHOSEN:
            name = self.text("providers", kind)
            known = providers(self.plugins, kind)
            if name and name not in known:
                yield self.place(("providers", kind), self._why_unknown(kind, name), suggest(name, known))

    def _named(self) -> Iterator[Problem]:
        """Check that the providers which some calls get exist; a name left empty means the general choice."""
        for each in named(self.data):
            known = providers(self.plugins, each.kind)
            if each.name not in known and (each.name or each.path[0] in ("fallback", "canary")):
                reason = self._why_unknown(each.kind, each.name)
                yield self.place(each.path, reason, suggest(each.name, known), key=each.at_key)

    def _trials(self) -> Iterator[Problem]:
        """Check stand-ins and shares against each other and against the active provider."""
        for kind in TRIED:
            names, given = stand_ins(self.data, kind), shares(self.data, kind)
            for index, name in enumerate(names):
                if name in names[:index]:
                    reason = f"{name!r} stands twice among the stand-ins"
                    yield self.place(("fallback", kind, index), reason, "delete one of them")
            active = self.text("providers", kind)
            if active in given:
                reason = f"{active!r} is the active provider: it gets the calls that the others leave"
                yield self.place(("canary", kind, active), reason, "delete it here", key=True)
            if sum(given.values()) > 100:
                reason = f"the shares sum to {sum(given.values()):g} percent"
                yield self.place(("canary", kind), reason, "leave the active provider something: 100 at most", key=True)

    def _accounts(self) -> Iterator[Problem]:
        limits = self.data.get("limits")
        given = limits.get("providers") if isinstance(limits, Mapping) else None
        known = sorted({name for kind in COUNTED for name in providers(self.plugins, kind)})
        for name in given if isinstance(given, Mapping) else ():
            if name not in known:
                known_as = "only a vad" if name in providers(self.plugins, "vad") else "no provider"
                reason = f"{name!r} is {known_as}: nothing is asked of it that could be counted"
                yield self.place(("limits", "providers", name), reason, suggest(name, known), key=True)
        deadlines = limits.get("tools") if isinstance(limits, Mapping) else None
        tools = sorted(providers(self.plugins, "tool"))
        for name in deadlines if isinstance(deadlines, Mapping) else ():
            if name not in tools:
                path = ("limits", "tools", name)
                yield self.place(path, f"there is no tool {name!r}", suggest(name, tools), key=True)

    def _why_unknown(self, kind: Kind, name: str) -> str:
        others = [other for other in KINDS if name in providers(self.plugins, other)]
        failed = self.plugins.get(name)
        if failed is not None and failed.failure:
            return f"plugin {name!r} cannot be used: {failed.failure}"
        if others:
            return f"{name!r} provides {' and '.join(others)}, not {kind}"
        return f"there is no {kind} provider {name!r}"

    def _numbers(self) -> Iterator[Problem]:
        numbers = self.data.get("numbers", {})
        if not numbers:
            yield self.place(("numbers",), "no number has a flow", "add `default: {flow: NAME}` under numbers:")
        for key in numbers if isinstance(numbers, Mapping) else ():
            flow = self.text("numbers", key, "flow")
            if key != "default" and not _E164.fullmatch(key):
                yield self.place(("numbers", key), f"{key!r} is not a number", _international(key), key=True)
            if flow and self.flows and flow not in self.flows:
                yield self.place(("numbers", key, "flow"), self._no_flow(flow), suggest(flow, self.flows))

    def _flow_names(self) -> Iterator[Problem]:
        given = self.data.get("flow_providers")
        for flow in given if isinstance(given, Mapping) and self.flows else ():
            if flow not in self.flows:
                yield self.place(("flow_providers", flow), self._no_flow(flow), suggest(flow, self.flows), key=True)

    def _no_flow(self, name: str) -> str:
        return f"there is no flow {name!r} in {self.folder / self.text('flows')}"

    def _folders(self) -> Iterator[Problem]:
        flows = self.folder / self.text("flows")
        if not self.flows and not flows.is_dir():
            reason = f"{flows} is not a folder" if flows.exists() else f"there is no folder {flows}"
            yield self.place(("flows",), reason, "name the folder that holds the flows, relative to this file")
        for name in ("data_dir", "cache_dir"):
            folder = self.folder / self.text(name)
            if folder.exists() and not folder.is_dir():
                yield self.place((name,), f"{folder} is not a folder", "name a folder; it is made when needed")

    def _store(self) -> Iterator[Problem]:
        url, path = self.text("store", "url"), ("store", "url")
        parts = _split(url)
        fix = "write sqlite:///data/voiced.db or postgresql://user@host/name"
        if parts.scheme not in ("sqlite", "postgresql"):
            yield self.place(path, f"{parts.scheme!r} is not a kind of database that voiced knows", fix)
        elif parts.scheme == "sqlite" and (parts.netloc or len(parts.path) < 2):
            yield self.place(path, "this SQLite address names no file", fix)

    def _site(self) -> Iterator[Problem]:
        site = self.text("privacy", "site")
        if site and _split(site).scheme not in ("http", "https"):
            yield self.place(("privacy", "site"), f"{site!r} is not an address", "write it as https://example.fr")


def _split(url: str) -> SplitResult:
    """Return the parts of `url`, all empty when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a hint for someone who wrote `name` where one of `known` was wanted."""
    close = get_close_matches(name, list(known), n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there is {', '.join(known)}" if known else ""


def _international(key: str) -> str:
    """Return how to write a number that was written the French way."""
    digits = re.sub(r"[\s.\-()]", "", key)
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return f'write it as "+33{digits[1:]}"'
    return 'write "default", or a number such as "+33123456789"'
