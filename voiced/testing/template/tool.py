"""Acme's tool: it says when the house is open. Put a real one in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from voiced.plugin import (
    HERE,
    Effect,
    Host,
    Json,
    PluginSpec,
    ProviderSpec,
    Tool,
    ToolContext,
    ToolOutcome,
    ToolSpec,
    hookimpl,
    option,
)

CLOSED = frozenset({"samedi", "dimanche"})


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    hours: Annotated[str, option("Opening hours, as they are said")] = "de neuf heures à dix-neuf heures"


class AcmeTool:
    """Implements `Tool`."""

    spec = ToolSpec(
        name="acme",
        description="Dit les horaires d'un jour de la semaine.",
        parameters={
            "type": "object",
            "properties": {"day": {"type": "string", "minLength": 1, "description": "Le jour, comme « mardi »."}},
            "required": ["day"],
            "additionalProperties": False,
        },
        examples=("Êtes-vous ouverts samedi ?", "Quels sont vos horaires mardi ?"),
    )
    effect: Effect = "read"

    def __init__(self, options: AcmeOptions, host: Host) -> None:
        self._options, self._host = options, host

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Say the hours; see `voiced.plugin.Tool`."""
        del context  # who asks; what writes uses its idempotency key
        day = str(arguments["day"]).lower()
        if day in CLOSED:
            return ToolOutcome(ok=True, data={"open": False}, say=f"Le {day}, nous sommes fermés.")
        say = f"Le {day}, nous sommes ouverts {self._options.hours}."
        return ToolOutcome(ok=True, data={"open": True, "hours": self._options.hours}, say=say)


def make(options: AcmeOptions, host: Host) -> Tool:
    """Build the tool. Import an SDK here: voiced looks at all installed plugins."""
    return AcmeTool(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin. The provider has the name of the tool."""
    about = "Says when the house is open"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("tool", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
