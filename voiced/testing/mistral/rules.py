"""A model of a few rules, for calls without a script: it takes the tool that shares most words with the caller."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.testing.mistral.script import Call, ChatRequest, Reply

LOST = "Pouvez-vous me donner plus de détails ?"
DONE = "C'est noté."


def rules(request: ChatRequest) -> Reply:
    """Speak of what a tool gave; else choose the tool that the caller's words fit best; else have not understood."""
    last = request.messages[-1]
    if last["role"] == "tool":
        return Reply(_said(str(last["content"])))
    words = _words(str(last["content"]))
    offered = {name: function for name, function in request.tools.items() if name != NOT_UNDERSTOOD}
    scores = {name: len(words & _about(function)) for name, function in offered.items()}
    best = max(scores, key=lambda name: scores[name], default="")
    if best and scores[best]:
        properties = request.tools[best].get("parameters", {}).get("properties", {})
        return Reply(calls=(Call(best, dict.fromkeys(properties, str(last["content"]))),))
    if NOT_UNDERSTOOD in request.tools:
        return Reply(calls=(Call(NOT_UNDERSTOOD),))
    return Reply(LOST)


def _said(result: str) -> str:
    try:
        data = json.loads(result)
    except ValueError:
        return result
    return str(data.get("say") or DONE) if isinstance(data, Mapping) else DONE


def _about(function: Mapping[str, Any]) -> set[str]:
    return _words(f"{function['name']} {function.get('description', '')}")


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return {word for word in re.findall(r"[a-z]+", plain) if len(word) > 3}
