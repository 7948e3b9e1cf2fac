"""The system prompt that a language model gets: who it is, how it speaks on the phone, what it may state."""

from __future__ import annotations

from voiced.dialog.flow import Step
from voiced.dialog.hours import JOURS
from voiced.dialog.state import Facts

MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip

RULES = (
    "Tu parles au téléphone, en français, en une ou deux phrases courtes, sans liste ni mise en forme. "
    "N'affirme que ce que les faits ci-dessous ou les outils te disent ; sinon, dis que tu ne sais pas. "
    "Quand la demande correspond à l'un des outils, appelle cet outil au lieu de répondre."
)

FACTS = "Faits :"
"""Before the facts that may be stated, one a line."""


def system_prompt(persona: str, step: Step, facts: Facts, statements: tuple[str, ...]) -> str:
    """Return the system prompt of a step."""
    now = facts.now
    today = f"Nous sommes {JOURS[now.weekday()]} {now.day} {MOIS[now.month - 1]} {now.year}, il est {now:%H:%M}."
    own = step.llm.prompt if step.llm else ""
    asked = f"La question posée est : {step.ask}" if step.ask else ""
    known = f"{FACTS}\n" + "\n".join(f"- {statement}" for statement in statements) if statements else ""
    return "\n\n".join(part for part in (persona, own, RULES, today, asked, known) if part)
