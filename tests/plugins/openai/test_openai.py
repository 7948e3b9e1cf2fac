"""Models behind an address that speaks OpenAI's chat completions."""

from contextlib import asynccontextmanager

import msgspec
import pytest
import trio

from voiced.errors import ProviderBadInput, ProviderRefused, ProviderThrottled, Unavailable
from voiced.plugin import Done, LlmRequest, Message, Token, ToolCall, ToolSpec
from voiced.testing.fakes import FakeHost
from voiced.testing.mistral import Call, Faults, House, Mistral, Reply, running
from voiced_openai import make, voiced_plugin
from voiced_openai.options import OpenaiOptions

NOTE = ToolSpec("noter", "Note un message.")
OLLAMA = House("openai", key="", models=("qwen3:4b",))
CALLER = Message("user", "Mardi ?")


@pytest.fixture
async def host(tmp_path):
    made = FakeHost(tmp_path, tmp_path)
    yield made
    await made.net.aclose()


@asynccontextmanager
async def wired(emulator, host, **options):
    async with running(emulator) as served:
        given = {"model": "qwen3:4b", "url": f"{served.url}/v1/", "api_key": emulator.house.key, **options}
        yield make(OpenaiOptions(**given), host)


async def ask(llm, *messages, **fields):
    sending, receiving = trio.open_memory_channel(1000)
    with trio.fail_after(10):
        await llm.reply(LlmRequest(messages or (CALLER,), **fields), sending)
    sending.close()
    return [event async for event in receiving]


async def test_words_and_calls_in_pieces_from_a_server_without_keys(host):
    emulator = Mistral([Reply("Un instant.", (Call("noter", {"nom": "Élan"}), Call("noter")))], house=OLLAMA)
    async with wired(emulator, host) as llm:
        events = await ask(llm, tools=(NOTE,), tool_choice="required")
    assert "".join(event.text for event in events if isinstance(event, Token)) == "Un instant."
    assert [event.arguments for event in events if isinstance(event, ToolCall)] == [{"nom": "Élan"}, {}]
    assert events[-1].answer_tokens > 0
    [exchange] = emulator.journal
    assert "authorization" not in exchange.headers
    assert exchange.request.raw["tool_choice"] == "required"


async def test_costs_are_unknown_where_they_are_not_asked_for(host):
    async with wired(Mistral([Reply("Oui.")], house=OLLAMA), host, usage=False) as llm:
        assert (await ask(llm))[-1] == Done()


async def test_a_caller_speaks_first_for_templates_that_insist(host):
    emulator = Mistral(house=OLLAMA)
    async with wired(emulator, host, limit_field="max_completion_tokens", extra={"think": False}) as llm:
        await ask(llm, Message("system", "x"), Message("assistant", "Bonjour !"), CALLER)
        assert not llm.capabilities.prefix
    body = emulator.journal[0].request.raw
    assert [(line["role"], line["content"]) for line in body["messages"]][1] == ("user", "Allô ?")
    assert body["max_completion_tokens"] == 300
    assert body["think"] is False


@pytest.mark.parametrize(
    ("faults", "options", "error", "code"),
    [
        (Faults(), {"api_key": "wrong"}, ProviderRefused, "invalid_api_key"),
        (Faults(), {"model": "gpt-9"}, ProviderBadInput, "model_not_found"),
        (Faults(status=429), {}, ProviderThrottled, "rate_limit_exceeded"),
    ],
)
async def test_refusals_name_the_server_s_own_code(host, faults, options, error, code):
    emulator = Mistral(house=House("openai", models=("qwen3:4b",)), faults=faults)
    async with wired(emulator, host, **options) as llm:
        with pytest.raises(error, match=code):
            await ask(llm)


def test_options():
    assert voiced_plugin().options is OpenaiOptions
    assert msgspec.convert({"extra": {"a": {"b": 1}}, "temperature": 1.5}, OpenaiOptions).extra == {"a": {"b": 1}}
    for wrong in ({"url": "http://gpu.example.fr/v1"}, {"temperature": 3}, {"limit_field": "n"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, OpenaiOptions)
    [schema] = msgspec.json.schema(OpenaiOptions)["$defs"].values()
    assert all(option.get("description") for option in schema["properties"].values())


async def test_without_a_model_the_provider_is_unavailable(host):
    with pytest.raises(Unavailable, match="model"):
        make(OpenaiOptions(), host)
