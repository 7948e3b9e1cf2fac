"""Acme's recogniser: it hears how many words were said. Put a real one in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from voiced.audio import dbfs
from voiced.plugin import (
    HERE,
    MULAW_8K,
    Finalise,
    Heard,
    Host,
    PluginSpec,
    ProviderBadInput,
    ProviderSpec,
    Sink,
    Source,
    Stt,
    SttCapabilities,
    SttInput,
    Word,
    hookimpl,
    option,
)

FRAME = MULAW_8K.size(0.02)


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    audible: Annotated[float, option("Level in dBFS above which sound is speech", ge=-80, le=0)] = -50.0


class AcmeStt:
    """Implements `Stt`."""

    def __init__(self, options: AcmeOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> SttCapabilities:
        """Mu-law at 8 kHz, as carriers send it; interims, words with times, a final for each `Finalise`."""
        return SttCapabilities(words=True)

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call; see `voiced.plugin.Stt`."""
        del hints  # words of the flow, such as names; a real recogniser favours them
        call = _Call(self._options.audible)
        async for item in audio:
            if isinstance(item, Finalise):
                await heard.send(call.final())
            elif item.format != MULAW_8K:
                raise ProviderBadInput(f"sound in {item.format}", provider="acme")
            elif call.feed(item.data):
                await heard.send(call.interim())
        if call.words:
            await heard.send(call.final())


class _Call:
    """What was heard of one call. Pure: sound in, words out; time is counted in sound."""

    def __init__(self, audible: float) -> None:
        self.words: list[Word] = []
        self._audible = audible
        self._rest = b""
        self._now = 0.0
        self._since: float | None = None

    def feed(self, data: bytes) -> bool:
        """Take sound; return whether a word ended in it."""
        data, count = self._rest + data, len(self.words)
        whole = len(data) - len(data) % FRAME
        self._rest = data[whole:]
        for at in range(0, whole, FRAME):
            self._frame(data[at : at + FRAME])
        return len(self.words) > count

    def _frame(self, data: bytes) -> None:
        loud = dbfs(data, "mulaw") > self._audible
        if not loud and self._since is not None:
            self.words.append(Word("mot", self._since, self._now))
            self._since = None
        elif loud and self._since is None:
            self._since = self._now
        self._now += 0.02

    def interim(self) -> Heard:
        """Return what was heard since the last final."""
        return self._heard(final=False)

    def final(self) -> Heard:
        """Return the same, for good."""
        heard, self.words = self._heard(final=True), []
        return heard

    def _heard(self, *, final: bool) -> Heard:
        start, end = (self.words[0].start, self.words[-1].end) if self.words else (self._now, self._now)
        return Heard(" ".join(word.text for word in self.words), final, start, end, tuple(self.words))


def make(options: AcmeOptions, host: Host) -> Stt:
    """Build the recogniser. Import the vendor's SDK here: voiced looks at all installed plugins."""
    return AcmeStt(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Acme's recogniser"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("stt", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
