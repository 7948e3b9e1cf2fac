"""Reads `voiced.yaml`: strictly, with every fault reported at once, each at its file, line and column.

The file is loaded, `${ENV_NAME}` filled in, the flags of the environment put over it, all of it checked against the
schema and the rules, and turned into `Settings`. A fault in a plugin's options is also that plugin's status.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field, structs

from voiced import yamlfile
from voiced.config.bundle import Bundle, content_of, read_bundle
from voiced.config.catalogue import Plugins, Status, specs
from voiced.config.environment import Environment, environment
from voiced.config.flags import override
from voiced.config.location import outside
from voiced.config.rules import Rules
from voiced.config.schema import options_schema, schema
from voiced.config.settings import Settings, Store, WrittenSettings
from voiced.config.substitute import Path as Keys
from voiced.config.substitute import Substitution, dotted
from voiced.errors import BadInput, Problem
from voiced.plugin import PluginSpec

_PASSWORD = re.compile(r"[a-z0-9+]+://[^/@]*:[^/@]+@")


class Reading(Struct, frozen=True):
    """What came of reading the file. `settings` is None exactly when there are problems."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    flows: Path
    """The folder of the flows as far as it could be read, so that they can be checked at the same time."""
    bundle: Bundle | None = None
    """The files that were read, settings and flows; None when one of them could not be."""
    enabled: tuple[str, ...] = ()
    """Plugins that the file switches on, and those of every provider that it names."""
    plugin_faults: Mapping[str, tuple[Status, str]] = field(default_factory=dict)
    """What is wrong with a plugin's options, by plugin."""


def read_settings(path: Path, env: Mapping[str, str], plugins: Plugins) -> Settings:
    """Return the settings in the file `path`. `env` is the process's environment.

    Raises `BadInput` with all problems found. Blocks on the disk for some ten milliseconds.
    """
    reading = examine(path, env, plugins)
    if reading.settings is None:
        raise BadInput(reading.problems)
    return reading.settings


def examine(path: Path, env: Mapping[str, str], plugins: Plugins, bundle: Bundle | None = None) -> Reading:
    """Read the file `path` as far as it goes; never raises on what the operator wrote.

    With `bundle`, its files are read instead of those on the disk: one that was recorded, or one that is to be written.
    """
    variables = environment(env, path.parent / ".env")
    try:
        content = content_of(path) if bundle is None else _settings_in(bundle, path)
        document = yamlfile.loads(content, str(path))
    except BadInput as error:
        return Reading(None, (*error.problems, *variables.problems), path.parent / "flows")
    reading = _Draft(path, document, variables, plugins, bundle).read()
    if bundle is None and reading.bundle is not None and reading.bundle.files[path.name] != content:
        return examine(path, env, plugins, reading.bundle)  # someone wrote the file in the meantime
    return reading


def _settings_in(bundle: Bundle, path: Path) -> bytes:
    if path.name not in bundle.files:
        raise BadInput([Problem(str(path), 0, 0, f"version {bundle.version} has no {path.name}")])
    return bundle.files[path.name]


def _named(data: Any) -> Container[str]:
    """Return the plugins that the file gives options to."""
    written = data.get("plugins") if isinstance(data, dict) else None
    return written if isinstance(written, dict) else ()


