"""Mistral's own client talks to the emulator: the proof that it is one. It needs a thread of its own."""

import pytest
import trio
from asking import CALLER, MODEL, called, result, tool
from mistralai.client import Mistral as Client
from mistralai.client.errors import SDKError
from outcome import capture

from voiced.testing.mistral import Call, Faults, House, Manner, Mistral, Reply, running

TEXT = "Bien sûr, mardi à neuf heures."
SLOTS = tool("creneaux", "Cherche un rendez-vous.", jour={"type": "string"})


@pytest.fixture
def client():
    """Serve an emulator, and run a conversation of the client with it in a thread."""

    async def run(emulator, conversation, key="test-key"):
        def talk(url):
            with Client(api_key=key, server_url=url) as made:
                return conversation(made)

        async with running(emulator) as served:
            said = await trio.to_thread.run_sync(capture, talk, served.url)
        return said.unwrap()

    return run


def streamed(client, *messages, **fields):
    """Return text, calls, the reason and the costs of a streamed answer."""
    text, calls, reason, usage = "", [], None, None
    with client.chat.stream(model=MODEL, messages=list(messages or [CALLER]), **fields) as events:
        for event in events:
            usage = event.data.usage or usage
            for choice in event.data.choices:
                text += choice.delta.content if isinstance(choice.delta.content, str) else ""
                calls += choice.delta.tool_calls or []
                reason = choice.finish_reason or reason
    return text, calls, reason, usage


@pytest.mark.checklist("mistral-5", "mistral-8")
@pytest.mark.parametrize("manner", [Manner(), Manner(pieces=5, pings=True, padding=True), Manner(line_end="\r\n")])
async def test_it_reads_a_stream(client, manner):
    text, _, reason, usage = await client(Mistral([Reply(TEXT)], manner=manner), streamed)
    assert (text, reason) == (TEXT, "stop")
    assert usage.total_tokens > usage.completion_tokens > 0


@pytest.mark.checklist("mistral-9")
async def test_it_holds_a_conversation_with_tools(client):
    def conversation(made):
        _, [call], reason, _ = streamed(made, tools=[SLOTS], tool_choice="any")
        assert (call.function.name, reason) == ("creneaux", "tool_calls")
        answer = {**result(call.id), "content": '{"say": "Il reste neuf heures."}', "name": "creneaux"}
        return streamed(made, CALLER, called(call.id), answer, tools=[SLOTS])[0]

    emulator = Mistral([Reply("Un instant.", (Call("creneaux", {"jour": "mardi"}),))])
    assert await client(emulator, conversation) == "Il reste neuf heures."
    assert [exchange.status for exchange in emulator.journal] == [200, 200]


@pytest.mark.checklist("mistral-12")
async def test_it_reads_thinking_and_answers_in_one_piece(client):
    def conversation(made):
        thought = streamed(made)[0]
        return thought, made.chat.complete(model=MODEL, messages=[CALLER]).choices[0].message.content

    emulator = Mistral([Reply(TEXT, thinking="Il veut mardi."), Reply("Oui.")])
    assert await client(emulator, conversation) == (TEXT, "Oui.")


@pytest.mark.checklist("mistral-1", "mistral-14", "mistral-4")
@pytest.mark.parametrize(
    ("emulator", "key", "messages", "status"),
    [
        (Mistral(), "wrong", [CALLER], 401),
        (Mistral(faults=Faults(status=429, retry_after=1)), "test-key", [CALLER], 429),
        (Mistral(faults=Faults(status=503, html=True)), "test-key", [CALLER], 503),
        (Mistral(), "test-key", [CALLER, result("a1B2c3D4e")], 400),
        (Mistral(house=House(models=())), "test-key", [CALLER], 404),
    ],
)
async def test_it_is_told_what_went_wrong(client, emulator, key, messages, status):
    with pytest.raises(SDKError) as raised:
        await client(emulator, lambda made: streamed(made, *messages), key)
    assert raised.value.status_code == status


@pytest.mark.checklist("mistral-1")
async def test_it_lists_the_models(client):
    listed = await client(Mistral(), lambda made: [model.id for model in made.models.list().data])
    assert MODEL in listed
