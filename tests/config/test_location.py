"""Where the data of calls may go: the policy `privacy.eu_only`."""

import pytest
from msgspec.structs import replace

from voiced.plugin import HERE, Destination

EU, US = Destination("eu", "Voix SAS"), Destination("us", "Voice Inc.", fix="set plugins.voice.url to the Union's")
UNKNOWN = Destination("unknown", "Somebody")
POLICY = "privacy: {eu_only: true}"


@pytest.fixture
def going(plugins):
    """Let plugins say where the data of calls goes."""

    def go(**places):
        for name, place in {"phone": HERE, "tools": HERE, "voice": HERE, **places}.items():
            said = None if place is None else (lambda _options, place=place: place)
            plugins[name] = replace(plugins[name], spec=replace(plugins[name].spec, goes_to=said))

    return go


def test_without_the_policy_data_may_go_anywhere(read, going):
    going(voice=US)
    assert read().privacy.eu_only is False


@pytest.mark.parametrize("place", [HERE, EU])
def test_what_stays_here_or_in_the_union_is_allowed(read, working, going, place):
    going(voice=place)
    assert read(working(new=POLICY)).privacy.eu_only


def test_what_leaves_is_refused_once_where_it_is_named_with_the_way_to_keep_it(faults, working, going):
    going(voice=US)
    (fault,) = faults(working(new=POLICY))
    assert fault.startswith("3:8: privacy.eu_only is true, and voice sends what callers say to Voice Inc., to the Unit")
    assert fault.endswith(" — set plugins.voice.url to the Union's")


def test_what_does_not_say_is_refused_too_until_the_operator_does(faults, read, working, going):
    going(voice=UNKNOWN)
    (fault,) = faults(working(new=POLICY))
    assert "nobody knows where" in fault
    assert fault.endswith("state `privacy.regions: {voice: eu}` if your contract says so")
    assert read(working(new="privacy: {eu_only: true, regions: {voice: eu}}"))


def test_an_operator_s_word_counts_for_no_plugin_that_knows_better(faults, working, going):
    going(voice=US)
    assert len(faults(working(new="privacy: {eu_only: true, regions: {voice: eu}}"))) == 1


def test_a_plugin_that_declares_nothing_is_one_of_those(faults, working, going):
    going(tools=None)
    assert "tools sends what callers say nobody knows where" in faults(working(new=POLICY))[0]


def test_stand_ins_are_held_to_it(faults, working, going):
    going(spare=US)
    assert faults(working(new=f"{POLICY}\nfallback: {{tts: [spare]}}"))[0].startswith("14:18: privacy.eu_only is true")
