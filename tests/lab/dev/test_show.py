"""What `voiced dev` shows of the vendors: a line each, without anybody's words unless they are asked for."""

import json

import pytest

from voiced.lab.dev.show import Show
from voiced.testing.emulator.watch import Visit

POST = Visit("POST", "/v2/live", "201", 0.184)
OPENED = Visit("socket", "/v2/live", "opened", 0.2)


@pytest.fixture
def shown():
    """Show something; return the lines."""

    async def shown(act, **how):
        lines = []
        act(Show(lines.append, **how))
        return lines

    return shown


def heard(show):
    show.act("gladia", "heard", "je m'appelle Zoé", seconds=1.5, words=3)


async def test_a_request_is_a_line(shown):
    [line] = await shown(lambda show: show.watch("gladia")(POST))
    assert line.split(" s  ", 1)[1] == "gladia        POST /v2/live  201  0.18 s"
    [line] = await shown(lambda show: show.watch("gladia")(OPENED))
    assert line.endswith("socket /v2/live  opened")


async def test_words_are_shown_to_those_only_who_ask(shown):
    [line] = await shown(heard)
    assert line.endswith("gladia        heard 1.5 seconds, 3 words")
    [line] = await shown(heard, words=True)
    assert line.endswith("heard 1.5 seconds, 3 words: je m'appelle Zoé")


async def test_programs_get_a_document_a_line(shown):
    [line] = await shown(lambda show: show.watch("gladia")(POST), as_json=True)
    facts = {"method": "POST", "path": "/v2/live", "outcome": "201", "seconds": 0.184}
    assert json.loads(line) | {"at": 0} == {"event": "visit", "vendor": "gladia", "at": 0, **facts}
    [line] = await shown(heard, as_json=True)
    assert "Zoé" not in line
    [line] = await shown(heard, as_json=True, words=True)
    assert json.loads(line)["said"] == "je m'appelle Zoé"
