"""The switchboard: admits calls, starts their sessions, and says what follows when a media stream ends.

A call outlives its media streams: after a transfer that failed, or a line that dropped, the same engine goes on with a
new stream. Implements `Exchange` (and so the `Desk` of carriers' webhooks).
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import trio
from msgspec import Struct, field

from voiced.call.feed import Feed
from voiced.call.journal import Journal, Rows
from voiced.call.line import Ear, Line, Ticket
from voiced.call.phrases import PhraseBook
from voiced.call.plan import Plan
from voiced.call.providers import Providers
from voiced.call.session import Ending, Opening, Session
from voiced.call.tokens import LIFE, Tokens
from voiced.dialog.engine import Engine
from voiced.dialog.flow import Flow
from voiced.dialog.state import Facts
from voiced.dialog.talk import Begun, NotConnected, Reconnected
from voiced.errors import CallRefused
from voiced.observe import metrics
from voiced.observe.log import call_context, logger
from voiced.plugin import Admission, AfterStream, CallOffer, Dial, DialResult, HangUp, Leg
from voiced.store.rows import CallRow
from voiced.text.mask import masked_number

log = logger("switchboard")

MOST_RESUMES = 3
"""Times that a dropped line is taken up again."""
REMEMBER = 120.0
"""Seconds for which an ended call is remembered, so that late webhooks get the right answer."""
JUST_NOW = 5.0
"""Seconds within which a carrier asks what follows the end of a call."""
OUTCOMES = frozenset({
    "completed", "failed", "transferred", "abandoned", "stopped", "busy", "no-answer", "canceled",
})  # fmt: skip
"""Outcomes that the metrics tell apart: ours, and those of carriers."""
OURS = frozenset({"agent", "fault", "too long"})
"""Endings of a stream by which we ended the call, whatever the carrier says after."""
APOLOGY = "Excusez-moi, je rencontre un problème technique. Merci de rappeler dans quelques minutes. Au revoir."


class Call(Struct, eq=False):
    """A call from ring to goodbye. It is its own ticket."""

    call_id: str
    offer: CallOffer
    plan: Plan
    engine: Engine
    providers: Providers
    book: PhraseBook
    journal: Journal
    token: str
    spare: str = ""
    """Another token that opens it: the carrier was told of that over its API, and may have asked for one meanwhile."""
    opening: Opening = field(default_factory=Begun)
    session: Session | None = None
    resumes: int = 0
    redeemed: bool = False
    over_at: float | None = None
    parted: bool = False
    """The carrier knows that it is over."""
    touched: float = 0.0
    left_at: float | None = None
    """When its stream ended; None while there is one, and once the carrier has asked what follows."""
    asked: Session | None = None
    """The session of which the carrier knows that it is over."""


class Switchboard:
    """All calls of one worker. `plan` may be replaced at any time: the next call gets the new one, whole."""

    def __init__(
        self,
        plan: Plan,
        rows: Rows,
        feed: Feed,
        now: Callable[[], float],
        nursery: trio.Nursery,
        worker: int = 0,
    ) -> None:
        self.plan = plan
        self.feed = feed
        self.draining = False
        self.counts = {"admitted": 0, "refused": 0, "faults": 0}
        self._rows, self._now, self._nursery = rows, now, nursery
        self._tokens = Tokens(worker=worker)
        self._calls: dict[tuple[str, str], Call] = {}
        self._hopeless: deque[tuple[str, str]] = deque(maxlen=100)
        self._emptied, self._left = trio.Event(), trio.Event()

    # --- Desk: what carriers' webhooks ask ---

    def offer(self, offer: CallOffer) -> Admission:
        """Take the call, or the same call again.

        A webhook that is repeated while the stream is alive may replace that stream, so it is given another to open.
        """
        self._sweep()
        key = (offer.provider, offer.carrier_call_id)
        call = self._calls.get(key)
        if call is None:
            call = self._calls[key] = self._admit(offer)
        elif call.redeemed and call.over_at is None:
            return self._again(call, Reconnected())
        return self._admission(call)

    def after_stream(self, offer: CallOffer) -> AfterStream:
        """Say what follows the stream of this call; one that nobody knows had a worker that died, and begins anew."""
        call = self._calls.get((offer.provider, offer.carrier_call_id))
        if call is None:
            return self._take_over(offer)
        if call.session is None:
            return HangUp(APOLOGY)
        if call.session.ending is None:
            call.session.closed("the carrier says that the stream is over")
        assert call.session.ending is not None
        call.asked, call.left_at = call.session, None
        follows = self._follow(call, call.session.ending)
        if isinstance(follows, HangUp):
            self._part(call)
        return follows

    def dialled(self, provider: str, carrier_call_id: str, result: DialResult) -> AfterStream:
        """Say what follows a transfer."""
        call = self._calls.get((provider, carrier_call_id))
        if call is None or result == "answered":
            self.over(provider, carrier_call_id, "transferred")
            return HangUp()
        call.journal.noted("transfer.failed", result=result)
        return self._again(call, NotConnected(result))

    def over(self, provider: str, carrier_call_id: str, status: str) -> None:
        """The carrier says that the call is over."""
        call = self._calls.get((provider, carrier_call_id))
        if call is None:
            return
        self._part(call)
        if call.over_at is not None:
            return
        if call.session is not None and call.session.ending is None:
            call.session.closed("the call is over")
        elif call.session is not None and call.session.ending is not None and call.session.ending.by in OURS:
            self._close_by(call, call.session.ending)  # its task has not come to it yet
            return
        by = "transfer" if status == "transferred" else "caller"
        self._close_call(call, by, status)

    # --- Exchange: what the web room asks ---

    def redeem(self, provider: str, token: str) -> Ticket | None:
        """Return the call that `token` opens, once."""
        call_id = self._tokens.redeem(token, self._now())
        for call in self._calls.values():
            if call.call_id == call_id and call.offer.provider == provider and token in {call.token, call.spare}:
                call.redeemed = True
                call.spare = "" if token == call.spare else call.spare
                return call
        return None

    def redeem_call(self, provider: str, carrier_call_id: str) -> Ticket | None:
        """Return the call with this id, when it waits for its stream."""
        call = self._calls.get((provider, carrier_call_id))
        if call is None or call.redeemed or call.over_at is not None or self._now() - call.touched > LIFE:
            return None
        call.redeemed = True
        return call

    def connect(self, ticket: Ticket, leg: Leg, line: Line) -> Ear:
        """Start the call's session on this line."""
        assert isinstance(ticket, Call)
        if ticket.session is not None:
            ticket.session.closed("another stream took its place")
        session = Session(
            ticket.engine, ticket.providers, ticket.journal, leg, line, ticket.book,
            opening=ticket.opening, longest=ticket.plan.longest,
        )  # fmt: skip
        ticket.session, ticket.left_at = session, None
        self._nursery.start_soon(self._run, ticket, session)
        return session

    def not_ready(self) -> Sequence[str]:
        """Return why no call can be taken now."""
        self._sweep()
        reasons = ["draining"] if self.draining else []
        if len(self.active) >= self.plan.capacity:
            reasons.append("full")
        return reasons

    # --- for the daemon ---

    @property
    def active(self) -> list[Call]:
        """The calls that are not over."""
        return [call for call in self._calls.values() if call.over_at is None]

    async def drain(self) -> None:
        """Take no more calls; return when the last one is over."""
        self.draining = True
        while self.active:
            self._sweep()
            self._emptied = trio.Event()
            with trio.move_on_after(1.0):
                await self._emptied.wait()

    def dismiss(self) -> None:
        """End the calls that are still in progress; the carrier will ask what follows, and be told to apologise."""
        for call in self.active:
            if call.session is not None:
                call.session.closed("the worker stops")
            self._close_call(call, "agent", "stopped")

    async def farewell(self) -> None:
        """Return once the carrier was told the end of every call that ended just now; the caller holds the deadline."""
        since = self._now() - JUST_NOW
        while any(not call.parted for call in self._calls.values() if (call.over_at or 0) >= since):
            self._emptied = trio.Event()
            await self._emptied.wait()

    def strays(self, *, lost: float, ended: float) -> Sequence[Call]:
        """Return the calls whose stream was lost `lost` seconds ago, or ended `ended` ago, unnoticed by the carrier."""
        now = self._now()

        def due(call: Call) -> bool:
            if call.left_at is None or call.parted:
                return False
            return now - call.left_at >= (lost if _was_lost(call) else ended)

        return [call for call in self._calls.values() if due(call)]

    async def wait_left(self) -> None:
        """Return once there is a call whose stream ended, and the carrier has not asked what follows."""
        while not any(call.left_at is not None and not call.parted for call in self._calls.values()):
            self._left = trio.Event()
            await self._left.wait()

    def stray(self, call: Call) -> AfterStream:
        """Say what follows the stream of a call of `strays`, whatever the carrier asks and is answered meanwhile."""
        follows = self.after_stream(call.offer)
        call.spare = call.token if isinstance(follows, Admission) else ""
        return follows

    def knows(self, provider: str, carrier_call_id: str) -> bool:
        """Return whether the call is one of ours, over or not."""
        return (provider, carrier_call_id) in self._calls

    def despair(self, provider: str, carrier_call_id: str) -> None:
        """Do not take this call anew: too many workers died with it, and it may be why."""
        self._hopeless.append((provider, carrier_call_id))

    # --- inside ---

    def _part(self, call: Call) -> None:
        call.parted = True
        self._emptied.set()

    def _admit(self, offer: CallOffer) -> Call:
        plan = self.plan
        reasons = self.not_ready()
        flow = plan.flow(offer.called)
        if reasons or flow is None:
            self.counts["refused"] += 1
            metrics.CALLS_REFUSED.labels(refusal(reasons)).inc()
            log.warning("call_refused", reasons=list(reasons) or ["no flow answers this number"])
            raise CallRefused(", ".join(reasons) or "no flow answers this number")
        call_id = f"c{secrets.token_hex(8)}"
        providers = plan.providers(flow, offer.called, call_id)
        facts = Facts(call_id, datetime.fromtimestamp(self._now(), plan.timezone), offer.caller, offer.called)
        call = Call(
            call_id,
            offer,
            plan,
            Engine(flow, facts),
            providers,
            plan.book(providers),
            self._journal(call_id, offer, flow, plan.version, providers),
            self._tokens.issue(call_id, self._now()),
            touched=self._now(),
        )
        self.counts["admitted"] += 1
        metrics.CALLS_ADMITTED.labels(offer.provider).inc()
        log.info("call_admitted", call_id=call_id, provider=offer.provider, flow=flow.flow, providers=providers.chosen)
        return call

    def _take_over(self, offer: CallOffer) -> AfterStream:
        if (offer.provider, offer.carrier_call_id) in self._hopeless:
            return HangUp(APOLOGY)
        try:
            call = self._admit(offer)
        except CallRefused:
            return HangUp(APOLOGY)
        self._calls[offer.provider, offer.carrier_call_id] = call
        call.opening = Reconnected()
        log.warning("call_taken_over", call_id=call.call_id)
        return self._admission(call)

    def _journal(self, call_id: str, offer: CallOffer, flow: Flow, version: str, providers: Providers) -> Journal:
        row = CallRow(
            id=call_id,
            provider=offer.provider,
            carrier_call_id=offer.carrier_call_id,
            caller_masked=masked_number(offer.caller),
            called=offer.called,
            flow=flow.flow,
            flow_version=flow.version,
            config_version=version,
            providers=dict(providers.chosen) or None,
            started_at=self._now(),
        )
        return Journal(row, self._rows, self.feed, self._now)

    def _admission(self, call: Call) -> Admission:
        return Admission(call.call_id, call.plan.media_url(call.offer.provider, call.token))

    def _follow(self, call: Call, ending: Ending) -> AfterStream:
        if ending.connect is not None:
            return Dial(ending.connect.number, call.offer.called, ending.connect.timeout, ending.unsaid)
        if ending.by == "dropped" and call.resumes < MOST_RESUMES and not self.draining:
            call.resumes += 1
            return self._again(call, Reconnected())
        return HangUp(APOLOGY if ending.by in {"dropped", "fault"} else ending.unsaid)

    def _again(self, call: Call, opening: Opening) -> Admission:
        """Let the same call go on with a new stream."""
        call.opening, call.over_at, call.left_at = opening, None, None
        call.token, call.redeemed = self._tokens.issue(call.call_id, self._now()), False
        call.touched = self._now()
        return self._admission(call)

    async def _run(self, call: Call, session: Session) -> None:
        with call_context(call.call_id):
            log.info("stream_open")
            ending = await session.run()
            log.info("stream_closed", by=ending.by, error=ending.error or None)
        if ending.by == "fault":
            self.counts["faults"] += 1
        call.touched = self._now()
        if call.session is session and call.asked is not session:
            call.left_at = call.touched
            self._left.set()
        awaited = bool(call.spare) or not call.redeemed
        replaced = call.session is not session or (ending.by == "caller" and awaited)
        if ending.by not in {"dropped", "transfer"} and not replaced:
            self._close_by(call, ending)

    def _close_by(self, call: Call, ending: Ending) -> None:
        self._close_call(call, ending.by, "completed" if not ending.error else "failed", ending.error)

    def _close_call(self, call: Call, by: str, outcome: str, error: str = "") -> None:
        if call.over_at is not None:
            return
        call.over_at = self._now()
        call.journal.ended(by, outcome, error)
        metrics.CALLS_ENDED.labels(by, outcome if outcome in OUTCOMES else "other").inc()
        metrics.CALL_SECONDS.observe(call.journal.at())
        log.info("call_ended", call_id=call.call_id, by=by, outcome=outcome)
        self._emptied.set()

    def _sweep(self) -> None:
        """Forget calls that ended a while ago, close those whose stream never came (back)."""
        now = self._now()
        for key, call in list(self._calls.items()):
            if call.over_at is not None and now - call.over_at > REMEMBER:
                del self._calls[key]
            elif call.over_at is None and self._abandoned(call, now):
                self._close_call(call, "caller", "abandoned")

    def _abandoned(self, call: Call, now: float) -> bool:
        live = call.session is not None and call.session.ending is None
        transferring = call.session is not None and call.session.ending is not None and call.session.ending.connect
        patience = REMEMBER * 60 if transferring else LIFE * 1.5
        return not live and now - call.touched > patience


def _was_lost(call: Call) -> bool:
    return call.session is not None and call.session.ending is not None and call.session.ending.by == "dropped"


def refusal(reasons: Sequence[str]) -> str:
    """Return why a call is turned away, for the metrics: `reasons` of `not_ready`, none where no flow answers."""
    if not reasons:
        return "no_flow"
    return next((reason for reason in reasons if reason in {"draining", "full"}), "not_ready")
