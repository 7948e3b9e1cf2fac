"""No task and no thread for a frame of sound: a call over a real socket, the real hub, switchboard and session.

Time passes eight times as fast, as far as the machine keeps up: what frames cost is counted, not timed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest
import trio
from wsproto.events import Message

from voiced.audio import FRAME_SECONDS, MULAW_8K
from voiced.call.switchboard import Switchboard
from voiced.dialog.reader import read_text
from voiced.plugin import CallOffer
from voiced.testing.fakes import PlainLeg, ScriptedStt, spell
from voiced.testing.stage import PROVIDER
from voiced.testing.stage.house import Cast, Ledger, StagePlan, fresh_book
from voiced.testing.stage.script import Happenings
from voiced.web.hub import best_hub

FRAME = MULAW_8K.size(FRAME_SECONDS)
FIRST, REST = 100, 400
"""Frames of one kind: those in which everything is set up, and those in which only frames come."""
FEW = 8
"""Tasks and threads that the rest may bring, for what is not a frame: a turn, a sentence, a connection."""
HASTE = 8.0
SPEECH = (spell("je voudrais savoir si vous avez encore de la place mardi matin ou jeudi soir ") * 4)[: 500 * FRAME]
FLOW = """
flow: essai
title: Un guichet
start: question
policies:
  silence: { after: 60, then: fin }
steps:
  question:
    ask: Bonjour, ici le cabinet du docteur Martin, nous sommes là du lundi au vendredi, que voulez-vous savoir ?
    routes:
      - { intent: horaires, to: fin }
  fin: { hangup: Au revoir. }
"""


def started(event: str, _args: object) -> None:
    """Count the threads of this process, whoever starts them; an audit hook stays, so it counts for whoever looks."""
    if event == "_thread.start_new_thread":
        THREADS.append(event)


THREADS: list[str] = []
sys.addaudithook(started)


@dataclass(eq=False)
class Counted(trio.abc.Instrument):
    """What the loop does: tasks that it spawns, and looks at it while a thread works for somebody."""

    tasks: list[str] = field(default_factory=list)
    hops: int = 0

    def task_spawned(self, task: trio.lowlevel.Task) -> None:
        self.tasks.append(task.name)

    def before_io_wait(self, timeout: float) -> None:  # noqa: ARG002 - the instrument's own signature
        self.hops += trio.to_thread.current_default_thread_limiter().borrowed_tokens > 0

    @property
    def total(self) -> int:
        return len(self.tasks) + len(THREADS) + self.hops


class Wasteful(ScriptedStt):
    """Starts a task for everything that it hears."""

    async def transcribe(self, audio, heard, hints=()):  # noqa: ARG002 - part of the contract
        async with trio.open_nursery() as nursery:
            async for item in audio:
                nursery.start_soon(trio.sleep, item.seconds)


class Threaded(ScriptedStt):
    """Has everything that it hears looked at in a thread."""

    async def transcribe(self, audio, heard, hints=()):  # noqa: ARG002 - part of the contract
        async for item in audio:
            await trio.to_thread.run_sync(len, item.data)


@pytest.fixture
async def line(nursery, pair, as_carrier, ledger):
    """Have a call answered by this recogniser; give the carrier's end of its socket."""

    async def answered(stt):
        cast = Cast(stt=stt)
        plan = StagePlan(read_text(FLOW), cast, fresh_book(cast.tts))
        board = Switchboard(plan, Ledger(), Happenings(), lambda: 1.8e9, nursery)
        hub = best_hub(ledger)
        await nursery.start(hub.run)
        ours, theirs = await pair()
        admission = board.offer(CallOffer(PROVIDER, "CA1", "+33600000001", "+33900000001"))
        ticket = board.redeem(PROVIDER, admission.media_url.rpartition("/")[2])
        hub.add(ours, lambda made: board.connect(ticket, PlainLeg(), made))
        carrier = as_carrier(theirs)
        await carrier.say("start CA1 MZ1")
        nursery.start_soon(listen, carrier)
        return carrier

    return answered


async def listen(carrier):
    """Take what the agent says, as a carrier does."""
    while isinstance(await carrier.event(), Message):
        pass


async def send(carrier, sound, count):
    due = trio.current_time()
    for number in range(count):
        await carrier.say(sound[number * FRAME : (number + 1) * FRAME])
        due += FRAME_SECONDS
        await trio.sleep_until(due)


async def cost(line, stt, clock):
    """Return what a call's frames cost in tasks, threads and hops to threads, after the first of each kind."""
    clock.rate = HASTE
    carrier, counted, costs = await line(stt), Counted(), []
    for sound in (MULAW_8K.silence * FRAME * (FIRST + REST), SPEECH):
        await send(carrier, sound[: FIRST * FRAME], FIRST)
        trio.lowlevel.add_instrument(counted)
        before = counted.total
        await send(carrier, sound[FIRST * FRAME :], REST)
        costs.append(counted.total - before)
        trio.lowlevel.remove_instrument(counted)
    return costs, counted.tasks


async def test_neither_quiet_nor_speech_costs_a_task_or_a_thread_per_frame(line, mock_clock):
    costs, tasks = await cost(line, ScriptedStt(), mock_clock)
    assert max(costs) <= FEW, (costs, tasks)


@pytest.mark.parametrize("stt", [Wasteful, Threaded])
async def test_what_does_is_seen(line, stt, mock_clock):
    costs, _ = await cost(line, stt(), mock_clock)
    assert min(costs) > 2 * FEW