class _Draft:
    """One file on its way to settings."""

    def __init__(
        self,
        path: Path,
        document: yamlfile.Document,
        variables: Environment,
        plugins: Plugins,
        bundle: Bundle | None,
    ) -> None:
        self.bundle = bundle
        self.path = path
        self.document = document
        self.variables = variables
        self.plugins = plugins
        self.schema = schema(plugins, only=_named(document.data))
        self.overridden: dict[str, str] = {}
        self.problems: list[Problem] = list(variables.problems)
        self.plugin_problems: dict[str, list[Problem]] = {}

    def read(self) -> Reading:
        """Go through all the stages, as far as each makes sense."""
        if not isinstance(self.document.data, dict):
            return self._nothing()
        filling = Substitution(self.variables, self._place)
        self.problems += self._password()
        data = filling.run(self.document.data, self.schema)
        self.overridden, faults = override(data, self.schema, self.variables)
        self.document = replace(self.document, data=data)
        rules = self._rules(data)
        unlisted = self._outside_plugins()
        if not isinstance(data.setdefault("plugins", {}), dict):
            data["plugins"] = {}  # its fault was found by now
        enabled = rules.enabled()
        options = {name: self._options(name, spec) for name, spec in specs(self.plugins).items() if name in enabled}
        self.problems += filling.problems + faults
        self.problems += _elsewhere([*unlisted, *rules.problems(), *self._in_plugins()], filling.problems)
        self.problems += outside(data, self.plugins, options, rules.active(), self._place)
        return Reading(
            None if self.problems else self._settings(options, filling),
            tuple(sorted(dict.fromkeys(self.problems), key=lambda problem: (problem.file, problem.line))),
            self.path.parent / rules.text("flows"),
            self.bundle,
            tuple(enabled),
            {name: ("option_error", str(faults[0])) for name, faults in self.plugin_problems.items()},
        )

    def _rules(self, data: dict[str, Any]) -> Rules:
        """Return the rules for `data`; the flows are read by now, or a problem says why they could not be."""
        rules = Rules(data, self.schema, self.plugins, self.path.parent, self._place)
        flows = self.path.parent / rules.text("flows")
        try:
            self.bundle = self.bundle or read_bundle(self.path, flows)
        except BadInput as error:
            self.problems += error.problems
            return rules
        return structs.replace(rules, flows=sorted(file.stem for file in self.bundle.flows(self.path.parent, flows)))

    def _place(self, path: Keys, reason: str, fix: str = "", *, key: bool = False) -> Problem:
        """Return a problem with the setting at `path`: where the file states it, or the variable that decides it."""
        if dotted(path) in self.overridden:
            return self.variables.problem(self.overridden[dotted(path)], reason, fix)
        return self.document.problem(path, reason, fix, key=key)

    def _nothing(self) -> Reading:
        reason = "the file is empty" if self.document.data is None else "the file is not a mapping of settings"
        problem = Problem(str(self.path), 1, 1, reason, "`voiced init` writes one to start from")
        return Reading(None, (problem, *self.problems), self.path.parent / "flows")

    def _password(self) -> list[Problem]:
        """Refuse a password that stands in the database's address; runs before variables are filled in."""
        store = self.document.data.get("store")
        url = store.get("url") if isinstance(store, dict) else None
        if not isinstance(url, str) or not _PASSWORD.match(url):
            return []
        fix = "put the whole address into .env or the environment, and write ${ITS_NAME} here"
        return [self._place(("store", "url"), "store/url: a password may not be written into this file", fix)]

    def _outside_plugins(self) -> list[Problem]:
        """Check everything but the plugins' options; an unknown plugin is found here."""
        sections = dict(self.schema["properties"])
        sections["plugins"] = sections["plugins"] | {"properties": {name: {} for name in self.plugins}}
        return yamlfile.validate(self.document, self.schema | {"properties": sections})

    def _options(self, name: str, spec: PluginSpec) -> object:
        """Return the options of a plugin, or None when `plugin_problems` now says what is wrong with them."""
        self.document.data["plugins"].setdefault(name, {})
        here = {"properties": {"plugins": {"properties": {name: options_schema(spec.options, spec.about)}}}}
        problems = yamlfile.validate(self.document, here)
        try:
            if not problems:
                return msgspec.convert(self.document.data["plugins"][name], spec.options)
        except (msgspec.ValidationError, ValueError, TypeError) as error:
            problems = [self._place(("plugins", name), f"{name}: {error}", key=True)]
        self.plugin_problems[name] = problems
        return None

    def _in_plugins(self) -> list[Problem]:
        return [problem for problems in self.plugin_problems.values() for problem in problems]

    def _settings(self, options: Mapping[str, object], filling: Substitution) -> Settings:
        assert self.bundle is not None  # its absence is a problem
        written = msgspec.convert(self.document.data | {"plugins": {}}, WrittenSettings)
        same = structs.asdict(written)
        folder = self.path.absolute().parent
        paths = {name: folder / getattr(written, name) for name in ("flows", "data_dir", "cache_dir")}
        server = structs.replace(written.server, public_url=written.server.public_url.rstrip("/"))
        made = {"server": server, "plugins": options, "store": _resolved(written.store, folder)}
        return Settings(
            **(same | paths | made),
            file=self.path.absolute(),
            overridden=self.overridden,
            unset=filling.unset,
            stated=frozenset(filling.stated),
            version=self.bundle.version,
        )


def _elsewhere(problems: Iterable[Problem], reported: Iterable[Problem]) -> list[Problem]:
    """Return `problems` without those at a place that is among `reported`: they only follow from those."""
    places = {(problem.line, problem.column) for problem in reported}
    return [problem for problem in problems if not problem.line or (problem.line, problem.column) not in places]


def _resolved(store: Store, folder: Path) -> Store:
    """Make the path of a SQLite database absolute: `sqlite:///data/x.db` is relative, `sqlite:////x.db` is not."""
    scheme, _, path = store.url.partition(":///")
    return Store(f"sqlite:///{folder / path}") if scheme == "sqlite" else store
