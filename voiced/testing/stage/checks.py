"""What must be so at the end of every performance: the scenario's outcome, and the promises that every call keeps."""

from __future__ import annotations

from collections.abc import Iterator

from voiced.dialog.engine import Engine
from voiced.testing.scenario import Scenario
from voiced.testing.stage.carrier import Carrier
from voiced.testing.stage.house import Ledger
from voiced.testing.stage.script import Happenings
from voiced.text.normalise import bare
from voiced.text.pronunciations import Pronunciations


def faults(
    scenario: Scenario,
    happenings: Happenings,
    ledger: Ledger,
    carrier: Carrier,
    engine: Engine | None,
    *,
    complete: bool,
) -> list[str]:
    """Return everything that is not as it should be. `complete`: the screenplay was played to its end."""
    found = [*_kept_to_itself(happenings, ledger), *_never_over_credited(happenings, carrier, engine)]
    found += [f"the call failed: {row.error}" for row in ledger.calls.values() if row.ended_by == "fault"]
    if complete:
        found += [*_outcome(scenario, happenings, engine), *_in_time(scenario, carrier)]
    return found


def consent(happenings: Happenings) -> str:
    """Return what the caller decided last."""
    decisions = happenings.of("consent")
    return decisions[-1]["decision"] if decisions else "unknown"


def _outcome(scenario: Scenario, happenings: Happenings, engine: Engine | None) -> Iterator[str]:
    wanted = scenario.expect.consent
    if wanted not in {None, consent(happenings)}:
        yield f"consent is {consent(happenings)}, not {wanted}"
    for slot, value in scenario.expect.slots.items():
        known = engine.values.get(slot) if engine else None
        if known != value and bare(str(known)) != bare(str(value)):
            yield f"{slot} is {known!r}, not {value!r}"


def _in_time(scenario: Scenario, carrier: Carrier) -> Iterator[str]:
    limit, gaps = scenario.expect.gap, carrier.phone.gaps
    if limit is not None and gaps and max(gaps) > limit:
        yield f"the caller waited {max(gaps):.2f} s, more than {limit} s"


def _kept_to_itself(happenings: Happenings, ledger: Ledger) -> Iterator[str]:
    """Words are written only with consent."""
    if ledger.messages and consent(happenings) != "granted":
        yield f"{len(ledger.messages)} messages were kept, but consent is {consent(happenings)}"


def _never_over_credited(happenings: Happenings, carrier: Carrier, engine: Engine | None) -> Iterator[str]:
    """What the call takes for heard was heard; its words are the written ones, whatever was said for them."""
    heard, said = bare(carrier.phone.hearing.text), Pronunciations.of(engine.flow.pronunciations if engine else {})
    for event in happenings.of("agent.said"):
        if bare(said.respell(event["text"])) not in heard:
            yield f"the caller did not hear {event['text']!r}, which the call takes for heard"
