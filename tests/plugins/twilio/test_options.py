"""The options of the plugin, as the configuration reads them."""

from __future__ import annotations

import msgspec
import pytest

from voiced_twilio.options import TwilioOptions

ACCOUNT = "AC00000000000000000000000000000001"


def test_an_account_and_its_tokens_are_enough():
    options = msgspec.convert({"account_sid": ACCOUNT, "auth_tokens": ["t"]}, TwilioOptions)
    assert options.auth_tokens == ("t",)
    assert options.say_language == "fr-FR"


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_sid": "SK1"},
        {"auth_tokens": [""]},
        {"refuse_with": "silence"},
        {"fallback_number": "0100000001"},
        {"fallback_timeout": 1},
        {"dial_limit": 10},
        {"url": "http://api.twilio.com"},
        {"url": "twilio"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_refused(wrong: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"account_sid": ACCOUNT, "auth_tokens": ["t"], **wrong}, TwilioOptions)


def test_every_option_is_documented_and_secrets_are_marked():
    [schema] = msgspec.json.schema(TwilioOptions)["$defs"].values()
    assert all(option.get("description") for option in schema["properties"].values())
    secret = [name for name, option in schema["properties"].items() if option.get("x-voiced-secret")]
    assert secret == ["auth_tokens", "shared_keys", "api_secret"]
