"""What a person who watches a call sees."""

import io

import pytest
from rich.console import Console

from voiced.lab.screen import Screen


@pytest.fixture
def shown():
    """Show something; return the text on the screen."""

    def show(act):
        console = Console(record=True, width=120, file=io.StringIO())
        act(Screen(console))
        return console.export_text()

    return show


def event(_name, **facts):
    return {"event": _name, "call_id": "c1", "at": 1.25, **facts}


SAID = {"text": "Bonjour.", "whole": "Bonjour.", "interrupted": False, "latency": {}, "cached": False}


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (event("caller.said", text="Oui.", confidence=0.9), "caller  Oui.  (0.90)"),
        (event("agent.said", **SAID), "agent   Bonjour."),
        (event("agent.said", **{**SAID, "interrupted": True}), "agent   Bonjour. — cut"),
        (event("call.began", flow="accueil"), "picked up by the flow accueil"),
        (event("interrupted"), "the caller cuts in"),
        (event("tool.returned", name="guide", data={"a": 1}), "tool guide: {'a': 1}"),
        (event("consent", decision="granted", modality="voice"), "consent granted (by voice)"),
        (event("silence"), "silence"),
        (event("unclear"), "a voice, no words"),
        (event("provider.failed", kind="tts", error="ProviderTimeout"), "tts failed: ProviderTimeout"),
        (event("transfer.failed", result="busy"), "transfer: busy"),
        (event("call.ended", by="agent", outcome="completed", error=""), "ended by the agent: completed"),
    ],
)
def test_each_event_is_a_line_with_its_time(shown, told, line):
    written = shown(lambda screen: screen.show(told))
    assert written.split("s", 1)[0].strip() == "1.25"
    assert written.split("s", 1)[1].strip() == line


@pytest.mark.parametrize("name", ["key", "caller.started", "of another version"])
def test_what_is_of_no_interest_is_not_shown(shown, name):
    assert shown(lambda screen: screen.show(event(name))) == ""


def test_the_waterfall_shows_when_each_stage_was_reached(shown):
    slow = {"vad_stop": 200, "words": 210, "decision": 500, "first_sent": 900, "first_played": 1000}
    events = [
        event("agent.said", **{**SAID, "latency": slow}),
        event(
            "agent.said",
            **{**SAID, "whole": "Voilà.", "cached": True, "latency": {"decision": 250, "first_played": 500}},
        ),
        event("agent.said", **{**SAID, "whole": "Ah."}),
        event("caller.said", text="Oui.", confidence=1.0),
    ]
    written = shown(lambda screen: screen.waterfall(events))
    assert "Bonjour." in written
    assert "pause noticed 200" in written
    assert "turn over 290" in written
    assert "sent 400" in written
    assert "ready phrase" in written
    assert "Ah." not in written  # nobody waited for it
    rows = [line for line in written.splitlines() if "█" in line]
    assert rows


def test_a_call_without_answers_has_no_waterfall(shown):
    assert shown(lambda screen: screen.waterfall([event("agent.said", **SAID)])) == ""
