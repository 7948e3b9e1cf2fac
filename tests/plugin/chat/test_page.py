"""The plugin in docs/plugins/chat.md works as it stands there, and the page names every part."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from voiced.plugin import Done, LlmRequest, Message, Token
from voiced.plugin import chat as door
from voiced.testing.fakes import FakeHost
from voiced.testing.mistral import House, Mistral, Reply, running

PAGE = (Path(__file__).parents[3] / "docs/plugins/chat.md").read_text("utf-8")
CODE = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]


class Heard(list):
    async def send(self, event, /):
        self.append(event)


@pytest.fixture
async def host(tmp_path):
    made = FakeHost(tmp_path, tmp_path)
    yield made
    await made.net.aclose()


async def test_the_page_s_model_answers(host):
    heard = Heard()
    async with running(Mistral([Reply("Oui.")], house=House(key="...", models=("acme-8b",)))) as served:
        module = {}
        exec(CODE.replace("https://llm.acme.example", served.url), module)
        await module["make"](None, host).reply(LlmRequest((Message("user", "Bonjour"),)), heard)
    assert heard[0] == Token("Oui.")
    assert isinstance(heard[-1], Done)


def test_every_part_and_every_field_of_a_dialect_is_on_the_page():
    assert [name for name in door.__all__ if name not in PAGE] == []
    assert [field.name for field in fields(door.Dialect) if f"| `{field.name}` |" not in PAGE] == []
