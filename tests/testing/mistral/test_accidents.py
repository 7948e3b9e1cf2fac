"""What goes wrong in the middle of an answer, before it, and between two."""

import pytest
import trio
from asking import CALLER

from voiced.errors import ProviderOverloaded
from voiced.testing.mistral import Faults, Mistral, Reply

TEXT = "Bien sûr, je regarde tout de suite."


@pytest.mark.fault("mistral", "slow first byte")
@pytest.mark.checklist("mistral-16")
@pytest.mark.parametrize(("head", "first"), [(3.0, 0.0), (0.0, 12.0)])
async def test_an_answer_begins_late(asked, autojump_clock, head, first):
    async with asked(Mistral([Reply(TEXT)], faults=Faults(head_late=head, first_late=first))) as ask:
        began = trio.current_time()
        with trio.move_on_after(2.0) as impatient:
            await ask()
        assert impatient.cancelled_caught
        headers = {"authorization": "Bearer test-key"}
        body = b'{"model": "mistral-small-latest", "stream": true, "messages": [{"role": "user", "content": "?"}]}'
        url = f"{ask.url}/v1/chat/completions"
        async with ask.net.stream("POST", url, headers=headers, body=body) as reading:
            assert trio.current_time() - began == pytest.approx(2.0 + head, abs=0.1)
            await reading.body()
        assert trio.current_time() - began == pytest.approx(2.0 + head + first, abs=0.1)


@pytest.mark.checklist("mistral-17", way="reset")
async def test_the_connection_is_reset(asked):
    async with asked(Mistral([Reply(TEXT)], faults=Faults(then="reset", after=2))) as ask:
        with pytest.raises(ProviderOverloaded, match="broke off"):
            await ask()


@pytest.mark.checklist("mistral-17", by="then")
@pytest.mark.parametrize("then", ["close", "error", "event"])
async def test_the_answer_ends_before_its_end(asked, then):
    emulator = Mistral([Reply(TEXT)], faults=Faults(then=then, after=2))
    async with asked(emulator) as ask:
        answer = await ask()
    assert b"[DONE]" not in answer.body
    ends = {"close": b'"finish_reason":null', "error": b'"finish_reason":"error"', "event": b'"object":"error"'}
    assert ends[then] in answer.body.splitlines()[-2]
    assert emulator.journal[0].tokens == 2
    assert emulator.journal[0].end == "broken"


@pytest.mark.fault("mistral", "silence")
@pytest.mark.checklist("mistral-19")
@pytest.mark.checklist("mistral-17", way="stall")
async def test_the_model_falls_silent_and_who_waited_leaves(asked, autojump_clock):
    emulator = Mistral([Reply(TEXT)], faults=Faults(then="stall", after=3))
    async with asked(emulator) as ask:
        with trio.move_on_after(5.0) as impatient:
            await ask()
        assert impatient.cancelled_caught
        [exchange] = emulator.journal
        await exchange.over.wait()
    assert (exchange.end, exchange.tokens) == ("left", 3)


@pytest.mark.checklist("mistral-18")
async def test_an_event_is_no_json(asked):
    async with asked(Mistral([Reply(TEXT)], faults=Faults(then="malformed", after=1))) as ask:
        answer = await ask()
    assert answer.lines[-2] == 'data: {"id":"c0ffee","choices":[{"delta"'


@pytest.mark.checklist("mistral-20")
async def test_a_warm_connection_is_closed_between_two_requests(asked):
    emulator = Mistral()
    async with asked(emulator) as ask:
        ports = []
        for _ in range(2):
            assert (await ask(CALLER)).status == 200
            ports.append(emulator.journal[-1].line)
        assert ports[0] is ports[1]
        await emulator.hang_up()
        assert (await ask(CALLER)).status == 200
        assert emulator.journal[-1].line is not ports[0]
