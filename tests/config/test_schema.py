"""The schema: for editors as for us, made from the classes."""

from dataclasses import fields

import jsonschema
import pytest

from voiced.config.describe import describe
from voiced.config.schema import editor_schema, is_secret, schema
from voiced.config.settings import Settings, WrittenSettings


def test_it_is_a_schema_and_knows_the_installed_plugins(plugins):
    made = schema(plugins)
    jsonschema.Draft202012Validator.check_schema(made)
    below = made["properties"]["plugins"]
    assert set(below["properties"]) == {"phone", "tools", "voice", "spare", "ill"}
    assert below["properties"]["phone"]["required"] == ["token"]
    assert below["properties"]["phone"]["additionalProperties"] is False


def test_what_is_inside_a_list_of_secrets_is_a_secret(plugins):
    phone = schema(plugins)["properties"]["plugins"]["properties"]["phone"]["properties"]
    assert is_secret(phone["old_tokens"]["items"])


@pytest.mark.parametrize(
    ("data", "fits"),
    [
        ({"server": {"port": "${PORT}"}}, True),
        ({"server": {"port": "http"}}, False),
        ({"log": {"level": "${LEVEL:-}"}}, True),
        ({"log": {"level": "loud"}}, False),
        ({"plugins": {"phone": {"token": "${PHONE_TOKEN}"}}}, True),
        ({"plugins": {"phone": {"token": "literal"}}}, False),
        ({"plugins": {"phone": {"token": "${T}", "old_tokens": ["literal"]}}}, False),
        ({"plugins": {"tools": None}}, True),
        ({"numbers": {"default": {"flow": "${FLOW}"}}}, True),
        ({"numbers": {"default": {"folw": "x"}}}, False),
    ],
)
def test_an_editor_lets_variables_stand_for_values_and_only_them_for_secrets(plugins, data, fits):
    made = editor_schema(plugins)
    jsonschema.Draft202012Validator.check_schema(made)
    assert jsonschema.Draft202012Validator(made).is_valid(data) is fits


def test_every_setting_is_described(plugins):
    described = describe(schema(plugins))
    assert [each.name for each in described if not each.about] == []
    names = [each.name for each in described]
    assert names[:3] == ["server.host", "server.port", "server.workers"]
    assert "numbers.*.flow" in names
    assert "plugins.phone.ring_seconds" in names


def test_what_is_written_and_what_the_program_gets_name_the_same_things():
    written, used = set(WrittenSettings.__struct_fields__), {field.name for field in fields(Settings)}
    assert used - written == {"file", "overridden", "unset", "stated", "version"}
    assert written <= used
