"""What the account has, in JSON or XML. How the lists are called is open: `Account.wrapper`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from voiced.plugin import WebResponse
from voiced.testing.readspeaker.house import House
from voiced.testing.readspeaker.sound import events

Rows = Sequence[Mapping[str, object]]


def listing(command: str, fields: Mapping[str, str], house: House, accept: str) -> WebResponse:
    """Return the answer to a command that only tells something."""
    name, rows = house.account.wrapper or command, _rows(command, fields, house)
    if "json" in accept:
        return WebResponse(200, json.dumps({name: rows}).encode(), "application/json")
    return WebResponse(200, _xml(name, rows).encode(), "application/xml")


def _rows(command: str, fields: Mapping[str, str], house: House) -> Rows:
    account = house.account
    if command == "voiceinfo":
        return [
            {"language": language, "voice": voice, "gender": "female" if voice in {"Roxane", "Elise-DNN"} else "male"}
            for language, voices in account.voices.items()
            for voice in voices
        ]
    if command == "credits":
        return [{"amount": account.credit - house.spent, "unit": "characters"}]
    if command == "statistics":
        return [{"characters": house.spent, "requests": len(house.journal.asked)}]
    return events(fields.get("text", ""))


def _xml(name: str, rows: Rows) -> str:
    def item(row: Mapping[str, object]) -> str:
        return "<item " + " ".join(f"{name}={quoteattr(str(value))}" for name, value in row.items()) + "/>"

    return f'<?xml version="1.0" encoding="utf-8"?><{name}>{"".join(map(item, rows))}</{name}>'
