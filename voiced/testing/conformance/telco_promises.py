"""The promises of a carrier, one function each; its docstring is the promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import trio

from voiced.plugin import (
    MULAW_8K,
    Clear,
    Ended,
    Gap,
    Leg,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Packet,
    Play,
    SetMark,
    Started,
    TcpTelco,
    Warned,
)
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.telco import NotingDesk, TelcoRig, played

EPSILON = 0.001
EVENTS = get_args(LegEvent)
COMMANDS: tuple[LegCommand, ...] = (Play(bytes(160)), SetMark("m1"), Clear())


async def capabilities(rig: TelcoRig) -> None:
    """All its legs have the same capabilities, and they make sense."""
    await trio.lowlevel.checkpoint()
    able = rig.telco.leg().capabilities
    expect(isinstance(able, LegCapabilities), f"they are {type(able).__name__}, not LegCapabilities")
    expect(0 < able.lead <= 2, f"a lead of {able.lead} s")
    expect(able == rig.telco.leg().capabilities, "two legs differ")


async def stream(rig: TelcoRig) -> None:
    """A stream begins with one Started, has sound in its format, and ends with one Ended, after which nothing comes."""
    await trio.lowlevel.checkpoint()
    leg = rig.telco.leg()
    events = played(leg, rig.media)
    check_events(events)
    kinds = [type(event).__name__ for event in events]
    expect(kinds.count("Started") == 1, f"{kinds.count('Started')} Started in {kinds[:5]}...")
    last = kinds.count("Ended") == 1 and kinds[-1] == "Ended"
    expect(last or (not rig.ends and "Ended" not in kinds), f"Ended must come once, last: {kinds[-5:]}")
    started = next(event for event in events if isinstance(event, Started))
    expect(started.carrier_call_id == rig.call_id, f"Started is about {started.carrier_call_id!r}, not {rig.call_id!r}")
    packets = [event for event in events if isinstance(event, Packet)]
    expect(packets, "no sound came of the stream")
    expect(all(packet.format == started.format for packet in packets), f"sound that is not {started.format}")
    first = next(at for at, event in enumerate(events) if isinstance(event, Started | Packet | Gap))
    expect(isinstance(events[first], Started), "sound came before Started")
    late = [event for event in played(leg, rig.media) if rig.ends and not isinstance(event, Warned)]
    expect(not late, f"after Ended it told {late[:3]}")


def check_events(events: Sequence[LegEvent]) -> None:
    """Check that a leg tells nothing but events, whose values make sense."""
    for event in events:
        expect(isinstance(event, EVENTS), f"it told {event!r}, which is no LegEvent")
        expect(not isinstance(event, Packet) or event.data, "it told an empty packet")
        expect(not isinstance(event, Gap) or event.seconds > 0, f"it told {event}")


async def commands(rig: TelcoRig) -> None:
    """Commands become messages after Started, and none before; marks and clear where it promises them."""
    await trio.lowlevel.checkpoint()
    leg = rig.telco.leg()
    early = [command for command in COMMANDS if leg.encode(command)]
    expect(not early, f"before Started it sends {early}")
    _start(leg, rig)
    if isinstance(rig.telco, TcpTelco):
        _queued(rig.telco, rig)
        return
    able = leg.capabilities
    for command, wanted in zip(COMMANDS, (True, able.marks, able.clear), strict=True):
        messages = list(leg.encode(command))
        expect(all(isinstance(each, str | bytes) for each in messages), f"{command} gives {messages[:2]}")
        expect(bool(messages) == wanted, f"{command} gives {len(messages)} messages; capabilities: {able}")
    for size in (0, 1, 159, 161, 80_000):
        leg.encode(Play(bytes(size)))


def _queued(telco: TcpTelco, rig: TelcoRig) -> None:
    """Check a leg that keeps the queue itself: what is due goes out in time, and what was cleared does not."""
    leg = telco.leg()
    expect(leg.due(1.0, 1.0) == (b"", 0.0), "something is due before Started")
    _start(leg, rig)
    able = leg.capabilities
    expect(not able.marks and able.clear, f"over TCP there are no marks, and the leg can clear: {able}")
    leg.encode(Play(MULAW_8K.silence * MULAW_8K.size(1.0)))
    expect(abs(leg.queued - 1.0) < EPSILON, f"a second was to be played, and {leg.queued} s are queued")
    data, seconds = leg.due(0.2, 0.0)
    expect(abs(leg.queued + seconds - 1.0) < EPSILON, f"{seconds} s were sent, and {leg.queued} s are still queued")
    expect(bool(data) and 0 < seconds <= 0.2 + EPSILON, f"of the second that is queued {seconds} s are due, not 0.2")
    leg.encode(Clear())
    expect(leg.queued == leg.due(0.2, 0.0)[1] == 0.0, "what was cleared is still due")
    data, seconds = leg.due(0.2, 0.1)
    expect(bool(data) and seconds >= 0.1 - EPSILON, f"{seconds} s of silence are due, of 0.1 asked")
    expect(isinstance(leg.farewell(), bytes), "its farewell is no bytes")


def _start(leg: Leg, rig: TelcoRig) -> int:
    """Feed it until it has started; return how many messages that took."""
    for at, message in enumerate(rig.media):
        if any(isinstance(event, Started) for event in leg.feed(message)):
            return at + 1
    expect(False, "the stream never started")
    return 0


async def apart(rig: TelcoRig) -> None:
    """Legs know nothing of each other, and the same messages tell the same."""
    await trio.lowlevel.checkpoint()
    alone = played(rig.telco.leg(), rig.media)
    one, other = rig.telco.leg(), rig.telco.leg()
    told: tuple[list[LegEvent], list[LegEvent]] = ([], [])
    for message in rig.media:
        told[0].extend(one.feed(message))
        told[1].extend(other.feed(message))
    for events in told:
        expect(events == alone, f"alone a leg tells {len(alone)} events, beside another it tells {len(events)}")
    expect(alone == played(rig.telco.leg(), rig.media), "played again, it tells otherwise")


async def rings(rig: TelcoRig) -> None:
    """A call that rings is offered to the desk by the carrier's id, and a repeated webhook gets the same answer."""
    await trio.lowlevel.checkpoint()
    if rig.incoming is None:
        return
    desk = NotingDesk()
    answers = [rig.telco.webhook(rig.incoming(), desk) for _ in range(2)]
    expect(answers[0].status < 300, f"it answers {answers[0].status} to its own carrier")
    expect(answers[0] == answers[1], "the same webhook again gets another answer")
    expect(("offer", rig.call_id) in desk.asked, f"the desk was asked {desk.asked}")
    named = rig.telco.call_of(rig.incoming())
    expect(named == rig.call_id, f"call_of gives {named!r}")
    full = rig.telco.webhook(rig.incoming(), NotingDesk(full=True))
    expect(full.status < 300, f"a call that is refused gets {full.status}: answer it politely")
    expect(full != answers[0], "a call that is refused is answered like one that is taken")


async def strangers(rig: TelcoRig) -> None:
    """A webhook that the carrier did not make gets 403 and changes nothing; no stranger opens a media socket."""
    await trio.lowlevel.checkpoint()
    for forged in rig.forged:
        desk = NotingDesk()
        status = rig.telco.webhook(forged, desk).status
        expect(status == 403, f"a forged webhook gets {status}")
        expect(not desk.asked, f"a forged webhook reached the desk: {desk.asked}")
    if rig.upgrade is not None:
        expect(rig.telco.admits(rig.upgrade), "the carrier's own media socket is not let in")
    for forged in rig.forged_upgrades:
        expect(not rig.telco.admits(forged), "a stranger's media socket is let in")


async def cut_short(rig: TelcoRig) -> None:
    """A stream that begins in the middle, or again, is told of without raising."""
    await trio.lowlevel.checkpoint()
    for at in range(len(rig.media)):
        events = played(rig.telco.leg(), rig.media[at:])
        check_events(events)
        expect(sum(isinstance(event, Ended) for event in events) <= 1, "Ended came twice")
    leg = rig.telco.leg()
    count = _start(leg, rig)
    again = played(leg, rig.media[:count])
    expect(not any(isinstance(event, Started) for event in again), "Started came twice in one stream")
