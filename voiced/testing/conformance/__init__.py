"""The conformance kit: for each kind of provider a check that tries everything its contract promises.

A check takes a factory: an async context manager that builds the provider, with what makes it hear, speak or answer.
It runs the loop itself, on a virtual clock: call it from a plain function, under any test runner.
"""

from voiced.testing.conformance.check_llm import check_llm
from voiced.testing.conformance.check_stt import check_stt
from voiced.testing.conformance.check_telco import check_telco
from voiced.testing.conformance.check_tool import check_tool
from voiced.testing.conformance.check_tts import check_tts
from voiced.testing.conformance.check_vad import VadRig, check_vad
from voiced.testing.conformance.faults import FAULTS
from voiced.testing.conformance.llm import LlmRig
from voiced.testing.conformance.promises import NotConforming, Unkept
from voiced.testing.conformance.stt import SttRig
from voiced.testing.conformance.telco import Account, TelcoRig
from voiced.testing.conformance.tool import ToolRig
from voiced.testing.conformance.tts import TtsRig

__all__ = [
    "FAULTS", "Account", "LlmRig", "NotConforming", "SttRig", "TelcoRig", "ToolRig", "TtsRig", "Unkept", "VadRig",
    "check_llm", "check_stt", "check_telco", "check_tool", "check_tts", "check_vad",
]  # fmt: skip
