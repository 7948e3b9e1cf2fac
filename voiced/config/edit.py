"""Changing the operator's files by program: for the administration and the command line.

Only what changes is written; comments, order and style of the rest stay. What is written is judged before as a whole,
as a reload would judge it, so that no program ever leaves files that are not valid. Secrets and what an environment
variable decides cannot be changed here.

Everything blocks for some ten milliseconds, and raises `BadInput` with the places of all that is wrong. A form shows
a file together with its `digest`, and gives that back as `base` when it saves.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiced.config.bundle import Bundle, content_of, name_of, read_bundle
from voiced.config.catalogue import Plugins
from voiced.config.environment import Environment, environment
from voiced.config.files import write_files
from voiced.config.flags import FLAGS
from voiced.config.history import History
from voiced.config.judge import Project, judge
from voiced.config.reader import examine
from voiced.errors import BadInput, Problem
from voiced.yamlfile import Path as Keys
from voiced.yamlfile import loads, splice


@dataclass(frozen=True, slots=True)
class Draft:
    """A file with its changes, judged and found good, but not written yet."""

    path: Path
    before: bytes
    after: bytes
    project: Project
    """The configuration as it will be."""

    @property
    def text(self) -> str:
        """Return the file as it will be."""
        return self.after.decode("utf-8-sig")


def digest(content: bytes) -> str:
    """Return what tells one content of a file from another: 12 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:12]


def edit(file: Path, changes: Mapping[str, Any], env: Mapping[str, str], plugins: Plugins) -> Draft:
    """Return the settings in `file` with each dotted name set to its value, or `DELETE`d: then the default holds.

    `env` is the process's environment. A value is what YAML would say: true, 30, "text", lists and mappings.
    """
    paths: dict[Keys, Any] = {tuple(name.split(".")): value for name, value in changes.items()}
    decided = list(_decided(paths, environment(env, file.parent / ".env")))
    if decided:
        raise BadInput(decided)
    before = content_of(file)
    after = _spliced(before, str(file), paths)
    alone = examine(file, env, plugins, Bundle.of({file.name: after}))  # it says where the flows will be
    bundle = read_bundle(file, alone.flows).changed({file.name: after})
    return Draft(file, before, after, _good(file, env, plugins, bundle))


def edit_flow(file: Path, flow: str, changes: Mapping[Keys, Any], env: Mapping[str, str], plugins: Plugins) -> Draft:
    """Return the flow named `flow`, of the configuration `file`, with the value at each path changed.

    A path is such as `("steps", "consentement", "consent", "ask")`. A long text is folded into lines.
    """
    path = flow_file(file, flow, env, plugins)
    before = content_of(path)
    after = _spliced(before, str(path), changes)
    bundle = read_bundle(file, path.parent).changed({name_of(path, file.parent): after})
    return Draft(path, before, after, _good(file, env, plugins, bundle))


def flow_file(file: Path, flow: str, env: Mapping[str, str], plugins: Plugins) -> Path:
    """Return the file of the flow named `flow`. Raises `BadInput` when there is none."""
    reading = examine(file, env, plugins)
    known = {path.stem: path for path in (reading.bundle.flows(file.parent, reading.flows) if reading.bundle else ())}
    if flow not in known:
        raise BadInput(reading.problems or [Problem(str(reading.flows), 0, 0, f"there is no flow {flow!r} here")])
    return known[flow]


def save(draft: Draft, *, author: str, reason: str = "", base: str = "") -> str:
    """Write `draft`, and leave word of author and reason for the history; return the version that is there now.

    `base` is the digest of the file as its editor saw it. Refused when someone else has changed the file since.
    """
    history = History(draft.project.settings.data_dir / "config")
    version = draft.project.bundle.version
    if base and digest(draft.before) != base:
        raise _changed_since(draft.path)
    if draft.after == draft.before:
        return version
    with history.lock():
        if content_of(draft.path) != draft.before:
            raise _changed_since(draft.path)
        history.note(version, author, reason)
        write_files({draft.path: draft.after})
    return version


def rollback(
    history: History,
    file: Path,
    version: str,
    env: Mapping[str, str],
    plugins: Plugins,
    *,
    author: str,
    reason: str = "",
    force: bool = False,
) -> str:
    """Write the files of a recorded version over those of the configuration `file`; return the whole name of it.

    Refused when that version is not valid any more (a plugin that is gone), or when the files now there never took
    effect and would be lost: unless by `force`.
    """
    bundle = history.bundle(version)
    if not force:
        _good(file, env, plugins, bundle)
    flows = examine(file, env, plugins).flows
    history.note(bundle.version, author, reason or f"back to {bundle.version}")
    return history.restore(bundle.version, file, flows, force=force).version


def _decided(paths: Mapping[Keys, Any], variables: Environment) -> list[Problem]:
    """Return a problem for each change of a setting that an environment variable decides."""
    return [
        variables.problem(
            flag, f"decides over {'.'.join(setting)}, so the file's value would change nothing", "unset it"
        )
        for path in paths
        for flag, setting in FLAGS.items()
        if variables.get(flag) and (setting[: len(path)] == path or path[: len(setting)] == setting)
    ]


def _spliced(content: bytes, file: str, changes: Mapping[Keys, Any]) -> bytes:
    loads(content, file)  # what is not valid is said before it is decoded
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return mark + splice(content.decode("utf-8-sig"), file, changes).encode()


def _good(file: Path, env: Mapping[str, str], plugins: Plugins, bundle: Bundle) -> Project:
    judged = judge(file, env, plugins, bundle)
    if judged.project is None:
        raise BadInput(judged.problems)
    return judged.project


def _changed_since(path: Path) -> BadInput:
    fix = "look at what it says now, and change that"
    return BadInput([Problem(str(path), 0, 0, "someone else has changed this file in the meantime", fix)])
