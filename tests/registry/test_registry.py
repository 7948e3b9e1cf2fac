"""Building what is switched on: once, checked, and a failure is a status."""

import pytest

from voiced.errors import Unavailable
from voiced.registry import Registry, discover


class NoHost:
    """These plugins need nothing of their host but that it is theirs."""

    def __init__(self, name):
        self.name = name


@pytest.fixture
def registry(settings):
    """A registry in which `names` are switched on with their default options."""

    def make(*names):
        found = discover()
        options = {name: found[name].spec.options() if found[name].spec else {} for name in names}
        return Registry(settings(**options), found, NoHost)

    return make


def status(registry, name):
    return next((state.status, state.reason) for state in registry.summary() if state.name == name)


def test_a_provider_is_built_with_its_options_once(installed, good, registry):
    installed(acme=good("acme"))
    house = registry("acme")
    assert house.provider("tts", "acme").fingerprint == "marie"
    assert house.provider("tts", "acme") is house.provider("tts", "acme")


def test_each_plugin_gets_one_host_of_its_own(installed, good, settings):
    installed(
        one=good("one").replace("Echo()", "host.note() or Echo()"),
        two=good("two").replace("Echo()", "host.note() or Echo()"),
    )
    noted = []

    class Host:
        def __init__(self, name):
            self.name = name

        def note(self):
            noted.append(self.name)

    found = discover()
    options = {name: found[name].spec.options() for name in ("one", "two")}
    tools = Registry(settings(**options), found, Host).tools()
    assert sorted(tools) == ["one_echo", "two_echo"]
    assert sorted(noted) == ["one", "two"]


def test_tools_and_models_are_those_of_the_plugins_that_are_switched_on(installed, good, registry):
    installed(acme=good("acme"), other=good("other"))
    house = registry("acme")
    assert list(house.tools()) == ["acme_echo"]
    assert {name: load() for name, load in house.models().items()} == {"acme_model": ("model", "marie")}


def test_what_is_not_switched_on_cannot_be_asked_for(installed, good, registry):
    installed(acme=good("acme"))
    house = registry()
    with pytest.raises(Unavailable, match="no tts provider 'acme'"):
        house.provider("tts", "acme")
    assert status(house, "acme") == ("available", "")


def test_a_factory_that_fails_says_so_and_the_other_tools_work_on(installed, good, registry):
    installed(acme=good("acme"), ill=good("ill").replace("Echo()", "1 / 0"))
    house = registry("acme", "ill")
    assert list(house.tools()) == ["acme_echo"]
    assert status(house, "ill") == ("build_error", "tool ill_echo: ZeroDivisionError: division by zero")
    assert status(house, "acme") == ("enabled", "")


def test_what_a_factory_returns_is_checked(installed, good, registry):
    installed(
        mute=good("mute").replace("Voice(options.voice)", "object()"),
        liar=good("liar").replace('ToolSpec("liar_echo"', 'ToolSpec("other"'),
    )
    house = registry("mute", "liar")
    with pytest.raises(Unavailable, match="object has no capabilities"):
        house.provider("tts", "mute")
    assert house.tools().keys() == {"mute_echo"}
    assert status(house, "liar")[1] == "tool liar_echo: the tool calls itself 'other', its provider 'liar_echo'"


def test_a_plugin_that_could_not_be_loaded_or_is_not_installed_is_in_the_summary(installed, settings):
    installed(ill="import acme_sdk_that_is_not_here")
    house = Registry(settings(ill=None, gone=None), discover(), NoHost)
    assert status(house, "ill")[0] == "load_error"
    assert status(house, "gone") == ("missing", "it is not installed")
    assert house.tools() == {}


def test_a_renewed_registry_keeps_what_has_the_same_options(installed, good, registry, settings):
    installed(acme=good("acme"), other=good("other"))
    old = registry("acme", "other")
    kept, gone = old.provider("tts", "acme"), old.provider("tts", "other")
    options = type(discover()["other"].spec.options())
    new = old.renewed(settings(acme=discover()["acme"].spec.options(), other=options(voice="luc")))
    assert new.provider("tts", "acme") is kept
    assert new.provider("tts", "other").fingerprint == "luc"
    assert old.provider("tts", "other") is gone


def test_a_renewed_registry_forgets_what_is_switched_off(installed, good, registry, settings):
    installed(acme=good("acme"))
    old = registry("acme")
    old.provider("tts", "acme")
    with pytest.raises(Unavailable, match="no tts provider 'acme'"):
        old.renewed(settings()).provider("tts", "acme")
    assert list(old.tools()) == ["acme_echo"]
