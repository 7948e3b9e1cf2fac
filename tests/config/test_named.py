"""Providers beside the active ones: stand-ins, those on trial, those of one flow or one number."""

import pytest

from voiced.config.reader import examine
from voiced.config.settings import Allowance

WANTED = """\
fallback: {tts: [spare]}
canary:
  stt: {spare: 20}
flow_providers:
  accueil: {tts: spare}
"""


def test_they_are_read_and_their_plugins_switched_on(read, working):
    settings = read(working("default: {flow: accueil}", "default: {flow: accueil, providers: {stt: spare}}") + WANTED)
    assert settings.fallback.tts == ("spare",)
    assert settings.canary.stt == {"spare": 20}
    assert settings.flow_providers["accueil"].tts == "spare"
    assert settings.numbers["default"].providers.stt == "spare"
    assert "spare" in settings.plugins


@pytest.mark.parametrize(
    "named",
    [
        "fallback: {tts: [spare]}",
        "canary: {stt: {spare: 20}}",
        "flow_providers: {accueil: {tts: spare}}",
        "numbers: {default: {flow: accueil, providers: {stt: spare}}}",
    ],
)
def test_to_be_named_anywhere_is_enough(read, working, named):
    assert "spare" not in read().plugins
    text = working() if not named.startswith("numbers") else working().split("numbers:", maxsplit=1)[0]
    assert "spare" in read(text + named).plugins


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ("fallback: {tts: [spaer]}", "13:18: there is no tts provider 'spaer' — did you mean 'spare'?"),
        ("fallback: {llm: [spare]}", "13:18: 'spare' provides stt and tts, not llm — there is brain"),
        ("fallback: {stt: ['']}", "13:18: there is no stt provider ''"),
        ("fallback: {tts: [spare, mouth, spare]}", "13:32: 'spare' stands twice among the stand-ins — delete one"),
        ("canary: {stt: {eras: 5}}", "13:16: there is no stt provider 'eras' — did you mean 'ears'?"),
        ("canary: {stt: {ears: 5}}", "13:16: 'ears' is the active provider: it gets the calls that the others leave"),
        ("canary: {stt: {spare: 101}}", "13:23: canary/stt/spare: 101 is too large: at most 100"),
        ("flow_providers: {acueil: {tts: spare}}", "13:18: there is no flow 'acueil' in flows — did you mean 'accue"),
        ("flow_providers: {accueil: {tts: brain}}", "13:33: 'brain' provides llm, not tts"),
        (
            "limits: {providers: {spaer: {burst: 2}}}",
            "13:22: 'spaer' is no provider: nothing is asked of it that could",
        ),
        (
            "limits: {providers: {gate: {burst: 2}}}",
            "13:22: 'gate' is only a vad: nothing is asked of it that could be",
        ),
        ("limits: {tools: {notes: 5}}", "13:18: there is no tool 'notes' — did you mean 'note'?"),
        ("limits: {tools: {note: 0}}", "13:24: limits/tools/note: 0"),
        ("limits: {providers: {spare: {burst: 0}}}", "13:37: limits/providers/spare/burst: 0 is too small"),
        ("flow_providers: {accueil: {vad: gate}}", "13:28: flow_providers/accueil: unknown key 'vad'"),
    ],
)
def test_what_is_wrong_with_them_is_said_where_it_stands(faults, working, named, fault):
    assert faults(working(new=named))[0].startswith(fault)


@pytest.mark.parametrize("name", ["phone", "spare", "brain", "note"])
def test_everything_that_is_asked_over_a_network_may_have_limits(read, working, name):
    assert read(working(new=f"limits: {{providers: {{{name}: {{concurrent: 4}}}}}}")).limits.providers[name]


def test_a_tool_may_have_a_deadline_of_its_own(read, working):
    assert read(working(new="limits: {tools: {note: 2.5}}")).limits.tools == {"note": 2.5}


def test_the_limits_of_an_account_go_by_a_provider_s_name(read, working):
    settings = read(working(new="limits: {providers: {spare: {per_minute: 30, concurrent: 4}}}"))
    assert settings.limits.providers["spare"] == Allowance(per_minute=30, burst=1, concurrent=4)


def test_a_number_may_not_name_an_unknown_provider(faults, working):
    text = working("default: {flow: accueil}", "default: {flow: accueil, providers: {llm: brian}}")
    assert faults(text) == ["12:45: there is no llm provider 'brian' — did you mean 'brain'?"]


def test_shares_leave_nothing_or_something_to_the_active_provider(read, faults, working, folder, plugins):
    plugins["third"] = plugins["spare"].__class__("third", "tests 1.0", third())
    assert read(working(new="canary: {stt: {spare: 60, third: 40}}")).canary.stt == {"spare": 60, "third": 40}
    (only,) = faults(working(new="canary: {stt: {spare: 60, third: 41}}"))
    assert only == "13:10: the shares sum to 101 percent — leave the active provider something: 100 at most"


def third():
    from voiced.plugin import PluginSpec, ProviderSpec  # noqa: PLC0415 - only here

    return PluginSpec("third", "Hears", (ProviderSpec("stt", "third", dict),))


def test_a_flag_may_make_a_provider_active_that_stands_in_elsewhere(read, working):
    assert read(working(new="fallback: {tts: [spare, mouth]}"), TTS_PROVIDER="spare").providers.tts == "spare"


def test_a_recorded_configuration_is_read_whatever_lies_on_the_disk(folder, plugins, working):
    file, env = folder / "voiced.yaml", {"PHONE_TOKEN": "s3cret"}
    file.write_text(working(), encoding="utf-8")
    kept = examine(file, env, plugins)
    file.unlink()
    (folder / "flows" / "accueil.yaml").unlink()
    (folder / "flows").rmdir()
    assert examine(file, env, plugins, kept.bundle).settings == kept.settings
    assert kept.settings.version == kept.bundle.version
    (only,) = examine(folder / "other.yaml", env, plugins, kept.bundle).problems
    assert "has no other.yaml" in only.reason
