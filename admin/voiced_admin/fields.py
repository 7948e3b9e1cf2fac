"""The settings that the panel edits, as fields of a form: pure, from what the files say to what a form wants changed.

A field is closed where the file is not what decides: an environment variable does, as a flag over the file or by
`${NAME}` in it. What each setting means is written once, in the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from voiced.config.catalogue import Plugins, providers
from voiced.config.judge import Project
from voiced.config.schema import VARIABLE, Schema, child, schema
from voiced.config.settings import RESTART, Settings
from voiced.plugin import Kind

Widget = Literal["choice", "order", "text", "number", "switch"]

SECTIONS: Mapping[str, Mapping[str, tuple[str, Widget]]] = {
    "Fournisseurs": {
        "providers.stt": ("Reconnaissance de la parole", "choice"),
        "fallback.stt": ("Remplaçants pour la reconnaissance", "order"),
        "providers.llm": ("Modèle", "choice"),
        "fallback.llm": ("Remplaçants pour le modèle", "order"),
        "providers.tts": ("Voix", "choice"),
        "fallback.tts": ("Remplaçants pour la voix", "order"),
        "providers.telco": ("Opérateur téléphonique", "choice"),
    },
    "Entreprise et données": {
        "privacy.company": ("Entreprise", "text"),
        "privacy.site": ("Page sur les données", "text"),
        "privacy.data_ttl_days": ("Durée de conservation, en jours", "number"),
        "privacy.recording_enabled": ("Enregistrement des appels", "switch"),
    },
}
"""Section -> setting -> its name for readers, and how it is entered."""

OFFERS = "Voix et modèles"
OFFERED: Mapping[str, str] = {
    "plugins.elevenlabs.voice": "Voix d’ElevenLabs",
    "plugins.elevenlabs.model": "Modèle d’ElevenLabs",
    "plugins.mistral.model": "Modèle de Mistral",
}
"""Options of plugins that are switched on, of which the vendor has a list: setting -> its name for readers."""

LONGEST_ORDER = 3
"""Stand-ins that the form has room for."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in the form."""

    name: str
    label: str
    widget: Widget
    value: Any
    about: str
    """What it is, in the schema's own words."""
    decided_by: str = ""
    """The environment variable that decides it; "" when the file does."""
    choices: Sequence[str] = ()
    limits: Mapping[str, Any] | None = None
    restart: bool = False
    """It takes effect at the next start only."""
    offered: bool = False
    """The vendor has a list of what it may be."""

    @property
    def places(self) -> int:
        """Return how many stand-ins can be entered."""
        return min(LONGEST_ORDER, max(len(self.choices), len(self.value)))


@dataclass(frozen=True, slots=True)
class Text:
    """A question for consent, in the flow that asks it."""

    key: str
    """Its name in the form."""
    flow: str
    file: str
    """The flow's name in the configuration's bundle."""
    step: str
    part: Literal["ask", "again"]
    value: str


def fields(project: Project, written: Any) -> dict[str, list[Field]]:
    """Return the form's fields by section; `written` is the data of voiced.yaml as it stands there."""
    whole = schema(project.plugins)
    offered = {name: label for name, label in OFFERED.items() if name.split(".")[1] in project.settings.plugins}
    sections = {**SECTIONS, OFFERS: {name: (label, "text") for name, label in offered.items()}}
    return {
        section: [
            _field(name, label, widget, project, whole, written)
            for name, (label, widget) in entries.items()
        ]
        for section, entries in sections.items()
        if entries
    }  # fmt: skip


def _field(name: str, label: str, widget: Widget, project: Project, whole: Schema, written: Any) -> Field:
    node = reduce(child, name.split("."), whole)
    return Field(
        name,
        label,
        widget,
        value_of(project.settings, name),
        node.get("description", ""),
        project.settings.overridden.get(name) or _variable(written, name),
        _choices(project.plugins, name) if widget in ("choice", "order") else (),
        {key: node[key] for key in ("minimum", "maximum") if key in node},
        bool(node.get(RESTART)),
        name in OFFERED,
    )


def value_of(settings: Settings, name: str) -> Any:
    """Return the setting of that dotted name; lists as tuples."""
    return reduce(_part, name.split("."), settings)


def _part(whole: Any, key: str) -> Any:
    return whole[key] if isinstance(whole, Mapping) else getattr(whole, key)


def _variable(written: Any, name: str) -> str:
    """Return the variable that stands in the file in this setting's place."""
    for key in name.split("."):
        written = written.get(key) if isinstance(written, Mapping) else None
    match = VARIABLE.match(written) if isinstance(written, str) else None
    return match[1] if match else ""


def _choices(plugins: Plugins, name: str) -> list[str]:
    kind: Kind = name.partition(".")[2]  # type: ignore[assignment]  # the names above end in kinds
    return list(providers(plugins, kind))


def wanted(shown: Sequence[Field], form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what a sent form changes: dotted name -> new value, typed. What it does not hold stays as it is.

    A number that is none comes back as text, for whoever checks values to refuse with a reason.
    """
    read: dict[Widget, Callable[[Sequence[str]], Any]] = {
        "choice": _last,
        "text": _last,
        "number": _number,
        "switch": lambda given: _last(given) == "on",
        "order": lambda given: list(dict.fromkeys(name for name in given if name)),
    }
    changes = {}
    for field in shown:
        if field.decided_by or field.name not in form:
            continue
        value = read[field.widget](form[field.name])
        if value != (list(field.value) if field.widget == "order" else field.value):
            changes[field.name] = value
    return changes


def _last(given: Sequence[str]) -> str:
    return given[-1].strip()


def _number(given: Sequence[str]) -> int | str:
    text = _last(given)
    return int(text) if text.isascii() and text.isdigit() else text


def texts(project: Project) -> list[Text]:
    """Return the questions for consent of the flows that numbers lead to."""
    reached = dict.fromkeys(number.flow for number in project.settings.numbers.values())
    return [text for name in reached for text in _texts_of(project, name)]


def _texts_of(project: Project, name: str) -> list[Text]:
    file = next((file for file in project.bundle.files if file.rpartition("/")[2] == f"{name}.yaml"), "")
    flow = project.flows.get(name)
    found = []
    for step, asked in flow.steps.items() if flow else ():
        for part in ("ask", "again"):
            value = getattr(asked.consent, part, None) if asked.consent else None
            if isinstance(value, str) and value:
                found.append(Text(f"text.{name}.{step}.{part}", name, file, step, part, value))
    return found


def reworded(shown: Sequence[Text], form: Mapping[str, Sequence[str]]) -> dict[Text, str]:
    """Return the texts that a sent form changes. Lines are joined: they are spoken, and a form wraps them."""
    given = {text: " ".join(form[text.key][-1].split()) for text in shown if text.key in form}
    return {text: words for text, words in given.items() if words != " ".join(text.value.split())}
