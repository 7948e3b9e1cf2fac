"""`check_tool`: tries every promise of `voiced.plugin.Tool`."""

from __future__ import annotations

import json
import re
from functools import partial
from types import MappingProxyType

import trio

from voiced.plugin import Json, ProviderError, ToolContext, ToolOutcome
from voiced.testing.conformance.faults import HANGING, SILENT, check_error, check_names
from voiced.testing.conformance.promises import Make, Promise, Unkept, expect, hold, promise
from voiced.testing.conformance.running import running
from voiced.testing.conformance.schema import examples, faults, schema_fault
from voiced.testing.conformance.tool import ToolRig

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def check_tool(make: Make[ToolRig], *, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Try all that a tool promises; return the promises. Raises `NotConforming` with those it does not keep.

    `make(fault)` builds it anew; `faults` are those that it can have its world show. To be called outside of trio.
    """
    check_names(faults)
    promises = [
        promise(keep) for keep in (_describes, _does, _takes_what_it_asks_for, _same_act, _two_acts, _cancelled)
    ]
    return hold("tool", [*promises, *map(under, faults)], make)


def under(fault: str) -> Promise[ToolRig]:
    """Return what is promised for a service that shows this fault."""
    if fault in {SILENT, HANGING}:
        return Promise(f"{promise(_silent).text} ({fault})", _silent, fault)
    return Promise(f"When its world is at fault ({fault}), it raises the error for it", partial(_fails, fault), fault)


async def _describes(rig: ToolRig) -> None:
    """It describes itself: name, description, a schema of its arguments, what it does to the world; always the same."""
    await trio.lowlevel.checkpoint()
    spec, effect = rig.tool.spec, rig.tool.effect
    expect(_NAME.fullmatch(spec.name), f"{spec.name!r} is no name: lower-case letters, digits, - and _")
    expect(spec.description.strip(), "it has no description: the model chooses by it")
    wrong = schema_fault(spec.parameters)
    expect(not wrong, f"its parameters are no schema: {wrong}")
    expect(effect in {"read", "write", "irreversible"}, f"its effect is {effect!r}")
    expect(all(isinstance(each, str) and each.strip() for each in spec.examples), f"examples: {spec.examples}")
    expect((rig.tool.spec, rig.tool.effect) == (spec, effect), "asked twice, it describes itself otherwise")


async def _does(rig: ToolRig) -> None:
    """It does what it is asked, and its outcome can be kept."""
    expect(rig.arguments, "the rig has no arguments to try")
    for number, arguments in enumerate(rig.arguments):
        wrong = faults(arguments, rig.tool.spec.parameters)
        expect(not wrong, f"the rig's arguments break the tool's schema: {wrong}")
        outcome = await _call(rig, arguments, rig.asked_by(number))
        expect(outcome.ok, f"it did not do it: {outcome}")


async def _takes_what_it_asks_for(rig: ToolRig) -> None:
    """Arguments that keep its schema are answered by an outcome or a ProviderError, the least of them too."""
    for number, arguments in enumerate(examples(rig.tool.spec.parameters)):
        try:
            await _call(rig, arguments, rig.asked_by(number))
        except ProviderError:
            continue
        except Unkept:
            raise
        except Exception as error:
            raise Unkept(f"{sorted(arguments)} keep the schema; it raised {type(error).__name__}: {error}") from error


async def _same_act(rig: ToolRig) -> None:
    """The same act, tried again with its idempotency key, has the same outcome."""
    first = await _call(rig, rig.arguments[0], rig.context)
    again = await _call(rig, rig.arguments[0], rig.context)
    expect(rig.tool.effect == "read" or first == again, f"first {first}, then {again}")


async def _two_acts(rig: ToolRig) -> None:
    """Two acts at once get an outcome each."""
    outcomes: list[ToolOutcome] = []

    async def act(number: int) -> None:
        outcomes.append(await _call(rig, rig.arguments[0], rig.asked_by(number)))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(act, 1)
        nursery.start_soon(act, 2)
    expect(all(outcome.ok for outcome in outcomes), f"at once, they came to {outcomes}")


async def _cancelled(rig: ToolRig) -> None:
    """Cancelled, it ends within 50 ms, and can be tried again."""
    async with running(_act, rig) as one:
        await one.stops_if_at_work()
    outcome = await _call(rig, rig.arguments[0], rig.context)
    expect(outcome.ok, f"after it was cancelled, it came to {outcome}")


async def _silent(rig: ToolRig) -> None:
    """While its world says nothing it waits as long as the caller does, and can be cancelled."""
    async with running(_act, rig) as one:
        with trio.move_on_after(60):
            await one.over.wait()
        expect(one.error is None, f"it gave up by itself: {one.error!r}; deadlines are the caller's")
        await one.stops()


async def _fails(fault: str, rig: ToolRig) -> None:
    async with running(_act, rig) as one:
        said = tuple(value for value in rig.arguments[0].values() if isinstance(value, str))
        check_error(fault, await one.fails(), said)


async def _act(rig: ToolRig) -> None:
    await _call(rig, rig.arguments[0], rig.context)


async def _call(rig: ToolRig, arguments: Json, context: ToolContext) -> ToolOutcome:
    """Run the tool; check its outcome. The arguments cannot be written to: they are the flow's."""
    outcome = await rig.tool.call(MappingProxyType(dict(arguments)), context)
    expect(isinstance(outcome, ToolOutcome), f"it returned {type(outcome).__name__}, not ToolOutcome")
    expect(isinstance(outcome.ok, bool) and isinstance(outcome.say, str), f"it returned {outcome}")
    try:
        json.dumps(dict(outcome.data))
    except (TypeError, ValueError) as error:
        raise Unkept(f"its data cannot be kept: {error}") from error
    return outcome
