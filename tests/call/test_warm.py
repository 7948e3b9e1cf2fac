"""Fixed texts that become sound before anyone rings."""

import pytest
import trio

from voiced.call.phrases import PhraseBook
from voiced.call.warm import WHOLE, warm
from voiced.errors import ProviderTimeout
from voiced.plugin import MULAW_8K, Packet
from voiced.testing.fakes import ScriptedTts


class Stops(ScriptedTts):
    async def speak(self, clauses, audio, format):
        async for _clause in clauses:
            await audio.send(Packet(b"x" * 160, format))
            await trio.sleep_forever()


async def test_a_voice_that_stops_in_the_middle_of_a_text_is_not_waited_for_without_end(tmp_path, autojump_clock):
    book = PhraseBook(tmp_path, "scripted", MULAW_8K)
    with pytest.raises(ProviderTimeout):
        await warm(Stops(), book, ["Bonjour.", "Au revoir."])
    assert trio.current_time() == pytest.approx(WHOLE)
    assert book.get("Bonjour.") is None
