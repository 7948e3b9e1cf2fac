"""What a vendor offers an account, voices and models, asked by the vendor's own SDK.

An SDK is big, and imported only here, in the request of an administrator who asks: no other process knows it. Calls are
made by thin clients of the plugins' own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

MOST = 500
"""Offers of one list that are shown."""
PAGE = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a setting may be: its value, and what the vendor says of it."""

    value: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who can be asked what a setting may be.

    `ask(options of the plugin, seconds)` blocks; it raises ImportError without the SDK, else whatever that raises.
    """

    name: str
    ask: Callable[[Any, float], Iterable[Offer]]


def elevenlabs_voices(options: Any, seconds: float) -> Iterable[Offer]:
    """Yield the voices of the account."""
    with _http(seconds) as http:
        voices, token = _elevenlabs(options, http).voices, None
        while True:
            page = voices.search(page_size=PAGE, next_page_token=token)
            for voice in page.voices:
                said = (*(voice.labels or {}).values(), voice.description)
                yield Offer(voice.voice_id, voice.name or voice.voice_id, _joined(said))
            token = page.next_page_token if page.has_more else None
            if token is None:
                return


def elevenlabs_models(options: Any, seconds: float) -> Iterable[Offer]:
    """Yield the models that speak."""
    with _http(seconds) as http:
        for model in _elevenlabs(options, http).models.list():
            if model.can_do_text_to_speech is not False:
                yield Offer(model.model_id, model.name or model.model_id, model.description or "")


def _elevenlabs(options: Any, http: Any) -> Any:
    from elevenlabs.client import ElevenLabs  # noqa: PLC0415 - see above

    return ElevenLabs(api_key=options.api_key, base_url=options.url.rstrip("/"), httpx_client=http)


def _http(seconds: float) -> Any:
    """Return a client for the SDK that can be closed: the SDK closes none of its own."""
    import httpx  # noqa: PLC0415 - comes with the SDK

    return httpx.Client(timeout=seconds)


def mistral_models(options: Any, seconds: float) -> Iterable[Offer]:
    """Yield the models that talk, and call tools."""
    from mistralai.client import Mistral  # noqa: PLC0415 - see above

    client = Mistral(api_key=options.api_key, server_url=options.url.rstrip("/"), timeout_ms=round(1000 * seconds))
    with client:
        cards: Iterable[Any] = client.models.list().data or ()
        for card in cards:
            can = getattr(card, "capabilities", None)  # a kind of card that the SDK does not know has none
            if can is not None and can.completion_chat and can.function_calling:
                yield Offer(card.id, _text(card.name) or card.id, _text(card.description))


def _text(value: Any) -> str:
    """Return a text of the SDK's; what the vendor left out is an object of its own there."""
    return value if isinstance(value, str) else ""


def _joined(said: Iterable[str | None]) -> str:
    return ", ".join(each for each in said if each)


VENDORS: Mapping[str, Vendor] = {
    "plugins.elevenlabs.voice": Vendor("ElevenLabs", elevenlabs_voices),
    "plugins.elevenlabs.model": Vendor("ElevenLabs", elevenlabs_models),
    "plugins.mistral.model": Vendor("Mistral", mistral_models),
}
"""Setting -> who knows what it may be. The SDKs of Gladia and Speechmatics list nothing; those of the carriers list
numbers, which `voiced number show` does."""


def first(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Return as many offers as a page shows, each value once, by name."""
    once = {offer.value: offer for offer in islice(offers, MOST)}
    return tuple(sorted(once.values(), key=lambda offer: offer.name.lower()))
