"""Changes to settings and flows together: drafted and judged as one configuration, written in one go."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiced.config.bundle import Bundle, diff, read_bundle
from voiced.config.files import write_files
from voiced.config.history import History
from voiced.config.judge import Project, judge
from voiced.errors import BadInput
from voiced.yamlfile import Path as Keys
from voiced.yamlfile import splice
from voiced_admin.fields import Text
from voiced_admin.house import House


@dataclass(frozen=True, slots=True)
class Draft:
    """A configuration that is not written yet, found good."""

    project: Project
    """As it would be."""
    base: Bundle
    """As it is."""

    @property
    def diff(self) -> str:
        """Return what would change; "" when nothing would."""
        return diff(self.base, self.project.bundle)


def draft(house: House, now: Project, settings: Mapping[str, Any], texts: Mapping[Text, str]) -> Draft:
    """Return the configuration `now` with `settings` (dotted name -> value) and `texts` changed.

    Comments and order stay. Blocks for some ten milliseconds. Raises `BadInput` with all that is wrong with the result.
    """
    changes: dict[str, dict[Keys, Any]] = {}
    for name, value in settings.items():
        changes.setdefault(house.file.name, {})[tuple(name.split("."))] = value
    for text, words in texts.items():
        changes.setdefault(text.file, {})["steps", text.step, "consent", text.part] = words
    contents = {name: _spliced(now.bundle.files[name], name, paths) for name, paths in changes.items()}
    judged = judge(house.file, house.env, house.plugins, now.bundle.changed(contents))
    if judged.project is None:
        raise BadInput(judged.problems)
    return Draft(judged.project, now.bundle)


def save(house: House, drafted: Draft, author: str, reason: str) -> bool:
    """Write what the draft changes, with a note for the history; False: the files are others by now."""
    settings, wanted = drafted.project.settings, drafted.project.bundle
    history = history_of(house)
    with history.lock():
        if read_bundle(house.file, settings.flows).version != drafted.base.version:
            return False
        history.note(wanted.version, author, reason)
        write_files({
            Path(house.file.parent / name): content
            for name, content in wanted.files.items()
            if drafted.base.files.get(name) != content
        })  # fmt: skip
    return True


def history_of(house: House) -> History:
    """Return the history of the configuration."""
    return History(house.settings.data_dir / "config")


def _spliced(content: bytes, name: str, paths: Mapping[Keys, Any]) -> bytes:
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return mark + splice(content.decode("utf-8-sig"), name, paths).encode()
