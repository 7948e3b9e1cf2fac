"""What callers are told and asked: the flows that answer a number, and their consent text.

The law wants callers to know that a machine speaks and for whom, what is kept and for how long, and how to refuse, to
change their minds and to reach a person (GDPR art. 7 and 13, AI Act art. 50). Only a person can judge the words; that
some are there can be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from voiced.config.catalogue import Plugins, providers, specs
from voiced.config.reader import Reading
from voiced.config.settings import Settings, flow_constants
from voiced.dialog.flow import Flow
from voiced.dialog.phrase import texts
from voiced.dialog.reader import read_flows
from voiced.dialog.render import fill
from voiced.errors import BadInput
from voiced.preflight.finding import Finding, told

MACHINE = re.compile(r"intelligence artificielle|automatique|automatisé|virtuel|robot", re.IGNORECASE)
HOW_LONG = re.compile(r"\b\d+\s+(?:jours?|semaines?|mois|ans?)\b", re.IGNORECASE)


def look_at_flows(plugins: Plugins, reading: Reading) -> Iterator[Finding]:
    """Say what is wrong with the flows, and what those that answer a number leave unsaid."""
    if not reading.flows.is_dir():
        return  # the settings said so
    settings, tools = reading.settings, None
    if settings is not None and specs(plugins):  # else nobody knows which plugins are on
        tools = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in reading.enabled]
    constants = flow_constants(settings) if settings else dict.fromkeys(("company", "site", "retention"), "")
    try:
        flows = read_flows(reading.flows, constants, tools)
    except BadInput as error:
        yield from (told(problem, "flows") for problem in error.problems)
        return
    yield Finding("ok", "flows", ", ".join(sorted(flows)))
    if settings is not None:
        for name in sorted({number.flow for number in settings.numbers.values()}):
            yield from _consent(settings, name, flows[name])
        yield from _privacy(settings)


def _consent(settings: Settings, name: str, flow: Flow) -> Iterator[Finding]:
    questions = [step.consent.ask for step in flow.steps.values() if step.consent]
    if questions:
        asked = fill(questions[0], flow.vars)
        yield Finding("ok", "consent", f"{name} asks: {asked}")
        yield from _unsaid(settings, name, flow, asked)
    elif settings.privacy.recording_enabled:
        fix = f"add a consent step to the flow {name}, or set privacy.recording_enabled to false"
        yield Finding("error", "consent", f"calls are recorded, and the flow {name} asks nobody for consent", fix)
    else:
        reason = f"the flow {name} asks nobody for consent, so nothing its callers say is kept"
        yield Finding("warning", "consent", reason, "add a consent step if the text of calls should be kept")


def _unsaid(settings: Settings, name: str, flow: Flow, asked: str) -> Iterator[Finding]:
    """Warn of everything that callers should know and are not told."""
    said = " ".join(fill(text, flow.vars) for text in texts(flow))
    routes = [*flow.anywhere, *(route for step in flow.steps.values() for route in step.routes)]
    company, site = settings.privacy.company, settings.privacy.site
    missing = {
        "that a machine speaks": (bool(MACHINE.search(said)), "say that it is an automatic assistant"),
        "for whom it answers": (not company or company in said, "name {company} in the greeting"),
        "how long the text is kept": (bool(HOW_LONG.search(asked)), "say {retention} in the consent question"),
        "where to read more": (not site or site in said, "name {site}"),
        "how to reach a person": (_leads_to_person(flow), "add a transfer step, and a route to it below `anywhere`"),
        "how to change their minds": (any(route.do == "forget" for route in routes), "add a route with `do: forget`"),
    }
    for what, (told_so, fix) in missing.items():
        if not told_so:
            yield Finding("warning", "consent", f"the flow {name} does not tell callers {what}", f"{fix} ({name})")


def _leads_to_person(flow: Flow) -> bool:
    return any(step.transfer is not None for step in flow.steps.values())


def _privacy(settings: Settings) -> Iterator[Finding]:
    for name, flag in (("recording_enabled", "RECORDING_ENABLED"), ("data_ttl_days", "DATA_TTL_DAYS")):
        value = str(getattr(settings.privacy, name)).lower()
        if f"privacy.{name}" in settings.stated or f"privacy.{name}" in settings.overridden:
            yield Finding("ok", "privacy", f"{name} is {value}")
        else:
            fix = f"state privacy.{name} in {settings.file.name}, or set {flag}"
            yield Finding("warning", "privacy", f"{name} is {value} because nobody chose", fix)
    if not settings.privacy.company:
        yield Finding("warning", "privacy", "the agent cannot say whom it answers for", "set privacy.company")
