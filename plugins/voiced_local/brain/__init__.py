"""The embedded brain: an `Llm` that chooses among a request's tools and facts, and never invents a sentence."""

from __future__ import annotations

from voiced.plugin.host import Host
from voiced.plugin.llm import Llm


def make_brain(_options: object, host: Host) -> Llm:
    """Make the brain; cheap, it learns a set of tools when it first meets it. It has no options."""
    from voiced_local.brain.brain import Brain  # noqa: PLC0415 - numpy and the data are loaded when the brain is used

    return Brain(host)
