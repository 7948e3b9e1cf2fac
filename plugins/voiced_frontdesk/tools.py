"""The two tools. What the caller asked for is written down before they are told that it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voiced.plugin import Effect, Host, Json, ProviderBadInput, ProviderRefused, ToolContext, ToolOutcome, ToolSpec
from voiced_frontdesk.book import Book

_TELEPHONE = {"type": "string", "description": "Numéro où rappeler ; sans lui, celui de l'appelant."}
_NAME = {"type": "string", "description": "Nom de l'appelant."}


class _Request:
    """What both tools do: check, write one line, return the reference."""

    spec: ToolSpec
    effect: Effect = "write"

    def __init__(self, book: Book, host: Host) -> None:
        self._book = book
        self._host = host

    async def _note(self, facts: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Write the request down once per idempotency key. Raises `ProviderRefused` when the disk does not take it."""
        if not context.idempotency_key:
            raise ProviderBadInput("a request needs an idempotency key", provider="frontdesk")
        entry = {"kind": self.spec.name, "at": self._host.now(), "call_id": context.call_id, **facts}
        try:
            reference = await self._host.offload(self._book.add, context.idempotency_key, entry)
        except OSError as error:
            reason = f"the request could not be written: {error.strerror}"
            hint = f"make {self._book.path} writable, and free space on its disk"
            raise ProviderRefused(reason, provider="frontdesk", hint=hint) from error
        self._host.log.info("request_noted", kind=self.spec.name, call_id=context.call_id, reference=reference)
        return ToolOutcome(ok=True, data={"reference": reference})


class AppointmentRequest(_Request):
    """Notes that a caller wants an appointment; a person confirms it later."""

    spec = ToolSpec(
        name="appointment_request",
        description="Note une demande de rendez-vous ; l'équipe rappelle pour confirmer.",
        parameters={
            "type": "object",
            "properties": {
                "name": _NAME,
                "moment": {"type": "string", "description": "Jour et heure souhaités, ensemble."},
                "day": {"type": "string", "description": "Jour souhaité, si l'heure est donnée à part."},
                "time": {"type": "string", "description": "Heure souhaitée."},
                "telephone": _TELEPHONE,
                "reason": {"type": "string", "description": "Motif du rendez-vous."},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
        examples=("Je voudrais prendre rendez-vous.", "Est-ce que je peux venir mardi à dix heures ?"),
    )

    @classmethod
    def for_host(cls, path: str, host: Host) -> AppointmentRequest:
        """Return the tool that writes to `path` below the host's data folder."""
        return cls(Book(host.data_dir / Path(path)), host)

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Note the request; ask for the day when there is none."""
        parts = (arguments.get("day", ""), arguments.get("time", ""))
        moment = arguments.get("moment", "") or " ".join(part for part in parts if part)
        if not moment:
            return ToolOutcome(ok=False, data={"missing": "moment"}, say="Quel jour vous conviendrait ?")
        facts = {
            "name": arguments["name"],
            "moment": moment,
            "telephone": arguments.get("telephone") or context.caller,
            "reason": arguments.get("reason", ""),
        }
        return await self._note(facts, context)


class TakeMessage(_Request):
    """Notes a message for the team."""

    spec = ToolSpec(
        name="take_message",
        description="Note un message pour l'équipe.",
        parameters={
            "type": "object",
            "properties": {
                "name": _NAME,
                "telephone": _TELEPHONE,
                "message": {"type": "string", "minLength": 1, "description": "Le message, tel qu'il a été dit."},
            },
            "required": ["message"],
            "additionalProperties": False,
        },
        examples=("Je voudrais laisser un message.", "Pouvez-vous lui dire de me rappeler ?"),
    )

    @classmethod
    def for_host(cls, path: str, host: Host) -> TakeMessage:
        """Return the tool that writes to `path` below the host's data folder."""
        return cls(Book(host.data_dir / Path(path)), host)

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Note the message."""
        facts = {
            "name": arguments.get("name", ""),
            "telephone": arguments.get("telephone") or context.caller,
            "message": arguments["message"],
        }
        return await self._note(facts, context)
