"""The options of the plugin, as the configuration reads them."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.plugin import LlmRequest, Message, ToolCall, ToolSpec
from voiced.plugin.chat import request_body
from voiced.testing.mistral import House
from voiced.testing.mistral.judge import judged
from voiced_mistral import voiced_plugin
from voiced_mistral.dialect import dialect
from voiced_mistral.options import MistralOptions


def test_a_key_is_enough():
    options = msgspec.convert({"api_key": "k"}, MistralOptions)
    assert options.model == "mistral-small-latest"
    assert options.url == "https://api.mistral.ai"
    assert dialect(options).extra == {"reasoning_effort": "none"}


def test_what_is_not_wished_is_not_sent():
    options = MistralOptions(reasoning="unset", parallel_calls=False, safe_prompt=True)
    assert dialect(options).extra == {"parallel_tool_calls": False, "safe_prompt": True}


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://api.mistral.ai"}, {"temperature": 2}, {"model": ""}, {"reasoning": "low"}, {"url": "mistral"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_refused(wrong):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, MistralOptions)


def test_every_option_is_documented_and_the_key_is_a_secret():
    [schema] = msgspec.json.schema(MistralOptions)["$defs"].values()
    assert all(option.get("description") for option in schema["properties"].values())
    assert [name for name, option in schema["properties"].items() if option.get("x-voiced-secret")] == ["api_key"]
    assert voiced_plugin().options is MistralOptions


NAMES = st.text(min_size=1, max_size=80)
CALLS = st.lists(st.builds(ToolCall, st.text(max_size=12), NAMES), max_size=2).map(tuple)
ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
HISTORIES = st.lists(st.builds(Message, ROLES, st.text(max_size=5), CALLS, st.text(max_size=2)), max_size=8).map(tuple)
TOOLS = st.lists(st.builds(ToolSpec, NAMES, st.text(max_size=5)), max_size=3).map(tuple)
CHOICES = st.sampled_from(["auto", "required", "none"])


@settings(max_examples=60)
@given(st.builds(LlmRequest, HISTORIES, TOOLS, CHOICES, prefix=st.sampled_from(["", "Le cabinet"])), st.booleans())
def test_no_request_is_one_that_mistral_refuses(request, safe):
    options = MistralOptions(safe_prompt=safe, parallel_calls=not safe)
    body = msgspec.json.decode(request_body(request, options.model, dialect(options)).body)
    assert judged(body, House()) is None
