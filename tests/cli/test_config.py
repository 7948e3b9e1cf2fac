"""`voiced config` and `voiced plugins`: what is in effect, and what is installed."""

import json

import jsonschema


def test_settings_are_shown_with_their_source_and_without_secrets(project, voiced):
    printed = voiced("config", "show", DATA_TTL_DAYS="30", TWILIO_AUTH_TOKEN="hunter2")
    lines = printed.out.splitlines()
    assert "privacy.data_ttl_days: 30   # DATA_TTL_DAYS" in lines
    assert 'providers.stt: "local"' in lines
    assert 'plugins.twilio.auth_tokens: ["********"]' in lines
    assert 'server.public_url: ""   # default, its variable is not set' in lines
    assert "hunter2" not in printed.out


def test_programs_get_json(project, voiced):
    shown = {line["name"]: line for line in json.loads(voiced("config", "show", "--json").out)}
    assert shown["limits.calls"] == {"name": "limits.calls", "value": 20, "source": "file"}


def test_settings_that_are_wrong_are_told_instead(project, voiced, change):
    change("stt: local", "stt: locla")
    printed = voiced("config", "show")
    assert (printed.code, printed.out) == (2, "")
    assert "there is no stt provider 'locla' — did you mean 'local'?" in printed.err


def test_the_schema_is_printed_or_written(voiced, tmp_path):
    schema = json.loads(voiced("config", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "frontdesk" in schema["properties"]["plugins"]["properties"]
    voiced("config", "schema", "--output", tmp_path / "deep" / "schema.json")
    assert json.loads((tmp_path / "deep" / "schema.json").read_text(encoding="utf-8")) == schema


def test_plugins_are_listed_with_status_and_options(project, voiced):
    listed = {plugin["name"]: plugin for plugin in json.loads(voiced("plugins", "--json").out)}
    assert listed["frontdesk"]["status"] == "enabled"
    assert listed["frontdesk"]["providers"] == ["tool appointment_request", "tool take_message"]
    assert [option["name"] for option in listed["frontdesk"]["options"]] == ["path"]
    assert listed["twilio"]["origin"].startswith("voiced ")
    table = voiced("plugins").out
    assert "frontdesk      enabled      tool appointment_request, tool take_message" in table
    assert "    - path: File that gets one JSON line for each request." in table


def test_without_a_configuration_they_are_all_available(voiced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {plugin["status"] for plugin in json.loads(voiced("plugins", "--json").out)} == {"available"}


def test_a_plugin_with_wrong_options_or_that_is_missing_says_so(project, voiced, change):
    change("frontdesk: {}", "frontdesk: {paht: x}\n  gone: {}")
    listed = {plugin["name"]: plugin for plugin in json.loads(voiced("plugins", "--json").out)}
    assert listed["frontdesk"]["status"] == "option_error"
    assert "unknown key 'paht'" in listed["frontdesk"]["reason"]
    assert listed["gone"]["status"] == "missing"


def test_one_plugin_is_shown_in_full(project, voiced):
    out = voiced("plugins", "show", "frontdesk").out
    assert "status:    enabled" in out
    assert '  path (text, default "requests.jsonl"): File that gets one JSON line' in out
    assert json.loads(voiced("plugins", "show", "frontdesk", "--json").out)["name"] == "frontdesk"


def test_a_plugin_that_is_not_there(project, voiced):
    printed = voiced("plugins", "show", "frontdesc")
    assert printed.code == 2
    assert "there is no plugin 'frontdesc'; there is" in printed.err
