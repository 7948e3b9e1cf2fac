"""What callers say that no route answers, from `background.fr.yaml`: it teaches the brain what to leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from voiced_local.brain.words import clean


@dataclass(frozen=True, slots=True)
class Background:
    """Sentences by family, cleaned."""

    elsewhere: Mapping[str, tuple[str, ...]]
    """Nobody's business here."""
    requests: Mapping[str, tuple[str, ...]]
    """What other businesses are asked to do."""
    questions: Mapping[str, tuple[str, ...]]
    """What other businesses are asked to tell."""

    @property
    def sentences(self) -> list[str]:
        """Every sentence of the background."""
        parts = (self.elsewhere, self.requests, self.questions)
        return [sentence for part in parts for family in part.values() for sentence in family]


@cache
def background() -> Background:
    """Return the packaged background."""
    text = files("voiced_local.brain").joinpath("background.fr.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast, and as safe
    parts = {part: {name: tuple(map(clean, rows)) for name, rows in data[part].items()} for part in data}
    return Background(parts["elsewhere"], parts["requests"], parts["questions"])
