"""Providers that implement the contracts in virtual time: they hear, speak and think by a script, not by a model.

Their sound spells its text (`spelling`), so that what was really heard can be read off the line, character by
character, at both its ends.
"""

from voiced.testing.fakes.ears import Recognised, ScriptedStt, ScriptedVad
from voiced.testing.fakes.host import FakeHost, Memo, Notes
from voiced.testing.fakes.leg import PlainLeg
from voiced.testing.fakes.mouth import ScriptedTts
from voiced.testing.fakes.spelling import Reader, canonical, noise, spell
from voiced.testing.fakes.thought import ScriptedLlm, ScriptedTool, ToolUsed

__all__ = [
    "FakeHost", "Memo", "Notes", "PlainLeg", "Reader", "Recognised", "ScriptedLlm", "ScriptedStt", "ScriptedTool",
    "ScriptedTts", "ScriptedVad", "ToolUsed", "canonical", "noise", "spell",
]  # fmt: skip
