"""Vonage's webhooks: who calls, what to do after a stream or a dial, and that a call is over.

Every answer is made from what the desk says, at once. What is remembered is only what was answered (`replays`), and
which legs are gone: events come late, twice and in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from msgspec.structs import replace

from voiced.plugin import (
    AfterStream,
    CallControl,
    CallOffer,
    CallRefused,
    Desk,
    Host,
    Leg,
    Numbers,
    WebRequest,
    WebResponse,
)
from voiced_vonage import events, ncco
from voiced_vonage.control import Control
from voiced_vonage.follow import Writer, token_of
from voiced_vonage.leg import VonageLeg
from voiced_vonage.memory import Ended, Offers, Recent
from voiced_vonage.options import VonageOptions
from voiced_vonage.replays import Replays
from voiced_vonage.signature import Signatures

NAME = "vonage"
REFUSED = WebResponse(status=403)

Answer = Callable[["Webhook"], WebResponse]


class Webhook:
    """One webhook: what it asked, who answers, and the address below which ours are."""

    __slots__ = ("call", "desk", "event", "hooks")

    def __init__(self, request: WebRequest, desk: Desk) -> None:
        self.event = events.read(request)
        self.call = events.call_of(request, self.event)
        self.desk = desk
        self.hooks = request.url.partition("?")[0].removesuffix(request.path) + f"/voice/{NAME}/"

    @property
    def offer(self) -> CallOffer:
        """The call, as at its beginning: a WebSocket's events tell who called in the headers that we gave it."""
        event = self.event
        caller = event.header("caller") or ("" if event.is_socket else event.text("from"))
        called = event.header("called") or (event.text("from") if event.is_socket else event.text("to"))
        return CallOffer(NAME, self.call, caller=events.e164(caller), called=events.e164(called))


