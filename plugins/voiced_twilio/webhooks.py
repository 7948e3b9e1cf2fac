"""Twilio's webhooks: who calls, what to do after a stream or a dial, and that a call is over.

Every answer is made from what the desk says, at once; nothing is remembered here, so a webhook that Twilio repeats, and
one that reaches another worker, get the same answer as far as the desk gives it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from voiced.plugin import (
    AfterStream,
    CallControl,
    CallOffer,
    CallRefused,
    Desk,
    DialResult,
    Leg,
    Logger,
    Net,
    WebRequest,
    WebResponse,
)
from voiced_twilio import forms, twiml
from voiced_twilio.following import Following
from voiced_twilio.leg import TwilioLeg
from voiced_twilio.options import NAME, TwilioOptions
from voiced_twilio.signature import Signatures

if TYPE_CHECKING:  # no call needs them
    from voiced.plugin import Numbers

FORBIDDEN = WebResponse(status=403)
NO_CONTENT = WebResponse(status=204)
DIALLED: Mapping[str, DialResult] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no-answer",
    "failed": "failed",
    "canceled": "canceled",
}
"""Twilio's `DialCallStatus` in our words."""

_ERROR_CODE = re.compile(r"\b[1-9][0-9]{4}\b")

Fields = Mapping[str, str]
Answer = Callable[["Webhook"], WebResponse]


class Webhook:
    """One webhook: what it asked, who answers, and the addresses below which ours are."""

    __slots__ = ("base", "desk", "fields", "sid")

    def __init__(self, request: WebRequest, fields: Fields, desk: Desk) -> None:
        self.fields = fields
        self.desk = desk
        self.sid = fields.get("CallSid", "")
        self.base = request.url.partition("?")[0].removesuffix(request.path) + f"/voice/{NAME}/"

    @property
    def is_over(self) -> bool:
        """Whether the caller is gone already."""
        return self.fields.get("CallStatus", "") in forms.TERMINAL

    @property
    def offer(self) -> CallOffer:
        """The call, as Twilio describes it in each of its webhooks; `called` is our number, whoever called whom."""
        ours, theirs = self.fields.get("To", ""), self.fields.get("From", "")
        if self.fields.get("Direction", "").startswith("outbound"):
            ours, theirs = theirs, ours
        return CallOffer(NAME, self.sid, caller=theirs, called=ours)

    def close(self) -> None:
        """Tell the desk, when the call is over."""
        if self.is_over:
            self.desk.over(NAME, self.sid, self.fields["CallStatus"])


class Twilio:
    """See `voiced.plugin.Telco`."""

    def __init__(self, options: TwilioOptions, log: Logger, net: Net) -> None:
        """Raises ValueError when a secret is empty."""
        self._options = options
        self._log = log
        self._signatures = Signatures(options.auth_tokens, options.shared_keys)
        recordings = options.apology_recording, options.transfer_recording
        self._voice = twiml.Voice(options.say_voice, options.say_language, *recordings)
        self._following = Following(self._voice, options.dial_limit)
        self._net = net
        self._answers: dict[str, Answer] = {
            "inbound": self._inbound,
            "status": self._status,
            "after": self._after,
            "dialled": self._dialled,
            "stream": self._stream,
            "fallback": self._fallback,
        }

    @cached_property
    def control(self) -> CallControl:
        """The account's calls, over REST."""
        from voiced_twilio.calls import CallsByRest  # noqa: PLC0415 - most calls need no REST
        from voiced_twilio.rest import Rest  # noqa: PLC0415 - the same

        return CallsByRest(Rest(self._options, self._net), self._following)

    @cached_property
    def numbers(self) -> Numbers:
        """The account's numbers, over REST."""
        from voiced_twilio.numbers import NumbersByRest, edge_of  # noqa: PLC0415 - no call needs it
        from voiced_twilio.rest import Rest  # noqa: PLC0415 - the same

        return NumbersByRest(Rest(self._options, self._net), edge_of(self._options.url))

    def webhook(self, request: WebRequest, desk: Desk) -> WebResponse:
        """Answer a webhook below `/voice/`. Without a valid signature: 403, and nothing else happens."""
        if not self._signatures.admit(request):
            self._log.warning("webhook_refused", why="signature")
            return FORBIDDEN
        answer = self._answers.get(request.path.removeprefix("/voice/").removeprefix(f"{NAME}/").rstrip("/"))
        if answer is None:
            return WebResponse(status=404)
        hook = Webhook(request, forms.read(request), desk)
        if hook.fields.get("AccountSid", "") != self._options.account_sid:
            self._log.warning("webhook_refused", why="account")
            return FORBIDDEN
        if not hook.sid:
            return WebResponse(status=400)
        return answer(hook)

    def call_of(self, request: WebRequest) -> str:
        """Return the `CallSid`, whoever sent it."""
        return forms.read(request).get("CallSid", "")

    def admits(self, request: WebRequest) -> bool:
        """Return whether the media socket's upgrade request was signed by Twilio."""
        return self._signatures.admit(request)

    def leg(self) -> Leg:
        """Return the protocol of one media stream."""
        return TwilioLeg()

    def _inbound(self, hook: Webhook) -> WebResponse:
        if hook.is_over:
            return self._status(hook)
        try:
            return self._follow(hook, hook.desk.offer(hook.offer))
        except CallRefused:
            self._log.warning("call_refused", call=hook.sid)
            # <Reject> is for calls that ring; one that was answered already is told in words.
            if self._options.refuse_with == "busy" and hook.fields.get("CallStatus") == "ringing":
                return twiml.busy()
            return twiml.hang_up(self._options.refusal, self._voice)

    def _after(self, hook: Webhook) -> WebResponse:
        if hook.is_over:
            return self._status(hook)
        return self._follow(hook, hook.desk.after_stream(hook.offer))

    def _dialled(self, hook: Webhook) -> WebResponse:
        result = DIALLED.get(hook.fields.get("DialCallStatus", ""), "failed")
        follows = hook.desk.dialled(NAME, hook.sid, result)
        if hook.is_over:
            return self._status(hook)
        return self._follow(hook, follows)

    def _status(self, hook: Webhook) -> WebResponse:
        hook.close()
        return twiml.empty()

    def _stream(self, hook: Webhook) -> WebResponse:
        """Note the fate of a stream. What follows it is asked for at `after`, so this changes nothing."""
        if hook.fields.get("StreamEvent") == "stream-error":
            # The text may quote the media address; the code alone says what went wrong (31920: handshake...).
            code = _ERROR_CODE.search(hook.fields.get("StreamError", ""))
            self._log.warning("stream_failed", call=hook.sid, code=code[0] if code else "")
        return NO_CONTENT

    def _fallback(self, hook: Webhook) -> WebResponse:
        """Answer in place of a webhook that could not be had: a person, or an apology."""
        self._log.error("fallback_asked", call=hook.sid, code=hook.fields.get("ErrorCode", ""))
        options = self._options
        if hook.is_over:
            return self._status(hook)
        if not options.fallback_number:
            return twiml.apologise(options.apology, self._voice)
        ours = hook.offer.called
        person = twiml.Connection(
            number=options.fallback_number,
            caller_id=ours if ours.startswith("+") else "",
            ring=options.fallback_timeout,
            limit=options.dial_limit,
        )
        return twiml.dial(person, options.transfer, self._voice)

    def _follow(self, hook: Webhook, follows: AfterStream) -> WebResponse:
        return self._following.answer(follows, hook.base)
