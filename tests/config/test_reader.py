"""Reading voiced.yaml: what it comes to, and every fault at its place, all at once."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiced.config.reader import examine, read_settings
from voiced.config.settings import WrittenSettings
from voiced.errors import BadInput


def test_what_is_not_stated_has_its_default_and_paths_are_relative_to_the_file(read, folder):
    settings = read()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.limits.calls == 20
    assert settings.flows == folder / "flows"
    assert settings.data_dir == folder / "data"
    assert settings.store.url == f"sqlite:///{folder}/data/voiced.db"
    assert settings.numbers["default"].flow == "accueil"


def test_an_absolute_database_stays_where_it_is(read, working):
    assert read(working(new="store: {url: 'sqlite:////var/lib/v.db'}")).store.url == "sqlite:////var/lib/v.db"
    url = "postgresql://v@db/voiced"
    assert read(working(new=f"store: {{url: '{url}'}}")).store.url == url


def test_plugins_get_their_options_and_those_of_chosen_providers_are_switched_on(read):
    plugins = read().plugins
    assert set(plugins) == {"phone", "tools", "voice"}
    assert (plugins["phone"].token, plugins["phone"].ring_seconds) == ("s3cret", 25)
    assert plugins["tools"].path == "notes.jsonl"


def test_a_section_with_nothing_under_it_is_as_good_as_empty(read, working):
    settings = read(working("tools: {}", "tools:") + "limits:\nlog:\n")
    assert settings.plugins["tools"].path == "notes.jsonl"
    assert settings.log.level == "info"


def test_the_version_tells_one_content_from_another(read, working):
    first, second = read(), read(working(new="# a comment\n"))
    assert len(first.version) == 12
    assert first.version != second.version
    assert read().version == first.version


def test_what_the_file_states_is_told_from_defaults(read, working):
    stated = read(working(new="privacy: {data_ttl_days: 30}")).stated
    assert "privacy.data_ttl_days" in stated
    assert "privacy.recording_enabled" not in stated


def test_every_fault_is_reported_at_once_with_its_place(faults, working):
    text = working("stt: ears", "stt: eras").replace("flow: accueil", "flow: acceuil") + "limits: {calls: many}\n"
    assert faults(text) == [
        "3:8: there is no stt provider 'eras' — did you mean 'ears'?",
        "12:19: there is no flow 'acceuil' in flows — did you mean 'accueil'?",
        "13:17: limits/calls: expected a whole number, found the text 'many' — leave it out for the default, 20",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "sever: {port: 1}\n", "13:1: unknown key 'sever' — did you mean 'server'?"),
        ("", "server: {port: 70000}\n", "13:16: server/port: 70000 is too large: at most 65535"),
        ("stt: ears", "stt: mouth", "3:8: 'mouth' provides tts, not stt — there is ears"),
        ("stt: ears", "stt: ill", "3:8: plugin 'ill' cannot be used: ImportError: no SDK — there is ears"),
        ("  tools: {}", "  toolz: {}", "10:3: plugins: unknown key 'toolz' — did you mean 'tools'?"),
        ("tools: {}", "tools: {paht: x}", "10:11: plugins/tools: unknown key 'paht' — did you mean 'path'?"),
        (
            "    token: ${PHONE_TOKEN}",
            "    token: ${PHONE_TOKEN}\n    ring_seconds: 99",
            "10:19: plugins/phone/ring_seconds: 99 is too large: at most 60",
        ),
        ("    token: ${PHONE_TOKEN}", "    {}", "9:5: plugins/phone: the key 'token' is missing — add 'token: ...'"),
        ("default:", '"01 23 45 67 89":', "12:3: '01 23 45 67 89' is not a number — write it as \"+33123456789\""),
        (
            "default:",
            "anyone:",
            '12:3: \'anyone\' is not a number — write "default", or a number such as "+33123456789"',
        ),
        (
            "  default: {flow: accueil}",
            "  {}",
            "12:3: no number has a flow — add `default: {flow: NAME}` under numbers:",
        ),
        ("", "server: {public_url: 'http://voix.fr'}", "13:22: 'http://voix.fr' is not https: callers' voices would"),
        ("", "server: {public_url: 'https://v.fr/x'}", "13:22: 'https://v.fr/x' has a path; voiced adds its own"),
        ("", "server: {public_url: 'voix.fr'}", "13:22: 'voix.fr' is not an address — write it as https://"),
        ("", "server: {public_url: 'https://[v'}", "13:22: 'https://[v' is not an address — write it as https://"),
        ("", "flows: flwos", "13:8: there is no folder flwos — name the folder that holds the flows"),
        ("", "flows: flows/accueil.yaml", "13:8: flows/accueil.yaml is not a folder"),
        ("", "data_dir: voiced.yaml", "13:11: voiced.yaml is not a folder"),
        ("", "store: {url: mysql://db/x}", "13:14: 'mysql' is not a kind of database that voiced knows"),
        ("", "store: {url: sqlite://x.db}", "13:14: this SQLite address names no file"),
        ("", "store: {url: 'postgresql://v:pw@db/x'}", "13:14: store/url: a password may not be written"),
        ("", "privacy: {site: example.fr}", "13:17: 'example.fr' is not an address"),
        ("", "log: {level: loud}", "13:14: log/level: 'loud' is not one of"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_only_there(faults, working, old, new, fault):
    (only,) = faults(working(old, new))
    assert only.startswith(fault)


def test_what_a_plugin_itself_refuses_is_a_fault_of_its_options(faults, working):
    (only,) = faults(working(), PHONE_TOKEN="forged")
    assert only == "8:3: phone: the token is forged"


def test_http_is_allowed_to_this_machine_itself(read, working):
    assert read(working(new="server: {public_url: 'http://127.0.0.1:8080/'}")).server.public_url.endswith(":8080")
    assert read(working(new="server: {public_url: 'http://localhost:8080'}")).server.public_url


def test_a_plugin_that_does_not_load_takes_nobody_down_until_it_is_wanted(read, faults, working):
    assert "ill" not in read(working()).plugins
    (only,) = faults(working("tools: {}", "ill: {any: thing}"))
    assert only == "10:3: ill (tests 1.0): ImportError: no SDK — see `voiced plugins`; update it, or remove it"


def test_faults_in_options_are_also_the_plugins_own(folder, plugins, working):
    (folder / "voiced.yaml").write_text(working("tools: {}", "tools: {path: 3}"), encoding="utf-8")
    reading = examine(folder / "voiced.yaml", {"PHONE_TOKEN": "s3cret"}, plugins)
    status, reason = reading.plugin_faults["tools"]
    assert status == "option_error"
    assert "voiced.yaml:10:17" in reason
    assert reading.enabled == ("phone", "tools", "voice")


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["${X}", "${X:-}", "${PHONE_TOKEN}", "accueil", "https://[x", "sqlite:///x", "+33100000000"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=5,
)
SECTIONS = list(WrittenSettings.__struct_fields__)
KEYS = st.sampled_from(
    ["host", "port", "public_url", "stt", "phone", "tools", "default", "flow", "url", "calls", "site"]
)


@given(st.dictionaries(st.sampled_from(SECTIONS), ODD | st.dictionaries(KEYS, ODD, max_size=3), max_size=5))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_either_settings_or_problems_with_places(folder, plugins, data):
    (folder / "voiced.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    env = {"PHONE_TOKEN": "s3cret", "STT_PROVIDER": "ears", "DATA_TTL_DAYS": "30"}
    reading = examine(folder / "voiced.yaml", env, plugins)
    assert (reading.settings is None) == bool(reading.problems)


def test_a_section_of_the_wrong_shape_is_reported_as_such(faults, working):
    (only,) = faults(working("default: {flow: accueil}", "default: accueil"))
    assert only.startswith("12:12: numbers/default: expected a mapping")
    text = working().split("plugins:", maxsplit=1)[0] + "plugins: 3\nnumbers: {default: {flow: accueil}}\n"
    assert faults(text)[0].startswith("7:10: plugins: expected a mapping")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty — `voiced init`"),
        (b"# only a comment\n", "the file is empty"),
        (b"- a\n- b\n", "the file is not a mapping of settings"),
        (b"\x89PNG\r\n\x1a\n\x00", "this is not UTF-8 text"),
        (b"#" * 1_000_001, "the file is larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_settings_gets_one_clear_message(folder, plugins, content, says):
    (folder / "voiced.yaml").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_settings(folder / "voiced.yaml", {}, plugins)
    (problem,) = refused.value.problems
    assert says in str(problem)


def test_no_file_or_a_folder_gets_one_clear_message(folder, plugins):
    with pytest.raises(BadInput, match="there is no such file — `voiced init FOLDER`"):
        read_settings(folder / "nothing.yaml", {}, plugins)
    with pytest.raises(BadInput, match="the file cannot be read: Is a directory"):
        read_settings(folder, {}, plugins)
