"""Garbage for carriers' plugins, by hypothesis: messages and requests that nobody should send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import trio
from msgspec.structs import replace

from voiced.plugin import Ended, WebRequest
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.telco import NotingDesk, TelcoRig
from voiced.testing.conformance.telco_promises import check_events

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

EXAMPLES = 60
"""Streams, and requests, that are tried."""


async def messages(rig: TelcoRig) -> None:
    """A leg never raises, whatever it is fed: noise, other JSON, its own messages with holes and out of order."""
    await trio.lowlevel.checkpoint()
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415 - the kit imports without it
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    real = st.sampled_from(list(rig.media))
    text = st.text(max_size=200)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | text
    values = st.recursive(leaves, lambda each: st.lists(each) | st.dictionaries(text, each), max_leaves=8)
    anything = st.one_of(real, real.flatmap(_holed), text, st.binary(max_size=400), values.map(_json))

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(st.lists(anything, max_size=12), st.booleans())
    def feed(fed: list[str | bytes], started: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        leg = rig.telco.leg()
        events = [event for message in [*(rig.media[:3] if started else ()), *fed] for event in leg.feed(message)]
        check_events(events)
        expect(sum(isinstance(event, Ended) for event in events) <= 1, "Ended came twice")

    feed()


async def requests(rig: TelcoRig) -> None:
    """Webhooks and upgrades that are garbage never raise, and never reach the desk."""
    await trio.lowlevel.checkpoint()
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415 - the kit imports without it
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    base = rig.incoming() if rig.incoming else rig.upgrade
    if base is None:
        return
    latin = st.text(st.characters(max_codepoint=255), max_size=80)
    headers = st.dictionaries(st.sampled_from([*base.headers, "authorization", "x-signature"]), latin)
    bodies = st.binary(max_size=300) | st.sampled_from([base.body[: len(base.body) // 2], b"{}", b"[1]", b"a=1&a=2"])
    paths = st.sampled_from([base.path, "/voice/", "/voice/" + "x" * 300, base.path + "/nowhere"])

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(st.sampled_from(["GET", "POST", "PUT"]), headers, bodies, latin, paths)
    def ask(method: str, headers: dict[str, str], body: bytes, query: str, path: str) -> None:
        request = replace(base, method=method, headers=headers, body=body, query=query, path=path)
        _stranger(rig, request)

    ask()


def _stranger(rig: TelcoRig, request: WebRequest) -> None:
    desk = NotingDesk()
    status = rig.telco.webhook(request, desk).status
    expect(not desk.asked, f"garbage reached the desk: {desk.asked}")
    expect(status >= 400, f"garbage gets {status}")
    expect(isinstance(rig.telco.call_of(request), str), "call_of gives no text")
    expect(not rig.telco.admits(request), "garbage opens a media socket")


def _holed(message: str | bytes) -> SearchStrategy[str | bytes]:
    """Return a strategy for `message` with a piece taken out, and another put in."""
    from hypothesis import strategies as st  # noqa: PLC0415 - the kit imports without it

    def damaged(start: int, length: int, put: str) -> str | bytes:
        if isinstance(message, str):
            return message[:start] + put + message[start + length :]
        return message[:start] + put.encode() + message[start + length :]

    return st.builds(damaged, st.integers(0, len(message)), st.integers(0, 20), st.text(max_size=3))


def _json(value: object) -> str:

    return json.dumps(value)
