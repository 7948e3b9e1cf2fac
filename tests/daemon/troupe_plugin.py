"""The providers of the worker's tests, a plugin like any other: they know their lines, and break when they are told to.

The ear hears a sentence where the sound holds its mark (20 ms of one byte), the voice hums, the model takes the choice
that has the caller's sentence among its examples. A provider is broken for as long as the file `<kind>.broken` lies in
the plugin's folder, and blocks the whole worker once for a file `<kind>.stuck`.
"""

import time
from dataclasses import dataclass

from voiced.audio import MULAW_8K, Packet
from voiced.plugin import (
    Done,
    Finalise,
    Heard,
    LlmCapabilities,
    PluginSpec,
    ProviderSpec,
    SttCapabilities,
    ToolCall,
    ToolOutcome,
    ToolSpec,
    TtsCapabilities,
    hookimpl,
)

SENTENCES = {
    1: "oui",
    2: "non",
    3: "je m'appelle Zéphyrine Quatrevents",
    4: "où êtes-vous installés",
    5: "allô",
}
PACE = 40.0
"""Characters a second: quick talkers make quick tests."""
HUM = bytes([0x8F, 0x9F, 0xAF, 0x9F, 0x8F, 0x0F, 0x1F, 0x2F, 0x1F, 0x0F])


def mark(number):
    return bytes([number]) * 160


def spoken(number):
    """Return half a second of speech in which the ear hears sentence `number`."""
    from voiced.lab.voices import recorded  # noqa: PLC0415 - for those who call, not for the worker

    speech = recorded("kok_f_s36.wav")[5200:9200]  # there she speaks: a mark in silence would be a voice now and then
    for at in (800, 2400, 3200):
        speech = speech[:at] + mark(number) + speech[at + 160 :]
    return speech


class Breakable:
    kind = ""

    def __init__(self, host):
        self.host = host
        self.sign = host.data_dir / f"{self.kind}.broken"
        self.stuck = host.data_dir / f"{self.kind}.stuck"

    def work(self):
        if self.stuck.exists():
            self.stuck.unlink()
            time.sleep(60)  # what no plugin may do: it blocks the loop
        if self.sign.exists():
            raise RuntimeError("the caller Zéphyrine of +33611111111 must not be in the log")


class Ear(Breakable):
    kind = "stt"
    capabilities = SttCapabilities(interim=False)

    async def transcribe(self, audio, heard, _hints=()):
        at = last = 0.0
        words, sound = "", b""
        async for item in audio:
            self.work()
            if isinstance(item, Finalise):
                await heard.send(Heard(words, final=True, start=last, end=at, confidence=0.9))
                last, words, sound = at, "", b""
                continue
            at += item.seconds
            sound = sound[-160:] + item.data
            words = next((text for number, text in SENTENCES.items() if mark(number)[:120] in sound), words)


class Mouth(Breakable):
    kind = "tts"
    capabilities = TtsCapabilities()
    fingerprint = "troupe"

    async def speak(self, clauses, audio, format):
        async for clause in clauses:
            self.work()
            if clause in SENTENCES.values():  # a caller's words, spoken by this voice: the ear hears them
                await audio.send(Packet(spoken(next(n for n, text in SENTENCES.items() if text == clause)), MULAW_8K))
                continue
            size = format.size(max(0.2, len(clause) / PACE))
            await audio.send(Packet((HUM * (size // len(HUM) + 1))[:size], MULAW_8K))


class Brain(Breakable):
    kind = "llm"
    capabilities = LlmCapabilities(free_text=False)

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        self.work()
        said = request.messages[-1].content
        for tool in request.tools:
            if said in tool.examples:
                await out.send(ToolCall("c1", tool.name))
        await out.send(Done())


class Guide(Breakable):
    kind = "tool"
    spec = ToolSpec("guide", "Says where we are.", {"type": "object", "properties": {}})
    effect = "read"

    async def call(self, _arguments, _context):
        self.work()
        return ToolOutcome(ok=True, data={"ville": "Rennes"})


@dataclass(frozen=True, slots=True)
class Options:
    """None."""


@hookimpl
def voiced_plugin():
    return PluginSpec(
        "troupe",
        "The providers of the worker's tests",
        (
            ProviderSpec("stt", "troupe", lambda _options, host: Ear(host)),
            ProviderSpec("tts", "troupe", lambda _options, host: Mouth(host)),
            ProviderSpec("llm", "troupe", lambda _options, host: Brain(host)),
            ProviderSpec("tool", "guide", lambda _options, host: Guide(host)),
        ),
        Options,
    )