class Vonage:
    """See `voiced.plugin.Telco`."""

    def __init__(self, options: VonageOptions, host: Host) -> None:
        """Raises ValueError when a secret is empty."""
        self._options, self._host, self._log, self._now = options, host, host.log, host.now
        self._signatures = Signatures(options.api_key, options.signature_secrets, options.application_id)
        self._writer = Writer(options, self._signatures)
        self._offers = Offers()
        self._replays = Replays()
        self._gone = Recent()
        """Callers' legs that are over."""
        self._put_through = Recent()
        """Callers' legs that talk, or talked, to a person."""
        self._ended = Ended()
        self._answers: Mapping[str, Answer] = {
            "inbound": self._inbound,
            "outbound": self._outbound,
            "status": self._status,
            "stream": self._stream,
            "dialled": self._dialled,
            "fallback": self._fallback,
        }

    @cached_property
    def numbers(self) -> Numbers:
        """The account's numbers, over HTTP."""
        from voiced_vonage.account import Account  # noqa: PLC0415 - no call needs it
        from voiced_vonage.numbers import NumbersByHttp  # noqa: PLC0415 - the same

        return NumbersByHttp(self._options, Account(self._options, self._host.net))

    def webhook(self, request: WebRequest, desk: Desk) -> WebResponse:
        """Answer a webhook below `/voice/`. Without a valid signature: 403, and nothing else happens.

        One that was answered before gets the same answer again.
        """
        now = self._now()
        verdict = self._signatures.judge(request, now)
        if not verdict.genuine:
            return self._refuse(verdict.why)
        try:
            before = self._replays.find(verdict.jti, request)
        except ValueError:
            return self._refuse("token used twice")
        if before is not None:
            return before
        response = self._answer(request, desk)
        self._replays.keep(verdict.jti, request, response, now)
        return response

    def call_of(self, request: WebRequest) -> str:
        """Return the leg of the caller, whoever sent the request."""
        return events.call_of(request, events.read(request))

    def admits(self, request: WebRequest) -> bool:
        """Return whether the media socket shows what it was told to show; its token is checked by the worker."""
        match self._options.media_proof:
            case "custom":
                return self._signatures.is_proven(token_of(request.path), request.headers.get("authorization", ""))
            case "vonage":
                return self._signatures.judge(request, self._now()).genuine
        return True

    def leg(self) -> Leg:
        """Return the protocol of one media stream."""
        return VonageLeg()

    def _refuse(self, why: str) -> WebResponse:
        self._log.warning("webhook_refused", why=why)
        return REFUSED

    def _answer(self, request: WebRequest, desk: Desk) -> WebResponse:
        name = request.path.removeprefix("/voice/").removeprefix(f"{NAME}/").partition("/")[0]
        answer = self._answers.get(name)
        if answer is None:
            return WebResponse(status=404)
        hook = Webhook(request, desk)
        return answer(hook) if hook.call else WebResponse(status=400)

    def _inbound(self, hook: Webhook) -> WebResponse:
        return self._offer(hook, hook.offer)

    def _outbound(self, hook: Webhook) -> WebResponse:
        """Take a call that we placed: the person whom we called is who talks to us."""
        offer = hook.offer
        return self._offer(hook, replace(offer, caller=offer.called, called=offer.caller))

    def _offer(self, hook: Webhook, offer: CallOffer) -> WebResponse:
        try:
            admission = hook.desk.offer(self._offers.keep(offer))
        except CallRefused:
            self._log.warning("call_refused", call=hook.call)
            return ncco.answer(self._writer.talk(self._options.refusal))
        return ncco.answer(self._writer.follow(admission, offer, hook.hooks))

    def _status(self, hook: Webhook) -> WebResponse:
        """Learn what becomes of the caller's own leg."""
        status = events.TERMINAL.get(hook.event.status)
        if status is not None and not hook.event.is_socket:
            self._gone.add(hook.call)
            self._offers.forget(hook.call)
            if hook.call in self._put_through:  # the person's own leg may be told of later
                hook.desk.dialled(NAME, hook.call, "answered")
            else:
                hook.desk.over(NAME, hook.call, status)
        return ncco.NOTHING

    def _stream(self, hook: Webhook) -> WebResponse:
        """Say what follows a WebSocket that we closed, that broke, or that could not be opened."""
        status = hook.event.status
        if status in events.UNOPENED:
            self._log.warning("stream_failed", call=hook.call, status=status)
        elif status != "disconnected":
            return ncco.NOTHING
        return self._after(hook, lambda offer: hook.desk.after_stream(self._offers.keep(offer)), hook.offer)

    def _dialled(self, hook: Webhook) -> WebResponse:
        """Say what follows a person who was called."""
        if hook.event.status == "answered":
            self._put_through.add(hook.call)
        result = events.DIALLED.get(hook.event.status)
        if result is None:
            return ncco.NOTHING
        # What the person was shown is our number, and so is what the caller called.
        offer = self._offers.of(hook.call, events.e164(hook.event.text("from")))
        return self._after(hook, lambda _offer: hook.desk.dialled(NAME, hook.call, result), offer)

    def _after(self, hook: Webhook, ask: Callable[[CallOffer], AfterStream], offer: CallOffer) -> WebResponse:
        """Answer what follows a leg beside the caller's: once, and the same when its event comes again."""
        leg, status = hook.event.leg, hook.event.status
        if hook.call in self._gone:
            return ncco.NOTHING
        before = self._ended.find(leg, status)
        if before is not None:
            return before
        response = ncco.answer(self._writer.follow(ask(offer), offer, hook.hooks))
        return self._ended.keep(leg, status, response)

    def _fallback(self, hook: Webhook) -> WebResponse:
        """Answer in place of a webhook that could not be had: a person, or an apology."""
        self._log.error("fallback_asked", call=hook.call)
        return ncco.answer(self._writer.apology(hook.offer.called))


class Controlled(Vonage):
    """The same with a key for the API: calls can be ended, moved and placed. See `voiced.plugin.Controllable`."""

    def __init__(self, options: VonageOptions, host: Host) -> None:
        """Raises ValueError when a secret is empty."""
        super().__init__(options, host)
        self._control = Control(options, host, self._writer, self._offers)

    @property
    def control(self) -> CallControl:
        """The way to do it."""
        return self._control
