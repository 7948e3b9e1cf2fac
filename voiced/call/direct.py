"""A person's hand on a call in progress: what it is told from outside reaches its flow, its journal and the feed."""

from __future__ import annotations

import trio

from voiced.call.switchboard import Call
from voiced.dialog.operator import refusal
from voiced.dialog.talk import Directed
from voiced.errors import Declined
from voiced.observe.log import logger

log = logger("call")


def direct(call: Call, event: Directed, actor: str) -> None:
    """Have the call do what a person, `actor`, wants. Raises `Declined` (409) when it cannot do that now."""
    session = call.session
    if session is None or not session.live:
        fix = "wait until the caller is back, or watch for `call.ended`"
        raise Declined("the call has no line now: it rings, is being transferred or is over", fix=fix)
    reason = refusal(call.engine.state, event)
    if reason:
        raise Declined(reason, fix="try again when it goes on")
    try:
        session.direct(event)
    except trio.WouldBlock:
        raise Declined("the call is too far behind to be told anything", fix="try again in a moment") from None
    call.journal.directed(event, actor)
    log.info("call_directed", call_id=call.call_id, act=type(event).__name__, actor=actor)
