"""However reloads fall between the steps of calls, no call mixes two versions of the configuration."""

import msgspec
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st
from small_flows import flow_of

from voiced.call.switchboard import Switchboard
from voiced.plugin import CallOffer
from voiced.testing.fakes import PlainLeg, ScriptedTts
from voiced.testing.stage import PROVIDER, Cast, Happenings, Ledger, Phone, StagePlan, fresh_book

RELOAD, RING, STREAM, LISTEN, LOSE, FOLLOW, LEAVE = "reload", "ring", "stream", "listen", "lose", "follow", "leave"
STEPS = st.lists(
    st.tuples(st.sampled_from([RELOAD, RING, STREAM, LISTEN, LOSE, FOLLOW, LEAVE]), st.integers(1, 3)), max_size=25
)


def plan_of(number):
    """Return version `number` of the configuration, in which everything bears the number."""
    flow = msgspec.structs.replace(flow_of(), version=f"flow {number}")
    return StagePlan(flow, Cast(), fresh_book(ScriptedTts()), capacity=9, version=f"v{number}")


def offer_of(number):
    return CallOffer(PROVIDER, f"CA{number}", "+33612345678", "+33912345678")


class House:
    """A switchboard whose configuration changes under it."""

    def __init__(self, nursery):
        self.ledger, self.versions = Ledger(), [plan_of(0)]
        self.board = Switchboard(self.versions[0], self.ledger, Happenings(), trio.current_time, nursery)
        self.begun, self.phones, self.admitted = {}, {}, {}

    def reload(self):
        self.versions.append(plan_of(len(self.versions)))
        self.board.plan = self.versions[-1]

    def ring(self, number):
        self.begun.setdefault(number, len(self.versions) - 1)
        self.admitted[number] = self.board.offer(offer_of(number))

    def stream(self, number):
        token = self.admitted[number].media_url.rpartition("/")[2] if number in self.admitted else ""
        ticket = self.board.redeem(PROVIDER, token)
        if ticket is not None:
            phone = self.phones[number] = Phone()
            phone.open(self.board.connect(ticket, PlainLeg(), phone), f"CA{number}", "m1")

    def listen(self, number):
        if number in self.phones and not self.phones[number].closed:
            self.phones[number].frame(trio.current_time())

    def lose(self, number):
        if number in self.phones:
            self.phones.pop(number).ear.closed("gone")

    def follow(self, number):
        self.begun.setdefault(number, len(self.versions) - 1)  # one that nobody knows begins anew
        self.board.after_stream(offer_of(number))

    def leave(self, number):
        self.board.over(PROVIDER, f"CA{number}", "completed")


def assert_unmixed(house):
    for call in house.board._calls.values():
        began = house.begun[int(call.offer.carrier_call_id.removeprefix("CA"))]
        version = house.versions[began]
        assert call.engine.flow.version == f"flow {began}"
        chosen = [chain.links[0].provider for chain in (call.providers.llm, call.providers.stt)]
        assert chosen == [version.cast.llm, version.cast.stt]
        assert call.book is version.phrases
        row = call.journal.call
        assert (row.config_version, row.flow_version) == (version.version, f"flow {began}")


async def play(steps):
    async with trio.open_nursery() as nursery:
        house = House(nursery)
        for what, number in steps:
            house.reload()
            if what != RELOAD:
                getattr(house, what)(number)
            await trio.sleep(0.02)
            assert_unmixed(house)
        nursery.cancel_scope.cancel()


@settings(max_examples=30)
@given(STEPS)
def test_no_call_mixes_two_versions(steps):
    trio.run(play, steps, clock=trio.testing.MockClock(autojump_threshold=0))
