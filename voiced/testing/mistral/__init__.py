"""Mistral's chat completions on this machine, and those of OpenAI and what copies it.

emulator = Mistral([Reply("Bien sûr.", calls=(Call("creneaux", {"jour": "mardi"}),))])
async with running(emulator) as served:
...  # the API is at f"{served.url}/v1"; `emulator.journal` tells what came in
"""

from voiced.testing.mistral.checklist import CHECKLIST
from voiced.testing.mistral.judge import House
from voiced.testing.mistral.local import by_llm
from voiced.testing.mistral.manner import OPENAI, SMALL, Faults, Latency, Manner
from voiced.testing.mistral.rules import rules
from voiced.testing.mistral.script import Brain, Call, ChatRequest, Reply
from voiced.testing.mistral.server import Exchange, Mistral, running
from voiced.testing.mistral.voxtral import Voxtral

__all__ = [
    "CHECKLIST", "OPENAI", "SMALL", "Brain", "Call", "ChatRequest", "Exchange", "Faults", "House", "Latency", "Manner",
    "Mistral", "Reply", "Voxtral", "by_llm", "rules", "running",
]  # fmt: skip
