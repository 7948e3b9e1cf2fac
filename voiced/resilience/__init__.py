"""What keeps calls going while providers fail: breakers, and chains of providers that stand in for each other.

A chain implements the contract of its kind, so that a call does not know how many providers answer it.
"""

from voiced.resilience.account import Allowance
from voiced.resilience.breaker import Limits
from voiced.resilience.breakers import Breakers
from voiced.resilience.carrier import Carrier
from voiced.resilience.link import Link
from voiced.resilience.llm import LlmChain
from voiced.resilience.probe import keep_probing, probe
from voiced.resilience.stt import SttChain
from voiced.resilience.tool import GuardedTool
from voiced.resilience.tts import TtsChain

__all__ = [
    "Allowance", "Breakers", "Carrier", "GuardedTool", "Limits", "Link", "LlmChain", "SttChain", "TtsChain",
    "keep_probing", "probe",
]  # fmt: skip
