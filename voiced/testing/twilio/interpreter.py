"""Runs TwiML on a leg: fetch a document, execute its verbs, follow what they lead to."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping

import trio

from voiced.testing.caller.tones import read_aloud
from voiced.testing.twilio.delivery import Answer
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.steps import Execute, Fetch, Finish, Step
from voiced.testing.twilio.twiml import BAD_SCHEMA, BAD_XML, MEDIA_VERBS, TwimlRefused, Verb, parse
from voiced.testing.twilio.verbs_sound import redirect
from voiced.testing.twilio.webhook import MAX_REDIRECTS, TOO_MANY_REDIRECTS, Status, fallback_fields, is_twiml_type

APPLICATION_ERROR = "We're sorry. An application error has occurred. Goodbye."

Handler = Callable[[Leg, Verb, str], Awaitable[Step | None]]
"""Executes a verb of a document fetched from the URL given; None: go on with the next verb."""


class Interpreter:
    """Twilio's side of one leg. `handlers` are the verbs it may use besides Hangup, Redirect and Reject."""

    def __init__(self, leg: Leg, handlers: Mapping[str, Handler]) -> None:
        self._leg = leg
        self._handlers = handlers
        self._status: Status = "completed"
        self.hung_up = False
        """Whether `<Hangup>`, or an error, ended the last document, rather than its end."""

    async def run(self, step: Step) -> Status:
        """Follow `step` to its end, past every redirection; return the call's final status."""
        while not isinstance(step, Finish):
            with trio.CancelScope() as self._leg.verbs:
                step = await self._take(step)
            if self._leg.redirection:
                step, self._leg.redirection = self._leg.redirection, None
        return self._status

    async def _take(self, step: Fetch | Execute) -> Step:
        if isinstance(step, Fetch):
            return await self._fetch(step)
        try:
            verbs = parse(step.document)
        except TwimlRefused as refused:
            return await self._failed(refused.code, refused.reason, step.base, fallback=step.fallback)
        return await self._execute(verbs, step)

    async def _fetch(self, step: Fetch) -> Step:
        if step.redirects > MAX_REDIRECTS:
            return await self._failed(TOO_MANY_REDIRECTS, "too many redirects", step.url, fallback=True)
        leg = self._leg
        fields = leg.fields() | dict(step.fields)
        token = secrets.token_hex(16)
        for _ in range(2 if step.twice else 1):
            answer = await leg.delivery.request(
                step.url, fields, method=step.method, signature=leg.faults.webhook_signature, token=token
            )
        if leg.faults.webhook_signature != "right":
            self._judge_refusal(answer)
        if answer.code:
            return await self._failed(answer.code, f"status {answer.status}", step.url, fallback=step.fallback)
        if not is_twiml_type(answer.content_type):
            reason = f"content type {answer.content_type!r}"
            return await self._failed(BAD_XML, reason, step.url, fallback=step.fallback)
        return Execute(answer.body, step.url, step.fallback, step.redirects)

    def _judge_refusal(self, answer: Answer) -> None:
        if answer.status != 403:
            self._leg.journal.failure(f"a request without a true signature was answered {answer.status}, not 403")
        if b"<Response" in answer.body:
            self._leg.journal.failure("a request without a true signature was answered with TwiML")

    async def _failed(self, code: int, reason: str, url: str, *, fallback: bool) -> Step:
        """Go to the fallback; without one, tell the caller that it is over."""
        leg = self._leg
        leg.journal.error(code, reason)
        if leg.hooks.fallback_url and not fallback:
            fields = fallback_fields(code, url)
            return Fetch(leg.hooks.fallback_url, leg.hooks.fallback_method, fields, fallback=True)
        leg.answer()
        leg.journal.note("verb", name="application error")
        await leg.line.play_out(read_aloud(APPLICATION_ERROR))
        self.hung_up = True
        return Finish()

    async def _execute(self, verbs: tuple[Verb, ...], step: Execute) -> Step:
        redirects = step.redirects
        for verb in verbs:
            self._leg.journal.note("verb", name=verb.name, attributes=dict(verb.attributes))
            if verb.name == "Reject":
                return self._reject(verb)
            if verb.name == "Hangup":
                self.hung_up = True
                return Finish()
            if verb.name == "Redirect":
                return redirect(verb, step.base, redirects)
            if verb.name in MEDIA_VERBS:
                self._leg.answer()
                redirects = 0
            if verb.name not in self._handlers:
                reason = f"<{verb.name}> is not allowed here"
                return await self._failed(BAD_SCHEMA, reason, step.base, fallback=step.fallback)
            following = await self._handlers[verb.name](self._leg, verb, step.base)
            if following:
                return following
        return Finish()

    def _reject(self, verb: Verb) -> Step:
        """Refuse a call that was not answered yet; afterwards it is a hang-up."""
        if not self._leg.answered.is_set():
            self._status = "busy" if verb.get("reason", "rejected") == "busy" else "failed"
        return Finish()
