"""The options of the plugin, as the configuration reads them."""

import msgspec
import pytest

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
