"""What a worker must be told to use the emulated vendors: settings, variables, and a project that has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from voiced.errors import BadInput, Problem
from voiced.lab.dev.vendors import Opened
from voiced.lab.dev.wishes import Vendor

CHOICES: Mapping[str, Mapping[str, Sequence[Vendor]]] = {
    "cloud": {
        "telco": ("twilio",),
        "stt": ("gladia", "speechmatics"),
        "llm": ("mistral", "openai"),
        "tts": ("elevenlabs", "acapela", "readspeaker"),
    },
    "europe": {
        "telco": ("vonage",),
        "stt": ("speechmatics", "gladia"),
        "llm": ("mistral", "openai"),
        "tts": ("acapela", "readspeaker", "elevenlabs"),
    },
}
"""Sets of providers by kind: the first, and those who stand in for it. Their names are those of `voiced demo`."""
ASTERISK = {"audiosocket": {"key": "${AUDIOSOCKET_KEY}"}}
"""A telephone system has nothing to ask: `voiced call` plays it, for who has `telco: audiosocket`."""
SETTINGS = "voiced.yaml"
VARIABLES = ".env"
HEAD = "# Keys of the emulated vendors of `voiced dev`: worth nothing anywhere else.\n"
ABOUT = "# The emulated vendors of `voiced dev`, and who stands in for whom. It must be running.\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker is told. `settings` is a part of `voiced.yaml`, `env` holds the keys that it names."""

    settings: Mapping[str, Any]
    env: Mapping[str, str]

    @property
    def fragment(self) -> str:
        """The settings as a part of `voiced.yaml`."""
        return _block(self.settings)

    @property
    def variables(self) -> str:
        """The variables as lines of `.env`."""
        return "".join(f"{name}={value}\n" for name, value in self.env.items())


def told(opened: Mapping[Vendor, Opened], choice: str) -> Told:
    """Return what a worker is told that uses the vendors of `choice` first."""
    chosen = CHOICES[choice]
    settings = {
        "providers": {kind: first for kind, (first, *_) in chosen.items()},
        "fallback": {kind: rest for kind, (_, *rest) in chosen.items() if rest},
        "plugins": {vendor: dict(each.options) for vendor, each in opened.items()} | ASTERISK,
    }
    env = {name: value for each in opened.values() for name, value in each.env.items()}
    return Told(settings, {**env, "AUDIOSOCKET_KEY": "dev-key"})


def project(files: Mapping[str, bytes], what: Told) -> dict[str, bytes]:
    """Return the files of the starting project `files`, changed so that it uses the emulated vendors."""
    text = files[SETTINGS].decode()
    plugins = {**yaml.safe_load(text)["plugins"], **what.settings["plugins"]}
    providers = {**yaml.safe_load(text)["providers"], **what.settings["providers"]}
    for part in (ABOUT, {"providers": providers, "fallback": what.settings["fallback"]}), ("", {"plugins": plugins}):
        text = _replaced(text, *part)
    return {**files, SETTINGS: text.encode(), VARIABLES: (HEAD + what.variables).encode()}


def _replaced(text: str, about: str, parts: Mapping[str, Any]) -> str:
    """Return the settings with the first of `parts`, and what is said right above it, replaced by all of them."""
    old = rf"(?m)(?:^#.*\n)*^{next(iter(parts))}:\n(?:^ .*\n)+"
    made, count = re.subn(old, lambda _: about + _block(parts), text)
    assert count == 1, "the starting project has each part once"
    return made


def _block(parts: Mapping[str, Any]) -> str:
    return yaml.safe_dump(parts, allow_unicode=True, sort_keys=False, width=120)


def refuse_old(folder: Path, names: Collection[str]) -> None:
    """Raise `BadInput` when one of the files is there already."""
    there = [name for name in (*names, VARIABLES) if (folder / name).exists()]
    if there:
        more = ", ..." if len(there) > 3 else ""
        fix = "give another folder, or --force to write over them"
        raise BadInput([Problem(str(folder), 0, 0, f"has {', '.join(there[:3])}{more} already", fix)])


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, over those that are there. Raises `BadInput` where it cannot."""
    try:
        for name, content in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch(0o600 if name == VARIABLES else 0o644)
            place.write_bytes(content)
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise BadInput([Problem(str(folder), 0, 0, reason, "give another folder")]) from error
